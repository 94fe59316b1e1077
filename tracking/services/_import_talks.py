"""Adding talks in bundles, since there may be a million of them: part of `_import_writes`."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, Protocol

from tracking.domain.errors import Conflict
from tracking.domain.import_records import ImportRecord, TalkRecord
from tracking.domain.records import SessionKind
from tracking.services._import_picture import Picture, SpellSeen, TalkSeen
from tracking.services._rules import hold_spells
from tracking.services._session_rows import (
    add,
    add_numbered,
    attendance_row,
    rating_rows,
    session_row,
)
from tracking.services._writing import Writing
from tracking.store.tables import Attendance, Rating, Session

BUNDLE = 2000


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
        places = add_numbered(
            self._write, Session, [self._session(record, seen) for record, seen in alone]
        )
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
        return session_row(self._write, self._insats_id, record.held_on, place, record.kind)

    def _meeting(self, record: TalkRecord, seen: SpellSeen) -> int:
        """The group meeting of the day in this file; nobody is at the same one twice."""
        assert seen.spell.id is not None
        place = record.place or 1
        while True:
            known = self._meetings.get((record.held_on, place))
            if known is None:
                (session_id,) = add_numbered(self._write, Session, [self._session(record, seen)])
                known = self._meetings[record.held_on, place] = (session_id, set())
                self._note(record, "session", session_id, seen.spell.id)
            session_id, there = known
            if seen.spell.id not in there:
                there.add(seen.spell.id)
                return session_id
            place += 1

    def _attendance_ids(self, talks: list[tuple[int, tuple[TalkRecord, SpellSeen]]]) -> list[int]:
        rows = [
            attendance_row(session_id, seen.spell.id, self._insats_id, record.attendance)
            for session_id, (record, seen) in talks
            if seen.spell.id is not None
        ]
        found = add_numbered(self._write, Attendance, rows)
        for attendance_id, (_, (record, seen)) in zip(found, talks, strict=True):
            if record.kind is SessionKind.GROUP:
                # A meeting is several participants': each one's part is noted by itself.
                self._note(record, "attendance", attendance_id, seen.spell.id)
        return found

    def _add_ratings(self, filled: list[tuple[int, TalkRecord]]) -> None:
        rows = [
            row
            for attendance_id, record in filled
            for row in rating_rows(self._write, attendance_id, record.ratings)
        ]
        add(self._write, Rating, rows)
        self._made["rating"] += len(rows)

    def _join(self, record: TalkRecord, seen: SpellSeen, talk: TalkSeen) -> None:
        session = self._write.session
        attendance = session.get_one(Attendance, talk.attendance_id)
        if attendance.voided_at is not None:
            raise Conflict("Samtalet är makulerat och tar inte emot fler skattningar.")
        rows = list(rating_rows(self._write, talk.attendance_id, record.ratings))
        for number in add_numbered(self._write, Rating, rows):
            self._note(record, "rating", number, seen.spell.id)
