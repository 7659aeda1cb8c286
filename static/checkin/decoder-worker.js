// Decodes camera frames off the main thread, so that the page never stutters; looks at the
// light here too, since reading pixels back would keep a verdict waiting. All in one file: a
// worker finds what it imports without a version, and offline not at all.
import { BarcodeDetector, prepareZXingModule } from '../vendor/decoder/ponyfill.js';

prepareZXingModule({
  overrides: {
    locateFile: (name) => new URL(`../vendor/decoder/${name}`, import.meta.url).href,
  },
});

// Only QR codes: camera noise decodes as barcodes of other kinds now and then.
const detector = new BarcodeDetector({ formats: ['qr_code'] });

const LOOK_MS = 1000;
const WIDTH = 32;
const HEIGHT = 18;
const DARK = 34;
const DARK_LOOKS = 3;
const MOVED = 7;

/** @param {Uint8ClampedArray} pixels RGBA @returns {number[]} how bright each pixel is, 0 to 255 */
function greys(pixels) {
  const found = [];
  for (let at = 0; at < pixels.length; at += 4) {
    found.push(0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2]);
  }
  return found;
}

const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

/** Whether whole frames are too dark to read, and whether somebody moves in them: once a second. */
class Light {
  constructor() {
    // A browser without it does without the hint.
    if (typeof OffscreenCanvas === 'undefined') return;
    this.drawing = new OffscreenCanvas(WIDTH, HEIGHT).getContext('2d', { willReadFrequently: true });
    this.before = [];
    this.dark = 0;
    this.at = -Infinity;
  }

  /**
   * @param {ImageBitmap} frame the whole picture
   * @returns {{dark: boolean|null, moved: boolean}|null} `dark` is null while it is not sure
   */
  look(frame) {
    const now = performance.now();
    if (!this.drawing || now - this.at < LOOK_MS) return null;
    this.at = now;
    this.drawing.drawImage(frame, 0, 0, WIDTH, HEIGHT);
    const seen = greys(this.drawing.getImageData(0, 0, WIDTH, HEIGHT).data);
    this.dark = mean(seen) < DARK ? this.dark + 1 : 0;
    const moved =
      this.before.length > 0 && mean(seen.map((value, at) => Math.abs(value - this.before[at]))) > MOVED;
    this.before = seen;
    return { dark: this.dark > 0 && this.dark < DARK_LOOKS ? null : this.dark > 0, moved };
  }
}

const light = new Light();

self.onmessage = async ({ data: { frame, whole } }) => {
  try {
    const found = await detector.detect(frame);
    self.postMessage({ code: found[0]?.rawValue ?? null });
    const seen = whole && light.look(frame);
    if (seen) self.postMessage({ light: seen });
  } catch (error) {
    self.postMessage({ code: null, error: String(error) });
  } finally {
    frame.close();
  }
};
self.postMessage({ ready: true });
