"""The spell that stands in for all alike is judged as each of them, by every rule that asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from tracking.domain.change import DEFAULT_THRESHOLDS, Thresholds
from tracking.outcomes import categories as words
from tracking.outcomes.categories import Division
from tracking.outcomes.cohorts import row_of
from tracking.outcomes.divisions import Setting
from tracking.outcomes.releasing.catalogue import Catalogue
from tracking.outcomes.releasing.catalogue_alike import Values, alike_of

STRICT = replace(DEFAULT_THRESHOLDS, tie_counts=False, ors_cutoff_adult_mm=251)


def stand_in_judged_alike(
    spells: list[Values], divisions: tuple[Division, ...], thresholds: Thresholds
) -> int:
    """Compare every spell with its stand-in; how many stand-ins there were."""
    setting = Setting({}, thresholds)
    columns = ("outcome", *divisions[0].columns)
    alike, make = alike_of(columns, setting), row_of(columns)._make
    assert alike is not None
    judged: dict[Values, tuple[str, ...]] = {}
    for values in spells:
        kind = alike(values)
        assert kind[0] == values[0]
        if kind not in judged:
            judged[kind] = tuple(division.of(make(kind), setting) for division in divisions)
        assert tuple(one.of(make(values), setting) for one in divisions) == judged[kind], values
    return len(judged)


def test_stand_in_for_an_age_is_judged_as_everybody_of_that_age() -> None:
    days = ("2023-01-01", "2024-02-29", "2025-12-31")
    spells = [("completed", born, day) for born, day in product(range(1940, 2020), days)]
    stand_in_judged_alike(spells, (words.AGE,), DEFAULT_THRESHOLDS)


def test_stand_in_for_a_stay_is_judged_as_every_stay_of_as_many_days() -> None:
    starts = [date(2020, 2, 28) + timedelta(days=31 * n) for n in range(14)]
    spells = [
        ("interrupted", start.isoformat(), (start + timedelta(days=days)).isoformat())
        for start, days in product(starts, range(1100))
    ]
    assert stand_in_judged_alike(spells, (words.STAY,), DEFAULT_THRESHOLDS) == 1100


@pytest.mark.parametrize("thresholds", [DEFAULT_THRESHOLDS, STRICT])
def test_stand_in_for_two_scores_is_judged_as_every_pair_in_its_class(
    thresholds: Thresholds,
) -> None:
    near = {thresholds.ors_cutoff_adult_mm, thresholds.ors_cutoff_young_mm}
    firsts = sorted({*range(0, 401, 9), 400, *(n + d for n in near for d in (-1, 0, 1))})
    spells: list[Values] = [
        ("completed", 2, first, "2025-03-01", last, born)
        for first, last, born in product(firsts, range(401), (1980, 2003))
    ]
    divisions = (words.ORS_CLASS, words.ORS_START, words.ORS_DIRECTION)
    assert stand_in_judged_alike(spells, divisions, thresholds) < 20
    # Without two scores nothing else is asked, whatever there is.
    few: list[Values] = [
        ("outside", 1, 100, "2025-03-01", 100, 1980),
        ("outside", 0, None, None, None, 1980),
    ]
    assert stand_in_judged_alike(few, divisions, thresholds) == 1


def test_what_has_many_values_is_judged_by_stand_ins() -> None:
    """A division that asks for other columns than it did would be slow again, and unnoticed."""
    setting = Setting({}, DEFAULT_THRESHOLDS)
    many = {"birth_year", "started_on", "ended_on", "ors_first_mm", "ors_last_mm"}
    asking = {
        judge.columns
        for judges in Catalogue(setting).judges.values()
        for judge in judges
        if many & set(judge.columns)
    }
    assert len(asking) == 3
    assert all(alike_of(columns, setting) is not None for columns in asking)
