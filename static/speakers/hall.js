// The hall screen: who speaks, how long, who is next. Follows by itself.
import { follow } from '../live.js';
import { hour, learn, run, shift } from './clock.js';
import { el, fill, greeting, hourOf, icon, ready } from './people.js';

const NEXT = 3;
const NAME_STEPS = ['', 'l', 'm', 'xl'];
const NEXT_STEPS = ['', 'l', 'xl'];
const json = (id) => JSON.parse(document.getElementById(id).textContent);
const words = json('strings');
const by = (id) => document.getElementById(id);
let snapshot = json('snapshot');

function fit() {
  const scale = Math.min(innerWidth / 1920, innerHeight / 1080);
  document.body.style.transform = scale === 1 ? '' : `scale(${scale})`;
}

function running(turn) {
  by('name').textContent = greeting(turn);
  step(by('name'), NAME_STEPS);
  by('where').textContent = turn.area || turn.title;
  by('bar1').hidden = !turn.topic || !(turn.area || turn.title);
  by('topic').replaceChildren(turn.topic ? icon(turn.icon) : '', turn.topic);
  by('what').textContent = turn.state === 'paused' ? words.paused : words.speaking;
  const rows = ready(snapshot.waiting)
    .slice(0, NEXT)
    .map((next, index) => el('div', 'nx', el('span', 'n', String(index + 1)), el('b', '', greeting(next))));
  by('prepare').textContent = rows.length ? words.prepare : words.nobody_next;
  by('next').replaceChildren(...rows);
  for (const name of by('next').querySelectorAll('b')) step(name, NEXT_STEPS);
  // Two whole names are better than three that are cut.
  const box = by('next');
  while (box.children.length > 1 && box.scrollHeight > box.clientHeight) box.lastElementChild.remove();
}

/** Take the largest step at which the name fits; the smallest may break into two lines. */
function step(element, steps) {
  for (const size of steps) {
    element.className = size;
    if (element.scrollWidth <= element.clientWidth) return;
  }
}

const serverNow = () => Date.now() + shift();

/** Nobody speaks: the welcome before the meeting, the next name, or an invitation. */
function resting() {
  const minutes = Math.ceil((Date.parse(words.starts) - serverNow()) / 60000);
  const before = minutes > 0 && !snapshot.done.length;
  const next = ready(snapshot.waiting)[0];
  by('strip').dataset.at = before ? 'welcome' : '';
  by('what').textContent = before ? words.host : words.dialogue;
  by('hi').textContent = before ? words.welcome : '';
  by('cdn').hidden = !before || minutes > 99;
  by('opens').textContent = fill(words.opens, { time: hourOf(words.starts) });
  by('minutes').textContent = String(minutes);
  if (before) {
    by('big').textContent = words.title;
    by('small').textContent = minutes > 99 ? by('opens').textContent : '';
  } else if (next) {
    by('big').textContent = fill(words.next_first, { name: [next.salutation, next.name].filter(Boolean).join(' ') });
    by('small').textContent = next.topic;
  } else {
    const each = fill(words.each, { n: Math.round((snapshot.seconds / 60) * 10) / 10 });
    by('big').textContent = words.nobody;
    by('small').textContent = `${words.nobody_detail} ${each}`;
  }
}

function show() {
  const turn = snapshot.speaking;
  for (const id of ['now', 'running']) by(id).hidden = !turn;
  by('full').hidden = Boolean(turn);
  by('strip').dataset.at = '';
  if (turn) running(turn);
  else resting();
  by('spoken').textContent = String(snapshot.done.length);
  by('waiting').textContent = String(snapshot.waiting.length);
}

function say(seconds) {
  const minutes = Math.round(snapshot.clock.allotted / 60);
  by('of').textContent =
    seconds < 0 ? words.over : seconds <= 30 ? words.soon : fill(words.minutes, { n: minutes });
}

fit();
addEventListener('resize', fit);
// A name measured in another font would be stepped wrongly.
document.fonts.ready.then(show);
learn(snapshot.clock);
show();
run(by('digits'), by('tbar'), () => snapshot.clock, say);
hour(by('hour'));
setInterval(() => !snapshot.speaking && resting(), 10000);
follow(
  words.meeting,
  ['speakers'],
  (_view, found) => {
    snapshot = found;
    learn(found.clock);
    show();
  },
  {
    onstate: (state) => {
      by('strip').dataset.net = state === 'live' ? 'online' : 'offline';
    },
    poll: { speakers: words.poll },
  },
);
