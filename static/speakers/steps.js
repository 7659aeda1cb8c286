// The console's state and its steps: each is sent, shown at once, and can be taken back.
import { get, post } from '../http.js';
import { calmly, toast } from '../ui.js';
import { learn, shift } from './clock.js';
import { called, el, fill, icon } from './people.js';
import { endedAt, momentOf, phaseOf } from './phase.js';

const json = (id) => JSON.parse(document.getElementById(id).textContent);
export const by = (id) => document.getElementById(id);
export const words = json('strings');
export const desk = {
  snapshot: json('snapshot'),
  /** What delegates brought before and what was prepared, by delegate. */
  prepared: json('beside').prepared?.delegates ?? {},
  /** Called after every new snapshot. */
  listeners: [],
};

export const serverNow = () => Date.now() + shift();
export const phaseNow = () => phaseOf(desk.snapshot, words.starts, serverNow());

/** "Đã xong lúc 16:40"; without a speech or a closing nobody knows when. */
export function endedWords() {
  const at = endedAt(desk.snapshot);
  return at ? fill(words.over_at, { time: momentOf(at, serverNow()) }) : words.over_unknown;
}

const draw = () => desk.listeners.forEach((listener) => listener());
export const changed = () => calmly(draw);

/** Take a snapshot unless a newer one is shown. */
export function take(found) {
  if (!found?.waiting || found.version < desk.snapshot.version) return;
  desk.snapshot = found;
  learn(found.clock);
  changed();
}

export async function refresh() {
  take((await get(words.api)).data);
}

/** Send a step; on success show the new list and offer to take the step back. */
export async function step(request, said) {
  const answer = await request;
  if (!answer.ok) {
    toast(answer.data?.detail ?? words.no_answer);
    if (answer.status === 409) await refresh();
    return false;
  }
  const found = answer.data?.waiting ? answer.data : (await get(words.api)).data;
  take(found);
  toast(said, { undo: words.undo, onundo: () => undo(found?.step) });
  return true;
}

/** The step is named: somebody may have registered at the door since. */
export async function undo(last) {
  const answer = await post(`${words.api}/undo`, { step: last });
  if (!answer.ok) {
    await refresh();
    return toast(answer.data?.detail ?? words.no_answer);
  }
  take(answer.data);
  const before = answer.data.undo[0];
  toast(words.undone, before ? { undo: words.undo_more, onundo: () => undo(before.step) } : {});
}

export const act = (turn, action, said, body) =>
  step(post(`${words.api}/${turn.id}/${action}`, body), fill(said, { name: called(turn) }));

export function button(text, cls, onclick, glyph) {
  const element = el('button', `btn ${cls}`.trim(), glyph ? icon(glyph) : '', text);
  element.type = 'button';
  element.addEventListener('click', onclick);
  return element;
}

/** A label with a shorter form for a phone. */
export const short = (long, brief) => {
  const both = document.createDocumentFragment();
  both.append(el('span', 'long', long), el('span', 'brief', brief));
  return both;
};

/** A button in two lines: what it is, its value. */
export function select(small, value, onclick, glyph = 'chevron-down', chip = '') {
  const element = el(
    'button',
    'btn sel',
    el('span', 'grow', el('small', '', small), value),
    chip,
    icon(glyph),
  );
  element.type = 'button';
  element.addEventListener('click', onclick);
  return element;
}

/** Choices of which one is taken; `onpick` gets its value. */
export function choices(label, options, chosen, onpick) {
  const group = el('div', 'out');
  group.setAttribute('role', 'radiogroup');
  group.setAttribute('aria-label', label);
  for (const [value, text, extra] of options) {
    const one = el('button', 'choice', el('span', 'dot'), el('span', 'grow', text), extra ?? '');
    one.type = 'button';
    one.setAttribute('role', 'radio');
    one.setAttribute('aria-checked', String(value === chosen));
    one.dataset.value = value;
    one.addEventListener('click', () => onpick(value));
    group.append(one);
  }
  return group;
}

export function marked(element, turn) {
  element.dataset.turn = turn.id;
  element.dataset.state = turn.state;
  return element;
}
