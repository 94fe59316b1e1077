"""The staff's own words in a report: saved as they are written, marked as ready, asked about.

Two who write in the same section never lose each other's words: a saving names the version that
it began from, and where another has come between, nothing is stored and both texts are told.
What is being written is read by those who write; everybody else gets what was marked as *klar,
beskriver ingen enskild*.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session as DbSession
from sqlmodel import select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.report_rights import check_can_follow, check_can_write_in
from tracking.domain.errors import Conflict, NotFound
from tracking.domain.identifiers import clean_text
from tracking.domain.report_words import NamesSmallGroup, small_groups
from tracking.services._writing import Writing, writing
from tracking.services.reports import check_open
from tracking.store.database import Database
from tracking.store.tables import Account, Release, Report, Section, SectionNote

LONGEST_WORDS = 500_000
"""Characters of a section: more than twenty thousand words, with room to spare."""

LONGEST_NOTE = 4_000
LOGGED_AGAIN_AFTER = timedelta(minutes=10)
"""A text is saved every few seconds; the log says that somebody writes, not every key."""

_ODD_SPACES = str.maketrans({"\t": " ", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n"})


@dataclass(frozen=True, slots=True)
class SavedWords:
    """A section after a saving: the version to begin the next one from, and when it was."""

    section_id: int
    version: int
    saved_at: datetime


class SomebodyWrote(Conflict):
    """Somebody else has saved the section since it was read; ``theirs`` is what stands there."""

    def __init__(self, theirs: str, version: int, by: str) -> None:
        super().__init__(
            f"{by or 'Någon annan'} har skrivit i avsnittet medan du skrev. Inget av det ni har "
            "skrivit är borta: välj vilken text som ska gälla, eller slå ihop dem.",
            field="words",
        )
        self.theirs = theirs
        self.version = version


def write_section(
    database: Database, actor: Actor, *, section_id: int, words: str, version: int, key: str
) -> SavedWords:
    """Save what somebody has written in a section.

    ``version`` is that of the text it was begun from. The same ``key`` again saves once. Raises
    `SomebodyWrote` with the other text when the section has been saved by somebody else since,
    `InvalidValue` for what may not be stored (an identity number above all), `NotPermitted` for
    whoever does not write in the report, and `Conflict` when it is adopted.
    """
    cleaned = clean_text(
        words.translate(_ODD_SPACES), field="words", max_length=LONGEST_WORDS, multiline=True
    )
    with writing(database, actor, "write_section", key) as write:
        section, report = _writable(write.session, actor, section_id)
        mine = section.saved_key == key
        if not (write.repeated and mine) and section.version != version:
            raise SomebodyWrote(section.words, section.version, _by(write.session, section))
        if not write.repeated:
            _log_seldom(write, section, report)
            section.words = cleaned
            section.version += 1
            section.saved_at, section.saved_by = write.now, actor.account_id
            section.saved_key = key
            write.session.add(section)
            write.finish(section_id)
        assert section.saved_at is not None
        return SavedWords(section_id, section.version, section.saved_at)


def mark_ready(
    database: Database,
    actor: Actor,
    *,
    section_id: int,
    version: int,
    acknowledged: bool,
    key: str,
) -> SavedWords:
    """Mark a section's words as *klar, beskriver ingen enskild*: from now on others read them.

    Raises `NamesSmallGroup` when they seem to tell of fewer than k people and nobody has
    ``acknowledged`` it, `SomebodyWrote` when the words are no longer those that were read.
    """
    with writing(database, actor, "mark_section_ready", key) as write:
        section, report = _writable(write.session, actor, section_id)
        if not write.repeated:
            if section.version != version:
                raise SomebodyWrote(section.words, section.version, _by(write.session, section))
            k = _threshold(write.session, report)
            groups = small_groups(section.words, k)
            if groups and not acknowledged:
                raise NamesSmallGroup(groups, k)
            section.ready_words = section.words
            section.ready_at, section.ready_by = write.now, actor.account_id
            section.groups_acknowledged = bool(groups)
            write.session.add(section)
            known = f", {len(groups)} ställen bekräftade" if groups else ""
            write.finish(section_id, _entry("mark_section_ready", report, section, known))
        return SavedWords(section_id, section.version, section.ready_at or write.now)


def ask_about_section(
    database: Database,
    actor: Actor,
    *,
    section_id: int,
    words: str,
    acknowledged: bool,
    key: str,
) -> int:
    """Write a question or an answer about a section, which both sides read at once.

    Raises `NamesSmallGroup` as `mark_ready`, since it goes from one zone to the other.
    """
    cleaned = clean_text(
        words.translate(_ODD_SPACES),
        field="words",
        max_length=LONGEST_NOTE,
        required=True,
        multiline=True,
    )
    with writing(database, actor, "ask_about_section", key) as write:
        section, report = _followed(write.session, actor, section_id)
        if write.repeated and write.earlier is not None:
            return write.earlier
        k = _threshold(write.session, report)
        groups = small_groups(cleaned, k)
        if groups and not acknowledged:
            raise NamesSmallGroup(groups, k)
        note = SectionNote(
            section_id=section_id,
            zone=actor.zone,
            words=cleaned,
            written_at=write.now,
            written_by=actor.account_id,
        )
        write.session.add(note)
        write.session.flush()
        assert note.id is not None
        write.finish(note.id, _entry("ask_about_section", report, section))
        return note.id


def settle_note(database: Database, actor: Actor, *, note_id: int, key: str) -> int:
    """Say that a question is done with. Raises `NotFound` where there is none for the actor."""
    with writing(database, actor, "settle_note", key) as write:
        note = write.session.get(SectionNote, note_id)
        if note is None:
            raise NotFound("Frågan finns inte.")
        section, report = _followed(write.session, actor, note.section_id)
        if not write.repeated and note.settled_at is None:
            note.settled_at, note.settled_by = write.now, actor.account_id
            write.session.add(note)
            write.finish(note_id, _entry("settle_note", report, section))
        return note_id


def _writable(session: DbSession, actor: Actor, section_id: int) -> tuple[Section, Report]:
    section, report = _held(session, section_id)
    check_can_write_in(actor, report.insats_id)
    check_open(report)
    return section, report


def _followed(session: DbSession, actor: Actor, section_id: int) -> tuple[Section, Report]:
    section, report = _held(session, section_id)
    check_can_follow(actor, report.insats_id)
    check_open(report)
    return section, report


def _held(session: DbSession, section_id: int) -> tuple[Section, Report]:
    """The section, held until the transaction ends; the report first, as adoption does."""
    plain = session.get(Section, section_id)
    if plain is None:
        raise NotFound("Avsnittet finns inte.")
    report = session.exec(
        select(Report).where(Report.id == plain.report_id).with_for_update(read=True)
    ).one()
    section = session.exec(
        select(Section)
        .where(Section.id == section_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return section, report


def _log_seldom(write: Writing, section: Section, report: Report) -> None:
    again = (
        section.saved_by == write.actor.account_id
        and section.saved_at is not None
        and write.now - section.saved_at < LOGGED_AGAIN_AFTER
    )
    if again:
        # Said already, when this stretch of writing began.
        write.work.logged = True
    else:
        write.finish(section.id or 0, _entry("write_section", report, section))


def _entry(action: str, report: Report, section: Section, more: str = "") -> Entry:
    return Entry(
        action,
        insats_id=report.insats_id,
        page="rapport",
        detail=f"rapport {report.id}, {section.key.value}{more}",
    )


def _threshold(session: DbSession, report: Report) -> int:
    release = session.get(Release, report.release_id)
    assert release is not None, "a foreign key holds it"
    return release.threshold


def _by(session: DbSession, section: Section) -> str:
    account = None if section.saved_by is None else session.get(Account, section.saved_by)
    return "" if account is None else account.title
