"""Where a made-up person stands at the start, during and at the end: steps, försörjning, work,
studies and the two questions about health and work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tracking.domain.situation import (
    Occasion,
    SituationValue,
    SupportSource,
    WorkKind,
    YesNoUnknown,
)
from tracking.exchange.demo.dice import Dice

HIGHEST_STEP = 5
YES, NO, UNKNOWN = YesNoUnknown.YES, YesNoUnknown.NO, YesNoUnknown.UNKNOWN
S = SupportSource

SOURCES: dict[str, tuple[tuple[tuple[SupportSource, ...], float], ...]] = {
    "sickness": (
        ((S.SICKNESS_BENEFIT,), 0.42),
        ((S.REHABILITATION_BENEFIT,), 0.13),
        ((S.SICKNESS_COMPENSATION,), 0.05),
        ((S.INCOME_SUPPORT,), 0.20),
        ((S.SICKNESS_BENEFIT, S.INCOME_SUPPORT), 0.08),
        ((S.ACTIVITY_SUPPORT,), 0.12),
    ),
    "income": (
        ((S.INCOME_SUPPORT,), 0.55),
        ((S.ACTIVITY_SUPPORT,), 0.18),
        ((S.INCOME_SUPPORT, S.ACTIVITY_SUPPORT), 0.10),
        ((S.ESTABLISHMENT_BENEFIT,), 0.07),
        ((S.UNEMPLOYMENT_BENEFIT,), 0.05),
        ((S.OTHER,), 0.05),
    ),
    "activity": (
        ((S.ACTIVITY_COMPENSATION,), 0.38),
        ((S.INCOME_SUPPORT,), 0.26),
        ((S.ACTIVITY_SUPPORT,), 0.16),
        ((S.STUDY_SUPPORT,), 0.10),
        ((S.OTHER,), 0.10),
    ),
}
"""What people in an insats live on at the start, by the insats's kind of support."""

WITHOUT = SituationValue(
    no_support=True, work=NO, studies=NO, seeking=UNKNOWN, registered_af=UNKNOWN
)


@dataclass(frozen=True, slots=True)
class MadeStep:
    """A step assessment; None is *inga utsikter för arbete*."""

    day: date
    occasion: Occasion
    position: int | None


@dataclass(frozen=True, slots=True)
class MadeSituation:
    """A situation on a day."""

    day: date
    occasion: Occasion
    value: SituationValue


