"""An attacker who fetches what the förbund zone may fetch, and nothing else, of a real database.

Releases are made by the real functions of random small förbund. The attacker reads tables and
targets by their words, writes them as equations on whole numbers of people, and solves for the
least and greatest of every number that is small in truth.

``ATTACK_SECONDS`` is for how long, ``ATTACK_WIDE=1`` the long mode: three insatser,
three releases, corrections between all of them.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import csr_array

from tests.attack.released_reader import BOTH, KON, Line, Reader, Solver, halves_of
from tests.attack.released_worlds import (
    FIRST,
    HALVES,
    OF_STARTED,
    TABLES_OF,
    Forbund,
    Unknown,
    labels,
    random_forbund,
)
from tests.databases import Sqlite
from tracking.domain.disclosure import DEFAULT_K as K
from tracking.domain.disclosure import HIDDEN_REASON
from tracking.domain.figures import Cell, CellKind, Row, Table
from tracking.domain.targets import Verdict
from tracking.outcomes.lists import read_setting
from tracking.outcomes.releases import (
    release_account,
    released_insats,
    released_overview,
    released_tables,
)
from tracking.outcomes.releasing.catalogue import LEAST_IN_YEAR
from tracking.outcomes.releasing.shapes import ReleasedInsats
from tracking.reports.content import released_report
from tracking.store.database import Database
from tracking.store.thresholds import thresholds_on

PUSHES = 16


@dataclass(frozen=True)
class Breach:
    """A small number that is left with too few values."""

    what: str
    low: int
    high: int
    truth: int


def reader_of(forbund: Forbund) -> Reader:
    """What a board's reader knows of the words."""
    with forbund.database.reading() as session:
        setting = read_setting(session, thresholds_on(session, HALVES[-1].end), None)
    return Reader(tuple(map(str, forbund.insatser)), labels(setting))


def fetched(forbund: Forbund, key: str) -> tuple[ReleasedInsats, ...]:
    """All that the styrelse can fetch of a release; the same by whichever way it is fetched."""
    database, board = forbund.database, forbund.board
    overview = released_overview(database, board, key).value
    assert overview.all_insatser is not None
    every = (*overview.insatser, overview.all_insatser)
    for one in every:
        again = released_tables(database, board, key, one.insats_id).value
        assert again == (one.heads, *one.tables)
        if one.insats_id is not None:
            assert released_insats(database, board, one.insats_id, key).value == one
    report = released_report(database, board, None, key)
    said = {c for one in every for t in (one.heads, *one.tables) for r in t.rows for c in r.cells}
    for table in report.tables:
        # Definitions are words, verdicts are counted below, and over_time is earlier releases.
        if table.key not in ("definitions", "verdicts", "over_time", "economy"):
            assert {cell for row in table.rows for cell in row.cells} <= said, table.title
    assert set(report.targets) == {target for one in every for target in one.targets}
    account = release_account(database, board, key).value
    assert account.targets == sum(len(one.targets) for one in every)
    assert len(account.tables) == sum(len(one.tables) for one in every)
    return every


def small_numbers(
    reader: Reader, insatser: Iterable[ReleasedInsats], truth: Counter[Unknown], halves: range
) -> dict[str, list[Unknown]]:
    """Every number of the catalogue, in any period and by kön, that is small in truth."""
    spans = [(n,) for n in halves] + [(n, n + 1) for n in halves if n + 1 in halves]
    found: dict[str, list[Unknown]] = {}

    def add(what: str, people: list[Unknown], base: list[Unknown]) -> None:
        number, of = (sum(truth[u] for u in group) for group in (people, base))
        if people and (number < K or of - number < K):
            found[what] = people

    for insats in (None, *reader.insatser):
        for span in spans:
            for family, places in reader.labels.items():
                scopes = ("done",) if family == "step_move" else BOTH
                whole = "started" if family in OF_STARTED else "ended"
                whole = "completed" if family == "step_move" else whole
                rows = {place: (place,) for place in places}
                if len(TABLES_OF[family]) > 1:
                    for part, place in ((n, p) for p in places for n in (0, 1)):
                        words = place.split("|")[part]
                        same = tuple(p for p in places if p.split("|")[part] == words)
                        rows[f"{part}:{words}"] = same
                    rows = {r: p for r, p in rows.items() if ":" in r and r[2:]}
                for row, covered in rows.items():
                    for kon in (KON, *((g,) for g in KON)):
                        base = reader.persons(insats, span, whole, kon)
                        if kon == ("unknown",) and not any(truth[u] for u in base):
                            continue
                        people = reader.divided(insats, span, family, covered, scopes, kon)
                        add(f"{insats} {span} {family} {row} {kon[:3]}", people, base)
            for whole in ("started", "ended", "completed"):
                for g in KON[:2]:
                    people = reader.persons(insats, span, whole, (g,))
                    add(f"{insats} {span} {whole} {g}", people, reader.persons(insats, span, whole))
    for one in insatser:
        for target in one.targets:
            parts = reader.parts_of(str(one.insats_id), target)
            if parts is not None:
                everyone = [u for part in parts for u in part]
                for name, part in zip(("met", "not met", "lacking"), parts, strict=True):
                    add(
                        f"{one.insats_id} target {target.measure} {target.population} "
                        f"{target.period.key} {name}",
                        part,
                        everyone,
                    )
    return found


