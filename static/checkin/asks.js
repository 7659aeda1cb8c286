// The buttons under a verdict: one primary, a way back that counts down, a helper.
import { button, el, svg } from './dom.js';
import { fill, forms, isClosed } from './verdicts.js';

const RING = 100;

/**
 * @param {any} answer
 * @param {{config: any, words: Record<string, string>, acts: Record<string, Function>}} page
 * @returns {Node[]}
 */
export function asks(answer, page) {
  const { words, acts, config } = page;
  const person = answer.delegate;
  const filler = () => el('span', 'grow');
  const plain = (text, act, glyph) => button(text, '', act, glyph);
  const main = (text, act, glyph) => button(text, 'primary', act, glyph);
  const done = (text = words.done, kind = 'primary') => timed(button(text, kind, () => acts.idle()));
  // Staff need no helper: what they need is the list.
  const call = (kind = '') =>
    config.staffed
      ? button(words.find, kind, () => acts.find(), 'search')
      : button(
          words.call,
          kind,
          () => acts.call({ reason: answer.verdict, delegate: person?.id }),
          'hand-helping',
        );
  const scan = () => plain(words.another, acts.idle, 'scan-line');
  const undo = () => plain(words.take_back, () => acts.undo(person.id), 'undo-2');
  const end = (...before) => [filler(), ...before, done()];
  const past = () => [plain(words.pair, acts.pair, 'unplug'), filler(), scan(), call('primary')];

  const rows = {
    admitted: () => afterEntry(answer, page, done) ?? end(...(config.staffed ? [undo()] : [])),
    review: () => afterEntry(answer, page, done) ?? end(),
    already_in: () =>
      config.staffed
        ? end(
            undo(),
            plain(words.out, () => acts.out(person.id), 'log-out'),
          )
        : [question(fill(words.not_me, forms(person, words)), words.not_me_detail), call(), done()],
    replaced: () => [question(words.newer_ask, words.newer_detail), scan(), call('primary')],
    cancelled: () => [filler(), scan(), call('primary')],
    wrong_meeting: () =>
      page.isOver() ? past() : [question(words.still_ask, words.still_detail), scan(), call('primary')],
    over: () => past(),
    household_in: () => [
      done(words.done, 'quiet'),
      filler(),
      call(),
      main(words.observer, () => acts.observer(person, answer.read), 'check'),
    ],
    mistyped: () => [call(), main(words.type, acts.pad, 'keyboard')],
    unknown: () => [plain(words.type, acts.pad, 'keyboard'), call(), done(words.again)],
    not_open: () =>
      isClosed(answer)
        ? [filler(), done(words.understood, ''), call('primary')]
        : [filler(), call(), done(words.understood)],
    choose: () =>
      config.staffed
        ? [
            question(answer.candidates?.length ? words.not_here : words.not_on_list),
            plain(words.find, () => acts.find(answer.sought), 'search'),
            plain(words.no_invitation, () => acts.walkin(answer.sought), 'user-plus'),
          ]
        : [question(words.choose_staff), call('primary')],
    online_only: () => [filler(), call(), done(words.again, '')],
    card_short: () => [filler(), scan(), call('primary')],
    refused: () => [filler(), call(), done(words.again)],
    unpaired: () => [
      plain(words.pair, acts.pair, 'unplug'),
      filler(),
      done(words.again, ''),
      call('primary'),
    ],
    not_registered: () => [filler(), call(), done()],
    call: () => [
      button(words.by_myself, 'quiet', acts.by_myself, 'x'),
      filler(),
      plain(words.call_again, acts.call_again, 'bell-ring'),
      main(words.next_person, acts.idle, 'scan-line'),
    ],
  };
  return (rows[answer.verdict] ?? (() => end()))();
}

function question(text, small) {
  return el('div', 'q', text, small ? el('small', '', small) : null);
}

function afterEntry(answer, { words, acts }, done) {
  const person = answer.delegate;
  if (!person?.id || person.group_kind === 'official' || answer.observer) return null;
  const asked = answer.substitute ? { salutation: answer.form } : person;
  return [
    question(
      fill(words.speak_ask, forms(asked, words)),
      answer.offline ? words.speak_kept : words.speak_detail,
    ),
    button(words.speak, 'accent', () => acts.speak(person), 'mic'),
    done(words.no_thanks, ''),
  ];
}

/** Put the ring that empties into a button. */
function timed(element) {
  element.dataset.timed = '';
  const drawing = svg('svg', { viewBox: '0 0 36 36', 'aria-hidden': 'true' });
  const round = { cx: 18, cy: 18, r: 15.9 };
  drawing.append(
    svg('circle', { ...round, class: 't' }),
    svg('circle', { ...round, class: 'p', pathLength: RING }),
  );
  element.append(el('span', 'ring', drawing, el('b')));
  return element;
}

/** Draw the seconds that are left. */
export function drawRing(root, left, total) {
  const ring = root.querySelector('[data-timed] .ring');
  if (!ring) return;
  ring.querySelector('b').textContent = String(Math.max(left, 0));
  ring.querySelector('.p').style.strokeDashoffset = String(RING - (RING * left) / total);
}
