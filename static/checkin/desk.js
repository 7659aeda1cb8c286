// The staffed tablet: finding people, the last entries with undo.
import { button, el, icon } from './dom.js';
import { alike, pieces, search } from './find.js';
import { complain, nameIn } from './forms.js';
import { capital, fill, greeting, hour } from './verdicts.js';

const PAUSE_MS = 180;
const MOST = 6;
const LIKELY = 2;
const RECOUNT_MS = 5000;
const SHORT_CODE = /^\d{4}[\s-]?\d{4}$/;

export class Desk {
  /**
   * @param {{words: Record<string, string>, acts: Record<string, Function>,
   *   people: (q: string) => Promise<any>, recent: () => Promise<any>, list: () => any[],
   *   recount: () => Promise<void>}} page `list` is the tablet's own roster
   */
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

  /** Look for somebody, as if the name had been typed. */
  seek(name) {
    this.query.value = name;
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
    if (SHORT_CODE.test(text)) {
      clearTimeout(this.timer);
      const { mode } = this;
      this.clear();
      return this.acts.code(text, 'typed', mode);
    }
    const only = this.rows.querySelectorAll('[data-pick]');
    return only.length === 1 && only[0].click();
  }

  async find() {
    const text = this.query.value.trim();
    this.clearing.hidden = !text;
    if (text.length < 2) return this.mode ? this.fill([], '') : this.last();
    const found = await this.matching(text);
    if (this.query.value.trim() !== text) return undefined;
    const people = found.slice(0, MOST);
    const names = people.map((person) => person.name);
    const same = names.some((name, index) => names.indexOf(name) !== index);
    this.title(this.mode ? this.words[`mode_${this.mode}`] : fill(this.words.found, { n: found.length }));
    const rows = people.map((person) => this.person(person, text));
    const note = same ? this.words.same_names : '';
    return this.fill(rows, this.words.nobody, note);
  }

  /** People who fit; with a slip of the finger by the tablet's own list. */
  async matching(text) {
    const answer = await this.people(text);
    const found = answer.ok ? answer.data.items : [];
    return found.length ? found : search(this.list(), text);
  }

  /** Who a name may be: by the tablet's own list, else by the server's. */
  async alike(name) {
    const list = this.list();
    return list.length ? alike(list, name) : this.matching(name);
  }

  inside(person) {
    return Boolean(person.in ?? this.list().find((one) => one.id === person.id)?.in);
  }

  about(person) {
    const { words } = this;
    return [
      person.birth_year && capital(fill(words.born, { year: person.birth_year })),
      person.area,
      person.household && fill(words.household_of, { household: person.household }),
      person.title,
      this.inside(person) && words.inside,
    ]
      .filter(Boolean)
      .join(', ');
  }

  person(person, text) {
    const inside = this.inside(person);
    const choices = this.choices(person, inside);
    choices.at(-1).dataset.pick = person.id;
    const form = person.salutation ? `${capital(person.salutation)} ` : '';
    const name = pieces(person.name, text).map(([part, found]) => (found ? el('mark', '', part) : part));
    return el(
      'li',
      inside ? 'on' : '',
      el('span', '', el('b', '', form, ...name), el('span', 'm', this.about(person))),
      el('span', 'choices', ...choices),
    );
  }

  /** What can be done with somebody who was found. */
  choices(person, inside) {
    const { words, acts, mode } = this;
    const act = (text, cls, run, glyph) => {
      const begun = () => {
        this.clear();
        run();
      };
      return button(text, cls, begun, glyph);
    };
    const substitute = (cls) =>
      act(words.sub, cls, () => acts.substitute(person, { entered: inside }), 'users');
    const out = (cls) => act(words.out, cls, () => acts.out(person.id), 'log-out');
    const only = {
      substitute: () => [substitute('primary')],
      speak: () => [act(words.speak, 'accent', () => acts.speak(person), 'mic')],
      out: () => [out('primary')],
    };
    if (only[mode]) return only[mode]();
    if (inside) return [out(''), act(words.take_back, '', () => acts.undo(person.id), 'undo-2')];
    const instead = person.group_kind === 'household' ? [substitute('')] : [];
    return [...instead, act(words.let_in, 'primary', () => acts.pick(person), 'check')];
  }

  async last() {
    if (!this.rows) return;
    const answer = await this.recent();
    this.count();
    // Who came in just now is on the list again in a moment, as present.
    this.recounting ??= setTimeout(async () => {
      await this.recount();
      this.recounting = undefined;
      this.count();
      if (this.query.value.trim().length >= 2) this.find();
    }, RECOUNT_MS);
    if (!answer.ok || this.mode || this.query.value.trim().length >= 2) return;
    this.clearing.hidden = true;
    const rows = answer.data.items.map((item) => this.entry(item));
    this.title(this.words.last);
    this.fill(rows, this.words.empty_last);
  }

  /** How many have come, by the tablet's own list. */
  count() {
    const all = this.list();
    const here = all.filter((person) => person.in).length;
    document.getElementById('here').textContent = all.length
      ? fill(this.words.here, { n: here, of: all.length })
      : '';
  }

  entry(item) {
    const { words, acts } = this;
    const states = { undone: words.taken_back, left: words.gone };
    const glyphs = { undone: 'undo-2', left: 'log-out' };
    const about = [
      item.household && fill(words.household_of, { household: item.household }),
      states[item.verdict],
    ];
    const past = item.verdict === 'undone';
    return el(
      'li',
      past ? 'past' : '',
      el('span', `k${glyphs[item.verdict] ? '' : ' in'}`, icon(glyphs[item.verdict] ?? 'check')),
      el('span', '', el('b', '', item.name), el('span', 'm', capital(about.filter(Boolean).join(', ')))),
      el('span', 'tm', hour(item.at)),
      past ? el('span') : button(words.take_back, '', () => acts.undo(item.delegate), 'undo-2'),
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
      const { area, salutation } = form.elements;
      const observer = event.submitter?.value === 'observer';
      this.acts.walkIn({ name, area: area.value, salutation: salutation.value }, observer);
    });
  }

  /** An empty form for the next guest, or one with the name that was looked for. */
  begun(name = '') {
    const form = document.getElementById('walkform');
    if (!form) return;
    form.reset();
    document.getElementById('likely').replaceChildren();
    complain('walkerr', '');
    form.elements.name.value = name;
    if (name) this.likely(form);
  }

  /** Whom the name on a guest's form may be, before somebody is added twice. */
  async likely(form) {
    const text = form.elements.name.value.trim();
    const box = document.getElementById('likely');
    if (text.split(/\s+/).length < 2) return box.replaceChildren();
    const people = await this.alike(text);
    if (form.elements.name.value.trim() !== text) return undefined;
    const cards = people.slice(0, LIKELY).map((person) => {
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
