"""Systemavvikelser: obstacles between the authorities, noted, cleared and handled; no persons.

The insats's staff note one. Its words stay in the insats until insatsansvarig has cleared them as
*beskriver ingen enskild*; from then on the styrgrupp, the beredningsgrupp and the
förbundsadministratör read and handle it. These note obstacles of the förbund's own as well, which
are cleared as they are noted. Reads are in `tracking.outcomes.deviations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session as DbSession
from sqlmodel import col, delete, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import (
    check_can_clear_deviation,
    check_can_handle_deviations,
    check_can_note_deviation,
)
from tracking.domain.errors import InvalidValue, NotFound, RuleBroken
from tracking.domain.identifiers import clean_text
from tracking.domain.records import DeviationStatus
from tracking.domain.report_words import NamesSmallGroup, small_groups
from tracking.services._rules import check_day, check_reason
from tracking.services._setup import EDITED, check_unchanged, found, insats_of
from tracking.services._writing import Writing, edit, writing
from tracking.store.database import Database
from tracking.store.tables import (
    Change,
    Controller,
    Deviation,
    DeviationParty,
    Forbund,
    Insats,
    Ladder,
    LadderStep,
    LadderVersion,
)

LONGEST_WORDS = 500
Step = tuple[int, int]
"""A step of a ladder: the ladder's version, and the position in it."""


@dataclass(frozen=True, slots=True)
class SavedDeviation:
    """A systemavvikelse that was saved, with the version that its next editor has read."""

    deviation_id: int
    version: int


def note_deviation(
    database: Database,
    actor: Actor,
    *,
    insats_id: int | None,
    noted_on: date,
    what: str,
    parties: Sequence[int],
    step: Step | None = None,
    acknowledged: bool = False,
    key: str,
) -> SavedDeviation:
    """Note an obstacle in an insats, or of the förbund's own (no insats), which is cleared at once.

    ``parties`` are the authorities that it concerns, ``step`` one of the insats's ladder or of a
    shared one. Raises `InvalidValue` at the field, and for the förbund's own `NamesSmallGroup`
    unless ``acknowledged``.
    """
    with writing(database, actor, "note_deviation", key) as write:
        _check_may_note(actor, insats_id)
        if write.earlier is not None:
            return _saved(write.session, write.earlier)
        insats = None if insats_id is None else insats_of(write.session, insats_id)
        values = _values(write, insats, noted_on, what, step)
        chosen = _parties(write.session, parties)
        if insats is None:
            _refuse_small_group(write.session, values["what"], acknowledged)
            values |= {"cleared_at": write.now, "cleared_by": actor.account_id}
        row = Deviation(
            insats_id=insats_id,
            recorded_at=write.now,
            recorded_by=actor.account_id,
            **values,
        )
        write.session.add(row)
        write.session.flush()
        assert row.id is not None
        _add_parties(write.session, row.id, chosen)
        write.finish(row.id, _entry(row, "note_deviation"))
        return SavedDeviation(row.id, row.version)


def edit_deviation(
    database: Database,
    actor: Actor,
    *,
    deviation_id: int,
    noted_on: date,
    what: str,
    parties: Sequence[int],
    step: Step | None,
    version: int,
    acknowledged: bool = False,
    key: str,
) -> SavedDeviation:
    """Change what was noted. Once it is cleared only who clears may, since others read it at once.

    Raises `Conflict` when somebody else has saved it since ``version``, and `NamesSmallGroup` as
    `clear_deviation` when it is cleared.
    """
    with writing(database, actor, "edit_deviation", key) as write:
        row = _held(write, deviation_id)
        _check_may_edit(actor, row)
        if not write.repeated:
            insats = None if row.insats_id is None else insats_of(write.session, row.insats_id)
            values = _values(write, insats, noted_on, what, step)
            chosen = _parties(write.session, parties)
            if row.cleared_at is not None:
                _refuse_small_group(write.session, values["what"], acknowledged)
            check_unchanged(row, version, values)
            edit(write.work, actor, row, values, why=EDITED)
            _change_parties(write, row, chosen)
            write.finish(deviation_id, _entry(row, "edit_deviation"))
        return _saved(write.session, deviation_id)


