// A chart as a file. The picture is made here, of what the page has drawn, so that the server
// needs no browser of its own; the table comes as text from the server. Words and small pictures
// of ours are drawn by block_picture.js, which stands before this.

const SVG = "http://www.w3.org/2000/svg";
const EDGE = 24;
const LINE = 22;
const SMALL = 18;

function wrapped(text, width) {
  const across = Math.max(20, Math.floor(width / 7.6));
  const lines = [];
  let line = "";
  for (const word of text.split(/ +/)) {
    if (line && line.length + word.length + 1 > across) { lines.push(line); line = word; }
    else line = line ? `${line} ${word}` : word;
  }
  if (line) lines.push(line);
  return lines;
}

function element(name, attributes, words) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (words !== undefined) node.textContent = words;
  return node;
}

// What Plotly has drawn under ``selector``, or null.
function plotted(selector) {
  const layers = [...document.querySelectorAll(`${selector} .js-plotly-plot .main-svg`)];
  if (!layers.length) return null;
  const { width, height } = layers[0].getBoundingClientRect();
  return { layers, width, height };
}

// The chart as one SVG: the finding above, the drawing, and where it comes from beneath.
function picture(data) {
  const shown = `.st-key-${CSS.escape(data.chart)}`;
  const found = plotted(shown) ?? drawingOf(`${shown} .stegvis-goals`);
  if (!found) return null;
  const { layers, width, height } = found;
  const app = getComputedStyle(document.querySelector(".stApp") ?? document.body);
  const words = (text, y, size, weight) => element("text", { x: EDGE, y, "font-size": size,
    "font-weight": weight, fill: app.color,
    "font-family": "Source Sans, Segoe UI, sans-serif" }, text);
  const above = wrapped(data.title, width).map((line) => [line, 16, 600]);
  above.push(...wrapped(data.base, width).map((line) => [line, 14, 400]));
  const beneath = data.notes.flatMap((note) => wrapped(note, width));
  const top = EDGE + above.length * LINE + 8;
  const size = { width: width + 2 * EDGE,
    height: top + height + 12 + beneath.length * SMALL + EDGE };
  const svg = element("svg", { xmlns: SVG, ...size, viewBox: `0 0 ${size.width} ${size.height}`,
    role: "img", lang: "sv" });
  svg.append(element("title", {}, data.title), element("desc", {}, data.alt),
    element("rect", { width: "100%", height: "100%", fill: app.backgroundColor }));
  above.forEach(([line, points, weight], i) => {
    svg.append(words(line, EDGE + 14 + i * LINE, points, weight));
  });
  for (const layer of layers) {
    const copy = layer.cloneNode(true);
    for (const [key, value] of Object.entries({ x: EDGE, y: top, width, height })) {
      copy.setAttribute(key, value);
    }
    copy.style.background = "none";
    svg.append(copy);
  }
  beneath.forEach((line, i) => {
    svg.append(words(line, top + height + 22 + i * SMALL, 13, 400));
  });
  return { svg, ...size };
}

// A picture inside a picture may fetch nothing, so the page's own font goes along.
async function font() {
  for (const sheet of document.styleSheets) {
    let rules = [];
    try { rules = [...sheet.cssRules]; } catch { continue; }
    for (const rule of rules) {
      if (!(rule instanceof CSSFontFaceRule)) continue;
      const says = (name) => rule.style.getPropertyValue(name);
      if (!/^["']?Source Sans["']?$/.test(says("font-family"))) continue;
      const found = /url\(["']?([^"')]+)/.exec(says("src"));
      if (!found || says("font-style") === "italic") continue;
      const file = await (await fetch(new URL(found[1], sheet.href ?? document.baseURI))).blob();
      const read = new FileReader();
      await new Promise((done) => { read.onload = done; read.readAsDataURL(file); });
      return '@font-face { font-family: "Source Sans"; font-weight: 200 900; '
        + `src: url(${read.result}); }`;
    }
  }
  return "";
}

async function painted(data) {
  const made = picture(data);
  if (!made) return null;
  made.svg.prepend(element("style", {}, await font()));
  const address = URL.createObjectURL(
    new Blob([new XMLSerializer().serializeToString(made.svg)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(made.width * 2);
    canvas.height = Math.round(made.height * 2);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => { canvas.toBlob(done, "image/png"); });
  } finally {
    URL.revokeObjectURL(address);
  }
}

const MAKE = {
  png: painted,
  svg: async (data) => {
    const made = picture(data);
    return made && new Blob(['<?xml version="1.0" encoding="UTF-8"?>\n',
      new XMLSerializer().serializeToString(made.svg)], { type: "image/svg+xml" });
  },
  // Excel takes Swedish letters from the mark at the beginning.
  csv: async (data) => new Blob(["\ufeff", data.csv], { type: "text/csv;charset=utf-8" }),
};

async function take(kind, data, tell, said) {
  let file = null;
  try { file = await MAKE[kind](data); } catch { file = null; }
  if (!file) { said.textContent = "Filen kunde inte göras. Läs in sidan igen."; return; }
  const link = document.createElement("a");
  const address = URL.createObjectURL(file);
  link.href = address;
  link.download = `${data.file}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  said.textContent = `${kind.toUpperCase()} hämtad.`;
  tell("taken", `${kind} ${Date.now()}`);
}

// Of two that are told within one rerun only the later arrives: the latest are told again.
function repeating(box, send) {
  return (name, value) => {
    box.told = [...(box.told ?? []), value].slice(-10);
    send(name, box.told.join("|"));
  };
}

// Buttons that stand in the page's own text: the page keeps them, so they are heard from above.
function serve(box, data, tell) {
  box.hidden = true;
  box.served = { data, tell };
  if (box.listens) return;
  box.listens = true;
  const hear = (event) => {
    if (!box.isConnected) { document.removeEventListener("click", hear); return; }
    const button = event.target instanceof Element && event.target.closest("[data-offer] button");
    if (!button) return;
    const { data: all, tell: send } = box.served;
    const group = button.closest("[data-offer]");
    const offer = all.offers[group.dataset.offer];
    if (!offer) return;
    const csv = offer.rest && offer.head + all.marks + offer.rest;
    const again = repeating(box, send);
    const named = (name, value) => again(name, value.replace(" ", ` ${offer.place} `));
    take(button.dataset.kind, { ...offer, csv, notes: all.notes }, named,
      group.querySelector("[role=status]"));
  };
  document.addEventListener("click", hear);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".stegvis-files");
  if (data.offers) { serve(box, data, setTriggerValue); return; }
  const said = box.querySelector("[role=status]");
  box.setAttribute("aria-label", `Filer: ${data.title}`);
  for (const button of box.querySelectorAll("button")) {
    const kind = button.dataset.kind;
    button.hidden = !(kind === "csv" ? data.csv : data.chart);
    button.setAttribute("aria-label", `${kind.toUpperCase()}, ${data.title}`);
    button.onclick = () => take(kind, data, repeating(box, setTriggerValue), said);
  }
}
