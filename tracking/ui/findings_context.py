"""What figures from elsewhere say, in words: indicators of two years, and curves over half-years.

The titles of their charts, made from what is drawn; nothing of an insats stands beside them.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracking.domain.periods import Period
from tracking.ui.charts_followed import Panel, TwoYears


def most_apart(drawn: Sequence[TwoYears]) -> str:
    """The indicator that differs most from the year before, with both years; or nothing."""
    apart = [
        (abs(one.now - one.before), one.label, one.text)
        for one in drawn
        if one.now is not None and one.before is not None
    ]
    most = max((far for far, _, _ in apart), default=0.0)
    first = next(((label, text) for far, label, text in apart if far == most and far), None)
    return "" if first is None else f"Störst skillnad har {first[0].lower()}: {first[1]}"


def risen(halves: Sequence[Period], items: Sequence[Panel]) -> str:
    """How many of the curves are higher than a year before, in words without a full stop."""
    last = halves[-1]
    before = next(
        (
            place
            for place, half in enumerate(halves)
            if half.end.year == last.end.year - 1 and half.end.month == last.end.month
        ),
        None,
    )
    told = [
        (one.values[before], one.values[-1])
        for one in items
        if before is not None and one.values[before] is not None and one.values[-1] is not None
    ]
    if before is None or not told:
        return f"{last.label} kan inte jämföras med året före"
    higher = sum(round(now or 0) > round(then or 0) for then, now in told)
    lower = sum(round(now or 0) < round(then or 0) for then, now in told)
    now, then, every = last.label, halves[before].label, len(told)
    if every == 1 and not higher + lower:
        return f"Kurvan ligger lika {now} och {then}"
    if higher == every:
        one = f"Kurvan ligger högre {now} än {then}"
        return one if every == 1 else f"Alla {every} kurvor ligger högre {now} än {then}"
    if lower == every:
        one = f"Kurvan ligger lägre {now} än {then}"
        return one if every == 1 else f"Alla {every} kurvor ligger lägre {now} än {then}"
    return f"{higher} av {every} kurvor ligger högre {now} än {then} och {lower} lägre"
