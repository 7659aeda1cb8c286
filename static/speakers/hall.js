// The hall screen: who speaks, how long, who is next; or a slide. Follows by itself.
import { follow } from '../live.js';
import { hour, learn, run, shift } from './clock.js';
import { el, fill, greeting, hourOf, icon, minutes, ready, whole } from './people.js';
import { momentOf, phaseOf } from './phase.js';

const NEXT = 3;
const [WIDTH, HEIGHT] = [1920, 1080];
const MOST_MINUTES = 99;
const LOOK_MS = 5000;
const NAME_STEPS = ['', 'l', 'm', 'xl'];
const SLIDE_STEPS = [...NAME_STEPS, 's'];
const HEAD_STEPS = ['', 'm'];
const LINE_STEPS = ['', 'm', 'xl'];
const NEXT_STEPS = ['', 'l', 'xl'];
const json = (id) => JSON.parse(document.getElementById(id).textContent);
const words = json('strings');
const by = (id) => document.getElementById(id);
let snapshot = json('snapshot');
let house = json('beside').house;

function fit() {
  const scale = Math.min(innerWidth / WIDTH, innerHeight / HEIGHT);
  // In the middle of a screen of another shape, never cut. The page itself is as high as
  // the screen whatever it holds, so a box of its own is scaled.
  const [x, y] = [(innerWidth - WIDTH * scale) / 2, (innerHeight - HEIGHT * scale) / 2];
  by('stage').style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
}

function running(turn) {
  const answers = turn.part === 'answer';
  const body = snapshot.bodies.find((one) => one.id === turn.body_id)?.name;
  by('name').textContent = answers && body ? body : greeting(turn);
  const where = answers
    ? [body ? fill(words.answers_to, { name: whole(turn) }) : '', turn.area].filter(Boolean).join(', ')
    : turn.area || turn.title;
  by('where').textContent = where;
  by('bar1').hidden = answers || !turn.topic || !where;
  by('topic').replaceChildren(...(turn.topic && !answers ? [icon(turn.icon), turn.topic] : []));
  step(by('name'), NAME_STEPS);
  step(by('line'), LINE_STEPS);
  by('what').textContent =
    turn.state === 'paused'
      ? words.paused
      : ({ answer: words.answering, follow_up: words.asking }[turn.part] ?? words.speaking);
  next();
}

function next() {
  const rows = ready(snapshot.waiting)
    .slice(0, NEXT)
    .map((turn, index) =>
      el(
        'div',
        'nx',
        el('span', 'n', String(index + 1)),
        el('b', '', greeting(turn)),
        turn.area ? el('span', 'a', turn.area) : '',
      ),
    );
  by('prepare').textContent = rows.length ? words.prepare : words.nobody_next;
  by('next').replaceChildren(...rows);
  for (const row of rows) {
    const name = row.querySelector('b');
    // The name comes first: where both do not fit, the area gives way.
    if (name.scrollWidth > name.clientWidth) row.querySelector('.a')?.remove();
    step(name, NEXT_STEPS);
  }
  // Two whole names are better than three that are cut.
  const box = by('next');
  while (box.children.length > 1 && box.scrollHeight > box.clientHeight) box.lastElementChild.remove();
}

/** Take the largest step at which it fits; the smallest may break into two lines. */
function step(element, steps) {
  for (const size of steps) {
    element.className = size;
    if (element.scrollWidth <= element.clientWidth) return;
  }
}

/** Take the largest step at which the whole slide fits. */
function stepSlide() {
  const box = by('full');
  const limit = by('strip').offsetTop;
  for (const size of SLIDE_STEPS) {
    by('big').className = size;
    const low = box.firstElementChild.offsetTop + box.firstElementChild.offsetHeight;
    if (low <= limit - 16 && by('big').scrollWidth <= by('big').clientWidth) return;
  }
}

const now = () => Date.now() + shift();
const minutesTo = (moment) => Math.ceil((Date.parse(moment) - now()) / 60000);
const opinions = () =>
  snapshot.done.length + (snapshot.speaking && snapshot.speaking.part !== 'speech' ? 1 : 0);

/** A whole-screen slide: heading above, big words, small ones, what the strip says. */
function slide({ what, hi = '', big, small = '', strip = '', end = 'opinions', part = '' }) {
  document.body.dataset.part = part;
  by('what').textContent = what;
  step(by('what'), HEAD_STEPS);
  by('hi').textContent = hi;
  by('big').textContent = big;
  by('small').textContent = small;
  by('strip').dataset.at = strip ? 'words' : '';
  by('words').textContent = strip;
  count(end);
}

function count(what, text = '') {
  if (!by(what)?.content) return (by('end').textContent = text);
  const line = by(what).content.cloneNode(true);
  line.querySelector('b').textContent = String(what === 'waiting' ? snapshot.waiting.length : opinions());
  by('end').replaceChildren(line);
}

