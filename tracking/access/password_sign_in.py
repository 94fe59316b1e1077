"""Proving a password: to sign in, to unlock, and before changing it.

Every wrong one is counted and logged, never kept. The answer is one sentence whatever was
wrong, and takes as long for a name that does not exist.
"""

from __future__ import annotations

from typing import NoReturn

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as DbSession
from sqlmodel import select

from tracking.access import sign_ins
from tracking.access.log import Entry, record_for
from tracking.access.passwords import Passwords, Verified
from tracking.access.rate import Rates, TooManyAttempts, begin_attempt, known_as, succeeded
from tracking.access.sign_ins import Limits, NewSignIn, SignedIn
from tracking.domain import clock
from tracking.domain.errors import Conflict, StegvisError
from tracking.store.database import Database, Transaction
from tracking.store.tables import Account, AttemptKind, SignInMethod


class WrongPassword(StegvisError):
    """The name or the password was wrong; which of them is not said."""


class FormUsedTwice(Conflict):
    """The same form arrived a second time; the first is what counted."""


def sign_in(
    database: Database,
    passwords: Passwords,
    *,
    username: str,
    password: str,
    address: str,
    form_key: str,
    limits: Limits,
    rates: Rates,
) -> NewSignIn:
    """Begin a sign-in by username and password.

    Raises `TooManyAttempts`, `WrongPassword`, or `FormUsedTwice` when ``form_key`` has made a
    sign-in already.
    """
    name = known_as(username)
    with database.reading() as session:
        account = _account(session, name)
    attempt = _attempt(database, name, address, rates, account)
    verified = passwords.verify(_openable_hash(account), password)
    if account is None or account.id is None or not verified.right:
        _refuse(database, account, "sign_in_refused", "Fel användarnamn eller lösenord.")
    try:
        with database.transaction() as work:
            succeeded(work.session, attempt)
            _check_unchanged(work, account)
            _keep_anew(work, account, verified)
            return sign_ins.begin(
                work,
                account.id,
                method=SignInMethod.PASSWORD,
                form_key=form_key,
                limits=limits,
            )
    except IntegrityError as fault:
        raise FormUsedTwice("Formuläret är redan skickat.") from fault


def prove(
    database: Database,
    passwords: Passwords,
    signed_in: SignedIn,
    *,
    password: str,
    address: str,
    rates: Rates,
    action: str,
) -> None:
    """Prove the signed-in account's password once more; a refusal is logged as ``action``.

    Raises `TooManyAttempts` or `WrongPassword`.
    """
    with database.reading() as session:
        account = _account(session, signed_in.username)
    attempt = _attempt(database, signed_in.username, address, rates, account)
    verified = passwords.verify(_openable_hash(account), password)
    if account is None or not verified.right:
        _refuse(database, account, action, "Fel lösenord.")
    with database.transaction() as work:
        succeeded(work.session, attempt)
        _keep_anew(work, account, verified)


def unlock(
    database: Database,
    passwords: Passwords,
    signed_in: SignedIn,
    *,
    password: str,
    address: str,
    rates: Rates,
) -> None:
    """Open a sign-in that was idle. Raises `TooManyAttempts` or `WrongPassword`."""
    prove(
        database,
        passwords,
        signed_in,
        password=password,
        address=address,
        rates=rates,
        action="unlock_refused",
    )
    sign_ins.unlock_proved(database, signed_in)


def _account(session: DbSession, name: str) -> Account | None:
    return session.exec(select(Account).where(Account.username == name)).one_or_none()


def _openable_hash(account: Account | None) -> str | None:
    """The hash to check against: none for an account that nobody may open."""
    return account.password_hash if account is not None and account.active else None


def _attempt(
    database: Database, name: str, address: str, rates: Rates, account: Account | None
) -> int:
    try:
        return begin_attempt(
            database, AttemptKind.PASSWORD, name, address, rates=rates, now=clock.now()
        )
    except TooManyAttempts as fault:
        fault.account_id = None if account is None else account.id
        raise


def _refuse(database: Database, account: Account | None, action: str, sentence: str) -> NoReturn:
    with database.transaction() as work:
        known = None if account is None else account.id
        record_for(work, known, Entry(action, detail="wrong_password"))
    raise WrongPassword(sentence, field="password")


def _check_unchanged(work: Transaction, account: Account) -> None:
    """The account was not closed, nor its password changed, while the hash was computed."""
    now = work.session.get_one(Account, account.id)
    if not now.active or now.password_hash != account.password_hash:
        raise WrongPassword("Fel användarnamn eller lösenord.", field="password")


def _keep_anew(work: Transaction, account: Account, verified: Verified) -> None:
    """Keep the hash with today's parameters, unless the password was changed meanwhile."""
    if verified.new_hash is None:
        return
    kept = work.session.get_one(Account, account.id)
    if kept.password_hash == account.password_hash:
        kept.password_hash = verified.new_hash
        work.session.add(kept)
