"""The fine rule of disclosure control, with every possible world enumerated as the oracle."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracking.domain.disclosure import (
    ALL,
    CellKey,
    CountTable,
    Fault,
    ProtectedTables,
    ReleaseTables,
    SumTable,
    TargetLine,
    audit,
    protect,
)
from tracking.domain.disclosure.bounds import exact_bounds
from tracking.domain.disclosure.cells import link
from tracking.domain.disclosure.published import add_release, blank_knowledge
from tracking.domain.errors import InvalidValue
from tracking.domain.periods import Period, half_year, year
from tracking.domain.records import Gender
from tracking.domain.targets import Verdict

H1, H2 = half_year(2025, 1), half_year(2025, 2)
Counts = dict[str, tuple[int, int]]


def pair(women: int, men: int) -> dict[Gender, int]:
    return {Gender.WOMAN: women, Gender.MAN: men, Gender.UNKNOWN: 0}


def tables_of(
    counts: Counts, unit: str = "a", period: Period = H1, name: str = "reason"
) -> tuple[CountTable, CountTable]:
    women, men = (sum(value[i] for value in counts.values()) for i in (0, 1))
    head = CountTable(unit, period, "ended", {"": pair(women, men)})
    parts = {category: pair(*value) for category, value in counts.items()}
    return head, CountTable(unit, period, name, parts, within=("ended", ""))


def worlds(total: int, cells: int) -> Iterator[tuple[int, ...]]:
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in worlds(total - first, cells - 1):
            yield (first, *rest)


def enumerated(counts: Counts, protected: ProtectedTables) -> dict[CellKey, set[int]]:
    """Every value that each cell takes in some world that agrees with what is published."""
    names, total = list(counts), sum(map(sum, counts.values()))
    found: dict[CellKey, set[int]] = defaultdict(set)
    for world in worlds(total, 2 * len(names)):
        values = {
            CellKey("a", H1.key, "reason", name, g): world[2 * i + j]
            for i, name in enumerate(names)
            for j, g in enumerate((Gender.WOMAN, Gender.MAN))
        }
        for name in names:
            own = [values[CellKey("a", H1.key, "reason", name, g)] for g in list(Gender)[:2]]
            values[CellKey("a", H1.key, "reason", name)] = sum(own)
        for g in list(Gender)[:2]:
            own = [values[CellKey("a", H1.key, "reason", name, g)] for name in names]
            values[CellKey("a", H1.key, "ended", "", g)] = sum(own)
        if all(
            protected.cells[key].low <= v <= protected.cells[key].high for key, v in values.items()
        ):
            for key, value in values.items():
                found[key].add(value)
    return found


def is_small(key: CellKey, counts: Counts, k: int) -> bool:
    i = {"": None, "woman": 0, "man": 1}[key.gender]
    of = {name: sum(value) if i is None else value[i] for name, value in counts.items()}
    value = of[key.category] if key.category else sum(of.values())
    base = sum(of.values()) if key.category else sum(map(sum, counts.values()))
    return value < k or base - value < k


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=3).filter(
        lambda cells: sum(map(sum, cells)) <= 14
    )
)
def test_every_small_cell_keeps_k_values_among_all_worlds_there_are(
    cells: list[tuple[int, int]],
) -> None:
    k = 3
    counts = dict(zip(("work", "studies", "other"), cells, strict=False))
    tables = ReleaseTables(tables_of(counts))
    protected = protect(tables, k)
    assert not audit(tables, protected, [], k)
    total = sum(map(sum, cells))
    for key, values in enumerated(counts, protected).items():
        if is_small(key, counts, k):
            assert len(values) >= min(k, total + 1)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=3).filter(
        lambda cells: sum(map(sum, cells)) <= 12
    )
)
def test_the_bounds_are_those_of_the_enumeration(cells: list[tuple[int, int]]) -> None:
    counts = dict(zip(("work", "studies", "other"), cells, strict=True))
    tables = ReleaseTables(tables_of(counts))
    protected = protect(tables, 3)
    linked = link(tables.counts)
    knowledge = blank_knowledge(linked)
    add_release(knowledge, protected.cells)
    for key, values in enumerated(counts, protected).items():
        assert exact_bounds(knowledge, linked.index[key]) == (min(values), max(values))


def test_undivided_head_counts_are_exact_however_small() -> None:
    tables = ReleaseTables(tables_of({"work": (1, 0), "other": (0, 1)}))
    protected = protect(tables, 5)
    assert protected.cells[CellKey("a", H1.key, "ended")].text == "2"
    assert not protected.cells[CellKey("a", H1.key, "reason", "work")].is_exact
    assert not audit(tables, protected, [], 5)


def test_large_cells_are_all_shown() -> None:
    protected = protect(ReleaseTables(tables_of({"work": (20, 15), "other": (9, 12)})), 5)
    assert all(cell.is_exact for cell in protected.cells.values())
    assert not protected.collapsed


def test_one_small_cell_takes_the_cheapest_partner_with_it() -> None:
    counts = {"work": (20, 15), "studies": (30, 20), "rehab": (20, 25), "other": (2, 1)}
    protected = protect(ReleaseTables(tables_of(counts)), 5)
    hidden = [
        key.category
        for key, cell in protected.cells.items()
        if not key.gender and not cell.is_exact
    ]
    assert len(hidden) == 2
    assert "other" in hidden


def test_a_split_that_cannot_stand_collapses_and_the_totals_stay() -> None:
    counts = {"work": (10, 1), "studies": (8, 3), "other": (9, 2)}
    protected = protect(ReleaseTables(tables_of(counts)), 5)
    assert ("a", H1.key, "reason") in protected.collapsed
    for name in counts:
        assert protected.cells[CellKey("a", H1.key, "reason", name)].is_exact


def test_missing_kon_is_never_a_column_but_is_protected() -> None:
    head = CountTable("a", H1, "ended", {"": {Gender.WOMAN: 30, Gender.MAN: 20, Gender.UNKNOWN: 1}})
    parts = {
        "work": {Gender.WOMAN: 15, Gender.MAN: 10, Gender.UNKNOWN: 1},
        "other": {Gender.WOMAN: 15, Gender.MAN: 10, Gender.UNKNOWN: 0},
    }
    tables = ReleaseTables((head, CountTable("a", H1, "reason", parts, ("ended", ""))))
    protected = protect(tables, 5)
    assert all(key.gender != Gender.UNKNOWN for key in protected.cells)
    assert protected.collapsed
    assert not audit(tables, protected, [], 5)


def test_a_cell_of_one_insats_does_not_follow_from_all_the_others() -> None:
    units = {"a": (2, 1), "b": (20, 20), "c": (15, 25)}
    tables = []
    for unit, work in units.items():
        tables += tables_of({"work": work, "studies": (18, 17), "other": (25, 20)}, unit)
    total = {"work": (37, 46), "studies": (54, 51), "other": (75, 60)}
    tables += tables_of(total, ALL)
    release = ReleaseTables(tuple(tables))
    protected = protect(release, 5)
    assert not audit(release, protected, [], 5)
    work = [protected.cells[CellKey(u, H1.key, "reason", "work")] for u in (*units, ALL)]
    assert sum(not cell.is_exact for cell in work) >= 2


def test_a_half_year_does_not_follow_from_the_year() -> None:
    first = tables_of({"work": (20, 15), "other": (22, 18)})
    before = protect(ReleaseTables(first), 5)
    second = tables_of({"work": (2, 1), "other": (22, 18)}, period=H2)
    whole = tables_of({"work": (22, 16), "other": (44, 36)}, period=year(2025))
    release = ReleaseTables((*first, *second, *whole))
    protected = protect(release, 5, [before])
    assert not audit(release, protected, [before], 5)
    assert not protected.cells[CellKey("a", "2025", "reason", "work")].is_exact
    assert {key.period for key in protected.cells} == {H2.key, "2025"}


def corrected_year() -> tuple[ReleaseTables, ProtectedTables]:
    before = protect(ReleaseTables(tables_of({"work": (20, 15), "other": (22, 18)})), 5)
    now = tables_of({"work": (19, 15), "other": (22, 18)})
    second = tables_of({"work": (12, 11), "other": (22, 18)}, period=H2)
    whole = tables_of({"work": (31, 26), "other": (44, 36)}, period=year(2025))
    return ReleaseTables((*now, *second, *whole)), before


def test_one_person_who_left_a_released_half_year_is_not_found_by_subtraction() -> None:
    release, before = corrected_year()
    protected = protect(release, 5, [before])
    assert not audit(release, protected, [before], 5)
    naked = protect(release, 5, [])
    assert naked.cells[CellKey("a", "2025", "reason", "work")].is_exact
    findings = audit(release, naked, [before], 5)
    assert Fault.CORRECTION in {finding.fault for finding in findings}


def target_tables(forward: int, same: int, missing: int) -> ReleaseTables:
    everyone = forward + same + missing
    period = year(2025)
    split = {
        "forward": pair(forward // 2, forward - forward // 2),
        "same": pair(same // 2, same - same // 2),
    }
    answered = pair(forward // 2 + same // 2, forward + same - forward // 2 - same // 2)
    lacking = pair(missing // 2, missing - missing // 2)
    head = pair(
        answered[Gender.WOMAN] + lacking[Gender.WOMAN], answered[Gender.MAN] + lacking[Gender.MAN]
    )
    assert sum(head.values()) == everyone
    return ReleaseTables(
        (
            CountTable("a", period, "completed", {"": head}),
            CountTable(
                "a", period, "step", {"answered": answered, "missing": lacking}, ("completed", "")
            ),
            CountTable("a", period, "forward", split, ("step", "answered")),
        ),
        targets=(
            TargetLine(
                "t",
                "a",
                period,
                "forward",
                frozenset({"forward"}),
                ("step", "missing"),
                Decimal(70),
            ),
        ),
    )


def test_sixteen_who_completed_get_a_range_and_a_verdict() -> None:
    tables = target_tables(14, 2, 0)
    protected = protect(tables, 5)
    assert not audit(tables, protected, [], 5)
    target = protected.targets["t"]
    assert target.verdict is Verdict.MET
    assert target.outcome is None
    assert protected.cells[CellKey("a", "2025", "forward", "forward")].text == "12–16 av 16"


@pytest.mark.parametrize("base", range(10, 24))
def test_a_verdict_never_says_more_than_the_numbers(base: int) -> None:
    by_view = defaultdict(set)
    for forward in range(0, base + 1, 2):
        tables = target_tables(forward, base - forward, 0)
        protected = protect(tables, 5)
        assert not audit(tables, protected, [], 5)
        target = protected.targets["t"]
        by_view[target.view].add(target.verdict)
        if target.verdict in (Verdict.MET, Verdict.NOT_MET) and target.outcome is None:
            assert (forward >= 0.7 * base) == (target.verdict is Verdict.MET)
    assert all(len(verdicts) == 1 for verdicts in by_view.values())


def test_a_mean_of_fewer_than_ten_is_not_shown_and_does_not_follow() -> None:
    head, parts = tables_of({"work": (15, 3), "other": (15, 3)})
    sums = SumTable("a", H1, "ors", ("ended", ""), pair(30 * 250, 6 * 180))
    tables = ReleaseTables((head, parts), (sums,))
    protected = protect(tables, 5)
    assert not audit(tables, protected, [], 5)
    shown = {key.gender for key, value in protected.sums.items() if value is not None}
    assert Gender.MAN not in shown
    assert shown != {"", Gender.WOMAN}


def test_the_audit_sees_a_mean_that_follows() -> None:
    head, parts = tables_of({"work": (30, 6), "other": (30, 6)})
    sums = SumTable("a", H1, "ors", ("ended", ""), pair(60 * 250, 12 * 180))
    tables = ReleaseTables((head, parts), (sums,))
    protected = protect(tables, 5)
    few = SumTable("a", H1, "ors", ("reason", "work"), pair(30 * 250, 6 * 180))
    bad = ReleaseTables(tables.counts, (few,))
    naked = ProtectedTables(
        5,
        protected.cells,
        sums={
            CellKey("a", H1.key, "ors", "sum"): 30 * 250 + 6 * 180,
            CellKey("a", H1.key, "ors", "sum", Gender.WOMAN): 30 * 250,
        },
        small=protected.small,
    )
    assert Fault.SMALL_GROUP in {finding.fault for finding in audit(bad, naked, [], 5)}


def test_the_same_tables_are_always_protected_the_same_way() -> None:
    rng = random.Random(4)
    counts = {name: (rng.randint(0, 20), rng.randint(0, 20)) for name in "abcde"}
    tables = ReleaseTables(tables_of(counts))
    assert protect(tables, 5) == protect(tables, 5)


def test_tables_that_do_not_add_up_are_refused() -> None:
    head, parts = tables_of({"work": (10, 10), "other": (10, 10)})
    wrong = CountTable("a", H1, "ended", {"": pair(20, 21)})
    with pytest.raises(InvalidValue):
        protect(ReleaseTables((wrong, parts)), 5)
    with pytest.raises(InvalidValue):
        protect(ReleaseTables((head, parts)), 2)
    with pytest.raises(InvalidValue):
        protect(ReleaseTables((head, parts, parts)), 5)


def test_a_release_needs_the_tables_of_those_before_it() -> None:
    before = protect(ReleaseTables(tables_of({"work": (20, 15), "other": (22, 18)})), 5)
    later = tables_of({"work": (20, 15), "other": (22, 18)}, period=H2)
    with pytest.raises(InvalidValue):
        protect(ReleaseTables(later), 5, [before])
