// Following live views: a stream that comes back by itself, else polling.

/** A stream begins with a whole snapshot at once; a proxy that collects answers keeps it back. */
const FIRST_MS = 6000;
/** Behind such a proxy the stream is tried again rarely. */
const BUFFERED_MS = 120000;
const POLL_MS = 5000;

/**
 * @param {string} meeting short name
 * @param {string[]} views
 * @param {(view: string, snapshot: any) => void} onsnapshot
 * @param {{onstate?: (state: 'live'|'waiting') => void, poll?: Record<string, string>}} [options]
 *   `poll` maps a view to the address of its snapshot, asked every 5 s while no stream comes through.
 * @returns {() => void} stop following
 */
export function follow(meeting, views, onsnapshot, options = {}) {
  const query = views.map((view) => `view=${encodeURIComponent(view)}`).join('&');
  const url = `${root()}/live/${encodeURIComponent(meeting)}?${query}`;
  const seen = new Map();
  let source;
  let again;
  let poller;
  let first;
  let stopped = false;
  const etags = new Map();

  const show = (view, snapshot) => {
    if (seen.get(view) === snapshot.version) return;
    seen.set(view, snapshot.version);
    onsnapshot(view, snapshot);
  };

  const open = () => {
    if (stopped) return;
    source = new EventSource(url);
    const back = (ms) => {
      clearTimeout(first);
      source.close();
      startPolling();
      clearTimeout(again);
      // Jittered, so that a restarted server is not met by every screen at once.
      again = setTimeout(open, ms * (0.4 + Math.random()));
    };
    let begun = false;
    for (const view of views) {
      source.addEventListener(view, (event) => {
        if (!begun) {
          begun = true;
          clearTimeout(first);
          stopPolling();
          // A restored database may count from below: the first snapshot always shows.
          seen.clear();
          options.onstate?.('live');
        }
        show(view, JSON.parse(event.data));
      });
    }
    source.onerror = () => {
      options.onstate?.('waiting');
      back(2000);
    };
    clearTimeout(first);
    first = setTimeout(() => back(BUFFERED_MS), FIRST_MS);
  };

  const ask = async (view, address) => {
    const headers = etags.has(view) ? { 'If-None-Match': etags.get(view) } : {};
    try {
      const response = await fetch(address, { credentials: 'same-origin', cache: 'no-store', headers });
      if (response.ok) {
        etags.set(view, response.headers.get('ETag'));
        show(view, await response.json());
      }
      if (response.ok || response.status === 304) options.onstate?.('live');
    } catch {
      // The next round asks again.
    }
  };

  const startPolling = () => {
    if (!options.poll || poller) return;
    const round = () => Object.entries(options.poll).forEach(([view, address]) => ask(view, address));
    round();
    poller = setInterval(round, POLL_MS);
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
    clearTimeout(first);
    stopPolling();
  };
}

/** Where the application is mounted: what stands before /static/ in this module's address. */
export function root() {
  return new URL(import.meta.url).pathname.replace(/\/static\/live\.js$/, '');
}
