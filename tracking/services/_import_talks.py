"""Adding talks in bundles, since there may be a million of them: part of `_import_writes`."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Insert, insert
from sqlmodel import col

from tracking.domain.errors import Conflict
from tracking.domain.import_records import ImportRecord, TalkRecord
from tracking.domain.instruments import RatingValue
from tracking.domain.records import SessionKind
from tracking.services._import_picture import Picture, SpellSeen, TalkSeen
from tracking.services._rules import hold_spells
from tracking.services._writing import Writing
from tracking.store.tables import Attendance, Rating, Session
from tracking.store.tables.base import Base

BUNDLE = 2000


def into(made: type[Base]) -> Insert:
    """An insert of whole rows: the mapper would part a bundle wherever another column is empty."""
    return insert(made.__table__)  # type: ignore[attr-defined]


class Notes(Protocol):
    """Takes down a row that an import made."""

    def __call__(
        self, record: ImportRecord, table: str, row_id: int, spell_id: int | None
    ) -> None: ...


class TalkWriter:
    """Adds talks, parts in group meetings, and ratings that join a talk that is stored."""

    def __init__(self, write: Writing, picture: Picture, note: Notes, made: Counter[str]) -> None:
        assert picture.insats.id is not None
        self._write = write
        self._picture = picture
        self._insats_id: int = picture.insats.id
        self._note = note
        self._made = made
        self._waiting: list[tuple[TalkRecord, SpellSeen, TalkSeen | None]] = []
        self._meetings: dict[tuple[date, int], tuple[int, set[int]]] = {}

    def add(self, record: TalkRecord, seen: SpellSeen, joins: TalkSeen | None) -> None:
        """Take a talk that is new; it is written with the bundle that it fills."""
        self._waiting.append((record, seen, joins))
        if len(self._waiting) >= BUNDLE:
            self.flush()

    def flush(self) -> None:
        """Write what is still waiting."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        new = {seen.spell.id for _, seen, _ in waiting if not seen.held}
        if new:
            hold_spells(self._write, tuple(spell_id for spell_id in new if spell_id))
        for _, seen, _ in waiting:
            seen.held = True
        alone = [
            (record, seen)
            for record, seen, joins in waiting
            if joins is None and record.kind is not SessionKind.GROUP
        ]
        places = self._session_ids([self._session(record, seen) for record, seen in alone])
        talks = list(zip(places, alone, strict=True))
        for session_id, (record, seen) in talks:
            self._note(record, "session", session_id, seen.spell.id)
        for record, seen, joins in waiting:
            if joins is None and record.kind is SessionKind.GROUP:
                talks.append((self._meeting(record, seen), (record, seen)))
        attended = self._attendance_ids(talks)
        self._add_ratings(
            [(attendance_id, r) for attendance_id, (_, (r, _)) in zip(attended, talks, strict=True)]
        )
        for record, seen, joins in waiting:
            if joins is not None:
                self._join(record, seen, joins)

    def _session(self, record: TalkRecord, seen: SpellSeen) -> dict[str, Any]:
        day = (seen.place, record.held_on)
        place = record.place or self._picture.talks_in_day.get(day, 0) + 1
        self._picture.talks_in_day[day] = max(place, self._picture.talks_in_day.get(day, 0))
        return {
            "insats_id": self._insats_id,
            "held_on": record.held_on,
            "order_in_day": place,
            "kind": record.kind,
            "recorded_at": self._write.now,
            "recorded_by": self._write.actor.account_id,
            "version": 1,
        }

    def _session_ids(self, rows: list[dict[str, Any]]) -> list[int]:
        if not rows:
            return []
        return self._numbers_of(Session, rows)

    def _numbers_of(self, made: type[Session] | type[Attendance], rows: list[Any]) -> list[int]:
        """Add rows and give the numbers that the database gave them, in their order."""
        number = col(made.id)
        statement = into(made).returning(number, sort_by_parameter_order=True)
        return list(self._write.session.execute(statement, rows).scalars())

    def _meeting(self, record: TalkRecord, seen: SpellSeen) -> int:
        """The group meeting of the day in this file; nobody is at the same one twice."""
        assert seen.spell.id is not None
        place = record.place or 1
        while True:
            known = self._meetings.get((record.held_on, place))
            if known is None:
                (session_id,) = self._session_ids([self._session(record, seen)])
                known = self._meetings[record.held_on, place] = (session_id, set())
                self._note(record, "session", session_id, seen.spell.id)
            session_id, there = known
            if seen.spell.id not in there:
                there.add(seen.spell.id)
                return session_id
            place += 1

    def _attendance_ids(self, talks: list[tuple[int, tuple[TalkRecord, SpellSeen]]]) -> list[int]:
        if not talks:
            return []
        rows = [
            {
                "session_id": session_id,
                "spell_id": seen.spell.id,
                "insats_id": self._insats_id,
                "status": record.attendance,
                "version": 1,
            }
            for session_id, (record, seen) in talks
        ]
        found = self._numbers_of(Attendance, rows)
        for attendance_id, (_, (record, seen)) in zip(found, talks, strict=True):
            if record.kind is SessionKind.GROUP:
                # A meeting is several participants': each one's part is noted by itself.
                self._note(record, "attendance", attendance_id, seen.spell.id)
        return found

    def _add_ratings(self, filled: list[tuple[int, TalkRecord]]) -> None:
        rows = [
            self._rating(attendance_id, instrument, value)
            for attendance_id, record in filled
            for instrument, value in record.ratings.items()
        ]
        if rows:
            self._write.session.execute(into(Rating), rows)
        self._made["rating"] += len(rows)

    def _rating(self, attendance_id: int, instrument: str, value: RatingValue) -> dict[str, Any]:
        one, two, three, four = value.scales or (None, None, None, None)
        return {
            "attendance_id": attendance_id,
            "instrument": instrument,
            "status": value.status,
            "scale_1": one,
            "scale_2": two,
            "scale_3": three,
            "scale_4": four,
            "total": value.total,
            "recorded_at": self._write.now,
            "recorded_by": self._write.actor.account_id,
            "version": 1,
        }

    def _join(self, record: TalkRecord, seen: SpellSeen, talk: TalkSeen) -> None:
        session = self._write.session
        attendance = session.get_one(Attendance, talk.attendance_id)
        if attendance.voided_at is not None:
            raise Conflict("Samtalet är makulerat och tar inte emot fler skattningar.")
        for instrument, value in record.ratings.items():
            row = Rating(**self._rating(talk.attendance_id, instrument, value))
            session.add(row)
            session.flush()
            assert row.id is not None
            self._note(record, "rating", row.id, seen.spell.id)
