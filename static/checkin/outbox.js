// The outbox: a scan is written down before anything is shown, and leaves only when the
// server has acknowledged that very scan.
import { isCard, read } from './codes.js';
import { rowKey } from './roster.js';
import { Met } from './met.js';

const ANSWER_MS = 2000;
const BATCH_MS = 20000;
const BEAT_MS = 15000;
const RETRY_MS = 3000;
const UNPAIRED_MS = 30000;
const MOST = 500;
/** A verdict is on the screen by then: what nobody waits for comes after it. */
const SHOWN_MS = 100;
/** More than any code of ours has; the server takes no more. */
const LONGEST = 2048;
/** Answers of ours after which sending the same again would change nothing. */
const FINAL = new Set([400, 409, 413, 422]);
const UNPAIRED = new Set([401, 403, 404]);
/** Known to the server, under a key that changed with a restore. */
export const KNOWN = 'scan_id_reused';
/** Items of a batch that are sent again later. */
export const LATER = new Set(['too_many', 'not_ready', 'busy', 'internal']);

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Without a secure address there is no randomUUID, but there are random numbers.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** How a scan travels: sealed ones and eight-digit numbers have ways of their own. */
function kindOf(scan) {
  if (scan.sealed !== undefined) return 'sealed';
  return scan.code && read(scan.code).kind === 'short' ? 'short' : 'plain';
}

export class Outbox {
  /**
   * @param {{store: any, link: any, journal: any, door: any, requests: any, sent: any,
   *   channel: BroadcastChannel|null, urls: {scan: string, batch: string, sealed: string}}} parts
   *   `channel` reaches other tabs of this door
   * @param {{onstate: () => void, onsent: (count: number) => void, onunpaired: () => void}} handlers
   */
  constructor(parts, handlers) {
    Object.assign(this, parts, { handlers });
    this.memory = new Map();
    this.waiting = new Set();
    this.trouble = new Map();
    this.sending = new Set();
    /** On their way to the disk. */
    this.writing = new Set();
    /** Acknowledged, still being taken off the disk. */
    this.dropping = new Set();
    /** How often a scan alone was more than the server could do. */
    this.failed = new Map();
    this.paired = true;
    this.most = MOST;
    document.addEventListener('visibilitychange', () => !document.hidden && this.flush());
    window.addEventListener('online', () => this.flush());
    window.addEventListener('offline', () => this.flush());
  }

  /** What an earlier visit left; returns the ids that are still here. */
  async load() {
    const kept = await this.all();
    for (const one of await this.store.all('trouble').catch(() => [])) this.trouble.set(one.scan_id, one);
    this.handlers.onstate();
    this.flushLater(300);
    return new Set([...kept.map((scan) => scan.scan_id), ...this.trouble.keys()]);
  }

  async all() {
    const written = new Set(this.writing);
    const kept = await this.store.all('scans').catch(() => null);
    const scans = [...(kept ?? []), ...this.memory.values()].filter(
      (scan) => !this.dropping.has(scan.scan_id),
    );
    const here = new Set(scans.map((scan) => scan.scan_id));
    for (const id of here) this.waiting.add(id);
    // Sent by another tab. What is just being written is not there yet.
    const gone = (id) => kept && !here.has(id) && !written.has(id) && !this.writing.has(id);
    for (const id of [...this.waiting].filter(gone)) this.waiting.delete(id);
    const failures = (scan) => this.failed.get(scan.scan_id) ?? 0;
    return scans.sort((a, b) => failures(a) - failures(b) || a.scanned_at.localeCompare(b.scanned_at));
  }

  /** Count again: another tab of this door has changed what waits. */
  async recount() {
    await this.all();
    this.handlers.onstate();
  }

  /** Tell the other tabs of this door. */
  changed(seen) {
    this.channel?.postMessage(seen ? { met: seen } : {});
  }

  /** How many wait; what is just being sent does not wait yet. */
  get left() {
    return this.waiting.size - this.sending.size;
  }

  /** Whether nothing that waits would be lost with this page. */
  get safe() {
    return this.memory.size === 0;
  }

  /**
   * Write the scan down, ask the server or, without it, the roster; return the answer.
   * @returns {Promise<{scan: any, answer: {status: number, data: any}}>}
   */
  async record(fields) {
    const scan = { scan_id: newId(), scanned_at: new Date(this.link.now()).toISOString(), ...fields };
    if (scan.code) scan.code = scan.code.slice(0, LONGEST);
    if (isCard(scan.code)) return { scan, answer: await this.card(scan) };
    return { scan, answer: this.link.online && this.paired ? await this.ask(scan) : await this.decide(scan) };
  }

