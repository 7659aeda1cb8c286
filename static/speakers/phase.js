// Before, during, after: the server's phase, moved on by this page's own clock.

const LEFT_OPEN = 6 * 3600 * 1000;
const ZONE = 'Asia/Ho_Chi_Minh';
const HOURS_A_DAY = 24;

/**
 * @param {any} snapshot the speakers view
 * @param {string} starts when the meeting is to begin
 * @param {number} now the server's time in milliseconds
 * @returns {'before'|'during'|'after'}
 */
export function phaseOf(snapshot, starts, now) {
  if (snapshot.phase === 'after') return 'after';
  const past = now - Date.parse(snapshot.forecast.planned_end);
  const busy = snapshot.speaking || snapshot.waiting.length;
  if (past > LEFT_OPEN || (past > 0 && !busy)) return 'after';
  return snapshot.phase === 'before' && now < Date.parse(starts) ? 'before' : 'during';
}

/** When the meeting ended: its closing, else its last speech; empty when nobody spoke. */
export const endedAt = (snapshot) => snapshot.ended_at ?? snapshot.done.at(-1)?.ended_at ?? '';

const day = (moment) => new Date(moment).toLocaleDateString('sv-SE', { timeZone: ZONE });

/** "15:24" on the same day, else "15:24, 26/10/2023". */
export function momentOf(at, now) {
  const hour = new Date(at).toLocaleTimeString('sv-SE', {
    timeZone: ZONE,
    hour: '2-digit',
    minute: '2-digit',
  });
  if (day(at) === day(now)) return hour;
  return `${hour}, ${day(at).split('-').reverse().join('/')}`;
}

/**
 * A length as people say it: "19 ngày", "3 giờ 20 phút", "15 phút".
 * @param {number} minutes
 * @param {{days: string, hours: string, minutes: string}} words with {n}, {h}, {m}
 */
export function span(minutes, words) {
  const hours = Math.floor(minutes / 60);
  if (hours >= HOURS_A_DAY) return words.days.replace('{n}', String(Math.round(hours / HOURS_A_DAY)));
  if (!hours) return words.minutes.replace('{n}', String(minutes));
  return words.hours.replace('{h}', String(hours)).replace('{m}', String(minutes % 60).padStart(2, '0'));
}
