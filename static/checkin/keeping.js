// Puts together what lets the door go on without a network: the store, the way to the
// server, the roster, the outbox, and what is said about them.
import { tellClock } from './clockoff.js';
import { Health, askToKeep } from './health.js';
import { Journal } from './journal.js';
import { Link } from './link.js';
import { Met } from './met.js';
import { Notices } from './notices.js';
import { OfflineDoor } from './offline_verdicts.js';
import { Outbox } from './outbox.js';
import { Requests } from './requests.js';
import { Roster } from './roster.js';
import { keepPage, wholeFonts } from './shell.js';
import { Store } from './store.js';
import { fill, greeting } from './verdicts.js';

const REFRESH_MS = 60000;
const RECENT = 5;
const SHELL_MS = 500;
const ASK_MS = 3000;
/** A verdict is on the screen by then. */
const SHOWN_MS = 100;

/** Times of scans for a sentence: "13:02, 13:05". */
function times(scans) {
  const options = { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Ho_Chi_Minh' };
  return scans.map(({ at }) => new Date(at).toLocaleTimeString('vi-VN', options)).join(', ');
}

/**
 * @param {{config: any, offline: any, words: any, own: any, camera: () => string, onunpaired: () => void}} page
 * @returns {{outbox: Outbox, people: (q: string) => Promise<any>, recent: () => Promise<any>,
 *   request: (url: string, body: any) => Promise<any>, list: () => any[], recount: () => Promise<void>,
 *   ask: (method: string, url: string, body?: any) => Promise<any>}}
 */
export function keeping({ config, offline, words, own, camera, onunpaired }) {
  const notices = new Notices({ words, own, pair: offline.pair });
  const store = new Store(`kiosk-${config.meeting}`, () => tell());
  const link = new Link({ alive: config.alive, page: offline.page }, () => tell());
  const met = new Met(store);
  const roster = new Roster(store, link, offline.roster, () => tell());
  const door = new OfflineDoor({ roster, met, link, config, words: own });
  const journal = new Journal(config.meeting);
  const urls = { scan: config.scans, batch: offline.batch };
  const state = { persisted: null };
  const requests = new Requests(store, link);
  const outbox = new Outbox(
    { store, link, journal, door, requests, urls },
    {
      onstate: () => tell(),
      onsent(count) {
        notices.sentAgain(count);
        refresh();
      },
      onunpaired: gone,
    },
  );

  let telling = 0;

  /** Once for all that changes in a moment, and after the verdict that it goes with. */
  function tell() {
    if (!telling) telling = setTimeout(show, SHOWN_MS);
  }

  function show() {
    telling = 0;
    notices.show({
      online: link.online,
      waiting: outbox.left,
      safe: outbox.safe && !store.broken,
      rosterAt: roster.at,
      persisted: state.persisted,
      trouble: outbox.trouble.size,
    });
    tellClock(link.offset, words);
  }

  async function gone() {
    notices.unpaired();
    onunpaired();
    await roster.forget();
  }

  async function refresh() {
    if (!link.online || !outbox.paired) return;
    const status = await roster.refresh();
    if ([401, 403, 404].includes(status)) outbox.unpair();
  }

  /** Somebody on the list: asked of the server, or found here without it. */
  async function people(query) {
    if (link.online) {
      const answer = await link.ask('GET', `${config.delegates}?q=${encodeURIComponent(query)}`, undefined, { ms: 3000 });
      if (answer.ok) return answer;
    }
    const items = roster.search(query);
    return { ok: true, status: 200, data: { items, total: items.length } };
  }

  /** What was recorded here last; without the server what still waits. */
  async function recent() {
    if (link.online) {
      const answer = await link.ask('GET', config.last, undefined, { ms: 3000 });
      if (answer.ok) return answer;
    }
    const scans = (await outbox.all()).filter((scan) => scan.delegate || scan.person);
    const items = scans.reverse().slice(0, RECENT).map(entry);
    return { ok: true, status: 200, data: { items } };
  }

  function entry(scan) {
    const person = roster.byId(scan.delegate);
    const verdict = { out: 'left', undo: 'undone' }[scan.direction] ?? 'admitted';
    const name = person ? greeting(person) : '';
    return { delegate: scan.delegate, name, household: person?.household ?? '', verdict, at: scan.scanned_at };
  }

  function look() {
    const set = [...outbox.trouble.values()].map((scan) => ({ at: scan.scanned_at }));
    const title = fill(own.set_aside, { n: set.length });
    notices.sayOnce('aside', title, 'warn', fill(own.set_aside_do, { times: times(set) }), () => outbox.looked());
  }

  async function begin() {
    await Promise.all([roster.load(), met.load()]);
    const kept = await outbox.load();
    const lost = journal.lost(kept);
    if (lost.length) {
      const small = fill(own.set_aside_do, { times: times(lost) });
      const forget = () => lost.forEach(({ id }) => journal.forget(id));
      notices.sayOnce('lost', fill(own.lost, { n: lost.length }), 'stop', small, forget);
    }
    const { persisted, roomy } = await askToKeep();
    state.persisted = persisted;
    if (!roomy || store.broken) notices.sayOnce('private', own.private, 'stop', own.private_do);
    tell();
    await refresh();
    health.tell();
  }

  const health = new Health(
    link,
    offline.health,
    () => ({ waiting: outbox.waiting.size, roster_at: roster.at, camera: camera(), persisted: state.persisted }),
    () => outbox.unpair(),
  );

  async function keep() {
    const how = await keepPage(offline);
    if (how === 'insecure') notices.sayOnce('insecure', own.insecure, 'warn', own.insecure_do);
    if (how === 'refused') notices.sayOnce('insecure', own.untrusted, 'warn', own.untrusted_do);
  }

  wholeFonts(words.come_in);
  notices.look.addEventListener('click', look);
  document.addEventListener('visibilitychange', () => !document.hidden && refresh());
  setInterval(refresh, REFRESH_MS * (0.8 + 0.4 * Math.random()));
  begin();
  // After the page has what it needs itself.
  if (offline.kept) setTimeout(keep, SHELL_MS);
  return {
    outbox,
    people,
    recent,
    request: (url, body) => requests.send(url, body),
    ask: (method, url, body) => link.ask(method, url, body, { ms: ASK_MS, judged: false }),
    list: () => roster.people,
    recount: refresh,
  };
}
