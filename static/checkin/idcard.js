// The QR code of an ID card: number, old number, name, ddMMyyyy, sex, address, date of issue.
// The number and the address never leave this function.

const FIELDS = 7;
const NUMBER = /^\d{12}$/;
const NO_NUMBER = '0'.repeat(12);

/**
 * @param {string} text what was read
 * @returns {{name: string, payload: string}|null} null when it is no ID card; without a
 *   name when the card's code was not read whole
 */
export function cardOf(text) {
  const parts = text
    .replace(/^\ufeff/, '')
    .trim()
    .split('|');
  if (parts.length < 2 || !NUMBER.test(parts[0])) return null;
  const name = (parts[2] ?? '').trim();
  const born = (parts[3] ?? '').replaceAll('/', '');
  const whole = parts.length >= FIELDS && name && /^\d{8}$/.test(born);
  if (!whole) return { name: '', payload: '' };
  return { name, payload: [NO_NUMBER, '', name, born, '', '', ''].join('|') };
}
