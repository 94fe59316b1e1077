// The search for a participant: a combobox over the ongoing spells that the page handed
// over, wholly in the browser. The spell is asked only where a participant has several.

const MOST_MATCHES = 8;
const SHORTEST_QUERY = 2;

function withoutRings(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
}

// 0 is best; null is no match. The letters as typed come before å found by a.
function matchRank(option, query) {
  const code = option.code.toLocaleLowerCase("sv");
  const word = option.word.toLocaleLowerCase("sv");
  const number = code.replace(/^\D+/, "");
  const whole = (code + " " + word).trim();
  if ([code, word, number, whole].includes(query)) return 0;
  if (word.startsWith(query)) return 1;
  if ([code, number, number.replace(/^0+/, ""), whole].some((text) => text.startsWith(query))) {
    return 2;
  }
  if (withoutRings(word).startsWith(withoutRings(query))) return 3;
  if (word.includes(query) || code.includes(query)) return 4;
  return withoutRings(word).includes(withoutRings(query)) ? 5 : null;
}

function findParticipants(options, typed) {
  const query = typed.normalize("NFC").trim().toLocaleLowerCase("sv").slice(0, 200);
  if (query.length < SHORTEST_QUERY) return [];
  const found = new Map();
  for (const option of options) {
    const rank = matchRank(option, query);
    if (rank === null) continue;
    const match = found.get(option.code) || { rank, option, spells: [] };
    match.spells.push(option);
    found.set(option.code, match);
  }
  return [...found.values()].sort(
    (one, other) => one.rank - other.rank || one.option.code.localeCompare(other.option.code, "sv"),
  );
}

function nameOf(option) {
  return option.word ? option.code + " " + option.word : option.code;
}

function spellInWords(option) {
  const last = option.last ? "senaste samtal " + option.last : "inget samtal än";
  return option.insats + ", start " + option.started + ", " + last;
}

function participantSearch({ input, list, onChoose, onUnset, onAsk }) {
  let options = [];
  let rows = [];
  let active = -1;

  function close() {
    rows = [];
    active = -1;
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function activate(index) {
    active = index;
    rows.forEach((row, at) => row.node.setAttribute("aria-selected", String(at === index)));
    input.setAttribute("aria-activedescendant", rows[index].node.id);
    rows[index].node.scrollIntoView({ block: "nearest" });
  }

  function open(entries, more, before) {
    if (!entries.length) return close();
    rows = entries.map((entry, index) => {
      const node = el(
        "li",
        { id: "match-" + index, role: "option", "aria-selected": "false" },
        el("span", { class: "match-name", text: entry.name }),
        el("span", { class: "match-more", text: entry.more }),
      );
      // mousedown, since a click would first take the focus from the field.
      node.onmousedown = (event) => {
        event.preventDefault();
        entry.take();
      };
      return { node, take: entry.take };
    });
    list.replaceChildren(...rows.map((row) => row.node));
    if (before) list.prepend(el("li", { class: "more", role: "presentation", text: before }));
    if (more) list.append(el("li", { class: "more", role: "presentation", text: more }));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    activate(0);
  }

  function askSpell(spells) {
    input.value = nameOf(spells[0]);
    const question = "Vilken insats gäller samtalet?";
    onAsk(question);
    open(
      spells.map((option) => ({
        name: option.insats,
        more: "start " + option.started,
        take: () => take(option),
      })),
      "",
      question,
    );
  }

  function take(option) {
    input.value = nameOf(option);
    close();
    onChoose(option);
  }

  function search() {
    onUnset();
    const found = findParticipants(options, input.value);
    const rest = found.length - MOST_MATCHES;
    open(
      found.slice(0, MOST_MATCHES).map(({ option, spells }) => ({
        name: nameOf(option),
        more: spells.length > 1 ? spells.length + " pågående insatser" : spellInWords(option),
        take: () => (spells.length > 1 ? askSpell(spells) : take(option)),
      })),
      rest > 0 ? "och " + rest + " till; skriv fler tecken" : "",
    );
    const none = !found.length && input.value.trim().length >= SHORTEST_QUERY;
    onAsk(none ? "Ingen pågående deltagare med den koden eller det minnesordet." : "");
  }

  input.oninput = search;
  input.onblur = close;
  return {
    setOptions(next) {
      options = next;
      if (rows.length && input.value.trim() && !input.readOnly) {
        const at = active;
        search();
        if (at > 0 && at < rows.length) activate(at);
      }
    },
    show(option) {
      input.value = option ? nameOf(option) : "";
      close();
    },
    // True when the key belonged to the list.
    keydown(event) {
      if (!rows.length) return false;
      if (event.key === "ArrowDown") activate((active + 1) % rows.length);
      else if (event.key === "ArrowUp") activate((active + rows.length - 1) % rows.length);
      else if (event.key === "Enter") rows[active].take();
      else if (event.key === "Escape") close();
      else return false;
      event.preventDefault();
      return true;
    },
  };
}
