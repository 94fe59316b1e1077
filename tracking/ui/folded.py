"""A part of a page behind its own heading that is drawn only while it stands open.

What is folded costs nothing: neither its fields nor what has to be read for them. For parts that
are short and nearly always looked into, Streamlit's own `expander` is enough.
"""

from __future__ import annotations

from collections.abc import Callable

from tracking.ui import shown


def folded(title: str, draw: Callable[[], None], *, name: str) -> None:
    """``draw`` behind ``title``; ``name`` is unique and stays the same between runs."""
    part = shown.expander(title, key=key_of(name), on_change="rerun")
    if part.open:
        with part:
            draw()


def key_of(name: str) -> str:
    """The session's key of whether the part stands open."""
    return f"folded::{name}"
