"""Writing the demo: part by part, each in a transaction that also brings the summary up to date.

Rows go in by the thousand, with numbers of their own, past the services but not past the
database: every constraint and trigger holds. A part is small enough that memory never grows
with the scale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import insert, text
from sqlmodel import col, func, select

from tracking.access.log import Entry, record
from tracking.domain import clock, memory_words
from tracking.domain.errors import Conflict, InvalidValue
from tracking.exchange.demo import plan as plans
from tracking.exchange.demo import surroundings
from tracking.exchange.demo.followed import make_demo_followed
from tracking.exchange.demo.log import make_demo_log, review_demo_log
from tracking.exchange.demo.releases import KEPT, make_demo_releases
from tracking.exchange.demo.reports import Adopts, make_demo_reports
from tracking.exchange.demo.rows import Rows, first_days
from tracking.exchange.demo.setting_up import SetUp, set_up
from tracking.exchange.demo.surroundings import Heads
from tracking.exchange.demo.world import MadeInsats, World
from tracking.store.database import Database, Transaction
from tracking.store.tables import Account, Forbund, Rating, Spell, metadata

SPELLS_A_PART = 400
MEETINGS_A_PART = 200

T = TypeVar("T")
Progress = Callable[[int, int], None]
"""Told how many spells are written, and how many there will be."""


@dataclass(frozen=True, slots=True)
class DemoMade:
    """What was made. ``released`` are the keys of the periods whose releases were made.

    ``reports`` is how many reports were begun, the adopted one among them.
    """

    forbund: str
    insatser: int
    spells: int
    ratings: int
    released: tuple[str, ...]
    reports: int


def fill(
    database: Database,
    *,
    seed: int = 1,
    scale: float = 1.0,
    today: date | None = None,
    progress: Progress | None = None,
    adopt: Adopts | None = None,
    releases: int = KEPT,
) -> DemoMade:
    """Fill an empty database with the demo's förbund over three years ending ``today``.

    Without ``adopt``, what freezes and adopts a report, there are no reports. ``releases`` is how
    many are made at most: they are most of the work.

    The same seed, scale and day give the same people. Raises `Conflict` when the database is
    not empty and `InvalidValue` when the day lies in the future.
    """
    day = clock.today() if today is None else today
    if day > clock.today():
        raise InvalidValue("Demons dag kan inte ligga i framtiden.", field="today")
    if seed < 0:
        raise InvalidValue("Fröet ska vara ett helt tal från 0.", field="seed")
    plan = plans.read()
    insatser = plans.planned(plan, scale, day)
    refuse_unless_empty(database)
    made = set_up(database, plan, insatser, day)
    heads = Heads()
    _write_people(database, seed, plan, insatser, made, heads, day, progress)
    first = min(insats.first_spell_on for insats in insatser)
    for tables in (
        surroundings.anonymous(seed, plan, insatser, made, heads),
        surroundings.slips(seed, insatser, made, day),
        surroundings.head_counts(seed, plan, insatser, made, day),
        surroundings.deviations(seed, plan, made, day),
        surroundings.money(seed, insatser, made, first, day),
    ):
        with database.transaction() as work:
            _write(work, tables)
    make_demo_log(database, made.frames, seed=seed, today=day)
    with database.transaction() as work:
        _settle(work, database.dialect)
        detail = f"frö {seed}, skala {scale:g}, dag {day}"
        record(work, made.actor, Entry("fill_demo", detail=detail))
    review_demo_log(database, made.frames, today=day)
    released = make_demo_releases(database, made.actor, first=first, today=day, most=releases)
    make_demo_followed(database, made, plan.municipalities, today=day)
    insats_id = made.frames[min(made.frames)].insats_id
    reports = 0
    if adopt is not None:
        reports = make_demo_reports(database, made.actor, insats_id, adopt, today=day)
    with database.reading() as session:
        return DemoMade(
            forbund=plan.name,
            insatser=len(insatser),
            spells=session.exec(select(func.count(col(Spell.id)))).one(),
            ratings=session.exec(select(func.count(col(Rating.id)))).one(),
            released=released,
            reports=reports,
        )


def refuse_unless_empty(database: Database) -> None:
    """Raise `Conflict` when anybody has begun to use the database."""
    with database.reading() as session:
        begun = session.get(Forbund, 1) is not None
        if begun or session.exec(select(Account.id)).first() is not None:
            raise Conflict(
                "Databasen är inte tom. Demon läggs bara in i en tom databas, så att inga "
                "riktiga uppgifter blandas med påhittade."
            )


def _write_people(
    database: Database,
    seed: int,
    plan: plans.DemoPlan,
    insatser: tuple[plans.PlannedInsats, ...],
    made: SetUp,
    heads: Heads,
    today: date,
    progress: Progress | None,
) -> None:
    total = sum(insats.spells for insats in insatser)
    done = 0
    rows = Rows(seed, Words().of)
    for lived in World(seed, today, plan.shares).insatser(insatser):
        heads.see(lived, today)
        for spells in _parts(rows, lived, made):
            with database.transaction() as work:
                _write(work, rows.take())
            done += spells
            if progress is not None:
                progress(done, total)


def _parts(rows: Rows, lived: MadeInsats, made: SetUp) -> Iterator[int]:
    """Fill ``rows`` part by part and say how many spells each part has."""
    frame = made.frames[lived.insats.place]
    rows.persons(frame, lived.persons, first_days(lived))
    for stories in _batches(lived.stories, SPELLS_A_PART):
        for story in stories:
            rows.story(frame, story)
        yield len(stories)
    for meetings in _batches(lived.meetings, MEETINGS_A_PART):
        for meeting in meetings:
            rows.meeting(frame, meeting)
        yield 0


def _batches(values: list[T], size: int) -> Iterator[list[T]]:
    for first in range(0, len(values), size):
        yield values[first : first + size]


class Words:
    """Gives each participant of a controller a memory word of its own.

    Controllers come one after the other, so only one's words are remembered at a time.
    """

    def __init__(self) -> None:
        self._controller = 0
        self._taken: set[str] = set()

    def of(self, controller_id: int, number: int) -> str:
        """The word of a controller's participant."""
        if controller_id != self._controller:
            self._controller, self._taken = controller_id, set()
        word = memory_words.propose(self._taken, controller_id * 10_000_000 + number)
        self._taken.add(word)
        return word


def _write(work: Transaction, tables: surroundings.Tables) -> None:
    connection = work.session.connection()
    for name, rows in tables:
        if rows:
            connection.execute(insert(metadata.tables[name]), rows)


def _settle(work: Transaction, dialect: str) -> None:
    """Let the database give the next numbers itself, and know how its tables look."""
    connection = work.session.connection()
    if dialect == "postgresql":
        for table in metadata.sorted_tables:
            column = table.columns.get("id")
            if column is not None and table.name != "forbund":
                sequence = f"pg_get_serial_sequence('\"{table.name}\"', 'id')"
                connection.execute(
                    text(
                        f'SELECT setval({sequence}, (SELECT max(id) FROM "{table.name}"))'
                        f" WHERE {sequence} IS NOT NULL"
                        f' AND EXISTS (SELECT 1 FROM "{table.name}")'
                    )
                )
    connection.execute(text("ANALYZE"))
