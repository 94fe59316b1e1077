"""Återbetalningstid as a document: the answer, what it is not, every assumption, and how far
each of them moves it. The insats's own working paper, marked and logged.
"""

from __future__ import annotations

from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.domain import clock
from tracking.domain.payback import PaybackAssumptions
from tracking.domain.targets import PointInTime, Population
from tracking.outcomes.payback import payback_year
from tracking.outcomes.payback_tables import (
    IS_NOT,
    PaybackCase,
    assumptions_table,
    basis,
    finding,
    points_table,
    swings_table,
)
from tracking.reports.content import internal_marking
from tracking.reports.shapes import Chart, ChartKind, ReportContent, Section
from tracking.store.database import Database


def payback_report(
    database: Database,
    actor: Actor,
    insats_id: int,
    year: int,
    population: Population,
    point: PointInTime,
    assumptions: PaybackAssumptions,
    cost_kr: int | None = None,
) -> ReportContent:
    """Return the calculation as content for every format; logged.

    Raises `NotPermitted` and `NotFound` as `payback_year`.
    """
    found = payback_year(database, actor, insats_id, year, population).value
    case = PaybackCase(found, assumptions, cost_kr)
    with database.transaction() as work:
        entry = Entry(
            "download_payback", insats_id=insats_id, page="aterbetalningstid", detail=str(year)
        )
        record(work, actor, entry)
    said = f"{finding(case, point)}."
    swings = swings_table(case, point)
    return ReportContent(
        title=f"Återbetalningstid: {found.name}",
        subtitle=f"{found.population.label.capitalize()}, {found.period.label}",
        period=found.period,
        made_at=clock.now(),
        made_by=actor.title,
        sections=(
            Section("answer", "Svaret", said, tables=(points_table(case),),
                    words=(basis(case, point), *IS_NOT)),
            Section("assumptions", "Antaganden", assumptions.name or "Egna antaganden.",
                    tables=(assumptions_table(case),)),
            Section(
                "sensitivity",
                "Känslighet",
                "Hur svaret flyttas när ett antagande i taget ändras.",
                tables=(swings,) if swings.rows else (),
                charts=_chart(case, point),
            ),
        ),
        marking=internal_marking(actor),
    )  # fmt: skip


def _chart(case: PaybackCase, point: PointInTime) -> tuple[Chart, ...]:
    """Months at the lower and the higher value as bars, where all of them can be computed."""
    swings = case.swings(point)
    if not swings or any(swing.width is None for swing in swings):
        return ()
    return (
        Chart(
            key="payback-swings",
            kind=ChartKind.BARS,
            title="Månader när ett antagande i taget är lägre och högre",
            subtitle=f"{case.year.population.label}, {point.label}, {case.year.period.label}",
            alt=finding(case, point),
            table_key="payback_swings",
            columns=(1, 3),
        ),
    )