@dataclass(frozen=True, slots=True)
class MadeAnswers:
    """Answers 1–5 about health and work; None is *vet ej*."""

    day: date
    occasion: Occasion
    health: int | None
    work: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the spell when its standing is made up."""

    started_on: date
    ended_on: date | None
    reason: str | None
    completed: bool
    gain_mm: float
    forward: float
    support: str
    ladder: bool
    twelve: bool
    today: date


@dataclass(slots=True)
class MadeStanding:
    """The standing of one spell. ``level`` is the true level at the end, assessed or not."""

    steps: list[MadeStep]
    situations: list[MadeSituation]
    answers: list[MadeAnswers]
    level: int | None
    value: SituationValue


def standing(dice: Dice, about: Standing) -> MadeStanding:
    """Steps, situations and answers from the start to the end of a spell."""
    start_level = dice.weighted(((0, 0.06), (1, 0.30), (2, 0.38), (3, 0.24), (4, 0.02)))
    end_level = _end_level(dice, about, start_level)
    before = _situation_before(dice, about)
    after = before if about.ended_on is None else _situation_after(dice, about, before)
    made = MadeStanding([], [], [], end_level, after)
    if about.ladder:
        made.steps = _steps(dice, about, start_level, end_level)
    if dice.chance(0.95):
        made.situations.append(MadeSituation(about.started_on, Occasion.START, before))
    if about.ended_on is not None and dice.chance(0.95 if about.completed else 0.78):
        made.situations.append(MadeSituation(about.ended_on, Occasion.END, after))
    made.answers = _answers(dice, about)
    return made


def _end_level(dice: Dice, about: Standing, start: int) -> int | None:
    if about.reason in ("work", "studies"):
        return HIGHEST_STEP
    if dice.chance(0.03):
        return None
    forward = about.forward if about.completed else 0.22
    # Somebody who feels better takes a step a little more often.
    forward = min(0.95, max(0.05, forward + about.gain_mm / 1000))
    luck = dice.even()
    if luck < forward:
        return min(HIGHEST_STEP - 1, start + (2 if dice.chance(0.25) else 1))
    if luck > (0.93 if about.completed else 0.82):
        return max(0, start - 1)
    return start


def _steps(dice: Dice, about: Standing, start: int, end: int | None) -> list[MadeStep]:
    last = about.ended_on or about.today
    steps = []
    if dice.chance(0.94):
        day = min(last, about.started_on + timedelta(days=dice.whole(0, 20)))
        steps.append(MadeStep(day, Occasion.START, start))
    day = about.started_on + timedelta(days=dice.whole(50, 80))
    # In between, never nearer the end than its own window.
    while day < last - timedelta(days=35):
        level = start if end is None or dice.chance(0.5) else end
        between = level if level != HIGHEST_STEP else max(start, HIGHEST_STEP - 1)
        if dice.chance(0.6):
            steps.append(MadeStep(day, Occasion.DURING, between))
        day += timedelta(days=dice.whole(55, 85))
    if about.ended_on is not None and dice.chance(0.93 if about.completed else 0.68):
        day = about.ended_on + timedelta(days=dice.whole(-8, 6))
        day = max(about.started_on, min(day, about.today))
        steps.append(MadeStep(day, Occasion.END, end))
    return steps


def _situation_before(dice: Dice, about: Standing) -> SituationValue:
    luck = dice.even()
    if luck < 0.05:
        return WITHOUT
    registered = dice.weighted(((YES, 0.55), (NO, 0.38), (UNKNOWN, 0.07)))
    seeking = dice.weighted(((YES, 0.25), (NO, 0.70), (UNKNOWN, 0.05)))
    works = dice.chance(0.07)
    shared = {
        "work": YES if works else NO,
        "work_percent": dice.one_of((25, 50)) if works else None,
        "work_kind": dice.one_of((WorkKind.SUBSIDISED, WorkKind.UNSUBSIDISED)) if works else None,
        "studies": NO,
        "seeking": seeking,
        "registered_af": registered,
    }
    if luck < 0.08:
        return SituationValue(support_unknown=True, **shared)  # type: ignore[arg-type]
    sources = frozenset(dice.weighted(SOURCES[about.support]))
    return SituationValue(sources=sources, **shared)  # type: ignore[arg-type]


def _situation_after(dice: Dice, about: Standing, before: SituationValue) -> SituationValue:
    registered = before.registered_af
    if about.reason == "work":
        percent = dice.weighted(((100, 0.35), (75, 0.20), (50, 0.30), (25, 0.15)))
        kind = dice.weighted(
            (
                (WorkKind.UNSUBSIDISED, 0.52),
                (WorkKind.SUBSIDISED, 0.44),
                (WorkKind.OWN_BUSINESS, 0.04),
            )
        )
        free = percent == 100 and dice.chance(0.9)
        kept = before.sources or frozenset({S.INCOME_SUPPORT})
        return SituationValue(
            no_support=True if free else None,
            sources=frozenset() if free else kept,
            work=YES,
            work_percent=percent,
            work_kind=kind,
            studies=NO,
            seeking=NO,
            registered_af=registered,
        )
    if about.reason == "studies":
        return SituationValue(
            sources=frozenset({S.STUDY_SUPPORT}),
            work=NO,
            studies=YES,
            studies_percent=dice.one_of((50, 75, 100)),
            seeking=NO,
            registered_af=registered,
        )
    if not about.completed or dice.chance(0.75):
        return before
    return _situation_before(dice, about)


def _answers(dice: Dice, about: Standing) -> list[MadeAnswers]:
    health, work = dice.normal(2.6, 0.9), dice.normal(2.4, 0.9)
    answers = []
    if dice.chance(0.86):
        answers.append(_answered(dice, about.started_on, Occasion.START, health, work))
    if about.ended_on is not None and dice.chance(0.82 if about.completed else 0.35):
        better = about.gain_mm / 120
        answers.append(
            _answered(dice, about.ended_on, Occasion.END, health + better, work + better)
        )
    return answers


def _answered(dice: Dice, day: date, occasion: Occasion, health: float, work: float) -> MadeAnswers:
    def choice(level: float) -> int | None:
        return None if dice.chance(0.03) else min(5, max(1, round(level)))

    return MadeAnswers(day, occasion, choice(health), choice(work))
