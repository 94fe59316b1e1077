"""The main job: server time of recording a talk, and twenty who write at the same time.

Run `python -m benchmarks.main_job`. A talk has both instruments; what is timed is the whole
service, from the permission to the commit on disk, in this process. Recorded are the median and
the 95th percentile of the clock, beside the processor's share of it: the rest is the disk, and
whoever else uses the machine. In turn with each talk one row is written and committed by the
driver alone, which is what the disk asks of anybody. What pages cost is `benchmarks.pages`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from uuid import uuid4

from sqlalchemy import event, text

from benchmarks.budgets import BARE_COMMIT, NONE_AT_ALL, RECORDING_MS, Line
from benchmarks.ground import Ground, alone
from tracking.access.actors import Actor
from tracking.domain import clock
from tracking.domain.errors import StegvisError
from tracking.domain.instruments import RatingValue
from tracking.services import record_session

TALKS = 200
WRITERS, TALKS_EACH = 20, 10
RATINGS = {
    "ORS": RatingValue.filled(45, 60, 55, 60),
    "SRS": RatingValue.filled(94, 81, 90, 95),
}


def measured(here: Ground) -> Iterator[Line]:
    """Record talks one after the other, then from many threads at once."""
    actor, insats_id = here.busiest()
    talk = talks(here, actor, insats_id)
    talk()
    statements = _statements(here, talk)
    wall, cpu, bare = [], [], []
    for _ in range(here.times(TALKS)):
        bare.append(_bare_commit(here))
        began, used = time.perf_counter(), time.process_time()
        talk()
        wall.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.process_time() - used))
    yield Line(
        "recording a talk, fsync included: median",
        statistics.median(wall),
        ratio=statistics.median(wall) / statistics.median(bare),
        against=BARE_COMMIT,
        budget=RECORDING_MS,
    )
    yield Line("recording a talk: 95th percentile", statistics.quantiles(wall, n=20)[-1])
    yield Line("recording a talk: processor time, median", statistics.median(cpu))
    yield Line("recording a talk: statements", statements, "")
    yield from _at_once(here, actor, insats_id)


def _statements(here: Ground, talk: Callable[[], None]) -> int:
    """How many statements one talk asks of the database."""
    sent: list[str] = []

    def keep(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(here.database.engine, "before_cursor_execute", keep)
    try:
        talk()
    finally:
        event.remove(here.database.engine, "before_cursor_execute", keep)
    return len(sent)


def _bare_commit(here: Ground) -> float:
    """Milliseconds of writing one row by the driver, and of its commit on disk."""
    connection = here.database.engine.raw_connection()
    try:
        began = time.perf_counter()
        cursor = connection.cursor()
        if here.database.dialect == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("UPDATE data_version SET version = version + 1 WHERE insats_id = 1")
        connection.commit()
        return 1000 * (time.perf_counter() - began)
    finally:
        connection.close()


def talks(here: Ground, actor: Actor, insats_id: int) -> Callable[[], None]:
    """What records one talk with its ratings, each time for the next open spell."""
    turn = cycle(_open_spells(here, insats_id))
    return lambda: _record(here, actor, next(turn))


def _open_spells(here: Ground, insats_id: int) -> list[int]:
    with here.database.reading() as session:
        return list(
            session.execute(
                text("SELECT id FROM spell WHERE insats_id = :i AND ended_on IS NULL"),
                {"i": insats_id},
            ).scalars()
        )


def _record(here: Ground, actor: Actor, spell_id: int) -> None:
    record_session(
        here.database,
        actor,
        spell_id=spell_id,
        held_on=clock.today(),
        ratings=RATINGS,
        key=str(uuid4()),
    )


def _at_once(here: Ground, actor: Actor, insats_id: int) -> Iterator[Line]:
    """Twenty threads with a connection each; a lock that could not be had is an error."""
    spells = _open_spells(here, insats_id)
    each = here.times(TALKS_EACH)

    def writer(place: int) -> tuple[list[float], list[str]]:
        took, errors = [], []
        for number in range(each):
            began = time.perf_counter()
            try:
                _record(here, actor, spells[(place * each + number) % len(spells)])
            except StegvisError as error:
                errors.append(f"{type(error).__name__}: {error}")
            took.append(1000 * (time.perf_counter() - began))
        return took, errors

    before = _talks_recorded(here)
    began = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        found = list(pool.map(writer, range(WRITERS)))
    seconds = time.perf_counter() - began
    took = [one for waits, _ in found for one in waits]
    errors = [error for _, some in found for error in some]
    lost = WRITERS * each - len(errors) - (_talks_recorded(here) - before)
    name = f"{WRITERS} writers at once"
    yield Line(f"{name}: lock errors, and any other", len(errors), "", budget=NONE_AT_ALL)
    yield Line(f"{name}: writes lost", lost, "", budget=NONE_AT_ALL)
    yield Line(f"{name}: talks a second", len(took) / seconds, "")
    yield Line(f"{name}: longest wait of one", max(took))


def _talks_recorded(here: Ground) -> int:
    with here.database.reading() as session:
        return int(
            session.execute(
                text("SELECT count(*) FROM finished_write WHERE action = 'record_session'")
            ).scalar_one()
        )


if __name__ == "__main__":
    alone(__doc__, measured)
