"""Retention: how long things are kept, the protocol of what was erased, and what stays as counts.

Rules and protocols are only added to (triggers refuse the rest) and say nothing about a person.
`ErasedTally` is what later releases need of erased spells: how many stood where.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint

from tracking.domain.records import Gender
from tracking.domain.retention import Erased, RetentionKind
from tracking.store.tables.base import (
    NEVER_REUSED,
    STRICT,
    Base,
    date,
    datetime,
    day,
    instant,
    key,
    refers,
    string,
    words,
)


class RetentionRuleRow(Base, table=True):
    """How many years a controller's participants are kept, or (no controller) the access log.

    The newest row of each holds; ``source`` says where it was decided.
    """

    __tablename__ = "retention_rule"
    __table_args__ = (
        CheckConstraint("(kind = 'log') = (controller_id IS NULL)", name="log_is_everybodys"),
        CheckConstraint(
            "years <= 20 AND years >= CASE WHEN kind = 'log' THEN 2 ELSE 3 END", name="years_range"
        ),
        NEVER_REUSED,
    )

    id: int | None = key()
    kind: RetentionKind = words(RetentionKind)
    controller_id: int | None = refers("controller.id", default=None)
    years: int
    source: str = string()
    set_at: datetime = instant()
    set_by: int = refers("account.id", index=False)


class RetentionRun(Base, table=True):
    """One erasure: when, on which day's rules, by whom (None: the server's console).

    ``head_id`` and ``head_hash`` are the log's newest link when it began.
    """

    __tablename__ = "retention_run"
    __table_args__ = (
        CheckConstraint("length(head_hash) = 64", name="head_is_digest"),
        NEVER_REUSED,
    )

    id: int | None = key()
    run_at: datetime = instant()
    run_by: int | None = refers("account.id", default=None, index=False)
    on_day: date = day()
    head_id: int
    head_hash: str = string()


class RetentionLine(Base, table=True):
    """How many of one kind went in a run, of which insats or authority, by which rule.

    ``until`` is the last end of the spells that went, or the last day of the log that did;
    ``log_year`` is set where the content of a whole year of the log went.
    """

    __tablename__ = "retention_line"
    __table_args__ = (
        CheckConstraint("number >= 0", name="number_not_negative"),
        CheckConstraint("(kind = 'log_payload') = (log_year IS NOT NULL)", name="log_by_year"),
        NEVER_REUSED,
    )

    id: int | None = key()
    run_id: int = refers("retention_run.id", index=False)
    kind: Erased = words(Erased)
    controller_id: int | None = refers("controller.id", default=None, index=False)
    insats_id: int | None = refers("insats.id", default=None, index=False)
    log_year: int | None = None
    years: int
    source: str = string()
    until: date = day()
    number: int


class ErasedTally(Base, table=True):
    """How many erased spells stood in one cell of a smallest period, for releases to come.

    Every release is tried against all before it and so counts past periods again; these are
    added to what is left. Read when a release is made, and at no other time.
    """

    __tablename__ = "erased_tally"
    __table_args__ = (CheckConstraint("number >= 0", name="number_not_negative"), STRICT)

    insats_id: int = refers("insats.id", primary_key=True, index=False)
    period_key: str = string(primary_key=True)
    measure: str = string(primary_key=True)
    category: str = string(primary_key=True)
    gender: Gender = words(Gender, primary_key=True)
    number: int
