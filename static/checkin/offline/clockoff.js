// A tablet whose clock is wrong is told to staff, in the status line; people at the door
// need not know, and scans keep the server's time.
import { fill } from '../scans/verdicts.js';

const MOST_MS = 5 * 60 * 1000;
const MINUTE_MS = 60 * 1000;
const HOUR = 60;

/** "2 h", "12 min" @param {number} offset in milliseconds @param {Record<string, string>} words */
export function about(offset, words) {
  const minutes = Math.round(Math.abs(offset) / MINUTE_MS);
  const hours = Math.floor(minutes / HOUR);
  const rest = minutes % HOUR;
  const parts = [hours && fill(words.hours, { n: hours }), rest && fill(words.minutes, { n: rest })];
  return parts.filter(Boolean).join(' ');
}

/** @param {number} offset what the server's clock is ahead, in milliseconds */
export function tellClock(offset, words) {
  const place = document.getElementById('clock-off');
  const off = Math.abs(offset) > MOST_MS;
  const text = off ? fill(words.clock_off, { by: about(offset, words) }) : '';
  const said = place.querySelector('span');
  if (said.textContent === text) return;
  place.hidden = !off;
  said.textContent = text;
}
