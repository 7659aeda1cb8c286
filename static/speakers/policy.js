// The preview of a new order: who moves from where to where; nothing is applied before it is pressed.
import { post } from '../http.js';
import { el, fill, greeting, icon } from './people.js';
import { button, by, choices, desk, refresh, step, words } from './steps.js';

const MOST_LOCKED = 3;
const AGAIN_MS = 500;
const at = { policy: '', locked: 0, keep: true, seed: null, base: [], found: null, fresh: new Set() };

export function policy() {
  by('policy').addEventListener('click', open);
  by('apply').addEventListener('click', apply);
  by('keep').addEventListener('change', () => (at.keep = by('keep').checked));
  desk.listeners.push(label);
  desk.listeners.push(follow);
  label();
}

const chosen = () => words.policies.find((one) => one.name === at.policy) ?? words.policies[0];
const waiting = () => desk.snapshot.waiting.map((turn) => turn.id);
const moved = () => waiting().join() !== at.base.join();

/** The list has changed while the dialog is open: the preview is made again, and says so. */
function follow() {
  if (!by('arrange').open) return;
  if (moved()) preview(true);
  else if (at.found && at.found.version < desk.snapshot.version) preview();
}

function label() {
  const standing = words.policies.find((one) => one.name === desk.snapshot.policy);
  by('policyname').textContent = standing?.title ?? desk.snapshot.policy;
}

export function open() {
  Object.assign(at, {
    policy: desk.snapshot.policy,
    locked: desk.snapshot.locked,
    seed: null,
    found: null,
    fresh: new Set(),
    base: waiting(),
  });
  by('arrangestale').hidden = true;
  by('arrange').showModal();
  preview();
}

/** Ask how it would be. `again` says that the list has changed since the last preview. */
async function preview(again = false) {
  const base = waiting();
  if (again) {
    for (const id of base) if (!at.base.includes(id)) at.fresh.add(id);
    sayStale();
  }
  at.base = base;
  draw();
  const body = { policy: at.policy, locked: at.locked, preview: true, version: desk.snapshot.version };
  if (chosen().draws && at.seed) body.seed = at.seed;
  const answer = await post(`${words.api}/arrange`, body);
  if (answer.status === 409) {
    const was = desk.snapshot.version;
    await refresh();
    // A newer snapshot has made the preview again already.
    if (desk.snapshot.version === was && was) setTimeout(preview, AGAIN_MS);
    return;
  }
  if (!answer.ok) return say(answer.data?.detail ?? words.no_answer);
  if (answer.data.version < desk.snapshot.version && moved()) return;
  // One draw for as long as the dialog is open: drawing until it pleases is no draw.
  at.seed = answer.data.seed ?? at.seed;
  at.found = answer.data;
  draw();
}

function sayStale() {
  const newcomer = desk.snapshot.waiting.filter((turn) => at.fresh.has(turn.id)).at(-1);
  say(newcomer ? fill(words.stale_new, { name: greeting(newcomer) }) : words.stale);
}

function say(text) {
  by('arrangestale').hidden = false;
  by('arrangestale').querySelector('span').textContent = text;
}

function pick(change) {
  Object.assign(at, change, { found: null });
  by('arrangestale').hidden = true;
  preview();
}

function draw() {
  const options = words.policies.map((one) => [one.name, one.title]);
  by('ways').replaceChildren(choices(words.ways, options, at.policy, (name) => pick({ policy: name })));
  const places = Array.from({ length: MOST_LOCKED + 1 }, (_, n) => {
    const one = button(String(n), '', () => pick({ locked: n }));
    one.className = '';
    one.setAttribute('aria-pressed', String(n === at.locked));
    return one;
  });
  by('locks').replaceChildren(...places);
  by('arrangetitle').textContent = fill(words.arrange_title, { policy: chosen().title });
  by('waydetail').textContent = chosen().detail;
  by('keep').checked = at.keep;
  const count = at.found?.moves.length;
  by('arrangesub').textContent = at.found
    ? count
      ? fill(words.n_move, { n: count })
      : words.none_moves
    : words.working;
  by('seed').textContent = chosen().draws && at.seed ? fill(words.seed, { seed: at.seed }) : '';
  by('apply').disabled = !at.found;
  by('moves').replaceChildren(...rows());
}

function rows() {
  const ids = at.found?.ids ?? at.base;
  const from = new Map((at.found?.moves ?? []).map((move) => [move.id, move.from]));
  return ids.map((id, index) => row(id, index + 1, from.get(id))).filter(Boolean);
}

function row(id, place, from) {
  const turn = desk.snapshot.waiting.find((one) => one.id === id);
  if (!turn) return null;
  const line = el(
    'li',
    at.fresh.has(id) ? 'fresh' : '',
    el('span', 'n', String(place)),
    el(
      'span',
      'who',
      el('b', '', greeting(turn)),
      el('span', 'm', [turn.area || turn.title, turn.topic].filter(Boolean).join(', ')),
    ),
    chip(id, place, from),
  );
  line.dataset.turn = id;
  return line;
}

function chip(id, place, from) {
  if (at.fresh.has(id)) return el('span', 'chip warn', icon('plus'), words.fresh);
  if (!from) return el('span', 'chip', icon(place <= at.locked ? 'lock' : 'check'), words.stays);
  const up = place < from;
  return el(
    'span',
    `chip ${up ? 'ok' : 'info'}`,
    icon(up ? 'arrow-up' : 'arrow-down'),
    fill(up ? words.from_up : words.from_down, { from, to: place }),
  );
}

async function apply() {
  if (!at.found) return;
  const body = {
    policy: at.policy,
    locked: at.locked,
    keep: at.keep,
    preview: false,
    version: at.found.version,
  };
  if (at.found.seed) body.seed = at.found.seed;
  const answer = await post(`${words.api}/arrange`, body);
  if (answer.status === 409) {
    // Refused: somebody was faster. What is shown next is made from the list as it is now.
    await refresh();
    sayStale();
    return;
  }
  if (!answer.ok) return say(answer.data?.detail ?? words.no_answer);
  by('arrange').close();
  step(Promise.resolve(answer), fill(words.arranged, { policy: chosen().title }));
}
