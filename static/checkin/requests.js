// Requests to speak made without network: kept, and sent after the scans, since only who
// has come in may ask.
const ANSWER_MS = 3000;
/** Somebody else has asked for the person meanwhile: nothing is left to do. */
const DONE = new Set(['already_waiting']);
/** Refused for good, though its status says "not you": somebody must look at it. */
const REFUSED = new Set(['not_just_admitted']);

export class Requests {
  /** @param {any} store @param {any} link */
  constructor(store, link) {
    Object.assign(this, { store, link });
  }

  /**
   * Send it, or keep it for later.
   * @returns {Promise<{ok: boolean, kept?: boolean, data?: any}>}
   */
  async send(url, body) {
    if (this.link.online) {
      const answer = await this.link.ask('POST', url, body, { ms: ANSWER_MS });
      if (answer.status && answer.status < 500 && answer.data) return answer;
    }
    const request = { id: `speak-${body.delegate}`, url, body, at: new Date().toISOString() };
    try {
      await this.store.run(['requests'], 'readwrite', (requests) => requests.put(request), 'strict');
      return { ok: true, kept: true };
    } catch {
      return { ok: false };
    }
  }

  /** @returns {Promise<any[]>} those that the server refused, with its reason */
  async flush() {
    const refused = [];
    for (const request of await this.store.all('requests').catch(() => [])) {
      const { ok, status, data } = await this.link.ask('POST', request.url, request.body, { ms: ANSWER_MS });
      const later = [401, 403, 404, 429].includes(status) && !REFUSED.has(data?.code);
      if (!data || status >= 500 || later) break;
      await this.store
        .run(['requests'], 'readwrite', (requests) => requests.delete(request.id))
        .catch(() => null);
      if (!ok && !DONE.has(data.code)) refused.push({ ...request, error: data });
    }
    return refused;
  }
}
