// Shows a verdict, lets it go after its time, and never blocks the next person.
import { button, el, facts, icon, svg } from './dom.js';
import { LOOKS, SHAPES, called, detail, fill, form, greeting, hour } from './verdicts.js';

export class Screens {
  /**
   * @param {{staffed: boolean}} config
   * @param {Record<string, string>} words
   * @param {Record<string, Function>} acts what buttons do: idle, call, pad, speak, substitute, observer, pick, undo
   */
  constructor(config, words, acts) {
    this.config = config;
    this.words = words;
    this.acts = acts;
    this.root = document.getElementById('verdict');
    this.forms = [...document.querySelectorAll('.verdict.form')];
    // Somebody who touches the screen is still reading.
    document.addEventListener('pointerdown', () => this.hold());
  }

  hide() {
    clearInterval(this.timer);
    this.root.hidden = true;
    delete this.root.dataset.verdict;
    for (const screen of this.forms) screen.hidden = true;
  }

  open(id) {
    this.hide();
    const screen = document.getElementById(id);
    screen.hidden = false;
    this.countdown(id === 'pad' ? 40 : 30);
    return screen;
  }

  show(answer) {
    this.hide();
    const look = LOOKS[answer.verdict] ?? LOOKS.unknown;
    this.root.dataset.kind = look.kind;
    this.root.dataset.verdict = answer.verdict;
    this.head(answer, look);
    this.root.querySelector('.body').replaceChildren(...this.body(answer));
    this.root.querySelector('.ask').replaceChildren(...this.ask(answer, look));
    this.root.hidden = false;
    this.countdown(look.seconds);
    return look.kind;
  }

  head(answer, look) {
    const [tag, attributes] = SHAPES[look.kind];
    this.root.querySelector('svg.shape').replaceChildren(svg(tag, attributes));
    this.root.querySelector('.glyph').replaceChildren(icon(look.glyph));
    const title = this.root.querySelector('h1');
    title.textContent = answer.message;
    title.className = answer.message.length > 26 ? 'longer' : answer.message.length > 18 ? 'long' : '';
    this.root.querySelector('.vh1 p').textContent = detail(answer, this.words);
  }

  body(answer) {
    const { words } = this;
    if (answer.candidates) return [this.candidates(answer.candidates)];
    if (answer.other) return [this.boxes(answer)];
    if (answer.verdict === 'household_in') {
      return [this.who(answer), el('p', 'sentence', words.observer_means)];
    }
    if (answer.delegate) return [this.who(answer)];
    if (answer.verdict === 'unknown') return [this.tips()];
    const sentences = { replaced: words.new_letter, cancelled: '', stored: words.stored };
    const text = answer.sentence ?? sentences[answer.verdict] ?? '';
    return text ? [el('p', 'sentence', text)] : [];
  }

  who(answer) {
    const { words } = this;
    const person = answer.delegate;
    const came = answer.substitute?.name ?? '';
    const name = came || greeting(person);
    const heading = el('h2', name.length > 20 ? 'long' : '', name);
    const official = person.group_kind === 'official';
    const sub = came
      ? fill(words.instead_of, { who: greeting(person) })
      : official
        ? person.title
        : person.area && fill(words.representative, { area: person.area });
    const times =
      answer.verdict === 'already_in'
        ? [
            [words.first_at, hour(answer.first?.at)],
            [words.place, answer.first?.device],
          ]
        : [[words.arrived, hour(answer.at)]];
    const list = facts([
      [words.group, person.group],
      [words.household, person.household],
      ...times,
    ]);
    if (answer.verdict === 'admitted' && !official && !came && this.config.staffed) {
      const link = button(
        fill(words.i_come_instead, { who: called(person) }),
        '',
        () => this.acts.substitute(answer),
      );
      link.className = 'quietlink';
      list.append(link);
    }
    return el('div', 'who', heading, sub ? el('div', 'sub', sub) : null, list);
  }

