"""The database that is measured on: one that is there already, or a demo filled for the run."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

from sqlalchemy import make_url, text

from benchmarks.budgets import Line, printed
from tracking.access import sign_ins
from tracking.access.actors import Actor, load_actor
from tracking.access.passwords import Passwords
from tracking.domain import clock
from tracking.exchange.demo import fill
from tracking.store.database import Database
from tracking.store.tables import SignInMethod

FORBUND_SCALE = 6.8
"""The demo's scale that gives about 5 000 spells."""
QUICK_SCALE = 0.4


@dataclass(frozen=True)
class Ground:
    """An open database with people in it, and how many."""

    database: Database
    url: str
    insatser: int
    spells: int
    ratings: int
    quick: bool

    def times(self, usual: int) -> int:
        """How often something is repeated: a quick run is a look, not a measurement."""
        return max(2, usual // 10) if self.quick else usual

    @property
    def file(self) -> Path | None:
        """The database's file, if it is SQLite."""
        url = make_url(self.url)
        return Path(url.database or "") if url.get_backend_name() == "sqlite" else None

    @property
    def in_words(self) -> str:
        """One line on what was measured on, and on which machine."""
        return (
            f"{self.insatser} insatser, {self.spells} spells, {self.ratings} ratings; "
            f"{self.database.dialect}; {date.today()}, {os.cpu_count()} cores"
        )

    def releases(self) -> int:
        """How many releases have been published."""
        return self._number("SELECT count(*) FROM release")

    def busiest(self) -> tuple[Actor, int]:
        """A deltagaransvarig of the insats with the most spells, and that insats."""
        with self.database.reading() as session:
            account_id, insats_id = session.execute(
                text(
                    "SELECT min(a.account_id), a.insats_id FROM assignment a"
                    " WHERE a.role = 'case_worker' AND a.ends_on IS NULL GROUP BY a.insats_id"
                    " ORDER BY (SELECT count(*) FROM spell_summary s"
                    " WHERE s.insats_id = a.insats_id) DESC, a.insats_id LIMIT 1"
                )
            ).one()
            return load_actor(session, account_id, today=clock.today()), insats_id

    def holder(self, role: str, insats_id: int | None = None) -> int | None:
        """An account that has a role today (in an insats); None if nobody does."""
        where = "" if insats_id is None else " AND insats_id = :insats"
        with self.database.reading() as session:
            found = session.execute(
                text(
                    "SELECT min(account_id) FROM assignment WHERE role = :role"
                    f" AND ends_on IS NULL{where}"
                ),
                {"role": role, "insats": insats_id} if where else {"role": role},
            ).scalar_one_or_none()
        return None if found is None else int(found)

    def tokens(self, accounts: list[int]) -> list[str]:
        """Cookies of new sign-ins, one for each account named."""
        with self.database.transaction() as work:
            return [
                sign_ins.begin(
                    work,
                    account,
                    method=SignInMethod.PASSWORD,
                    form_key=str(uuid4()),
                    limits=sign_ins.Limits(),
                    second_factor_done=True,
                ).token
                for account in accounts
            ]

    def open_for_work(self) -> None:
        """Make the demo an ordinary database, in which everybody signs in."""
        with self.database.transaction() as work:
            work.session.execute(text("UPDATE forbund SET is_demo = :no"), {"no": 0})
            work.session.execute(text("UPDATE account SET must_change_password = :no"), {"no": 0})
            # Until somebody can sign in there is nothing but the set-up page.
            work.session.execute(
                text("UPDATE account SET password_hash = :hash WHERE zone = 'system'"),
                {"hash": Passwords().hash(uuid4().hex)},
            )

    def _number(self, sql: str) -> int:
        with self.database.reading() as session:
            return int(session.execute(text(sql)).scalar_one())


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that say what is measured on."""
    parser.add_argument("--scale", type=float, help="the demo's scale; 6.8 is a förbund")
    parser.add_argument(
        "--database",
        help="an address: an empty database is filled, one with people is measured as it is, and"
        " talks and sign-ins are written into it, so give a copy of a demo",
    )
    parser.add_argument(
        "--quick", action="store_true", help="a small demo and few repetitions: a look"
    )


def alone(
    described: str | None, measured: Callable[[Ground], Iterable[Line]], *, releases: int = 1
) -> None:
    """The command of one measurement: fill or open, measure, print."""
    parser = argparse.ArgumentParser(description=described)
    add_options(parser)
    with ground(parser.parse_args(), releases=releases) as here:
        print(printed(here.in_words, measured(here)))


@contextmanager
def ground(options: argparse.Namespace, *, releases: int = 1) -> Iterator[Ground]:
    """Open the database that the options name, filled if it was empty."""
    scale = options.scale or (QUICK_SCALE if options.quick else FORBUND_SCALE)
    with tempfile.TemporaryDirectory() as folder:
        url = options.database or f"sqlite:///{(Path(folder) / 'measured.db').as_posix()}"
        database = Database.open(url)
        try:
            with database.reading() as session:
                empty = session.execute(text("SELECT count(*) FROM forbund")).scalar_one() == 0
            if empty:
                fill(database, seed=1, scale=scale, releases=releases)
            with database.reading() as session:
                insatser, spells, ratings = (
                    session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                    for table in ("insats", "spell", "rating")
                )
            yield Ground(database, url, insatser, spells, ratings, options.quick)
        finally:
            database.close()
