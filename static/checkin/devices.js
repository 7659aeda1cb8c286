// While a code waits: minutes left, and notice when the device has taken it.
import { get } from '../http.js';

const box = document.getElementById('offered');
const left = document.getElementById('left');
const expires = Date.parse(box.dataset.expires);

setInterval(() => {
  const seconds = Math.max(0, Math.round((expires - Date.now()) / 1000));
  left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}, 1000);

setInterval(async () => {
  const answer = await get(box.dataset.url);
  const device = answer.data?.items?.find((item) => String(item.id) === box.dataset.device);
  if (device && device.state !== 'waiting') location.assign(box.dataset.done);
}, 2000);
