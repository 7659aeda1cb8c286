// When an open page goes over to another release of the server: when every answer for a while is
// of that one. While servers are upgraded one after the other answers change in turn; a page that
// believed the latest would go to and fro.
import { HEADER } from './shell.js';

/** So many answers in a row, at least so far apart. */
const FEW = 3;
const APART_MS = 1500;
const ASK_MS = 2000;
/** A release that this browser has been at before must prove more, each time twice as much. */
const MANY = 20;
const DOUBLINGS = 6;
const RETRY_MS = 10000;
const REMEMBERED = 'kiosk-releases';
const MOST = 4;

function visits() {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED) ?? '[]');
  } catch {
    return [];
  }
}

function times(version) {
  return visits().find(([one]) => one === version)?.[1] ?? 0;
}

function visited(version) {
  const others = visits().filter(([one]) => one !== version);
  try {
    localStorage.setItem(
      REMEMBERED,
      JSON.stringify([[version, times(version) + 1], ...others].slice(0, MOST)),
    );
  } catch {
    // A browser that keeps nothing has no page to go back to either.
  }
}

export class Releases {
  /**
   * @param {string} own the release of this page
   * @param {{ask: () => Promise<string|null>, go: (version: string) => Promise<boolean>}} acts
   *   `ask` tells the release of whoever answers; `go` goes over, or returns false
   */
  constructor(own, acts) {
    Object.assign(this, { own, acts });
    this.forget();
  }

  forget() {
    this.other = null;
    this.count = 0;
    this.at = -Infinity;
  }

  /** @param {string|null|undefined} version of the server that has just answered */
  heard(version) {
    if (!version || this.going) return;
    const now = performance.now();
    if (version === this.own) return this.forget();
    if (version !== this.other) this.forget();
    else if (now - this.at < APART_MS) return;
    this.other = version;
    this.count += 1;
    this.at = now;
    const before = times(version);
    if (this.count >= (before ? MANY * 2 ** Math.min(before - 1, DOUBLINGS) : FEW)) this.go(version);
    else if (!this.asking) this.look();
  }

  /** Ask until it is clear: nobody else may ask for long. */
  async look() {
    this.asking = true;
    while (this.other && !this.going) {
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
      this.heard(await this.acts.ask().catch(() => null));
    }
    this.asking = false;
  }

  async go(version) {
    this.going = true;
    if (await this.acts.go(version).catch(() => false)) {
      visited(this.own);
      visited(version);
      location.reload();
      return;
    }
    this.forget();
    setTimeout(() => (this.going = false), RETRY_MS);
  }
}

/** The release of whoever answers at an address. */
export async function releaseOf(address, method = 'GET') {
  const answer = await fetch(address, { method, cache: 'no-store', credentials: 'same-origin' });
  return answer.ok && !answer.redirected ? answer.headers.get(HEADER) : null;
}

/** Wait until it is true for the first time. */
export function once(isTrue, ms = 500) {
  return new Promise((resolve) => {
    const look = () => (isTrue() ? resolve() : setTimeout(look, ms));
    look();
  });
}
