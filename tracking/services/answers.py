"""Answering kompletterande frågor after the form they belong to, correcting and voiding answers.

With the start, the end or a follow-up the answers are saved by those services.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.domain.errors import Conflict, InvalidValue, NotFound
from tracking.domain.questions import UNKNOWN_LABEL, check_choices
from tracking.domain.situation import Occasion
from tracking.services._answers import (
    Choices,
    add_answers,
    add_choices,
    answer_field,
    options_of,
    void_answer_row,
)
from tracking.services._rules import GONE, Held, check_reason, hold_spell
from tracking.services._writing import Writing, check_version, writing
from tracking.store.database import Database
from tracking.store.tables import Answer, AnswerChoice, Change, Question, QuestionOption

__all__ = [
    "ChangedAnswer",
    "RecordedAnswers",
    "answer_field",
    "correct_answer",
    "record_answers",
    "void_answer",
]

ALREADY_VOIDED = "Svaret är redan makulerat."


@dataclass(frozen=True)
class RecordedAnswers:
    """Answers that were recorded for a spell, by question."""

    spell_id: int
    answer_ids: Mapping[int, int]


@dataclass(frozen=True)
class ChangedAnswer:
    """An answer that was corrected or voided, with its new version."""

    answer_id: int
    version: int


def record_answers(
    database: Database,
    actor: Actor,
    *,
    spell_id: int,
    occasion: Occasion,
    on: date,
    answers: Mapping[int, Choices],
    key: str,
) -> RecordedAnswers:
    """Record answers by question; an empty set of choices is *vet ej*.

    Raises `InvalidValue` without any answer, and `RuleBroken` or `Conflict` at the question's
    field.
    """
    with writing(database, actor, "record_answers", key) as write:
        held = hold_spell(write, spell_id)
        if not write.repeated:
            if not answers:
                raise InvalidValue("Svara på minst en fråga.")
            add_answers(write, held.spell, occasion, on, answers)
            write.finish(spell_id, _entry(write, held, occasion.value))
        rows = write.session.exec(
            select(col(Answer.question_id), col(Answer.id)).where(
                Answer.spell_id == spell_id,
                Answer.occasion == occasion,
                col(Answer.question_id).in_(answers),
                col(Answer.voided_at).is_(None),
            )
        ).all()
        return RecordedAnswers(spell_id, {question: answer or 0 for question, answer in rows})


def correct_answer(
    database: Database,
    actor: Actor,
    *,
    answer_id: int,
    choices: Choices,
    why: str,
    version: int,
    key: str,
) -> ChangedAnswer:
    """Replace an answer; the old one stays in the history with who, when and why.

    ``why`` is a code of `correction_reason`. Raises `Conflict` with both answers when somebody
    else has changed it since ``version``, or when it has been voided.
    """
    with writing(database, actor, "correct_answer", key) as write:
        answer, held = _answer(write, answer_id)
        if not write.repeated:
            if answer.voided_at is not None:
                raise Conflict(ALREADY_VOIDED)
            question = write.session.get_one(Question, answer.question_id)
            field = answer_field(answer.question_id)
            chosen = check_choices(
                question.kind, options_of(write, answer.question_id), choices, field=field
            )
            old = _chosen(write, answer_id)
            words = _labels(write, answer.question_id)
            check_version(
                answer.version, version, theirs=_said(old, words), mine=_said(chosen, words)
            )
            reason = check_reason(write, "correction_reason", why)
            if chosen == old:
                raise InvalidValue("Svaret är detsamma som förut: inget att rätta.", field=field)
            write.session.execute(
                delete(AnswerChoice).where(col(AnswerChoice.answer_id) == answer_id)
            )
            add_choices(write, answer_id, answer.question_id, chosen)
            answer.version += 1
            write.session.add(answer)
            write.session.add(
                Change(
                    spell_id=held.spell_id,
                    table_name="answer",
                    row_id=answer_id,
                    field="choice",
                    old=_said(old, words),
                    new=_said(chosen, words),
                    why=reason,
                    changed_at=write.now,
                    changed_by=actor.account_id,
                )
            )
            write.finish(answer_id, _entry(write, held, f"answer {answer_id}"))
        return ChangedAnswer(answer_id, answer.version)


def void_answer(
    database: Database, actor: Actor, *, answer_id: int, why: str, version: int, key: str
) -> ChangedAnswer:
    """Strike out an answer: it leaves every result and stays in the history.

    ``why`` is a code of `void_reason`.
    """
    with writing(database, actor, "void_answer", key) as write:
        answer, held = _answer(write, answer_id)
        if not write.repeated:
            if answer.voided_at is not None:
                raise Conflict(ALREADY_VOIDED)
            check_version(answer.version, version, theirs="ändrat svar", mine="makulering")
            void_answer_row(write, answer, check_reason(write, "void_reason", why))
            write.finish(answer_id, _entry(write, held, f"answer {answer_id}"))
        return ChangedAnswer(answer_id, answer.version)


def _answer(write: Writing, answer_id: int) -> tuple[Answer, Held]:
    answer = write.session.get(Answer, answer_id)
    if answer is None:
        raise NotFound(GONE)
    held = hold_spell(write, answer.spell_id)
    # Only now: the spell is held, so nobody else is in the middle of the same answer.
    write.session.refresh(answer)
    return answer, held


def _chosen(write: Writing, answer_id: int) -> Choices:
    return frozenset(
        write.session.exec(
            select(AnswerChoice.value).where(AnswerChoice.answer_id == answer_id)
        ).all()
    )


def _labels(write: Writing, question_id: int) -> dict[int, str]:
    rows = write.session.exec(
        select(QuestionOption.value, QuestionOption.label).where(
            QuestionOption.question_id == question_id
        )
    ).all()
    return dict(rows)


def _said(choices: Choices, words: Mapping[int, str]) -> str:
    return ", ".join(words[value] for value in sorted(choices)) or UNKNOWN_LABEL


def _entry(write: Writing, held: Held, detail: str) -> Entry:
    return Entry(write.action, insats_id=held.insats_id, spell_id=held.spell_id, detail=detail)
