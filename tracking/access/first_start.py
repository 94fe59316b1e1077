"""The first start: until there is a systemadministratör, one code from the console opens the
set-up page.

The code proves that whoever sits at the page also reads the server's console. It is made anew
at every start, kept as a hash, and works once. What is set up is a service's business.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.log import Entry, record_for
from tracking.access.rate import Rates, begin_attempt, digest, succeeded
from tracking.access.second_factor import plain_code, random_code
from tracking.domain import clock
from tracking.domain.errors import Conflict, StegvisError
from tracking.domain.roles import Role
from tracking.store.database import Database, Transaction
from tracking.store.tables import Account, Assignment, AttemptKind, Forbund, SetUpCode

_NAME = "set-up"


class WrongSetUpCode(StegvisError):
    """The one-time code was wrong, or belongs to an earlier start."""


@dataclass(frozen=True, slots=True)
class State:
    """How far the förbund has come: set up, and with somebody who can sign in."""

    is_demo: bool
    needs_set_up: bool


def state(database: Database) -> State:
    """Whether the set-up page is what there is."""
    with database.reading() as session:
        forbund = session.get(Forbund, 1)
        if forbund is not None and forbund.is_demo:
            return State(is_demo=True, needs_set_up=False)
        return State(False, forbund is None or not _has_administrator(session))


def issue_code(database: Database) -> str | None:
    """A new code to print on the console, or None when nothing waits to be set up."""
    if not state(database).needs_set_up:
        return None
    code = random_code(4)
    with database.transaction() as work:
        row = work.session.get(SetUpCode, 1)
        if row is None:
            row = SetUpCode(id=1, code_hash="", created_at=clock.now())
        row.code_hash, row.created_at, row.used_at = digest(plain_code(code)), clock.now(), None
        work.session.add(row)
    return code


def check_code(database: Database, code: str, *, address: str, rates: Rates) -> None:
    """Raise `WrongSetUpCode` unless it is the code, or `TooManyAttempts`.

    The code is not used up by this: the rest of the form may have a fault.
    """
    attempt = begin_attempt(
        database, AttemptKind.SET_UP, _NAME, address, rates=rates, now=clock.now()
    )
    with database.transaction() as work:
        right = _is_the_code(work.session, code)
        if right:
            succeeded(work.session, attempt)
        else:
            record_for(work, None, Entry("set_up_refused", detail="wrong_code"))
    if not right:
        raise WrongSetUpCode(
            "Fel engångskod. Koden står i fönstret där Stegvis startades, och byts vid varje "
            "start.",
            field="code",
        )


def use_up(work: Transaction, code: str) -> None:
    """Use the code within the transaction that makes the first systemadministratör.

    Raises `Conflict` when somebody else was first.
    """
    row = work.session.exec(select(SetUpCode).with_for_update()).one_or_none()
    if row is None or not _is_the_code(work.session, code) or _has_administrator(work.session):
        raise Conflict("Stegvis är redan uppsatt. Logga in i stället.")
    row.used_at = clock.now()
    work.session.add(row)


def _is_the_code(session: DbSession, code: str) -> bool:
    row = session.get(SetUpCode, 1)
    return row is not None and row.used_at is None and row.code_hash == digest(plain_code(code))


def _has_administrator(session: DbSession) -> bool:
    return (
        session.exec(
            select(Account.id)
            .join(Assignment, col(Assignment.account_id) == col(Account.id))
            .where(
                Assignment.role == Role.SYSTEM_ADMIN,
                col(Account.password_hash).is_not(None),
            )
            .limit(1)
        ).first()
        is not None
    )
