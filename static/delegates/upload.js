// Sends the chosen file and shows how far it is; without this the form goes by itself.
const form = document.querySelector('form[data-upload]');

function send() {
  const going = form.querySelector('.going');
  const bar = going.querySelector('progress');
  const words = going.querySelector('span');
  const request = new XMLHttpRequest();
  going.hidden = false;
  words.textContent = words.dataset.sending;
  request.upload.addEventListener('progress', (event) => {
    if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
  });
  request.upload.addEventListener('load', () => {
    bar.removeAttribute('value');
    words.textContent = words.dataset.reading;
  });
  request.addEventListener('load', () => {
    if (request.status < 300 && request.responseURL !== form.action) {
      window.location.assign(request.responseURL);
    } else {
      form.submit();
    }
  });
  // What goes wrong on the way, the browser says better than we can.
  request.addEventListener('error', () => form.submit());
  request.open('POST', form.action);
  request.send(new FormData(form));
}

form?.addEventListener('submit', (event) => {
  event.preventDefault();
  form.querySelector('button').disabled = true;
  send();
});
