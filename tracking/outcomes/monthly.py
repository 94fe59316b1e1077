"""How participants come, stay and leave month by month, and the places they take up.

For the insats's own page. A month is whole even where the period begins or ends inside it,
except that nothing after the period's end, or after today, is counted. What the period holds
as one is `participants.flows_table` and `stays.capacity_table`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlmodel import Session as DbSession

from tracking.access.actors import Actor
from tracking.access.permissions import check_can_see_internal
from tracking.domain import clock
from tracking.domain.capacity import person_days, year_places
from tracking.domain.endings import Outcome
from tracking.domain.errors import NotFound
from tracking.domain.figures import EMPTY, Cell, FunnelStep, Row, Table
from tracking.domain.periods import Period, add_months
from tracking.domain.records import Gender
from tracking.domain.swedish import month as month_name
from tracking.outcomes.cohorts import Cohort, SpellRow, read_cohort
from tracking.outcomes.kinds import Internal
from tracking.outcomes.parts import TOTAL, GenderColumns, base_note
from tracking.outcomes.selection import EVERYBODY, Selection
from tracking.outcomes.stays import Plan
from tracking.outcomes.volumes import days_of
from tracking.store.database import Database
from tracking.store.tables import Insats

FEWEST, MOST = 12, 60
"""A single month says nothing about a course, and more than five years nothing any longer."""


@dataclass(frozen=True, slots=True)
class Count:
    """One month for women, for men, or for everybody. ``places`` are årsplatser in use."""

    started: int
    ended: int
    ongoing: int
    days: int
    places: Fraction


@dataclass(frozen=True, slots=True)
class Month:
    """One month up to the day that is known, and its counts by kön; None is everybody."""

    period: Period
    counts: dict[Gender | None, Count]

    @property
    def total(self) -> Count:
        """Everybody's."""
        return self.counts[None]


@dataclass(frozen=True, slots=True)
class Months:
    """The months of a view, oldest first; ``planned`` is the plan in årsplatser.

    The plan is None where none was set, and where only some of the participants are counted.
    ``flow`` and ``places`` are the tables of the same numbers.
    """

    months: tuple[Month, ...]
    planned: Fraction | None
    flow: Table
    places: Table
    span: Period
    only: Selection

    @property
    def in_use(self) -> Fraction:
        """Årsplatser in use over all the months."""
        days = sum(month.period.days for month in self.months)
        return Fraction(sum(month.total.days for month in self.months), days)


def insats_months(
    database: Database,
    actor: Actor,
    insats_id: int,
    period: Period,
    *,
    only: Selection = EVERYBODY,
) -> Internal[Months]:
    """Return the months of a period, or the twelve up to its end where it is shorter.

    Raises `NotPermitted` unless the actor has an assignment in the insats that sees its
    tables, and `NotFound` when there is no such insats.
    """
    check_can_see_internal(actor, insats_id)
    with database.reading() as session:
        insats = session.get(Insats, insats_id)
        if insats is None:
            raise NotFound("Insatsen finns inte.")
        plan = Plan(insats.planned_places, insats.planned_weeks)
        found = read_months(
            session,
            insats_id,
            period,
            plan=plan.year_places if only.is_everybody else None,
            begins=insats.starts_on,
            only=only,
        )
    return Internal(found)


def read_months(
    session: DbSession,
    insats_id: int,
    period: Period,
    *,
    plan: Fraction | None,
    begins: date,
    only: Selection = EVERYBODY,
) -> Months:
    """Read and count the months up to a period's end; none lies before ``begins``."""
    today = clock.today()
    until = max(min(period.end, today), min(period.start, today))
    months = months_of(period, until, begins=begins)
    span = Period(months[0].start, months[-1].end)
    cohort = only.cohort(read_cohort(session, insats_id, span, today=today, columns=()))
    columns = GenderColumns.of(cohort.active)
    counted = tuple(Month(month, _counts(cohort, month, columns)) for month in months)
    return Months(
        counted,
        plan,
        _flow_table(counted, cohort, columns, span),
        _places_table(counted, cohort, columns, span, plan, only),
        span,
        only,
    )


def months_of(period: Period, until: date, *, begins: date) -> tuple[Period, ...]:
    """The calendar months from the period's first to ``until``, 12 to 60 of them.

    None lies wholly before ``begins``; the last ends on ``until``.
    """
    last = until.replace(day=1)
    first = min(period.start.replace(day=1), add_months(last, 1 - FEWEST))
    first = max(first, add_months(last, 1 - MOST), min(begins.replace(day=1), last))
    months, start = [], first
    while start <= last:
        end = add_months(start, 1) - timedelta(days=1)
        months.append(Period(start, min(end, until)))
        start = add_months(start, 1)
    return tuple(months)


