// The attendance page: every snapshot redraws what changed; nothing is reloaded.
import { follow } from '../live.js';
import { draw } from './chart.js';

const MOST_ABSENT = 60;
const json = (id) => JSON.parse(document.getElementById(id).textContent);
const words = json('strings');
const by = (id) => document.getElementById(id);
const fill = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? '');
let snapshot = json('snapshot');
let area = '';

function el(tag, cls, ...children) {
  const element = document.createElement(tag);
  if (cls) element.className = cls;
  element.append(...children);
  return element;
}

function percent(part, whole) {
  return whole ? Math.min(100, Math.round((100 * part) / whole)) : 0;
}

function numbers() {
  const present = by('present');
  present.textContent = snapshot.present;
  present.dataset.present = snapshot.present;
  by('invited').textContent = fill(words.of, { n: snapshot.invited });
  by('inside').textContent = fill(words.inside, { n: snapshot.inside });
  by('added').textContent = snapshot.added ? fill(words.added, { n: snapshot.added }) : '';
  // Guests who were on no list do not fill the seats of those who were.
  const share = percent(snapshot.present - snapshot.added, snapshot.invited);
  by('percent').textContent = `${share}%`;
  by('share').style.setProperty('--v', share);
}

// Bars are kept and only their length changes, so that they grow from the old value.
function bars(id, rows) {
  const box = by(id);
  for (const row of rows) {
    let line = box.querySelector(`[data-row="${row.id}"]`);
    if (!line) {
      line = el('div', 'hb', el('span', '', row.name), el('div', 'bar', el('i')), el('b'));
      line.dataset.row = row.id;
      box.append(line);
    }
    line.querySelector('i').style.setProperty('--v', percent(row.present, row.invited));
    line.querySelector('b').replaceChildren(String(row.present), el('small', '', `/${row.invited}`));
  }
}

function recent() {
  const box = by('recent');
  if (!box) return;
  box.replaceChildren(
    ...snapshot.recent.map((item) => {
      const name = item.substitute || item.name;
      const about = item.substitute ? `${item.detail}` : item.detail;
      const how = item.observer ? words.observer : words.via[item.via];
      return el(
        'div',
        'lrow',
        el('span', 'tm', item.at.slice(11, 16)),
        el('span', 'grow', el('b', '', name), el('span', 'meta', about)),
        el('span', 'meta', how),
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

function absent() {
  const box = by('absent');
  if (!box) return;
  by('missing').textContent = fill(words.missing, { n: snapshot.absent.length });
  const asked = fold(by('find').value).split(/\s+/).filter(Boolean);
  const fits = snapshot.absent.filter(
    (person) =>
      (!area || String(person.area) === area) && asked.every((word) => key(person).includes(word)),
  );
  const rows = fits
    .slice(0, MOST_ABSENT)
    .map((person) => el('div', 'lrow', el('span', 'grow', el('b', '', person.name), el('span', 'meta', person.detail))));
  if (fits.length > MOST_ABSENT) {
    rows.push(el('p', 'meta', fill(words.more, { n: fits.length - MOST_ABSENT })));
  }
  if (!rows.length) {
    rows.push(el('p', 'meta', snapshot.absent.length ? words.nobody_fits : words.everyone));
  }
  box.replaceChildren(...rows);
}

function chart() {
  const some = snapshot.arrivals.length > 0;
  by('nochart').hidden = some;
  const label = fill(words.opens, { time: words.starts.slice(11, 16) });
  by('chart').replaceChildren(...(some ? [draw(snapshot.arrivals, words.starts, label)] : []));
}

function show() {
  numbers();
  bars('groups', snapshot.by_group);
  bars('areas', snapshot.by_area);
  chart();
  recent();
  absent();
}

function state(now) {
  const line = by('live');
  line.dataset.state = now;
  const time = new Date().toLocaleTimeString('vi-VN', { hour12: false, timeZone: 'Asia/Ho_Chi_Minh' });
  const [before, after] = words.live.split('{time}');
  line.replaceChildren(
    ...(now === 'live' ? [el('span', 'lv', before), time, after] : [words.waiting]),
  );
}

by('find')?.addEventListener('input', absent);
by('areas-filter')?.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  area = button.dataset.area;
  for (const other of event.currentTarget.children) {
    other.setAttribute('aria-pressed', String(other === button));
  }
  absent();
});

show();
follow(
  words.meeting,
  ['attendance'],
  (_view, found) => {
    snapshot = found;
    show();
    state('live');
  },
  { onstate: state, poll: { attendance: words.poll } },
);
