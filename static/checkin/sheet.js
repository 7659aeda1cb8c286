// The white sheet of a verdict screen: who it is about, or what to do next.
import { button, el, facts, icon } from './dom.js';
import { ringing } from './helper.js';
import {
  called,
  capital,
  clock,
  dated,
  day,
  fill,
  forms,
  greeting,
  hour,
  isClosed,
  isToday,
  named,
} from './verdicts.js';

/** A long name steps down in size; it is never cut. */
const STEPS = [
  [34, 'longest'],
  [27, 'longer'],
  [20, 'long'],
];

/**
 * @param {any} answer
 * @param {{config: any, words: Record<string, string>, acts: Record<string, Function>}} page
 * @returns {Node[]}
 */
export function sheet(answer, page) {
  const { words } = page;
  const bodies = {
    // A gate shows nobody's name to whoever holds up a card.
    choose: () =>
      page.config.staffed ? candidates(answer.candidates ?? [], page) : sentence(words.choose_staff),
    wrong_meeting: () => otherMeeting(answer, page),
    over: () => sentence(words.past_do, words.closed_small),
    replaced: () => replaced(words),
    cancelled: () => sentence(words.withdrawn),
    household_in: () => household(answer, words),
    not_open: () => (isClosed(answer) ? closed(words) : waiting(answer, words)),
    unknown: () => tips(words),
    online_only: () => tips(words),
    mistyped: () => tips(words),
    stored: () => stored(answer, words),
    call: () => calling(answer, page),
    card_short: () => sentence(words.card_short_do, words.card_short_small),
    unpaired: () => sentence(words.unpaired_do),
    registered: () => registered(answer, words),
  };
  if (bodies[answer.verdict]) return [bodies[answer.verdict]()];
  return answer.delegate ? [who(answer, page)] : [];
}

function who(answer, page) {
  const { words } = page;
  const person = answer.delegate;
  const came = answer.substitute;
  const name = came ? greeting({ salutation: answer.form, name: came.name }) : greeting(person);
  const list = el('div', 'known', facts(known(answer, words)), correction(answer, page));
  const sub = answer.observer ? words.as_observer : role(person, came, words);
  const title = el('h2', stepOf(name), name);
  return el('div', 'who', title, sub ? el('div', 'sub', sub) : null, list, reviewed(answer, words));
}

/** Said calmly to whoever came in: another record is looked at later. */
function reviewed({ verdict, first, delegate }, words) {
  if (verdict !== 'review' || !first) return null;
  const facts = { ...clock(first.at), ...forms(delegate, words), device: first.device };
  return el('p', 'banner', icon('info'), fill(words.review_note, facts));
}

function stepOf(name) {
  return STEPS.find(([letters]) => name.length > letters)?.[1] ?? '';
}

function role(person, came, words) {
  if (came) {
    const facts = { relation: came.relation, who: called(person), household: person.household };
    return fill(person.household ? words.related_to : words.related_only, facts);
  }
  if (person.group_kind === 'official') return person.title;
  return person.area && fill(words.representative, { area: person.area });
}

function known(answer, words) {
  const person = answer.delegate;
  const again = answer.verdict === 'already_in';
  return [
    ...(again ? [[words.first_at, hour(answer.first?.at)]] : [[words.group, person.group]]),
    ...(again ? [[words.place, answer.first?.device]] : []),
    [words.household, person.household],
    ...(answer.substitute ? instead(person, words) : [[words.arrived, hour(answer.at)]]),
    ...(answer.waiting ? [[words.state, fill(words.queued, { n: answer.waiting })]] : []),
  ];
}

/** Said in the line above already: a long name is not said twice. */
function instead(person, words) {
  return person.name.length > STEPS[1][0] ? [] : [[words.in_place_of, person.name]];
}

/** "I come in place of": a quiet link unless it was announced; and the way back from it. */
function correction(answer, { config, words, acts }) {
  const { delegate: person, read, substitute: who } = answer;
  const entry =
    answer.verdict === 'admitted' && person.group_kind !== 'official' && !answer.observer && !answer.guest;
  // A gate changes only what it has just read.
  if (!entry || !(config.staffed || read)) return null;
  const expected = !who && person.announced;
  const other = expected
    ? fill(words.announced, { name: expected.name })
    : fill(words.i_come_instead, { who: called(person) });
  const again = who ? { ...who, salutation: answer.form } : expected;
  const link = button(who ? words.mend : other, '', () =>
    acts.substitute(person, { entered: true, read, who: again }),
  );
  link.className = expected ? 'btn lg announced' : 'quietlink';
  return link;
}

function box(kind, glyph, title, strong, text) {
  return el(
    'div',
    `box ${kind}`,
    el('em', '', icon(glyph), title),
    strong ? el('b', '', strong) : null,
    text ?? '',
  );
}

function pair(first, glyph, second) {
  return el('div', 'two', first, glyph ? el('span', `between ${glyph}`, icon(glyph)) : null, second);
}

function otherMeeting(answer, { config, words, isOver }) {
  const moment = (at) =>
    fill(words.moment, { time: fill(words.hm, clock(at)), day: day(at, config.language) });
  const other = answer.other;
  const mine = config.today;
  if (isOver()) {
    const told = other
      ? [words.your_invitation, moment(other.starts_at), `${other.title}. ${other.venue}`]
      : null;
    const past = box('off', 'calendar-x', words.tablet_meeting, dated(mine.starts_at), words.past_short);
    return told ? pair(box('calm', 'ticket', ...told), 'equal-not', past) : sentence(words.past_do);
  }
  if (!other) return sentence(words.wrong_detail);
  const here = isToday(mine.starts_at, Date.now()) ? words.today : words.tablet_meeting;
  return pair(
    box('off', 'ticket', words.your_invitation, moment(other.starts_at), `${other.title}. ${other.venue}`),
    'equal-not',
    box('calm', 'map-pin', here, moment(mine.starts_at), mine.venue),
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

function calling(answer, { words, acts }) {
  const small = answer.told ? words.calling_small : words.calling_alone;
  const bell = when([icon('bell-ring')], ringing(answer, words), small, 'tint');
  // Who has no letter may leave a name while waiting.
  if (answer.reason === 'walk_in' || answer.reason === 'id_card') return bell;
  const guest = button(words.no_letter, '', acts.guest);
  guest.className = 'quietlink';
  return el('div', 'calling', bell, guest);
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
  return el(
    'div',
    'tips',
    ...pictured.map(([glyph, text]) => el('div', 'tip', icon(glyph), el('span', '', text))),
  );
}

function candidates(people, { words, acts }) {
  const list = el('div', 'cands');
  for (const person of people) {
    const about = [
      person.birth_year && capital(fill(words.born, { year: person.birth_year })),
      person.area,
      person.household && fill(words.household_of, { household: person.household }),
    ];
    const lines = el(
      'span',
      'grow',
      el('b', '', greeting(person)),
      el('span', 'm', about.filter(Boolean).join(', ')),
    );
    const pick = button('', 'cand', () => acts.pick(person));
    pick.append(lines, el('span', 'go', words.this_one, icon('chevron-right')));
    list.append(pick);
  }
  if (!people.length) list.append(sentence(words.nobody_alike));
  return list;
}
