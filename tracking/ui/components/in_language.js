// What a component of ours says, in the reader's language. The server sends the component's own
// messages, Swedish → the language, with places {0}; what a person has typed is not among them.
// Swedish readers get none, and then nothing here does anything.

const SPOKEN_ATTRIBUTES = ["aria-label", "title", "placeholder", "aria-valuetext", "alt"];
let spokenWords = null;

function spokenPattern(message, translated) {
  const order = [];
  const source = message.split(/\{(\d+)\}/).map((part, number) => {
    if (number % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    order.push(part);
    return "(.*?)";
  }).join("");
  return { fits: new RegExp("^" + source + "$", "s"), order, translated, size: message.length };
}

function hearWords(words, language) {
  if (!words || spokenWords?.given === words) return;
  const entries = Object.entries(words);
  spokenWords = {
    given: words,
    language,
    whole: new Map(entries.filter(([message]) => !/\{\d+\}/.test(message))),
    patterns: entries.filter(([message]) => /\{\d+\}/.test(message))
      .map(([message, translated]) => spokenPattern(message, translated))
      .sort((one, other) => other.size - one.size),
  };
}

function spoken(text) {
  if (!spokenWords) return text;
  const core = text.trim();
  if (!core) return text;
  const whole = spokenWords.whole.get(core);
  if (whole !== undefined) return text.replace(core, () => whole);
  for (const { fits, order, translated } of spokenWords.patterns) {
    const found = core.match(fits);
    if (!found) continue;
    const said = translated.replace(/\{(\d+)\}/g, (_, place) => {
      const value = found[order.indexOf(place) + 1];
      return value === core ? value : spoken(value);
    });
    return text.replace(core, () => said);
  }
  return text;
}

function speakNode(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.parentElement?.closest("style, script, textarea")) return;
    const said = spoken(node.data);
    if (said !== node.data) node.data = said;
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE && node.nodeType !== Node.DOCUMENT_FRAGMENT_NODE) return;
  for (const attribute of SPOKEN_ATTRIBUTES) {
    const before = node.getAttribute?.(attribute);
    if (!before) continue;
    const said = spoken(before);
    if (said !== before) node.setAttribute(attribute, said);
  }
  // What is written in a field is written in Swedish, whoever reads its label.
  if (node.getAttribute?.("lang") === "sv" && node.tagName !== "TEXTAREA") {
    node.setAttribute("lang", spokenWords.language);
  }
  for (const child of node.childNodes) speakNode(child);
}

const spokenRoots = new WeakSet();

/** Say what stands under the root, and whatever is written there from now on. */
function speak(root, words, language) {
  hearWords(words, language);
  if (!spokenWords || !root || spokenRoots.has(root)) return;
  spokenRoots.add(root);
  speakNode(root);
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(speakNode);
      else speakNode(change.target);
    }
  }).observe(root, {
    subtree: true, childList: true, characterData: true, attributes: true,
    attributeFilter: SPOKEN_ATTRIBUTES,
  });
}
