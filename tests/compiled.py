"""Statements that are compiled once for all engines of a kind.

Almost every test opens a database of its own, and SQLAlchemy keeps what it has compiled by
engine: without this a third of the time of a test goes to compiling the same statements anew.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

AS_MANY = 4_000

_statements: dict[Any, LRUCache[Any, Any]] = {}
_types: dict[Any, WeakKeyDictionary[Any, Any]] = {}


def _kind(dialect: Any) -> tuple[Any, ...]:
    return type(dialect), dialect.dbapi


def _of_one_kind(self: Any, other: object) -> bool:
    return isinstance(other, DefaultDialect) and _kind(self) == _kind(other)


def _kind_hash(self: Any) -> int:
    return hash(_kind(self))


def _types_of_a_kind(self: Any) -> WeakKeyDictionary[Any, Any]:
    return _types.setdefault(_kind(self), WeakKeyDictionary())


class _Statements:
    """What all engines of the kind have compiled, in place of an engine's own."""

    def __get__(self, engine: Any, _owner: object) -> Any:
        return _statements.setdefault(_kind(engine.dialect), LRUCache(AS_MANY))

    def __set__(self, engine: Any, _own: object) -> None:
        """An engine's own is not kept."""


def share() -> None:
    """From now on an engine knows what another of the same driver has compiled."""
    # The dialect is a part of what a compiled statement is found by.
    changed: Any = DefaultDialect
    changed.__eq__ = _of_one_kind
    changed.__hash__ = _kind_hash
    changed._type_memos = property(_types_of_a_kind)
    shared: Any = Engine
    shared._compiled_cache = _Statements()
