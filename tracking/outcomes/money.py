"""What the insatser cost and were planned for, for whoever reads releases. No results.

The förbund's own figures as they stand today: whole kronor, and places. What a participant
cost is worked out in `released_costs`, from these and from what has been released.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

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


def money_of_insatser(database: Database, actor: Actor) -> tuple[InsatsMoney, ...]:
    """Return the money of the insatser whose releases the actor reads, by name.

    Raises `NotPermitted` when there are none.
    """
    wanted = {grant.insats_id for grant in actor.grants}
    readable = {insats_id for insats_id in wanted if can_read_released(actor, insats_id)}
    if not readable:
        words = "Ditt uppdrag ger inte rätt att läsa insatsernas ekonomi."
        raise refused(actor, words, asked=Action.READ_RELEASED)
    query = select(Insats).order_by(col(Insats.name), col(Insats.id))
    if None not in readable:
        query = query.where(col(Insats.id).in_(readable))
    years: dict[int, list[MoneyOfYear]] = defaultdict(list)
    with database.reading() as session:
        for row in session.exec(select(Budget).order_by(col(Budget.year).desc())):
            years[row.insats_id].append(
                MoneyOfYear(
                    row.year,
                    row.budget_kr,
                    row.actual_kr,
                    row.planned_participants,
                    row.cost_share_percent,
                )
            )
        return tuple(
            InsatsMoney(row.id, row.name, row.kind, row.planned_places, tuple(years[row.id]))
            for row in session.exec(query)
            if row.id is not None
        )