  /** Online: kept, sent, answered; a server that does not answer is not waited for long. */
  async ask(scan) {
    this.sending.add(scan.scan_id);
    // Written down while it travels; both are waited for before anything is shown. What the
    // server then has on its disk need not be forced to this one too.
    const asked = this.link.ask('POST', this.urls.scan, scan, { ms: ANSWER_MS });
    const [answer] = await Promise.all([asked, this.keep(scan, 'relaxed')]);
    this.sending.delete(scan.scan_id);
    const done = this.settle(scan, answer);
    if (done) return done;
    this.flushLater(RETRY_MS / 10);
    return this.decide(scan);
  }

  /** What an answer means for the scan; null when there was no answer of ours. */
  settle(scan, answer) {
    const { status, data } = answer;
    if (status === 200 && data?.scan_id === scan.scan_id) {
      // The person does not wait for the tidying up.
      this.release(scan.scan_id);
      const seen = this.door.learn(data);
      if (seen) this.changed(seen);
      setTimeout(() => this.remove(scan, seen, data.verdict), SHOWN_MS);
      if (this.waiting.size) this.flushLater(RETRY_MS / 10);
      return answer;
    }
    if (!data?.code || status >= 500) return null;
    // Said to the person at once: nothing is left to send.
    // A short number that came too often is not looked up, now or later.
    const refused = status === 429 && kindOf(scan) === 'short';
    if (FINAL.has(status) || refused || data.code === 'staff_only') this.drop(scan);
    else if (UNPAIRED.has(status)) {
      this.unpair();
      // It may wait for long.
      this.keep(scan, 'strict');
    }
    return answer;
  }

  /** Without network: kept and decided at once, sent later. */
  async decide(scan) {
    // What only the server can read is not let in unseen: the screen asks for something else.
    const asked = this.waiting.has(scan.scan_id);
    const unreadable = !asked && scan.code && read(scan.code).kind === 'short';
    const written = unreadable ? null : this.keep(scan, 'strict');
    const [{ answer, seen }] = await Promise.all([this.door.decide(scan), written]);
    if (unreadable) return { status: 200, data: answer };
    if (seen) this.note(seen);
    if (!this.paired) return { status: 401, data: { code: 'unpaired' } };
    return { status: 200, data: { ...answer, waiting: this.waiting.size } };
  }

  /** An ID card is compared in memory and never written down. */
  async card(scan) {
    if (this.link.online) {
      const answer = await this.link.ask('POST', this.urls.scan, scan, { ms: ANSWER_MS });
      if (answer.status && answer.status < 500 && answer.data) return answer;
    }
    return { status: 200, data: (await this.door.decide(scan)).answer };
  }

  /** @param {IDBTransactionDurability} durability strict: outlives a power cut */
  async keep(scan, durability) {
    this.waiting.add(scan.scan_id);
    this.writing.add(scan.scan_id);
    try {
      await this.store.run(['scans'], 'readwrite', (scans) => scans.put(scan), durability);
    } catch {
      this.memory.set(scan.scan_id, scan);
    }
    this.writing.delete(scan.scan_id);
    this.changed();
    this.handlers.onstate();
    setTimeout(() => this.trace(scan), SHOWN_MS);
  }

  /** Where somebody stands now, for the next start of this tablet. */
  note(seen) {
    this.changed(seen);
    return this.store.run(['met'], 'readwrite', (met) => met.put(Met.bare(seen))).catch(() => null);
  }

  async trace(scan) {
    const found = read(scan.code ?? '');
    const digest = found.kind === 'code' ? await rowKey(found.text) : '';
    this.journal.write(scan.scan_id, scan.scanned_at, digest || scan.via);
    if (!this.waiting.has(scan.scan_id)) this.journal.sent(scan.scan_id);
  }

  async drop(scan, seen, verdict) {
    this.release(scan.scan_id);
    await this.remove(scan, seen, verdict);
  }

  /** It does not wait any more; what the disk still holds of it is not sent again. */
  release(scanId) {
    this.memory.delete(scanId);
    this.waiting.delete(scanId);
    this.dropping.add(scanId);
    this.handlers.onstate();
  }

  /** Off the list of what waits; acknowledged, it stays sealed until the meeting is over. */
  async remove(scan, seen, verdict = '') {
    const { scan_id: id } = scan;
    this.journal.sent(id);
    const copy = await this.sent.copy(scan, verdict);
    const remove = (scans, met, kept) => {
      scans.delete(id);
      if (copy) kept.put(copy);
      if (seen) met.put(Met.bare(seen));
    };
    await this.store.run(['scans', 'met', 'kept'], 'readwrite', remove).then(
      () => this.dropping.delete(id),
      () => null,
    );
    this.changed();
  }

