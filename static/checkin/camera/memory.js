// What this device remembers of its own settings: the lens, the voice.

/** @param {string} name */
export function remembered(name) {
  try {
    return localStorage.getItem(`kiosk-${name}`);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value */
export function remember(name, value) {
  try {
    localStorage.setItem(`kiosk-${name}`, value);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}
