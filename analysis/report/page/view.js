// What the whole page shares: the runs, the time shown, the time of the replay, what is chosen. Whoever draws
// something listens.

const view = {
  runs: [],
  end: 1,
  from: 0,
  to: 1,
  now: 0,
  chosen: null, // {run, row}
  listeners: { zoom: [], now: [], choice: [], theme: [], hover: [] },

  on(what, listener) {
    this.listeners[what].push(listener);
  },
  tell(what, detail) {
    for (const listener of this.listeners[what]) listener(detail);
  },

  zoom(from, to) {
    const shortest = Math.max(this.end / 1e6, 1e-6);
    let begin = Math.max(0, Math.min(from, to));
    let end = Math.min(this.end, Math.max(from, to));
    if (end - begin < shortest) {
      const middle = Math.min(Math.max((begin + end) / 2, shortest / 2), this.end - shortest / 2);
      begin = middle - shortest / 2;
      end = middle + shortest / 2;
    }
    if (begin === this.from && end === this.to) return;
    this.from = begin;
    this.to = end;
    this.tell('zoom');
  },
  zoom_by(factor) {
    const middle = (this.from + this.to) / 2;
    const half = ((this.to - this.from) / 2) * factor;
    this.zoom(middle - half, middle + half);
  },
  whole() {
    this.zoom(0, this.end);
  },
  set_now(time) {
    this.now = Math.max(0, Math.min(time, this.end));
    this.tell('now');
  },
  choose(run, row) {
    this.chosen = row < 0 ? null : { run, row };
    this.tell('choice');
  },
  choose_seq(run, seq) {
    const row = run.row_of(seq);
    if (row >= 0) this.choose(run, row);
  },
};

// Colours are the style sheet's; a canvas has to be told.
const ink = {
  read() {
    const style = getComputedStyle(document.documentElement);
    const names = ['paper', 'card', 'ink', 'soft', 'faint', 'line', 'accent', 'bad', 'good', 'ready', 'down', 'unknown',
                   'absent', 'fault', 'fault-edge', 'evict', 'repel', 'c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'];
    for (const name of names) this[name] = style.getPropertyValue('--' + name).trim();
    this.sans = style.getPropertyValue('--sans').trim();
    this.clusters = new Map();
  },
  // Eight hues that the colour-blind can tell apart, then the same, lighter and darker.
  cluster(index) {
    if (!this.clusters.has(index)) {
      const colour = d3.lab(this['c' + (index % 8)]);
      const round = Math.floor(index / 8) % 3;
      if (round > 0) colour.l += round === 1 ? 16 : -16;
      this.clusters.set(index, colour.formatHex ? colour.formatHex() : d3.rgb(colour).hex());
    }
    return this.clusters.get(index);
  },
};

function set_theme(theme) {
  document.documentElement.dataset.theme = theme;
  by_id('theme').textContent = theme === 'dark' ? 'Light' : 'Dark';
  by_id('theme').setAttribute('aria-pressed', String(theme === 'dark'));
  ink.read();
  view.tell('theme');
}

function start_theme() {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  let own = false;
  const theme = () => document.documentElement.dataset.theme;
  const toggle = () => {
    own = true;
    set_theme(theme() === 'dark' ? 'light' : 'dark');
  };
  set_theme(dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', () => { if (!own) set_theme(dark.matches ? 'dark' : 'light'); });
  by_id('theme').addEventListener('click', toggle);
  // Paper is white.
  let before = null;
  window.addEventListener('beforeprint', () => {
    before = theme();
    set_theme('light');
    chart_frames.flush();
  });
  window.addEventListener('afterprint', () => { if (before) set_theme(before); });
  return toggle;
}

// Times at which an axis has marks: some six to ten of them, at round figures.
function time_ticks(from, to, count) {
  const steps = [1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5,
                 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800,
                 432000, 864000, 2592000, 7776000];
  const step = steps.find((s) => (to - from) / s <= count) || (to - from) / count;
  const ticks = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to * (1 + 1e-12); i += 1) ticks.push(i * step);
  return ticks;
}

const tip = {
  show(event, lines) {
    const box = empty(by_id('tip'));
    for (const line of lines) box.append(make('p', '', line));
    box.hidden = false;
    const x = Math.min(event.clientX + 14, window.innerWidth - box.offsetWidth - 8);
    const below = event.clientY + 18;
    const y = below + box.offsetHeight > window.innerHeight ? event.clientY - box.offsetHeight - 12 : below;
    box.style.transform = 'translate(' + Math.round(x) + 'px,' + Math.round(y) + 'px)';
  },
  hide() {
    by_id('tip').hidden = true;
  },
};