function countdown(above, n, below) {
  by('cdn').hidden = !(n > 0 && n <= MOST_MINUTES);
  by('opens').textContent = above;
  by('minutes').textContent = String(n);
  by('unit').textContent = below;
}

const SLIDES = {
  welcome: (n = minutesTo(words.starts)) => {
    slide({
      what: words.host,
      hi: words.welcome,
      big: words.title,
      small:
        n > MOST_MINUTES
          ? fill(words.opens, { time: momentOf(words.starts, now()) })
          : n > 0
            ? ''
            : words.calm_welcome,
      end: '',
    });
    count('', words.calm);
    countdown(fill(words.opens, { time: hourOf(words.starts) }), n, words.minutes_left);
  },
  break: () => {
    const n = snapshot.resumes_at ? minutesTo(snapshot.resumes_at) : 0;
    const [h, m] = hourOf(snapshot.resumes_at ?? '').split(':');
    const first = ready(snapshot.waiting)[0];
    slide({
      what: words.break,
      big: n > 0 ? `${words.go_on}\n${fill(words.hour, { h, m })}` : words.go_on_soon,
      small: first ? fill(words.opens_with, { name: whole(first) }) : '',
      strip: words.register,
      end: 'waiting',
    });
    countdown(words.in, n, words.minutes_word);
  },
  conclusions: () => {
    slide({
      what: words.conclusions,
      hi: `${words.chair} ${words.concludes}`,
      big: sum(),
      part: 'conclusions',
    });
    countdown('', 0, '');
  },
  closing: () => {
    const { answered } = snapshot.outcomes;
    const lines = [
      opinions() ? fill(words.heard, { n: opinions() }) : words.title,
      answered ? fill(words.heard_answered, { n: answered }) : '',
    ];
    slide({
      what: words.closing,
      hi: words.thanks,
      big: lines.filter(Boolean).join(',\n'),
      small: words.posted,
      strip: words.keep_invitation,
    });
    countdown('', 0, '');
  },
};

function sum() {
  if (!opinions()) return words.title;
  const list = ['answered', 'written', 'passed']
    .filter((name) => snapshot.outcomes[name])
    .map((name) => fill(words[name], { n: snapshot.outcomes[name] }));
  return list.length
    ? fill(words.sum, { n: opinions(), list: list.join(', ') })
    : fill(words.heard_only, { n: opinions() });
}

/** Nobody speaks and no slide was chosen: the welcome, the next name, or an invitation. */
function resting() {
  const phase = phaseOf(snapshot, words.starts, now());
  if (phase === 'before') return SLIDES.welcome();
  if (phase === 'after') return SLIDES.closing();
  countdown('', 0, '');
  const first = ready(snapshot.waiting)[0];
  if (first)
    return slide({
      what: words.dialogue,
      big: fill(words.next_first, { name: whole(first) }),
      small: first.topic,
    });
  const each = fill(words.each, { n: minutes(snapshot.each) });
  slide({ what: words.dialogue, big: words.nobody, small: `${words.nobody_detail}\n${each}` });
}

function show() {
  const turn = snapshot.slide ? null : snapshot.speaking;
  for (const id of ['now', 'running']) by(id).hidden = !turn;
  by('full').hidden = Boolean(turn);
  by('present').textContent = String(house?.present ?? 0);
  households();
  if (turn) {
    document.body.dataset.part = turn.part;
    by('strip').dataset.at = '';
    count('opinions');
    running(turn);
  } else {
    (SLIDES[snapshot.slide] ?? resting)();
    stepSlide();
  }
}

/** How many households are here; a meeting that invites none says nothing of them. */
function households() {
  const here = house?.households_present ?? 0;
  by('households').textContent = `${here}/${house?.households ?? 0}`;
  for (const place of [by('households'), by('strip')]) place.dataset.households = String(here);
  for (const part of document.querySelectorAll('[data-of-households]')) part.hidden = !house?.households;
}

function say(seconds) {
  const n = minutes(snapshot.clock.allotted);
  by('of').textContent = seconds < 0 ? words.over : seconds <= 30 ? words.soon : fill(words.minutes, { n });
  // "12:34", "+97:08", and a turn that nobody ended: smaller, and whole.
  const cells = by('digits').childElementCount - (seconds < 0 ? 1 : 0);
  by('digits').parentElement.className = cells > 5 ? 'longest' : cells > 4 ? 'long' : '';
}

fit();
addEventListener('resize', fit);
// A name measured in another font would be stepped wrongly.
document.fonts.ready.then(show);
learn(snapshot.clock);
show();
const tick = run(by('digits'), by('tbar'), () => snapshot.clock, say);
hour(by('hour'));
setInterval(() => by('full').hidden || show(), LOOK_MS);
follow(
  words.meeting,
  words.views,
  (view, found) => {
    if (view === 'house') house = found;
    else {
      snapshot = found;
      learn(found.clock);
    }
    show();
    tick();
  },
  {
    onstate: (state) => {
      by('strip').dataset.net = state === 'live' ? 'online' : 'offline';
    },
    poll: words.poll,
  },
);
