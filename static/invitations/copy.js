// The address of a delegate's own page to the clipboard; without HTTPS, marked to copy by hand.
for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.querySelector('span').textContent = button.dataset.done;
    } catch {
      field(button).select();
    }
  });
}

function field(button) {
  const input = document.createElement('input');
  input.className = 'input';
  input.readOnly = true;
  input.value = button.dataset.copy;
  input.setAttribute('aria-label', button.querySelector('span').textContent);
  button.replaceWith(input);
  return input;
}
