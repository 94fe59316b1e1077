"""The change history of a spell in Swedish words: which field, what it was, who, when, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session as DbSession
from sqlmodel import col, or_, select

from tracking.domain.endings import Outcome
from tracking.domain.instruments import INSTRUMENTS, RatingStatus, format_points
from tracking.domain.records import FollowUpStatus, Gender, SupportMonthsKnown
from tracking.domain.situation import YesNoUnknown
from tracking.domain.swedish import iso
from tracking.store.tables import (
    Answer,
    Attendance,
    Change,
    Code,
    FollowUp,
    Question,
    Rating,
    Session,
    Situation,
    Spell,
    StepAssessment,
)

VOIDED = "makulerad"

_FIELDS = {
    "status": "status",
    "total": "summa",
    "held_on": "datum",
    "outcome": "utfall",
    "outcome_reason": "skäl till ändrat utfall",
    "end_reason_id": "avslutsanledning",
    "ended_on": "slutdatum",
    "misregistered_reason": "skäl till felregistrering",
    "done_on": "genomförd",
    "closed_on": "avslutad",
    "memory_word": "minnesord",
    "municipality_id": "hemkommun",
    "education_id": "utbildning",
    "support_months_known": "tid i offentlig försörjning",
    "support_months": "månader i offentlig försörjning",
    "support_band_id": "tid i offentlig försörjning",
    "need_group_id": "behovsgrupp",
    "responsible_id": "ansvarig",
    "choice": "svar",
    "previous_spell_id": "tidigare deltagande",
    "started_on": "startdatum",
    "referrer_id": "remittent",
    "consent_disclosure_on": "sekretessbrytande samtycke",
    "birth_year": "födelseår",
    "gender": "kön",
    "consent_contact": "samtycke till kontakt",
    "active_planning": "på rätt plats med tydlig planering",
}
_REASON_LISTS = ("correction_reason", "void_reason", "outcome_reason")
_OWN_REASONS = {
    "completed": "Uppgiften fylldes i",
    "another_word": "Nytt minnesord valdes",
    "contact_withdrawn": "Samtycket till kontakt togs tillbaka",
    "contact_given": "Samtycke till kontakt gavs",
    "disclosure_recorded": "Samtycket registrerades",
    "linked": "Deltagandena kopplades ihop",
}
_SUPPORT_KNOWN = {
    SupportMonthsKnown.MONTHS.value: "antal månader",
    SupportMonthsKnown.BAND.value: "spann",
    SupportMonthsKnown.UNKNOWN.value: "vet ej",
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One line of the history. ``what`` names the record, ``field`` the field; a struck-out
    record has the field *makulerad*. ``old`` and ``new`` are as people read them.
    """

    changed_at: datetime
    by: str
    table: str
    row_id: int
    what: str
    field: str
    old: str
    new: str
    why: str


def history_of(
    session: DbSession,
    spell: Spell,
    titles: dict[int | None, str],
    codes: dict[int | None, Code],
) -> tuple[ChangeRow, ...]:
    """Every correction and void of a spell and its participant, the newest first."""
    assert spell.id is not None
    reasons = {
        code.key: code.label for code in codes.values() if code.list_key in _REASON_LISTS
    } | _OWN_REASONS
    words = _Words(session, spell, titles, codes)
    rows = [
        ChangeRow(
            changed_at=change.changed_at,
            by=titles.get(change.changed_by, ""),
            table=change.table_name,
            row_id=change.row_id,
            what=words.what(change.table_name, change.row_id),
            field=words.field(change),
            old=words.value(change, change.old),
            new=words.value(change, change.new),
            why=reasons.get(change.why, change.why),
        )
        for change in session.exec(
            select(Change)
            .where(or_(Change.spell_id == spell.id, Change.participant_id == spell.participant_id))
            .order_by(col(Change.id))
        )
    ]
    rows += words.voids(reasons)
    rows.sort(key=lambda row: row.changed_at, reverse=True)
    return tuple(rows)


