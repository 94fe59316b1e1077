"""Reads for the systemadministratör: accounts with their assignments, and what to choose from.

Nothing of any participant is read here. Writing is `tracking.services.sign_in_accounts`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.permissions import Action, check
from tracking.domain.roles import Role, Zone
from tracking.store.database import Database
from tracking.store.tables import Account, Assignment, Controller, Insats, SecondFactor


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """A role with its dates; ``insats`` is None for the whole förbund."""

    assignment_id: int
    role: Role
    insats: str | None
    starts_on: date
    ends_on: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the role counts on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def is_over(self, day: date) -> bool:
        """Whether the last day lies before ``day``."""
        return self.ends_on is not None and self.ends_on < day


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as its keeper sees it; never a password, never a secret."""

    account_id: int
    username: str
    title: str
    zone: Zone
    employer: str | None
    active: bool
    has_password: bool
    must_change_password: bool
    has_second_factor: bool
    assignments: tuple[AssignmentView, ...]


def kept_accounts(database: Database, actor: Actor) -> tuple[AccountView, ...]:
    """Every account, open ones first, by username.

    Raises `NotPermitted` for anybody but a systemadministratör.
    """
    check(actor, Action.MANAGE_ACCOUNTS)
    with database.reading() as session:
        held: dict[int, list[AssignmentView]] = defaultdict(list)
        for row, insats in session.exec(
            select(Assignment, Insats.name)
            .join(Insats, col(Insats.id) == Assignment.insats_id, isouter=True)
            .order_by(col(Assignment.starts_on), col(Assignment.id))
        ):
            held[row.account_id].append(
                AssignmentView(row.id or 0, row.role, insats, row.starts_on, row.ends_on)
            )
        rows = session.exec(
            select(Account, Controller.name, SecondFactor.confirmed_at)
            .join(Controller, col(Controller.id) == Account.employer_id, isouter=True)
            .join(SecondFactor, col(SecondFactor.account_id) == col(Account.id), isouter=True)
            .order_by(col(Account.active).desc(), col(Account.username))
        )
        return tuple(
            AccountView(
                account_id=account.id or 0,
                username=account.username,
                title=account.title,
                zone=account.zone,
                employer=employer,
                active=account.active,
                has_password=account.password_hash is not None,
                must_change_password=account.must_change_password,
                has_second_factor=confirmed_at is not None,
                assignments=tuple(held[account.id or 0]),
            )
            for account, employer, confirmed_at in rows
        )


def insats_names(database: Database, actor: Actor) -> dict[int, str]:
    """The insatser that an assignment may name: id → name, in alphabetical order.

    Raises `NotPermitted` for anybody but a systemadministratör.
    """
    check(actor, Action.MANAGE_ACCOUNTS)
    with database.reading() as session:
        rows = session.exec(select(Insats.id, Insats.name).order_by(col(Insats.name)))
        return {insats_id: name for insats_id, name in rows if insats_id is not None}
