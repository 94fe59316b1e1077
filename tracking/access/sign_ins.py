"""Sign-ins, held by the server: begun, looked up at every rerun, locked, unlocked, ended.

The browser has a random token; here only its SHA-256. A sign-in is good when it has not
ended, not expired, not been idle for too long, and the account has done what it must (second
factor, a password of its own). How somebody proves a password is `password_sign_in`'s.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, update
from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor, load_actor
from tracking.access.log import Entry, record_for
from tracking.access.rate import digest
from tracking.domain import clock
from tracking.domain.errors import StegvisError
from tracking.domain.roles import Zone
from tracking.store.database import Database, Transaction
from tracking.store.tables import Account, SecondFactor, SignIn, SignInMethod


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a sign-in lasts: unused before it locks, and in all."""

    idle: timedelta = timedelta(minutes=30)
    lasts: timedelta = timedelta(hours=12)


def limits_from_environment(environment: Mapping[str, str] = os.environ) -> Limits:
    """The limits of this installation: STEGVIS_IDLE_MINUTES (5–240) and STEGVIS_SIGN_IN_HOURS
    (1–24), else the defaults. A value outside its range is brought into it.
    """
    idle = _whole(environment.get("STEGVIS_IDLE_MINUTES"), 30, low=5, high=240)
    lasts = _whole(environment.get("STEGVIS_SIGN_IN_HOURS"), 12, low=1, high=24)
    return Limits(timedelta(minutes=idle), timedelta(hours=lasts))


def _whole(text: str | None, default: int, *, low: int, high: int) -> int:
    if text is None or not text.strip().isdecimal():
        return default
    return min(max(int(text), low), high)


KEPT_AFTER = timedelta(days=30)
"""How long the row of a sign-in that has expired is kept; the access log keeps that it was."""

NOTE_EVERY = timedelta(minutes=1)
"""Activity is written down at most this often: a rerun should not cost a write."""


class SignedOut(StegvisError):
    """There is no sign-in to act by: it never was, has ended or has expired."""

    def __init__(self) -> None:
        super().__init__("Du är inte inloggad längre. Logga in igen.")


class Locked(StegvisError):
    """The sign-in has been idle and waits for the password."""

    def __init__(self) -> None:
        super().__init__("Sidan är låst efter en stunds stillhet. Lås upp med ditt lösenord.")


class Stage(StrEnum):
    """What a live sign-in waits for; only ``OPEN`` lets anybody past the sign-in pages."""

    SECOND_FACTOR = "second_factor"
    LOCKED = "locked"
    CHANGE_PASSWORD = "change_password"
    ENROL = "enrol"
    OPEN = "open"


class Gone(StrEnum):
    """Why a token opens nothing."""

    FORGED = "forged"
    ENDED = "ended"
    EXPIRED = "expired"
    CLOSED = "account_closed"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live sign-in: whose, how far it has come, and until when."""

    sign_in_id: int
    account_id: int
    username: str
    zone: Zone
    stage: Stage
    has_second_factor: bool
    has_password: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What a token leads to: a live sign-in, or the reason why not and whose it was."""

    signed_in: SignedIn | None
    gone: Gone | None = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """A sign-in just begun. The token is for the cookie and is nowhere else."""

    sign_in_id: int
    account_id: int
    token: str = ""

    def __repr__(self) -> str:
        return f"NewSignIn(sign_in_id={self.sign_in_id}, account_id={self.account_id})"


