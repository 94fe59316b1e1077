"""Återbetalningstid: how many months of gain pay the cost of an insats.

Total cost / monthly gain. The gain is a difference before–after valued by assumptions that
somebody has to state; it is not what the insats caused. Who is counted and what is known of
them is the outcomes' to read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from tracking.domain.errors import InvalidValue

FULL_TIME = 100
HIGHEST_MONTH_KR = 1_000_000


@dataclass(frozen=True, slots=True)
class PaybackAssumptions:
    """What a month is worth, in whole kronor.

    ``support_month_kr``: a month of offentlig försörjning for one person.
    ``production_month_kr``: what a month of full-time work (100 %) produces.
    Raises InvalidValue with the field when one lies outside 0–1 000 000 or both are 0.
    """

    support_month_kr: int
    production_month_kr: int

    def __post_init__(self) -> None:
        for name in ("support_month_kr", "production_month_kr"):
            value = getattr(self, name)
            if isinstance(value, bool) or not 0 <= value <= HIGHEST_MONTH_KR:
                raise InvalidValue(
                    "Antagandet ska vara mellan 0 och 1 000 000 kr i månaden.", field=name
                )
        if self.support_month_kr == 0 and self.production_month_kr == 0:
            raise InvalidValue(
                "Ange minst ett värde som är högre än noll.", field="support_month_kr"
            )


@dataclass(frozen=True, slots=True)
class PersonChange:
    """One spell before and after: offentlig försörjning or not, and work in per cent 0–100."""

    support_before: bool
    support_after: bool
    work_before: int
    work_after: int


def monthly_gain(changes: Iterable[PersonChange], assumptions: PaybackAssumptions) -> Fraction:
    """Return the gain in kronor a month, below 0 where more has been lost than won."""
    ended = work = 0
    for change in changes:
        ended += change.support_before - change.support_after
        work += change.work_after - change.work_before
    return Fraction(ended * assumptions.support_month_kr) + Fraction(
        work * assumptions.production_month_kr, FULL_TIME
    )


def payback_months(total_cost_kr: int, gain_kr_a_month: Fraction) -> Fraction | None:
    """Return the months that it takes; None when the gain is not positive.

    Never negative and never infinite: without a gain nothing is paid back. Raises InvalidValue
    on a negative cost.
    """
    if total_cost_kr < 0:
        raise InvalidValue("Kostnaden kan inte vara negativ.")
    return total_cost_kr / gain_kr_a_month if gain_kr_a_month > 0 else None
