// The staffed tablet: finding people, the last entries with undo, guests without letter.
import { get } from '../http.js';
import { button, el } from './dom.js';
import { fill, greeting, hour } from './verdicts.js';

const PAUSE_MS = 180;

export class Desk {
  /**
   * @param {any} config
   * @param {Record<string, string>} words
   * @param {{pick: (person: any) => void, undo: (delegate: number) => void, walkIn: (guest: any) => void}} acts
   */
  constructor(config, words, acts) {
    Object.assign(this, { config, words, acts });
    this.rows = document.getElementById('rows');
    this.query = document.getElementById('q');
    if (!this.rows) return;
    this.query.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.find(), PAUSE_MS);
    });
    this.query.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.enter();
      if (event.key === 'Escape') this.clear();
    });
    this.walkIn();
    this.last();
  }

  clear() {
    if (!this.query) return;
    this.query.value = '';
    this.query.blur();
    this.last();
  }

  enter() {
    const only = this.rows.querySelectorAll('[data-pick]');
    if (only.length === 1) only[0].click();
  }

  async find() {
    const text = this.query.value.trim();
    if (text.length < 2) return this.last();
    const answer = await get(`${this.config.delegates}?q=${encodeURIComponent(text)}`);
    if (!answer.ok || this.query.value.trim() !== text) return;
    const rows = answer.data.items.slice(0, 6).map((person) => this.person(person));
    document.getElementById('list-title').textContent = this.words.find;
    this.fill(rows, this.words.nobody);
  }

  person(person) {
    const about = [
      person.area,
      person.household && `${this.words.household} ${person.household}`,
      person.birth_year && fill(this.words.born, { year: person.birth_year }),
      person.title,
    ];
    const pick = button(this.words.this_one, 'primary', () => {
      this.clear();
      this.acts.pick(person);
    });
    pick.dataset.pick = person.id;
    return el(
      'li',
      '',
      el('span', '', el('b', '', greeting(person)), el('span', 'm', about.filter(Boolean).join(', '))),
      el('span'),
      pick,
    );
  }

  async last() {
    if (!this.rows) return;
    const answer = await get(this.config.last);
    if (!answer.ok || (this.query.value.trim().length >= 2)) return;
    const rows = answer.data.items.map((item) => {
      const about = item.household ? `${this.words.household} ${item.household}` : '';
      return el(
        'li',
        '',
        el('span', '', el('b', '', item.name), el('span', 'm', about)),
        el('span', 'tm', hour(item.at)),
        item.verdict === 'undone'
          ? el('span', 'm', this.words.undone_detail)
          : button(this.words.take_back, '', () => this.acts.undo(item.delegate), 'undo-2'),
      );
    });
    document.getElementById('list-title').textContent = this.words.last;
    this.fill(rows, this.words.empty_last);
  }

  fill(rows, none) {
    this.rows.replaceChildren(...(rows.length ? rows : [el('li', 'none', none)]));
  }

  walkIn() {
    const form = document.getElementById('walkform');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const name = form.elements.name.value.trim();
      const error = document.getElementById('walkerr');
      error.hidden = name.length >= 2;
      if (name.length < 2) {
        error.querySelector('span').textContent = this.words.name_needed;
        return;
      }
      this.acts.walkIn({ name, area: form.elements.area.value });
      form.reset();
    });
  }
}
