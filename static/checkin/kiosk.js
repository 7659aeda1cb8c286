// The door's page: what was read goes to the outbox, the answer becomes a screen.
import { post } from '../http.js';
import { digits } from '../ui.js';
import { Camera } from './camera.js';
import { Desk } from './desk.js';
import { Outbox } from './outbox.js';
import { Pad } from './pad.js';
import { Screens } from './screens.js';
import { play, unlock } from './sound.js';
import { fill, form, greeting } from './verdicts.js';
import { listen } from './wedge.js';

const SAME_CODE_MS = 3000;

const json = (id) => JSON.parse(document.getElementById(id).textContent);
const config = json('config');
const words = json('strings');
/** When each code was last in front of the device. */
const sights = new Map();
let person = null;
let instead = null;

const status = document.getElementById('status');
const outbox = new Outbox(config.meeting, config.scans, ({ online, waiting }) => {
  status.dataset.net = online ? 'online' : 'offline';
  status.dataset.waiting = String(waiting);
  status.querySelector('#net span').textContent = online ? words.online : words.offline;
  status.querySelector('#sent span').textContent = waiting
    ? fill(words.waiting, { n: waiting })
    : words.all_sent;
});

const acts = {
  idle() {
    screens.hide();
    person = instead = null;
    pad.reset();
    focus();
  },
  call() {
    screens.show({ verdict: 'call', message: words.calling, detail: words.calling_detail });
    play('info');
  },
  pad() {
    pad.reset();
    screens.open('pad');
  },
  walkin() {
    screens.open('walkin');
    document.getElementById('walkname').focus();
  },
  speak(delegate) {
    person = delegate;
    document.getElementById('speakwho').textContent = greeting(delegate);
    screens.open('speak');
  },
  substitute(answer) {
    instead = answer.delegate;
    document.getElementById('subtitle').textContent = fill(words.instead_of, {
      who: greeting(answer.delegate),
    });
    document.getElementById('subform').reset();
    document.getElementById('suberr').hidden = true;
    screens.open('substitute');
  },
  pick: (delegate) => record({ via: 'search', delegate: delegate.id }),
  undo: (delegate) => record({ via: 'search', delegate, direction: 'undo' }),
  observer: (answer) => record({ via: 'search', delegate: answer.delegate.id, observer: true }),
  walkIn: (guest) => record({ via: 'walk_in', walk_in: guest }),
};

const screens = new Screens(config, words, acts);
const desk = new Desk(config, words, acts);
const pad = new Pad((typed) => record({ code: typed, via: 'typed' }));
const focus = listen(document.querySelector('input[name=code]'), (code) => read(code, 'wedge'));

function read(code, via) {
  const now = performance.now();
  // The same letter stays in front of the camera for a while: one scan, not thirty.
  const again = now - (sights.get(code) ?? -Infinity) < SAME_CODE_MS;
  sights.set(code, now);
  for (const [old, at] of sights) if (now - at > SAME_CODE_MS) sights.delete(old);
  if (!again) record({ code, via });
}

async function record(fields) {
  const answer = await outbox.record(fields);
  if (!answer) return show({ verdict: 'stored', message: words.stored });
  if (answer.status === 200) return show(answer.data, fields);
  return show({
    verdict: 'refused',
    message: words.refused,
    detail: answer.data?.detail ?? words.unknown_detail,
  });
}

function show(answer, fields = {}) {
  if (answer.verdict === 'mistyped' && fields.via === 'typed') {
    screens.open('pad').dataset.verdict = 'mistyped';
    pad.wrong(`${answer.message}. ${words.mistyped_detail}`);
    play('warn');
    return;
  }
  play(screens.show(answer));
  desk.last();
}

document.addEventListener('click', (event) => {
  unlock();
  const go = event.target.closest('[data-go]')?.dataset.go;
  if (go) acts[go]();
});

document.getElementById('speak').addEventListener('click', async (event) => {
  const chosen = event.target.closest('[data-topic]');
  if (!chosen || !person) return;
  const asked = person;
  const topic = chosen.dataset.topic ? Number(chosen.dataset.topic) : null;
  const answer = await post(config.speakers, { delegate: asked.id, topic });
  const place = fill(words.place_in_queue, { Form: form(asked), n: answer.data?.position });
  show(
    answer.ok
      ? { verdict: 'registered', message: words.registered, detail: place, sentence: greeting(asked) }
      : {
          verdict: 'not_registered',
          message: words.not_registered,
          detail: answer.data?.detail ?? words.stored_detail,
        },
  );
});

document.getElementById('subform').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  const name = form.elements.name.value.trim();
  const relation = form.elements.relation.value;
  const error = document.getElementById('suberr');
  error.hidden = Boolean(relation) && name.length >= 2;
  if (!error.hidden) {
    error.querySelector('span').textContent = relation ? words.name_needed : words.chosen_needed;
    return;
  }
  substitute(instead, { name, relation });
});

// The invited person was recorded a moment ago: that entry is taken back and written
// again with the name of who came.
async function substitute(delegate, who) {
  await outbox.record({ via: 'search', delegate: delegate.id, direction: 'undo' });
  await record({ via: 'search', delegate: delegate.id, substitute: who });
}

const camera = new Camera(document.getElementById('video'), config.worker, {
  oncode: (code) => read(code, 'camera'),
  onstate(state) {
    const box = document.getElementById('cam');
    box.dataset.state = state;
    const notes = {
      starting: words.cam_starting,
      ready: words.cam_ready,
      refused: words.cam_refused,
      none: words.cam_none,
      insecure: words.cam_insecure,
    };
    document.getElementById('camnote').textContent = notes[state];
    box.querySelector('.nocam b').textContent = notes[state];
  },
});
camera.start();
outbox.tell();

const now = document.getElementById('now');
const tick = () => digits(now, new Date().toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Ho_Chi_Minh' }));
tick();
setInterval(tick, 5000);

if ('wakeLock' in navigator) {
  const awake = () => !document.hidden && navigator.wakeLock.request('screen').catch(() => null);
  document.addEventListener('visibilitychange', awake);
  awake();
}

export { show };
