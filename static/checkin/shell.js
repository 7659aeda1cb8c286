// The page stays when the server does not: the service worker, and what a browser that cannot
// have one is told. And it comes to the server's release by itself, when nobody is in front of it.
import { Releases, once, releaseOf } from './release.js';

const FONTS_MS = 10000;
const WEIGHTS = [400, 500, 600, 700, 800];
/** A whole release comes in this time, or later. */
const TAKE_MS = 120000;
/** So long after the last letter or touch nothing is under way any more. */
const QUIET_MS = 3000;

let releases = null;
let touchedAt = 0;

/**
 * @param {{worker: string, page: string}} config
 * @returns {Promise<'kept'|'insecure'|'refused'>}
 */
export async function keepPage({ worker, page }) {
  if (!window.isSecureContext || !('serviceWorker' in navigator)) return 'insecure';
  try {
    await navigator.serviceWorker.register(worker, { scope: page });
    return 'kept';
  } catch {
    // A certificate that was clicked through: the page works and does not survive a reload.
    return 'refused';
  }
}

/** Every weight of the letters, once the page has what it needs to work. */
export function wholeFonts(sample) {
  const show = async () => {
    performance.mark('fonts');
    // Brought before they are used: a weight that is first met on a verdict must not appear late.
    const brought = WEIGHTS.map((weight) => document.fonts.load(`${weight} 24px "Be Vietnam Pro"`, sample));
    await Promise.allSettled(brought);
    document.documentElement.dataset.fonts = 'all';
  };
  if (document.documentElement.dataset.fonts) return show();
  navigator.serviceWorker?.ready.then(show);
  return setTimeout(show, FONTS_MS);
}

/** An answer of the server told its release. */
export function heard(version) {
  releases?.heard(version);
}

/** Somebody is in front of the door: a letter was read, a key pressed. */
export function touched() {
  touchedAt = performance.now();
}

/**
 * Follow the server's release.
 * @param {{shell: string, page: string, list: string, alive: string}} config
 */
export function followRelease({ shell, page, list, alive }) {
  for (const kind of ['pointerdown', 'keydown', 'input']) document.addEventListener(kind, touched, true);
  touched();
  const go = async (version) => {
    const whole = (await takenByWorker(page, version)) ?? (await brought(page, list, version));
    if (!whole) return false;
    await once(idle);
    return true;
  };
  releases = new Releases(shell, { ask: () => releaseOf(alive), go });
}

/** Whether the worker keeps that release whole now; null where there is no worker. */
async function takenByWorker(page, version) {
  const worker = (await navigator.serviceWorker?.getRegistration(page))?.active;
  if (!worker) return null;
  const channel = new MessageChannel();
  const answer = new Promise((resolve) => (channel.port1.onmessage = ({ data }) => resolve(data.whole)));
  worker.postMessage({ take: version }, [channel.port2]);
  return Promise.race([answer, new Promise((resolve) => setTimeout(resolve, TAKE_MS, false))]);
}

/** Without a worker: whether the page is there, and its files with it in the browser's memory. */
async function brought(page, list, version) {
  if ((await releaseOf(page)) !== version) return false;
  const listed = await fetch(list + version);
  if (!listed.ok) return false;
  const names = Object.keys((await listed.json()).files);
  const answers = await Promise.all(names.map((name) => fetch(name)));
  return answers.every((answer) => answer.ok);
}

/** Nothing on the screen but the welcome, nothing begun, and what waits is written down. */
function idle() {
  const by = (id) => document.getElementById(id);
  const begun = [by('q'), document.querySelector('input[name=code]')].some((field) => field?.value);
  const mode = by('mode-end') && !by('mode-end').hidden;
  const open = by('cam').inert || document.querySelector('dialog[open]');
  const quiet = performance.now() - touchedAt > QUIET_MS && !globalThis.speechSynthesis?.speaking;
  return quiet && !open && !begun && !mode && !by('typed').textContent && by('status').dataset.safe === 'true';
}
