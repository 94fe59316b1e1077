"""How återbetalningstid moves when one assumption at a time is lower or higher.

Each swing changes one thing and keeps the rest; nothing here says how likely it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from tracking.domain.payback import (
    HIGHEST_DISCOUNT,
    HIGHEST_MONTH_KR,
    GroupChange,
    PaybackAssumptions,
    monthly_gain,
    payback_months,
)

DEADWEIGHT_STEP = 20
"""Percentage points by which *hade skett ändå* is moved."""
DISCOUNT_STEP = 300
"""Hundredths of a per cent by which the discounting is moved."""


class Varied(StrEnum):
    """What is moved."""

    SUPPORT = "support"
    PRODUCTION = "production"
    COST = "cost"
    DEADWEIGHT = "deadweight"
    DISCOUNT = "discount"
    MISSING = "missing"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return {
            "support": "Månad av offentlig försörjning",
            "production": "Månads arbete på heltid",
            "cost": "Insatsens kostnad",
            "deadweight": "Hade skett ändå",
            "discount": "Kalkylränta",
            "missing": "De som saknar uppgift",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Swing:
    """One assumption at its lower and its higher value, with the months of each (None: never).

    ``low_at`` and ``high_at`` are in the assumption's own unit: kronor, per cent, or hundredths
    of a per cent; of the missing 0 for no gain and 1 for the same gain as the others.
    """

    what: Varied
    low_at: int
    high_at: int
    low: Fraction | None
    high: Fraction | None

    @property
    def width(self) -> Fraction | None:
        """Return how far apart the two are in months; None when one of them is never."""
        if self.low is None or self.high is None:
            return None
        return abs(self.high - self.low)


def months_of(
    group: GroupChange, cost_kr: int, assumptions: PaybackAssumptions, *, fill_in: bool = False
) -> Fraction | None:
    """Return the months for a group; with ``fill_in`` the missing gain as much as the known.

    None when the gain never pays the cost. Raises InvalidValue on a negative cost.
    """
    gain = monthly_gain(group, assumptions)
    if fill_in and group.known:
        gain *= Fraction(group.known + group.missing, group.known)
    return payback_months(cost_kr, gain, assumptions.discount_hundredths)


def sensitivity(
    group: GroupChange, cost_kr: int, assumptions: PaybackAssumptions, swing_percent: int
) -> tuple[Swing, ...]:
    """Return each assumption ``swing_percent`` per cent lower and higher, the widest first.

    *Hade skett ändå* goes 20 percentage points and discounting 3 up and down, within their
    bounds. An assumption of 0 kronor, and the missing where nobody is, are left out.
    """
    swings = []
    for what, name in (
        (Varied.SUPPORT, "support_month_kr"),
        (Varied.PRODUCTION, "production_month_kr"),
    ):
        value = getattr(assumptions, name)
        low, high = _around(value, swing_percent, HIGHEST_MONTH_KR)
        if value and low:
            ends = (months_of(group, cost_kr, _with(assumptions, name, at)) for at in (low, high))
            swings.append(Swing(what, low, high, *ends))
    low, high = _around(cost_kr, swing_percent, None)
    ends = (months_of(group, at, assumptions) for at in (low, high))
    swings.append(Swing(Varied.COST, low, high, *ends))
    for what, name, step, top in (
        (Varied.DEADWEIGHT, "deadweight_percent", DEADWEIGHT_STEP, 100),
        (Varied.DISCOUNT, "discount_hundredths", DISCOUNT_STEP, HIGHEST_DISCOUNT),
    ):
        value = getattr(assumptions, name)
        low, high = max(0, value - step), min(top, value + step)
        ends = (months_of(group, cost_kr, _with(assumptions, name, at)) for at in (low, high))
        swings.append(Swing(what, low, high, *ends))
    if group.missing and group.known:
        ends = (months_of(group, cost_kr, assumptions, fill_in=fill) for fill in (False, True))
        swings.append(Swing(Varied.MISSING, 0, 1, *ends))
    return tuple(sorted(swings, key=_order))


def _order(swing: Swing) -> tuple[bool, Fraction]:
    return swing.width is not None, -(swing.width or Fraction(0))


def _around(value: int, percent: int, top: int | None) -> tuple[int, int]:
    low, high = (round(value * (100 + sign * percent) / 100) for sign in (-1, 1))
    return low, high if top is None else min(high, top)


def _with(assumptions: PaybackAssumptions, name: str, value: int) -> PaybackAssumptions:
    changed: PaybackAssumptions = replace(assumptions, **{name: value})  # type: ignore[arg-type]
    return changed
