// The chairman's view: the moderator's facts, larger, and nothing to press.
import { follow } from '../live.js';
import { hour, learn, run } from './clock.js';
import { about, el, fill, greeting, hourOf, icon, ready, speak } from './people.js';

const json = (id) => JSON.parse(document.getElementById(id).textContent);
const words = json('strings');
const by = (id) => document.getElementById(id);
const NEXT = 3;
let snapshot = json('snapshot');

function show() {
  const turn = snapshot.speaking;
  const queue = ready(snapshot.waiting);
  const shown = turn ?? queue.shift();
  const states = { speaking: words.speaking, paused: words.paused, waiting: words.next };
  by('what').textContent = states[shown?.state] ?? words.nobody;
  const name = shown ? greeting(shown) : '';
  by('name').textContent = name;
  by('name').classList.toggle('l', name.length > 24);
  by('about').textContent = shown ? about(shown) : '';
  by('note').textContent = shown?.note ? `“${shown.note}”` : '';
  by('topic').replaceChildren(shown?.topic ? icon(shown.icon) : '', shown?.topic ?? '');
  document.querySelector('[role=timer]').hidden = !turn;
  document.querySelector('.tbar').hidden = !turn;
  const next = queue
    .slice(0, NEXT)
    .map((item, index) => el('li', '', el('b', '', greeting(item)), index ? item.topic : [about(item), item.topic].filter(Boolean).join(', ')));
  by('next').replaceChildren(...(next.length ? next : [el('li', '', words.none)]));
  by('ends').textContent = hourOf(snapshot.forecast.ends_at);
  const minutes = Math.round(snapshot.forecast.over_seconds / 60);
  const pace = fill(minutes > 0 ? words.late : words.early, { n: Math.abs(minutes) });
  by('over').textContent = `${pace}. ${fill(words.waiting, { n: snapshot.waiting.length })}`;
}

speak(words);
learn(snapshot.clock);
show();
run(by('digits'), by('tbar'), () => snapshot.clock);
hour(by('hour'));
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
      by('stale').hidden = state === 'live';
    },
    poll: { speakers: words.poll },
  },
);
