// A new meeting: head and place of the papers follow the ward while nobody has written them.

const office = document.querySelector('.office');
const ward = document.querySelector('#f-ward');
const units = office.dataset.units.split(',');

/** @param {string} name a ward as typed, its kind in front */
function parts(name) {
  const words = name.trim().replace(/\s+/g, ' ');
  const unit = units.find((one) => words.toLowerCase().startsWith(`${one} `));
  return unit ? { whole: words, place: words.slice(unit.length + 1) } : null;
}

const followers = [
  [document.querySelector('#f-org_name'), (found) => `${office.dataset.head}\n${found.whole.toUpperCase()}`],
  [document.querySelector('#f-place_name'), (found) => found.place],
];
for (const [field] of followers) {
  field.dataset.follows = field.value ? '' : 'yes';
  field.addEventListener('input', () => (field.dataset.follows = field.value ? '' : 'yes'));
}
ward.addEventListener('input', () => {
  const found = parts(ward.value);
  for (const [field, make] of followers) if (field.dataset.follows) field.value = found ? make(found) : '';
});
