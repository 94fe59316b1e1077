"""Reliable change, cut-offs and classes, against published numbers.

RCI and cut-off: Jacobson & Truax 1991 (SD 7.5, r 0.80, means 40 and 60) and the public unit
tests of CECPfuns, suddengains and clinicalsignificance. Their change classes use ``>`` where
the default here is ``>=``.
"""

from __future__ import annotations

import csv
import math
import statistics
from collections import Counter
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.change import (
    DEFAULT_THRESHOLDS,
    LIMIT_LABELS,
    ChangeClass,
    Thresholds,
    began_below,
    cannot_improve_reliably,
    classify,
    cutoffs,
    limit_words,
    reliable_change_index,
)
from tracking.domain.errors import InvalidValue

REFERENCE = Path(__file__).parent / "reference"
scores = st.integers(0, 400)


@pytest.mark.parametrize(
    ("sd", "reliability", "rci", "tolerance"),
    [
        (7.5, 0.80, 9.296925484568419, 1e-9),
        (10.5, 0.961, 5.747681, 1e-3),
        (6.396073, 0.931, 4.65703, 1e-3),
    ],
)
def test_reliable_change_index(sd: float, reliability: float, rci: float, tolerance: float) -> None:
    assert reliable_change_index(sd, reliability) == pytest.approx(rci, abs=tolerance)


@pytest.mark.parametrize(
    ("sd", "reliability", "confidence"),
    [
        (0, 0.8, 0.95),
        (7, 1.1, 0.95),
        (7, -0.1, 0.95),
        (7, 1, 1),
        (math.nan, 0.8, 0.95),
        (math.inf, 0.8, 0.95),
        (7, math.nan, 0.95),
        (7, 0.8, math.nan),
    ],
)
def test_reliable_change_refuses_what_cannot_be(
    sd: float, reliability: float, confidence: float
) -> None:
    with pytest.raises(InvalidValue):
        reliable_change_index(sd, reliability, confidence)


def test_cutoffs_of_jacobson_and_truax() -> None:
    result = cutoffs(40, 7.5, 60, 7.5)
    assert (result.a, result.b, result.c) == (55, 45, 50)


def test_cutoffs_use_each_sample_with_its_own_spread() -> None:
    # Unequal SDs: b from the norm's SD and c from both, where some public code errs.
    result = cutoffs(40, 5, 60, 10)
    assert (result.a, result.b) == (50, 40)
    assert result.c == pytest.approx((5 * 60 + 10 * 40) / 15)
    with pytest.raises(InvalidValue):
        cutoffs(40, 0, 60, 10)


@pytest.mark.parametrize("place", range(4))
def test_cutoffs_of_what_is_no_number_are_refused(place: int) -> None:
    values = [40.0, 7.5, 60.0, 7.5]
    for wrong in (math.nan, math.inf):
        values[place] = wrong
        with pytest.raises(InvalidValue):
            cutoffs(*values)


def test_criterion_c_of_a_published_lower_is_better_sample() -> None:
    # The formula is symmetric, so clinicalsignificance's BDI example holds as well.
    assert round(cutoffs(35.475, 8.16, 7.69, 7.52).c, 2) == 21.02


def test_change_classes_of_cecpfuns_with_a_tie_that_does_not_count() -> None:
    limits = replace(DEFAULT_THRESHOLDS, reliable_change_mm=2, tie_counts=False)
    found = Counter(classify(300, 300 + change, limits) for change in range(-5, 6))
    assert found == {
        ChangeClass.DETERIORATED: 3,
        ChangeClass.UNCHANGED: 5,
        ChangeClass.IMPROVED: 3,
    }


@pytest.mark.parametrize(
    ("first", "last", "change"),
    [
        (190, 250, ChangeClass.RECOVERED),
        (190, 249, ChangeClass.UNCHANGED),
        (180, 240, ChangeClass.IMPROVED),
        (260, 320, ChangeClass.IMPROVED),
        (250, 310, ChangeClass.IMPROVED),
        (249, 309, ChangeClass.RECOVERED),
        (240, 250, ChangeClass.CROSSED),
        (249, 250, ChangeClass.CROSSED),
        (249, 249, ChangeClass.UNCHANGED),
        (250, 251, ChangeClass.UNCHANGED),
        (250, 190, ChangeClass.DETERIORATED),
        (250, 191, ChangeClass.UNCHANGED),
        (0, 400, ChangeClass.RECOVERED),
    ],
)
def test_class_at_the_edges(first: int, last: int, change: ChangeClass) -> None:
    assert classify(first, last) is change


