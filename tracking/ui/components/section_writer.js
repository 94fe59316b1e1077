// Writing a section of a report. What is typed is sent a second after the last key, and kept in
// this tab until the server has answered. A text that somebody else has changed meanwhile is
// never written over: both are shown. The server decides what may be stored.

const PAUSE_MS = 1000;
const LONGEST_UNSAVED_MS = 10000;
const AGAIN_MS = 5000;
const LOST =
  "Ingen kontakt med servern. Texten finns kvar här och sparas när kontakten är tillbaka.";

const writers = new WeakMap();

function mountWriter(component) {
  const { parentElement } = component;
  const root = parentElement.querySelector(".stegvis-writer");
  const at = (selector) => root.querySelector(selector);
  const field = at(".mine");
  const clash = at(".clash");
  const store = draftStore("stegvis.section." + component.data.component_key);
  const view = { data: component.data, send: component.setTriggerValue };

  let base = view.data.version; // what the text was begun from
  let pending = null; // what has been sent and not answered
  let handled = "";
  let dirty = false;
  let refused = null; // a text that the server would not have; not sent again unchanged
  let other = null; // somebody else's text, until one has chosen
  let timer = null;
  let again = null;
  let unsavedSince = 0;

  function say(text, tone) {
    const status = at(".writer-status");
    setText(status, text);
    status.dataset.tone = tone || "";
  }

  function showCount() {
    const words = (field.value.match(/\S+/g) || []).length;
    setText(at(".writer-count"), words === 1 ? "1 ord" : words.toLocaleString("sv-SE") + " ord");
  }

  function grow() {
    field.style.height = "auto";
    field.style.height = Math.min(field.scrollHeight + 4, 900) + "px";
  }

  function keep() {
    if (dirty) store.save({ base, text: field.value });
    else store.clear();
  }

  const watch = answerWatch(() => {
    say(LOST, "lost");
    clearTimeout(again);
    again = setTimeout(resend, AGAIN_MS);
  });

  function post() {
    pending.attempt += 1;
    view.send("submitted", {
      submission_key: pending.key,
      attempt: pending.attempt,
      section_id: view.data.section_id,
      version: pending.base,
      words: pending.text,
    });
    watch.start();
  }

  // The same text under the same key: whether the first came through or not, it is saved once.
  function resend() {
    if (pending) post();
  }

  function save() {
    clearTimeout(timer);
    timer = null;
    if (!dirty || pending || other || field.value === refused) return;
    pending = { key: newKey(), attempt: 0, base, text: field.value };
    post();
  }

  function changed() {
    if (!dirty) unsavedSince = Date.now();
    dirty = true;
    field.removeAttribute("aria-invalid");
    const status = at(".writer-status").dataset.tone;
    if (status !== "lost") say("", "");
    keep();
    grow();
    showCount();
    schedule();
  }

  function schedule() {
    clearTimeout(timer);
    const overdue = Date.now() - unsavedSince > LONGEST_UNSAVED_MS;
    timer = setTimeout(save, overdue ? 0 : PAUSE_MS);
  }

  function replace(text) {
    field.value = text;
    grow();
    showCount();
  }

  function showClash() {
    clash.hidden = !other;
    if (!other) return;
    setText(at(".clash-words"), other.message);
    at(".theirs").value = other.text;
    say("Din text är inte sparad än; den finns kvar här nedanför.", "fault");
  }

  function choose(choice) {
    const theirs = other;
    other = null;
    showClash();
    base = theirs.version;
    if (choice === "theirs") {
      replace(theirs.text);
      dirty = false;
      keep();
      say("Den sparade texten gäller.", "saved");
    } else {
      if (choice === "both") replace(theirs.text.trimEnd() + "\n\n" + field.value.trimStart());
      dirty = true;
      keep();
      save();
    }
    field.focus();
  }

  for (const button of clash.querySelectorAll("button")) {
    button.onclick = () => choose(button.dataset.choice);
  }
  field.addEventListener("input", changed);
  field.addEventListener("blur", save);
  const leaving = () => save();
  window.addEventListener("pagehide", leaving);
  const online = () => resend();
  window.addEventListener("online", online);

  function answer(data) {
    const result = data.result;
    if (!result || !pending || result.submission_key !== pending.key) return;
    if (handled === pending.key) return;
    handled = pending.key;
    const sent = pending;
    pending = null;
    watch.stop();
    clearTimeout(again);
    if (result.saved) {
      base = result.version;
      dirty = field.value !== sent.text;
      keep();
      if (dirty) schedule();
      else say(result.message, "saved");
      return;
    }
    if (result.theirs !== null) {
      other = { text: result.theirs, version: result.version, message: result.message };
      showClash();
      at(".theirs").focus();
      return;
    }
    refused = sent.text;
    field.setAttribute("aria-invalid", "true");
    say(result.message, "fault");
  }

  function update(data) {
    view.data = data;
    setText(at(".writer-label"), data.label);
    setText(at(".writer-prompt"), data.prompt);
    answer(data);
    if (!dirty && !pending && !other && data.version > base) {
      // Somebody else has written, and there is nothing of one's own to lose.
      base = data.version;
      replace(data.words);
      say(data.saved, "saved");
    }
  }

  followTheme(root);
  const stored = store.load();
  replace(view.data.words);
  say(view.data.saved, view.data.saved ? "saved" : "");
  if (stored && typeof stored.text === "string" && Number.isInteger(stored.base)) {
    if (stored.text !== view.data.words) {
      base = stored.base;
      replace(stored.text);
      dirty = true;
      say("Det du skrev förut är kvar och sparas nu.", "");
      unsavedSince = Date.now();
      schedule();
    } else store.clear();
  }
  update(view.data);

  return {
    update(component) {
      view.send = component.setTriggerValue;
      followTheme(root);
      update(component.data);
    },
    close() {
      save();
      clearTimeout(timer);
      clearTimeout(again);
      watch.close();
      window.removeEventListener("pagehide", leaving);
      window.removeEventListener("online", online);
    },
  };
}

export default function (component) {
  const { parentElement } = component;
  let writer = writers.get(parentElement);
  if (!writer) {
    writer = mountWriter(component);
    writers.set(parentElement, writer);
  } else {
    writer.update(component);
  }
  return () => {
    writer.close();
    writers.delete(parentElement);
  };
}
