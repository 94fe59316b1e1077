"""What becomes of a made-up person 6 and 18 months after the end, and whether anybody asks.

Most follow-ups are done in time; some late, some not at all, some people are not reached,
decline, or never said yes to be contacted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tracking.domain.periods import add_months
from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import Occasion, SituationValue
from tracking.exchange.demo.dice import Dice
from tracking.exchange.demo.standing import (
    HIGHEST_STEP,
    WITHOUT,
    MadeSituation,
    MadeStanding,
    MadeStep,
    Standing,
)

WAYS = ("phone", "phone", "text_message", "letter", "through_authority")
OCCASIONS = {6: Occasion.M6, 12: Occasion.M12, 18: Occasion.M18}


@dataclass(frozen=True, slots=True)
class MadeFollowUp:
    """A follow-up with its attempts; ``day`` is when it was done or closed."""

    months: int
    due_on: date
    status: FollowUpStatus
    day: date | None
    attempts: tuple[tuple[date, str], ...]


def follow_ups(
    dice: Dice, about: Standing, made: MadeStanding, *, contact: bool, today: date
) -> list[MadeFollowUp]:
    """The follow-ups of an ended spell; what they find is added to ``made``."""
    assert about.ended_on is not None
    found = []
    level, value = made.level, made.value
    for months in (6, 12, 18) if about.twelve else (6, 18):
        due = add_months(about.ended_on, months)
        if not contact:
            closed = FollowUpStatus.NO_CONTACT_CONSENT
            found.append(MadeFollowUp(months, due, closed, about.ended_on, ()))
            continue
        level, value = _later(dice, level), _later_situation(dice, value)
        follow_up = _follow_up(dice, months, due, today, completed=about.completed)
        found.append(follow_up)
        if follow_up.status is FollowUpStatus.DONE and follow_up.day is not None:
            occasion = OCCASIONS[months]
            made.situations.append(MadeSituation(follow_up.day, occasion, value))
            if about.ladder and dice.chance(0.95):
                made.steps.append(MadeStep(follow_up.day, occasion, level))
    return found


def _follow_up(dice: Dice, months: int, due: date, today: date, *, completed: bool) -> MadeFollowUp:
    done = 0.76 if completed else 0.55
    luck = dice.even()
    late = dice.chance(0.09)
    day = due + timedelta(days=dice.whole(62, 110) if late else dice.whole(-14, 40))
    tries = tuple(
        (day - timedelta(days=days), dice.one_of(WAYS))
        for days in (14, 7, 0)[: dice.weighted(((0, 0.6), (1, 0.25), (2, 0.15)))]
    )
    if day > today or luck > 0.96:
        return MadeFollowUp(months, due, FollowUpStatus.DUE, None, ())
    if luck < done:
        return MadeFollowUp(months, due, FollowUpStatus.DONE, day, tries)
    if luck < done + 0.05:
        return MadeFollowUp(months, due, FollowUpStatus.DECLINED, day, tries)
    every = tuple((day - timedelta(days=days), dice.one_of(WAYS)) for days in (14, 7, 0))
    return MadeFollowUp(months, due, FollowUpStatus.NOT_REACHED, day, every)


def _later(dice: Dice, level: int | None) -> int | None:
    if level is None:
        return None if dice.chance(0.9) else 1
    luck = dice.even()
    if luck < 0.17:
        return max(0, level - 1)
    if luck < 0.19:
        return None
    return min(HIGHEST_STEP, level + 1) if luck > 0.88 else level


def _later_situation(dice: Dice, value: SituationValue) -> SituationValue:
    return WITHOUT if dice.chance(0.08) else value
