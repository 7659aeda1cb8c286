// The door's page: what was read goes to the outbox, the answer becomes a screen.
import { digits } from '../ui.js';
import { Camera } from './camera.js';
import { Desk } from './desk.js';
import { Speak, Substitute } from './forms.js';
import { keeping } from './keeping.js';
import { Pad } from './pad.js';
import { Screens } from './screens.js';
import { play, unlock } from './sound.js';
import { called, capital, fill } from './verdicts.js';
import { listen } from './wedge.js';

const SAME_CODE_MS = 3000;
const SEEN_MS = 700;

const json = (id) => JSON.parse(document.getElementById(id).textContent);
const config = json('config');
const words = json('strings');
const stage = document.getElementById('cam');
/** When each code was last in front of the device. */
const sights = new Map();

const offline = json('offline-config');
const own = json('offline-strings');
const { speak_kept, review_note, unpaired_do, pair } = own;
Object.assign(words, { speak_kept, review_note, unpaired_do, pair });
const { outbox, people, recent, request } = keeping({
  config,
  offline,
  words,
  own,
  camera: () => stage.dataset.state,
  onunpaired: () => show(unpaired()),
});

const acts = {
  show,
  code: read,
  idle() {
    screens.hide();
    pad.reset();
    pad.place(!hasCamera());
    desk.begun();
    focus();
  },
  call(sentence) {
    const known = typeof sentence === 'string' ? sentence : undefined;
    screens.show({ verdict: 'call', message: words.calling, detail: words.calling_detail, sentence: known });
    acts.ring();
  },
  ring() {
    play('call');
  },
  pad() {
    pad.reset();
    pad.place(false);
    screens.open('pad');
  },
  pair: () => location.assign(offline.pair),
  find() {
    acts.idle();
    document.getElementById('q')?.focus();
  },
  walkin() {
    screens.open('walkin');
    document.getElementById('walkname').focus();
  },
  speak(person) {
    speak.ask(person);
    screens.open('speak');
  },
  substitute(person, { entered = false }) {
    // A gate only reads codes: there a helper writes the name down.
    if (!config.staffed) return acts.call(fill(words.calling_sub, { who: called(person) }));
    substitute.ask(person, entered);
    return screens.open('substitute');
  },
  // An entry recorded a moment ago is taken back and written again with who came.
  async substituted(person, who, entered) {
    if (entered) await outbox.record({ via: 'search', delegate: person.id, direction: 'undo' });
    return record({ via: 'search', delegate: person.id, substitute: who });
  },
  pick: (person) => record({ via: 'search', delegate: person.id }),
  undo: (id) => record({ via: 'search', delegate: id, direction: 'undo' }),
  out: (id) => record({ via: 'search', delegate: id, direction: 'out' }),
  observer: (id) => record({ via: 'search', delegate: id, observer: true }),
  walkIn: (guest) => record({ via: 'walk_in', walk_in: guest }),
};

const page = { config, words, acts, people, recent, request };
const screens = new Screens(page);
const desk = new Desk(page);
const speak = new Speak(page);
const substitute = new Substitute(page);
const pad = new Pad((typed) => record({ code: typed, via: 'typed' }));
const focus = listen(document.querySelector('input[name=code]'), {
  oncode: (code) => read(code, 'wedge', desk.mode),
  onkeys(text) {
    const typing = !document.getElementById('pad').hidden || (!hasCamera() && !config.staffed);
    if (typing && /^\d+$/.test(text)) pad.type(text);
  },
});

function hasCamera() {
  return ['starting', 'ready'].includes(stage.dataset.state);
}

function read(code, via, mode) {
  const now = performance.now();
  // The same letter stays in front of the camera for a while: one scan, not thirty.
  const again = now - (sights.get(code) ?? -Infinity) < SAME_CODE_MS;
  sights.set(code, now);
  for (const [old, at] of sights) if (now - at > SAME_CODE_MS) sights.delete(old);
  if (again) return;
  record({ code, via, ...(mode === 'out' ? { direction: 'out' } : {}) });
}

async function record(fields) {
  const { answer } = await outbox.record(fields);
  if (desk.mode) desk.clear();
  if (answer.status === 200) return show(answer.data, fields);
  if ([401, 403, 404].includes(answer.status) && answer.data?.code !== 'staff_only') return show(unpaired());
  return show({ verdict: 'refused', message: words.refused, detail: answer.data?.detail ?? words.unknown_detail });
}

function unpaired() {
  return { verdict: 'unpaired', message: words.unpaired, detail: words.unpaired_detail };
}

function show(answer, fields = {}) {
  if (answer.verdict === 'mistyped' && fields.via === 'typed') {
    pad.place(false);
    pad.wrong(answer.message);
    screens.open('pad');
    play('warn');
    return;
  }
  pad.reset();
  play(screens.show(answer));
  desk.last();
}

document.addEventListener('click', (event) => {
  unlock();
  const go = event.target.closest('[data-go]')?.dataset.go;
  if (go) acts[go]();
});

const camera = new Camera(document.getElementById('video'), config.worker, {
  oncode(code) {
    stage.classList.add('seen');
    setTimeout(() => stage.classList.remove('seen'), SEEN_MS);
    read(code, 'camera', desk.mode);
  },
  onstate(state) {
    stage.dataset.state = state;
    const say = (id, text) => {
      const place = document.getElementById(id);
      if (place) place.textContent = text ?? '';
    };
    say('camnote', config.staffed && state === 'ready' ? words.cam_staffed : words[`cam_${state}`]);
    say('camwhy', words[`cam_${state}`]);
    say('camdo', words[`cam_${state}_do`]);
    stage.querySelector('.nocam b').textContent = capital(words[`cam_${state}`]);
    pad.place(!hasCamera());
  },
});
camera.start();
document.getElementById('cam-again')?.addEventListener('click', () => camera.acquire());

const now = document.getElementById('now');
const tick = () =>
  digits(now, new Date().toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Ho_Chi_Minh' }));
tick();
setInterval(tick, 5000);

if ('wakeLock' in navigator) {
  const awake = () => !document.hidden && navigator.wakeLock.request('screen').catch(() => null);
  document.addEventListener('visibilitychange', awake);
  awake();
}

export { show };
