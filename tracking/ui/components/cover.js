// The cover of a page that has been still for too long. It asks the server whether the sign-in
// is locked, covers the page without taking anything away from it, and unlocks by password.
// One watch for the whole window, however often Streamlit draws the component anew.

const ASK_EVERY = 60_000;
const TELL_EVERY = 10 * 60_000;

const STYLE = `
.stegvis-cover { position: fixed; inset: 0; z-index: 1000000; overflow: auto; color: #1a1a1a;
  background: #fff; font: 16px/1.5 "Source Sans", "Segoe UI", Roboto, sans-serif; }
.stegvis-cover > form { max-width: 30rem; margin: 0 auto; padding: 3rem 1rem; }
.stegvis-cover h2 { font-size: 28px; line-height: 1.2; font-weight: 600; margin: 0 0 1rem; }
.stegvis-cover label { display: block; font-weight: 600; margin-top: 1.25rem; }
.stegvis-cover input { width: 100%; min-height: 2.75rem; padding: .5rem; font: inherit;
  box-sizing: border-box; color: inherit; background: #fff; border: 1px solid #868c94;
  border-radius: 3px; }
.stegvis-cover button { margin: 1.5rem 0; min-height: 2.75rem; padding: .5rem 1.25rem;
  font: inherit; font-weight: 600; color: #fff; background: #00507f; border: 1px solid #00507f;
  border-radius: 3px; cursor: pointer; }
.stegvis-cover a { color: #00507f; margin-right: 1.5rem; }
.stegvis-cover .fault { color: #a3262a; font-weight: 600; margin: .5rem 0 0; }
.stegvis-cover :focus-visible { outline: 3px solid #00507f; outline-offset: 2px; }
@media (prefers-color-scheme: dark) {
  .stegvis-cover, .stegvis-cover input { color: #f2f2f0; background: #14181d; }
  .stegvis-cover a { color: #7ab8e0; }
  .stegvis-cover button { color: #14181d; background: #7ab8e0; border-color: #7ab8e0; }
  .stegvis-cover .fault { color: #f08a8a; }
  .stegvis-cover :focus-visible { outline-color: #7ab8e0; }
}`;

function newWatch() {
  const watch = { cover: null, typed: false, told: Date.now(), data: null, tell: null };
  const noted = () => { watch.typed = true; };
  for (const kind of ["keydown", "pointerdown", "input"]) {
    window.addEventListener(kind, noted, { capture: true, passive: true });
  }
  const look = () => { ask(watch); };
  setInterval(look, ASK_EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  // A laptop that has slept gives its page no event of its own kind; focus comes first.
  window.addEventListener("focus", look);
  return watch;
}

async function marks(watch) {
  const answer = await fetch(watch.data.unlock, {
    headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store",
  });
  return answer.ok ? answer.json() : null;
}

async function ask(watch) {
  let seen = null;
  try { seen = await marks(watch); } catch { return; } // the server rests: nothing is known
  if (!seen) return;
  if (!seen.signed_in) { leave(watch); return; }
  if (seen.locked) { cover(watch, seen); return; }
  uncover(watch);
  if (watch.typed && Date.now() - watch.told > TELL_EVERY) {
    watch.typed = false;
    watch.told = Date.now();
    watch.tell("active", Date.now());
  }
}

function leave(watch) {
  const till = encodeURIComponent(watch.data.page);
  window.location.assign(`${watch.data.sign_in}?till=${till}`);
}

function cover(watch, seen) {
  if (watch.cover) return;
  const root = document.getElementById("root");
  const before = document.activeElement;
  const box = document.createElement("div");
  box.className = "stegvis-cover";
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-modal", "true");
  box.setAttribute("aria-labelledby", "stegvis-cover-title");
  const style = document.createElement("style");
  style.textContent = STYLE;
  const form = document.createElement("form");
  form.innerHTML = `
    <h2 id="stegvis-cover-title">Sidan är låst</h2>
    <p>Den låstes efter en stunds stillhet. Det du har skrivit finns kvar.</p>
    <div class="by-password">
      <label for="stegvis-cover-password">Lösenord</label>
      <p class="fault" role="alert" id="stegvis-cover-fault"></p>
      <input id="stegvis-cover-password" type="password" autocomplete="current-password"
        aria-describedby="stegvis-cover-fault">
      <button type="submit">Lås upp</button>
    </div>
    <p><a class="elsewhere"></a><a class="out">Logga ut</a></p>`;
  form.querySelector(".out").href = watch.data.sign_out;
  const elsewhere = form.querySelector(".elsewhere");
  if (!seen.has_password) {
    form.querySelector(".by-password").remove();
    elsewhere.textContent = "Lås upp";
    elsewhere.href = `${watch.data.unlock}?till=${encodeURIComponent(watch.data.page)}`;
  } else {
    elsewhere.remove();
  }
  form.onsubmit = (event) => { event.preventDefault(); unlock(watch, form); };
  box.append(style, form);
  document.body.append(box);
  // A field that sees the focus leave sends what it holds, and the answer to that would be drawn
  // in place of the page. It is told nothing, and has its focus back afterwards.
  const unseen = (event) => { event.stopImmediatePropagation(); };
  for (const kind of ["blur", "focusout"]) window.addEventListener(kind, unseen, true);
  (form.querySelector("input") ?? form.querySelector("a")).focus();
  for (const kind of ["blur", "focusout"]) window.removeEventListener(kind, unseen, true);
  if (root) { root.inert = true; root.style.visibility = "hidden"; }
  watch.cover = { box, root, before };
}

function uncover(watch) {
  if (!watch.cover) return;
  const { box, root, before } = watch.cover;
  box.remove();
  if (root) { root.inert = false; root.style.visibility = ""; }
  watch.cover = null;
  if (before && before.isConnected) before.focus();
}

async function unlock(watch, form) {
  const field = form.querySelector("input");
  const fault = form.querySelector(".fault");
  const button = form.querySelector("button");
  button.disabled = true;
  fault.textContent = "";
  try {
    const seen = await marks(watch);
    if (seen && !seen.signed_in) { leave(watch); return; }
    if (seen && seen.locked) {
      const answer = await fetch(watch.data.unlock, {
        method: "POST",
        credentials: "same-origin",
        headers: { Accept: "application/json" },
        body: new URLSearchParams({ key: seen.key, proof: seen.proof, till: "/",
          password: field.value }),
      });
      if (!answer.ok) {
        fault.textContent = (await answer.json()).sentence;
        field.value = "";
        field.focus();
        return;
      }
    }
    uncover(watch);
    if (watch.data.now) watch.tell("unlocked", Date.now());
  } catch {
    fault.textContent = "Servern svarar inte. Försök igen om en stund.";
  } finally {
    button.disabled = false;
  }
}

export default function ({ data, setTriggerValue }) {
  window.stegvisWatch ??= newWatch();
  const watch = window.stegvisWatch;
  watch.data = data;
  watch.tell = setTriggerValue;
  if (data.now) ask(watch);
}
