"""Kompletterande frågor: defined for the whole förbund or for one insats, retired, put in order.

A question that has been answered keeps its wording, its answers and which of them are
positive: it is retired and a new one takes its place. The database holds it as well. Answering
is in `answers`, anonymous slips in `slips`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_configure_insats, check_can_set_up_forbund
from tracking.domain.errors import Conflict, RuleBroken
from tracking.domain.questions import QuestionSpec
from tracking.domain.swedish import iso
from tracking.services._keys import key_from
from tracking.services._setup import (
    EDITED,
    check_span,
    check_unchanged,
    found,
    insats_of,
    move_one_place,
)
from tracking.services._writing import Writing, edit, writing
from tracking.store.database import Database
from tracking.store.tables import Answer, Question, QuestionOption, SlipCount

KEEPS_MEANING = (
    "Frågan har besvarats och behåller sin ordalydelse och sina svar. Låt den upphöra och gör en "
    "ny fråga i stället."
)


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A question that was defined, edited, moved or retired, with its version."""

    question_id: int
    version: int


def define_question(
    database: Database,
    actor: Actor,
    *,
    insats_id: int | None,
    spec: QuestionSpec,
    valid_from: date,
    valid_to: date | None = None,
    replaces: int | None = None,
    key: str,
) -> SavedQuestion:
    """Define a question of the förbund (``insats_id`` None) or of one insats, last in order.

    ``replaces`` is a question that ends the day before: the new one takes its place and key.
    Raises `NotPermitted`, `InvalidValue` or `RuleBroken` with the field.
    """
    with writing(database, actor, "define_question", key) as write:
        _check_may_define(write, insats_id)
        if write.earlier is not None:
            return _saved(_question(write, write.earlier))
        check_span(valid_from, valid_to, start_field="valid_from", end_field="valid_to")
        _refuse_same(write.session, insats_id, spec.wording, but=replaces)
        question_key, place = _key_and_place(write.session, insats_id, spec)
        if replaces is not None:
            earlier = _own(write, replaces, insats_id)
            question_key, place = earlier.key, earlier.sort
            _end_before(write, earlier, valid_from)
        question = Question(
            insats_id=insats_id,
            key=question_key,
            sort=place,
            valid_from=valid_from,
            valid_to=valid_to,
            **_columns(spec),
        )
        write.session.add(question)
        write.session.flush()
        assert question.id is not None
        _add_options(write, question.id, spec)
        _finish(write, question)
        return _saved(question)


def edit_question(
    database: Database,
    actor: Actor,
    *,
    question_id: int,
    spec: QuestionSpec,
    valid_from: date,
    valid_to: date | None,
    version: int,
    key: str,
) -> SavedQuestion:
    """Change a question. Once answered only when it is put and its validity may change.

    Raises `RuleBroken` on anything else of an answered question, and `Conflict` when somebody
    else has changed it since ``version``.
    """
    with writing(database, actor, "edit_question", key) as write:
        question = _question(write, question_id)
        _check_may_define(write, question.insats_id)
        if write.repeated:
            return _saved(question)
        check_span(valid_from, valid_to, start_field="valid_from", end_field="valid_to")
        values = _columns(spec) | {"valid_from": valid_from, "valid_to": valid_to}
        check_unchanged(question, version, values)
        _refuse_same(write.session, question.insats_id, spec.wording, but=question_id)
        same_options = _options(write, question_id) == [
            (o.value, o.label, o.positive) for o in spec.options
        ]
        if is_answered(write.session, question_id):
            kept = ("wording", "kind", "on_slips")
            if not same_options or any(values[n] != getattr(question, n) for n in kept):
                raise RuleBroken(KEEPS_MEANING, field="wording")
        elif not same_options:
            write.session.execute(
                delete(QuestionOption).where(col(QuestionOption.question_id) == question_id)
            )
            _add_options(write, question_id, spec)
            # The answers are part of the question: whoever read it before is told.
            question.version += 1
        edit(write.work, actor, question, values, why=EDITED)
        _finish(write, question)
        return _saved(question)


def retire_question(
    database: Database,
    actor: Actor,
    *,
    question_id: int,
    last_day: date | None,
    version: int,
    key: str,
) -> SavedQuestion:
    """Put a question for the last time on ``last_day``, or without end again when it is None.

    What has been answered stays and counts.
    """
    with writing(database, actor, "retire_question", key) as write:
        question = _question(write, question_id)
        _check_may_define(write, question.insats_id)
        if write.repeated:
            return _saved(question)
        check_unchanged(question, version, {"valid_to": last_day})
        check_span(question.valid_from, last_day, start_field="last_day", end_field="last_day")
        edit(write.work, actor, question, {"valid_to": last_day}, why=EDITED)
        _finish(write, question)
        return _saved(question)


