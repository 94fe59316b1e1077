"""Who is here, and on which database; asked of the database at every run and kept by nobody.

The middleware has put the number of the sign-in beside the websocket (`tracking.web.identity`);
whether it is still good is asked here. On a demo's own database there is no signing in: there
an account is picked, and the choice lives in the browser session.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum

import streamlit as st

from tracking.access import refusals
from tracking.access.actors import Actor, load_actor
from tracking.access.sign_ins import Locked, SignedOut, current_actor
from tracking.domain import clock
from tracking.domain.errors import NotPermitted
from tracking.outcomes import directory
from tracking.store.database import DEFAULT_URL, SCHEMA_VARIABLE, URL_VARIABLE, Database

SIGN_IN = "sign_in"
"""What `st.user` calls the header of the sign-in; see .streamlit/config.toml."""

_CHOSEN = "stegvis::account"
_ARRIVED = "stegvis::arrived"


class Standing(StrEnum):
    """How far somebody has come towards the pages."""

    NOT_SET_UP = "not_set_up"
    SIGNED_OUT = "signed_out"
    LOCKED = "locked"
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
    forbund = directory.forbund(database)
    if forbund is None:
        return Visit(database, Standing.NOT_SET_UP, None, is_demo=False, actor=None)
    if not forbund.is_demo:
        standing, actor = _signed_in(database)
        return Visit(database, standing, forbund.name, is_demo=False, actor=actor)
    actor = _chosen_actor(database)
    standing = Standing.NOBODY if actor is None else Standing.SOMEBODY
    return Visit(database, standing, forbund.name, is_demo=True, actor=actor)


_drawing: ContextVar[Visit | None] = ContextVar("stegvis_drawing", default=None)


@contextmanager
def drawing(here: Visit) -> Iterator[None]:
    """The page inside the block is drawn for ``here``, who has been asked for in this run."""
    token = _drawing.set(here)
    try:
        yield
    finally:
        _drawing.reset(token)


def drawn_for() -> Visit:
    """Whom the page of this run is drawn for, as the entry script found; asked for where no
    entry script has.

    For what is drawn alone: a callback runs before the script and calls `visit`.
    """
    return _drawing.get() or visit()


def check_still_here() -> None:
    """Raise `SignedOut` or `Locked` unless whoever the page was drawn for may still act.

    The first thing in everything that runs before the script does: a callback has the actor of
    the run that drew its button, and may be clicked hours later.
    """
    standing = visit().standing
    if standing is Standing.LOCKED:
        raise Locked
    if standing in (Standing.SIGNED_OUT, Standing.NOT_SET_UP):
        raise SignedOut


def note_not_permitted(page: str) -> None:
    """Log that whoever is here was refused ``page``, or something on it."""
    here = visit()
    account_id = None if here.actor is None else here.actor.account_id
    refusals.note_not_permitted(here.database, account_id, page=page)


def asking_again(database: Database) -> Callable[[], Actor]:
    """A question to ask later, outside any run, of whoever is here now: the actor as it then is.

    What it answers raises `SignedOut`, `Locked` or `NotPermitted`.
    """
    number = _sign_in_number()
    chosen = st.session_state.get(_CHOSEN)

    def ask() -> Actor:
        forbund = directory.forbund(database)
        if forbund is not None and forbund.is_demo and isinstance(chosen, int):
            return _demo_actor(database, chosen)
        if number is None:
            raise SignedOut
        return current_actor(database, number, today=clock.today())

    return ask


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


def _sign_in_number() -> int | None:
    raw = st.user.get(SIGN_IN)
    return int(raw) if isinstance(raw, str) and raw.isascii() and raw.isdigit() else None


def _signed_in(database: Database) -> tuple[Standing, Actor | None]:
    number = _sign_in_number()
    if number is None:
        return Standing.SIGNED_OUT, None
    try:
        return Standing.SOMEBODY, current_actor(database, number, today=clock.today())
    except Locked:
        return Standing.LOCKED, None
    except (SignedOut, NotPermitted):
        return Standing.SIGNED_OUT, None


def _chosen_actor(database: Database) -> Actor | None:
    account_id = st.session_state.get(_CHOSEN)
    if not isinstance(account_id, int):
        return None
    try:
        return _demo_actor(database, account_id)
    except NotPermitted:
        leave()
        return None


def _demo_actor(database: Database, account_id: int) -> Actor:
    with database.reading() as session:
        actor = load_actor(session, account_id, today=clock.today())
    return replace(actor, ask_again=lambda: _demo_actor(database, account_id))
