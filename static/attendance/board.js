// The attendance page: every snapshot redraws what changed; nothing is reloaded.
import { get } from '../http.js';
import { follow } from '../live.js';
import { calmly } from '../ui.js';
import { draw } from './chart.js';
import { hour, phaseOf } from './phase.js';

const MOST_ABSENT = 60;
const MACHINES_MS = 10000;
const LOOK_MS = 10000;
const json = (id) => JSON.parse(document.getElementById(id).textContent);
const words = json('strings');
const by = (id) => document.getElementById(id);
const fill = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? '');
let snapshot = json('snapshot');
const offset = Date.parse(words.now) - Date.now();
const now = () => Date.now() + offset;
let phase = phaseOf(snapshot, now());
let area = '';
let why = '';

function el(tag, cls, ...children) {
  const element = document.createElement(tag);
  if (cls) element.className = cls;
  element.append(...children);
  return element;
}

function percent(part, whole) {
  return whole ? Math.min(100, Math.round((100 * part) / whole)) : 0;
}

const icon = (name) => by(`icon-${name}`).content.cloneNode(true);

function numbers() {
  const { minimum } = snapshot;
  const present = by('present');
  present.textContent = snapshot.present;
  present.dataset.present = snapshot.present;
  const { added, came, invited } = snapshot;
  // With people in it who were on no list, the sum is no part of those who were invited.
  by('invited').textContent = added
    ? fill(words.of_these, { came, n: invited })
    : fill(words.of, { n: invited });
  by('apart').textContent = apart().join(', ');
  const gone = (snapshot.removed ?? []).map((person) => person.name);
  by('removed').hidden = !gone.length || phase === 'after';
  by('removed').textContent = fill(words.removed, { names: gone.join(', ') });
  // Guests who were on no list and observers do not fill the seats of those who were invited.
  const share = percent(minimum.counted, snapshot.invited);
  by('percent').textContent = `${share}%`;
  by('share').style.setProperty('--v', share);
  by('tick').style.setProperty('--v', minimum.percent);
  by('minimum').textContent = fill(words.minimum, { percent: minimum.percent, n: minimum.people });
  const chip = by('enough');
  chip.dataset.reached = minimum.reached;
  chip.classList.toggle('ok', phase === 'during' && minimum.reached);
  chip.hidden = !snapshot.invited;
  by('gauge').hidden = !snapshot.invited;
  by('bar').classList.toggle('short', phase === 'during' && !minimum.reached);
  const text = standing();
  if (chip.lastElementChild.textContent !== text) chip.lastElementChild.textContent = text;
}

/** Only while people come can somebody be missing: before and after it is no alarm. */
function standing() {
  const { hours, minimum } = snapshot;
  if (phase === 'before') return fill(words.doors, { time: hour(hours.opens_at, now()) });
  if (phase === 'after') return words.over;
  return minimum.reached
    ? words.enough
    : fill(words.short, { n: Math.max(0, minimum.people - minimum.counted) });
}

function apart() {
  const found = [];
  if (phase !== 'after') found.push(fill(words.inside, { n: snapshot.inside }));
  if (phase !== 'after' && snapshot.removed_inside)
    found.push(fill(words.removed_inside, { n: snapshot.removed_inside }));
  if (snapshot.added) found.push(fill(words.added, { n: snapshot.added }));
  if (snapshot.observers) found.push(fill(words.observers, { n: snapshot.observers }));
  return found;
}

const NS = 'http://www.w3.org/2000/svg';
const AROUND = 2 * Math.PI * 42;

function circle(cls) {
  const element = document.createElementNS(NS, 'circle');
  for (const [name, value] of Object.entries({ class: cls, cx: 50, cy: 50, r: 42 }))
    element.setAttribute(name, value);
  return element;
}

function ring(row) {
  const svg = document.createElementNS(NS, 'svg');
  for (const [name, value] of Object.entries({
    viewBox: '0 0 100 100',
    fill: 'none',
    'stroke-width': 11,
    'aria-hidden': 'true',
  }))
    svg.setAttribute(name, value);
  svg.append(circle('t'), circle('p'));
  const about = el('span', '', el('b', 'nm', row.name), el('span', 'meta'));
  const box = el('div', '', el('div', 'ring', svg, el('b')), about);
  box.dataset.row = row.id;
  return box;
}

/** Three rings at most: the groups themselves, or households and officials as a whole. */
function ringed() {
  const invited = snapshot.by_group.filter((row) => row.invited);
  if (invited.length <= 3) return invited;
  const kinds = [
    ['household', null],
    ['official', words.officials],
    ['guest', words.guests],
  ];
  return kinds
    .map(([kind, name]) => {
      const rows = invited.filter((row) => row.kind === kind);
      const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
      return { id: kind, name: name ?? rows[0]?.name, invited: sum('invited'), present: sum('present') };
    })
    .filter((row) => row.invited);
}

