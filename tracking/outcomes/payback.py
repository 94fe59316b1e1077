"""What återbetalningstid is computed from for one insats and year, exact, and what is saved.

The sums of a population at the end and 6 and 18 months after, by the same rule as the target.
The months follow from assumptions, in `tracking.domain.payback`; nothing of it leaves the insats
zone, since cost and assumptions are known and the months would tell how many left försörjning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import product

from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.permissions import (
    can_set_up_forbund,
    check_can_see_internal,
)
from tracking.domain import clock
from tracking.domain.errors import NotFound
from tracking.domain.payback import GroupChange, PaybackAssumptions, calculation_name
from tracking.domain.periods import Period
from tracking.domain.periods import year as calendar_year
from tracking.domain.targets import Comparison, Measure, PointInTime, Population, TargetSpec
from tracking.outcomes.cohorts import read_cohort
from tracking.outcomes.columns import OCCUPATION, STEPS, SUPPORT
from tracking.outcomes.kinds import Internal
from tracking.outcomes.targets import payback_of, read_targets
from tracking.store.database import Database
from tracking.store.tables import Account, Budget, Insats, PaybackCalculation

POINTS = (PointInTime.AT_END, PointInTime.M6, PointInTime.M18)
COLUMNS = (
    *SUPPORT,
    *OCCUPATION,
    *STEPS,
    *(f"m{n}_{what}_percent" for n, what in product((6, 12, 18), ("work", "studies"))),
)


@dataclass(frozen=True, slots=True)
class PaybackYear:
    """An insats's year: its utfall in kronor (None: not entered), and the population's sums.

    ``goals`` are the insats's targets on återbetalningstid that are valid in the year: point in
    time and the most months.
    """

    insats_id: int
    name: str
    period: Period
    population: Population
    actual_kr: int | None
    groups: dict[PointInTime, GroupChange]
    goals: tuple[tuple[PointInTime, Decimal], ...]


@dataclass(frozen=True, slots=True)
class CalculationView:
    """One saved version. ``cost_kr`` None is the year's utfall; ``latest`` that none is newer."""

    calculation_id: int
    name: str
    number: int
    population: Population
    assumptions: PaybackAssumptions
    cost_kr: int | None
    saved_at: datetime
    saved_by: str
    latest: bool

    @property
    def label(self) -> str:
        """Name and version."""
        return calculation_name(self.name, self.number)


def payback_year(
    database: Database, actor: Actor, insats_id: int, year: int, population: Population
) -> Internal[PaybackYear]:
    """Return the sums of an insats's year, for ended or fullföljda.

    Raises `NotPermitted` unless the actor sees the insats's exact tables, `NotFound` without
    the insats.
    """
    check_can_see_internal(actor, insats_id)
    period = calendar_year(year)
    with database.reading() as session:
        insats = session.get(Insats, insats_id)
        if insats is None:
            raise NotFound("Insatsen finns inte.")
        cohort = read_cohort(session, insats_id, period, today=clock.today(), columns=COLUMNS)
        actual = session.exec(
            select(Budget.actual_kr).where(Budget.insats_id == insats_id, Budget.year == year)
        ).first()
        goals = tuple(
            (target.spec.point, target.spec.value)
            for target in read_targets(session, insats_id, period)
            if target.spec.measure is Measure.PAYBACK_MONTHS
            and target.spec.population is population
        )
        groups = {point: payback_of(cohort, _spec(population, point)) for point in POINTS}
        return Internal(
            PaybackYear(insats_id, insats.name, period, population, actual, groups, goals)
        )


def payback_calculations(
    database: Database, actor: Actor, insats_id: int
) -> tuple[CalculationView, ...]:
    """Return every saved version of an insats's calculations: by name, the latest first.

    They hold assumptions and no results, so that whoever sets the targets reads them as well.
    Raises `NotPermitted` for anybody else outside the insats.
    """
    if not can_set_up_forbund(actor):
        check_can_see_internal(actor, insats_id)
    with database.reading() as session:
        rows = session.exec(
            select(PaybackCalculation, Account.title)
            .join(Account, col(Account.id) == col(PaybackCalculation.saved_by))
            .where(PaybackCalculation.insats_id == insats_id)
            .order_by(col(PaybackCalculation.name), col(PaybackCalculation.number).desc())
        ).all()
    newest: dict[str, int] = {}
    for row, _ in rows:
        newest[row.name] = max(row.number, newest.get(row.name, 0))
    return tuple(_view(row, title, row.number == newest[row.name]) for row, title in rows)


def _view(row: PaybackCalculation, title: str, latest: bool) -> CalculationView:
    assert row.id is not None
    return CalculationView(
        calculation_id=row.id,
        name=row.name,
        number=row.number,
        population=row.population,
        assumptions=PaybackAssumptions(
            row.support_month_kr,
            row.production_month_kr,
            row.deadweight_percent,
            row.discount_hundredths,
            calculation_name(row.name, row.number),
        ),
        cost_kr=row.cost_kr,
        saved_at=row.saved_at,
        saved_by=title,
        latest=latest,
    )


def _spec(population: Population, point: PointInTime) -> TargetSpec:
    return TargetSpec(Measure.PAYBACK_MONTHS, population, point, Comparison.AT_MOST, Decimal(0))
