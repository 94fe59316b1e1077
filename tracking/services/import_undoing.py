"""Taking a whole import back: every record that it made is voided, or none.

The rules of voiding are those of a record voided by hand. What somebody has changed or added
since stands in the way and is listed, by the file's row, for people to decide about first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Select, update
from sqlmodel import col, delete, or_, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_import
from tracking.domain.endings import Outcome
from tracking.domain.errors import Conflict, NotFound, RuleBroken, StegvisError
from tracking.domain.import_records import ImportKind
from tracking.domain.records import FollowUpStatus
from tracking.domain.wording import counted
from tracking.services._deaths import open_all
from tracking.services._rules import check_reason, hold_spell
from tracking.services._writing import Writing, check_version, writing
from tracking.services.corrections import reopen_follow_up
from tracking.services.progress import stops_follow_up
from tracking.services.withdrawals import close_spell
from tracking.store.database import Database
from tracking.store.tables import (
    Answer,
    Attempt,
    Attendance,
    Code,
    FollowUp,
    ImportedRow,
    ImportKey,
    ImportRun,
    Insats,
    Rating,
    Session,
    Situation,
    Spell,
    StepAssessment,
)

MOST_LISTED = 50


@dataclass(frozen=True)
class InTheWay:
    """A record that was changed or built on since the import; ``row`` is the file's."""

    row: int
    said: str


class ChangedSince(StegvisError):
    """Records of the import were changed since; ``found`` lists the first of them."""

    def __init__(self, found: list[InTheWay]) -> None:
        first = found[0]
        super().__init__(
            f"Inläsningen kan inte ångras: {counted(len(found), 'uppgift', 'uppgifter')} har "
            f"ändrats eller fått något nytt sedan dess. Först rad {first.row}: {first.said}"
        )
        self.found = tuple(found[:MOST_LISTED])


@dataclass(frozen=True)
class VoidedImport:
    """An import that was taken back, and how many records were voided."""

    import_id: int
    voided: int


def void_import(
    database: Database,
    actor: Actor,
    *,
    import_id: int,
    why: str,
    version: int,
    key: str,
) -> VoidedImport:
    """Void everything that an import made; ``why`` is a code of `void_reason`.

    Spells close as felregistrering, talks, ratings, steps and situations are struck out,
    follow-ups become due again, earlier figures are shown no more. What was voided by hand
    since stays as it is. Raises `ChangedSince` with what stands in the way, and `Conflict`
    when the import has been voided already.
    """
    with writing(database, actor, "void_import", key) as write:
        run = write.session.exec(
            select(ImportRun).where(ImportRun.id == import_id).with_for_update()
        ).one_or_none()
        if run is None:
            raise NotFound("Inläsningen finns inte.")
        insats = write.session.get_one(Insats, run.insats_id)
        check_can_import(actor, insats_id=run.insats_id, controller_id=insats.controller_id)
        if write.repeated:
            return VoidedImport(import_id, run.rows_new)
        if run.voided_at is not None:
            raise Conflict("Inläsningen är redan ångrad.")
        check_version(run.version, version, theirs="ändrad inläsning", mine="ångra")
        reason = check_reason(write, "void_reason", why)
        found = sorted(_in_the_way(write, run), key=lambda one: one.row)
        if found:
            raise ChangedSince(found)
        voided, elsewhere = _void(write, run, reason)
        run.voided_at, run.voided_by, run.void_reason = write.now, actor.account_id, reason
        run.version += 1
        write.session.add(run)
        touched = write.session.exec(
            select(ImportedRow.spell_id)
            .where(ImportedRow.import_id == import_id, col(ImportedRow.spell_id).is_not(None))
            .distinct()
            .order_by(col(ImportedRow.spell_id))
        ).all()
        detail = f"import {import_id}"
        entries = [
            Entry(write.action, insats_id=run.insats_id, spell_id=spell_id, detail=detail)
            for spell_id in touched
        ]
        whole = Entry(write.action, insats_id=run.insats_id, detail=detail)
        write.finish(import_id, *entries, *elsewhere, whole)
        return VoidedImport(import_id, voided)


def _made(run: ImportRun, table: str) -> Select[tuple[int]]:
    return select(ImportedRow.row_id).where(  # type: ignore[return-value]
        ImportedRow.import_id == run.id, ImportedRow.table_name == table
    )


