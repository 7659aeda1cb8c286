// How turns are written on screens.

export const fill = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? '');

export const greeting = (turn) =>
  turn.salutation
    ? `${turn.salutation.charAt(0).toUpperCase()}${turn.salutation.slice(1)} ${turn.name}`
    : turn.name;

export const called = (turn) =>
  turn.salutation ? `${turn.salutation} ${turn.name.split(' ').at(-1)}` : turn.name;

let household = '{n}';

/** Say how a household is written: "hộ {n}". */
export function speak(words) {
  household = words.household;
}

export const about = (turn) =>
  [turn.area || turn.title, turn.household && fill(household, { n: turn.household })]
    .filter(Boolean)
    .join(', ');

/** "ông Trần Văn Bình", inside a sentence. */
export const whole = (turn) => [turn.salutation, turn.name].filter(Boolean).join(' ');

/** Minutes as people say them: 3, 2.5 as "2,5". */
export const minutes = (seconds) =>
  String(Math.round((seconds / 60) * 2) / 2).replace('.', document.documentElement.lang === 'vi' ? ',' : '.');

/** Those who are in the hall: the others are not called. */
export const ready = (waiting) => waiting.filter((turn) => turn.state === 'waiting');

export const hourOf = (at) => (at ? at.slice(11, 16) : '');

export function el(tag, cls, ...children) {
  const element = document.createElement(tag);
  if (cls) element.className = cls;
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return element;
}

/** An icon from the page's templates. */
export function icon(name) {
  const template = document.getElementById(`icon-${name}`);
  return template ? template.content.cloneNode(true) : '';
}
