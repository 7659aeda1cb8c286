// Hand-held scanners type like a keyboard into a focused field. A code ends with Enter,
// Tab, or 100 ms of silence.

const SILENCE_MS = 100;
const SHORTEST = 6;

/**
 * @param {HTMLInputElement} input stands in no form: Enter must never load a page
 * @param {{oncode: (code: string) => void, onkeys: (text: string) => void}} handlers
 *   `onkeys` gets what is too short for a code: somebody types on a keyboard
 * @returns {() => void} put the focus back into the field
 */
export function listen(input, { oncode, onkeys }) {
  let timer;

  const finish = () => {
    clearTimeout(timer);
    const code = input.value.trim();
    input.value = '';
    if (code.length >= SHORTEST) oncode(code);
    else if (code) onkeys(code);
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(finish, SILENCE_MS);
  });
  input.addEventListener('keydown', (event) => {
    const ends = event.key === 'Enter' || (event.key === 'Tab' && input.value);
    if (!ends) return;
    event.preventDefault();
    finish();
  });

  const focus = () => {
    const active = document.activeElement;
    const elsewhere = active && active !== input && active.matches('input,textarea,select');
    if (!elsewhere) input.focus({ preventScroll: true });
  };
  document.addEventListener('click', () => setTimeout(focus));
  window.addEventListener('focus', focus);
  // A key pressed while a button has the focus belongs to the scanner.
  document.addEventListener('keydown', (event) => {
    if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey) focus();
  });
  focus();
  return focus;
}
