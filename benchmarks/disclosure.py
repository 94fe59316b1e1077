"""How much the fine rule of disclosure control shows, against the coarse one, and how fast.

``python -m benchmarks.disclosure [--releases 9] [--insatser 20] [--corrections 0]``. Usefulness is
measured on invented people: a förbund with about 55 starts per insats and year, twelve
breakdowns, each alone and by kön, and two targets. The coarse rule hides a whole breakdown when a
part of it is small, publishes no kön, and shows each target by itself.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from benchmarks.budgets import RELEASE_S, Line, printed
from tests.attack.disclosure_worlds import World, large_world, release_tables
from tracking.domain.disclosure import (
    ALL,
    CellKey,
    ProtectedCount,
    ProtectedTables,
    ReleaseTables,
    TargetLine,
    audit,
    coarse_protect,
    protect,
    protect_target,
)
from tracking.domain.records import Gender
from tracking.domain.targets import Verdict

JUDGED = {
    Verdict.MET,
    Verdict.MET_UNCERTAIN,
    Verdict.NOT_MET,
    Verdict.NOT_MET_UNCERTAIN,
}
Counts = Mapping[str, Mapping[Gender, int]]

KINDS = ("exact", "range", "hidden")
SORTS: dict[str, Callable[[CellKey], bool]] = {
    "insats, year": lambda key: key.unit != ALL and len(key.period) == 4 and not key.gender,
    "insats, half-year": lambda key: key.unit != ALL and "-H" in key.period and not key.gender,
    "insats, by kön": lambda key: key.unit != ALL and bool(key.gender),
    "all, year": lambda key: key.unit == ALL and len(key.period) == 4 and not key.gender,
    "all, half-year": lambda key: key.unit == ALL and "-H" in key.period and not key.gender,
    "all, by kön": lambda key: key.unit == ALL and bool(key.gender),
}


def shares(kinds: Iterable[str]) -> str:
    counted = Counter(kinds)
    total = sum(counted.values())
    return f"{total:6} cells  " + "  ".join(
        f"{kind} {100 * counted[kind] / total:3.0f} %" for kind in KINDS if total
    )


def kind_of(cell: ProtectedCount) -> str:
    return KINDS[0 if cell.is_exact else 1 if cell.says_something else 2]


def fine_kinds(protected: ProtectedTables, tables: ReleaseTables) -> dict[CellKey, str]:
    """What is shown of every cell of a breakdown that the catalogue holds."""
    held = {(t.unit, t.period.key, t.measure) for t in tables.newest if t.shown and t.within}
    return {
        key: kind_of(cell)
        for key, cell in protected.cells.items()
        if key[:3] in held and "+" not in key.category
    }


def coarse_kinds(tables: ReleaseTables, k: int) -> dict[CellKey, str]:
    """What the coarse rule would show of the same cells, were every table by itself."""
    kinds = {}
    for table in tables.newest:
        if not table.shown or table.within is None:
            continue
        parts = {name: sum(by.values()) for name, by in table.counts.items()}
        hidden = coarse_protect(parts, sum(parts.values()), k).is_hidden
        at = (table.unit, table.period.key, table.measure)
        genders = ("", "woman", "man") if table.divided else ("",)
        for name in parts:
            for gender in genders:
                kinds[CellKey(*at, name, gender)] = "hidden" if hidden or gender else "exact"
    return kinds


def judged(tables: ReleaseTables, protected: ProtectedTables, k: int) -> Counter[str]:
    """Targets with a head count of 10 or more, and of 12–20: judged finely, judged coarsely."""
    counts = {(t.unit, t.period.key, t.measure): t.counts for t in tables.newest}
    found: Counter[str] = Counter()
    for line in tables.targets:
        met, base, missing = counts_of(line, counts)
        if base < 10:
            continue
        alone = protect_target(met, base - missing, missing, k, line.percent, line.comparison)
        for name in ("all", *(("12-20",) if 12 <= base <= 20 else ())):
            found[f"{name} number"] += 1
            found[f"{name} fine"] += protected.targets[line.key].verdict in JUDGED
            found[f"{name} coarse"] += alone.verdict in JUDGED
    return found


def counts_of(
    line: TargetLine, counts: Mapping[tuple[str, str, str], Counts]
) -> tuple[int, int, int]:
    """Numerator, head count and missing of a target."""

    def total(measure: str, categories: Iterable[str]) -> int:
        table = counts[line.unit, line.period.key, measure]
        return sum(sum(table[category].values()) for category in categories)

    head = "ended" if line.missing is None else "completed"
    missing = 0 if line.missing is None else total(line.missing[0], [line.missing[1]])
    return total(line.measure, line.numerator), total(head, [""]), missing


@dataclass
class Seen:
    """What a chain of releases showed: targets judged, and cells by sort and rule."""

    targets: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: {name: {"fine": Counter(), "coarse": Counter()} for name in SORTS}
    )


def chain(world: World, releases: int, k: int, seen: Seen) -> Iterator[Line]:
    """Make one release after the other, each audited against all before; a line for each."""
    published: list[ProtectedTables] = []
    for t in range(releases):
        world.period_passes(t)
        tables = release_tables(world, t)
        start = time.process_time()
        protected = protect(tables, k, published)
        made = time.process_time()
        findings = audit(tables, protected, published, k)
        took = time.process_time() - start
        seen.targets += judged(tables, protected, k)
        for rule, cells in (
            ("fine", fine_kinds(protected, tables)),
            ("coarse", coarse_kinds(tables, k)),
        ):
            for key, kind in cells.items():
                for name, holds in SORTS.items():
                    seen.kinds[name][rule][kind] += holds(key)
        yield Line(
            f"a release of {len(protected.cells)} cells and {len(tables.targets)} targets, "
            f"{t} before it: protected {made - start:.0f} s, audited, {len(findings)} findings",
            took,
            "s CPU",
            budget=RELEASE_S,
        )
        published.append(protected)


def measured(quick: bool) -> Iterator[Line]:
    """The last of nine releases of twenty insatser; of two of four in a quick run."""
    insatser, releases = (4, 2) if quick else (20, 9)
    *_, last = chain(large_world(random.Random(1), insatser), releases, 5, Seen())
    yield last


def main(arguments: list[str] | None = None) -> None:
    """Make the chain, print what it took and what it shows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", type=int, default=9)
    parser.add_argument("--insatser", type=int, default=20)
    parser.add_argument("--corrections", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--k", type=int, default=5)
    options = parser.parse_args(arguments)
    world = large_world(random.Random(options.seed), options.insatser)
    world.corrections = options.corrections
    seen = Seen()
    title = f"{options.insatser} insatser, k = {options.k}, {os.cpu_count()} cores, one used"
    print(printed(title, chain(world, options.releases, options.k, seen)), "\n")
    for name, rules in seen.kinds.items():
        for rule, counted in rules.items():
            print(f"{name:18} {rule:7} {shares(counted.elements())}")
    found = seen.targets
    for name, text in (("all", "10 or more"), ("12-20", "12–20")):
        print(
            f"targets with {text} in the twelve months: {found[f'{name} number']}; with a "
            f"verdict: {found[f'{name} fine']} by the fine rule, {found[f'{name} coarse']} by "
            "the coarse one"
        )


if __name__ == "__main__":
    main()
