// The staffed tablet's list of calls from the gates: who goes, and that it is done.
import { follow } from '../live.js';
import { button, el, icon } from './dom.js';
import { play } from './sound.js';
import { capital, fill, greeting, hour } from './verdicts.js';

/** While no live view comes through, calls are asked for. */
const POLL_MS = 10000;
const GLYPHS = { walk_in: 'user-plus', id_card: 'id-card', substitute: 'users' };

export class Calls {
  /**
   * @param {{config: any, words: Record<string, string>, acts: Record<string, Function>,
   *   ask: Function}} page
   */
  constructor(page) {
    Object.assign(this, page);
    this.list = document.getElementById('calls');
    this.known = new Set();
    this.items = [];
    if (!this.list) return;
    const onstate = (state) => (this.live = state === 'live');
    follow(this.config.meeting, ['door'], (_, snapshot) => this.show(snapshot), { onstate });
    setInterval(() => this.live || this.refresh(), POLL_MS);
  }

  async refresh() {
    const answer = await this.ask('GET', this.config.calls);
    if (answer.ok) this.show(answer.data);
  }

  show({ calls, items }) {
    this.items = (calls ?? items ?? []).filter((call) => call.state !== 'done');
    const fresh = this.items.filter((call) => call.state === 'open' && !this.known.has(call.id));
    for (const call of fresh) this.known.add(call.id);
    if (fresh.length) play('call');
    this.draw();
  }

  draw() {
    this.list.replaceChildren(...this.items.map((call) => this.row(call)));
    this.list.hidden = !this.items.length;
  }

  row(call) {
    const { words } = this;
    const person = call.delegate && greeting(call.delegate);
    const about = [
      words[`reason_${call.reason}`],
      person ?? call.walk_in?.name,
      call.walk_in?.area,
      call.sentence,
    ];
    const taken = call.taken_by ? fill(words.taken_by, { who: call.taken_by }) : '';
    return el(
      'li',
      call.state === 'open' ? 'new' : '',
      el('span', 'k', icon(GLYPHS[call.reason] ?? 'hand-helping')),
      el(
        'span',
        '',
        el('b', '', fill(words.calls, { device: call.device })),
        el('span', 'm', [...about, taken].filter(Boolean).map(capital).join('. ')),
      ),
      el('span', 'tm', hour(call.at)),
      this.next(call),
    );
  }

  /** The one thing to do with a call: see who it is, go there, or say that it is done. */
  next(call) {
    const { words, acts } = this;
    if (call.walk_in?.name) return button(words.look, 'primary', () => acts.received(call), 'user-plus');
    if (call.state === 'open') return button(words.i_go, 'primary', () => this.step(call, 'take'), 'check');
    return button(words.done, '', () => this.step(call, 'done'), 'check-check');
  }

  /** @param {'take'|'done'} step */
  async step(call, step) {
    const answer = await this.ask('POST', `${this.config.calls}/${call.id}/${step}`, {});
    // Somebody else was faster: the list says so, here too.
    if (!answer.ok || step === 'done') this.items = this.items.filter((one) => one.id !== call.id);
    else call.state = 'taken';
    this.draw();
    if (answer.ok) this.show(answer.data);
    else await this.refresh();
  }
}
