// What the page shows of its camera: the state in words, the lenses, the torch, a dark picture,
// and the dimmed screen of a door where nobody has come for a while.
import { Camera } from './camera.js';
import { button } from './dom.js';
import { capital, fill } from './verdicts.js';

const SEEN_MS = 700;
const SLOW_MS = 80;
const IDLE_MS = 5 * 60 * 1000;
const LOOK_MS = 5000;

export class Eye {
  /**
   * @param {{config: any, words: Record<string, string>, acts: Record<string, Function>}} page
   * @param {HTMLElement} stage
   * @param {{oncode: (code: string) => Promise<void>|void, onstate: () => void}} handlers
   */
  constructor(page, stage, { oncode, onstate }) {
    Object.assign(this, page, { stage, onstate });
    this.video = document.getElementById('video');
    this.camera = new Camera(this.video, this.config.worker, this.config.staffed ? 'environment' : 'user', {
      // The verdict comes sooner as a rule: drawing twice would only keep it waiting.
      oncode: async (code) => {
        const slow = setTimeout(() => this.seen(), SLOW_MS);
        await oncode(code);
        clearTimeout(slow);
      },
      onstate: (state) => this.say(state),
      onlens: () => this.offer(),
      onlight: ({ dark, moved }) => {
        if (dark !== null) this.dark(dark);
        if (moved) this.wake();
      },
    });
    this.lens = document.getElementById('lens');
    this.torch = document.getElementById('torch');
    this.movedAt = performance.now();
    this.isDark = false;
  }

  start() {
    this.camera.start();
    document.getElementById('cam-again')?.addEventListener('click', () => this.camera.acquire());
    this.torch.addEventListener('click', () =>
      this.shine(this.torch.getAttribute('aria-pressed') !== 'true'),
    );
    for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, () => this.wake());
    setInterval(() => this.dimIfAlone(), LOOK_MS);
  }

  /** The frame holds for a moment: the code was read, the hand may go down. */
  seen() {
    this.stage.classList.add('seen');
    clearTimeout(this.holding);
    this.holding = setTimeout(() => this.stage.classList.remove('seen'), SEEN_MS);
  }

  say(state) {
    const { words, stage } = this;
    stage.dataset.state = state;
    const write = (id, text) => {
      const place = document.getElementById(id);
      if (place) place.textContent = text ?? '';
    };
    this.usual = this.config.staffed && state === 'ready' ? words.cam_staffed : words[`cam_${state}`];
    write('camnote', this.usual);
    write('camwhy', words[`cam_${state}`]);
    write('camdo', words[`cam_${state}_do`]);
    const [title, rest] = stage.querySelectorAll('.nocam :is(b,span)');
    title.textContent = capital(words[`cam_${state}`]);
    rest.textContent = words[`cam_${state}_do`] ?? '';
    this.onstate();
  }

  /** Another lens, and the torch, where there are any. */
  async offer() {
    const lenses = await this.camera.lenses();
    const { words } = this;
    const choices = lenses.map(({ id, name, used }, at) => {
      const label = name || fill(words.lens_number, { n: at + 1 });
      const choice = button(label, 'lens', () => this.choose(id), used ? 'check' : 'camera');
      choice.setAttribute('aria-pressed', String(used));
      return choice;
    });
    document.getElementById('lenses').replaceChildren(...choices);
    this.lens.hidden = lenses.length < 2;
    this.torch.hidden = !this.camera.hasTorch();
    this.torch.setAttribute('aria-pressed', 'false');
  }

  async choose(id) {
    document.getElementById('lensbox').close();
    await this.camera.choose(id);
  }

  async shine(on) {
    const done = await this.camera.shine(on);
    this.torch.setAttribute('aria-pressed', String(on && done));
    if (!done) this.note(this.words.no_torch);
  }

  dark(dark) {
    if (dark === this.isDark || this.stage.dataset.state !== 'ready') return;
    this.isDark = dark;
    this.stage.classList.toggle('dark', dark);
    const sentence = this.camera.hasTorch() ? this.words.dark_torch : this.words.dark;
    this.note(dark ? sentence : this.usual);
  }

  note(text) {
    document.getElementById('camnote').textContent = text;
  }

  wake() {
    this.movedAt = performance.now();
    document.body.classList.remove('dim');
  }

  /** After five minutes without anybody; a step in front of the camera wakes it. */
  dimIfAlone() {
    if (performance.now() - this.movedAt > IDLE_MS) document.body.classList.add('dim');
  }
}
