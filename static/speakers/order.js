// Moving rows: by drag, by keyboard, by the menu. The server gets the whole new order.

/**
 * @param {HTMLElement} list rows carry data-turn
 * @param {(ids: number[], moved: number) => void} onorder
 */
export function movable(list, onorder) {
  const ids = () => [...list.querySelectorAll('[data-turn]')].map((row) => Number(row.dataset.turn));
  let dragged = null;

  list.addEventListener('dragstart', (event) => {
    dragged = event.target.closest('[data-turn]');
    dragged?.classList.add('drag');
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
  });
  list.addEventListener('dragover', (event) => {
    event.preventDefault();
    const over = event.target.closest('[data-turn]');
    if (!dragged || !over || over === dragged) return;
    const box = over.getBoundingClientRect();
    over.parentNode.insertBefore(dragged, event.clientY > box.top + box.height / 2 ? over.nextSibling : over);
  });
  list.addEventListener('dragend', () => {
    if (!dragged) return;
    dragged.classList.remove('drag');
    onorder(ids(), Number(dragged.dataset.turn));
    dragged = null;
  });
  list.addEventListener('keydown', (event) => {
    const row = event.target.closest('[data-turn]');
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

/** The ids with one of them moved: up, down, top. */
export function moved(ids, turn, step) {
  const rest = ids.filter((id) => id !== turn);
  const index = ids.indexOf(turn);
  const target = { up: index - 1, down: index + 1, top: 0 }[step];
  rest.splice(Math.min(Math.max(target, 0), rest.length), 0, turn);
  return rest;
}
