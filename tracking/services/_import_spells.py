"""Adding participants and their spells in bundles: part of `_import_writes`.

Only those whom the import itself registers, since of them the file tells everything that their
rules ask: no earlier spell, no death, nobody else who writes of them. What is stored, logged and
noted is what `starts.add_spell` makes of one record; all others go that way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import func, insert
from sqlmodel import select

from tracking.access.log import Entry, record
from tracking.domain import memory_words
from tracking.domain.errors import InvalidValue
from tracking.domain.identifiers import check_birth_year, code_number, participant_code
from tracking.domain.import_records import SpellRecord, is_own_code
from tracking.domain.periods import add_months
from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import Occasion
from tracking.services._import_picture import Look, PersonSeen, Picture, SpellSeen
from tracking.services._rules import check_reason, code_of
from tracking.services._session_rows import add
from tracking.services._writing import Writing
from tracking.services.need_groups import need_group_id
from tracking.services.progress import proposed_outcome, stops_follow_up
from tracking.services.starts import SpellStart, check_consents
from tracking.store.tables import (
    Code,
    Controller,
    FollowUp,
    ImportKey,
    Participant,
    Spell,
    StepAssessment,
)

BUNDLE = 1000

Notes = Callable[[SpellRecord, int, bool], None]
"""Takes down the spell that a record made, and whether its participant is new."""


@dataclass(slots=True)
class _Waiting:
    record: SpellRecord
    person: PersonSeen
    seen: SpellSeen
    row: dict[str, Any]


class SpellWriter:
    """Adds spells of participants who are new with this import.

    ``words`` gives the controller's memory words, to which those of new participants are added.
    """

    def __init__(
        self, write: Writing, picture: Picture, note: Notes, words: Callable[[], set[str]]
    ) -> None:
        assert picture.insats.id is not None
        self._write = write
        self._picture = picture
        self._insats_id: int = picture.insats.id
        self._note = note
        self._words = words
        self._waiting: list[_Waiting] = []
        self._new: dict[int, PersonSeen] = {}
        """Those whom the import has registered and not told a death of."""
        self._codes: dict[tuple[str, str], Code] = {}

    def takes(self, told: SpellRecord, found: Look) -> bool:
        """Whether a record may go in a bundle."""
        person = found.person
        assert person is not None
        known = person.participant_id is None or id(person) in self._new
        if told.answers or not known:
            return False
        if told.end_reason is None:
            return True
        reason = self._picture.end_reasons.get(told.end_reason)
        if reason is not None and not stops_follow_up(reason):
            return True
        self._new.pop(id(person), None)
        return False

    def add(self, told: SpellRecord, found: Look) -> None:
        """Take a record; it is written with the bundle that it fills. Raises as a start does."""
        assert found.person is not None
        assert found.spell is not None
        check_birth_year(told.birth_year, today=self._write.today)
        row = self._row(told, found.spell)
        self._new[id(found.person)] = found.person
        self._waiting.append(_Waiting(told, found.person, found.spell, row))
        if len(self._waiting) >= BUNDLE:
            self.flush()

    def _row(self, told: SpellRecord, seen: SpellSeen) -> dict[str, Any]:
        """The spell as it is stored but for its participant; asks what the picture cannot know."""
        write, insats = self._write, self._picture.insats
        assert told.started_on is not None
        start = SpellStart(
            started_on=told.started_on,
            referrer=told.referrer,
            consent_follow_up=told.consent_follow_up,
            consent_contact=told.consent_contact,
            consent_disclosure_on=told.consent_disclosure_on,
        )
        check_consents(write, insats, start)
        row: dict[str, Any] = dict.fromkeys(Spell.__table__.columns.keys())  # type: ignore[attr-defined]
        del row["id"]
        row |= {
            "controller_id": insats.controller_id,
            "insats_id": self._insats_id,
            "started_on": told.started_on,
            "referrer_id": self._code("referrer", told.referrer).id,
            "consent_follow_up": told.consent_follow_up,
            "consent_contact": told.consent_contact,
            "consent_disclosure_on": told.consent_disclosure_on,
            "municipality_id": self._code_id("municipality", told.municipality),
            "education_id": self._code_id("education", told.education),
            "support_months_known": told.support_months_known,
            "support_months": told.support_months,
            "support_band_id": self._code_id("support_band", told.support_band),
            "need_group_id": self._code_id("need_group", told.need_group),
            "ladder_version_id": seen.spell.ladder_version_id,
            "created_at": write.now,
            "created_by": write.actor.account_id,
            "version": 1,
        }
        if told.ended_on is not None:
            row |= self._end(told)
        return row

    def _end(self, told: SpellRecord) -> dict[str, Any]:
        reason = self._code("end_reason", told.end_reason or "")
        proposed = proposed_outcome(reason)
        ended: dict[str, Any] = {
            "ended_on": told.ended_on,
            "end_reason_id": reason.id,
            "outcome": proposed,
            "active_planning": told.active_planning,
        }
        if told.outcome is not None and told.outcome is not proposed:
            why = check_reason(
                self._write, "outcome_reason", told.outcome_reason or "", field="outcome_reason"
            )
            ended |= {"outcome": told.outcome, "outcome_reason": why}
        return ended

    def _code(self, list_key: str, key: str) -> Code:
        if (list_key, key) not in self._codes:
            field = "end_reason" if list_key == "end_reason" else list_key
            if list_key == "need_group":
                need_group_id(self._write, self._insats_id, key)
            self._codes[list_key, key] = code_of(self._write, list_key, key, field=field)
        return self._codes[list_key, key]

    def _code_id(self, list_key: str, key: str | None) -> int | None:
        return None if key is None else self._code(list_key, key).id

    def flush(self) -> None:
        """Write what is still waiting: people, spells, and what follows of each."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        registered = self._register(waiting)
        for one in waiting:
            one.row["participant_id"] = one.person.participant_id
        numbers = _numbers_of(self._write, Spell, [one.row for one in waiting])
        entries, follow_ups, steps = [], [], []
        for one, spell_id in zip(waiting, numbers, strict=True):
            one.seen.spell.id = spell_id
            one.seen.spell.participant_id = one.person.participant_id or 0
            is_new = registered.pop(id(one.person), None) is not None
            self._note(one.record, spell_id, is_new)
            entries.append(
                Entry(
                    self._write.action,
                    insats_id=self._insats_id,
                    participant_id=one.person.participant_id,
                    spell_id=spell_id,
                )
            )
            follow_ups += self._follow_ups(one.record, spell_id)
            if one.record.step is not None:
                steps.append(self._step(one, spell_id))
        add(self._write, FollowUp, follow_ups)
        add(self._write, StepAssessment, steps)
        record(self._write.work, self._write.actor, *entries)

    def _register(self, waiting: list[_Waiting]) -> dict[int, PersonSeen]:
        """Give numbers and memory words to who has none, one after the other."""
        people = {id(one.person): one for one in waiting if one.person.participant_id is None}
        if not people:
            return {}
        write, session = self._write, self._write.session
        session.flush()
        controller = session.exec(
            select(Controller)
            .where(Controller.id == self._picture.insats.controller_id)
            .with_for_update(key_share=True)
        ).one()
        highest = session.exec(
            select(func.max(Participant.number)).where(Participant.controller_id == controller.id)
        ).one()
        last, taken = max(controller.last_number, highest or 0), self._words()
        rows = []
        for one in people.values():
            own = is_own_code(one.record.key)
            number = code_number(one.record.key) if own else last + 1
            last = max(last, number)
            word = memory_words.propose(taken, number)
            taken.add(word)
            rows.append(
                {
                    "controller_id": controller.id,
                    "number": number,
                    "code": participant_code(number),
                    "memory_word": word,
                    "birth_year": one.record.birth_year,
                    "gender": one.record.gender,
                    "created_at": write.now,
                    "created_by": write.actor.account_id,
                    "version": 1,
                }
            )
        controller.last_number = last
        session.add(controller)
        session.flush()
        keys = []
        given = _numbers_of(write, Participant, rows)
        for one, participant_id in zip(people.values(), given, strict=True):
            one.person.participant_id = participant_id
            if not is_own_code(one.record.key):
                keys.append(
                    {
                        "insats_id": self._insats_id,
                        "file_key": one.record.key,
                        "participant_id": participant_id,
                    }
                )
        add(write, ImportKey, keys)
        return {place: one.person for place, one in people.items()}

    def _follow_ups(self, told: SpellRecord, spell_id: int) -> list[dict[str, Any]]:
        """As `progress.plan_after_end` plans them."""
        if told.ended_on is None:
            return []
        status = FollowUpStatus.DUE if told.consent_contact else FollowUpStatus.NO_CONTACT_CONSENT
        return [
            {
                "spell_id": spell_id,
                "months": months,
                "due_on": add_months(told.ended_on, months),
                "status": status,
                "done_on": None,
                "closed_on": None if told.consent_contact else told.ended_on,
                "death_spell_id": None,
                "version": 1,
            }
            for months in ((6, 12, 18) if self._picture.insats.follow_up_12 else (6, 18))
        ]

    def _step(self, one: _Waiting, spell_id: int) -> dict[str, Any]:
        level = one.record.step
        if level is None or one.row["ladder_version_id"] is None:
            raise InvalidValue("Välj ett steg på deltagandets trappa.", field="step")
        return {
            "spell_id": spell_id,
            "ladder_version_id": one.row["ladder_version_id"],
            "position": level.position,
            "no_prospects": level.no_prospects,
            "occasion": Occasion.START,
            "assessed_on": one.record.started_on,
            "recorded_at": self._write.now,
            "recorded_by": self._write.actor.account_id,
            "version": 1,
        }


@cache
def _into_numbered(made: type[Participant] | type[Spell]) -> Any:
    table: Any = made.__table__  # type: ignore[union-attr]
    return insert(table).returning(table.c.id, sort_by_parameter_order=True)


def _numbers_of(
    write: Writing, made: type[Participant] | type[Spell], rows: list[dict[str, Any]]
) -> list[int]:
    """Add whole rows and give the numbers that the database gave them, in their order."""
    given = rows if len(rows) > 1 else rows[0]
    return list(write.session.connection().execute(_into_numbered(made), given).scalars())
