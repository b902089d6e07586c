// Numbers over time: stacks by cluster, and plain lines.

// Slices of a stack: places along the axis, and what the parts are from there on. Where much changes within a pixel,
// `low` is what they are when their sum is lowest, `high` when it is highest; elsewhere the two are the same. So no dip
// and no peak gets lost, and the number of slices has a limit.
function stack_slices(parts, changes, chart) {
  const values = new Float64Array(parts.length);
  const slices = [];
  let total = 0;
  let at = 0;
  const apply = ([, index, value]) => {
    total += value - values[index];
    values[index] = value;
  };
  const present = () => ({ values: values.slice(), total });
  const put = (x, low, high) => slices.push({ x, low: low.values, high: high.values });
  while (at < changes.length && changes[at][0] <= view.from) apply(changes[at++]);
  let now = present();
  put(chart.x(view.from), now, now);
  while (at < changes.length && changes[at][0] <= view.to) {
    const begin = chart.x(changes[at][0]);
    const pixel = Math.floor(begin);
    let low = now;
    let high = now;
    let instants = 0;
    while (at < changes.length && changes[at][0] <= view.to && Math.floor(chart.x(changes[at][0])) === pixel) {
      const time = changes[at][0];
      while (at < changes.length && changes[at][0] === time) apply(changes[at++]);
      instants += 1;
      if (total < low.total) low = present();
      if (total > high.total) high = present();
    }
    now = present();
    if (instants > 1) put(pixel, low, high);
    put(instants > 1 ? pixel + 1 : begin, now, now);
  }
  put(chart.x(view.to), now, now);
  return slices;
}

// The lowest and highest value of a series by pixel, as a line of steps.
function paint_line(ctx, series, chart, y, colour, width) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.lineJoin = 'round';
  ctx.beginPath();
  let value = value_at(series, view.from);
  ctx.moveTo(chart.x(view.from), y(value));
  let at = step_at(series, view.from) + 1;
  while (at < series.time.length && series.time[at] <= view.to) {
    const x = chart.x(series.time[at]);
    const pixel = Math.floor(x);
    ctx.lineTo(x, y(value));
    let low = series.value[at];
    let high = low;
    while (at < series.time.length && series.time[at] <= view.to && Math.floor(chart.x(series.time[at])) === pixel) {
      value = series.value[at++];
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    ctx.lineTo(x, y(low));
    ctx.lineTo(x, y(high));
    ctx.lineTo(x, y(value));
  }
  ctx.lineTo(chart.x(Math.min(view.to, chart.run.end)), y(value));
  ctx.stroke();
}

function highest(series) {
  return series.value.length ? d3.max(series.value) : 0;
}

// A stack with a legend whose entries can be switched off. `what()` gives {parts: [{name, index, series}], line, format}.
class Stack {
  // `peers`: all stacks of the section, this one among them in the end; they have one scale.
  constructor(pane, run, what, label, peers) {
    this.what = what;
    this.peers = peers;
    this.max = 0;
    peers.push(this);
    this.off = new Set();
    this.grid = make('div', 'chart');
    this.legend = make('div', 'legend');
    this.grid.append(this.legend);
    pane.append(this.grid);
    this.nothing = make('p', 'nothing', 'Nothing of the kind in this run.');
    pane.append(this.nothing);
    this.chart = new Chart(this.grid, run, {
      height: 240,
      label,
      own_faults: true,
      paint: (ctx, chart) => this.paint(ctx, chart),
      at: (time, y, chart) => this.at(time, y, chart),
    });
    view.on('theme', () => this.fill_legend());
    view.on('now', () => this.fill_amounts());
    this.refresh();
  }

  refresh() {
    this.content = this.what();
    this.grid.hidden = this.content.parts.length === 0;
    this.nothing.hidden = !this.grid.hidden;
    this.fill_legend();
    this.select();
  }

  select() {
    this.parts = this.content.parts.filter((part) => !this.off.has(part.index));
    this.changes = merged(this.parts.map((part) => part.series));
    this.max = Math.max(highest(summed(this.parts.map((part) => part.series))), this.content.line ? highest(this.content.line) : 0);
    for (const peer of this.peers) if (peer.chart) peer.chart.redraw();
  }

