// The box of the moment: who speaks, who answers, or whom to call; one big next action.
import { patch, post } from '../http.js';
import { run } from './clock.js';
import { about, called, el, fill, greeting, hourOf, icon, minutes, ready, whole } from './people.js';
import { momentOf } from './phase.js';
import {
  act,
  button,
  by,
  choices,
  desk,
  endedWords,
  marked,
  phaseNow,
  select,
  serverNow,
  short,
  step,
  words,
} from './steps.js';
import { calmly } from '../ui.js';

const LOOK_MS = 10000;
const LONG = 40;
let drawn = '';
let open = {};

/** @param {Record<string, (...args: any[]) => void>} dialogs what the box opens */
export function nowBox(dialogs) {
  open = dialogs;
  desk.listeners.push(show);
  show();
  setInterval(() => calmly(show), LOOK_MS);
}

const next = () => ready(desk.snapshot.waiting)[0];
const prepared = (turn) => desk.prepared[turn.delegate] ?? [];
const answered = (turn) => prepared(turn).some((one) => one.answer);

/** Draw again when anything on it has changed, the next name and the prepared answer too. */
function show() {
  const { speaking: turn, done, slide, each, resumes_at, bodies, open: isOpen } = desk.snapshot;
  const phase = phaseNow();
  const opening = phase === 'before' ? fill(words.begins, { time: momentOf(words.starts, serverNow()) }) : '';
  const key = JSON.stringify([
    turn && { ...turn, seconds_spoken: 0, seconds_answered: 0 },
    next()?.id,
    done.at(-1)?.id,
    done.length,
    slide,
    resumes_at,
    each,
    bodies,
    isOpen,
    turn && prepared(turn),
    phase,
    opening,
  ]);
  if (key === drawn) return;
  const focused = document.activeElement?.closest('#nowbox') ? document.activeElement.dataset.key : '';
  drawn = key;
  const box = by('nowbox');
  box.dataset.part = turn ? turn.part : 'none';
  const parts = turn ? running(turn) : nobody(phase, opening);
  box.replaceChildren(el('div', 'scroll', ...parts.slice(0, -1)), parts.at(-1));
  if (turn)
    run(box.querySelector('.digits'), box.querySelector('.tbar i'), () => desk.snapshot.clock, caption);
  if (focused) box.querySelector(`[data-key="${focused}"]`)?.focus();
}

function caption(seconds) {
  const left = by('left');
  if (!left) return;
  const { allotted, part } = desk.snapshot.clock;
  const sentence = part === 'answer' ? words.left_answer : words.left;
  left.textContent = seconds < 0 ? words.over : fill(sentence, { n: minutes(allotted) });
}

function keyed(element, key) {
  element.dataset.key = key;
  return element;
}

function running(turn) {
  return turn.part === 'answer' ? answering(turn) : speaking(turn);
}

function head(turn, label) {
  const more = keyed(
    button('', 'icon quiet', (event) => open.turn(turn, event.currentTarget), 'ellipsis'),
    'more',
  );
  more.setAttribute('aria-label', fill(words.menu, { name: whole(turn) }));
  return el(
    'div',
    'eb',
    el('span', '', label),
    turn.topic ? el('span', 'topic', icon(turn.icon), turn.topic) : '',
    more,
  );
}

/** A name of three lines and more is written smaller, so that all below it stays in sight. */
const named = (name) => el('h2', name.length > LONG ? 'l' : '', name);

function timer() {
  const element = el('span', 'big', el('span', 'digits'));
  element.setAttribute('role', 'timer');
  return element;
}

function foot(began) {
  const left = el('span');
  left.id = 'left';
  return [
    el('div', 'tbar', el('i')),
    el('div', 'cap', left, el('span', '', fill(words.started, { time: hourOf(began) }))),
  ];
}

/** Pause and one more minute: beside the clock on a phone. */
function sides(turn) {
  return [
    keyed(
      turn.state === 'paused'
        ? button(words.resume, '', () => act(turn, 'resume', words.resumed), 'play')
        : button(
            short(words.pause, words.pause_short),
            '',
            () => act(turn, 'pause', words.was_paused),
            'pause',
          ),
      'pause',
    ),
    keyed(
      button(
        short(words.more, words.more_short),
        '',
        () => act(turn, 'extend', words.extended, { seconds: 60 }),
        'plus',
      ),
      'minute',
    ),
    turn.part === 'answer'
      ? keyed(
          button(words.follow_up, '', () => act(turn, 'follow_up', words.asked_back), 'reply'),
          'ask',
        )
      : '',
  ].filter(Boolean);
}

/** The one next action: it stands outside of what scrolls. */
function main(element) {
  element.dataset.main = '';
  return keyed(element, 'big');
}

function big(text, onclick, glyph) {
  return main(button(text, 'primary big1', onclick, glyph));
}

