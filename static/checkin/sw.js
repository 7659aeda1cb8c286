// The door's service worker: keeps whole releases of the page, so that it opens when the server
// does not, and never a piece of one beside a piece of another. `SHELL` (page, base, list, header)
// is put in front by the server; what is kept of a release lies in a cache of its own. A cache
// that holds the page is whole: the page comes last, when every file is there and compared.
/* global SHELL */

const PREFIX = `kiosk:${SHELL.page}:`;
/** A page that takes longer is shown as it was kept; the door does not wait. */
const PAGE_MS = 3000;
/** Of two servers that are upgraded one after the other, every second answer may be the older one's. */
const TRIES = 8;
const AGAIN_MS = 250;

/** Releases that are just being brought, so that two pages do not bring one twice. */
const bringing = new Map();

self.addEventListener('install', (event) => {
  // What is sent is none of ours: where the browser can, it need not wait until this worker wakes up.
  event.addRoutes?.({ condition: { requestMethod: 'POST' }, source: 'network' })?.catch(() => null);
  event.waitUntil(begin().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && url.pathname === SHELL.page) event.respondWith(door(event));
  else if (url.pathname.startsWith(SHELL.base)) event.respondWith(file(request));
});

self.addEventListener('message', (event) => {
  const [port] = event.ports;
  const { take: version } = event.data;
  if (version) event.waitUntil(take(version).then((whole) => port?.postMessage({ whole })));
});

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const versionOf = (answer) => answer.headers.get(SHELL.header) ?? '';
const isPage = (answer) => answer.ok && Boolean(answer.headers.get('Content-Type')?.startsWith('text/html'));

/** The release that is kept whole: its version, cache and page; null while there is none. */
async function current() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  // The latest first: a worker may have been stopped before it threw the older one away.
  for (const name of names.reverse()) {
    const cache = await caches.open(name);
    const version = name.slice(PREFIX.length);
    const [page, list] = await Promise.all([cache.match(SHELL.page), cache.match(SHELL.list + version)]);
    if (page && list) return { version, cache, page };
  }
  return null;
}

async function tidy() {
  const kept = await current();
  if (!kept) return;
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  await Promise.all(
    names.filter((name) => name !== PREFIX + kept.version).map((name) => caches.delete(name)),
  );
}

/** A tablet that has a whole release needs no other to begin with. */
async function begin() {
  if (await current()) return;
  const page = await askPage();
  if (!isPage(page) || !(await take(versionOf(page)))) throw new Error('not whole');
}

/** Bring a release and go over to it: all of it, or nothing. @returns {Promise<boolean>} */
function take(version) {
  if (!bringing.has(version)) {
    const done = bring(version).catch(() => false);
    bringing.set(version, done);
    done.then(() => bringing.delete(version));
  }
  return bringing.get(version);
}

async function bring(version) {
  if ((await current())?.version === version) return true;
  const cache = await caches.open(PREFIX + version);
  await fill(cache, version);
  const page = await untilGood(askPage, (answer) => isPage(answer) && versionOf(answer) === version);
  await cache.put(SHELL.page, page);
  await tidy();
  return true;
}

/** The files of a release that are not there yet. One that came stays, should another not come. */
async function fill(cache, version) {
  const where = SHELL.list + version;
  const kept = await cache.match(where);
  const list =
    kept ??
    (await untilGood(
      () => fetch(where),
      (answer) => answer.ok,
    ));
  const { files } = await list.clone().json();
  const there = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  const missing = Object.entries(files).filter(([url]) => !there.has(url));
  const done = await Promise.allSettled(missing.map(([url, digest]) => bringFile(cache, url, digest)));
  const failed = done.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  if (!kept) await cache.put(where, list);
}

async function bringFile(cache, url, digest) {
  let mode = 'default';
  const ask = () => fetch(url, { cache: mode });
  const answer = await untilGood(ask, async (one) => {
    const same = one.ok && (await digestOf(one.clone())) === digest;
    // Whatever the browser holds under this address is not the file.
    mode = 'reload';
    return same;
  });
  await cache.put(url, answer);
}

async function digestOf(answer) {
  const sum = await crypto.subtle.digest('SHA-256', await answer.arrayBuffer());
  return Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function untilGood(ask, isGood) {
  for (let left = TRIES; left > 0; left -= 1) {
    const answer = await ask();
    if (await isGood(answer)) return answer;
    await pause(AGAIN_MS);
  }
  throw new Error('not of this release');
}

const askPage = () =>
  fetch(SHELL.page, { redirect: 'manual', credentials: 'same-origin', cache: 'no-store' });

/**
 * The page: from the network when it is of the release that is kept, else as it was kept. Opening
 * it never changes the release. A tablet that was revoked keeps it too: its scans are still on it.
 */
async function door(event) {
  // Its own copy: the page itself is being read by the browser meanwhile.
  const fresh = fetch(event.request).then((answer) => ({ answer, copy: answer.clone() }));
  const kept = await current();
  event.waitUntil(fresh.then(({ answer, copy }) => met(kept, answer, copy)).catch(() => null));
  if (!kept) return fresh.then(({ answer }) => answer);
  const late = pause(PAGE_MS).then(() => null);
  const ours = fresh.then(({ answer }) =>
    isPage(answer) && versionOf(answer) === kept.version ? answer : null,
  );
  return (await Promise.race([ours.catch(() => null), late])) ?? kept.page;
}

/** What is done about a page that the network gave. */
async function met(kept, answer, copy) {
  if (!isPage(answer)) return;
  if (!kept) await take(versionOf(answer));
  else if (versionOf(answer) === kept.version) {
    await kept.cache.put(SHELL.page, copy);
    // What a browser short of room has thrown away.
    await fill(kept.cache, kept.version);
  }
}

/** A file's address names its release: whoever keeps it has the right one. */
async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}
