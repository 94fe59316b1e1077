// What both components have on the screen: the date with its keys, the moves between
// fields that must survive the habit of pressing Tab, and the summary of faults.

// today() and locked() are asked each time; take(text) hears of every change.
function dateField(root, { today, locked, take }) {
  const input = root.querySelector("#held-on");
  const hint = root.querySelector("#held-on-hint");
  const place = faultPlace(input, root.querySelector("#held-on-fault"), "Datum");
  const buttons = [...root.querySelectorAll(".step")];

  function show() {
    const read = readDate(input.value, today());
    setText(hint, read.iso ? dateInWords(read.iso, today()) : "");
  }

  function changed() {
    take(input.value.trim());
    show();
  }

  function step(days) {
    if (locked()) return;
    const read = readDate(input.value, today());
    const next = read.iso ? dayBeside(read.iso, days) : today();
    input.value = next > today() ? today() : next;
    changed();
    place.set("");
  }

  input.oninput = changed;
  input.onfocus = () => input.select();
  input.onblur = () => {
    const read = readDate(input.value, today());
    if (read.iso && read.iso !== input.value && !locked()) {
      input.value = read.iso;
      changed();
    }
    place.set(read.sentence || "");
  };
  for (const button of buttons) button.onclick = () => step(Number(button.dataset.days));
  return {
    input,
    place,
    set(value) {
      input.value = value;
      show();
    },
    showLock() {
      input.readOnly = locked();
      for (const button of buttons) button.disabled = locked();
    },
    // A minus steps only when the date is whole: within a date it is typed.
    key(event) {
      const whole = Boolean(readDate(input.value, today()).iso);
      const later = event.key === "ArrowUp" || event.key === "+";
      const earlier = event.key === "ArrowDown" || (event.key === "-" && whole);
      if (!later && !earlier) return;
      event.preventDefault();
      step(later ? 1 : -1);
    },
  };
}

// The component moves on by itself after a finished value. The Tab that the hand presses
// anyway must not skip a field, and a comma or an m after 10 belongs to the field left.
function ownMoves() {
  let move = null;
  return {
    to(field, from) {
      field.focus();
      move = { field, at: performance.now(), ten: from && from.value === "10" ? from : null };
    },
    // Every key but Tab; takes the focus back where the value goes on.
    before(event) {
      const ten = move && move.field === event.target && move.ten;
      if (ten && /^[.,m]$/.test(event.key)) {
        ten.focus();
        ten.setSelectionRange(2, 2);
      }
      move = null;
    },
    // True for a Tab of mere habit.
    swallows(event) {
      const last = move;
      move = null;
      if (!last || last.field !== event.target || event.shiftKey) return false;
      return !last.field.value || performance.now() - last.at < HABIT_TAB_MS;
    },
  };
}

// items: {words, control}; gives the summary the focus if no control can have it.
function showSummary(summary, heading, items, offer) {
  const rows = items.map(({ words, control }) => {
    if (!control) return el("li", { text: words });
    const link = el("button", { type: "button", class: "link", text: words });
    link.onclick = () => control.focus();
    return el("li", {}, link);
  });
  summary.replaceChildren(el("p", { class: "summary-head", text: heading }));
  if (rows.length) summary.append(el("ul", {}, ...rows));
  if (offer) summary.append(offer);
  const first = items.find((item) => item.control);
  (first ? first.control : summary).focus();
}
