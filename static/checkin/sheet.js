// The white sheet of a verdict screen: who it is about, or what to do next.
import { button, el, facts, icon } from './dom.js';
import { called, capital, clock, day, fill, forms, greeting, hour, isClosed, named } from './verdicts.js';

/** A long name steps down in size; it is never cut. */
const LONG = 20;

/**
 * @param {any} answer
 * @param {{config: any, words: Record<string, string>, acts: Record<string, Function>}} page
 * @returns {Node[]}
 */
export function sheet(answer, page) {
  const { words } = page;
  const bodies = {
    choose: () => candidates(answer.candidates ?? [], page),
    wrong_meeting: () => otherMeeting(answer, page),
    replaced: () => replaced(words),
    cancelled: () => sentence(words.withdrawn),
    household_in: () => household(answer, words),
    not_open: () => (isClosed(answer) ? closed(words) : waiting(answer, words)),
    unknown: () => tips(words),
    online_only: () => tips(words),
    mistyped: () => tips(words),
    stored: () => stored(answer, words),
    call: () => calling(answer, words),
    unpaired: () => sentence(words.unpaired_do),
    registered: () => registered(answer, words),
  };
  if (bodies[answer.verdict]) return [bodies[answer.verdict]()];
  return answer.delegate ? [who(answer, page)] : [];
}

function who(answer, { config, words, acts }) {
  const person = answer.delegate;
  const came = answer.substitute?.name ?? '';
  const name = came || greeting(person);
  const official = person.group_kind === 'official';
  const role = official
    ? person.title
    : person.area && fill(words.representative, { area: person.area });
  const about = [came && fill(words.instead_of, { who: named(person) }), answer.observer && words.as_observer];
  const list = facts([
    ...(answer.verdict === 'already_in'
      ? [
          [words.first_at, hour(answer.first?.at)],
          [words.place, answer.first?.device],
        ]
      : [[words.group, person.group]]),
    [words.household, person.household],
    ...(answer.at ? [[words.arrived, hour(answer.at)]] : []),
    ...(answer.waiting ? [[words.state, fill(words.queued, { n: answer.waiting })]] : []),
  ]);
  if (answer.verdict === 'admitted' && !official && !came && !answer.observer) {
    const link = button(fill(words.i_come_instead, { who: called(person) }), '', () =>
      acts.substitute(person, { entered: true }),
    );
    link.className = 'quietlink';
    list.append(link);
  }
  const sub = about.filter(Boolean).join(', ') || role;
  const noted = answer.verdict === 'review' && answer.first;
  return el(
    'div',
    'who',
    el('h2', name.length > LONG ? 'long' : '', name),
    sub ? el('div', 'sub', sub) : null,
    list,
    noted ? el('p', 'banner', icon('info'), fill(words.review_note, { ...clock(answer.first.at), ...forms(person, words), device: answer.first.device })) : null,
  );
}

function box(kind, glyph, title, strong, text) {
  return el('div', `box ${kind}`, el('em', '', icon(glyph), title), strong ? el('b', '', strong) : null, text ?? '');
}

function pair(first, glyph, second) {
  return el('div', 'two', first, glyph ? el('span', 'between', icon(glyph)) : null, second);
}

function otherMeeting(answer, { config, words }) {
  const moment = (at) =>
    fill(words.moment, { time: hour(at), day: day(at, config.language) });
  const other = answer.other;
  if (!other) return sentence(words.wrong_detail);
  return pair(
    box('off', 'ticket', words.your_invitation, moment(other.starts_at), `${other.title}. ${other.venue}`),
    'equal-not',
    box('calm', 'map-pin', words.today, moment(config.today.starts_at), config.today.venue),
  );
}

function replaced(words) {
  return pair(
    box('off', 'x', words.scanned_now, words.not_used),
    'arrow-right',
    box('calm good', 'check', words.valid_now, words.latest),
  );
}

function household(answer, words) {
  return pair(
    box(
      'calm good',
      'check',
      words.represents,
      capital(answer.seat_holder ?? ''),
      answer.first ? fill(words.came_at, { time: hour(answer.first.at) }) : '',
    ),
    '',
    box('', 'ear', words.observer_is, '', capital(words.observer_means)),
  );
}

function sentence(text, small) {
  return el('p', 'sentence', text, small ? el('small', '', small) : null);
}

/** A large figure or glyph, and beside it what to do. */
function when(figure, text, small, tint) {
  return el('div', 'when', el('div', `n ${tint ?? ''}`, ...figure), sentence(text, small));
}

function waiting(answer, words) {
  const name = answer.delegate ? named(answer.delegate) : words.you;
  const ask = fill(words.wait_seated, { who: name, Who: capital(name) });
  const small = fill(words.wait_small, clock(answer.opens_at));
  const minutes = Math.ceil((Date.parse(answer.opens_at) - Date.now()) / 60000);
  if (minutes > 180) return sentence(ask, small);
  return when([el('b', '', String(minutes)), words.minutes_left], ask, small);
}

function closed(words) {
  return sentence(words.closed_sentence, words.closed_small);
}

function stored(answer, words) {
  const list = facts([
    [words.arrived, hour(answer.at)],
    [words.state, fill(words.queued, { n: answer.waiting })],
  ]);
  if (answer.direction !== 'in') return el('div', 'who', list);
  return el('div', 'who', el('h2', '', words.stored_sentence), el('div', 'sub', words.stored_small), list);
}

function calling(answer, words) {
  return when([icon('bell-ring')], answer.sentence ?? words.calling_sentence, words.calling_small, 'tint');
}

function registered(answer, words) {
  const figure = answer.position ? [el('b', '', String(answer.position)), words.queue_number] : [icon('mic')];
  return when(figure, greeting(answer.delegate), words.queue_small, answer.position ? '' : 'tint');
}

function tips(words) {
  const pictured = [
    ['qr-code', words.tip_paper],
    ['scan-line', words.tip_distance],
    ['smartphone', words.tip_light],
  ];
  return el('div', 'tips', ...pictured.map(([glyph, text]) => el('div', 'tip', icon(glyph), el('span', '', text))));
}

function candidates(people, { config, words, acts }) {
  const list = el('div', 'cands');
  for (const person of people) {
    const about = [
      person.birth_year && capital(fill(words.born, { year: person.birth_year })),
      person.area,
      person.household && fill(words.household_of, { household: person.household }),
    ];
    const lines = el('span', 'grow', el('b', '', greeting(person)), el('span', 'm', about.filter(Boolean).join(', ')));
    const pick = button('', 'cand', () => acts.pick(person));
    pick.append(lines, el('span', 'go', words.this_one, icon('chevron-right')));
    // A gate takes no name from a touch: a helper confirms on the staffed tablet.
    list.append(config.staffed ? pick : el('div', 'cand', lines));
  }
  if (!people.length) list.append(sentence(words.nobody));
  return list;
}

