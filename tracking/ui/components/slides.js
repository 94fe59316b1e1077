// The keys of a presentation: arrows and Page Up/Down turn, Home and End leap, Escape leaves.
// The server draws one screen at a time, so that what is shown is what the address says.

const TURNS = { ArrowRight: "next", PageDown: "next", ArrowLeft: "before", PageUp: "before",
  Home: "first", End: "last", Escape: "leave" };

function typing(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
}

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".stegvis-slides");
  box.querySelector(".place").textContent = data.place;
  const turn = (how) => setTriggerValue("turned", `${how} ${Date.now()}`);
  for (const button of box.querySelectorAll("button[data-turn]")) {
    button.onclick = () => turn(button.dataset.turn);
  }
  box.querySelector("[data-turn=before]").disabled = data.first;
  box.querySelector("[data-turn=next]").disabled = data.last;
  const whole = box.querySelector(".whole");
  whole.hidden = !document.fullscreenEnabled;
  whole.onclick = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  };
  const onKey = (event) => {
    const how = TURNS[event.key];
    if (!how || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if ((how === "next" && data.last) || (how === "before" && data.first)) return;
    event.preventDefault();
    turn(how);
  };
  window.addEventListener("keydown", onKey);
  return () => { window.removeEventListener("keydown", onKey); };
}
