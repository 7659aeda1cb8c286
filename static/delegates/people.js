// Keyboard and ticks on the list: "/" finds, arrows walk, Space ticks, Enter opens.
const form = document.querySelector('form[data-people]');
const find = document.querySelector('[data-find]');

const boxes = () => [...(form?.querySelectorAll('input[name=id]') ?? [])];

function count() {
  const chosen = boxes().filter((box) => box.checked).length;
  form.classList.toggle('choosing', chosen > 0);
  const words = form.querySelector('[data-chosen]');
  if (words) words.textContent = `${chosen} ${words.dataset.words}`;
}

function walk(step) {
  const all = boxes();
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.focus();
}

form?.addEventListener('change', (event) => {
  if (event.target.matches('[data-all]')) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  count();
});

document.addEventListener('keydown', (event) => {
  const typing = event.target.matches('input:not([type=checkbox]), select, textarea');
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '/') {
    event.preventDefault();
    find?.focus();
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    if (!form) return;
    event.preventDefault();
    walk(event.key === 'ArrowDown' ? 1 : -1);
  } else if (event.key === 'Enter' && event.target.matches('input[name=id]')) {
    event.preventDefault();
    event.target.closest('tr').querySelector('a')?.click();
  }
});

if (form) count();
