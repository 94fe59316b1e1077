"""A page that stands goes on standing while the database rests, with all that is typed on it.

A run that is told to begin again takes nothing off the browser's page, nor out of its fields.
So a run that meets a storage that does not answer says so beside the page, waits a little and
begins again, until the storage is back. Where no page stands yet, the sentence is the page.
"""

from __future__ import annotations

from time import monotonic, sleep

import streamlit as st

from tracking.ui import shown, style

WAIT_SECONDS = 2.0
LONGEST_SECONDS = 600.0
"""How long a page is held; after that the sentence takes its place, and a button tries again."""
SAY_EVERY = 10

_STANDS = "stegvis::stands"
_SINCE = "stegvis::held_since"
_SAID = "stegvis::held_said"


def stands() -> None:
    """Note that a page has been drawn to its end, and is there to be held."""
    st.session_state[_STANDS] = True
    st.session_state.pop(_SINCE, None)
    st.session_state.pop(_SAID, None)


def hold(sentence: str) -> None:
    """Keep the page that stands and run again in a moment; returns where there is none to keep."""
    now = monotonic()
    since = st.session_state.setdefault(_SINCE, now)
    if not st.session_state.get(_STANDS) or now - since > LONGEST_SECONDS:
        return
    if now - st.session_state.get(_SAID, float("-inf")) >= SAY_EVERY:
        st.session_state[_SAID] = now
        # The look lies where the notice will, and would go with whatever that place held.
        style.put_in()
        shown.toast(sentence, duration=SAY_EVERY)
    sleep(WAIT_SECONDS)
    st.rerun()


def offer_again() -> None:
    """A way on from the sentence: the button's click is a new run."""
    st.session_state.pop(_SINCE, None)
    shown.button("Försök igen", key="stegvis::again")
