// Following live views: a stream that comes back by itself, else polling.

/** A stream begins with a whole snapshot at once; a proxy that collects answers keeps it back. */
const FIRST_MS = 6000;
/** Behind such a proxy the stream is tried again rarely. */
const BUFFERED_MS = 120000;
const POLL_MS = 5000;
/** While asking works, a stream that is refused (every place taken) is tried again calmly. */
const CALM_MS = 10000;
const AGAIN_MS = 2000;
/** A line that was cut in silence looks like one on which nothing happens: then it is asked. */
const SILENCE_MS = 30000;
const ANSWER_MS = 5000;

/**
 * @param {string} meeting short name
 * @param {string[]} views
 * @param {(view: string, snapshot: any) => void} onsnapshot
 * @param {{onstate?: (state: 'live'|'waiting') => void, poll?: Record<string, string>}} [options]
 *   `poll` maps a view to the address of its snapshot, asked every 5 s while no stream comes through;
 *   left out, each is asked where every view may be. Only a page that says it watches the line, too.
 * @returns {() => void} stop following
 */
export function follow(meeting, views, onsnapshot, options = {}) {
  const query = views.map((view) => `view=${encodeURIComponent(view)}`).join('&');
  const base = `${root()}/live/${encodeURIComponent(meeting)}`;
  const url = `${base}?${query}`;
  const addresses = options.poll ?? Object.fromEntries(views.map((view) => [view, `${base}/${view}`]));
  const seen = new Map();
  let source;
  let again;
  let poller;
  let first;
  let watch;
  let answered = false;
  let flowing = false;
  let stopped = false;
  const etags = new Map();

  const show = (view, snapshot) => {
    if (seen.get(view) === snapshot.version) return;
    seen.set(view, snapshot.version);
    onsnapshot(view, snapshot);
  };

  const back = (ms) => {
    flowing = false;
    clearTimeout(first);
    clearTimeout(watch);
    source.close();
    startPolling();
    clearTimeout(again);
    // Jittered, so that a restarted server is not met by every screen at once.
    again = setTimeout(open, ms * (0.4 + Math.random()));
  };

  const lost = () => {
    if (!answered) options.onstate?.('waiting');
    back(answered ? CALM_MS : AGAIN_MS);
  };

  const listen = () => {
    clearTimeout(watch);
    if (options.poll && !stopped) watch = setTimeout(check, SILENCE_MS);
  };

  const check = async () => {
    const there = await Promise.all(Object.entries(options.poll).map(([view, at]) => ask(view, at)));
    if (there.every(Boolean)) listen();
    else if (!stopped) lost();
  };

  const open = () => {
    if (stopped) return;
    clearTimeout(again);
    source = new EventSource(url);
    let begun = false;
    for (const view of views) {
      source.addEventListener(view, (event) => {
        if (!begun) {
          begun = true;
          flowing = true;
          answered = false;
          clearTimeout(first);
          stopPolling();
          // A restored database may count from below: the first snapshot always shows.
          seen.clear();
          options.onstate?.('live');
        }
        listen();
        show(view, JSON.parse(event.data));
      });
    }
    source.onerror = lost;
    clearTimeout(first);
    first = setTimeout(() => back(BUFFERED_MS), FIRST_MS);
  };

  /** Ask for one snapshot; whether the server answered. */
  const ask = async (view, address) => {
    const headers = etags.has(view) ? { 'If-None-Match': etags.get(view) } : {};
    try {
      const response = await fetch(address, {
        credentials: 'same-origin',
        cache: 'no-store',
        headers,
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      if (response.ok) {
        etags.set(view, response.headers.get('ETag'));
        show(view, await response.json());
      }
      answered = response.ok || response.status === 304;
      if (answered) options.onstate?.('live');
    } catch {
      // The next round asks again.
      answered = false;
    }
    // What was asked before the stream came back says nothing any more.
    if (!answered && !flowing) options.onstate?.('waiting');
    return answered;
  };

  const startPolling = () => {
    if (poller) return;
    const round = () => {
      Object.entries(addresses).forEach(([view, address]) => ask(view, address));
      // Jittered too: a thousand pages lose their streams at the same moment.
      poller = setTimeout(round, POLL_MS * (0.5 + Math.random() / 2));
    };
    round();
  };

  const stopPolling = () => {
    clearTimeout(poller);
    poller = undefined;
  };

  const reopen = () => {
    source.close();
    open();
  };
  addEventListener('offline', lost);
  addEventListener('online', reopen);
  open();
  return () => {
    stopped = true;
    removeEventListener('offline', lost);
    removeEventListener('online', reopen);
    source?.close();
    clearTimeout(watch);
    clearTimeout(again);
    clearTimeout(first);
    stopPolling();
  };
}

/** Where the application is mounted: what stands before /static/ in this module's address. */
export function root() {
  return new URL(import.meta.url).pathname.replace(/\/static\/(v\/[^/]+\/)?live\.js$/, '');
}
