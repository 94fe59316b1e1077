"""A page as a presentation: one question a screen, large, turned with the arrow keys.

The address says which screen is shown, so that a reload or a copied link shows the same. What
stands on a screen is the page's; here is how one leads to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from tracking.ui import frame
from tracking.ui.choices import number_in_address
from tracking.ui.components.reception import asset

SLIDE = "bild"
KEY = "slides"

_COMPONENT = st.components.v2.component(
    "stegvis_slides",
    html=asset("slides.html"),
    css=asset("slides.css"),
    js=asset("slides.js"),
    isolate_styles=False,
)

_LOOK = """
[data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"],
[data-testid="stHeader"], [class*="st-key-not-printed"] { display: none !important; }
[data-testid="stMainBlockContainer"] { max-width: 84rem; padding: 2.5rem 3rem 1.5rem; }
[data-testid="stHeading"] h1 { font-size: 2.75rem; line-height: 1.15; padding-bottom: .5rem; }
[data-testid="stHeading"] h2 { font-size: 1.75rem; }
[data-testid="stHeading"] h3 { font-size: 1.5rem; }
.stegvis-lead { font-size: 1.75rem; line-height: 1.35; max-width: 46ch; }
.stegvis-found, .stegvis-found strong { max-width: 70rem; }
.stegvis-found strong { font-size: 1.75rem; line-height: 1.25; }
.stegvis-found span, .stegvis-found .verdict { font-size: 1.25rem; }
.stegvis-base { font-size: 1.125rem; max-width: 100ch; }
.stegvis-table { font-size: 1.375rem; }
.stegvis-table thead th, .stegvis-table caption span, .stegvis-notes { font-size: 1.125rem; }
"""


@dataclass(frozen=True, slots=True)
class Slide:
    """One screen: the question it answers, and what draws the answer."""

    question: str
    draw: Callable[[], None]


def is_on() -> bool:
    """Whether the address asks for the presentation."""
    return SLIDE in st.query_params


def begin_button() -> None:
    """The way into the presentation."""
    st.button("Visa som bilder", key="slides-begin", on_click=_go, args=(1,))


def show(slides: Sequence[Slide]) -> None:
    """Draw the screen that the address names; one that is not there becomes the nearest."""
    number = min(max(number_in_address(SLIDE) or 1, 1), len(slides))
    slide = slides[number - 1]
    st.html(f"<style>{_LOOK}</style>")
    frame.title(slide.question, page="")
    slide.draw()
    _COMPONENT(
        key=KEY,
        data={
            "place": f"{number} av {len(slides)}",
            "first": number == 1,
            "last": number == len(slides),
        },
        on_turned_change=lambda: _turn(number, len(slides)),
    )


def _turn(number: int, last: int) -> None:
    how = str(st.session_state[KEY].turned or "").partition(" ")[0]
    to = {"next": number + 1, "before": number - 1, "first": 1, "last": last}.get(how)
    if how == "leave":
        st.query_params.pop(SLIDE, None)
    elif to is not None:
        _go(min(max(to, 1), last))


def _go(number: int) -> None:
    st.query_params[SLIDE] = str(number)
