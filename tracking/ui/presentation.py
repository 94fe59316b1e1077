"""A page as a presentation: one question a screen, large, turned with the arrow keys.

The address says that it is on and which screen is shown, so that a reload or a copied link shows
the same; `bild=alla` lays every screen out on a page of its own, to be printed. What stands on a
screen is the page's; here is how one leads to the next. The browser makes a screen that is too
tall smaller until it fits (slides.js), so that nothing is cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from tracking.ui import frame, shown
from tracking.ui.choices import number_in_address
from tracking.ui.components.made import component
from tracking.ui.components.reception import asset
from tracking.ui.faults import show_problem

SHOWN, AS_SLIDES = "visa", "presentation"
SLIDE, EVERY = "bild", "alla"
KEY = "slides"

_COMPONENT = component(
    "stegvis_slides",
    html=asset("slides.html"),
    css=asset("slides.css"),
    js=asset("slides.js"),
    isolate_styles=False,
)


@dataclass(frozen=True, slots=True)
class Slide:
    """One screen: the question it answers, and what draws the answer."""

    question: str
    draw: Callable[[], None]


def is_on() -> bool:
    """Whether the address asks for the presentation; it is told of what is no such thing."""
    wanted = st.query_params.get(SHOWN)
    if wanted not in (None, AS_SLIDES):
        show_problem("Adressen ber om en visning som inte finns. Här är översikten.")
        del st.query_params[SHOWN]
        return False
    return wanted == AS_SLIDES


def begin_button() -> None:
    """The way into the presentation."""
    shown.button(
        "Visa som presentation", key="slides-begin", type="primary", on_click=_go, args=("1",)
    )


def show(slides: Sequence[Slide]) -> None:
    """Draw the screen that the address names; one that is not there becomes the nearest."""
    shown.html(f"<style>{asset('slides_page.css')}</style>")
    if st.query_params.get(SLIDE) == EVERY:
        _every(slides)
        return
    number = min(max(number_in_address(SLIDE) or 1, 1), len(slides))
    slide = slides[number - 1]
    frame.title(slide.question, page="")
    slide.draw()
    _COMPONENT(
        key=KEY,
        data={"number": number, "of": len(slides), "title": slide.question, "every": False},
        on_turned_change=lambda: _turn(number, len(slides)),
    )


def _every(slides: Sequence[Slide]) -> None:
    """Every screen beneath the other, each on a sheet of its own when printed."""
    for number, slide in enumerate(slides, start=1):
        with st.container(key=f"slide-{number}"):
            frame.title(slide.question, page="")
            slide.draw()
    _COMPONENT(
        key=KEY,
        data={"number": 1, "of": len(slides), "title": "", "every": True},
        on_turned_change=lambda: _turn(1, len(slides)),
    )


def _turn(number: int, last: int) -> None:
    how = str(st.session_state[KEY].turned or "").partition(" ")[0]
    to = {"next": number + 1, "before": number - 1, "first": 1, "last": last}.get(how)
    if how == "leave":
        for name in (SHOWN, SLIDE):
            st.query_params.pop(name, None)
    elif how == "every":
        _go(EVERY)
    elif to is not None:
        _go(str(min(max(to, 1), last)))


def _go(slide: str) -> None:
    st.query_params[SHOWN] = AS_SLIDES
    st.query_params[SLIDE] = slide
