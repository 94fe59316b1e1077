"""What leaves the insats zone: releases with their tables, reports, frozen snapshots.

Released content is kept as canonical JSON with its checksum; it is written once and never
changed, and neither is a snapshot (triggers refuse it, see `tracking.store.triggers`). A release
is first prepared and then published, with a row of its own; what was prepared stays.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from tracking.domain.records import ReportStatus
from tracking.store.tables.base import (
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
    words,
)


class Release(Base, table=True):
    """All tables of one closed period, protected together and stored: prepared."""

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("period_key"),
        CheckConstraint("period_end >= period_start", name="period_in_order"),
        CheckConstraint("threshold BETWEEN 3 AND 10", name="threshold_range"),
        STRICT,
    )

    id: int | None = key()
    period_key: str = string()
    period_start: date = day()
    period_end: date = day()
    threshold: int
    rule: str = string()
    code_version: str = string()
    prepared_at: datetime = instant()
    prepared_by: int = refers("account.id", index=False)


class ReleasePublication(Base, table=True):
    """That a release has been published: from then on the förbund zone can read it."""

    __tablename__ = "release_publication"
    __table_args__ = (STRICT,)

    release_id: int = Field(foreign_key="release.id", primary_key=True)
    published_at: datetime = instant()
    published_by: int = refers("account.id", index=False)


class ReleaseCells(Base, table=True):
    """What a release says, as the disclosure control of later releases needs it."""

    __tablename__ = "release_cells"
    __table_args__ = (STRICT,)

    release_id: int = Field(foreign_key="release.id", primary_key=True)
    content: str = string()
    sha256: str = string()


class ReleaseSmall(Base, table=True):
    """Which cells were small themselves. Read when a release is made, and at no other time."""

    __tablename__ = "release_small"
    __table_args__ = (STRICT,)

    release_id: int = Field(foreign_key="release.id", primary_key=True)
    content: str = string()
    sha256: str = string()


class ReleasedTable(Base, table=True):
    """One protected table of a release, for one insats or for all (no insats)."""

    __tablename__ = "released_table"
    __table_args__ = (STRICT,)

    id: int | None = key()
    release_id: int = refers("release.id")
    insats_id: int | None = refers("insats.id", default=None)
    table_key: str = string()
    period_key: str = string()
    content: str = string()
    sha256: str = string()


class Report(Base, table=True):
    """A report to the styrelse on one insats, or on the förbund (no insats)."""

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("(status = 'adopted') = (adopted_on IS NOT NULL)", name="adopted_has_day"),
        STRICT,
    )

    id: int | None = key()
    insats_id: int | None = refers("insats.id", default=None)
    release_id: int = refers("release.id")
    kind: str = string()
    title: str = string()
    status: ReportStatus = words(ReportStatus, default=ReportStatus.DRAFT)
    adopted_on: date | None = day(default=None)
    minutes_paragraph: str | None = string(default=None)
    created_at: datetime = instant()
    created_by: int = refers("account.id", index=False)
    version: int = 1


class Section(Base, table=True):
    """A section of a report with the staff's own words."""

    __tablename__ = "section"
    __table_args__ = (UniqueConstraint("report_id", "key"), STRICT)

    id: int | None = key()
    report_id: int = refers("report.id", index=False)
    key: str = string()
    sort: int = 0
    included: bool = flag(default=True)
    words: str = string(default="")
    ready_at: datetime | None = instant(default=None)
    ready_by: int | None = refers("account.id", default=None, index=False)
    version: int = 1


class SectionNote(Base, table=True):
    """A question or an answer about a section, between the förbund and the insats."""

    __tablename__ = "section_note"
    __table_args__ = (STRICT,)

    id: int | None = key()
    section_id: int = refers("section.id")
    words: str = string()
    written_at: datetime = instant()
    written_by: int = refers("account.id", index=False)
    settled_at: datetime | None = instant(default=None)


class Snapshot(Base, table=True):
    """The frozen content of an adopted report, with its checksum."""

    __tablename__ = "snapshot"
    __table_args__ = (STRICT,)

    id: int | None = key()
    report_id: int = refers("report.id", unique=True, index=False)
    content: str = string()
    sha256: str = string()
    code_version: str = string()
    frozen_at: datetime = instant()
