"""Att göra: what is due for the staff, by date alone.

Follow-ups, talks recorded without their forms, start and end details that are missing, and
people who have not been seen. Who did what about it is in the services.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session as DbSession
from sqlmodel import col, or_, select

from tracking.access.actors import Actor
from tracking.domain import clock
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
from tracking.domain.wording import capitalised, counted, listed
from tracking.outcomes._seen import log_list, visible
from tracking.outcomes.kinds import Persons
from tracking.store.database import Database
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

FORMS_WITHIN_DAYS = 7
"""A talk's forms are looked for a week after it; older than that nobody finds the paper."""

FORMS_FORGOTTEN_DAYS = 90
END_DETAILS_DAYS = 365


class ToDoKind(StrEnum):
    """What is to be done."""

    FOLLOW_UP = "follow_up"
    FOLLOW_UP_STEP = "follow_up_step"
    TALK_WITHOUT_FORM = "talk_without_form"
    START_DETAILS = "start_details"
    END_DETAILS = "end_details"
    NOT_SEEN = "not_seen"

    @property
    def label(self) -> str:
        """The Swedish heading on the screen."""
        return {
            "follow_up": "Uppföljning",
            "follow_up_step": "Steg vid uppföljning",
            "talk_without_form": "Samtal utan blankett",
            "start_details": "Uppgifter vid start",
            "end_details": "Uppgifter vid avslut",
            "not_seen": "Inte sedd",
        }[self.value]


@dataclass(frozen=True, slots=True)
class ToDoItem:
    """One thing to do. ``days`` is how many days past ``due_on`` today is; negative: not yet.

    ``page`` and ``params`` are the address where it is done. ``mine`` says whether the actor
    or nobody is named as responsible for the spell.
    """

    kind: ToDoKind
    due_on: date
    days: int
    spell_id: int
    code: str
    memory_word: str
    insats_id: int
    insats: str
    text: str
    page: str
    params: Mapping[str, str]
    mine: bool


@dataclass(frozen=True, slots=True)
class ToDo:
    """Everything that is due, the most urgent first."""

    today: date
    items: tuple[ToDoItem, ...]

    def of(self, *kinds: ToDoKind) -> tuple[ToDoItem, ...]:
        """The items of some kinds, in the same order."""
        return tuple(item for item in self.items if item.kind in kinds)


def to_do(database: Database, actor: Actor, *, page: str, only_mine: bool = False) -> Persons[ToDo]:
    """What is due in all the actor's insatser, oldest first.

    ``only_mine`` leaves out spells whose responsible is somebody else.
    """
    today = clock.today()
    with database.reading() as session:
        reader = _Reader(session, actor, today)
        items = [
            *reader.follow_ups(),
            *reader.follow_up_steps(),
            *reader.talks_without_forms(),
            *reader.start_details(),
            *reader.end_details(),
            *reader.not_seen(),
        ]
    if only_mine:
        items = [item for item in items if item.mine]
    log_list(database, actor, page, ((i.insats_id, i.spell_id) for i in items), "att göra")
    items.sort(key=lambda item: (item.due_on, item.kind, item.code))
    return Persons(ToDo(today, tuple(items)))


class _Reader:
    """The queries, one for each kind of item; all over the actor's own visible spells."""

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

    def _item(
        self, row: Any, kind: ToDoKind, due_on: date, text: str, page: str, **params: object
    ) -> ToDoItem:
        return ToDoItem(
            kind=kind,
            due_on=due_on,
            days=(self._today - due_on).days,
            spell_id=row.spell_id,
            code=row.code,
            memory_word=row.memory_word,
            insats_id=row.insats_id,
            insats=row.insats,
            text=text,
            page=page,
            params={"deltagande": str(row.spell_id), **{k: str(v) for k, v in params.items()}},
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
            text = f"Uppföljning {row.months} månader, {_when(row.due_on, self._today)}"
            if row.attempts:
                text += f", {counted(row.attempts, 'försök', 'försök')} att nå personen"
            last = row.due_on + timedelta(days=FOLLOW_UP_WINDOW_AFTER)
            if self._today > last:
                text += f"; räknades till och med {iso(last)}"
            yield self._item(
                row, ToDoKind.FOLLOW_UP, row.due_on, f"{text}.", "uppfoljningar", manader=row.months
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
            yield self._item(
                row,
                ToDoKind.FOLLOW_UP_STEP,
                row.due_on + timedelta(days=FOLLOW_UP_WINDOW_AFTER),
                f"Steget saknas för uppföljningen {row.months} månader, gjord {iso(row.done_on)}.",
                "deltagaren",
                steg=f"m{row.months}",
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
            yield self._item(
                row,
                ToDoKind.TALK_WITHOUT_FORM,
                row.held_on + timedelta(days=FORMS_WITHIN_DAYS),
                f"Samtalet {iso(row.held_on)} saknar blankett.",
                "deltagaren",
                narvaro=row.attendance_id,
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
            if not missing:
                continue
            yield self._item(
                row,
                ToDoKind.START_DETAILS,
                row.started_on + timedelta(days=START_WINDOW_DAYS),
                f"{capitalised(listed(missing))} saknas från starten {iso(row.started_on)}.",
                "deltagaren",
                fyll="start",
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
            missing = []
            if row.end_support is None:
                missing.append("situation")
            if row.step_end is None and row.ladder_version_id is not None:
                missing.append("steg")
            if row.active_planning is None:
                missing.append("aktivitetsplanering")
            yield self._item(
                row,
                ToDoKind.END_DETAILS,
                row.ended_on + timedelta(days=END_WINDOW_AFTER),
                f"{capitalised(listed(missing))} saknas vid avslutet {iso(row.ended_on)}.",
                "deltagaren",
                fyll="avslut",
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
                due = last + timedelta(days=first)
                yield self._item(row, ToDoKind.NOT_SEEN, due, sentence, "deltagaren")


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


def _when(due_on: date, today: date) -> str:
    days = (due_on - today).days
    if days == 0:
        return "i dag"
    if days > 0:
        return f"om {counted(days, 'dag', 'dagar')}"
    return f"{counted(-days, 'dag', 'dagar')} sen"
