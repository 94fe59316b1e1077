"""How much the fine rule of disclosure control shows, against the coarse one, and how fast.

``python -m benchmarks.disclosure [--releases 9] [--insatser 20] [--corrections 0]``. Usefulness is
measured on invented people: a förbund of insatser with 3–120 participants, six breakdowns, each
alone and by kön. The coarse rule hides a whole breakdown when a part of it is small, publishes
no kön and nothing but the latest smallest period, and shows each target by itself.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections import Counter
from collections.abc import Iterable

from tests.attack.disclosure_worlds import World, random_world, release_tables
from tracking.domain.disclosure import (
    ALL,
    ProtectedTables,
    ReleaseTables,
    audit,
    coarse_protect,
    protect,
    protect_target,
)
from tracking.domain.targets import Verdict

JUDGED = {
    Verdict.MET,
    Verdict.MET_UNCERTAIN,
    Verdict.NOT_MET,
    Verdict.NOT_MET_UNCERTAIN,
}


def shares(kinds: Iterable[str]) -> str:
    counted = Counter(kinds)
    total = sum(counted.values())
    return "  ".join(
        f"{kind} {100 * counted[kind] / total:.0f} %" for kind in ("exact", "range", "hidden")
    )


def fine_kinds(protected: ProtectedTables, divided: bool) -> list[str]:
    return [
        "exact" if cell.is_exact else "range" if cell.says_something else "hidden"
        for key, cell in protected.cells.items()
        if bool(key.gender) == divided and key.category
    ]


def coarse_kinds(tables: ReleaseTables, k: int) -> list[str]:
    shortest = min(table.period.days for table in tables.newest)
    kinds = []
    for table in tables.newest:
        if table.within is None or table.within[1]:
            continue
        parts = {name: sum(by.values()) for name, by in table.counts.items()}
        protected = coarse_protect(parts, sum(parts.values()), k)
        shown = not protected.is_hidden and table.period.days == shortest
        kinds += ["exact" if shown else "hidden"] * len(parts)
    return kinds


def judged(tables: ReleaseTables, protected: ProtectedTables, k: int) -> tuple[int, int, int]:
    """Insatser with 12–20 ended in the twelve months: how many, judged finely, judged coarsely."""
    counts = {(t.unit, t.period.key, t.measure): t for t in tables.newest}
    number = fine = coarse = 0
    for line in tables.targets:
        ended = counts[line.unit, line.period.key, "ended"]
        if not 12 <= sum(sum(by.values()) for by in ended.counts.values()) <= 20:
            continue
        number += 1
        fine += protected.targets[line.key].verdict in JUDGED
        forward = counts[line.unit, line.period.key, "forward"].counts
        step = counts[line.unit, line.period.key, "step"].counts
        met, known, missing = (
            sum(part.values()) for part in (forward["forward"], step["answered"], step["missing"])
        )
        alone = protect_target(met, known, missing, k, line.percent, line.comparison)
        coarse += alone.verdict in JUDGED
    return number, fine, coarse


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", type=int, default=9)
    parser.add_argument("--insatser", type=int, default=20)
    parser.add_argument("--corrections", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--k", type=int, default=5)
    options = parser.parse_args(arguments)
    world: World = random_world(random.Random(options.seed), large=True)
    world.units = world.units[: options.insatser]
    world.sizes = {unit: world.sizes[unit] for unit in world.units}
    world.corrections, world.unknown_gender = options.corrections, 0.0
    published: list[ProtectedTables] = []
    found = Counter[str]()
    print(f"{options.insatser} insatser, k = {options.k}, {os.cpu_count()} cores, one used")
    for t in range(options.releases):
        world.half_year_passes(t)
        tables = release_tables(world, t)
        start = time.process_time()
        protected = protect(tables, options.k, published)
        made = time.process_time()
        findings = audit(tables, protected, published, options.k)
        checked = time.process_time()
        number, fine, coarse = judged(tables, protected, options.k)
        found.update({"number": number, "fine": fine, "coarse": coarse})
        print(
            f"release {t + 1}: {len(protected.cells)} cells, protected in {made - start:.0f} s, "
            f"audited in {checked - made:.0f} s of CPU, {len(findings)} findings\n"
            f"  undivided, fine    {shares(fine_kinds(protected, False))}\n"
            f"  undivided, coarse  {shares(coarse_kinds(tables, options.k))}\n"
            f"  by kön, fine       {shares(fine_kinds(protected, True))}",
            flush=True,
        )
        large = [
            "exact" if cell.is_exact else "range" if cell.says_something else "hidden"
            for key, cell in protected.cells.items()
            if key.unit == ALL and key.category
        ]
        print(f"  all insatser       {shares(large)}", flush=True)
        published.append(protected)
    print(
        f"insatser with 12–20 ended in twelve months: {found['number']}; with a verdict: "
        f"{found['fine']} by the fine rule, {found['coarse']} by the coarse one"
    )


if __name__ == "__main__":
    main()