function rings() {
  const box = by('rings');
  const rows = ringed();
  // Rings are kept and only grow, so that nothing jumps.
  if (rows.map((row) => row.id).join() !== [...box.children].map((child) => child.dataset.row).join()) {
    box.replaceChildren(...rows.map(ring));
  }
  rows.forEach((row, index) => {
    const share = percent(row.present, row.invited);
    const child = box.children[index];
    child.querySelector('.p').setAttribute('stroke-dasharray', `${(AROUND * share) / 100} ${AROUND}`);
    child.querySelector('.ring b').textContent = `${share}%`;
    child.querySelector('.meta').textContent = `${row.present}/${row.invited}`;
  });
  const shown = new Set(rows.map((row) => row.name));
  bars(
    'groups',
    snapshot.by_group.filter((row) => (row.invited || row.kind === 'added') && !shown.has(row.name)),
  );
}

// Bars are kept and only their length changes, so that they grow from the old value.
function bars(id, rows) {
  const box = by(id);
  for (const row of rows) {
    let line = box.querySelector(`[data-row="${row.id}"]`);
    if (!line) {
      line = el('div', 'hb', el('span', '', row.name), el('div', 'bar', el('i')), el('b'));
      line.dataset.row = row.id;
      if (row.kind === 'added') line.querySelector('span').textContent = words.added_row;
      box.append(line);
    }
    if (row.kind === 'added') {
      // They were expected by nobody: a number, and no share of anything.
      line.hidden = !row.present;
      line.querySelector('.bar').hidden = true;
      line.querySelector('b').textContent = String(row.present);
      continue;
    }
    line.querySelector('i').style.setProperty('--v', percent(row.present, row.invited));
    line.querySelector('b').replaceChildren(String(row.present), el('small', '', `/${row.invited}`));
  }
}

const ICONS = {
  camera: 'qr-code',
  wedge: 'qr-code',
  typed: 'keyboard',
  search: 'search',
  id_card: 'id-card',
  walk_in: 'user-plus',
};

function recent() {
  const box = by('recent');
  if (!box) return;
  box.parentElement.hidden = !snapshot.recent.length;
  by('chart').parentElement.classList.toggle('wide', !snapshot.recent.length);
  box.replaceChildren(
    ...snapshot.recent.map((item) => {
      const about = item.substitute
        ? `${fill(words.instead_of, { name: item.called })}, ${item.detail}`
        : item.detail;
      const [how, image] = item.observer
        ? [words.observer, 'ear']
        : item.substitute
          ? [words.instead, 'users']
          : [words.via[item.via], ICONS[item.via]];
      return el(
        'div',
        'lrow',
        el('span', 'tm', item.at.slice(11, 16)),
        el('span', 'grow', el('b', '', item.substitute || item.name), el('span', 'meta', about)),
        el('span', 'topic', ...(image ? [icon(image)] : []), how),
      );
    }),
  );
}

function fold(text) {
  return text
    .toLowerCase()
    .replaceAll('đ', 'd')
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replaceAll('y', 'i');
}

const keys = new Map();

// Folding a thousand names at each arrival would be felt on a tablet: once each is enough.
function key(person) {
  const text = `${person.name} ${person.detail}`;
  if (!keys.has(text)) keys.set(text, fold(text));
  return keys.get(text);
}

/** The number comes only when somebody calls; on a telephone it is dialled at once. */
async function call(person, button) {
  button.disabled = true;
  const answer = await get(words.phone.replace(/0$/, person.delegate));
  if (!answer.ok) {
    button.replaceChildren(words.no_phone);
    return;
  }
  const number = answer.data.phone;
  known.set(person.delegate, number);
  button.replaceWith(dial(number, person));
  if (matchMedia('(pointer: coarse)').matches) location.assign(`tel:${number}`);
}

const known = new Map();

function dial(number, person) {
  const link = el('a', 'btn sm tel', icon('phone'), number.replace(/^(\d{4})(\d{3})(\d+)$/, '$1 $2 $3'));
  link.href = `tel:${number}`;
  link.setAttribute('aria-label', `${words.call} ${person.name}, ${number}`);
  return link;
}

function caller(person) {
  if (!words.phone || !person.phone || phase === 'after') return [];
  if (known.has(person.delegate)) return [dial(known.get(person.delegate), person)];
  const button = el('button', 'btn sm', icon('phone'), el('span', 'pl', words.call));
  button.setAttribute('aria-label', `${words.call} ${person.name}`);
  button.addEventListener('click', () => call(person, button));
  return [button];
}

