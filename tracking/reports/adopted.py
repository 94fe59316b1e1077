"""A report's content: of a draft from its release and the words, of an adopted one from its
snapshot; and adopting one.

Whoever may see what is asked by `tracking.outcomes.reports` and the services; here the content
is put together, and a file that somebody takes is logged.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session as DbSession
from sqlmodel import select

import tracking
from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.report_rights import can_write_in
from tracking.domain import clock
from tracking.domain.records import ReportStatus
from tracking.domain.report_kinds import SectionKey
from tracking.outcomes.releasing.catalogue import (
    LEAST_BY_GENDER,
    LEAST_IN_PERIOD,
    LEAST_IN_YEAR,
)
from tracking.outcomes.report_source import ReportSource, read_identity, read_source
from tracking.outcomes.reports import head_of, sections_of, seen_report
from tracking.reports.sections import released_sections
from tracking.reports.shapes import Adoption, Identity, ReportContent
from tracking.reports.shapes import Section as ContentSection
from tracking.reports.snapshot import freeze, thaw
from tracking.services.report_adoption import AdoptedReport, Frozen, adopt
from tracking.store.database import Database
from tracking.store.tables import Report, Section, Snapshot

DRAFT = "UTKAST – texterna är inte klarmarkerade"
WHOLE = "hela förbundet"


def report_content(database: Database, actor: Actor, report_id: int) -> ReportContent:
    """Return a report for the screen: its snapshot, or a draft as the actor may see it.

    Raises `NotFound` for a report that is not the actor's to see, and `DamagedReport` when an
    adopted one is not what was adopted.
    """
    with database.reading() as session:
        return _content(session, actor, seen_report(session, actor, report_id))


def taken_report(database: Database, actor: Actor, report_id: int, form: str) -> ReportContent:
    """Return a report for a file of some ``form`` (Word, PDF …); logged. Raises as on screen."""
    with database.transaction() as work:
        row = seen_report(work.session, actor, report_id)
        content = _content(work.session, actor, row)
        adopted = row.status is ReportStatus.ADOPTED
        record(
            work,
            actor,
            Entry(
                "download_adopted_report" if adopted else "download_draft_report",
                insats_id=row.insats_id,
                page="rapport",
                detail=f"rapport {report_id}, {form}",
            ),
        )
        return content


def adopt_report(
    database: Database,
    actor: Actor,
    *,
    report_id: int,
    on: date,
    paragraph: str,
    version: int,
    key: str,
) -> AdoptedReport:
    """Adopt a report: freeze its content as it stands in the release and in what is ready.

    Raises as `tracking.services.report_adoption.adopt`.
    """
    return adopt(
        database,
        actor,
        report_id=report_id,
        on=on,
        paragraph=paragraph,
        version=version,
        freeze=_frozen,
        key=key,
    )


def _frozen(session: DbSession, row: Report, on: date, paragraph: str, now: datetime) -> Frozen:
    source = read_source(session, row.release_id, row.insats_id)
    sections = sections_of(session, row.id or 0)
    words = {section.key: section.ready_words or "" for section in sections}
    content = _built(
        session,
        row,
        source,
        words,
        made_at=now,
        marking=None,
        adoption=Adoption(on, paragraph, ""),
    )
    return freeze(content, _circumstances(row, source))


def _circumstances(row: Report, source: ReportSource) -> dict[str, object]:
    release = source.release
    return {
        "report": row.id,
        "kind": row.kind.value,
        "insats": row.insats_id,
        "release": {
            "period": release.period.key,
            "released_at": release.released_at.isoformat(),
            "code_version": release.code_version,
            "rows": [[stored.row_id, stored.sha256] for stored in source.rows],
        },
        "disclosure": {
            "rule": release.rule,
            "threshold": release.threshold,
            "least_in_year": LEAST_IN_YEAR,
            "least_in_period": LEAST_IN_PERIOD,
            "least_by_gender": LEAST_BY_GENDER,
        },
    }


def _content(session: DbSession, actor: Actor, row: Report) -> ReportContent:
    if row.status is ReportStatus.ADOPTED:
        kept = session.exec(select(Snapshot).where(Snapshot.report_id == row.id)).one()
        return thaw(kept.content, kept.sha256)
    sections = sections_of(session, row.id or 0)
    writes = can_write_in(actor, row.insats_id)
    words = {one.key: one.words if writes else one.ready_words or "" for one in sections}
    unready = any(_is_unready(one) for one in sections if one.included)
    return _built(
        session,
        row,
        read_source(session, row.release_id, row.insats_id),
        words,
        made_at=clock.now(),
        marking=DRAFT if writes and unready else None,
        adoption=None,
    )


def _is_unready(section: Section) -> bool:
    return bool(section.words) and section.words != section.ready_words


def _built(
    session: DbSession,
    row: Report,
    source: ReportSource,
    words: dict[SectionKey, str],
    *,
    made_at: datetime,
    marking: str | None,
    adoption: Adoption | None,
) -> ReportContent:
    head = head_of(session, row)
    included = [section.key for section in sections_of(session, row.id or 0) if section.included]
    found = released_sections(source, head.period, included=included, words=words)
    look = read_identity(session)
    name = WHOLE if source.insats_id is None else source.own.name
    return ReportContent(
        title=f"{head.kind.label}: {name}",
        subtitle=f"Status och resultat, {head.period.label}",
        period=head.period,
        made_at=made_at,
        made_by=look.name,
        sections=tuple(filter(_says_something, found)),
        marking=marking,
        identity=Identity(look.name, look.colour, look.logotype, look.logotype_alt, look.licence),
        adoption=adoption,
        code_version=tracking.__version__,
    )


def _says_something(section: ContentSection) -> bool:
    """A section for the staff's words alone that nobody has written in is not in the report."""
    return bool(section.finding or section.own_text or section.tables)
