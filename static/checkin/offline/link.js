// The way to the server: whether it can be reached, judged by its answers alone, and how
// far its clock is from ours. `navigator.onLine` is not believed.
import { send } from '../../http.js';
import { HEADER, heard } from '../shell/shell.js';

const REMEMBERED = 5;
const FAILURES = 2;
const CLEAN = 2;
const SLOW_MS = 2000;
const CLOCK = 'kiosk-clock';
/** Two short numbers in one second: the second is asked about again by itself. */
const SOON_S = 1;

/** Offline after two failures in five tries or a mean above 2 s, back after two clean ones. */
export class Judge {
  constructor() {
    this.online = true;
    this.tries = [];
  }

  note(ok, ms) {
    this.tries = [...this.tries, { ok, ms }].slice(-REMEMBERED);
    const failures = this.tries.filter((one) => !one.ok).length;
    const mean = this.tries.reduce((sum, one) => sum + one.ms, 0) / this.tries.length;
    if (this.online) {
      this.online = failures < FAILURES && mean <= SLOW_MS;
      return;
    }
    const last = this.tries.slice(-CLEAN);
    if (last.length === CLEAN && last.every((one) => one.ok && one.ms < SLOW_MS)) {
      this.online = true;
      this.tries = last;
    }
  }
}

/**
 * How far the server's clock is ahead, in milliseconds. Answers state whole seconds: each leaves
 * a span in which the truth lies, together they leave a narrow one. What still fits is kept, so
 * that the times of scans do not jump to and fro.
 */
export class Clock {
  constructor(offset) {
    this.offset = offset;
    this.span = [-Infinity, Infinity];
  }

  /** All in milliseconds: what the server stated, when it was asked and when it had answered. */
  learn(stated, asked, answered) {
    const span = [stated - answered, stated + 1000 - asked];
    const both = [Math.max(span[0], this.span[0]), Math.min(span[1], this.span[1])];
    // Nothing in common: one of the clocks was set meanwhile.
    this.span = both[0] <= both[1] ? both : span;
    const [low, high] = this.span;
    if (this.offset < low || this.offset > high) this.offset = Math.round((low + high) / 2);
  }
}

export class Link {
  /**
   * @param {{alive: string, page: string}} config
   * @param {(online: boolean) => void} onchange
   */
  constructor(config, onchange) {
    this.config = config;
    this.onchange = onchange;
    this.judge = new Judge();
    this.clock = new Clock(Number(remembered()) || 0);
  }

  get online() {
    return this.judge.online;
  }

  /** The time on the server's clock, in milliseconds. */
  now() {
    return Date.now() + this.offset;
  }

  get offset() {
    return this.clock.offset;
  }

  /**
   * Ask the server; never throws. `status` 0: no answer of ours.
   * @param {string} method
   * @param {string} url
   * @param {unknown} [body]
   * @param {{ms: number, judged?: boolean, headers?: Record<string, string>}} options
   *   `judged` is false for calls that may take long or may not exist
   */
  async ask(method, url, body, options) {
    let answer = await this.once(method, url, body, options);
    if (answer.status === 429 && answer.headers?.get('Retry-After') === String(SOON_S)) {
      await new Promise((done) => setTimeout(done, SOON_S * 1000));
      answer = await this.once(method, url, body, options);
    }
    // The form's secret ends with the browser's session, the page may be from before.
    if (answer.status === 403 && answer.data?.code === 'csrf' && (await this.renew())) {
      return this.once(method, url, body, options);
    }
    return answer;
  }

  async once(method, url, body, { ms, judged = true, headers }) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), ms);
    const begin = performance.now();
    const answer = await send(method, url, body, { signal: stop.signal, headers });
    clearTimeout(timer);
    const taken = performance.now() - begin;
    this.compareClocks(answer, taken);
    heard(answer.headers?.get(HEADER));
    // What is no JSON is not from us: a portal says 200 to everything.
    if (judged) this.note(answer.status < 500 && answer.data !== null, taken);
    return answer;
  }

  note(ok, ms) {
    const before = this.online;
    this.judge.note(ok, ms);
    if (before !== this.online) this.onchange(this.online);
  }

  /** A heartbeat: only our own word counts, a portal's page does not. */
  async beat() {
    const begin = performance.now();
    const answer = await this.once('GET', this.config.alive, undefined, { ms: SLOW_MS, judged: false });
    const ours = answer.status === 200 && answer.text.trim() === 'ok';
    this.note(ours, performance.now() - begin);
    return ours;
  }

  async renew() {
    const page = await this.once('GET', this.config.page, undefined, { ms: 5000, judged: false });
    const fresh = /name="csrf-token" content="([^"]+)"/.exec(page.text)?.[1];
    if (fresh) document.querySelector('meta[name="csrf-token"]').content = fresh;
    return Boolean(fresh);
  }

  compareClocks(answer, taken) {
    const stated = Date.parse(answer.headers?.get('Date') ?? '');
    if (Number.isNaN(stated) || taken > 1000) return;
    const now = Date.now();
    const before = this.offset;
    this.clock.learn(stated, now - taken, now);
    if (this.offset === before) return;
    try {
      localStorage.setItem(CLOCK, String(this.offset));
    } catch {
      // A browser that keeps nothing still has the value of this visit.
    }
  }
}

function remembered() {
  try {
    return localStorage.getItem(CLOCK);
  } catch {
    return null;
  }
}
