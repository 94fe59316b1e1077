"""Streamlit's elements in the reader's language.

Everything with words on it is drawn by these instead of Streamlit's own: they take the same
arguments and say the words of them in the reader's language (`reader`). A test holds every page
and module of ui to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any

import streamlit as st

from tracking.language import Catalogue
from tracking.ui import reader

Say = Callable[[Catalogue, Any], Any]
"""How an argument is said: the language and the argument as it was given."""


def _words(speech: Catalogue, value: Any) -> Any:
    return speech.say(value) if isinstance(value, str) else value


def _over_field(speech: Catalogue, value: Any) -> Any:
    return speech.over_field(value) if isinstance(value, str) else value


def _each(speech: Catalogue, values: Any) -> list[Any]:
    return [_words(speech, value) for value in values]


def _markup(speech: Catalogue, value: Any) -> Any:
    return speech.html(value) if isinstance(value, str) else value


def _bold(speech: Catalogue, value: Any) -> Any:
    """Markdown of our own is words, perhaps all of them in bold."""
    inner = value.strip("*")
    return value.replace(inner, speech.say(inner)) if inner else value


def _format(speech: Catalogue, function: Callable[[Any], Any]) -> Callable[[Any], str]:
    return lambda option: speech.say(str(function(option)))


def _speaking(draw: Callable[..., Any], **spoken: Say) -> Callable[..., Any]:
    """``draw``, with those of its arguments said in the reader's language that ``spoken`` names."""
    takes = signature(draw)
    said = {name: say for name, say in spoken.items() if name in takes.parameters}

    @wraps(draw)
    def drawn(*args: Any, **kwargs: Any) -> Any:
        speech = reader.speaks()
        if speech is None:
            return draw(*args, **kwargs)
        bound = takes.bind(*args, **kwargs)
        bound.apply_defaults()
        for name, say in said.items():
            if bound.arguments.get(name) is not None:
                bound.arguments[name] = say(speech, bound.arguments[name])
        return draw(*bound.args, **bound.kwargs)

    return drawn


def _marked_as_swedish(draw: Callable[..., Any]) -> Callable[..., Any]:
    """HTML that stays Swedish on a page in another language says so to a screen reader."""

    @wraps(draw)
    def drawn(body: Any, **kwargs: Any) -> Any:
        if reader.stands_in_swedish() and isinstance(body, str):
            body = f'<div lang="sv">{body}</div>'
        return draw(body, **kwargs)

    return drawn


_DAY = re.compile(r"(20\d\d-\d\d-\d\d)(?<![\w-]20\d\d-\d\d-\d\d)(?![\w-])(?![^<>]*>)")
"""A day in a text between two tags; begins with its digits, so that a long page is read quickly."""

_SIZE = re.compile(r"n = (?<!\wn = )(?=\d)(?![^<>]*>)")
"""The size of a group, up to its number; begins with its letter for the same reason."""


def unbroken(body: str) -> str:
    """HTML in which no line ends within a day or between n and its number. A day is copied as it
    stands; no sign that keeps its hyphens on a line does that.
    """
    return _SIZE.sub("n\u00a0=\u00a0", _DAY.sub(r"<time>\1</time>", body))


def _keeping_whole(draw: Callable[..., Any]) -> Callable[..., Any]:
    """Inside of what says the words, which must find its sentences as they were written."""

    def drawn(body: Any, **kwargs: Any) -> Any:
        return draw(unbroken(body) if isinstance(body, str) else body, **kwargs)

    return drawn


LABELLED: dict[str, Say] = {"label": _words, "help": _words, "placeholder": _words}
OF_FIELD: dict[str, Say] = {**LABELLED, "label": _over_field}
CHOOSING: dict[str, Say] = {**OF_FIELD, "format_func": _format, "captions": _each}

if TYPE_CHECKING:
    from streamlit import (
        button,
        checkbox,
        date_input,
        download_button,
        expander,
        form_submit_button,
        header,
        html,
        markdown,
        page_link,
        progress,
        radio,
        segmented_control,
        selectbox,
        spinner,
        subheader,
        tabs,
        text_area,
        text_input,
        title,
        toast,
        toggle,
        warning,
    )
else:
    button = _speaking(st.button, **LABELLED)
    checkbox = _speaking(st.checkbox, **LABELLED)
    date_input = _speaking(st.date_input, **OF_FIELD)
    download_button = _speaking(st.download_button, **LABELLED)
    expander = _speaking(st.expander, **LABELLED)
    form_submit_button = _speaking(st.form_submit_button, **LABELLED)
    header = _speaking(st.header, body=_words)
    html = _marked_as_swedish(_speaking(_keeping_whole(st.html), body=_markup))
    markdown = _speaking(st.markdown, body=_bold)
    page_link = _speaking(st.page_link, **LABELLED)
    progress = _speaking(st.progress, text=_words)
    radio = _speaking(st.radio, **CHOOSING)
    segmented_control = _speaking(st.segmented_control, **CHOOSING)
    selectbox = _speaking(st.selectbox, **CHOOSING)
    spinner = _speaking(st.spinner, text=_words)
    subheader = _speaking(st.subheader, body=_words)
    tabs = _speaking(st.tabs, tabs=_each)
    text_area = _speaking(st.text_area, **OF_FIELD)
    text_input = _speaking(st.text_input, **OF_FIELD)
    title = _speaking(st.title, body=_words)
    toast = _speaking(st.toast, body=_words)
    toggle = _speaking(st.toggle, **LABELLED)
    warning = _speaking(st.warning, body=_words)

__all__ = [
    "button",
    "checkbox",
    "date_input",
    "download_button",
    "expander",
    "form_submit_button",
    "header",
    "html",
    "markdown",
    "page_link",
    "progress",
    "radio",
    "segmented_control",
    "selectbox",
    "spinner",
    "subheader",
    "tabs",
    "text_area",
    "text_input",
    "title",
    "toast",
    "toggle",
    "warning",
]
