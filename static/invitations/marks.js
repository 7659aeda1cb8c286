// "Mark all" ticks every box of a form, and unticks them when all are ticked.
for (const button of document.querySelectorAll('[data-all]')) {
  button.addEventListener('click', () => {
    const boxes = [...document.querySelectorAll(`.tick[form="${button.dataset.all}"]`)];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
    boxes[0]?.dispatchEvent(new Event('change', { bubbles: true }));
  });
}
