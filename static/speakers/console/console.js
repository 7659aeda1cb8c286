// The moderator's console: one big next action, the list, undo for every step.
import { follow } from '../../live.js';
import { hour, learn } from '../clock.js';
import { forecast } from './forecast.js';
import { list, move, questionRow, topicRows } from './list.js';
import { endedMenu, menus, rowMenu, turnMenu } from './menus.js';
import { more, openAdd, openAnswer, openQuestion, openSlides } from './more.js';
import { nowBox } from './now.js';
import { el, speak } from '../people.js';
import { policy } from './policy.js';
import { by, changed, desk, refresh, take, words } from './steps.js';

const SHOWN_QUESTIONS = 3;

/** Topics and questions in the third column of a wide screen. */
function aside() {
  const { questions } = desk.snapshot;
  const unread = questions.filter((one) => !one.read_at);
  by('asidetopics').replaceChildren(...topicRows('row between'));
  by('asidecount').textContent = String(unread.length);
  const rows = unread.slice(0, SHOWN_QUESTIONS).map(questionRow);
  by('asidequestions').replaceChildren(...(rows.length ? rows : [el('li', 'meta', words.no_questions)]));
  by('closedchip').hidden = desk.snapshot.open;
}

speak(words);
learn(desk.snapshot.clock);
desk.follows = words.views.includes('prepared');
const open = {
  add: openAdd,
  answer: openAnswer,
  ended: endedMenu,
  question: openQuestion,
  refresh,
  row: rowMenu,
  settings: () => by('settings').click(),
  slides: openSlides,
  take,
  turn: turnMenu,
};
list(open);
nowBox(open);
menus(move, openAnswer);
forecast();
policy();
more();
desk.listeners.push(aside);
aside();
hour(by('hour'));
follow(
  words.meeting,
  words.views,
  (view, found) => {
    if (view === 'speakers') return take(found);
    desk.prepared = found.delegates;
    changed();
  },
  {
    onstate: (state) => {
      by('stale').hidden = state === 'live';
      // A restored database counts from below: whatever comes next is the truth.
      if (state !== 'live') desk.snapshot.version = 0;
    },
    poll: { speakers: words.api },
  },
);
