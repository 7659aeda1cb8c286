// The devices page: how they are follows by itself; while a code waits, the minutes left and
// the device's coming show.
import { get } from '../http.js';

const LOOK_MS = 4000;
const WAIT_MS = 2000;
const fleet = document.getElementById('fleet');
const dialog = document.getElementById('pair');

/** Battery levels and colours are data; `base` does the same for what was there at first. */
function applyData(root) {
  for (const element of root.querySelectorAll('[data-v]'))
    element.style.setProperty('--v', element.dataset.v);
  for (const element of root.querySelectorAll('[data-c]'))
    element.style.setProperty('--c', element.dataset.c);
}

/** Somebody is reading or typing there: what is under a finger must not move. */
const inUse = () =>
  fleet.querySelector('dialog[open], details[open]') || fleet.contains(document.activeElement);

async function look() {
  if (!document.hidden && !inUse()) {
    try {
      const response = await fetch(fleet.dataset.url, { credentials: 'same-origin' });
      const page = await response.text();
      if (response.ok && !response.redirected && !inUse()) {
        fleet.innerHTML = page;
        applyData(fleet);
      }
    } catch {
      // The next look asks again.
    }
  }
  setTimeout(look, LOOK_MS);
}

// One menu at a time; it closes when something is chosen or tapped elsewhere.
document.addEventListener('click', (event) => {
  const own = event.target.closest('summary')?.parentElement;
  for (const menu of fleet.querySelectorAll('details[open]')) if (menu !== own) menu.open = false;
});
document.addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && fleet.querySelector('details[open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

function minutesLeft() {
  const left = document.getElementById('left');
  const seconds = Math.max(0, Math.round((Date.parse(dialog.dataset.expires) - Date.now()) / 1000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  left.classList.toggle('over', !seconds);
  left.querySelector('b').textContent = seconds
    ? left.dataset.words.replace('{time}', time)
    : left.dataset.over;
  document.getElementById('another').classList.toggle('primary', !seconds);
}

async function cameYet() {
  const answer = await get(dialog.dataset.url);
  const device = answer.data?.items?.find((item) => String(item.id) === dialog.dataset.device);
  if (!device || device.pending || device.state !== 'paired') return false;
  const came = document.getElementById('came');
  came.querySelector('b').textContent = came.dataset.words.replace('{name}', device.name);
  came.hidden = false;
  document.getElementById('left').hidden = true;
  document.getElementById('another').hidden = true;
  const done = document.getElementById('waits');
  done.removeAttribute('aria-disabled');
  done.querySelector('span').textContent = done.dataset.done;
  done.querySelector('.ic').remove();
  done.focus();
  return true;
}

function waitForDevice() {
  minutesLeft();
  const clock = setInterval(minutesLeft, 1000);
  const wait = async () => {
    if (await cameYet()) clearInterval(clock);
    else setTimeout(wait, WAIT_MS);
  };
  wait();
}

if (dialog.hasAttribute('data-now')) dialog.showModal();
if (dialog.dataset.device) waitForDevice();
setTimeout(look, LOOK_MS);
