// Shows the steps of this kind of device; asks the server over https whether it is trusted.

const root = document.querySelector('#install');
const state = document.querySelector('#state');
const tabs = [...root.querySelectorAll('[role=tab]')];

/** The kind of device; an iPad calls itself a Macintosh, but has a touch screen. */
function kind() {
  const agent = navigator.userAgent;
  if (/iPad|iPhone/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1)) return 'apple';
  return /Windows/.test(agent) ? 'windows' : 'android';
}

function show(chosen) {
  for (const tab of tabs) {
    const on = tab === chosen;
    tab.setAttribute('aria-selected', String(on));
    tab.tabIndex = on ? 0 : -1;
    document.getElementById(tab.getAttribute('aria-controls')).hidden = !on;
  }
}

for (const [index, tab] of tabs.entries()) {
  tab.addEventListener('click', () => show(tab));
  tab.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(index + step + tabs.length) % tabs.length];
    show(next);
    next.focus();
  });
}
show(document.getElementById(`t-${kind()}`));

/** Whether this browser reaches the server over https without complaint. */
async function trusted() {
  try {
    // The same host and port: only the certificate can stand between.
    await fetch(`https://${location.host}/healthz`, { mode: 'no-cors', cache: 'no-store' });
    return true;
  } catch {
    return false;
  }
}

async function check() {
  state.textContent = state.dataset.wait;
  const yes = await trusted();
  state.textContent = yes ? state.dataset.yes : state.dataset.no;
  state.classList.toggle('yes', yes);
  state.classList.toggle('off', !yes);
  state.dataset.trusted = String(yes);
  document.querySelector('#trusted').hidden = !yes;
  const begin = document.querySelector('#begin');
  begin.href = `https://${location.host}${root.dataset.begin}`;
  return yes;
}

for (const button of root.querySelectorAll('.try')) {
  button.addEventListener('click', async () => {
    const yes = await check();
    for (const words of root.querySelectorAll('.not-yet')) words.hidden = yes;
    if (yes) document.querySelector('#begin').scrollIntoView({ block: 'center' });
  });
}
check();
