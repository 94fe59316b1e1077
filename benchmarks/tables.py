"""The exact tables of one insats against DuckDB, of the insats with the most spells.

Run `python -m benchmarks.tables` (about a minute), or with `--database` on a nation's demo. DuckDB
has a columnar copy of the summary and of the raw ratings in memory, and answers the same question
with one query a table. Printed are milliseconds of processor time, the least of some runs, and how
many times as fast as DuckDB ours is: above 1 is faster. All are from one run.

Ours reads the rows as they were known at the period's end, DuckDB as they are now. *After a write*
is a table in a running process when somebody has just recorded something in the insats: what a
live table is. *After another score* each write has changed the last ORS of somebody who has ended,
so that the figures themselves are other ones, which few writes do. *Kept* is what a page pays
that has seen the table since the last write. *First* is a table that nobody has asked the process
for since it was started: all spells are read. *Raw* is the same question put to the ratings
themselves, which ours never reads.

DuckDB's rows lie in the order in which they would have been recorded (`recorded_in_turn`), and the
budgets are against that; *as written* are those of a demo, which writes insats by insats.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import duckdb
import streamlit as st
from sqlalchemy import text

from benchmarks.budgets import DUCKDB_RAW, DUCKDB_SPEED, TABLE, TABLE_RAW, Line
from benchmarks.columnar import columnar, recorded_in_turn, timed, used
from benchmarks.ground import Ground, alone
from benchmarks.table_questions import Compared, compared
from tracking.domain import clock
from tracking.domain.periods import latest_12_months
from tracking.outcomes import live
from tracking.outcomes.breakdown_tables import Basis
from tracking.outcomes.cohorts import SpellRow
from tracking.outcomes.insats_tables import read_basis
from tracking.outcomes.tables import data_version

RAW_TIMES = 5
PARTICIPANTS = 50


def measured(here: Ground) -> Iterator[Line]:
    """Copy to DuckDB, then time every table of the insats with the most spells."""
    with columnar(here) as copy:
        yield from _lines(here, copy)


def _lines(here: Ground, copy: duckdb.DuckDBPyConnection) -> Iterator[Line]:
    today = clock.today()
    period = latest_12_months(today)
    with here.database.reading() as session:
        insats_id, spells = session.execute(
            text(
                "SELECT insats_id, count(*) FROM spell_summary GROUP BY insats_id"
                " ORDER BY count(*) DESC, insats_id LIMIT 1"
            )
        ).one()
        rows = session.execute(
            text("SELECT key, label FROM code WHERE list_key = 'end_reason' ORDER BY sort, id")
        )
        labels = {key: label for key, label in rows}
    bound = {"insats": insats_id, "first": f"{period.start}", "last": f"{period.end}"}
    items = compared(labels)

    def read(columns: tuple[str, ...]) -> Basis:
        with here.database.reading() as session:
            return read_basis(session, insats_id, period, today=today, columns=columns)

    def asked(sql: str, times: int) -> float:
        return timed(lambda: copy.execute(sql, used(sql, bound)).fetchall(), times)

    def theirs() -> list[tuple[float, float | None]]:
        return [
            (asked(item.sql, 15), None if item.raw is None else asked(item.raw, RAW_TIMES))
            for item in items
        ]

    as_written = theirs()
    recorded_in_turn(copy)
    in_turn = theirs()
    write, score = _recorder(here, insats_id), _scorer(here, insats_id, bound)
    basis = read(SpellRow._fields)
    yield Line("spells of the insats", spells, "")
    yield Line("of these in the period", len(basis.cohort.rows), "")
    drawn_all = 0.0
    for item, (duck, raw), (written, written_raw) in zip(items, in_turn, as_written, strict=True):

        def draw(item: Compared = item) -> object:
            return item.draw(read(item.columns))

        after, first = timed(draw, before=write), timed(draw, before=live._kept.clear)
        kept = timed(
            lambda item=item: keep(
                item, basis, here.url, item.name, data_version(here.database, insats_id)
            )
        )
        drawn_all += timed(lambda item=item: item.draw(basis))
        yield _line(f"{item.name}, after a write", after, duck, False)
        yield _line(f"{item.name}, kept", kept, duck, False)
        yield _beside(f"{item.name}, after a write, DuckDB as written", after, written)
        yield _beside(f"{item.name}, first", first, duck)
        if raw is not None and written_raw is not None:
            yield _line(f"{item.name}, after a write, raw", after, raw, True)
            yield _line(f"{item.name}, kept, raw", kept, raw, True)
            yield _beside(f"{item.name}, after a write, raw as written", after, written_raw)
            yield _beside(f"{item.name}, first, raw", first, raw)
            scored = timed(draw, before=score)
            yield _line(f"{item.name}, after another score, raw", scored, raw, True)
    ours = drawn_all + timed(lambda: read(SpellRow._fields), before=write)
    yield _line("all, one reading after a write", ours, sum(duck for duck, _ in in_turn), False)


def _recorder(here: Ground, insats_id: int) -> Callable[[], None]:
    """What touches one participant of the insats after another, as a talk does."""
    with here.database.reading() as session:
        attended = session.execute(
            text(
                "SELECT max(a.id) FROM attendance a JOIN spell p ON p.id = a.spell_id"
                " WHERE p.insats_id = :insats GROUP BY p.id ORDER BY p.started_on DESC LIMIT :most"
            ),
            {"insats": insats_id, "most": PARTICIPANTS},
        ).scalars()
        turns = itertools.cycle(list(attended))

    def write() -> None:
        with here.database.transaction() as work:
            work.session.execute(
                text("UPDATE attendance SET status = status WHERE id = :id"), {"id": next(turns)}
            )

    return write


def _scorer(here: Ground, insats_id: int, bound: dict[str, str]) -> Callable[[], None]:
    """What gives one after another of those who ended in the period another last ORS."""
    with here.database.reading() as session:
        rated = session.execute(
            text(
                "SELECT max(r.id) FROM rating r JOIN attendance a ON a.id = r.attendance_id"
                " JOIN session m ON m.id = a.session_id"
                " JOIN spell_summary s ON s.spell_id = a.spell_id WHERE s.insats_id = :insats"
                " AND s.ended_on BETWEEN :first AND :last AND s.ors_n > 1"
                " AND s.outcome IN ('completed', 'interrupted')"
                " AND m.held_on = s.ors_last_on AND r.total = s.ors_last_mm"
                " AND r.instrument = 'ORS' AND r.scale_1 <> 50 AND r.voided_at IS NULL"
                " GROUP BY s.spell_id ORDER BY s.spell_id LIMIT :most"
            ),
            bound | {"insats": insats_id, "most": PARTICIPANTS},
        ).scalars()
        turns = itertools.cycle(list(rated))

    def score() -> None:
        with here.database.transaction() as work:
            work.session.execute(
                text(
                    "UPDATE rating SET scale_1 = 100 - scale_1, total = total + 100 - 2 * scale_1"
                    " WHERE id = :id"
                ),
                {"id": next(turns)},
            )

    return score


def _line(name: str, ours: float, duck: float, raw: bool) -> Line:
    """Ours in milliseconds, and how many times as fast as DuckDB it is."""
    return Line(
        f"live table: {name}",
        ours,
        ratio=duck / ours,
        against=DUCKDB_RAW if raw else DUCKDB_SPEED,
        budget=TABLE_RAW if raw else TABLE,
    )


def _beside(name: str, ours: float, duck: float) -> Line:
    """The same for what has no budget."""
    return Line(f"live table: {name}", ours, ratio=duck / ours, against=DUCKDB_SPEED)


@st.cache_resource(max_entries=400, show_spinner=False)
def keep(_item: Compared, _basis: Basis, url: str, name: str, version: int) -> object:
    """What a page keeps is found under the insats's data version."""
    del url, name, version
    return _item.draw(_basis)


if __name__ == "__main__":
    # Releases are not what is measured here, and take longer than all the rest.
    alone(__doc__, measured, releases=0)
