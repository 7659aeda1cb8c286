// A paired screen says now and then that it is on; the address stands in <meta name="beat">.
import { post } from '../http.js';

const BEAT_MS = 15000;
const url = document.querySelector('meta[name="beat"]').content;

async function beat() {
  const battery = await navigator.getBattery?.().catch(() => null);
  const power = battery ? { battery: Math.round(battery.level * 100), charging: battery.charging } : {};
  await post(url, { sent_at: new Date().toISOString(), waiting: 0, ...power });
  // Jittered, so that a restarted server is not met by every screen at once.
  setTimeout(beat, BEAT_MS * (0.8 + 0.4 * Math.random()));
}

beat();
