// What the tablet says of itself: the status line, and notices that somebody must read.
import { toast } from '../../ui.js';
import { el, icon } from '../scans/dom.js';
import { clock, dated, fill, hour } from '../scans/verdicts.js';
import { rfc3339 } from './offline_verdicts.js';

/** When scans were made, for a sentence: "13:02" or "13:02–13:40". */
function span(scans) {
  const at = scans.map((scan) => hour(rfc3339(Date.parse(scan.scanned_at)))).sort();
  return [...new Set([at[0], at.at(-1)])].join('–');
}

export class Notices {
  /** @param {{words: any, own: any, pair: string}} page `own` are the sentences of offline work */
  constructor({ words, own, pair }) {
    Object.assign(this, { words, own, pair });
    this.status = document.getElementById('status');
    this.list = el('span', 'st');
    this.list.id = 'list-at';
    this.look = el('button', 'btn quiet');
    this.look.type = 'button';
    this.look.id = 'look';
    this.look.hidden = true;
    this.status.querySelector('#sent').after(this.list, this.look);
    this.box = el('div', 'notices');
    this.box.setAttribute('role', 'alert');
    document.body.append(this.box);
    for (const hi of document.querySelectorAll('.say .hi')) {
      hi.after(el('div', 'banner offline-note', icon('wifi-off'), own.as_usual));
    }
  }

  /**
   * @param {{online: boolean, waiting: number, safe: boolean, rosterAt: number|null, persisted: boolean|null,
   *   trouble: number}} state
   */
  show(state) {
    // Writing the same again would draw the page again, just when the next person comes.
    const key = JSON.stringify(state);
    if (key === this.shown) return;
    this.shown = key;
    const { online, waiting, safe, rosterAt, persisted, trouble } = state;
    const { status, words, own } = this;
    document.body.dataset.net = online ? 'online' : 'offline';
    Object.assign(status.dataset, {
      net: online ? 'online' : 'offline',
      waiting: String(waiting),
      safe: String(safe),
      persisted: String(persisted),
      rosterAt: rosterAt ? rfc3339(rosterAt) : '',
    });
    const sent = waiting ? fill(words.waiting, { n: waiting }) : words.all_sent;
    status.querySelector('#net span').textContent = online ? words.online : words.offline;
    status.querySelector('#sent span').textContent = safe ? sent : `${sent}. ${words.in_memory}`;
    this.list.textContent = rosterAt ? fill(own.list_at, clock(rfc3339(rosterAt))) : own.no_list;
    this.look.hidden = !trouble;
    this.look.textContent = fill(own.look, { n: trouble });
    this.say('broken', !safe && own.broken, 'stop', own.broken_do);
  }

  /** Put up a notice, or take it down when there is no sentence. */
  say(id, sentence, kind = 'stop', small = '', ...acts) {
    const old = document.getElementById(`notice-${id}`);
    if (!sentence) return old?.remove();
    const text = el('span', 'grow', el('b', '', sentence), small ? el('small', '', small) : null);
    const notice = el('div', `banner ${kind}`, icon(kind === 'info' ? 'info' : 'hand'), text, ...acts);
    notice.id = `notice-${id}`;
    if (old?.textContent === notice.textContent) return undefined;
    return old ? old.replaceWith(notice) : this.box.append(notice);
  }

  /** A notice that goes when somebody has read it. */
  sayOnce(id, sentence, kind, small, onread) {
    const read = el('button', 'btn', this.own.read);
    read.type = 'button';
    read.addEventListener('click', () => {
      document.getElementById(`notice-${id}`)?.remove();
      onread?.();
    });
    this.say(id, sentence, kind, small, read);
  }

  /**
   * What waits for other meetings, and what to do about it.
   * @param {import('./others.js').Others} others
   * @param {(rest: import('../shell/tablet.js').Rest) => void} looked
   */
  others({ rest, refused }, looked) {
    const { own } = this;
    const said = new Set();
    for (const one of rest) {
      const meeting = { title: one.title, date: one.starts_at ? dated(one.starts_at) : '' };
      const times = span([...one.scans, ...one.trouble]);
      const stuck = refused.has(one.meeting);
      if (one.scans.length) {
        const words = fill(meeting.date ? own.left_there : own.left_undated, {
          n: one.scans.length,
          ...meeting,
        });
        said.add(
          this.tell(`other-${one.meeting}`, words, fill(stuck ? own.left_refused : own.left_do, { times })),
        );
      } else if (one.trouble.length) {
        const words = fill(own.left_aside, { n: one.trouble.length, ...meeting });
        const id = `other-${one.meeting}`;
        this.sayOnce(id, words, 'warn', fill(own.set_aside_do, { times }), () => looked(one));
        said.add(`notice-${id}`);
      }
    }
    const past = this.box.querySelectorAll('[id^=notice-other-]');
    for (const notice of past) if (!said.has(notice.id)) notice.remove();
  }

  tell(id, sentence, small) {
    this.say(id, sentence, 'warn', small);
    return `notice-${id}`;
  }

  sentAgain(count) {
    // A verdict is not covered; the status line tells the rest.
    if (!document.getElementById('verdict').hidden) return;
    toast(fill(this.own.sent_again, { n: count }));
  }

  unpaired() {
    const again = el('a', 'btn', this.own.pair);
    again.href = this.pair;
    this.say('unpaired', this.words.unpaired_detail, 'stop', this.own.unpaired_do, again);
  }
}
