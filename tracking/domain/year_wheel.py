"""The förbund's year: what comes every year, on which day, and how a date reads.

Standing days come from the law, the plans and the förbund's own calendar; a förbund moves one
for a year, or adds dates of its own. What is ready and what is missing at a date is read in
the outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracking.domain.periods import Calendar, Period, smallest_periods

DAYS_TO_REPORT = 21
"""The days after a release by which the reports about its period are due."""


class EventKind(StrEnum):
    """What a date of the year is about."""

    DRAW = "draw"
    RELEASE = "release"
    REPORT = "report"
    BOARD = "board"
    PREPARATION = "preparation"
    MONEY = "money"
    FOLLOW_UP = "follow_up"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return _LABELS[self]

    @property
    def is_typed(self) -> bool:
        """Say whether somebody may add a date of this kind; the others follow from the rest."""
        return self not in (EventKind.DRAW, EventKind.RELEASE, EventKind.FOLLOW_UP)


_LABELS = {
    EventKind.DRAW: "Uttag",
    EventKind.RELEASE: "Släpp",
    EventKind.REPORT: "Rapport",
    EventKind.BOARD: "Styrelse",
    EventKind.PREPARATION: "Beredningsgrupp",
    EventKind.MONEY: "Ekonomi",
    EventKind.FOLLOW_UP: "Uppföljning",
    EventKind.OTHER: "Annat",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A day that comes every year. ``month`` and ``day`` unless a förbund moves it for a year."""

    key: str
    kind: EventKind
    title: str
    month: int
    day: int

    def on(self, year: int) -> date:
        """Return the day in a year."""
        return date(year, self.month, self.day)


BUDGET, ACCOUNTS, ANNUAL_REPORT = "budget", "delarsbokslut", "arsredovisning"
DRAW_YEAR, DRAW_AUTUMN, MONEY_DRAW = "uttag_januari", "uttag_oktober", "uttag_ekonomi"
STANDING = (
    Standing(DRAW_YEAR, EventKind.DRAW, "Uttag av deltagaruppgifter för föregående år", 1, 15),
    Standing(MONEY_DRAW, EventKind.MONEY, "Uppgifter om föregående års utfall", 1, 31),
    Standing(ANNUAL_REPORT, EventKind.MONEY, "Årsredovisning", 3, 31),
    Standing(ACCOUNTS, EventKind.MONEY, "Delårsbokslut till styrelsen", 9, 30),
    Standing(DRAW_AUTUMN, EventKind.DRAW, "Uttag av deltagaruppgifter till och med september",
             10, 15),
    Standing(BUDGET, EventKind.MONEY, "Budget för nästa år", 11, 30),
)  # fmt: skip
"""As a förbund's plan has them; the law's day for the årsredovisning and the budget's."""

_BY_KEY = {one.key: one for one in STANDING}


def standing(key: str) -> Standing | None:
    """Return the standing day of a key, or None."""
    return _BY_KEY.get(key)


@dataclass(frozen=True, slots=True)
class PeriodDay:
    """A day that follows from a closed period: its release, or the reports about it."""

    period: Period
    on: date


def release_days(
    calendar: Calendar, chosen: Sequence[tuple[int, int, int, int]], year: int
) -> tuple[PeriodDay, ...]:
    """Return the days of release that fall in a year, by day.

    ``chosen`` are (number, month, day, years after); a day that the month lacks is its last.
    """
    found = []
    for number, month, day, after in chosen:
        period = smallest_periods(calendar, year - after)[number - 1]
        found.append(PeriodDay(period, _within(year, month, day)))
    return tuple(sorted(found, key=lambda one: (one.on, one.period)))


def _within(year: int, month: int, day: int) -> date:
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1
