"""Heads at strukturövergripande occasions: keyed together, corrected whole, divided with care."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.integration.test_deviations import forbund_actor
from tests.integration.worlds import TODAY, World, a_key, count, row
from tracking.access.actors import Actor
from tracking.domain.errors import Conflict, InvalidValue, NotPermitted, RuleBroken, StegvisError
from tracking.domain.head_counts import Heads, may_be_divided
from tracking.domain.periods import Calendar, Period, half_year, year
from tracking.domain.records import Gender
from tracking.domain.roles import Role
from tracking.outcomes.head_counts import StructuralLine, occasions, structural_in, together
from tracking.services.head_counts import (
    HeadsOf,
    SavedOccasion,
    correct_occasion,
    record_occasion,
    void_occasion,
)
from tracking.services.setup import choose_calendar, proposed_release_days
from tracking.store.tables import Change, HeadCount, StructuralOccasion

DAY = date(2026, 2, 3)
W, M, U = Gender.WOMAN, Gender.MAN, Gender.UNKNOWN
TWO: HeadsOf = {"Kommunen": {W: 9, M: 4}, "Regionen": {W: 6, M: 3, U: 1}}


def held(
    world: World,
    heads: HeadsOf = TWO,
    *,
    actor: Actor | None = None,
    insats_id: int | None = None,
    on: date = DAY,
    title: str = "Nätverksträff",
    key: str | None = None,
) -> SavedOccasion:
    return record_occasion(
        world.database,
        actor or world.worker,
        insats_id=insats_id or world.group_insats_id,
        held_on=on,
        title=title,
        heads=heads,
        key=key or a_key(),
    )


def corrected(world: World, saved: SavedOccasion, heads: HeadsOf, **more: object) -> SavedOccasion:
    given: dict[str, object] = {
        "held_on": DAY,
        "title": "Nätverksträff",
        "why": "typing_error",
        "version": saved.version,
    }
    return correct_occasion(
        world.database,
        world.worker,
        occasion_id=saved.occasion_id,
        heads=heads,
        key=a_key(),
        **(given | more),  # type: ignore[arg-type]
    )


def line_of(world: World, period: Period) -> StructuralLine:
    (line,) = structural_in(world.database, forbund_actor(world, Role.BOARD), period)
    return line


def test_several_organisations_are_keyed_in_one_go(world: World) -> None:
    saved = held(world)
    assert saved.heads == 23
    (seen,) = occasions(world.database, world.worker, world.group_insats_id)
    assert seen.heads == {"Kommunen": Heads(9, 4), "Regionen": Heads(6, 3, 1)}
    assert seen.total == Heads(15, 7, 1)


def test_the_forbund_keys_its_own_trainings(world: World) -> None:
    admin = forbund_actor(world, Role.FORBUND_ADMIN)
    held(world, actor=admin)
    assert len(occasions(world.database, admin, world.group_insats_id)) == 1


def test_only_strukturovergripande_insatser_have_occasions(world: World) -> None:
    with pytest.raises(RuleBroken, match="strukturövergripande"):
        held(world, insats_id=world.insats_id)
    for actor in (world.neighbour, world.nobody, forbund_actor(world, Role.BOARD)):
        with pytest.raises(NotPermitted):
            held(world, actor=actor)
    assert count(world, HeadCount) == 0


@pytest.mark.parametrize(
    "heads",
    [
        {},
        {"Kommunen": {W: 0}},
        {"Kommunen": {W: -1}},
        {"Kommunen": {W: 10_001}},
        {"Kommunen": {W: True}},
        {" ": {W: 3}},
        {"Kommunen": {W: 3}, "kommunen": {M: 2}},
        {"x" * 81: {W: 3}},
        {"Kommunen " + "-".join(("850312", "1234")): {W: 3}},
    ],
)
def test_impossible_heads_are_refused_and_nothing_is_stored(world: World, heads: HeadsOf) -> None:
    with pytest.raises(InvalidValue) as caught:
        held(world, heads)
    assert caught.value.field == "heads"
    assert count(world, StructuralOccasion) == 0


@pytest.mark.parametrize("on", [TODAY + timedelta(days=1), date(2020, 1, 1)])
def test_an_occasion_is_held_while_the_insats_runs(world: World, on: date) -> None:
    with pytest.raises(StegvisError) as caught:
        held(world, on=on)
    assert caught.value.field == "held_on"


def test_the_same_occasion_is_keyed_once(world: World) -> None:
    key = a_key()
    assert held(world, key=key) == held(world, key=key)
    with pytest.raises(Conflict, match="redan inlagt") as caught:
        held(world)
    assert caught.value.field == "title"
    held(world, title="Nätverksträff, eftermiddag")


def test_an_organisation_is_spelled_in_one_way(world: World) -> None:
    held(world)
    held(world, {"KOMMUNEN": {W: 2}}, title="Frukostmöte")
    newest = occasions(world.database, world.worker, world.group_insats_id)[0]
    assert list(newest.heads) == ["Kommunen"]


def test_a_corrected_occasion_keeps_the_old_numbers_in_the_history(world: World) -> None:
    saved = held(world)
    again = corrected(world, saved, {"Kommunen": {W: 9, M: 5}, "Arbetsförmedlingen": {W: 2}})
    assert (again.heads, again.version) == (16, saved.version + 1)
    (seen,) = occasions(world.database, world.worker, world.group_insats_id)
    assert seen.heads == {"Arbetsförmedlingen": Heads(2), "Kommunen": Heads(9, 5)}
    change = row(world, Change, table_name="head_count", old="4")
    assert (change.new, change.why) == ("5", "typing_error")
    with pytest.raises(InvalidValue, match="inget att rätta"):
        corrected(world, again, {"Kommunen": {W: 9, M: 5}, "Arbetsförmedlingen": {W: 2}})


def test_two_who_correct_never_overwrite_each_other(world: World) -> None:
    saved = held(world)
    corrected(world, saved, {"Kommunen": {W: 1}})
    with pytest.raises(Conflict):
        corrected(world, saved, {"Kommunen": {W: 2}})
    with pytest.raises(Conflict):
        corrected(world, saved, TWO, title="Frukostmöte")


def test_a_voided_occasion_leaves_every_count_and_its_place(world: World) -> None:
    saved = held(world)
    void_occasion(
        world.database,
        world.worker,
        occasion_id=saved.occasion_id,
        why="never_took_place",
        version=saved.version,
        key=a_key(),
    )
    assert occasions(world.database, world.worker, world.group_insats_id) == ()
    assert line_of(world, half_year(2026, 1)).heads == 0
    held(world)
    with pytest.raises(RuleBroken, match="makulerat"):
        corrected(world, saved, TWO)


def test_sums_are_undivided_and_exact_and_kon_stands_where_both_are_enough(world: World) -> None:
    held(world, {"Kommunen": {W: 9, M: 5}})
    assert line_of(world, half_year(2026, 1)) == StructuralLine(
        world.group_insats_id, "Nätverket", 1, 14, 9, 5
    )
    held(world, {"Kommunen": {U: 1}}, title="Frukostmöte")
    line = line_of(world, half_year(2026, 1))
    assert (line.occasions, line.heads, line.women, line.men) == (2, 15, None, None)


def test_a_year_is_not_divided_when_one_of_its_halves_is_not(world: World) -> None:
    choose_calendar(
        world.database,
        forbund_actor(world, Role.FORBUND_ADMIN),
        calendar=Calendar.HALF_YEAR,
        release_days=proposed_release_days(Calendar.HALF_YEAR),
        key=a_key(),
    )
    held(world, {"Kommunen": {W: 20, M: 10}}, on=date(2025, 3, 1))
    held(world, {"Kommunen": {W: 12, M: 2}}, on=date(2025, 9, 1))
    assert line_of(world, half_year(2025, 1)).women == 20
    assert line_of(world, half_year(2025, 2)).women is None
    whole = line_of(world, year(2025))
    assert (whole.heads, whole.women) == (44, None), "the year less the first half is the second"


@pytest.mark.parametrize(
    ("heads", "divided"),
    [
        (Heads(5, 5), True),
        (Heads(5, 4), False),
        (Heads(14, 0), False),
        (Heads(8, 8, 1), False),
        (Heads(8, 8, 5), True),
        (Heads(), True),
    ],
)
def test_kon_is_told_apart_only_when_nobody_is_few(heads: Heads, divided: bool) -> None:
    assert may_be_divided([Heads(9, 9), heads], 5) is divided


def test_several_are_divided_only_when_each_is() -> None:
    first = StructuralLine(1, "A", 2, 20, 12, 8)
    assert together([first, StructuralLine(2, "B", 1, 9, None, None)]) == StructuralLine(
        None, "Alla", 3, 29, None, None
    )
    assert together([first, first]).women == 24


def test_a_styrgrupp_of_another_insats_reads_no_line(world: World) -> None:
    held(world)
    reader = forbund_actor(world, Role.STEERING_GROUP, world.insats_id)
    assert structural_in(world.database, reader, half_year(2026, 1)) == ()
    with pytest.raises(NotPermitted):
        structural_in(world.database, world.worker, half_year(2026, 1))
