// What the server has acknowledged stays on the tablet until the meeting is over, sealed: a
// server that is brought back from a copy has lost some of it. Its generation tells.
import { seal } from './sealing.js';

/** What the tablet knows of the meeting itself, among what it keeps. */
export const TABLET = 'tablet';
/** Verdicts that say something of somebody; others need not be sent twice. */
const TELLING = new Set(['admitted', 'already_in', 'household_in', 'review', 'left', 'not_inside', 'undone']);

export const sentRows = () => IDBKeyRange.bound('sent:', 'sent;');

export class Sent {
  /**
   * @param {import('./store.js').Store} store
   * @param {{title: string, starts_at: string, seal: string}} meeting what another meeting's page
   *   tells of this one, and what its scans are sealed with
   */
  constructor(store, meeting) {
    this.store = store;
    this.facts = { name: TABLET, ...meeting, generation: '' };
  }

  get generation() {
    return this.facts.generation;
  }

  async load() {
    const kept = await this.store.run(['kept'], 'readonly', (rows) => rows.get(TABLET)).catch(() => null);
    if (!kept) return;
    const { seal: key, generation } = kept;
    this.facts = {
      ...this.facts,
      seal: this.facts.seal || key,
      generation: this.facts.generation || generation,
    };
  }

  /**
   * What the server says of itself. After a restore everything acknowledged before waits again.
   * @param {{seal?: string, generation?: string}} told
   * @returns {Promise<number>} how many scans wait again
   */
  async learn({ seal: key = '', generation = '' }) {
    const before = this.facts;
    if (!generation || (key === before.seal && generation === before.generation)) return 0;
    this.facts = { ...before, seal: key, generation };
    const restored = before.generation && before.generation !== generation;
    return this.keep(this.facts, Boolean(restored)).catch(() => {
      // Asked again at the next roster: nothing may be taken for sent meanwhile.
      this.facts = before;
      return 0;
    });
  }

  /** In one step, so that whatever happens a scan is either sent or waiting. */
  async keep(facts, again) {
    let moved = 0;
    await this.store.run(['scans', 'kept'], 'readwrite', (scans, kept) => {
      kept.put(facts);
      if (!again) return;
      kept.getAll(sentRows()).onsuccess = ({ target }) => {
        for (const { name, generation, ...scan } of target.result) {
          if (generation === facts.generation) continue;
          scans.put(scan);
          kept.delete(name);
          moved += 1;
        }
      };
    });
    return moved;
  }

  /**
   * What stays of an acknowledged scan.
   * @param {any} scan
   * @param {string} verdict
   */
  async copy(scan, verdict) {
    const { generation, seal: key } = this.facts;
    if (!TELLING.has(verdict)) return null;
    const sealed = scan.sealed ?? (await seal(key, scan).catch(() => ''));
    const { scan_id, scanned_at } = scan;
    return sealed ? { name: `sent:${scan_id}`, scan_id, scanned_at, sealed, generation } : null;
  }

  /** Nobody asks for it any more. */
  end() {
    return this.store.run(['kept'], 'readwrite', (kept) => kept.delete(sentRows())).catch(() => null);
  }
}
