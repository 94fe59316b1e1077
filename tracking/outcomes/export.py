"""An insats's own rows, as an export hands them out: every spell that the actor may see.

Voided records and felregistreringar are left out. Each row is a dictionary by the keys of the
columns that imports read (`tracking.domain.import_records`), with the words of the lists. The
memory word is in no row. What the files look like is `tracking.exchange.exporting`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session as DbSession
from sqlmodel import col, or_, select

from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.permissions import check_can_export
from tracking.domain import clock
from tracking.domain.endings import Outcome
from tracking.domain.import_records import ImportKind
from tracking.domain.records import FollowUpStatus, SupportMonthsKnown
from tracking.domain.situation import (
    NO_SUPPORT_LABEL,
    Occasion,
    WorkKind,
    YesNoUnknown,
)
from tracking.outcomes._seen import visible
from tracking.outcomes.kinds import Persons
from tracking.store.database import Database
from tracking.store.tables import (
    Answer,
    AnswerChoice,
    Attempt,
    Attendance,
    Code,
    FollowUp,
    Insats,
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

EXPORTED = "export_insats"
ANSWERS = "answers"
NO_PROSPECTS = "inga utsikter"
UNKNOWN = "vet ej"
AFTER = frozenset({Occasion.M6, Occasion.M12, Occasion.M18})
"""What belongs to a follow-up stands in its row."""

Value = str | int | Decimal | date | None
Row = dict[str, Value]


@dataclass(frozen=True)
class InsatsExport:
    """The rows of one insats by table: an `ImportKind`'s value, or `ANSWERS`. ``left_out`` is
    how many spells the actor may not see, for want of a sekretessbrytande samtycke.
    """

    insats: str
    made_at: datetime
    made_by: str
    spells: int
    left_out: int
    tables: Mapping[str, Sequence[Row]]


def export_insats(
    database: Database, actor: Actor, insats_id: int, *, page: str, form: str
) -> Persons[InsatsExport]:
    """Return the insats's rows, logged with the kind of file and how many spells they tell of.

    Raises `NotPermitted` unless the actor leads the insats and works with its persons.
    """
    check_can_export(actor, insats_id)
    actor.check_still_so()
    with database.transaction() as work:
        export = _Reading(work.session, actor, insats_id).export()
        detail = f"{form}, {export.spells} deltaganden"
        record(work, actor, Entry(EXPORTED, insats_id=insats_id, page=page, detail=detail))
    return Persons(export)


def export_size(database: Database, actor: Actor, insats_id: int) -> tuple[int, int]:
    """Return how many spells an export would hold, and how many it would leave out."""
    check_can_export(actor, insats_id)
    with database.reading() as session:
        reading = _Reading(session, actor, insats_id)
        return len(reading.spells), reading.left_out


class _Reading:
    """One insats read once, in the order of code and start."""

    def __init__(self, session: DbSession, actor: Actor, insats_id: int) -> None:
        self.session, self.actor, self.insats_id = session, actor, insats_id
        right = (
            Spell.insats_id == insats_id,
            or_(col(Spell.outcome).is_(None), col(Spell.outcome) != Outcome.MISREGISTERED),
        )
        rows = session.exec(
            select(Spell, Participant)
            .join(Participant, col(Participant.id) == col(Spell.participant_id))
            .where(*right, *visible(actor, Spell))
            .order_by(col(Participant.number), col(Spell.started_on), col(Spell.id))
        ).all()
        self.spells = {spell.id or 0: (spell, person) for spell, person in rows}
        every = session.exec(select(Spell.id).where(*right)).all()
        self.left_out = len(every) - len(self.spells)
        self.labels = {code.id: code.label for code in session.exec(select(Code))}
        self.words = {(code.list_key, code.key): code.label for code in session.exec(select(Code))}

    def export(self) -> InsatsExport:
        situations = self._situations()
        steps = self._steps()
        return InsatsExport(
            insats=self.session.get_one(Insats, self.insats_id).name,
            made_at=clock.now(),
            made_by=self.actor.title,
            spells=len(self.spells),
            left_out=self.left_out,
            tables={
                ImportKind.SPELLS: [self._spell(*pair) for pair in self.spells.values()],
                ImportKind.RATINGS: self._talks(),
                ImportKind.SITUATIONS: [
                    {**self._key(id_), "occasion": occasion.label, **row}
                    for (id_, occasion), row in situations.items()
                    if occasion not in AFTER
                ],
                ImportKind.STEPS: [
                    {**self._key(id_), "occasion": occasion.label, "on": on, "step": step}
                    for id_, occasion, on, step in steps
                    if occasion not in AFTER
                ],
                ImportKind.FOLLOW_UPS: self._follow_ups(situations, steps),
                ANSWERS: self._answers(),
            },
        )

    def _key(self, spell_id: int) -> Row:
        spell, person = self.spells[spell_id]
        return {"key": person.code, "spell_start": spell.started_on}

    def _spell(self, spell: Spell, person: Participant) -> Row:
        label = self.labels.get
        return {
            "key": person.code,
            "birth_year": person.birth_year,
            "gender": person.gender.label,
            "started_on": spell.started_on,
            "referrer": label(spell.referrer_id),
            "consent_follow_up": _yes(spell.consent_follow_up),
            "consent_contact": _yes(spell.consent_contact),
            "consent_disclosure_on": spell.consent_disclosure_on,
            "municipality": label(spell.municipality_id),
            "education": label(spell.education_id),
            "support_time": self._support_time(spell),
            "need_group": label(spell.need_group_id),
            "ended_on": spell.ended_on,
            "end_reason": label(spell.end_reason_id),
            "outcome": _label(spell.outcome),
            "outcome_reason": self.words.get(("outcome_reason", spell.outcome_reason or "")),
            "active_planning": _label(spell.active_planning),
        }

    def _support_time(self, spell: Spell) -> Value:
        if spell.support_months_known is SupportMonthsKnown.UNKNOWN:
            return UNKNOWN
        if spell.support_months_known is SupportMonthsKnown.BAND:
            return self.labels.get(spell.support_band_id)
        return None if spell.support_months is None else str(spell.support_months)

    def _talks(self) -> list[Row]:
        ratings: dict[int, list[Rating]] = defaultdict(list)
        for rating in self.session.exec(
            select(Rating)
            .join(Attendance, col(Attendance.id) == col(Rating.attendance_id))
            .where(Attendance.insats_id == self.insats_id, col(Rating.voided_at).is_(None))
        ):
            ratings[rating.attendance_id].append(rating)
        rows = self.session.exec(
            select(Attendance, Session)
            .join(Session, col(Session.id) == col(Attendance.session_id))
            .where(
                Attendance.insats_id == self.insats_id,
                col(Attendance.voided_at).is_(None),
                col(Session.voided_at).is_(None),
            )
            .order_by(col(Session.held_on), col(Session.order_in_day), col(Attendance.id))
        )
        found = []
        for attendance, session in rows:
            if attendance.spell_id not in self.spells:
                continue
            row: Row = {
                **self._key(attendance.spell_id),
                "held_on": session.held_on,
                "session_kind": session.kind.label,
                "attendance": attendance.status.label,
                "place": session.order_in_day,
            }
            for rating in ratings[attendance.id or 0]:
                row.update(_scores(rating))
            found.append(row)
        return found

    def _situations(self) -> dict[tuple[int, Occasion], Row]:
        sources: dict[int, list[str]] = defaultdict(list)
        for source in self.session.exec(
            select(SituationSupport)
            .join(Situation, col(Situation.id) == col(SituationSupport.situation_id))
            .join(Spell, col(Spell.id) == col(Situation.spell_id))
            .where(Spell.insats_id == self.insats_id)
        ):
            sources[source.situation_id].append(source.source.label)
        found = {}
        for row in self.session.exec(
            select(Situation)
            .join(Spell, col(Spell.id) == col(Situation.spell_id))
            .where(Spell.insats_id == self.insats_id, col(Situation.voided_at).is_(None))
            .order_by(col(Situation.described_on), col(Situation.id))
        ):
            if row.spell_id in self.spells:
                found[row.spell_id, row.occasion] = _situation(row, sources[row.id or 0])
        return found

    def _steps(self) -> list[tuple[int, Occasion, date, Value]]:
        rows = self.session.exec(
            select(StepAssessment)
            .join(Spell, col(Spell.id) == col(StepAssessment.spell_id))
            .where(Spell.insats_id == self.insats_id, col(StepAssessment.voided_at).is_(None))
            .order_by(col(StepAssessment.assessed_on), col(StepAssessment.id))
        )
        return [
            (
                row.spell_id,
                row.occasion,
                row.assessed_on,
                NO_PROSPECTS if row.position is None else str(row.position),
            )
            for row in rows
            if row.spell_id in self.spells
        ]

    def _follow_ups(
        self,
        situations: Mapping[tuple[int, Occasion], Row],
        steps: Sequence[tuple[int, Occasion, date, Value]],
    ) -> list[Row]:
        ways = {
            attempt.follow_up_id: self.words.get(("attempt_way", attempt.way), attempt.way)
            for attempt in self.session.exec(select(Attempt).order_by(col(Attempt.id)))
        }
        stood = {(id_, occasion): step for id_, occasion, _, step in steps}
        rows = self.session.exec(
            select(FollowUp)
            .join(Spell, col(Spell.id) == col(FollowUp.spell_id))
            .where(Spell.insats_id == self.insats_id, FollowUp.status != FollowUpStatus.DUE)
            .order_by(col(FollowUp.due_on), col(FollowUp.id))
        )
        found = []
        for row in rows:
            if row.spell_id not in self.spells:
                continue
            at = (row.spell_id, Occasion(f"m{row.months}"))
            situation = {k: v for k, v in situations.get(at, {}).items() if k != "on"}
            not_reached = row.status is FollowUpStatus.NOT_REACHED
            found.append(
                {
                    **self._key(row.spell_id),
                    "months": row.months,
                    "status": row.status.label,
                    "on": row.done_on or row.closed_on,
                    "way": ways.get(row.id or 0) if not_reached else None,
                    "step": stood.get(at),
                    **situation,
                }
            )
        return found

    def _answers(self) -> list[Row]:
        said: dict[int, list[str]] = defaultdict(list)
        for choice, option in self.session.exec(
            select(AnswerChoice, QuestionOption)
            .join(
                QuestionOption,
                (col(QuestionOption.question_id) == col(AnswerChoice.question_id))
                & (col(QuestionOption.value) == col(AnswerChoice.value)),
            )
            .order_by(col(AnswerChoice.value))
        ):
            said[choice.answer_id].append(option.label)
        rows = self.session.exec(
            select(Answer, Question)
            .join(Question, col(Question.id) == col(Answer.question_id))
            .join(Spell, col(Spell.id) == col(Answer.spell_id))
            .where(Spell.insats_id == self.insats_id, col(Answer.voided_at).is_(None))
            .order_by(col(Answer.answered_on), col(Answer.id))
        )
        return [
            {
                **self._key(answer.spell_id),
                "occasion": answer.occasion.label,
                "on": answer.answered_on,
                "question": question.wording,
                "answer": ", ".join(said[answer.id or 0]) or UNKNOWN,
            }
            for answer, question in rows
            if answer.spell_id in self.spells
        ]


def _scores(rating: Rating) -> Iterator[tuple[str, Value]]:
    small = rating.instrument.lower()
    scales = (rating.scale_1, rating.scale_2, rating.scale_3, rating.scale_4)
    for place, mm in enumerate(scales, start=1):
        if mm is not None:
            yield f"{small}_{place}", _points(mm)
    if rating.total is None:
        yield f"{small}_mark", rating.status.label
    else:
        yield f"{small}_total", _points(rating.total)


def _points(mm: int) -> Decimal:
    return Decimal(mm) / 10


def _situation(row: Situation, sources: list[str]) -> Row:
    support = NO_SUPPORT_LABEL if row.no_support else ", ".join(sorted(sources))
    return {
        "on": row.described_on,
        "support": UNKNOWN if row.support_unknown else support,
        "work": row.work.label,
        "work_percent": row.work_percent,
        "work_kind": _label(row.work_kind),
        "studies": row.studies.label,
        "studies_percent": row.studies_percent,
        "seeking": row.seeking.label,
        "registered_af": row.registered.label,
    }


def _label(word: Outcome | YesNoUnknown | WorkKind | None) -> str | None:
    return None if word is None else word.label


def _yes(said: bool) -> str:
    return "ja" if said else "nej"
