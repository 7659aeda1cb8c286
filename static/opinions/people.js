// Finding a delegate by a few letters, without accents; any other name stays as typed.

import { get } from '../http.js';

/**
 * @param {HTMLInputElement} input what is typed
 * @param {HTMLInputElement} hidden holds the delegate's id, empty for a name by hand
 * @param {HTMLElement} list
 * @param {string} api
 * @param {() => void} onchange somebody else stands in the field, or nobody
 * @returns {{set: (id: number|string, name: string) => void}}
 */
export function people(input, hidden, list, api, onchange) {
  let found = [];
  let at = 0;
  let asked = 0;
  let waiting;

  const close = () => {
    list.hidden = true;
    found = [];
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };

  const set = (id, name) => {
    hidden.value = id;
    input.value = name;
    close();
    onchange();
  };

  const draw = () => {
    list.replaceChildren(
      ...found.map((person, index) => {
        const item = document.createElement('li');
        item.role = 'option';
        item.id = `person-${index}`;
        item.setAttribute('aria-selected', String(index === at));
        const area = document.createElement('span');
        area.className = 'meta';
        area.textContent = [person.area, person.household].filter(Boolean).join(', ');
        item.append(person.name, area);
        item.addEventListener('mousedown', (event) => {
          event.preventDefault();
          set(person.id, person.name);
        });
        return item;
      }),
    );
    list.hidden = !found.length;
    input.setAttribute('aria-expanded', String(found.length > 0));
    if (found.length) input.setAttribute('aria-activedescendant', `person-${at}`);
  };

  const look = async () => {
    const mine = ++asked;
    const query = input.value.trim();
    if (query.length < 2) return close();
    const answer = await get(`${api}/delegates?q=${encodeURIComponent(query)}`);
    if (mine !== asked || !answer.ok || document.activeElement !== input) return undefined;
    found = answer.data.items.slice(0, 6);
    at = 0;
    return draw();
  };

  input.addEventListener('input', () => {
    hidden.value = '';
    onchange();
    clearTimeout(waiting);
    waiting = setTimeout(look, 120);
  });
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    if (list.hidden) {
      if (event.key === 'Enter') {
        event.preventDefault();
        input.form.elements.text.focus();
      }
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      at = (at + step + found.length) % found.length;
      draw();
    } else if (event.key === 'Enter' || event.key === 'Tab') {
      if (event.key === 'Enter') event.preventDefault();
      set(found[at].id, found[at].name);
      if (event.key === 'Enter') input.form.elements.text.focus();
    } else if (event.key === 'Escape') {
      close();
    }
  });
  return { set };
}
