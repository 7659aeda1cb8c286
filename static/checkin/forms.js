// What is asked after a verdict: the topic of a speech, who comes instead.
import { called, capital, fill, forms, greeting, named } from './verdicts.js';

const SHORTEST_NAME = 2;
/** A longer name stands smaller in a title; it is never cut. */
const LONG = 24;

/** Show or hide the sentence beside a field; returns whether all is well. */
export function complain(id, sentence) {
  const error = document.getElementById(id);
  error.hidden = !sentence;
  error.querySelector('span').textContent = sentence;
  return !sentence;
}

/** The name in a form, or '' with a sentence beside the field. */
export function nameIn(form, id, words) {
  const name = form.elements.name.value.trim();
  const enough = name.length >= SHORTEST_NAME;
  complain(id, enough ? '' : words.name_needed);
  return enough ? name : '';
}

export class Speak {
  /** @param {{config: any, words: Record<string, string>, acts: Record<string, Function>}} page */
  constructor(page) {
    this.page = page;
    document.getElementById('speak').addEventListener('click', (event) => {
      const chosen = event.target.closest('[data-topic]');
      if (chosen && this.person) this.register(chosen.dataset.topic);
    });
  }

  ask(person) {
    const { words, config } = this.page;
    this.person = person;
    const household = person.household && fill(words.household_of, { household: person.household });
    const who = [greeting(person), household].filter(Boolean).join(', ');
    const turn = config.minutes ? fill(words.turn_of, { minutes: config.minutes }) : '';
    document.getElementById('speaktitle').textContent = fill(words.speak_title, forms(person, words));
    document.getElementById('speakwho').textContent = `${who}. ${turn}`;
  }

  async register(topic) {
    const { words, config, acts } = this.page;
    const person = this.person;
    // One tap, one registration, however slow the network is.
    this.person = null;
    const answer = await this.page.request(config.speakers, {
      delegate: person.id,
      topic: topic ? Number(topic) : null,
    });
    const position = answer.data?.position;
    acts.show(
      answer.ok
        ? {
            verdict: 'registered',
            message: words.registered,
            detail: answer.kept
              ? words.speak_kept
              : position
                ? fill(words.place_in_queue, { ...forms(person, words), n: position })
                : greeting(person),
            delegate: person,
            position,
          }
        : {
            verdict: 'not_registered',
            message: words.not_registered,
            detail: answer.data?.detail ?? words.offline,
            delegate: person,
          },
    );
  }
}

export class Substitute {
  /** @param {{words: Record<string, string>, acts: Record<string, Function>}} page */
  constructor(page) {
    this.page = page;
    this.form = document.getElementById('subform');
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.confirm();
    });
  }

  /**
   * @param {any} person who was invited
   * @param {{entered?: boolean, read?: any, who?: any}} known whether the entry is written
   *   down already, the code that was read, who was named before
   */
  ask(person, known) {
    const { words } = this.page;
    Object.assign(this, { person, known });
    const say = (id, sentence) => {
      document.getElementById(id).textContent = sentence;
    };
    const household = person.household
      ? fill(words.household_of, { household: person.household })
      : person.area;
    say('subtitle', fill(words.instead_of, { who: named(person) }));
    document.getElementById('subtitle').className = named(person).length > LONG ? 'long' : '';
    say('subwho', fill(words.substitute_who, { Household: capital(household || person.group || '') }));
    say('subask', fill(words.related, { who: called(person) }));
    say('subnote', fill(words.substitute_note, { Who: capital(called(person)) }));
    this.form.reset();
    const { name = '', relation = '', salutation = '' } = known.who || {};
    Object.assign(this.form.elements.name, { value: name });
    for (const [group, value] of Object.entries({ relation, salutation })) {
      for (const choice of this.form.elements[group]) choice.checked = choice.value === value;
    }
    complain('suberr', '');
  }

  confirm() {
    const { words, acts } = this.page;
    const { relation, salutation } = this.form.elements;
    if (!relation.value) return complain('suberr', words.chosen_needed);
    const name = nameIn(this.form, 'suberr', words);
    if (!name) return undefined;
    return acts.substituted(
      this.person,
      { name, relation: relation.value },
      { ...this.known, salutation: salutation.value },
    );
  }
}
