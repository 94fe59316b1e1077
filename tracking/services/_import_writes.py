"""Adding what an import has found good, within one write, and noting each row that it made.

Situations, steps, follow-ups and whoever is known already go the way of a record made by hand, one
at a time. Talks and new participants with their spells go in bundles, since there may be many.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlmodel import select

from tracking.access.log import Entry
from tracking.domain.identifiers import code_number
from tracking.domain.import_records import (
    FollowUpRecord,
    HistoryRecord,
    ImportRecord,
    SituationRecord,
    SpellRecord,
    StepRecord,
    TalkRecord,
    is_own_code,
)
from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import Occasion
from tracking.services._answers import add_answers
from tracking.services._deaths import hold_everyone_of
from tracking.services._import_picture import Look, Picture
from tracking.services._import_spells import SpellWriter
from tracking.services._import_talks import BUNDLE, TalkWriter
from tracking.services._rules import Held, check_reason, code_of, hold_spell
from tracking.services._session_rows import add
from tracking.services._standing import add_situation, add_step
from tracking.services._writing import Writing
from tracking.services.followups import settle
from tracking.services.participants import new_participant, words_taken_by
from tracking.services.progress import proposed_outcome
from tracking.services.starts import PastEnd, SpellStart, add_spell
from tracking.store.tables import (
    Attempt,
    EarlierFigure,
    FollowUp,
    ImportedRow,
    ImportKey,
    Participant,
    Spell,
)


class ImportWriter:
    """Adds the records of one import. `flush` is called when there are no more."""

    def __init__(self, write: Writing, picture: Picture, import_id: int) -> None:
        assert picture.insats.id is not None
        self._write = write
        self._picture = picture
        self._import_id = import_id
        self._insats_id: int = picture.insats.id
        self.made: Counter[str] = Counter()
        self._talks = TalkWriter(write, picture, self._note, self.made)
        self._spells = SpellWriter(write, picture, self._note_spell, self._words_taken)
        self._made: list[dict[str, Any]] = []
        self._held: dict[int, Held] = {}
        self._words: set[str] | None = None
        self.touched: Counter[int] = Counter()
        self.elsewhere: list[Entry] = []

    def add(self, record: ImportRecord, found: Look) -> None:
        """Add a record that `_import_checks.look` has found to be new."""
        if isinstance(record, TalkRecord):
            assert found.spell is not None
            self._talks.add(record, found.spell, found.joins)
        elif found.only_answers:
            assert found.spell is not None
            self._spells.flush()
            self._add_answers(record, found, self._hold(found.spell.spell).spell)
        elif isinstance(record, SpellRecord) and self._spells.takes(record, found):
            self._spells.add(record, found)
        elif isinstance(record, SpellRecord):
            self._spells.flush()
            self._add_spell(record, found)
        elif isinstance(record, HistoryRecord):
            self._add_history(record)
        else:
            self._add_part(record, found)
        if len(self._made) >= BUNDLE:
            self._note_made()

    def flush(self) -> None:
        """Write what is still waiting."""
        self._spells.flush()
        self._talks.flush()
        self._note_made()

    def _note(self, record: ImportRecord, table: str, row_id: int, spell_id: int | None) -> None:
        self.made[table] += 1
        self._made.append(
            {
                "import_id": self._import_id,
                "file_row": record.row,
                "table_name": table,
                "row_id": row_id,
                "spell_id": spell_id,
                "version": 1,
            }
        )
        if spell_id is not None:
            self.touched[spell_id] += 1

    def _note_spell(self, record: SpellRecord, spell_id: int, is_new: bool) -> None:
        self.made["participant"] += is_new
        self._note(record, "spell", spell_id, spell_id)
        # That it was started stands in the log already.
        self.touched.pop(spell_id)

    def _note_made(self) -> None:
        if self._made:
            self._write.session.flush()
            add(self._write, ImportedRow, self._made)
            self._made = []

    # Participants and spells

    def _add_spell(self, record: SpellRecord, found: Look) -> None:
        write, session = self._write, self._write.session
        assert found.person is not None
        assert found.spell is not None
        assert record.started_on is not None
        person = found.person
        if person.participant_id is None:
            number = code_number(record.key) if is_own_code(record.key) else None
            participant = new_participant(
                write,
                self._picture.insats,
                record.birth_year,
                record.gender,
                never_given=number,
                words_taken=self._words_taken(),
            )
            person.participant_id = participant.id
            self.made["participant"] += 1
            if number is None and participant.id is not None:
                session.add(
                    ImportKey(
                        insats_id=self._insats_id,
                        file_key=record.key,
                        participant_id=participant.id,
                    )
                )
        else:
            participant = session.get_one(Participant, person.participant_id)
        end = None
        if record.ended_on is not None and record.end_reason is not None:
            end = PastEnd(record.ended_on, record.end_reason)
        started = add_spell(
            write,
            self._picture.insats,
            participant,
            SpellStart(
                started_on=record.started_on,
                referrer=record.referrer,
                consent_follow_up=record.consent_follow_up,
                consent_contact=record.consent_contact,
                consent_disclosure_on=record.consent_disclosure_on,
                municipality=record.municipality,
                education=record.education,
                support_months_known=record.support_months_known,
                support_months=record.support_months,
                support_band=record.support_band,
                need_group=record.need_group,
                step=record.step,
                end=end,
            ),
        )
        spell = session.get_one(Spell, started.spell_id)
        self._set_end(spell, record)
        found.spell.spell = spell
        self._note(record, "spell", started.spell_id, started.spell_id)
        self._add_answers(record, found, spell)
        # That it was started stands in the log already.
        self.touched.pop(started.spell_id)

    def _words_taken(self) -> set[str]:
        if self._words is None:
            self._words = words_taken_by(self._write, self._picture.insats.controller_id)
        return self._words

    def _set_end(self, spell: Spell, record: SpellRecord) -> None:
        """What the end said beyond its reason; `check_outcome` has let it pass."""
        if record.ended_on is None:
            return
        write = self._write
        reason = code_of(write, "end_reason", record.end_reason or "", field="end_reason")
        proposed = proposed_outcome(reason)
        if record.outcome is not None and record.outcome is not proposed:
            why = record.outcome_reason or ""
            spell.outcome = record.outcome
            spell.outcome_reason = check_reason(
                write, "outcome_reason", why, field="outcome_reason"
            )
        spell.active_planning = record.active_planning
        write.session.add(spell)
        write.session.flush()

    def _add_answers(self, record: ImportRecord, found: Look, spell: Spell) -> None:
        for one in found.answers:
            choices = {one.question_id: one.choices}
            for answer in add_answers(self._write, spell, one.occasion, one.on, choices):
                assert answer.id is not None
                self._note(record, "answer", answer.id, spell.id)

    # What belongs to a spell

    def _hold(self, spell: Spell) -> Held:
        assert spell.id is not None
        if spell.id not in self._held:
            self._held[spell.id] = hold_spell(self._write, spell.id)
        return self._held[spell.id]

    def _add_part(self, record: SituationRecord | StepRecord | FollowUpRecord, found: Look) -> None:
        assert found.spell is not None
        held = self._hold(found.spell.spell)
        if isinstance(record, FollowUpRecord):
            self._add_follow_up(record, held)
            self._add_answers(record, found, held.spell)
            return
        on = record.on or (
            held.spell.started_on if record.occasion is Occasion.START else held.spell.ended_on
        )
        assert on is not None, "the check has seen to it"
        if isinstance(record, StepRecord):
            step = add_step(self._write, held.spell, record.level, record.occasion, on)
            assert step.id is not None
            self._note(record, "step_assessment", step.id, held.spell_id)
        else:
            assert record.value is not None, "answers alone go another way"
            situation = add_situation(self._write, held.spell, record.value, record.occasion, on)
            assert situation.id is not None
            self._note(record, "situation", situation.id, held.spell_id)
            self._add_answers(record, found, held.spell)

    def _add_follow_up(self, record: FollowUpRecord, held: Held) -> None:
        write, session = self._write, self._write.session
        if record.status is FollowUpStatus.DECEASED:
            hold_everyone_of(write, held.spell_id)
        follow_up = session.exec(
            select(FollowUp)
            .where(FollowUp.spell_id == held.spell_id, FollowUp.months == record.months)
            .with_for_update()
        ).one()
        assert follow_up.id is not None
        if record.status is FollowUpStatus.NOT_REACHED:
            session.add(
                Attempt(
                    follow_up_id=follow_up.id,
                    tried_on=record.on,
                    way=code_of(write, "attempt_way", record.way or "", field="way").key,
                    recorded_at=write.now,
                    recorded_by=write.actor.account_id,
                )
            )
            session.flush()
        self.elsewhere += settle(
            write,
            held,
            follow_up,
            record.status,
            record.on,
            situation=record.situation,
            step=record.step,
        )
        session.flush()
        self._note(record, "follow_up", follow_up.id, held.spell_id)
        self._made[-1]["version"] = follow_up.version

    def _add_history(self, record: HistoryRecord) -> None:
        self._write.session.add(
            EarlierFigure(
                import_id=self._import_id,
                insats_id=self._insats_id,
                year=record.year,
                gender=record.gender,
                measure=record.measure,
                number=record.number,
                base=record.base,
                definition=record.definition,
                source=record.source,
            )
        )
        self.made["earlier_figure"] += 1
