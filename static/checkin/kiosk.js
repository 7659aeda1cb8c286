// The door's page: what was read goes to the outbox, the answer becomes a screen.
import { digits } from '../ui.js';
import { Eye } from './eye.js';
import { Speak, Substitute } from './forms.js';
import { Guest } from './guests.js';
import { Helper } from './helper.js';
import { cardOf } from './idcard.js';
import { keeping } from './keeping.js';
import { Pad } from './pad.js';
import { Screens } from './screens.js';
import { followRelease, touched, wholePage } from './shell.js';
import { play, unlock } from './sound.js';
import { Voice } from './speech.js';
import { listen, tidy } from './wedge.js';

const SAME_CODE_MS = 3000;

const json = (id) => JSON.parse(document.getElementById(id).textContent);
const config = json('config');
const words = json('strings');
const stage = document.getElementById('cam');
/** When each code was last in front of the device. */
const sights = new Map();

let opened;
/** The page can show something: what the server says earlier waits for that. */
const whole = new Promise((resolve) => (opened = resolve));

const offline = json('offline-config');
const own = json('offline-strings');
const { speak_kept, review_note, unpaired_do, pair } = own;
Object.assign(words, { speak_kept, review_note, unpaired_do, pair });
const { outbox, ...kept } = keeping({
  config,
  offline,
  words,
  own,
  camera: () => stage.dataset.state,
  onunpaired: () => whole.then(() => show(unpaired())),
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
  call: (about) => helper.call(about),
  call_instead(about) {
    helper.cancel();
    return helper.call(about);
  },
  call_again: () => helper.again(),
  by_myself() {
    helper.cancel();
    acts.idle();
  },
  card: (found) => helper.card(found),
  guest() {
    guest.begin();
    screens.open('guest');
    document.getElementById('guestname').focus();
  },
  async received(call) {
    try {
      reception ??= new (await import('./reception.js')).Reception(page, desk, calls);
    } catch {
      // The server is of another release and this page was not kept: it comes anew, nothing is lost by it.
      const { net, safe } = document.getElementById('status').dataset;
      return net === 'online' && safe === 'true' ? location.reload() : undefined;
    }
    screens.open('received');
    reception.open(call);
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
  find(name) {
    acts.idle();
    if (name) desk.seek(name);
    else document.getElementById('q')?.focus();
  },
  walkin(name) {
    desk.begun(name);
    screens.open('walkin');
    document.getElementById('walkname').focus();
  },
  speak(person) {
    speak.ask(person);
    screens.open('speak');
  },
  substitute(person, known) {
    substitute.ask(person, known);
    screens.open('substitute');
  },
  // What was written down a moment ago is amended, in one step.
  substituted: (person, who, { read, salutation }) =>
    record({ ...(read ?? { via: 'search', delegate: person.id }), substitute: who }, { form: salutation }),
  compare: (card) => record({ code: card.payload, via: 'id_card' }, { sought: card.name }),
  pick: (person) => record({ via: 'search', delegate: person.id }),
  undo: (id) => record({ via: 'search', delegate: id, direction: 'undo' }),
  out: (id) => record({ via: 'search', delegate: id, direction: 'out' }),
  // A gate may only do this with the code that it has just read.
  observer: (person, read) => record({ ...(read ?? { via: 'search', delegate: person.id }), observer: true }),
  walkIn: (someone, observer) =>
    record({ via: 'walk_in', walk_in: someone, ...(observer ? { observer } : {}) }, { guest: true }),
};

const page = { config, words, acts, ...kept };
const screens = new Screens(page);
// A gate need not load what only staff use.
const desk = config.staffed
  ? new (await import('./desk.js')).Desk(page)
  : { mode: '', begun() {}, last() {} };
const speak = new Speak(page);
const substitute = new Substitute(page);
const helper = new Helper(page, screens);
const guest = new Guest(page);
let calls = null;
/** Made when a gate first asks. */
let reception = null;
const voice = new Voice(config.language, document.getElementById('voice'), !config.staffed);
const pad = new Pad((typed) => record({ code: typed, via: 'typed' }));
const focus = listen(document.querySelector('input[name=code]'), {
  oncode: (code) => read(code, 'wedge', desk.mode),
  onkeys(text) {
    const typing = !document.getElementById('pad').hidden || (!hasCamera() && !config.staffed);
    if (typing && /^\d+$/.test(text)) pad.type(text);
    else if (config.staffed && screens.idle.inert === false) desk.seek(text);
  },
});

function hasCamera() {
  return ['starting', 'ready'].includes(stage.dataset.state);
}

function read(raw, via, mode) {
  const code = tidy(raw);
  eye.wake();
  touched();
  const now = performance.now();
  // The same letter stays in front of the camera for a while: one scan, not thirty.
  const again = now - (sights.get(code) ?? -Infinity) < SAME_CODE_MS;
  sights.set(code, now);
  for (const [old, at] of sights) if (now - at > SAME_CODE_MS) sights.delete(old);
  if (again || !code) return;
  const card = cardOf(code);
  if (card) return acts.card(card);
  return record({ code, via, ...(mode === 'out' ? { direction: 'out' } : {}) });
}

async function record(fields, more = {}) {
  touched();
  const { answer } = await outbox.record(fields);
  if (desk.mode) desk.clear();
  if (answer.status === 200) return show({ ...answer.data, ...more, read: readOf(fields) }, fields);
  if (answer.status === 429 && fields.via === 'typed')
    return mend('too_many', words.number_busy, words.number_busy_do);
  if ([401, 403, 404].includes(answer.status) && answer.data?.code !== 'staff_only') return show(unpaired());
  return show({
    verdict: 'refused',
    message: words.refused,
    detail: answer.data?.detail ?? words.unknown_detail,
  });
}

function unpaired() {
  return { verdict: 'unpaired', message: words.unpaired, detail: words.unpaired_detail };
}

/** The code that a screen is about, so that the next step can be done with it. */
function readOf({ code, via }) {
  return code && via !== 'id_card' ? { code, via } : undefined;
}

function show(answer, fields = {}) {
  if (answer.verdict === 'mistyped' && fields.via === 'typed')
    return mend('mistyped', answer.message, words.number_do);
  if (answer.verdict === 'unknown' && fields.via === 'typed')
    return mend('unknown', words.number_unknown, words.number_do);
  pad.reset();
  play(screens.show(answer));
  voice.say(screens.aloud(answer));
  desk.last();
}

/** The digits stay on the pad, and what is said is about digits. */
function mend(verdict, sentence, small) {
  pad.place(false);
  pad.wrong(verdict, sentence, small);
  screens.open('pad');
  play('warn');
}

document.addEventListener('click', (event) => {
  unlock();
  const go = event.target.closest('[data-go]')?.dataset.go;
  if (go) acts[go]();
});

const eye = new Eye(page, stage, {
  oncode: (code) => read(code, 'camera', desk.mode),
  onstate: () => pad.place(!hasCamera()),
});
eye.start();
opened();
followRelease({ ...offline, alive: config.alive }).catch(() => null);
// Of this page's own release: later there may be another one on the server.
if (config.staffed) wholePage.then(helping).catch(() => null);

async function helping() {
  calls = new (await import('./calls.js')).Calls(page);
  await import('./reception.js');
}

function showOver() {
  stage.dataset.over = String(kept.isOver());
}
kept.onOver(showOver);
showOver();

const now = document.getElementById('now');
const tick = () =>
  digits(
    now,
    new Date().toLocaleTimeString('vi-VN', {
      hour: '2-digit',
      minute: '2-digit',
      hour12: false,
      timeZone: 'Asia/Ho_Chi_Minh',
    }),
  );
tick();
setInterval(tick, 5000);

if ('wakeLock' in navigator) {
  const awake = () => !document.hidden && navigator.wakeLock.request('screen').catch(() => null);
  document.addEventListener('visibilitychange', awake);
  awake();
}

export { show };
