"""Minnesord: enough of them, kind, unique, and never used up."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.identifiers import clean_text
from tracking.domain.memory_words import MEMORY_WORDS, is_memory_word, propose

# Names of people and things that a word to know somebody by must not be.
_UNWANTED = """
björn sten saga iris linnea viola vide liv storm ask lind berg ek falk holm lund rut siv stella
svea jasmin rosa jonatan åke per ros lilja alm örn öl vin sprit kniv yxa gevär död sjuk kropp
hand fot panna bock häxa orm råtta gris
"""
UNWANTED = set(_UNWANTED.split())


def test_the_list_is_long_sorted_and_without_repeats() -> None:
    assert len(MEMORY_WORDS) >= 1200
    assert len(set(MEMORY_WORDS)) == len(MEMORY_WORDS)
    order = {letter: place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyzåäöé")}
    assert list(MEMORY_WORDS) == sorted(MEMORY_WORDS, key=lambda w: [order[c] for c in w])


def test_words_are_short_enough_to_read_at_a_glance_and_plain_swedish() -> None:
    for word in MEMORY_WORDS:
        assert re.fullmatch(r"[a-zåäöé]{2,16}", word)
        assert clean_text(word) == word


def test_no_word_is_a_name_or_unkind() -> None:
    assert not UNWANTED & set(MEMORY_WORDS)


@given(st.integers(), st.sets(st.sampled_from(MEMORY_WORDS)))
def test_a_proposed_word_is_free_and_repeatable(seed: int, taken: set[str]) -> None:
    word = propose(taken, seed)
    assert word not in taken
    assert word == propose(sorted(taken), seed)
    assert is_memory_word(word)


def test_the_last_free_word_is_found() -> None:
    assert propose(set(MEMORY_WORDS) - {"vårregn"}, 1) == "vårregn"


def test_a_hundred_thousand_participants_all_get_a_word_of_their_own() -> None:
    taken: set[str] = set()
    for seed in range(100_000):
        word = propose(taken, seed)
        assert word not in taken
        taken.add(word)
    assert all(is_memory_word(word) for word in taken)


def test_another_seed_proposes_another_word() -> None:
    assert len({propose((), seed) for seed in range(50)}) > 40


def test_a_freely_typed_word_is_no_memory_word() -> None:
    for text in ("", "Karl", "långnäst", "vårregn-", "vårregn-stig-x", "vårregn stig", "-"):
        assert not is_memory_word(text)
    assert is_memory_word("stig-moln-2")
