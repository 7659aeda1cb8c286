// The door's service worker: the shell of one version, so that the page opens when the
// server does not. `SHELL` (version, page, files, base) is put in front by the server.
/* global SHELL */

const PREFIX = `kiosk:${SHELL.page}:`;
const CACHE = PREFIX + SHELL.version;
/** A page that takes longer is shown as it was kept; the door does not wait. */
const PAGE_MS = 3000;

self.addEventListener('install', (event) => {
  // What is sent is none of ours: where the browser can, it need not wait until this worker wakes up.
  event.addRoutes?.({ condition: { requestMethod: 'POST' }, source: 'network' })?.catch(() => null);
  event.waitUntil(fill().then(() => self.skipWaiting()));
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

/** Everything of this version, or nothing: half a shell would open half a page. */
async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all(SHELL.files.map((url) => bring(cache, url)));
  const page = await fetch(SHELL.page, { redirect: 'manual', credentials: 'same-origin' }).catch(() => null);
  if (page) await keep(page);
}

async function bring(cache, url) {
  if (await cache.match(url)) return;
  const dated = url.includes('?v=');
  const known = dated ? await caches.match(url) : null;
  const answer = known ?? (await fetch(url, { cache: dated ? 'default' : 'no-cache' }));
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  await cache.put(url, answer);
}

async function tidy() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** Keep the page only when it goes with the files of this version. */
async function keep(answer) {
  if (!answer.ok || !answer.headers.get('Content-Type')?.startsWith('text/html')) return;
  const text = await answer.clone().text();
  if (!text.includes(`"${SHELL.version}"`)) return;
  const cache = await caches.open(CACHE);
  await cache.put(SHELL.page, answer.clone());
}

/** The page: from the network, else as it was kept. A tablet that was revoked keeps it too,
    since what it recorded is still on it. */
async function door(event) {
  const fresh = fetch(event.request);
  // Its own copy: the page itself is being read by the browser meanwhile.
  event.waitUntil(fresh.then((answer) => keep(answer.clone())).catch(() => null));
  const kept = await (await caches.open(CACHE)).match(SHELL.page);
  if (!kept) return fresh;
  const late = new Promise((resolve) => setTimeout(resolve, PAGE_MS));
  const answer = await Promise.race([fresh.catch(() => null), late]);
  return answer?.ok ? answer : kept;
}

async function file(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  // A browser without import maps asks for a module without its version.
  return fetch(request).catch(async () => (await cache.match(request, { ignoreSearch: true })) ?? Response.error());
}
