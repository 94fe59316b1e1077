"""Participants and their spells; the anonymous ones; what was withdrawn.

A participant has a code, a memory word, a birth year and a kön, and no more. A spell ties a
participant to an insats of the same controller: the composite references see to it.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint

from tracking.domain.endings import Outcome
from tracking.domain.records import Gender, SupportMonthsKnown, WithdrawalReason
from tracking.domain.situation import YesNoUnknown
from tracking.store.tables.base import (
    NEVER_REUSED,
    STRICT,
    Base,
    date,
    datetime,
    day,
    flag,
    instant,
    key,
    refers,
    string,
    unique_while,
    words,
)


class Participant(Base, table=True):
    """A pseudonymous person of one controller. ``number`` is what ``code`` is made from."""

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("controller_id", "number"),
        UniqueConstraint("controller_id", "code"),
        UniqueConstraint("controller_id", "memory_word"),
        UniqueConstraint("id", "controller_id"),
        CheckConstraint("birth_year BETWEEN 1900 AND 2100", name="birth_year_range"),
        NEVER_REUSED,
    )

    id: int | None = key()
    controller_id: int = refers("controller.id", index=False)
    number: int
    code: str = string()
    memory_word: str = string()
    birth_year: int
    gender: Gender = words(Gender)
    created_at: datetime = instant()
    created_by: int = refers("account.id", index=False)
    version: int = 1


class Spell(Base, table=True):
    """A deltagande: one participant in one insats from start to end. The unit of results."""

    __tablename__ = "spell"
    __table_args__ = (
        ForeignKeyConstraint(
            ["participant_id", "controller_id"], ["participant.id", "participant.controller_id"]
        ),
        ForeignKeyConstraint(["insats_id", "controller_id"], ["insats.id", "insats.controller_id"]),
        UniqueConstraint("id", "insats_id"),
        UniqueConstraint("id", "ladder_version_id"),
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="ends_after_start"),
        CheckConstraint("(ended_on IS NULL) = (outcome IS NULL)", name="end_has_outcome"),
        CheckConstraint(
            "outcome IS NULL OR outcome = 'misregistered' OR end_reason_id IS NOT NULL",
            name="end_has_reason",
        ),
        CheckConstraint(
            "(outcome IS NOT NULL AND outcome = 'misregistered')"
            " = (misregistered_reason IS NOT NULL)",
            name="misregistration_has_reason",
        ),
        CheckConstraint(
            "(support_months_known IS NOT NULL AND support_months_known = 'months')"
            " = (support_months IS NOT NULL)",
            name="support_months_whole",
        ),
        CheckConstraint(
            "(support_months_known IS NOT NULL AND support_months_known = 'band')"
            " = (support_band_id IS NOT NULL)",
            name="support_band_whole",
        ),
        CheckConstraint("support_months BETWEEN 0 AND 720", name="support_months_range"),
        unique_while("uq_spell_open", ["participant_id", "insats_id"], "ended_on IS NULL"),
        unique_while(
            "uq_spell_start",
            ["participant_id", "insats_id", "started_on"],
            "outcome IS NULL OR outcome <> 'misregistered'",
        ),
        Index("ix_spell_participant", "participant_id"),
        Index("ix_spell_insats_dates", "insats_id", "started_on", "ended_on"),
        NEVER_REUSED,
    )

    id: int | None = key()
    participant_id: int
    controller_id: int
    insats_id: int
    started_on: date = day()
    referrer_id: int = refers("code.id", index=False)
    consent_follow_up: bool = flag()
    consent_contact: bool = flag()
    consent_disclosure_on: date | None = day(default=None)
    municipality_id: int | None = refers("code.id", default=None, index=False)
    education_id: int | None = refers("code.id", default=None, index=False)
    support_months_known: SupportMonthsKnown | None = words(SupportMonthsKnown, default=None)
    support_months: int | None = None
    support_band_id: int | None = refers("code.id", default=None, index=False)
    need_group_id: int | None = refers("code.id", default=None, index=False)
    ladder_version_id: int | None = refers("ladder_version.id", default=None, index=False)
    responsible_id: int | None = refers("account.id", default=None)
    previous_spell_id: int | None = refers("spell.id", default=None, on_delete="SET NULL")
    ended_on: date | None = day(default=None, index=True)
    outcome: Outcome | None = words(Outcome, default=None)
    end_reason_id: int | None = refers("code.id", default=None, index=False)
    outcome_reason: str | None = string(default=None)
    active_planning: YesNoUnknown | None = words(YesNoUnknown, default=None)
    misregistered_reason: str | None = string(default=None)
    created_at: datetime = instant()
    created_by: int = refers("account.id", index=False)
    version: int = 1


class AnonymousCount(Base, table=True):
    """How many anonymous participants an insats had in a calendar year, by kön.

    ``number`` is entered by staff; ``converted`` grows by one for each spell that was
    turned anonymous, so that neither overwrites the other.
    """

    __tablename__ = "anonymous_count"
    __table_args__ = (
        UniqueConstraint("insats_id", "year", "gender"),
        CheckConstraint("number >= 0", name="number_not_negative"),
        CheckConstraint("converted >= 0", name="converted_not_negative"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year_range"),
        STRICT,
    )

    id: int | None = key()
    insats_id: int = refers("insats.id", index=False)
    year: int
    gender: Gender = words(Gender)
    number: int = 0
    converted: int = 0
    version: int = 1


class Withdrawal(Base, table=True):
    """The dated event that turned a spell anonymous; says nothing of whom."""

    __tablename__ = "withdrawal"
    __table_args__ = (STRICT,)

    id: int | None = key()
    insats_id: int = refers("insats.id")
    withdrawn_on: date = day()
    reason: WithdrawalReason = words(WithdrawalReason)
    recorded_at: datetime = instant()
    recorded_by: int = refers("account.id", index=False)
