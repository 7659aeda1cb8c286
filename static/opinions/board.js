// The board follows the register: when it has changed, it offers to show it.

import { follow } from '../live.js';
import { toast } from '../ui.js';

const script = document.getElementById('follow');
let first;

follow(script.dataset.meeting, ['opinions'], (_view, snapshot) => {
  first ??= snapshot.version;
  script.dataset.live = '1';
  if (snapshot.version !== first) {
    first = snapshot.version;
    toast(script.dataset.said, {
      undo: script.dataset.again,
      onundo: () => window.location.reload(),
    });
  }
});