def _in_the_way(write: Writing, run: ImportRun) -> Iterator[InTheWay]:
    yield from _changed(write, run, Answer, "svaret är ändrat.")
    if run.kind is ImportKind.SPELLS:
        yield from _built_on_spells(write, run)
    elif run.kind is ImportKind.RATINGS:
        yield from _changed_talks(write, run)
    elif run.kind is ImportKind.STEPS:
        yield from _changed(write, run, StepAssessment, "stegbedömningen är ändrad.")
    elif run.kind is ImportKind.SITUATIONS:
        yield from _changed(write, run, Situation, "situationen är ändrad.")
    elif run.kind is ImportKind.FOLLOW_UPS:
        rows = write.session.exec(
            select(ImportedRow.file_row)
            .join(FollowUp, col(FollowUp.id) == col(ImportedRow.row_id))
            .where(
                ImportedRow.import_id == run.id,
                ImportedRow.table_name == "follow_up",
                col(FollowUp.version) != col(ImportedRow.version),
                FollowUp.status != FollowUpStatus.DUE,
            )
        )
        yield from (InTheWay(row, "uppföljningen är ändrad.") for row in rows)


def _built_on_spells(write: Writing, run: ImportRun) -> Iterator[InTheWay]:
    live = or_(col(Spell.outcome).is_(None), col(Spell.outcome) != Outcome.MISREGISTERED)
    mine = (
        select(ImportedRow.file_row)
        .join(Spell, col(Spell.id) == col(ImportedRow.row_id))
        .where(ImportedRow.import_id == run.id, ImportedRow.table_name == "spell", live)
    )
    here = _made(run, "spell")
    held = (
        select(Attendance.spell_id)
        .join(Session, col(Session.id) == col(Attendance.session_id))
        .where(
            col(Attendance.spell_id).in_(here),
            col(Attendance.voided_at).is_(None),
            col(Session.voided_at).is_(None),
        )
    )
    steps = select(StepAssessment.spell_id).where(
        col(StepAssessment.spell_id).in_(here),
        col(StepAssessment.voided_at).is_(None),
        # The step at the start came with the spell, at the import's own moment.
        StepAssessment.recorded_at != run.applied_at,
    )
    situations = select(Situation.spell_id).where(
        col(Situation.spell_id).in_(here), col(Situation.voided_at).is_(None)
    )
    answers = select(Answer.spell_id).where(
        col(Answer.spell_id).in_(here),
        col(Answer.voided_at).is_(None),
        col(Answer.id).not_in(_made(run, "answer")),
    )
    answered = (FollowUpStatus.DONE, FollowUpStatus.NOT_REACHED, FollowUpStatus.DECLINED)
    tried = select(Attempt.follow_up_id)
    followed = select(FollowUp.spell_id).where(
        col(FollowUp.spell_id).in_(here),
        or_(col(FollowUp.status).in_(answered), col(FollowUp.id).in_(tried)),
    )
    for said, condition in (
        ("deltagandet är ändrat.", col(Spell.version) != col(ImportedRow.version)),
        ("deltagandet har samtal.", col(Spell.id).in_(held)),
        ("deltagandet har stegbedömningar.", col(Spell.id).in_(steps)),
        ("deltagandet har en situation.", col(Spell.id).in_(situations)),
        ("deltagandet har svar på frågor.", col(Spell.id).in_(answers)),
        ("deltagandet har en uppföljning.", col(Spell.id).in_(followed)),
    ):
        for row in write.session.exec(mine.where(condition)):
            yield InTheWay(row, said)


def _changed_talks(write: Writing, run: ImportRun) -> Iterator[InTheWay]:
    sessions = (
        select(ImportedRow.file_row)
        .join(Session, col(Session.id) == col(ImportedRow.row_id))
        .where(
            ImportedRow.import_id == run.id,
            ImportedRow.table_name == "session",
            col(Session.voided_at).is_(None),
        )
    )
    made = _made(run, "session")
    others = (
        select(Attendance.session_id)
        .join(Session, col(Session.id) == col(Attendance.session_id))
        .where(
            col(Attendance.session_id).in_(made),
            col(Attendance.voided_at).is_(None),
            or_(
                col(Attendance.version) != 1,
                (col(Session.kind) == "group")
                & col(Attendance.id).not_in(_made(run, "attendance")),
            ),
        )
    )
    ratings = (
        select(Attendance.session_id)
        .join(Rating, col(Rating.attendance_id) == col(Attendance.id))
        .where(
            col(Attendance.session_id).in_(made),
            or_(col(Rating.version) != 1, col(Rating.recorded_at) != run.applied_at),
        )
    )
    for said, condition in (
        ("samtalet är ändrat.", col(Session.version) != 1),
        ("närvaron är ändrad.", col(Session.id).in_(others)),
        ("en skattning är ändrad eller tillagd.", col(Session.id).in_(ratings)),
    ):
        for row in write.session.exec(sessions.where(condition)):
            yield InTheWay(row, said)
    yield from _changed(write, run, Rating, "skattningen är ändrad.")


