"""How talks and ratings go for one made-up person: dates, attendance, scores, gaps.

An ORS curve is a line on the logarithm of the session number with noise, so that change is
largest early; people who begin high gain less. No vendor's curve is imitated. Scores are
whole millimetres.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from tracking.domain.instruments import RatingStatus, Scales
from tracking.domain.records import AttendanceStatus, SessionKind
from tracking.exchange.demo.dice import Dice

START_MEAN_MM, START_SD_MM = 190, 70
GAIN_MEAN_MM, GAIN_SD_MM = 64, 74
GAIN_OF_DROP_OUT_MM = 30
LESS_GAIN_PER_MM = 0.25
NOISE_MM, SCALE_NOISE_MM = 18, 9
FULL_GAIN_TALKS = 8
MOST_TALKS = 60

PRESENT, ABSENT, CANCELLED = (
    AttendanceStatus.PRESENT,
    AttendanceStatus.ABSENT,
    AttendanceStatus.CANCELLED,
)


@dataclass(frozen=True, slots=True)
class MadeRating:
    """A rating as it is to be stored; ``corrected_from`` is an earlier value of scale 1."""

    instrument: str
    status: RatingStatus
    scales: Scales | None
    total: int | None
    corrected_from: int | None = None


@dataclass(frozen=True, slots=True)
class MadeTalk:
    """A talk of one person."""

    day: date
    kind: SessionKind
    status: AttendanceStatus
    ratings: tuple[MadeRating, ...]
    voided: bool


@dataclass(frozen=True, slots=True)
class Temper:
    """What is one person's own: first ORS, the gain on the whole way, the view of the talks."""

    first_mm: float
    gain_mm: float
    alliance_mm: float
    always_top: bool
    forgets: float


def temper(dice: Dice, *, dropped_out: bool) -> Temper:
    """A person's own way of filling in forms."""
    first = min(385.0, max(15.0, dice.normal(START_MEAN_MM, START_SD_MM)))
    mean = GAIN_OF_DROP_OUT_MM if dropped_out else GAIN_MEAN_MM
    gain = dice.normal(mean, GAIN_SD_MM) - LESS_GAIN_PER_MM * (first - START_MEAN_MM)
    return Temper(
        first_mm=first,
        gain_mm=gain,
        alliance_mm=min(97.0, dice.normal(87, 8)),
        always_top=dice.chance(0.05),
        forgets=0.04 + 0.3 * dice.even() ** 3,
    )


def talks(
    dice: Dice,
    own: Temper,
    start: date,
    last: date,
    interval: int,
    *,
    stays_away: bool,
    shares: dict[str, float],
) -> list[MadeTalk]:
    """The talks from ``start`` to ``last`` at one to three weeks; who drops out stays away
    towards the end.
    """
    made: list[MadeTalk] = []
    day, filled = workday(start + timedelta(days=dice.whole(0, 6))), 0
    while day <= last and len(made) < MOST_TALKS:
        if not (day.month == 7 and day.day > 7 and dice.chance(0.8)):
            tail = stays_away and (last - day).days < 3 * interval
            status = _attendance(dice, tail=tail and bool(made))
            kind = SessionKind.PHONE if dice.chance(0.06) else SessionKind.INDIVIDUAL
            ratings: tuple[MadeRating, ...] = ()
            if status is PRESENT:
                filled += 1
                ratings = _ratings(dice, own, filled, kind, shares["corrected_rating"])
            voided = dice.chance(shares["voided_session"])
            made.append(MadeTalk(day, kind, status, ratings, voided))
        day = workday(day + timedelta(days=_gap(dice, interval)))
    return made


def group_rating(dice: Dice, alliance_mm: float) -> MadeRating:
    """A G-SRS of somebody who was at a group meeting."""
    return _about(dice, "GSRS", 4 * (alliance_mm - 2), missing=0.10, incomplete=0.02, total=0.01)


def workday(day: date) -> date:
    """The day, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def _gap(dice: Dice, interval: int) -> int:
    weeks = dice.weighted(((7, 21 - interval), (14, 12.0), (21, max(interval - 8.0, 1.0))))
    return weeks + dice.whole(-2, 2)


def _attendance(dice: Dice, *, tail: bool) -> AttendanceStatus:
    if tail:
        return dice.weighted(((PRESENT, 0.35), (ABSENT, 0.45), (CANCELLED, 0.20)))
    return dice.weighted(((PRESENT, 0.87), (ABSENT, 0.08), (CANCELLED, 0.05)))


def _ratings(
    dice: Dice, own: Temper, number: int, kind: SessionKind, corrected: float
) -> tuple[MadeRating, ...]:
    by_phone = kind is SessionKind.PHONE
    progress = min(1.15, math.log(number) / math.log(FULL_GAIN_TALKS))
    level = own.first_mm + own.gain_mm * progress
    if number > 1:
        level += dice.normal(0, NOISE_MM)
    missing = 0.8 if by_phone else own.forgets * (0.4 if number == 1 else 1)
    ors = _about(dice, "ORS", level, missing=missing, incomplete=0.015, total=0.03)
    if ors.scales is not None and dice.chance(corrected):
        ors = _corrected(dice, ors)
    if by_phone:
        return (ors,)
    if own.always_top and not dice.chance(own.forgets):
        top = (100, 100, 100, 100)
        return (ors, MadeRating("SRS", RatingStatus.FILLED, top, 400))
    alliance = 4 * (own.alliance_mm + 2 * math.log(number)) + dice.normal(0, 14)
    srs = _about(dice, "SRS", alliance, missing=own.forgets + 0.05, incomplete=0.015, total=0.02)
    return (ors, srs)


def _about(
    dice: Dice, instrument: str, level: float, *, missing: float, incomplete: float, total: float
) -> MadeRating:
    """A rating about ``level`` mm in all; or none, a part, or the total alone."""
    luck = dice.even()
    if luck < missing:
        return MadeRating(instrument, RatingStatus.NOT_FILLED, None, None)
    if luck < missing + incomplete:
        return MadeRating(instrument, RatingStatus.INCOMPLETE, None, None)
    if luck < missing + incomplete + total:
        whole = min(400, max(0, round(level)))
        return MadeRating(instrument, RatingStatus.TOTAL_ONLY, None, whole)
    mean = level / 4
    a, b, c, d = (min(100, max(0, round(dice.normal(mean, SCALE_NOISE_MM)))) for _ in range(4))
    return MadeRating(instrument, RatingStatus.FILLED, (a, b, c, d), a + b + c + d)


def _corrected(dice: Dice, rating: MadeRating) -> MadeRating:
    """The rating as it is, with a first scale that was mistyped at first."""
    assert rating.scales is not None
    right = rating.scales[0]
    wrong = dice.whole(0, 99)
    return MadeRating(
        rating.instrument,
        rating.status,
        rating.scales,
        rating.total,
        corrected_from=wrong if wrong < right else wrong + 1,
    )
