"""The fine rule beside τ-ARGUS, another's program for the same task, on small two-way tables."""

from __future__ import annotations

import random
from pathlib import Path

import pytauargus
import pytest

from tracking.domain.disclosure import (
    ALL,
    CellKey,
    CountTable,
    ReleaseTables,
    audit,
    protect,
)
from tracking.domain.periods import half_year
from tracking.domain.records import Gender

K = 5
H1 = half_year(2025, 1)
UNITS, CATEGORIES = ("a", "b", "c", "d"), ("work", "study", "other")
Counts = dict[tuple[str, str], int]


def random_counts(seed: int) -> Counts:
    """One or two small cells among large ones; no complement is small."""
    rng = random.Random(seed)
    counts = {(u, c): rng.randint(8, 30) for u in UNITS for c in CATEGORIES}
    for cell in rng.sample(sorted(counts), rng.choice((1, 2))):
        counts[cell] = rng.randint(1, K - 1)
    return counts


def hidden_by_argus(
    counts: Counts, folder: Path
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return what it finds unsafe, and all that it hides, undivided numbers of insatser aside."""
    people = [{"unit": u, "kind": c, "one": 1} for (u, c), n in counts.items() for _ in range(n)]
    result = pytauargus.protect(
        people, ["unit", "kind"], "one", f"FREQ({K},1)", "OPT(1)", workdir=str(folder)
    )
    status = {(r["unit"].strip(), r["kind"].strip()): r["status"] for r in result.tables[0].rows}
    unsafe = {cell for cell, sign in status.items() if sign == "U"}
    return unsafe, {cell for cell, sign in status.items() if sign in "UM"}


def tables_of(counts: Counts) -> ReleaseTables:
    tables = []
    for unit in (*UNITS, ALL):
        # Nobody but women, so that the split by kön tells nothing and costs nothing.
        own = {
            c: {Gender.WOMAN: sum(n for (u, d), n in counts.items() if d == c and unit in (u, ALL))}
            for c in CATEGORIES
        }
        everyone = {Gender.WOMAN: sum(by[Gender.WOMAN] for by in own.values())}
        tables.append(CountTable(unit, H1, "ended", {"": everyone}))
        tables.append(CountTable(unit, H1, "reason", own, ("ended", "")))
    return ReleaseTables(tuple(tables))


@pytest.mark.parametrize("seed", range(8))
def test_what_another_program_finds_unsafe_is_hidden_and_no_less_beside_it(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The other program leaves its log files where it is started.
    monkeypatch.chdir(tmp_path)
    counts = random_counts(seed)
    tables = tables_of(counts)
    protected = protect(tables, K)
    assert not audit(tables, protected, [], K)
    ours = {
        (unit, category)
        for unit in (*UNITS, ALL)
        for category in CATEGORIES
        if not protected.cells[CellKey(unit, H1.key, "reason", category)].is_exact
    }
    unsafe, theirs = hidden_by_argus(counts, tmp_path)
    assert unsafe == {cell for cell, count in counts.items() if count < K}
    assert unsafe <= ours
    # It asks for less distance than k values, so it can do with as few cells or fewer; but ours
    # are not to be many more.
    assert len(theirs) <= len(ours) <= len(theirs) + 3
