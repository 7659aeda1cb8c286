// What a tablet holds belongs to the tablet: whichever meeting it is paired with now, names,
// lists and pages of every other go. Scans that wait stay, sealed, until they are sent.
import { seal } from './sealing.js';
import { ROSTER } from './roster.js';
import { TABLET, sentRows } from './sent.js';
import { Store } from './store.js';

const NAMED = /^kiosk-(.+)$/;
const TRACE = /^kiosk-journal:([^:]+):/;
/** Caches and service workers of a meeting's door, by the page that they are for. */
const DOOR = /^\/m\/[^/]+\/kiosk/;
const DAY_MS = 24 * 3600 * 1000;
/** A form is not held up for longer by what is being cleared away. */
const WAIT_MS = 3000;

/**
 * @typedef {{meeting: string, title: string, starts_at: string, scans: any[], trouble: any[]}} Rest
 *   what still waits of one meeting
 */

async function databases() {
  const found = indexedDB.databases ? await indexedDB.databases() : [];
  return found.map(({ name }) => NAMED.exec(name ?? '')?.[1]).filter(Boolean);
}

function traces() {
  try {
    return Object.keys(localStorage).filter((key) => TRACE.test(key));
  } catch {
    return [];
  }
}

/** Meetings of which this tablet holds anything. */
async function meetings() {
  const traced = traces().map((key) => TRACE.exec(key)[1]);
  return [...new Set([...(await databases().catch(() => [])), ...traced])];
}

function forgetTraces(meeting) {
  for (const key of traces()) if (TRACE.exec(key)[1] === meeting) localStorage.removeItem(key);
}

/** Cached pages, and the workers that would open them. */
async function forgetPages(page) {
  // Only of this mount: a site may hold another one under another path.
  const home = page.replace(/\/m\/[^/]+\/kiosk.*$/, '');
  const isDoor = (path) => path.startsWith(home) && DOOR.test(path.slice(home.length));
  for (const name of (await globalThis.caches?.keys()) ?? []) {
    const of = /^kiosk:([^:]+):/.exec(name)?.[1];
    if (of && isDoor(of) && of !== page) await caches.delete(name);
  }
  for (const one of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
    const { pathname } = new URL(one.scope);
    if (isDoor(pathname) && pathname !== page) await one.unregister();
  }
}

/**
 * Take names and lists out of a meeting's store; scans that wait are sealed.
 * @param {Store} store
 * @param {boolean} sealedToo whether sealed scans go too, which the server has acknowledged
 */
async function strip(store, sealedToo) {
  const facts = await store.run(['kept'], 'readonly', (kept) => kept.get(TABLET));
  const plain = (await store.all('scans')).filter((scan) => scan.sealed === undefined);
  const sealed = await Promise.all(plain.map((scan) => seal(facts?.seal, scan).catch(() => '')));
  const old = Date.now() - DAY_MS;
  await store.run(['kept', 'met', 'scans', 'requests'], 'readwrite', (kept, met, scans, requests) => {
    kept.delete(ROSTER);
    if (sealedToo) kept.delete(sentRows());
    met.clear();
    for (const [index, { scan_id, scanned_at }] of plain.entries()) {
      if (sealed[index]) scans.put({ scan_id, scanned_at, sealed: sealed[index] });
    }
    requests.getAll().onsuccess = ({ target }) => {
      // Who asked to speak on another day does not speak any more.
      for (const one of target.result) if (!(Date.parse(one.at) > old)) requests.delete(one.id);
    };
  });
  return facts;
}

/** @param {string} meeting @returns {Promise<Rest|null>} null when nothing waits: its store is gone */
async function rest(meeting) {
  const store = new Store(`kiosk-${meeting}`, () => null);
  try {
    const facts = await strip(store, true);
    const scans = await store.all('scans');
    const trouble = await store.all('trouble');
    const requests = await store.all('requests');
    const { title = meeting, starts_at = '' } = facts ?? {};
    if (scans.length || trouble.length || requests.length)
      return { meeting, title, starts_at, scans, trouble };
  } finally {
    store.close();
  }
  indexedDB.deleteDatabase(`kiosk-${meeting}`);
  forgetTraces(meeting);
  return null;
}

/** Names and lists of every meeting, before it is known which this tablet will belong to. */
async function clearNames() {
  for (const meeting of await meetings()) {
    const store = new Store(`kiosk-${meeting}`, () => null);
    await strip(store, false).catch(() => null);
    store.close();
  }
}

/**
 * Clear away whatever this tablet holds of other meetings.
 * @param {string} current the meeting it is paired with
 * @param {string} page the address of that meeting's door
 * @returns {Promise<Rest[]>} what still waits, by meeting
 */
export async function clear(current, page) {
  await forgetPages(page).catch(() => null);
  const found = [];
  for (const meeting of await meetings()) {
    if (meeting === current) continue;
    const one = await rest(meeting).catch(() => null);
    if (one) found.push(one);
  }
  return found;
}

/** The page where a tablet is paired clears it before it becomes another meeting's. */
function beforePairing(form) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const late = new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    await Promise.race([clearNames(), late]).catch(() => null);
    form.submit();
  });
}

for (const form of document.querySelectorAll('main.pairing form[method=post]')) beforePairing(form);
