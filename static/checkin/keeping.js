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
import { Sent } from './sent.js';
import { keepPage, wholeFonts, wholePage } from './shell.js';
import { Store } from './store.js';
import { dated, fill, greeting } from './verdicts.js';

const REFRESH_MS = 60000;
const OTHERS_MS = 15000;
const RECENT = 5;
/** Other tabs of this door may do several things in a moment. */
const TOGETHER_MS = 50;
/** How long after its end a meeting's sealed scans stay: a restore in the same evening. */
const END_MS = 12 * 3600 * 1000;
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
 * @param {{config: any, offline: any, words: any, own: any, camera: () => string,
 *   onunpaired: () => void}} page
 * @returns {{outbox: Outbox, people: (q: string) => Promise<any>, recent: () => Promise<any>,
 *   request: (url: string, body: any) => Promise<any>, list: () => any[], recount: () => Promise<void>,
 *   isOver: () => boolean, onOver: (act: () => void) => void,
 *   ask: (method: string, url: string, body?: any) => Promise<any>}}
 */
export function keeping({ config, offline, words, own, camera, onunpaired }) {
  const notices = new Notices({ words, own, pair: offline.pair });
  const store = new Store(`kiosk-${config.meeting}`, () => tell());
  const link = new Link({ alive: config.alive, page: offline.page }, () => tell());
  const met = new Met(store);
  const roster = new Roster(store, link, { url: offline.roster, staffed: config.staffed }, () => tell());
  const sent = new Sent(store, { title: config.title, starts_at: config.today.starts_at, seal: config.seal });
  const channel = globalThis.BroadcastChannel ? new BroadcastChannel(`kiosk-door:${config.meeting}`) : null;
  const door = new OfflineDoor({ roster, met, link, config, words: own });
  const journal = new Journal(config.meeting);
  const urls = { scan: config.scans, batch: offline.batch, sealed: offline.sealed };
  const state = { persisted: null, ended: false, over: /** @type {boolean|null} */ (null), onover: () => {} };
  const requests = new Requests(store, link);
  const outbox = new Outbox(
    { store, link, journal, door, requests, sent, channel, urls },
    {
      onstate: () => tell(),
      onsent(count) {
        notices.sentAgain(count);
        refresh();
      },
      onunpaired: gone,
    },
  );

  /** What the tablet holds for other meetings: looked for when the page itself is whole. */
  let others = { rest: [], refused: new Set(), waiting: 0, looked() {}, work: async () => {} };

  async function lookForOthers() {
    const { Others } = await import('./others.js');
    others = new Others(
      { meeting: config.meeting, page: offline.page, left: offline.left, link },
      { onstate: () => tell(), onsent: sentForAnother },
    );
    await others.work();
  }

  let telling = 0;

  /** Once for all that changes in a moment, and after the verdict that it goes with. */
  function tell() {
    if (!telling) telling = setTimeout(show, SHOWN_MS);
  }

  function show() {
    telling = 0;
    notices.show({
      online: link.online,
      waiting: outbox.left + others.waiting,
      safe: outbox.safe && !store.broken,
      rosterAt: roster.at,
      persisted: state.persisted,
      trouble: outbox.trouble.size,
    });
    tellClock(link.offset, words);
    notices.others(others, (one) => others.looked(one));
    end();
  }

  function sentForAnother(one, count) {
    notices.sayOnce('sent-other', fill(own.left_sent, { n: count, ...meetingOf(one) }), 'info', '');
  }

  function meetingOf({ title, starts_at }) {
    return { title, date: starts_at ? dated(starts_at) : '' };
  }

  const isOver = () => roster.over(config.doors);

  /** The meeting's end, whenever it is noticed: names go, and the page says that it is over. */
  function end() {
    const now = isOver();
    if (now) roster.end();
    const since = link.now() - Date.parse((roster.doors ?? config.doors).ends_at);
    if (now && since > END_MS && !state.ended) {
      state.ended = true;
      sent.end();
    }
    if (now === state.over) return;
    state.over = now;
    state.onover();
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
    else if (roster.kept) await learn(roster.kept.data);
  }

  /** A server that was brought back from a copy may have lost what it had acknowledged. */
  async function learn(told) {
    const again = await sent.learn(told);
    if (!again) return;
    notices.sayOnce('restored', fill(own.restored, { n: again }), 'info', own.restored_do);
    await outbox.recount();
    outbox.flush();
  }

  let counting = 0;

  /** Another tab of this door did something. */
  function heard({ data }) {
    if (data.met) met.share(data.met);
    clearTimeout(counting);
    counting = setTimeout(() => outbox.recount(), TOGETHER_MS);
  }

  /** Somebody on the list: asked of the server, or found here without it. */
  async function people(query) {
    if (link.online) {
      const answer = await link.ask('GET', `${config.delegates}?q=${encodeURIComponent(query)}`, undefined, {
        ms: 3000,
      });
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
    return {
      delegate: scan.delegate,
      name,
      household: person?.household ?? '',
      verdict,
      at: scan.scanned_at,
    };
  }

  function look() {
    const set = [...outbox.trouble.values()].map((scan) => ({ at: scan.scanned_at }));
    const title = fill(own.set_aside, { n: set.length });
    notices.sayOnce('aside', title, 'warn', fill(own.set_aside_do, { times: times(set) }), () =>
      outbox.looked(),
    );
  }

  async function begin() {
    await Promise.all([roster.load(), met.load(), sent.load()]);
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
    async () => {
      // What the store says, whatever other tabs have done meanwhile.
      await outbox.recount();
      return {
        waiting: outbox.waiting.size,
        roster_at: roster.at,
        camera: camera(),
        persisted: state.persisted,
      };
    },
    {
      onunpaired: () => outbox.unpair(),
      ongeneration: (generation) => sent.generation && generation !== sent.generation && refresh(),
    },
  );

  async function keep() {
    const how = await keepPage(offline);
    if (how === 'insecure') notices.sayOnce('insecure', own.insecure, 'warn', own.insecure_do);
    if (how === 'refused') notices.sayOnce('insecure', own.untrusted, 'warn', own.untrusted_do);
  }

  wholeFonts(words.come_in);
  // Of this page's own release: without it they are looked for when the page is opened again.
  wholePage.then(lookForOthers).catch(() => null);
  notices.look.addEventListener('click', look);
  document.addEventListener('visibilitychange', () => !document.hidden && refresh());
  if (channel) channel.onmessage = heard;
  setInterval(refresh, REFRESH_MS * (0.8 + 0.4 * Math.random()));
  setInterval(() => others.work(), OTHERS_MS * (0.8 + 0.4 * Math.random()));
  setInterval(end, OTHERS_MS);
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
    isOver,
    onOver: (act) => (state.onover = act),
  };
}
