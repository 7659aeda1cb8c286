// Calling a helper: the tablet rings at once; the staffed tablet is told when the network is there.
import { clock, fill } from './verdicts.js';

export class Helper {
  /**
   * @param {{config: any, words: Record<string, string>, acts: Record<string, Function>, ask: Function}} page
   * @param {import('./screens.js').Screens} screens
   */
  constructor(page, screens) {
    Object.assign(this, page, { screens });
  }

  /**
   * @param {{reason?: string, say?: string, sentence?: string, delegate?: number, walk_in?: any}} [about]
   *   `say` stands on the screen, `sentence` goes to the staffed tablet
   */
  async call(about = {}) {
    const { words, acts } = this;
    const { say, reason = 'help', ...more } = about;
    const screen = { verdict: 'call', message: words.calling, detail: words.calling_detail, say, reason };
    this.about = about;
    this.id = undefined;
    acts.show(screen);
    const answer = await this.ask('POST', this.config.calls, { reason, ...more });
    if (answer.status !== 201) return;
    this.id = answer.data.id;
    if (this.screens.answer === screen)
      this.screens.show({ ...screen, told: fill(words.hm, clock(answer.data.at)) });
  }

  /** Ring again; tell the staffed tablet if it does not know yet. */
  again() {
    if (this.screens.answer?.told) return this.acts.ring();
    return this.call(this.about);
  }

  /** "I manage by myself": nobody needs to come. */
  cancel() {
    if (this.id) this.ask('POST', `${this.config.calls}/${this.id}/done`, {});
    this.id = undefined;
  }

  /** An ID card never lets anybody in by itself: somebody compares the face. */
  async card(found) {
    const { words, acts, config } = this;
    if (!found.name) {
      return acts.show({ verdict: 'card_short', message: words.card_short, detail: words.card_short_detail });
    }
    if (!config.staffed) {
      const walk_in = { name: found.name };
      return this.call({ reason: 'id_card', say: words.card_helper, walk_in });
    }
    return acts.compare(found);
  }
}

/** The sentence under the ringing bell. */
export function ringing(answer, words) {
  if (answer.say) return answer.say;
  return answer.told ? fill(words.told_desk, { time: answer.told }) : words.calling_sentence;
}
