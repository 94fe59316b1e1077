"""The visit that a run belongs to: one browser session's stay on one page.

What a visit is for is told in `tracking.access.visits`; here it is kept in the session.
"""

from __future__ import annotations

import streamlit as st

from tracking.access.visits import Visit, open_visit
from tracking.domain.roles import Zone
from tracking.ui import address, page_links
from tracking.ui.choices import INSATS, number_in_address
from tracking.ui.print_button import report_prints
from tracking.ui.session import Visit as Here

_VISIT = "stegvis::visit"


def begin(here: Here, page: str) -> None:
    """Open the visit of the page that is about to be drawn; a new one when the page is new.

    What was chosen on another one is forgotten. In the insats zone its prints and its links are
    listened for.
    """
    kept = st.session_state.get(_VISIT)
    if not isinstance(kept, Visit) or kept.page != page:
        kept = st.session_state[_VISIT] = Visit(page)
    kept.draw_anew()
    address.turned()
    open_visit(kept)
    if here.actor is not None and here.actor.zone is Zone.INSATS:
        report_prints(here.database, here.actor, kept, lambda: number_in_address(INSATS))
        page_links.listen()
