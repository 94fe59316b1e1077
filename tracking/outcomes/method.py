"""How figures are made: the thresholds in force and what each table is, for everybody.

Nothing about any insats or person is read here, so that every zone may have it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from tracking.domain import clock
from tracking.domain.change import Thresholds
from tracking.outcomes.breakdowns import BREAKDOWNS, Breakdown
from tracking.store.database import Database
from tracking.store.tables import ThresholdSet
from tracking.store.thresholds import as_thresholds, every_version, thresholds_on


@dataclass(frozen=True, slots=True)
class TableMeaning:
    """One table's words: who is divided, by what, and whether it may leave the insats zone."""

    key: str
    title: str
    definition: str
    population: str
    leaves: str


def thresholds_in_force(database: Database) -> Thresholds:
    """The thresholds that apply today."""
    with database.reading() as session:
        return thresholds_on(session, clock.today())


def threshold_versions(database: Database) -> tuple[Thresholds, ...]:
    """Every version of the thresholds, coming ones first, then by the day they began to apply."""
    with database.reading() as session:
        return every_version(session)


def coming_thresholds(database: Database) -> dict[int, Thresholds]:
    """The versions that do not apply yet, by their number."""
    with database.reading() as session:
        rows = session.exec(
            select(ThresholdSet)
            .where(ThresholdSet.valid_from > clock.today())
            .order_by(col(ThresholdSet.valid_from))
        )
        return {row.id or 0: as_thresholds(row) for row in rows}


def table_meanings() -> tuple[TableMeaning, ...]:
    """Every table that spells are divided in, from the registry that makes the tables."""
    return tuple(
        TableMeaning(
            key=found.key,
            title=found.title,
            definition=found.definition,
            population=_population(found),
            leaves=_leaves(found),
        )
        for found in BREAKDOWNS.values()
    )


def _population(found: Breakdown) -> str:
    return found.head.label if found.within is None else f"{found.head.label}, en del av dem"


def _leaves(found: Breakdown) -> str:
    if found.released is None:
        return f"Nej. {found.kept_because}".strip()
    return "Ja" if found.released == found.exact else "Ja, i grövre grupper"
