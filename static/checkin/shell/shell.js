// The page stays when the server does not: the service worker, and what a browser that cannot
// have one is told. And it comes to the server's release by itself, when nobody is in front of it.

/** What each answer of the server says of its release. */
export const HEADER = 'Kiosk-Version';
const FONTS_MS = 10000;
const WEIGHTS = [400, 500, 600, 700, 800];

let releases = null;
let touchedAt = 0;
let whole;
/** What the page needs to work is there, and its letters. */
export const wholePage = new Promise((resolve) => (whole = resolve));

/**
 * @param {{worker: string, page: string}} config
 * @returns {Promise<'kept'|'insecure'|'refused'>}
 */
export async function keepPage({ worker, page }) {
  if (!window.isSecureContext || !('serviceWorker' in navigator)) return 'insecure';
  try {
    await navigator.serviceWorker.register(worker, { scope: page });
    return 'kept';
  } catch {
    // A certificate that was clicked through: the page works and does not survive a reload.
    return 'refused';
  }
}

/** Every weight of the letters, once the page has what it needs to work. */
export function wholeFonts(sample) {
  const show = async () => {
    performance.mark('fonts');
    // Brought before they are used: a weight that is first met on a verdict must not appear late.
    const brought = WEIGHTS.map((weight) => document.fonts.load(`${weight} 24px "Be Vietnam Pro"`, sample));
    await Promise.allSettled(brought);
    document.documentElement.dataset.fonts = 'all';
    whole();
  };
  if (document.documentElement.dataset.fonts) return show();
  navigator.serviceWorker?.ready.then(show);
  return setTimeout(show, FONTS_MS);
}

/** An answer of the server told its release. */
export function heard(version) {
  releases?.heard(version);
}

/** Somebody is in front of the door: a letter was read, a key pressed. */
export function touched() {
  touchedAt = performance.now();
}

/** For how many milliseconds nobody was there. */
export const quietFor = () => performance.now() - touchedAt;

/**
 * Follow the server's release, once this page is whole itself.
 * @param {{shell: string, page: string, list: string, alive: string}} config
 */
export async function followRelease(config) {
  for (const kind of ['pointerdown', 'keydown', 'input']) document.addEventListener(kind, touched, true);
  await wholePage;
  const { follow } = await import('./renewal.js');
  releases = follow(config);
}
