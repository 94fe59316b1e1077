"""What an insats has, as an import needs to see it: participants by key, and their spells.

Read once, then kept in step with what the file would add, so that a later row is judged as it
would be after the earlier ones. Nothing is written and nothing is decided here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session as DbSession
from sqlmodel import col, or_, select

from tracking.domain.endings import Outcome
from tracking.domain.errors import NotFound
from tracking.domain.import_records import ImportKind, RowState
from tracking.domain.ladder import StepLevel
from tracking.domain.questions import Option
from tracking.domain.records import Gender
from tracking.domain.situation import Occasion, SituationValue
from tracking.services._answers import Choices
from tracking.services._talk import value_of
from tracking.services.starts import valid_version
from tracking.store.tables import (
    Answer,
    AnswerChoice,
    Attendance,
    Code,
    Controller,
    EarlierFigure,
    FollowUp,
    ImportKey,
    ImportRun,
    Insats,
    LadderStep,
    LadderVersion,
    Participant,
    Question,
    QuestionOption,
    Rating,
    Session,
    Situation,
    SituationSupport,
    Spell,
    StepAssessment,
)

DETAILS = (
    "referrer",
    "consent_follow_up",
    "consent_contact",
    "consent_disclosure_on",
    "municipality",
    "education",
    "support_months_known",
    "support_months",
    "support_band",
    "need_group",
    "ended_on",
    "end_reason",
    "outcome",
    "outcome_reason",
    "active_planning",
)
"""What two accounts of one spell are compared by; names of `SpellRecord` and columns of Spell."""


OTHERWISE = "finns redan med andra uppgifter. Rätta för hand i stället."


@dataclass
class TalkSeen:
    """A talk that is stored: its attendance, and the ratings by instrument."""

    attendance_id: int
    status: str
    ratings: dict[str, Any] = field(default_factory=dict)


@dataclass
class SpellSeen:
    """A spell that is stored, or that the file would make (then without a number)."""

    spell: Spell
    place: int
    details: dict[str, object]
    steps: dict[tuple[Occasion, date], StepLevel] = field(default_factory=dict)
    situations: dict[Occasion, SituationValue] = field(default_factory=dict)
    follow_ups: dict[int, FollowUp] = field(default_factory=dict)
    talks: dict[tuple[date, str], list[TalkSeen]] = field(default_factory=dict)
    answers: dict[tuple[Occasion, int], Choices] = field(default_factory=dict)
    held: bool = False


@dataclass
class PersonSeen:
    """A participant, or somebody whom the file would register."""

    birth_year: int
    gender: Gender
    participant_id: int | None = None
    spells: list[SpellSeen] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer that a record would add, to the question that was put that day."""

    occasion: Occasion
    on: date
    question_id: int
    choices: Choices


@dataclass(slots=True)
class Look:
    """What would happen with a record, and what it is about."""

    state: RowState
    said: str
    person: PersonSeen | None = None
    spell: SpellSeen | None = None
    joins: TalkSeen | None = None
    """The stored talk that only its ratings are added to."""
    answers: tuple[NewAnswer, ...] = ()
    only_answers: bool = False
    """What the record tells besides its answers is stored already."""


