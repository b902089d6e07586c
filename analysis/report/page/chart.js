// A chart along the run's time: a canvas with the axis, faults and the marks that all charts share. Drag zooms, a
// click chooses the event behind what is under the pointer.

const chart_left = 44;
const chart_right = 10;
const axis_height = 22;

// Everything that has to be drawn again is, once a frame.
const chart_frames = {
  waiting: new Set(),
  ask(chart) {
    if (this.waiting.size === 0) requestAnimationFrame(() => this.flush());
    this.waiting.add(chart);
  },
  flush() {
    const charts = [...this.waiting];
    this.waiting.clear();
    for (const chart of charts) chart.draw_now();
  },
};

class Chart {
  // `how`: height, paint(ctx, chart), at(time, y) -> {lines, seq}, and `label` for those who can't see it.
  constructor(parent, run, how) {
    this.run = run;
    this.how = how;
    this.plot = make('div', 'plot');
    this.canvas = make('canvas');
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', visible(how.label));
    this.hair = make('div', 'hair');
    this.now = make('div', 'now');
    this.dragged = make('div', 'drag');
    this.hair.hidden = true;
    this.dragged.hidden = true;
    this.plot.append(this.canvas, this.hair, this.now, this.dragged);
    parent.append(this.plot);
    this.width = 0;
    this.x = d3.scaleLinear();
    this.height = how.height;
    new ResizeObserver(() => this.redraw()).observe(this.plot);
    for (const what of ['zoom', 'theme', 'choice']) view.on(what, () => this.redraw());
    view.on('now', () => this.place(this.now, view.now));
    view.on('hover', (time) => {
      this.hair.hidden = time === null;
      if (time !== null) this.place(this.hair, time);
    });
    this.listen();
    this.redraw();
  }

  redraw() {
    chart_frames.ask(this);
  }

  place(mark, time) {
    const inside = time >= view.from && time <= view.to;
    mark.style.visibility = inside ? 'visible' : 'hidden';
    mark.style.transform = 'translateX(' + this.x(time).toFixed(1) + 'px)';
  }

  draw_now() {
    const width = this.plot.clientWidth;
    if (width === 0) return;
    const dpr = Math.min(window.devicePixelRatio || 1, 3);
    this.width = width;
    if (this.canvas.width !== Math.round(width * dpr) || this.canvas.height !== Math.round(this.height * dpr)) {
      this.canvas.width = Math.round(width * dpr);
      this.canvas.height = Math.round(this.height * dpr);
      this.canvas.style.height = this.height + 'px';
    }
    this.bottom = this.height - axis_height;
    this.x.domain([view.from, view.to]).range([chart_left, width - chart_right]);
    const ctx = this.canvas.getContext('2d');
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.clearRect(0, 0, width, this.height);
    ctx.font = '11px ' + ink.sans;
    this.paint_axis(ctx);
    ctx.save();
    ctx.beginPath();
    ctx.rect(chart_left, 0, width - chart_left - chart_right, this.bottom);
    ctx.clip();
    if (!this.how.own_faults) this.paint_faults(ctx, 0, this.bottom);
    ctx.restore();
    this.how.paint(ctx, this);
    this.paint_end(ctx);
    this.paint_choice(ctx);
    this.place(this.now, view.now);
  }

