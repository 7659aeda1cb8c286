// How the door's page goes over to another release: all of it is on the tablet first, and nobody
// is in front of it.
import { Releases, once, releaseOf } from './release.js';
import { quietFor } from './shell.js';

/** A whole release comes in this time, or later. */
const TAKE_MS = 120000;
/** So long after the last letter or touch nothing is under way any more. */
const QUIET_MS = 3000;

/** @param {{shell: string, page: string, list: string, alive: string}} config */
export function follow({ shell, page, list, alive }) {
  const go = async (version) => {
    const whole = (await takenByWorker(page, version)) ?? (await brought(page, list, version));
    if (!whole) return false;
    await once(idle);
    return true;
  };
  return new Releases(shell, { ask: () => releaseOf(alive), go });
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
  const quiet = quietFor() > QUIET_MS && !globalThis.speechSynthesis?.speaking;
  return (
    quiet && !open && !begun && !mode && !by('typed').textContent && by('status').dataset.safe === 'true'
  );
}
