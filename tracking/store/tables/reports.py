"""Reports to the styrelse: the staff's words while they are written, and what was adopted.

Figures are never here: a draft reads them from its release, and an adopted report from its
snapshot, which holds the whole content as canonical JSON. Triggers refuse every change of an
adopted report, its sections, its notes and its snapshot (`tracking.store.triggers`).
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, LargeBinary, UniqueConstraint
from sqlmodel import Field

from tracking.domain.records import ReportStatus
from tracking.domain.report_identity import Licence
from tracking.domain.report_kinds import ReportKind, SectionKey
from tracking.domain.roles import Zone
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


class Report(Voidable, Base, table=True):
    """A report on an insats, or on the whole förbund (no insats), made from one release.

    A draft that is thrown away is voided, and stays with its words; what is adopted never is.
    """

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("(status = 'adopted') = (adopted_on IS NOT NULL)", name="adopted_has_day"),
        CheckConstraint(
            "(status = 'adopted') = (adopted_at IS NOT NULL)", name="adopted_has_moment"
        ),
        CheckConstraint(
            "(status = 'adopted') = (minutes_paragraph IS NOT NULL)", name="adopted_has_paragraph"
        ),
        void_whole(),
        CheckConstraint("status = 'draft' OR voided_at IS NULL", name="only_drafts_voided"),
        unique_while(
            "uq_report_of_insats",
            ("release_id", "kind", "insats_id"),
            "insats_id > 0 AND voided_at IS NULL",
        ),
        unique_while(
            "uq_report_of_forbund",
            ("release_id", "kind"),
            "insats_id IS NULL AND voided_at IS NULL",
        ),
        STRICT,
    )

    id: int | None = key()
    insats_id: int | None = refers("insats.id", default=None)
    release_id: int = refers("release.id")
    kind: ReportKind = words(ReportKind)
    status: ReportStatus = words(ReportStatus, default=ReportStatus.DRAFT)
    adopted_on: date | None = day(default=None)
    minutes_paragraph: str | None = string(default=None)
    adopted_at: datetime | None = instant(default=None)
    adopted_by: int | None = refers("account.id", default=None, index=False)
    created_at: datetime = instant()
    created_by: int = refers("account.id", index=False)
    version: int = 1


class Section(Base, table=True):
    """A section of a report: its place, and the staff's own words.

    ``words`` are read by those who write them alone; ``ready_words`` are what was marked as
    *klar, beskriver ingen enskild*, and what everybody else gets. ``saved_key`` is the key of the
    last saving, ``version`` grows with every one.
    """

    __tablename__ = "section"
    __table_args__ = (
        UniqueConstraint("report_id", "key"),
        CheckConstraint("(ready_words IS NULL) = (ready_at IS NULL)", name="ready_whole"),
        STRICT,
    )

    id: int | None = key()
    report_id: int = refers("report.id", index=False)
    key: SectionKey = words(SectionKey)
    sort: int = 0
    included: bool = flag(default=True)
    words: str = string(default="")
    saved_at: datetime | None = instant(default=None)
    saved_by: int | None = refers("account.id", default=None, index=False)
    saved_key: str | None = string(default=None)
    ready_words: str | None = string(default=None)
    ready_at: datetime | None = instant(default=None)
    ready_by: int | None = refers("account.id", default=None, index=False)
    groups_acknowledged: bool = flag(default=False)
    version: int = 1


class SectionNote(Base, table=True):
    """A question or an answer about a section; ``zone`` is the side that wrote it."""

    __tablename__ = "section_note"
    __table_args__ = (STRICT,)

    id: int | None = key()
    section_id: int = refers("section.id")
    zone: Zone = words(Zone)
    words: str = string()
    written_at: datetime = instant()
    written_by: int = refers("account.id", index=False)
    settled_at: datetime | None = instant(default=None)
    settled_by: int | None = refers("account.id", default=None, index=False)


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


class ReportIdentity(Base, table=True):
    """How the förbund looks on its reports: name, colour and logotype, and on which terms what
    it has adopted is given away as open data (one row).
    """

    __tablename__ = "report_identity"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("(logotype IS NULL) = (logotype_kind IS NULL)", name="logotype_whole"),
        CheckConstraint("logotype_kind IN ('png', 'svg')", name="logotype_known"),
        STRICT,
    )

    id: int = Field(default=1, primary_key=True)
    name: str = string()
    colour: str = string()
    logotype: bytes | None = Field(default=None, sa_type=LargeBinary)
    logotype_kind: str | None = string(default=None)
    logotype_alt: str = string(default="")
    licence: Licence = words(Licence, default=Licence.CC0)
    changed_at: datetime = instant()
    version: int = 1
