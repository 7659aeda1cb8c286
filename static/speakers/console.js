// The moderator's console: one big next action, the list, undo for every step.
import { get, patch, post, put } from '../http.js';
import { follow } from '../live.js';
import { toast } from '../ui.js';
import { hour, learn, run, written } from './clock.js';
import { movable, moved } from './order.js';
import { about, called, el, fill, greeting, hourOf, icon, ready, speak } from './people.js';

const json = (id) => JSON.parse(document.getElementById(id).textContent);
const words = json('strings');
const by = (id) => document.getElementById(id);
let snapshot = json('snapshot');
let tab = 'waiting';
let chosen = null;
let drawn = '';
let dragging = () => false;

function button(text, cls, onclick, glyph) {
  const element = el('button', `btn ${cls}`.trim(), glyph ? icon(glyph) : '', text);
  element.addEventListener('click', onclick);
  return element;
}

/** Send a step; on success show the new list and offer to take the step back. */
async function step(request, said) {
  const answer = await request;
  if (!answer.ok) {
    toast(answer.data?.detail ?? words.no_answer);
    if (answer.status === 409) take((await get(words.api)).data);
    return;
  }
  const found = answer.data?.waiting ? answer.data : (await get(words.api)).data;
  take(found);
  toast(said, { undo: words.undo, onundo: () => undo(found.step) });
}

// The step is named: somebody may have registered at the door since.
async function undo(last) {
  const answer = await post(`${words.api}/undo`, { step: last });
  take(answer.ok ? answer.data : (await get(words.api)).data);
  toast(answer.ok ? words.undone : (answer.data?.detail ?? words.no_answer));
}

const act = (turn, action, said, body) =>
  step(post(`${words.api}/${turn.id}/${action}`, body), fill(said, { name: called(turn) }));

function order(ids, turnId) {
  const turn = snapshot.waiting.find((item) => item.id === turnId);
  const before = snapshot.waiting.map((item) => item.id).join();
  if (!turn || before === ids.join()) return;
  step(
    put(`${words.api}/order`, { ids, version: snapshot.version }),
    fill(words.moved, { name: called(turn) }),
  );
}

function take(found) {
  if (!found?.waiting || found.version < snapshot.version) return;
  snapshot = found;
  learn(found.clock);
  // A list that changes under the finger cannot be ordered.
  if (!dragging()) show();
}

function show() {
  nowBox();
  rows();
  forecast();
}

/** Draw the current speaker again when anything on it has changed, the next name too. */
function nowBox() {
  const turn = snapshot.speaking;
  const key = JSON.stringify([
    turn && [turn.id, turn.state, turn.note, turn.topic, turn.name],
    ready(snapshot.waiting)[0]?.id,
    snapshot.waiting[0]?.id,
    snapshot.done.at(-1)?.id,
  ]);
  if (key === drawn) return;
  drawn = key;
  by('nowbox').replaceChildren(...(turn ? current(turn) : nobody()));
  if (turn) {
    run(by('nowbox').querySelector('.digits'), by('nowbox').querySelector('.tbar i'), () => snapshot.clock, caption);
  }
}

function caption(seconds) {
  const left = document.getElementById('left');
  if (!left) return;
  const minutes = Math.round((snapshot.clock.allotted / 60) * 10) / 10;
  left.textContent = seconds < 0 ? words.over : fill(words.left, { n: minutes });
}

function current(turn) {
  const paused = turn.state === 'paused';
  const next = ready(snapshot.waiting)[0];
  const timer = el('span', 'big', el('span', 'digits'));
  timer.setAttribute('role', 'timer');
  const left = el('span');
  left.id = 'left';
  const main = next
    ? button(fill(words.finish_next, { name: called(next) }), 'primary big1', () => act(next, 'start', words.called), 'check')
    : button(words.finish, 'primary big1', () => act(turn, 'finish', words.finished), 'check');
  return [
    el('div', 'eb', el('span', '', paused ? words.paused : words.speaking), turn.topic ? el('span', 'topic', icon(turn.icon), turn.topic) : ''),
    marked(el('h2', '', greeting(turn)), turn),
    el('div', 'sub', about(turn)),
    timer,
    el('div', 'tbar', el('i')),
    el('div', 'cap', left, el('span', '', fill(words.started, { time: hourOf(turn.started_at) }))),
    turn.note ? el('p', 'note', `“${turn.note}”`) : '',
    el(
      'div',
      next ? 'ctl three' : 'ctl',
      paused
        ? button(words.resume, '', () => act(turn, 'resume', words.resume), 'play')
        : button(words.pause, '', () => act(turn, 'pause', words.paused), 'pause'),
      button(words.more, '', () => act(turn, 'extend', words.extended, { seconds: 60 }), 'plus'),
      next ? button(words.finish, '', () => act(turn, 'finish', words.finished), 'check') : '',
      main,
    ),
  ];
}

function marked(element, turn) {
  element.dataset.turn = turn.id;
  element.dataset.state = turn.state;
  return element;
}

function nobody() {
  const next = ready(snapshot.waiting)[0] ?? snapshot.waiting[0];
  const last = snapshot.done.at(-1);
  const box = el('div', 'ctl');
  if (last) {
    box.append(button(fill(words.restore, { name: called(last) }), 'big1 back', () => step(post(`${words.api}/restore`), fill(words.put_back, { name: called(last) })), 'undo-2'));
  }
  if (next) {
    box.append(button(fill(words.start, { name: called(next) }), 'primary big1', () => act(next, 'start', words.called), 'mic'));
  }
  return [
    el('div', 'eb', words.nobody),
    next
      ? el('div', '', el('p', 'sub', words.next), el('h2', '', greeting(next)), el('p', 'sub', about(next)), next.topic ? el('span', 'topic', icon(next.icon), next.topic) : '')
      : el('div', 'empty', el('h3', '', words.empty), el('p', '', words.empty_detail)),
    box,
  ];
}

