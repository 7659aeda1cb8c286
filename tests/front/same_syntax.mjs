// Two scripts, one JSON list of pairs on standard input: prints which do not mean the same.
import { readFileSync } from 'node:fs';
import { parse } from 'acorn';

const PLACES = new Set(['start', 'end', 'raw', 'loc', 'range']);

function meaning(node) {
  if (Array.isArray(node)) return node.filter((one) => one?.type !== 'EmptyStatement').map(meaning);
  if (typeof node === 'bigint' || node instanceof RegExp) return String(node);
  if (node === null || typeof node !== 'object') return node;
  const kept = Object.entries(node).filter(([name]) => !PLACES.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, meaning(value)]));
}

const read = (text) => JSON.stringify(meaning(parse(text, { ecmaVersion: 'latest', sourceType: 'module' })));
const pairs = JSON.parse(readFileSync(0, 'utf8'));
const other = Object.keys(pairs).filter((name) => read(pairs[name][0]) !== read(pairs[name][1]));
process.stdout.write(JSON.stringify(other));
