// The running clock: the server's time plus an offset that the page measures.
import { digits } from '../ui.js';

let offset = -Infinity;

/**
 * Learn the server's time from a snapshot. What was on its way longest looks oldest, so
 * the largest difference seen is the truest.
 */
export function learn(clock) {
  offset = Math.max(offset, Date.parse(clock.at) - Date.now());
}

/** Milliseconds from this device's clock to the server's. */
export const shift = () => Math.max(offset, -1e12);

/** Seconds that remain now; negative when the time is over. */
export function remaining(clock) {
  if (clock.state !== 'running') return clock.remaining;
  const passed = (Date.now() + offset - Date.parse(clock.at)) / 1000;
  return Math.round(clock.remaining - passed);
}

/** "2:14", and "+0:18" when the time is over. */
export function written(seconds) {
  const whole = Math.abs(seconds);
  const text = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
  return seconds < 0 ? `+${text}` : text;
}

/**
 * Keep an element and its bar showing a clock.
 * @param {HTMLElement} element `.digits` inside a role=timer
 * @param {HTMLElement|null} bar
 * @param {() => any} current the clock of the last snapshot
 * @param {(seconds: number) => void} [ontick]
 * @returns {() => void} show it at once: a snapshot has come
 */
export function run(element, bar, current, ontick) {
  const tick = () => {
    const clock = current();
    const seconds = remaining(clock);
    const timer = element.closest('[role=timer]') ?? element;
    timer.dataset.clock = String(seconds);
    digits(element, written(seconds));
    if (seconds < 0) element.firstElementChild.className = 'sign';
    const kind = clock.state === 'stopped' ? '' : seconds < 0 ? 'over' : seconds <= 30 ? 'soon' : 'fine';
    timer.dataset.kind = kind;
    if (bar) {
      const share = clock.allotted ? (100 * seconds) / clock.allotted : 0;
      bar.style.setProperty('--v', kind === 'over' ? 100 : Math.max(0, Math.min(100, share)));
      const calm = clock.part === 'answer' ? 'var(--info)' : 'var(--ok)';
      bar.style.setProperty('--c', { over: 'var(--stop)', soon: 'var(--warn)' }[kind] ?? calm);
    }
    ontick?.(seconds);
  };
  tick();
  const timer = setInterval(() => (element.isConnected ? tick() : clearInterval(timer)), 250);
  return tick;
}

/** The hour of the hall, "15:24", in cells. */
export function hour(element) {
  const tick = () =>
    digits(
      element,
      new Date(Date.now() + shift()).toLocaleTimeString('vi-VN', {
        hour: '2-digit',
        minute: '2-digit',
        hour12: false,
        timeZone: 'Asia/Ho_Chi_Minh',
      }),
    );
  tick();
  setInterval(tick, 1000);
}