function rows() {
  by('tab-waiting').textContent = fill(words.waiting_n, { n: snapshot.waiting.length });
  by('tab-done').textContent = fill(words.done_n, { n: snapshot.done.length });
  by('tab-waiting').setAttribute('aria-pressed', String(tab === 'waiting'));
  by('tab-done').setAttribute('aria-pressed', String(tab === 'done'));
  const toggle = by('toggle');
  const verb = snapshot.open ? words.close_list : words.open_list;
  toggle.replaceChildren(icon(snapshot.open ? 'lock' : 'lock-open'), el('span', 'wide', verb));
  toggle.setAttribute('aria-label', verb);
  const focused = document.activeElement?.closest?.('.w')?.dataset.turn;
  const list = tab === 'waiting' ? snapshot.waiting : snapshot.done.toReversed();
  const found = list.map((turn, index) => (tab === 'waiting' ? waitingRow(turn, index) : doneRow(turn)));
  const none = tab === 'waiting' ? words.empty : words.none_done;
  by('rows').replaceChildren(...(found.length ? found : [el('li', 'empty', el('h3', '', none), tab === 'waiting' ? el('p', '', words.empty_detail) : '')]));
  if (focused) by('rows').querySelector(`[data-turn="${focused}"]`)?.focus();
}

function chips(turn) {
  return [
    turn.state === 'expected' ? el('span', 'chip warn', words.expected) : '',
    turn.kind === 'priority' ? el('span', 'chip accent', words.priority) : '',
    turn.absences ? el('span', 'chip', words.absent_once) : '',
  ];
}

function waitingRow(turn, index) {
  const more = button('', 'icon', () => menu(turn), 'ellipsis');
  more.setAttribute('aria-label', fill(words.menu, { name: called(turn) }));
  const line = el('span', 'm', [about(turn), turn.topic].filter(Boolean).join(', '), ...chips(turn));
  const row = el(
    'li',
    index === 0 ? 'w first movable' : 'w movable',
    el('span', 'n', String(turn.position)),
    el('span', '', el('b', '', greeting(turn)), line),
    el('span', 'tm', hourOf(turn.expected_at)),
    more,
  );
  row.tabIndex = 0;
  return marked(row, turn);
}

function doneRow(turn) {
  const spoke = fill(words.minutes_spoken, { time: written(turn.seconds_spoken) });
  return marked(
    el('li', 'w', el('span', 'n', icon('check')), el('span', '', el('b', '', greeting(turn)), el('span', 'm', [about(turn), turn.topic].filter(Boolean).join(', '))), el('span', 'tm', spoke), el('span')),
    turn,
  );
}

function forecast() {
  const minutes = Math.round(snapshot.forecast.over_seconds / 60);
  const box = by('forecast');
  box.className = minutes > 0 ? 'fcb warn' : 'fcb';
  const words_ = minutes > 0 ? words.late : words.early;
  box.replaceChildren(el('span', 'wide', words.forecast), el('b', '', hourOf(snapshot.forecast.ends_at)), el('span', '', fill(words_, { n: Math.abs(minutes) })));
}

function menu(turn) {
  chosen = turn;
  by('menuname').textContent = greeting(turn);
  by('menu').showModal();
}

by('menu').addEventListener('click', (event) => {
  const what = event.target.closest('[data-do]')?.dataset.do;
  if (!what || !chosen) return;
  by('menu').close();
  const said = { start: words.called, absent: words.was_absent, withdraw: words.withdrawn };
  if (said[what]) act(chosen, what, said[what]);
  else order(moved(snapshot.waiting.map((item) => item.id), chosen.id, what), chosen.id);
});
by('tab-waiting').addEventListener('click', () => ((tab = 'waiting'), rows()));
by('tab-done').addEventListener('click', () => ((tab = 'done'), rows()));
by('toggle').addEventListener('click', () =>
  step(patch(words.api, { open: !snapshot.open }), snapshot.open ? words.closed : words.opened),
);
by('add').addEventListener('click', () => {
  by('adddialog').showModal();
  by('find').value = '';
  by('found').replaceChildren();
  by('find').focus();
});

let typing;
by('find').addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(search, 180);
});

async function search() {
  const text = by('find').value.trim();
  if (text.length < 2) return by('found').replaceChildren();
  const answer = await get(`${words.delegates}?q=${encodeURIComponent(text)}`);
  if (!answer.ok || by('find').value.trim() !== text) return;
  const found = answer.data.items.slice(0, 8).map((person) =>
    el('li', '', el('span', 'grow', el('b', '', greeting(person)), el('div', 'meta', about(person))), button(words.add_this, 'primary', () => add(person), 'plus')),
  );
  by('found').replaceChildren(...(found.length ? found : [el('li', '', words.nobody_fits)]));
}

async function add(person) {
  const topic = by('topic').value ? Number(by('topic').value) : null;
  by('adddialog').close();
  await step(
    post(words.api, { delegate: person.id, topic, priority: by('priority').checked }),
    fill(words.added, { name: called(person) }),
  );
  by('priority').checked = false;
}

speak(words);
learn(snapshot.clock);
dragging = movable(by('rows'), order, show);
show();
hour(by('hour'));
follow(words.meeting, ['speakers'], (_view, found) => take(found), {
  onstate: (state) => {
    by('stale').hidden = state === 'live';
    // A restored database counts from below: whatever comes next is the truth.
    if (state !== 'live') snapshot.version = 0;
  },
  poll: { speakers: words.api },
});
