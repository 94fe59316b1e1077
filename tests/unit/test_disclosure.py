"""What leaves the insats zone: enumerated as an attacker would, for every base up to 60."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

import pytest

from tracking.domain.disclosure import (
    ALLOWED_K,
    HIDDEN_MARK,
    ProtectedCount,
    Shown,
    TargetFigure,
    coarse_protect,
    is_small,
    protect_target,
    protect_targets,
    released_base,
    target_view,
)
from tracking.domain.errors import InvalidValue
from tracking.domain.targets import Comparison, Measure, Verdict

LARGEST_BASE = 60


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


@pytest.mark.parametrize("k", ALLOWED_K)
def test_attacker_who_knows_the_head_count_keeps_k_values_for_every_hidden_number(k: int) -> None:
    for base in range(released_base(k), LARGEST_BASE + 1):
        worlds = defaultdict(list)
        for s, f, m in compositions(base, 3):
            worlds[target_view(s, s + f, m, k)].append((s, f, m))
        for possible in worlds.values():
            for number in zip(*possible, strict=True):
                assert is_protected(set(number), base, k)


def is_protected(values: set[int], base: int, k: int) -> bool:
    """Say whether k values remain, or the number is certain and neither small nor nearly all."""
    return len(values) >= k or (len(values) == 1 and not is_small(values.pop(), base, k))


@pytest.mark.parametrize("k", [3, 5, 10])
def test_the_view_never_says_what_is_not_so(k: int) -> None:
    for base in range(1, 41):
        for s, f, m in compositions(base, 3):
            view = target_view(s, s + f, m, k)
            if view.count is not None:
                assert view.count.low <= s <= view.count.high
                shares = view.share_range
                assert shares is not None
                assert shares[0] <= Fraction(s, s + f) <= shares[1]
            assert view.missing in (None, m)
            assert view.missing_below is None or m < view.missing_below


@pytest.mark.parametrize("base", range(10))
def test_nothing_is_released_on_a_base_below_ten(base: int) -> None:
    for s, f, m in compositions(base, 3):
        assert target_view(s, s + f, m, 3).shown is Shown.TOO_FEW


@pytest.mark.parametrize("comparison", Comparison)
@pytest.mark.parametrize("target", [0, 50, 62.5, 70, 100])
def test_the_verdict_follows_from_what_is_shown(target: float, comparison: Comparison) -> None:
    k = 5
    for base in range(5, 23):
        verdicts = defaultdict(set)
        for s, f, m in compositions(base, 3):
            protected = protect_target(s, s + f, m, k, target, comparison)
            verdicts[protected.view].add(protected.verdict)
            met = comparison.holds(Fraction(s, s + f), Fraction(str(target)) / 100) if s + f else 0
            if protected.verdict is Verdict.MET:
                assert met
            if protected.verdict is Verdict.NOT_MET:
                assert not met
            assert (protected.outcome is not None) == (protected.view.shown is Shown.EXACT)
        assert all(len(found) == 1 for found in verdicts.values())


def test_sixteen_who_completed_are_at_least_twelve() -> None:
    protected = protect_target(14, 16, 0, 5, 70)
    assert protected.view.count == ProtectedCount(12, 16, 16)
    assert protected.verdict is Verdict.MET
    assert protected.sentence(Measure.STEP_FORWARD).replace("\u202f", " ") == (
        "Minst 12 av 16, alltså minst 75 %, tog steg framåt; målet är 70 %. Uppnått. "
        "Färre än 5 saknar bedömning."
    )
    assert protect_target(12, 16, 0, 5, 70) == protected


def test_a_range_bears_no_interval_and_no_chance() -> None:
    for counts in ((14, 16, 0), (21, 34, 0), (21, 23, 8)):
        assert protect_target(*counts, 5, 80).outcome is None


def test_a_range_on_both_sides_of_the_target_decides_nothing() -> None:
    assert protect_target(14, 16, 0, 5, 90).verdict is Verdict.UNDECIDED


def test_all_large_is_exact_with_interval() -> None:
    protected = protect_target(21, 34, 6, 5, 80)
    assert protected.outcome is not None
    assert protected.outcome.interval is not None
    assert protected.verdict is Verdict.NOT_MET


def test_at_most_is_said_of_few() -> None:
    sentence = protect_target(2, 40, 0, 5, 20, Comparison.AT_MOST).sentence(Measure.STEP_FORWARD)
    assert sentence.startswith("Högst 4 av 40")
    assert "målet är högst 20" in sentence


@pytest.mark.parametrize("k", [3, 5, 8])
@pytest.mark.parametrize("parts", [2, 3, 4])
def test_a_hidden_set_keeps_k_values_for_every_part(k: int, parts: int) -> None:
    for total in range(k - 1, 61 if parts == 2 else 24):
        hidden = defaultdict(set)
        for counts in compositions(total, parts):
            protected = coarse_protect(dict(zip("abcd", counts, strict=False)), total, k)
            assert protected.is_hidden == any(is_small(c, total, k) for c in counts) or total == 0
            if all(not cell.is_exact for cell in protected.parts.values()):
                for name, count in zip("abcd", counts, strict=False):
                    hidden[name].add(count)
                    assert protected.parts[name].text == HIDDEN_MARK
            else:
                assert [cell.low for cell in protected.parts.values()] == list(counts)
                assert total == 0 or min(counts) >= k
        assert all(len(values) >= k for values in hidden.values())


def test_a_set_must_add_up_and_have_parts() -> None:
    for parts, total in (({"a": 5}, 5), ({"a": 5, "b": 6}, 12), ({"a": -1, "b": 6}, 5)):
        with pytest.raises(InvalidValue):
            coarse_protect(parts, total, 5)


@pytest.mark.parametrize("k", [2, 11, 0])
def test_k_is_three_to_ten(k: int) -> None:
    with pytest.raises(InvalidValue):
        protect_target(5, 10, 0, k, 50)


def figures(s: int, t: int, known: int, missing: int) -> list[TargetFigure]:
    return [
        TargetFigure(name, count, known, missing, 25, Comparison.AT_LEAST, "end", frozenset({name}))
        for name, count in (("work", s), ("studies", t))
    ]


@pytest.mark.parametrize("k", [3, 4, 5])
def test_targets_on_parts_of_one_base_cannot_be_subtracted(k: int) -> None:
    for base in range(released_base(k), 25):
        worlds = defaultdict(list)
        for counts in compositions(base, 4):
            s, t, rest, m = counts
            released = protect_targets(figures(s, t, s + t + rest, m), k)
            # The whole of what is shown; without the outcome, which follows from it.
            worlds[tuple(p.view for p in released.values())].append(counts)
        for possible in worlds.values():
            for number in zip(*possible, strict=True):
                assert is_protected(set(number), base, k)


def test_vasteras_2017_is_hidden_as_a_set_since_two_studied() -> None:
    released = protect_targets(figures(8, 2, 51, 0), 5)
    assert {p.view.shown for p in released.values()} == {Shown.LINKED}
    assert {p.verdict for p in released.values()} == {Verdict.UNDECIDED}
    assert "2" not in released["studies"].sentence(Measure.END_REASON_IN).split(";")[0]


def test_one_measure_over_two_populations_shows_the_first_only() -> None:
    both = [
        TargetFigure("ended", 30, 95, 0, 80, Comparison.AT_LEAST, "step"),
        TargetFigure("completed", 29, 51, 0, 80, Comparison.AT_LEAST, "step"),
    ]
    released = protect_targets(both, 5)
    assert [p.view.shown for p in released.values()] == [Shown.RANGE, Shown.LINKED]
    assert list(released) == ["ended", "completed"]


def test_unrelated_targets_do_not_hide_each_other() -> None:
    a, b = figures(20, 20, 60, 0)
    alone = TargetFigure("x", 20, 60, 0, 50, Comparison.AT_LEAST, "other")
    released = protect_targets([a, b, alone], 5)
    assert {p.view.count for p in released.values()} == {ProtectedCount(20, 20, 60)}
