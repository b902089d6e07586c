// The network as the timeline knows it: clusters at their sites and their lines to the control plane, as they are at
// the time of the replay.

function site_of(cluster) {
  return [cluster.provider, cluster.region].filter(Boolean).join(' / ');
}

// Places of sites around the control plane, and of clusters within them.
function map_layout(run) {
  const sites = d3.nest().key(site_of).entries(run.clusters);
  const crowded = run.clusters.length > 60;
  const cell = crowded ? 26 : 78;
  const boxes = sites.map((site) => {
    const columns = Math.min(site.values.length, Math.ceil(Math.sqrt(site.values.length * (crowded ? 2 : 4))));
    const rows = Math.ceil(site.values.length / columns);
    return { name: site.key, clusters: site.values, columns, width: Math.max(columns * cell, 90) + 20, height: rows * cell + 30 };
  });
  // Rows of sites, above and below the control plane in turn.
  const bands = [[], []];
  const widths = [0, 0];
  for (const box of boxes.sort((a, b) => b.width - a.width || d3.ascending(a.name, b.name))) {
    const band = widths[0] <= widths[1] ? 0 : 1;
    bands[band].push(box);
    widths[band] += box.width + 24;
  }
  const width = Math.max(...widths, 340);
  const heights = bands.map((band) => (d3.max(band, (box) => box.height) || 0));
  const middle = heights[0] + 62;
  const nodes = [];
  bands.forEach((band, number) => {
    let x = (width - widths[number] + 24) / 2;
    for (const box of band) {
      box.x = x;
      box.upper = number === 0;
      box.y = box.upper ? heights[0] - box.height : middle + 62;
      x += box.width + 24;
      box.clusters.forEach((cluster, i) => nodes.push({
        cluster,
        x: box.x + (box.width - box.columns * cell) / 2 + cell * (i % box.columns) + cell / 2,
        y: box.y + (box.upper ? 22 : 8) + cell * Math.floor(i / box.columns) + cell * (crowded ? 0.5 : number === 0 ? 0.68 : 0.32),
        // Names stand on the side away from the control plane, where no line runs.
        side: number === 0 ? -1 : 1,
      }));
    }
  });
  const height = middle + (heights[1] ? 62 + heights[1] : 34);
  return { boxes, nodes, crowded, width, height, hub: { x: width / 2, y: middle } };
}

class NetworkMap {
  constructor(pane, run) {
    this.run = run;
    const layout = map_layout(run);
    const figure = make('div', 'map');
    const drawing = svg('svg', { viewBox: '-2 -2 ' + (layout.width + 4) + ' ' + (layout.height + 4), role: 'group',
      'aria-label': 'Network of ' + visible(run.about.scenario) });
    drawing.style.maxWidth = Math.round(layout.width * 1.25) + 'px';
    figure.append(drawing);
    this.happening = make('p', 'happening');
    figure.append(this.happening);
    pane.append(figure);
    for (const box of layout.boxes) {
      drawing.append(svg('rect', { class: 'site', x: box.x, y: box.y, width: box.width, height: box.height, rx: 10 }));
      drawing.append(svg('text', { class: 'site-name', x: box.x + box.width / 2, y: box.upper ? box.y + 15 : box.y + box.height - 9 },
        shortened(box.name, box.width / 7)));
    }
    const { hub } = layout;
    this.nodes = layout.nodes.map((node) => ({ ...node, wire: svg('line', { class: 'wire', x1: hub.x, y1: hub.y,
      x2: node.x, y2: node.y }) }));
    this.crowded = layout.crowded;
    // Of many clusters only the lines that are struck are drawn, and one for each site.
    if (this.crowded) {
      for (const box of layout.boxes) {
        drawing.append(svg('line', { class: 'wire', x1: hub.x, y1: hub.y, x2: box.x + box.width / 2,
          y2: box.upper ? box.y + box.height : box.y }));
      }
    }
    for (const node of this.nodes) drawing.append(node.wire);
    const centre = svg('g', { class: 'hub' });
    centre.append(svg('rect', { x: hub.x - 62, y: hub.y - 16, width: 124, height: 32, rx: 8 }),
      svg('text', { x: hub.x, y: hub.y + 4 }, 'control plane'));
    for (const node of this.nodes) drawing.append(this.node(node, layout.crowded));
    drawing.append(centre);
    view.on('now', () => this.show());
    this.show();
  }

