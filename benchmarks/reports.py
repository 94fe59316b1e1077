"""A report's files: how long one insats takes in all four formats, and a whole förbund.

Run `python -m benchmarks.reports`. Each format is made from the same content, once with its imports
in a process of its own (*cold*, as the first who asks after a start) and then as the shortest of
some runs (*warm*). The insats is the one whose number of spells is nearest 500. Printed is the
processor time of this process, and how many empty Word documents of python-docx, made in the
same run, it is worth: the machine's speed is then out of it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from sqlalchemy import text

from benchmarks.budgets import EMPTY_DOCUMENT, REPORT_MS, Line, printed
from benchmarks.ground import Ground, add_options, ground
from tracking.access.actors import load_actor
from tracking.domain import clock
from tracking.outcomes.releases import released_overview
from tracking.reports.content import released_report
from tracking.reports.shapes import ReportContent
from tracking.store.database import Database

RUNS = 7
FORMATS = ("word", "pdf", "excel", "html")
SPELLS = 500
"""The size of the insats that the budget speaks of."""


def measured(here: Ground) -> Iterator[Line]:
    """Make the files cold in another process, then warm in this. Nothing without a release."""
    if not here.releases():
        return
    insats_id, spells = _of_size(here.database, SPELLS)
    command = [sys.executable, "-m", "benchmarks.reports"]
    command += ["--first", str(insats_id), "--database", here.url]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    cold = json.loads(done.stdout)
    empty = _shortest(_empty_document)
    name = f"a report of {spells} spells"
    for each, taken in cold.items():
        yield _line(f"{name}, {each}, cold", taken, empty)
    total = sum(cold.values())
    yield Line(f"{name}, all four, cold", total, ratio=total / empty, against=EMPTY_DOCUMENT,
               budget=REPORT_MS)  # fmt: skip
    for which, chosen in ((name, insats_id), ("a report of the whole förbund", 0)):
        content = _content(here.database, chosen)
        warm = sum(_shortest(lambda: _make(each, content)) for each in FORMATS)  # noqa: B023
        yield _line(f"{which}, all four, warm", warm, empty)


def _line(name: str, taken: float, empty: float) -> Line:
    return Line(name, taken, ratio=taken / empty, against=EMPTY_DOCUMENT)


def main() -> None:
    """Fill or open and measure, or (with an insats) print one process's first files."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser)
    parser.add_argument("--first", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.first:
        print(json.dumps(_first(options.database, options.first)))
        return
    with ground(options) as here:
        print(printed(here.in_words, measured(here)))


def _content(database: Database, insats_id: int) -> ReportContent:
    with database.reading() as session:
        account = session.execute(
            text("SELECT account_id FROM assignment WHERE role = 'forbund_admin'")
        ).scalar_one()
        admin = load_actor(session, account, today=clock.today())
    release = released_overview(database, admin, None).value.release
    assert release is not None
    return released_report(database, admin, insats_id or None, release.period.key)


def _of_size(database: Database, spells: int) -> tuple[int, int]:
    """The insats with nearest so many spells, and how many it has."""
    with database.reading() as session:
        found = session.execute(
            text(
                "SELECT insats_id, count(*) FROM spell GROUP BY insats_id"
                " ORDER BY abs(count(*) - :spells), insats_id LIMIT 1"
            ),
            {"spells": spells},
        ).one()
    return int(found[0]), int(found[1])


def _first(url: str, insats_id: int) -> dict[str, float]:
    database = Database.open(url)
    content = _content(database, insats_id)
    database.close()
    return {name: _taken(lambda: _make(name, content)) for name in FORMATS}  # noqa: B023


def _make(name: str, content: ReportContent) -> bytes:
    from importlib import import_module

    made: bytes = getattr(import_module(f"tracking.reports.{name}"), f"to_{name}")(content)
    return made


def _empty_document() -> bytes:
    from io import BytesIO

    from docx import Document

    buffer = BytesIO()
    Document().save(buffer)
    return buffer.getvalue()


def _taken(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return 1000 * (time.process_time() - began)


def _shortest(act: Callable[[], object]) -> float:
    act()
    return min(_taken(act) for _ in range(RUNS))


if __name__ == "__main__":
    main()
