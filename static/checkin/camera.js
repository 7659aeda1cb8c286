// The camera: acquire it, hand frames to the decoder, say in what state it is.

const CENTRE = 480;
// The middle of the picture decodes four times faster; every third frame is taken whole.
const WHOLE_EVERY = 3;
/** A decoder that has not answered for this long is not waited for. */
const STUCK_MS = 3000;
const FROZEN_MS = 4000;
/** So many failed frames in a row, and the decoder itself is broken. */
const FAILURES = 20;

export class Camera {
  /**
   * @param {HTMLVideoElement} video
   * @param {string} workerUrl
   * @param {{oncode: (code: string) => void, onstate: (state: string) => void}} handlers
   *   states: starting, ready, refused, none, insecure
   */
  constructor(video, workerUrl, handlers) {
    this.video = video;
    this.handlers = handlers;
    this.workerUrl = workerUrl;
    this.count = 0;
    this.busySince = 0;
    this.failures = 0;
    this.loop = 0;
    this.lastFrameAt = 0;
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
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.acquireIfLost();
    });
    // A stream can freeze without telling: look whether frames still come.
    setInterval(() => this.acquireIfLost(), FROZEN_MS);
  }

  async acquire() {
    if (this.acquiring || !this.worker) return;
    this.acquiring = true;
    try {
      this.stream?.getTracks().forEach((track) => track.stop());
      this.stream = await navigator.mediaDevices.getUserMedia({
        video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' },
      });
      this.video.srcObject = this.stream;
      await this.video.play();
      this.lastFrameAt = performance.now();
      this.handlers.onstate('ready');
      this.loop += 1;
      this.next(this.loop);
    } catch (error) {
      const refused = ['NotAllowedError', 'SecurityError'].includes(error.name);
      this.handlers.onstate(refused ? 'refused' : 'none');
    } finally {
      this.acquiring = false;
    }
  }

  acquireIfLost() {
    const live = this.stream?.getVideoTracks()[0]?.readyState === 'live';
    const frozen = performance.now() - this.lastFrameAt > FROZEN_MS;
    if (!document.hidden && this.stream && (!live || frozen)) this.acquire();
  }

  giveUp() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.handlers.onstate('none');
  }

  /** Ask for the next frame; a loop of an earlier stream ends here. */
  next(loop) {
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
    if (free && width) {
      this.busySince = now;
      this.count += 1;
      try {
        const side = Math.min(CENTRE, width, height);
        const bitmap =
          this.count % WHOLE_EVERY === 0
            ? await createImageBitmap(this.video)
            : await createImageBitmap(this.video, (width - side) / 2, (height - side) / 2, side, side);
        this.worker.postMessage(bitmap, [bitmap]);
      } catch {
        this.busySince = 0;
      }
    }
    this.next(loop);
  }

  decoded(data) {
    if (data.ready) return;
    this.busySince = 0;
    this.failures = data.error ? this.failures + 1 : 0;
    if (this.failures > FAILURES) this.giveUp();
    if (data.code) this.handlers.oncode(data.code);
  }
}
