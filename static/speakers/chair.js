// The chairman's view: the moderator's facts, larger, and nothing to press.
import { follow } from '../live.js';
import { hour, learn, run, shift } from './clock.js';
import { about, called, el, fill, greeting, icon, ready, speak, whole } from './people.js';
import { endedAt, momentOf, phaseOf, span } from './phase.js';

const json = (id) => JSON.parse(document.getElementById(id).textContent);
const words = json('strings');
const by = (id) => document.getElementById(id);
const LONG = 22;
const FACTS = 3;
const AFTER = 2;
const CLOCK_MS = 10000;
let snapshot = json('snapshot');
let prepared = json('beside').prepared?.delegates ?? {};
const knows = words.views.includes('prepared');

const matters = (turn) => prepared[turn.delegate] ?? [];
const answerOf = (turn) => matters(turn).find((one) => one.answer)?.answer ?? '';
const wordsOf = (turn) => turn.note || matters(turn)[0]?.words || '';

/** The prepared answer as a few facts: its lines, else its sentences. */
function facts(answer) {
  const lines = answer.split(/\n+/).filter((line) => line.trim());
  const parts = lines.length > 1 ? lines : answer.split(/(?<=[.;])\s+(?=\p{Lu}|\d)/u);
  const found = parts.slice(0, FACTS);
  return parts.length > FACTS ? [...found.slice(0, -1), `${found.at(-1)} …`] : found;
}

function show() {
  const turn = snapshot.speaking;
  const phase = phaseNow();
  // Nobody is called any more once it is over.
  const queue = phase === 'after' ? [] : ready(snapshot.waiting);
  const shown = turn ?? queue.shift();
  by('now').dataset.part = turn?.part ?? 'none';
  document.querySelector('[role=timer]').hidden = !turn;
  document.querySelector('.tbar').hidden = !turn;
  by('what').textContent = !turn && phase === 'after' ? words.over_title : state(turn, shown);
  title(turn, shown);
  if (!turn && phase === 'after') by('name').textContent = endedWords();
  matter(shown);
  next(queue);
  ends(phase);
}

function state(turn, shown) {
  if (!turn) return shown ? words.next : words.nobody;
  if (turn.state === 'paused') return words.paused;
  return { answer: words.answering, follow_up: words.asking }[turn.part] ?? words.speaking;
}

const bodyOf = (turn) => snapshot.bodies.find((one) => one.id === turn.body_id);

function title(turn, shown) {
  const answers = turn?.part === 'answer';
  const name = !shown ? '' : answers ? (bodyOf(turn)?.name ?? words.body_unknown) : greeting(shown);
  by('name').textContent = name;
  by('name').classList.toggle('l', name.length > LONG);
  by('topic').replaceChildren(shown?.topic ? icon(shown.icon) : '', shown?.topic ?? '');
  by('about').textContent = !shown
    ? ''
    : answers
      ? [fill(words.answers_to, { name: whole(turn) }), turn.area].filter(Boolean).join(', ')
      : person(shown);
}

function person(turn) {
  const times = turn.walk_in
    ? words.walk_in
    : turn.first
      ? words.first
      : fill(words.spoken_times, { n: turn.times_spoken });
  return [about(turn), times].filter(Boolean).join('. ');
}

/** The matter in the speaker's words, what was prepared, who answers and is here. */
function matter(turn) {
  for (const id of ['note', 'prep', 'body']) by(id).hidden = !turn;
  if (!turn) return;
  const said = wordsOf(turn);
  by('note').textContent = said ? `“${said}”` : words.no_note;
  by('note').classList.toggle('no', !said);
  const answer = answerOf(turn);
  by('prep').hidden = !knows;
  by('prep').classList.toggle('no', !answer);
  by('preptitle').replaceChildren(
    icon(answer ? 'circle-check' : 'triangle-alert'),
    answer ? words.prepared_title : words.unprepared,
  );
  by('facts').replaceChildren(...(answer ? facts(answer) : instead(turn)).map((line) => el('li', '', line)));
  answering(turn);
}

/** Nothing is prepared: what was said on the same topic, what can be promised. */
function instead(turn) {
  const same = snapshot.done.filter((one) => one.topic_id && one.topic_id === turn.topic_id).map(called);
  return [
    same.length ? fill(words.same_topic, { names: same.slice(-3).join(', ') }) : '',
    words.in_writing,
  ].filter(Boolean);
}