def clear_deviation(
    database: Database,
    actor: Actor,
    *,
    deviation_id: int,
    version: int,
    acknowledged: bool = False,
    key: str,
) -> SavedDeviation:
    """Hand an insats's systemavvikelse over: it describes nobody, and is read from now on.

    Raises `NamesSmallGroup` when its words seem to tell of fewer than k people and nobody has
    ``acknowledged`` it, and `Conflict` when the words are no longer those that were read.
    """
    with writing(database, actor, "clear_deviation", key) as write:
        row = _held(write, deviation_id)
        if row.insats_id is None:
            check_can_handle_deviations(actor, None)
        else:
            check_can_clear_deviation(actor, row.insats_id)
        if not write.repeated:
            if row.cleared_at is not None:
                raise RuleBroken("Systemavvikelsen är redan lämnad till handläggning.")
            check_unchanged(row, version, {})
            _refuse_small_group(write.session, row.what, acknowledged)
            cleared = {"cleared_at": write.now, "cleared_by": actor.account_id}
            edit(write.work, actor, row, cleared, why=EDITED)
            write.finish(deviation_id, _entry(row, "clear_deviation"))
        return _saved(write.session, deviation_id)


def handle_deviation(
    database: Database,
    actor: Actor,
    *,
    deviation_id: int,
    status: DeviationStatus,
    handled: str,
    version: int,
    acknowledged: bool = False,
    key: str,
) -> SavedDeviation:
    """Say where the handling stands and what was done. It can be opened again.

    One that is solved or raised to the styrelse says what was done. Raises `Conflict` when
    somebody else has saved it since ``version``, and `NamesSmallGroup` as `clear_deviation`.
    """
    with writing(database, actor, "handle_deviation", key) as write:
        row = _held(write, deviation_id)
        check_can_handle_deviations(actor, row.insats_id)
        if row.cleared_at is None:
            # In the same words as one that is not there: it is its insats's own so far.
            raise NotFound("Systemavvikelsen finns inte längre: läs in sidan igen.")
        if not write.repeated:
            words = clean_text(handled, field="handled", max_length=LONGEST_WORDS, multiline=True)
            if not words and status in (DeviationStatus.SOLVED, DeviationStatus.RAISED):
                raise InvalidValue(
                    "Skriv vad som har gjorts, eller vad styrelsen ska ta ställning till.",
                    field="handled",
                )
            _refuse_small_group(write.session, words, acknowledged)
            values: dict[str, Any] = {"status": status, "handled": words}
            check_unchanged(row, version, values)
            if status is not row.status:
                new = status is DeviationStatus.NEW
                values["handled_on"] = None if new else write.today
            edit(write.work, actor, row, values, why=EDITED)
            write.finish(deviation_id, _entry(row, "handle_deviation"))
        return _saved(write.session, deviation_id)


def void_deviation(
    database: Database,
    actor: Actor,
    *,
    deviation_id: int,
    why: str,
    version: int,
    key: str,
) -> SavedDeviation:
    """Strike out a systemavvikelse that was wrong. Who may is as in `edit_deviation`.

    ``why`` is a code of `void_reason`.
    """
    with writing(database, actor, "void_deviation", key) as write:
        row = _held(write, deviation_id, voided_too=write.repeated)
        _check_may_edit(actor, row)
        if not write.repeated:
            reason = check_reason(write, "void_reason", why)
            check_unchanged(row, version, {})
            row.voided_at, row.voided_by, row.void_reason = write.now, actor.account_id, reason
            row.version += 1
            write.session.add(row)
            write.finish(deviation_id, _entry(row, "void_deviation"))
        return _saved(write.session, deviation_id)


def _check_may_note(actor: Actor, insats_id: int | None) -> None:
    if insats_id is None:
        check_can_handle_deviations(actor, None)
    else:
        check_can_note_deviation(actor, insats_id)


