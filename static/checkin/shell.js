// The page stays when the server does not: the service worker, and what a browser that
// cannot have one is told.

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