def around(people: list[Unknown], truth: Counter[Unknown]) -> int:
    """The undivided head count that a number is a part of."""
    heads = {
        (u[0], u[1], "started" if u[2] in OF_STARTED else u[2] if not u[3] else "ended")
        for u in people
    }
    scopes = {u[4] for u in people}
    return sum(
        truth[insats, n, what, "", scope, g]
        for insats, n, what in heads
        for scope in scopes
        for g in KON
    )


def attack(
    nature: list[Line],
    published: list[Line],
    wanted: dict[str, list[Unknown]],
    truth: Counter[Unknown],
) -> list[Breach]:
    """Return the small numbers with fewer than k values, beyond what head counts say alone."""
    false = [line.said for line in (*nature, *published) if not line.holds(truth)]
    assert not false, false[:5]
    names = list(wanted)
    solver, rng = Solver((*nature, *published)), np.random.default_rng(len(published))
    sums = csr_array(np.array([solver.vector(wanted[name]) for name in names]))
    low = np.array([sum(truth[u] for u in wanted[name]) for name in names])
    true, high = low.copy(), low.copy()
    # Undivided head counts, always exact, may be so small that there are no K values at all.
    demand = np.array([min(K, around(wanted[name], truth) + 1) for name in names])

    def look(cost: np.ndarray, gap: float) -> None:
        world = solver.world(cost, gap)
        if world is not None:
            np.minimum(low, np.rint(sums @ world).astype(int), out=low)
            np.maximum(high, np.rint(sums @ world).astype(int), out=high)

    for _ in range(PUSHES):
        lacking = high - low + 1 < demand
        if lacking.any():
            look(sums.T @ (lacking * rng.normal(size=len(names))), 0.3)
    for i in range(len(names)):
        for sign in (-1, 1):
            if high[i] - low[i] + 1 < demand[i]:
                look(sign * solver.vector(wanted[names[i]]), 0.0)
    alone = Solver([*nature, *(x for x in published if x.said.startswith("head"))])
    breaches = []
    for i in np.flatnonzero(high - low + 1 < demand):
        chosen = alone.vector(wanted[names[i]])
        ends = [
            float(chosen @ world) for s in (1, -1) if (world := alone.world(s * chosen)) is not None
        ]
        if len(ends) < 2 or min(K - 1, ends[1] - ends[0]) > high[i] - low[i]:
            breaches.append(Breach(names[i], int(low[i]), int(high[i]), int(true[i])))
    return breaches


def play(forbund: Forbund, first: int, *, corrections: bool) -> tuple[int, list[Breach]]:
    """Release half-years one by one, attacking each with all before; return how many numbers."""
    reader = reader_of(forbund)
    said: list[Line] = []
    attacked, breaches = 0, []
    for n in range(first, len(HALVES)):
        forbund.release(HALVES[n])
        insatser = fetched(forbund, HALVES[n].key)
        for one in insatser:
            check_words(one)
        truth = forbund.truth(HALVES[n].end)
        anew = reader.release(insatser, K)
        # Of what was released before, what corrections have not made untrue.
        said = [line for line in said if line.holds(truth)] + anew
        halves = range(0, n + 1)
        nature = list(reader.nature(halves))
        wanted = small_numbers(reader, insatser, truth, range(FIRST, n + 1))
        attacked += len(wanted)
        breaches += attack(nature, said, wanted, truth)
        if corrections and n + 1 < len(HALVES):
            forbund.correct(HALVES[n])
    return attacked, breaches


