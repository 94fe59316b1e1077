"""`require`: the first statement of every page, which stops a page that is not for the visitor.

The navigation already leaves out what somebody does not have; this is the second lock, for the
day when a page file is reached some other way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from tracking.access.actors import Actor
from tracking.domain import clock
from tracking.domain.errors import NotPermitted
from tracking.store.database import Database
from tracking.ui.faults import show_problem
from tracking.ui.menu import OPEN_PAGES, may_open
from tracking.ui.session import drawn_for, note_not_permitted


@dataclass(frozen=True, slots=True)
class Context:
    """What a page works with. ``today`` is the day in Sweden; ``page`` goes into the log."""

    database: Database
    page: str
    today: date
    account: Actor | None

    @property
    def actor(self) -> Actor:
        """The account that is here. Raises `NotPermitted` on a page for nobody yet."""
        if self.account is None:
            raise NotPermitted("Välj ett konto eller logga in först.")
        return self.account


def require(page_key: str) -> Context:
    """The page's context, or a calm sentence and the end of the run."""
    here = drawn_for()
    if page_key in OPEN_PAGES:
        allowed = here.is_demo
    else:
        allowed = here.actor is not None and may_open(here.actor, page_key)
    if not allowed:
        note_not_permitted(page_key)
        show_problem("Den här sidan hör inte till ditt uppdrag.")
        st.stop()
    return Context(here.database, page_key, clock.today(), here.actor)
