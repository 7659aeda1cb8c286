// What the organiser's list of devices shows of this tablet, told every 15 seconds.
import { rfc3339 } from './offline_verdicts.js';

const EVERY_MS = 15000;
const TELL_MS = 5000;
/** Less room than this is what browsers give a private window. */
const SMALLEST_QUOTA = 64 * 1024 * 1024;

/**
 * Ask the browser to keep what we store, and for how much there is room.
 * @returns {Promise<{persisted: boolean|null, roomy: boolean}>}
 */
export async function askToKeep() {
  const { storage } = navigator;
  const persisted = storage?.persist ? await storage.persist().catch(() => null) : null;
  const room = storage?.estimate ? await storage.estimate().catch(() => ({})) : {};
  return { persisted, roomy: room.quota === undefined || room.quota >= SMALLEST_QUOTA };
}

export class Health {
  /**
   * @param {any} link
   * @param {string} url
   * @param {() => Promise<{waiting: number, roster_at: number|null, camera: string,
   *   persisted: boolean|null}>} facts
   * @param {{onunpaired: () => void, ongeneration: (generation: string) => void}} handlers
   */
  constructor(link, url, facts, handlers) {
    Object.assign(this, { link, url, facts, handlers });
    navigator.getBattery?.().then(
      (battery) => (this.battery = battery),
      () => null,
    );
    setInterval(() => this.tell(), EVERY_MS);
  }

  async tell() {
    if (!this.url || !this.link.online) return;
    const facts = await this.facts();
    const body = {
      ...facts,
      roster_at: facts.roster_at ? rfc3339(facts.roster_at) : null,
      battery: this.battery ? Math.round(this.battery.level * 100) : null,
      charging: this.battery?.charging ?? null,
      // The device's own clock: the server compares.
      sent_at: new Date().toISOString(),
    };
    const answer = await this.link.ask('POST', this.url, body, { ms: TELL_MS, judged: false });
    if (answer.status === 401 && answer.data?.code) this.handlers.onunpaired();
    if (answer.data?.generation) this.handlers.ongeneration(answer.data.generation);
    // A server of another version has no such address: no trouble of the door's.
    if (answer.status === 404) this.url = '';
  }
}
