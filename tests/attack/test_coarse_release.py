"""An attacker with every release ever made, all head counts and k, against random small insatser.

The attacker tries every way of dividing the fullföljda of each half-year into those who met a
target, those who did not and those without an answer, and keeps the ways that agree with all
that was published. Windows are taken as they stand in the releases: had two of them
overlapped, the attacker would subtract them. For each number that was small itself, at least
k possible values must be left.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from uuid import uuid4

import pytest
import time_machine

from tests.integration.result_worlds import World, building
from tracking.domain.disclosure import is_small
from tracking.domain.periods import Period, half_year, previous
from tracking.domain.records import FollowUpStatus
from tracking.domain.roles import Role
from tracking.domain.targets import Measure, PointInTime
from tracking.outcomes.release_heads import COMPLETED
from tracking.outcomes.releases import prepare_and_publish, released_overview
from tracking.outcomes.release_shapes import BoardOverview, ReleasedTarget
from tracking.store.database import Database
from tracking.store.tables import Forbund

HALVES = [half_year(y, n) for y in (2024, 2025) for n in (1, 2)] + [half_year(2026, 1)]
REASONS = ("work", "studies", "continued_rehabilitation")
Part = tuple[int, int, int]
"""Of one half-year: met, did not meet, no answer."""


@dataclass
class Truth:
    """What only the insats knows, by half-year."""

    steps: dict[Period, Part]
    kept: dict[Period, Part]
    reasons: dict[Period, dict[str, int]]


def small_world(world: World, seed: int, k: int) -> tuple[int, Truth]:
    """An insats of 3–60 fullföljda in five half-years, few of them or nearly all meeting."""
    dice = random.Random(seed)
    forbund = world.session.get(Forbund, 1)
    assert forbund is not None
    forbund.disclosure_threshold = k
    world.calendar()
    insats_id = world.insats("Liten", starts_on=date(2023, 1, 1))
    world.target(insats_id, Measure.STEP_FORWARD)
    world.target(insats_id, Measure.STEP_SAME_OR_HIGHER, point=PointInTime.M6)
    for reason in REASONS[: dice.choice((1, 2, 3))]:
        world.target(insats_id, Measure.END_REASON_IN, value=25, codes=[reason])
    size, met, lack = dice.randint(3, 60), dice.random(), dice.choice((0.0, 0.05, 0.3))
    truth = Truth({h: (0, 0, 0) for h in HALVES}, {h: (0, 0, 0) for h in HALVES}, {})
    truth.reasons = {h: dict.fromkeys(REASONS, 0) for h in HALVES}
    for _ in range(size):
        half = dice.choice(HALVES)
        ended = date(half.start.year, half.start.month + dice.randrange(6), 9)
        reason = dice.choices(REASONS, (2, 1, 6))[0]
        missing, forward = dice.random() < lack, dice.random() < met
        steps = (1, None if missing else 2 if forward else 1)
        spell_id = world.spell(insats_id, date(2023, 2, 1), ended, steps=steps, reason=reason)
        truth.reasons[half][reason] += 1
        truth.steps[half] = _one_more(truth.steps[half], 2 if missing else 0 if forward else 1)
        reached, stayed = dice.random() >= lack, dice.random() < met
        gone = dice.random() < 0.1
        if gone:
            world.follow_up(spell_id, 6, FollowUpStatus.DECEASED)
        elif reached:
            world.follow_up(spell_id, 6, FollowUpStatus.DONE, step=3 if stayed else 0)
        answer = 2 if gone or missing or not reached else 0 if stayed else 1
        truth.kept[half] = _one_more(truth.kept[half], answer)
    for _ in range(dice.randint(0, 3)):
        world.spell(insats_id, date(2023, 2, 1), date(2025, 5, 2), reason="moved")
        world.spell(insats_id, date(2023, 2, 1), date(2025, 5, 2), reason="illness")
    return insats_id, truth


def _one_more(part: Part, at: int) -> Part:
    met, failed, lacking = (n + (at == i) for i, n in enumerate(part))
    return met, failed, lacking


def all_releases(database: Database, seed: int, k: int) -> tuple[list[BoardOverview], Truth]:
    with building(database) as world:
        _, truth = small_world(world, seed, k)
        admin = world.actor(Role.FORBUND_ADMIN)
    boards = []
    for half in HALVES:
        following = date(half.end.year + half.end.month // 12, half.end.month % 12 + 1, 31)
        with time_machine.travel(following, tick=False):
            prepare_and_publish(database, admin, half.key, key=str(uuid4()))
        boards.append(released_overview(database, admin, half.key).value)
    return boards, truth


def published_heads(boards: list[BoardOverview]) -> dict[Period, int]:
    """Fullföljda of each half-year: exact, in every release."""
    found = {}
    for board in boards:
        assert board.release is not None
        heads = {row.label: row.cells[0].count for row in board.insatser[0].heads.rows}
        found[board.release.period] = heads[COMPLETED] or 0
    return found


def published_targets(boards: list[BoardOverview], measure: Measure) -> list[ReleasedTarget]:
    """Everything ever said of a measure, each statement once."""
    said = [t for b in boards for t in b.insatser[0].targets if t.measure is measure]
    return [target for n, target in enumerate(said) if target not in said[:n]]


def agrees(target: ReleasedTarget, part: Part, k: int) -> bool:
    """Whether a division of the whole window agrees with what is published of it."""
    met, failed, lacking = part
    if target.low is None or target.high is None:
        return True
    if not target.low <= met <= target.high:
        return False
    if target.missing == f"färre än {k}":
        return lacking < k and target.base == met + failed + lacking
    return str(lacking) == target.missing and target.base == met + failed


def divisions(total: int) -> Iterator[Part]:
    for met in range(total + 1):
        for failed in range(total - met + 1):
            yield met, failed, total - met - failed


def both(a: Part, b: Part) -> Part:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def attacked(
    halves: list[Period],
    heads: dict[Period, int],
    said: dict[tuple[Period, Period], list[Callable[[Part], bool]]],
) -> tuple[dict[Period, set[Part]], dict[tuple[Period, Period], set[Part]]]:
    """What each half-year, and each two in a row, may have been, given all that was said."""
    possible = {h: set(divisions(heads[h])) for h in halves}
    links: dict[tuple[Period, Period], set[tuple[Part, Part]]] = {}
    for pair in pairwise(halves):
        tests = said.get(pair, [])
        links[pair] = {
            (a, b)
            for a in possible[pair[0]]
            for b in possible[pair[1]]
            if all(test(both(a, b)) for test in tests)
        }
    for _ in range(2):  # forwards and backwards: what one pair rules out, its neighbours feel
        for order in (list(links), list(links)[::-1]):
            for pair in order:
                first, second = pair
                links[pair] = {
                    (a, b) for a, b in links[pair] if a in possible[first] and b in possible[second]
                }
                possible[first] &= {a for a, _ in links[pair]}
                possible[second] &= {b for _, b in links[pair]}
    return possible, {pair: {both(a, b) for a, b in links[pair]} for pair in links}


def values(parts: set[Part], at: int) -> set[int]:
    return {part[at] for part in parts}


@pytest.mark.parametrize("k", [3, 5])
@pytest.mark.parametrize("seed", range(12))
def test_all_releases_together_leave_k_values_for_every_small_number(
    sqlite_database: Database, seed: int, k: int
) -> None:
    boards, truth = all_releases(sqlite_database, 100 * k + seed, k)
    heads = published_heads(boards)
    assert heads == {half: sum(truth.steps[half]) for half in HALVES}
    for measure, parts, shift in (
        (Measure.STEP_FORWARD, truth.steps, 0),
        (Measure.STEP_SAME_OR_HIGHER, truth.kept, 1),
    ):
        said: dict[tuple[Period, Period], list[Callable[[Part], bool]]] = {}
        for target in published_targets(boards, measure):
            second = half_year(target.period.end.year, 2)
            for _ in range(shift):  # due in a year: ended half a year before
                second = previous(second)
            pair = (previous(second), second)
            if all(half in heads for half in pair):
                said.setdefault(pair, []).append(lambda part, t=target: agrees(t, part, k))
        possible, together = attacked(HALVES, heads, said)
        for pair, found in together.items():
            true = both(parts[pair[0]], parts[pair[1]])
            assert true in found
            for at, count in enumerate(true):
                if is_small(count, sum(true), k):
                    assert len(values(found, at)) >= min(k, sum(true) + 1)
        for half, found in possible.items():
            assert parts[half] in found
            # A half-year is no table of its own; its part of a year is as hidden as the
            # smaller of the two half-years lets it be.
            near = [heads[h] for pair in together if half in pair for h in pair]
            for at in range(3):
                assert len(values(found, at)) >= min(k, min(near) + 1)


@pytest.mark.parametrize("seed", range(12))
def test_avslutsanledningar_of_one_year_cannot_be_subtracted(
    sqlite_database: Database, seed: int
) -> None:
    k = 5
    boards, truth = all_releases(sqlite_database, 900 + seed, k)
    heads = published_heads(boards)
    for y in (2024, 2025):
        halves = [half_year(y, 1), half_year(y, 2)]
        total = sum(heads[half] for half in halves)
        said = [
            target
            for target in published_targets(boards, Measure.END_REASON_IN)
            if target.period.start.year == y
        ]
        true = [sum(truth.reasons[h][reason] for h in halves) for reason in REASONS[: len(said)]]
        rest = total - sum(true)
        worlds = [
            parts
            for parts in _parts(total, len(said) + 1)
            if all(
                target.low is None or (target.low <= n <= (target.high or 0))
                for target, n in zip(said, parts, strict=False)
            )
        ]
        for at, count in enumerate((*true, rest)):
            left = {parts[at] for parts in worlds}
            assert count in left
            if is_small(count, total, k):
                assert len(left) >= min(k, total + 1)


def _parts(total: int, number: int) -> Iterator[tuple[int, ...]]:
    if number == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _parts(total - first, number - 1):
            yield (first, *rest)


def test_the_attacker_would_see_through_overlapping_windows() -> None:
    """The attack has teeth: two overlapping exact windows give a half-year away."""
    halves = HALVES[:3]
    heads = dict(zip(halves, (2, 14, 2), strict=True))

    def exactly(n: int) -> Callable[[Part], bool]:
        return lambda part: part[0] == n and part[2] == 0

    possible, _ = attacked(
        halves,
        heads,
        {(halves[0], halves[1]): [exactly(10)], (halves[1], halves[2]): [exactly(8)]},
    )
    assert values(possible[halves[0]], 0) == {2}
    assert values(possible[halves[2]], 0) == {0}


def test_no_two_released_windows_of_a_target_overlap(sqlite_database: Database) -> None:
    boards, _ = all_releases(sqlite_database, 7, 5)
    for measure in (Measure.STEP_FORWARD, Measure.END_REASON_IN):
        windows = {t.period for t in published_targets(boards, measure)}
        assert len(windows) == 3  # 2023, 2024 and 2025
        for first, second in pairwise(sorted(windows)):
            assert first.end < second.start
