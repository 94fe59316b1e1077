// The parts of the grid: the column names, and one participant's row with attendance, the
// fields of each instrument, and the row's faults beneath it. Which row comes next is the
// grid's affair.

const FORM_CHOICES = [
  ["", "Ifyllt"],
  ["only", "Endast summa"],
  ["not_filled", "Ej ifylld"],
  ["incomplete", "Ofullst. ifylld"],
];
const ATTENDANCE_WORDS = { present: "Närvarande", absent: "Uteblev", cancelled: "Avbokat" };
const ROW_KEYS = { n: "present", u: "absent", a: "cancelled" };

function choice(entries, attributes) {
  const node = el("select", attributes);
  for (const [value, words] of entries) node.append(el("option", { value, text: words }));
  return node;
}

// The two rows of column names: the instruments above their scales.
function groupHead(instruments, instrumentUnit) {
  const groups = el("tr", {}, el("td", {}), el("td", {}));
  const names = el(
    "tr",
    {},
    el("th", { scope: "col", text: "Deltagare" }),
    el("th", { scope: "col", text: "Närvaro" }),
  );
  for (const { key, title, scales } of instruments) {
    const unit = instrumentUnit === "mm" ? "millimeter" : "0–10";
    const group = el("th", { scope: "colgroup", colspan: "6", "data-key": key });
    group.append(title + " ", el("span", { class: "unit", text: unit }));
    groups.append(group);
    for (const text of [...scales, "Summa", "Formulär"]) {
      names.append(el("th", { scope: "col", "data-key": key, text }));
    }
  }
  return [groups, names];
}

