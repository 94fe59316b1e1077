"""One spell's answers to kompletterande frågor, as its page and its history show them."""

from __future__ import annotations

from collections import defaultdict

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.domain.questions import UNKNOWN_LABEL
from tracking.domain.situation import Occasion
from tracking.outcomes.participant_views import AnswerRow
from tracking.store.tables import Answer, AnswerChoice, Question, QuestionOption

_ORDER = list(Occasion)


def answers_of(session: DbSession, spell_id: int) -> tuple[AnswerRow, ...]:
    """Every answer of a spell, voided ones included, by question and then by occasion."""
    rows = session.exec(
        select(Answer, Question)
        .join(Question, col(Question.id) == col(Answer.question_id))
        .where(Answer.spell_id == spell_id)
        .order_by(col(Question.insats_id).is_not(None), col(Question.sort), col(Answer.id))
    ).all()
    chosen: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for answer_id, value, label in session.exec(
        select(AnswerChoice.answer_id, AnswerChoice.value, QuestionOption.label)
        .join(Answer, col(Answer.id) == col(AnswerChoice.answer_id))
        .join(
            QuestionOption,
            (col(QuestionOption.question_id) == col(AnswerChoice.question_id))
            & (col(QuestionOption.value) == col(AnswerChoice.value)),
        )
        .where(Answer.spell_id == spell_id)
        .order_by(col(AnswerChoice.value))
    ):
        chosen[answer_id].append((value, label))
    found = [
        AnswerRow(
            answer_id=answer.id or 0,
            version=answer.version,
            question_id=answer.question_id,
            wording=question.wording,
            occasion=answer.occasion,
            answered_on=answer.answered_on,
            values=frozenset(value for value, _ in chosen[answer.id or 0]),
            said=", ".join(label for _, label in chosen[answer.id or 0]) or UNKNOWN_LABEL,
            voided=answer.voided_at is not None,
        )
        for answer, question in rows
    ]
    place = {row.question_id: n for n, row in reversed(list(enumerate(found)))}
    found.sort(key=lambda row: (place[row.question_id], _ORDER.index(row.occasion)))
    return tuple(found)
