// A paired screen says now and then that it is on; the address stands in <meta name="beat">.
import { post } from '../../http.js';
import { Releases, once, releaseOf } from './release.js';
import { HEADER } from './shell.js';

const BEAT_MS = 15000;
const url = document.querySelector('meta[name="beat"]').content;

/** Nobody speaks: a clock that runs is not taken off the screen. */
const quiet = () => document.getElementById('running')?.hidden !== false;

const ask = () => releaseOf(location.href, 'HEAD');
const releases = new Releases(document.documentElement.dataset.version, {
  ask,
  async go(version) {
    await once(quiet);
    return (await ask()) === version;
  },
});

async function beat() {
  const battery = await navigator.getBattery?.().catch(() => null);
  const power = battery ? { battery: Math.round(battery.level * 100), charging: battery.charging } : {};
  const answer = await post(url, { sent_at: new Date().toISOString(), waiting: 0, ...power });
  releases.heard(answer.headers?.get(HEADER));
  // Jittered, so that a restarted server is not met by every screen at once.
  setTimeout(beat, BEAT_MS * (0.8 + 0.4 * Math.random()));
}

beat();
