// Menus of a row and of the current turn, and the form for topic and note.
import { patch, post, remove } from '../http.js';
import { called, el, fill, greeting, hourOf, icon } from './people.js';
import { act, by, desk, step, words } from './steps.js';

const EDGE = 12;
let turn = null;
let row = null;
let answer;

/**
 * @param {(turn: any, what: string) => void} move
 * @param {(turn: any) => void} onanswer opens who answers
 */
export function menus(move, onanswer) {
  answer = onanswer;
  by('menu').addEventListener('click', (event) => {
    const what = event.target.closest('[data-do]')?.dataset.do;
    if (event.target === by('menu')) return by('menu').close();
    if (!what || !turn) return;
    by('menu').close();
    DO[what] ? DO[what](turn) : move(turn, what);
  });
  by('menu').addEventListener('close', () => row?.classList.remove('on'));
  by('editform').addEventListener('submit', save);
}

const ITEMS = {
  row: ['top', 'skip', 'start', 'priority', 'edit', '-', 'absent', 'withdraw'],
  turn: ['finish', 'body', 'edit', 'back', '-', 'remove'],
  ended: ['edit', '-', 'remove'],
};

const DO = {
  start: (one) => act(one, 'start', words.called),
  absent: (one) => act(one, 'absent', one.absences ? words.absent_off : words.was_absent),
  withdraw: (one) => act(one, 'withdraw', words.withdrawn),
  finish: (one) => act(one, 'finish', words.finished),
  priority: (one) =>
    change(
      one,
      { priority: one.kind !== 'priority' },
      one.kind === 'priority' ? words.priority_off : words.priority_on,
    ),
  edit: (one) => edit(one),
  back: (one) => wrong(one),
  body: (one) => answer(one),
  remove: (one) => step(remove(`${words.api}/${one.id}`), fill(words.removed, { name: called(one) })),
};

const change = (one, body, said) =>
  step(patch(`${words.api}/${one.id}`, body), fill(said, { name: called(one) }));

/** Called by mistake: the turn goes first again with an empty clock. */
async function wrong(one) {
  const ended = await post(`${words.api}/${one.id}/finish`);
  if (ended.ok) await step(post(`${words.api}/restore`), fill(words.put_back, { name: called(one) }));
  else await step(Promise.resolve(ended), '');
}

export const rowMenu = (one, anchor) => show(one, anchor, 'row');
export const turnMenu = (one, anchor) => show(one, anchor, 'turn');
export const endedMenu = (one, anchor) => show(one, anchor, 'ended');

function show(one, anchor, kind) {
  turn = one;
  row = anchor.closest('.w');
  row?.classList.add('on');
  const about = [
    one.area || one.title,
    one.topic,
    kind === 'row' ? fill(words.expected_at, { time: hourOf(one.expected_at) }) : '',
  ];
  by('menuname').textContent = greeting(one);
  by('menuabout').textContent = about.filter(Boolean).join(', ');
  by('menumoves').hidden = kind !== 'row';
  const last = desk.snapshot.waiting.length;
  by('menumoves').querySelector('[data-do=up]').disabled = one.position === 1;
  by('menumoves').querySelector('[data-do=down]').disabled = one.position === last;
  by('menuitems').replaceChildren(...ITEMS[kind].map((name) => item(name, one)));
  by('menu').showModal();
  beside(anchor);
}

function item(name, one) {
  if (name === '-') return el('hr');
  const [label, glyph, cls] = words.menu_items[name];
  const text = name === 'priority' && one.kind === 'priority' ? words.priority_remove : label;
  const element = el('button', `btn quiet ${cls ?? ''}`.trim(), icon(glyph), text);
  element.type = 'button';
  element.dataset.do = name;
  return element;
}

/** Beside the row, which stays marked; on a phone the menu comes from below. */
function beside(anchor) {
  const box = anchor.getBoundingClientRect();
  const size = by('menu').getBoundingClientRect();
  const top = Math.min(Math.max(box.bottom + 4, EDGE), innerHeight - size.height - EDGE);
  by('menu').style.setProperty('--top', `${Math.max(top, EDGE)}px`);
  by('menu').style.setProperty(
    '--left',
    `${Math.max(Math.min(box.right, innerWidth - EDGE) - size.width, EDGE)}px`,
  );
}

function edit(one) {
  turn = one;
  by('editname').textContent = greeting(one);
  by('edittopic').value = one.topic_id ?? '';
  by('editnote').value = one.note;
  by('edit').showModal();
}

function save(event) {
  event.preventDefault();
  const topic = by('edittopic').value ? Number(by('edittopic').value) : null;
  by('edit').close();
  change(turn, { topic, note: by('editnote').value }, words.edited);
}
