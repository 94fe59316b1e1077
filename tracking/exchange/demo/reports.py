"""The reports of the demo: one adopted, and one that is being written, about the first insats.

The words are invented and say nothing that the figures could contradict. What freezes a report
lies on the same floor as this room and is handed in by the command.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Protocol
from uuid import UUID, uuid5

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor, load_actor
from tracking.domain.periods import Calendar, parse_period_key
from tracking.domain.report_kinds import ReportKind, SectionKey, kinds_offered
from tracking.domain.roles import Role
from tracking.services.report_words import ask_about_section, mark_ready, write_section
from tracking.services.reports import BegunReport, start_report
from tracking.store.database import Database
from tracking.store.tables import Assignment, Release, Report, Section

KEYS: Final = UUID("0d0b0f5e-6a1c-4b57-8f0e-5f7f5c1d2a91")
MEETING_AFTER: Final = timedelta(days=80)
"""The styrelse meets some weeks after the release, and the release comes weeks after the end."""

PARAGRAPH: Final = "§ 14"

WORDS: Final[Mapping[SectionKey, str]] = {
    SectionKey.SUMMARY: (
        "Insatsen har haft full bemanning hela perioden. Samarbetet med hälsocentralerna är "
        "igång och fler deltagare kommer den vägen.\n\nDet svåraste är fortfarande uppföljningen "
        "efter avslut: många byter telefonnummer."
    ),
    SectionKey.PARTICIPANTS: (
        "Inflödet följer kommunens omorganisation. Remisserna kommer i omgångar, vilket gör att "
        "väntetiden varierar mellan månaderna."
    ),
    SectionKey.RESULTS: (
        "Gruppverksamheten har gett struktur åt veckan och är det som deltagarna oftast nämner. "
        "Praktikplatserna har räckt till."
    ),
    SectionKey.TARGETS: (
        "Måltalen sattes innan insatsen hade samma målgrupp som nu. Styrgruppen föreslår att de "
        "ses över när nästa period är avslutad."
    ),
    SectionKey.ANALYSIS: (
        "Med så här många deltagare är intervallen breda, och en period för sig säger lite. "
        "Tillsammans med föregående period pekar resultaten åt samma håll."
    ),
    SectionKey.NEXT_PERIOD: (
        "Uppföljningarna samlas till en vecka i månaden. Styrelsen behöver ta ställning till om "
        "insatsen ska fortsätta i sin nuvarande storlek."
    ),
}
BEGUN: Final = (SectionKey.SUMMARY, SectionKey.PARTICIPANTS, SectionKey.RESULTS)
"""What has been written of the report that is not finished; all but the last is ready."""

QUESTION: Final = "Kan ni skriva hur länge man väntar på en plats, i veckor?"


class Adopts(Protocol):
    """What adopts a report: `tracking.reports.adopted.adopt_report`."""

    def __call__(
        self,
        database: Database,
        actor: Actor,
        *,
        report_id: int,
        on: date,
        paragraph: str,
        version: int,
        key: str,
    ) -> object:
        """Freeze and adopt."""


def make_demo_reports(
    database: Database, admin: Actor, insats_id: int, adopt: Adopts, *, today: date
) -> int:
    """Make the reports that the demo's releases allow; returns how many.

    The newest release has one that is being written, the one before an adopted.
    """
    with database.reading() as session:
        releases = session.exec(select(Release).order_by(col(Release.period_end))).all()
        writer = _lead(session, insats_id, today)
    if writer is None:
        return 0
    for release in releases:
        offered = kinds_offered(Calendar.HALF_YEAR, parse_period_key(release.period_key))
        kind = ReportKind.YEAR if ReportKind.YEAR in offered else offered[0]
        is_newest = release is releases[-1]
        begun = _begin(database, writer, release.id or 0, insats_id, kind)
        ready = BEGUN[:-1] if is_newest else tuple(WORDS)
        written = BEGUN if is_newest else tuple(WORDS)
        sections = _write(database, writer, begun.report_id, written, ready)
        if is_newest:
            ask_about_section(
                database,
                admin,
                section_id=sections[SectionKey.PARTICIPANTS],
                words=QUESTION,
                acknowledged=False,
                key=_key(begun.report_id, "question"),
            )
        else:
            adopt(
                database,
                admin,
                report_id=begun.report_id,
                on=min(release.period_end + MEETING_AFTER, today),
                paragraph=PARAGRAPH,
                version=_version(database, begun.report_id),
                key=_key(begun.report_id, "adopt"),
            )
    return len(releases)


def _lead(session: DbSession, insats_id: int, today: date) -> Actor | None:
    found = session.exec(
        select(Assignment.account_id).where(
            Assignment.role == Role.INSATS_LEAD, Assignment.insats_id == insats_id
        )
    ).first()
    return None if found is None else load_actor(session, found, today=today)


def _begin(
    database: Database, writer: Actor, release_id: int, insats_id: int, kind: ReportKind
) -> BegunReport:
    return start_report(
        database,
        writer,
        release_id=release_id,
        insats_id=insats_id,
        kind=kind,
        key=_key(release_id, "start"),
    )


def _write(
    database: Database,
    writer: Actor,
    report_id: int,
    written: tuple[SectionKey, ...],
    ready: tuple[SectionKey, ...],
) -> dict[str, int]:
    """Write the words of some sections, mark some of them as ready; return every section's id."""
    with database.reading() as session:
        rows = session.exec(select(Section).where(Section.report_id == report_id)).all()
        found = {row.key: (row.id or 0, row.version) for row in rows}
    for section in written:
        section_id, version = found[section]
        saved = write_section(
            database,
            writer,
            section_id=section_id,
            words=WORDS[section],
            version=version,
            key=_key(section_id, "words"),
        )
        if section in ready:
            mark_ready(
                database,
                writer,
                section_id=section_id,
                version=saved.version,
                acknowledged=False,
                key=_key(section_id, "ready"),
            )
    return {name: section_id for name, (section_id, _) in found.items()}


def _version(database: Database, report_id: int) -> int:
    with database.reading() as session:
        return session.exec(select(Report.version).where(Report.id == report_id)).one()


def _key(number: int, what: str) -> str:
    return str(uuid5(KEYS, f"{what} {number}"))
