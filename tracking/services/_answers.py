"""Answers to kompletterande frågor: adding them to a held spell, and finding those that stand.

Used by the start, the end, the follow-ups and by `answers`. Which questions are put when is
decided here; what a well-formed answer is, by `tracking.domain.questions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlmodel import col, select

from tracking.domain.errors import Conflict, NotFound, RuleBroken
from tracking.domain.ladder import END_WINDOW_AFTER, END_WINDOW_BEFORE, START_WINDOW_DAYS
from tracking.domain.questions import asked_at, check_choices
from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import FOLLOW_UPS, Occasion, follow_up_months
from tracking.domain.swedish import iso
from tracking.services._rules import check_day
from tracking.services._writing import Writing
from tracking.store.tables import Answer, AnswerChoice, FollowUp, Question, QuestionOption, Spell

Choices = frozenset[int]
"""The chosen answers to one question; none of them is *vet ej*."""

NO_ANSWERS: Mapping[int, Choices] = {}


def answer_field(question_id: int) -> str:
    """The form field of a question."""
    return f"question_{question_id}"


def add_answers(
    write: Writing,
    spell: Spell,
    occasion: Occasion,
    on: date,
    answers: Mapping[int, Choices],
) -> tuple[Answer, ...]:
    """Add answers by question; a question that is not among them was not answered.

    Raises `RuleBroken` on a question that is not put then and `Conflict` on one that has its
    answer already, each at the question's field.
    """
    if not answers:
        return ()
    assert spell.id is not None
    check_answer_day(write, spell, occasion, on)
    added = []
    for question_id, chosen in answers.items():
        field = answer_field(question_id)
        question = _put(write, spell, question_id, occasion, on)
        choices = check_choices(question.kind, options_of(write, question_id), chosen, field=field)
        _refuse_second(write, spell.id, question_id, occasion)
        answer = Answer(
            spell_id=spell.id,
            question_id=question_id,
            occasion=occasion,
            answered_on=on,
            recorded_at=write.now,
            recorded_by=write.actor.account_id,
        )
        write.session.add(answer)
        write.session.flush()
        assert answer.id is not None
        add_choices(write, answer.id, question_id, choices)
        added.append(answer)
    return tuple(added)


def add_choices(write: Writing, answer_id: int, question_id: int, choices: Choices) -> None:
    """Add the chosen options of an answer."""
    write.session.add_all(
        AnswerChoice(answer_id=answer_id, question_id=question_id, value=value)
        for value in sorted(choices)
    )
    write.session.flush()


def options_of(write: Writing, question_id: int) -> tuple[int, ...]:
    """The values that a question may be answered with."""
    return tuple(
        write.session.exec(
            select(QuestionOption.value).where(QuestionOption.question_id == question_id)
        ).all()
    )


def _put(write: Writing, spell: Spell, question_id: int, occasion: Occasion, on: date) -> Question:
    question = write.session.get(Question, question_id)
    if question is None or question.insats_id not in (None, spell.insats_id):
        raise NotFound("Frågan ställs inte i insatsen: läs in sidan igen.")
    check_put(question, occasion, on)
    return question


def check_put(question: Question, occasion: Occasion, on: date) -> None:
    """Raise `RuleBroken` at the question's field when it was not put on the occasion and day."""
    assert question.id is not None
    field = answer_field(question.id)
    put = asked_at(
        occasion,
        at_start=question.asked_at_start,
        at_end=question.asked_at_end,
        at_follow_up=question.asked_at_follow_up,
    )
    if not put:
        raise RuleBroken(f"Frågan ställs inte {occasion.label}.", field=field)
    if on < question.valid_from or (question.valid_to is not None and on > question.valid_to):
        raise RuleBroken(f"Frågan ställdes inte {iso(on)}.", field=field)


def check_answer_day(write: Writing, spell: Spell, occasion: Occasion, on: date) -> None:
    """Raise `RuleBroken` when the day does not go with the occasion."""
    check_day(on, write.today, field="answered_on")
    if occasion in FOLLOW_UPS:
        check_answered_follow_up(_done_on(write, spell, occasion), occasion, on)
    else:
        check_answered_within(spell.started_on, spell.ended_on, occasion, on)


def check_answered_within(
    started_on: date, ended_on: date | None, occasion: Occasion, on: date
) -> None:
    """Raise `RuleBroken` when the day does not go with the start or the end of a spell."""
    if occasion is Occasion.START:
        if abs((on - started_on).days) > START_WINDOW_DAYS:
            raise RuleBroken(
                f"Svar vid start lämnas högst {START_WINDOW_DAYS} dagar från starten "
                f"{iso(started_on)}.",
                field="answered_on",
            )
    elif occasion is Occasion.END:
        if ended_on is None:
            raise RuleBroken("Deltagandet är inte avslutat än.", field="answered_on")
        if not -END_WINDOW_BEFORE <= (on - ended_on).days <= END_WINDOW_AFTER:
            raise RuleBroken(
                f"Svar vid avslut lämnas högst {END_WINDOW_AFTER} dagar från slutet "
                f"{iso(ended_on)}.",
                field="answered_on",
            )
    else:
        raise RuleBroken("Frågor ställs vid start, avslut och uppföljning.")


def check_answered_follow_up(done_on: date | None, occasion: Occasion, on: date) -> None:
    """Raise `RuleBroken` unless the follow-up was done, and on that day."""
    if done_on is None:
        raise RuleBroken(
            f"Svaren {occasion.label} sparas när uppföljningen är genomförd.", field="answered_on"
        )
    if done_on != on:
        raise RuleBroken(
            f"Svaren {occasion.label} hör till uppföljningen och har dess datum.",
            field="answered_on",
        )


def _done_on(write: Writing, spell: Spell, occasion: Occasion) -> date | None:
    follow_up = write.session.exec(
        select(FollowUp).where(
            FollowUp.spell_id == spell.id, FollowUp.months == follow_up_months(occasion)
        )
    ).one_or_none()
    if follow_up is None or follow_up.status is not FollowUpStatus.DONE:
        return None
    return follow_up.done_on


def _refuse_second(write: Writing, spell_id: int, question_id: int, occasion: Occasion) -> None:
    found = write.session.exec(
        select(col(Answer.answered_on)).where(
            Answer.spell_id == spell_id,
            Answer.question_id == question_id,
            Answer.occasion == occasion,
            col(Answer.voided_at).is_(None),
        )
    ).first()
    if found is not None:
        raise Conflict(
            f"Frågan är redan besvarad {occasion.label} ({iso(found)}). Rätta svaret om det är "
            "fel.",
            field=answer_field(question_id),
        )


def void_answers(write: Writing, spell_id: int, occasion: Occasion, reason: str) -> None:
    """Strike out what was answered on an occasion that never was."""
    standing = write.session.exec(
        select(Answer).where(
            Answer.spell_id == spell_id,
            Answer.occasion == occasion,
            col(Answer.voided_at).is_(None),
        )
    ).all()
    for answer in standing:
        void_answer_row(write, answer, reason)


def void_answer_row(write: Writing, answer: Answer, reason: str) -> None:
    """Void one answer of a held spell."""
    answer.voided_at = write.now
    answer.voided_by = write.actor.account_id
    answer.void_reason = reason
    answer.version += 1
    write.session.add(answer)
