// The staffed tablet: finding people, the last entries with undo, guests without letter.
import { button, el } from './dom.js';
import { nameIn } from './forms.js';
import { capital, fill, greeting, hour } from './verdicts.js';

const PAUSE_MS = 180;
const MOST = 6;
/** What a hand-held scanner may type into the search field. */
const CODE = /(?:^|\/)[0-9A-Z]{24}\s*$/i;
const SHORT_CODE = /^\d{4}[\s-]?\d{4}$/;

export class Desk {
  /** @param {{config: any, words: Record<string, string>, acts: Record<string, Function>}} page */
  constructor(page) {
    Object.assign(this, page);
    this.mode = '';
    this.rows = document.getElementById('rows');
    this.query = document.getElementById('q');
    if (!this.rows) return;
    this.clearing = document.getElementById('q-clear');
    this.ending = document.getElementById('mode-end');
    this.query.addEventListener('input', () => this.later(() => this.find()));
    this.query.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.enter();
      if (event.key === 'Escape') this.clear();
    });
    this.clearing.addEventListener('click', () => this.clear());
    this.ending.addEventListener('click', () => this.clear());
    document.querySelector('.tl').addEventListener('click', (event) => {
      const mode = event.target.closest('[data-mode]')?.dataset.mode;
      if (mode) this.begin(mode);
    });
    this.walkIn();
    this.last();
  }

  later(act) {
    clearTimeout(this.timer);
    this.timer = setTimeout(act, PAUSE_MS);
  }

  /** Find somebody for one thing: a substitute, a speech, going out. */
  begin(mode) {
    this.mode = mode;
    this.ending.hidden = false;
    this.title(this.words[`mode_${mode}`]);
    this.query.focus();
    this.find();
  }

  clear() {
    if (!this.query) return;
    this.mode = '';
    this.ending.hidden = true;
    this.query.value = '';
    this.query.blur();
    this.last();
  }

  title(text) {
    document.getElementById('list-title').textContent = text;
  }

  enter() {
    const text = this.query.value.trim();
    if (CODE.test(text) || SHORT_CODE.test(text)) {
      clearTimeout(this.timer);
      const via = CODE.test(text) ? 'wedge' : 'typed';
      const { mode } = this;
      this.clear();
      return this.acts.code(text, via, mode);
    }
    const only = this.rows.querySelectorAll('[data-pick]');
    return only.length === 1 && only[0].click();
  }

  async find() {
    const text = this.query.value.trim();
    this.clearing.hidden = !text;
    if (text.length < 2) return this.mode ? this.fill([], '') : this.last();
    const answer = await this.people(text);
    if (!answer.ok || this.query.value.trim() !== text) return undefined;
    const people = answer.data.items.slice(0, MOST);
    const names = people.map((person) => person.name);
    const same = names.some((name, index) => names.indexOf(name) !== index);
    this.title(this.mode ? this.words[`mode_${this.mode}`] : fill(this.words.found, { n: answer.data.total }));
    return this.fill(
      people.map((person) => this.person(person)),
      this.words.nobody,
      same ? this.words.same_names : '',
    );
  }

  about(person) {
    return [
      person.birth_year && capital(fill(this.words.born, { year: person.birth_year })),
      person.area,
      person.household && fill(this.words.household_of, { household: person.household }),
      person.title,
    ]
      .filter(Boolean)
      .join(', ');
  }

  person(person) {
    const { words, acts, mode } = this;
    const act = (text, cls, run, glyph) =>
      button(text, cls, () => {
        this.clear();
        run();
      }, glyph);
    const substitute = (cls) => act(words.sub, cls, () => acts.substitute(person, {}), 'users');
    const only = {
      substitute: () => [substitute('primary')],
      speak: () => [act(words.speak, 'accent', () => acts.speak(person), 'mic')],
      out: () => [act(words.out, 'primary', () => acts.out(person.id), 'log-out')],
    };
    const usual = () => [
      ...(person.group_kind === 'household' ? [substitute('')] : []),
      act(words.let_in, 'primary', () => acts.pick(person), 'check'),
    ];
    const choices = (only[mode] ?? usual)();
    choices.at(-1).dataset.pick = person.id;
    return el(
      'li',
      '',
      el('span', '', el('b', '', greeting(person)), el('span', 'm', this.about(person))),
      el('span', 'choices', ...choices),
    );
  }

  async last() {
    if (!this.rows) return;
    const answer = await this.recent();
    if (!answer.ok || this.mode || this.query.value.trim().length >= 2) return;
    this.clearing.hidden = true;
    const rows = answer.data.items.map((item) => this.entry(item));
    this.title(this.words.last);
    this.fill(rows, this.words.empty_last);
  }

  entry(item) {
    const { words, acts } = this;
    const states = { undone: words.taken_back, left: words.gone };
    const about = [item.household && fill(words.household_of, { household: item.household }), states[item.verdict]];
    return el(
      'li',
      item.verdict === 'undone' ? 'past' : '',
      el('span', '', el('b', '', item.name), el('span', 'm', capital(about.filter(Boolean).join(', ')))),
      el('span', 'tm', hour(item.at)),
      item.verdict === 'undone' ? el('span') : button(words.take_back, '', () => acts.undo(item.delegate), 'undo-2'),
    );
  }

  fill(rows, none, note) {
    const lines = rows.length || !none ? rows : [el('li', 'none', none)];
    this.rows.replaceChildren(...lines, ...(note ? [el('li', 'none', note)] : []));
  }

  walkIn() {
    const form = document.getElementById('walkform');
    form.elements.name.addEventListener('input', () => this.later(() => this.likely(form)));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const name = nameIn(form, 'walkerr', this.words);
      if (!name) return;
      this.acts.walkIn({ name, area: form.elements.area.value });
      this.begun();
    });
  }

  /** An empty form for the next guest. */
  begun() {
    document.getElementById('walkform')?.reset();
    document.getElementById('likely')?.replaceChildren();
  }

  /** Whom the name on a guest's form may be, before somebody is added twice. */
  async likely(form) {
    const text = form.elements.name.value.trim();
    const box = document.getElementById('likely');
    if (text.split(/\s+/).length < 2) return box.replaceChildren();
    const answer = await this.people(text);
    if (!answer.ok || form.elements.name.value.trim() !== text) return undefined;
    const cards = answer.data.items.slice(0, 2).map((person) => {
      const pick = button('', 'cand', () => this.acts.pick(person), '');
      pick.append(
        el('span', 'grow', el('b', '', greeting(person)), el('span', 'm', this.about(person))),
        el('span', 'go', this.words.this_one),
      );
      return pick;
    });
    return box.replaceChildren(...(cards.length ? [el('h3', '', this.words.likely), ...cards] : []));
  }
}
