// The letter beside its wording: the server sets the real page anew whenever a hand rests.

const form = document.querySelector('#wording');
const page = document.querySelector('#page');
const say = document.querySelector('#say');
const list = document.querySelector('#checks');
const PAUSE = 350;
let timer = 0;
let asked = 0;

/** Send the form as it stands; the answer of an older question is dropped. */
function ask(url, signal) {
  return fetch(url, {
    method: 'POST',
    body: new FormData(form),
    signal,
    headers: { Accept: 'application/json' },
  });
}

let running = new AbortController();

async function refresh() {
  const turn = ++asked;
  running.abort();
  running = new AbortController();
  document.body.dataset.preview = 'making';
  try {
    const answer = await ask(form.dataset.page, running.signal);
    if (turn !== asked) return;
    if (answer.ok) await show(await answer.blob());
    const { fields = {} } = answer.ok ? {} : await answer.json();
    mark(fields);
    tell(answer.ok ? '' : Object.keys(fields).length ? say.dataset.held : say.dataset.away);
    if (answer.ok) await check(turn);
  } catch (error) {
    if (error.name === 'AbortError' || turn !== asked) return;
    tell(say.dataset.away);
  }
  if (turn === asked) document.body.dataset.preview = 'done';
}

async function show(blob) {
  const old = page.src;
  page.src = URL.createObjectURL(blob);
  await page.decode();
  page.removeAttribute('width');
  page.removeAttribute('height');
  if (old) URL.revokeObjectURL(old);
}

async function check(turn) {
  const answer = await ask(form.dataset.checks, running.signal);
  if (turn !== asked || !answer.ok) return;
  const lines = await answer.json();
  list.replaceChildren(
    ...lines.map((line) => {
      const item = document.createElement('li');
      item.classList.toggle('bad', !line.ok);
      item.append(document.querySelector(line.ok ? '#good' : '#bad').content.cloneNode(true), line.text);
      return item;
    }),
  );
}

function tell(words) {
  say.hidden = !words;
  say.textContent = words;
  page.parentElement.classList.toggle('old', Boolean(words));
}

/** Put what is the matter under each field, and take it away when it is mended. */
function mark(fields) {
  for (const input of form.querySelectorAll('.input[name]')) {
    const words = fields[input.name] ?? '';
    const id = `live-${input.name}`;
    let line = document.getElementById(id);
    input.classList.toggle('bad', Boolean(words));
    input.toggleAttribute('aria-invalid', Boolean(words));
    input.closest('.field').querySelector(`.err:not(#${id})`)?.remove();
    if (!words) {
      line?.remove();
      continue;
    }
    if (!line) {
      line = document.createElement('p');
      line.id = id;
      line.className = 'err';
      input.closest('.field').append(line);
    }
    line.textContent = words;
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE);
}

form.addEventListener('input', later);
for (const outside of document.querySelectorAll('[form="wording"]')) {
  if (outside.matches('select, input')) outside.addEventListener('change', refresh);
}
for (const chip of document.querySelectorAll('[data-blank]')) {
  chip.addEventListener('click', () => {
    const field = document.getElementById(chip.dataset.for);
    field.setRangeText(chip.dataset.blank, field.selectionStart, field.selectionEnd, 'end');
    field.focus();
    later();
  });
}

// Three tabs; without scripts everything stands one under the other.
const tabs = [...document.querySelectorAll('[role=tab]')];
function open(tab) {
  for (const other of tabs) {
    const chosen = other === tab;
    other.setAttribute('aria-selected', String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    document.getElementById(other.getAttribute('aria-controls')).hidden = !chosen;
  }
}
tabs.forEach((tab, index) => {
  tab.addEventListener('click', () => open(tab));
  tab.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(index + step + tabs.length) % tabs.length];
    open(next);
    next.focus();
  });
});
document.querySelector('.tabs2[role=tablist]').hidden = false;
open(tabs.find((tab) => document.querySelector(`#${tab.getAttribute('aria-controls')} .bad`)) ?? tabs[0]);
refresh();
