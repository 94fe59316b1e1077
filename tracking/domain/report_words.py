"""What the staff's own words may tell of a few people: passages that name a small group.

Figures pass disclosure control; words do not, so the words are read for what a rule can see:
*en av de två kvinnorna*, *den enda mannen*, *tre deltagare*, *alla utom en*. The rule sees words
and not meaning. It warns, a person decides, and nothing is refused. Personal identity numbers
are another matter (`tracking.domain.identifiers`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracking.domain.errors import RuleBroken
from tracking.domain.wording import grouped, listed

_NUMBER_WORDS = {
    "en": 1,
    "ett": 1,
    "två": 2,
    "tre": 3,
    "fyra": 4,
    "fem": 5,
    "sex": 6,
    "sju": 7,
    "åtta": 8,
    "nio": 9,
}
_GAP = r"[ \u00a0\u202f\n]+"
_NUMBER = (
    r"(?<![\w,.:/\u2013+-])(?<!\d[ \u00a0\u202f])"
    r"(?P<n{0}>\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+|\d+|" + "|".join(_NUMBER_WORDS) + r")"
    r"(?![\w,.:/%\u2013-])"
)
_WORD_END = r"(?![\w-])"
_PEOPLE = (
    r"(?:deltagar(?:e|en|na|es|nas)|person(?:er|erna|en)?|individ(?:er|erna|en)?"
    r"|kvinn(?:a|an|or|orna)|m(?:an|annen|än|ännen)|ungdom(?:ar|arna|en)?"
    r"|klient(?:er|erna|en)?|patient(?:er|erna|en)?|brukar(?:e|en|na)"
    r"|kill(?:e|en|ar|arna)|tjej(?:en|er|erna)?|flick(?:a|an|or|orna)|pojk(?:e|en|ar|arna)"
    r"|föräld(?:er|ern|rar|rarna)|mamm(?:a|an|or|orna)|papp(?:a|an|or|orna)"
    r"|arbetssökande|sjukskriv(?:en|ne|na)|nyanländ(?:a|e)?|utrikes ?född(?:a|e)?)" + _WORD_END
)
# Only what looks like an adjective may stand between the number and the people.
_ADJECTIVES = (
    r"(?:(?:\w+(?:-\w+)?(?:a|ande|ende|iga|ig|sk|ska|lös|ad)|unga?|nya?|äldre|yngre)"
    + _GAP
    + r"){0,2}"
)
_ONES = (
    r"(?:enda|ende|ensamma|yngsta|yngste|äldsta|äldste|sista|siste|första|förste"
    r"|kvarvarande|återstående)"
)

_NAMED_NUMBER = re.compile(
    _NUMBER.format("1") + _GAP + _ADJECTIVES + _PEOPLE + r"(?!" + _GAP + r"i taget\b)",
    re.IGNORECASE,
)
_OUT_OF = re.compile(
    _NUMBER.format("1")
    + _GAP
    + r"av"
    + _GAP
    + r"(?:dem\b|(?:(?:de|våra|alla|insatsens|samtliga)"
    + _GAP
    + r")?(?:"
    + _NUMBER.format("2")
    + _GAP
    + r")?"
    + _ADJECTIVES
    + _PEOPLE
    + r")",
    re.IGNORECASE,
)
_ALWAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b" + _ONES + _GAP + _ADJECTIVES + _PEOPLE,
        # two, said otherwise
        r"\b(?:båda|bägge)" + _GAP + r"(?:de" + _GAP + r")?" + _ADJECTIVES + _PEOPLE,
        r"\bett" + _GAP + r"(?:par|fåtal)" + _GAP + _ADJECTIVES + _PEOPLE,
        r"\benstaka" + _GAP + _ADJECTIVES + _PEOPLE,
        # nobody of a group
        r"\bingen" + _GAP + r"av" + _GAP + r"(?:de" + _GAP + r")?" + _ADJECTIVES + _PEOPLE,
        r"\binga" + _GAP + r"(?:kvinnor|män)" + _WORD_END,
    )
)
_ALL_BUT = re.compile(
    r"\b(?:alla|samtliga)" + _GAP + r"(?:\w+" + _GAP + r")?utom" + _GAP + _NUMBER.format("1"),
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SmallGroup:
    """A passage that seems to name fewer than k people: the words, and where they begin."""

    passage: str
    at: int


class NamesSmallGroup(RuleBroken):
    """A text that is to leave the insats zone seems to name a small group.

    ``groups`` are the passages; whoever has read them can let the text pass.
    """

    def __init__(self, groups: tuple[SmallGroup, ...], k: int) -> None:
        super().__init__(warning(groups, k), field="words")
        self.groups = groups


def small_groups(text: str, k: int) -> tuple[SmallGroup, ...]:
    """Return the passages of a text that seem to name a group of fewer than ``k`` people.

    A number of something else (*två insatser*, *tre månader*) is no group of people. Passages
    come in the order of the text, and none lies inside another.
    """
    found: list[tuple[int, int]] = []
    for pattern in (_OUT_OF, _NAMED_NUMBER, _ALL_BUT):
        for match in pattern.finditer(text):
            numbers = [_value(part) for part in match.groups() if part is not None]
            if _small(numbers, k):
                found.append(match.span())
    for pattern in _ALWAYS:
        found += [match.span() for match in pattern.finditer(text)]
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return tuple(SmallGroup(" ".join(text[start:end].split()), start) for start, end in kept)


def warning(groups: tuple[SmallGroup, ...], k: int) -> str:
    """Return the calm sentence that tells which passages to read again."""
    passages = listed([f"”{group.passage}”" for group in groups[:5]])
    more = "" if len(groups) <= 5 else f" och {grouped(len(groups) - 5)} till"
    return (
        f"Texten verkar berätta om färre än {k} personer: {passages}{more}. Kan någon kännas "
        "igen? Skriv om, eller bekräfta att texten inte beskriver någon enskild."
    )


def _small(numbers: list[int], k: int) -> bool:
    """A small count, or a small rest: *14 av de 16 kvinnorna* tells of two others."""
    if not numbers:
        return False
    if numbers[0] < k:
        return True
    if len(numbers) < 2:
        return False
    return numbers[1] < k or 0 <= numbers[1] - numbers[0] < k


def _value(said: str) -> int:
    word = said.lower()
    return _NUMBER_WORDS[word] if word in _NUMBER_WORDS else int(re.sub(r"\D", "", word))
