"""Forms that edit what is stored: after a save they begin again from what is stored now.

A form keeps what is typed under its name; a new round gives it a new name, and so the stored
values. A refused save stays in its round, with everything typed.
"""

from __future__ import annotations

import streamlit as st


def round_name(name: str) -> str:
    """The form's name in the round that it is in."""
    return f"{name}:{st.session_state.get(f'round::{name}', 0)}"


def next_round(name: str) -> None:
    """Begin again from what is stored. Only from a save that went through."""
    slot = f"round::{name}"
    st.session_state[slot] = st.session_state.get(slot, 0) + 1