def check_words(one: ReleasedInsats) -> None:
    """No number is small or nearly all; no verdict and no mark says more than the numbers."""
    for table in one.tables:
        if table.funnel and table.funnel[0].count == 0:
            continue  # of nobody, which the head count says, everything is known
        if table.funnel and one.insats_id is not None:
            # Below the limit there is no table, though a target may read a cell of it.
            assert (table.funnel[0].count or 0) >= LEAST_IN_YEAR, (table.key, table.period)
        head: dict[str, int] = {}
        for row in table.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                if row.emphasis and cell.count is not None:
                    head[column] = cell.count
                if cell.kind is CellKind.HIDDEN:
                    assert HIDDEN_REASON in table.notes
                    assert (cell.count, cell.value, cell.text) == (None, None, None)
                    continue
                if table.key == "due" or cell.kind is CellKind.NUMBER:
                    continue
                undivided = row.emphasis or table.key == "heads_by_gender"
                if cell.count is None or (undivided and column == "totalt"):
                    continue
                assert cell.count >= K, (table.key, row.label, column)
                assert not row.emphasis or head[column] >= K
                if column in head and not undivided:
                    assert head[column] - cell.count >= K, (table.key, row.label, column)
        for step in table.funnel[1:]:
            shown = {c.count for row in table.rows for c in row.cells}
            assert step.count is None or step.count >= K or step.count in shown
    for target in one.targets:
        if not target.measure.is_share:
            continue
        if target.low is None or target.high is None or target.base is None:
            assert target.verdict in (Verdict.TOO_FEW, Verdict.UNDECIDED), target.sentence
            assert not any(ch.isdigit() for ch in target.sentence.split(";")[0]), target.sentence
            continue
        assert target.low == 0 or target.low >= K or target.high > target.low, target.sentence
        if target.exact:
            assert min(target.low, target.base - target.low) >= K, target.sentence
            continue
        fewer = target.missing.removeprefix("färre än ")
        most = int(fewer) - 1 if fewer != target.missing else 0
        aim = Fraction(target.value) / 100
        met = {
            target.comparison.holds(Fraction(number, target.base - lacking), aim)
            for number in range(target.low, target.high + 1)
            for lacking in range(min(most, target.base - number) + 1)
            if number <= target.base - lacking and target.base > lacking
        }
        possible = {
            Verdict.MET: {True},
            Verdict.NOT_MET: {False},
            Verdict.UNDECIDED: {True, False},
        }
        assert met <= possible[target.verdict], target.sentence


def test_no_small_number_of_what_a_board_can_fetch_has_fewer_than_k_values(
    sqlite_databases: Sqlite, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds, first = float(os.environ.get("ATTACK_SECONDS", "10")), 0
    # The long mode: three insatser that ask for more, three releases, corrections every time.
    wide = bool(os.environ.get("ATTACK_WIDE"))
    start, worlds, numbers, breaches = time.process_time(), 0, 0, []
    while not worlds or time.process_time() - start < seconds:
        with sqlite_databases.fresh(migrated=True) as url:
            database = Database.open(url)
            if wide:
                forbund = random_forbund(database, first + worlds, wide=True)
                attacked, found = play(forbund, 3, corrections=True)
            else:
                forbund = random_forbund(database, first + worlds, (8, 25) if not worlds else ())
                attacked, found = play(forbund, 4, corrections=worlds % 2 == 0)
            database.close()
        numbers += attacked
        breaches += [(first + worlds, breach) for breach in found]
        worlds += 1
    with capsys.disabled():
        print(f"\n{worlds} förbund, {numbers} small numbers attacked, {len(breaches)} breaches")
    assert not breaches, breaches[:10]


def test_a_table_without_protection_is_broken(sqlite_databases: Sqlite) -> None:
    with sqlite_databases.fresh(migrated=True) as url:
        database = Database.open(url)
        forbund = random_forbund(database, 0, (8, 25))
        forbund.release(HALVES[5])
        insatser = fetched(forbund, HALVES[5].key)
        database_truth = forbund.truth(HALVES[5].end)
        reader = reader_of(forbund)
        database.close()
    nature = list(reader.nature(range(len(HALVES))))
    wanted = small_numbers(reader, insatser, database_truth, range(4, 6))
    total = insatser[-1]
    table = next(table for table in total.tables if table.key == "end_support")
    open_ = replace(
        table, rows=tuple(bare(reader, table, row, database_truth) for row in table.rows)
    )
    lines = reader.release(insatser, K)
    assert not attack(nature, lines, wanted, database_truth)
    found = attack(nature, [*lines, *reader.table(None, open_)], wanted, database_truth)
    assert any("support" in breach.what for breach in found)
    with pytest.raises(AssertionError):
        check_words(replace(total, tables=(open_,)))


def bare(reader: Reader, table: Table, row: Row, truth: Counter[Unknown]) -> Row:
    """A row with its true numbers."""
    if row.emphasis:
        return row
    kon = {"kvinnor": ("woman",), "män": ("man",), "totalt": KON}
    cells = (
        sum(truth[u] for u in reader.of_row(None, halves_of(table), table.key, row.label, kon[c]))
        for c in table.columns
    )
    return replace(row, cells=tuple(map(Cell.of_count, cells)))