  node(node, crowded) {
    const radius = crowded ? 8 : 17;
    const group = svg('g', { class: 'node', tabindex: '0', role: 'button', transform: 'translate(' + node.x + ',' + node.y + ')' });
    group.append(svg('circle', { class: 'ring', r: radius + 4 }), svg('circle', { class: 'dot', r: radius }));
    node.sign = svg('text', { class: 'sign', y: 4 });
    group.append(node.sign);
    if (!crowded) {
      const [upper, lower] = node.side < 0 ? [-radius - 21, -radius - 8] : [radius + 18, radius + 31];
      group.append(svg('text', { y: upper }, shortened(node.cluster.name, 12)));
      node.count = svg('text', { class: 'count', y: lower });
      group.append(node.count);
    }
    node.group = group;
    const choose = () => {
      const found = lane_at(this.run, node.cluster.index, view.now);
      if (found.seq) view.choose_seq(this.run, found.seq); else choose_first_trouble(this.run, node.cluster);
    };
    group.addEventListener('click', choose);
    group.addEventListener('keydown', (event) => { if (event.key === 'Enter') choose(); });
    group.addEventListener('pointermove', (event) => tip.show(event, lane_at(this.run, node.cluster.index, view.now).lines));
    group.addEventListener('pointerleave', () => tip.hide());
    return group;
  }

  show() {
    const now = Math.min(view.now, this.run.end);
    const acting = this.run.faults.filter((f) => f.begin <= now && (now < f.end || f.lasts));
    const struck = new Set(acting.flatMap((f) => f.clusters));
    for (const node of this.nodes) {
      const { cluster } = node;
      const condition = value_at(cluster.condition, now);
      const evicting = value_at(cluster.noExecute, now) > 0;
      const hit = struck.has(cluster.index);
      const state = ['', 'ready', 'down', 'unknown'][condition];
      node.group.setAttribute('class', ['node', state, hit ? 'struck' : '', evicting ? 'evicting' : ''].join(' ').trim());
      node.wire.setAttribute('class', hit ? 'wire struck' : 'wire' + (this.crowded ? ' unseen' : ''));
      const ready = value_at(cluster.ready, now);
      const running = value_at(cluster.running, now);
      // Not by colour alone.
      node.sign.textContent = ['', '', '\u00d7', '?'][condition];
      if (node.count) node.count.textContent = ready === running ? plural(ready, 'pod') : grouped(ready) + ' of ' + plural(running, 'pod');
      node.group.setAttribute('aria-label', visible(cluster.name) + ': ' + condition_words[condition] + ', ' + ready + ' of ' +
        running + ' pods ready' + (hit ? ', struck by a fault' : '') + (evicting ? ', evicting' : ''));
    }
    const words = acting.slice(0, 3).map((f) => f.words + (f.links.length ? ' of ' + f.links.slice(0, 3).join(', ') : '') +
      ' since ' + clock_text(f.begin));
    if (acting.length > 3) words.push('and ' + plural(acting.length - 3, 'other fault'));
    this.happening.textContent = visible(words.length ? 'Under way: ' + words.join('; ') : 'No fault is under way.');
  }
}

function start_map() {
  const slider = by_id('slider');
  const clock = by_id('clock');
  const play = by_id('play');
  panes_of('map', (pane, run) => new NetworkMap(pane, run));
  view.on('now', () => {
    const place = String(Math.round((view.now / view.end) * 1000));
    if (slider.value !== place) slider.value = place;
    clock.textContent = clock_text(view.now);
    slider.setAttribute('aria-valuetext', clock_text(view.now));
  });
  slider.addEventListener('input', () => view.set_now((Number(slider.value) / 1000) * view.end));

  // What is shown passes in some 20 seconds.
  let timer = null;
  const stop = () => {
    if (timer) timer.stop();
    timer = null;
    play.textContent = 'Play';
    play.setAttribute('aria-pressed', 'false');
  };
  const toggle = () => {
    if (timer) {
      stop();
      return;
    }
    if (view.now >= view.to || view.now < view.from) view.set_now(view.from);
    const begin = view.now;
    play.textContent = 'Pause';
    play.setAttribute('aria-pressed', 'true');
    timer = d3.timer((passed) => {
      view.set_now(Math.min(begin + (passed / 20000) * (view.to - view.from), view.to));
      if (view.now >= view.to) stop();
    });
  };
  play.addEventListener('click', toggle);
  return { toggle, step: (steps) => view.set_now(view.now + ((view.to - view.from) / 200) * steps) };
}
