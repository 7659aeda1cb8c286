// Sends a batch step by step: each answer says how far it is, and when to ask again.
import { post } from '../http.js';

const going = document.querySelector('#going');
const say = document.querySelector('#say');
const figure = document.querySelector('#figure');
const note = document.querySelector('#note');
const bar = document.querySelector('#bar');
const words = JSON.parse(document.querySelector('#words').textContent);
const KINDS = { sent: 'ok', refused: 'warn', unsure: 'warn', dropped: 'line' };
const PATIENCE = 5000;
const quiet = note.textContent;

function show(now) {
  figure.textContent = `${now.done}/${now.total}`;
  bar.setAttribute('aria-valuenow', now.done);
  bar.firstElementChild.style.setProperty('--v', now.total ? (100 * now.done) / now.total : 0);
  const open = now.waiting + now.sending;
  const state = !open ? 'done' : now.stopped ? 'rests' : 'sending';
  if (say.textContent !== words[state]) say.textContent = words[state];
  note.textContent = now.waiting && now.next_in > 1 ? words.later.replace('{n}', now.waiting) : quiet;
  for (const [id, person] of Object.entries(now.people)) {
    const chip = document.querySelector(`tr[data-id="${id}"] .chip`);
    if (!chip || chip.textContent === person.words) continue;
    chip.textContent = person.words;
    chip.className = `chip ${KINDS[person.state] ?? 'info'}`;
  }
}

async function run() {
  const answer = await post(going.dataset.step);
  if (!answer.ok) {
    note.textContent = answer.status === 0 || answer.status >= 500 ? words.away : words.unready;
    if (answer.status === 0 || answer.status >= 500) setTimeout(run, PATIENCE);
    return;
  }
  show(answer.data);
  if (answer.data.stopped) return;
  // What came of those at the end has its button "once more" on a fresh page.
  if (!answer.data.waiting && !answer.data.sending) {
    if (answer.data.refused + answer.data.unsure) location.reload();
    return;
  }
  setTimeout(run, Math.min(Math.max(answer.data.next_in * 1000, 150), PATIENCE));
}

if (going.dataset.run) run();
