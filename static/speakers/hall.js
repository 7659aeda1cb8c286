// The hall screen: who speaks, how long, who is next. Follows by itself.
import { follow } from '../live.js';
import { hour, learn, run } from './clock.js';
import { el, fill, greeting, hourOf, icon, ready } from './people.js';

const NEXT = 3;
const json = (id) => JSON.parse(document.getElementById(id).textContent);
const words = json('strings');
const by = (id) => document.getElementById(id);
let snapshot = json('snapshot');

function fit() {
  const scale = Math.min(innerWidth / 1920, innerHeight / 1080);
  document.body.style.transform = scale === 1 ? '' : `scale(${scale})`;
}

function running(turn) {
  const name = greeting(turn);
  by('name').textContent = name;
  by('name').className = name.length > 34 ? 'xl' : name.length > 20 ? 'l' : '';
  by('where').textContent = turn.area || turn.title;
  by('bar1').hidden = !turn.topic || !(turn.area || turn.title);
  by('topic').replaceChildren(turn.topic ? icon(turn.icon) : '', turn.topic);
  by('what').textContent = turn.state === 'paused' ? words.paused : words.speaking;
  const rows = ready(snapshot.waiting).slice(0, NEXT).map((next, index) => {
    const text = greeting(next);
    return el('div', 'nx', el('span', 'n', String(index + 1)), el('b', text.length > 22 ? 'l' : '', text));
  });
  by('next').replaceChildren(...rows);
}

function resting() {
  const minutes = Math.ceil((Date.parse(words.starts) - Date.now()) / 60000);
  const before = minutes > 0 && !snapshot.done.length;
  const next = ready(snapshot.waiting)[0];
  by('what').textContent = before ? words.welcome : words.dialogue;
  by('hi').textContent = before ? words.welcome : next ? words.dialogue : '';
  by('big').textContent = before ? words.title : next ? fill(words.next_first, { name: greeting(next) }) : words.nobody;
  by('small').textContent = before
    ? fill(words.opens_at, { time: hourOf(words.starts) })
    : next
      ? next.topic
      : words.nobody_detail;
  by('cdn').hidden = !before || minutes > 99;
  by('minutes').textContent = String(minutes);
}

function show() {
  const turn = snapshot.speaking;
  for (const id of ['now', 'running']) by(id).hidden = !turn;
  by('full').hidden = Boolean(turn);
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
      by('net').hidden = state === 'live';
    },
    poll: { speakers: words.poll },
  },
);
