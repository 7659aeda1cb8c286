// Small helps for forms: the chosen file is sent at once, printing.

for (const button of document.querySelectorAll('[data-print]')) {
  button.addEventListener('click', () => window.print());
}

for (const input of document.querySelectorAll('input[type=file]')) {
  input.addEventListener('change', () => {
    if (input.files.length) input.form.requestSubmit();
  });
}
