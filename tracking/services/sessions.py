"""Recording talks and group meetings with their ratings.

What was typed is read by `entries`; here are values that cannot be half right. A talk and a
group meeting have one shape: session, attendance, rating.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_record
from tracking.domain.endings import Outcome
from tracking.domain.errors import Conflict, InvalidValue, NotFound, RuleBroken, StegvisError
from tracking.domain.instruments import GSRS, INSTRUMENTS, ORS, SRS, RatingValue
from tracking.domain.records import AttendanceStatus, InsatsKind, SessionKind
from tracking.services._rules import (
    GONE,
    Held,
    check_day,
    check_within_spell,
    hold_spell,
    hold_spells,
)
from tracking.services._session_rows import (
    add,
    add_numbered,
    attendance_row,
    next_order,
    rating_rows,
    session_row,
)
from tracking.services._talk import StoredTalk, saved_message, stored_talk
from tracking.services._writing import Writing, writing
from tracking.services.entries import FaultyRows
from tracking.store.database import Database
from tracking.store.tables import Attendance, Insats, Rating, Session

MOST_ROWS = 400


@dataclass(frozen=True)
class GroupRow:
    """One participant's part in a group meeting. Only someone present has ratings."""

    spell_id: int
    attendance: AttendanceStatus = AttendanceStatus.PRESENT
    ratings: Mapping[str, RatingValue] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordedSession:
    """A recorded talk; ``message`` is the sentence that answers the one who saved."""

    session_id: int
    attendance_id: int
    message: str


@dataclass(frozen=True)
class RecordedGroupSession:
    """A recorded group meeting and the spells whose rows this call saved."""

    session_id: int
    saved_spell_ids: tuple[int, ...]


@dataclass(frozen=True)
class AddedRatings:
    """Ratings that were added to a talk recorded earlier."""

    attendance_id: int
    message: str


def record_session(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    held_on: date,
    kind: SessionKind = SessionKind.INDIVIDUAL,
    attendance: AttendanceStatus = AttendanceStatus.PRESENT,
    ratings: Mapping[str, RatingValue] | None = None,
    key: str,
) -> RecordedSession:
    """Record one talk with one participant: that it was held (or not), and its ratings.

    ``ratings`` is instrument key → value. Raises `NotPermitted`, or `InvalidValue` or
    `RuleBroken` with the field: a day in the future or outside the spell, ratings of someone
    who was not there, an instrument that the insats does not use.
    """
    given = dict(ratings or {})
    with writing(database, actor, "record_session", key) as write:
        held = hold_spell(write, spell_id)
        if write.repeated:
            return _recorded(write, held)
        if kind is SessionKind.GROUP:
            raise RuleBroken("En gruppträff registreras för hela gruppen.", field="kind")
        check_day(held_on, write.today, field="held_on")
        check_within_spell(held_on, held.spell, field="held_on", what="Samtalet")
        check_ratings(attendance, given, held.insats, kind)
        order = next_order(write, held_on, (spell_id,))
        (session_id,) = add_numbered(
            write, Session, [session_row(write, held.insats_id, held_on, order, kind)]
        )
        (row_id,) = _add_rows(
            write, session_id, held.insats_id, [GroupRow(spell_id, attendance, given)]
        )
        write.finish(
            session_id, Entry("record_session", insats_id=held.insats_id, spell_id=spell_id)
        )
        talk = StoredTalk(row_id, attendance, held_on, order)
        return RecordedSession(session_id, row_id, saved_message(write.session, held, talk))


def _recorded(write: Writing, held: Held) -> RecordedSession:
    attendance_id = write.session.exec(
        select(Attendance.id).where(
            Attendance.session_id == write.earlier, Attendance.spell_id == held.spell_id
        )
    ).first()
    if attendance_id is None or write.earlier is None:
        raise NotFound(GONE)
    message = saved_message(write.session, held, stored_talk(write.session, attendance_id))
    return RecordedSession(write.earlier, attendance_id, message)


