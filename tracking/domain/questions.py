"""Kompletterande frågor: what a well-formed question is, what may be answered, what is better.

A question has a few fixed answers and never free text. Once it has been answered it keeps its
meaning; that, and who may ask what, is the services' to hold.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracking.domain.errors import InvalidValue, RuleBroken
from tracking.domain.identifiers import clean_text
from tracking.domain.records import QuestionKind
from tracking.domain.situation import FOLLOW_UPS, Occasion

LONGEST_WORDING = 200
LONGEST_LABEL = 80
FEWEST_OPTIONS, MOST_OPTIONS = 2, 11

KIND_LABELS = {
    QuestionKind.YES_NO: "Ja eller nej",
    QuestionKind.SCALE: "Skala, från lägst till högst",
    QuestionKind.ONE_OF: "Ett av flera svar",
    QuestionKind.SEVERAL_OF: "Flera svar",
}

UNKNOWN_LABEL = "Vet ej"
"""Said by the participant; not an answer, and unlike a question that was never put."""


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer. ``value`` numbers it from 1 in the order of the form."""

    value: int
    label: str
    positive: bool


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """A question as it is defined, checked once.

    Asked of a participant at the start, at the end and at the follow-ups after 6, 12 and 18
    months, or on anonymous slips; not both, since a slip knows nobody. Raises InvalidValue or
    RuleBroken with the field at fault; texts that look like a personnummer are refused.
    """

    wording: str
    kind: QuestionKind
    options: tuple[Option, ...]
    asked_at_start: bool = False
    asked_at_end: bool = False
    asked_at_follow_up: bool = False
    on_slips: bool = False

    def __post_init__(self) -> None:
        wording = clean_text(
            self.wording, field="wording", max_length=LONGEST_WORDING, required=True
        )
        object.__setattr__(self, "wording", wording)
        object.__setattr__(self, "options", self._checked_options())
        asked = self.asked_at_start or self.asked_at_end or self.asked_at_follow_up
        if not (asked or self.on_slips):
            raise RuleBroken("Välj när frågan ställs.", field="occasions")
        if asked and self.on_slips:
            raise RuleBroken(
                "En fråga ställs antingen till deltagaren eller på anonyma lappar, inte båda.",
                field="occasions",
            )
        if self.on_slips and self.kind is QuestionKind.SEVERAL_OF:
            raise RuleBroken(
                "På anonyma lappar har en fråga ett svar per lapp: välj ett annat slag.",
                field="kind",
            )

    def _checked_options(self) -> tuple[Option, ...]:
        given = self.options
        if self.kind is QuestionKind.YES_NO:
            if [option.label for option in given] != ["Ja", "Nej"]:
                raise RuleBroken("En ja- och nejfråga har svaren Ja och Nej.", field="kind")
        elif not FEWEST_OPTIONS <= len(given) <= MOST_OPTIONS:
            raise RuleBroken(
                f"Skriv mellan {FEWEST_OPTIONS} och {MOST_OPTIONS} svar.", field="option_1"
            )
        cleaned: list[Option] = []
        for place, option in enumerate(given, start=1):
            label = clean_text(
                option.label, field=f"option_{place}", max_length=LONGEST_LABEL, required=True
            )
            if label.casefold() in {other.label.casefold() for other in cleaned}:
                raise InvalidValue(f"Svaret {label} står två gånger.", field=f"option_{place}")
            if label.casefold() == UNKNOWN_LABEL.casefold():
                raise InvalidValue(
                    "Vet ej finns alltid och räknas inte som svar: ta bort det.",
                    field=f"option_{place}",
                )
            cleaned.append(Option(place, label, option.positive))
        return tuple(cleaned)


def yes_no_options(positive: str) -> tuple[Option, ...]:
    """Return the answers Ja and Nej; ``positive`` is "yes", "no" or "" for neither."""
    return (Option(1, "Ja", positive == "yes"), Option(2, "Nej", positive == "no"))


def check_choices(
    kind: QuestionKind, options: Collection[int], chosen: Collection[int], *, field: str
) -> frozenset[int]:
    """Return the chosen answers; none means *vet ej*.

    Raises InvalidValue on an answer that the question has not, RuleBroken on several answers
    to a question that takes one.
    """
    found = frozenset(chosen)
    if not found <= frozenset(options):
        raise InvalidValue("Välj ett av frågans svar.", field=field)
    if len(found) > 1 and kind is not QuestionKind.SEVERAL_OF:
        raise RuleBroken("Frågan har ett svar.", field=field)
    return found


