"""The columns that answer kompletterande frågor: each question of the insats is a field.

Which questions there are is the vocabulary's (`tracking.outcomes.imports`); what an answer's
words mean is `tracking.domain.questions`, once it is known which question was put that day.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracking.domain.import_records import ImportKind
from tracking.domain.questions import UNKNOWN_LABEL
from tracking.domain.records import QuestionKind
from tracking.domain.situation import Occasion
from tracking.exchange.importing.fields import Field, ValueKind
from tracking.exchange.importing.kinds import FIELDS, fields_of
from tracking.outcomes.imports import AskedQuestion

PREFIX = "svar_"
_SAID_AT = {Occasion.START: ("vid start", "start", "före"), Occasion.END: ("vid avslut", "slut")}


def fields_for(kind: ImportKind, questions: Sequence[AskedQuestion]) -> tuple[Field, ...]:
    """Every field of a kind of file, the insats's questions last."""
    return FIELDS[kind] + tuple(
        field for question in questions for field in _fields(kind, question)
    )


def known_fields(kind: ImportKind, questions: Sequence[AskedQuestion]) -> dict[str, Field]:
    """The fields of a kind of file with those of the questions, by key."""
    if not questions:
        return fields_of(kind)
    return {field.key: field for field in fields_for(kind, questions)}


def is_answer(key: str) -> bool:
    """Whether a field's key is one of a question."""
    return key.startswith(PREFIX)


def _fields(kind: ImportKind, question: AskedQuestion) -> tuple[Field, ...]:
    plain = (*question.wordings, question.key, question.key.replace("_", " "))
    if kind is ImportKind.SPELLS:
        when = [
            occasion
            for occasion, put in (
                (Occasion.START, question.at_start),
                (Occasion.END, question.at_end),
            )
            if put
        ]
        return tuple(
            _field(
                question,
                f"{PREFIX}{occasion.value}_{question.key}",
                f"{question.wordings[0]} {occasion.label.capitalize()}",
                # A heading without more is of the first occasion that there is.
                (plain if occasion is when[0] else ())
                + tuple(f"{one} {word}" for one in plain for word in _SAID_AT[occasion])
                + tuple(f"{word} {one}" for one in plain for word in _SAID_AT[occasion]),
                occasion=occasion,
            )
            for occasion in when
        )
    if kind is ImportKind.SITUATIONS or (kind is ImportKind.FOLLOW_UPS and question.at_follow_up):
        return (
            _field(question, f"{PREFIX}{question.key}", question.wordings[0], plain, slotted=True),
        )
    return ()


def _field(
    question: AskedQuestion,
    key: str,
    title: str,
    spellings: tuple[str, ...],
    *,
    slotted: bool = False,
    occasion: Occasion | None = None,
) -> Field:
    told = ", ".join((*question.answers, UNKNOWN_LABEL.casefold()))
    several = "; flera med komma emellan" if question.kind is QuestionKind.SEVERAL_OF else ""
    return Field(
        key,
        title,
        ValueKind.SAID,
        spellings,
        slotted=slotted,
        help=told + several,
        question=question.key,
        occasion=occasion,
    )
