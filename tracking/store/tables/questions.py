"""Kompletterande frågor and their answers, slips, deviations, strukturövergripande occasions."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from tracking.domain.records import DeviationStatus, Gender, QuestionKind
from tracking.domain.situation import Occasion
from tracking.store.tables.base import (
    STRICT,
    Base,
    Voidable,
    date,
    datetime,
    day,
    flag,
    instant,
    key,
    refers,
    string,
    unique_while,
    void_whole,
    words,
)


class Question(Base, table=True):
    """A kompletterande fråga of the förbund (no insats) or of one insats.

    Answered at start, end and follow-ups (``asked_at_…``), or on anonymous slips.
    """

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"),
        STRICT,
    )

    id: int | None = key()
    insats_id: int | None = refers("insats.id", default=None)
    key: str = string()
    wording: str = string()
    kind: QuestionKind = words(QuestionKind)
    sort: int = 0
    asked_at_start: bool = flag(default=False)
    asked_at_end: bool = flag(default=False)
    asked_at_follow_up: bool = flag(default=False)
    on_slips: bool = flag(default=False)
    valid_from: date = day()
    valid_to: date | None = day(default=None)
    version: int = 1


class QuestionOption(Base, table=True):
    """One possible answer; ``positive`` says whether a target counts it."""

    __tablename__ = "question_option"
    __table_args__ = (STRICT,)

    question_id: int = refers("question.id", primary_key=True, index=False)
    value: int = Field(primary_key=True)
    label: str = string()
    positive: bool = flag(default=False)


class Answer(Voidable, Base, table=True):
    """One spell's answer to one question on one occasion; no choice means *vet ej*."""

    __tablename__ = "answer"
    __table_args__ = (
        void_whole(),
        UniqueConstraint("id", "question_id"),
        unique_while(
            "uq_answer_once", ["spell_id", "question_id", "occasion"], "voided_at IS NULL"
        ),
        STRICT,
    )

    id: int | None = key()
    spell_id: int = refers("spell.id", on_delete="CASCADE")
    question_id: int = refers("question.id")
    occasion: Occasion = words(Occasion)
    answered_on: date = day()
    recorded_at: datetime = instant()
    recorded_by: int = refers("account.id", index=False)
    version: int = 1


class AnswerChoice(Base, table=True):
    """A chosen option of an answer, of the question that was asked."""

    __tablename__ = "answer_choice"
    __table_args__ = (
        ForeignKeyConstraint(
            ["answer_id", "question_id"], ["answer.id", "answer.question_id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["question_id", "value"], ["question_option.question_id", "question_option.value"]
        ),
        STRICT,
    )

    answer_id: int = Field(primary_key=True)
    question_id: int
    value: int = Field(primary_key=True)


class SlipCount(Voidable, Base, table=True):
    """How many anonymous slips gave one answer; never tied to a person."""

    __tablename__ = "slip_count"
    __table_args__ = (
        void_whole(),
        ForeignKeyConstraint(
            ["question_id", "value"], ["question_option.question_id", "question_option.value"]
        ),
        unique_while(
            "uq_slip_count_once",
            ["insats_id", "question_id", "value", "collected_on"],
            "voided_at IS NULL",
        ),
        CheckConstraint("number >= 0", name="number_not_negative"),
        STRICT,
    )

    id: int | None = key()
    insats_id: int = refers("insats.id")
    question_id: int
    value: int
    collected_on: date = day()
    number: int
    recorded_at: datetime = instant()
    recorded_by: int = refers("account.id", index=False)
    version: int = 1


class Deviation(Voidable, Base, table=True):
    """A systemavvikelse: an obstacle between the authorities, without persons.

    Noted in an insats, ``what`` stays there until somebody has cleared it as *beskriver ingen
    enskild*; one of the förbund's own (no insats) is cleared as it is noted. Only what is cleared
    is handled. ``handled_on`` is the day of the latest ``status``.
    """

    __tablename__ = "deviation"
    __table_args__ = (
        void_whole(),
        CheckConstraint("(cleared_at IS NULL) = (cleared_by IS NULL)", name="clearing_whole"),
        CheckConstraint("insats_id IS NOT NULL OR cleared_at IS NOT NULL", name="forbund_cleared"),
        CheckConstraint("status = 'new' OR cleared_at IS NOT NULL", name="handled_cleared"),
        CheckConstraint("(status = 'new') = (handled_on IS NULL)", name="handled_has_day"),
        CheckConstraint("(ladder_version_id IS NULL) = (step_position IS NULL)", name="step_whole"),
        ForeignKeyConstraint(
            ["ladder_version_id", "step_position"],
            ["ladder_step.ladder_version_id", "ladder_step.position"],
        ),
        STRICT,
    )

    id: int | None = key()
    insats_id: int | None = refers("insats.id", default=None)
    noted_on: date = day()
    what: str = string()
    ladder_version_id: int | None = None
    step_position: int | None = None
    status: DeviationStatus = words(DeviationStatus, default=DeviationStatus.NEW)
    handled: str = string(default="")
    handled_on: date | None = day(default=None)
    cleared_at: datetime | None = instant(default=None)
    cleared_by: int | None = refers("account.id", default=None, index=False)
    recorded_at: datetime = instant()
    recorded_by: int = refers("account.id", index=False)
    version: int = 1


class DeviationParty(Base, table=True):
    """An authority that a systemavvikelse concerns."""

    __tablename__ = "deviation_party"
    __table_args__ = (STRICT,)

    deviation_id: int = refers("deviation.id", primary_key=True, on_delete="CASCADE", index=False)
    controller_id: int = refers("controller.id", primary_key=True)


class StructuralOccasion(Voidable, Base, table=True):
    """One occasion of a strukturövergripande insats: a training, a network meeting, a seminar."""

    __tablename__ = "structural_occasion"
    __table_args__ = (
        void_whole(),
        unique_while(
            "uq_structural_occasion_once", ["insats_id", "held_on", "title"], "voided_at IS NULL"
        ),
        STRICT,
    )

    id: int | None = key()
    insats_id: int = refers("insats.id")
    held_on: date = day()
    title: str = string()
    recorded_at: datetime = instant()
    recorded_by: int = refers("account.id", index=False)
    version: int = 1


class HeadCount(Base, table=True):
    """Heads at one occasion, by organisation and kön. An organisation taken away has 0."""

    __tablename__ = "head_count"
    __table_args__ = (
        UniqueConstraint("occasion_id", "organisation", "gender"),
        CheckConstraint("number >= 0", name="number_not_negative"),
        STRICT,
    )

    id: int | None = key()
    occasion_id: int = refers("structural_occasion.id", index=False)
    organisation: str = string()
    gender: Gender = words(Gender)
    number: int
    version: int = 1
