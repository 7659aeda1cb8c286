// The signed roll, typed in: a finger on the paper and a finger on the glass move together.
// What is ticked is kept on the device until the server has acknowledged it.
import { get, post } from '../http.js';

const LOOK_MS = 10000;
const MOST_AT_ONCE = 400;
const FINE = new Set(['admitted', 'already_in', 'review']);
const json = (id) => JSON.parse(document.getElementById(id).textContent);
const by = (id) => document.getElementById(id);
const words = json('strings');
const roll = json('roll');
const fill = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? '');
const icon = (name) => by(`icon-${name}`).content.cloneNode(true);
const people = new Map(roll.sheets.flatMap((sheet) => sheet.rows.map((row) => [row.id, { ...row, sheet }])));
const KEPT = `kiosk-roll-${roll.meeting}`;
const came = new Map(Object.entries(roll.came).map(([id, facts]) => [Number(id), facts]));
const done = [];
let current = 0;
let sending = false;

function kept() {
  try {
    const rows = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    return new Map(rows.filter((row) => people.has(row.delegate)).map((row) => [row.delegate, row]));
  } catch {
    return new Map();
  }
}

const ticked = kept();

function keep() {
  try {
    localStorage.setItem(KEPT, JSON.stringify([...ticked.values()]));
  } catch {
    // Kept in memory only; the page says when nothing was sent.
  }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function el(tag, cls, ...children) {
  const element = document.createElement(tag);
  if (cls) element.className = cls;
  element.append(...children);
  return element;
}

function say(text, level = 'ok') {
  by('say').textContent = text;
  by('say').className = `say ${level}`;
}

const label = (row) => row.household || String(row.no);
const hour = () => document.querySelector('input[name=hour]:checked').value || typedHour(by('hour').value);

/** "13:15", "1315", "9h5", "13 giờ 15" as "13:15"; nothing when it is no hour. */
function typedHour(text) {
  const [, hours, minutes] =
    text
      .trim()
      .match(/^(\d{1,2})(?:\D+(\d{1,2})?|(\d{2}))?$/)
      ?.filter((part, i) => i < 2 || part) ?? [];
  if (!hours || Number(hours) > 23 || Number(minutes ?? 0) > 59) return '';
  return `${hours.padStart(2, '0')}:${(minutes ?? '00').padStart(2, '0')}`;
}

function row(person) {
  const facts = came.get(person.id);
  const isTicked = ticked.has(person.id);
  const box = el('span', 'bx', ...(facts || isTicked ? [icon('check')] : []));
  const small = el('small', '');
  if (facts) {
    const told = fill(facts.paper ? words.paper : words.scanned, { time: facts.at });
    small.append(icon(facts.paper ? 'list-checks' : 'scan-line'), el('span', 'vh', told));
    small.title = told;
  }
  const button = el(
    'button',
    facts || isTicked ? 'on' : '',
    box,
    el('em', '', label(person)),
    el('b', '', person.name),
    small,
  );
  if (isTicked) button.classList.add('new');
  if (facts) button.classList.add('came');
  button.dataset.delegate = person.id;
  button.setAttribute('aria-pressed', String(Boolean(facts || isTicked)));
  return button;
}

function show() {
  const sheet = roll.sheets[current];
  by('title').textContent = fill(words.sheet, {
    n: sheet.number,
    of: roll.sheets.length,
    title: sheet.title,
  });
  const focused = document.activeElement?.dataset?.delegate;
  by('rows').replaceChildren(...sheet.rows.map(row));
  if (focused) by('rows').querySelector(`[data-delegate="${focused}"]`)?.focus();
  for (const [id, step] of [
    ['before', -1],
    ['after', 1],
  ]) {
    const other = roll.sheets[current + step];
    by(id).disabled = !other;
    by(id).querySelector('span').textContent = other ? fill(words.to, { n: other.number }) : '';
  }
  log();
}

function planned(tick) {
  const person = people.get(tick.delegate);
  const instead = el('button', 'btn', icon('users'));
  instead.setAttribute('aria-label', `${words.instead}: ${person.name}`);
  instead.addEventListener('click', () => askInstead(tick));
  const back = el('button', 'btn', icon('x'));
  back.setAttribute('aria-label', `${words.untick}: ${person.name}`);
  back.addEventListener('click', () => toggle(person));
  const name = el('span', '', tick.substitute ? tick.substitute.name : person.name);
  const about = tick.message || (tick.substitute ? fill(words.for, { name: person.name }) : '');
  if (about) name.append(el('small', '', about));
  const cls = tick.message ? 'plan bad' : 'plan';
  const number = el('b', '', label(person), el('small', '', tick.time));
  return el(
    'li',
    cls,
    icon(tick.substitute ? 'users' : 'list-checks'),
    number,
    name,
    el('span', 'end', instead, back),
  );
}

function recorded(tick) {
  const person = people.get(tick.delegate);
  const name = tick.substitute ? `${tick.substitute.name}` : person.name;
  return el(
    'li',
    '',
    icon(tick.substitute ? 'users' : 'check'),
    el('b', '', label(person)),
    el('span', '', name),
    el('span', 'end', tick.time),
  );
}

function log() {
  const plans = [...ticked.values()].reverse();
  by('log').replaceChildren(...plans.map(planned), ...done.slice(0, 40).map(recorded));
  by('nolog').hidden = plans.length + done.length > 0;
  by('record').disabled = !plans.length || sending;
  by('record').querySelector('span').textContent = plans.length
    ? fill(words.record, { n: plans.length })
    : words.record_none;
}

/** The hour on the paper, at the day of the meeting. */
const moment = (time) => `${roll.day}T${time}:00+07:00`;

function tick(person) {
  const facts = came.get(person.id);
  if (facts) return say(fill(words.known, { name: person.name, time: facts.at }), 'warn');
  if (ticked.has(person.id)) return say(fill(words.again, { name: person.name }), 'warn');
  const time = hour();
  if (!time || Date.parse(moment(time)) > Date.now()) return say(words.not_now, 'warn');
  ticked.set(person.id, { id: newId(), delegate: person.id, time });
  keep();
  show();
  return say(fill(words.ticked, { name: person.name }));
}

function toggle(person) {
  if (!ticked.delete(person.id)) return tick(person);
  keep();
  show();
  return say('');
}

function askInstead(plan) {
  const dialog = by('instead');
  by('instead-for').textContent = people.get(plan.delegate).name;
  by('instead-name').value = plan.substitute?.name ?? '';
  by('instead-relation').value = plan.substitute?.relation ?? '';
  dialog.returnValue = '';
  dialog.showModal();
  dialog.onclose = () => {
    const name = by('instead-name').value.trim();
    if (!dialog.returnValue) return;
    if (dialog.returnValue === 'keep' && name)
      plan.substitute = { name, relation: by('instead-relation').value.trim() };
    else delete plan.substitute;
    keep();
    show();
  };
}

const plain = (number) =>
  number
    .trim()
    .replace(/^0+(?=\d)/, '')
    .toUpperCase();

/** People with this number: on this sheet first, then in its area, then anywhere. */
function find(number) {
  const sheet = roll.sheets[current];
  const all = [...people.values()];
  const named = all.filter((person) => person.household && plain(person.household) === plain(number));
  const nearest = [
    named.filter((person) => person.sheet === sheet),
    named.filter((person) => person.sheet.title === sheet.title),
    named,
    sheet.rows.filter((person) => !person.household && String(person.no) === plain(number)),
  ];
  return nearest.find((found) => found.length) ?? [];
}

by('number')?.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !event.target.value.trim()) return;
  event.preventDefault();
  const number = event.target.value;
  const found = find(number);
  event.target.value = '';
  if (!found.length) return say(fill(words.nobody, { n: number }), 'warn');
  const person = people.get(found[0].id);
  current = roll.sheets.indexOf(person.sheet);
  show();
  if (found.length > 1) return say(fill(words.several, { n: number }), 'warn');
  return tick(person);
});

