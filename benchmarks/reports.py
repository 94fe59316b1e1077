"""A report's files: how long one insats takes in all four formats, and a whole förbund.

Run `python -m benchmarks.reports` (about a minute, most of it the demo). Each format is made
from the same content, once with its imports in a process of its own (*cold*, as the first who asks
after a start) and then as the shortest of some runs (*warm*). Printed is the processor time of
this process in milliseconds, and how many empty Word documents of python-docx, made in the same
run, it is worth: the machine's speed is then out of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from tracking.access.actors import load_actor
from tracking.domain import clock
from tracking.exchange.demo import fill
from tracking.outcomes.releases import released_overview
from tracking.reports.content import released_report
from tracking.reports.shapes import ReportContent
from tracking.store.database import Database

RUNS = 7
FORMATS = ("word", "pdf", "excel", "html")
BUDGET_MS = 2000


def main() -> None:
    """Fill a demo, or (with a database and an insats) measure one process's first files."""
    if len(sys.argv) == 3:
        print(json.dumps(_first(sys.argv[1], int(sys.argv[2]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder).as_posix()}/demo.db"
        database = Database.open(url)
        fill(database, seed=1)
        largest = _largest(database)
        contents = {
            "one insats": _content(database, largest),
            "the whole förbund": _content(database, 0),
        }
        database.close()
        command = [sys.executable, "-m", "benchmarks.reports", url, str(largest)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    empty = _shortest(_empty_document)
    print(f"an empty document of python-docx: {empty:.1f} ms\n")
    print(f"{'':34}{'ms':>8}{'empty documents':>18}")
    cold = json.loads(done.stdout)
    for name, taken in {**cold, "all four, cold": sum(cold.values())}.items():
        _print(f"one insats, {name}", taken, empty)
    for name, content in contents.items():
        taken = {each: _shortest(lambda: _make(each, content)) for each in FORMATS}  # noqa: B023
        for each, warm in taken.items():
            _print(f"{name}, {each}, warm", warm, empty)
        _print(f"{name}, all four, warm", sum(taken.values()), empty)
    print(f"\nOf the budget of {BUDGET_MS} ms for one insats, cold: "
          f"{sum(cold.values()) / BUDGET_MS:.0%}")  # fmt: skip


def _print(name: str, taken: float, empty: float) -> None:
    print(f"{name:34}{taken:>8.0f}{taken / empty:>17.1f}×")


def _content(database: Database, insats_id: int) -> ReportContent:
    with database.reading() as session:
        account = session.execute(
            text("SELECT account_id FROM assignment WHERE role = 'forbund_admin'")
        ).scalar_one()
        admin = load_actor(session, account, today=clock.today())
    release = released_overview(database, admin, None).value.release
    assert release is not None
    return released_report(database, admin, insats_id or None, release.period.key)


def _largest(database: Database) -> int:
    with database.reading() as session:
        found = session.execute(
            text("SELECT insats_id FROM spell GROUP BY insats_id ORDER BY count(*) DESC LIMIT 1")
        ).scalar_one()
    return int(found)


def _first(url: str, insats_id: int) -> dict[str, float]:
    database = Database.open(url)
    content = _content(database, insats_id)
    database.close()
    return {f"{name}, cold": _taken(lambda: _make(name, content)) for name in FORMATS}  # noqa: B023


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
