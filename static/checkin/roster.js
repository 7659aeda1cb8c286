// The roster on this tablet: sealed rows that only a presented code opens, and on a
// staffed tablet names to search by. Refreshed with its ETag, kept in IndexedDB.

const KEY_CHARS = 24;
const FETCH_MS = 20000;
/** Its name among what the tablet keeps. */
export const ROSTER = 'roster';

const bytes = (text) => new TextEncoder().encode(text);
const unbase64 = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

async function sha256(text) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes(text)));
}

function hex(array) {
  return Array.from(array, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The key of a code's row; '' where the browser has no cryptography (no https). */
export async function rowKey(code) {
  if (!globalThis.crypto?.subtle || !code) return '';
  return hex(await sha256(`row:${code}`)).slice(0, KEY_CHARS);
}

async function unseal(code, sealed) {
  const raw = await sha256(`seal:${code}`);
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt']);
  const data = unbase64(sealed);
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: data.slice(0, 12) }, key, data.slice(12));
  return JSON.parse(new TextDecoder().decode(plain));
}

/** A text for searching, as kiosk/text.py makes it: no accents, đ as d, y as i. */
export function searchKey(text) {
  const bare = text
    .toLowerCase()
    .replaceAll('\u0111', 'd')
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '');
  return bare.split(/\s+/).filter(Boolean).join(' ').replaceAll('y', 'i');
}

const byGivenName = (() => {
  const collator = new Intl.Collator('vi');
  const turned = (name) => [name.split(' ').at(-1), name].join(' ');
  return (a, b) => collator.compare(turned(a.name), turned(b.name));
})();

/** Whether a kept roster names people in the clear. */
const named = ({ data }) => Boolean(data.without_code) || data.rows.some((row) => row.name);

export class Roster {
  /**
   * @param {import('./store.js').Store} store
   * @param {import('./link.js').Link} link
   * @param {string} url
   * @param {{url: string, staffed: boolean}} door
   * @param {() => void} onchange
   */
  constructor(store, link, { url, staffed }, onchange) {
    Object.assign(this, { store, link, url, staffed, onchange });
    this.use(null);
  }

  use(kept) {
    this.kept = kept;
    this.rows = new Map((kept?.data.rows ?? []).map((row) => [row.key, row]));
    const named = [...this.rows.values(), ...(kept?.data.without_code ?? [])].filter((row) => row.id);
    this.people = named
      .map((row) => ({ ...row, folded: searchKey(`${row.name} ${row.household} ${row.area}`) }))
      .sort(byGivenName);
  }

  /** Server time of the last answer, in milliseconds; null without a roster. */
  get at() {
    return this.kept?.at ?? null;
  }

  get doors() {
    return this.kept?.data.doors ?? null;
  }

  async load() {
    const kept = await this.store.run(['kept'], 'readonly', (store) => store.get(ROSTER)).catch(() => null);
    // A desk that became a gate: what it held as a desk is not the gate's.
    if (kept && !this.staffed && named(kept)) await this.forget();
    else if (kept && !this.kept) this.use(kept);
    this.onchange();
  }

  /** @returns {Promise<number>} the status: 200 new, 304 still good */
  async refresh() {
    const headers = this.kept ? { 'If-None-Match': this.kept.etag } : {};
    // Asked before: what happens meanwhile is newer than this roster.
    const at = this.link.now();
    const answer = await this.link.ask('GET', this.url, undefined, { ms: FETCH_MS, judged: false, headers });
    if (answer.status === 200 && Array.isArray(answer.data?.rows)) {
      await this.keep({ name: ROSTER, at, etag: answer.headers.get('ETag') ?? '', data: answer.data });
    } else if (answer.status === 304 && this.kept) {
      await this.keep({ ...this.kept, at });
    }
    return answer.data?.code || answer.status < 400 ? answer.status : 0;
  }

  async keep(kept) {
    this.use(kept);
    this.onchange();
    await this.store.run(['kept'], 'readwrite', (store) => store.put(kept)).catch(() => null);
  }

  /** A tablet that is not ours any more keeps nobody's name. */
  async forget() {
    this.use(null);
    this.onchange();
    await this.store
      .run(['kept', 'met'], 'readwrite', (kept, met) => {
        kept.delete(ROSTER);
        met.clear();
      })
      .catch(() => null);
  }

  /** Whether nobody comes to the meeting any more, by these doors or those last heard of. */
  over(doors) {
    const { state, ends_at } = this.doors ?? doors;
    return state !== 'open' && this.link.now() > Date.parse(ends_at);
  }

  /** The meeting is over: what is public stays, to say so; names and letters go. */
  async end() {
    if (!this.kept || !this.rows.size) return;
    const { rows, without_code, ...data } = this.kept.data;
    await this.keep({ ...this.kept, etag: '', data: { ...data, rows: [] } });
    await this.store.run(['met'], 'readwrite', (met) => met.clear()).catch(() => null);
  }

  /**
   * The row of a code, opened.
   * @returns {Promise<any|null|undefined>} null: not on the roster; undefined: cannot tell
   */
  async open(code) {
    if (!this.kept || !globalThis.crypto?.subtle) return undefined;
    const row = this.rows.get(await rowKey(code));
    return row ? unseal(code, row.sealed) : null;
  }

  byId(id) {
    return this.people.find((person) => person.id === id) ?? null;
  }

  named(name) {
    const wanted = searchKey(name);
    return this.people.filter((person) => searchKey(person.name) === wanted);
  }

  /** People whom every word of the query fits, in any order. */
  search(query) {
    const words = searchKey(query)
      .split(/[\s,.;/-]+/)
      .filter(Boolean);
    return this.people.filter((person) => words.every((word) => person.folded.includes(word)));
  }
}
