"""One word of the page's address: read, and changed by somebody's choice.

The browser sends its address with all that is done on a page, and learns of a choice only when
the server has begun to answer it. What is done before that comes with the address of before, and
must not take the choice back; the browser's own back and forward must, and so must a link that
is followed, also to the same page. What a word means is no business of this module.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

UNHEARD_OF = "address::unheard-of"
SECONDS = 10.0
"""How long an address of before may come: a slow connection, not somebody who returns."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """What was chosen on a page, and what the browser's address may still say instead."""

    page: str
    value: str | None
    before: frozenset[str | None]
    until: float


def said(name: str) -> str | None:
    """What the address says under a name; a choice that the browser has not heard of counts."""
    word = st.query_params.get(name)
    choice = _choices().get(name)
    if choice is None or word not in choice.before:
        return word
    page, returns = _run()
    if returns or page != choice.page or time.monotonic() > choice.until:
        del _choices()[name]
        return word
    write(name, choice.value)
    return choice.value


def choose(name: str, value: str | None) -> None:
    """Have the address say what somebody has chosen; None is for nothing at all."""
    page, _ = _run()
    before = {st.query_params.get(name)}
    if (last := _choices().get(name)) is not None and last.page == page:
        before |= {last.value, *last.before}
    _choices()[name] = _Choice(page, value, frozenset(before - {value}), time.monotonic() + SECONDS)
    write(name, value)


def follow(words: Mapping[str, str]) -> None:
    """Have the address say what a link says; what was chosen before it counts no more."""
    for name in set(_choices()) - set(words):
        del _choices()[name]
    for name, value in words.items():
        choose(name, value)


def turned() -> None:
    """Forget what was chosen on another page than this one: whoever returns says anew what for."""
    page, _ = _run()
    for name, choice in list(_choices().items()):
        if choice.page != page:
            del _choices()[name]


def write(name: str, value: str | None) -> None:
    """Have the address say what the page has found, where it does not yet."""
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def _choices() -> dict[str, _Choice]:
    found: dict[str, _Choice] = st.session_state.setdefault(UNHEARD_OF, {})
    return found


def _run() -> tuple[str, bool]:
    """The page that is being drawn, and whether the browser went back or forward to it."""
    context = get_script_run_ctx()
    if context is None:
        return "", False
    return context.page_script_hash, context.is_history_navigation
