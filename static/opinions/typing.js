// Typing opinions during the meeting: keyboard only, one key a matter.

import { get, post } from '../http.js';
import { follow } from '../live.js';
import { people } from './people.js';

const page = document.getElementById('typing');
const words = page.dataset;
const form = page.querySelector('form');
const fields = form.elements;
const api = words.url;
const wrong = document.getElementById('wrong');

let speaking = JSON.parse(document.getElementById('speaking').dataset.speaking);
let same = null;
let last = null;
let asked = 0;
let waiting;

const said = (text, blanks) =>
  Object.entries(blanks).reduce((found, [name, value]) => found.replace(`{${name}}`, value), text);

/** Turns whose words are typed here, by their person: the page's own, who speaks now. */
const turns = new Map();
const known = (delegate, turn) => delegate && turn && turns.set(String(delegate), String(turn));

/** The turn is that of the person who stands in the field: nothing hidden outlives a name. */
function together() {
  const isSpoken = fields.channel.value === 'spoken';
  const turn = (isSpoken && turns.get(fields.delegate.value)) || '';
  document.getElementById('in-turn').hidden = !turn;
  if (turn === fields.turn.value) return;
  fields.turn.value = turn;
  bare();
}

/** No topic stays from another person's words, and none that is looked for comes late. */
function bare() {
  clearTimeout(waiting);
  asked += 1;
  for (const input of topics()) input.checked = false;
}

const topics = () => [...form.querySelectorAll('input[name=topic]')];
const chosen = people(fields.author, fields.delegate, document.getElementById('people'), api, together);

function element(tag, text, className = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** The person who speaks becomes the author; the turn is kept with what was said. */
function takeSpeaker() {
  if (!speaking?.id) return;
  known(speaking.delegate, speaking.id);
  fields.channel.value = 'spoken';
  chosen.set(speaking.delegate, speaking.name);
  bare();
  for (const input of topics()) input.checked = input.value === String(speaking.topic_id);
  fields.text.focus();
}

const WAITS = new Set(['received', 'classified', 'assigned', 'preparing', 'in_progress']);

/** What was prepared has been said aloud: the matter is answered in the hall. */
async function answered(item) {
  const body = { state: 'answered_in_hall', revision: item.revision };
  const answer = await post(`${api}/opinions/${item.id}/move`, body);
  if (!answer.ok) complain(answer);
  await showSpeaking();
  fields.text.focus();
}

async function showSpeaking() {
  const box = document.getElementById('speaking');
  box.replaceChildren();
  if (!speaking?.id) {
    box.append(element('p', words.wNobody, 'meta'));
    return;
  }
  box.append(element('b', speaking.name), element('span', speaking.area ?? '', 'meta'));
  const answer = await get(`${api}/opinions/prepared?delegate=${speaking.delegate}`);
  if (!answer.ok) return;
  for (const item of answer.data.delegates[speaking.delegate] ?? []) {
    const made = document.createElement('div');
    made.className = 'prep';
    const link = element('a', said(words.wNumber, { n: item.number }));
    link.href = words.one.replace('/0', `/${item.id}`);
    made.append(link, ` ${item.words}`, element('b', words.wPrepared));
    made.append(element('span', item.answer || words.wNone));
    if (WAITS.has(item.state)) {
      const button = element('button', words.wHall, 'btn sm');
      button.addEventListener('click', () => answered(item));
      made.append(document.createElement('br'), button);
    }
    box.append(made);
  }
}

/** Empty the form; who speaks in a turn stays, shown, for the next matter of the same speech. */
function clear(nextPerson) {
  fields.text.value = '';
  fields.kind.value = 'request';
  fields.competence.value = 'ward';
  fields.area.value = '';
  fields.read_back.checked = false;
  same = null;
  document.getElementById('alike').hidden = true;
  wrong.hidden = true;
  if (nextPerson || !fields.turn.value) chosen.set('', '');
  bare();
  (nextPerson ? fields.author : fields.text).focus();
}

function shown(matter, text) {
  const item = document.createElement('li');
  const link = element('a', text);
  link.href = words.one.replace('/0', `/${matter}`);
  item.append(link);
  document.getElementById('taken').prepend(item);
  document.getElementById('none').hidden = true;
}

function complain(answer) {
  const problem = answer.data;
  wrong.textContent = answer.status
    ? [problem?.detail, ...Object.values(problem?.fields ?? {})].filter(Boolean).join(' ')
    : words.wOffline;
  wrong.hidden = false;
  fields.text.focus();
}

/** Send what is typed; `join` also makes it a duplicate of the matter that is alike. */
async function send({ join = false } = {}) {
  const text = fields.text.value.trim();
  if (!text || form.dataset.busy) return;
  form.dataset.busy = '1';
  const into = join ? same : null;
  const names = fields.author.value.split(';').map((name) => name.trim());
  const authors = fields.delegate.value
    ? [{ delegate: Number(fields.delegate.value) }]
    : names.filter(Boolean).map((name) => ({ name }));
  const answer = await post(`${api}/opinions`, {
    channel: fields.channel.value,
    authors,
    area: fields.area.value ? Number(fields.area.value) : null,
    turn: fields.turn.value ? Number(fields.turn.value) : null,
    read_back: fields.read_back.checked,
    matters: [
      {
        text,
        topic: fields.topic.value ? Number(fields.topic.value) : null,
        kind: fields.kind.value,
        competence: fields.competence.value,
      },
    ],
  });
  delete form.dataset.busy;
  if (!answer.ok) {
    complain(answer);
    return;
  }
  last = { id: answer.data.ids[0], number: answer.data.numbers[0] };
  const told = last.number ? said(words.wTaken, { n: last.number }) : words.wSecret;
  shown(last.id, last.number ? `${told}: ${text.slice(0, 80)}` : told);
  if (into && last.number) await joined(last, into);
  clear(false);
}

async function joined(matter, into) {
  const answer = await post(`${api}/opinions/${matter.id}/merge`, { into: into.id, revision: 1 });
  if (answer.ok) shown(into.id, said(words.wJoined, { n: matter.number, m: into.number }));
}

/** Look for the same among what is there, a moment after the last key. */
function look() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const text = fields.text.value.trim();
    const mine = ++asked;
    const topic = fields.topic.value;
    const query = new URLSearchParams({ text, ...(topic ? { topic } : {}) });
    const answer = await get(`${api}/opinions/alike?${query}`);
    if (mine !== asked || !answer.ok) return;
    showAlike(answer.data.alike);
    const suggested = answer.data.suggested.topic_id;
    if (!topic && suggested) fields.topic.value = String(suggested);
  }, 250);
}

