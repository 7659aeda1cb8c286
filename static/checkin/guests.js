// Somebody without an invitation: at a gate the name goes to the staffed tablet.
import { el } from './dom.js';
import { complain, nameIn } from './forms.js';

/** The gate's form. */
export class Guest {
  /**
   * @param {{config: any, words: Record<string, string>, acts: Record<string, Function>,
   *   ask: Function}} page
   */
  constructor(page) {
    Object.assign(this, page);
    this.form = document.getElementById('guestform');
    this.form?.addEventListener('submit', (event) => {
      event.preventDefault();
      this.send();
    });
  }

  begin() {
    this.areas();
    this.form.reset();
    complain('guesterr', '');
  }

  /** The areas are asked for each time: a tablet that is carried away holds none. */
  async areas() {
    const box = document.getElementById('guestareas');
    const elsewhere = box.lastElementChild;
    const answer = await this.ask('GET', this.config.facts);
    const names = answer.ok ? answer.data.areas.map((area) => area.name ?? area) : [];
    const choices = names.map((name) => {
      const input = el('input');
      Object.assign(input, { type: 'radio', name: 'area', value: name });
      return el('label', 'choice', input, name);
    });
    box.replaceChildren(...choices, elsewhere);
  }

  send() {
    const name = nameIn(this.form, 'guesterr', this.words);
    if (!name) return;
    const { salutation, area, purpose } = this.form.elements;
    this.acts.call_instead({
      reason: 'walk_in',
      say: this.words.guest_sent,
      sentence: purpose.value,
      walk_in: { name, area: area.value, salutation: salutation.value },
    });
  }
}
