// Calling a helper: the tablet rings at once; the staffed tablet is told when the network is there.
import { post } from '../http.js';
import { newId } from './ids.js';
import { clock, fill } from './verdicts.js';

const ANSWER_MS = 3000;

/** A signal that gives up after a while, also in browsers without AbortSignal.timeout. */
function patience(ms) {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), ms);
  return { signal: stop.signal };
}

export class Helper {
  /**
   * @param {{config: any, words: Record<string, string>, acts: Record<string, Function>}} page
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
    const answer = await post(this.config.calls, { reason, ...more }, patience(ANSWER_MS));
    if (answer.status !== 201) return;
    this.id = answer.data.id;
    if (this.screens.answer === screen) this.screens.show({ ...screen, told: fill(words.hm, clock(answer.data.at)) });
  }

  /** Ring again; tell the staffed tablet if it does not know yet. */
  again() {
    if (this.screens.answer?.told) return this.acts.ring();
    return this.call(this.about);
  }

  /** "I manage by myself": nobody needs to come. */
  cancel() {
    if (this.id) post(`${this.config.calls}/${this.id}/done`);
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
    // Not through the outbox: nothing of a card is ever written down on the tablet.
    const scan = { scan_id: newId(), scanned_at: new Date().toISOString(), via: 'id_card', code: found.payload };
    const answer = await post(config.scans, scan, patience(ANSWER_MS));
    if (answer.status === 200) return acts.show({ ...answer.data, sought: found.name });
    return acts.find(found.name);
  }
}

/** The sentence under the ringing bell. */
export function ringing(answer, words) {
  if (answer.say) return answer.say;
  return answer.told ? fill(words.told_desk, { time: answer.told }) : words.calling_sentence;
}
