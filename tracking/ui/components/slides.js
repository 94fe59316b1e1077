// The keys of a presentation: arrows, space and Page Up/Down turn, Home and End leap, Escape
// leaves. The server draws one screen at a time, so that what is shown is what the address says.
// Words are set as large here as the screen holds; what does not fit at the smallest size is
// scrolled, never cut.

const TURNS = { ArrowRight: "next", PageDown: "next", " ": "next", ArrowLeft: "before",
  PageUp: "before", Home: "first", End: "last", Escape: "leave" };
const LARGEST = 1.25;
const STEP = 0.03;
const SMALLEST = 22;  // steps below the largest
const NARROW = 640;

function busy(event) {
  const at = event.target;
  if (!(at instanceof Element)) return false;
  if (event.key === " ") return Boolean(at.closest("button, a, summary, input, textarea, select"));
  return Boolean(at.closest("input, textarea, select, [contenteditable]"));
}

// Whether something is taller than the screen, or a table wider than its place.
function spills(main) {
  if (main.scrollHeight > main.clientHeight + 1) return true;
  return [...main.querySelectorAll(".stegvis-scroll")].some(
    (table) => table.scrollWidth > table.clientWidth + 1);
}

// How many steps below the largest size fitted last; what comes next is often as long.
let fitted = 0;

// The largest size that the screen holds. Each try has the browser lay out the whole page, so what
// fitted last is tried first, then the size above it, then the middle of what is left.
function fit(main) {
  const root = document.documentElement.style;
  const set = (steps) => root.setProperty("--sv-fit", (LARGEST - steps * STEP).toFixed(2));
  if (window.innerWidth <= NARROW) { root.setProperty("--sv-fit", 1); return; }
  let [spilt, held] = [-1, SMALLEST];
  for (let at = fitted; held - spilt > 1;) {
    set(at);
    if (spills(main)) spilt = at; else held = at;
    at = held === fitted && spilt < held - 1 ? held - 1 : (spilt + held) >> 1;
  }
  set(held);
  fitted = held;
}

// What listens while a presentation is on the screen: one pair of ears, however many screens are
// turned, since Streamlit draws the component anew for each and tidies only when it is gone.
let stage = null;

function listening() {
  const now = { data: null, turn: null };
  const onKey = (event) => {
    const how = TURNS[event.key];
    if (!how || busy(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const { number, of, every } = now.data;
    if (every && how !== "leave") return;
    if ((how === "next" && number === of) || (how === "before" && number === 1)) return;
    event.preventDefault();
    now.turn(how);
  };
  window.addEventListener("keydown", onKey);

  const main = document.querySelector('[data-testid="stMain"]');
  const drawn = main?.querySelector('[data-testid="stMainBlockContainer"]');
  let waiting = 0;
  now.fit = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => { if (main && !now.data.every) fit(main); });
  };
  // What is on the screen changes after this has run: another slide, a chart that was loaded.
  const changes = new MutationObserver(now.fit);
  if (drawn) changes.observe(drawn, { childList: true, subtree: true });
  window.addEventListener("resize", now.fit);
  now.end = () => {
    window.removeEventListener("keydown", onKey);
    window.removeEventListener("resize", now.fit);
    changes.disconnect();
    cancelAnimationFrame(waiting);
    stage = null;
  };
  return now;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".stegvis-slides");
  const button = (how) => box.querySelector(`[data-turn=${how}]`);
  const turn = (how) => setTriggerValue("turned", `${how} ${Date.now()}`);
  for (const one of box.querySelectorAll("button[data-turn]")) {
    one.onclick = () => turn(one.dataset.turn);
  }
  box.querySelector(".place").textContent = `${data.number} av ${data.of}`;
  box.querySelector(".which").textContent = `: ${data.title}`;
  box.querySelector(".dots").replaceChildren(...Array.from({ length: data.of }, (_, n) => {
    const dot = document.createElement("i");
    dot.className = n + 1 === data.number ? "here" : "";
    return dot;
  }));
  button("before").disabled = data.number === 1;
  button("next").disabled = data.number === data.of;
  for (const one of [button("before"), button("next"), box.querySelector(".way"),
    button("every")]) one.hidden = data.every;
  box.querySelector(".back").hidden = !data.every;
  const whole = box.querySelector(".whole");
  whole.hidden = !document.fullscreenEnabled || data.every;
  whole.onclick = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  };

  stage ??= listening();
  Object.assign(stage, { data, turn });
  stage.fit();
  document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
  return stage.end;
}
