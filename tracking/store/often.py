"""Statements that are asked at every click, without what SQLAlchemy does around each asking.

After a write, when nothing of it is in the processor's cache, that takes four times as long as the
answer itself. Only for reading, in a session that has begun; everything else is SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, TextClause, TextualSelect


class Often:
    """A statement of plain text, with its parameters as ``:name``."""

    def __init__(self, statement: TextClause | TextualSelect) -> None:
        self._statement = statement
        plain = statement.element if isinstance(statement, TextualSelect) else statement
        assert isinstance(plain, TextClause), "of other statements there is no text"
        self._text = plain.text

    def rows(self, connection: Connection, bound: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """All rows that the statement finds. ``bound`` are numbers, texts and days."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, bound).fetchall()
        cursor = connection.connection.cursor()
        plain = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in bound.items()
        }
        try:
            cursor.execute(self._text, plain)
            return cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error:
            # Asked once more, since SQLAlchemy knows what the fault is called.
            return connection.execute(self._statement, bound).fetchall()
        finally:
            cursor.close()
