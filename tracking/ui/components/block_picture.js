// Words and small pictures of the page as one drawing: each word where it stands on the screen,
// each picture and each thin rule in its place. What is drawn twice (the tiles) is then the same.

const DRAWN = "http://www.w3.org/2000/svg";

function drawn(name, attributes, words) {
  const node = document.createElementNS(DRAWN, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (words !== undefined) node.textContent = words;
  return node;
}

const colourOf = (value) => (value === "rgba(0, 0, 0, 0)" ? "none" : value);

// The lines that a piece of text has been broken into, each with its box on the screen.
function linesOf(text) {
  const lines = [];
  const range = document.createRange();
  for (const found of text.data.matchAll(/\S+/g)) {
    range.setStart(text, found.index);
    range.setEnd(text, found.index + found[0].length);
    const box = range.getBoundingClientRect();
    if (!box.width) continue;
    const last = lines.at(-1);
    if (last && Math.abs(last.top - box.top) < 2) last.words += ` ${found[0]}`;
    else lines.push({ words: found[0], left: box.left, top: box.top, height: box.height });
  }
  return lines;
}

function wordsOf(block, left, top) {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const look = getComputedStyle(text.parentElement);
    if (text.parentElement.closest(".sv-unseen") || look.visibility === "hidden") continue;
    const size = parseFloat(look.fontSize);
    for (const line of linesOf(text)) {
      const foot = line.top - top + line.height / 2 + size * 0.35;
      found.push(drawn("text", { x: line.left - left, y: foot, "font-size": size, "font-weight": look.fontWeight, fill: look.color,
        "font-family": "Source Sans, Segoe UI, sans-serif" }, line.words));
    }
  }
  return found;
}

function rulesOf(block, left, top) {
  return [block, ...block.querySelectorAll("*")].flatMap((node) => {
    const look = getComputedStyle(node);
    const width = parseFloat(look.borderTopWidth);
    const box = node.getBoundingClientRect();
    if (!width || look.borderTopStyle === "none" || !box.width) return [];
    return [drawn("rect", { x: box.left - left, y: box.top - top, width: box.width, height: width,
      fill: colourOf(look.borderTopColor) })];
  });
}

function picturesOf(block, left, top, mark) {
  return [...block.querySelectorAll('img[src^="data:image/svg+xml,"]')].flatMap((image, place) => {
    const box = image.getBoundingClientRect();
    if (!box.width) return [];
    const [, source] = image.getAttribute("src").split(/,(.*)/s);
    // Every hatch has a name of its own: one name stands for one thing in a file.
    const text = decodeURIComponent(source).replaceAll('id="h"', `id="h${mark}-${place}"`)
      .replaceAll("url(#h)", `url(#h${mark}-${place})`);
    const node = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    for (const [key, value] of Object.entries({ x: box.left - left, y: box.top - top,
      width: box.width, height: box.height })) node.setAttribute(key, value);
    return [document.importNode(node, true)];
  });
}

// All blocks that ``selector`` finds, or null where there are none.
function drawingOf(selector) {
  const blocks = [...document.querySelectorAll(selector)].filter((one) => one.offsetWidth);
  if (!blocks.length) return null;
  const boxes = blocks.map((one) => one.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const width = Math.max(...boxes.map((box) => box.right)) - left;
  const height = Math.max(...boxes.map((box) => box.bottom)) - top;
  const svg = drawn("svg", { xmlns: DRAWN, width, height, viewBox: `0 0 ${width} ${height}` });
  blocks.forEach((block, mark) => svg.append(...rulesOf(block, left, top),
    ...picturesOf(block, left, top, mark), ...wordsOf(block, left, top)));
  return { layers: [svg], width, height };
}

