// Arrivals as bars, drawn as SVG.

const NS = 'http://www.w3.org/2000/svg';
const WIDTH = 720;
const HEIGHT = 220;
const FLOOR = 188;
const TOP = 28;
const LEFT = 36;
const STEP_MS = 300000;

function add(parent, tag, attributes, text) {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

/**
 * @param {{at: string, count: number}[]} arrivals
 * @param {string} starts when the meeting opens
 * @param {string} label what the line of the opening says
 */
export function draw(arrivals, starts, label) {
  const svg = document.createElementNS(NS, 'svg');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('class', 'chart');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', arrivals.map((a) => `${a.at.slice(11, 16)}: ${a.count}`).join(', '));
  const shown = arrivals.slice(-24);
  const most = Math.max(...shown.map((a) => a.count), 4);
  const step = Math.min(64, (WIDTH - LEFT) / Math.max(shown.length, 8));
  hatch(svg);
  for (const level of levels(most)) {
    const y = FLOOR - ((FLOOR - TOP) * level) / most;
    add(svg, 'line', { x1: LEFT, x2: WIDTH, y1: y, y2: y });
    add(svg, 'text', { x: LEFT - 8, y: y + 4, 'text-anchor': 'end' }, level);
  }
  shown.forEach((arrival, index) => {
    const height = ((FLOOR - TOP) * arrival.count) / most;
    const x = LEFT + index * step + step * 0.14;
    const counting = Date.now() - Date.parse(arrival.at) < STEP_MS;
    add(svg, 'rect', {
      x,
      y: FLOOR - height,
      width: step * 0.72,
      height,
      rx: 4,
      class: counting ? 'now' : '',
    });
    const middle = x + step * 0.36;
    if (arrival.count)
      add(
        svg,
        'text',
        { x: middle, y: FLOOR - height - 6, 'text-anchor': 'middle', class: 'v' },
        arrival.count,
      );
    if (step > 40 || index % 2 === 0) {
      add(svg, 'text', { x: middle, y: FLOOR + 20, 'text-anchor': 'middle' }, arrival.at.slice(11, 16));
    }
  });
  opening(svg, shown, step, starts, label);
  return svg;
}

function opening(svg, shown, step, starts, label) {
  if (!shown.length) return;
  const steps = (Date.parse(starts) - Date.parse(shown[0].at)) / STEP_MS;
  const x = LEFT + steps * step;
  if (x < LEFT || x > WIDTH - 4) return;
  add(svg, 'line', { x1: x, x2: x, y1: 8, y2: FLOOR, class: 'open' });
  const before = x > WIDTH - 140;
  add(
    svg,
    'text',
    { x: before ? x - 8 : x + 8, y: 18, class: 'v', 'text-anchor': before ? 'end' : 'start' },
    label,
  );
}

/** The running five minutes are hatched: the bar still grows. */
function hatch(svg) {
  const pattern = add(add(svg, 'defs', {}), 'pattern', {
    id: 'hatch',
    width: 6,
    height: 6,
    patternUnits: 'userSpaceOnUse',
    patternTransform: 'rotate(45)',
  });
  add(pattern, 'rect', { width: 6, height: 6, class: 'h1' });
  add(pattern, 'rect', { width: 2.5, height: 6, class: 'h2' });
}

function levels(most) {
  const step = [2, 5, 10, 20, 50, 100, 200, 500].find((size) => most / size <= 3) ?? 1000;
  const found = [];
  for (let level = 0; level <= most; level += step) found.push(level);
  return found;
}