def record_group_session(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    held_on: date,
    rows: Sequence[GroupRow],
    key: str,
) -> RecordedGroupSession:
    """Record a group meeting: every row or none, in one transaction.

    Raises `FaultyRows` with what is wrong for each spell; to save the complete rows meanwhile
    the caller sends only those, and the others later with `add_to_group_session`.
    """
    with writing(database, actor, "record_group_session", key) as write:
        _check_group(write, insats_id)
        if write.repeated:
            return _recorded_group(write, rows)
        check_day(held_on, write.today, field="held_on")
        _check_rows(write, insats_id, held_on, rows)
        spell_ids = tuple(row.spell_id for row in rows)
        order = next_order(write, held_on, spell_ids)
        (session_id,) = add_numbered(
            write, Session, [session_row(write, insats_id, held_on, order, SessionKind.GROUP)]
        )
        return _finish_group(write, session_id, insats_id, rows)


def add_to_group_session(
    database: Database,
    actor: Actor,
    *,
    session_id: int,
    rows: Sequence[GroupRow],
    key: str,
) -> RecordedGroupSession:
    """Add rows to a group meeting that is recorded already: every row or none.

    Raises as `record_group_session`, and `Conflict` when the meeting has been voided.
    """
    with writing(database, actor, "add_to_group_session", key) as write:
        session = write.session.exec(
            select(Session)
            .where(Session.id == session_id, Session.kind == SessionKind.GROUP)
            .with_for_update(key_share=True)
        ).one_or_none()
        if session is None:
            raise NotFound("Gruppträffen finns inte: läs in sidan igen.")
        _check_group(write, session.insats_id)
        if write.repeated:
            return _recorded_group(write, rows)
        if session.voided_at is not None:
            raise Conflict("Gruppträffen är makulerad. Registrera den på nytt.")
        _check_rows(write, session.insats_id, session.held_on, rows, session_id)
        return _finish_group(write, session_id, session.insats_id, rows)


def add_ratings(
    database: Database,
    actor: Actor,
    *,
    attendance_id: int,
    ratings: Mapping[str, RatingValue],
    key: str,
) -> AddedRatings:
    """Add the ratings of a talk that was recorded without its forms.

    Raises `Conflict` when one of the instruments is there already; that is corrected instead.
    """
    with writing(database, actor, "add_ratings", key) as write:
        attendance = write.session.get(Attendance, attendance_id)
        if attendance is None:
            raise NotFound(GONE)
        held = hold_spell(write, attendance.spell_id)
        if not write.repeated:
            session = write.session.get_one(Session, attendance.session_id)
            if attendance.voided_at is not None or session.voided_at is not None:
                raise Conflict("Samtalet är makulerat och tar inte emot fler skattningar.")
            if not ratings:
                raise InvalidValue("Skriv minst en skattning.")
            check_ratings(attendance.status, ratings, held.insats, session.kind)
            there = set(
                write.session.exec(
                    select(Rating.instrument).where(
                        Rating.attendance_id == attendance_id, col(Rating.voided_at).is_(None)
                    )
                )
            )
            if both := there & set(ratings):
                raise Conflict(
                    f"{INSTRUMENTS[min(both)].title} finns redan för samtalet: rätta den i stället."
                )
            add(write, Rating, list(rating_rows(write, attendance_id, ratings)))
            write.finish(
                attendance_id,
                Entry("add_ratings", insats_id=held.insats_id, spell_id=held.spell_id),
            )
        talk = stored_talk(write.session, attendance_id)
        return AddedRatings(attendance_id, saved_message(write.session, held, talk))


def _check_group(write: Writing, insats_id: int) -> None:
    check_can_record(write.actor, insats_id)
    insats = write.session.get(Insats, insats_id)
    if insats is None:
        raise NotFound("Insatsen finns inte.")
    if insats.kind is not InsatsKind.INDIVIDUAL:
        raise RuleBroken("En strukturövergripande insats räknar personer per tillfälle i stället.")


