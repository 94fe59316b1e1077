"""Printing: a button that opens the browser's own dialogue, and the report that it was opened.

Streamlit has no such button and hears nothing of Ctrl+P. `report_prints` listens in the browser
for the moment before a page goes to paper (or to a PDF), by whichever way, and logs it. It can
be held back by nobody's click; a browser whose scripts are switched off shows no page at all.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from tracking.access.actors import Actor
from tracking.access.visits import Visit
from tracking.domain.errors import StegvisError
from tracking.services.prints import record_print
from tracking.store.database import Database
from tracking.ui.components.made import component
from tracking.ui.faults import log_fault

_COMPONENT = component(
    "stegvis_print",
    html='<button type="button"></button>',
    css="""
button { font: inherit; font-weight: 600; padding: .45rem 1rem; border-radius: .25rem;
  border: 1px solid var(--st-primary-color); background: var(--st-primary-color);
  color: var(--st-background-color); cursor: pointer; }
button:focus-visible { outline: 3px solid var(--st-text-color); outline-offset: 2px; }
""",
    js="""
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const shown = (words) => { if (button.textContent !== words) button.textContent = words; };
  shown(data.label);
  button.onclick = async () => {
    // What has not been drawn yet would be a grey box on the paper.
    const until = Date.now() + WAIT;
    while (!drawn() && Date.now() < until) {
      shown("Diagrammen ritas …");
      await new Promise((done) => { setTimeout(done, 100); });
    }
    await document.fonts.ready;
    shown(data.label);
    window.print();
  };
}

const WAIT = 15_000;

function drawn() {
  const charts = [...document.querySelectorAll('[data-testid="stPlotlyChart"]')];
  return !document.querySelector('[data-testid="stSkeleton"]')
    && !document.querySelector('[data-testid="stApp"][data-test-script-state="running"]')
    && charts.every((chart) => chart.querySelector(".main-svg"))
    && [...document.images].every((image) => image.complete);
}
""",
)

_LISTENER = component(
    "stegvis_prints",
    html="<span hidden></span>",
    # One listener for the whole window, however often Streamlit draws the component anew.
    js="""
export default function ({ setTriggerValue }) {
  if (!window.stegvisPrints) {
    window.stegvisPrints = {};
    window.addEventListener("beforeprint", () => {
      window.stegvisPrints.tell?.("printed", Date.now());
    });
  }
  window.stegvisPrints.tell = setTriggerValue;
}
""",
)


def print_button(label: str, *, key: str) -> None:
    """Draw the button; nothing comes back from it."""
    _COMPONENT(key=key, data={"label": label})


def report_prints(
    database: Database, actor: Actor, visit: Visit, insats_now: Callable[[], int | None]
) -> None:
    """Log every print of the page. ``insats_now`` tells which insats its address names: the
    page writes it there while it is drawn, so it is asked for when the print comes.
    """

    def printed() -> None:
        try:
            record_print(
                database, actor, page=visit.page, shown=visit.shown, insats_id=insats_now()
            )
        except StegvisError as error:
            log_fault(error, during="print")

    @st.fragment
    def listening() -> None:
        _LISTENER(key="stegvis-prints", on_printed_change=printed)

    listening()