def _check_may_edit(actor: Actor, row: Deviation) -> None:
    if row.insats_id is not None and row.cleared_at is not None:
        check_can_clear_deviation(actor, row.insats_id)
    else:
        _check_may_note(actor, row.insats_id)


def _held(write: Writing, deviation_id: int, *, voided_too: bool = False) -> Deviation:
    row = found(write.session, Deviation, deviation_id, what="Systemavvikelsen")
    if row.voided_at is not None and not voided_too:
        raise RuleBroken("Systemavvikelsen är makulerad och kan inte ändras.")
    return row


def _values(
    write: Writing, insats: Insats | None, noted_on: date, what: str, step: Step | None
) -> dict[str, Any]:
    check_day(noted_on, write.today, field="noted_on")
    if insats is not None and noted_on < insats.starts_on:
        raise InvalidValue("Dagen ligger före insatsens start.", field="noted_on")
    words = clean_text(what, field="what", max_length=LONGEST_WORDS, required=True, multiline=True)
    _check_step(write.session, insats, step)
    version_id, position = (None, None) if step is None else step
    return {
        "noted_on": noted_on,
        "what": words,
        "ladder_version_id": version_id,
        "step_position": position,
    }


def _check_step(session: DbSession, insats: Insats | None, step: Step | None) -> None:
    if step is None:
        return
    if session.get(LadderStep, step) is None:
        raise InvalidValue("Välj ett steg i listan.", field="step")
    ladder = session.exec(
        select(Ladder)
        .join(LadderVersion, col(LadderVersion.ladder_id) == col(Ladder.id))
        .where(LadderVersion.id == step[0])
    ).one()
    if not ladder.shared and (insats is None or insats.ladder_id != ladder.id):
        raise InvalidValue("Steget hör till en annan insats trappa.", field="step")


def _parties(session: DbSession, parties: Sequence[int]) -> frozenset[int]:
    chosen = frozenset(parties)
    if not chosen:
        raise InvalidValue("Välj minst en myndighet som hindret rör.", field="parties")
    known = session.exec(select(Controller.id).where(col(Controller.id).in_(chosen))).all()
    if len(known) != len(chosen):
        raise InvalidValue("Myndigheten finns inte i listan: läs in sidan igen.", field="parties")
    return chosen


def _add_parties(session: DbSession, deviation_id: int, parties: frozenset[int]) -> None:
    session.add_all(
        DeviationParty(deviation_id=deviation_id, controller_id=one) for one in sorted(parties)
    )


def _change_parties(write: Writing, row: Deviation, parties: frozenset[int]) -> None:
    assert row.id is not None
    old = frozenset(
        write.session.exec(
            select(DeviationParty.controller_id).where(DeviationParty.deviation_id == row.id)
        )
    )
    if old == parties:
        return
    write.session.exec(delete(DeviationParty).where(col(DeviationParty.deviation_id) == row.id))
    _add_parties(write.session, row.id, parties)
    write.session.add(
        Change(
            table_name="deviation",
            row_id=row.id,
            field="parties",
            old=" ".join(map(str, sorted(old))),
            new=" ".join(map(str, sorted(parties))),
            why=EDITED,
            changed_at=write.now,
            changed_by=write.actor.account_id,
        )
    )
    row.version += 1
    write.session.add(row)


def _refuse_small_group(session: DbSession, words: str, acknowledged: bool) -> None:
    forbund = session.get(Forbund, 1)
    assert forbund is not None, "whoever acts belongs to a förbund"
    k = forbund.disclosure_threshold
    groups = small_groups(words, k)
    if groups and not acknowledged:
        raise NamesSmallGroup(groups, k)


def _entry(row: Deviation, action: str) -> Entry:
    return Entry(action, insats_id=row.insats_id, page="systemavvikelser", detail=str(row.id))


def _saved(session: DbSession, deviation_id: int) -> SavedDeviation:
    session.flush()
    row = session.get_one(Deviation, deviation_id)
    return SavedDeviation(deviation_id, row.version)
