// Brings what has just been said into view, once, and the reader's focus to it when something has
// to be mended. Nobody who has begun to write elsewhere in the meantime is torn away from it.

const WAIT = 3_000;
const MARGIN = 64;

const heard = (window.stegvisHeard ??= new Set());

function seen(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= MARGIN && bottom <= window.innerHeight;
}

function writesElsewhere() {
  const now = document.activeElement;
  return now instanceof HTMLElement && now.matches("input, textarea, select, [contenteditable]");
}

async function bring(moment, mend) {
  const until = Date.now() + WAIT;
  let found = null;
  while (!found && Date.now() < until) {
    found = document.querySelector(`[data-said="${CSS.escape(moment)}"]`);
    if (!found) await new Promise(requestAnimationFrame);
  }
  if (!found) return;
  if (mend && !writesElsewhere()) {
    found.tabIndex = -1;
    found.focus({ preventScroll: true });
  }
  if (!seen(found)) found.scrollIntoView({ block: "start" });
  found.dataset.brought = "yes";
}

export default function ({ data }) {
  if (!data?.moment || heard.has(data.moment)) return;
  heard.add(data.moment);
  bring(data.moment, data.mend);
}
