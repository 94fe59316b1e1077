"""What the insatser cost and were planned for, for whoever reads releases. No results.

The förbund's own figures as they stand today: whole kronor, and places. What a participant
cost is worked out in `released_costs`, from these and from what has been released.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select as columns
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.permissions import Action, can_read_released, refused
from tracking.domain.records import InsatsKind
from tracking.store.database import Database
from tracking.store.tables import Budget, Insats


@dataclass(frozen=True, slots=True)
class MoneyOfYear:
    """An insats's year in whole kronor; None where nothing has been entered."""

    year: int
    budget_kr: int | None
    actual_kr: int | None
    planned_participants: int | None
    cost_share_percent: int


@dataclass(frozen=True, slots=True)
class InsatsMoney:
    """One insats: its years, the newest first, and the places that it was planned with."""

    insats_id: int
    name: str
    kind: InsatsKind
    planned_places: int | None
    years: tuple[MoneyOfYear, ...]

    def of(self, year: int) -> MoneyOfYear | None:
        """Return one year, or None where nothing has been entered for it."""
        return next((one for one in self.years if one.year == year), None)


_BUDGETS = columns(
    col(Budget.insats_id),
    col(Budget.year),
    col(Budget.budget_kr),
    col(Budget.actual_kr),
    col(Budget.planned_participants),
    col(Budget.cost_share_percent),
).order_by(col(Budget.year).desc())
"""An insats, then what `MoneyOfYear` has, in its order."""


def money_of_insatser(database: Database, actor: Actor) -> tuple[InsatsMoney, ...]:
    """Return the money of the insatser whose releases the actor reads, by name.

    Raises `NotPermitted` when there are none.
    """
    wanted = {grant.insats_id for grant in actor.grants}
    readable = {insats_id for insats_id in wanted if can_read_released(actor, insats_id)}
    if not readable:
        words = "Ditt uppdrag ger inte rätt att läsa insatsernas ekonomi."
        raise refused(actor, words, asked=Action.READ_RELEASED)
    # By column, since the overview asks at every click: whole objects take longer.
    query = select(
        col(Insats.id), col(Insats.name), col(Insats.kind), col(Insats.planned_places)
    ).order_by(col(Insats.name), col(Insats.id))
    if None not in readable:
        query = query.where(col(Insats.id).in_(readable))
    years: dict[int, list[MoneyOfYear]] = defaultdict(list)
    with database.reading() as session:
        for insats_id, *of_a_year in session.execute(_BUDGETS):
            years[insats_id].append(MoneyOfYear(*of_a_year))
        return tuple(
            InsatsMoney(insats_id, name, kind, places, tuple(years[insats_id]))
            for insats_id, name, kind, places in session.exec(query)
            if insats_id is not None
        )
