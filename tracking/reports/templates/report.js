// Stepping through a chart, figure or table alone, and the columns of kvinnor and män.
// Without it everything stands on the page.
"use strict";
for (const chart of document.querySelectorAll(".chart")) {
  const marks = [...chart.querySelectorAll("g.mark")];
  if (!marks.length) continue;
  const told = document.createElement("p");
  told.className = "chart-value";
  told.setAttribute("aria-hidden", "true");
  chart.after(told);
  let now = 0;
  const show = (mark) => { told.textContent = mark.getAttribute("aria-label"); };
  const go = (to) => {
    marks[now].setAttribute("tabindex", "-1");
    now = Math.max(0, Math.min(marks.length - 1, to));
    marks[now].setAttribute("tabindex", "0");
    marks[now].focus();
  };
  marks.forEach((mark, at) => {
    mark.setAttribute("tabindex", at ? "-1" : "0");
    mark.addEventListener("focus", () => { now = at; show(mark); });
    mark.addEventListener("blur", () => { told.textContent = ""; });
    mark.addEventListener("pointerenter", () => show(mark));
    mark.addEventListener("pointerleave", () => { told.textContent = ""; });
    mark.addEventListener("keydown", (event) => {
      const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1,
        Home: 0, End: marks.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      go(to);
    });
  });
}

function button(words, pressed, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.setAttribute("aria-pressed", String(pressed));
  made.addEventListener("click", () => act(made));
  return made;
}

for (const group of document.querySelectorAll(".group")) {
  const figures = [...group.querySelectorAll("figure")];
  const table = group.querySelector(".table");
  const choices = document.createElement("div");
  choices.className = "choices";
  choices.setAttribute("role", "group");
  choices.setAttribute("aria-label", "Visning av " + table.querySelector("caption b").textContent);
  if (figures.length) {
    const ways = [["Diagram och tabell", true, true], ["Diagram", true, false], ["Tabell", false, true]];
    const buttons = ways.map(([words, drawn, listed], at) => button(words, !at, (made) => {
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === made));
      for (const figure of figures) figure.hidden = !drawn;
      table.hidden = !listed;
    }));
    choices.append(...buttons);
    // A link to what is folded away unfolds it.
    for (const link of group.querySelectorAll("figure .note a")) {
      link.addEventListener("click", () => { if (table.hidden) buttons[0].click(); });
    }
  }
  if (group.querySelector(".kon")) {
    choices.append(button("Kvinnor och män", true, (made) => {
      const folded = table.classList.toggle("folded");
      made.setAttribute("aria-pressed", String(!folded));
    }));
  }
  if (choices.children.length) group.prepend(choices);
}

// A table that is wider than the screen can be scrolled by keyboard.
for (const scroll of document.querySelectorAll(".scroll, .chart")) {
  const look = () => {
    if (scroll.scrollWidth > scroll.clientWidth + 1) scroll.setAttribute("tabindex", "0");
    else scroll.removeAttribute("tabindex");
  };
  look();
  addEventListener("resize", look);
}
