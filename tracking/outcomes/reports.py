"""Reading reports: which there are, which can be begun, and one with its sections.

What the staff are writing is given to those who write in the report and to nobody else; the
others get what has been marked as ready. Figures are built in `tracking.reports`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.permissions import can_adopt_report
from tracking.access.report_rights import can_follow, can_read_adopted, can_write_in
from tracking.domain.errors import NotFound
from tracking.domain.records import ReportStatus
from tracking.domain.report_kinds import kinds_offered
from tracking.outcomes.releasing.released import release_heads
from tracking.outcomes.releasing.shapes import HEADS, ReleaseHead
from tracking.outcomes.report_source import read_identity, read_name
from tracking.outcomes.report_views import (
    IdentityView,
    NoteView,
    ReportHead,
    ReportItem,
    ReportView,
    SectionView,
    Startable,
    ThrownAway,
)
from tracking.store.database import Database
from tracking.store.tables import (
    Account,
    Code,
    Forbund,
    ReleasedTable,
    Report,
    Section,
    SectionNote,
)

GONE = "Utkastet är kastat. Det kan tas tillbaka i listan över rapporter."
NO_SUCH = "Rapporten finns inte, eller är inte fastställd än."


def report_list(database: Database, actor: Actor) -> tuple[ReportItem, ...]:
    """Return every report that the actor may see, the latest period first.

    Drafts are there for those who write in them or adopt them; the others get what is adopted.
    """
    with database.reading() as session:
        releases = {head.release_id: head for head in release_heads(session)}
        rows = [row for row in session.exec(select(Report)).all() if _may_see(actor, row)]
        found = [
            _item(session, row, releases[row.release_id])
            for row in rows
            if row.release_id in releases
        ]
    return tuple(
        sorted(
            found,
            key=lambda item: (
                -item.head.release.period.end.toordinal(),
                item.head.insats_id is not None,
                item.head.name,
                item.head.kind,
            ),
        )
    )


def thrown_away_drafts(database: Database, actor: Actor) -> tuple[ThrownAway, ...]:
    """Return the drafts that were thrown away, the latest first, for whoever followed them."""
    with database.reading() as session:
        releases = {head.release_id: head for head in release_heads(session)}
        query = select(Report).where(col(Report.voided_at).is_not(None))
        rows = [
            row
            for row in session.exec(query.order_by(col(Report.voided_at).desc()))
            if can_follow(actor, row.insats_id) and row.release_id in releases
        ]
        titles = _titles(session, (row.voided_by for row in rows))
        reasons = select(Code.key, Code.label).where(Code.list_key == "void_reason")
        why = {key: label for key, label in session.exec(reasons)}
        return tuple(
            ThrownAway(
                head=_head(session, row, releases[row.release_id]),
                at=row.voided_at or row.created_at,
                by=titles.get(row.voided_by, ""),
                why=why.get(row.void_reason or "", ""),
            )
            for row in rows
        )


def startable_reports(database: Database, actor: Actor) -> tuple[Startable, ...]:
    """Return what the actor may begin: kinds that fit the calendar and are not begun yet.

    The newest release first; of the whole förbund before its insatser.
    """
    with database.reading() as session:
        forbund = session.get(Forbund, 1)
        if forbund is None or forbund.calendar is None:
            return ()
        standing = select(Report).where(col(Report.voided_at).is_(None))
        begun = {(row.release_id, row.insats_id, row.kind) for row in session.exec(standing)}
        found = []
        for release in release_heads(session):
            query = select(ReleasedTable.insats_id).where(
                ReleasedTable.release_id == release.release_id, ReleasedTable.table_key == HEADS
            )
            insatser = [i for i in session.exec(query).all() if can_follow(actor, i)]
            for insats_id in sorted(insatser, key=lambda one: one or 0):
                found += [
                    Startable(release, insats_id, read_name(session, insats_id), kind)
                    for kind in kinds_offered(forbund.calendar, release.period)
                    if (release.release_id, insats_id, kind) not in begun
                ]
        return tuple(found)


def report_work(database: Database, actor: Actor, report_id: int) -> ReportView:
    """Return one report with its sections, as far as the actor may see it.

    Raises `NotFound` for a report that does not exist, or that is not the actor's to know of.
    """
    with database.reading() as session:
        row = seen_report(session, actor, report_id)
        return _view(session, actor, row)


def report_identity(database: Database) -> IdentityView:
    """Return how the förbund looks on paper."""
    with database.reading() as session:
        return read_identity(session)


def seen_report(session: DbSession, actor: Actor, report_id: int) -> Report:
    """Return a report that the actor may see. Raises `NotFound` on any other."""
    row = session.get(Report, report_id)
    if row is not None and row.voided_at is not None and can_follow(actor, row.insats_id):
        raise NotFound(GONE)
    if row is None or not _may_see(actor, row):
        raise NotFound(NO_SUCH)
    return row


def head_of(session: DbSession, row: Report) -> ReportHead:
    """Return which report it is. Raises `NotFound` when its release is not published."""
    for release in release_heads(session):
        if release.release_id == row.release_id:
            return _head(session, row, release)
    raise NotFound("Perioden är inte släppt.")


def sections_of(session: DbSession, report_id: int) -> list[Section]:
    """Return a report's sections in order, those that are left out last."""
    rows = session.exec(select(Section).where(Section.report_id == report_id)).all()
    return sorted(rows, key=lambda row: (not row.included, row.sort))


