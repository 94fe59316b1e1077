"""How often somebody may try a password or a code: counted in the database, never for ever.

Failures are counted for the account tried and for the address they come from, in a sliding
window; when enough have passed out of the window one may try again. A try is written down as
failed before it is examined, so that a hundred at once are not all the first.

A stranger must not be able to keep the owner out. From an address where the account has been
signed in to lately only that address's own failures count; everybody else's are counted
together.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, literal, text, update
from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.domain.errors import StegvisError
from tracking.store.database import Database
from tracking.store.tables import AttemptKind, SignInAttempt
from tracking.store.types import Flag

_YES = literal(True, Flag())
_NO = literal(False, Flag())


@dataclass(frozen=True, slots=True)
class Rates:
    """How many failures within ``window`` close the door, and how long a try is kept."""

    window: timedelta = timedelta(minutes=15)
    for_account: int = 5
    for_address: int = 30
    kept: timedelta = timedelta(days=30)


class TooManyAttempts(StegvisError):
    """The account or the address has to wait: for ``wait``, if nothing more goes wrong.

    ``account_id`` is whose account was tried, where it is known, for the log.
    """

    account_id: int | None = None

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, math.ceil(wait.total_seconds() / 60))
        word = "minut" if minutes == 1 else "minuter"
        super().__init__(f"För många försök. Vänta {minutes} {word} och försök igen.")
        self.wait = wait


def known_as(name: str) -> str:
    """The one form of a username, however it was typed."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def digest(text: str) -> str:
    """The SHA-256 that is kept instead of a token, a code or a typed name."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def begin_attempt(
    database: Database, kind: AttemptKind, name: str, address: str, *, rates: Rates, now: datetime
) -> int:
    """Note a try that is about to be examined, and return its number.

    Raises `TooManyAttempts`, and notes nothing, when there have been too many.
    """
    name_digest = digest(known_as(name))
    with database.transaction() as work:
        session = work.session
        if database.dialect == "postgresql":
            # SQLite has one writer at a time anyway. Always in the same order: no deadlock.
            for number in sorted({_number(name_digest), _number(digest(address))}):
                session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
        session.execute(delete(SignInAttempt).where(col(SignInAttempt.at) < now - rates.kept))
        _check(session, kind, name_digest, address, rates=rates, now=now)
        attempt = SignInAttempt(at=now, kind=kind, name_digest=name_digest, address=address)
        session.add(attempt)
        session.flush()
        assert attempt.id is not None
        return attempt.id


def succeeded(session: DbSession, attempt_id: int) -> None:
    """The try was right after all."""
    session.execute(
        update(SignInAttempt).where(col(SignInAttempt.id) == attempt_id).values(succeeded=True)
    )


def _check(
    session: DbSession,
    kind: AttemptKind,
    name_digest: str,
    address: str,
    *,
    rates: Rates,
    now: datetime,
) -> None:
    since = now - rates.window
    of_name = (SignInAttempt.kind == kind, SignInAttempt.name_digest == name_digest)
    mine = (*of_name, SignInAttempt.address == address)
    last_right = _last_right(session, *mine)
    if last_right is None:
        strangers = col(SignInAttempt.address).not_in(
            select(SignInAttempt.address).where(*of_name, col(SignInAttempt.succeeded) == _YES)
        )
        account = _failures(session, since, *of_name, strangers)
    else:
        account = _failures(session, since, *mine, col(SignInAttempt.id) > last_right)
    _refuse_if(account, rates.for_account, rates=rates, now=now)
    at_address = _failures(session, since, SignInAttempt.address == address)
    _refuse_if(at_address, rates.for_address, rates=rates, now=now)


def _last_right(session: DbSession, *where: object) -> int | None:
    newest: int | None = session.exec(
        select(func.max(SignInAttempt.id)).where(*where, col(SignInAttempt.succeeded) == _YES)  # type: ignore[arg-type]
    ).one()
    return newest


def _failures(session: DbSession, since: datetime, *where: object) -> list[datetime]:
    """When the failures were, the newest first."""
    return list(
        session.exec(
            select(SignInAttempt.at)
            .where(
                col(SignInAttempt.at) > since,
                col(SignInAttempt.succeeded) == _NO,
                *where,  # type: ignore[arg-type]
            )
            .order_by(col(SignInAttempt.at).desc())
        )
    )


def _refuse_if(failures: list[datetime], most: int, *, rates: Rates, now: datetime) -> None:
    if len(failures) >= most:
        # One may try again when the oldest of the newest ``most`` has left the window.
        raise TooManyAttempts(failures[most - 1] + rates.window - now)


def _number(name_digest: str) -> int:
    return int(name_digest[:15], 16)
