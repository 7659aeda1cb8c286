// What every page does: custom properties from data-*, dialogs, undo toasts.

const PROPERTIES = { v: '--v', c: '--c', d: '--d' };

/** Copy data-v, data-c, data-d to the custom properties that the styles read. */
export function applyData(root = document) {
  for (const [name, property] of Object.entries(PROPERTIES)) {
    for (const element of root.querySelectorAll(`[data-${name}]`)) {
      element.style.setProperty(property, element.dataset[name]);
    }
  }
}

/**
 * Say what was done, with undo for eight seconds.
 * @param {string} text
 * @param {{undo?: string, onundo?: () => void, host?: HTMLElement}} [options]
 */
export function toast(text, options = {}) {
  let host = options.host ?? document.querySelector('.toasts');
  if (!host) {
    host = document.createElement('div');
    host.className = 'toasts';
    host.setAttribute('role', 'status');
    document.body.append(host);
  }
  const element = document.createElement('div');
  element.className = 'toast';
  const words = document.createElement('span');
  words.className = 'grow';
  words.textContent = text;
  element.append(words);
  if (options.undo) {
    const button = document.createElement('button');
    button.className = 'btn sm';
    button.textContent = options.undo;
    button.addEventListener('click', () => {
      element.remove();
      options.onundo?.();
    });
    element.append(button);
  }
  host.replaceChildren(element);
  setTimeout(() => element.remove(), 8000);
}

/** Write a time into cells of one width each, as `.digits` wants it. */
export function digits(element, text) {
  const cells = [...text].map((char) => {
    const cell = document.createElement(/[0-9]/.test(char) ? 'b' : 'i');
    cell.textContent = char;
    return cell;
  });
  element.replaceChildren(...cells);
}

let pressed = false;
const held = new Set();

function released() {
  pressed = false;
  for (const draw of held) draw();
  held.clear();
}

addEventListener('pointerdown', () => (pressed = true), true);
addEventListener('blur', released);
for (const name of ['pointerup', 'pointercancel']) {
  // The click comes after: at once from a mouse, a moment later from a finger.
  addEventListener(name, (event) => setTimeout(released, event.pointerType === 'mouse' ? 0 : 300));
}

/** Draw now, or when no pointer is down: what is drawn anew under a finger cannot be pressed. */
export function calmly(draw) {
  if (pressed) held.add(draw);
  else draw();
}

applyData();

document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-open]');
  if (opener) document.querySelector(opener.dataset.open)?.showModal();
  const closer = event.target.closest('[data-close]');
  if (closer) closer.closest('dialog')?.close();
});
// A second press of a slow form would send it twice.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post') return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = '1';
  setTimeout(() => delete form.dataset.sent, 4000);
});

// Text that is not saved: asked about before the page is left. A form that only acts at once
// (a search, a sign-in) says data-unsaved="no"; one that came back refused is not saved either.
const TEXT_TYPES = ['text', 'date', 'time', 'email', 'tel'];
const TEXT = ['textarea', 'input:not([type])', ...TEXT_TYPES.map((type) => `input[type=${type}]`)].join();

/** @param {HTMLFormElement} form */
function isUnsaved(form) {
  if (form.method !== 'post' || form.dataset.unsaved === 'no' || form.dataset.sent) return false;
  const texts = [...form.elements].filter((field) => field.matches(TEXT));
  if (!texts.length) return false;
  return Boolean(form.querySelector('[aria-invalid=true], .input.bad')) || [...form.elements].some(isChanged);
}

/** Whether a field differs from what the page came with. */
function isChanged(field) {
  if (field.matches(TEXT)) return field.value !== field.defaultValue;
  if (field.matches('input[type=checkbox], input[type=radio]')) return field.checked !== field.defaultChecked;
  if (!field.matches('select')) return false;
  const options = [...field.options];
  const before = options.find((one) => one.defaultSelected) ?? options.find((one) => !one.disabled);
  return !field.multiple && before !== undefined && field.value !== before.value;
}

addEventListener('beforeunload', (event) => {
  if ([...document.forms].some(isUnsaved)) event.preventDefault();
});
// A value that somebody else saved meanwhile is taken over with one press.
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-take]');
  const field = button?.closest('form')?.elements[button.dataset.into];
  if (!field) return;
  field.value = button.dataset.take;
  field.focus();
});