function answering(turn) {
  const body = bodyOf(turn);
  const ended = turn.part === 'answer' && turn.outcome;
  by('bodyname').textContent = body ? fill(words.will_answer, { body: body.name }) : words.body_unknown;
  by('bodysub').textContent = ended
    ? `${words.outcome}: ${words[`outcome_${turn.outcome}`]}`
    : words.or_other;
  by('bodychip').hidden = !body;
  by('bodychip').className = `chip ${body?.here ? 'ok' : 'warn'}`;
  by('bodychip').replaceChildren(
    icon(body?.here ? 'user-check' : 'triangle-alert'),
    body?.here ? words.here : words.not_here,
  );
}

function next(queue) {
  const [first, ...rest] = queue;
  if (!first) return by('next').replaceChildren(el('p', '', words.none));
  const said = wordsOf(first);
  const answer = answerOf(first);
  const chip = el(
    'span',
    `chip ${answer ? 'ok' : 'warn'}`,
    icon(answer ? 'check' : 'triangle-alert'),
    answer ? words.prepared : words.unprepared,
  );
  const rows = rest
    .slice(0, AFTER)
    .map((turn, index) => el('li', '', el('span', '', String(index + 2)), greeting(turn)));
  by('next').replaceChildren(
    ...[
      el('b', '', greeting(first)),
      first.topic ? el('span', 'topic', icon(first.icon), first.topic) : el('span', 'topic', first.area),
      said ? el('p', '', said) : '',
      knows ? chip : '',
      rows.length ? el('ol', '', ...rows) : '',
    ].filter(Boolean),
  );
}

const serverNow = () => Date.now() + shift();
const phaseNow = () => phaseOf(snapshot, words.starts, serverNow());

function ends(phase) {
  by('line').hidden = phase === 'after';
  if (phase === 'after') return over();
  const { forecast, waiting } = snapshot;
  const now = serverNow();
  const limit = Date.parse(forecast.planned_end);
  const before = phase === 'before';
  const left = Math.round(((before ? Date.parse(words.starts) : limit) - now) / 60000);
  const late = forecast.over_seconds >= 30;
  document.querySelector('.end').classList.toggle('warn', late);
  by('lefttitle').textContent = before ? words.to_start : left < 0 ? words.past : words.left;
  by('left').textContent = span(Math.abs(left), words);
  by('ends').textContent = fill(words.ends, { time: momentOf(forecast.ends_at, now) });
  const n = Math.round(forecast.over_seconds / 60);
  const pace = n ? fill(n > 0 ? words.late : words.early, { span: span(Math.abs(n), words) }) : words.on_time;
  by('over').textContent =
    `${pace.charAt(0).toUpperCase()}${pace.slice(1)}, ${fill(words.waiting, { n: waiting.length })}`;
  const starts = Date.parse(words.starts);
  const share = (moment) => Math.min(100, Math.max(0, ((moment - starts) / (limit - starts || 1)) * 100));
  by('line').style.setProperty('--now', share(now));
  by('line').style.setProperty('--rest', Math.max(0, share(Date.parse(forecast.ends_at)) - share(now)));
}

function endedWords() {
  const at = endedAt(snapshot);
  return at ? fill(words.over_at, { time: momentOf(at, serverNow()) }) : words.over_unknown;
}

/** The meeting is over: when it ended, how many were heard. */
function over() {
  const at = endedAt(snapshot);
  document.querySelector('.end').classList.remove('warn');
  by('lefttitle').textContent = words.over_title;
  by('left').textContent = at ? momentOf(at, serverNow()) : '';
  by('ends').textContent = at ? fill(words.heard, { n: snapshot.done.length }) : words.over_unknown;
  by('over').textContent = '';
}

speak(words);
learn(snapshot.clock);
show();
run(by('digits'), by('tbar'), () => snapshot.clock);
hour(by('hour'));
setInterval(show, CLOCK_MS);
follow(
  words.meeting,
  words.views,
  (view, found) => {
    if (view === 'prepared') prepared = found.delegates;
    else {
      snapshot = found;
      learn(found.clock);
    }
    show();
  },
  {
    onstate: (state) => {
      by('stale').hidden = state === 'live';
    },
    poll: { speakers: words.poll },
  },
);
