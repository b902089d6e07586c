// Puts the page together.

function start_titles() {
  const titles = by_id('titles');
  for (const run of view.runs) {
    const box = make('div');
    const title = make('h1');
    if (view.runs.length > 1) title.append(make('span', 'badge', run.label));
    title.append(make('span', 'name', run.about.scenario));
    box.append(title, make('p', '', run.about.profile + ', seed ' + run.about.seed));
    titles.append(box);
  }
  document.title = visible(view.runs.map((run) => run.about.scenario).join(' / ')) + ' \u2013 firedrill';
  by_id('foot').textContent = view.runs.map((run) => 'firedrill ' + visible(run.about.firedrill) + ' \u00b7 timeline sha256 ' +
    visible(run.about.digest)).join(' \u00b7 ') + ' \u00b7 drawn with d3 (its licence is in this file)';
}

// The whole run as a strip: faults and evictions; the window on it is what all charts show.
function start_overview() {
  const box = by_id('overview');
  const drawing = svg('svg', { role: 'img', 'aria-label': 'Charts show the whole run' });
  box.append(drawing);
  const root = d3.select(drawing);
  let moving = false;
  const draw = () => {
    const width = drawing.clientWidth;
    if (!width) return;
    empty(drawing);
    drawing.setAttribute('viewBox', '0 0 ' + width + ' 52');
    const x = d3.scaleLinear().domain([0, view.end]).range([14, width - 14]);
    drawing.append(svg('rect', { class: 'base', x: 14, y: 12, width: width - 28, height: 14, rx: 3 }));
    for (const run of view.runs) {
      for (const fault of run.bands) {
        drawing.append(svg('rect', { class: 'band', x: x(fault.begin), y: 12, height: 14,
          width: Math.max(x(fault.end) - x(fault.begin), 1.5) }));
      }
      overview_evictions(drawing, run, x);
    }
    const axis = d3.axisBottom(x).tickValues(time_ticks(0, view.end, Math.max(2, width / 110))).tickFormat(clock_text).tickSize(4);
    root.append('g').attr('transform', 'translate(0,30)').call(axis).select('.domain').remove();
    const brush = d3.brushX().extent([[14, 6], [width - 14, 30]]).on('brush end', () => {
      if (!d3.event.sourceEvent || moving) return;
      const chosen = d3.event.selection;
      moving = true;
      if (chosen) view.zoom(x.invert(chosen[0]), x.invert(chosen[1])); else view.whole();
      moving = false;
    });
    const group = root.append('g').attr('class', 'brush').call(brush);
    const follow = () => {
      const whole = view.from <= 0 && view.to >= view.end;
      group.call(brush.move, whole ? null : [x(view.from), x(view.to)]);
    };
    follow();
    start_overview.follow = follow;
  };
  view.on('zoom', () => {
    drawing.setAttribute('aria-label', 'Charts show ' + clock_text(view.from) + ' to ' + clock_text(view.to));
    if (!moving && start_overview.follow) start_overview.follow();
  });
  new ResizeObserver(draw).observe(drawing);
}

function overview_evictions(drawing, run, x) {
  const number = run.kinds.indexOf('GracefulEvictionTaskAdded');
  let last = -10;
  for (let row = 0; row < run.count; row += 1) {
    if (run.kind[row] !== number) continue;
    const at = x(run.time[row]);
    if (at - last < 2) continue;
    last = at;
    drawing.append(svg('rect', { class: 'evictions', x: at, y: 9, width: 1.5, height: 20 }));
  }
}

function start_keys(table, replay, toggle_theme) {
  const help = () => {
    const box = by_id('help');
    box.hidden = !box.hidden;
    by_id('keys').setAttribute('aria-expanded', String(!box.hidden));
  };
  by_id('keys').addEventListener('click', help);
  by_id('zoom-out').addEventListener('click', () => view.whole());
  const actions = {
    '/': () => {
      by_id('search').focus();
      by_id('search').select();
    },
    '?': help,
    t: toggle_theme,
    '+': () => view.zoom_by(0.5),
    '=': () => view.zoom_by(0.5),
    '-': () => view.zoom_by(2),
    0: () => view.whole(),
    ' ': replay.toggle,
    ',': () => replay.step(-1),
    '.': () => replay.step(1),
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    if (event.key === 'Escape') {
      if (view.chosen) {
        view.choose(null, -1);
        table.viewport.focus({ preventScroll: true });
      } else if (target.id === 'search') {
        target.blur();
      }
      return;
    }
    if (target.matches('input:not([type=range]):not([type=checkbox]), select')) return;
    if (event.key === ' ' && target.matches('button, input, .viewport')) return;
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && target.closest('#chain')) {
      walk_steps(event);
      return;
    }
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

// From one event of the chain to the next, for the keyboard.
function walk_steps(event) {
  const steps = [...by_id('chain').querySelectorAll('.steps button')];
  const at = steps.indexOf(document.activeElement);
  const next = steps[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function start() {
  const blocks = [...document.querySelectorAll('script.run')];
  view.runs = blocks.map((block, i) => new Run(JSON.parse(block.textContent), 'AB'[i]));
  for (const block of blocks) block.remove();
  view.end = Math.max(d3.max(view.runs, (run) => run.end), 1e-6);
  view.to = view.end;
  document.querySelector('main').classList.toggle('two', view.runs.length > 1);
  const toggle_theme = start_theme();
  start_titles();
  start_notices();
  start_cards();
  start_overview();
  start_lanes();
  const replay = start_map();
  start_replicas();
  start_capacity();
  start_queues();
  start_stages();
  start_deltas();
  const table = new EventTable();
  start_chain();
  start_keys(table, replay, toggle_theme);
  // Where it becomes interesting.
  const strikes = view.runs.filter((run) => run.faults.length).map((run) => run.faults[0].begin);
  view.set_now(strikes.length ? d3.min(strikes) : 0);
  document.documentElement.dataset.ready = 'true';
}

start();
