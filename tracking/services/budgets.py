"""Money: an insats's year and the förbund's own year, in whole kronor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_set_up_forbund
from tracking.domain.errors import Conflict, InvalidValue
from tracking.services._setup import EDITED, check_unchanged, check_whole, insats_of
from tracking.services._writing import Writing, as_text, edit, writing
from tracking.store.database import Database
from tracking.store.tables import Budget, Change, ForbundBudget

MOST_KRONOR = 2_000_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class SavedBudget:
    """An insats's year that was saved."""

    budget_id: int


@dataclass(frozen=True, slots=True)
class SavedForbundBudget:
    """The förbund's year that was saved."""

    year: int


def set_budget(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    year: int,
    planned_participants: int | None = None,
    budget_kr: int | None = None,
    actual_kr: int | None = None,
    esf_kr: int | None = None,
    cost_share_percent: int = 100,
    version: int | None = None,
    key: str,
) -> SavedBudget:
    """Save an insats's year. ``version`` is None when the year was empty as the form was read.

    ``cost_share_percent`` is the förbund's own part of an insats shared between förbund. Raises
    `Conflict` when somebody else has saved the year since.
    """
    values: dict[str, Any] = {
        "planned_participants": check_whole(
            planned_participants,
            field="planned_participants",
            high=100_000,
            what="Planerade deltagare",
        ),
        "budget_kr": _kronor(budget_kr, "budget_kr", "Budgeten"),
        "actual_kr": _kronor(actual_kr, "actual_kr", "Utfallet"),
        "esf_kr": _kronor(esf_kr, "esf_kr", "Medel från ESF"),
        "cost_share_percent": check_whole(
            cost_share_percent, field="cost_share_percent", high=100, what="Förbundets andel"
        ),
    }
    with writing(database, actor, "set_budget", key) as write:
        check_can_set_up_forbund(actor)
        if write.earlier is not None:
            return SavedBudget(write.earlier)
        insats_of(write.session, insats_id)
        _check_year(year)
        if values["cost_share_percent"] is None:
            raise InvalidValue("Ange förbundets andel i procent.", field="cost_share_percent")
        row = write.session.exec(
            select(Budget).where(Budget.insats_id == insats_id, Budget.year == year)
        ).one_or_none()
        if row is None:
            row = Budget(insats_id=insats_id, year=year, **values)
            write.session.add(row)
            write.session.flush()
        else:
            _refuse_second_first(version, year)
            check_unchanged(row, version or 0, values)
            edit(write.work, actor, row, values, why=EDITED)
        assert row.id is not None
        write.finish(row.id, Entry("set_budget", insats_id=insats_id, detail=str(year)))
        return SavedBudget(row.id)


def set_forbund_budget(
    database: Database,
    actor: Actor,
    *,
    year: int,
    own_capital_kr: int | None = None,
    state_contribution_kr: int | None = None,
    region_contribution_kr: int | None = None,
    municipal_contribution_kr: int | None = None,
    administration_kr: int | None = None,
    administration_actual_kr: int | None = None,
    version: int | None = None,
    key: str,
) -> SavedForbundBudget:
    """Save the förbund's own year; ``version`` as in `set_budget`.

    ``own_capital_kr`` is what the year began with.
    """
    values: dict[str, Any] = {
        "own_capital_kr": _kronor(own_capital_kr, "own_capital_kr", "Eget kapital"),
        "state_contribution_kr": _kronor(
            state_contribution_kr, "state_contribution_kr", "Statens bidrag"
        ),
        "region_contribution_kr": _kronor(
            region_contribution_kr, "region_contribution_kr", "Regionens bidrag"
        ),
        "municipal_contribution_kr": _kronor(
            municipal_contribution_kr, "municipal_contribution_kr", "Kommunernas bidrag"
        ),
        "administration_kr": _kronor(administration_kr, "administration_kr", "Administrationen"),
        "administration_actual_kr": _kronor(
            administration_actual_kr, "administration_actual_kr", "Administrationens utfall"
        ),
    }
    with writing(database, actor, "set_forbund_budget", key) as write:
        check_can_set_up_forbund(actor)
        if write.repeated:
            return SavedForbundBudget(year)
        _check_year(year)
        row = write.session.get(ForbundBudget, year)
        if row is None:
            write.session.add(ForbundBudget(year=year, **values))
        else:
            _refuse_second_first(version, year)
            check_unchanged(row, version or 0, values)
            _edit_year(write, row, values)
        write.finish(year, Entry("set_forbund_budget", detail=str(year)))
    return SavedForbundBudget(year)


def _edit_year(write: Writing, row: ForbundBudget, values: dict[str, Any]) -> None:
    """As `edit`, for the one table whose key is a year."""
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            setattr(row, name, value)
            write.session.add(
                Change(
                    table_name="forbund_budget",
                    row_id=row.year,
                    field=name,
                    old=as_text(old),
                    new=as_text(value),
                    why=EDITED,
                    changed_at=write.now,
                    changed_by=write.actor.account_id,
                )
            )
    row.version += 1
    write.session.add(row)


def _kronor(amount: int | None, field: str, what: str) -> int | None:
    return check_whole(amount, field=field, high=MOST_KRONOR, what=f"{what} (kr)")


def _check_year(year: int) -> None:
    if isinstance(year, bool) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidValue(f"Året ska ligga mellan {FIRST_YEAR} och {LAST_YEAR}.", field="year")


def _refuse_second_first(version: int | None, year: int) -> None:
    if version is None:
        raise Conflict(f"Någon annan har just lagt in {year}: läs in sidan igen.", field="year")