def _counts(cohort: Cohort, month: Period, columns: GenderColumns) -> dict[Gender | None, Count]:
    first, last = month.start.isoformat(), month.end.isoformat()
    there = [
        row
        for row in cohort.rows
        if row.started_on <= last and (row.ended_on is None or row.ended_on >= first)
    ]
    heads: tuple[Gender | None, ...] = (*columns.genders, None)
    return {
        head: _count(part, month) for head, part in zip(heads, columns.split(there), strict=True)
    }


def _count(rows: Sequence[SpellRow], month: Period) -> Count:
    first, last = month.start.isoformat(), month.end.isoformat()
    over = [row for row in rows if row.ended_on is not None and row.ended_on <= last]
    days = person_days((days_of(row) for row in rows), month)
    return Count(
        started=sum(row.started_on >= first for row in rows),
        ended=sum(row.outcome != Outcome.OUTSIDE for row in over),
        ongoing=len(rows) - len(over),
        days=days,
        places=year_places(days, month),
    )


def _flow_table(
    months: Sequence[Month], cohort: Cohort, columns: GenderColumns, span: Period
) -> Table:
    parts: tuple[Gender | None, ...] = (*columns.genders, None)
    heads = [
        f"{what}, {gender.plural if gender else TOTAL}"
        for what in ("startade", "avslutade", "pågick vid månadens slut")
        for gender in parts
    ]
    rows = tuple(
        Row(
            month_name(month.period.start),
            tuple(
                Cell.of_count(number)
                for numbers in (
                    [month.counts[gender].started for gender in parts],
                    [month.counts[gender].ended for gender in parts],
                    [month.counts[gender].ongoing for gender in parts],
                )
                for number in numbers
            ),
        )
        for month in months
    )
    return Table(
        key="flow_months",
        title="Deltaganden månad för månad",
        definition=(
            "Avslutade är fullföljda och avbrutna; flytt och avliden räknas för sig, så "
            "startade minus avslutade är inte alltid ändringen av de pågående."
        ),
        row_heading="Månad",
        columns=tuple(heads),
        rows=rows,
        period=span,
        population="alla deltaganden",
        funnel=_funnel(cohort),
        notes=_notes(months, cohort, span),
    )


def _places_table(
    months: Sequence[Month],
    cohort: Cohort,
    columns: GenderColumns,
    span: Period,
    plan: Fraction | None,
    only: Selection,
) -> Table:
    parts: tuple[Gender | None, ...] = (*columns.genders, None)
    heads = [f"i bruk, {gender.plural if gender else TOTAL}" for gender in parts]
    rows = []
    for month in months:
        cells = [Cell.of_number(float(month.counts[gender].places)) for gender in parts]
        if plan:
            cells.append(Cell.of_number(float(plan)))
            cells.append(Cell.of_number(float(100 * month.total.places / plan), 0))
        elif plan is not None:
            cells += [Cell.of_number(0.0), EMPTY]
        rows.append(Row(month_name(month.period.start), tuple(cells)))
    if plan is not None:
        heads += ["planerade", "beläggning, procent"]
    notes = list(_notes(months, cohort, span))
    if not only.is_everybody:
        notes.append("Planen gäller alla deltagare och visas därför inte för ett urval.")
    elif plan is None:
        notes.append("Insatsen har inga planerade platser.")
    return Table(
        key="places_months",
        title="Årsplatser månad för månad",
        definition=(
            "Årsplatser i bruk är deltagandenas dagar i månaden delat med månadens dagar. "
            "Planerade platser på ett antal veckor är omräknade till hela år."
        ),
        row_heading="Månad",
        columns=tuple(heads),
        rows=tuple(rows),
        period=span,
        population="deltaganden med minst en dag i månaderna",
        funnel=_funnel(cohort),
        notes=tuple(notes),
    )


def _funnel(cohort: Cohort) -> tuple[FunnelStep, ...]:
    return (
        FunnelStep("Pågående vid första månadens början", len(cohort.ongoing_at_start)),
        FunnelStep("Startade", len(cohort.started)),
        FunnelStep("Ingår", len(cohort.active)),
    )


def _notes(months: Sequence[Month], cohort: Cohort, span: Period) -> tuple[str, ...]:
    last = months[-1].period
    notes = [*base_note(cohort.active, "deltaganden", cohort)]
    if (last.end + timedelta(days=1)).day != 1:
        notes.append(f"Den sista månaden är räknad till och med {span.end.isoformat()}.")
    return tuple(notes)
