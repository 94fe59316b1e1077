"""What the checks of data quality know of an insats's records: plain facts without a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracking.domain.endings import Outcome
from tracking.domain.records import FollowUpStatus, SessionKind
from tracking.domain.situation import Occasion


@dataclass(frozen=True, slots=True)
class SpellFact:
    """A spell and what it has. ``has_ladder``: its steps can be assessed."""

    spell_id: int
    participant_id: int
    started_on: date
    ended_on: date | None
    outcome: Outcome | None
    end_reason: str | None
    has_ladder: bool
    has_start_step: bool
    has_end_step: bool
    has_start_situation: bool
    has_end_situation: bool
    has_planning: bool
    last_seen_on: date | None


@dataclass(frozen=True, slots=True)
class TalkFact:
    """A session that the participant came to. ``handed_in`` and ``scored`` are instruments whose
    form was given in, and gave a total; ``marked`` those with any mark, also *ej ifylld*.
    """

    attendance_id: int
    spell_id: int
    held_on: date
    kind: SessionKind
    handed_in: frozenset[str] = frozenset()
    scored: frozenset[str] = frozenset()
    marked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StepFact:
    """A step assessment; ``on_ladder``: the spell's own ladder version has the step."""

    spell_id: int
    assessed_on: date
    occasion: Occasion
    on_ladder: bool


@dataclass(frozen=True, slots=True)
class FollowUpFact:
    """A planned follow-up."""

    spell_id: int
    months: int
    due_on: date
    status: FollowUpStatus
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All records of one insats that the checks look at, voided ones left out."""

    spells: Sequence[SpellFact]
    talks: Sequence[TalkFact]
    steps: Sequence[StepFact]
    follow_ups: Sequence[FollowUpFact]
    uses_ors: bool
    uses_srs: bool
