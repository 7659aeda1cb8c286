// The minutes grow while people speak: the text is put in place anew when the record moves.
import { follow } from '../live.js';

const text = document.getElementById('text');

async function renew() {
  const response = await fetch(text.dataset.part, { credentials: 'same-origin', cache: 'no-store' });
  if (!response.ok) return;
  const focused = document.activeElement?.closest('.en')?.id;
  text.innerHTML = await response.text();
  // Whoever walks through the paragraphs with the keyboard stays where they are.
  if (focused) document.getElementById(focused)?.querySelector('a')?.focus({ preventScroll: true });
}

let first = true;
follow(text.dataset.meeting, ['minutes'], () => {
  if (!first) renew();
  first = false;
});
