// Text. Names are data: they come to the page as text nodes alone, and what would not be seen, or would turn
// the text around it, is shown as its code.

const hidden_characters =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const lone_surrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?:^|[^\ud800-\udbff])[\udc00-\udfff]/g;

function visible(text) {
  const code = (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0');
  return String(text)
    .replace(lone_surrogates, (c) => (c.length > 1 ? c[0] + code(c[1]) : code(c)))
    .replace(hidden_characters, code);
}

// At most so many characters of it, as they are shown.
function shortened(text, length) {
  const shown = visible(text);
  return shown.length > length ? shown.slice(0, Math.max(length - 1, 1)) + '\u2026' : shown;
}

// An element with text, which may hold names.
function make(tag, classes, text) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  if (text !== undefined) element.textContent = visible(text);
  return element;
}

function svg(tag, attributes, text) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = visible(text);
  return element;
}

function empty(element) {
  element.replaceChildren();
  return element;
}

function by_id(id) {
  return document.getElementById(id);
}

// "default/foo" of "Deployment/default/foo".
function short_name(workload) {
  const slash = workload.indexOf('/');
  const rest = slash < 0 ? workload : workload.slice(slash + 1);
  return rest.startsWith('/') ? rest.slice(1) : rest;
}

function trimmed(number, places) {
  return String(Number(number.toFixed(places)));
}

// A length of time in seconds, for people: 40.25s, 14m5s, 2h0m.
function span_text(seconds) {
  const sign = seconds < 0 ? '-' : '';
  const s = Math.abs(seconds);
  if (s === 0) return '0s';
  if (s < 0.001) return sign + trimmed(s * 1e6, 1) + '\u00b5s';
  if (s < 1) return sign + trimmed(s * 1e3, 1) + 'ms';
  if (s < 60) return sign + trimmed(s, s < 10 ? 2 : 1) + 's';
  const whole = Math.round(s);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (hours >= 48) return sign + Math.floor(hours / 24) + 'd' + (hours % 24 ? (hours % 24) + 'h' : '');
  if (hours > 0) return sign + hours + 'h' + (minutes ? minutes + 'm' : '') + (whole % 60 ? (whole % 60) + 's' : '');
  return sign + minutes + 'm' + (whole % 60 ? (whole % 60) + 's' : '');
}

// An instant, to the millisecond where it is not whole.
function clock_text(seconds) {
  const milli = Math.round(seconds * 1000);
  const fraction = milli % 1000;
  if (fraction === 0 || seconds < 1 || seconds >= 86400) return span_text(seconds);
  const whole = Math.floor(milli / 1000);
  const text = whole < 60 ? whole + 's' : span_text(whole);
  const point = '.' + String(fraction).padStart(3, '0');
  return text.endsWith('s') ? text.slice(0, -1) + point + 's' : text + '0' + point + 's';
}

const unit_texts = {
  s: span_text,
  share: (v) => trimmed(v * 100, Math.abs(v) < 0.1 ? 2 : 1) + '%',
  '1/s': (v) => trimmed(v, 2) + '/s',
  'replica\u00b7s': (v) => (Math.abs(v) >= 1e6 ? trimmed(v / 1e6, 1) + 'M' : grouped(v)) + ' replica\u00b7s',
};

function grouped(number) {
  const rounded = Math.abs(number) >= 100 ? Math.round(number) : Number(number.toFixed(2));
  return rounded.toLocaleString('en');
}

function amount_text(unit, value) {
  return unit_texts[unit] ? unit_texts[unit](value) : grouped(value);
}

function resource_text(resource, value) {
  if (resource === 'cpu') return grouped(value / 1000);
  if (resource !== 'memory') return grouped(value);
  const powers = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
  let power = 0;
  let rest = value;
  while (Math.abs(rest) >= 1024 && power < powers.length - 1) {
    rest /= 1024;
    power += 1;
  }
  return trimmed(rest, 1) + powers[power];
}

function plural(count, one, many) {
  return grouped(count) + ' ' + (count === 1 ? one : many || one + 's');
}