function showAlike(found) {
  same = found[0] ?? null;
  const box = document.getElementById('alike');
  box.hidden = !found.length;
  box.querySelector('.rows').replaceChildren(
    ...found.map((item, index) => {
      const row = element('div', '', 'row');
      const link = element('a', said(words.wNumber, { n: item.number }));
      link.href = words.one.replace('/0', `/${item.id}`);
      link.target = '_blank';
      row.append(link, element('span', item.words.slice(0, 110), 'grow'));
      if (index === 0) {
        const button = element('button', words.wJoin, 'btn sm');
        button.type = 'button';
        button.addEventListener('click', () => send({ join: true }));
        row.append(button);
      }
      return row;
    }),
  );
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  delete form.dataset.sent;
  send();
});
for (const input of fields.channel) input.addEventListener('change', together);
fields.text.addEventListener('input', look);
fields.text.addEventListener('keydown', (event) => {
  // A Vietnamese keyboard ends its own composing with Enter: that Enter is not ours.
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
form.addEventListener('keydown', (event) => {
  // Enter on a chip or in the name would send what is half written.
  if (event.key === 'Enter' && event.target.matches('input')) event.preventDefault();
});
const KEYS = {
  KeyP: takeSpeaker,
  KeyN: () => clear(true),
  KeyJ: () => same && send({ join: true }),
};
document.addEventListener('keydown', (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  const topic = digit && form.querySelectorAll('input[name=topic]')[Number(digit) - 1];
  const act = topic ? () => (topic.checked = true) : KEYS[event.code];
  if (!act) return;
  event.preventDefault();
  act();
});

follow(words.meeting, ['speakers'], (_view, snapshot) => {
  const before = speaking?.id;
  speaking = snapshot.speaking;
  known(speaking?.delegate, speaking?.id);
  if (speaking?.id !== before) showSpeaking();
});
known(fields.delegate.value, fields.turn.value);
known(speaking?.delegate, speaking?.id);
together();
showSpeaking();
if (!fields.turn.value && speaking?.id && !fields.text.value) takeSpeaker();
