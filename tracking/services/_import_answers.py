"""Whether answers to kompletterande frågor may be added: with a spell, a follow-up or alone.

Part of `_import_checks`, which asks. Which question of a key was put on the day, what the file's
words mean among its answers, and whether it has been answered already.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tracking.domain.errors import Conflict, RuleBroken, StegvisError
from tracking.domain.import_records import AnswerSaid, RowState, SituationRecord
from tracking.domain.questions import check_choices, choices_said
from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import FOLLOW_UPS, Occasion, follow_up_months
from tracking.domain.swedish import iso
from tracking.domain.wording import counted
from tracking.services._answers import (
    answer_field,
    check_answered_follow_up,
    check_answered_within,
    check_put,
)
from tracking.services._import_parts import spell_of
from tracking.services._import_picture import (
    OTHERWISE,
    Look,
    NewAnswer,
    PersonSeen,
    Picture,
    SpellSeen,
)
from tracking.services._rules import check_day
from tracking.store.tables import Question


def of_answers(picture: Picture, record: SituationRecord, person: PersonSeen) -> Look:
    """The answers of a record, to questions of one occasion."""
    seen = spell_of(person, record, record.on)
    occasion = record.occasion
    on = record.on or _default_day(seen, occasion)
    check_day(on, picture.today, field="on")
    if occasion in FOLLOW_UPS:
        check_answered_follow_up(_done_on(seen, occasion), occasion, on)
    else:
        check_answered_within(seen.spell.started_on, seen.spell.ended_on, occasion, on)
    answers = new_answers(picture, seen, record.answers, {occasion: on})
    if not answers:
        return Look(RowState.SAME, "Svaren finns redan.", person, seen)
    return added(person, seen, answers)


def added(person: PersonSeen, seen: SpellSeen, answers: tuple[NewAnswer, ...]) -> Look:
    """A record that gives a stored spell nothing but answers."""
    take_up(seen, answers)
    when = answers[0].occasion.label
    said = f"{counted(len(answers), 'svar', 'svar')} {when}, {iso(answers[0].on)}."
    return Look(RowState.NEW, said, person, seen, answers=answers, only_answers=True)


def new_answers(
    picture: Picture,
    seen: SpellSeen | None,
    said: Iterable[AnswerSaid],
    days: dict[Occasion, date | None],
) -> tuple[NewAnswer, ...]:
    """The answers that are not stored yet; ``days`` says when each occasion was.

    Raises at the question's field, its wording first, when one cannot be added.
    """
    found = []
    for one in said:
        on = days[one.occasion]
        if on is None:
            raise RuleBroken("Svar vid avslut finns men inget slutdatum.", field="ended_on")
        question = _put_then(picture, one, on)
        try:
            answer = _answer(picture, seen, question, one, on)
        except StegvisError as fault:
            sentence = f"{question.wording} {fault.sentence}"
            raise type(fault)(sentence, field=answer_field(question.id or 0)) from None
        if answer is not None:
            found.append(answer)
    return tuple(found)


def take_up(seen: SpellSeen, answers: Iterable[NewAnswer]) -> None:
    """Keep the picture in step."""
    for one in answers:
        seen.answers[one.occasion, one.question_id] = one.choices


def _put_then(picture: Picture, said: AnswerSaid, on: date) -> Question:
    """Of the questions with one key the one of the day, or else the newest."""
    versions = picture.questions.get(said.question, [])
    if not versions:
        raise RuleBroken("Frågan ställs inte i insatsen.", field="question")
    valid = [
        one
        for one in versions
        if one.valid_from <= on and (one.valid_to is None or on <= one.valid_to)
    ]
    return (valid or versions)[-1]


def _answer(
    picture: Picture, seen: SpellSeen | None, question: Question, said: AnswerSaid, on: date
) -> NewAnswer | None:
    assert question.id is not None
    check_put(question, said.occasion, on)
    options = picture.options[question.id]
    choices = check_choices(
        question.kind,
        [option.value for option in options],
        choices_said(said.words, question.kind, options),
        field=answer_field(question.id),
    )
    kept = None if seen is None else seen.answers.get((said.occasion, question.id))
    if kept is None:
        return NewAnswer(said.occasion, on, question.id, choices)
    if kept != choices:
        raise Conflict(f"Svaret {said.occasion.label} {OTHERWISE}")
    return None


def _default_day(seen: SpellSeen, occasion: Occasion) -> date:
    if occasion is Occasion.START:
        return seen.spell.started_on
    day = _done_on(seen, occasion) if occasion in FOLLOW_UPS else seen.spell.ended_on
    if day is None:
        raise RuleBroken(
            f"Det finns inget {occasion.label} att svara vid än: läs in avslutet eller "
            "uppföljningen först.",
            field="occasion",
        )
    return day


def _done_on(seen: SpellSeen, occasion: Occasion) -> date | None:
    follow_up = seen.follow_ups.get(follow_up_months(occasion))
    if follow_up is None or follow_up.status is not FollowUpStatus.DONE:
        return None
    return follow_up.done_on