// grid: instruments(), shown(), unit(), entry() (this row's draft), locked(), saved(),
// changed(field), stepped().
function groupRow(participant, grid) {
  const id = participant.spell_id;
  const places = new Map();
  const groups = new Map();
  const fault = el("td", { class: "fault", id: "fault-" + id });
  const faultRow = el("tr", { class: "fault-row", hidden: true }, fault);
  const word = el("span", { class: "word" });
  const savedWord = el("span", { class: "saved-word", text: "sparad" });
  const code = el("span", { class: "code" });
  const node = el("tr", {}, el("th", { scope: "row" }, code, word, savedWord));
  const attendance = choice(Object.entries(ATTENDANCE_WORDS), { "data-column": "attendance" });
  node.append(el("td", {}, attendance));
  attendance.onchange = () => attend(attendance.value);
  places.set("attendance", { control: attendance, words: "Närvaro" });

  const ratingOf = (key) => (grid.entry().ratings[key] ||= emptyRating());
  const present = () => grid.entry().attendance === "present";

  function setFaults(faults) {
    for (const { control } of places.values()) control.removeAttribute("aria-invalid");
    const sentences = [];
    for (const [name, sentence] of Object.entries(faults)) {
      const target = place(name);
      if (target) target.control.setAttribute("aria-invalid", "true");
      sentences.push((target ? target.words + ": " : "") + sentence);
    }
    fault.replaceChildren(...sentences.map((text) => el("p", { text })));
    faultRow.hidden = !sentences.length;
  }

  function scoreField(instrument, part, words) {
    const key = instrument.key;
    const control = el("input", {
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      spellcheck: "false",
      "data-column": key + "_" + part,
      "data-place": part,
      "aria-describedby": fault.id,
    });
    control.onfocus = () => control.select();
    control.onblur = () => checkField(instrument, part);
    control.oninput = () => {
      if (part === "total") ratingOf(key).total = control.value;
      else ratingOf(key).scales[Number(part) - 1] = control.value;
      if (mayBecomeScore(control.value)) setFaults({});
      else checkField(instrument, part);
      showSum(key);
      grid.changed(control);
    };
    places.set(key.toLowerCase() + "_" + part, { control, words: instrument.title + " " + words });
    return control;
  }

  function checkField(instrument, part) {
    const name = instrument.key.toLowerCase() + "_" + part;
    const read = readScore(places.get(name).control.value, grid.unit(), part === "total" ? 4 : 1);
    if (read.sentence) setFaults({ [name]: read.sentence });
  }

  function buildInstrument(instrument) {
    const key = instrument.key;
    const scales = instrument.scales.map((words, at) => scoreField(instrument, String(at + 1), words));
    const total = scoreField(instrument, "total", "summa");
    const cells = scales.map((control) => el("td", { class: "score" }, control));
    cells[0].append(total);
    const sum = el("td", { class: "sum" });
    const form = choice(FORM_CHOICES, { "data-column": key + "_form" });
    form.onchange = () => toggle(key, form.value, true);
    const all = [...cells, sum, el("td", { class: "form" }, form)];
    node.append(...all);
    groups.set(key, { instrument, scales, total, cells, sum, form, all });
  }

  function showSum(key) {
    const { sum } = groups.get(key);
    const rating = ratingOf(key);
    const whole = present() && !rating.mark && !ratingFaults(rating, grid.unit(), []).size;
    const words = sumInWords(rating, grid.unit()).replace("Summa ", "");
    setText(sum, whole && !words.includes("(") ? words : "");
  }

  function show() {
    setText(code, participant.code);
    setText(word, participant.memory_word);
    const closed = grid.locked() || grid.saved();
    savedWord.hidden = !grid.saved();
    node.dataset.state = grid.saved() ? "saved" : grid.entry().attendance;
    attendance.setAttribute("aria-label", participant.code + " närvaro");
    attendance.value = grid.entry().attendance;
    attendance.disabled = closed;
    for (const [key, group] of groups) {
      const rating = ratingOf(key);
      const shown = grid.shown(key);
      const title = participant.code + " " + group.instrument.title + " ";
      group.all.forEach((cell) => (cell.hidden = !shown));
      group.cells.forEach((cell, at) => (cell.hidden = !shown || (rating.only && at > 0)));
      group.cells[0].colSpan = rating.only ? 4 : 1;
      group.total.hidden = !rating.only;
      group.scales[0].hidden = rating.only;
      const off = Boolean(rating.mark) || !present();
      const texts = [...rating.scales, rating.total];
      const names = [...group.instrument.scales, "summa"];
      [...group.scales, group.total].forEach((control, at) => {
        const text = off ? "" : texts[at];
        if (control.value !== text) control.value = text;
        control.readOnly = off || closed;
        control.setAttribute("aria-label", title + names[at]);
        if (off || closed) control.setAttribute("aria-disabled", "true");
        else control.removeAttribute("aria-disabled");
      });
      group.form.setAttribute("aria-label", title + "formulär");
      group.form.value = rating.mark || (rating.only ? "only" : "");
      group.form.disabled = closed || !present();
      showSum(key);
    }
  }

  // set: the very choice of the list; otherwise a key, which undoes itself.
  function toggle(key, name, set) {
    if (grid.locked() || grid.saved() || !present()) return;
    const rating = ratingOf(key);
    if (name === "only") {
      rating.only = set || Boolean(rating.mark) || !rating.only;
      rating.mark = "";
    } else if (name === "") {
      rating.mark = "";
      rating.only = false;
    } else rating.mark = !set && rating.mark === name ? "" : name;
    setFaults({});
    show();
    grid.changed(null);
  }

  function attend(value) {
    if (grid.locked() || grid.saved()) return;
    grid.entry().attendance = value;
    setFaults({});
    show();
    grid.changed(null);
  }

  function fieldsOf(key) {
    const { scales, total } = groups.get(key);
    return ratingOf(key).only ? [total] : scales;
  }

  function place(name) {
    const found = places.get(name);
    if (found) return found;
    const group = groups.get(name.toUpperCase());
    if (!group) return null;
    const fields = fieldsOf(group.instrument.key);
    const control = fields.find((field) => !field.value.trim()) || fields[0];
    return { control, words: group.instrument.title };
  }

  grid.instruments().forEach(buildInstrument);
  fault.colSpan = 2 + 6 * groups.size;
  return {
    id,
    node,
    faultRow,
    show,
    setFaults,
    place,
    fieldsOf,
    name: () => participant.code,
    rename(next) {
      participant = next;
    },
    fields: () => [...groups.keys()].filter(grid.shown).flatMap(fieldsOf),
    control: (column) => node.querySelector('[data-column="' + column + '"]:not([hidden])'),
    faults() {
      const faults = {};
      if (!present()) return faults;
      for (const [key, { instrument }] of groups) {
        // The first instrument belongs to the meeting; the others only where they were filled.
        const wanted = instrument === grid.instruments()[0] || !ratingIsEmpty(ratingOf(key));
        if (!wanted) continue;
        for (const [part, sentence] of ratingFaults(ratingOf(key), grid.unit(), instrument.scales)) {
          faults[key.toLowerCase() + (part && "_" + part)] = sentence;
        }
      }
      return faults;
    },
    payload() {
      const ratings = {};
      for (const key of present() ? groups.keys() : []) {
        if (!ratingIsEmpty(ratingOf(key))) ratings[key] = ratingPayload(ratingOf(key));
      }
      return { spell_id: id, attendance: grid.entry().attendance, ratings };
    },
    // What a letter pressed in this row did: "on" closed fields, "off" opened them.
    key(letter, column) {
      if (letter in ROW_KEYS) {
        attend(ROW_KEYS[letter]);
        return present() ? "off" : "on";
      }
      const key = (column || "").split("_")[0];
      const name = letter === "t" ? "only" : MARK_KEYS[letter];
      if (!name || !groups.has(key) || !present()) return "";
      toggle(key, name, false);
      return ratingOf(key).mark ? "on" : "off";
    },
  };
}