class _Words:
    """What the records of one spell are called."""

    def __init__(
        self,
        session: DbSession,
        spell: Spell,
        titles: dict[int | None, str],
        codes: dict[int | None, Code],
    ) -> None:
        spell_id = spell.id
        self._titles = titles
        self._codes = codes
        of_person = select(Spell).where(Spell.participant_id == spell.participant_id)
        self._started = {one.id: f"från {iso(one.started_on)}" for one in session.exec(of_person)}
        self._talks = session.exec(
            select(Attendance, Session)
            .join(Session, col(Session.id) == col(Attendance.session_id))
            .where(Attendance.spell_id == spell_id)
        ).all()
        self._ratings = session.exec(
            select(Rating, Session)
            .join(Attendance, col(Attendance.id) == col(Rating.attendance_id))
            .join(Session, col(Session.id) == col(Attendance.session_id))
            .where(Attendance.spell_id == spell_id)
        ).all()
        self._steps = session.exec(
            select(StepAssessment).where(StepAssessment.spell_id == spell_id)
        ).all()
        self._situations = session.exec(
            select(Situation).where(Situation.spell_id == spell_id)
        ).all()
        self._answers = session.exec(
            select(Answer, Question.wording)
            .join(Question, col(Question.id) == col(Answer.question_id))
            .where(Answer.spell_id == spell_id)
        ).all()
        self._follow_ups = session.exec(select(FollowUp).where(FollowUp.spell_id == spell_id)).all()
        self._names: dict[tuple[str, int | None], str] = {}
        self._instruments: dict[int | None, str] = {}
        for attendance, held in self._talks:
            name = f"{held.kind.label} {iso(held.held_on)}"
            self._names["session", held.id] = name
            self._names["attendance", attendance.id] = f"närvaro, {name}"
        for rating, held in self._ratings:
            instrument = INSTRUMENTS[rating.instrument]
            self._instruments[rating.id] = rating.instrument
            self._names["rating", rating.id] = f"{instrument.title} {iso(held.held_on)}"
        for step in self._steps:
            self._names["step_assessment", step.id] = (
                f"steg {step.occasion.label} {iso(step.assessed_on)}"
            )
        for situation in self._situations:
            self._names["situation", situation.id] = f"situation {situation.occasion.label}"
        for answer, wording in self._answers:
            self._names["answer", answer.id] = f"svar {answer.occasion.label}: {wording}"
        for follow_up in self._follow_ups:
            self._names["follow_up", follow_up.id] = f"uppföljning {follow_up.months} månader"

    def what(self, table: str, row_id: int) -> str:
        """The record in words."""
        # A follow-up goes when the end that planned it is taken back; its history stays.
        gone = {"participant": "deltagare", "follow_up": "uppföljning"}
        return self._names.get((table, row_id), gone.get(table, "deltagande"))

    def field(self, change: Change) -> str:
        """The field in words; a scale by its topic."""
        if change.table_name == "rating" and change.field.startswith("scale_"):
            instrument = INSTRUMENTS[self._instruments.get(change.row_id, "ORS")]
            return instrument.scales[int(change.field[-1]) - 1]
        return _FIELDS.get(change.field, change.field)

    def value(self, change: Change, kept: str | None) -> str:
        """A kept value as people read it."""
        if kept is None:
            return "–"
        table, field = change.table_name, change.field
        if table == "rating":
            return RatingStatus(kept).label if field == "status" else format_points(int(kept))
        if table == "follow_up" and field == "status":
            return FollowUpStatus(kept).label
        if field == "outcome":
            return Outcome(kept).label
        if field == "consent_contact":
            return "ja" if kept == "1" else "nej"
        if field == "active_planning":
            return YesNoUnknown(kept).label
        if field == "gender":
            return Gender(kept).label
        if field == "previous_spell_id":
            return self._started.get(int(kept), "–")
        if field == "responsible_id":
            return self._titles.get(int(kept), kept)
        if field == "support_months_known":
            return _SUPPORT_KNOWN.get(kept, kept)
        if field in ("misregistered_reason", "outcome_reason"):
            labels = (c.label for c in self._codes.values() if c.key == kept)
            return next(labels, kept)
        if field.endswith("_id") and int(kept) in self._codes:
            return self._codes[int(kept)].label
        return kept

    def voids(self, reasons: dict[str, str]) -> list[ChangeRow]:
        """What has been struck out, as lines of the same history."""
        rows: list[Session | Attendance | Rating | StepAssessment | Situation | Answer] = [
            *(attendance for attendance, _ in self._talks),
            *(held for _, held in self._talks),
            *(rating for rating, _ in self._ratings),
            *self._steps,
            *self._situations,
            *(answer for answer, _ in self._answers),
        ]
        return [
            ChangeRow(
                changed_at=row.voided_at,
                by=self._titles.get(row.voided_by, ""),
                table=str(row.__tablename__),
                row_id=row.id or 0,
                what=self.what(str(row.__tablename__), row.id or 0),
                field=VOIDED,
                old="–",
                new=VOIDED,
                why=reasons.get(row.void_reason or "", ""),
            )
            for row in rows
            if row.voided_at is not None
        ]
