// The page stays when the server does not: the service worker, and what a browser that
// cannot have one is told.

const FONTS_MS = 10000;
const WEIGHTS = [400, 500, 600, 700, 800];

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
  };
  if (document.documentElement.dataset.fonts) return show();
  navigator.serviceWorker?.ready.then(show);
  return setTimeout(show, FONTS_MS);
}
