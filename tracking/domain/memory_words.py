"""Minnesord: the word by which staff recognise a participant without a name.

Always proposed, never typed freely, one per participant within a personuppgiftsansvarig.
The words themselves stand in ``memory_word_list``.
"""

from __future__ import annotations

import random
from collections.abc import Collection

from tracking.domain.memory_word_list import MEMORY_WORDS

SHORT_WORD = 6
TRIES = 64

_WORDS = frozenset(MEMORY_WORDS)
_SHORT = tuple(word for word in MEMORY_WORDS if len(word) <= SHORT_WORD)


def propose(taken: Collection[str], seed: int | str) -> str:
    """Return a word that is not taken; the same taken words and seed give the same word.

    When the list is used up, two short words are joined with a hyphen, which gives more than
    160 000 further ones, and after them a number follows. Another seed proposes another.
    """
    used = taken if isinstance(taken, set | frozenset | dict) else set(taken)
    chance = random.Random(seed)
    # A few draws almost always hit; only then is the whole list looked through.
    for _ in range(TRIES):
        word = chance.choice(MEMORY_WORDS)
        if word not in used:
            return word
    free = [word for word in MEMORY_WORDS if word not in used]
    if free:
        return chance.choice(free)
    for _ in range(TRIES):
        pair = f"{chance.choice(_SHORT)}-{chance.choice(_SHORT)}"
        if pair not in used and not _doubled(pair):
            return pair
    start = chance.randrange(len(_SHORT) ** 2)
    for step in range(len(_SHORT) ** 2):
        first, second = divmod((start + step) % len(_SHORT) ** 2, len(_SHORT))
        pair = f"{_SHORT[first]}-{_SHORT[second]}"
        if pair not in used and not _doubled(pair):
            return pair
    number = 2
    while f"{_SHORT[0]}-{_SHORT[1]}-{number}" in used:
        number += 1
    return f"{_SHORT[0]}-{_SHORT[1]}-{number}"


def is_memory_word(text: str) -> bool:
    """Say whether the text is a word, or joined words, that ``propose`` could have given."""
    if text in _WORDS:
        return True
    first, *rest = text.split("-")
    if first not in _WORDS or not 1 <= len(rest) <= 2 or rest[0] not in _WORDS:
        return False
    return len(rest) == 1 or (rest[1].isascii() and rest[1].isdigit())


def _doubled(pair: str) -> bool:
    first, second = pair.split("-")
    return first == second
