"""Signs, and the sentence after a saved talk.

The SRS part follows the public alert rules of OpenFIT in own words: at 36 no alert, below it
one, and a fall of 1 since last an alert of its own.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracking.domain.instruments import GSRS, RatingValue
from tracking.domain.signals import (
    Sign,
    always_highest,
    not_seen,
    not_seen_sentence,
    ors_signal,
    saved_sentence,
    srs_points_to_raise,
    srs_sentence,
)

F = RatingValue.filled


@pytest.mark.parametrize(
    ("scores", "sign"),
    [
        ([], Sign.GREY),
        ([220], Sign.GREY),
        ([220, 160], Sign.RED),
        ([220, 161], Sign.NONE),
        ([180, 240], Sign.GREEN),
        ([190, 250], Sign.BLUE),
        ([260, 320], Sign.GREEN),
        ([180, 200, 190], Sign.NONE),
        ([180, 200, 190, 200], Sign.YELLOW),
        ([340, 340, 340, 340], Sign.YELLOW),
        ([341, 341, 341, 341], Sign.NONE),
        ([341, 341, 341, 281], Sign.RED),
        ([180, 100, 100, 240], Sign.GREEN),
    ],
)
def test_sign_of_a_curve(scores: list[int], sign: Sign) -> None:
    signal = ors_signal(scores)
    assert signal.sign is sign
    assert signal.reason.endswith(".")


def test_a_red_sign_says_why() -> None:
    reason = ors_signal([225, 200, 180, 160]).reason
    assert reason == "ORS har sjunkit 6,5 sedan start efter fyra samtal."


def test_the_cutoff_of_the_young_moves_the_blue_sign() -> None:
    assert ors_signal([190, 260]).sign is Sign.BLUE
    assert ors_signal([190, 260], cutoff_mm=280).sign is Sign.GREEN


def test_the_sentence_of_the_first_journey() -> None:
    sentence = saved_sentence(F(45, 60, 55, 60), [160, 195], F(92, 91, 81, 91), F(92, 91, 94, 91))
    assert sentence == (
        "ORS 22,0 (senast 19,5; start 16,0). Tillförlitlig förbättring. "
        "SRS 35,5: Sätt att arbeta föll från 9,4 till 8,1 – ta upp nästa gång."
    )


@pytest.mark.parametrize(
    ("now", "before", "phrases"),
    [
        (F(90, 90, 90, 90), None, ()),
        (F(90, 90, 90, 90), F(99, 99, 99, 99), ()),
        (F(100, 90, 90, 90), F(100, 100, 90, 90), ("Mål och ämne föll från 10,0 till 9,0",)),
        (F(89, 100, 100, 100), None, ("Relation ligger under 9 (8,9)",)),
        (F(80, 100, 100, 100), F(95, 100, 100, 100), ("Relation föll från 9,5 till 8,0",)),
        (RatingValue.total_only(360), None, ()),
        (RatingValue.total_only(359), None, ("summan ligger under 36",)),
        (RatingValue.total_only(370), RatingValue.total_only(380), ("summan föll från 38,0",)),
        (RatingValue.total_only(371), RatingValue.total_only(380), ()),
        (F(95, 95, 95, 91), F(98, 98, 98, 98), ("summan föll från 39,2",)),
        (RatingValue.incomplete(), F(100, 100, 100, 100), ()),
        (F(95, 95, 95, 95), RatingValue.not_filled(), ()),
    ],
)
def test_what_an_srs_asks_to_talk_about(
    now: RatingValue, before: RatingValue | None, phrases: tuple[str, ...]
) -> None:
    if before == F(99, 99, 99, 99):
        phrases = ("summan föll från 39,6",)
    assert srs_points_to_raise(now, before) == phrases


def test_sentences_of_what_was_not_filled() -> None:
    assert saved_sentence(RatingValue.not_filled(), [], RatingValue.incomplete()) == (
        "ORS ej ifylld. SRS ofullständigt ifylld."
    )
    assert saved_sentence(F(50, 50, 50, 50), [], None) == "ORS 20,0 (första skattningen)."
    assert saved_sentence(F(50, 50, 50, 50), [190], F(95, 95, 95, 95)) == (
        "ORS 20,0 (start 19,0). Ingen tillförlitlig förändring. SRS 38,0."
    )
    assert saved_sentence(None, [], None) == "Samtalet är sparat."


def test_group_form_goes_by_its_own_name() -> None:
    assert srs_sentence(F(95, 95, 95, 95), instrument=GSRS) == "G-SRS 38,0."


@pytest.mark.parametrize(
    ("totals", "always"), [([400, 400], False), ([400] * 3, True), ([400, 399, 400], False)]
)
def test_always_highest_from_three(totals: list[int], always: bool) -> None:
    assert (always_highest(totals) is not None) == always


@pytest.mark.parametrize(("days", "limit"), [(0, None), (14, None), (15, 15), (29, 15), (30, 30)])
def test_not_seen_for_fifteen_or_thirty_days(days: int, limit: int | None) -> None:
    today = date(2026, 6, 30)
    assert not_seen(today - timedelta(days=days), today) == limit
    sentence = not_seen_sentence(today - timedelta(days=days), today)
    assert (sentence is None) == (limit is None)
    if sentence is not None:
        assert f"{days}" in sentence
