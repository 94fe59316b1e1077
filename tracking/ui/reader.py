"""The reader's language: which it is, and any text, HTML, figure or payload said in it.

Pages, services and everything below speak Swedish; a text is said in another language where it
leaves for the browser (`tracking.ui.shown`). What the reader types, and what is adopted, stored or
taken as a file, is never touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import wrap
from typing import Any

import streamlit as st

from tracking.language import SWEDISH, Catalogue, catalogue, language_of_cookie

CHOSEN = "stegvis::language"
_AS_IT_STANDS = "stegvis::as-it-stands"

BREAK = "<br>"
_SPOKEN_OF_FIGURES = frozenset(
    {"text", "texttemplate", "hovertemplate", "hovertext", "name", "ticktext", "label", "labels"}
)


def begin() -> None:
    """Note, once a session, which language its reader has chosen."""
    if CHOSEN not in st.session_state:
        st.session_state[CHOSEN] = language_of_cookie(st.context.cookies)


def language() -> str:
    """The reader's language, as ``sv``."""
    return str(st.session_state.get(CHOSEN, SWEDISH))


@contextmanager
def as_it_stands() -> Iterator[None]:
    """Within it texts stay as they are written: a document, and what people have written."""
    before = st.session_state.get(_AS_IT_STANDS, False)
    st.session_state[_AS_IT_STANDS] = True
    try:
        yield
    finally:
        st.session_state[_AS_IT_STANDS] = before


def stands_in_swedish() -> bool:
    """Whether what is drawn stays Swedish though its reader has chosen another language."""
    return language() != SWEDISH and bool(st.session_state.get(_AS_IT_STANDS))


def speaks() -> Catalogue | None:
    """The catalogue of a reader who reads another language than Swedish."""
    chosen = st.session_state.get(CHOSEN, SWEDISH)
    if chosen == SWEDISH or st.session_state.get(_AS_IT_STANDS):
        return None
    return catalogue(chosen)


def said(text: str) -> str:
    """A text in the reader's language."""
    speech = speaks()
    return text if speech is None else speech.say(text)


def said_html(html: str) -> str:
    """A piece of HTML in the reader's language."""
    speech = speaks()
    return html if speech is None else speech.html(html)


def said_figure(figure: dict[str, Any], speech: Catalogue) -> dict[str, Any]:
    """A figure as Plotly writes it, its words and separators in the language."""
    layout = figure.get("layout", {})
    symbols = speech.locale.number_symbols["latn"]
    spoken = {
        "data": _spoken(figure.get("data", []), speech),
        "layout": _spoken(layout, speech) | {"separators": symbols["decimal"] + symbols["group"]},
    }
    return figure | spoken


def _label(text: str, speech: Catalogue) -> str:
    """A chart's words; what is broken into lines is said whole and broken as narrow again."""
    lines = text.split(BREAK)
    if len(lines) == 1 or "<" in text.replace(BREAK, ""):
        return speech.html(text)
    said = speech.say(" ".join(lines))
    return BREAK.join(wrap(said, max(map(len, lines)) + 2, break_long_words=False))


def _spoken(value: Any, speech: Catalogue, *, here: bool = False) -> Any:
    if isinstance(value, str):
        return _label(value, speech) if here else value
    if isinstance(value, dict):
        return {
            key: _spoken(part, speech, here=key in _SPOKEN_OF_FIGURES)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_spoken(part, speech, here=here) for part in value]
    return value
