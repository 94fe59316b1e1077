"""What all tables share: names of constraints, short field makers, the mark of a void.

Every constraint has a name, so that a migration can find it and a refusal can be told
apart from another. `guard_columns` adds the CHECKs that follow from a column's type.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, MetaData, Table, Text, text
from sqlmodel import Field, SQLModel

from tracking.store.types import Flag, Instant, IsoDate, Millimetres, Word

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

STRICT: dict[str, Any] = {"sqlite_strict": True}

NEVER_REUSED: dict[str, Any] = {**STRICT, "sqlite_autoincrement": True}
"""For rows that can be erased: their numbers live on in the access log and stay theirs."""


class Base(SQLModel):
    """The root of Stegvis's tables, with metadata of its own."""

    metadata = MetaData(naming_convention=NAMES)


def key() -> Any:
    """A whole-number primary key that the database gives."""
    return Field(default=None, primary_key=True)


def words(choices: type[StrEnum], **more: Any) -> Any:
    """A column that holds one word of a closed list."""
    return Field(sa_type=Word(choices), **more)


def string(**more: Any) -> Any:
    """A text column."""
    return Field(sa_type=Text, **more)


def day(**more: Any) -> Any:
    """A calendar day."""
    return Field(sa_type=IsoDate, **more)


def instant(**more: Any) -> Any:
    """A moment in UTC."""
    return Field(sa_type=Instant, **more)


def flag(**more: Any) -> Any:
    """Yes or no."""
    return Field(sa_type=Flag, **more)


def millimetres(top: int, **more: Any) -> Any:
    """A score in whole millimetres from 0 to ``top``."""
    return Field(sa_type=Millimetres(top), **more)


def refers(target: str, *, on_delete: str | None = None, **more: Any) -> Any:
    """A reference to one column of another table, indexed unless said otherwise."""
    more.setdefault("index", True)
    if on_delete is not None:
        more["ondelete"] = on_delete
    return Field(foreign_key=target, **more)


class Voidable(SQLModel):
    """Who struck out the record, when and why; the record itself stays.

    ``void_reason`` is a word of the code list `void_reason`: no free text about a person.
    """

    voided_at: datetime | None = instant(default=None)
    voided_by: int | None = Field(default=None, foreign_key="account.id")
    void_reason: str | None = string(default=None)


VOID_WHOLE = (
    "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)"
)


def void_whole() -> CheckConstraint:
    """A void has all its three parts or none."""
    return CheckConstraint(VOID_WHOLE, name="void_whole")


def unique_while(name: str, columns: Sequence[str], condition: str) -> Index:
    """A rule of uniqueness that holds for the rows that meet a condition."""
    return Index(
        name, *columns, unique=True, sqlite_where=text(condition), postgresql_where=text(condition)
    )


def guard_columns(table: Table) -> None:
    """Add the CHECKs that follow from the types of a table's columns."""
    for column in table.columns:
        kind = column.type
        rule: str | None = None
        if isinstance(kind, Flag):
            rule = f"{column.name} IN (0, 1)"
        elif isinstance(kind, Millimetres):
            rule = f"{column.name} BETWEEN 0 AND {kind.top}"
        elif isinstance(kind, Word):
            listed = ", ".join(f"'{word.value}'" for word in kind.words)
            rule = f"{column.name} IN ({listed})"
        if rule is not None:
            table.append_constraint(CheckConstraint(rule, name=f"{column.name}_kind"))


__all__ = [
    "NEVER_REUSED",
    "STRICT",
    "Base",
    "Voidable",
    "date",
    "datetime",
    "day",
    "flag",
    "guard_columns",
    "instant",
    "key",
    "millimetres",
    "refers",
    "string",
    "unique_while",
    "void_whole",
    "words",
]
