// What each verdict looks like: colour and shape, glyph, the line under the sentence.

/** @typedef {{kind: 'ok'|'warn'|'stop'|'info', glyph: string, seconds: number}} Look */

/** @type {Record<string, Look>} */
export const LOOKS = {
  admitted: { kind: 'ok', glyph: 'check', seconds: 8 },
  review: { kind: 'ok', glyph: 'check', seconds: 8 },
  stored: { kind: 'info', glyph: 'check', seconds: 8 },
  already_in: { kind: 'warn', glyph: 'user-check', seconds: 8 },
  not_open: { kind: 'warn', glyph: 'calendar-clock', seconds: 10 },
  mistyped: { kind: 'warn', glyph: 'delete', seconds: 10 },
  unknown: { kind: 'warn', glyph: 'scan-line', seconds: 10 },
  not_inside: { kind: 'warn', glyph: 'info', seconds: 8 },
  nothing_to_undo: { kind: 'warn', glyph: 'info', seconds: 8 },
  replaced: { kind: 'stop', glyph: 'mail-x', seconds: 10 },
  cancelled: { kind: 'stop', glyph: 'mail-x', seconds: 10 },
  wrong_meeting: { kind: 'stop', glyph: 'calendar-x', seconds: 10 },
  refused: { kind: 'stop', glyph: 'hand', seconds: 10 },
  choose: { kind: 'info', glyph: 'users', seconds: 20 },
  household_in: { kind: 'info', glyph: 'eye', seconds: 20 },
  left: { kind: 'info', glyph: 'log-out', seconds: 8 },
  undone: { kind: 'info', glyph: 'undo-2', seconds: 8 },
  registered: { kind: 'ok', glyph: 'mic', seconds: 8 },
  not_registered: { kind: 'warn', glyph: 'mic', seconds: 10 },
  call: { kind: 'info', glyph: 'hand-helping', seconds: 20 },
};

export const SHAPES = {
  ok: ['circle', { cx: 50, cy: 50, r: 48 }],
  warn: [
    'path',
    {
      d: 'M50 5.5c2.8 0 5.3 1.5 6.7 3.9l40 70.2c3 5.2-.8 11.4-6.7 11.4H10c-5.9 0-9.7-6.2-6.7-11.4l40-70.2C44.7 7 47.2 5.5 50 5.5Z',
    },
  ],
  stop: ['path', { d: 'M30.5 3h39L97 30.5v39L69.5 97h-39L3 69.5v-39Z' }],
  info: ['rect', { x: 4, y: 4, width: 92, height: 92, rx: 16 }],
};

/** "13:12" of an RFC 3339 time, in the hall's zone. */
export function hour(at) {
  return at ? at.slice(11, 16) : '';
}

/** Fill {names} of a sentence. */
export function fill(sentence, facts) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? '');
}

/** "Bà Nguyễn Thị Hoa" */
export function greeting(person) {
  return person.salutation ? `${capital(person.salutation)} ${person.name}` : person.name;
}

/** "bà Hoa" */
export function called(person) {
  return person.salutation ? `${person.salutation} ${person.name.split(' ').at(-1)}` : person.name;
}

/** "Bà", or "Quý vị" for somebody whose form of address is not known. */
export function form(person) {
  return capital(person.salutation || 'quý vị');
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * The line under the sentence.
 * @param {any} answer
 * @param {Record<string, string>} words
 */
export function detail(answer, words) {
  const lines = {
    admitted: () => fill(words.admitted_at, { time: hour(answer.at) }),
    review: () => words.review_detail,
    stored: () => words.stored_detail,
    already_in: () => words.already_detail,
    not_open: () =>
      answer.over ? words.over_detail : fill(words.not_open_detail, { time: hour(answer.opens_at) }),
    mistyped: () => words.mistyped_detail,
    unknown: () => words.unknown_detail,
    not_inside: () => words.not_inside_detail,
    nothing_to_undo: () => words.nothing_detail,
    replaced: () => words.replaced_detail,
    cancelled: () => words.replaced_detail,
    wrong_meeting: () => words.wrong_detail,
    choose: () => words.choose_detail,
    household_in: () => fill(words.household_detail, { who: answer.seat_holder ?? '' }),
    left: () => fill(words.left_detail, { time: hour(answer.at) }),
    undone: () => words.undone_detail,
  };
  return answer.detail ?? lines[answer.verdict]?.() ?? '';
}
