// The camera: acquire it, hand frames to the decoder, say in what state it is.

const CENTRE = 480;
// The middle of the picture decodes four times faster; every third frame is taken whole.
const WHOLE_EVERY = 3;

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
    this.busy = false;
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
    await this.acquire();
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.acquireIfLost();
    });
    // A stream can freeze without telling: look whether frames still come.
    setInterval(() => this.acquireIfLost(), 4000);
  }

  async acquire() {
    if (this.acquiring) return;
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
      this.next();
    } catch (error) {
      const refused = ['NotAllowedError', 'SecurityError'].includes(error.name);
      this.handlers.onstate(refused ? 'refused' : 'none');
    } finally {
      this.acquiring = false;
    }
  }

  acquireIfLost() {
    const live = this.stream?.getVideoTracks()[0]?.readyState === 'live';
    const frozen = performance.now() - this.lastFrameAt > 4000;
    if (!document.hidden && this.stream && (!live || frozen)) this.acquire();
  }

  next() {
    if (!this.stream) return;
    if (this.video.requestVideoFrameCallback) {
      this.video.requestVideoFrameCallback(() => this.frame());
    } else {
      requestAnimationFrame(() => this.frame());
    }
  }

  async frame() {
    this.lastFrameAt = performance.now();
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!this.busy && width) {
      this.busy = true;
      this.count += 1;
      try {
        const side = Math.min(CENTRE, width, height);
        const bitmap =
          this.count % WHOLE_EVERY === 0
            ? await createImageBitmap(this.video)
            : await createImageBitmap(this.video, (width - side) / 2, (height - side) / 2, side, side);
        this.worker.postMessage(bitmap, [bitmap]);
      } catch {
        this.busy = false;
      }
    }
    this.next();
  }

  decoded(data) {
    if (data.ready) return;
    this.busy = false;
    if (data.code) this.handlers.oncode(data.code);
  }
}
