// The list beside the moment: who waits, questions in writing, topics, who has spoken.
import { post, put } from '../http.js';
import { written } from './clock.js';
import { movable, moved } from './order.js';
import { about, called, el, fill, greeting, hourOf, icon, whole } from './people.js';
import { act, button, by, desk, marked, short, step, words } from './steps.js';

const TABS = ['waiting', 'questions', 'topics', 'done'];
let tab = 'waiting';
let open = {};

/** @param {Record<string, (...args: any[]) => void>} dialogs what the list opens */
export function list(dialogs) {
  open = dialogs;
  movable(by('rows'), order, show);
  for (const name of TABS) by(`tab-${name}`).addEventListener('click', () => choose(name));
  by('tabs').addEventListener('keydown', arrows);
  desk.listeners.push(show);
  show();
}

function choose(name) {
  tab = name;
  show();
}

function arrows(event) {
  const by_ = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by_) return;
  const shown = TABS.filter((name) => by(`tab-${name}`).offsetParent);
  choose(shown[(shown.indexOf(tab) + by_ + shown.length) % shown.length]);
  by(`tab-${tab}`).focus();
}

export function order(ids, turnId) {
  const { waiting, version } = desk.snapshot;
  const turn = waiting.find((item) => item.id === turnId);
  const before = waiting.map((item) => item.id);
  if (!turn || before.join() === ids.join()) return;
  const place = ids.indexOf(turnId) + 1;
  const said = fill(place < before.indexOf(turnId) + 1 ? words.moved_up : words.moved_down, {
    name: called(turn),
    n: place,
  });
  step(put(`${words.api}/order`, { ids, version }), said);
}

export const move = (turn, what) =>
  order(
    moved(
      desk.snapshot.waiting.map((item) => item.id),
      turn.id,
      what,
    ),
    turn.id,
  );

function show() {
  const { waiting, done, questions } = desk.snapshot;
  const unread = questions.filter((one) => !one.read_at).length;
  const labels = {
    waiting: [words.waiting_n, waiting.length],
    questions: [words.questions_n, unread],
    topics: [words.topics],
    done: [words.done_n, done.length],
  };
  for (const name of TABS) {
    const element = by(`tab-${name}`);
    element.textContent = fill(labels[name][0], { n: labels[name][1] });
    element.setAttribute('aria-selected', String(name === tab));
    element.tabIndex = name === tab ? 0 : -1;
  }
  by('panel').setAttribute('aria-labelledby', `tab-${tab}`);
  const focused = document.activeElement?.closest?.('#rows .w');
  const key = focused?.dataset.turn;
  const part = document.activeElement?.tagName === 'BUTTON' ? 'button' : '';
  by('rows').replaceChildren(...DRAW[tab]());
  if (key) by('rows').querySelector(`[data-turn="${key}"] ${part}`.trim())?.focus();
}

const none = (title, detail = '') => [
  el('li', 'empty', el('h3', '', title), detail ? el('p', '', detail) : ''),
];

const DRAW = {
  waiting: () => {
    const rows = desk.snapshot.waiting.map(waitingRow);
    return rows.length ? rows : none(words.empty, words.empty_detail);
  },
  done: () => {
    const rows = desk.snapshot.done.toReversed().map(doneRow);
    return rows.length ? rows : none(words.none_done);
  },
  questions: () => {
    const rows = desk.snapshot.questions.map(questionRow);
    return rows.length ? rows : none(words.no_questions, words.no_questions_detail);
  },
  topics: () => topicRows('w plain'),
};

const said = (turn) =>
  [
    turn.area || turn.title,
    turn.topic,
    turn.walk_in ? words.walk_in : '',
    turn.times_spoken ? fill(words.spoken_times, { n: turn.times_spoken }) : '',
  ]
    .filter(Boolean)
    .join(', ');

