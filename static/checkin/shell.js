// The page stays when the server does not: the service worker, and what a browser that
// cannot have one is told.

const FONTS_MS = 10000;

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
  const show = () => {
    performance.mark('fonts');
    document.documentElement.dataset.fonts = 'all';
    // The heaviest weight is first met on a verdict: there it must not appear late.
    document.fonts.load('800 96px "Be Vietnam Pro"', sample);
  };
  if (document.documentElement.dataset.fonts) return show();
  navigator.serviceWorker?.ready.then(show);
  return setTimeout(show, FONTS_MS);
}
