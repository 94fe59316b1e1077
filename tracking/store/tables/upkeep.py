"""What the store keeps for itself: change history, keys of finished writes, the spell
summary, the data version, and which spells a transaction has touched.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field

from tracking.domain.change import ChangeClass
from tracking.domain.endings import Outcome
from tracking.domain.records import FollowUpStatus, Gender, SupportMonthsKnown
from tracking.domain.situation import WorkKind, YesNoUnknown
from tracking.store.tables.base import (
    STRICT,
    Base,
    date,
    datetime,
    day,
    flag,
    instant,
    key,
    millimetres,
    refers,
    string,
    words,
)


class Change(Base, table=True):
    """One corrected field: what it was, what it became, who, when and why.

    ``why`` is a word of the code list `correction_reason`. Rows about a spell or a participant
    go with them.
    """

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_row", "table_name", "row_id"), STRICT)

    id: int | None = key()
    spell_id: int | None = refers("spell.id", default=None, on_delete="CASCADE")
    participant_id: int | None = refers("participant.id", default=None, on_delete="CASCADE")
    table_name: str = string()
    row_id: int
    field: str = string()
    old: str | None = string(default=None)
    new: str | None = string(default=None)
    why: str = string()
    changed_at: datetime = instant()
    changed_by: int = refers("account.id", index=False)


class FinishedWrite(Base, table=True):
    """The key of a write that is done, so that the same form sent twice saves once."""

    __tablename__ = "finished_write"
    __table_args__ = (STRICT,)

    idempotency_key: str = string(primary_key=True)
    action: str = string()
    account_id: int = refers("account.id", index=False)
    record_id: int | None = None
    finished_at: datetime = instant()


class TouchedSpell(Base, table=True):
    """Spells that the running transaction has touched; filled by triggers, empty between."""

    __tablename__ = "touched_spell"
    __table_args__ = (STRICT,)

    id: int | None = key()
    spell_id: int = Field(index=True)


class TouchedInsats(Base, table=True):
    """Insatser whose figures the running transaction has touched; filled by triggers."""

    __tablename__ = "touched_insats"
    __table_args__ = (STRICT,)

    id: int | None = key()
    insats_id: int = Field(index=True)


class DataVersion(Base, table=True):
    """Grows by one with every transaction that touches an insats's figures."""

    __tablename__ = "data_version"
    __table_args__ = (STRICT,)

    insats_id: int = refers("insats.id", primary_key=True, index=False, on_delete="CASCADE")
    version: int = 0


