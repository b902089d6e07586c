// The stages of each workload's longest failover, as bars that begin with the fault.

const stage_rows_max = 200;

function draw_stages(pane, run) {
  if (run.failovers.length === 0) {
    pane.append(make('p', 'nothing', 'No failover: nothing was evicted.'));
    return;
  }
  const box = make('div', 'stages');
  const scroll = make('div', 'scroll');
  const row_height = 24;
  const rows = run.failovers.slice(0, stage_rows_max);
  // Two runs have one scale.
  const longest = d3.max(view.runs, (r) => d3.max(r.failovers, (row) => d3.sum(row.lengths))) || 1;
  const drawing = svg('svg', { height: rows.length * row_height + 26, role: 'list', 'aria-label': 'Failovers by stage' });
  scroll.append(drawing);
  box.append(scroll);
  pane.append(box);
  if (run.failover_count > rows.length)
    pane.append(make('p', 'nothing', 'The ' + rows.length + ' longest of ' + plural(run.failover_count, 'failover') + '.'));

  const draw = () => {
    empty(drawing);
    const width = scroll.clientWidth || 800;
    const labels = Math.min(220, width / 3);
    drawing.setAttribute('viewBox', '0 0 ' + width + ' ' + (rows.length * row_height + 26));
    const x = d3.scaleLinear().domain([0, longest]).range([labels, width - 74]);
    for (const time of time_ticks(0, longest, 7)) {
      drawing.append(svg('text', { x: x(time), y: rows.length * row_height + 18, 'text-anchor': 'middle', class: 'soft' },
        span_text(time)));
    }
    rows.forEach((row, index) => drawing.append(stage_bar(run, row, index * row_height, row_height, x, labels)));
  };
  new ResizeObserver(draw).observe(scroll);
  draw();
}

function stage_bar(run, row, top, height, x, labels) {
  const name = run.workloads[row.workload];
  const total = d3.sum(row.lengths);
  const told = run.stages.map((stage, i) => [stage, row.lengths[i] || 0]).filter(([, length]) => length > 0);
  const bar = svg('g', { class: 'bar', tabindex: '0', role: 'listitem',
    'aria-label': visible(short_name(name)) + ': ' + span_text(total) });
  const shown = Math.max(6, Math.floor(labels / 7));
  bar.append(svg('text', { x: labels - 10, y: top + 16, 'text-anchor': 'end' },
    shortened(short_name(name), shown)));
  let at = 0;
  row.lengths.forEach((length, stage) => {
    if (length > 0) {
      bar.append(svg('rect', { class: 's' + stage, x: x(at), y: top + 4, height: height - 8,
        width: Math.max(x(at + length) - x(at) - 1, 1), rx: 2 }));
    }
    at += length;
  });
  bar.append(svg('text', { x: x(at) + 8, y: top + 16, class: 'soft' },
    span_text(total) + (row.lengths.length < run.stages.length ? ' \u2026' : '')));
  const choose = () => choose_failover(run, row.workload);
  bar.addEventListener('click', choose);
  bar.addEventListener('keydown', (event) => { if (event.key === 'Enter') choose(); });
  bar.addEventListener('pointermove', (event) => tip.show(event, [short_name(name),
    ...told.map(([stage, length]) => stage + ': ' + span_text(length)), 'total: ' + span_text(total),
    ...(row.lengths.length < run.stages.length ? ['not over when the run ended'] : [])]));
  bar.addEventListener('pointerleave', () => tip.hide());
  return bar;
}

// The event that shows its failover: the eviction, else the last thing that happened to the workload.
function choose_failover(run, workload) {
  const evictions = ['GracefulEvictionTaskAdded', 'EvictionDequeued', 'SubscriptionScheduled', 'BindingScheduled'];
  let last = -1;
  for (const kind of evictions) {
    const number = run.kinds.indexOf(kind);
    for (let row = 0; row < run.count; row += 1) {
      if (run.workload_of[row] !== workload + 1) continue;
      last = row;
      if (run.kind[row] === number && run.cause[row] > 0 && run.time[run.chain(row)[0]] > 0) {
        view.choose(run, row);
        return;
      }
    }
  }
  if (last >= 0) view.choose(run, last);
}

function start_stages() {
  const words = { observed: 'until noticed', condition: 'until not Ready', taint: 'until tainted', queue: 'until queued',
                  eviction: 'until evicted', scheduled: 'until scheduled', ready: 'until replaced' };
  key_list('stage-key', view.runs[0].stages.map((stage, i) => ['s' + i, stage + ' (' + (words[stage] || '') + ')']));
  panes_of('stages', draw_stages);
}
