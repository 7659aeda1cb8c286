// "Mark all" ticks every box of a form, and unticks them when all are ticked.
for (const button of document.querySelectorAll('[data-all]')) {
  button.addEventListener('click', () => {
    const boxes = [...document.querySelectorAll(`.tick[form="${button.dataset.all}"]`)];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
    boxes[0]?.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

// How many are marked, said where it is acted on.
for (const counter of document.querySelectorAll('[data-count]')) {
  const form = counter.closest('form');
  const none = counter.textContent;
  const boxes = [...document.querySelectorAll(`.tick[form="${form.id}"]`)];
  const count = () => {
    const marked = boxes.filter((box) => box.checked).length;
    counter.textContent = marked ? counter.dataset.count.replace('{n}', marked) : none;
    if ('whenMarked' in form.dataset) form.hidden = !marked;
    for (const button of form.querySelectorAll('button')) button.disabled = !marked;
  };
  for (const box of boxes) box.addEventListener('change', count);
  count();
}