  fill_legend() {
    empty(this.legend);
    this.amounts = [];
    for (const part of this.content.parts) {
      const entry = make('button');
      entry.type = 'button';
      entry.setAttribute('aria-pressed', String(!this.off.has(part.index)));
      const swatch = make('span', 'swatch');
      swatch.style.setProperty('--swatch', ink.cluster(part.index));
      const amount = make('span', 'amount');
      this.amounts.push([amount, part]);
      entry.append(swatch, make('span', 'name', part.name), amount);
      entry.title = visible(part.name);
      entry.addEventListener('click', () => {
        if (!this.off.delete(part.index)) this.off.add(part.index);
        entry.setAttribute('aria-pressed', String(!this.off.has(part.index)));
        this.select();
      });
      this.legend.append(entry);
    }
    this.fill_amounts();
  }

  fill_amounts() {
    for (const [element, part] of this.amounts)
      element.textContent = this.content.format(value_at(part.series, view.now));
  }

  paint(ctx, chart) {
    const y = chart.paint_scale(ctx, d3.max(this.peers, (peer) => peer.max) * 1.06 || 1, this.content.format, this.content.whole);
    this.y = y;
    if (this.parts.length === 0) return;
    const slices = stack_slices(this.parts, this.changes, chart);
    chart.inside(ctx, () => {
      this.paint_parts(ctx, slices, 'high', 0.3);
      this.paint_parts(ctx, slices, 'low', 0.8);
      if (this.content.line) {
        ctx.setLineDash([5, 3]);
        paint_line(ctx, this.content.line, chart, y, ink.ink, 1.5);
        ctx.setLineDash([]);
      }
      // Over the areas, which would hide them.
      chart.paint_faults(ctx, 0, chart.bottom);
    });
  }

  paint_parts(ctx, slices, which, alpha) {
    const below = new Float64Array(slices.length);
    const above = new Float64Array(slices.length);
    const area = d3.area()
      .curve(d3.curveStepAfter)
      .x((slice) => slice.x)
      .y0((slice, i) => this.y(below[i]))
      .y1((slice, i) => this.y(above[i]))
      .context(ctx);
    ctx.globalAlpha = alpha;
    this.parts.forEach((part, index) => {
      slices.forEach((slice, i) => { above[i] = below[i] + slice[which][index]; });
      ctx.fillStyle = ink.cluster(part.index);
      ctx.beginPath();
      area(slices);
      ctx.fill();
      below.set(above);
    });
    ctx.globalAlpha = 1;
  }

  at(time, y, chart) {
    if (!this.y || y > chart.bottom) return null;
    const wanted = this.y.invert(y);
    const lines = [];
    let sum = 0;
    let seq = 0;
    let found = null;
    for (const part of this.parts) {
      const value = value_at(part.series, time);
      sum += value;
      if (!found && wanted <= sum && value > 0) found = part;
      const at = step_at(part.series, time);
      if (at >= 0) seq = Math.max(seq, part.series.seq[at]);
    }
    if (found) {
      lines.push(found.name + ': ' + this.content.format(value_at(found.series, time)));
      seq = found.series.seq[step_at(found.series, time)];
    }
    lines.push('all: ' + this.content.format(sum) +
      (this.content.line ? ' of ' + this.content.format(value_at(this.content.line, time)) : ''));
    return { lines, seq };
  }
}

function start_replicas() {
  const measure = by_id('replica-measure');
  const workload = by_id('replica-workload');
  const names = [...new Set(view.runs.flatMap((run) => run.copies.map((copy) => run.workloads[copy.workload])))].sort();
  const option = (value, text) => {
    const element = make('option', '', text);
    element.value = value;
    workload.append(element);
  };
  option('', 'all');
  names.forEach((name, index) => option(String(index + 1), short_name(name)));
  const stacks = [];
  panes_of('replicas', (pane, run) => {
    new Stack(pane, run, () => {
      const parts = workload.value === ''
        ? run.clusters.map((c) => ({ name: c.name, index: c.index, series: c[measure.value] }))
        : run.copies
          .filter((copy) => run.workloads[copy.workload] === names[Number(workload.value) - 1])
          .map((copy) => ({ name: run.clusters[copy.cluster].name, index: copy.cluster, series: copy[measure.value] }))
          .sort((a, b) => a.index - b.index);
      return { parts: parts.filter((part) => part.series.time.length > 0), format: grouped, whole: true };
    }, 'Pods by cluster, stacked', stacks);
  });
  for (const choice of [measure, workload])
    choice.addEventListener('change', () => stacks.forEach((stack) => stack.refresh()));
}