def begin(
    work: Transaction,
    account_id: int,
    *,
    method: SignInMethod,
    form_key: str,
    limits: Limits,
    second_factor_done: bool = False,
) -> NewSignIn:
    """Begin a sign-in for an account that has proved itself, and log it.

    Rows of sign-ins that expired long ago go on the way.

    The database refuses a second sign-in from the same ``form_key``.
    """
    now = clock.now()
    work.session.execute(delete(SignIn).where(col(SignIn.expires_at) < now - KEPT_AFTER))
    token = secrets.token_urlsafe(32)
    row = SignIn(
        account_id=account_id,
        token_hash=digest(token),
        form_key=form_key,
        method=method,
        created_at=now,
        last_seen_at=now,
        expires_at=now + limits.lasts,
        second_factor_at=now if second_factor_done else None,
    )
    work.session.add(row)
    work.session.flush()
    assert row.id is not None
    record_for(work, account_id, Entry("sign_in", detail=method.value))
    return NewSignIn(row.id, account_id, token)


def find(database: Database, token: str, *, limits: Limits) -> Found:
    """What the token of a cookie leads to. Looking does not count as activity."""
    with database.reading() as session:
        row = _row(session, SignIn.token_hash == digest(token))
    return _judge(row, limits)


def find_by_id(database: Database, sign_in_id: int, *, limits: Limits) -> Found:
    """What the number of a sign-in leads to; the number is only ever a trusted header's."""
    with database.reading() as session:
        row = _row(session, SignIn.id == sign_in_id)
    return _judge(row, limits)


def current_actor(
    database: Database, sign_in_id: int, *, today: date, limits: Limits | None = None
) -> Actor:
    """The actor behind an open page, asked at every rerun, which counts as activity.

    The actor asks the same of itself before each write. Raises `SignedOut` when the sign-in is
    not good any more, `Locked` when it has been idle, and `NotPermitted` when the account is
    closed.
    """
    limits = limits or limits_from_environment()
    now = clock.now()
    with database.reading() as session:
        row = _row(session, SignIn.id == sign_in_id)
        found = _judge(row, limits)
        if row is None or found.signed_in is None:
            raise SignedOut
        stage = found.signed_in.stage
        if stage is Stage.OPEN:
            actor = load_actor(session, found.signed_in.account_id, today=today)
            seen = row[0].last_seen_at
    if stage is Stage.LOCKED:
        lock(database, sign_in_id)
        raise Locked
    if stage is not Stage.OPEN:
        raise SignedOut
    if now - seen >= NOTE_EVERY:
        _note_activity(database, sign_in_id, now)

    def again() -> Actor:
        return current_actor(database, sign_in_id, today=clock.today(), limits=limits)

    return replace(actor, ask_again=again)


def lock(database: Database, sign_in_id: int) -> None:
    """Cover the sign-in until the password is given again. Locking twice is locking once."""
    with database.transaction() as work:
        done = work.session.execute(
            update(SignIn)
            .where(
                col(SignIn.id) == sign_in_id,
                col(SignIn.locked_at).is_(None),
                col(SignIn.ended_at).is_(None),
            )
            .values(locked_at=clock.now())
            .returning(col(SignIn.account_id))
        ).scalar_one_or_none()
        if done is not None:
            record_for(work, done, Entry("lock"))


def open_again(work: Transaction, sign_in_id: int) -> None:
    """Take off the lock, once the password has been proved."""
    work.session.execute(
        update(SignIn)
        .where(col(SignIn.id) == sign_in_id, col(SignIn.ended_at).is_(None))
        .values(locked_at=None, last_seen_at=clock.now())
    )


def unlock_proved(database: Database, signed_in: SignedIn) -> None:
    """Take off the lock of somebody who has just proved themselves anew."""
    with database.transaction() as work:
        open_again(work, signed_in.sign_in_id)
        record_for(work, signed_in.account_id, Entry("unlock"))


def second_factor_passed(work: Transaction, sign_in_id: int) -> None:
    """The sign-in has shown its second factor."""
    work.session.execute(
        update(SignIn)
        .where(col(SignIn.id) == sign_in_id, col(SignIn.ended_at).is_(None))
        .values(second_factor_at=clock.now())
    )


