"""Holding the spell summary against the records that it is made from.

Whole at once would not fit in memory for a nation, so it goes range by range of spells. A
difference is a fault of the program, never of what anybody typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session as DbSession

from tracking.store.summary import END_OF_TIME, summary_as_of, summary_columns

SPELLS_A_RANGE = 5000
_RANGE = "SELECT id FROM spell WHERE id BETWEEN :low AND :high"


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of the summary that is not what the records say; None where a row is missing."""

    spell_id: int
    column: str
    stored: Any
    expected: Any


def summary_differences(session: DbSession) -> Iterator[Difference]:
    """Every place where the stored summary differs from one made anew."""
    columns = summary_columns()
    names = ", ".join(columns)
    stored_rows = text(f"SELECT {names} FROM spell_summary WHERE spell_id BETWEEN :low AND :high")
    expected_rows = summary_as_of(_RANGE, session.get_bind().dialect.name)
    highest = session.execute(text("SELECT coalesce(max(id), 0) FROM spell")).scalar_one()
    for low in range(1, highest + 1, SPELLS_A_RANGE):
        limits = {"low": low, "high": low + SPELLS_A_RANGE - 1}
        stored = {row[0]: tuple(row) for row in session.execute(stored_rows, limits)}
        expected = {
            row[0]: tuple(row)
            for row in session.execute(expected_rows, {**limits, "as_of": END_OF_TIME})
        }
        for spell_id in sorted(stored.keys() | expected.keys()):
            yield from _compared(spell_id, columns, stored.get(spell_id), expected.get(spell_id))


def _compared(
    spell_id: int,
    columns: tuple[str, ...],
    stored: tuple[Any, ...] | None,
    expected: tuple[Any, ...] | None,
) -> Iterator[Difference]:
    if stored is None or expected is None:
        there, should = ("finns" if row else None for row in (stored, expected))
        yield Difference(spell_id, "raden", there, should)
        return
    for column, have, want in zip(columns, stored, expected, strict=True):
        if have != want:
            yield Difference(spell_id, column, have, want)
