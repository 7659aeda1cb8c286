// Sealing a scan so that only the server reads it: under the meeting's public key, with a
// key of our own that is thrown away. Whoever holds the tablet opens nothing of it.

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const NONCE_BYTES = 12;

const bytes = (text) => new TextEncoder().encode(text);
const unbase64 = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
const base64 = (array) => btoa(Array.from(array, (byte) => String.fromCharCode(byte)).join(''));

function joined(...parts) {
  return Uint8Array.from(parts.flatMap((part) => [...new Uint8Array(part)]));
}

/**
 * @param {string|undefined} publicKey of the meeting: a point of P-256, base64
 * @param {{scan_id: string}} scan
 * @returns {Promise<string>} one-time point, nonce and AES-GCM text, base64; '' where the browser
 *   has no cryptography (no https) or the meeting's key is not known
 */
export async function seal(publicKey, scan) {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle || !publicKey) return '';
  const theirs = await subtle.importKey('raw', unbase64(publicKey), CURVE, false, []);
  const mine = await subtle.generateKey(CURVE, false, ['deriveBits']);
  const point = await subtle.exportKey('raw', mine.publicKey);
  const shared = await subtle.deriveBits({ name: 'ECDH', public: theirs }, mine.privateKey, 256);
  const raw = await subtle.digest('SHA-256', joined(shared, point));
  const key = await subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const how = { name: 'AES-GCM', iv, additionalData: bytes(scan.scan_id) };
  return base64(joined(point, iv, await subtle.encrypt(how, key, bytes(JSON.stringify(scan)))));
}
