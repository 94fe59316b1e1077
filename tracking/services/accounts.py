"""Accounts and assignments, as far as set-up needs them: no actor exists before the first.

An account has a title that says its function, never a person's name, and one zone; an
assignment gives it a role with dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError

from tracking.domain import clock
from tracking.domain.errors import Conflict, InvalidValue, RuleBroken
from tracking.domain.identifiers import clean_text, refuse_personal_identity_number
from tracking.domain.instruments import Unit
from tracking.domain.roles import INSATS_BOUND_ROLES, Role, Zone
from tracking.services._setup import check_span, found
from tracking.store.database import Database, Transaction
from tracking.store.tables import Account, Assignment, Controller, Insats

TAKEN = "Användarnamnet finns redan."
WHOLE_FORBUND_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.FORBUND_ADMIN})
"""Roles that are never for one insats alone."""

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@dataclass(frozen=True, slots=True)
class CreatedAccount:
    """An account that was created."""

    account_id: int


@dataclass(frozen=True, slots=True)
class Assigned:
    """An assignment that was given."""

    assignment_id: int


def create_account(
    database: Database,
    *,
    username: str,
    title: str,
    zone: Zone,
    employer_id: int | None = None,
    score_unit: Unit = Unit.POINTS,
) -> CreatedAccount:
    """Create an account that nobody can sign in to yet: it has no password.

    Staff of the insats zone need an employer. Raises `Conflict` when the username is taken.
    """
    try:
        with database.transaction() as work:
            return CreatedAccount(
                new_account(
                    work,
                    username=username,
                    title=title,
                    zone=zone,
                    employer_id=employer_id,
                    score_unit=score_unit,
                )
            )
    except IntegrityError as fault:
        raise Conflict(TAKEN, field="username") from fault


def new_account(
    work: Transaction,
    *,
    username: str,
    title: str,
    zone: Zone,
    employer_id: int | None,
    score_unit: Unit = Unit.POINTS,
    password_hash: str | None = None,
) -> int:
    """The number of an account made within a larger act, which logs it."""
    if not USERNAME.fullmatch(username):
        raise InvalidValue(
            "Användarnamnet ska ha 2–40 tecken: små bokstäver a–z, siffror, punkt och streck.",
            field="username",
        )
    refuse_personal_identity_number(username, field="username")
    words = clean_text(title, field="title", max_length=80, required=True)
    if zone is Zone.INSATS and employer_id is None:
        raise RuleBroken("Personal i en insats ska ha en arbetsgivare.", field="employer_id")
    if employer_id is not None:
        found(work.session, Controller, employer_id, what="Myndigheten")
    account = Account(
        username=username,
        title=words,
        zone=zone,
        employer_id=employer_id,
        password_hash=password_hash,
        score_unit=score_unit,
        created_at=clock.now(),
    )
    work.session.add(account)
    work.session.flush()
    assert account.id is not None
    return account.id


def assign(
    database: Database,
    *,
    account_id: int,
    role: Role,
    insats_id: int | None,
    starts_on: date,
    ends_on: date | None = None,
) -> Assigned:
    """Give an account a role, in one insats or (``insats_id`` None) in the whole förbund.

    Raises `RuleBroken` when the role belongs to another zone than the account, or needs an
    insats and has none.
    """
    with database.transaction() as work:
        return Assigned(
            new_assignment(
                work,
                account_id=account_id,
                role=role,
                insats_id=insats_id,
                starts_on=starts_on,
                ends_on=ends_on,
            )
        )


def new_assignment(
    work: Transaction,
    *,
    account_id: int,
    role: Role,
    insats_id: int | None,
    starts_on: date,
    ends_on: date | None,
    given_by: int | None = None,
) -> int:
    """The number of an assignment given within a larger act, which logs it. Raises as `assign`."""
    check_span(starts_on, ends_on, start_field="starts_on", end_field="ends_on")
    account = found(work.session, Account, account_id, what="Kontot")
    if account.zone is not role.zone:
        raise RuleBroken(f"Rollen {role.label} hör till en annan zon än kontot.", field="role")
    if role in INSATS_BOUND_ROLES and insats_id is None:
        raise RuleBroken(f"Rollen {role.label} gäller alltid en insats.", field="insats_id")
    if role in WHOLE_FORBUND_ROLES and insats_id is not None:
        raise RuleBroken(f"Rollen {role.label} gäller ingen insats.", field="insats_id")
    if insats_id is not None:
        found(work.session, Insats, insats_id, what="Insatsen")
    assignment = Assignment(
        account_id=account_id,
        zone=account.zone,
        role=role,
        insats_id=insats_id,
        starts_on=starts_on,
        ends_on=ends_on,
        given_by=given_by,
        created_at=clock.now(),
    )
    work.session.add(assignment)
    work.session.flush()
    assert assignment.id is not None
    return assignment.id