function start_capacity() {
  const choice = by_id('capacity-resource');
  const resources = [...new Set(view.runs.flatMap((run) => run.resources))];
  by_id('capacity').hidden = resources.length === 0;
  for (const resource of resources) {
    const option = make('option', '', resource);
    option.value = resource;
    choice.append(option);
  }
  // What is scarcest comes first.
  const taken = (resource) => d3.max(view.runs, (run) => {
    const rooms = run.clusters.map((c) => c.room[resource]).filter((room) => room && room.allocatable.time.length > 0);
    const all = highest(summed(rooms.map((room) => room.allocatable)));
    return all > 0 ? highest(summed(rooms.map((room) => room.allocated))) / all : 0;
  });
  if (resources.length) choice.value = resources.reduce((a, b) => (taken(b) > taken(a) ? b : a));
  const stacks = [];
  panes_of('capacity', (pane, run) => {
    new Stack(pane, run, () => {
      const rooms = run.clusters.filter((c) => c.room[choice.value] && c.room[choice.value].allocatable.time.length > 0);
      return {
        parts: rooms.map((c) => ({ name: c.name, index: c.index, series: c.room[choice.value].allocated })),
        line: summed(rooms.map((c) => c.room[choice.value].allocatable)),
        format: (value) => resource_text(choice.value, value),
      };
    }, 'What pods take of the clusters, stacked', stacks);
  });
  choice.addEventListener('change', () => stacks.forEach((stack) => stack.refresh()));
}

function queue_lines(run) {
  const lines = run.queues.map((queue, i) => ({ name: 'queue ' + queue.name, ink: 'c' + (i % 8), series: queue.depth }));
  if (run.tasks.time.length) lines.push({ name: 'graceful eviction tasks', ink: 'evict', series: run.tasks });
  const pending = summed(run.clusters.map((c) => c.pending));
  if (pending.time.length) lines.push({ name: 'pods without a node', ink: 'down', series: pending });
  return lines;
}

function start_queues() {
  const all = new Map(view.runs.map((run) => [run, queue_lines(run)]));
  const max = d3.max([...all.values()].flat(), (line) => highest(line.series)) || 1;
  panes_of('queues', (pane, run) => {
    const lines = all.get(run);
    if (lines.length === 0) {
      pane.append(make('p', 'nothing', 'Nothing was evicted, and no pod waited for a node.'));
      return;
    }
    const grid = make('div', 'chart');
    const legend = make('ul', 'legend wrap');
    for (const line of lines) {
      const item = make('li');
      const entry = make('button');
      entry.type = 'button';
      const swatch = make('span', 'swatch rule');
      swatch.style.setProperty('--swatch', 'var(--' + line.ink + ')');
      entry.append(swatch, make('span', 'name', line.name));
      entry.title = visible(line.name) + ': at most ' + grouped(highest(line.series));
      entry.addEventListener('click', () => {
        // Its peak.
        const { value, seq } = line.series;
        view.choose_seq(run, seq[value.indexOf(highest(line.series))]);
      });
      item.append(entry);
      legend.append(item);
    }
    grid.append(legend);
    pane.append(grid);
    new Chart(grid, run, {
      height: 180,
      label: 'Evictions under way',
      paint: (ctx, chart) => {
        const y = chart.paint_scale(ctx, max * 1.06, grouped, true);
        chart.inside(ctx, () => lines.forEach((line) => paint_line(ctx, line.series, chart, y, ink[line.ink], 1.75)));
      },
      at: (time) => {
        let seq = 0;
        for (const { series } of lines) {
          const at = step_at(series, time);
          if (at >= 0) seq = Math.max(seq, series.seq[at]);
        }
        return { lines: lines.map((line) => line.name + ': ' + grouped(value_at(line.series, time))), seq };
      },
    });
  });
}
