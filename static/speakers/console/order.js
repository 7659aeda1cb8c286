// Moving rows: by drag, by keyboard, by the menu. The server gets the whole new order.

const STILL = 6;

/**
 * @param {HTMLElement} list rows carry data-turn; a finger drags by the number `.n`
 * @param {(ids: number[], moved: number) => void} onorder
 * @param {() => void} onend a drag was given up: the rows go back to their places
 */
export function movable(list, onorder, onend) {
  const rows = () => [...list.querySelectorAll('[data-turn]')];
  const ids = () => rows().map((row) => Number(row.dataset.turn));
  let drag = null;

  list.addEventListener('pointerdown', (event) => {
    const row = event.target.closest('.movable');
    if (!row || event.button !== 0 || event.target.closest('button')) return;
    // Elsewhere a finger scrolls the list.
    if (event.pointerType !== 'mouse' && !event.target.closest('.n')) return;
    drag = { row, from: event.clientY, before: ids().join(), moving: false };
    list.setPointerCapture(event.pointerId);
  });
  list.addEventListener('pointermove', (event) => {
    if (!drag) return;
    if (!drag.moving && Math.abs(event.clientY - drag.from) < STILL) return;
    drag.moving = true;
    drag.row.classList.add('drag');
    shift(drag.row, event.clientY);
  });
  const end = (done) => {
    if (!drag) return;
    const { row, moving, before } = drag;
    drag = null;
    row.classList.remove('drag');
    if (ids().join() === before) return;
    if (done && moving) onorder(ids(), Number(row.dataset.turn));
    else onend();
  };
  list.addEventListener('pointerup', () => end(true));
  list.addEventListener('pointercancel', () => end(false));
  list.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') end(false);
    const row = event.target.closest('.movable');
    const step = { ArrowUp: 'up', ArrowDown: 'down' }[event.key];
    if (!row || !step) return;
    event.preventDefault();
    if (event.altKey) {
      const turn = Number(row.dataset.turn);
      onorder(moved(ids(), turn, step), turn);
    } else {
      (step === 'up' ? row.previousElementSibling : row.nextElementSibling)?.focus();
    }
  });
}

/** Put the row where the pointer is: past a neighbour once its middle is passed. */
function shift(row, y) {
  const middle = (other) => {
    const box = other.getBoundingClientRect();
    return box.top + box.height / 2;
  };
  let other = row.previousElementSibling;
  while (other && y < middle(other)) {
    other.before(row);
    other = row.previousElementSibling;
  }
  other = row.nextElementSibling;
  while (other && y > middle(other)) {
    other.after(row);
    other = row.nextElementSibling;
  }
}

/** The ids with one of them moved: up, down, top. */
export function moved(ids, turn, step) {
  const rest = ids.filter((id) => id !== turn);
  const index = ids.indexOf(turn);
  const target = { up: index - 1, down: index + 1, skip: index + 1, top: 0 }[step];
  rest.splice(Math.min(Math.max(target, 0), rest.length), 0, turn);
  return rest;
}
