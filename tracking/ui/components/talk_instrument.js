// One instrument of a talk: four fields or only the sum, a running sum, the marks for a
// form that was not or not wholly filled, and the faults beneath.

function talkInstrument(instrument, { unit, rating, locked, changed, marked }) {
  const code = instrument.key;
  const id = (part) => code + "-" + part;
  const places = new Map();

  function field(part, words) {
    const fault = el("p", { class: "fault", id: id(part) + "-fault" });
    const control = el("input", {
      id: id(part),
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      spellcheck: "false",
      "data-place": String(part),
      "aria-describedby": [fault.id, id("own-fault"), id("sum")].join(" "),
    });
    const node = el("div", { class: "score" }, el("label", { for: id(part), text: words }), control);
    control.onfocus = () => control.select();
    control.onblur = () => check(part, false);
    control.oninput = () => {
      if (part === "total") rating().total = control.value;
      else rating().scales[part - 1] = control.value;
      if (own.textContent) clearFaults();
      check(part, true);
      showSum();
      changed(control);
    };
    const place = faultPlace(control, fault, instrument.title + " " + words, words + ": ");
    places.set(String(part), { ...place, fault, node });
    return node;
  }

  function mark(key, words, name) {
    const node = el("button", { type: "button", class: "mark", "aria-pressed": "false" });
    node.append(words + " ", el("kbd", { text: key }));
    node.onclick = () => toggle(name, false);
    node.dataset.mark = name;
    return node;
  }

  const unitWords = unit() === "mm" ? "millimeter 0–100" : "0–10";
  const sum = el("output", { class: "sum", id: id("sum") });
  const own = el("p", { class: "fault", id: id("own-fault") });
  const scales = el("div", { class: "scores" });
  instrument.scales.forEach((words, index) => scales.append(field(index + 1, words)));
  const total = field("total", unit() === "mm" ? "Summa, millimeter 0–400" : "Summa 0–40");
  const marks = el(
    "div",
    { class: "marks", role: "group", "aria-label": "Formuläret " + instrument.title },
    mark("e", "Ej ifylld", "not_filled"),
    mark("o", "Ofullständigt ifylld", "incomplete"),
    mark("t", "Endast summa", "only"),
  );
  const faults = [...places.values()].map((place) => place.fault);
  const legend = el("legend", {}, instrument.title + " ", el("span", { class: "unit", text: unitWords }));
  const node = el(
    "fieldset",
    { class: "instrument", "data-code": code },
    legend,
    el("div", { class: "scores-row" }, scales, total, sum),
    ...faults,
    own,
    marks,
  );

  function clearFaults() {
    for (const { set } of places.values()) set("");
    setText(own, "");
  }

  // While typing only what can no longer become right is pointed out.
  function check(part, typing) {
    const { control, set } = places.get(String(part));
    if (typing && mayBecomeScore(control.value)) return set("");
    const read = readScore(control.value, unit(), part === "total" ? 4 : 1);
    set(read.sentence || "");
  }

  function showSum() {
    setText(sum, sumInWords(rating(), unit()));
  }

  function show() {
    const now = rating();
    for (const [part, { control, node: holder }] of places) {
      const typed = part === "total" ? now.total : now.scales[Number(part) - 1];
      const shown = now.mark ? "" : typed;
      if (control.value !== shown) control.value = shown;
      control.dataset.marked = String(Boolean(now.mark));
      control.readOnly = Boolean(now.mark) || locked();
      if (now.mark) control.setAttribute("aria-disabled", "true");
      else control.removeAttribute("aria-disabled");
      holder.hidden = (part === "total") !== now.only;
    }
    scales.hidden = now.only;
    node.dataset.mark = now.mark;
    for (const button of marks.children) {
      const name = button.dataset.mark;
      const pressed = name === "only" ? now.only && !now.mark : now.mark === name;
      button.setAttribute("aria-pressed", String(pressed));
    }
    showSum();
  }

  function fields() {
    const only = rating().only;
    return [...places].filter(([part]) => (part === "total") === only).map(([, one]) => one.control);
  }

  function toggle(name, byKey) {
    if (locked()) return;
    const now = rating();
    if (name === "only") {
      now.mark = "";
      now.only = !now.only;
    } else now.mark = now.mark === name ? "" : name;
    clearFaults();
    show();
    marked(byKey);
  }

  return {
    code,
    node,
    show,
    fields,
    firstField: () => fields()[0],
    clearFaults,
    faults: () => ratingFaults(rating(), unit(), instrument.scales),
    place(part) {
      const empty = fields().find((one) => !one.value.trim()) || fields()[0];
      return places.get(part) || faultPlace(empty, own, instrument.title);
    },
    markByKey(letter) {
      const name = letter === "t" ? "only" : MARK_KEYS[letter];
      if (!name) return false;
      toggle(name, true);
      return true;
    },
  };
}
