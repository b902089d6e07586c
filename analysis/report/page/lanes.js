// A lane for each cluster: what Ready says, the taints, the faults that hit it.

const lane_height = 24;
const condition_words = ['no word yet', 'Ready', 'not Ready', 'Ready unknown'];
const condition_inks = ['absent', 'ready', 'down', 'unknown'];

function draw_lanes(pane, run) {
  if (run.clusters.length === 0) {
    pane.append(make('p', 'nothing', 'No cluster joined.'));
    return;
  }
  const box = make('div', 'lanes');
  const grid = make('div', 'chart');
  const labels = make('div', 'lane-labels');
  const all = run.clusters.length * lane_height;
  for (const cluster of run.clusters) {
    const label = make('button', 'lane-label');
    label.type = 'button';
    const swatch = make('span', 'swatch');
    const colour = () => swatch.style.setProperty('--swatch', ink.cluster(cluster.index));
    colour();
    view.on('theme', colour);
    label.append(swatch, make('span', 'name', cluster.name));
    label.title = visible([cluster.name, cluster.provider, cluster.region, ...cluster.zones].filter(Boolean).join(', '));
    label.addEventListener('click', () => choose_first_trouble(run, cluster));
    labels.append(label);
  }
  grid.append(labels);
  box.append(grid);
  pane.append(box);

  const chart = new Chart(grid, run, {
    height: Math.min(all, 460 - axis_height) + axis_height,
    label: plural(run.clusters.length, 'cluster lane') + ' of ' + run.about.scenario,
    own_faults: true,
    paint: (ctx, c) => paint_lanes(ctx, c, run, box.scrollTop),
    // The plot is as high as all lanes are, only the canvas scrolls along.
    at: (time, y) => lane_at(run, Math.floor(y / lane_height), time),
  });
  chart.plot.style.height = all + axis_height + 'px';
  box.addEventListener('scroll', () => chart.redraw());
  window.addEventListener('beforeprint', () => {
    chart.height = Math.min(all, 8000) + axis_height;
    chart.redraw();
    chart_frames.flush();
  });
  window.addEventListener('afterprint', () => {
    chart.height = Math.min(all, 460 - axis_height) + axis_height;
    chart.redraw();
  });
}

function lane_at(run, index, time) {
  const cluster = run.clusters[index];
  if (!cluster) return null;
  const lines = [cluster.name + ': ' + condition_words[value_at(cluster.condition, time)]];
  const evicting = value_at(cluster.noExecute, time);
  const repelling = value_at(cluster.noSchedule, time);
  if (evicting) lines.push(plural(evicting, 'NoExecute taint'));
  if (repelling) lines.push(plural(repelling, 'NoSchedule taint'));
  const faults = run.faults_of(index, time);
  for (const fault of faults.slice(0, 4)) lines.push('fault: ' + fault.words);
  lines.push(value_at(cluster.ready, time) + ' of ' + value_at(cluster.running, time) + ' running pods ready');
  let seq = 0;
  for (const fault of faults) seq = Math.max(seq, fault.seq);
  for (const series of [cluster.condition, cluster.noExecute, cluster.noSchedule]) {
    const at = step_at(series, time);
    if (at >= 0) seq = Math.max(seq, series.seq[at]);
  }
  return { lines, seq };
}

// The first event that speaks of trouble: a fault, else the first time not Ready, else whatever there is of it.
function choose_first_trouble(run, cluster) {
  const fault = run.faults.find((f) => f.clusters.includes(cluster.index));
  if (fault) {
    view.choose_seq(run, fault.seq);
    return;
  }
  const { value, seq } = cluster.condition;
  const wrong = value.findIndex((v) => v > 1);
  if (wrong >= 0) {
    view.choose_seq(run, seq[wrong]);
  } else if (seq.length) {
    view.choose_seq(run, seq[0]);
  } else {
    view.choose(run, run.cluster_of.indexOf(cluster.index + 1));
  }
}

// Calls paint(from, to, value) for each stretch of the series that is shown.
function each_stretch(series, end, paint) {
  let at = Math.max(step_at(series, view.from), 0);
  for (; at < series.time.length && series.time[at] <= view.to; at += 1) {
    const until = at + 1 < series.time.length ? series.time[at + 1] : end;
    paint(series.time[at], until, series.value[at]);
  }
}

function paint_lanes(ctx, chart, run, scrolled) {
  const first = Math.floor(scrolled / lane_height);
  const last = Math.min(run.clusters.length, Math.ceil((scrolled + chart.bottom) / lane_height));
  const bar = (series, top, height, colour_of) => {
    let painted = -1;
    each_stretch(series, run.end, (from, to, value) => {
      const colour = colour_of(value);
      if (!colour) return;
      const left = Math.max(chart.x(from), chart_left);
      const right = chart.x(to);
      // What is thinner than a pixel is seen all the same, but only once.
      if (right - left < 1 && Math.floor(left) === painted) return;
      painted = Math.floor(left);
      ctx.fillStyle = colour;
      ctx.fillRect(left, top, Math.max(right - left, 1), height);
    });
  };
  chart.inside(ctx, () => {
    ctx.fillStyle = ink.card;
    for (let i = first; i < last; i += 1) {
      const cluster = run.clusters[i];
      const top = i * lane_height - scrolled;
      ctx.fillStyle = ink.absent;
      ctx.fillRect(chart_left, top + 4, chart.x(run.end) - chart_left, 11);
      bar(cluster.condition, top + 4, 11, (v) => (v ? ink[condition_inks[v]] : null));
      bar(cluster.noExecute, top + 16, 3, (v) => (v > 0 ? ink.evict : null));
      bar(cluster.noSchedule, top + 20, 2, (v) => (v > 0 ? ink.repel : null));
      for (const fault of run.faults) {
        if (fault.end < view.from || fault.begin > view.to || !fault.clusters.includes(i)) continue;
        hatch(ctx, chart.x(fault.begin), top + 1, Math.max(chart.x(fault.end) - chart.x(fault.begin), 2), lane_height - 2);
      }
    }
  });
}

function hatch(ctx, x, y, width, height) {
  const from = Math.max(x, chart_left);
  const to = Math.min(x + width, ctx.canvas.clientWidth);
  if (to <= from) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(from, y, to - from, height);
  ctx.clip();
  ctx.fillStyle = ink.fault;
  ctx.fillRect(from, y, to - from, height);
  ctx.strokeStyle = ink['fault-edge'];
  ctx.lineWidth = 0.75;
  ctx.beginPath();
  const begin = from - ((from - x) % 7) - height;
  for (let at = begin; at < to; at += 7) {
    ctx.moveTo(at, y + height);
    ctx.lineTo(at + height, y);
  }
  ctx.stroke();
  ctx.restore();
  ctx.strokeStyle = ink['fault-edge'];
  ctx.strokeRect(x + 0.5, y + 0.5, Math.max(width - 1, 1), height - 1);
}

function start_lanes() {
  key_list('lane-key', [['ready', 'Ready'], ['down', 'not Ready'], ['unknown', 'Ready unknown'],
                        ['evict', 'NoExecute taint', true], ['repel', 'NoSchedule taint', true],
                        ['fault-edge', 'fault (hatched; shaded in every chart)']]);
  panes_of('clusters', draw_lanes);
}
