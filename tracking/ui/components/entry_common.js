// Shared by the two entry components and set before each of them by Python: reading a
// typed score, making elements, keeping a draft in this tab, and waiting for the
// server's answer. No page, no participant and no key press is known here.

const WAIT_FOR_ANSWER_MS = 8000;
const HABIT_TAB_MS = 400;
const LONGEST_SCORE_TEXT = 12;
const NO_CONTACT =
  "Ingen kontakt med servern. Det du har skrivit är kvar; försök igen med Enter.";
const MARK_WORDS = { not_filled: "Ej ifylld", incomplete: "Ofullständigt ifylld" };
const MARK_KEYS = { e: "not_filled", o: "incomplete" };
const ATTENDANCES = ["present", "absent", "cancelled"];

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "text") node.textContent = value;
    else if (name === "class") node.className = value;
    else if (name.startsWith("on")) node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) node.append(child);
  return node;
}

function setText(node, text) {
  // Compared with what was said last, not with what stands: that may be in another language.
  if (node.lastSaid === text) return;
  node.lastSaid = text;
  node.textContent = text;
}

// Where a fault is shown: at the control, in a sentence that the control points to.
function faultPlace(control, fault, words, before) {
  return {
    control,
    words,
    set(sentence) {
      setText(fault, sentence ? (before || "") + sentence : "");
      if (sentence) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    },
  };
}

