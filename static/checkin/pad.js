// The number pad: eight digits, sent by themselves; wrong ones stay to be mended.

const LENGTH = 8;

export class Pad {
  /** @param {(digits: string) => void} onfull */
  constructor(onfull) {
    this.onfull = onfull;
    this.output = document.getElementById('typed');
    this.note = document.getElementById('padnote');
    this.digits = '';
    document.querySelector('.keys').addEventListener('click', (event) => {
      const key = event.target.closest('[data-key]')?.dataset.key;
      if (key) this.press(key);
    });
    this.draw();
  }

  press(key) {
    this.note.textContent = '';
    this.output.classList.remove('bad');
    if (key === 'clear') this.digits = '';
    else if (key === 'back') this.digits = this.digits.slice(0, -1);
    else if (this.digits.length < LENGTH) this.digits += key;
    this.draw();
    if (this.digits.length === LENGTH && key >= '0' && key <= '9') this.onfull(this.digits);
  }

  draw() {
    const cells = Array.from({ length: LENGTH }, (_, index) => {
      const cell = document.createElement('i');
      cell.textContent = this.digits[index] ?? '';
      return cell;
    });
    this.output.replaceChildren(...cells);
  }

  reset() {
    this.digits = '';
    this.note.textContent = '';
    this.output.classList.remove('bad');
    this.draw();
  }

  /** Say that the digits do not fit; they stay, so that only the wrong one is typed again. */
  wrong(sentence) {
    this.note.textContent = sentence;
    this.output.classList.add('bad');
  }
}