_SAID = {"yes": frozenset(["ja", "j", "x", "1", "sant"]), "no": frozenset(["nej", "n", "0"])}
_NOT_KNOWN = frozenset(["vet ej", "vet inte", "?", "ej svar", "inget svar"])


def choices_said(said: str, kind: QuestionKind, options: Sequence[Option]) -> frozenset[int]:
    """Return the answers that a text means, as a table outside Stegvis has it.

    An answer in words, or its number on a scale; several with comma or semicolon between them;
    *vet ej* is none. Raises InvalidValue, naming the answers that there are, on anything else.
    """
    plain = _folded(said)
    if plain in _NOT_KNOWN:
        return frozenset()
    labels = {_folded(option.label): option.value for option in options}
    if plain in labels:
        return frozenset({labels[plain]})
    if kind is QuestionKind.YES_NO and plain in _SAID["yes"] | _SAID["no"]:
        return frozenset({1 if plain in _SAID["yes"] else 2})
    values = {option.value for option in options}
    if re.fullmatch(r"\d{1,4}", plain):
        if kind is not QuestionKind.YES_NO and int(plain) in values:
            return frozenset({int(plain)})
        if kind is QuestionKind.SCALE:
            raise InvalidValue(f"Svaret ska ligga mellan {min(values)} och {max(values)}.")
    several = _several_said(plain, labels) if kind is QuestionKind.SEVERAL_OF else None
    if several is None:
        told = ", ".join(option.label for option in options)
        raise InvalidValue(f"Svaret är inget av frågans svar: {told}.")
    return several


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _several_said(plain: str, labels: dict[str, int]) -> frozenset[int] | None:
    """The answers named one after the other; an answer may hold a comma of its own."""
    found: set[int] = set()
    rest = plain
    while rest:
        fitting = [
            label
            for label in labels
            if rest == label or (rest.startswith(label) and rest[len(label) :].lstrip()[:1] in ",;")
        ]
        if not fitting:
            return None
        longest = max(fitting, key=len)
        found.add(labels[longest])
        rest = rest[len(longest) :].lstrip(" ,;")
    return frozenset(found)


def is_positive(options: Sequence[Option], chosen: Collection[int]) -> bool | None:
    """Say whether any chosen answer is positive; None when none is chosen (*vet ej*)."""
    if not chosen:
        return None
    return any(option.positive for option in options if option.value in chosen)


class AnswerChange(StrEnum):
    """How an answer compares with the one at the start."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"

    @property
    def label(self) -> str:
        """Return the Swedish word on the screen."""
        return {"better": "bättre", "same": "oförändrat", "worse": "sämre"}[self.value]


def answer_change(
    kind: QuestionKind,
    options: Sequence[Option],
    before: Collection[int],
    after: Collection[int],
) -> AnswerChange | None:
    """Return how a later answer compares with the first; None when either is lacking.

    On a scale every step counts, towards the end where the positive answers stand; on the
    other kinds only the passage from a positive answer to none, or back. None also on a scale
    whose positive answers stand at neither end.
    """
    if not before or not after:
        return None
    if kind is QuestionKind.SCALE:
        upwards = _better_is_higher(options)
        if upwards is None:
            return None
        step = min(after) - min(before)
        return _direction(step if upwards else -step)
    return _direction(bool(is_positive(options, after)) - bool(is_positive(options, before)))


def _direction(step: int) -> AnswerChange:
    if step == 0:
        return AnswerChange.SAME
    return AnswerChange.BETTER if step > 0 else AnswerChange.WORSE


def _better_is_higher(options: Sequence[Option]) -> bool | None:
    """Which end of a scale is the good one; None when the positive answers do not tell."""
    positive = [option.value for option in options if option.positive]
    others = [option.value for option in options if not option.positive]
    if not positive or not others:
        return None
    if min(positive) > max(others):
        return True
    return False if max(positive) < min(others) else None


def tells_change(kind: QuestionKind, options: Sequence[Option]) -> bool:
    """Say whether answers to the question can become better or worse."""
    if kind is QuestionKind.SCALE:
        return _better_is_higher(options) is not None
    return any(option.positive for option in options)


def asked_at(occasion: Occasion, *, at_start: bool, at_end: bool, at_follow_up: bool) -> bool:
    """Say whether a question with these marks is put on an occasion."""
    if occasion in FOLLOW_UPS:
        return at_follow_up
    return {Occasion.START: at_start, Occasion.END: at_end}.get(occasion, False)
