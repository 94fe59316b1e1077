"""The tables that an insats's targets have to themselves, counted for a release.

No breakdown asks what such a target does, and what it asks is not known beforehand: its spells
are read whole and asked in turn (`tracking.outcomes.asked`). Slips are no spells, and are counted
apart.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from sqlmodel import Session as DbSession

from tracking.domain.disclosure import TOTAL
from tracking.domain.endings import Outcome
from tracking.domain.periods import Period, add_months
from tracking.domain.records import Gender
from tracking.outcomes.asked import Answer, Context, question_of
from tracking.outcomes.cohorts import SpellRow, read_cohort
from tracking.outcomes.divisions import MISSING, NO, YES
from tracking.outcomes.releasing.catalogue import KNOWN, Part
from tracking.outcomes.releasing.catalogue_counts import Unit
from tracking.outcomes.releasing.catalogue_grid import Grid
from tracking.outcomes.releasing.catalogue_heads import HEADS, slips_head
from tracking.outcomes.releasing.catalogue_reads import own_head, spec_of
from tracking.outcomes.volumes import read_slips

LONGEST_AFTER = 18
"""Months before the first day that spells are read: their last follow-up may fall due later."""


def count_own(
    session: DbSession,
    unit: Unit,
    grid: Grid,
    own: Sequence[str],
    context: Context,
    *,
    today: date,
    only: Collection[int] | None = None,
) -> None:
    """Count what an insats's targets ask beside the catalogue's parts. ``own`` are the measures
    of these tables, ever; they are answered by ``context``. ``only`` these spells, and no slips.
    """
    insats_id = int(unit.name)
    for name in own:
        unit.own |= {part.measure: part for part in _own_parts(name, context)}
    if unit.own:
        whole = Period(add_months(grid.smallest[0].start, -LONGEST_AFTER), grid.now.end)
        rows = read_cohort(session, insats_id, whole, today=today).rows
        _count_own([r for r in rows if only is None or r.spell_id in only], unit, grid)
    for name in own if only is None else ():
        spec = spec_of(name)
        if own_head(spec) == slips_head(spec.question_id or 0):
            _count_slips(session, unit, grid, name, spec.question_id or 0)


def _count_own(rows: Iterable[SpellRow], unit: Unit, grid: Grid) -> None:
    """What a target asks is not known beforehand: its spells are read whole and asked in turn."""
    heads = {head.measure: head for head in HEADS}
    asked = [(heads[part.head], part) for part in unit.own.values() if part.head in heads]
    for row in rows:
        for head, part in asked:
            day: str | None = getattr(row, head.day)
            if day is None or not head.takes(row.outcome == Outcome.COMPLETED):
                continue
            place = bisect_right(grid.starts(head), date.fromisoformat(day)) - 1
            if 0 <= place < len(grid.smallest) and (category := part.of(row)) is not None:
                unit.tallies.add(place, part.measure, category, row.gender, 1)


def _own_parts(name: str, context: Context) -> Iterator[Part]:
    """The tables of a target that no breakdown asks: with an answer or not, meets it or not."""
    spec = spec_of(name)
    head = own_head(spec)
    if head == slips_head(spec.question_id or 0):
        # Slips are no spells: they are counted apart.
        yield Part(name, head, (head, TOTAL), (YES, NO), lambda _row: None)
        return
    ask = question_of(spec, context)

    def known(row: SpellRow) -> str:
        return KNOWN if ask(row) in (Answer.MEETS, Answer.FAILS) else MISSING

    def met(row: SpellRow) -> str | None:
        return {Answer.MEETS: YES, Answer.FAILS: NO}.get(ask(row))

    yield Part(f"{name}?", head, (head, TOTAL), (KNOWN, MISSING), known)
    yield Part(name, head, (f"{name}?", KNOWN), (YES, NO), met)


def _count_slips(session: DbSession, unit: Unit, grid: Grid, name: str, question_id: int) -> None:
    for place, period in enumerate(grid.smallest):
        slips = read_slips(session, int(unit.name), period)
        positive, every = slips.get(question_id, (0, 0))
        told = ((name, YES, positive), (name, NO, every - positive))
        for measure, category, number in (*told, (slips_head(question_id), TOTAL, every)):
            unit.tallies.add(place, measure, category, Gender.UNKNOWN.value, number)
