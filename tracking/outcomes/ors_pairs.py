"""First and last ORS of single persons, for the chart that clinicians read; no code stands in it.

A point is a person all the same: it needs an assignment that sees persons, shows only the spells
that the actor may see, and is logged. Others have the table of classes (`outcomes.ratings`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.permissions import check_can_see_persons
from tracking.domain import clock
from tracking.domain.change import ChangeClass
from tracking.domain.periods import Period
from tracking.outcomes._seen import log_list, visible
from tracking.outcomes._versioned import Versioned
from tracking.outcomes.cohorts import read_cohort
from tracking.outcomes.columns import ORS
from tracking.outcomes.facts import ors_pair
from tracking.outcomes.kinds import Persons
from tracking.outcomes.ratings import class_of, measured
from tracking.outcomes.selection import EVERYBODY, Selection
from tracking.store.database import Database
from tracking.store.tables import SpellSummary
from tracking.store.thresholds import thresholds_on

SEEN = "första och sista ORS"


class OrsPair(NamedTuple):
    """First and last ORS of one spell in mm, and its class by the cut-off of the person's age."""

    first_mm: int
    last_mm: int
    change: ChangeClass


@dataclass(frozen=True, slots=True)
class OrsPairs:
    """The ended with two scores, lowest first score first; limits in mm are the adults'.

    ``unseen`` are the spells that count in the tables but that the actor may not see.
    """

    pairs: tuple[OrsPair, ...]
    unseen: int
    reliable_mm: int
    cutoff_mm: int
    period: Period


def ors_pairs(
    database: Database,
    actor: Actor,
    insats_id: int,
    period: Period,
    *,
    page: str,
    only: Selection = EVERYBODY,
) -> Persons[OrsPairs]:
    """Return one pair of scores for each ended spell with two that the actor may see; logged.

    Raises `NotPermitted` unless the actor may see persons in the insats.
    """
    check_can_see_persons(actor, insats_id)
    today = clock.today()
    with database.reading() as session:
        # Which spells the actor sees turns on the employer and on what stands with the spells.
        asked = actor.employer_id, period, only, today
        found, spells = _kept.get(
            session, insats_id, asked, lambda: _read(session, actor, insats_id, period, only, today)
        )
    log_list(database, actor, page, spells, SEEN)
    return Persons(found)


Shown = tuple[OrsPairs, tuple[tuple[int, int], ...]]
"""The pairs, and the insats and number of each spell that is one of them."""

_kept = Versioned[Shown]()


def _read(
    session: DbSession,
    actor: Actor,
    insats_id: int,
    period: Period,
    only: Selection,
    today: date,
) -> Shown:
    thresholds = thresholds_on(session, today)
    cohort = only.cohort(read_cohort(session, insats_id, period, today=today, columns=ORS))
    rows = measured(cohort)
    mine = set(
        session.exec(
            select(SpellSummary.spell_id).where(
                col(SpellSummary.insats_id) == insats_id, *visible(actor, SpellSummary)
            )
        ).all()
    )
    shown = [row for row in rows if row.spell_id in mine]
    pairs = [
        OrsPair(*pair, class_of(row, thresholds))
        for row in shown
        if (pair := ors_pair(row)) is not None
    ]
    found = OrsPairs(
        pairs=tuple(sorted(pairs)),
        unseen=len(rows) - len(shown),
        reliable_mm=thresholds.reliable_change_mm,
        cutoff_mm=thresholds.ors_cutoff_adult_mm,
        period=period,
    )
    return found, tuple((insats_id, row.spell_id) for row in shown)
