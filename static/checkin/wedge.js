// Hand-held scanners type like a keyboard into a focused field. A code ends with Enter, Tab,
// or 100 ms of silence. Some type everything twice, some through a Vietnamese input method,
// and some into whatever field somebody left the cursor in.

const SILENCE_MS = 100;
/** A slow scanner or a busy tablet pauses within a code: its rest is waited for. */
const REST_MS = 700;
/** After Enter: a code of several lines, or one sent twice, goes on at once. */
const END_MS = 30;
const SHORTEST = 6;
const SHORTEST_TWICE = 8;
/** More than any code of ours, and of ID cards: the rest of a noisy QR code is not sent. */
const LONGEST = 512;
/** What nobody types by hand: our codes, bare or in an address, and ID cards. */
const SCANNED = /(?:https?:\/\/\S*\/)?(?:[0-9BCFGHJKLMNPQRSTVXZ]{24})$|\d{12}\|.*$/i;
const FIELDS = 'input:not([type=radio],[type=checkbox]),textarea';

/** The beginning of a code, bare or in an address, that no end key has closed yet. */
const BEGUN = /^(?:https?:\/\/\S*|[0-9BCFGHJKLMNPQRSTVXZ\s-]+)$/i;
const WHOLE = /[0-9BCFGHJKLMNPQRSTVXZ]{24}$|^\d{8}$/i;

/** Whether more of a code is to come: digits alone may be somebody on a keyboard. */
export function isBegun(text) {
  const bare = text.trim();
  const typed = /^\d{0,5}$/.test(bare);
  return !typed && BEGUN.test(bare) && !WHOLE.test(bare.replace(/[\s-]/g, ''));
}

/** A code that was typed twice in one go is one code. */
export function once(text) {
  const half = text.length / 2;
  const twice = half >= SHORTEST_TWICE && text.slice(0, half) === text.slice(half);
  return twice ? text.slice(0, half) : text;
}

/** What can be sent: no control characters, no broken characters, not without end. */
export function tidy(text) {
  const part = text
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, LONGEST);
  return new TextDecoder().decode(new TextEncoder().encode(part));
}

/**
 * @param {HTMLInputElement} input stands in no form: Enter must never load a page
 * @param {{oncode: (code: string) => void, onkeys: (text: string) => void}} handlers
 *   `onkeys` gets what is too short for a code: somebody types on a keyboard
 * @returns {() => void} put the focus back into the field
 */
export function listen(input, { oncode, onkeys }) {
  let timer;
  let composing = false;

  const finish = () => {
    clearTimeout(timer);
    // An input method still holds the last letters: leaving the field makes it give them.
    if (composing) input.blur();
    const code = once(input.value.trim());
    input.value = '';
    if (composing || document.activeElement !== input) focus();
    composing = false;
    if (code.length >= SHORTEST) oncode(code);
    else if (code) onkeys(code);
  };
  const later = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(finish, ms);
  };

  input.addEventListener('input', () => later(isBegun(input.value) ? REST_MS : SILENCE_MS));
  input.addEventListener('compositionstart', () => (composing = true));
  input.addEventListener('compositionend', () => {
    composing = false;
    later(SILENCE_MS);
  });
  input.addEventListener('keydown', (event) => {
    const ends = event.key === 'Enter' || (event.key === 'Tab' && input.value);
    if (!ends || event.isComposing) return;
    event.preventDefault();
    later(END_MS);
  });

  const focus = () => {
    const active = document.activeElement;
    const elsewhere = active && active !== input && active.matches('input,textarea,select');
    if (!elsewhere && !document.querySelector('dialog[open]')) input.focus({ preventScroll: true });
  };
  // Who presses buttons with the keyboard keeps the place; a finger needs none.
  document.addEventListener('click', (event) => event.detail && setTimeout(focus));
  window.addEventListener('focus', focus);
  // A key pressed while a button has the focus belongs to the scanner.
  document.addEventListener('keydown', (event) => {
    if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey)
      focus();
  });
  fromOtherFields(input, oncode);
  focus();
  return focus;
}

/** A code scanned while the cursor stands in a form's field is a code, not a name. */
function fromOtherFields(input, oncode) {
  let timer;
  const take = (field) => {
    clearTimeout(timer);
    const typed = once(field.value.trim());
    const found = SCANNED.exec(typed)?.[0];
    if (!found) return false;
    field.value = typed.slice(0, -found.length);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.blur();
    input.focus({ preventScroll: true });
    oncode(found);
    return true;
  };
  const other = ({ target }) => target !== input && target.matches?.(FIELDS);
  const listener = (event) => {
    if (!other(event) || !['Enter', 'Tab'].includes(event.key) || !take(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener('keydown', listener, true);
  document.addEventListener('input', (event) => {
    clearTimeout(timer);
    if (other(event) && SCANNED.test(event.target.value)) timer = setTimeout(take, SILENCE_MS, event.target);
  });
}
