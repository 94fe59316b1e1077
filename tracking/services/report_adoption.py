"""Adopting a report (fastställa): its content is frozen and from then on never changes.

What is frozen is put together by the caller, inside the transaction, so that nothing can come
between what is read and what is kept; building content is `tracking.reports`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session as DbSession
from sqlmodel import select

import tracking
from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_adopt_report
from tracking.domain.errors import InvalidValue, NotFound, RuleBroken
from tracking.domain.identifiers import clean_text
from tracking.domain.records import ReportStatus
from tracking.services._writing import check_version, writing
from tracking.services.reports import check_open
from tracking.store.database import Database
from tracking.store.tables import Release, Report, Section, Snapshot

LONGEST_PARAGRAPH = 40


@dataclass(frozen=True, slots=True)
class Frozen:
    """A report's whole content as canonical text, and the checksum of that text."""

    content: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AdoptedReport:
    """A report that was adopted."""

    report_id: int
    sha256: str


Freeze = Callable[[DbSession, Report, date, str, datetime], Frozen]
"""Builds what is frozen: of a report, on the day and with the paragraph of the minutes, now."""


def adopt(
    database: Database,
    actor: Actor,
    *,
    report_id: int,
    on: date,
    paragraph: str,
    version: int,
    freeze: Freeze,
    key: str,
) -> AdoptedReport:
    """Adopt a report with the meeting's date and the paragraph of its minutes.

    Raises `NotPermitted` for anybody but the förbundsadministratör, `Conflict` when it is adopted
    or has been arranged anew since it was read, `InvalidValue` for a day that has not come or
    lies before the release, and `RuleBroken` when nobody has marked a single section as ready.
    """
    said = clean_text(paragraph, field="paragraph", max_length=LONGEST_PARAGRAPH, required=True)
    with writing(database, actor, "adopt_report", key) as write:
        check_can_adopt_report(actor)
        session = write.session
        report = session.exec(
            select(Report).where(Report.id == report_id).with_for_update()
        ).one_or_none()
        if report is None:
            raise NotFound("Rapporten finns inte.")
        if write.repeated:
            kept = session.exec(select(Snapshot).where(Snapshot.report_id == report_id)).one()
            return AdoptedReport(report_id, kept.sha256)
        check_open(report)
        check_version(report.version, version, theirs="en annan ordning", mine="den du såg")
        release = session.get(Release, report.release_id)
        assert release is not None, "a foreign key holds it"
        if on > write.today:
            raise InvalidValue("Mötets datum ligger i framtiden.", field="on")
        if on <= release.period_end:
            raise InvalidValue("Mötets datum ligger före periodens slut.", field="on")
        rows = session.exec(select(Section).where(Section.report_id == report_id)).all()
        if not any(row.included and row.ready_words is not None for row in rows):
            raise RuleBroken("Inget avsnitt är klarmarkerat än, så det finns inget att fastställa.")
        frozen = freeze(session, report, on, said, write.now)
        session.add(
            Snapshot(
                report_id=report_id,
                content=frozen.content,
                sha256=frozen.sha256,
                code_version=tracking.__version__,
                frozen_at=write.now,
            )
        )
        # The database asks that a report is frozen before it is adopted.
        session.flush()
        report.status = ReportStatus.ADOPTED
        report.adopted_on, report.minutes_paragraph = on, said
        report.adopted_at, report.adopted_by = write.now, actor.account_id
        report.version += 1
        session.add(report)
        write.finish(
            report_id,
            Entry(
                "adopt_report",
                insats_id=report.insats_id,
                page="rapport",
                detail=f"rapport {report_id}, {on.isoformat()}, {said}, {frozen.sha256[:12]}",
            ),
        )
        return AdoptedReport(report_id, frozen.sha256)
