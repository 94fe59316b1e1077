"""Correcting and voiding: the old value stays in the history, the voided row where it was.

Every reason is a code, never text. Closing a whole spell and withdrawing consent are in
`withdrawals`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_record
from tracking.domain.errors import Conflict, InvalidValue, NotFound, RuleBroken
from tracking.domain.instruments import RatingValue, format_points
from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import FOLLOW_UPS, follow_up_months
from tracking.domain.swedish import iso
from tracking.services._answers import void_answers
from tracking.services._deaths import check_no_end_says_so, hold_everyone_of, open_all
from tracking.services._rules import (
    GONE,
    Held,
    check_day,
    check_reason,
    check_within_spell,
    hold_spell,
    hold_spells,
)
from tracking.services._session_rows import next_order
from tracking.services._talk import value_of
from tracking.services._writing import Writing, as_text, check_version, edit, writing
from tracking.services.followups import occasion_of
from tracking.store.database import Database
from tracking.store.tables import (
    Attendance,
    Change,
    FollowUp,
    Rating,
    Session,
    Situation,
    StepAssessment,
)
from tracking.store.tables.base import Base

Voidable = Literal["session", "attendance", "rating", "step_assessment", "situation", "follow_up"]
ALREADY_VOIDED = "Uppgiften är redan makulerad."


@dataclass(frozen=True)
class Corrected:
    """A record that was corrected or voided, with its new version."""

    row_id: int
    version: int


def correct_rating(
    database: Database,
    actor: Actor,
    *,
    rating_id: int,
    value: RatingValue,
    why: str,
    version: int,
    key: str,
) -> Corrected:
    """Replace a rating's value; the old one stays in the history with who, when and why.

    ``why`` is a code of `correction_reason`. Raises `Conflict` with both values when somebody
    else has changed the rating since ``version``, or when it has been voided.
    """
    with writing(database, actor, "correct_rating", key) as write:
        rating, attendance, held = _rating(write, rating_id)
        if not write.repeated:
            session = write.session.get_one(Session, attendance.session_id)
            if any(one.voided_at is not None for one in (rating, attendance, session)):
                raise Conflict(ALREADY_VOIDED)
            check_version(
                rating.version, version, theirs=_said(value_of(rating)), mine=_said(value)
            )
            reason = check_reason(write, "correction_reason", why)
            one, two, three, four = value.scales or (None, None, None, None)
            changed = edit(
                write.work,
                actor,
                rating,
                {
                    "status": value.status,
                    "scale_1": one,
                    "scale_2": two,
                    "scale_3": three,
                    "scale_4": four,
                    "total": value.total,
                },
                why=reason,
                spell_id=held.spell_id,
            )
            if not changed:
                raise InvalidValue("Värdet är detsamma som förut: inget att rätta.")
            write.finish(rating_id, _entry(write, held, f"rating {rating_id}"))
        return Corrected(rating_id, rating.version)


def _said(value: RatingValue) -> str:
    if value.total is None:
        return value.status.label
    total = format_points(value.total)
    if value.scales is None:
        return f"{total} (endast totalsumma)"
    return f"{total} ({' '.join(format_points(scale) for scale in value.scales)})"


def _rating(write: Writing, rating_id: int) -> tuple[Rating, Attendance, Held]:
    found = write.session.exec(
        select(Rating, Attendance)
        .join(Attendance, col(Attendance.id) == col(Rating.attendance_id))
        .where(Rating.id == rating_id)
    ).one_or_none()
    if found is None:
        raise NotFound(GONE)
    rating, attendance = found
    held = hold_spell(write, attendance.spell_id)
    # Only now: the spell is held, so nobody else is in the middle of the same record.
    write.session.refresh(rating)
    write.session.refresh(attendance)
    return rating, attendance, held


def _entry(write: Writing, held: Held, detail: str) -> Entry:
    return Entry(write.action, insats_id=held.insats_id, spell_id=held.spell_id, detail=detail)


def correct_session_date(
    database: Database,
    actor: Actor,
    *,
    session_id: int,
    held_on: date,
    why: str,
    version: int,
    key: str,
) -> Corrected:
    """Move a talk or a whole group meeting to the day on which it was held.

    Raises `RuleBroken` when the day lies outside one of its spells; otherwise as
    `correct_rating`.
    """
    with writing(database, actor, "correct_session_date", key) as write:
        session, everyone = _session(write, session_id)
        if not write.repeated:
            if session.voided_at is not None:
                raise Conflict(ALREADY_VOIDED)
            check_version(session.version, version, theirs=iso(session.held_on), mine=iso(held_on))
            reason = check_reason(write, "correction_reason", why)
            check_day(held_on, write.today, field="held_on")
            for held in everyone:
                check_within_spell(held_on, held.spell, field="held_on", what="Samtalet")
            if held_on == session.held_on:
                raise InvalidValue("Datumet är detsamma som förut: inget att rätta.")
            for held in everyone:
                _keep(write, session, "held_on", session.held_on, held_on, reason, held.spell_id)
            session.order_in_day = next_order(
                write, held_on, tuple(held.spell_id for held in everyone), but=session_id
            )
            session.held_on = held_on
            session.version += 1
            write.session.add(session)
            write.finish(
                session_id, *(_entry(write, held, f"session {session_id}") for held in everyone)
            )
        return Corrected(session_id, session.version)


def _session(write: Writing, session_id: int) -> tuple[Session, list[Held]]:
    """A session with every spell in it, all of which the actor must be able to write.

    A spell whose own row is voided was never there, and has no say.
    """
    session = write.session.get(Session, session_id)
    if session is None:
        raise NotFound(GONE)
    check_can_record(write.actor, session.insats_id)
    spell_ids = write.session.exec(
        select(Attendance.spell_id).where(
            Attendance.session_id == session_id, col(Attendance.voided_at).is_(None)
        )
    ).all()
    held = hold_spells(write, tuple(spell_ids))
    # Only now: the spells are locked, so nobody else is in the middle of the same session.
    write.session.refresh(session)
    return session, list(held.values())


def _keep(
    write: Writing,
    row: Session | FollowUp,
    field: str,
    old: object,
    new: object,
    why: str,
    spell_id: int,
) -> None:
    assert row.id is not None
    write.session.add(
        Change(
            spell_id=spell_id,
            table_name=str(row.__tablename__),
            row_id=row.id,
            field=field,
            old=as_text(old),
            new=as_text(new),
            why=why,
            changed_at=write.now,
            changed_by=write.actor.account_id,
        )
    )


def void_record(
    database: Database,
    actor: Actor,
    *,
    table: Voidable,
    row_id: int,
    why: str,
    version: int,
    key: str,
) -> Corrected:
    """Strike out a wrong record: it leaves every result and stays in the history.

    ``why`` is a code of `void_reason`. A voided follow-up becomes due again, and its situation
    and step are voided with it; one that stopped all the others (avliden: those of all the
    person's spells; no more contact) lets them stand again too. Raises `Conflict` when the
    record has changed since ``version`` or is voided already, and `RuleBroken` on a follow-up's
    situation without the follow-up.
    """
    if table not in get_args(Voidable):
        raise InvalidValue("En sådan uppgift kan inte makuleras.")
    with writing(database, actor, "void_record", key) as write:
        row, everyone = _row_to_void(write, table, row_id)
        if not write.repeated:
            reason = check_reason(write, "void_reason", why)
            elsewhere: tuple[Entry, ...] = ()
            if isinstance(row, FollowUp):
                elsewhere = reopen_follow_up(write, row, everyone[0], reason, version)
            else:
                if row.voided_at is not None:
                    raise Conflict(ALREADY_VOIDED)
                check_version(row.version, version, theirs="ändrad uppgift", mine="makulering")
                _refuse_part_of_follow_up(row)
                strike_out(write, row, reason)
            write.session.flush()
            done = (_entry(write, held, f"{table} {row_id}") for held in everyone)
            write.finish(row_id, *done, *elsewhere)
        return Corrected(row_id, row.version)


_Row = Session | Attendance | Rating | StepAssessment | Situation | FollowUp


def _row_to_void(write: Writing, table: Voidable, row_id: int) -> tuple[_Row, Sequence[Held]]:
    if table == "session":
        return _session(write, row_id)
    if table == "rating":
        rating, _, held = _rating(write, row_id)
        return rating, (held,)
    kinds: dict[str, type[Base]] = {
        "attendance": Attendance,
        "step_assessment": StepAssessment,
        "situation": Situation,
        "follow_up": FollowUp,
    }
    row = write.session.get(kinds[table], row_id)
    if row is None:
        raise NotFound(GONE)
    assert isinstance(row, Attendance | StepAssessment | Situation | FollowUp)
    if table == "follow_up":
        # A death that is taken back opens the follow-ups of the person's other spells too.
        hold_everyone_of(write, row.spell_id)
    held = hold_spell(write, row.spell_id)
    write.session.refresh(row)
    return row, (held,)


def strike_out(
    write: Writing, row: Session | Attendance | Rating | StepAssessment | Situation, reason: str
) -> None:
    """Void a row of a held spell: who, when and why are kept on the row itself."""
    row.voided_at = write.now
    row.voided_by = write.actor.account_id
    row.void_reason = reason
    row.version += 1
    write.session.add(row)


def _refuse_part_of_follow_up(row: _Row) -> None:
    """A follow-up that is done has its situation: alone it would be done but say nothing."""
    if isinstance(row, Situation) and row.occasion in FOLLOW_UPS:
        raise RuleBroken(
            f"Situationen hör till uppföljningen efter {follow_up_months(row.occasion)} månader. "
            "Makulera uppföljningen, så makuleras situationen med den."
        )


def reopen_follow_up(
    write: Writing, follow_up: FollowUp, held: Held, reason: str, version: int
) -> tuple[Entry, ...]:
    """Let an answered follow-up of a held spell be due again; see `void_record`."""
    check_version(follow_up.version, version, theirs=follow_up.status.label, mine="makulering")
    if follow_up.status is FollowUpStatus.DUE or _never_asked(write, follow_up, held):
        raise Conflict("Uppföljningen är inte besvarad, så det finns inget att makulera.")
    if follow_up.status is FollowUpStatus.DECEASED:
        # It closed all of the person's that stood then, so those open again.
        check_no_end_says_so(write, held.spell.participant_id)
        death = follow_up.death_spell_id or held.spell_id
        opened = open_all(write, held.spell.participant_id, reason, death=death)
        return tuple(entry for entry in opened if entry.spell_id != held.spell_id)
    together: Sequence[FollowUp] = [follow_up]
    if follow_up.status is FollowUpStatus.NO_CONTACT_CONSENT:
        together = write.session.exec(
            select(FollowUp).where(
                FollowUp.spell_id == held.spell_id, FollowUp.status == follow_up.status
            )
        ).all()
        consent = {"consent_contact": True}
        edit(write.work, write.actor, held.spell, consent, why=reason, spell_id=held.spell_id)
    for one in together:
        _open_again(write, one, held, reason)
    return ()


def _never_asked(write: Writing, follow_up: FollowUp, held: Held) -> bool:
    """Whether there was no consent to contact from the start, so that nothing was answered."""
    if follow_up.status is not FollowUpStatus.NO_CONTACT_CONSENT:
        return False
    withdrawn = write.session.exec(
        select(Change.id).where(
            Change.spell_id == held.spell_id,
            Change.table_name == "spell",
            Change.field == "consent_contact",
        )
    ).first()
    return withdrawn is None


def _open_again(write: Writing, follow_up: FollowUp, held: Held, reason: str) -> None:
    occasion = occasion_of(follow_up.months)
    for row in [
        *write.session.exec(
            select(StepAssessment).where(
                StepAssessment.spell_id == held.spell_id, StepAssessment.occasion == occasion
            )
        ),
        *write.session.exec(
            select(Situation).where(
                Situation.spell_id == held.spell_id, Situation.occasion == occasion
            )
        ),
    ]:
        if row.voided_at is None:
            strike_out(write, row, reason)
    void_answers(write, held.spell_id, occasion, reason)
    edit(
        write.work,
        write.actor,
        follow_up,
        {"status": FollowUpStatus.DUE, "done_on": None, "closed_on": None},
        why=reason,
        spell_id=held.spell_id,
    )