  // Clips what follows to where time runs.
  inside(ctx, paint) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(chart_left, 0, this.width - chart_left - chart_right, this.bottom);
    ctx.clip();
    paint();
    ctx.restore();
  }

  paint_axis(ctx) {
    ctx.strokeStyle = ink.line;
    ctx.fillStyle = ink.soft;
    ctx.lineWidth = 1;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'alphabetic';
    const wide = this.width - chart_left - chart_right;
    for (const time of time_ticks(view.from, view.to, Math.max(2, wide / 90))) {
      const x = Math.round(this.x(time)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(x, 0);
      ctx.lineTo(x, this.bottom + 4);
      ctx.stroke();
      if (x < this.width - 24) ctx.fillText(clock_text(time), x, this.height - 5);
    }
  }

  paint_faults(ctx, top, bottom) {
    for (const band of this.run.bands) {
      if (band.end < view.from || band.begin > view.to) continue;
      const from = this.x(band.begin);
      const to = Math.max(this.x(band.end), from + 1);
      ctx.fillStyle = ink.fault;
      ctx.fillRect(from, top, to - from, bottom - top);
      // Where they are many, edges would be all that is seen.
      if (to - from < 8) continue;
      ctx.fillStyle = ink['fault-edge'];
      ctx.fillRect(from, top, 1, bottom - top);
      if (band.end < this.run.end) ctx.fillRect(to - 1, top, 1, bottom - top);
    }
  }

  // Of two runs one may be shorter: behind its end there is nothing.
  paint_end(ctx) {
    if (this.run.end >= view.to) return;
    const x = Math.max(this.x(this.run.end), chart_left);
    ctx.fillStyle = ink.paper;
    ctx.fillRect(x, 0, this.width - chart_right - x, this.bottom);
  }

  paint_choice(ctx) {
    if (!view.chosen || view.chosen.run !== this.run) return;
    const time = this.run.time[view.chosen.row];
    if (time < view.from || time > view.to) return;
    const x = Math.round(this.x(time)) + 0.5;
    ctx.strokeStyle = ink.accent;
    ctx.lineWidth = 1.5;
    ctx.setLineDash([4, 3]);
    ctx.beginPath();
    ctx.moveTo(x, 0);
    ctx.lineTo(x, this.bottom);
    ctx.stroke();
    ctx.setLineDash([]);
  }

  // Marks of a vertical axis from 0 to `max`, at whole numbers alone where there are no others; gives its scale.
  paint_scale(ctx, max, format, whole) {
    const y = d3.scaleLinear().domain([0, Math.max(max, 1e-9)]).range([this.bottom, 10]);
    ctx.textAlign = 'right';
    ctx.textBaseline = 'middle';
    for (const value of y.ticks(4)) {
      if (whole && value % 1 !== 0) continue;
      const at = Math.round(y(value)) + 0.5;
      ctx.strokeStyle = ink.line;
      ctx.beginPath();
      ctx.moveTo(chart_left, at);
      ctx.lineTo(this.width - chart_right, at);
      ctx.stroke();
      ctx.fillStyle = ink.soft;
      ctx.fillText(format(value), chart_left - 6, at);
    }
    return y;
  }

  listen() {
    let from = null;
    const place = (event) => {
      const box = this.plot.getBoundingClientRect();
      const x = Math.max(chart_left, Math.min(event.clientX - box.left, box.width - chart_right));
      return { x, y: event.clientY - box.top, time: this.x.invert(x) };
    };
    this.plot.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      from = place(event);
      this.plot.setPointerCapture(event.pointerId);
    });
    this.plot.addEventListener('pointermove', (event) => {
      const at = place(event);
      view.tell('hover', at.time);
      if (from && Math.abs(at.x - from.x) > 4) {
        this.dragged.hidden = false;
        this.dragged.style.left = Math.min(from.x, at.x) + 'px';
        this.dragged.style.width = Math.abs(at.x - from.x) + 'px';
        tip.show(event, [clock_text(from.time) + ' to ' + clock_text(at.time)]);
        return;
      }
      const found = this.how.at(at.time, at.y, this);
      tip.show(event, [clock_text(at.time), ...(found ? found.lines : [])]);
    });
    this.plot.addEventListener('pointerup', (event) => {
      if (!from) return;
      const begin = from;
      from = null;
      this.dragged.hidden = true;
      const at = place(event);
      if (Math.abs(at.x - begin.x) > 4) {
        view.zoom(begin.time, at.time);
        return;
      }
      const found = this.how.at(at.time, at.y, this);
      view.set_now(at.time);
      if (found && found.seq) view.choose_seq(this.run, found.seq);
    });
    this.plot.addEventListener('pointercancel', () => {
      from = null;
      this.dragged.hidden = true;
    });
    this.plot.addEventListener('pointerleave', () => {
      view.tell('hover', null);
      tip.hide();
    });
    this.plot.addEventListener('dblclick', () => view.whole());
  }
}

// A pane for each run.
function panes_of(section, fill) {
  const panes = by_id(section).querySelector('.panes');
  for (const run of view.runs) {
    const pane = make('div', 'pane');
    if (view.runs.length > 1) {
      const title = make('h3');
      title.append(make('span', 'badge', run.label), make('span', 'name', run.about.scenario + ', ' + run.about.profile));
      pane.append(title);
    }
    panes.append(pane);
    fill(pane, run);
  }
}

function key_list(id, entries) {
  const list = by_id(id);
  for (const [colour, text, rule] of entries) {
    const item = make('li');
    const swatch = make('span', 'swatch' + (rule ? ' rule' : ''));
    if (colour.startsWith('s')) {
      swatch.classList.add(colour);
    } else {
      swatch.style.setProperty('--swatch', 'var(--' + colour + ')');
    }
    item.append(swatch, make('span', '', text));
    list.append(item);
  }
}
