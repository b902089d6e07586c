// The panel beside the page: how an event came about, what it says, and what it led to.

const effects_max = 60;

function chain_step(run, row, here, gap) {
  const item = make('li', here ? 'here' : '');
  const kind = run.kind_name(row);
  if (kind === 'FaultStarted' || kind === 'ScenarioEvent') item.classList.add('strike');
  if (gap) item.append(make('p', 'gap', '\u2026 events in between are not listed'));
  const step = make('button');
  step.type = 'button';
  step.dataset.seq = String(run.seq[row]);
  if (here) step.setAttribute('aria-current', 'true');
  step.append(make('span', 'name', run.words(row)),
    make('span', 'when', clock_text(run.time[row]) + ' \u00b7 ' + kind + ' \u00b7 No. ' + run.seq[row]));
  step.addEventListener('click', () => view.choose(run, row));
  item.append(step);
  return item;
}

function field_text(value) {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  return JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
}

function field_list(run, row) {
  const facts = make('dl', 'facts');
  const put = (name, text) => facts.append(make('dt', '', name), make('dd', 'name', text));
  if (run.cluster_of[row]) put('cluster', run.clusters[run.cluster_of[row] - 1].name);
  if (run.workload_of[row]) put('workload', run.workloads[run.workload_of[row] - 1]);
  const text = run.texts[run.fields_of[row]];
  try {
    for (const [name, value] of Object.entries(JSON.parse(text))) put(name, field_text(value));
  } catch (error) {
    put('fields', text); // cut, for its length
  }
  return facts;
}

function show_chain() {
  const panel = empty(by_id('chain'));
  const { chosen } = view;
  panel.hidden = !chosen;
  document.body.classList.toggle('aside', Boolean(chosen));
  if (!chosen) return;
  const { run, row } = chosen;
  const head = make('header');
  const title = make('h2', '', 'Why this happened');
  if (view.runs.length > 1) title.prepend(make('span', 'badge', run.label));
  const close = make('button', 'close', 'Close');
  close.type = 'button';
  close.addEventListener('click', () => view.choose(null, -1));
  head.append(title, close);
  panel.append(head);

  const rows = run.chain(row);
  const steps = make('ol', 'steps');
  rows.forEach((at) => steps.append(chain_step(run, at, at === row, run.skips.has(at))));
  panel.append(steps);
  const first = rows[0];
  if (rows.length > 1) {
    panel.append(make('h3', '', span_text(run.time[row] - run.time[first]) + ' after ' + run.words(first)));
  }
  panel.append(make('h3', '', 'What it says'), field_list(run, row));
  const effects = run.effects(row);
  if (effects.length > 0) {
    panel.append(make('h3', '', 'It led to ' + plural(effects.length, 'event')));
    const list = make('ol', 'steps effects');
    for (const effect of effects.slice(0, effects_max)) list.append(chain_step(run, effect, false, run.skips.has(effect)));
    panel.append(list);
    if (effects.length > effects_max) panel.append(make('p', 'nothing', 'and ' + grouped(effects.length - effects_max) + ' more'));
  }
}

function start_chain() {
  view.on('choice', show_chain);
}