def move_question(
    database: Database,
    actor: Actor,
    *,
    question_id: int,
    up: bool,
    version: int,
    key: str,
) -> SavedQuestion:
    """Let a question change places with the one before it, or the one after."""
    with writing(database, actor, "move_question", key) as write:
        question = _question(write, question_id)
        _check_may_define(write, question.insats_id)
        if write.repeated:
            return _saved(question)
        check_unchanged(question, version, {})
        rows = _same_owner(write.session, question.insats_id)
        move_one_place(write, question, rows, up=up, what="Frågan")
        _finish(write, question)
        return _saved(question)


def is_answered(session: DbSession, question_id: int) -> bool:
    """Whether anybody has answered the question, voided answers included."""
    for table in (Answer, SlipCount):
        if session.exec(select(table.id).where(table.question_id == question_id)).first():
            return True
    return False


def _check_may_define(write: Writing, insats_id: int | None) -> None:
    if insats_id is None:
        check_can_set_up_forbund(write.actor)
    else:
        check_can_configure_insats(write.actor, insats_id)
        insats_of(write.session, insats_id)


def _question(write: Writing, question_id: int) -> Question:
    return found(write.session, Question, question_id, what="Frågan")


def _own(write: Writing, question_id: int, insats_id: int | None) -> Question:
    question = _question(write, question_id)
    if question.insats_id != insats_id:
        raise RuleBroken("Frågan som ersätts hör till någon annan.")
    return question


def _end_before(write: Writing, question: Question, day: date) -> None:
    last = day - timedelta(days=1)
    if last < question.valid_from:
        raise RuleBroken(
            f"Den nya frågan kan tidigast gälla dagen efter {iso(question.valid_from)}, då den "
            "gamla började ställas.",
            field="valid_from",
        )
    edit(write.work, write.actor, question, {"valid_to": last}, why=EDITED)


def _same_owner(session: DbSession, insats_id: int | None) -> list[Question]:
    owner = (
        col(Question.insats_id).is_(None)
        if insats_id is None
        else col(Question.insats_id) == insats_id
    )
    query = select(Question).where(owner).order_by(col(Question.sort), col(Question.id))
    return list(session.exec(query))


def _refuse_same(session: DbSession, insats_id: int | None, wording: str, but: int | None) -> None:
    for row in _same_owner(session, insats_id):
        if row.id != but and row.valid_to is None and row.wording.casefold() == wording.casefold():
            raise Conflict("Frågan finns redan.", field="wording")


def _key_and_place(
    session: DbSession, insats_id: int | None, spec: QuestionSpec
) -> tuple[str, int]:
    taken = set(session.exec(select(Question.key)).all())
    place = max((row.sort for row in _same_owner(session, insats_id)), default=0) + 1
    return key_from(spec.wording, taken, otherwise="question"), place


def _columns(spec: QuestionSpec) -> dict[str, Any]:
    return {
        "wording": spec.wording,
        "kind": spec.kind,
        "asked_at_start": spec.asked_at_start,
        "asked_at_end": spec.asked_at_end,
        "asked_at_follow_up": spec.asked_at_follow_up,
        "on_slips": spec.on_slips,
    }


def _options(write: Writing, question_id: int) -> list[tuple[int, str, bool]]:
    rows = write.session.exec(
        select(QuestionOption)
        .where(QuestionOption.question_id == question_id)
        .order_by(col(QuestionOption.value))
    )
    return [(row.value, row.label, row.positive) for row in rows]


def _add_options(write: Writing, question_id: int, spec: QuestionSpec) -> None:
    write.session.add_all(
        QuestionOption(
            question_id=question_id,
            value=option.value,
            label=option.label,
            positive=option.positive,
        )
        for option in spec.options
    )
    write.session.flush()


def _finish(write: Writing, question: Question) -> None:
    assert question.id is not None
    write.session.flush()
    write.finish(
        question.id,
        Entry(write.action, insats_id=question.insats_id, detail=f"question {question.id}"),
    )


def _saved(question: Question) -> SavedQuestion:
    assert question.id is not None
    return SavedQuestion(question.id, question.version)
