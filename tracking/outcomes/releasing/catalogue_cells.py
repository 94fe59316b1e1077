"""The numbers behind a release: how many spells of each category and kön in each smallest period.

A release of a whole country has over a million of them, so they lie close together, in arrays,
and every cell of the linked set has the same place in those of all insatser.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tracking.domain.disclosure import TOTAL
from tracking.domain.records import Gender

Numbers = NDArray[np.int64]
SUM = "sum:"
"""Before the name of a sum of scores, which stands among the counts."""

GENDERS = tuple(Gender)
COLUMN = {gender.value: n for n, gender in enumerate(GENDERS)}
"""Where the number of a kön is, by the word that is stored."""
NOBODY = dict.fromkeys(GENDERS, 0)


class Cells:
    """Where the number of a category of a measure is; whoever asks for a new one is given it.

    Nobody knows beforehand which there will be: a förbund's lists have had other codes.
    """

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, int]] = {}
        self._named: list[tuple[str, str]] = []

    def __len__(self) -> int:
        return len(self._named)

    def row(self, measure: str, category: str = TOTAL) -> int:
        """The place of a cell."""
        categories = self._rows.setdefault(measure, {})
        if (row := categories.get(category)) is None:
            row = categories[category] = len(self._named)
            self._named.append((measure, category))
        return row

    def of(self, measure: str) -> dict[str, int]:
        """The categories of a measure that have a place, with it."""
        return self._rows.get(measure, {})

    def name(self, row: int) -> tuple[str, str]:
        """The measure and the category that have a place."""
        return self._named[row]


class Tallies:
    """The numbers of one insats, or of all: cell × smallest period × kön.

    There may be fewer places for cells than ``cells`` has by now: the others are 0.
    """

    __slots__ = ("cells", "numbers")

    def __init__(self, cells: Cells, numbers: Numbers) -> None:
        self.cells, self.numbers = cells, numbers

    @classmethod
    def none(cls, cells: Cells, periods: int) -> Tallies:
        """Of nobody, in so many smallest periods."""
        return cls(cells, np.zeros((len(cells), periods, len(GENDERS)), np.int64))

    def add(self, place: int, measure: str, category: str, gender: str, number: int) -> None:
        """Add to one cell of the smallest period at ``place``."""
        row = self.cells.row(measure, category)
        self._widen()
        self.numbers[row, place, COLUMN[gender]] += number

    def counted(self, place: int) -> Iterator[tuple[str, str, str, int]]:
        """The measure, category, kön and number of every cell of a period that is not 0."""
        found = self.numbers[:, place]
        for row, column in zip(*found.nonzero(), strict=True):
            yield (*self.cells.name(row), GENDERS[column].value, int(found[row, column]))

    def inside(self, places: Sequence[int]) -> list[dict[Gender, int]]:
        """The numbers of some smallest periods together: of one cell after the other, by kön."""
        self._widen()
        first, second, third = GENDERS
        return [
            {first: a, second: b, third: c}
            for a, b, c in self.numbers[:, places].sum(axis=1).tolist()
        ]

    def _widen(self) -> None:
        if lacking := len(self.cells) - len(self.numbers):
            more = np.zeros((lacking, *self.numbers.shape[1:]), np.int64)
            self.numbers = np.concatenate([self.numbers, more])


def added(cells: Cells, periods: int, every: Iterable[Tallies]) -> Tallies:
    """The sum of the tallies of some insatser."""
    total = Tallies.none(cells, periods)
    for tallies in every:
        total.numbers[: len(tallies.numbers)] += tallies.numbers
    return total
