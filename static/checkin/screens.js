// Shows a verdict or a form, lets it go after its time, and never blocks the next person.
import { asks, drawRing } from './asks.js';
import { icon, svg } from './dom.js';
import { sheet } from './sheet.js';
import { SHAPES, detail, fill, forms, isClosed, lookOf } from './verdicts.js';

/** Seconds without a touch after which a form closes. */
const FORM_SECONDS = 40;
/** More letters than these step down in size, so that the sentence stays on its line. */
const STEPS = [
  [26, 'longer'],
  [18, 'long'],
  [16, 'mid'],
];

export class Screens {
  /** @param {{config: any, words: Record<string, string>, acts: Record<string, Function>}} page */
  constructor(page) {
    this.page = page;
    this.root = document.getElementById('verdict');
    this.idle = document.getElementById('cam');
    this.forms = [...document.querySelectorAll('#pad,#speak,#substitute,#walkin')];
    // Somebody who touches or types is still reading or writing.
    for (const kind of ['pointerdown', 'input', 'keydown']) {
      document.addEventListener(kind, () => this.hold());
    }
  }

  hide() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.root.hidden = true;
    delete this.root.dataset.verdict;
    for (const screen of this.forms) screen.hidden = true;
    this.idle.inert = false;
  }

  open(id) {
    this.hide();
    const screen = document.getElementById(id);
    screen.hidden = false;
    this.idle.inert = true;
    this.countdown(FORM_SECONDS);
    return screen;
  }

  /** @returns {'ok'|'warn'|'stop'|'info'} the kind shown, for the sound */
  show(answer) {
    this.hide();
    const look = lookOf(answer);
    this.root.dataset.kind = look.kind;
    this.root.dataset.verdict = answer.verdict;
    this.root.classList.toggle('compact', answer.verdict === 'choose');
    this.head(answer, look);
    this.root.querySelector('.body').replaceChildren(...sheet(answer, this.page));
    this.root.querySelector('.ask').replaceChildren(...asks(answer, this.page, look.seconds));
    this.root.hidden = false;
    this.idle.inert = true;
    this.countdown(look.seconds);
    return look.kind;
  }

  head(answer, look) {
    const [tag, attributes] = SHAPES[look.kind];
    this.root.querySelector('svg.shape').replaceChildren(svg(tag, attributes));
    this.root.querySelector('.glyph').replaceChildren(icon(look.glyph));
    const text = this.sentence(answer);
    const title = this.root.querySelector('h1');
    title.textContent = text;
    title.className = STEPS.find(([letters]) => text.length > letters)?.[1] ?? '';
    this.root.querySelector('.vh1 p').replaceChildren(...(answer.offline ? [icon('wifi-off')] : []), detail(answer, this.page.words));
  }

  sentence(answer) {
    const { words } = this.page;
    const official = answer.verdict === 'admitted' && answer.delegate?.group_kind === 'official';
    // How the person who came instead is addressed is not known.
    if (answer.substitute) return fill(words.come_in, forms(null, words));
    if (official) return words.official;
    if (isClosed(answer)) return answer.over ? words.over : words.closed;
    return answer.message;
  }

  countdown(seconds) {
    this.total = seconds;
    this.left = seconds;
    this.timer = setInterval(() => {
      this.left -= 1;
      drawRing(this.root, this.left, this.total);
      if (this.left <= 0) this.page.acts.idle();
    }, 1000);
  }

  hold() {
    if (this.timer) this.left = this.total;
  }
}
