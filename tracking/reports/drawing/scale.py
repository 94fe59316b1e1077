"""From values to places on an axis: round numbers, from zero where it is a count or a share."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tracking.domain.swedish import THIN, decimal


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from ``low`` to ``high`` with its ticks; ``percent`` writes them as per cent."""

    low: float
    high: float
    ticks: tuple[float, ...]
    percent: bool = False

    def at(self, value: float, start: float, length: float) -> float:
        """Where a value lies on a line that begins at ``start``."""
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.0
        return start + length * min(max(share, 0.0), 1.0)

    def words(self, tick: float) -> str:
        """A tick in Swedish."""
        if self.percent:
            return f"{decimal(tick, 0)}{THIN}%"
        step = self.ticks[1] - self.ticks[0] if len(self.ticks) > 1 else 1.0
        return decimal(round(tick, 6), 0 if step >= 1 and step % 1 == 0 else 1)


PER_CENT = Scale(0, 100, (0, 25, 50, 75, 100), percent=True)


def number_scale(values: list[float]) -> Scale:
    """Round numbers that hold every value and zero."""
    low, high = min([0.0, *values]), max([0.0, *values])
    if low == high:
        high = 1.0
    rough = (high - low) / 4
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= rough * 0.999)
    if all(value == int(value) for value in values) and step < 1:
        step = 1.0
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = tuple(step * n for n in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)
