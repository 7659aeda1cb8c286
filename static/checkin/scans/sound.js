// Sounds: a soft rising pair for "come in", one middle note for "one step remains", one lower
// note for anything else, and three soft notes that call a helper.

let context;

/** Browsers allow sound only after a touch: the first one unlocks it. */
export function unlock() {
  context ??= new AudioContext();
  if (context.state === 'suspended') context.resume();
}

function note(frequency, at, seconds) {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.18, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, at + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + seconds);
}

/** @param {'ok'|'warn'|'stop'|'info'|'call'} kind */
export function play(kind) {
  if (!context || context.state !== 'running') return;
  const now = context.currentTime;
  const melodies = {
    ok: [
      [523, 0, 0.25],
      [784, 0.14, 0.35],
    ],
    info: [[392, 0, 0.35]],
    call: [
      [659, 0, 0.4],
      [659, 0.5, 0.4],
      [659, 1, 0.5],
    ],
  };
  for (const [frequency, after, seconds] of melodies[kind] ?? [[294, 0, 0.4]]) {
    note(frequency, now + after, seconds);
  }
}
