"""The calm line after something was saved, with *ångra* where it can be taken back.

The line stands on the page where it was saved (or the one that was turned to) until something
else is saved or the page is left. What went wrong is not here: a form shows that itself, and
`tracking.ui.faults` the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from uuid import uuid4

import streamlit as st

from tracking.domain.errors import StegvisError
from tracking.ui import attention, shown
from tracking.ui.faults import fault_sentence, log_fault, show_problem
from tracking.ui.menu import page_path
from tracking.ui.session import check_still_here

_LINE = "stegvis::line"
_PROBLEM = "stegvis::problem"


@dataclass(frozen=True, slots=True)
class Undo:
    """How a saved thing is taken back: ``act`` gets an idempotency key and answers in words."""

    act: Callable[[str], str]
    label: str = "Ångra"


@dataclass(frozen=True, slots=True)
class Way:
    """Where one may want to go next: a page's key, the link's words, the address's details."""

    page: str
    label: str
    params: dict[str, str]


@dataclass(slots=True)
class _Line:
    text: str
    undo: Undo | None
    way: Way | None
    key: str = field(default_factory=lambda: str(uuid4()))
    page: str | None = None


@dataclass(frozen=True, slots=True)
class _Problem:
    sentence: str
    key: str = field(default_factory=lambda: str(uuid4()))


def saved(text: str, undo: Undo | None = None, way: Way | None = None) -> None:
    """Say, from a callback, what was saved; the next page drawn shows it."""
    st.session_state[_LINE] = _Line(text, undo, way)
    st.session_state.pop(_PROBLEM, None)


def refused(sentence: str) -> None:
    """Say, from a callback outside any form, why nothing was done."""
    st.session_state[_PROBLEM] = _Problem(sentence)


def clear() -> None:
    """Take the line away."""
    st.session_state.pop(_LINE, None)
    st.session_state.pop(_PROBLEM, None)


def attempt(act: Callable[[], None]) -> None:
    """Do something in a callback; what is refused is said, what fails gets its number."""
    try:
        check_still_here()
        act()
    except StegvisError as error:
        refused(str(error))
    except Exception as error:
        refused(fault_sentence(log_fault(error, during="callback")))


def show(page: str) -> None:
    """Draw the line, if there is one for this page."""
    problem = st.session_state.pop(_PROBLEM, None)
    if isinstance(problem, _Problem):
        show_problem(problem.sentence, moment=problem.key)
    line = st.session_state.get(_LINE)
    if not isinstance(line, _Line):
        return
    if line.page is None:
        line.page = page
    if line.page != page:
        clear()
        return
    mark = attention.said(line.key)
    shown.html(f'<p class="stegvis-saved" role="status" {mark}>{escape(line.text)}</p>')
    attention.bring(line.key, mend=False)
    if line.way is not None:
        way = line.way
        shown.page_link(page_path(way.page), label=way.label, query_params=way.params)
    undo = line.undo
    if undo is not None:
        shown.button(
            undo.label, key=f"undo::{line.key}", on_click=_take_back, args=(undo, line.key)
        )


def _take_back(undo: Undo, key: str) -> None:
    attempt(lambda: saved(undo.act(key)))
