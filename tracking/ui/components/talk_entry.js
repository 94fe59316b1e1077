// One talk, from search to saved, by the keyboard alone. The screen is built once and
// patched afterwards: a rerun never takes focus or typed text. The server hears of it
// only when Enter is pressed.

const views = new WeakMap();

function mountTalk(component) {
  const { parentElement, data } = component;
  const root = parentElement.querySelector(".stegvis-entry");
  const at = (selector) => root.querySelector(selector);
  const store = draftStore("stegvis.talk." + data.component_key);
  const stored = cleanDraft(store.load(), data.today);
  const view = { data, send: component.setTriggerValue };
  let draft = stored || freshDraft(data.today);
  let cleared = null;
  let blocks = [];
  let sending = false;

  const input = at("#search");
  const saveButton = at(".save");
  const status = at(".status");
  const summary = at(".summary");
  const moves = ownMoves();
  const date = dateField(root, {
    today: () => view.data.today,
    locked: () => draft.sent,
    take(text) {
      draft.held_on = text;
      keep();
    },
  });
  const watch = answerWatch(() => {
    sending = false;
    say(NO_CONTACT, "lost");
    showLock();
  });

  const option = () => view.data.options.find((one) => one.id === draft.spell_id);
  const block = (code) => blocks.find((one) => one.code === code);
  const ratingOf = (code) => (draft.ratings[code] ||= emptyRating());
  const isEmpty = () =>
    draft.spell_id === null && Object.values(draft.ratings).every(ratingIsEmpty);

  function keep() {
    cleared = null;
    at(".undo").hidden = true;
    if (isEmpty() && !draft.sent) store.clear();
    else store.save(draft);
  }

  function say(text, tone) {
    setText(status, text);
    status.dataset.tone = tone || "";
  }

  // --- participant, date, kind, attendance ---------------------------------------------

  const search = participantSearch({
    input,
    list: at("#matches"),
    onChoose(chosen) {
      draft.spell_id = chosen.id;
      setFault("spell_id", "");
      keep();
      showChosen();
      if (status.dataset.tone === "saved") say("");
      focusFirstScore();
    },
    onUnset() {
      draft.spell_id = null;
      setFault("spell_id", "");
      keep();
      showChosen();
    },
    onAsk: (text) => setText(at("#chosen"), text),
  });

  function showChosen() {
    const chosen = option();
    setText(at("#chosen"), chosen ? spellInWords(chosen) : "");
  }

  function showChoices() {
    for (const radio of root.querySelectorAll("input[type=radio]")) {
      radio.checked = draft[radio.name] === radio.value;
    }
    const present = draft.attendance === "present";
    at(".instruments").hidden = !present;
    at(".no-ratings").hidden = present;
  }

  // --- instruments ---------------------------------------------------------------------

  function buildInstruments() {
    blocks = view.data.instruments.map((instrument) => talkInstrument(instrument, {
      unit: () => view.data.unit,
      rating: () => ratingOf(instrument.key),
      locked: () => draft.sent,
      changed(typedField) {
        keep();
        const rating = ratingOf(instrument.key);
        if (typedField && !rating.mark) advance(instrument.key, typedField);
      },
      marked(byKey) {
        keep();
        if (!byKey) return;
        if (ratingOf(instrument.key).mark) {
          moves.to(nextAfter(instrument.key));
        } else block(instrument.key).firstField().focus();
      },
    }));
    at(".instruments").replaceChildren(...blocks.map((one) => one.node));
    blocks.forEach((one) => one.show());
  }

  // The first field after an instrument that can still be typed in, or the save button.
  function nextAfter(code) {
    const following = blocks.slice(blocks.findIndex((one) => one.code === code) + 1);
    const next = following.find((one) => !ratingOf(one.code).mark);
    return next ? next.firstField() : saveButton;
  }

  function focusFirstScore() {
    const next = draft.attendance === "present" && blocks.find((one) => !ratingOf(one.code).mark);
    const fields = next ? next.fields() : [];
    const target = fields.find((field) => !field.value) || fields[0] || saveButton;
    target.focus();
  }

  function advance(code, field) {
    const fields = block(code).fields();
    const scales = field.dataset.place === "total" ? 4 : 1;
    if (!isFinishedScore(field.value, view.data.unit, scales)) return;
    if (field.selectionStart !== field.value.length) return;
    const next = fields[fields.indexOf(field) + 1] || nextAfter(code);
    if (next !== saveButton) moves.to(next, field);
  }

  // --- faults --------------------------------------------------------------------------

  // A field's English name, as the server uses it, to the place that shows its fault.
  function place(name) {
    if (name === "spell_id") return faultPlace(input, at("#spell-fault"), "Deltagare");
    if (name === "held_on") return date.place;
    if (name === "kind" || name === "attendance") {
      const words = name === "kind" ? "Samtal" : "Närvaro";
      return faultPlace(at("input[name=" + name + "]:checked"), at("#" + name + "-fault"), words);
    }
    const [code, part] = name.split("_");
    const found = block(code.toUpperCase());
    return found ? found.place(part) : null;
  }

  function setFault(name, sentence) {
    const target = place(name);
    if (target) target.set(sentence);
  }

  function clearFaults() {
    ["spell_id", "held_on", "kind", "attendance"].forEach((name) => setFault(name, ""));
    blocks.forEach((one) => one.clearFaults());
    summary.replaceChildren();
  }

  function showFaults(heading, faults) {
    clearFaults();
    const items = Object.entries(faults).map(([name, sentence]) => {
      const target = place(name);
      if (!target) return { words: sentence };
      target.set(sentence);
      return { words: target.words + ": " + sentence, control: target.control };
    });
    say("");
    showSummary(summary, heading, items);
  }

  function browserFaults() {
    const faults = {};
    const chosen = option();
    if (!chosen) {
      faults.spell_id = input.value.trim()
        ? "Välj en deltagare i listan med Enter."
        : "Sök fram deltagaren: två tecken av koden eller minnesordet.";
    }
    const read = readDate(draft.held_on, view.data.today);
    if (read.sentence) faults.held_on = read.sentence;
    else if (chosen && read.iso < chosen.started) {
      faults.held_on = "Datumet ligger före deltagandets start " + chosen.started + ".";
    }
    if (draft.attendance !== "present") return faults;
    for (const one of blocks) {
      for (const [part, sentence] of one.faults()) {
        faults[one.code.toLowerCase() + (part && "_" + part)] = sentence;
      }
    }
    return faults;
  }

  // --- sending and the answer ----------------------------------------------------------

  function submit() {
    if (sending) return;
    // The second press of a double Enter may come after a quick answer.
    if (isEmpty() && status.dataset.tone === "saved") return;
    if (!draft.sent) {
      const faults = browserFaults();
      if (Object.keys(faults).length) return showFaults("Samtalet är inte sparat.", faults);
      draft.held_on = readDate(draft.held_on, view.data.today).iso;
    }
    clearFaults();
    sending = true;
    draft.sent = true;
    draft.attempt += 1;
    keep();
    say("Sparar…", "busy");
    showLock();
    watch.start();
    const ratings = {};
    if (draft.attendance === "present") {
      for (const one of blocks) ratings[one.code] = ratingPayload(ratingOf(one.code));
    }
    view.send("submitted", {
      submission_key: draft.key,
      attempt: draft.attempt,
      spell_id: draft.spell_id,
      held_on: draft.held_on,
      kind: draft.kind,
      attendance: draft.attendance,
      ratings,
    });
  }

  // While the outcome is unknown the content stays as sent: one key, one content.
  function showLock() {
    for (const field of root.querySelectorAll("input[type=text]")) {
      const marked = field.dataset.marked === "true";
      field.readOnly = draft.sent || marked;
    }
    date.showLock();
    for (const control of root.querySelectorAll("input[type=radio], .mark")) {
      control.disabled = draft.sent;
    }
    root.setAttribute("aria-busy", String(sending));
    saveButton.setAttribute("aria-disabled", String(sending));
    setText(saveButton, sending ? "Sparar…" : draft.sent ? "Försök igen" : "Spara samtalet");
  }

  function hearAnswer() {
    const { answered, result } = view.data;
    if (!draft.sent || !answered || !result) return;
    if (answered.submission_key !== draft.key || result.submission_key !== draft.key) return;
    if (!result.saved && answered.attempt <= draft.handled) return;
    watch.stop();
    sending = false;
    draft.handled = Math.max(answered.attempt, draft.handled);
    if (result.saved) {
      startOver(freshDraft(view.data.today));
      say(result.message, "saved");
      input.focus();
    } else {
      draft.sent = false;
      keep();
      showLock();
      showFaults(result.message || "Samtalet är inte sparat.", result.errors);
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

  function clear() {
    const before = draft;
    const undoable = !draft.sent && !isEmpty();
    startOver(freshDraft(view.data.today));
    say("Fälten är tömda.");
    cleared = undoable ? before : null;
    at(".undo").hidden = !undoable;
    input.focus();
  }

  function showAll() {
    search.show(option());
    showChosen();
    date.set(draft.held_on);
    showChoices();
    blocks.forEach((one) => one.show());
    showLock();
  }

  // --- keys ----------------------------------------------------------------------------

  function tabKey(event, target) {
    if (moves.swallows(event)) return event.preventDefault();
    // Forward past the mark buttons; Shift+Tab finds them.
    const owner = blocks.find((one) => one.fields().at(-1) === target);
    if (!owner || event.shiftKey) return;
    event.preventDefault();
    nextAfter(owner.code).focus();
  }

  root.onkeydown = (event) => {
    // Streamlit listens for single letters on the document and cannot see through the
    // shadow root that a field is being typed in.
    event.stopPropagation();
    if (event.isComposing) return;
    const target = event.target;
    if (event.key === "Tab") {
      tabKey(event, target);
      return;
    }
    moves.before(event);
    if (target === input && search.keydown(event)) return;
    if (event.key === "Enter") {
      if (target.matches("button:not(.save)")) return;
      event.preventDefault();
      if (!event.repeat) submit();
      return;
    }
    if (target === date.input) return date.key(event);
    if (target === input || event.ctrlKey || event.metaKey || event.altKey || draft.sent) return;
    // In the middle of a word (fyra, noll) a letter is text, not a command.
    if (/\p{L}/u.test(target.value || "")) return;
    const last = blocks.at(-1);
    // Marking the last instrument leads to the save button; the same key undoes it there.
    const atSave = target === saveButton && last && ratingOf(last.code).mark;
    const owner = atSave ? last : blocks.find((one) => one.node.contains(target));
    if (owner && owner.markByKey(event.key.toLowerCase())) event.preventDefault();
  };
  root.onkeyup = root.onkeypress = (event) => event.stopPropagation();

  input.onfocus = () => input.select();
  for (const radio of root.querySelectorAll("input[type=radio]")) {
    radio.onchange = () => {
      draft[radio.name] = radio.value;
      keep();
      showChoices();
    };
  }
  saveButton.onclick = submit;
  at(".clear").onclick = clear;
  at(".undo").onclick = () => {
    startOver(cleared);
    say("Utkastet är tillbaka.");
    focusFirstScore();
  };

  // --- life ----------------------------------------------------------------------------

  let signature = "";
  let today = data.today;

  function patch(next) {
    view.data = next.data;
    view.send = next.setTriggerValue;
    followTheme(root);
    const shape = JSON.stringify([view.data.instruments, view.data.unit]);
    if (shape !== signature) {
      signature = shape;
      buildInstruments();
      showLock();
    }
    if (today !== view.data.today) {
      // Over midnight an untouched date follows the day.
      if (draft.held_on === today && isEmpty()) draft.held_on = view.data.today;
      today = view.data.today;
      date.set(draft.held_on);
    }
    search.setOptions(view.data.options);
    if (draft.spell_id !== null && !option() && !draft.sent) {
      draft.spell_id = null;
      keep();
      search.show(null);
      setText(at("#chosen"), "Deltagaren finns inte längre bland de pågående. Välj igen.");
    } else if (draft.spell_id !== null) showChosen();
    hearAnswer();
  }

  // A page opened for one participant gives way to what was typed for another.
  const wanted = data.preselected_spell_id;
  const untyped = !draft.sent && Object.values(draft.ratings).every(ratingIsEmpty);
  if (wanted !== null && untyped) draft.spell_id = wanted;
  patch(component);
  if (draft.spell_id !== null && !option() && !draft.sent) draft.spell_id = null;
  showAll();
  if (stored && !(wanted !== null && untyped)) {
    say(
      draft.sent
        ? "Det är oklart om samtalet hann sparas. Tryck Enter för besked; det sparas bara en gång."
        : wanted !== null && wanted !== draft.spell_id && option()
          ? "Ett påbörjat samtal med " + nameOf(option()) + " är kvar. Spara eller töm det först."
          : "Det du hade skrivit är kvar.",
    );
  }
  if (!focusIsElsewhere(root)) {
    if (draft.sent) saveButton.focus();
    else if (draft.spell_id === null) input.focus();
    else focusFirstScore();
  }
  view.patch = patch;
  view.close = () => watch.close();
  return view;
}

export default function (component) {
  let view = views.get(component.parentElement);
  if (view) view.patch(component);
  else views.set(component.parentElement, (view = mountTalk(component)));
  return () => {
    view.close();
    views.delete(component.parentElement);
  };
}
