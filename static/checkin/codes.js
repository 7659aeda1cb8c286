// What a scanned or typed text is, told without the network: as invitations/rules.py does.

const ALPHABET = '0123456789BCFGHJKLMNPQRSTVXZ';
const LENGTH = 24;
const TAG = 4;
const SHORT = 8;
const PRIME = 773;
const VALUE = new Map([...ALPHABET].map((char, value) => [char, value]));
const DAMM = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
];
const SEPARATORS = /[\s\-–—._·:/|,]+/g;
/** Hand-held scanners may be set to say first what kind of code they read (AIM: "]Q1"). */
const SCANNER_PREFIX = /^\][A-Za-z][0-9]/;
const IGNORED = /[\p{Mn}\p{Cf}\p{Cc}]/gu;
const IN_URL = /\/I\/([^/?#\s]+)/i;
const CARD_FIELDS = 7;

function fits(text) {
  if (text.length !== LENGTH) return false;
  let sum = 0;
  let weight = 1;
  for (const char of text) {
    if (!VALUE.has(char)) return false;
    sum = (sum + VALUE.get(char) * weight) % PRIME;
    weight = (weight * ALPHABET.length) % PRIME;
  }
  return sum === 0;
}

function isShort(text) {
  if (!/^\d{8}$/.test(text)) return false;
  return [...text].reduce((interim, digit) => Number(DAMM[interim][digit]), 0) === 0;
}

function looksTyped(text) {
  if (/^\d+$/.test(text)) return Math.abs(text.length - SHORT) <= 2;
  const ours = [...text].filter((char) => VALUE.has(char)).length;
  return Math.abs(text.length - LENGTH) <= 2 && /^[A-Z0-9]+$/.test(text) && ours >= text.length - 2;
}

/** Whether a text is the QR of an ID card: it is compared in memory and never kept. */
export function isCard(raw) {
  return /^[\ufeff\s]*[0-9]+\|/.test(raw ?? '') && raw.split('|').length >= CARD_FIELDS;
}

/** The name on an ID card. */
export function cardName(raw) {
  return raw.split('|')[2]?.trim() ?? '';
}

/**
 * @param {string} raw
 * @returns {{kind: 'code'|'short'|'mistyped'|'nothing', text: string, tag: string}}
 */
export function read(raw) {
  const inUrl = IN_URL.exec(raw);
  const bare = (inUrl ? inUrl[1] : raw.trim().replace(SCANNER_PREFIX, '')).trim().normalize('NFD');
  // Tabs and line ends are separators and invisible characters both: the order does not matter.
  const text = bare.replace(IGNORED, '').replace(SEPARATORS, '').toUpperCase();
  const kind = fits(text) ? 'code' : isShort(text) ? 'short' : looksTyped(text) ? 'mistyped' : 'nothing';
  return { kind, text: kind === 'nothing' ? '' : text, tag: kind === 'code' ? text.slice(0, TAG) : '' };
}
