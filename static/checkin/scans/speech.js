// Says aloud what the screen says, where the device has a voice of the page's language.
import { remember, remembered } from '../camera/memory.js';

const SETTING = 'voice';
const RATE = 0.95;

export class Voice {
  /**
   * @param {string} language vi or en
   * @param {HTMLButtonElement|null} toggle shown only where there is a voice
   * @param {boolean} usual whether it speaks while nobody has chosen
   */
  constructor(language, toggle, usual) {
    this.language = language;
    this.toggle = toggle;
    this.on = (remembered(SETTING) ?? (usual ? 'on' : 'off')) === 'on';
    this.find();
    // Voices arrive late in most browsers.
    window.speechSynthesis?.addEventListener?.('voiceschanged', () => this.find());
    toggle?.addEventListener('click', () => this.turn(!this.on));
  }

  find() {
    const voices = window.speechSynthesis?.getVoices() ?? [];
    this.voice = voices.find((voice) => voice.lang.toLowerCase().startsWith(this.language)) ?? null;
    if (!this.toggle) return;
    this.toggle.hidden = !this.voice;
    this.toggle.setAttribute('aria-pressed', String(this.on));
  }

  turn(on) {
    this.on = on;
    remember(SETTING, on ? 'on' : 'off');
    this.toggle?.setAttribute('aria-pressed', String(on));
    if (!on) window.speechSynthesis?.cancel();
  }

  /** Speak; never waits and never fails. The newest sentence takes over. */
  say(text) {
    if (!this.on || !this.voice || !text) return;
    try {
      window.speechSynthesis.cancel();
      const words = new SpeechSynthesisUtterance(text);
      Object.assign(words, { voice: this.voice, lang: this.voice.lang, rate: RATE });
      window.speechSynthesis.speak(words);
    } catch {
      // The screen and the sound say it too.
    }
  }
}
