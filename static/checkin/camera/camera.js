// The camera: acquire it, hand frames to the decoder, say in what state it is.
import { remember, remembered } from './memory.js';

const LENS = 'lens';
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };

const CENTRE = 480;
// The middle of the picture decodes four times faster; every third frame is taken whole.
const WHOLE_EVERY = 3;
/** From one frame to the next while nobody is there; after a code every frame is looked at for a while. */
const LOOK_MS = 80;
const AWAKE_MS = 3000;
/** After a code the page first shows what it means. */
const SHOWN_MS = 150;
/** A decoder that has not answered for this long is not waited for. */
const STUCK_MS = 3000;
const FROZEN_MS = 4000;
/** So many failed frames in a row, and the decoder itself is broken. */
const FAILURES = 20;

export class Camera {
  /**
   * @param {HTMLVideoElement} video
   * @param {string} workerUrl
   * @param {'user'|'environment'} facing which way it looks while nobody has chosen a lens
   * @param {{oncode: (code: string) => void, onstate: (state: string) => void, onlens?: () => void,
   *   onlight?: (seen: {dark: boolean|null, moved: boolean}) => void}} handlers
   *   states: starting, ready, refused, none, insecure
   */
  constructor(video, workerUrl, facing, handlers) {
    this.video = video;
    this.facing = facing;
    this.handlers = handlers;
    this.workerUrl = workerUrl;
    this.count = 0;
    this.busySince = 0;
    this.failures = 0;
    this.loop = 0;
    this.lastFrameAt = 0;
    this.restUntil = 0;
  }

  async start() {
    this.handlers.onstate('starting');
    if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) {
      this.handlers.onstate('insecure');
      return;
    }
    this.worker = new Worker(this.workerUrl, { type: 'module' });
    this.worker.onmessage = ({ data }) => this.decoded(data);
    this.worker.onerror = () => this.giveUp();
    await this.acquire();
    // Allowed after all, or plugged in: nobody should have to press "again".
    navigator.mediaDevices.addEventListener('devicechange', () => this.changed());
    const allowed = await navigator.permissions?.query({ name: 'camera' }).catch(() => null);
    allowed?.addEventListener('change', () => allowed.state === 'granted' && this.acquire());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.acquireIfLost();
    });
    // Another page, this one anew included, is to find the camera free.
    addEventListener('pagehide', () => this.stream?.getTracks().forEach((track) => track.stop()));
    // A stream can freeze without telling: look whether frames still come.
    setInterval(() => this.acquireIfLost(), FROZEN_MS);
  }

  async acquire() {
    if (this.acquiring || !this.worker) return;
    this.acquiring = true;
    try {
      this.stream?.getTracks().forEach((track) => track.stop());
      this.stream = await this.open();
      this.video.srcObject = this.stream;
      // A picture from the front is shown as a mirror: else people move the paper away.
      this.video.classList.toggle('straight', this.track.getSettings().facingMode === 'environment');
      await this.video.play();
      this.lastFrameAt = performance.now();
      this.handlers.onstate('ready');
      this.handlers.onlens?.();
      this.loop += 1;
      this.next(this.loop);
    } catch (error) {
      const refused = ['NotAllowedError', 'SecurityError'].includes(error.name);
      this.handlers.onstate(refused ? 'refused' : 'none');
    } finally {
      this.acquiring = false;
    }
  }

  /** The lens that was chosen on this device; another one when it is not there today. */
  async open() {
    const chosen = remembered(LENS);
    const ask = (which) => navigator.mediaDevices.getUserMedia({ video: { ...SIZE, ...which } });
    if (chosen) {
      try {
        return await ask({ deviceId: { exact: chosen } });
      } catch (error) {
        if (!['OverconstrainedError', 'NotFoundError'].includes(error.name)) throw error;
      }
    }
    return ask({ facingMode: this.facing });
  }

  get track() {
    return this.stream?.getVideoTracks()[0];
  }

  /** @returns {Promise<{id: string, name: string, used: boolean}[]>} */
  async lenses() {
    const devices = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
    const used = this.track?.getSettings().deviceId;
    return devices
      .filter((device) => device.kind === 'videoinput' && device.deviceId)
      .map((device) => ({ id: device.deviceId, name: device.label, used: device.deviceId === used }));
  }

  async choose(id) {
    remember(LENS, id);
    await this.acquire();
  }

  async changed() {
    if (this.track?.readyState !== 'live') await this.acquire();
    this.handlers.onlens?.();
  }

  hasTorch() {
    return Boolean(this.track?.getCapabilities?.().torch);
  }

  /** @returns {Promise<boolean>} whether the torch did as it was told */
  async shine(on) {
    try {
      await this.track.applyConstraints({ advanced: [{ torch: on }] });
      return !on || this.track.getSettings().torch !== false;
    } catch {
      return false;
    }
  }

  acquireIfLost() {
    const live = this.track?.readyState === 'live';
    const frozen = this.video.paused || performance.now() - this.lastFrameAt > FROZEN_MS;
    if (!document.hidden && this.stream && (!live || frozen)) this.acquire();
  }

  giveUp() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.handlers.onstate('none');
  }

  /** Wait a moment for the next frame. */
  next(loop) {
    const rest = this.restUntil - performance.now();
    if (rest < -AWAKE_MS) setTimeout(() => this.ask(loop), LOOK_MS);
    else if (rest > 0) setTimeout(() => this.ask(loop), rest);
    else this.ask(loop);
  }

  /** Ask for a frame; a loop of an earlier stream ends here. */
  ask(loop) {
    if (!this.stream || loop !== this.loop) return;
    if (this.video.requestVideoFrameCallback) {
      this.video.requestVideoFrameCallback(() => this.frame(loop));
    } else {
      requestAnimationFrame(() => this.frame(loop));
    }
  }

  async frame(loop) {
    const now = performance.now();
    this.lastFrameAt = now;
    const { videoWidth: width, videoHeight: height } = this.video;
    const free = !this.busySince || now - this.busySince > STUCK_MS;
    if (free && width && now >= this.restUntil) {
      this.busySince = now;
      this.count += 1;
      try {
        const side = Math.min(CENTRE, width, height);
        const whole = this.count % WHOLE_EVERY === 0;
        const frame = whole
          ? await createImageBitmap(this.video)
          : await createImageBitmap(this.video, (width - side) / 2, (height - side) / 2, side, side);
        this.worker.postMessage({ frame, whole }, [frame]);
      } catch {
        this.busySince = 0;
      }
    }
    this.next(loop);
  }

  decoded(data) {
    if (data.ready) return;
    if (data.light) {
      this.handlers.onlight?.(data.light);
      return;
    }
    this.busySince = 0;
    this.failures = data.error ? this.failures + 1 : 0;
    if (this.failures > FAILURES) this.giveUp();
    if (!data.code) return;
    this.restUntil = performance.now() + SHOWN_MS;
    this.handlers.oncode(data.code);
  }
}
