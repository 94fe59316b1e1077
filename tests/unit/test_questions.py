"""Kompletterande frågor: well formed, answered with what they offer, better or worse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.errors import InvalidValue, RuleBroken, StegvisError
from tracking.domain.questions import (
    AnswerChange,
    Option,
    QuestionSpec,
    answer_change,
    asked_at,
    check_choices,
    is_positive,
    tells_change,
    yes_no_options,
)
from tracking.domain.records import QuestionKind
from tracking.domain.situation import FOLLOW_UPS, Occasion

SCALE, ONE, SEVERAL = QuestionKind.SCALE, QuestionKind.ONE_OF, QuestionKind.SEVERAL_OF
HEALTH = tuple(Option(n, f"Svar {n}", n >= 4) for n in range(1, 6))


def a_spec(**changes: object) -> QuestionSpec:
    values: dict[str, object] = {
        "wording": "Hur mår du?",
        "kind": SCALE,
        "options": HEALTH,
        "asked_at_start": True,
    }
    return QuestionSpec(**(values | changes))  # type: ignore[arg-type]


def a_personal_number() -> str:
    # Put together here: none is ever written down.
    return "8503" + "12-1" + "234"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"wording": ""}, "wording"),
        ({"wording": "x" * 201}, "wording"),
        ({"options": HEALTH[:1]}, "option_1"),
        ({"options": tuple(Option(n, f"Svar {n}", False) for n in range(12))}, "option_1"),
        ({"options": (Option(1, "Bra", True), Option(2, "bra", False))}, "option_2"),
        ({"options": (Option(1, "Bra", True), Option(2, " ", False))}, "option_2"),
        ({"options": (Option(1, "Bra", True), Option(2, "vet ej", False))}, "option_2"),
        ({"asked_at_start": False}, "occasions"),
        ({"on_slips": True}, "occasions"),
        ({"asked_at_start": False, "on_slips": True, "kind": SEVERAL}, "kind"),
        ({"kind": QuestionKind.YES_NO}, "kind"),
    ],
)
def test_a_question_that_is_not_whole_is_refused_at_its_field(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(StegvisError) as caught:
        a_spec(**changes)
    assert caught.value.field == field


def test_neither_wording_nor_answer_may_hold_a_personal_number() -> None:
    number = a_personal_number()
    with pytest.raises(InvalidValue) as caught:
        a_spec(wording=f"Hur mår {number}?")
    assert caught.value.field == "wording"
    with pytest.raises(InvalidValue) as caught:
        a_spec(options=(Option(1, "Bra", True), Option(2, number, False)))
    assert caught.value.field == "option_2"


def test_answers_are_numbered_from_one_in_the_order_of_the_form() -> None:
    spec = a_spec(options=(Option(7, " Nej ", False), Option(3, "Ja", True)))
    assert [(o.value, o.label, o.positive) for o in spec.options] == [
        (1, "Nej", False),
        (2, "Ja", True),
    ]


def test_a_yes_or_no_question_has_yes_and_no() -> None:
    spec = a_spec(kind=QuestionKind.YES_NO, options=yes_no_options("no"))
    assert [o.positive for o in spec.options] == [False, True]


def test_only_a_question_of_several_takes_more_than_one_answer() -> None:
    assert check_choices(SEVERAL, (1, 2, 3), (1, 3), field="q") == {1, 3}
    assert check_choices(SCALE, (1, 2), (), field="q") == frozenset()
    with pytest.raises(RuleBroken):
        check_choices(ONE, (1, 2), (1, 2), field="q")
    with pytest.raises(InvalidValue):
        check_choices(SCALE, (1, 2), (3,), field="q")


def test_vet_ej_is_neither_positive_nor_a_change() -> None:
    assert is_positive(HEALTH, ()) is None
    assert answer_change(SCALE, HEALTH, (), (5,)) is None
    assert answer_change(SCALE, HEALTH, (5,), ()) is None


@pytest.mark.parametrize(
    ("kind", "before", "after", "found"),
    [
        (SCALE, {1}, {2}, AnswerChange.BETTER),
        (SCALE, {5}, {4}, AnswerChange.WORSE),
        (SCALE, {3}, {3}, AnswerChange.SAME),
        (ONE, {1}, {2}, AnswerChange.SAME),
        (ONE, {3}, {4}, AnswerChange.BETTER),
        (SEVERAL, {1, 4}, {1, 2}, AnswerChange.WORSE),
        (SEVERAL, {1}, {2, 5}, AnswerChange.BETTER),
    ],
)
def test_on_a_scale_every_step_counts_and_elsewhere_only_what_is_positive(
    kind: QuestionKind, before: set[int], after: set[int], found: AnswerChange
) -> None:
    assert answer_change(kind, HEALTH, before, after) is found


def test_a_scale_turned_round_is_better_downwards() -> None:
    turned = tuple(Option(o.value, o.label, o.value <= 2) for o in HEALTH)
    assert answer_change(SCALE, turned, {4}, {3}) is AnswerChange.BETTER


@pytest.mark.parametrize("positive", [set(), {1, 2, 3, 4, 5}, {2, 4}, {3}])
def test_a_scale_without_a_good_end_tells_no_change(positive: set[int]) -> None:
    options = tuple(Option(o.value, o.label, o.value in positive) for o in HEALTH)
    assert not tells_change(SCALE, options)
    assert answer_change(SCALE, options, {1}, {5}) is None


@given(
    st.sampled_from([SCALE, ONE]),
    st.integers(1, 5),
    st.integers(1, 5),
)
def test_what_is_better_one_way_is_worse_the_other(
    kind: QuestionKind, before: int, after: int
) -> None:
    there = answer_change(kind, HEALTH, {before}, {after})
    back = answer_change(kind, HEALTH, {after}, {before})
    opposite = {
        AnswerChange.BETTER: AnswerChange.WORSE,
        AnswerChange.WORSE: AnswerChange.BETTER,
        AnswerChange.SAME: AnswerChange.SAME,
    }
    assert there is not None
    assert back is opposite[there]


def test_a_question_is_put_on_its_own_occasions_only() -> None:
    for occasion in Occasion:
        start_only = asked_at(occasion, at_start=True, at_end=False, at_follow_up=False)
        assert start_only is (occasion is Occasion.START)
        after = asked_at(occasion, at_start=False, at_end=False, at_follow_up=True)
        assert after is (occasion in FOLLOW_UPS)
