// A run's data, unfolded from columns of distances. Times are seconds from here on.

function sums(distances, scale) {
  const out = new Float64Array(distances.length);
  let sum = 0;
  for (let i = 0; i < distances.length; i += 1) {
    sum += distances[i];
    out[i] = scale === undefined ? sum : sum * scale;
  }
  return out;
}

const no_steps = { time: new Float64Array(0), value: new Float64Array(0), seq: new Float64Array(0) };

// The last step at or before the time; -1 if there is none.
function step_at(series, time) {
  return d3.bisectRight(series.time, time) - 1;
}

function value_at(series, time) {
  const at = step_at(series, time);
  return at < 0 ? 0 : series.value[at];
}

class Run {
  constructor(raw, label) {
    this.label = label;
    this.about = raw.run;
    this.second = raw.run.unit / 1e9;
    this.end = raw.run.end * this.second;
    this.workloads = raw.workloads;
    this.kinds = raw.kinds;
    this.stages = raw.stages;
    this.failovers = raw.failovers;
    this.failover_count = raw.failoverCount;
    this.metrics = new Map(raw.metrics.map(([name, unit, value]) => [name, { unit, value }]));
    this.resources = [];
    this.clusters = raw.clusters.map((c, index) => this.cluster(c, index));
    this.copies = raw.copies.map((c) => ({
      workload: c.workload,
      cluster: c.cluster,
      running: this.series(c.running),
      ready: this.series(c.ready),
    }));
    this.copies_left_out = raw.copiesLeftOut;
    this.queues = raw.queues.map((q) => ({ name: q.name, depth: this.series(q.depth) }));
    this.tasks = this.series(raw.tasks);
    this.faults = raw.faults.map((f) => ({
      ...f,
      begin: f.begin * this.second,
      end: f.end === undefined ? this.end : f.end * this.second,
      lasts: f.end === undefined,
      words: [f.type, f.mode && '(' + f.mode + ')'].filter(Boolean).join(' '),
    }));
    this.bands = united(this.faults);
    this.table(raw.table);
  }

  series(columns) {
    if (!columns) return no_steps;
    return { time: sums(columns[0], this.second), value: sums(columns[1]), seq: sums(columns[2]) };
  }

  cluster(raw, index) {
    const cluster = { index, name: raw.name, region: raw.region, provider: raw.provider, zones: raw.zones,
                      sync_mode: raw.syncMode, room: {} };
    for (const line of ['running', 'ready', 'pending', 'condition', 'noExecute', 'noSchedule', 'nodes'])
      cluster[line] = this.series(raw[line]);
    for (const resource of Object.keys(raw.room)) {
      const room = raw.room[resource];
      cluster.room[resource] = { allocatable: this.series(room.allocatable), allocated: this.series(room.allocated) };
      if (room.allocatable && !this.resources.includes(resource)) this.resources.push(resource);
    }
    return cluster;
  }

  table(raw) {
    this.count = raw.seq.length;
    this.seq = sums(raw.seq);
    this.time = sums(raw.time, this.second);
    this.kind = Uint8Array.from(raw.kind);
    this.cluster_of = Int32Array.from(raw.cluster);
    this.workload_of = Int32Array.from(raw.workload);
    this.cause = Float64Array.from(raw.cause, (distance, i) => (distance === 0 ? 0 : this.seq[i] - distance));
    this.skips = new Set(raw.skips);
    this.words_of = Uint32Array.from(raw.words);
    this.fields_of = Uint32Array.from(raw.fields);
    this.texts = raw.texts;
    this.every = raw.every;
  }

  // What happened, with names in their places.
  words(row) {
    const text = this.texts[this.words_of[row]];
    if (text[0] === '\x04') return text.slice(1);
    const workload = this.workload_of[row] ? this.workloads[this.workload_of[row] - 1] : '';
    const cluster = this.cluster_of[row] ? this.clusters[this.cluster_of[row] - 1].name : '';
    // Not by replace(): "$&" in a name would mean something.
    return text.split('\x01').join(cluster)
      .split('\x02').join(workload)
      .split('\x03').join(workload.slice(workload.indexOf('/') + 1));
  }

  kind_name(row) {
    return this.kinds[this.kind[row]];
  }

  // The row of an event, or the nearest before it that is in the table; -1 if there is none.
  row_of(seq) {
    return d3.bisectRight(this.seq, seq) - 1;
  }

  // Rows from the first cause to the event itself.
  chain(row) {
    const rows = [row];
    for (let at = row; this.cause[at] > 0;) {
      at = this.row_of(this.cause[at]);
      rows.push(at);
    }
    return rows.reverse();
  }

  // Rows of events that this one led to.
  effects(row) {
    if (!this.first_effect) this.link_effects();
    const rows = [];
    for (let at = this.first_effect[row]; at >= 0; at = this.next_effect[at]) rows.push(at);
    return rows;
  }

  link_effects() {
    this.first_effect = new Int32Array(this.count).fill(-1);
    this.next_effect = new Int32Array(this.count).fill(-1);
    for (let row = this.count - 1; row >= 0; row -= 1) {
      if (this.cause[row] === 0) continue;
      const cause = this.row_of(this.cause[row]);
      this.next_effect[row] = this.first_effect[cause];
      this.first_effect[cause] = row;
    }
  }

  // What a search looks through, in lower case.
  haystack(row) {
    if (!this.haystacks) this.haystacks = new Array(this.count);
    let text = this.haystacks[row];
    if (text === undefined) {
      const workload = this.workload_of[row] ? this.workloads[this.workload_of[row] - 1] : '';
      const cluster = this.cluster_of[row] ? this.clusters[this.cluster_of[row] - 1].name : '';
      text = [this.kind_name(row), this.words(row), cluster, workload].join('\n').toLowerCase();
      this.haystacks[row] = text;
    }
    return text;
  }

  metric(name) {
    const metric = this.metrics.get(name);
    return metric ? metric.value : undefined;
  }

  faults_of(cluster, time) {
    return this.faults.filter((f) => f.begin <= time && time < f.end + (f.lasts ? 1 : 0) && f.clusters.includes(cluster));
  }
}

// Times in which at least one fault acts.
function united(faults) {
  const bands = [];
  for (const { begin, end } of faults) {
    const last = bands[bands.length - 1];
    if (last && begin <= last.end) {
      last.end = Math.max(last.end, end);
    } else {
      bands.push({ begin, end });
    }
  }
  return bands;
}

// Several series as one: every change in order, and what each is from then on.
function merged(list) {
  const changes = [];
  list.forEach((series, index) => {
    for (let i = 0; i < series.time.length; i += 1)
      changes.push([series.time[i], index, series.value[i], series.seq[i]]);
  });
  return changes.sort((a, b) => a[0] - b[0] || a[3] - b[3] || a[1] - b[1]);
}

// The sum of several series, as a series.
function summed(list) {
  const values = new Float64Array(list.length);
  const time = [];
  const value = [];
  const seq = [];
  let total = 0;
  for (const [at, index, now, cause] of merged(list)) {
    total += now - values[index];
    values[index] = now;
    if (time.length && time[time.length - 1] === at) {
      value[value.length - 1] = total;
      continue;
    }
    time.push(at);
    value.push(total);
    seq.push(cause);
  }
  return { time: Float64Array.from(time), value: Float64Array.from(value), seq: Float64Array.from(seq) };
}