class Picture:
    """The insats as it is, and as the rows judged so far would make it."""

    def __init__(self, session: DbSession, insats_id: int, kind: ImportKind, today: date) -> None:
        found = session.get(Insats, insats_id)
        if found is None:
            raise NotFound("Insatsen finns inte.")
        self.insats = found
        self.kind = kind
        self.today = today
        self.people: dict[str, PersonSeen] = {}
        self.spells: list[SpellSeen] = []
        self.in_file: dict[int, int] = {}
        """Talks that the file has told of: whose, when and how → what, and on which row."""
        self.talks_in_day: dict[tuple[int, date], int] = {}
        self.history: dict[tuple[int, str, str, Gender | None], tuple[int, int | None]] = {}
        controller = session.get_one(Controller, found.controller_id)
        self.last_number = controller.last_number
        self.numbers_taken: set[int] = set()
        self._codes = {code.id: code for code in session.exec(select(Code))}
        self.end_reasons = {
            code.key: code for code in self._codes.values() if code.list_key == "end_reason"
        }
        self.questions: dict[str, list[Question]] = defaultdict(list)
        self.options: dict[int, list[Option]] = defaultdict(list)
        self._versions: list[LadderVersion] = []
        self.positions: dict[int, set[int]] = defaultdict(set)
        if kind is ImportKind.HISTORY:
            self._read_history(session)
            return
        self._read_ladder(session)
        self._read_people(session)
        by_id = {seen.spell.id or 0: seen for seen in self.spells}
        if kind is ImportKind.RATINGS:
            self._read_talks(session, by_id)
        elif kind is not ImportKind.SPELLS:
            self._read_standing(session, by_id)
        if kind in (ImportKind.SPELLS, ImportKind.FOLLOW_UPS, ImportKind.SITUATIONS):
            self._read_answers(session, by_id)

    def ladder_version(self, on: date) -> int | None:
        """The version of the insats's ladder that a spell begun on the day gets."""
        return valid_version(self._versions, on)

    def _read_ladder(self, session: DbSession) -> None:
        if self.insats.ladder_id is not None:
            self._versions = list(
                session.exec(
                    select(LadderVersion)
                    .where(LadderVersion.ladder_id == self.insats.ladder_id)
                    .order_by(col(LadderVersion.number))
                )
            )
        for step in session.exec(select(LadderStep)):
            self.positions[step.ladder_version_id].add(step.position)

    def _read_people(self, session: DbSession) -> None:
        known: dict[int, PersonSeen] = {}
        rows = session.exec(
            select(Participant).where(
                col(Participant.id).in_(
                    select(Spell.participant_id).where(Spell.insats_id == self.insats.id)
                )
            )
        )
        for row in rows:
            person = PersonSeen(row.birth_year, row.gender, row.id)
            known[row.id or 0] = self.people[row.code] = person
        keys = session.exec(select(ImportKey).where(ImportKey.insats_id == self.insats.id))
        for key in keys:
            if key.participant_id in known:
                self.people[key.file_key] = known[key.participant_id]
        spells = session.exec(
            select(Spell)
            .where(
                Spell.insats_id == self.insats.id,
                or_(col(Spell.outcome).is_(None), col(Spell.outcome) != Outcome.MISREGISTERED),
            )
            .order_by(col(Spell.started_on), col(Spell.id))
        )
        for spell in spells:
            self.add_spell(known[spell.participant_id], spell, self._details(spell))

    def add_spell(self, person: PersonSeen, spell: Spell, details: dict[str, object]) -> SpellSeen:
        """Take up a spell of a person."""
        seen = SpellSeen(spell, len(self.spells), details)
        self.spells.append(seen)
        person.spells.append(seen)
        return seen

    def _details(self, spell: Spell) -> dict[str, object]:
        def key(code_id: int | None) -> str | None:
            return None if code_id is None else self._codes[code_id].key

        details: dict[str, object] = {
            name: getattr(spell, name) for name in DETAILS if hasattr(spell, name)
        }
        for name in (
            "referrer",
            "municipality",
            "education",
            "support_band",
            "need_group",
            "end_reason",
        ):
            details[name] = key(getattr(spell, f"{name}_id"))
        return details

    def _read_talks(self, session: DbSession, by_id: dict[int, SpellSeen]) -> None:
        rows = session.execute(
            select(Attendance, Session.held_on, Session.kind, Session.order_in_day, Rating)  # type: ignore[call-overload, misc, unused-ignore]
            .join(Session, col(Session.id) == col(Attendance.session_id))
            .join(
                Rating,
                (col(Rating.attendance_id) == col(Attendance.id)) & col(Rating.voided_at).is_(None),
                isouter=True,
            )
            .where(
                Attendance.insats_id == self.insats.id,
                col(Attendance.voided_at).is_(None),
                col(Session.voided_at).is_(None),
            )
            .order_by(col(Attendance.id))
        )
        for attendance, held_on, kind, order, rating in rows:
            seen = by_id.get(attendance.spell_id)
            if seen is None:
                continue
            talks = seen.talks.setdefault((held_on, kind), [])
            if not talks or talks[-1].attendance_id != attendance.id:
                talks.append(TalkSeen(attendance.id, attendance.status))
            if rating is not None:
                talks[-1].ratings[rating.instrument] = value_of(rating)
            day = (seen.place, held_on)
            self.talks_in_day[day] = max(order, self.talks_in_day.get(day, 0))

    def _read_standing(self, session: DbSession, by_id: dict[int, SpellSeen]) -> None:
        here = select(Spell.id).where(Spell.insats_id == self.insats.id)
        for step in session.exec(
            select(StepAssessment).where(
                col(StepAssessment.spell_id).in_(here), col(StepAssessment.voided_at).is_(None)
            )
        ):
            if step.spell_id in by_id:
                level = StepLevel(step.position)
                by_id[step.spell_id].steps[step.occasion, step.assessed_on] = level
        for follow_up in session.exec(select(FollowUp).where(col(FollowUp.spell_id).in_(here))):
            if follow_up.spell_id in by_id:
                by_id[follow_up.spell_id].follow_ups[follow_up.months] = follow_up
        for spell_id, occasion, value in _situations(session, self.insats.id):
            if spell_id in by_id:
                by_id[spell_id].situations[occasion] = value

    def _read_answers(self, session: DbSession, by_id: dict[int, SpellSeen]) -> None:
        for question in session.exec(
            select(Question)
            .where(or_(col(Question.insats_id).is_(None), Question.insats_id == self.insats.id))
            .where(col(Question.on_slips) == 0)
            .order_by(col(Question.valid_from), col(Question.id))
        ):
            self.questions[question.key].append(question)
        for option in session.exec(select(QuestionOption).order_by(col(QuestionOption.value))):
            self.options[option.question_id].append(
                Option(option.value, option.label, option.positive)
            )
        rows = session.execute(
            select(Answer, AnswerChoice.value)  # type: ignore[call-overload, misc, unused-ignore]
            .join(Spell, col(Spell.id) == col(Answer.spell_id))
            .join(AnswerChoice, col(AnswerChoice.answer_id) == col(Answer.id), isouter=True)
            .where(Spell.insats_id == self.insats.id, col(Answer.voided_at).is_(None))
        )
        for answer, value in rows:
            if answer.spell_id in by_id:
                answers = by_id[answer.spell_id].answers
                chosen = answers.get((answer.occasion, answer.question_id), frozenset())
                more = frozenset() if value is None else frozenset({value})
                answers[answer.occasion, answer.question_id] = chosen | more

    def _read_history(self, session: DbSession) -> None:
        rows = session.exec(
            select(EarlierFigure)
            .join(ImportRun, col(ImportRun.id) == col(EarlierFigure.import_id))
            .where(EarlierFigure.insats_id == self.insats.id, col(ImportRun.voided_at).is_(None))
        )
        for row in rows:
            self.history[row.year, row.measure, row.source, row.gender] = (row.number, row.base)


def _situations(
    session: DbSession, insats_id: int | None
) -> Iterator[tuple[int, Occasion, SituationValue]]:
    sources: dict[int, set[Any]] = defaultdict(set)
    here = select(Situation.id).join(Spell, col(Spell.id) == col(Situation.spell_id))
    here = here.where(Spell.insats_id == insats_id, col(Situation.voided_at).is_(None))
    for row in session.exec(
        select(SituationSupport).where(col(SituationSupport.situation_id).in_(here))
    ):
        sources[row.situation_id].add(row.source)
    for one in session.exec(select(Situation).where(col(Situation.id).in_(here))):
        named = frozenset(sources[one.id or 0])
        known = bool(one.no_support) if named or one.no_support else None
        yield (
            one.spell_id,
            one.occasion,
            SituationValue(
                no_support=known,
                sources=named,
                support_unknown=bool(one.support_unknown),
                work=one.work,
                work_percent=one.work_percent,
                work_kind=one.work_kind,
                studies=one.studies,
                studies_percent=one.studies_percent,
                seeking=one.seeking,
                registered_af=one.registered,
            ),
        )
