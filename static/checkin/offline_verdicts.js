// The verdict without the network, from the roster and what this tablet saw: the same
// steps in the same order as checkin/rules.py takes on the server.
import { cardName, isCard, read } from './codes.js';
import { FIRST, LEFT, RETURN } from './met.js';
import { capital, fill } from './verdicts.js';

/** The hall's clock has been seven hours ahead, summer and winter, since 1975. */
const AHEAD_MS = 7 * 3600 * 1000;
/** What a person's row tells that an answer shows. */
const SHOWN = ['id', 'name', 'salutation', 'title', 'group', 'group_kind', 'area', 'household', 'announced'];

/** A moment as the API writes it, in the hall's time: "2023-10-26T13:12:05+07:00". */
export function rfc3339(ms) {
  return `${new Date(ms + AHEAD_MS).toISOString().slice(0, 19)}+07:00`;
}

const shown = (person) => ({
  ...Object.fromEntries(SHOWN.map((name) => [name, person[name] ?? ''])),
  // Somebody added here has no number before the server gives one.
  id: typeof person.id === 'number' ? person.id : null,
});

export class OfflineDoor {
  /**
   * @param {{roster: any, met: import('./met.js').Met, link: any, config: any,
   *   words: Record<string, string>}} parts
   *   `config` holds device and staffed; `words` a sentence for each verdict
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** The verdict on a scan, and what this tablet then knows of the person. */
  async decide(scan) {
    const { kind, person, facts } = await this.identify(scan);
    if (!person) return this.answer(scan, kind, null, facts);
    return this.judge(scan, person);
  }

  async identify(scan) {
    if (scan.walk_in) return { kind: 'current', person: { id: `walk-in:${scan.scan_id}`, ...scan.walk_in } };
    if (scan.delegate !== undefined) return this.byId(scan.delegate);
    if (isCard(scan.code))
      return { kind: 'choose', facts: { candidates: this.roster.named(cardName(scan.code)) } };
    const found = read(scan.code ?? '');
    if (found.kind === 'short') return { kind: 'online_only' };
    if (found.kind === 'code' && this.roster.over(this.config.doors)) return this.past(found.tag);
    if (found.kind !== 'code') return { kind: found.kind === 'mistyped' ? 'mistyped' : 'unknown' };
    if (!this.roster.kept) return this.unjudged();
    if (found.tag !== this.roster.kept.data.tag) return this.elsewhere(found.tag);
    const row = await this.roster.open(found.text);
    if (row === undefined) return this.unjudged();
    if (row === null) return { kind: 'unknown' };
    return row.state === 'current' ? { kind: 'current', person: row } : { kind: row.state };
  }

  byId(id) {
    const person = this.roster.byId(id);
    return person ? { kind: 'current', person } : this.unjudged();
  }

  /** Without a roster a letter of ours is believed: nobody is sent away. */
  unjudged() {
    return { kind: 'stored', facts: { at: rfc3339(this.link.now()) } };
  }

  /** The meeting is over and its letters are not kept: the server judges what was scanned. */
  past(tag) {
    const mine = this.roster.kept?.data.tag;
    return mine && tag !== mine ? this.elsewhere(tag) : { kind: 'over' };
  }

  elsewhere(tag) {
    const other = this.roster.kept.data.others?.[tag];
    return { kind: 'wrong_meeting', facts: other ? { other } : {} };
  }

  judge(scan, person) {
    const at = this.link.now();
    const standing = this.met.standing(person, this.roster.at ?? 0);
    if (scan.direction === 'undo') return this.undo(scan, person, standing, at);
    if (scan.direction === 'out') {
      if (standing.state !== 'in') return this.answer(scan, 'not_inside', person);
      return this.move(scan, 'left', person, { state: 'out', effect: LEFT, since: at }, { at: rfc3339(at) });
    }
    if (standing.state === 'in') {
      const first = { at: rfc3339(standing.at), device: standing.device };
      return this.answer(scan, 'already_in', person, { first });
    }
    if (!this.open(at)) return this.closed(scan, person, at);
    return this.enter(scan, person, standing, at);
  }

  enter(scan, person, standing, at) {
    const back = standing.state === 'out';
    const holder = back || scan.observer ? null : this.met.holder(person, this.roster.at ?? 0);
    if (holder) {
      const first = { at: rfc3339(holder.at), device: '' };
      return this.answer(scan, 'household_in', person, { seat_holder: holder.who, first });
    }
    const facts = { at: rfc3339(at), observer: scan.observer ?? false };
    if (scan.substitute) facts.substitute = scan.substitute;
    return this.move(
      scan,
      'admitted',
      person,
      {
        state: 'in',
        effect: back ? RETURN : FIRST,
        since: at,
        observer: facts.observer,
        ...(back ? {} : { at, device: this.config.device }),
      },
      facts,
    );
  }

  undo(scan, person, standing, at) {
    const state = this.met.undone(standing, at);
    if (!state) return this.answer(scan, 'nothing_to_undo', person);
    return this.move(scan, 'undone', person, { ...standing, state, since: at }, {});
  }

  /** Whether the doors are open by the server's clock, as far as it is known. */
  open(at) {
    const { doors } = this.roster;
    if (!doors) return true;
    if (doors.state !== 'auto') return doors.state === 'open';
    return Date.parse(doors.opens_at) <= at && at <= Date.parse(doors.ends_at);
  }

  closed(scan, person, at) {
    const { opens_at, ends_at } = this.roster.doors;
    return this.answer(scan, 'not_open', person, { opens_at, over: at > Date.parse(ends_at) });
  }

  move(scan, verdict, person, standing, facts) {
    const seen = { ...standing, noted: this.link.now(), waiting: true, who: this.called(person) };
    return { ...this.answer(scan, verdict, person, facts), seen: this.met.note(person, seen) };
  }

  called(person) {
    return person.salutation ? `${person.salutation} ${person.name.split(' ').at(-1)}` : person.name;
  }

  answer(scan, verdict, person, facts = {}) {
    const form = person?.salutation || this.words.you;
    const sentence = this.words[verdict] ?? this.words.stored;
    const detail = this.words[`${verdict}_detail`];
    return {
      answer: {
        scan_id: scan.scan_id,
        verdict,
        message: fill(sentence, { form, begin: capital(form) }),
        ...(detail ? { detail } : {}),
        replay: false,
        offline: true,
        direction: scan.direction ?? 'in',
        delegate: person ? shown(person) : null,
        flags: [],
        ...facts,
      },
    };
  }

  /** What the server's own answer tells about where somebody stands. */
  learn(answer) {
    const person = answer.delegate;
    const now = this.link.now();
    const at = Date.parse(answer.at ?? '') || now;
    const first = Date.parse(answer.first?.at ?? '') || now;
    const steps = {
      admitted: {
        state: 'in',
        effect: FIRST,
        since: at,
        at,
        device: this.config.device,
        observer: answer.observer,
      },
      already_in: { state: 'in', effect: FIRST, since: first, at: first, device: answer.first?.device },
      left: { state: 'out', effect: LEFT, since: at },
    };
    const step = steps[answer.verdict];
    if (!person || !step) return person && answer.verdict === 'undone' ? this.taken(person, now) : null;
    return this.met.note(person, { ...step, noted: now, waiting: false, who: this.called(person) });
  }

  taken(person, now) {
    const before = this.met.people.get(person.id);
    const state = before ? (this.met.undone({ ...before, since: now }, now) ?? 'never') : 'never';
    return this.met.note(person, { state, noted: now, waiting: false });
  }
}
