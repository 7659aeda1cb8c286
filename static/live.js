// Following live views: a stream that comes back by itself, else polling.

/**
 * @param {string} meeting short name
 * @param {string[]} views
 * @param {(view: string, snapshot: any) => void} onsnapshot
 * @param {{onstate?: (state: 'live'|'waiting') => void, poll?: Record<string, string>}} [options]
 *   `poll` maps a view to the address of its snapshot, asked every 5 s while there is no stream.
 * @returns {() => void} stop following
 */
export function follow(meeting, views, onsnapshot, options = {}) {
  const query = views.map((view) => `view=${encodeURIComponent(view)}`).join('&');
  const url = `${root()}/live/${encodeURIComponent(meeting)}?${query}`;
  const seen = new Map();
  let source;
  let again;
  let poller;
  let stopped = false;

  const show = (view, snapshot) => {
    if (seen.get(view) === snapshot.version) return;
    seen.set(view, snapshot.version);
    onsnapshot(view, snapshot);
  };

  const open = () => {
    if (stopped) return;
    source = new EventSource(url);
    source.onopen = () => {
      stopPolling();
      // A restored database may count from below: the first snapshot always shows.
      seen.clear();
      options.onstate?.('live');
    };
    for (const view of views) {
      source.addEventListener(view, (event) => show(view, JSON.parse(event.data)));
    }
    source.onerror = () => {
      source.close();
      options.onstate?.('waiting');
      startPolling();
      clearTimeout(again);
      // Jittered, so that a restarted server is not met by every screen at once.
      again = setTimeout(open, 800 + Math.random() * 2200);
    };
  };

  const startPolling = () => {
    if (!options.poll || poller) return;
    poller = setInterval(async () => {
      for (const [view, address] of Object.entries(options.poll)) {
        try {
          const response = await fetch(address, { credentials: 'same-origin' });
          if (!response.ok) continue;
          show(view, await response.json());
          options.onstate?.('live');
        } catch {
          // The next round asks again.
        }
      }
    }, 5000);
  };

  const stopPolling = () => {
    clearInterval(poller);
    poller = undefined;
  };

  open();
  return () => {
    stopped = true;
    source?.close();
    clearTimeout(again);
    stopPolling();
  };
}

/** Where the application is mounted: what stands before /static/ in this module's address. */
export function root() {
  return new URL(import.meta.url).pathname.replace(/\/static\/live\.js$/, '');
}