function speaking(turn) {
  const label =
    turn.state === 'paused' ? words.paused : turn.part === 'follow_up' ? words.asking : words.speaking;
  const first = turn.walk_in
    ? words.walk_in
    : turn.first
      ? words.first
      : fill(words.spoken_times, { n: turn.times_spoken });
  return [
    head(turn, label),
    marked(named(greeting(turn)), turn),
    el('div', 'sub', [about(turn), first].filter(Boolean).join('. ')),
    el('div', 'rw', timer(), el('div', 'ctl beside', ...sides(turn))),
    ...foot(turn.started_at),
    turn.note ? el('p', 'note', `“${turn.note}”`) : '',
    answerButton(turn),
    el(
      'div',
      'ctl',
      big(words.to_answer, () => act(turn, 'answer', words.answering_now), 'check'),
    ),
  ].filter(Boolean);
}

function bodyName(turn) {
  return desk.snapshot.bodies.find((one) => one.id === turn.body_id)?.name ?? turn.body?.name ?? '';
}

function answerButton(turn) {
  const chip = answered(turn)
    ? el('span', 'chip ok', icon('check'), words.prepared_short)
    : el('span', 'chip warn', icon('triangle-alert'), words.unprepared_short);
  return keyed(
    select(
      words.body,
      bodyName(turn) || words.body_unknown,
      () => open.answer(turn),
      'chevron-down',
      desk.follows ? chip : '',
    ),
    'body',
  );
}

function answering(turn) {
  const outcomes = ['answered', 'written', 'passed'].map((name) => [name, words[`outcome_${name}`]]);
  const then = next();
  return [
    head(turn, turn.state === 'paused' ? words.paused : words.answering),
    marked(named(bodyName(turn) || words.body_unknown), turn),
    el('div', 'sub', [fill(words.answers_to, { name: whole(turn) }), turn.area].filter(Boolean).join(', ')),
    el('div', 'rw', timer(), el('div', 'ctl beside', ...sides(turn))),
    ...foot(turn.started_at),
    choices(words.outcome, outcomes, turn.outcome, (value) =>
      step(patch(`${words.api}/${turn.id}`, { outcome: value }), words[`outcome_${value}`]),
    ),
    el(
      'div',
      'ctl',
      then
        ? big(fill(words.finish_next, { name: called(then) }), () => act(then, 'start', words.called), 'mic')
        : big(words.finish, () => act(turn, 'finish', words.finished), 'check'),
    ),
  ];
}

function nobody(phase, opening) {
  const then = next() ?? desk.snapshot.waiting[0];
  const last = desk.snapshot.done.at(-1);
  if (phase === 'after') return over(then, last);
  return [
    el('div', 'eb', el('span', '', opening || words.nobody)),
    el('h2', '', then ? words.invite_next : words.empty),
    el('div', 'sub', last ? ended(last) : then ? '' : words.empty_detail),
    slideNote(),
    select(
      words.each,
      fill(words.each_value, { n: minutes(desk.snapshot.each), a: minutes(desk.snapshot.answer_seconds) }),
      open.settings,
    ),
    last
      ? select(words.wrong_person, fill(words.restore, { name: called(last) }), () => restore(last), 'undo-2')
      : '',
    el(
      'div',
      'ctl',
      keyed(button(words.take_break, '', open.slides, 'coffee'), 'break'),
      keyed(
        button(words.conclude, '', () => slide('conclusions'), 'flag'),
        'conclude',
      ),
      then
        ? big(fill(words.start, { name: whole(then) }), () => act(then, 'start', words.called), 'mic')
        : big(words.add, open.add, 'user-plus'),
    ),
  ].filter(Boolean);
}

/** The meeting is over: who spoke, and the way back if somebody is still to be heard. */
function over(then, last) {
  const record = el('a', 'btn primary big1', icon('circle-check'), words.record);
  record.href = words.record_url;
  return [
    el('div', 'eb', el('span', '', words.over_title)),
    el('h2', '', endedWords()),
    el('div', 'sub', last ? ended(last) : words.none_done),
    slideNote(),
    el(
      'div',
      'ctl',
      desk.snapshot.slide === 'closing'
        ? ''
        : keyed(
            button(words.slide_closing, '', () => slide('closing'), 'flag'),
            'close',
          ),
      then
        ? keyed(
            button(
              fill(words.start, { name: whole(then) }),
              '',
              () => act(then, 'start', words.called),
              'mic',
            ),
            'again',
          )
        : '',
      main(record),
    ),
  ].filter(Boolean);
}

function ended(last) {
  const by_ = last.answered_by ? fill(words.answered_by, { body: last.answered_by.name }) : '';
  const said = [fill(words.just_ended, { name: called(last), time: hourOf(last.ended_at) }), by_]
    .filter(Boolean)
    .join(', ');
  return said.charAt(0).toUpperCase() + said.slice(1);
}

const restore = (last) => step(post(`${words.api}/restore`), fill(words.put_back, { name: called(last) }));

export const slide = (name, extra = {}) =>
  step(patch(words.api, { slide: name, ...extra }), words[`slide_${name || 'list'}_on`]);

/** What the hall shows instead of the list, with the way back. */
function slideNote() {
  const name = desk.snapshot.slide;
  if (!name) return '';
  const until = desk.snapshot.resumes_at ? fill(words.until, { time: hourOf(desk.snapshot.resumes_at) }) : '';
  return el(
    'div',
    'banner slide',
    icon('monitor'),
    el('span', 'grow', [words[`slide_${name}`], until].filter(Boolean).join(' ')),
    button(words.slide_back, 'sm', () => slide('')),
  );
}
