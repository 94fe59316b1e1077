"""The reader's language: which it is, and any text, HTML, figure or payload said in it.

Pages, services and everything below speak Swedish; a text is said in another language where it
leaves for the browser (`tracking.ui.shown`). What the reader types, and what is adopted, stored or
taken as a file, is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import wrap
from typing import Any

import streamlit as st

from tracking.language import SWEDISH, Catalogue, catalogue, language_of_cookie

CHOSEN = "stegvis::language"
_AS_IT_STANDS = "stegvis::as-it-stands"

BREAK = "<br>"
_COUNTED = re.compile(r"([^<]*?)( <b>[^<]*</b>)?")
"""The words of a chart's label, and the number in bold that may close it."""
_TAGS = re.compile(r"<[^>]*>")
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
    """A chart's words; a sentence broken into lines is said whole and broken as narrow again."""
    lines = text.split(BREAK)
    counted = _COUNTED.fullmatch(" ".join(lines))
    if len(lines) == 1 or counted is None:
        return speech.html(text)
    words, count = counted.groups()
    worded = [line for line in lines if "<" not in line]
    if not all(any(map(str.isalpha, line)) for line in worded):
        return speech.html(text)  # a month and its year beneath it
    across = max(map(len, worded), default=0) + 2
    said = wrap(speech.say(words), across, break_long_words=False)
    if count:
        fits = len(said[-1]) + len(_TAGS.sub("", count)) <= across
        said = [*said[:-1], said[-1] + count] if fits else [*said, count.strip()]
    return BREAK.join(said)


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