@given(scores, scores, st.booleans(), st.sampled_from([250, 280]))
def test_every_pair_is_in_one_class_that_its_parts_explain(
    first: int, last: int, ties: bool, cutoff: int
) -> None:
    limits = replace(DEFAULT_THRESHOLDS, tie_counts=ties)
    change = classify(first, last, limits, cutoff_mm=cutoff)
    assert change.is_reliable_improvement == limits.is_gain(last - first)
    assert change.is_over_cutoff == (first < cutoff <= last)
    assert (change is ChangeClass.DETERIORATED) == limits.is_loss(last - first)


def test_below_the_cutoff_is_strictly_below() -> None:
    assert [began_below(mm, 250) for mm in (240, 249, 250, 251)] == [True, True, False, False]


@given(scores, st.booleans())
def test_who_cannot_improve_reliably_does_not_even_with_the_highest_score(
    first: int, ties: bool
) -> None:
    limits = replace(DEFAULT_THRESHOLDS, tie_counts=ties)
    best = classify(first, 400, limits)
    assert cannot_improve_reliably(first, limits) == (not best.is_reliable_improvement)
    assert cannot_improve_reliably(first) == (first > 340)


@pytest.mark.parametrize(("age", "mm"), [(12, 250), (13, 280), (17, 280), (18, 250), (None, 250)])
def test_the_young_have_a_cutoff_of_their_own(age: int | None, mm: int) -> None:
    assert DEFAULT_THRESHOLDS.ors_cutoff_for(age) == mm


@pytest.mark.parametrize(
    "limits",
    [
        {"reliable_change_mm": 0},
        {"ors_cutoff_adult_mm": 401},
        {"srs_scale_mm": 101},
        {"source": " "},
    ],
)
def test_thresholds_need_sense_and_a_source(limits: dict[str, object]) -> None:
    values: dict[str, object] = {"valid_from": date(2026, 1, 1), "source": "manual", **limits}
    with pytest.raises(InvalidValue) as caught:
        Thresholds(**values)  # type: ignore[arg-type]
    assert caught.value.field == next(iter(limits))


@pytest.mark.parametrize("mm", [-1, 401, math.nan, None, "200"])
def test_a_score_out_of_range_or_none_has_no_class(mm: int) -> None:
    for pair in ((mm, 200), (200, mm)):
        with pytest.raises(InvalidValue):
            classify(*pair)


def test_classes_of_the_thirty_couples_of_jacobson_and_truax() -> None:
    # DAS in half points, so that it fits the scale; their own criteria: the cut-off c of means
    # 40 and 60 has no place here, so it is made from the couples themselves and a norm of 115.
    with (REFERENCE / "jacobson_truax_1991.csv").open(encoding="utf-8") as file:
        pairs = [(float(row["das_pre"]), float(row["das_post"])) for row in csv.DictReader(file)]
    before = [first for first, _ in pairs]
    mean, sd = statistics.fmean(before), statistics.stdev(before)
    c = cutoffs(mean, sd, 114.8, 17.8).c
    rci = reliable_change_index(sd, 0.88)
    limits = replace(DEFAULT_THRESHOLDS, reliable_change_mm=math.ceil(2 * rci))
    found = Counter(
        classify(round(2 * first), round(2 * last), limits, cutoff_mm=math.ceil(2 * c))
        for first, last in pairs
    )
    expected: Counter[ChangeClass] = Counter()
    for first, last in pairs:
        improved, crossed = last - first >= rci, first < c <= last
        expected[
            ChangeClass.RECOVERED
            if improved and crossed
            else ChangeClass.IMPROVED
            if improved
            else ChangeClass.DETERIORATED
            if first - last >= rci
            else ChangeClass.CROSSED
            if crossed
            else ChangeClass.UNCHANGED
        ] += 1
    assert found == expected
    assert found.total() == 30


def test_every_pair_of_scores_has_the_class_that_a_plain_rewriting_gives() -> None:
    wrong = 0
    for first in range(401):
        for last in range(401):
            better, over = last >= first + 60, first < 250 <= last
            worse = last <= first - 60
            plain = (
                "recovered"
                if better and over
                else "improved"
                if better
                else "deteriorated"
                if worse
                else "crossed"
                if over
                else "unchanged"
            )
            wrong += classify(first, last) != plain
    assert wrong == 0


def test_each_limit_is_said_in_words() -> None:
    assert set(LIMIT_LABELS) == {f.name for f in fields(Thresholds)} - {"valid_from", "source"}
    assert limit_words(DEFAULT_THRESHOLDS, "ors_cutoff_adult_mm") == (
        "Gränsvärde ORS, vuxna: 25,0 poäng"
    )
    for ties, words in ((True, "räknas som"), (False, "räknas inte som")):
        assert words in limit_words(replace(DEFAULT_THRESHOLDS, tie_counts=ties), "tie_counts")
    with pytest.raises(KeyError):
        limit_words(DEFAULT_THRESHOLDS, "source")
