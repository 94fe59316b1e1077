"""Återbetalningstid: how many months of gain pay the cost of an insats.

Total cost / monthly gain. The gain is a difference before–after valued by assumptions that
somebody has to state; it is not what the insats caused. Who is counted and what is known of
them is the outcomes' to read; how the answer moves with its assumptions is
`tracking.domain.payback_sensitivity`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from tracking.domain.errors import InvalidValue

FULL_TIME = 100
HIGHEST_MONTH_KR = 1_000_000
HIGHEST_DISCOUNT = 2000
"""The highest discounting, in hundredths of a per cent a year."""


def calculation_name(name: str, number: int) -> str:
    """Return what one version of a saved calculation is called: *Försiktig, version 2*."""
    return f"{name}, version {number}"


@dataclass(frozen=True, slots=True)
class PaybackAssumptions:
    """What a month is worth, in whole kronor, and how carefully it is counted.

    ``support_month_kr``: a month of offentlig försörjning for one person.
    ``production_month_kr``: what a month of full-time work (100 %) produces; part time in
    proportion. ``deadweight_percent``: the part of the change that would have come anyway, 0–100,
    set by hand. ``discount_hundredths``: discounting in hundredths of a per cent a year, 0 for
    none. ``name``: the saved calculation that they come from, if any.
    Raises InvalidValue with the field when one lies outside its bounds or both kronor are 0.
    """

    support_month_kr: int
    production_month_kr: int
    deadweight_percent: int = 0
    discount_hundredths: int = 0
    name: str = ""

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
        if not 0 <= self.deadweight_percent <= 100:
            raise InvalidValue(
                "Andelen som hade skett ändå ska vara mellan 0 och 100 procent.",
                field="deadweight_percent",
            )
        if not 0 <= self.discount_hundredths <= HIGHEST_DISCOUNT:
            raise InvalidValue(
                "Kalkylräntan ska vara mellan 0 och 20 procent om året.",
                field="discount_hundredths",
            )


@dataclass(frozen=True, slots=True)
class PersonChange:
    """One spell before and after: offentlig försörjning or not, and work in per cent 0–100."""

    support_before: bool
    support_after: bool
    work_before: int
    work_after: int


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What a group's changes add up to.

    ``left``: those who left offentlig försörjning less those who came to it.
    ``work_percent``: the sum of changes of work in per cent of full time. ``known`` spells
    stand behind both; ``missing`` lack something and count as no gain.
    """

    left: int
    work_percent: int
    known: int
    missing: int

    @property
    def full_time(self) -> Fraction:
        """Return the change of work in full-time jobs."""
        return Fraction(self.work_percent, FULL_TIME)


def group_change(changes: Iterable[PersonChange | None]) -> GroupChange:
    """Add up changes; None is a spell that lacks something. Raises nothing."""
    left = work = known = missing = 0
    for change in changes:
        if change is None:
            missing += 1
            continue
        known += 1
        left += change.support_before - change.support_after
        work += change.work_after - change.work_before
    return GroupChange(left, work, known, missing)


def monthly_gain(
    changes: Iterable[PersonChange] | GroupChange, assumptions: PaybackAssumptions
) -> Fraction:
    """Return the gain in kronor a month, below 0 where more has been lost than won.

    What would have come anyway is taken off.
    """
    group = changes if isinstance(changes, GroupChange) else group_change(changes)
    whole = group.left * assumptions.support_month_kr + (
        group.full_time * assumptions.production_month_kr
    )
    return Fraction(whole * (100 - assumptions.deadweight_percent), 100)


def payback_months(
    total_cost_kr: int | Fraction, gain_kr_a_month: Fraction, discount_hundredths: int = 0
) -> Fraction | None:
    """Return the months that it takes; None when the gain never pays the cost.

    Never negative and never infinite: without a gain nothing is paid back, and neither is it when
    discounting makes all the months to come worth less than the cost. With discounting of
    ``discount_hundredths`` (hundredths of a per cent a year) each month's gain is worth
    (1 + r)^(−1/12) of the month before, and the months are those whose present value is the cost:
    n = −ln(1 − cost · i / gain) / ln(1 + i), with i the rate of a month. Raises InvalidValue on a
    negative cost or rate.
    """
    if total_cost_kr < 0:
        raise InvalidValue("Kostnaden kan inte vara negativ.")
    if discount_hundredths < 0:
        raise InvalidValue("Kalkylräntan kan inte vara negativ.")
    if gain_kr_a_month <= 0:
        return None
    straight = Fraction(total_cost_kr) / gain_kr_a_month
    if not discount_hundredths:
        return straight
    month = math.expm1(math.log1p(discount_hundredths / 10_000) / 12)
    part = float(straight) * month
    if part >= 1:
        return None
    return Fraction(-math.log1p(-part) / math.log1p(month))
