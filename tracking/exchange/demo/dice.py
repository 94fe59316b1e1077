"""Repeatable chance: the same seed and the same name of a stream give the same throws.

Throws are drawn from NumPy in blocks, because one number at a time is slow a million times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")
BLOCK = 4096


class Dice:
    """A stream of chance of its own for each ``path`` (say, seed and insats)."""

    def __init__(self, *path: int, block: int = BLOCK) -> None:
        self._generator = np.random.default_rng(list(path))
        self._block = block
        self._even: list[float] = []
        self._normal: list[float] = []

    def even(self) -> float:
        """A number from 0 up to 1."""
        if not self._even:
            self._even = self._generator.random(self._block).tolist()
        return self._even.pop()

    def normal(self, mean: float, sd: float) -> float:
        """A number from a normal distribution."""
        if not self._normal:
            self._normal = self._generator.standard_normal(self._block).tolist()
        return mean + sd * self._normal.pop()

    def chance(self, share: float) -> bool:
        """True with the given chance."""
        return self.even() < share

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.even() * (high - low + 1))

    def one_of(self, values: Sequence[T]) -> T:
        """One of the values, all as likely."""
        return values[int(self.even() * len(values))]

    def weighted(self, values: Sequence[tuple[T, float]]) -> T:
        """One of the values; the weights need not add to 1."""
        left = self.even() * sum(weight for _, weight in values)
        for value, weight in values:
            left -= weight
            if left < 0:
                return value
        return values[-1][0]

    def quota(self, number: int, share: float) -> list[bool]:
        """As many yes as the share says, in random order: less chance than throw by throw."""
        wanted = round(number * share)
        order = self._generator.permutation(number)
        return [bool(place < wanted) for place in order]

    def spread(self, number: int) -> list[float]:
        """Numbers from 0 up to 1 that cover it evenly, in random order."""
        order = self._generator.permutation(number)
        return [(int(place) + self.even()) / number for place in order]
