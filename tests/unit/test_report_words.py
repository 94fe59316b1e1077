"""Which passages of a text seem to name a small group, and which numbers are of something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.report_words import NamesSmallGroup, small_groups, warning

K = 5


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("En av de två kvinnorna började studera.", "En av de två kvinnorna"),
        ("Den enda mannen slutade i maj.", "enda mannen"),
        ("Under våren slutade tre deltagare.", "tre deltagare"),
        ("Tre unga män fick praktik.", "Tre unga män"),
        ("Två arbetslösa kvinnor har börjat.", "Två arbetslösa kvinnor"),
        ("Vi mötte två utrikes födda män.", "två utrikes födda"),
        ("För två av deltagarna dröjde beslutet.", "två av deltagarna"),
        ("Två av dem väntar på vård.", "Två av dem"),
        ("3 av 16 deltagare fick arbete.", "3 av 16 deltagare"),
        ("4 av våra 20 deltagare", "4 av våra 20 deltagare"),
        ("14 av 16 deltagare gick vidare.", "14 av 16 deltagare"),
        ("Alla utom en fick arbete.", "Alla utom en"),
        ("Båda deltagarna trivs.", "Båda deltagarna"),
        ("Ett par deltagare har flyttat.", "Ett par deltagare"),
        ("Enstaka kvinnor avbröt.", "Enstaka kvinnor"),
        ("Ingen av männen fick arbete.", "Ingen av männen"),
        ("Den yngsta deltagaren är nöjd.", "yngsta deltagaren"),
        ("En 24-årig kvinna berättar.", "En 24-årig kvinna"),
        ("Endast 2 kvinnor deltog.", "2 kvinnor"),
        ("tre\u00a0deltagare", "tre deltagare"),
        ("tre\ndeltagare", "tre deltagare"),
        ("TRE DELTAGARE", "TRE DELTAGARE"),
    ],
)
def test_passage_that_names_fewer_than_k_people_is_found(text: str, passage: str) -> None:
    assert [found.passage for found in small_groups(text, K)] == [passage]


@pytest.mark.parametrize(
    "text",
    [
        "Två insatser delar lokal.",
        "Under tre månader stod verksamheten still.",
        "Två av målen är uppnådda.",
        "Tre av fem mål nås inte.",
        "12 deltagare startade och 5 deltagare avslutades.",
        "12 000 deltagare i landet.",
        "1 002 deltagare",
        "12\u202f004 personer",
        "Den enskilda deltagaren står i centrum.",
        "Alla deltagare erbjuds samtal.",
        "Två träffar per deltagare.",
        "Tre nya insatser för deltagare.",
        "En insats för kvinnor.",
        "I snitt 2,5 personer.",
        "År 2026 började deltagarna senare.",
        "Man kan se att en plan för varje deltagare behövs.",
        "50 av 100 deltagare",
        "Vi tar emot en deltagare i taget.",
        "Fyra gånger fler kvinnor än män.",
        "Två insatser och deltagare i olika skeden.",
        "62 % av deltagarna",
        "",
    ],
)
def test_number_of_something_else_or_of_many_is_no_small_group(text: str) -> None:
    assert small_groups(text, K) == ()


def test_what_is_small_follows_the_threshold_of_the_release() -> None:
    assert not small_groups("sju deltagare", 5)
    assert small_groups("sju deltagare", 8)
    assert not small_groups("tre deltagare", 3)


def test_passages_come_in_the_order_of_the_text_and_none_twice() -> None:
    text = "Två av de tre kvinnorna slutade. Den enda mannen blev kvar, liksom två ungdomar."
    found = small_groups(text, K)
    assert [one.passage for one in found] == [
        "Två av de tre kvinnorna",
        "enda mannen",
        "två ungdomar",
    ]
    for one in found:
        assert text[one.at :].startswith(one.passage)


def test_warning_quotes_the_passages_and_asks_a_question() -> None:
    groups = small_groups("Två kvinnor och tre män. " * 4, K)
    said = warning(groups, K)
    assert said.startswith("Texten verkar berätta om färre än 5 personer: ”Två kvinnor”, ”tre män”")
    assert "och 3 till" in said
    assert "Kan någon kännas igen?" in said
    assert NamesSmallGroup(groups, K).field == "words"


@given(st.text(max_size=300), st.integers(3, 10))
def test_any_text_is_read_without_a_fault_and_passages_stand_in_it(text: str, k: int) -> None:
    for found in small_groups(text, k):
        assert 0 <= found.at < len(text)
        assert found.passage


@given(st.integers(0, 2000), st.integers(3, 10))
def test_a_count_of_people_is_small_exactly_below_k(count: int, k: int) -> None:
    assert bool(small_groups(f"Vi mötte {count} deltagare.", k)) == (count < k)
