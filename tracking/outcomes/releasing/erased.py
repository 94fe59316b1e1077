"""What releases need of spells that retention has erased: in how many cells of what they stood.

A release is tried against every release before it, and for that past periods are counted
again (`catalogue_counts`). Before spells go, what they add to each cell of each smallest period
is kept as counts (`keeping`); here they are added to what is left, so that a later release is
the same as if nobody had been erased. Nothing of it says who, and nothing of it is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlmodel import Session as DbSession
from sqlmodel import select

from tracking.domain.disclosure import TOTAL
from tracking.outcomes.divisions import MISSING
from tracking.outcomes.releasing.catalogue import Part
from tracking.outcomes.releasing.catalogue_counts import Unit
from tracking.outcomes.releasing.catalogue_grid import Grid
from tracking.store.tables import ErasedTally

Gone = dict[str, Counter[tuple[str, str]]]
"""By measure, how many erased spells of a category and kön."""


def add_erased(
    session: DbSession, insats_id: int, grid: Grid, unit: Unit, parts: Iterable[Part]
) -> None:
    """Add to a unit's tallies what its erased spells once added."""
    places = {period.key: place for place, period in enumerate(grid.smallest)}
    gone: dict[int, Gone] = {}
    for row in session.exec(select(ErasedTally).where(ErasedTally.insats_id == insats_id)):
        place = places.get(row.period_key)
        if place is None:
            continue
        tally = gone.setdefault(place, {})
        tally.setdefault(row.measure, Counter())[row.category, row.gender.value] += row.number
    dividing = [part for part in parts if part.within == (part.head, TOTAL)]
    for place, tally in gone.items():
        for part in dividing:
            _fill_up(tally, part)
        for measure, counts in tally.items():
            for (category, gender), number in counts.items():
                unit.tallies.add(place, measure, category, gender, number)


def _fill_up(tally: Gone, part: Part) -> None:
    """A table that did not exist yet when spells were erased: they lack its value."""
    divided = tally.setdefault(part.measure, Counter())
    missing = MISSING if MISSING in part.categories else part.categories[-1]
    for (_, gender), number in list(tally.get(part.head, Counter()).items()):
        known = sum(n for (_, other), n in divided.items() if other == gender)
        if number > known:
            divided[missing, gender] += number - known
