// A trace of every scan in localStorage, beside IndexedDB: id, time and the code's digest,
// no names. It tells when the browser has thrown scans away that the server never had.

const DAYS_MS = 3 * 24 * 3600 * 1000;
const SENT = '+';

export class Journal {
  /** @param {string} meeting */
  constructor(meeting) {
    this.prefix = `kiosk-journal:${meeting}:`;
  }

  write(scanId, at, digest) {
    try {
      localStorage.setItem(this.prefix + scanId, `${at} ${digest}`);
    } catch {
      // Full or forbidden: the trace is a second net, the outbox the first.
    }
  }

  sent(scanId) {
    try {
      const key = this.prefix + scanId;
      const line = localStorage.getItem(key);
      if (line && !line.endsWith(SENT)) localStorage.setItem(key, `${line} ${SENT}`);
    } catch {
      // As above.
    }
  }

  forget(scanId) {
    try {
      localStorage.removeItem(this.prefix + scanId);
    } catch {
      // As above.
    }
  }

  /**
   * The times of scans that were neither acknowledged nor are in the outbox; old lines go.
   * @param {Set<string>} kept ids that the outbox still holds
   * @returns {{id: string, at: string}[]}
   */
  lost(kept) {
    const found = [];
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
      for (const key of keys) {
        const [at, , sent] = (localStorage.getItem(key) ?? '').split(' ');
        const id = key.slice(this.prefix.length);
        if (Date.now() - Date.parse(at) > DAYS_MS) localStorage.removeItem(key);
        else if (sent !== SENT && !kept.has(id)) found.push({ id, at });
      }
    } catch {
      return [];
    }
    return found.sort((a, b) => a.at.localeCompare(b.at));
  }
}
