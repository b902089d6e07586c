// The table of events. Only rows that can be seen exist.

const row_height = 28;

class EventTable {
  constructor() {
    this.run = view.runs[0];
    this.rows = new Uint32Array(0);
    this.at = -1; // index into rows
    this.build();
    this.fill_filters();
    this.listen();
    this.filter();
  }

  build() {
    const grid = make('div', 'grid');
    grid.setAttribute('role', 'grid');
    grid.setAttribute('aria-label', 'Events');
    const head = make('div', 'grid-head');
    head.setAttribute('role', 'row');
    for (const name of ['No.', 'Time', 'Kind', 'What happened', 'Cluster', 'Workload']) {
      const cell = make('div', '', name);
      cell.setAttribute('role', 'columnheader');
      head.append(cell);
    }
    this.viewport = make('div', 'viewport');
    this.viewport.tabIndex = 0;
    this.viewport.setAttribute('role', 'rowgroup');
    this.viewport.setAttribute('aria-label', 'Events; arrows move, Enter shows the chain');
    this.space = make('div', 'space');
    this.viewport.append(this.space);
    grid.append(head, this.viewport);
    this.grid = grid;
    by_id('table').append(grid);
    this.pool = [];
  }

  fill_filters() {
    const option = (list, value, text) => {
      const element = make('option', '', text);
      element.value = value;
      list.append(element);
    };
    const kind = empty(by_id('filter-kind'));
    const cluster = empty(by_id('filter-cluster'));
    const workload = empty(by_id('filter-workload'));
    for (const list of [kind, cluster, workload]) option(list, '', 'any');
    const used = [...new Set(this.run.kind)].map((number) => [this.run.kinds[number], number]).sort();
    for (const [name, number] of used) option(kind, String(number), name);
    this.run.clusters.forEach((c, i) => option(cluster, String(i + 1), c.name));
    this.run.workloads.map((name, i) => [short_name(name), i]).sort((a, b) => d3.ascending(a[0], b[0]) || a[1] - b[1])
      .forEach(([name, i]) => option(workload, String(i + 1), name));
    const runs = by_id('filter-run');
    if (view.runs.length > 1 && runs.options.length === 0) {
      by_id('pick-run').hidden = false;
      view.runs.forEach((run, i) => option(runs, String(i), run.label));
    }
  }

