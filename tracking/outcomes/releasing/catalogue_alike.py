"""Spells that no rule of a release tells apart, where what the rules ask has many values.

Hardly two spells have the same ages, days and scores, and each kind of spell costs a judgement.
So one spell stands in for all that are alike: of an age, as many days in the insats, on the same
side of the cut-off and with the same class of change. What becomes of it is decided by the rules
themselves (`tracking.outcomes.divisions`); a test holds that a stand-in is judged as the spell.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tracking.domain.change import began_below, classify
from tracking.outcomes import categories as words
from tracking.outcomes.cohorts import row_of
from tracking.outcomes.divisions import Setting
from tracking.outcomes.facts import ors_cutoff

Values = tuple[Any, ...]
Alike = Callable[[Values], Values]
"""From what a spell has in some columns to what its stand-in has."""

FIRST = date(2000, 1, 1)
"""The day that every stand-in for those with as many days in the insats began."""


def alike_of(columns: tuple[str, ...], setting: Setting) -> Alike | None:
    """The stand-ins for spells that are asked for ``columns``; None where few values differ."""
    known: dict[tuple[str, ...], Callable[[Setting], Alike]] = {
        ("outcome", *words.AGE.columns): _of_age,
        ("outcome", *words.STAY.columns): _of_stay,
        ("outcome", *words.ORS_CLASS.columns): _of_scores,
    }
    made = known.get(columns)
    return None if made is None else made(setting)


def _of_age(_setting: Setting) -> Alike:
    """Who is of an age is told by the year of the start alone."""

    def alike(values: Values) -> Values:
        outcome, birth_year, started_on = values
        return outcome, birth_year, started_on[:4]

    return alike


def _of_stay(_setting: Setting) -> Alike:
    numbers, first = _Numbers(), FIRST.isoformat()
    ends: dict[int, str] = {}

    def alike(values: Values) -> Values:
        outcome, started_on, ended_on = values
        days = numbers[ended_on] - numbers[started_on]
        if (end := ends.get(days)) is None:
            end = ends[days] = (FIRST + timedelta(days=days)).isoformat()
        return outcome, first, end

    return alike


class _Numbers(dict[str, int]):
    """The number of each day, given as ISO text."""

    def __missing__(self, day: str) -> int:
        number = self[day] = date.fromisoformat(day).toordinal()
        return number


def _of_scores(setting: Setting) -> Alike:
    """The first pair of scores met in a class stands for all in it."""
    make = row_of(("outcome", *words.ORS_CLASS.columns))._make
    cutoffs: dict[tuple[str | None, int], int] = {}
    classes: dict[tuple[int, int, int], Values] = {}
    first_in: dict[tuple[bool, str], Values] = {}

    def alike(values: Values) -> Values:
        outcome, number, first, first_on, last, birth_year = values
        if number < 2 or first is None or last is None:
            return outcome, 0, None, None, None, None
        at = first_on and first_on[:4], birth_year
        if (cutoff := cutoffs.get(at)) is None:
            cutoff = cutoffs[at] = ors_cutoff(make(values), setting.thresholds)
        if (found := classes.get((first, last, cutoff))) is None:
            change = classify(first, last, setting.thresholds, cutoff_mm=cutoff)
            alone = began_below(first, cutoff), change.value
            found = first_in.setdefault(alone, (2, first, first_on, last, birth_year))
            classes[first, last, cutoff] = found
        return outcome, *found

    return alike