  /** Not a tablet of the meeting any more: what is written stays, the roster goes. */
  unpair() {
    this.paired = false;
    this.handlers.onunpaired();
    this.handlers.onstate();
  }

  flushLater(ms) {
    clearTimeout(this.timer);
    // Jittered, so that a restarted server is not met by every tablet at once.
    this.timer = setTimeout(() => this.flush(), ms * (0.5 + Math.random()));
  }

  async flush() {
    if (this.flushing) return;
    this.flushing = true;
    clearTimeout(this.timer);
    try {
      await this.rounds();
    } finally {
      this.flushing = false;
      this.handlers.onstate();
      this.flushLater(this.pause());
    }
  }

  pause() {
    if (!this.paired) return UNPAIRED_MS;
    return this.waiting.size || !this.link.online ? RETRY_MS : BEAT_MS;
  }

  async rounds() {
    await this.link.beat();
    // Away for one beat may be an accident: asked again at once, not after the pause.
    if (this.link.judge.tries.at(-1)?.ok !== this.link.online) await this.link.beat();
    let sent = 0;
    while (this.link.online) {
      const scans = (await this.all()).filter((scan) => !this.sending.has(scan.scan_id));
      if (!scans.length) break;
      const kind = kindOf(scans[0]);
      const alike = scans.filter((scan) => kindOf(scan) === kind).slice(0, this.most);
      const done = kind === 'short' ? await this.alone(alike[0]) : await this.batch(alike, kind);
      if (!done) break;
      sent += done;
    }
    if (sent) this.handlers.onsent(sent);
    if (!this.link.online || this.waiting.size || !this.paired) return;
    for (const one of await this.requests.flush())
      await this.setAside({ scan_id: one.id, scanned_at: one.at }, one.error);
  }

  /** Send some; returns how many left the outbox. */
  async batch(scans, kind) {
    const body = { scans: kind === 'sealed' ? scans : scans.map((scan) => ({ ...scan, offline: true })) };
    const url = kind === 'sealed' ? this.urls.sealed : this.urls.batch;
    const { status, data } = await this.link.ask('POST', url, body, { ms: BATCH_MS });
    if (status === 200 && data?.results?.length === scans.length) {
      this.paired = true;
      this.most = MOST;
      let left = 0;
      for (const [index, scan] of scans.entries()) left += await this.one(scan, data.results[index]);
      return left;
    }
    // One that the server cannot digest must not keep the others back: halves, then alone.
    if (status === 500 || status === 413 || status === 400)
      this.most = Math.max(1, Math.ceil(scans.length / 2));
    if (UNPAIRED.has(status) && data?.code) this.unpair();
    if (scans.length === 1 && status === 500) {
      const [{ scan_id: id }] = scans;
      this.failed.set(id, (this.failed.get(id) ?? 0) + 1);
    }
    if (scans.length === 1 && data?.code && FINAL.has(status)) return this.setAside(scans[0], data);
    return 0;
  }

  /** An eight-digit number is looked up by itself, as it was when somebody typed it. */
  async alone(scan) {
    const { status, data } = await this.link.ask('POST', this.urls.scan, scan, { ms: BATCH_MS });
    if (status === 200) return this.one(scan, data);
    if (UNPAIRED.has(status) && data?.code && data.code !== 'staff_only') this.unpair();
    else if (data?.code && (FINAL.has(status) || status === 403)) return this.setAside(scan, data);
    return 0;
  }

  async one(scan, result) {
    if (result?.scan_id !== scan.scan_id) return 0;
    const known = scan.sealed !== undefined && result.error?.code === KNOWN;
    if (result.verdict || known) {
      await this.drop(scan, known ? null : this.door.learn(result), known ? 'admitted' : result.verdict);
      return 1;
    }
    return result.error && !LATER.has(result.error.code) ? this.setAside(scan, result.error) : 0;
  }

  /** The server will not take it as it is: kept where somebody sees it. */
  async setAside(scan, error) {
    const one = { ...scan, error };
    this.trouble.set(scan.scan_id, one);
    await this.store.run(['trouble'], 'readwrite', (store) => store.put(one)).catch(() => null);
    await this.drop(scan);
    return 1;
  }

  /** Somebody has looked at it. */
  async looked() {
    this.trouble.clear();
    await this.store.run(['trouble'], 'readwrite', (store) => store.clear()).catch(() => null);
    this.handlers.onstate();
  }
}
