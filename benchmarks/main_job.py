"""The main job at förbund size: server time of recording a talk and of the pages people look at.

Run `python -m benchmarks.main_job` (some minutes). It fills a database of its own with about
5 000 spells and one release and prints, from one run, milliseconds and their ratio to a rerun of
an otherwise empty Streamlit page under stock settings. `--scale` changes the size.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text

from benchmarks.app_server import ROOT, serving
from tracking.access.actors import Actor, load_actor
from tracking.domain import clock
from tracking.domain.instruments import RatingValue
from tracking.domain.periods import latest_12_months
from tracking.exchange.demo import fill
from tracking.outcomes.tables import insats_dashboard
from tracking.services import record_session
from tracking.store.database import Database

FORBUND_SCALE = 6.8
TALKS = 200
READS = 20
RERUNS = 40
AFTER_WRITES = 10
"""How many times a page is drawn for the first time after a write."""

LEAD_PARTS = ("mal", "deltagare", "forsorjning", "steg", "ors", "tid", "kon", "allt")
HELLO = 'import streamlit as st\nst.write("Hello, world")\n'


def main() -> None:
    """Fill, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=FORBUND_SCALE)
    scale = arguments.parse_args().scale
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder) / "hello.py"
        hello.write_text(HELLO)
        url = f"sqlite:///{folder}/forbund.db"
        database = Database.open(url)
        made = fill(database, seed=1, scale=scale, releases=1)
        with serving(hello, cwd=Path(folder)) as server:
            empty = server.reruns(RERUNS)
        actor, title, insats_id = _busiest(database)
        person = _most_rated(database, insats_id)
        talk = _talk(database, actor, insats_id)
        talks = _timed(TALKS, talk)
        reads = _timed(READS, lambda: _read(database, actor, insats_id))
        with serving(ROOT / "app.py", cwd=ROOT, database_url=url) as server:
            ours = server.reruns(RERUNS, page="kodnyckel", first=title)
            warm = {
                f"{name}, nothing changed": server.reruns(
                    RERUNS, page=page, query=query, first=account
                ).cpu_ms
                for name, page, query, account in _pages(title, insats_id, person)
            }
            again = server.reruns(
                AFTER_WRITES,
                page="insatsen",
                query=f"insats={insats_id}",
                first=title,
                before=talk,
            )
        database.close()
    print(f"{made.insatser} insatser, {made.spells} spells, {made.ratings} ratings\n")
    print(f"{'':48}{'ms':>8}{'of an empty page':>19}")
    for label, milliseconds in (
        ("stock Streamlit, empty page: server CPU per rerun", empty.cpu_ms),
        ("a page of ours without data: server CPU per rerun", ours.cpu_ms),
        *warm.items(),
        ("Insatsen, first rerun after a write", again.cpu_ms),
        ("dashboard's figures, computed anew: median", statistics.median(reads)),
        ("recording a talk, fsync included: median", statistics.median(talks)),
        ("recording a talk, fsync included: 95th percentile", _p95(talks)),
    ):
        print(f"{label:48}{milliseconds:>8.1f}{milliseconds / empty.cpu_ms:>18.2f}×")


def _busiest(database: Database) -> tuple[Actor, str, int]:
    """A deltagaransvarig of the insats with the most spells."""
    with database.reading() as session:
        account_id, insats_id = session.execute(
            text(
                "SELECT min(a.account_id), a.insats_id FROM assignment a"
                " WHERE a.role = 'case_worker' GROUP BY a.insats_id ORDER BY"
                " (SELECT count(*) FROM spell s WHERE s.insats_id = a.insats_id) DESC LIMIT 1"
            )
        ).one()
        actor = load_actor(session, account_id, today=clock.today())
    return actor, actor.title, insats_id


def _most_rated(database: Database, insats_id: int) -> int:
    """The ongoing spell of the insats with the most ratings."""
    with database.reading() as session:
        found = session.execute(
            text(
                "SELECT spell_id FROM spell_summary WHERE insats_id = :i AND ended_on IS NULL"
                " ORDER BY ors_n DESC, spell_id LIMIT 1"
            ),
            {"i": insats_id},
        ).scalar_one()
    return int(found)


def _pages(title: str, insats_id: int, person: int) -> list[tuple[str, str, str, str]]:
    """What is looked at: name, address, query, and whose account."""
    own = f"insats={insats_id}"
    return [
        *((f"Insatsen, {part}", "insatsen", f"{own}&del={part}", title) for part in LEAD_PARTS),
        ("Att göra", "att_gora", "", title),
        ("Deltagaren", "deltagaren", f"deltagande={person}", title),
        ("Styrelsens översikt", "oversikt", "", "Styrelsen"),
        ("Styrelsens översikt, a slide", "oversikt", "visa=presentation", "Styrelsen"),
    ]


def _talk(database: Database, actor: Actor, insats_id: int) -> Callable[[], None]:
    """What records one talk with its ratings, each time for the next open spell."""
    today = clock.today()
    with database.reading() as session:
        spells = session.execute(
            text("SELECT id FROM spell WHERE insats_id = :i AND ended_on IS NULL"),
            {"i": insats_id},
        ).scalars()
        open_spells = list(spells)
    ratings = {
        "ORS": RatingValue.filled(45, 60, 55, 60),
        "SRS": RatingValue.filled(94, 81, 90, 95),
    }
    turn = cycle(open_spells)

    def record() -> None:
        spell_id = next(turn)
        record_session(
            database,
            actor,
            spell_id=spell_id,
            held_on=today,
            ratings=ratings,
            key=str(uuid4()),
        )

    return record


def _read(database: Database, actor: Actor, insats_id: int) -> None:
    insats_dashboard(database, actor, insats_id, latest_12_months(clock.today()))


def _timed(times: int, act: Callable[[], None]) -> list[float]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


if __name__ == "__main__":
    main()
