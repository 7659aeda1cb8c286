// The other dialogs: adding somebody, a question to read out, who answers, the hall, the list.
import { get, patch, post } from '../http.js';
import { written } from './clock.js';
import { slide } from './now.js';
import { about, called, el, fill, greeting, hourOf, icon } from './people.js';
import { button, by, choices, desk, step, undo, words } from './steps.js';
import { sendMark } from './list.js';

const TYPING_MS = 180;
const BREAKS = [5, 10, 15, 20];
let asked = null;
let typing;

export function more() {
  by('add').addEventListener('click', openAdd);
  for (const opener of document.querySelectorAll('[data-add]')) opener.addEventListener('click', openAdd);
  by('find').addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(search, TYPING_MS);
  });
  by('screen').addEventListener('click', openSlides);
  by('toslides').addEventListener('click', openSlides);
  by('settings').addEventListener('click', openSettings);
  by('toarrange').addEventListener('click', () => (by('settingsdialog').close(), by('policy').click()));
  by('readdone').addEventListener('click', () => (by('reading').close(), sendMark(asked, 'read')));
  for (const input of document.querySelectorAll('[data-setting]')) input.addEventListener('change', set);
  desk.listeners.push(() => by('settingsdialog').open && drawSettings());
}

export function openAdd() {
  by('settingsdialog').close();
  by('adddialog').showModal();
  by('find').value = '';
  by('found').replaceChildren();
  by('find').focus();
}

async function search() {
  const text = by('find').value.trim();
  if (text.length < 2) return by('found').replaceChildren();
  const answer = await get(`${words.delegates}?q=${encodeURIComponent(text)}`);
  if (!answer.ok || by('find').value.trim() !== text) return;
  const found = answer.data.items.slice(0, 8).map((person) =>
    el(
      'li',
      '',
      el('span', 'grow', el('b', '', greeting(person)), el('div', 'meta', about(person))),
      button(words.add_this, 'primary', () => add(person), 'plus'),
    ),
  );
  by('found').replaceChildren(...(found.length ? found : [el('li', '', words.nobody_fits)]));
}

async function add(person) {
  const topic = by('topic').value ? Number(by('topic').value) : null;
  by('adddialog').close();
  await step(
    post(words.api, { delegate: person.id, topic, priority: by('priority').checked }),
    fill(words.added, { name: called(person) }),
  );
  by('priority').checked = false;
}

/** Large enough to be read aloud from. */
export function openQuestion(question) {
  asked = question;
  by('readtext').textContent = question.text;
  by('readwho').textContent = [greeting(question), question.area, question.topic].filter(Boolean).join(', ');
  by('reading').showModal();
}

/** Who answers, whether somebody of that office is here, and what was prepared. */
export function openAnswer(turn) {
  const prepared = desk.prepared[turn.delegate] ?? [];
  by('prepared').replaceChildren(
    ...(prepared.length
      ? prepared.map(matter)
      : desk.follows
        ? [el('p', 'meta', words.nothing_prepared)]
        : []),
  );
  const options = desk.snapshot.bodies.map((body) => [body.id, body.name, here(body)]);
  by('bodies').replaceChildren(
    choices(words.body, options, turn.body_id, (id) => {
      by('answer').close();
      const name = desk.snapshot.bodies.find((body) => body.id === id).name;
      step(patch(`${words.api}/${turn.id}`, { body: id }), fill(words.body_set, { body: name }));
    }),
  );
  by('answer').showModal();
}

const here = (body) =>
  body.here ? el('span', 'chip ok', icon('user-check'), words.here) : el('span', 'chip', words.not_here);

function matter(one) {
  return el(
    'div',
    'prep',
    el('p', 'said', `“${one.words}”`),
    one.answer ? el('p', 'ans', one.answer) : el('p', 'meta', words.unprepared),
  );
}

export function openSlides() {
  by('settingsdialog').close();
  const now = desk.snapshot.slide;
  const pick = (name, text, glyph, extra) => {
    const one = button(text, '', () => (by('slides').close(), slide(name, extra)), glyph);
    one.setAttribute('aria-pressed', String(name === now && !extra));
    one.dataset.slide = name;
    return one;
  };
  const breaks = BREAKS.map((n) =>
    pick('break', fill(words.n_minutes, { n }), 'coffee', { break_minutes: n }),
  );
  by('slidelist').replaceChildren(
    pick('', words.slide_list, 'mic'),
    pick('welcome', words.slide_welcome, 'megaphone'),
    pick('conclusions', words.slide_conclusions, 'flag'),
    pick('closing', words.slide_closing, 'circle-check'),
  );
  by('breaks').replaceChildren(...breaks);
  by('slides').showModal();
}

function openSettings() {
  drawSettings();
  by('settingsdialog').showModal();
}

const READ = {
  open: (found) => found.open,
  present_only: (found) => found.present_only,
  shrink: (found) => found.pace === 'shrink',
  seconds: (found) => found.seconds,
  answer_seconds: (found) => found.answer_seconds,
  closing_seconds: (found) => found.closing_seconds,
};

function drawSettings() {
  for (const input of document.querySelectorAll('[data-setting]')) {
    const value = READ[input.dataset.setting](desk.snapshot);
    if (input.type === 'checkbox') input.checked = value;
    else fit(input, value);
  }
  const steps = desk.snapshot.undo.map((one, index) =>
    el(
      'li',
      'lrow',
      el('span', 'grow', el('b', '', kind(one)), el('div', 'meta', [hourOf(one.at), one.by].join(', '))),
      index ? '' : button(words.undo, 'sm', () => undo(one.step), 'undo-2'),
    ),
  );
  by('steps').replaceChildren(...(steps.length ? steps : [el('li', 'meta', words.no_steps)]));
}

const kind = (one) =>
  [words.steps[one.kind] ?? words.steps.other, called(one)].filter((text) => text?.trim()).join(': ');

/** A value that is no whole choice is shown as one more. */
function fit(input, value) {
  if (![...input.options].some((option) => Number(option.value) === value)) {
    input.append(new Option(written(value), value));
  }
  input.value = value;
}

function set(event) {
  const { setting } = event.target.dataset;
  const checked = event.target.checked;
  const body =
    setting === 'shrink'
      ? { pace: checked ? 'shrink' : 'fixed' }
      : { [setting]: event.target.type === 'checkbox' ? checked : Number(event.target.value) };
  const said = setting === 'open' ? (checked ? words.opened : words.closed) : words.setting_changed;
  step(patch(words.api, body), said);
}
