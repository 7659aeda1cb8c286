// What time it is for the attendance page: nobody invited yet, before, during or after.

/**
 * @param {{invited: number, present: number, inside: number,
 *   hours: {doors: string, opens_at: string, ends_at: string}}} snapshot
 * @param {number} now milliseconds, by the server's clock
 * @returns {'nobody'|'before'|'during'|'after'}
 */
export function phaseOf(snapshot, now) {
  const { hours } = snapshot;
  if (!snapshot.invited && !snapshot.present && !snapshot.inside) return 'nobody';
  // Doors that are held open by hand mean that people still come, whatever the hour.
  if (hours.doors === 'open') return 'during';
  if (now > Date.parse(hours.ends_at)) return 'after';
  return now < Date.parse(hours.opens_at) && !snapshot.present && !snapshot.inside ? 'before' : 'during';
}

/**
 * @param {string} moment with the offset of Vietnam, whose hours are shown as they stand
 * @param {number} now milliseconds
 * @returns {string} the hour, with its day unless that is today
 */
export function hour(moment, now) {
  const [, year, month, day, time] = /** @type {string[]} */ (/^(\d+)-(\d+)-(\d+)T(\d+:\d+)/.exec(moment));
  const today = new Date(now).toLocaleDateString('sv-SE', { timeZone: 'Asia/Ho_Chi_Minh' });
  return today === `${year}-${month}-${day}` ? time : `${time}, ${day}/${month}/${year}`;
}
