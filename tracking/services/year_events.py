"""Dates of the årshjul that the förbund sets: its own, and standing days moved for a year.

What comes every year by itself is `tracking.domain.year_wheel`; a standing day that is moved
back is voided here and stands again where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_set_up_forbund
from tracking.domain.errors import Conflict, InvalidValue, NotFound
from tracking.domain.identifiers import clean_text
from tracking.domain.year_wheel import EventKind, standing
from tracking.services._setup import EDITED, check_day, check_unchanged, found
from tracking.services._writing import edit, writing
from tracking.store.database import Database
from tracking.store.tables import Code, YearEvent

LONGEST_TITLE = 120
SET, REMOVE = "set_year_event", "remove_year_event"


@dataclass(frozen=True, slots=True)
class SetEvent:
    """A date that was set, moved or taken away."""

    event_id: int


def set_year_event(
    database: Database,
    actor: Actor,
    *,
    kind: EventKind,
    title: str,
    on_day: date,
    event_id: int | None = None,
    version: int | None = None,
    key: str,
) -> SetEvent:
    """Add a date of the förbund's own, or edit one (``event_id`` with the ``version`` read).

    Raises `InvalidValue` at the field (also for a kind that follows from the rest), `Conflict`
    when somebody else has edited it or the same date is there already.
    """
    with writing(database, actor, SET, key) as write:
        check_can_set_up_forbund(actor)
        if write.earlier is not None:
            return SetEvent(write.earlier)
        words = clean_text(title, field="title", max_length=LONGEST_TITLE, required=True)
        check_day(on_day, field="on_day")
        values: dict[str, Any] = {
            "kind": kind,
            "title": words,
            "on_day": on_day,
            "year": on_day.year,
        }
        if event_id is None:
            if not kind.is_typed:
                raise InvalidValue("Dagar av det slaget följer av kalendern.", field="kind")
            _refuse_twin(write.session, words, on_day)
            row = YearEvent(**values, created_at=write.now, created_by=actor.account_id)
            write.session.add(row)
            write.session.flush()
        else:
            row = _standing_row(write.session, event_id)
            if row.standing is not None:
                raise InvalidValue("En återkommande dag flyttas för sig.", field="title")
            if not kind.is_typed:
                raise InvalidValue("Dagar av det slaget följer av kalendern.", field="kind")
            check_unchanged(row, version or 0, values)
            edit(write.work, actor, row, values, why=EDITED)
        assert row.id is not None
        write.finish(row.id, Entry(SET, detail=f"{on_day.isoformat()} {words}"))
        return SetEvent(row.id)


def move_standing_day(
    database: Database,
    actor: Actor,
    *,
    standing_key: str,
    year: int,
    on_day: date,
    version: int | None = None,
    key: str,
) -> SetEvent:
    """Move a day that comes every year to another day, for one year alone.

    ``version`` is that of the earlier move, None when it stands where it always does. Raises
    `InvalidValue` when the day lies in no neighbouring year, `Conflict` as `set_year_event`.
    """
    with writing(database, actor, SET, key) as write:
        check_can_set_up_forbund(actor)
        if write.earlier is not None:
            return SetEvent(write.earlier)
        usual = standing(standing_key)
        if usual is None:
            raise NotFound("Den återkommande dagen finns inte: läs in sidan igen.")
        check_day(on_day, field="on_day")
        if on_day.year != year:
            raise InvalidValue(f"Dagen ska ligga i {year}.", field="on_day")
        row = write.session.exec(
            select(YearEvent).where(
                YearEvent.standing == standing_key,
                YearEvent.year == year,
                col(YearEvent.voided_at).is_(None),
            )
        ).first()
        if row is None:
            row = YearEvent(
                kind=usual.kind,
                title=usual.title,
                on_day=on_day,
                year=year,
                standing=standing_key,
                created_at=write.now,
                created_by=actor.account_id,
            )
            write.session.add(row)
            write.session.flush()
        else:
            check_unchanged(row, version or 0, {"on_day": on_day})
            edit(write.work, actor, row, {"on_day": on_day}, why=EDITED)
        assert row.id is not None
        write.finish(row.id, Entry(SET, detail=f"{on_day.isoformat()} {usual.title}"))
        return SetEvent(row.id)


def remove_year_event(
    database: Database, actor: Actor, *, event_id: int, why: str, version: int, key: str
) -> SetEvent:
    """Void a date; it stays in the history. A standing day comes back where it always is.

    ``why`` is a key of the code list `void_reason`.
    """
    with writing(database, actor, REMOVE, key) as write:
        check_can_set_up_forbund(actor)
        if write.earlier is not None:
            return SetEvent(write.earlier)
        row = _standing_row(write.session, event_id)
        check_unchanged(row, version, {"title": row.title})
        reason = select(Code.key).where(Code.list_key == "void_reason", Code.key == why)
        if write.session.exec(reason).first() is None:
            raise InvalidValue("Välj ett skäl i listan.", field="why")
        row.voided_at, row.voided_by = write.now, actor.account_id
        row.void_reason = why
        row.version += 1
        write.session.add(row)
        entry = Entry(REMOVE, detail=f"{row.on_day.isoformat()} {row.title}")
        write.finish(event_id, entry)
        return SetEvent(event_id)


def _standing_row(session: DbSession, event_id: int) -> YearEvent:
    row = found(session, YearEvent, event_id, what="Dagen")
    if row.voided_at is not None:
        raise NotFound("Dagen är borttagen: läs in sidan igen.")
    return row


def _refuse_twin(session: DbSession, title: str, on_day: date) -> None:
    twin = select(YearEvent.id).where(
        YearEvent.title == title,
        YearEvent.on_day == on_day,
        col(YearEvent.voided_at).is_(None),
    )
    if session.exec(twin).first() is not None:
        raise Conflict("Samma dag står redan i årshjulet.", field="title")
