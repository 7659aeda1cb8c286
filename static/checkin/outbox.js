// The outbox: a scan is written down before anything is shown, and leaves only when the
// server has acknowledged it.
import { post } from '../http.js';

const ANSWER_MS = 2000;
const STORE = 'scans';

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

export class Outbox {
  /**
   * @param {string} meeting
   * @param {string} url where scans go
   * @param {(state: {online: boolean, waiting: number}) => void} onstate
   */
  constructor(meeting, url, onstate) {
    this.url = url;
    this.onstate = onstate;
    this.online = true;
    this.memory = new Map();
    this.ready = open(`kiosk-${meeting}`).catch(() => null);
    this.flushLater(500);
    document.addEventListener('visibilitychange', () => !document.hidden && this.flush());
    window.addEventListener('online', () => this.flush());
  }

  async all() {
    const db = await this.ready;
    return db ? done(db.transaction(STORE).objectStore(STORE).getAll()) : [...this.memory.values()];
  }

  async put(scan) {
    const db = await this.ready;
    if (!db) return void this.memory.set(scan.scan_id, scan);
    const transaction = db.transaction(STORE, 'readwrite', { durability: 'strict' });
    await done(transaction.objectStore(STORE).put(scan));
  }

  async drop(scanId) {
    const db = await this.ready;
    if (!db) return void this.memory.delete(scanId);
    await done(db.transaction(STORE, 'readwrite').objectStore(STORE).delete(scanId));
  }

  async tell() {
    this.onstate({ online: this.online, waiting: (await this.all()).length });
  }

  /**
   * Write the scan down, send it, return the answer; null when it waits for the network.
   * @returns {Promise<{status: number, data: any}|null>}
   */
  async record(fields) {
    const scan = {
      scan_id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(16).slice(2)}`,
      scanned_at: new Date().toISOString(),
      ...fields,
    };
    await this.put(scan);
    const answer = await this.send(scan);
    await this.tell();
    if (!answer) this.flushLater(1500);
    return answer;
  }

  async send(scan) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), ANSWER_MS);
    const answer = await post(this.url, scan, { signal: stop.signal });
    clearTimeout(timer);
    // No answer, a tired server or too many tries: the scan stays and is sent again.
    if (answer.status === 0 || answer.status >= 500 || answer.status === 429) {
      this.online = answer.status === 429 ? this.online : false;
      return answer.status === 429 ? answer : null;
    }
    this.online = true;
    await this.drop(scan.scan_id);
    return answer;
  }

  flushLater(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), ms + Math.random() * ms);
  }

  async flush() {
    clearTimeout(this.timer);
    for (const scan of await this.all()) {
      const answer = await this.send({ ...scan, offline: true });
      if (!answer || answer.status === 429) break;
    }
    await this.tell();
    this.flushLater((await this.all()).length ? 3000 : 15000);
  }
}
