// A group meeting as one grid, typed like a spreadsheet. As for a talk, the screen is
// built once and patched, the draft stays in this tab, and the server hears of it only
// when the meeting, or its complete rows, are saved.

const views = new WeakMap();

function mountGroup(component) {
  const { parentElement, data } = component;
  const root = parentElement.querySelector(".stegvis-entry");
  const at = (selector) => root.querySelector(selector);
  const store = draftStore("stegvis.group." + data.component_key + "." + data.insats_id);
  const stored = cleanMeeting(store.load(), data.today);
  const view = { data, send: component.setTriggerValue };
  let draft = stored || freshMeeting(data.today);
  let cleared = null;
  let sending = false;
  const rows = new Map();

  const saveButton = at(".save");
  const moreButton = at(".more-columns");
  const status = at(".status");
  const summary = at(".summary");
  const body = at("tbody");
  const moves = ownMoves();
  const date = dateField(root, {
    today: () => view.data.today,
    // What is left after a partial save belongs to the same day.
    locked: () => draft.sent || draft.saved.length > 0,
    take(text) {
      draft.held_on = text;
      keep();
      tellDay();
    },
  });
  const watch = answerWatch(() => {
    sending = false;
    say(NO_CONTACT.replace("Enter", "Ctrl+Enter"), "lost");
    showLock();
  });

  const entryOf = (id) =>
    (draft.rows[id] ||= { attendance: "present", ratings: {} });
  const isShown = (key) => key === view.data.instruments[0].key || draft.more;
  const listed = () => view.data.rows.map((one) => rows.get(one.spell_id));
  const open = () => listed().filter((row) => !draft.saved.includes(row.id));
  const openFields = () => open().flatMap((row) => row.fields()).filter((field) => !field.readOnly);
  const rowAt = (node) => listed().find((row) => row.node.contains(node));
  const isEmpty = () =>
    !draft.saved.length &&
    Object.values(draft.rows).every(
      (row) => row.attendance === "present" && Object.values(row.ratings).every(ratingIsEmpty),
    );

  function keep() {
    cleared = null;
    at(".undo").hidden = true;
    if (isEmpty() && !draft.sent) store.clear();
    else store.save(draft);
    showCount();
  }

  function say(text, tone) {
    setText(status, text);
    status.dataset.tone = tone || "";
  }

  function showCount() {
    const left = open().length;
    const complete = open().filter((row) => !Object.keys(row.faults()).length).length;
    setText(at(".count"), complete + " av " + left + " rader kompletta. Ctrl+Enter sparar.");
  }

  // --- rows and columns ----------------------------------------------------------------

  function showColumns() {
    for (const head of at("thead").querySelectorAll("[data-key]")) {
      head.hidden = !isShown(head.dataset.key);
    }
    const second = view.data.instruments[1];
    moreButton.hidden = !second;
    if (second) setText(moreButton, (draft.more ? "Dölj " : "Visa ") + second.title + "-kolumner");
    moreButton.setAttribute("aria-expanded", String(draft.more));
  }

  // Rows that stay are never moved or rebuilt: one of them may have the focus.
  function patchRows() {
    const wanted = new Set(view.data.rows.map((one) => one.spell_id));
    for (const [id, row] of rows) {
      if (wanted.has(id)) continue;
      row.node.remove();
      row.faultRow.remove();
      rows.delete(id);
    }
    let last = null;
    for (const participant of view.data.rows) {
      const id = participant.spell_id;
      let row = rows.get(id);
      if (row) row.rename(participant);
      else {
        row = groupRow(participant, {
          instruments: () => view.data.instruments,
          shown: isShown,
          unit: () => view.data.unit,
          entry: () => entryOf(id),
          locked: () => draft.sent,
          saved: () => draft.saved.includes(id),
          changed(field) {
            keep();
            if (field) advance(field);
          },
        });
        rows.set(id, row);
      }
      const before = last ? last.nextSibling : body.firstChild;
      if (row.node !== before) body.insertBefore(row.node, before);
      if (row.node.nextSibling !== row.faultRow) row.node.after(row.faultRow);
      last = row.faultRow;
      row.show();
    }
  }

  function nextOpen(field) {
    const ordered = listed().flatMap((row) => row.fields());
    return ordered.slice(ordered.indexOf(field) + 1).find((one) => !one.readOnly) || null;
  }

  function advance(field) {
    const scales = field.dataset.place === "total" ? 4 : 1;
    if (!isFinishedScore(field.value, view.data.unit, scales)) return;
    if (field.selectionStart !== field.value.length) return;
    const next = nextOpen(field);
    if (next) moves.to(next, field);
  }

  function moveRow(target, steps) {
    const all = open();
    const from = all.findIndex((row) => row.node.contains(target));
    const row = all[from + steps];
    if (!row) return steps > 0 ? saveButton.focus() : undefined;
    const column = target.dataset.column;
    const [key] = column.split("_");
    const control = row.control(column) || row.fieldsOf(key)[0];
    control.focus();
  }

  // --- faults --------------------------------------------------------------------------

  function clearFaults() {
    listed().forEach((row) => row.setFaults({}));
    date.place.set("");
    summary.replaceChildren();
  }

  function showFaults(heading, dateFault, rowFaults, offer) {
    clearFaults();
    const items = [];
    date.place.set(dateFault);
    if (dateFault) items.push({ words: "Datum: " + dateFault, control: date.input });
    for (const row of listed()) {
      const faults = rowFaults.get(row.id) || {};
      row.setFaults(faults);
      for (const [name, sentence] of Object.entries(faults)) {
        const found = row.place(name);
        const words = row.name() + ": " + (found ? found.words + ": " : "") + sentence;
        items.push({ words, control: (found || row.place("attendance")).control });
      }
    }
    say("");
    showSummary(summary, heading, items, offer ? completeOffer(offer) : null);
  }

  function completeOffer(rows) {
    const words = rows === 1 ? "Spara den kompletta raden" : "Spara de " + rows + " kompletta raderna";
    const button = el("button", { type: "button", class: "plain save-complete", text: words });
    button.onclick = () => submit(true);
    const rest = "Resten står kvar på skärmen. Eller rätta raderna och spara hela träffen.";
    return el("div", { class: "offer" }, button, el("p", { text: rest }));
  }

  function browserFaults() {
    const found = new Map();
    for (const row of open()) {
      const faults = row.faults();
      if (Object.keys(faults).length) found.set(row.id, faults);
    }
    return found;
  }

  // --- sending and the answer ----------------------------------------------------------

  function rowsToSend() {
    const faulty = draft.only_complete ? browserFaults() : new Map();
    return open().filter((row) => !faulty.has(row.id));
  }

  function submit(onlyComplete) {
    if (sending) return;
    // The second press of a double Enter may come after a quick answer.
    if (isEmpty() && status.dataset.tone === "saved") return;
    if (!draft.sent) {
      const read = readDate(draft.held_on, view.data.today);
      const found = browserFaults();
      const complete = open().length - found.size;
      if (read.sentence || !complete || (found.size && !onlyComplete)) {
        const offer = read.sentence ? 0 : complete;
        const heading =
          found.size === 1 ? "Träffen är inte sparad: en rad är inte färdig."
          : found.size ? "Träffen är inte sparad: " + found.size + " rader är inte färdiga."
          : "Träffen är inte sparad.";
        return showFaults(heading, read.sentence || "", found, offer);
      }
      draft.held_on = read.iso;
      draft.only_complete = Boolean(onlyComplete && found.size);
    }
    clearFaults();
    sending = true;
    draft.sent = true;
    draft.attempt += 1;
    keep();
    say("Sparar…", "busy");
    showLock();
    watch.start();
    view.send("submitted", {
      submission_key: draft.key,
      attempt: draft.attempt,
      insats_id: view.data.insats_id,
      held_on: draft.held_on,
      rows: rowsToSend().map((row) => row.payload()),
      only_complete: draft.only_complete,
    });
    saveButton.focus();
  }

  function showLock() {
    rows.forEach((row) => row.show());
    date.showLock();
    at(".mark-empty").disabled = moreButton.disabled = draft.sent;
    root.setAttribute("aria-busy", String(sending));
    saveButton.setAttribute("aria-disabled", String(sending));
    const words = draft.saved.length ? "Spara resten av träffen" : "Spara hela träffen";
    setText(saveButton, sending ? "Sparar…" : draft.sent ? "Försök igen" : words);
  }

  function hearAnswer() {
    const { answered, result } = view.data;
    if (!draft.sent || !answered || !result) return;
    if (answered.submission_key !== draft.key || result.submission_key !== draft.key) return;
    if (!result.saved && answered.attempt <= draft.handled) return;
    watch.stop();
    sending = false;
    draft.handled = Math.max(answered.attempt, draft.handled);
    const rowFaults = new Map(
      Object.entries(result.row_errors).map(([id, faults]) => [Number(id), faults]),
    );
    if (result.saved) {
      draft.saved = [...new Set([...draft.saved, ...result.saved_spell_ids])];
      if (!open().length) {
        startOver(freshMeeting(view.data.today));
        say(result.message, "saved");
        date.input.focus();
        return;
      }
      // What is left is a new submission of the same meeting.
      Object.assign(draft, { key: newKey(), attempt: 0, handled: 0 });
    }
    draft.sent = draft.only_complete = false;
    keep();
    showLock();
    if (result.saved) {
      const left = rowFaults.size ? rowFaults : browserFaults();
      const many = open().length > 1 ? open().length + " rader är" : "En rad är";
      showFaults(many + " kvar att färdigställa.", "", left, 0);
      say(result.message, "saved");
    } else {
      showFaults(
        result.message || "Träffen är inte sparad.",
        result.errors.held_on || "",
        rowFaults,
        rowFaults.size ? open().filter((row) => !rowFaults.has(row.id)).length : 0,
      );
    }
  }

  function startOver(next) {
    watch.stop();
    sending = false;
    draft = next;
    keep();
    clearFaults();
    showAll();
  }

  function showAll() {
    date.set(draft.held_on);
    showColumns();
    showLock();
    showCount();
    tellDay();
  }

  // Who took part in the insats on that day is the server's to know.
  function tellDay() {
    const read = readDate(draft.held_on, view.data.today);
    const whole = read.iso && read.iso === draft.held_on;
    if (whole && read.iso <= view.data.today && read.iso !== view.data.day) {
      view.send("day", read.iso);
    }
  }

  // --- tools ---------------------------------------------------------------------------

  moreButton.onclick = () => {
    const second = view.data.instruments[1].key;
    const filled = Object.values(draft.rows).some(
      (row) => row.ratings[second] && !ratingIsEmpty(row.ratings[second]),
    );
    if (draft.more && filled) return say("Kolumnerna har värden och kan inte döljas.");
    draft.more = !draft.more;
    keep();
    showColumns();
    rows.forEach((row) => row.show());
  };
  at(".mark-empty").onclick = () => {
    const key = view.data.instruments[0].key;
    let marked = 0;
    for (const row of open()) {
      const entry = entryOf(row.id);
      const rating = (entry.ratings[key] ||= emptyRating());
      if (entry.attendance !== "present" || !ratingIsEmpty(rating)) continue;
      rating.mark = "not_filled";
      row.setFaults({});
      row.show();
      marked += 1;
    }
    keep();
    say(marked === 1 ? "En rad är märkt som ej ifylld." : marked + " rader är märkta som ej ifylld.");
  };
  at(".clear").onclick = () => {
    const before = draft;
    const undoable = !draft.sent && !isEmpty();
    startOver(freshMeeting(view.data.today));
    say("Träffen är tömd.");
    cleared = undoable ? before : null;
    at(".undo").hidden = !undoable;
    date.input.focus();
  };
  at(".undo").onclick = () => {
    startOver(cleared);
    say("Utkastet är tillbaka.");
    (openFields()[0] || saveButton).focus();
  };
  saveButton.onclick = () => submit(draft.only_complete);
  // --- keys ----------------------------------------------------------------------------

  function tabKey(event, target) {
    if (moves.swallows(event)) return event.preventDefault();
    const row = rowAt(target);
    if (!row || event.shiftKey || !row.fields().includes(target)) return;
    // Onward to the next field that can be typed in; Shift+Tab finds the lists.
    event.preventDefault();
    (nextOpen(target) || saveButton).focus();
  }

  root.onkeydown = (event) => {
    // Streamlit's own single-letter keys must not hear what is typed here.
    event.stopPropagation();
    if (event.isComposing) return;
    const target = event.target;
    if (event.key === "Tab") {
      tabKey(event, target);
      return;
    }
    moves.before(event);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!event.repeat) submit(draft.only_complete);
      return;
    }
    if (target === date.input) {
      if (event.key !== "Enter") return date.key(event);
      event.preventDefault();
      return (openFields()[0] || saveButton).focus();
    }
    const column = target.dataset && target.dataset.column;
    if (!column || event.altKey || event.ctrlKey || event.metaKey) return;
    const down = event.key === "ArrowDown" || event.key === "Enter";
    if (down || event.key === "ArrowUp") {
      event.preventDefault();
      return moveRow(target, down && !event.shiftKey ? 1 : -1);
    }
    if (target.tagName === "SELECT" && column === "attendance") return;
    // In the middle of a word a letter is text, not a command.
    if (target.tagName === "INPUT" && /\p{L}/u.test(target.value)) return;
    const row = rowAt(target);
    if (!row || draft.sent || draft.saved.includes(row.id)) return;
    const did = row.key(event.key.toLowerCase(), column);
    if (!did) return;
    event.preventDefault();
    if (target.tagName === "SELECT") return;
    const next = did === "on" ? nextOpen(row.fields().at(-1)) || saveButton : row.fieldsOf(column.split("_")[0])[0];
    if (did === "on") moves.to(next);
    else next.focus();
  };
  root.onkeyup = root.onkeypress = (event) => event.stopPropagation();

  // --- life ----------------------------------------------------------------------------

  let signature = "";
  let today = data.today;

  function patch(next) {
    view.data = next.data;
    view.send = next.setTriggerValue;
    followTheme(root);
    setText(at("caption"), "Gruppträff i " + view.data.insats_name);
    const shape = JSON.stringify([view.data.instruments, view.data.unit]);
    if (shape !== signature) {
      signature = shape;
      rows.clear();
      body.replaceChildren();
      at("thead").replaceChildren(...groupHead(view.data.instruments, view.data.unit));
    }
    patchRows();
    showColumns();
    if (today !== view.data.today) {
      if (draft.held_on === today && isEmpty()) draft.held_on = view.data.today;
      today = view.data.today;
      date.set(draft.held_on);
    }
    showCount();
    hearAnswer();
  }

  patch(component);
  showAll();
  if (stored && !status.textContent) {
    say(
      draft.sent
        ? "Det är oklart om träffen hann sparas. Tryck Ctrl+Enter för besked; den sparas bara en gång."
        : "Det du hade skrivit är kvar.",
    );
  }
  if (!focusIsElsewhere(root)) (openFields()[0] || saveButton).focus();
  view.patch = patch;
  view.close = () => watch.close();
  return view;
}

export default function (component) {
  let view = views.get(component.parentElement);
  // Another insats under the same key is another meeting with a draft of its own.
  if (view && view.data.insats_id !== component.data.insats_id) {
    view.close();
    component.parentElement.querySelector("tbody").replaceChildren();
    view = null;
  }
  if (view) view.patch(component);
  else views.set(component.parentElement, (view = mountGroup(component)));
  return () => {
    view.close();
    views.delete(component.parentElement);
  };
}
