"""Saving what the two entry components send: parse, call the service, answer the component.

The pages `samtal` and `grupptraff` show the components and keep the answers; here is what
happens between. Every value is read and checked on this side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tracking.access.actors import Actor
from tracking.domain.errors import InvalidValue, StegvisError
from tracking.domain.records import AttendanceStatus, SessionKind
from tracking.services.corrections import void_record
from tracking.services.entries import FaultyRows, FieldErrors, parse_ratings, parse_rows
from tracking.services.sessions import (
    GroupRow,
    add_to_group_session,
    record_group_session,
    record_session,
)
from tracking.store.database import Database
from tracking.ui.components import GroupResult, GroupSubmission, TalkResult, TalkSubmission
from tracking.ui.faults import fault_sentence, log_fault
from tracking.ui.session import check_still_here

UNDO_REASON = "no_longer_valid"
NOT_SAVED_TALK = "Samtalet är inte sparat."
NOT_SAVED_GROUP = "Träffen är inte sparad."


def typed_day(text: str) -> date:
    """A day as the components send it. Raises `InvalidValue` at ``held_on``."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidValue(
            "Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2026-03-09.", field="held_on"
        ) from None


@dataclass(frozen=True, slots=True)
class SavedTalk:
    """The component's answer, and the session that may be taken back."""

    result: TalkResult
    session_id: int | None = None


def save_talk(database: Database, actor: Actor, sent: TalkSubmission) -> SavedTalk:
    """Save one talk; whatever is wrong becomes an answer, and nothing is then stored."""
    try:
        check_still_here()
        held_on = typed_day(sent.held_on)
        recorded = record_session(
            database,
            actor,
            spell_id=sent.spell_id,
            held_on=held_on,
            kind=SessionKind(sent.kind),
            attendance=AttendanceStatus(sent.attendance),
            ratings=parse_ratings(sent.ratings, actor.score_unit),
            key=sent.submission_key,
        )
    except FieldErrors as fault:
        return SavedTalk(_refused_talk(sent, NOT_SAVED_TALK, fault.errors))
    except StegvisError as fault:
        if fault.field:
            return SavedTalk(_refused_talk(sent, NOT_SAVED_TALK, {fault.field: fault.sentence}))
        return SavedTalk(_refused_talk(sent, fault.sentence, {}))
    except Exception as fault:
        sentence = fault_sentence(log_fault(fault, during="samtal"))
        return SavedTalk(_refused_talk(sent, f"{NOT_SAVED_TALK} {sentence}", {}))
    result = TalkResult(sent.submission_key, saved=True, message=recorded.message)
    return SavedTalk(result, recorded.session_id)


def _refused_talk(sent: TalkSubmission, message: str, errors: dict[str, str]) -> TalkResult:
    return TalkResult(sent.submission_key, saved=False, message=message, errors=errors)


def take_back_session(database: Database, actor: Actor, session_id: int, key: str) -> str:
    """Void a talk that has just been saved."""
    void_record(
        database,
        actor,
        table="session",
        row_id=session_id,
        why=UNDO_REASON,
        version=1,
        key=key,
    )
    return "Samtalet är makulerat och räknas inte. Det står kvar i historiken."


@dataclass(slots=True)
class OpenMeeting:
    """A meeting of which some rows are saved and the rest are still being typed."""

    insats_id: int
    held_on: date
    session_id: int


@dataclass(slots=True)
class GroupBook:
    """What the page remembers of its group meeting between two sendings."""

    result: GroupResult | None = None
    meeting: OpenMeeting | None = None
    session_id: int | None = field(default=None)


def save_group(database: Database, actor: Actor, book: GroupBook, sent: GroupSubmission) -> None:
    """Save the rows of a meeting, all of those sent or none, and note the answer in the book."""
    complete, faults = parse_rows(sent.rows, actor.score_unit)
    try:
        check_still_here()
        held_on = typed_day(sent.held_on)
        if faults:
            raise FaultyRows(faults)
        rows = [GroupRow(spell_id, status, ratings) for spell_id, status, ratings in complete]
        meeting = book.meeting
        if meeting and (meeting.insats_id, meeting.held_on) == (sent.insats_id, held_on):
            recorded = add_to_group_session(
                database, actor, session_id=meeting.session_id, rows=rows, key=sent.submission_key
            )
        else:
            recorded = record_group_session(
                database,
                actor,
                insats_id=sent.insats_id,
                held_on=held_on,
                rows=rows,
                key=sent.submission_key,
            )
    except FaultyRows as fault:
        book.result = _refused_group(sent, fault.sentence, row_errors=fault.rows)
    except StegvisError as fault:
        of_day = fault.field == "held_on"
        book.result = _refused_group(
            sent,
            NOT_SAVED_GROUP if of_day else fault.sentence,
            errors={"held_on": fault.sentence} if of_day else {},
        )
    except Exception as fault:
        sentence = fault_sentence(log_fault(fault, during="grupptraff"))
        book.result = _refused_group(sent, f"{NOT_SAVED_GROUP} {sentence}")
    else:
        book.session_id = recorded.session_id
        book.meeting = (
            OpenMeeting(sent.insats_id, held_on, recorded.session_id)
            if sent.only_complete
            else None
        )
        book.result = GroupResult(
            sent.submission_key,
            saved=True,
            message=_group_sentence(rows, rest=sent.only_complete),
            saved_spell_ids=recorded.saved_spell_ids,
        )


def _refused_group(
    sent: GroupSubmission,
    message: str,
    *,
    row_errors: dict[int, dict[str, str]] | None = None,
    errors: dict[str, str] | None = None,
) -> GroupResult:
    return GroupResult(
        sent.submission_key,
        saved=False,
        message=message,
        row_errors=row_errors or {},
        errors=errors or {},
    )


def _group_sentence(rows: list[GroupRow], *, rest: bool) -> str:
    present = sum(row.attendance is AttendanceStatus.PRESENT for row in rows)
    away = len(rows) - present
    words = f"{present} närvarande" + (f" och {away} frånvarande" if away else "")
    if rest:
        return f"{words} är sparade. Raderna som är kvar är inte sparade än."
    return f"Gruppträffen är sparad: {words}."
