"""What every command shares: the database option, days, opening, and a bar that grows."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracking.store.database import Database

Commands = argparse._SubParsersAction  # the type that argparse gives no public name

BAR_WIDTH = 30


def database_option(
    parser: argparse.ArgumentParser,
    otherwise: str = "utelämnad gäller STEGVIS_DATABASE_URL eller den inbyggda",
) -> None:
    """Add ``--database``; ``otherwise`` says what is used when it is left out."""
    parser.add_argument("--database", metavar="URL", help=f"databasens adress; {otherwise}")


def day(typed: str) -> date:
    """Read a day, ÅÅÅÅ-MM-DD; anything else is refused in words, as argparse wants it."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{typed} är inget datum: skriv ÅÅÅÅ-MM-DD") from None


def open_database(url: str | None) -> Database:
    """Open the database at the address, or the configured one.

    Raises `StorageUnavailable` when the address cannot be read or reached.
    """
    from tracking.store.database import Database

    with address_understood():
        return Database.open(url)


def database_as_it_is(url: str | None) -> Database:
    """The database without bringing it up to date: a backup comes before an upgrade.

    Raises `StorageUnavailable` when the address cannot be read.
    """
    from tracking.store.database import Database, make_engine

    with address_understood():
        return Database(make_engine(address(url), schema=schema()))


def address(url: str | None) -> str:
    """The address given, or the configured one, or the embedded database's."""
    from tracking.store.database import DEFAULT_URL, URL_VARIABLE

    return url or os.environ.get(URL_VARIABLE) or DEFAULT_URL


def schema() -> str | None:
    """The PostgreSQL schema that is configured, if any."""
    from tracking.store.database import SCHEMA_VARIABLE

    return os.environ.get(SCHEMA_VARIABLE) or None


@contextmanager
def address_understood() -> Iterator[None]:
    """Turn an address that cannot be read into a sentence."""
    from sqlalchemy.exc import ArgumentError

    from tracking.store.unavailable import StorageUnavailable

    try:
        yield
    except ArgumentError as fault:
        raise StorageUnavailable(
            "Databasens adress går inte att tolka: skriv till exempel sqlite:///data/demo.db."
        ) from fault


class Bar:
    """A bar that grows on a terminal, and says nothing where nobody looks."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._seen = sys.stderr.isatty()

    def show(self, done: int, total: int) -> None:
        """Draw the bar as it stands; the last time it ends its line."""
        if not self._seen:
            return
        share = done / total if total else 1.0
        bar = "█" * round(share * BAR_WIDTH)
        end = "\n" if done >= total else ""
        print(
            f"\r{bar:·<{BAR_WIDTH}} {share:4.0%} {done} av {total} {self._what}",
            end=end,
            file=sys.stderr,
            flush=True,
        )
