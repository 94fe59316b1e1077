"""The accounts of the demo: every role once or more, with titles that say functions.

They have no passwords; a page lets anybody choose one, on the demo's own database alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracking.domain.roles import Role, Zone
from tracking.exchange.demo.plan import PlannedInsats
from tracking.services import assign, create_account
from tracking.store.database import Database

FORBUND_ROLES = (
    ("styrelsen", "Styrelsen", Role.BOARD),
    ("styrgruppen", "Styrgruppen", Role.STEERING_GROUP),
    ("beredningen", "Beredningsgruppen", Role.PREPARATORY_GROUP),
    ("revisor", "Revisor", Role.AUDITOR),
)


@dataclass(frozen=True, slots=True)
class Staff:
    """The accounts of one insats: its case workers, the first of them, and its lead."""

    workers: tuple[int, ...]
    lead: int


def administrator(database: Database, starts_on: date) -> int:
    """The förbund's administrator, who sets up the rest."""
    account = create_account(
        database,
        username="forbundsadmin",
        title="Förbundsadministratör",
        zone=Zone.FORBUND,
    ).account_id
    assign(
        database,
        account_id=account,
        role=Role.FORBUND_ADMIN,
        insats_id=None,
        starts_on=starts_on,
    )
    return account


def forbund_accounts(database: Database, starts_on: date) -> None:
    """Those who read releases, and who keeps the accounts."""
    for username, title, role in FORBUND_ROLES:
        account = create_account(database, username=username, title=title, zone=Zone.FORBUND)
        assign(
            database,
            account_id=account.account_id,
            role=role,
            insats_id=None,
            starts_on=starts_on,
        )
    system = create_account(
        database, username="systemadmin", title="Systemadministratör", zone=Zone.SYSTEM
    )
    assign(
        database,
        account_id=system.account_id,
        role=Role.SYSTEM_ADMIN,
        insats_id=None,
        starts_on=starts_on,
    )


def staff(
    database: Database, insats: PlannedInsats, *, insats_id: int, controller_id: int
) -> Staff:
    """The staff of an insats; one case worker is enough for its many copies."""
    suffix = "" if insats.copy == 0 else f"-{insats.copy + 1}"
    name = insats.pattern.short if insats.copy == 0 else f"{insats.pattern.short} {insats.copy + 1}"

    def account(stem: str, title: str, *roles: Role) -> int:
        made = create_account(
            database,
            username=f"{insats.pattern.key}{suffix}-{stem}",
            title=title,
            zone=Zone.INSATS,
            employer_id=controller_id,
        ).account_id
        for role in roles:
            assign(
                database,
                account_id=made,
                role=role,
                insats_id=insats_id,
                starts_on=insats.starts_on,
            )
        return made

    first = account("a", f"Deltagaransvarig {name}", Role.CASE_WORKER)
    if insats.copy > 0:
        return Staff((first,), first)
    second = account("b", f"Deltagaransvarig {name}, kollega", Role.CASE_WORKER)
    lead = account("ansvarig", f"Insatsansvarig {name}", Role.INSATS_LEAD)
    return Staff((first, second), lead)


def reviewer(
    database: Database,
    insatser: list[tuple[int, date]],
    controller_id: int,
    controller: str,
) -> None:
    """A granskare of one authority, for all its insatser."""
    made = create_account(
        database,
        username=f"granskare-{controller_id}",
        title=f"Granskare {controller}",
        zone=Zone.INSATS,
        employer_id=controller_id,
    ).account_id
    for insats_id, starts_on in insatser:
        assign(
            database,
            account_id=made,
            role=Role.LOG_REVIEWER,
            insats_id=insats_id,
            starts_on=starts_on,
        )
