// Shows a verdict or a form, lets it go after its time, and never blocks the next person.
import { asks, drawRing } from './asks.js';
import { icon, svg } from './dom.js';
import { sheet } from './sheet.js';
import { SHAPES, detail, fill, forms, greeting, isClosed, isPast, lookOf } from './verdicts.js';

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
    this.forms = [...document.querySelectorAll('#pad,#speak,#substitute,#walkin,#guest,#received')];
    // Somebody who touches or types is still reading or writing.
    for (const kind of ['pointerdown', 'input', 'keydown']) {
      document.addEventListener(kind, () => this.hold());
    }
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.timer) page.acts.idle();
    });
  }

  hide() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.answer = null;
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

  /** @returns {'ok'|'warn'|'stop'|'info'|'call'} the sound that goes with it */
  show(answer) {
    this.hide();
    this.answer = answer;
    const look = lookOf(answer);
    this.root.dataset.kind = look.kind;
    this.root.dataset.verdict = answer.verdict;
    this.root.classList.toggle('compact', answer.verdict === 'choose');
    this.head(answer, look);
    this.root.querySelector('.body').replaceChildren(...sheet(answer, this.page));
    this.root.querySelector('.ask').replaceChildren(...asks(answer, this.page));
    this.root.hidden = false;
    this.idle.inert = true;
    // Whoever still reads or chooses touches the screen; the next person sees the frame.
    this.countdown(look.seconds);
    drawRing(this.root, this.left, this.total);
    return look.sound ?? look.kind;
  }

  head(answer, look) {
    const [tag, attributes] = SHAPES[look.kind];
    this.root.querySelector('svg.shape').replaceChildren(svg(tag, attributes));
    this.root.querySelector('.glyph').replaceChildren(icon(look.glyph));
    const text = this.sentence(answer);
    const title = this.root.querySelector('h1');
    title.textContent = text;
    title.className = STEPS.find(([letters]) => text.length > letters)?.[1] ?? '';
    const small = this.detail(answer);
    this.root.querySelector('.vh1 p').replaceChildren(...(answer.offline ? [icon('wifi-off')] : []), small);
  }

  sentence(answer) {
    const { words } = this.page;
    const official = answer.verdict === 'admitted' && answer.delegate?.group_kind === 'official';
    // Who came instead is addressed as that person said; not as who was invited.
    if (answer.substitute && answer.verdict === 'admitted')
      return fill(words.come_in, forms({ salutation: answer.form }, words));
    if (official) return words.official;
    if (isPast(answer, this.page)) return words.past;
    if (isClosed(answer)) return answer.over ? words.over : words.closed;
    return answer.message;
  }

  detail(answer) {
    return isPast(answer, this.page) ? this.page.words.past_detail : detail(answer, this.page.words);
  }

  /** What is spoken: the sentence, then whom it greets or what to do. */
  aloud(answer) {
    const came = ['admitted', 'review'].includes(answer.verdict);
    const { substitute: who, delegate } = answer;
    const name = who ? greeting({ salutation: answer.form, name: who.name }) : delegate && greeting(delegate);
    return [this.sentence(answer), came ? name : this.detail(answer)].filter(Boolean).join('. ');
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