class SpellSummary(Base, table=True):
    """One row per spell with what results need, kept by `tracking.store.summary`.

    Steps are positions on the spell's ladder; −1 stands for *inga utsikter för arbete*. Support
    is ``none``, ``some`` or ``unknown``; empty where there is no situation for the occasion.
    Sources are the sum of `tracking.store.summary.SOURCE_BITS`. ``srs_before_mm`` is the last
    SRS total but one, ``srs_lowest_mm`` the lowest scale of the last. ``ors_class`` is the class
    of change by the thresholds of the day of the last score, and ``ors_class_from`` the day from
    which these apply, which names them; empty below two scores.
    """

    __tablename__ = "spell_summary"
    __table_args__ = (
        Index("ix_spell_summary_ended", "insats_id", "ended_on"),
        Index("ix_spell_summary_started", "insats_id", "started_on"),
        STRICT,
    )

    spell_id: int = refers("spell.id", primary_key=True, index=False, on_delete="CASCADE")
    insats_id: int
    controller_id: int
    participant_id: int = Field(index=True)
    gender: Gender = words(Gender)
    birth_year: int
    started_on: date = day()
    ended_on: date | None = day(default=None)
    outcome: Outcome | None = words(Outcome, default=None)
    end_reason_key: str | None = string(default=None)
    end_group_key: str | None = string(default=None)
    referrer_key: str = string()
    education_key: str | None = string(default=None)
    municipality_key: str | None = string(default=None)
    need_group_key: str | None = string(default=None)
    support_months_known: SupportMonthsKnown | None = words(SupportMonthsKnown, default=None)
    support_months: int | None = None
    support_band_key: str | None = string(default=None)
    ladder_version_id: int | None = None
    responsible_id: int | None = None
    consent_contact: bool = flag()
    consent_disclosure_on: date | None = day(default=None)
    active_planning: YesNoUnknown | None = words(YesNoUnknown, default=None)
    start_details_missing: int = 0
    talks_n: int = 0
    talks_without_ors_n: int = 0
    last_seen_on: date | None = day(default=None)
    ors_n: int = 0
    ors_first_mm: int | None = millimetres(400, default=None)
    ors_first_on: date | None = day(default=None)
    ors_last_mm: int | None = millimetres(400, default=None)
    ors_last_on: date | None = day(default=None)
    ors_class: ChangeClass | None = words(ChangeClass, default=None)
    ors_class_from: date | None = day(default=None)
    srs_n: int = 0
    srs_first_mm: int | None = millimetres(400, default=None)
    srs_last_mm: int | None = millimetres(400, default=None)
    srs_last_on: date | None = day(default=None)
    srs_before_mm: int | None = millimetres(400, default=None)
    srs_lowest_mm: int | None = millimetres(100, default=None)
    gsrs_n: int = 0
    gsrs_first_mm: int | None = millimetres(400, default=None)
    gsrs_last_mm: int | None = millimetres(400, default=None)
    gsrs_last_on: date | None = day(default=None)
    step_start: int | None = None
    step_end: int | None = None
    step_last: int | None = None
    step_last_on: date | None = day(default=None)
    step_m6: int | None = None
    step_m12: int | None = None
    step_m18: int | None = None
    start_support: str | None = string(default=None)
    start_sources: int | None = None
    start_work: YesNoUnknown | None = words(YesNoUnknown, default=None)
    start_work_kind: WorkKind | None = words(WorkKind, default=None)
    start_work_percent: int | None = None
    start_studies: YesNoUnknown | None = words(YesNoUnknown, default=None)
    start_studies_percent: int | None = None
    start_seeking: YesNoUnknown | None = words(YesNoUnknown, default=None)
    end_support: str | None = string(default=None)
    end_sources: int | None = None
    end_work: YesNoUnknown | None = words(YesNoUnknown, default=None)
    end_work_kind: WorkKind | None = words(WorkKind, default=None)
    end_work_percent: int | None = None
    end_studies: YesNoUnknown | None = words(YesNoUnknown, default=None)
    end_studies_percent: int | None = None
    end_seeking: YesNoUnknown | None = words(YesNoUnknown, default=None)
    m6_support: str | None = string(default=None)
    m6_work: YesNoUnknown | None = words(YesNoUnknown, default=None)
    m6_work_percent: int | None = None
    m6_studies: YesNoUnknown | None = words(YesNoUnknown, default=None)
    m6_studies_percent: int | None = None
    m12_support: str | None = string(default=None)
    m12_work: YesNoUnknown | None = words(YesNoUnknown, default=None)
    m12_work_percent: int | None = None
    m12_studies: YesNoUnknown | None = words(YesNoUnknown, default=None)
    m12_studies_percent: int | None = None
    m18_support: str | None = string(default=None)
    m18_work: YesNoUnknown | None = words(YesNoUnknown, default=None)
    m18_work_percent: int | None = None
    m18_studies: YesNoUnknown | None = words(YesNoUnknown, default=None)
    m18_studies_percent: int | None = None
    m6_status: FollowUpStatus | None = words(FollowUpStatus, default=None)
    m6_due_on: date | None = day(default=None)
    m12_status: FollowUpStatus | None = words(FollowUpStatus, default=None)
    m12_due_on: date | None = day(default=None)
    m18_status: FollowUpStatus | None = words(FollowUpStatus, default=None)
    m18_due_on: date | None = day(default=None)
    latest_value_on: date | None = day(default=None)
