// Looks at the picture once a second: is it too dark to read, does somebody move in it?

const LOOK_MS = 1000;
const WIDTH = 32;
const HEIGHT = 18;
const DARK = 34;
const DARK_LOOKS = 3;
const MOVED = 7;

/** @param {Uint8ClampedArray} pixels RGBA @returns {number[]} how bright each pixel is, 0 to 255 */
export function greys(pixels) {
  const found = [];
  for (let at = 0; at < pixels.length; at += 4) {
    found.push(0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2]);
  }
  return found;
}

const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

/**
 * @param {HTMLVideoElement} video
 * @param {{ondark: (dark: boolean) => void, onmove: () => void}} handlers
 */
export function watch(video, { ondark, onmove }) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: WIDTH, height: HEIGHT });
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  let before = [];
  let dark = 0;

  setInterval(() => {
    if (!video.videoWidth || video.paused || document.hidden) return;
    drawing.drawImage(video, 0, 0, WIDTH, HEIGHT);
    const now = greys(drawing.getImageData(0, 0, WIDTH, HEIGHT).data);
    dark = mean(now) < DARK ? dark + 1 : 0;
    if (dark === DARK_LOOKS || dark === 0) ondark(dark > 0);
    if (before.length && mean(now.map((value, at) => Math.abs(value - before[at]))) > MOVED) onmove();
    before = now;
  }, LOOK_MS);
}
