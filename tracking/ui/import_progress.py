"""Läs in filer: how far the reading of a file has come, in a bar with words."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from tracking.domain.swedish import whole
from tracking.exchange.importing.planning import Progress
from tracking.ui import shown

Telling = Callable[[str], Progress]
"""Given what is done, as *Provläser*, something that is told how many rows are done."""


def room() -> Telling:
    """Room for a bar beside the button whose callback fills it; empty until then."""
    place = st.empty()

    def telling(what: str) -> Progress:
        def tell(done: int, total: int) -> None:
            done = min(done, total)
            share = done / total if total else 1.0
            with place:
                shown.progress(share, text=f"{what}: rad {whole(done)} av {whole(total)}.")

        tell(0, 1)
        return tell

    return telling
