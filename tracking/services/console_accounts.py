"""Accounts from the server's own console: whoever may run commands there already has the database.

There is no actor, so nothing is asked of permissions; each act is logged as nobody's. The same
acts with an actor are in `sign_in_accounts`.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as DbSession
from sqlmodel import select

from tracking.access import second_factor, sign_ins
from tracking.access.log import Entry, record_for
from tracking.access.passwords import Passwords, check_new_password
from tracking.domain.errors import Conflict, NotFound
from tracking.domain.roles import Role, Zone
from tracking.services.accounts import (
    TAKEN,
    Assigned,
    CreatedAccount,
    new_account,
    new_assignment,
)
from tracking.store.database import Database
from tracking.store.tables import Account, Controller, Insats


def open_from_console(
    database: Database,
    passwords: Passwords,
    *,
    username: str,
    title: str,
    zone: Zone,
    employer: str | None,
    first_password: str,
) -> CreatedAccount:
    """Open an account with a first password that has to be changed. ``employer`` is a name.

    Raises `NotFound` when there is no such authority, and what `accounts.create_account` raises.
    """
    check_new_password(first_password, username=username)
    employer_id = None if employer is None else _named(database, Controller, employer)
    kept = passwords.hash(first_password)
    try:
        with database.transaction() as work:
            account_id = new_account(
                work,
                username=username,
                title=title,
                zone=zone,
                employer_id=employer_id,
                password_hash=kept,
            )
            record_for(work, None, Entry("console_open_account", detail=str(account_id)))
    except IntegrityError as fault:
        raise Conflict(TAKEN, field="username") from fault
    return CreatedAccount(account_id)


def set_password_from_console(
    database: Database, passwords: Passwords, *, username: str, password: str
) -> None:
    """Give an account a first password anew; it is signed out everywhere."""
    check_new_password(password, username=username)
    account_id = _account_id(database, username)
    kept = passwords.hash(password)
    with database.transaction() as work:
        account = _open(work.session, account_id)
        account.password_hash = kept
        account.must_change_password = True
        account.version += 1
        work.session.add(account)
        sign_ins.end_all(work, account_id)
        record_for(work, None, Entry("console_set_password", detail=str(account_id)))


def reset_second_factor_from_console(database: Database, *, username: str) -> None:
    """Take away a lost second factor, a systemadministratör's own as well.

    Raises `NotFound` when the account has none.
    """
    account_id = _account_id(database, username)
    with database.transaction() as work:
        if not second_factor.forget(work, account_id):
            raise NotFound("Kontot har ingen tvåfaktor.")
        sign_ins.end_all(work, account_id)
        record_for(work, None, Entry("console_reset_second_factor", detail=str(account_id)))


def assign_from_console(
    database: Database,
    *,
    username: str,
    role: Role,
    insats: str | None,
    starts_on: date,
    ends_on: date | None,
) -> Assigned:
    """Give an account a role. ``insats`` is a name. Raises what `assign` raises."""
    account_id = _account_id(database, username)
    insats_id = None if insats is None else _named(database, Insats, insats)
    with database.transaction() as work:
        given = new_assignment(
            work,
            account_id=account_id,
            role=role,
            insats_id=insats_id,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        detail = f"{account_id} {role.value}"
        record_for(work, None, Entry("console_assign", insats_id=insats_id, detail=detail))
    return Assigned(given)


def _open(session: DbSession, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None or not account.active:
        raise Conflict("Kontot är avslutat.")
    return account


def _account_id(database: Database, username: str) -> int:
    with database.reading() as session:
        found = session.exec(select(Account.id).where(Account.username == username)).first()
    if found is None:
        raise NotFound(f"Det finns inget konto med namnet {username}.")
    return found


def _named(database: Database, table: type[Controller] | type[Insats], name: str) -> int:
    with database.reading() as session:
        found = session.exec(select(table.id).where(table.name == name)).first()
    if found is None:
        what = "någon myndighet" if table is Controller else "någon insats"
        raise NotFound(f"Det finns inte {what} med namnet {name}.")
    return found
