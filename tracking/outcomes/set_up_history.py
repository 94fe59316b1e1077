"""How the set-up came to be as it is: lists, ladders, questions, targets and the calendar.

Who added, changed and took away what, and when, in words. About persons nothing stands here;
their corrections are in `tracking.outcomes._history`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.permissions import (
    can_set_up_forbund,
    check_can_configure_insats,
    check_can_set_up_forbund,
)
from tracking.domain.endings import EndGroup, Outcome
from tracking.domain.measures import Comparison, Measure, PointInTime, Population, TargetUnit
from tracking.domain.swedish import iso, whole
from tracking.domain.wording import EN_DASH
from tracking.domain.year_wheel import EventKind
from tracking.store.database import Database
from tracking.store.tables import (
    Account,
    Change,
    Code,
    FinishedWrite,
    Forbund,
    Ladder,
    LadderVersion,
    Question,
    Target,
    ThresholdSet,
    YearEvent,
)

ADDED, CHANGED, REMOVED = "lades till", "ändrades", "togs bort"


class SetUp(StrEnum):
    """The parts of the set-up that have a history."""

    CODES = "codes"
    LADDERS = "ladders"
    QUESTIONS = "questions"
    TARGETS = "targets"
    CALENDAR = "calendar"
    YEAR = "year"
    THRESHOLDS = "thresholds"


@dataclass(frozen=True, slots=True)
class SetUpChange:
    """One line: when, by whom (a function, never a name), what, and what became of it.

    ``field``, ``old`` and ``new`` are empty for what was added or taken away.
    """

    at: datetime
    by: str
    what: str
    did: str
    field: str = ""
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    table: type[Any]
    added_by: tuple[str, ...]
    name: Callable[[Any], str]


_PARTS = {
    SetUp.CODES: _Part(Code, ("add_code",), lambda row: str(row.label)),
    SetUp.LADDERS: _Part(Ladder, ("create_ladder",), lambda row: str(row.name)),
    SetUp.QUESTIONS: _Part(Question, ("define_question",), lambda row: str(row.wording)),
    SetUp.TARGETS: _Part(Target, ("set_target",), lambda row: str(row.wording)),
    SetUp.CALENDAR: _Part(Forbund, ("choose_calendar",), lambda _row: "Kalendern"),
    SetUp.YEAR: _Part(YearEvent, ("set_year_event",), lambda row: str(row.title)),
    SetUp.THRESHOLDS: _Part(
        ThresholdSet,
        ("set_thresholds",),
        lambda row: f"Gränsvärden från {iso(row.valid_from)}",
    ),
}
_FIELDS = {
    "label": "värdet",
    "sort": "platsen i listan",
    "retired_on": "väljs inte längre från",
    "wording": "ordalydelsen",
    "measure": "vad som mäts",
    "population": "populationen",
    "point_in_time": "tidpunkten",
    "comparison": "jämförelsen",
    "value": "målvärdet",
    "unit": "enheten",
    "codes": "avslutsanledningarna",
    "question_id": "frågan",
    "valid_from": "gäller från",
    "valid_to": "gäller till",
    "decided": "beslutet",
    "proposes": "föreslaget utfall",
    "group_key": "gruppen",
    "calendar": "kalendern",
    "contact": "kontaktvägen",
    "disclosure_threshold": "minsta antal som visas",
    "support_month_kr": "försörjning, kronor per månad",
    "production_month_kr": "arbetets värde, kronor per månad",
    "deadweight_percent": "ändå-andelen, procent",
    "discount_hundredths": "diskonteringen, hundradels procent",
    "assumptions_from": "antagandena",
    "title": "vad dagen gäller",
    "on_day": "datumet",
    "year": "året",
    "kind": "slaget",
}
_WORDS: Mapping[str, Callable[[str], str]] = {
    "proposes": lambda kept: Outcome(kept).label,
    "group_key": lambda kept: EndGroup(kept).label,
    "measure": lambda kept: Measure(kept).label,
    "population": lambda kept: Population(kept).label,
    "point_in_time": lambda kept: PointInTime(kept).label,
    "comparison": lambda kept: Comparison(kept).label,
    "unit": lambda kept: TargetUnit(kept).label,
    "kind": lambda kept: {one.value: one.label for one in EventKind}.get(kept, kept),
}


def set_up_history(
    database: Database,
    actor: Actor,
    part: SetUp,
    *,
    insats_id: int | None = None,
    list_key: str | None = None,
) -> tuple[SetUpChange, ...]:
    """Return the history of a part of the set-up, the newest first.

    ``insats_id`` narrows questions and targets to an insats (None: the förbund's own),
    ``list_key`` codes to a list. What Stegvis came with has no line. Raises `NotPermitted`
    unless the actor sets up the förbund, or its own insats's questions.
    """
    if part is SetUp.QUESTIONS and insats_id is not None and not can_set_up_forbund(actor):
        check_can_configure_insats(actor, insats_id)
    else:
        check_can_set_up_forbund(actor)
    with database.reading() as session:
        people: dict[int | None, str] = {
            row.id: row.title for row in session.exec(select(Account)).all()
        }
        rows = {row.id: row for row in _rows(session, part, insats_id, list_key)}
        found = [
            *_added(session, part, rows, people),
            *_changed(session, part, rows, people),
            *_removed(rows, part, people),
        ]
        if part is SetUp.LADDERS:
            found += _versions(session, rows, people)
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _rows(
    session: DbSession, part: SetUp, insats_id: int | None, list_key: str | None
) -> Sequence[Any]:
    query = select(_PARTS[part].table)
    if part is SetUp.CODES:
        # Behovsgrupper are an insats's own, and sensitive.
        query = query.where(Code.list_key == list_key, col(Code.insats_id).is_(None))
    elif part is SetUp.QUESTIONS:
        query = query.where(Question.insats_id == insats_id)
    elif part is SetUp.TARGETS:
        query = query.where(Target.insats_id == insats_id)
    return session.exec(query).all()


def _added(
    session: DbSession, part: SetUp, rows: Mapping[int, Any], people: Mapping[int | None, str]
) -> list[SetUpChange]:
    if part is SetUp.LADDERS:
        return []
    of = _PARTS[part]
    done = session.exec(
        select(FinishedWrite)
        .where(col(FinishedWrite.action).in_(of.added_by))
        .order_by(col(FinishedWrite.finished_at))
    )
    first: dict[int, FinishedWrite] = {}
    for one in done:
        if one.record_id is not None and one.record_id in rows:
            first.setdefault(one.record_id, one)
    return [
        SetUpChange(one.finished_at, people.get(one.account_id, ""), of.name(rows[row_id]), ADDED)
        for row_id, one in first.items()
        # What was made with an insats was not added by the write that first changed it.
        if not _was_there(rows[row_id], one)
    ]


def _was_there(row: Any, write: FinishedWrite) -> bool:
    made: datetime | None = getattr(row, "created_at", None)
    return made is not None and (write.finished_at - made).total_seconds() > 1


def _changed(
    session: DbSession, part: SetUp, rows: Mapping[int, Any], people: Mapping[int | None, str]
) -> list[SetUpChange]:
    of = _PARTS[part]
    kept = session.exec(
        select(Change).where(
            Change.table_name == of.table.__tablename__,
            col(Change.spell_id).is_(None),
            col(Change.participant_id).is_(None),
        )
    )
    return [
        SetUpChange(
            one.changed_at,
            people.get(one.changed_by, ""),
            of.name(rows[one.row_id]),
            CHANGED,
            _FIELDS.get(one.field, one.field),
            _said(session, one.field, one.old),
            _said(session, one.field, one.new),
        )
        for one in kept
        if one.row_id in rows
    ]


def _removed(
    rows: Mapping[int, Any], part: SetUp, people: Mapping[int | None, str]
) -> list[SetUpChange]:
    if part not in (SetUp.TARGETS, SetUp.YEAR):
        return []
    name = _PARTS[part].name
    return [
        SetUpChange(row.voided_at, people.get(row.voided_by, ""), name(row), REMOVED)
        for row in rows.values()
        if row.voided_at is not None
    ]


def _versions(
    session: DbSession, rows: Mapping[int, Any], people: Mapping[int | None, str]
) -> list[SetUpChange]:
    made = {
        one.record_id: one.account_id
        for one in session.exec(
            select(FinishedWrite).where(
                col(FinishedWrite.action).in_(("create_ladder", "add_ladder_version"))
            )
        )
    }
    return [
        SetUpChange(
            version.created_at,
            people.get(made.get(version.id), ""),
            f"{rows[version.ladder_id].name}, version {version.number}",
            ADDED,
            new=f"gäller från {iso(version.valid_from)}",
        )
        for version in session.exec(select(LadderVersion))
    ]


def _said(session: DbSession, field: str, kept: str | None) -> str:
    if kept is None or kept == "":
        return EN_DASH
    named = _WORDS.get(field)
    if named is not None:
        return named(kept)
    if field == "question_id":
        question = session.get(Question, int(kept))
        return EN_DASH if question is None else question.wording
    if field == "codes":
        labels = session.exec(
            select(Code.label).where(Code.list_key == "end_reason", col(Code.key).in_(kept.split()))
        )
        return ", ".join(labels) or EN_DASH
    if field.endswith("_kr"):
        return whole(int(kept))
    if field == "value":
        return kept.removesuffix(".0").replace(".", ",")
    return kept
