"""Where a person stands: step assessments, situations, follow-ups and their attempts."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import Occasion, SupportSource, WorkKind, YesNoUnknown
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


class StepAssessment(Voidable, Base, table=True):
    """A dated judgement of the step where a participant stands, on the spell's own ladder
    version; or that there are no prospects of work (``no_prospects``), outside the steps.
    """

    __tablename__ = "step_assessment"
    __table_args__ = (
        void_whole(),
        ForeignKeyConstraint(
            ["spell_id", "ladder_version_id"],
            ["spell.id", "spell.ladder_version_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["ladder_version_id", "position"],
            ["ladder_step.ladder_version_id", "ladder_step.position"],
        ),
        CheckConstraint("(no_prospects = 1) = (position IS NULL)", name="step_or_exit"),
        Index("ix_step_assessment_spell", "spell_id", "assessed_on"),
        STRICT,
    )

    id: int | None = key()
    spell_id: int
    ladder_version_id: int
    position: int | None = None
    no_prospects: bool = flag(default=False)
    occasion: Occasion = words(Occasion)
    assessed_on: date = day()
    recorded_at: datetime = instant()
    recorded_by: int = refers("account.id", index=False)
    version: int = 1


class Situation(Voidable, Base, table=True):
    """Försörjning and sysselsättning of a participant at one point in time.

    ``no_support`` (Ingen offentlig försörjning) and ``support_unknown`` exclude every source:
    `SituationSupport` can refer only to a row where both are 0.
    """

    __tablename__ = "situation"
    __table_args__ = (
        void_whole(),
        UniqueConstraint("id", "no_support", "support_unknown"),
        unique_while("uq_situation_occasion", ["spell_id", "occasion"], "voided_at IS NULL"),
        CheckConstraint("no_support = 0 OR support_unknown = 0", name="support_one_way"),
        CheckConstraint("occasion <> 'during'", name="occasion_of_situation"),
        CheckConstraint("(work = 'yes') = (work_kind IS NOT NULL)", name="work_has_kind"),
        CheckConstraint("work = 'yes' OR work_percent IS NULL", name="percent_needs_work"),
        CheckConstraint("work_percent BETWEEN 1 AND 100", name="work_percent_range"),
        CheckConstraint("studies = 'yes' OR studies_percent IS NULL", name="percent_needs_studies"),
        CheckConstraint("studies_percent BETWEEN 1 AND 100", name="studies_percent_range"),
        STRICT,
    )

    id: int | None = key()
    spell_id: int = refers("spell.id", on_delete="CASCADE")
    occasion: Occasion = words(Occasion)
    described_on: date = day()
    no_support: bool = flag(default=False)
    support_unknown: bool = flag(default=False)
    work: YesNoUnknown = words(YesNoUnknown)
    work_percent: int | None = None
    work_kind: WorkKind | None = words(WorkKind, default=None)
    studies: YesNoUnknown = words(YesNoUnknown)
    studies_percent: int | None = None
    seeking: YesNoUnknown = words(YesNoUnknown)
    registered: YesNoUnknown = words(YesNoUnknown)
    recorded_at: datetime = instant()
    recorded_by: int = refers("account.id", index=False)
    version: int = 1


class SituationSupport(Base, table=True):
    """One source of offentlig försörjning in a situation."""

    __tablename__ = "situation_support"
    __table_args__ = (
        ForeignKeyConstraint(
            ["situation_id", "no_support", "support_unknown"],
            ["situation.id", "situation.no_support", "situation.support_unknown"],
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        CheckConstraint("no_support = 0 AND support_unknown = 0", name="source_needs_support"),
        STRICT,
    )

    situation_id: int = Field(primary_key=True)
    source: SupportSource = words(SupportSource, primary_key=True)
    no_support: bool = flag(default=False)
    support_unknown: bool = flag(default=False)


class FollowUp(Base, table=True):
    """The follow-up 6, 12 or 18 months after a spell ended.

    ``death_spell_id`` is the spell at which the death was recorded that closed it: a number and
    no reference, since that spell may be erased before this one.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("spell_id", "months"),
        CheckConstraint("months IN (6, 12, 18)", name="months_known"),
        CheckConstraint("(status = 'done') = (done_on IS NOT NULL)", name="done_has_day"),
        Index("ix_follow_up_due", "status", "due_on"),
        STRICT,
    )

    id: int | None = key()
    spell_id: int = refers("spell.id", on_delete="CASCADE", index=False)
    months: int
    due_on: date = day()
    status: FollowUpStatus = words(FollowUpStatus, default=FollowUpStatus.DUE)
    done_on: date | None = day(default=None)
    closed_on: date | None = day(default=None)
    death_spell_id: int | None = None
    version: int = 1


class Attempt(Base, table=True):
    """One attempt to reach somebody for a follow-up."""

    __tablename__ = "attempt"
    __table_args__ = (STRICT,)

    id: int | None = key()
    follow_up_id: int = refers("follow_up.id", on_delete="CASCADE")
    tried_on: date = day()
    way: str = string()
    recorded_at: datetime = instant()
    recorded_by: int = refers("account.id", index=False)
