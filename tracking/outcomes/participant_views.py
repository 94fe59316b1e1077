"""The shapes of one person's page. Nothing is read here: that is `participant`'s business."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tracking.domain.change import Thresholds
from tracking.domain.endings import Outcome
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import StepLevel, StepMove
from tracking.domain.records import (
    AttendanceStatus,
    FollowUpStatus,
    Gender,
    SessionKind,
    SupportMonthsKnown,
)
from tracking.domain.signals import Signal
from tracking.domain.situation import Occasion, SituationValue, YesNoUnknown
from tracking.outcomes._history import ChangeRow


@dataclass(frozen=True, slots=True)
class RatingPoint:
    """One rating at one session, in millimetres. ``voided``: itself, its part or the session."""

    rating_id: int
    version: int
    session_id: int
    attendance_id: int
    held_on: date
    order_in_day: int
    kind: SessionKind
    value: RatingValue
    voided: bool
    corrected: bool


@dataclass(frozen=True, slots=True)
class RatingSeries:
    """An instrument's ratings, oldest first. ``scored`` leaves out voided and numberless ones."""

    instrument: str
    points: tuple[RatingPoint, ...]

    @property
    def scored(self) -> tuple[RatingPoint, ...]:
        """The points that a curve is drawn from."""
        return tuple(p for p in self.points if not p.voided and p.value.total is not None)

    @property
    def totals(self) -> tuple[int, ...]:
        """The totals in mm, oldest first."""
        return tuple(p.value.total for p in self.scored if p.value.total is not None)


@dataclass(frozen=True, slots=True)
class OrsReading:
    """How the ORS curve is to be read: cut-off and reliable-change band in mm, the sign.

    ``band`` is (first − reliable change, first + reliable change) within 0–400, or None
    without a score.
    """

    cutoff_mm: int
    band: tuple[int, int] | None
    signal: Signal
    thresholds: Thresholds


@dataclass(frozen=True, slots=True)
class SessionRow:
    """The person's part in one session. ``ratings`` is instrument key → rating id, unvoided."""

    session_id: int
    session_version: int
    attendance_id: int
    attendance_version: int
    held_on: date
    order_in_day: int
    kind: SessionKind
    status: AttendanceStatus
    ratings: dict[str, int]
    voided: bool


@dataclass(frozen=True, slots=True)
class LadderStepRow:
    """A step of the spell's own ladder version."""

    position: int
    name: str
    needs: str
    manages: str
    activity: str
    goal: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step assessment. ``name`` is the step's name, or the exit's."""

    assessment_id: int
    version: int
    assessed_on: date
    level: StepLevel
    name: str
    occasion: Occasion
    by: str
    voided: bool


@dataclass(frozen=True, slots=True)
class SituationRow:
    """Försörjning and sysselsättning at one occasion."""

    situation_id: int
    version: int
    occasion: Occasion
    described_on: date
    value: SituationValue
    voided: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer to a kompletterande fråga. ``said`` is in words, *Vet ej* without a choice."""

    answer_id: int
    version: int
    question_id: int
    wording: str
    occasion: Occasion
    answered_on: date
    values: frozenset[int]
    said: str
    voided: bool


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt to reach somebody."""

    tried_on: date
    way: str
    by: str


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """A follow-up; it counts in the results from ``opens_on`` to ``closes_on``."""

    follow_up_id: int
    version: int
    months: int
    due_on: date
    opens_on: date
    closes_on: date
    status: FollowUpStatus
    done_on: date | None
    closed_on: date | None
    attempts: tuple[AttemptRow, ...]


@dataclass(frozen=True, slots=True)
class OtherSpell:
    """Another spell of the same person that the actor may see."""

    spell_id: int
    insats: str
    started_on: date
    ended_on: date | None
    outcome: Outcome | None
    version: int
    previous_spell_id: int | None


@dataclass(frozen=True, slots=True)
class SpellHead:
    """Who, where and since when; what was said at the start and at the end.

    Codes come as their labels. ``version`` is the spell's, ``participant_version`` that of the
    memory word. ``age`` is by the year of the start.
    """

    spell_id: int
    version: int
    participant_id: int
    participant_version: int
    code: str
    memory_word: str
    gender: Gender
    birth_year: int
    age: int
    insats_id: int
    insats: str
    instruments: tuple[str, ...]
    started_on: date
    referrer: str
    referrer_key: str
    consent_contact: bool
    consent_disclosure_on: date | None
    municipality: str | None
    education: str | None
    support_months_known: SupportMonthsKnown | None
    support_months: int | None
    support_band: str | None
    need_group: str | None
    responsible: str | None
    responsible_id: int | None
    previous_spell_id: int | None
    ended_on: date | None
    outcome: Outcome | None
    end_reason: str | None
    outcome_reason: str | None
    active_planning: YesNoUnknown | None
    misregistered_reason: str | None
    missing_at_start: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParticipantView:
    """A person's page. ``move`` is the stegförflyttning as results count it; ``read_under`` tells
    whether the page still stands (see `_unchanged`).
    """

    head: SpellHead
    ors: RatingSeries
    srs: RatingSeries
    gsrs: RatingSeries
    ors_reading: OrsReading
    srs_points: tuple[str, ...]
    gsrs_points: tuple[str, ...]
    always_highest: str | None
    sessions: tuple[SessionRow, ...]
    ladder: tuple[LadderStepRow, ...]
    steps: tuple[StepRow, ...]
    move: StepMove
    situations: tuple[SituationRow, ...]
    answers: tuple[AnswerRow, ...]
    follow_ups: tuple[FollowUpRow, ...]
    changes: tuple[ChangeRow, ...]
    others: tuple[OtherSpell, ...]
    read_under: tuple[object, ...] = field(default=(), compare=False, repr=False)

    def answer_to(self, question_id: int, occasion: Occasion) -> AnswerRow | None:
        """The answer that stands for a question on an occasion."""
        found = (
            a
            for a in self.answers
            if (a.question_id, a.occasion) == (question_id, occasion) and not a.voided
        )
        return next(found, None)

    def situation_at(self, occasion: Occasion) -> SituationRow | None:
        """The situation that stands for an occasion."""
        found = (s for s in self.situations if s.occasion is occasion and not s.voided)
        return next(found, None)
