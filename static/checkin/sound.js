// Two sounds: a soft rising pair for "come in", one lower note for anything else.

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

/** @param {'ok'|'warn'|'stop'|'info'} kind */
export function play(kind) {
  if (!context || context.state !== 'running') return;
  const now = context.currentTime;
  if (kind === 'ok') {
    note(523, now, 0.25);
    note(784, now + 0.14, 0.35);
  } else {
    note(294, now, 0.4);
  }
}
