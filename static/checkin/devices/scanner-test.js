// What a hand-held scanner typed, compared with the code it was shown.

/** @typedef {'ok'|'case'|'changed'|'twice'|'cut'|'extra'|'other'} Kind */

const doubled = (code) => [...code].map((char) => char + char).join('');

function likeness(a, b) {
  let same = 0;
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) if (a[i] === b[i]) same += 1;
  return same / Math.max(a.length, b.length);
}

/**
 * @param {string} typed
 * @param {string[]} codes of the test card
 * @returns {{kind: Kind, index: number}} `index` says which code it was, -1 for none
 */
export function judge(typed, codes) {
  const text = typed.trim();
  const upper = text.toUpperCase();
  const find = (fits) => codes.findIndex(fits);
  const rules = [
    ['ok', (code) => text === code],
    ['case', (code) => upper === code],
    ['twice', (code) => upper === code + code || upper === doubled(code)],
    ['extra', (code) => upper.includes(code)],
    ['cut', (code) => upper.length >= 4 && upper.length < code.length && subsequence(upper, code)],
    ['changed', (code) => Math.abs(upper.length - code.length) <= 4 && likeness(upper, code) >= 0.3],
  ];
  for (const [kind, fits] of rules) {
    const index = find(fits);
    if (index >= 0) return { kind, index };
  }
  return { kind: 'other', index: -1 };
}

function subsequence(part, whole) {
  let at = 0;
  for (const char of whole) if (char === part[at]) at += 1;
  return at === part.length;
}

const SILENCE_MS = 180;
const SHORTEST = 6;
/** Nobody pulls the trigger again as fast: the same code so soon was typed twice. */
const TWICE_MS = 500;

/**
 * @param {HTMLInputElement} input
 * @param {string[]} codes
 * @param {(found: {kind: Kind, index: number, enter: boolean}) => void} onfound
 */
export function listen(input, codes, onfound) {
  let timer;
  let last = { text: '', at: 0 };

  const finish = (enter) => {
    clearTimeout(timer);
    const text = input.value.trim();
    if (!text) return;
    input.value = '';
    const again = text === last.text && performance.now() - last.at < TWICE_MS;
    last = { text, at: performance.now() };
    const found = judge(text, codes);
    onfound({ ...found, kind: again && found.kind === 'ok' ? 'twice' : found.kind, enter });
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    if (input.value.trim().length >= SHORTEST) timer = setTimeout(() => finish(false), SILENCE_MS);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== 'Tab') return;
    if (event.key === 'Tab' && !input.value) return;
    event.preventDefault();
    finish(event.key === 'Enter');
  });
}
