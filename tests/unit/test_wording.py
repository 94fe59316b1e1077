"""Small Swedish forms."""

from __future__ import annotations

from decimal import Decimal

from tracking.domain.wording import capitalised, counted, decimal_comma, grouped, listed, per_cent


def test_numbers_take_comma_thin_space_and_true_minus() -> None:
    assert decimal_comma(Decimal("-3.5")) == "−3,5"
    assert grouped(1234567) == "1\u202f234\u202f567"
    assert grouped(-1200) == "−1\u202f200"
    assert per_cent(Decimal("62.5")) == "62,5\u202f%"


def test_lists_and_counts_are_said_as_people_say_them() -> None:
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a och b",
        "a, b och c",
    ]
    assert counted(1, "dag", "dagar") == "1\u00a0dag"
    assert counted(1200, "dag", "dagar") == "1\u202f200\u00a0dagar"


def test_a_sentence_begins_with_a_capital_and_keeps_the_rest() -> None:
    assert capitalised("åtta av ORS") == "Åtta av ORS"
    assert capitalised("") == ""