function newKey() {
  // randomUUID is missing where the page is served without TLS from another machine.
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function formatScore(mm, unit) {
  return unit === "mm" ? mm + " mm" : (mm / 10).toFixed(1).replace(".", ",");
}

// Mirrors parse_score and parse_total of the server, sentence for sentence, so that a
// fault shows at once; the server decides. scales is 1 for one line and 4 for a total.
// Gives {mm} or {sentence} or {empty}.
function readScore(text, unit, scales) {
  const typed = text.trim();
  const points = 10 * scales;
  const most = 100 * scales;
  const example = scales === 1 ? "4,5" : "22,5";
  if (typed === "") return { empty: true };
  if ([...typed].length > LONGEST_SCORE_TEXT) {
    return { sentence: "Texten är för lång för ett värde: skriv ett tal, till exempel " + example + "." };
  }
  if (/^[\p{Pd}\u2212]\s*[0-9]+(?:[.,][0-9]+)?(?:\s?mm)?$/iu.test(typed)) {
    return { sentence: "Värdet kan inte vara mindre än 0." };
  }
  const match = /^([0-9]{1,6})(?:[.,]([0-9]{1,4}))?(\s?mm)?$/i.exec(typed);
  if (!match) return { sentence: "Skriv ett tal med siffror, till exempel " + example + "." };
  const [, whole, decimals, mm] = match;
  if (whole.length > 1 && whole.startsWith("0")) {
    return { sentence: "Skriv värdet utan nolla i början, till exempel " + example + "." };
  }
  const number = Number(whole);
  if (mm || unit === "mm") {
    if (decimals) {
      return { sentence: "Millimeter skrivs utan decimaler: ett helt tal mellan 0 och " + most + "." };
    }
    if (number <= most) return { mm: number };
    return { sentence: "Värdet ska vara mellan 0 och " + most + " millimeter." };
  }
  if (!decimals) {
    if (number <= points) return { mm: 10 * number };
    if (number > most) return { sentence: "Värdet ska vara mellan 0 och " + points + "." };
    const likely = String(number / 10).replace(".", ",");
    return { sentence: number + " är över " + points + ": skriv " + likely + " eller " + number + "mm." };
  }
  if (decimals.length > 1) {
    return { sentence: "Skriv högst en decimal, till exempel " + example + "." };
  }
  const value = 10 * number + Number(decimals);
  if (value <= most) return { mm: value };
  return {
    sentence:
      number + "," + decimals + " är över " + points + ": värdet ska vara mellan 0 och " + points + ".",
  };
}

// Whether more typing could still make the text a score: then nothing is said yet.
function mayBecomeScore(text) {
  return /^\s*(\d{0,3}\s*m?m?|\d{1,2}[.,])\s*$/i.test(text);
}

// A score in points that is finished and moves on by itself; never in millimetres,
// where 10 may be the start of 100.
function isFinishedScore(text, unit, scales) {
  if (unit === "mm") return false;
  const finished = scales === 1 ? /^(\d[.,]\d|10|10[.,]0)$/ : /^\d{1,2}[.,]\d$/;
  return finished.test(text) && readScore(text, unit, scales).mm !== undefined;
}

function readDate(text, today) {
  const typed = text.trim();
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(typed);
  const iso = compact ? compact[1] + "-" + compact[2] + "-" + compact[3] : typed;
  const parsed = /^\d{4}-\d{2}-\d{2}$/.test(iso) ? new Date(iso + "T12:00:00Z") : null;
  if (!parsed || Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== iso) {
    return { sentence: "Skriv datumet som ÅÅÅÅ-MM-DD, till exempel " + today + "." };
  }
  if (iso > today) return { iso, sentence: "Datumet ligger i framtiden." };
  return { iso };
}

function dayBeside(iso, days) {
  const date = new Date(iso + "T12:00:00Z");
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

// A day of the week is not among the messages: the browser knows how each language writes it.
function pageLocale() {
  return document.documentElement.lang === "en" ? "en-GB" : "sv-SE";
}

function dateInWords(iso, today) {
  const words = new Intl.DateTimeFormat(pageLocale(), {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone: "UTC",
  }).format(new Date(iso + "T12:00:00Z"));
  if (iso === today) return "i dag, " + words;
  return iso === dayBeside(today, -1) ? "i går, " + words : words;
}

// The draft lives in this tab only and holds row numbers and typed digits, never a
// code or a memory word.
function draftStore(name) {
  return {
    load() {
      try {
        return JSON.parse(sessionStorage.getItem(name) || "null");
      } catch {
        return null;
      }
    },
    save(draft) {
      try {
        sessionStorage.setItem(name, JSON.stringify(draft));
      } catch {
        // A full or forbidden store costs the draft's survival, not the entry itself.
      }
    },
    clear() {
      try {
        sessionStorage.removeItem(name);
      } catch {
        // As above.
      }
    },
  };
}

// Calls back once when no answer came in time or the browser says it is offline.
function answerWatch(onSilence) {
  let timer = null;
  const silence = () => {
    clearTimeout(timer);
    timer = null;
    onSilence();
  };
  const offline = () => {
    if (timer !== null) silence();
  };
  window.addEventListener("offline", offline);
  return {
    start() {
      clearTimeout(timer);
      timer = setTimeout(silence, navigator.onLine ? WAIT_FOR_ANSWER_MS : 0);
    },
    stop() {
      clearTimeout(timer);
      timer = null;
    },
    close() {
      this.stop();
      window.removeEventListener("offline", offline);
    },
  };
}

function emptyRating() {
  return { scales: ["", "", "", ""], total: "", mark: "", only: false };
}

function isText(value) {
  return typeof value === "string" && value.length <= 5000;
}

// A stored draft is read with the same distrust as any other input.
function cleanRating(stored) {
  const rating = emptyRating();
  if (!stored || typeof stored !== "object") return rating;
  if (Array.isArray(stored.scales) && stored.scales.length === 4 && stored.scales.every(isText)) {
    rating.scales = [...stored.scales];
  }
  if (isText(stored.total)) rating.total = stored.total;
  if (stored.mark in MARK_WORDS) rating.mark = stored.mark;
  rating.only = stored.only === true;
  return rating;
}

function ratingIsEmpty(rating) {
  return !rating.mark && ![...rating.scales, rating.total].some((text) => text.trim());
}

// Only what the staff see goes away: hidden fields keep their text for an undo.
function ratingPayload(rating) {
  const whole = !rating.mark && !rating.only;
  return {
    scales: whole ? rating.scales.map((text) => text.trim()) : ["", "", "", ""],
    total: !rating.mark && rating.only ? rating.total.trim() : "",
    mark: rating.mark,
  };
}

// The faults of one rating, by place: "1"–"4" for the scales, "total" for the sum, ""
// for what concerns the whole form.
function ratingFaults(rating, unit, titles) {
  const faults = new Map();
  if (rating.mark) return faults;
  const texts = rating.only ? [rating.total] : rating.scales;
  const missing = titles.filter((title, index) => !rating.only && !texts[index].trim());
  if (texts.every((text) => !text.trim())) {
    faults.set("", "Skriv fyra värden eller en totalsumma, eller markera ej ifylld.");
    return faults;
  }
  const places = rating.only
    ? [["total", rating.total, 4]]
    : rating.scales.map((text, index) => [String(index + 1), text, 1]);
  for (const [place, text, scales] of places) {
    const read = readScore(text, unit, scales);
    if (read.sentence) faults.set(place, read.sentence);
  }
  if (missing.length) {
    const names = missing.join(", ").replace(/, ([^,]*)$/, " och $1");
    faults.set(
      "",
      "Värde saknas för " + names + ". Fyll i, eller markera ofullständigt ifylld.",
    );
  }
  return faults;
}

function sumInWords(rating, unit) {
  if (rating.mark) return MARK_WORDS[rating.mark];
  if (rating.only) {
    const read = readScore(rating.total, unit, 4);
    return read.mm === undefined ? "Summa –" : "Summa " + formatScore(read.mm, unit);
  }
  const read = rating.scales.map((text) => readScore(text, unit, 1));
  const known = read.filter((score) => score.mm !== undefined);
  if (!known.length) return "Summa –";
  const sum = "Summa " + formatScore(known.reduce((total, score) => total + score.mm, 0), unit);
  return known.length === 4 ? sum : sum + " (" + known.length + " av 4)";
}

// Streamlit tells the theme by colours only; the darkness of the paper decides which
// set of our own colours stands out against it.
function followTheme(root) {
  const paper = getComputedStyle(root).getPropertyValue("--st-background-color").trim();
  const hex = /^#([0-9a-f]{6})/i.exec(paper);
  const value = hex ? parseInt(hex[1], 16) : 0xffffff;
  const light = 0.3 * (value >> 16) + 0.59 * ((value >> 8) & 255) + 0.11 * (value & 255);
  root.dataset.theme = light < 110 ? "dark" : "light";
}

function focusIsElsewhere(root) {
  const active = document.activeElement;
  if (!active || active === document.body) return false;
  if (root.getRootNode().host === active) return false;
  return active.matches("input, textarea, select, [contenteditable=true]");
}
