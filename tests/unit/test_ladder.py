"""Stegförflyttning: windows, classes, and whether a level was kept."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from tracking.domain.errors import InvalidValue
from tracking.domain.ladder import (
    NO_PROSPECTS,
    StepLevel,
    StepMove,
    end_level,
    follow_up_due,
    follow_up_level,
    follow_up_window,
    start_level,
    step_move,
    sustained,
)
from tracking.domain.situation import Occasion

START = date(2026, 1, 1)
END = date(2026, 8, 31)
LEVELS = [None, NO_PROSPECTS, *(StepLevel(n) for n in range(6))]


def at(base: date, days: int, position: int) -> tuple[date, StepLevel]:
    return base + timedelta(days=days), StepLevel(position)


@pytest.mark.parametrize(("start", "end"), list(product(LEVELS, LEVELS)))
def test_every_pair_of_levels_has_one_class(start: StepLevel | None, end: StepLevel | None) -> None:
    move = step_move(start, end)
    if end == NO_PROSPECTS:
        assert move is StepMove.NO_PROSPECTS
    elif start is None or end is None:
        assert move is StepMove.MISSING
    elif start == NO_PROSPECTS:
        assert move is StepMove.NO_PROSPECTS
    else:
        difference = (end.position or 0) - (start.position or 0)
        expected = {1: StepMove.FORWARD, 0: StepMove.UNCHANGED, -1: StepMove.BACK}
        assert move is expected[(difference > 0) - (difference < 0)]
    assert move.in_base == (move is not StepMove.MISSING)


@pytest.mark.parametrize(("end", "later"), list(product(LEVELS, LEVELS)))
def test_sustained_is_same_or_higher_and_never_the_exit(
    end: StepLevel | None, later: StepLevel | None
) -> None:
    kept = sustained(end, later)
    if end is None or later is None:
        assert kept is None
    elif end == NO_PROSPECTS or later == NO_PROSPECTS:
        assert kept is False
    else:
        assert kept == ((later.position or 0) >= (end.position or 0))


@pytest.mark.parametrize(("days", "counts"), [(-31, False), (-30, True), (30, True), (31, False)])
def test_windows_of_start_and_end_are_thirty_days(days: int, counts: bool) -> None:
    assert (start_level([at(START, days, 2)], START) is not None) == counts
    assert (end_level([at(END, days, 2)], END) is not None) == counts


def test_start_is_the_first_and_end_the_last_assessment_inside() -> None:
    assessments = [at(START, 20, 3), at(START, 5, 1), at(END, 20, 4), at(END, -5, 2)]
    assert start_level(assessments, START) == StepLevel(1)
    assert end_level(assessments, END) == StepLevel(4)


def test_on_the_same_day_the_order_of_entry_decides() -> None:
    assert start_level([at(START, 0, 1), at(START, 0, 2)], START) == StepLevel(1)
    assert end_level([at(END, 0, 1), at(END, 0, 2)], END) == StepLevel(2)


def test_what_is_dated_after_the_period_is_left_out() -> None:
    assessments = [at(END, -5, 2), at(END, 20, 4)]
    assert end_level(assessments, END, as_of=END) == StepLevel(2)
    assert start_level([at(START, 3, 2)], START, as_of=START) is None


@pytest.mark.parametrize(("days", "counts"), [(-31, False), (-30, True), (60, True), (61, False)])
def test_follow_up_counts_from_thirty_days_before_to_sixty_after(days: int, counts: bool) -> None:
    for occasion in (Occasion.M6, Occasion.M12, Occasion.M18):
        due = follow_up_due(END, occasion)
        found = follow_up_level([at(due, days, 3)], END, occasion)
        assert (found is not None) == counts


def test_follow_up_is_due_by_the_calendar() -> None:
    assert follow_up_due(END, Occasion.M6) == date(2027, 2, 28)
    assert follow_up_window(END, Occasion.M6).start == date(2027, 1, 29)
    with pytest.raises(InvalidValue):
        follow_up_due(END, Occasion.END)


def test_the_assessment_nearest_the_due_date_counts() -> None:
    due = follow_up_due(END, Occasion.M6)
    assessments = [at(due, -20, 1), at(due, 5, 2), at(due, 50, 3)]
    assert follow_up_level(assessments, END, Occasion.M6) == StepLevel(2)
    assert follow_up_level(assessments, END, Occasion.M6, as_of=due) == StepLevel(1)


@pytest.mark.parametrize("position", [-1, True])
def test_a_level_is_a_step_or_the_exit(position: int) -> None:
    with pytest.raises(InvalidValue):
        StepLevel(position)
