"""The queries behind *Att göra*, one for each kind of thing that can be due.

All over the actor's own visible spells. What a thing looks like is `todo_views`, which goes
first `tracking.domain.urgency`, and who may ask `todo`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session as DbSession
from sqlmodel import col, or_, select

from tracking.access.actors import Actor
from tracking.domain.endings import END_REASONS
from tracking.domain.ladder import (
    END_WINDOW_AFTER,
    FOLLOW_UP_WINDOW_AFTER,
    FOLLOW_UP_WINDOW_BEFORE,
    START_WINDOW_DAYS,
)
from tracking.domain.records import AttendanceStatus, FollowUpStatus, SessionKind
from tracking.domain.signals import NOT_SEEN_DAYS, not_seen_sentence
from tracking.domain.swedish import iso
from tracking.domain.urgency import urgency, urgency_words
from tracking.domain.wording import counted
from tracking.outcomes._seen import visible
from tracking.outcomes.todo_views import ToDoItem, ToDoKind, Way, ways_at_start
from tracking.store.tables import (
    Attempt,
    Attendance,
    FollowUp,
    Insats,
    Participant,
    Rating,
    Session,
    Spell,
    SpellSummary,
    StepAssessment,
)

FORMS_FORGOTTEN_DAYS = 90
END_DETAILS_DAYS = 365


class DueReader:
    """One reading of what is due today; each method gives the items of its kind."""

    def __init__(self, session: DbSession, actor: Actor, today: date) -> None:
        self._session = session
        self._actor = actor
        self._today = today

    def _rows(self, *columns: Any, where: list[ColumnElement[bool]], **joins: Any) -> list[Any]:
        statement = select(  # type: ignore[call-overload]
            SpellSummary.spell_id,
            Participant.code,
            Participant.memory_word,
            SpellSummary.insats_id,
            col(Insats.name).label("insats"),
            SpellSummary.responsible_id,
            *columns,
        ).select_from(SpellSummary)
        statement = statement.join(
            Participant, col(Participant.id) == col(SpellSummary.participant_id)
        ).join(Insats, col(Insats.id) == col(SpellSummary.insats_id))
        for table, on in joins.get("join", ()):
            statement = statement.join(table, on)
        kept = or_(
            col(SpellSummary.outcome).is_(None), col(SpellSummary.outcome) != "misregistered"
        )
        statement = statement.where(kept, *visible(self._actor, SpellSummary), *where)
        return list(self._session.execute(statement))

    def of(self, kinds: Collection[ToDoKind]) -> Iterator[ToDoItem]:
        """What is due of some kinds, in no order."""
        readings = {
            ToDoKind.FOLLOW_UP: self.follow_ups,
            ToDoKind.FOLLOW_UP_STEP: self.follow_up_steps,
            ToDoKind.TALK_WITHOUT_FORM: self.talks_without_forms,
            ToDoKind.START_DETAILS: self.start_details,
            ToDoKind.END_DETAILS: self.end_details,
            ToDoKind.NOT_SEEN: self.not_seen,
        }
        for kind in kinds:
            yield from readings[kind]()

    def _item(
        self,
        row: Any,
        kind: ToDoKind,
        due_on: date,
        text: str,
        *ways: tuple[str, str, Mapping[str, object]],
        closes_on: date | None = None,
        why: str = "",
        also: str = "",
    ) -> ToDoItem:
        """``ways`` are words, page and what its address says besides the spell. ``why`` stands
        instead of the words of its level, ``also`` after them.
        """
        level = urgency(
            self._today,
            due_on,
            closes_on=closes_on,
            person=kind in (ToDoKind.FOLLOW_UP, ToDoKind.NOT_SEEN),
            paper=kind is ToDoKind.TALK_WITHOUT_FORM,
        )
        why = why or urgency_words(level, self._today, due_on, closes_on)
        return ToDoItem(
            kind=kind,
            urgency=level,
            due_on=due_on,
            closes_on=closes_on,
            days=(self._today - due_on).days,
            spell_id=row.spell_id,
            code=row.code,
            memory_word=row.memory_word,
            insats_id=row.insats_id,
            insats=row.insats,
            text=text,
            why=f"{why}; {also}" if also else why,
            ways=tuple(
                Way(
                    words,
                    page,
                    {"deltagande": str(row.spell_id)} | {k: str(v) for k, v in more.items()},
                )
                for words, page, more in ways
            ),
            mine=row.responsible_id in (None, self._actor.account_id),
        )

    def follow_ups(self) -> Iterator[ToDoItem]:
        attempts = (
            select(func.count())
            .select_from(Attempt)
            .where(col(Attempt.follow_up_id) == col(FollowUp.id))
            .scalar_subquery()
        )
        rows = self._rows(
            FollowUp.months,
            FollowUp.due_on,
            attempts.label("attempts"),
            join=[(FollowUp, col(FollowUp.spell_id) == col(SpellSummary.spell_id))],
            where=[
                col(FollowUp.status) == FollowUpStatus.DUE,
                col(FollowUp.due_on) <= self._today + timedelta(days=FOLLOW_UP_WINDOW_BEFORE),
            ],
        )
        for row in rows:
            tried = counted(row.attempts, "försök", "försök") if row.attempts else ""
            text = f"Uppföljning {row.months} månader"
            yield self._item(
                row,
                ToDoKind.FOLLOW_UP,
                row.due_on,
                text,
                (text, "uppfoljningar", {"manader": row.months}),
                closes_on=row.due_on + timedelta(days=FOLLOW_UP_WINDOW_AFTER),
                also=f"{tried} att nå personen" if tried else "",
            )

    def follow_up_steps(self) -> Iterator[ToDoItem]:
        rows = self._rows(
            FollowUp.months,
            FollowUp.due_on,
            FollowUp.done_on,
            join=[(FollowUp, col(FollowUp.spell_id) == col(SpellSummary.spell_id))],
            where=[
                col(FollowUp.status) == FollowUpStatus.DONE,
                col(SpellSummary.ladder_version_id).is_not(None),
                col(FollowUp.due_on)
                >= self._today - timedelta(days=FOLLOW_UP_WINDOW_AFTER + END_WINDOW_AFTER),
                ~_step_at(col(FollowUp.months)),
            ],
        )
        for row in rows:
            text = f"Steg vid uppföljningen {row.months} månader"
            yield self._item(
                row,
                ToDoKind.FOLLOW_UP_STEP,
                row.done_on or row.due_on,
                text,
                (text, "deltagaren", {"steg": f"m{row.months}"}),
            )

    def talks_without_forms(self) -> Iterator[ToDoItem]:
        form = (
            select(Rating.id)
            .where(
                col(Rating.attendance_id) == col(Attendance.id),
                col(Rating.voided_at).is_(None),
                or_(
                    col(Rating.instrument) == "ORS",
                    col(Insats.uses_ors).in_((False,)),
                ),
            )
            .exists()
        )
        rows = self._rows(
            Session.held_on,
            col(Attendance.id).label("attendance_id"),
            join=[
                (Attendance, col(Attendance.spell_id) == col(SpellSummary.spell_id)),
                (Session, col(Session.id) == col(Attendance.session_id)),
            ],
            where=[
                col(Attendance.status) == AttendanceStatus.PRESENT,
                col(Attendance.voided_at).is_(None),
                col(Session.voided_at).is_(None),
                col(Session.kind) == SessionKind.INDIVIDUAL,
                col(Session.held_on) >= self._today - timedelta(days=FORMS_FORGOTTEN_DAYS),
                ~form,
            ],
        )
        for row in rows:
            text = f"Blankett till samtalet {iso(row.held_on)}"
            yield self._item(
                row,
                ToDoKind.TALK_WITHOUT_FORM,
                row.held_on,
                text,
                (text, "deltagaren", {"narvaro": row.attendance_id}),
            )

    def start_details(self) -> Iterator[ToDoItem]:
        rows = self._rows(
            SpellSummary.started_on,
            SpellSummary.start_support,
            SpellSummary.step_start,
            SpellSummary.ladder_version_id,
            Spell.municipality_id,
            Spell.education_id,
            Spell.support_months_known,
            join=[(Spell, col(Spell.id) == col(SpellSummary.spell_id))],
            where=[
                col(SpellSummary.start_details_missing) > 0,
                or_(
                    col(SpellSummary.ended_on).is_(None),
                    col(SpellSummary.ended_on) >= self._today - timedelta(days=END_DETAILS_DAYS),
                ),
            ],
        )
        for row in rows:
            missing = missing_at_start(row, row)
            ways = [(word, "deltagaren", address) for word, address in ways_at_start(missing)]
            if ways:
                yield self._item(
                    row,
                    ToDoKind.START_DETAILS,
                    row.started_on + timedelta(days=START_WINDOW_DAYS),
                    f"Saknas från starten {iso(row.started_on)}",
                    *ways,
                )

    def end_details(self) -> Iterator[ToDoItem]:
        nobody_left = [key for key, reason in END_REASONS.items() if reason.stops_follow_up]
        rows = self._rows(
            SpellSummary.ended_on,
            SpellSummary.end_support,
            SpellSummary.step_end,
            SpellSummary.ladder_version_id,
            SpellSummary.active_planning,
            where=[
                col(SpellSummary.ended_on) >= self._today - timedelta(days=END_DETAILS_DAYS),
                col(SpellSummary.end_reason_key).not_in(nobody_left),
                or_(
                    col(SpellSummary.end_support).is_(None),
                    col(SpellSummary.active_planning).is_(None),
                    col(SpellSummary.step_end).is_(None)
                    & col(SpellSummary.ladder_version_id).is_not(None),
                ),
            ],
        )
        for row in rows:
            ways: list[tuple[str, str, Mapping[str, object]]] = []
            if row.end_support is None:
                ways.append(("situation", "deltagaren", {"del": "situation"}))
            if row.step_end is None and row.ladder_version_id is not None:
                ways.append(("steg", "deltagaren", {"steg": "end"}))
            if row.active_planning is None:
                ways.append(("aktivitetsplanering", "deltagaren", {"fyll": "avslut"}))
            yield self._item(
                row,
                ToDoKind.END_DETAILS,
                row.ended_on + timedelta(days=END_WINDOW_AFTER),
                f"Saknas vid avslutet {iso(row.ended_on)}",
                *ways,
            )

    def not_seen(self) -> Iterator[ToDoItem]:
        seen = func.coalesce(col(SpellSummary.last_seen_on), col(SpellSummary.started_on))
        first = NOT_SEEN_DAYS[0]
        rows = self._rows(
            SpellSummary.last_seen_on,
            SpellSummary.started_on,
            where=[
                col(SpellSummary.ended_on).is_(None),
                seen <= self._today - timedelta(days=first),
            ],
        )
        for row in rows:
            last = row.last_seen_on or row.started_on
            sentence = not_seen_sentence(last, self._today)
            if sentence is not None:
                text = sentence.removesuffix(".")
                yield self._item(
                    row,
                    ToDoKind.NOT_SEEN,
                    last + timedelta(days=first),
                    text,
                    (text, "samtal", {}),
                    why=f"senast {iso(last)}" if row.last_seen_on else "inget samtal än",
                )


def _step_at(months: Any) -> ColumnElement[bool]:
    return (
        select(StepAssessment.id)
        .where(
            col(StepAssessment.spell_id) == col(SpellSummary.spell_id),
            col(StepAssessment.voided_at).is_(None),
            or_(
                *(
                    (months == number) & (col(StepAssessment.occasion) == f"m{number}")
                    for number in (6, 12, 18)
                )
            ),
        )
        .exists()
    )


def missing_at_start(spell: Any, summary: Any) -> list[str]:
    """What is asked at the start and is not there yet, in Swedish words."""
    missing = []
    if spell.municipality_id is None:
        missing.append("hemkommun")
    if spell.education_id is None:
        missing.append("utbildning")
    if spell.support_months_known is None:
        missing.append("tid i offentlig försörjning")
    if summary.start_support is None:
        missing.append("situation")
    if summary.step_start is None and summary.ladder_version_id is not None:
        missing.append("steg")
    return missing
