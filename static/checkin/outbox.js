// The outbox: a scan is written down before anything is shown, and leaves only when the
// server has acknowledged it.
import { get, post } from '../http.js';

const ANSWER_MS = 2000;
/** A server known to be away is not waited for as long. */
const AWAY_MS = 700;
const BEAT_MS = 15000;
const RETRY_MS = 3000;
const STORE = 'scans';
/** Answers after which sending the same again would change nothing. */
const FINAL = new Set([200, 400, 409, 413, 422]);

function open(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'scan_id' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Without a secure address there is no randomUUID, but there are random numbers.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function within(ms, ask) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ms);
  const answer = await ask(stop.signal);
  clearTimeout(timer);
  return answer;
}

export class Outbox {
  /**
   * @param {{meeting: string, scans: string, alive: string}} config
   * @param {(state: {online: boolean, waiting: number, safe: boolean}) => void} onstate
   *   `safe` is false while waiting scans are kept in memory only
   */
  constructor(config, onstate) {
    this.config = config;
    this.onstate = onstate;
    this.online = true;
    this.memory = new Map();
    this.waiting = new Set();
    this.sending = new Set();
    this.ready = open(`kiosk-${config.meeting}`).catch(() => null);
    this.flushLater(500);
    document.addEventListener('visibilitychange', () => !document.hidden && this.flush());
    window.addEventListener('online', () => this.flush());
  }

  /** Every scan that waits, from an earlier visit too. */
  async all() {
    const db = await this.ready;
    const kept = db ? await done(db.transaction(STORE).objectStore(STORE).getAll()).catch(() => []) : [];
    const scans = [...kept, ...this.memory.values()];
    for (const scan of scans) this.waiting.add(scan.scan_id);
    return scans;
  }

  async keep(scan) {
    this.waiting.add(scan.scan_id);
    try {
      const db = await this.ready;
      const transaction = db.transaction(STORE, 'readwrite', { durability: 'strict' });
      const finished = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      transaction.objectStore(STORE).put(scan);
      await finished;
    } catch {
      this.memory.set(scan.scan_id, scan);
    }
    this.tell();
  }

  async drop(scanId) {
    this.memory.delete(scanId);
    const db = await this.ready;
    if (db) await done(db.transaction(STORE, 'readwrite').objectStore(STORE).delete(scanId)).catch(() => null);
    this.waiting.delete(scanId);
  }

  tell() {
    const { online, waiting, memory } = this;
    this.onstate({ online, waiting: waiting.size, safe: memory.size === 0 });
  }

  /**
   * Write the scan down, send it, return the answer; null when it waits for the network.
   * @returns {Promise<{scan: any, answer: {status: number, data: any}|null}>}
   */
  async record(fields) {
    const scan = { scan_id: newId(), scanned_at: new Date().toISOString(), ...fields };
    this.sending.add(scan.scan_id);
    await this.keep(scan);
    const answer = await this.send(scan);
    this.sending.delete(scan.scan_id);
    if (!answer) this.flushLater(RETRY_MS / 2);
    return { scan, answer };
  }

  async send(scan) {
    const answer = await within(this.online ? ANSWER_MS : AWAY_MS, (signal) =>
      post(this.config.scans, scan, { signal }),
    );
    const away = answer.status === 0 || answer.status >= 500;
    this.online = !away;
    // Too many tries, a revoked tablet: the scan stays and is sent again.
    if (FINAL.has(answer.status) || answer.data?.code === 'staff_only') await this.drop(scan.scan_id);
    this.tell();
    return away ? null : answer;
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
    const scans = (await this.all()).filter((scan) => !this.sending.has(scan.scan_id));
    for (const scan of scans) {
      const answer = await this.send({ ...scan, offline: true });
      if (!answer || this.waiting.has(scan.scan_id)) break;
    }
    if (!scans.length) await this.beat();
    this.flushing = false;
    this.tell();
    this.flushLater(this.waiting.size || !this.online ? RETRY_MS : BEAT_MS);
  }

  async beat() {
    const answer = await within(ANSWER_MS, (signal) => get(this.config.alive, { signal }));
    this.online = answer.status === 200;
  }
}
