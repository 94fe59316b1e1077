"""Accounts as the systemadministratör keeps them, and what somebody changes in their own.

An administrator opens and closes accounts, gives first passwords and assignments, takes away a
lost second factor, and ties an identity at another issuer to an account; and sees nothing of
any participant by it. Each act is logged with whose account it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from tracking.access import oidc, refusals, second_factor, sign_ins
from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.passwords import Passwords, check_new_password
from tracking.access.permissions import Action, check
from tracking.domain.errors import Conflict, NotFound, RuleBroken
from tracking.domain.identifiers import clean_text
from tracking.domain.records import AuthorityKind
from tracking.domain.roles import Role, Zone
from tracking.services._setup import check_span, found
from tracking.services._writing import Writing, writing
from tracking.services.accounts import TAKEN, new_account, new_assignment
from tracking.store.database import Database
from tracking.store.tables import Account, Assignment, Controller


@dataclass(frozen=True, slots=True)
class ChangedAccount:
    """The account that was opened, changed or closed."""

    account_id: int


@dataclass(frozen=True, slots=True)
class ChangedAssignment:
    """The assignment that was given or ended."""

    assignment_id: int


@dataclass(frozen=True, slots=True)
class AddedEmployer:
    """The authority that accounts may now have as employer."""

    controller_id: int


def add_employer(
    database: Database, actor: Actor, *, name: str, kind: AuthorityKind, key: str
) -> AddedEmployer:
    """Add an authority. Raises `Conflict` when there is one of that name."""
    collision = "Det finns redan en myndighet med det namnet."
    with writing(database, actor, "add_employer", key, collision=collision) as write:
        check(actor, Action.MANAGE_ACCOUNTS)
        if write.earlier is not None:
            return AddedEmployer(write.earlier)
        words = clean_text(name, field="name", max_length=100, required=True)
        row = Controller(name=words, kind=kind, created_at=write.now)
        write.session.add(row)
        write.session.flush()
        assert row.id is not None
        write.finish(row.id, Entry("add_employer", detail=str(row.id)))
    return AddedEmployer(row.id)


def open_account(
    database: Database,
    actor: Actor,
    passwords: Passwords,
    *,
    username: str,
    title: str,
    zone: Zone,
    employer_id: int | None,
    first_password: str | None,
    key: str,
) -> ChangedAccount:
    """Open an account. A first password has to be changed at the first sign-in; without one
    the account waits for an identity at another issuer.
    """
    _check_before_hashing(database, actor, "open_account")
    kept = None if first_password is None else _hashed(passwords, first_password, username)
    with writing(database, actor, "open_account", key, collision=TAKEN) as write:
        if write.earlier is not None:
            return ChangedAccount(write.earlier)
        account_id = new_account(
            write.work,
            username=username,
            title=title,
            zone=zone,
            employer_id=employer_id,
            password_hash=kept,
        )
        write.finish(account_id, Entry("open_account", detail=str(account_id)))
    return ChangedAccount(account_id)


def set_password(
    database: Database,
    actor: Actor,
    passwords: Passwords,
    *,
    account_id: int,
    password: str,
    key: str,
) -> ChangedAccount:
    """Give an account a first password anew; it is signed out, and must choose its own."""
    _check_before_hashing(database, actor, "set_password")
    with database.reading() as session:
        username = found(session, Account, account_id, what="Kontot").username
    kept = _hashed(passwords, password, username)
    with writing(database, actor, "set_password", key) as write:
        if write.repeated:
            return ChangedAccount(account_id)
        account = _open(write, account_id)
        account.password_hash = kept
        account.must_change_password = True
        _save(write, account, "set_password")
        sign_ins.end_all(write.work, account_id)
    return ChangedAccount(account_id)


def change_own_password(
    database: Database,
    actor: Actor,
    passwords: Passwords,
    *,
    password: str,
    sign_in_id: int,
    key: str,
) -> ChangedAccount:
    """Choose a password of one's own; every other sign-in of the account ends.

    The caller has had the present password proved (`password_sign_in.prove`). Raises
    `WeakPassword`, and `RuleBroken` when it is the present one again.
    """
    with database.reading() as session:
        before = found(session, Account, actor.account_id, what="Kontot").password_hash
    kept = _hashed(passwords, password, actor.username)
    same = passwords.verify(before, password).right
    with writing(database, actor, "change_own_password", key) as write:
        if write.repeated:
            return ChangedAccount(actor.account_id)
        if same:
            raise RuleBroken("Välj ett annat lösenord än det du har.", field="password")
        account = _open(write, actor.account_id)
        if account.password_hash != before:
            raise Conflict("Lösenordet har just bytts. Logga in igen med det nya.")
        account.password_hash = kept
        account.must_change_password = False
        _save(write, account, "change_own_password")
        sign_ins.end_all(write.work, actor.account_id, but=sign_in_id)
    return ChangedAccount(actor.account_id)


def reset_second_factor(
    database: Database, actor: Actor, *, account_id: int, key: str
) -> ChangedAccount:
    """Take away a second factor that was lost; the account is signed out and sets up a new one.

    Nobody takes away their own: another systemadministratör does, or the command on the server.
    """
    with writing(database, actor, "reset_second_factor", key) as write:
        check(actor, Action.MANAGE_ACCOUNTS)
        if write.repeated:
            return ChangedAccount(account_id)
        if account_id == actor.account_id:
            raise RuleBroken("En annan systemadministratör tar bort din tvåfaktor.")
        account = _open(write, account_id)
        if not second_factor.forget(write.work, account_id):
            raise NotFound("Kontot har ingen tvåfaktor.")
        sign_ins.end_all(write.work, account_id)
        _save(write, account, "reset_second_factor")
    return ChangedAccount(account_id)


def sign_out_account(
    database: Database, actor: Actor, *, account_id: int, key: str
) -> ChangedAccount:
    """End every sign-in of an account, for instance when a computer is lost."""
    with writing(database, actor, "sign_out_account", key) as write:
        check(actor, Action.MANAGE_ACCOUNTS)
        if not write.repeated:
            sign_ins.end_all(write.work, account_id)
            _save(write, _open(write, account_id), "sign_out_account")
    return ChangedAccount(account_id)


def close_account(database: Database, actor: Actor, *, account_id: int, key: str) -> ChangedAccount:
    """Close an account: signed out at once, its assignments ended, never opened again.

    Raises `RuleBroken` for one's own, so that there is always a systemadministratör left.
    """
    with writing(database, actor, "close_account", key) as write:
        check(actor, Action.MANAGE_ACCOUNTS)
        if write.repeated:
            return ChangedAccount(account_id)
        if account_id == actor.account_id:
            raise RuleBroken("Du kan inte avsluta ditt eget konto.")
        account = _open(write, account_id)
        account.active = False
        account.password_hash = None
        second_factor.forget(write.work, account_id)
        sign_ins.end_all(write.work, account_id)
        for row in write.session.exec(
            select(Assignment).where(
                Assignment.account_id == account_id,
                (col(Assignment.ends_on).is_(None)) | (col(Assignment.ends_on) > write.today),
            )
        ):
            row.ends_on = max(write.today, row.starts_on)
            write.session.add(row)
        _save(write, account, "close_account")
    return ChangedAccount(account_id)


def give_assignment(
    database: Database,
    actor: Actor,
    *,
    account_id: int,
    role: Role,
    insats_id: int | None,
    starts_on: date,
    ends_on: date | None,
    key: str,
) -> ChangedAssignment:
    """Give an account a role between two dates, in one insats or in the whole förbund.

    Raises `RuleBroken` when the role belongs to another zone than the account's: a role of the
    förbund zone and one of the insats zone never meet in one account.
    """
    with writing(database, actor, "give_assignment", key) as write:
        check(actor, Action.MANAGE_ACCOUNTS)
        if write.earlier is not None:
            return ChangedAssignment(write.earlier)
        _open(write, account_id)
        given = new_assignment(
            write.work,
            account_id=account_id,
            role=role,
            insats_id=insats_id,
            starts_on=starts_on,
            ends_on=ends_on,
            given_by=actor.account_id,
        )
        detail = f"{account_id} {role.value}"
        write.finish(given, Entry("give_assignment", insats_id=insats_id, detail=detail))
    return ChangedAssignment(given)


def end_assignment(
    database: Database, actor: Actor, *, assignment_id: int, on: date, key: str
) -> ChangedAssignment:
    """End an assignment with its last day ``on``, earlier than it would have ended."""
    with writing(database, actor, "end_assignment", key) as write:
        check(actor, Action.MANAGE_ACCOUNTS)
        if write.repeated:
            return ChangedAssignment(assignment_id)
        row = found(write.session, Assignment, assignment_id, what="Uppdraget")
        check_span(row.starts_on, on, start_field="on", end_field="on")
        if row.ends_on is not None and row.ends_on < on:
            raise Conflict("Uppdraget är redan avslutat tidigare än så.", field="on")
        if row.role is Role.SYSTEM_ADMIN and row.account_id == actor.account_id:
            raise RuleBroken("Du kan inte avsluta ditt eget uppdrag som systemadministratör.")
        row.ends_on = on
        write.session.add(row)
        detail = f"{row.account_id} {row.role.value}"
        write.finish(assignment_id, Entry("end_assignment", insats_id=row.insats_id, detail=detail))
    return ChangedAssignment(assignment_id)


def link_identity(
    database: Database, actor: Actor, *, account_id: int, link_code: str, key: str
) -> ChangedAccount:
    """Tie the identity that was shown ``link_code`` to an account, which may then sign in by it.

    Raises `NotFound` when no identity waits with that code.
    """
    with writing(database, actor, "link_identity", key) as write:
        check(actor, Action.MANAGE_ACCOUNTS)
        if write.repeated:
            return ChangedAccount(account_id)
        account = _open(write, account_id)
        oidc.link(write.work, link_code, account_id=account_id, by=actor.account_id)
        _save(write, account, "link_identity")
    return ChangedAccount(account_id)


def _check_before_hashing(database: Database, actor: Actor, action: str) -> None:
    """Nobody orders a hash who may not; refused is logged as in the transaction itself."""
    with refusals.noting(database, actor.account_id, page=action):
        check(actor, Action.MANAGE_ACCOUNTS)


def _hashed(passwords: Passwords, password: str, username: str) -> str:
    """Hashed before the transaction: it takes longer than others should wait to write."""
    check_new_password(password, username=username)
    return passwords.hash(password)


def _open(write: Writing, account_id: int) -> Account:
    account = found(write.session, Account, account_id, what="Kontot")
    if not account.active:
        raise Conflict("Kontot är avslutat.")
    return account


def _save(write: Writing, account: Account, action: str) -> None:
    account.version += 1
    write.session.add(account)
    assert account.id is not None
    write.finish(account.id, Entry(action, detail=str(account.id)))
