// Scans that wait for another meeting than the one this tablet is paired with: counted, told
// and sent with the pass that the other meeting's page left here.
import { KNOWN, LATER } from './outbox.js';
import { clear } from './tablet.js';
import { Store } from './store.js';

const SEND_MS = 20000;
const MOST = 100;
const REFUSED = new Set([401, 403, 404]);

export class Others {
  /**
   * @param {{meeting: string, page: string, left: string, link: any}} parts `left`: the address for
   *   what is left of a meeting, with MEETING in the place of its name
   * @param {{onstate: () => void,
   *   onsent: (rest: import('./tablet.js').Rest, count: number) => void}} handlers
   */
  constructor(parts, handlers) {
    Object.assign(this, parts, { handlers });
    /** @type {import('./tablet.js').Rest[]} */
    this.rest = [];
    /** Meetings that do not take this tablet's scans any more. */
    this.refused = new Set();
  }

  /** How many scans wait for other meetings. */
  get waiting() {
    return this.rest.reduce((sum, one) => sum + one.scans.length, 0);
  }

  /** Clear away what goes, count what waits, send it. */
  async work() {
    if (this.working) return;
    this.working = true;
    try {
      this.rest = await clear(this.meeting, this.page);
      this.handlers.onstate();
      if (this.link.online) for (const one of this.rest) await this.send(one);
    } finally {
      this.working = false;
    }
  }

  async send(one) {
    const url = this.left.replace('MEETING', encodeURIComponent(one.meeting));
    const store = new Store(`kiosk-${one.meeting}`, () => null);
    let count = 0;
    try {
      while (one.scans.length) {
        const some = one.scans.slice(0, MOST);
        const { status, data } = await this.link.ask(
          'POST',
          url,
          { scans: some },
          { ms: SEND_MS, judged: false },
        );
        if (REFUSED.has(status) && data?.code) this.refused.add(one.meeting);
        if (status !== 200 || data?.results?.length !== some.length) break;
        this.refused.delete(one.meeting);
        const done = await this.settle(store, one, some, data.results);
        if (!done) break;
        count += done;
      }
    } finally {
      store.close();
    }
    if (count) this.handlers.onsent(one, count);
    if (!one.scans.length) await this.finish(one, url);
    this.handlers.onstate();
  }

  /** What was acknowledged goes, what is refused for good is kept where somebody sees it. */
  async settle(store, one, some, results) {
    const answered = some.map((scan, index) => ({ scan, result: results[index] }));
    const over = answered.filter(({ scan, result }) => {
      const { verdict, error } = result ?? {};
      return result?.scan_id === scan.scan_id && (verdict || (error && !LATER.has(error.code)));
    });
    const aside = over.filter(({ result }) => result.error && result.error.code !== KNOWN);
    await store.run(['scans', 'trouble'], 'readwrite', (scans, trouble) => {
      for (const { scan } of over) scans.delete(scan.scan_id);
      for (const { scan, result } of aside) trouble.put({ ...scan, error: result.error });
    });
    const gone = new Set(over.map(({ scan }) => scan.scan_id));
    one.scans = one.scans.filter((scan) => !gone.has(scan.scan_id));
    one.trouble = [...one.trouble, ...aside.map(({ scan }) => scan)];
    return over.length;
  }

  /** Nothing waits: the pass goes too, and with nothing to look at the store. */
  async finish(one, url) {
    await this.link.ask('DELETE', url, undefined, { ms: SEND_MS, judged: false });
    this.rest = await clear(this.meeting, this.page);
  }

  /** Somebody has seen what was refused. */
  async looked(one) {
    const store = new Store(`kiosk-${one.meeting}`, () => null);
    await store.run(['trouble'], 'readwrite', (trouble) => trouble.clear()).catch(() => null);
    store.close();
    this.rest = await clear(this.meeting, this.page);
    this.handlers.onstate();
  }
}
