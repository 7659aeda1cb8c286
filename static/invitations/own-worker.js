// Keeps the own page for a hall without a network: the network first, what was seen last after it.

// A site may hold more than one of us: each keeps what is under its own path.
const MOUNT = new URL(self.registration.scope).pathname.replace(/\/[Ii]\/$/, '');
const KEPT = `own-page-1${MOUNT}`;
const OWN = /\/[Ii]\/[^/]+$/;
const ASSET = /\/static\/(?:v\/[^/]+\/)?(tokens\.css|invitations\/own\.|mark\.svg)/;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

async function answer(request) {
  const store = await caches.open(KEPT);
  try {
    const fresh = await fetch(request);
    if (fresh.status === 200) await store.put(request, fresh.clone());
    // A code that does not count any more must not live on in the phone.
    if (fresh.status === 404) await store.delete(request);
    return fresh;
  } catch (error) {
    const seen = await store.match(request, { ignoreSearch: !ASSET.test(request.url) });
    if (seen) return seen;
    throw error;
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.method === 'GET' && (OWN.test(path) || ASSET.test(path))) {
    event.respondWith(answer(request));
  }
});
