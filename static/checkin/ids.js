// Ids of scans, made on the device.

/** An id that no other scan has. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Without a secure address there is no randomUUID, but there are random numbers.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