def _may_see(actor: Actor, row: Report) -> bool:
    if row.voided_at is not None:
        return False
    if row.status is ReportStatus.ADOPTED:
        return can_read_adopted(actor, row.insats_id)
    return can_follow(actor, row.insats_id)


def _head(session: DbSession, row: Report, release: ReleaseHead) -> ReportHead:
    return ReportHead(
        report_id=row.id or 0,
        kind=row.kind,
        insats_id=row.insats_id,
        name=read_name(session, row.insats_id),
        release=release,
        adopted_on=row.adopted_on,
        paragraph=row.minutes_paragraph,
        version=row.version,
    )


def _item(session: DbSession, row: Report, release: ReleaseHead) -> ReportItem:
    sections = sections_of(session, row.id or 0)
    notes = _notes(session, sections)
    included = [section for section in sections if section.included]
    return ReportItem(
        head=_head(session, row, release),
        included=len(included),
        ready=sum(section.ready_words is not None for section in included),
        open_notes=sum(not note.settled for found in notes.values() for note in found),
    )


def _view(session: DbSession, actor: Actor, row: Report) -> ReportView:
    writes = can_write_in(actor, row.insats_id)
    follows = can_follow(actor, row.insats_id)
    sections = sections_of(session, row.id or 0)
    notes = _notes(session, sections) if follows else {}
    titles = _titles(session, (section.saved_by for section in sections))
    return ReportView(
        head=head_of(session, row),
        sections=tuple(
            SectionView(
                section_id=section.id or 0,
                report_id=section.report_id,
                key=section.key,
                included=section.included,
                words=section.words if writes else None,
                version=section.version,
                saved_at=section.saved_at if writes else None,
                saved_by=titles.get(section.saved_by) if writes else None,
                saved_by_me=writes and section.saved_by == actor.account_id,
                ready_words=section.ready_words,
                ready_at=section.ready_at,
                newer_draft=follows and section.words != (section.ready_words or ""),
                notes=tuple(notes.get(section.id or 0, ())),
            )
            for section in sections
        ),
        may_write=writes and row.status is ReportStatus.DRAFT,
        may_adopt=can_adopt_report(actor) and row.status is ReportStatus.DRAFT,
    )


def _notes(session: DbSession, sections: Iterable[Section]) -> dict[int, list[NoteView]]:
    wanted = [section.id for section in sections if section.id is not None]
    rows = session.exec(
        select(SectionNote)
        .where(col(SectionNote.section_id).in_(wanted))
        .order_by(col(SectionNote.id))
    ).all()
    titles = _titles(session, (row.written_by for row in rows))
    found: dict[int, list[NoteView]] = defaultdict(list)
    for row in rows:
        found[row.section_id].append(
            NoteView(
                note_id=row.id or 0,
                zone=row.zone,
                by=titles.get(row.written_by, ""),
                words=row.words,
                written_at=row.written_at,
                settled=row.settled_at is not None,
            )
        )
    return found


def _titles(session: DbSession, wanted: Iterable[int | None]) -> dict[int | None, str]:
    ids = {account_id for account_id in wanted if account_id is not None}
    rows = session.exec(select(Account.id, Account.title).where(col(Account.id).in_(ids))).all()
    return {account_id: title for account_id, title in rows}