const chips = (turn) => [
  turn.state === 'expected' ? el('span', 'chip warn', turn.went_out ? words.went_out : words.expected) : '',
  turn.uninvited ? el('span', 'chip stop', words.uninvited) : '',
  turn.kind === 'priority' ? el('span', 'chip accent', words.priority) : '',
  turn.absences ? el('span', 'chip', words.absent_once) : '',
];

function waitingRow(turn, index) {
  const more = button('', 'icon', (event) => open.row(turn, event.currentTarget), 'ellipsis');
  more.setAttribute('aria-label', fill(words.menu_numbered, { name: whole(turn), n: turn.position }));
  const number = el('span', 'n', String(turn.position));
  number.title = words.drag;
  const first = index === 0;
  const row = el(
    'li',
    `w movable${first ? ' first' : ''}${index < desk.snapshot.locked ? ' locked' : ''}`,
    number,
    el(
      'span',
      'who',
      first ? el('span', 'eb', words.next) : '',
      el('b', '', greeting(turn)),
      el('span', 'm', said(turn), ...chips(turn)),
    ),
    first
      ? tell(turn)
      : el('span', 'tm', index < desk.snapshot.locked ? icon('lock') : '', hourOf(turn.expected_at)),
    more,
  );
  row.tabIndex = 0;
  return marked(row, turn);
}

/** Tell the next person to get ready: a word to the phone, not a second way to begin. */
function tell(turn) {
  if (turn.state !== 'waiting') return el('span', 'tm', hourOf(turn.expected_at));
  if (turn.told_at) return el('span', 'told', icon('check'), words.told);
  return button(
    short(words.tell, words.tell_short),
    'tell',
    () => act(turn, 'told', words.was_told),
    'bell-ring',
  );
}

function doneRow(turn, index, all) {
  const outcome = turn.outcome ? words[`outcome_${turn.outcome}`] : '';
  const spoke = fill(words.minutes_spoken, { time: written(turn.seconds_spoken) });
  return marked(
    el(
      'li',
      'w',
      el('span', 'n', icon('check')),
      el(
        'span',
        'who',
        el('b', '', greeting(turn)),
        el('span', 'm', [about(turn), turn.topic, outcome].filter(Boolean).join(', ')),
      ),
      el('span', 'tm', spoke),
      doneMore(turn, all.length - index),
    ),
    turn,
  );
}

function doneMore(turn, place) {
  const more = button('', 'icon', (event) => open.ended(turn, event.currentTarget), 'ellipsis');
  more.setAttribute('aria-label', fill(words.menu_numbered, { name: whole(turn), n: place }));
  return more;
}

export function questionRow(question) {
  const read = Boolean(question.read_at);
  const row = el(
    'li',
    `w q${read ? ' read' : ''}`,
    el('span', 'n', icon(read ? 'check' : 'message-square-text')),
    el(
      'span',
      'who',
      el('b', '', question.text),
      el('span', 'm', [greeting(question), question.area, question.topic].filter(Boolean).join(', ')),
    ),
    read
      ? el('span', 'tm', fill(words.read_at, { time: hourOf(question.read_at) }))
      : button(words.read, 'sm', () => open.question(question)),
  );
  if (read) row.append(mark(question, 'unread', words.unread, 'undo-2'));
  row.dataset.question = question.id;
  return row;
}

function mark(question, what, label, glyph) {
  const element = button('', 'icon', () => sendMark(question, what), glyph);
  element.setAttribute('aria-label', label);
  return element;
}

/** A question is no step of the queue: marked back by its own button. */
export async function sendMark(question, what) {
  const answer = await post(`${words.api}/questions/${question.id}/${what}`);
  if (answer.ok) open.take(answer.data);
  else open.refresh();
}

export function topicRows(cls) {
  return desk.snapshot.topics.map((topic) =>
    el(
      'li',
      cls,
      el('span', 'topic', topic.icon ? icon(topic.icon) : '', topic.name || words.no_topic),
      el('span', 'tm', el('b', '', String(topic.heard)), ` / ${topic.waiting}`),
    ),
  );
}