_Struck = type[Rating] | type[StepAssessment] | type[Situation] | type[Session] | type[Answer]


def _changed(write: Writing, run: ImportRun, table: _Struck, said: str) -> Iterator[InTheWay]:
    rows = write.session.exec(
        select(ImportedRow.file_row)
        .join(table, col(table.id) == col(ImportedRow.row_id))
        .where(
            ImportedRow.import_id == run.id,
            ImportedRow.table_name == table.__tablename__,
            col(table.voided_at).is_(None),
            col(table.version) != col(ImportedRow.version),
        )
    )
    return (InTheWay(row, said) for row in rows)


def _void(write: Writing, run: ImportRun, reason: str) -> tuple[int, list[Entry]]:
    """Void what the import made; how many records, and what to log of other spells."""
    if run.kind is ImportKind.HISTORY:
        return run.rows_new, []
    answers = _strike(write, run, reason, (Answer,))
    if run.kind is ImportKind.SPELLS:
        voided, elsewhere = _close_spells(write, run, reason)
        return voided + answers, elsewhere
    if run.kind is ImportKind.FOLLOW_UPS:
        voided, elsewhere = _open_follow_ups(write, run, reason)
        return voided + answers, elsewhere
    tables: Iterable[_Struck] = {
        ImportKind.RATINGS: (Rating, Session),
        ImportKind.STEPS: (StepAssessment,),
        ImportKind.SITUATIONS: (Situation,),
    }[run.kind]
    return answers + _strike(write, run, reason, tables), []


def _strike(write: Writing, run: ImportRun, reason: str, tables: Iterable[_Struck]) -> int:
    voided = 0
    for table in tables:
        done = write.session.execute(
            update(table)
            .where(col(table.id).in_(_made(run, str(table.__tablename__))))
            .where(col(table.voided_at).is_(None))
            .values(
                voided_at=write.now,
                voided_by=write.actor.account_id,
                void_reason=reason,
                version=col(table.version) + 1,
            )
            .execution_options(synchronize_session=False)
        )
        voided += done.rowcount  # type: ignore[attr-defined]
    return voided


def _close_spells(write: Writing, run: ImportRun, reason: str) -> tuple[int, list[Entry]]:
    voided = 0
    elsewhere: list[Entry] = []
    people: set[int] = set()
    for spell_id in write.session.execute(_made(run, "spell")).scalars().all():
        held = hold_spell(write, spell_id, misregistered_too=True)
        people.add(held.spell.participant_id)
        if held.spell.outcome is Outcome.MISREGISTERED:
            continue
        reason_id = held.spell.end_reason_id
        code = None if reason_id is None else write.session.get(Code, reason_id)
        close_spell(write, held.spell, reason)
        write.session.flush()
        voided += 1
        if code is not None and stops_follow_up(code):
            elsewhere += open_all(write, held.spell.participant_id, reason, death=spell_id)
    _forget_keys(write, run, people)
    return voided, elsewhere


def _forget_keys(write: Writing, run: ImportRun, people: set[int]) -> None:
    """Let the file's keys stand for nobody again, where nothing else is left of the person."""
    live = select(Spell.participant_id).where(
        or_(col(Spell.outcome).is_(None), col(Spell.outcome) != Outcome.MISREGISTERED)
    )
    write.session.execute(
        delete(ImportKey)
        .where(col(ImportKey.insats_id) == run.insats_id)
        .where(col(ImportKey.participant_id).in_(people))
        .where(col(ImportKey.participant_id).not_in(live))
    )


def _open_follow_ups(write: Writing, run: ImportRun, reason: str) -> tuple[int, list[Entry]]:
    voided = 0
    elsewhere: list[Entry] = []
    rows = write.session.exec(
        select(ImportedRow).where(
            ImportedRow.import_id == run.id, ImportedRow.table_name == "follow_up"
        )
    ).all()
    for row in rows:
        follow_up = write.session.get(FollowUp, row.row_id)
        if follow_up is None or follow_up.status is FollowUpStatus.DUE:
            continue
        held = hold_spell(write, follow_up.spell_id)
        try:
            elsewhere += reopen_follow_up(write, follow_up, held, reason, follow_up.version)
        except (RuleBroken, Conflict) as fault:
            raise ChangedSince([InTheWay(row.file_row, fault.sentence)]) from fault
        write.session.flush()
        voided += 1
    return voided, elsewhere
