"""Who is here, and on which database.

Until signing in is built the only way to be somebody is to pick a demo account, and only on a
database that is a demo's own. The choice lives in the browser session and says nothing by
itself: what the account may do is read from the database at every run.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from tracking.access.actors import Actor, load_actor
from tracking.domain import clock
from tracking.domain.errors import NotPermitted
from tracking.outcomes import catalog
from tracking.store.database import DEFAULT_URL, SCHEMA_VARIABLE, URL_VARIABLE, Database

_CHOSEN = "stegvis::account"
_ARRIVED = "stegvis::arrived"


class Standing(StrEnum):
    """How far somebody has come towards the pages."""

    NOT_SET_UP = "not_set_up"
    NO_SIGN_IN = "no_sign_in"
    NOBODY = "nobody"
    SOMEBODY = "somebody"


@dataclass(frozen=True, slots=True)
class Visit:
    """One run of the script: the open database, the förbund's name and the account, if any."""

    database: Database
    standing: Standing
    forbund: str | None
    is_demo: bool
    actor: Actor | None


@st.cache_resource(show_spinner=False)
def _open(url: str, schema: str | None) -> Database:
    return Database.open(url, schema=schema)


def open_database() -> Database:
    """The database of this process, opened and migrated once."""
    return _open(os.environ.get(URL_VARIABLE) or DEFAULT_URL, os.environ.get(SCHEMA_VARIABLE))


def visit() -> Visit:
    """What this run may start from. Raises `StorageUnavailable` when there is no database."""
    database = open_database()
    forbund = catalog.forbund(database)
    if forbund is None:
        return Visit(database, Standing.NOT_SET_UP, None, is_demo=False, actor=None)
    if not forbund.is_demo:
        return Visit(database, Standing.NO_SIGN_IN, forbund.name, is_demo=False, actor=None)
    actor = _chosen_actor(database)
    standing = Standing.NOBODY if actor is None else Standing.SOMEBODY
    return Visit(database, standing, forbund.name, is_demo=True, actor=actor)


def choose_account(account_id: int) -> None:
    """Become a demo account. Everything that the former account had on its pages goes."""
    leave()
    st.session_state[_CHOSEN] = account_id
    st.session_state[_ARRIVED] = True


def just_chosen() -> bool:
    """Whether an account was chosen by the click that this run answers."""
    return bool(st.session_state.pop(_ARRIVED, False))


def leave() -> None:
    """Be nobody again."""
    for key in list(st.session_state.keys()):
        del st.session_state[key]


def _chosen_actor(database: Database) -> Actor | None:
    account_id = st.session_state.get(_CHOSEN)
    if not isinstance(account_id, int):
        return None
    try:
        with database.reading() as session:
            return load_actor(session, account_id, today=clock.today())
    except NotPermitted:
        leave()
        return None
