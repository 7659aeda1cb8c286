// Finding people by what staff type: without accents, in any order, with a slip of the finger.
// The same folding as the server's: marks off, đ as d, y as i.

const SPLIT = /[\s,.;/-]+/;
/** A slip is forgiven in words of this length; two in long ones. */
const ONE_SLIP = 3;
const TWO_SLIPS = 7;

const EXACT = 0;
const BEGINS = 1;
const WITHIN = 2;
const SLIPPED = 4;

/** One folded letter for each letter, so that positions stay. */
export function fold(text) {
  return Array.from(text.normalize('NFC'), (char) => {
    const base = char.normalize('NFD')[0].toLowerCase();
    return { '\u0111': 'd', y: 'i' }[base] ?? base;
  }).join('');
}

export function wordsOf(text) {
  return fold(text).split(SPLIT).filter(Boolean);
}

/** How many letters differ, counting swapped neighbours as one; stops above `most`. */
export function slips(one, other, most) {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let above = [];
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same);
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (swapped) next[j] = Math.min(next[j], above[j - 2] + 1);
    }
    above = row;
    row = next;
  }
  return row[other.length];
}

function fit(wanted, words) {
  let best = Infinity;
  const allowed = wanted.length >= TWO_SLIPS ? 2 : Number(wanted.length >= ONE_SLIP);
  for (const word of words) {
    if (word === wanted) return EXACT;
    if (word.startsWith(wanted)) best = Math.min(best, BEGINS);
    else if (word.includes(wanted)) best = Math.min(best, WITHIN);
    else if (allowed) {
      const count = slips(wanted, word, allowed);
      if (count <= allowed) best = Math.min(best, SLIPPED + count);
    }
  }
  return best;
}

/**
 * People who fit every word, the best first.
 * @template {{name: string, area?: string, household?: string}} Person
 * @param {Person[]} people
 * @param {string} query
 * @returns {Person[]}
 */
export function search(people, query) {
  const wanted = wordsOf(query);
  if (!wanted.length) return [];
  const found = [];
  for (const person of people) {
    const words = wordsOf(`${person.name} ${person.area ?? ''} ${person.household ?? ''}`);
    const score = wanted.reduce((sum, word) => sum + fit(word, words), 0);
    if (Number.isFinite(score)) found.push({ person, score });
  }
  return found.sort((one, other) => one.score - other.score).map(({ person }) => person);
}

/** People whose own name is like this one, the nearest first. */
export function alike(people, name) {
  const bare = people.map((person) => ({ name: person.name, person }));
  return search(bare, name).map(({ person }) => person);
}

/**
 * A name in pieces: what the query found, and what it did not.
 * @returns {[text: string, found: boolean][]}
 */
export function pieces(name, query) {
  const letters = Array.from(name.normalize('NFC'));
  const folded = fold(name);
  const found = new Set();
  for (const word of wordsOf(query)) {
    const begins = ` ${folded}`.indexOf(` ${word}`);
    const from = begins >= 0 ? begins : folded.indexOf(word);
    if (from >= 0) for (let i = from; i < from + word.length; i += 1) found.add(i);
  }
  const parts = [];
  letters.forEach((letter, at) => {
    const marked = found.has(at);
    if (parts.at(-1)?.[1] === marked) parts.at(-1)[0] += letter;
    else parts.push([letter, marked]);
  });
  return parts;
}
