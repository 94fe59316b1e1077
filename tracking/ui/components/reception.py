"""Receiving a component's submissions: each is handed to the page exactly once.

Streamlit runs the callback before the script; a message that is delivered again, or sent
again after it was saved, must not reach the page twice. What was refused before the page
saw it is kept here as well, so that the browser always gets an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

import streamlit as st

from tracking.domain.errors import StegvisError
from tracking.ui.components.submissions import parse_attempt

Submission = TypeVar("Submission")


@dataclass
class Reception:
    """What one component has received in this session; lives in the session state."""

    submission_key: str = ""
    attempt: int = 0
    saved_key: str = ""
    refusal: StegvisError | None = field(default=None)

    def answered(self) -> dict[str, object] | None:
        """Which sending the answer in this run belongs to."""
        if not self.submission_key:
            return None
        return {"submission_key": self.submission_key, "attempt": self.attempt}


def reception_of(key: str) -> Reception:
    """The reception of the component ``key``, made on first use."""
    found = st.session_state.setdefault(f"{key}::reception", Reception())
    assert isinstance(found, Reception)
    return found


def receive(
    key: str,
    parse: Callable[[object], Submission],
    on_submit: Callable[[Submission], None],
) -> None:
    """The callback: hand a new sending to ``on_submit``; remember a refusal instead."""
    raw = st.session_state[key].submitted
    if raw is None:
        return
    reception = reception_of(key)
    try:
        submission_key, attempt = parse_attempt(raw)
    except StegvisError:
        # Nothing to answer to: no browser of ours sends this.
        return
    if submission_key == reception.submission_key and attempt <= reception.attempt:
        return
    reception.submission_key, reception.attempt = submission_key, attempt
    reception.refusal = None
    if submission_key == reception.saved_key:
        return
    try:
        on_submit(parse(raw))
    except StegvisError as error:
        reception.refusal = error


@cache
def asset(*names: str) -> str:
    """The named files of this folder, one after the other, as inline text."""
    folder = Path(__file__).parent
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)