  boxes(answer) {
    const { words } = this;
    const at = answer.other.starts_at;
    const day = `${at.slice(8, 10)}/${at.slice(5, 7)}/${at.slice(0, 4)}`;
    return el(
      'div',
      'boxes',
      el(
        'div',
        'box off',
        el('em', '', words.your_invitation),
        el('b', '', answer.other.title),
        `${hour(at)}, ${day}`,
        el('br'),
        answer.other.venue,
      ),
      el('div', 'box', el('em', '', words.today), el('b', '', words.still_come)),
    );
  }

  tips() {
    const { words } = this;
    const pictured = [
      ['file-text', words.tip_paper],
      ['hand', words.tip_distance],
      ['sun', words.tip_light],
    ];
    return el('div', 'tips', ...pictured.map(([glyph, text]) => el('div', 'tip', icon(glyph), text)));
  }

  candidates(people) {
    const list = el('div', 'cands');
    for (const person of people) {
      const about = [
        person.birth_year && fill(this.words.born, { year: person.birth_year }),
        person.area,
        person.household && `${this.words.household} ${person.household}`,
      ];
      const pick = button('', '', () => this.acts.pick(person));
      pick.append(
        el('span', '', el('b', '', greeting(person)), about.filter(Boolean).join(', ')),
        this.words.this_one,
      );
      list.append(pick);
    }
    if (!people.length) list.append(el('p', 'sentence', this.words.nobody));
    return list;
  }

  ask(answer, look) {
    const { words, acts, config } = this;
    const back = (text) => this.timed(button(text, 'grow', acts.idle), look.seconds);
    const call = button(words.call, '', acts.call, 'hand-helping');
    const person = answer.delegate;
    const question = (text, small) => el('div', 'q', text, small ? el('small', '', small) : null);
    const ends = {
      admitted: () => this.afterEntry(answer, back),
      already_in: () => [question(words.not_me, words.not_me_detail), call, back(words.done)],
      household_in: () =>
        config.staffed
          ? [back(words.done), button(words.observer, 'primary', () => acts.observer(answer), 'eye')]
          : [call, back(words.done)],
      mistyped: () => [call, button(words.type, 'primary grow', acts.pad, 'grid-3x3')],
      unknown: () => [button(words.type, '', acts.pad, 'grid-3x3'), call, back(words.again)],
      not_open: () => [call, back(words.understood)],
      undone: () => [back(words.done)],
    };
    const others = () => [...(look.kind === 'stop' || look.kind === 'warn' ? [call] : []), back(words.done)];
    return (ends[answer.verdict] ?? others)(person);
  }

  afterEntry(answer, back) {
    const { words, acts } = this;
    const person = answer.delegate;
    if (person.group_kind === 'official' || answer.observer) return [back(words.done)];
    const ask = el(
      'div',
      'q',
      fill(words.speak_ask, { Form: form(person) }),
      el('small', '', words.speak_detail),
    );
    const speak = button(words.speak, 'accent', () => acts.speak(person), 'mic');
    return [ask, speak, back(words.no_thanks)];
  }

  timed(element, seconds) {
    element.dataset.timed = '';
    const circle = svg('circle', { cx: 18, cy: 18, r: 15.9, class: 'p', pathLength: 100 });
    const drawing = svg('svg', { viewBox: '0 0 36 36' });
    drawing.append(svg('circle', { cx: 18, cy: 18, r: 15.9 }), circle);
    element.append(el('span', 'ring', drawing, el('b', '', String(seconds))));
    return element;
  }

  countdown(seconds) {
    clearInterval(this.timer);
    this.total = seconds;
    this.left = seconds;
    this.timer = setInterval(() => {
      this.left -= 1;
      const ring = this.root.querySelector('[data-timed] .ring');
      if (ring) {
        ring.querySelector('b').textContent = String(Math.max(this.left, 0));
        ring.querySelector('.p').style.strokeDashoffset = String(100 - (100 * this.left) / this.total);
      }
      if (this.left <= 0) this.acts.idle();
    }, 1000);
  }

  hold() {
    if (this.timer) this.left = Math.max(this.left, this.total, 8);
  }
}
