// The staffed tablet's decision about a guest from a gate: people of the list come first, then
// a guest of the meeting, then an observer. Nobody is sent away.
import { button, el, facts } from '../scans/dom.js';
import { capital, greeting, hour } from '../scans/verdicts.js';

const MOST = 3;

/** A name typed without capitals, as it is read. */
const titled = (name) => name.split(/\s+/).map(capital).join(' ');

export class Reception {
  /**
   * @param {{config: any, words: Record<string, string>, acts: Record<string, Function>}} page
   * @param {import('./desk.js').Desk} desk
   * @param {import('../calls/calls.js').Calls} calls
   */
  constructor(page, desk, calls) {
    Object.assign(this, page, { desk, calls });
    document.getElementById('received')?.addEventListener('click', (event) => {
      const chosen = event.target.closest('[data-receive]')?.dataset.receive;
      if (chosen && this.call) this[chosen]();
    });
  }

  open(call) {
    const { words } = this;
    this.call = call;
    const guest = call.walk_in;
    const say = (id, text) => (document.getElementById(id).textContent = text);
    say('receivedwhat', words[`reason_${call.reason}`] ?? words.reason_walk_in);
    say('receivedfrom', `${call.device}, ${hour(call.at)}`);
    say('receivedname', greeting({ salutation: guest.salutation, name: titled(guest.name) }));
    const about = facts([
      [words.area, guest.area],
      [words.comes_to, call.sentence],
    ]);
    about.className = 'told';
    document.getElementById('receivedfacts').replaceChildren(about);
    document.getElementById('receivedlikely').replaceChildren();
    if (call.state === 'open') this.calls.step(call, 'take');
    this.likely(guest.name);
  }

  async likely(name) {
    const people = await this.desk.alike(name);
    if (this.call?.walk_in.name !== name) return;
    const rows = people.slice(0, MOST).map((person) => {
      const inside = this.desk.inside(person);
      const act = () => this.over(() => this.acts[inside ? 'again' : 'pick'](person));
      return el(
        'div',
        `cand${inside ? ' on' : ''}`,
        el('span', 'grow', el('b', '', greeting(person)), el('span', 'm', this.desk.about(person))),
        inside ? el('span', 'm', this.words.inside) : button(this.words.this_one, 'primary', act, 'check'),
      );
    });
    const none = el('p', 'm', this.words.nobody_alike);
    document.getElementById('receivedlikely').replaceChildren(...(rows.length ? rows : [none]));
  }

  over(act) {
    this.calls.step(this.call, 'done');
    this.call = null;
    act();
  }

  admit(observer) {
    const { name, area = '', salutation = '' } = this.call.walk_in;
    this.over(() => this.acts.walkIn({ name, area, salutation }, observer));
  }

  guest() {
    this.admit(false);
  }

  observer() {
    this.admit(true);
  }

  search() {
    const { name } = this.call.walk_in;
    this.acts.find(name);
  }
}