def _check_rows(
    write: Writing,
    insats_id: int,
    held_on: date,
    rows: Sequence[GroupRow],
    session_id: int | None = None,
) -> None:
    if not 0 < len(rows) <= MOST_ROWS:
        raise InvalidValue("Registrera minst en deltagare på träffen.")
    spell_ids = tuple(row.spell_id for row in rows)
    if len(set(spell_ids)) != len(spell_ids):
        raise InvalidValue("Samma deltagande står på två rader.")
    held = hold_spells(write, spell_ids)
    there = set(
        write.session.exec(
            select(Attendance.spell_id).where(
                Attendance.session_id == session_id, col(Attendance.voided_at).is_(None)
            )
        )
        if session_id is not None
        else ()
    )
    faults: dict[int, dict[str, str]] = {}
    for row in rows:
        one = held[row.spell_id]
        try:
            if one.insats_id != insats_id:
                raise RuleBroken("Deltagandet hör till en annan insats.", field="attendance")
            if one.spell.outcome is Outcome.MISREGISTERED:
                raise RuleBroken("Deltagandet är felregistrerat.", field="attendance")
            if row.spell_id in there:
                raise RuleBroken("Deltagandet finns redan på träffen.", field="attendance")
            check_within_spell(held_on, one.spell, field="held_on", what="Träffen")
            check_ratings(row.attendance, row.ratings, one.insats, SessionKind.GROUP)
        except StegvisError as fault:
            faults[row.spell_id] = {fault.field or "attendance": fault.sentence}
    if faults:
        raise FaultyRows(faults)


def check_ratings(
    status: AttendanceStatus,
    ratings: Mapping[str, RatingValue],
    insats: Insats,
    kind: SessionKind,
) -> None:
    """Raise unless these instruments may be filled by somebody with this attendance, here."""
    if ratings and status is not AttendanceStatus.PRESENT:
        raise RuleBroken(
            f"Den som är {status.label} har ingen skattning: ta bort skattningen eller ändra "
            "närvaron."
            if status is not AttendanceStatus.ABSENT
            else "Den som uteblev har ingen skattning: ta bort skattningen eller ändra närvaron.",
            field="attendance",
        )
    if unknown := set(ratings) - set(INSTRUMENTS):
        raise InvalidValue(f"Det finns inget instrument som heter {min(unknown)}.")
    uses = {ORS.key: insats.uses_ors, SRS.key: insats.uses_srs, GSRS.key: insats.uses_gsrs}
    for instrument in sorted(ratings):
        title, field = INSTRUMENTS[instrument].title, INSTRUMENTS[instrument].total_field
        if not uses[instrument]:
            raise RuleBroken(
                f"{insats.name} använder inte {title}. Ta bort skattningen, eller be "
                "insatsansvarig slå på instrumentet.",
                field=field,
            )
        if instrument == GSRS.key and kind is not SessionKind.GROUP:
            raise RuleBroken(
                f"{title} fylls i efter en gruppträff, inte efter ett enskilt samtal.",
                field=field,
            )


def _add_rows(
    write: Writing, session_id: int, insats_id: int, rows: Sequence[GroupRow]
) -> list[int]:
    """Who came, with their ratings; the numbers of their parts, in the rows' order."""
    added = add_numbered(
        write,
        Attendance,
        [attendance_row(session_id, row.spell_id, insats_id, row.attendance) for row in rows],
    )
    add(
        write,
        Rating,
        [
            rating
            for attendance_id, row in zip(added, rows, strict=True)
            for rating in rating_rows(write, attendance_id, row.ratings)
        ],
    )
    return added


def _finish_group(
    write: Writing, session_id: int, insats_id: int, rows: Sequence[GroupRow]
) -> RecordedGroupSession:
    _add_rows(write, session_id, insats_id, rows)
    write.finish(
        session_id,
        *(Entry(write.action, insats_id=insats_id, spell_id=row.spell_id) for row in rows),
    )
    return RecordedGroupSession(session_id, tuple(row.spell_id for row in rows))


def _recorded_group(write: Writing, rows: Sequence[GroupRow]) -> RecordedGroupSession:
    wanted = {row.spell_id for row in rows}
    there = write.session.exec(
        select(Attendance.spell_id)
        .where(Attendance.session_id == write.earlier, col(Attendance.spell_id).in_(wanted))
        .order_by(col(Attendance.id))
    ).all()
    if write.earlier is None or not there:
        raise NotFound(GONE)
    return RecordedGroupSession(write.earlier, tuple(there))
