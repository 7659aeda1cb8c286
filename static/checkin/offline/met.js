// Who stands where as far as this tablet saw it: ids, times and households, no names. With
// it the same letter twice without network is told apart, also after a restart.

export const FIRST = 'first';
export const RETURN = 'return';
export const LEFT = 'left';
const UNDO_MS = 15 * 60 * 1000;

export class Met {
  /** @param {import('./store.js').Store} store */
  constructor(store) {
    this.store = store;
    this.people = new Map();
  }

  async load() {
    const kept = await this.store.all('met').catch(() => []);
    for (const one of kept) if (!this.people.has(one.id)) this.people.set(one.id, one);
  }

  /**
   * Where somebody stands: the newer of what this tablet saw and what the roster says.
   * @param {any} person a roster row
   * @param {number} rosterAt
   * @returns {{state: 'in'|'out'|'never', at: number, device: string, effect: string, since: number}}
   */
  standing(person, rosterAt) {
    const seen = this.people.get(person.id);
    if (seen && (seen.noted >= rosterAt || seen.waiting)) return seen;
    const at = person.first ? Date.parse(person.first.at) : 0;
    const state = person.in ? 'in' : person.first ? 'out' : 'never';
    return { state, at, device: person.first?.device ?? '', effect: FIRST, since: at };
  }

  /** Who of a household took its seat, here or as the roster says; null when it is free. */
  holder(person, rosterAt) {
    if (!person.household) return null;
    for (const one of this.people.values()) {
      const there = one.household === person.household && one.id !== person.id && !one.observer;
      if (there && one.state !== 'never' && (one.noted >= rosterAt || one.waiting)) {
        return { who: one.who ?? '', at: one.at };
      }
    }
    const { holder } = person;
    return holder && holder.id !== person.id ? { who: holder.who, at: Date.parse(holder.at) } : null;
  }

  /** What an undo would leave, or null when there is nothing young enough to take back. */
  undone(standing, now) {
    if (standing.state === 'never' || now - standing.since > UNDO_MS) return null;
    return { [FIRST]: 'never', [RETURN]: 'out', [LEFT]: 'in' }[standing.effect];
  }

  /** Note where somebody stands now; returns the record to be kept. */
  note(person, facts) {
    const one = {
      ...this.people.get(person.id),
      id: person.id,
      household: person.household ?? '',
      ...facts,
    };
    this.people.set(person.id, one);
    return one;
  }

  /** What another tab of this door saw. */
  share(seen) {
    const known = this.people.get(seen.id);
    if (!known || seen.noted >= known.noted) this.people.set(seen.id, seen);
  }

  /** As it goes to the disk: without the name. */
  static bare({ who, ...one }) {
    return one;
  }
}
