"""Insatser counted for a release: their spells sorted once into smallest periods and categories.

Spells are as known on the last day of the release's period. What the counts become is
`tracking.outcomes.releasing.catalogue_tables`; what targets ask beside them, `catalogue_own`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import compress
from math import prod

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session as DbSession

from tracking.domain.disclosure import TOTAL
from tracking.outcomes.releasing.catalogue import KNOWN, Catalogue, Judge, Part
from tracking.outcomes.releasing.catalogue_cells import GENDERS, SUM, Numbers, Tallies
from tracking.outcomes.releasing.catalogue_grid import Grid
from tracking.outcomes.releasing.catalogue_heads import FAMILIES
from tracking.outcomes.releasing.catalogue_rows import Standing, read_standing

SCORED = "ors_start?"
SUMS = {"ors_first": "ors_first_mm", "ors_last": "ors_last_mm"}
"""The sums behind means on group level, of those known to have two scores (`SCORED`)."""

AT_ONCE = 32
"""Insatser read by one statement, so that their spells share what it costs; more would no longer
be in the database's cache when the next head asks for them."""


@dataclass
class Unit:
    """One insats, or all: what it counts per smallest period, and which parts its targets add."""

    name: str
    tallies: Tallies
    own: dict[str, Part] = field(default_factory=dict)


def count_units(
    session: DbSession,
    insats_ids: Sequence[int],
    grid: Grid,
    catalogue: Catalogue,
    only: Collection[int] | None = None,
) -> dict[int, Unit]:
    """Count insatser by what they have in common, the catalogue's parts. ``only`` these spells."""
    units: dict[int, Unit] = {}
    for first in range(0, len(insats_ids), AT_ONCE):
        some = insats_ids[first : first + AT_ONCE]
        counting = _Counting(catalogue, grid, some)
        for head in FAMILIES:
            judges = catalogue.judges[head.measure]
            columns = {"outcome", *(name for judge in judges for name in judge.columns)}
            starts = grid.starts(head)
            standing = read_standing(session, some, head, starts, grid.now.end, columns, only)
            if standing.at:
                counting.count(standing, judges)
        units |= counting.units()
    return units


class _Counting:
    """Some insatser counted together, in arrays with a number for each place of `Standing`."""

    def __init__(self, catalogue: Catalogue, grid: Grid, insats_ids: Sequence[int]) -> None:
        self.cells, self.insats_ids = catalogue.cells, insats_ids
        self.shape = (len(insats_ids), len(grid.smallest), len(GENDERS))
        self.size = prod(self.shape)
        self.found: dict[int, Numbers] = {}

    def units(self) -> dict[int, Unit]:
        """The insatser with what has been counted in them."""
        numbers = np.zeros((len(self.cells), *self.shape), np.int64)
        for row, found in self.found.items():
            numbers[row] = found.reshape(self.shape)
        return {
            insats_id: Unit(str(insats_id), Tallies(self.cells, numbers[:, n].copy()))
            for n, insats_id in enumerate(self.insats_ids)
        }

    def count(self, standing: Standing, judges: Sequence[Judge]) -> None:
        """Add the spells of a head, as its judges find."""
        at = np.array(standing.at)
        at[at < 0] = self.size  # one place more, which is left out of every count
        for judge in judges:
            asked = zip(*(standing.values[name] for name in judge.columns), strict=True)
            judged = judge.kinds.of_each(asked, len(at))
            kinds = judge.kinds.categories
            every = np.bincount(
                judged * (self.size + 1) + at, minlength=len(kinds) * (self.size + 1)
            )
            by_kind = every.reshape(len(kinds), self.size + 1)
            for kind in np.flatnonzero(by_kind.any(axis=1)):
                for measure, category in zip(judge.measures, kinds[kind], strict=True):
                    if category is not None:
                        self._add(measure, category, by_kind[kind])
            if SCORED in judge.measures:
                scored = judge.measures.index(SCORED)
                known = np.array([categories[scored] == KNOWN for categories in kinds])[judged]
                self._add_up(standing, at, known)

    def _add_up(self, standing: Standing, at: Numbers, scored: NDArray[np.bool_]) -> None:
        for name, column in SUMS.items():
            scores = np.array([*compress(standing.values[column], scored)], np.int64)
            # Floats of whole numbers: exact to a million million people.
            total = np.bincount(at[scored], weights=scores, minlength=self.size + 1)
            self._add(f"{SUM}{name}", TOTAL, total.astype(np.int64))

    def _add(self, measure: str, category: str, numbers: Numbers) -> None:
        row, numbers = self.cells.row(measure, category), numbers[: self.size]
        if (so_far := self.found.get(row)) is None:
            self.found[row] = numbers.astype(np.int64)
        else:
            so_far += numbers
