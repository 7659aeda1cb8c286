// Decodes camera frames off the main thread, so that the page never stutters.
import { BarcodeDetector, prepareZXingModule } from '../vendor/decoder/ponyfill.js';

prepareZXingModule({
  overrides: {
    locateFile: (name) => new URL(`../vendor/decoder/${name}`, import.meta.url).href,
  },
});

// Only QR codes: camera noise decodes as barcodes of other kinds now and then.
const detector = new BarcodeDetector({ formats: ['qr_code'] });

self.onmessage = async ({ data: frame }) => {
  try {
    const found = await detector.detect(frame);
    self.postMessage({ code: found[0]?.rawValue ?? null });
  } catch (error) {
    self.postMessage({ code: null, error: String(error) });
  } finally {
    frame.close();
  }
};
self.postMessage({ ready: true });
