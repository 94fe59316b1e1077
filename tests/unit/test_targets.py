"""Targets: well formed, judged, and said in calm Swedish."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.errors import InvalidValue, StegvisError
from tracking.domain.payback import PaybackAssumptions
from tracking.domain.statistics import wilson_interval
from tracking.domain.targets import (
    Comparison,
    Measure,
    PointInTime,
    Population,
    TargetOutcome,
    TargetSpec,
    TargetUnit,
    Verdict,
    bounds_text,
    chance_text,
    judge_share,
    judge_value,
    verdict_sentence,
)

AT_LEAST, AT_MOST = Comparison.AT_LEAST, Comparison.AT_MOST


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def a_spec(measure: Measure, point: PointInTime, **changes: object) -> TargetSpec:
    values: dict[str, object] = {
        "population": Population.ENDED,
        "comparison": AT_LEAST,
        "value": Decimal(80),
        "codes": frozenset({"work"}),
        "question_id": 1,
    }
    return TargetSpec(measure, point=point, **(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(("measure", "point"), list(product(Measure, PointInTime)))
def test_a_measure_is_taken_only_when_it_can_be(measure: Measure, point: PointInTime) -> None:
    if point in measure.points:
        assert a_spec(measure, point).unit is measure.unit
    else:
        with pytest.raises(StegvisError) as caught:
            a_spec(measure, point)
        assert caught.value.field == "point_in_time"


def test_same_or_higher_step_needs_a_follow_up() -> None:
    assert Measure.STEP_SAME_OR_HIGHER.points == {
        PointInTime.M6,
        PointInTime.M12,
        PointInTime.M18,
    }


@pytest.mark.parametrize("value", [-1, 100.5, "NaN", "Infinity"])
def test_a_percentage_is_at_most_a_hundred(value: object) -> None:
    with pytest.raises(InvalidValue):
        a_spec(Measure.STEP_FORWARD, PointInTime.DURING, value=Decimal(str(value)))


def test_a_number_may_be_larger_than_a_hundred() -> None:
    spec = a_spec(Measure.YEAR_PLACES, PointInTime.PERIOD, value=110.0)
    assert (spec.value, spec.is_share) == (Decimal("110.0"), False)


@pytest.mark.parametrize(
    ("measure", "point", "changes", "field"),
    [
        (Measure.END_REASON_IN, PointInTime.AT_END, {"codes": frozenset()}, "codes"),
        (Measure.POSITIVE_ANSWERS, PointInTime.AT_END, {"question_id": None}, "question_id"),
        (
            Measure.WORK_OR_STUDIES,
            PointInTime.M6,
            {"population": Population.STARTED},
            "population",
        ),
    ],
)
def test_a_target_lacks_nothing(
    measure: Measure, point: PointInTime, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(StegvisError) as caught:
        a_spec(measure, point, **changes)
    assert caught.value.field == field


@pytest.mark.parametrize("comparison", Comparison)
@pytest.mark.parametrize("target", [0, 20, 50, 62.5, 80, 100])
def test_every_share_up_to_forty_gets_the_verdict_of_the_rules(
    target: float, comparison: Comparison
) -> None:
    limit = Fraction(str(target)) / 100
    for n in (0, 1, 4, 5, 9, 16, 25, 40):
        for k in range(n + 1):
            outcome = judge_share(k, n, 2, target, comparison)
            assert outcome.verdict is by_hand(k, n, limit, comparison)
            assert outcome.low_bound == Fraction(k, n + 2)
            assert outcome.high_bound == Fraction(k + 2, n + 2)


def by_hand(k: int, n: int, limit: Fraction, comparison: Comparison) -> Verdict:
    if n == 0:
        return Verdict.NO_DATA
    if n < 5:
        return Verdict.TOO_FEW
    share = Fraction(k, n)
    if limit in (0, 1):
        ok = share >= limit if comparison is AT_LEAST else share <= limit
        return Verdict.MET if ok else Verdict.NOT_MET
    interval = wilson_interval(k, n)
    if comparison is AT_LEAST:
        if share >= limit:
            return Verdict.MET if interval.low >= limit else Verdict.MET_UNCERTAIN
        return Verdict.NOT_MET_UNCERTAIN if interval.high >= limit else Verdict.NOT_MET
    if share <= limit:
        return Verdict.MET if interval.high <= limit else Verdict.MET_UNCERTAIN
    return Verdict.NOT_MET_UNCERTAIN if interval.low <= limit else Verdict.NOT_MET


def test_all_sixty_meet_a_target_of_a_hundred() -> None:
    assert judge_share(60, 60, 0, 100).verdict is Verdict.MET
    assert judge_share(59, 60, 0, 100).verdict is Verdict.NOT_MET


def test_k_above_five_raises_the_smallest_base() -> None:
    assert judge_share(5, 7, 0, 50, threshold_k=8).verdict is Verdict.TOO_FEW
    assert judge_share(5, 7, 0, 50, threshold_k=3).verdict is not Verdict.TOO_FEW
    assert judge_share(2, 4, 0, 50, threshold_k=3).verdict is Verdict.TOO_FEW


@pytest.mark.parametrize(
    ("k", "n", "missing", "target"), [(2, 1, 0, 50), (-1, 1, 0, 50), (1, 2, -1, 50), (1, 2, 0, 101)]
)
def test_impossible_counts_are_refused(k: int, n: int, missing: int, target: int) -> None:
    with pytest.raises(InvalidValue):
        judge_share(k, n, missing, target)


@pytest.mark.parametrize(
    ("value", "target", "comparison", "verdict"),
    [
        (110, 110, AT_LEAST, Verdict.MET),
        (Fraction(5600, 365), 15.4, AT_LEAST, Verdict.NOT_MET),
        (40.0, 40, AT_MOST, Verdict.MET),
        (Decimal("40.1"), 40, AT_MOST, Verdict.NOT_MET),
        (None, 40, AT_MOST, Verdict.NO_DATA),
    ],
)
def test_what_is_no_share_is_judged_by_the_value_alone(
    value: object, target: float, comparison: Comparison, verdict: Verdict
) -> None:
    assert judge_value(value, target, comparison).verdict is verdict  # type: ignore[arg-type]


def test_the_sentence_of_a_share() -> None:
    assert plain(verdict_sentence(judge_share(21, 34, 3, 80), Measure.STEP_FORWARD)) == (
        "62 % (21 av 34, 95 % KI 45–76) tog steg framåt; målet är 80 %. Ej uppnått. "
        "3 saknar bedömning."
    )


@pytest.mark.parametrize(
    ("outcome", "measure", "sentence"),
    [
        (
            judge_share(2, 4, 0, 80),
            Measure.WORK_OR_STUDIES,
            "2 av 4 arbetade eller studerade; målet är 80 %. För få för att bedöma.",
        ),
        (
            judge_share(0, 0, 4, 80),
            Measure.STEP_SAME_OR_HIGHER,
            "Inga uppgifter; målet är 80 %. Ingen uppgift. 4 saknar bedömning.",
        ),
        (
            judge_value(37.5, 40, AT_MOST),
            Measure.PAYBACK_MONTHS,
            "Återbetalningstid: 37,5 månader; målet är högst 40 månader. Uppnått.",
        ),
        (
            judge_value(None, 40, AT_MOST),
            Measure.PAYBACK_MONTHS,
            "Värdet går inte att beräkna; målet är högst 40 månader. Ingen uppgift.",
        ),
        (
            judge_value(24000, 25000, AT_MOST),
            Measure.COST_PER_PARTICIPANT,
            "Kostnad per deltagande, anonyma inräknade: 24 000 kr; målet är högst 25 000 kr. "
            "Uppnått.",
        ),
        (
            judge_value(1, 60),
            Measure.PARTICIPANTS,
            "Deltaganden och anonyma deltagare: 1; målet är 60. Ej uppnått.",
        ),
        (
            judge_value(1, 110),
            Measure.YEAR_PLACES,
            "Årsplatser i bruk: 1 årsplats; målet är 110 årsplatser. Ej uppnått.",
        ),
    ],
)
def test_sentences(outcome, measure: Measure, sentence: str) -> None:  # type: ignore[no-untyped-def]
    assert plain(verdict_sentence(outcome, measure)) == sentence


def test_every_word_has_a_label_and_every_verdict_a_sign() -> None:
    for kind in (Measure, Population, PointInTime, Comparison, Verdict, TargetUnit):
        labels = [value.label for value in kind]
        assert len(set(labels)) == len(labels)
    assert {verdict.sign for verdict in Verdict} == {"✓", "~", "✕", "–"}
    assert all(measure.verb for measure in Measure if measure.is_share)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (judge_share(21, 34, 3, 80), "mindre än 1 %"),
        (judge_share(59, 60, 0, 50), "mer än 99 %"),
        (judge_share(8, 10, 0, 80), "38 %"),
        (judge_share(3, 4, 0, 80), None),
        (judge_share(0, 0, 4, 80), None),
        (judge_share(60, 60, 0, 100), None),
        (judge_share(0, 60, 0, 0, AT_MOST), None),
        (judge_value(40, 40), None),
    ],
)
def test_the_chance_is_said_where_it_says_something(
    outcome: TargetOutcome, words: str | None
) -> None:
    said = chance_text(outcome)
    assert (None if said is None else plain(said)) == words


def test_the_chance_is_the_beta_posteriors() -> None:
    """Uniform prior, 8 of 10 against 80 %: one minus the distribution function of Beta(9, 3)."""
    exact = 1 - sum(
        comb(11, k) * Fraction(8, 10) ** k * Fraction(2, 10) ** (11 - k) for k in range(9, 12)
    )
    chance = judge_share(8, 10, 0, 80).chance
    assert chance == pytest.approx(float(exact))


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (judge_share(6, 8, 8, 80), "38–88"),
        (judge_share(6, 8, 0, 80), None),
        (judge_share(0, 0, 4, 80), "0–100"),
        (judge_share(0, 0, 0, 80), None),
        (judge_value(3, 4), None),
    ],
)
def test_the_bounds_are_printed_where_somebody_is_missing(
    outcome: TargetOutcome, words: str | None
) -> None:
    assert bounds_text(outcome) == words


@given(
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(0, 30),
    st.sampled_from([0, 20, 50, 80, 100]),
    st.sampled_from(list(Comparison)),
)
def test_a_share_lies_within_its_interval_and_its_bounds(
    met: int, failed: int, missing: int, target: int, comparison: Comparison
) -> None:
    outcome = judge_share(met, met + failed, missing, target, comparison)
    if outcome.share is None:
        assert outcome.verdict is Verdict.NO_DATA
        return
    assert outcome.interval is not None
    assert outcome.low_bound is not None
    assert outcome.high_bound is not None
    assert outcome.interval.low <= outcome.share <= outcome.interval.high
    assert outcome.low_bound <= outcome.share <= outcome.high_bound
    assert outcome.chance is not None
    assert 0 <= outcome.chance <= 1
    other = Comparison.AT_MOST if comparison is AT_LEAST else AT_LEAST
    mirrored = judge_share(met, met + failed, missing, target, other).chance
    assert mirrored is not None
    assert outcome.chance + mirrored == pytest.approx(1)


def test_assumptions_belong_to_payback_alone() -> None:
    assumed = PaybackAssumptions(12_000, 40_000)
    spec = a_spec(Measure.PAYBACK_MONTHS, PointInTime.M18, assumptions=assumed)
    assert spec.assumptions == assumed
    with pytest.raises(StegvisError) as caught:
        a_spec(Measure.STEP_FORWARD, PointInTime.DURING, assumptions=assumed)
    assert caught.value.field == "support_month_kr"


def test_every_measure_says_who_meets_it() -> None:
    assert all(measure.help.endswith(".") for measure in Measure)


def test_a_question_is_asked_at_start_end_and_after_and_compared_from_the_end_on() -> None:
    assert PointInTime.AT_START in Measure.POSITIVE_ANSWERS.points
    assert PointInTime.AT_START not in Measure.ANSWERS_IMPROVED.points
    assert PointInTime.PERIOD not in Measure.POSITIVE_ANSWERS.points
