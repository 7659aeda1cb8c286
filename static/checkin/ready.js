// Whether this tablet is ready: nine checks, one verdict, and the door in any case.
import { post } from '../http.js';
import * as checks from './ready-checks.js';
import { listen } from './scanner-test.js';
import { play, unlock } from './sound.js';
import { clear } from './tablet.js';

const READ_MS = 150;
const json = (id) => JSON.parse(document.getElementById(id).textContent);
const by = (id) => document.getElementById(id);
const config = json('config');
const words = json('strings');
const results = new Map();
const reader = new checks.Reader(config.worker);
const video = by('video');
const said = {};
let stream = null;

// Whatever this tablet was before: names of other meetings go as soon as it is ours.
clear(config.meeting, config.page).catch(() => null);

function set(name, result) {
  results.set(name, result);
  const cell = by(`ck-${name}`);
  cell.hidden = false;
  cell.dataset.level = result.level;
  cell.querySelector('.m').textContent = result.text;
  verdict();
}

function verdict() {
  const panel = by('verdict');
  const waits = [...document.querySelectorAll('.ck:not([hidden])')].some(
    (cell) => cell.dataset.level === 'wait',
  );
  const bad = [...results.values()].filter((result) => ['warn', 'stop'].includes(result.level));
  const level = waits ? 'wait' : bad.length ? 'warn' : 'ok';
  by('again').hidden = level !== 'warn';
  by('try').hidden = !stream || level !== 'ok';
  if (panel.dataset.level === level && level !== 'warn') return;
  panel.dataset.level = level;
  if (level === 'wait') return;
  const title = bad.length === 1 ? words.left_one : words.left_many.replace('{n}', bad.length);
  panel.querySelector('h1').textContent = level === 'ok' ? words.ready : title;
  panel.querySelector('p').hidden = level !== 'ok';
  const todo = by('todo');
  todo.hidden = level === 'ok';
  const acts = [...new Set(bad.map((result) => result.todo).filter(Boolean))];
  todo.replaceChildren(
    ...acts.map((act) => Object.assign(document.createElement('li'), { textContent: act })),
  );
  const enter = by('enter');
  enter.classList.toggle('primary', level === 'ok');
  if (level === 'ok') enter.querySelector('span').textContent = enter.dataset.ready;
}

async function seeCamera() {
  stream?.getTracks().forEach((track) => track.stop());
  const seen = await checks.camera(words.camera, video);
  stream = seen.stream;
  said.camera = seen.state;
  set('camera', seen.result);
}

async function seeStorage() {
  const kept = await checks.storage(words.storage);
  said.persisted = kept.persisted;
  set('storage', kept.result);
}

async function seeNetwork() {
  const found = await checks.network(words.network, config);
  set('network', found.result);
  set('clock', checks.clock(words.clock, found.offset));
}

async function seePower() {
  const found = await checks.power(words.power);
  if (!found) return;
  Object.assign(said, { battery: found.battery, charging: found.charging });
  set('power', found.result);
}

async function checkAll() {
  for (const cell of document.querySelectorAll('.ck')) {
    const tried = ['scanner', 'sound'].includes(cell.id.slice(3)) && results.has(cell.id.slice(3));
    if (tried) continue;
    cell.dataset.level = 'wait';
    cell.querySelector('.m').textContent = words.doing;
  }
  set('secure', checks.secure(words.secure));
  if (!results.has('scanner')) set('scanner', { level: 'ask', text: words.scanner.ask });
  if (!results.has('sound')) set('sound', { level: 'ask', text: words.sound.ask });
  await Promise.all([
    seeCamera(),
    seeStorage(),
    seeNetwork(),
    seePower(),
    checks.decoder(words.decoder, reader, config.picture).then((result) => set('decoder', result)),
  ]);
  if (config.health) await post(config.health, { sent_at: new Date().toISOString(), ...said });
}

by('again').addEventListener('click', checkAll);

// Sound: only a person knows whether it is heard.
by('play').addEventListener('click', () => {
  unlock();
  setTimeout(() => play('ok'), 60);
  set('sound', { level: 'ask', text: words.sound.which });
  by('heard').hidden = by('silent').hidden = false;
});
by('heard').addEventListener('click', () => set('sound', { level: 'ok', text: words.sound.ok }));
by('silent').addEventListener('click', () =>
  set('sound', { level: 'warn', text: words.sound.no, todo: words.sound.todo }),
);
for (const id of ['heard', 'silent'])
  by(id).addEventListener('click', () => (by('heard').hidden = by('silent').hidden = true));

// The scanner: two codes of the test card.
const read = new Set();
by('try-scanner').addEventListener('close', () => (by('test').value = ''));
by('test').addEventListener('blur', () => by('try-scanner').open && setTimeout(() => by('test').focus(), 50));
document.addEventListener('click', (event) => {
  if (event.target.closest('[data-open="#try-scanner"]')) by('test').focus();
});
listen(by('test'), config.samples, ({ kind, index, enter }) => {
  const fine = kind === 'ok' || kind === 'case';
  const told = by('told');
  const ends = enter ? words.told.enter : words.told.no_enter;
  told.dataset.level = fine ? 'ok' : 'warn';
  told.dataset.kind = kind;
  told.querySelector('b').textContent = fine ? words.told.ok : words.told[kind];
  told.querySelector('span').textContent = fine
    ? kind === 'case'
      ? `${words.told.case} ${ends}`
      : ends
    : words.told[`${kind}_do`];
  if (fine) read.add(index);
  else if (kind !== 'other') read.delete(index);
  [0, 1].forEach((n) => by(`code-${n}`).classList.toggle('yes', read.has(n)));
  if (read.size === 2) set('scanner', { level: 'ok', text: words.scanner.ok });
  else if (fine) set('scanner', { level: 'ask', text: words.scanner.half });
  else if (kind !== 'other')
    set('scanner', { level: 'warn', text: words.scanner.bad, todo: words.scanner.todo });
});

// The camera: whatever code is held into the picture.
async function look() {
  if (!by('try-camera').open || !stream) return;
  const code = video.videoWidth ? await reader.read(await createImageBitmap(video), 3000) : null;
  if (code) {
    by('seen').textContent = words.seen;
    by('seen').classList.add('yes');
  }
  setTimeout(look, READ_MS);
}
by('try').addEventListener('click', () => {
  by('seen').textContent = words.unseen;
  by('seen').classList.remove('yes');
  setTimeout(look, READ_MS);
});

function tick() {
  const time = new Date().toLocaleTimeString('vi-VN', {
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    timeZone: 'Asia/Ho_Chi_Minh',
  });
  const cells = [...time].map((char) =>
    Object.assign(document.createElement(/\d/.test(char) ? 'b' : 'i'), { textContent: char }),
  );
  by('now').replaceChildren(...cells);
}
tick();
setInterval(tick, 5000);
checkAll();
