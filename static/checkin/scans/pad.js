// The number pad: eight digits, sent by themselves; wrong ones stay to be mended. Without
// a camera its cells and keys stand on the idle page instead of the picture.

const LENGTH = 8;

export class Pad {
  /** @param {(digits: string) => void} onfull */
  constructor(onfull) {
    this.onfull = onfull;
    this.screen = document.getElementById('pad');
    this.cells = document.getElementById('typed');
    this.keys = document.getElementById('keys');
    this.note = document.getElementById('padnote');
    this.hint = document.getElementById('padhint');
    this.digits = '';
    this.keys.addEventListener('click', (event) => {
      const key = event.target.closest('[data-key]')?.dataset.key;
      if (key) this.press(key);
    });
    this.draw();
  }

  /** Stand on the idle page, or on the pad's own screen. */
  place(onIdle) {
    const here = document.getElementById('idle-pad');
    if (onIdle && here) here.append(this.cells, this.keys);
    else {
      document.getElementById('cells-here').append(this.cells);
      document.getElementById('keys-here').append(this.keys);
    }
  }

  press(key) {
    const full = this.digits.length === LENGTH;
    if (key === 'clear') this.digits = '';
    else if (key === 'back') this.digits = this.digits.slice(0, -1);
    else if (!full) this.digits += key;
    this.draw();
    if (!full && this.digits.length === LENGTH) this.onfull(this.digits);
  }

  /** Digits from a keyboard, one at a time. */
  type(text) {
    for (const key of text) this.press(key);
  }

  draw() {
    const cells = Array.from({ length: LENGTH }, (_, index) => {
      const cell = document.createElement('b');
      cell.textContent = this.digits[index] ?? '';
      cell.classList.toggle('cur', index === this.digits.length);
      return cell;
    });
    this.cells.replaceChildren(...cells);
  }

  reset() {
    this.digits = '';
    this.note.textContent = '';
    delete this.screen.dataset.verdict;
    this.draw();
  }

  /**
   * Say what is wrong with the digits; they stay, so that only the wrong one is typed again.
   * @param {string} verdict
   * @param {string} sentence
   * @param {string} small what may be the matter
   */
  wrong(verdict, sentence, small) {
    this.screen.dataset.verdict = verdict;
    this.note.textContent = sentence;
    this.hint.textContent = small;
  }
}