def end(database: Database, sign_in_id: int) -> None:
    """Sign out: in every tab and window of this browser at once. Twice is once."""
    with database.transaction() as work:
        ended = work.session.execute(
            update(SignIn)
            .where(col(SignIn.id) == sign_in_id, col(SignIn.ended_at).is_(None))
            .values(ended_at=clock.now())
            .returning(col(SignIn.account_id))
        ).scalar_one_or_none()
        if ended is not None:
            record_for(work, ended, Entry("sign_out"))


def end_everywhere(database: Database, account_id: int) -> int:
    """Sign the account out of every browser, and return how many sign-ins that ended."""
    with database.transaction() as work:
        ended = end_all(work, account_id)
        record_for(work, account_id, Entry("sign_out_everywhere", detail=str(ended)))
    return ended


def end_all(work: Transaction, account_id: int, *, but: int | None = None) -> int:
    """End the account's sign-ins within a larger act, all or all ``but`` one."""
    ended = work.session.execute(
        update(SignIn)
        .where(
            col(SignIn.account_id) == account_id,
            col(SignIn.ended_at).is_(None),
            col(SignIn.id) != (but if but is not None else -1),
        )
        .values(ended_at=clock.now())
        .returning(col(SignIn.id))
    ).all()
    return len(ended)


_Row = tuple[SignIn, Account, SecondFactor | None]


def _row(session: DbSession, which: object) -> _Row | None:
    found = session.exec(
        select(SignIn, Account, SecondFactor)
        .join(Account, col(Account.id) == col(SignIn.account_id))
        .join(SecondFactor, col(SecondFactor.account_id) == col(Account.id), isouter=True)
        .where(which)  # type: ignore[arg-type]
    ).one_or_none()
    return None if found is None else (found[0], found[1], found[2])


def _judge(row: _Row | None, limits: Limits) -> Found:
    if row is None:
        return Found(None, Gone.FORGED)
    sign_in, account, factor = row
    if sign_in.ended_at is not None:
        return Found(None, Gone.ENDED, account.id)
    if clock.now() >= sign_in.expires_at:
        return Found(None, Gone.EXPIRED, account.id)
    if not account.active:
        return Found(None, Gone.CLOSED, account.id)
    assert sign_in.id is not None
    assert account.id is not None
    confirmed = factor is not None and factor.confirmed_at is not None
    stage = _stage(sign_in, account, confirmed, limits)
    if stage is Stage.SECOND_FACTOR and _is_idle(sign_in, limits):
        return Found(None, Gone.EXPIRED, account.id)
    signed_in = SignedIn(
        sign_in_id=sign_in.id,
        account_id=account.id,
        username=account.username,
        zone=account.zone,
        stage=stage,
        has_second_factor=confirmed,
        has_password=account.password_hash is not None,
        expires_at=sign_in.expires_at,
    )
    return Found(signed_in, account_id=account.id)


def _stage(sign_in: SignIn, account: Account, confirmed: bool, limits: Limits) -> Stage:
    if sign_in.second_factor_at is None and confirmed:
        return Stage.SECOND_FACTOR
    if sign_in.locked_at is not None or _is_idle(sign_in, limits):
        return Stage.LOCKED
    by_password = sign_in.method is SignInMethod.PASSWORD
    if by_password and account.must_change_password:
        return Stage.CHANGE_PASSWORD
    if account.zone is Zone.INSATS and sign_in.second_factor_at is None:
        return Stage.ENROL
    return Stage.OPEN


def _is_idle(sign_in: SignIn, limits: Limits) -> bool:
    return clock.now() - sign_in.last_seen_at > limits.idle


def _note_activity(database: Database, sign_in_id: int, now: datetime) -> None:
    with database.transaction() as work:
        work.session.execute(
            update(SignIn)
            .where(
                col(SignIn.id) == sign_in_id,
                col(SignIn.locked_at).is_(None),
                col(SignIn.ended_at).is_(None),
            )
            .values(last_seen_at=now)
        )
