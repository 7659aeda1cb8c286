// What each verdict looks like: colour and shape, glyph, seconds, the line under the sentence.

/** @typedef {{kind: 'ok'|'warn'|'stop'|'info', glyph: string, seconds: number, sound?: string}} Look */

/** @type {Record<string, Look>} */
const LOOKS = {
  admitted: { kind: 'ok', glyph: 'check', seconds: 8 },
  review: { kind: 'info', glyph: 'check', seconds: 8 },
  stored: { kind: 'info', glyph: 'check', seconds: 8 },
  already_in: { kind: 'warn', glyph: 'check-check', seconds: 8 },
  not_open: { kind: 'warn', glyph: 'clock', seconds: 10 },
  closed: { kind: 'stop', glyph: 'door-closed', seconds: 10 },
  mistyped: { kind: 'warn', glyph: 'keyboard', seconds: 10 },
  unknown: { kind: 'warn', glyph: 'circle-question-mark', seconds: 10 },
  not_inside: { kind: 'warn', glyph: 'info', seconds: 8 },
  nothing_to_undo: { kind: 'warn', glyph: 'info', seconds: 8 },
  replaced: { kind: 'stop', glyph: 'hand', seconds: 10 },
  cancelled: { kind: 'stop', glyph: 'hand', seconds: 10 },
  wrong_meeting: { kind: 'stop', glyph: 'calendar-x', seconds: 10 },
  over: { kind: 'stop', glyph: 'calendar-x', seconds: 10 },
  refused: { kind: 'stop', glyph: 'hand', seconds: 10 },
  unpaired: { kind: 'stop', glyph: 'unplug', seconds: 20 },
  choose: { kind: 'info', glyph: 'id-card', seconds: 20 },
  household_in: { kind: 'info', glyph: 'ear', seconds: 20 },
  left: { kind: 'info', glyph: 'log-out', seconds: 8 },
  undone: { kind: 'info', glyph: 'undo-2', seconds: 8 },
  registered: { kind: 'ok', glyph: 'mic', seconds: 8 },
  not_registered: { kind: 'warn', glyph: 'mic', seconds: 10 },
  online_only: { kind: 'warn', glyph: 'wifi-off', seconds: 20 },
  call: { kind: 'info', glyph: 'hand-helping', seconds: 30, sound: 'call' },
  card_short: { kind: 'warn', glyph: 'id-card', seconds: 20 },
};

export const SHAPES = {
  ok: ['circle', { cx: 50, cy: 50, r: 48 }],
  warn: [
    'path',
    {
      d:
        'M50 5.5c2.8 0 5.3 1.5 6.7 3.9l40 70.2c3 5.2-.8 11.4-6.7 11.4H10' +
        'c-5.9 0-9.7-6.2-6.7-11.4l40-70.2C44.7 7 47.2 5.5 50 5.5Z',
    },
  ],
  stop: ['path', { d: 'M30.5 3h39L97 30.5v39L69.5 97h-39L3 69.5v-39Z' }],
  info: ['rect', { x: 4, y: 4, width: 92, height: 92, rx: 16 }],
};

const ZONE = 'Asia/Ho_Chi_Minh';

/** The look of an answer; a door that closed is another matter than one not yet open. */
export function lookOf(answer) {
  // Blue: the person goes in, the machine still has something to do.
  if (answer.offline && answer.verdict === 'admitted') return LOOKS.stored;
  return LOOKS[isClosed(answer) ? 'closed' : answer.verdict] ?? LOOKS.unknown;
}

/** Whether waiting would not help: after the meeting, or closed by hand. */
export function isClosed(answer) {
  return answer.verdict === 'not_open' && (answer.over || Date.parse(answer.opens_at) <= Date.now());
}

/** "13:12" of an RFC 3339 time, in the hall's zone. */
export function hour(at) {
  return at ? at.slice(11, 16) : '';
}

/** {h: "13", m: "12"}, to be filled into a sentence. */
export function clock(at) {
  const [h, m] = hour(at).split(':');
  return { h: h ?? '', m: m ?? '' };
}

/** "thứ Năm 02/11" */
export function day(at, language) {
  const weekday = new Date(at).toLocaleDateString(language, { weekday: 'long', timeZone: ZONE });
  const name = language === 'vi' ? weekday.charAt(0).toLowerCase() + weekday.slice(1) : weekday;
  return `${name} ${at.slice(8, 10)}/${at.slice(5, 7)}`;
}

/** "02/11/2023" */
export function dated(at) {
  return `${at.slice(8, 10)}/${at.slice(5, 7)}/${at.slice(0, 4)}`;
}

/** Whether a time is on this day, in the hall's zone. */
export function isToday(at, now) {
  const options = { timeZone: ZONE };
  return (
    new Date(at).toLocaleDateString('vi-VN', options) === new Date(now).toLocaleDateString('vi-VN', options)
  );
}

/** Whether it is the tablet that is wrong, not the letter: its own meeting is over. */
export function isPast(answer, page) {
  return answer.verdict === 'over' || (answer.verdict === 'wrong_meeting' && page.isOver());
}

/** Fill {names} of a sentence. */
export function fill(sentence, facts) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? '');
}

/** "Bà Nguyễn Thị Hoa" */
export function greeting(person) {
  return capital(named(person));
}

/** "bà Nguyễn Thị Hoa" */
export function named(person) {
  return person.salutation ? `${person.salutation} ${person.name}` : person.name;
}

/** "bà Hoa" */
export function called(person) {
  return person.salutation ? `${person.salutation} ${person.name.split(' ').at(-1)}` : person.name;
}

export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How somebody is spoken to: {form: "bà", Form: "Bà"}. */
export function forms(person, words) {
  const form = person?.salutation || words.you;
  return { form, Form: capital(form) };
}

/**
 * The line under the sentence.
 * @param {any} answer
 * @param {Record<string, string>} words
 */
export function detail(answer, words) {
  const person = answer.delegate;
  const lines = {
    admitted: () => {
      const at = clock(answer.at);
      if (!answer.substitute) return fill(words.admitted_at, at);
      return fill(words.instead_at, { ...at, who: named(person) });
    },
    review: () => words.review_detail,
    stored: () => words.stored_detail,
    already_in: () => fill(words.already_detail, forms(person, words)),
    not_open: () =>
      isClosed(answer) ? words.closed_detail : fill(words.not_open_detail, clock(answer.opens_at)),
    mistyped: () => words.mistyped_code,
    unknown: () => words.unknown_detail,
    not_inside: () => words.not_inside_detail,
    nothing_to_undo: () => words.nothing_detail,
    replaced: () => words.replaced_detail,
    cancelled: () => words.replaced_detail,
    wrong_meeting: () => words.wrong_detail,
    choose: () => words.choose_detail,
    household_in: () => fill(words.household_detail, { household: person?.household }),
    left: () => fill(words.left_detail, clock(answer.at)),
    undone: () => words.undone_detail,
  };
  return answer.detail ?? lines[answer.verdict]?.() ?? '';
}
