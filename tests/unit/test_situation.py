"""A situation cannot contradict itself, and *vet ej* is not *nej*."""

from __future__ import annotations

from itertools import product

import pytest

from tracking.domain.errors import InvalidValue, StegvisError
from tracking.domain.situation import (
    FOLLOW_UPS,
    Occasion,
    SituationValue,
    SupportSource,
    WorkKind,
    YesNoUnknown,
    began_or_increased_work,
    follow_up_months,
)

YES, NO, UNKNOWN = YesNoUnknown.YES, YesNoUnknown.NO, YesNoUnknown.UNKNOWN
SOURCES = [frozenset(), frozenset({SupportSource.SICKNESS_BENEFIT}), frozenset(SupportSource)]


@pytest.mark.parametrize(
    ("no_support", "sources", "unknown"),
    list(product([None, True, False], SOURCES, [False, True])),
)
def test_support_is_none_some_unknown_or_not_asked(
    no_support: bool | None, sources: frozenset[SupportSource], unknown: bool
) -> None:
    allowed = (
        (no_support is True and not sources and not unknown)
        or (no_support is not True and bool(sources) and not unknown)
        or (no_support is None and not sources)
    )
    if not allowed:
        with pytest.raises(StegvisError) as caught:
            SituationValue(no_support=no_support, sources=sources, support_unknown=unknown)
        assert caught.value.field == "sources"
        return
    value = SituationValue(no_support=no_support, sources=sources, support_unknown=unknown)
    assert value.is_self_supporting == (False if sources else no_support)


@pytest.mark.parametrize("answer", [None, *YesNoUnknown])
def test_percent_and_kind_stand_only_beside_a_yes(answer: YesNoUnknown | None) -> None:
    for extra in (
        {"work_percent": 50},
        {"work_kind": WorkKind.SUBSIDISED},
    ):
        if answer is YES:
            assert SituationValue(work=answer, **extra).is_working
        else:
            with pytest.raises(StegvisError):
                SituationValue(work=answer, **extra)
    if answer is not YES:
        with pytest.raises(StegvisError):
            SituationValue(studies=answer, studies_percent=50)


@pytest.mark.parametrize("percent", [0, -1, 101, True])
def test_extent_is_one_to_a_hundred_per_cent(percent: int) -> None:
    with pytest.raises(InvalidValue):
        SituationValue(work=YES, work_percent=percent)


@pytest.mark.parametrize(
    ("work", "studies", "either"),
    [
        (YES, None, True),
        (YES, NO, True),
        (NO, YES, True),
        (UNKNOWN, YES, True),
        (NO, NO, False),
        (NO, None, None),
        (NO, UNKNOWN, None),
        (None, None, None),
    ],
)
def test_work_or_studies_needs_one_yes_or_two_noes(
    work: YesNoUnknown | None, studies: YesNoUnknown | None, either: bool | None
) -> None:
    assert SituationValue(work=work, studies=studies).works_or_studies is either


def test_a_situation_is_answered_when_all_three_were_asked() -> None:
    assert not SituationValue().is_answered
    assert SituationValue(support_unknown=True, work=UNKNOWN, studies=UNKNOWN).is_answered
    assert not SituationValue(no_support=True, work=NO).is_answered


def test_began_or_increased_work() -> None:
    none, half, full = (
        SituationValue(work=NO),
        SituationValue(work=YES, work_percent=50),
        SituationValue(work=YES, work_percent=100),
    )
    assert began_or_increased_work(none, half) is True
    assert began_or_increased_work(half, full) is True
    assert began_or_increased_work(full, half) is False
    assert began_or_increased_work(full, none) is False
    assert began_or_increased_work(half, SituationValue(work=YES)) is None
    assert began_or_increased_work(SituationValue(), half) is None
    assert began_or_increased_work(half, SituationValue()) is None


def test_only_three_occasions_are_follow_ups() -> None:
    assert [follow_up_months(o) for o in FOLLOW_UPS] == [6, 12, 18]
    for occasion in set(Occasion) - set(FOLLOW_UPS):
        with pytest.raises(InvalidValue):
            follow_up_months(occasion)


def test_every_value_has_a_swedish_label() -> None:
    for kind in (SupportSource, WorkKind, YesNoUnknown, Occasion):
        labels = [value.label for value in kind]
        assert len(set(labels)) == len(labels)
