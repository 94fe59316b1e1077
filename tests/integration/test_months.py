"""Months, places and choices of participants, against counting day by day on random spells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.result_worlds import building
from tracking.access.actors import Actor
from tracking.domain.endings import Outcome
from tracking.domain.errors import NotPermitted
from tracking.domain.periods import Period, age_group, half_year
from tracking.domain.records import Gender
from tracking.domain.roles import Role
from tracking.outcomes.insats_tables import Subject, insats_tables
from tracking.outcomes.monthly import FEWEST, MOST, insats_months, months_of
from tracking.outcomes.selection import AGES, Selection
from tracking.outcomes.time_curves import insats_time_curves
from tracking.store.database import Database

TODAY = date(2026, 5, 20)


class Spell(NamedTuple):
    """What was put in."""

    started: date
    ended: date | None
    outcome: Outcome | None
    gender: Gender
    born: int

    def there_on(self, day: date) -> bool:
        return self.started <= day and (self.ended is None or day <= self.ended)


class Here(NamedTuple):
    """A database with an insats of random spells, and somebody who leads it."""

    database: Database
    insats_id: int
    lead: Actor
    stranger: Actor
    spells: list[Spell]


@pytest.fixture(scope="module")
def here(sqlite_databases: Any) -> Iterator[Here]:
    with (
        sqlite_databases.fresh(migrated=True) as url,
        time_machine.travel(f"{TODAY} 12:00", tick=False),
    ):
        database = Database.open(url)
        draw = Random(3)
        spells = []
        with building(database) as world:
            insats_id = world.insats("Stegen", planned_places=6)
            other = world.insats("Bron")
            for _ in range(60):
                started = date(2025, 1, 1) + timedelta(days=draw.randrange(500))
                length = draw.randrange(1, 200)
                over = started + timedelta(days=length) <= TODAY and draw.random() < 0.9
                ended = started + timedelta(days=length) if over else None
                reason = draw.choice(["work", "illness", "moved"])
                gender = draw.choice([Gender.WOMAN, Gender.MAN])
                born = draw.randrange(1962, 2010)
                world.spell(
                    insats_id, started, ended, reason=reason, gender=gender, birth_year=born
                )
                outside = over and reason == "moved"
                spells.append(
                    Spell(started, ended, Outcome.OUTSIDE if outside else None, gender, born)
                )
            lead = world.actor(Role.INSATS_LEAD, insats_id)
            stranger = world.actor(Role.INSATS_LEAD, other)
        yield Here(database, insats_id, lead, stranger, spells)
        database.close()


CHOICES = (
    Selection(),
    Selection(Gender.WOMAN),
    Selection(age="25–29"),
    Selection(Gender.MAN, "30–44"),
)


def kept(spells: list[Spell], only: Selection) -> list[Spell]:
    return [
        one
        for one in spells
        if only.gender in (None, one.gender)
        and only.age in (None, age_group(one.started.year - one.born))
    ]


@pytest.mark.parametrize("only", CHOICES, ids=lambda only: only.words or "everybody")
@pytest.mark.parametrize(
    "period",
    [half_year(2025, 2), half_year(2026, 1), Period(date(2026, 2, 10), date(2026, 3, 3))],
    ids=lambda period: period.key,
)
def test_a_month_counts_what_its_days_hold(here: Here, period: Period, only: Selection) -> None:
    found = insats_months(here.database, here.lead, here.insats_id, period, only=only).value
    known = min(period.end, TODAY)
    spells = kept(here.spells, only)
    for month in found.months:
        days = [month.period.start + timedelta(n) for n in range(month.period.days)]
        assert days[-1] <= known
        held = sum(one.there_on(day) for one in spells for day in days)
        over = [one for one in spells if one.ended in days and one.outcome is not Outcome.OUTSIDE]
        total = month.total
        assert total.started == sum(one.started in days for one in spells)
        assert total.ended == len(over)
        assert total.ongoing == sum(
            one.started <= days[-1] and (one.ended is None or one.ended > days[-1])
            for one in spells
        )
        assert total.days == held
        assert total.places == Fraction(held, len(days))


def test_women_and_men_of_a_month_add_up_to_everybody(here: Here) -> None:
    found = insats_months(here.database, here.lead, here.insats_id, half_year(2026, 1)).value
    for month in found.months:
        parts = [month.counts[gender] for gender in (Gender.WOMAN, Gender.MAN)]
        assert sum(part.days for part in parts) == month.total.days
        assert sum(part.started for part in parts) == month.total.started


def test_the_plan_is_of_everybody_and_not_of_a_choice(here: Here) -> None:
    def planned(only: Selection) -> Fraction | None:
        found = insats_months(
            here.database, here.lead, here.insats_id, half_year(2026, 1), only=only
        ).value
        return found.planned

    assert planned(Selection()) == 6
    assert planned(Selection(Gender.WOMAN)) is None


@given(
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    st.integers(0, 4000),
    st.dates(date(1995, 1, 1), date(2030, 1, 1)),
)
def test_months_follow_on_one_another_to_the_last_day(
    start: date, length: int, begins: date
) -> None:
    until = start + timedelta(days=length)
    months = months_of(Period(start, until), until, begins=begins)
    assert 1 <= len(months) <= MOST
    assert months[-1].end == until
    for one, following in pairwise(months):
        assert following.start == one.end + timedelta(days=1)
    if begins <= start - timedelta(days=31 * FEWEST):
        assert len(months) >= FEWEST


@pytest.mark.parametrize("age", list(AGES))
def test_a_choice_by_age_has_the_spells_of_its_row(here: Here, age: str) -> None:
    def startade(only: Selection) -> int:
        tables = insats_tables(
            here.database,
            here.lead,
            here.insats_id,
            half_year(2025, 1),
            subjects=(Subject.BACKGROUND,),
            only=only,
        ).value.tables
        ages = next(table for table in tables if table.key == "age")
        return ages.rows[-1].cells[-1].count or 0

    everybody = insats_tables(
        here.database, here.lead, here.insats_id, half_year(2025, 1), subjects=(Subject.BACKGROUND,)
    ).value.tables
    row = next(row for row in everybody[0].rows if row.label == AGES[age])
    assert startade(Selection(age=age)) == row.cells[-1].count


def test_time_curves_are_of_the_choice_and_a_handful_has_none(here: Here) -> None:
    found = insats_time_curves(
        here.database, here.lead, here.insats_id, half_year(2026, 1), only=Selection(age="16–18")
    ).value
    young = kept(here.spells, Selection(age="16–18"))
    assert found.total.number == len(young) < 5
    assert all(not curve.points for curve in found.curves)
    everybody = insats_time_curves(
        here.database, here.lead, here.insats_id, half_year(2026, 1)
    ).value
    assert [curve.gender for curve in everybody.curves] == [Gender.WOMAN, Gender.MAN, None]
    assert everybody.total.points[-1].at_risk >= 1


def test_who_has_no_assignment_in_the_insats_gets_neither_months_nor_curves(here: Here) -> None:
    for read in (insats_months, insats_time_curves):
        with pytest.raises(NotPermitted):
            read(here.database, here.stranger, here.insats_id, half_year(2026, 1))