function absent() {
  const box = by('absent');
  if (!box) return;
  const list = why ? snapshot.excused : snapshot.absent;
  const over = phase === 'after';
  const title = { before: words.expected, after: words.stayed_away }[phase] ?? words.missing;
  by('missing').textContent = fill(title, { n: snapshot.absent.length + snapshot.excused.length });
  const [awaited, excused] = by('why-filter').children;
  awaited.textContent = fill(over ? words.absent : words.awaited, { n: snapshot.absent.length });
  excused.textContent = fill(words.excused, { n: snapshot.excused.length });
  const asked = fold(by('find').value).split(/\s+/).filter(Boolean);
  const fits = list.filter(
    (person) => (!area || String(person.area) === area) && asked.every((word) => key(person).includes(word)),
  );
  const rows = fits
    .slice(0, MOST_ABSENT)
    .map((person) =>
      el(
        'div',
        'lrow',
        el('span', 'grow', el('b', '', person.name), el('span', 'meta', person.detail)),
        ...caller(person),
      ),
    );
  if (fits.length > MOST_ABSENT) {
    rows.push(el('p', 'meta', fill(words.more, { n: fits.length - MOST_ABSENT })));
  }
  if (!rows.length) {
    const none = why ? words.nobody_excused : over ? words.everyone_came : words.everyone;
    rows.push(el('p', 'meta', list.length ? words.nobody_fits : none));
  }
  // A list that is redrawn at each arrival must not take the focus away from who reads it.
  const focused = document.activeElement?.closest?.('#absent .lrow')?.querySelector('b')?.textContent;
  box.replaceChildren(...rows);
  if (focused)
    [...box.querySelectorAll('.lrow')]
      .find((row) => row.querySelector('b').textContent === focused)
      ?.querySelector('.btn')
      ?.focus();
}

function chart() {
  const some = snapshot.arrivals.length > 0;
  by('nochart').hidden = some;
  const starts = snapshot.hours.starts_at;
  const label = fill(words.opens, { time: starts.slice(11, 16) });
  by('chart').replaceChildren(...(some ? [draw(snapshot.arrivals, starts, label)] : []));
  by('hatched').textContent = by('chart').querySelector('.now') ? words.counting : '';
}

function show() {
  phase = phaseOf(snapshot, now());
  by('board').dataset.phase = phase;
  numbers();
  rings();
  bars('areas', snapshot.by_area);
  const sum = (key) => snapshot.by_area.reduce((total, row) => total + row[key], 0);
  by('areas-sum').textContent = `${sum('present')}/${sum('invited')}`;
  chart();
  recent();
  absent();
}

let heard = '';

function state(said) {
  const line = by('live');
  heard = said;
  line.dataset.state = said;
  line.dataset.phase = phase;
  if (phase === 'after') {
    line.replaceChildren(fill(words.final, { time: hour(snapshot.hours.ends_at, now()) }));
    return;
  }
  const time = new Date().toLocaleTimeString('vi-VN', { hour12: false, timeZone: 'Asia/Ho_Chi_Minh' });
  const [before, after] = words.live.split('{time}');
  line.replaceChildren(...(said === 'live' ? [el('span', 'lv', before), time, after] : [words.waiting]));
}

// Doors open and meetings end without anybody doing anything.
setInterval(() => {
  if (phaseOf(snapshot, now()) === phase) return;
  show();
  if (heard) state(heard);
}, LOOK_MS);

by('find')?.addEventListener('input', absent);
function choice(id, take) {
  by(id)?.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    take(button.dataset);
    for (const other of event.currentTarget.children) {
      other.setAttribute('aria-pressed', String(other === button));
    }
    absent();
  });
}
choice('areas-filter', (chosen) => (area = chosen.area));
choice('why-filter', (chosen) => (why = chosen.why));

// Devices do not move the view: their health is looked at by itself.
async function machines() {
  const card = by('machines');
  if (!card) return;
  if (!document.hidden) {
    try {
      const response = await fetch(card.dataset.url, { credentials: 'same-origin' });
      const page = await response.text();
      if (response.ok && !response.redirected && !card.contains(document.activeElement))
        card.innerHTML = page;
    } catch {
      // The next look asks again.
    }
  }
  setTimeout(machines, MACHINES_MS);
}
machines();

show();
follow(
  words.meeting,
  ['attendance'],
  (_view, found) => {
    snapshot = found;
    calmly(show);
    state('live');
  },
  { onstate: state, poll: { attendance: words.poll } },
);
