// The own page looks for news gently and keeps counting the clock; without it all forms work.

const now = document.getElementById('now');
const said = document.getElementById('said');
const off = document.getElementById('off');
const token = document.querySelector('meta[name="csrf-token"]').content;
// The server's clock, for a phone whose own is wrong.
const ahead = Number(now.dataset.server) - Date.now();
const OFFLINE_MS = 10000;
let etag = '';
let timer;
let spoken = '';

function root() {
  return now.firstElementChild;
}

/** Whether the person is writing: then nothing is changed under their fingers. */
function busy() {
  const active = document.activeElement;
  const inside = active && now.contains(active) && /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName);
  return inside || now.querySelector('details[open]') !== null;
}

function tick() {
  for (const clock of now.querySelectorAll('[data-until]')) {
    const left = Math.round((Number(clock.dataset.until) - Date.now() - ahead) / 1000);
    const all = Math.abs(left);
    clock.dataset.clock = String(left);
    const words = `${left < 0 ? '+' : ''}${Math.floor(all / 60)}:${String(all % 60).padStart(2, '0')}`;
    if (clock.textContent !== words) clock.textContent = words;
  }
}

/** Tell a screen reader and the hand what has changed. */
function notice(before) {
  const part = now.querySelector('[data-say]');
  const words = part ? part.dataset.say : '';
  if (words && words !== spoken) said.textContent = words;
  spoken = words;
  const calls = now.querySelector('[data-call]');
  const call = calls ? calls.dataset.call : '';
  if (call && call !== before && navigator.vibrate) navigator.vibrate([400, 200, 400]);
  // The place has moved on: an earlier "I am ready" counts no more.
  if (!call && location.hash === '#ready') location.hash = '#top';
  return call;
}

let called = notice('');

function swap(html) {
  now.innerHTML = html;
  for (const field of now.querySelectorAll('input[name="csrf_token"]')) field.value = token;
  called = notice(called);
  tick();
}

async function look() {
  clearTimeout(timer);
  let wait = Number(root().dataset.poll) * 1000;
  if (!document.hidden && !busy()) {
    try {
      const headers = etag ? { 'If-None-Match': etag } : {};
      const answer = await fetch(now.dataset.address, {
        credentials: 'same-origin',
        cache: 'no-store',
        headers,
      });
      off.hidden = true;
      if (answer.status === 200) {
        const html = await answer.text();
        if (!busy()) {
          etag = answer.headers.get('ETag') || '';
          swap(html);
        }
        wait = Number(root().dataset.poll) * 1000;
      } else if (answer.status === 404) {
        // The invitation was renewed or withdrawn: the page says so itself.
        location.reload();
        return;
      }
    } catch {
      off.hidden = false;
      wait = OFFLINE_MS;
    }
  }
  again(wait);
}

function again(wait) {
  // Spread, so that a hall of phones does not ask at one moment. 0: nothing more will come.
  if (wait) timer = setTimeout(look, wait * (0.7 + Math.random() * 0.6));
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) {
    clearTimeout(timer);
    timer = setTimeout(look, Math.random() * 800);
  }
});
window.addEventListener('online', look);
// A second press of a slow form would send it twice.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = '1';
  setTimeout(() => delete form.dataset.sent, 4000);
});

// Kept for a hall without a network, where the browser allows it.
if ('serviceWorker' in navigator) {
  navigator.serviceWorker.register(now.dataset.worker).catch(() => {});
}
if (navigator.onLine === false) off.hidden = false;
tick();
setInterval(tick, 250);
again(Number(root().dataset.poll) * 1000);
