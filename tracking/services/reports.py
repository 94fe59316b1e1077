"""Reports: beginning one from a release, putting its sections in order, throwing a draft away.

Writing in them is `tracking.services.report_words`, adopting them
`tracking.services.report_adoption`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.report_rights import can_follow, check_can_follow
from tracking.domain.errors import Conflict, NotFound, RuleBroken
from tracking.domain.periods import Period
from tracking.domain.records import ReportStatus
from tracking.domain.report_kinds import ReportKind, SectionKey, left_out_at_first
from tracking.services._rules import check_reason
from tracking.services._writing import check_version, writing
from tracking.store.database import Database
from tracking.store.tables import (
    Forbund,
    Release,
    ReleasedTable,
    ReleasePublication,
    Report,
    Section,
)

ADOPTED = "Rapporten är fastställd och ändras inte mer."
THROWN_AWAY = "Utkastet är kastat. Det kan tas tillbaka i listan över rapporter."


@dataclass(frozen=True, slots=True)
class BegunReport:
    """A report and its version after the write."""

    report_id: int
    version: int


def start_report(
    database: Database,
    actor: Actor,
    *,
    release_id: int,
    insats_id: int | None,
    kind: ReportKind,
    key: str,
) -> BegunReport:
    """Begin a report of one insats, or of the whole förbund, from a published release.

    Raises `NotPermitted` unless the actor writes in it or adopts it, `NotFound` when the period
    is not released or the insats is not in the release, `RuleBroken` for a kind that does not
    fit the calendar, and `Conflict` when there is one already.
    """
    taken = "Rapporten är redan påbörjad: öppna den i listan."
    with writing(database, actor, "start_report", key, collision=taken) as write:
        check_can_follow(actor, insats_id)
        if write.repeated and write.earlier is not None:
            return BegunReport(write.earlier, _report(write.session, actor, write.earlier).version)
        session = write.session
        release = session.get(Release, release_id)
        if release is None or session.get(ReleasePublication, release_id) is None:
            raise NotFound("Perioden är inte släppt.")
        if not _has(session, release_id, insats_id):
            raise NotFound("Insatsen finns inte i det här släppet.")
        forbund = session.get(Forbund, 1)
        period = Period(release.period_start, release.period_end)
        if forbund is None or forbund.calendar is None or not kind.fits(forbund.calendar, period):
            raise RuleBroken(
                f"{kind.label} görs inte för {period.label} i förbundets kalender.", field="kind"
            )
        if _standing(session, release_id, insats_id, kind):
            raise Conflict(taken)
        report = Report(
            insats_id=insats_id,
            release_id=release_id,
            kind=kind,
            created_at=write.now,
            created_by=actor.account_id,
        )
        session.add(report)
        session.flush()
        assert report.id is not None
        left_out = left_out_at_first(kind)
        session.add_all(
            Section(report_id=report.id, key=section, sort=place, included=section not in left_out)
            for place, section in enumerate(SectionKey)
        )
        detail = f"{kind.value} {release.period_key}"
        write.finish(report.id, Entry("start_report", insats_id=insats_id, detail=detail))
        return BegunReport(report.id, report.version)


def arrange_report(
    database: Database,
    actor: Actor,
    *,
    report_id: int,
    order: Sequence[SectionKey],
    left_out: Collection[SectionKey],
    version: int,
    key: str,
) -> BegunReport:
    """Put the sections in ``order``, and leave some out; their words stay.

    Raises `Conflict` when somebody else has arranged it since, or it is adopted, `RuleBroken`
    when nothing would be left or a section is lacking in the order.
    """
    with writing(database, actor, "arrange_report", key) as write:
        report = open_report(write.session, actor, report_id)
        if write.repeated:
            return BegunReport(report_id, report.version)
        check_version(report.version, version, theirs="en annan ordning", mine="din")
        if sorted(order) != sorted(SectionKey):
            raise RuleBroken("Ordningen ska ha varje avsnitt en gång.", field="order")
        if set(left_out) >= set(SectionKey):
            raise RuleBroken("Minst ett avsnitt ska vara med.", field="left_out")
        places = {section: place for place, section in enumerate(order)}
        query = select(Section).where(Section.report_id == report_id)
        for row in write.session.exec(query):
            row.sort, row.included = places[row.key], row.key not in left_out
            write.session.add(row)
        report.version += 1
        write.session.add(report)
        write.finish(
            report_id,
            Entry("arrange_report", insats_id=report.insats_id, detail=f"rapport {report_id}"),
        )
        return BegunReport(report_id, report.version)


def throw_away_draft(
    database: Database, actor: Actor, *, report_id: int, why: str, version: int, key: str
) -> BegunReport:
    """Throw a draft away: it leaves every list, and the same report can be begun anew.

    It stays with its words, and `take_back_draft` puts it back. ``why`` is a code of
    `void_reason`. Raises `NotPermitted` unless the actor writes in it or adopts it, and
    `Conflict` when it is adopted, thrown away already, or has been arranged anew since it was read.
    """
    with writing(database, actor, "throw_away_draft", key) as write:
        if write.repeated:
            return BegunReport(report_id, _report(write.session, actor, report_id).version)
        report = open_report(write.session, actor, report_id)
        check_version(report.version, version, theirs="en annan ordning", mine="den du såg")
        reason = check_reason(write, "void_reason", why)
        report.voided_at, report.voided_by = write.now, actor.account_id
        report.void_reason = reason
        report.version += 1
        write.session.add(report)
        detail = f"rapport {report_id}, {reason}"
        write.finish(
            report_id, Entry("throw_away_draft", insats_id=report.insats_id, detail=detail)
        )
        return BegunReport(report_id, report.version)


def take_back_draft(
    database: Database, actor: Actor, *, report_id: int, version: int, key: str
) -> BegunReport:
    """Put a draft that was thrown away back among the others, with its words.

    Raises `Conflict` when the same report has been begun anew since, or it stands already.
    """
    taken = "Samma rapport har påbörjats på nytt. Kasta den först, om den här ska gälla."
    with writing(database, actor, "take_back_draft", key, collision=taken) as write:
        session = write.session
        report = session.exec(
            select(Report).where(Report.id == report_id).with_for_update()
        ).one_or_none()
        if report is None:
            raise NotFound("Rapporten finns inte.")
        check_can_follow(actor, report.insats_id)
        if write.repeated:
            return BegunReport(report_id, report.version)
        check_version(report.version, version, theirs="en annan", mine="den du såg")
        if report.voided_at is None:
            raise Conflict("Utkastet är inte kastat.")
        if _standing(session, report.release_id, report.insats_id, report.kind):
            raise Conflict(taken)
        report.voided_at = report.voided_by = report.void_reason = None
        report.version += 1
        session.add(report)
        write.finish(
            report_id,
            Entry("take_back_draft", insats_id=report.insats_id, detail=f"rapport {report_id}"),
        )
        return BegunReport(report_id, report.version)


def open_report(session: DbSession, actor: Actor, report_id: int) -> Report:
    """Return a draft that the actor follows, held until the transaction ends.

    Raises `NotFound` where there is none for the actor, `Conflict` when it is adopted or has been
    thrown away.
    """
    row = session.exec(select(Report).where(Report.id == report_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("Rapporten finns inte.")
    check_can_follow(actor, row.insats_id)
    check_open(row)
    return row


def check_open(report: Report) -> None:
    """Raise `Conflict` unless the report is a draft that stands."""
    if report.status is ReportStatus.ADOPTED:
        raise Conflict(ADOPTED)
    if report.voided_at is not None:
        raise Conflict(THROWN_AWAY)


def _report(session: DbSession, actor: Actor, report_id: int) -> Report:
    row = session.get(Report, report_id)
    if row is None or not can_follow(actor, row.insats_id):
        raise NotFound("Rapporten finns inte.")
    return row


def _has(session: DbSession, release_id: int, insats_id: int | None) -> bool:
    query = select(ReleasedTable.id).where(ReleasedTable.release_id == release_id)
    if insats_id is not None:
        query = query.where(ReleasedTable.insats_id == insats_id)
    return session.exec(query.limit(1)).first() is not None


def _standing(session: DbSession, release_id: int, insats_id: int | None, kind: ReportKind) -> bool:
    query = select(Report.id).where(
        Report.release_id == release_id,
        Report.kind == kind,
        Report.insats_id == insats_id,
        col(Report.voided_at).is_(None),
    )
    return session.exec(query).first() is not None
