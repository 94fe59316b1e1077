"""The processtrappa: levels, stegförflyttning and whether a level was kept.

Works on plain (date, level) pairs of one spell. Which steps a ladder has, and their texts,
are data; here a step is its position. Going back is normal and has a class of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracking.domain.errors import InvalidValue
from tracking.domain.periods import Period, add_months
from tracking.domain.situation import Occasion, follow_up_months

# Days, both ends included. Domain rule of the field; the follow-up window also decides
# when a follow-up counts as answered in time.
START_WINDOW_DAYS = 30
END_WINDOW_BEFORE = 30
END_WINDOW_AFTER = 30
FOLLOW_UP_WINDOW_BEFORE = 30
FOLLOW_UP_WINDOW_AFTER = 60

NO_PROSPECTS_LABEL = "inga utsikter för arbete"


@dataclass(frozen=True, slots=True)
class StepLevel:
    """A step by its position from 0, or the exit *inga utsikter för arbete* (position None)."""

    position: int | None

    def __post_init__(self) -> None:
        if self.position is not None and (isinstance(self.position, bool) or self.position < 0):
            raise InvalidValue("Välj ett steg på trappan.", field="step")

    @property
    def no_prospects(self) -> bool:
        """Say whether this is the exit beside the steps."""
        return self.position is None


NO_PROSPECTS = StepLevel(None)
Assessments = Sequence[tuple[date, StepLevel]]


class StepMove(StrEnum):
    """Stegförflyttning of a spell: end level against start level."""

    FORWARD = "forward"
    UNCHANGED = "unchanged"
    BACK = "back"
    NO_PROSPECTS = "no_prospects"
    MISSING = "missing"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return {
            "forward": "framåt",
            "unchanged": "oförändrat",
            "back": "bakåt",
            "no_prospects": NO_PROSPECTS_LABEL,
            "missing": "saknas",
        }[self.value]

    @property
    def in_base(self) -> bool:
        """Say whether the spell stands in the base of a share; only *saknas* does not."""
        return self is not StepMove.MISSING


def step_move(start: StepLevel | None, end: StepLevel | None) -> StepMove:
    """Return the stegförflyttning between two levels; None is a missing assessment.

    The exit at the end is its own class whatever the start was; a person who began there
    and ended on a step is in that class as well, since the exit lies outside the steps.
    """
    if end is not None and end.position is None:
        return StepMove.NO_PROSPECTS
    if start is None or end is None:
        return StepMove.MISSING
    if start.position is None or end.position is None:
        return StepMove.NO_PROSPECTS
    if end.position > start.position:
        return StepMove.FORWARD
    return StepMove.BACK if end.position < start.position else StepMove.UNCHANGED


def sustained(end: StepLevel | None, later: StepLevel | None) -> bool | None:
    """Say whether the level later is the same or higher than at the end; None when missing.

    The exit is never sustained, neither as the end nor later.
    """
    if end is None or later is None:
        return None
    if end.position is None or later.position is None:
        return False
    return later.position >= end.position


def start_level(
    assessments: Assessments, started_on: date, as_of: date | None = None
) -> StepLevel | None:
    """Return the first level assessed within 30 days of the start, or None.

    ``as_of`` leaves out what is dated later, in this and the next two functions. Of two on
    the same day the earlier in the sequence is first.
    """
    window = Period(
        started_on - timedelta(days=START_WINDOW_DAYS),
        started_on + timedelta(days=START_WINDOW_DAYS),
    )
    inside = _inside(assessments, window, as_of)
    return inside[0][1] if inside else None


def end_level(
    assessments: Assessments, ended_on: date, as_of: date | None = None
) -> StepLevel | None:
    """Return the last level assessed from 30 days before to 30 days after the end, or None."""
    window = Period(
        ended_on - timedelta(days=END_WINDOW_BEFORE), ended_on + timedelta(days=END_WINDOW_AFTER)
    )
    inside = _inside(assessments, window, as_of)
    return inside[-1][1] if inside else None


def follow_up_due(ended_on: date, occasion: Occasion) -> date:
    """Return the day a follow-up is due; raises InvalidValue unless it is M6, M12 or M18."""
    return add_months(ended_on, follow_up_months(occasion))


def follow_up_window(ended_on: date, occasion: Occasion) -> Period:
    """Return the days in which a follow-up counts: 30 before to 60 after the due date."""
    due = follow_up_due(ended_on, occasion)
    return Period(
        due - timedelta(days=FOLLOW_UP_WINDOW_BEFORE), due + timedelta(days=FOLLOW_UP_WINDOW_AFTER)
    )


def follow_up_level(
    assessments: Assessments, ended_on: date, occasion: Occasion, as_of: date | None = None
) -> StepLevel | None:
    """Return the level assessed nearest the due date inside the window, or None."""
    due = follow_up_due(ended_on, occasion)
    inside = _inside(assessments, follow_up_window(ended_on, occasion), as_of)
    return min(inside, key=lambda pair: abs((pair[0] - due).days))[1] if inside else None


def _inside(
    assessments: Assessments, window: Period, as_of: date | None
) -> list[tuple[date, StepLevel]]:
    return sorted(
        (
            (day, level)
            for day, level in assessments
            if window.contains(day) and (as_of is None or day <= as_of)
        ),
        key=lambda pair: pair[0],
    )