  // Rows that match all filters.
  filter() {
    const words = by_id('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    const kind = by_id('filter-kind').value;
    const cluster = by_id('filter-cluster').value;
    const workload = by_id('filter-workload').value;
    const shown = by_id('filter-shown').checked;
    const { run } = this;
    const rows = [];
    for (let row = 0; row < run.count; row += 1) {
      if (kind !== '' && run.kind[row] !== Number(kind)) continue;
      if (cluster !== '' && run.cluster_of[row] !== Number(cluster)) continue;
      if (workload !== '' && run.workload_of[row] !== Number(workload)) continue;
      if (shown && (run.time[row] < view.from || run.time[row] > view.to)) continue;
      if (words.length) {
        const haystack = run.haystack(row);
        if (!words.every((word) => haystack.includes(word))) continue;
      }
      rows.push(row);
    }
    this.rows = Uint32Array.from(rows);
    const all = run.about.events;
    let text = this.rows.length === run.count ? plural(run.count, 'event') :
      grouped(this.rows.length) + ' of ' + plural(run.count, 'event');
    if (run.count < all) text += ' listed, of ' + grouped(all) + ' in the run';
    by_id('events-count').textContent = text;
    this.grid.setAttribute('aria-rowcount', String(this.rows.length + 1));
    this.space.style.height = this.rows.length * row_height + 'px';
    this.at = view.chosen && view.chosen.run === run ? d3.bisectLeft(this.rows, view.chosen.row) : -1;
    if (this.rows[this.at] !== (view.chosen || {}).row) this.at = -1;
    this.viewport.scrollTop = this.at < 0 ? 0 : this.at * row_height - 100;
    this.draw();
  }

  draw() {
    const first = Math.max(0, Math.floor(this.viewport.scrollTop / row_height) - 4);
    const last = Math.min(this.rows.length, first + Math.ceil((this.viewport.clientHeight || 448) / row_height) + 9);
    while (this.pool.length < last - first) this.pool.push(this.new_row());
    this.pool.forEach((element, i) => {
      const index = first + i;
      element.hidden = index >= last;
      if (index < last) this.fill_row(element, index);
    });
  }

  new_row() {
    const element = make('div', 'row');
    element.setAttribute('role', 'row');
    for (const name of ['seq', 'time', 'kind', 'words name', 'cluster name', 'workload name']) {
      const cell = make('div', name);
      cell.setAttribute('role', 'gridcell');
      element.append(cell);
    }
    element.addEventListener('click', () => {
      this.at = Number(element.dataset.index);
      view.choose(this.run, this.rows[this.at]);
    });
    this.space.append(element);
    return element;
  }

  fill_row(element, index) {
    const { run } = this;
    const row = this.rows[index];
    const chosen = index === this.at;
    element.dataset.index = String(index);
    element.dataset.seq = String(run.seq[row]);
    element.id = 'row-' + index;
    element.style.transform = 'translateY(' + index * row_height + 'px)';
    element.setAttribute('aria-rowindex', String(index + 2));
    element.setAttribute('aria-selected', String(chosen));
    if (chosen) this.viewport.setAttribute('aria-activedescendant', element.id);
    const cells = element.children;
    const texts = [String(run.seq[row]), clock_text(run.time[row]), run.kind_name(row), run.words(row),
      run.cluster_of[row] ? run.clusters[run.cluster_of[row] - 1].name : '',
      run.workload_of[row] ? short_name(run.workloads[run.workload_of[row] - 1]) : ''];
    texts.forEach((text, i) => {
      const shown = visible(text);
      if (cells[i].textContent !== shown) {
        cells[i].textContent = shown;
        cells[i].title = i > 2 ? shown : '';
      }
    });
  }

  move(to) {
    if (this.rows.length === 0) return;
    this.at = Math.max(0, Math.min(to, this.rows.length - 1));
    const top = this.at * row_height;
    const height = this.viewport.clientHeight;
    if (top < this.viewport.scrollTop) this.viewport.scrollTop = top;
    if (top + row_height > this.viewport.scrollTop + height) this.viewport.scrollTop = top + row_height - height;
    this.draw();
    if (view.chosen) view.choose(this.run, this.rows[this.at]);
  }

  listen() {
    this.viewport.addEventListener('scroll', () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.viewport);
    this.viewport.addEventListener('keydown', (event) => {
      const page = Math.floor(this.viewport.clientHeight / row_height) - 1;
      const places = { ArrowDown: this.at + 1, ArrowUp: this.at - 1, PageDown: this.at + page, PageUp: this.at - page,
                       Home: 0, End: this.rows.length - 1 };
      if (event.key in places) {
        event.preventDefault();
        this.move(places[event.key]);
      } else if (event.key === 'Enter' && this.at >= 0) {
        view.choose(this.run, this.rows[this.at]);
      }
    });
    let waiting = 0;
    by_id('search').addEventListener('input', () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => this.filter());
    });
    by_id('search').addEventListener('keydown', (event) => {
      if (event.key === 'ArrowDown' || event.key === 'Enter') {
        event.preventDefault();
        this.viewport.focus();
        this.move(Math.max(this.at, 0));
      }
    });
    for (const id of ['filter-kind', 'filter-cluster', 'filter-workload', 'filter-shown'])
      by_id(id).addEventListener('change', () => this.filter());
    by_id('filter-run').addEventListener('change', (event) => this.show_run(view.runs[Number(event.target.value)]));
    view.on('zoom', () => { if (by_id('filter-shown').checked) this.filter(); });
    view.on('choice', () => this.show_choice());
  }

  show_run(run) {
    this.run = run;
    by_id('filter-run').value = String(view.runs.indexOf(run));
    this.fill_filters();
    this.filter();
  }

  // Goes to what was chosen elsewhere, if the filters let it through.
  show_choice() {
    if (!view.chosen) {
      this.at = -1;
      this.viewport.removeAttribute('aria-activedescendant');
    } else {
      if (view.chosen.run !== this.run) this.show_run(view.chosen.run);
      const at = d3.bisectLeft(this.rows, view.chosen.row);
      this.at = this.rows[at] === view.chosen.row ? at : -1;
      const top = this.at * row_height;
      const seen = top >= this.viewport.scrollTop && top + row_height <= this.viewport.scrollTop + this.viewport.clientHeight;
      if (this.at >= 0 && !seen) this.viewport.scrollTop = top - this.viewport.clientHeight / 3;
    }
    this.draw();
  }
}