by('rows')?.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button) toggle(people.get(Number(button.dataset.delegate)));
});

for (const [id, step] of [
  ['before', -1],
  ['after', 1],
]) {
  by(id)?.addEventListener('click', () => {
    current += step;
    show();
  });
}

document.addEventListener('change', (event) => {
  if (event.target.name !== 'hour') return;
  by('hour').hidden = Boolean(event.target.value);
  if (event.target.value) by('number').focus();
  else by('hour').focus();
});

function settle(sent, results) {
  let count = 0;
  sent.forEach((plan, index) => {
    const result = results[index];
    if (!FINE.has(result.verdict)) {
      plan.message = result.message;
      return;
    }
    ticked.delete(plan.delegate);
    if (result.verdict === 'admitted') {
      done.unshift(plan);
      count += 1;
      came.set(plan.delegate, { at: plan.time, paper: true });
    }
  });
  return count;
}

by('record')?.addEventListener('click', async () => {
  sending = true;
  log();
  const plans = [...ticked.values()].slice(0, MOST_AT_ONCE);
  const rows = plans.map(({ id, delegate, time, substitute }) => ({
    id,
    delegate,
    at: moment(time),
    ...(substitute ? { substitute } : {}),
  }));
  const answer = await post(roll.url, { rows });
  sending = false;
  if (answer.ok) {
    const count = settle(plans, answer.data.results);
    say(fill(words.sent, { n: count }));
    await look();
  } else {
    say(answer.data?.detail && answer.status < 500 ? answer.data.detail : words.unsent, 'warn');
  }
  keep();
  show();
});

async function look() {
  const answer = await get(roll.url);
  if (!answer.ok) return;
  came.clear();
  for (const [id, facts] of Object.entries(answer.data.came)) {
    came.set(Number(id), facts);
    // Scanned elsewhere meanwhile: counted once.
    ticked.delete(Number(id));
  }
  keep();
}

function clockNow() {
  const time = new Date().toLocaleTimeString('vi-VN', {
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    timeZone: 'Asia/Ho_Chi_Minh',
  });
  by('now').replaceChildren(...[...time].map((char) => el(/\d/.test(char) ? 'b' : 'i', '', char)));
}

/** The first usual hour, when it has passed; before that the present one. */
function chooseHour() {
  const choices = [...document.querySelectorAll('input[name=hour]')];
  const passed = choices.filter((choice) => choice.value && Date.parse(moment(choice.value)) <= Date.now());
  const chosen = passed[0] ?? choices.at(-1);
  chosen.checked = true;
  if (chosen.value) return;
  by('hour').hidden = false;
  by('hour').value = new Date().toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'Asia/Ho_Chi_Minh',
  });
}

clockNow();
setInterval(clockNow, 5000);
if (roll.sheets.length) {
  chooseHour();
  show();
  setInterval(async () => {
    if (document.hidden || sending) return;
    await look();
    show();
  }, LOOK_MS);
}
