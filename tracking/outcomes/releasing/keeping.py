"""Before retention erases spells: keep how many of them stood in each cell of past periods.

The counts are made by the same code that counts for a release, of these spells alone, and added
to what was kept before. What is done with them is in `tracking.outcomes.releasing.erased`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import func, text
from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.domain.periods import Calendar, Period, latest_12_months, smallest_periods
from tracking.outcomes.lists import read_setting
from tracking.outcomes.releasing.catalogue import Catalogue
from tracking.outcomes.releasing.catalogue_counts import Unit, count_units
from tracking.outcomes.releasing.catalogue_grid import Grid
from tracking.outcomes.releasing.catalogue_own import count_own
from tracking.outcomes.releasing.catalogue_reads import is_own
from tracking.outcomes.releasing.making import read_groups, read_published
from tracking.outcomes.releasing.targets import released_among
from tracking.outcomes.tables import read_evaluation
from tracking.store.tables import Forbund, Spell
from tracking.store.thresholds import thresholds_on

_ADD = text(
    "INSERT INTO erased_tally (insats_id, period_key, measure, category, gender, number)"
    " VALUES (:insats_id, :period_key, :measure, :category, :gender, :number)"
    " ON CONFLICT (insats_id, period_key, measure, category, gender) DO UPDATE"
    " SET number = erased_tally.number + excluded.number"
)


def keep_counts(session: DbSession, insats_id: int, spell_ids: Sequence[int], today: date) -> None:
    """Keep the counts of an insats's spells, which are about to be erased.

    Without a calendar there are no releases, and nothing is kept.
    """
    forbund = session.get(Forbund, 1)
    if forbund is None or forbund.calendar is None or not spell_ids:
        return
    grid = _grid(session, insats_id, forbund.calendar, today)
    since = Period(grid.smallest[0].start, grid.now.end)
    evaluation = read_evaluation(session, insats_id, since, today=today)
    unit = str(insats_id)
    said = {
        key.measure
        for release in read_published(session).values()
        for key in release.cells
        if key.unit == unit
    }
    asked = released_among(unit, evaluation.targets, read_groups(session), said)
    own = {name.removesuffix("?") for name in said if is_own(name)}
    own |= {one.reads.measure for one in asked if is_own(one.reads.measure)}
    catalogue = Catalogue(read_setting(session, thresholds_on(session, today), None))
    only = frozenset(spell_ids)
    counted = count_units(session, [insats_id], grid, catalogue, only)[insats_id]
    count_own(session, counted, grid, sorted(own), evaluation.context, today=today, only=only)
    rows = [{"insats_id": insats_id, **row} for row in _rows(grid, counted)]
    if rows:
        session.execute(_ADD, rows)


def _grid(session: DbSession, insats_id: int, calendar: Calendar, today: date) -> Grid:
    """Every smallest period from the insats's first start to the one of today."""
    first = session.exec(
        select(func.min(col(Spell.started_on))).where(Spell.insats_id == insats_id)
    ).one()
    periods = [
        period
        for year in range((first or today).year, today.year + 1)
        for period in smallest_periods(calendar, year)
        if period.start <= today
    ]
    now = periods[-1]
    return Grid(now, latest_12_months(now.end), tuple(periods), (), ())


def _rows(grid: Grid, unit: Unit) -> Iterator[dict[str, object]]:
    for place, period in enumerate(grid.smallest):
        for measure, category, gender, number in unit.tallies.counted(place):
            yield {
                "period_key": period.key,
                "measure": measure,
                "category": category,
                "gender": gender,
                "number": number,
            }
