// What the run came to at a glance, and two runs' metrics side by side.

// By name: what it is called, and whether less of it is better, or none at all was hoped for.
const card_metrics = [
  ['stage.total.max', 'Longest failover', 'lower'],
  ['workload.unavailability.max', 'Longest unavailable', 'lower'],
  ['eviction.started.count', 'Evictions', ''],
  ['migrations.total', 'Replicas moved', ''],
  ['workload.runningTwice', 'Ran twice', 'none'],
  ['replicas.pending.count', 'Pending at the end', 'none'],
  ['state.lost.count', 'State lost', 'none'],
];

function card_notes(run, name) {
  if (name === 'stage.total.max') {
    const stages = run.stages.map((stage) => [run.metric('stage.' + stage + '.max') || 0, stage]);
    const slowest = d3.max(stages, (s) => s[0]);
    const stage = stages.find((s) => s[0] === slowest);
    return slowest > 0 ? 'slowest stage: ' + stage[1] + ', ' + span_text(slowest) : '';
  }
  if (name === 'workload.unavailability.max') {
    const total = run.metric('workload.unavailability.replicaSeconds');
    return total ? amount_text('replica\u00b7s', total) + ' in all' : '';
  }
  if (name === 'eviction.started.count') {
    const needless = run.metric('eviction.needless.count');
    return needless ? grouped(needless) + ' needless' : '';
  }
  return '';
}

function put_card(label, values, note, mood) {
  const card = make('div', 'card' + (mood ? ' ' + mood : ''));
  card.append(make('span', 'label', label));
  for (const [badge, value] of values) {
    const line = make('span', 'value');
    const space = value.indexOf(' ');
    const figure = make('span', 'figure', space < 0 ? value : value.slice(0, space));
    if (badge) figure.prepend(make('span', 'badge', badge));
    line.append(figure);
    if (space >= 0) line.append(make('span', 'unit', value.slice(space)));
    card.append(line);
  }
  if (note) card.append(make('span', 'note', note));
  by_id('summary').append(card);
}

function start_cards() {
  const { runs } = view;
  const two = runs.length > 1;
  const badge = (run) => (two ? run.label : '');
  put_card('Run', runs.map((run) => [badge(run), span_text(run.end)]),
    two ? '' : plural(runs[0].about.events, 'event') + ', ' + plural(runs[0].clusters.length, 'cluster') + ', ' +
      plural(runs[0].workloads.length, 'workload'));
  const first = (run) => (run.faults.length ? clock_text(run.faults[0].begin) : 'none');
  put_card('First fault', runs.map((run) => [badge(run), first(run)]),
    two || !runs[0].faults.length ? '' : runs[0].faults[0].words +
      (runs[0].faults.length > 1 ? ' and ' + (runs[0].faults.length - 1) + ' more' : ''));
  for (const [name, label, wish] of card_metrics) {
    const values = runs.map((run) => run.metrics.get(name));
    if (values.every((metric) => !metric || metric.value === 0) && name !== 'eviction.started.count') continue;
    let mood = '';
    if (!two && wish === 'none') mood = 'bad';
    put_card(label, runs.map((run, i) => [badge(run), values[i] ? amount_text(values[i].unit, values[i].value) : 'none']),
      two ? '' : card_notes(runs[0], name), mood);
  }
}

function start_notices() {
  const put = (text) => by_id('notices').append(make('p', '', text));
  for (const run of view.runs) {
    const who = view.runs.length > 1 ? run.label + ': ' : '';
    const { about } = run;
    if (run.count < about.events) {
      const ranks = ['faults and failed checks', 'conditions, taints and components',
                     'evictions, placements and pods that are ready or gone', 'reports and pods that start'];
      const told = run.every.map((n, rank) => (n > 1 ? 'one in ' + n + ' ' + ranks[rank] : '')).filter(Boolean).reverse();
      put(who + 'The table lists ' + grouped(run.count) + ' of ' + grouped(about.events) + ' events: ' + told.join('; ') +
        '. Charts and figures count all of them.');
    }
    if (about.bucket || about.copyBucket) {
      const width = Math.max(about.bucket, about.copyBucket) * run.second;
      put(who + 'So much changed that the fullest curves show the lowest, highest and last value of each ' +
        span_text(width) + ', not every change.');
    }
    if (run.copies_left_out) put(who + grouped(run.copies_left_out) + ' workloads in clusters have no curve of their own.');
    if (about.faultsLeftOut) put(who + grouped(about.faultsLeftOut) + ' later faults are not shaded.');
  }
}

function delta_text(unit, a, b) {
  const change = b - a;
  if (change === 0) return '';
  const share = a === 0 ? '' : ' (' + (change > 0 ? '+' : '') + trimmed((change / a) * 100, 1) + '%)';
  return (change > 0 ? '+' : '\u2212') + amount_text(unit, Math.abs(change)) + share;
}

function start_deltas() {
  if (view.runs.length < 2) return;
  by_id('deltas').hidden = false;
  const [a, b] = view.runs;
  const draw = () => {
    const table = make('table');
    const head = make('tr');
    for (const [text, classes] of [['Metric', ''], [a.label, 'number'], [b.label, 'number'], ['Change', 'number']]) {
      const cell = make('th', classes, text);
      cell.scope = 'col';
      head.append(cell);
    }
    const body = make('tbody');
    for (const name of [...new Set([...a.metrics.keys(), ...b.metrics.keys()])].sort()) {
      const left = a.metrics.get(name);
      const right = b.metrics.get(name);
      const equal = left && right && left.value === right.value;
      if (equal && !by_id('deltas-all').checked) continue;
      const { unit } = left || right;
      const row = make('tr');
      row.dataset.metric = name;
      row.append(make('td', '', name),
        make('td', 'number', left ? amount_text(unit, left.value) : '\u2013'),
        make('td', 'number', right ? amount_text(unit, right.value) : '\u2013'),
        make('td', 'number delta', left && right ? delta_text(unit, left.value, right.value) : ''));
      body.append(row);
    }
    table.append(make('thead'), body);
    table.tHead.append(head);
    empty(by_id('deltas').querySelector('.sheet')).append(
      body.children.length ? table : make('p', 'nothing', 'All metrics are equal.'));
  };
  by_id('deltas-all').addEventListener('change', draw);
  draw();
}
