// When the meeting will end, how that is worked out, and what would help.
import { patch, post } from '../http.js';
import { el, fill, hourOf, icon, minutes } from './people.js';
import { endedAt, momentOf, span } from './phase.js';
import { button, by, desk, endedWords, phaseNow, serverNow, step, words } from './steps.js';
import { calmly } from '../ui.js';

const LOOK_MS = 10000;

export function forecast() {
  by('forecast').addEventListener('click', open);
  by('helpme').addEventListener('click', open);
  desk.listeners.push(show);
  show();
  setInterval(() => calmly(show), LOOK_MS);
}

const over = (seconds) => {
  const n = Math.round(seconds / 60);
  if (!n) return words.on_time;
  return fill(n > 0 ? words.late : words.early, { span: span(Math.abs(n), words.span) });
};

function show() {
  const phase = phaseNow();
  by('aside').dataset.phase = phase;
  if (phase === 'after') return showOver();
  const found = desk.snapshot.forecast;
  const warn = found.level === 'late';
  by('forecast').className = `fcb ${warn ? 'warn' : found.level === 'tight' ? 'tight' : 'ok'}`;
  by('forecast').replaceChildren(
    icon(warn ? 'triangle-alert' : 'check'),
    el('span', 'wide lab', words.forecast),
    el('span', 'small', words.ends),
    el('b', '', momentOf(found.ends_at, serverNow())),
    el('span', 'wide', over(found.over_seconds)),
    icon('chevron-down'),
  );
  by('ends').textContent = momentOf(found.ends_at, serverNow());
  by('endschip').className = `chip ${warn ? 'warn' : 'ok'}`;
  by('endschip').replaceChildren(icon(warn ? 'triangle-alert' : 'check'), over(found.over_seconds));
  by('limit').textContent = fill(words.limit, { time: hourOf(found.planned_end) });
  by('helpme').hidden = found.level === 'fine';
  by('line').hidden = false;
  by('endstitle').textContent = words.forecast;
  by('endschip').hidden = false;
  line(found);
  by('how').replaceChildren(...how(found));
  if (by('remedies').open) remedies();
}

/** The meeting is over: when it ended, and nothing that would help. */
function showOver() {
  const at = endedAt(desk.snapshot);
  by('forecast').className = 'fcb ok';
  by('forecast').replaceChildren(icon('circle-check'), el('span', 'lab', endedWords()));
  by('ends').textContent = at ? momentOf(at, serverNow()) : words.over_unknown;
  by('endstitle').textContent = words.over_title;
  by('endschip').hidden = true;
  by('limit').textContent = fill(words.limit, { time: hourOf(desk.snapshot.forecast.planned_end) });
  by('helpme').hidden = true;
  by('line').hidden = true;
  by('how').replaceChildren();
  if (by('remedies').open) by('remedies').close();
}

/** The meeting as a line: what has passed, what is to come, the limit. */
function line(found) {
  const starts = Date.parse(words.starts);
  const limit = Date.parse(found.planned_end);
  const ends = Date.parse(found.ends_at);
  const all = Math.max(limit, ends) - starts || 1;
  const share = (moment) => Math.min(100, Math.max(0, ((moment - starts) / all) * 100));
  const now = share(Date.parse(desk.snapshot.clock.at));
  const bar = by('line').style;
  bar.setProperty('--now', now);
  bar.setProperty('--rest', Math.max(0, share(ends) - now));
  bar.setProperty('--limit', share(limit));
}

const pair = (label, value) => el('div', 'row between', el('span', '', label), el('b', '', value));

function how(found) {
  const each = found.speech_seconds + found.answer_seconds;
  const parts = [found.speech_seconds, found.answer_seconds].filter(Boolean).map(minutes).join(' + ');
  const rows = [
    found.rest_seconds ? pair(words.how_rest, fill(words.n_minutes, { n: minutes(found.rest_seconds) })) : '',
    pair(
      fill(words.how_turns, { n: found.waiting, m: parts }),
      fill(words.n_minutes, { n: minutes(found.waiting * each) }),
    ),
    pair(words.how_closing, fill(words.n_minutes, { n: minutes(found.closing_seconds) })),
    el('p', 'meta', found.measured ? fill(words.measured, { n: found.measured }) : words.planned),
  ];
  return rows.filter(Boolean);
}

function open() {
  if (phaseNow() === 'after') return;
  remedies();
  by('remedies').showModal();
}

function remedies() {
  const found = desk.snapshot.forecast;
  const each = found.speech_seconds + found.answer_seconds;
  const facts = {
    n: found.waiting,
    m: minutes(each),
    c: minutes(found.closing_seconds),
    time: hourOf(found.ends_at),
  };
  by('remtitle').textContent =
    found.level === 'late'
      ? fill(words.rem_title, { time: hourOf(found.planned_end) })
      : fill(words.rem_fine, { time: hourOf(found.ends_at), over: over(found.over_seconds) });
  by('remtext').textContent = fill(words.rem_text, facts);
  by('remhow').replaceChildren(...how(found));
  by('fix').replaceChildren(...found.helps.map((help) => remedy(help)));
  by('remfoot').hidden = !found.helps.length;
}

const SEND = {
  shorten: (help) => patch(words.api, { seconds: help.seconds, pace: 'fixed' }),
  write: (help) => post(`${words.api}/to_writing`, { turns: help.turns, version: desk.snapshot.version }),
  conclude: (help) => patch(words.api, { closing_seconds: help.seconds }),
  close: () => patch(words.api, { open: false }),
};
const GLYPH = { shorten: 'timer', write: 'message-square-text', conclude: 'flag', close: 'lock' };

/** One tap applies; the toast takes it back. */
function remedy(help) {
  const facts = { n: help.turns ?? '', m: minutes(help.seconds ?? 0) };
  const text = fill(words[`help_${help.what}`], facts);
  const hour = el('em', help.over_seconds > 0 ? 'warn' : 'ok', hourOf(help.ends_at));
  const element = button(
    '',
    '',
    async () => {
      by('remedies').close();
      await step(SEND[help.what](help), text);
    },
    GLYPH[help.what],
  );
  element.append(el('span', 'grow', text), el('span', 'vh', words.ends), hour);
  element.dataset.help = help.what;
  return element;
}
