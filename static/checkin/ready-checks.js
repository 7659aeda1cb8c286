// The checks of a tablet: each says a level (ok, warn, stop, ask), a few words, what to do.
import { get } from '../http.js';

const FRAMES_MS = 1500;
const SLOW_FRAMES = 12;
const SLOW_READ_MS = 1500;
const FAST_MS = 150;
const SLOW_MS = 1000;
const LOW = 0.15;
const LITTLE = 0.4;
const fill = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? '');
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function secure(words) {
  return window.isSecureContext
    ? { level: 'ok', text: words.ok }
    : { level: 'stop', text: words.no, todo: words.todo };
}

/** @returns {Promise<{result: object, stream: MediaStream|null, state: string}>} */
export async function camera(words, video) {
  const answer = (level, text, todo, state, stream = null) => ({
    result: { level, text, todo },
    state,
    stream,
  });
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) {
    return answer('warn', words.insecure, undefined, 'insecure');
  }
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' },
    });
    video.srcObject = stream;
    await video.play();
  } catch (error) {
    stream?.getTracks().forEach((track) => track.stop());
    const refused = ['NotAllowedError', 'SecurityError'].includes(error.name);
    if (refused) return answer('stop', words.refused, words.refused_do, 'refused');
    return answer('warn', words.none, words.none_do, 'none');
  }
  const rate = await framesPerSecond(video);
  if (rate < SLOW_FRAMES) return answer('warn', fill(words.slow, { n: rate }), words.slow_do, 'slow', stream);
  const size = `${video.videoWidth}×${video.videoHeight}`;
  return answer('ok', fill(words.ok, { size, n: rate }), undefined, 'ready', stream);
}

async function framesPerSecond(video) {
  let frames = 0;
  let counting = true;
  const count = () => {
    frames += 1;
    if (counting) video.requestVideoFrameCallback?.(count);
  };
  if (!video.requestVideoFrameCallback) {
    const before = video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;
    await wait(FRAMES_MS);
    frames = (video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0) - before;
  } else {
    video.requestVideoFrameCallback(count);
    await wait(FRAMES_MS);
  }
  counting = false;
  return Math.round(frames / (FRAMES_MS / 1000));
}

/** The same worker that reads letters at the door reads a picture that the server drew. */
export async function decoder(words, worker, picture) {
  const canvas = document.createElement('canvas');
  const quiet = 4;
  const scale = 8;
  canvas.width = canvas.height = (picture.side + 2 * quiet) * scale;
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(scale, scale);
  pen.translate(quiet, quiet);
  pen.fillStyle = '#000';
  pen.fill(new Path2D(picture.path));
  // The first reading loads the decoder: the second says how fast it is.
  await worker.read(await createImageBitmap(canvas), 15000);
  const begun = performance.now();
  const code = await worker.read(await createImageBitmap(canvas), 8000);
  const n = Math.max(1, Math.round(performance.now() - begun));
  if (code !== picture.text) return { level: 'stop', text: words.no, todo: words.todo };
  if (n > SLOW_READ_MS) return { level: 'warn', text: fill(words.slow, { n }), todo: words.todo };
  return { level: 'ok', text: fill(words.ok, { n }) };
}

export class Reader {
  constructor(url) {
    this.waiting = [];
    try {
      this.worker = new Worker(url, { type: 'module' });
      this.worker.onmessage = ({ data }) => !data.ready && this.waiting.shift()?.(data.code ?? null);
      this.worker.onerror = () => this.waiting.splice(0).forEach((done) => done(null));
    } catch {
      this.worker = null;
    }
  }

  /** @returns {Promise<string|null>} what the picture says, null when nothing comes in time */
  read(bitmap, ms) {
    if (!this.worker) return Promise.resolve(null);
    const answer = new Promise((resolve) => this.waiting.push(resolve));
    this.worker.postMessage({ frame: bitmap }, [bitmap]);
    return Promise.race([answer, wait(ms).then(() => null)]);
  }
}

function keepsData() {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open('kiosk-ready', 1);
      request.onupgradeneeded = () => request.result.createObjectStore('test');
      request.onerror = () => resolve(false);
      request.onsuccess = () => {
        const db = request.result;
        const transaction = db.transaction('test', 'readwrite');
        transaction.objectStore('test').put(1, 1);
        const end = (fine) => {
          db.close();
          indexedDB.deleteDatabase('kiosk-ready');
          resolve(fine);
        };
        transaction.oncomplete = () => end(true);
        transaction.onabort = () => end(false);
      };
    } catch {
      resolve(false);
    }
  });
}

/** @returns {Promise<{result: object, persisted: boolean|null}>} */
export async function storage(words) {
  if (!(await keepsData()))
    return { result: { level: 'stop', text: words.no, todo: words.todo }, persisted: false };
  const persisted = (await navigator.storage?.persist?.().catch(() => false)) ?? null;
  if (!persisted) return { result: { level: 'warn', text: words.loose, todo: words.loose_do }, persisted };
  return { result: { level: 'ok', text: words.ok }, persisted };
}

/** @returns {Promise<{result: object, offset: number|null}>} offset: milliseconds the server is ahead */
export async function network(words, config) {
  const times = [];
  for (let i = 0; i < 3; i += 1) {
    const begun = performance.now();
    const answer = await get(config.alive);
    if (answer.status !== 200)
      return { result: { level: 'stop', text: words.no, todo: words.todo }, offset: null };
    times.push(performance.now() - begun);
  }
  const ms = Math.round(times.sort((a, b) => a - b)[1]);
  const begun = Date.now();
  const facts = await get(config.facts);
  const middle = (begun + Date.now()) / 2;
  // The server tells whole seconds: on average half a second has passed since.
  const offset = facts.ok ? Date.parse(facts.data.now) + 500 - middle : null;
  const roster = await get(config.roster);
  const n = roster.data?.rows?.length ?? 0;
  if (ms > SLOW_MS)
    return { result: { level: 'warn', text: fill(words.slow, { ms }), todo: words.slow_do }, offset };
  return { result: { level: 'ok', text: fill(ms <= FAST_MS ? words.ok : words.fair, { n }) }, offset };
}

export function clock(words, offset) {
  if (offset === null) return { level: 'warn', text: words.unknown };
  const off = Math.round(Math.abs(offset) / 1000);
  if (off < 5) return { level: 'ok', text: words.ok };
  if (off < 30) return { level: 'ok', text: fill(words.little, { n: off }) };
  const n = off < 120 ? fill(words.seconds, { n: off }) : fill(words.minutes, { n: Math.round(off / 60) });
  return { level: 'warn', text: fill(offset < 0 ? words.ahead : words.behind, { n }), todo: words.todo };
}

/**
 * @returns {Promise<{result: object, battery: number, charging: boolean}|null>}
 *   null: the browser does not tell
 */
export async function power(words) {
  const battery = await navigator.getBattery?.().catch(() => null);
  if (!battery) return null;
  const n = Math.round(battery.level * 100);
  const told = { battery: n, charging: battery.charging };
  if (battery.charging) return { result: { level: 'ok', text: fill(words.charging, { n }) }, ...told };
  const level = battery.level <= LOW ? 'stop' : battery.level < LITTLE ? 'warn' : 'ok';
  return {
    result: { level, text: fill(words.not, { n }), todo: level === 'ok' ? undefined : words.todo },
    ...told,
  };
}
