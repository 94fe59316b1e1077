"""What the services of set-up share: checked numbers and dates, rows that must be there.

Each function gives back what was asked for or raises the sentence for the form. About
persons nothing stands here; their rules are in `tracking.services._rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy.orm import object_session
from sqlmodel import Session as DbSession

from tracking.domain.errors import Conflict, InvalidValue, NotFound, RuleBroken
from tracking.domain.swedish import iso, whole
from tracking.services._words import field_in_words, in_words
from tracking.services._writing import Writing, check_version, edit
from tracking.store.tables import Code, Insats, Question

EDITED = "edited"
"""Why a set-up was changed: it is edited freely, and no reason is asked for."""

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)

Row = TypeVar("Row")
Placed = TypeVar("Placed", Code, Question)


def found(session: DbSession, table: type[Row], row_id: int | str, *, what: str) -> Row:
    """The row with this id. Raises `NotFound` with ``what`` in definite form."""
    row = session.get(table, row_id)
    if row is None:
        raise NotFound(f"{what} finns inte längre: läs in sidan igen.")
    return row


def insats_of(session: DbSession, insats_id: int) -> Insats:
    """The insats. Raises `NotFound`."""
    return found(session, Insats, insats_id, what="Insatsen")


def check_day(day: date, *, field: str) -> date:
    """The day, unless it lies outside the years that Stegvis keeps."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise InvalidValue(
            f"Datumet ska ligga mellan {iso(FIRST_DAY)} och {iso(LAST_DAY)}.", field=field
        )
    return day


def check_span(starts: date, ends: date | None, *, start_field: str, end_field: str) -> None:
    """Raise unless both days are possible and the end does not come before the start."""
    check_day(starts, field=start_field)
    if ends is not None and check_day(ends, field=end_field) < starts:
        raise RuleBroken(f"Slutet {iso(ends)} ligger före starten {iso(starts)}.", field=end_field)


def check_whole(
    number: int | None, *, field: str, low: int = 0, high: int, what: str
) -> int | None:
    """The number, unless it lies outside the bounds; None passes."""
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
        raise InvalidValue(
            f"{what} ska vara ett helt tal mellan {whole(low)} och {whole(high)}.", field=field
        )
    return number


def move_one_place(
    write: Writing, row: Placed, order: list[Placed], *, up: bool, what: str
) -> None:
    """Let ``row`` and its neighbour in ``order`` change places, and number the list anew.

    Raises `RuleBroken` where it stands first or last; ``what`` is the row in definite form.
    """
    place = order.index(row)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        raise RuleBroken(f"{what} står redan {'först' if up else 'sist'} i listan.")
    order[place], order[other] = order[other], order[place]
    for sort, one in enumerate(order, start=1):
        edit(write.work, write.actor, one, {"sort": sort}, why=EDITED)


def check_unchanged(row: Any, version: int, values: Mapping[str, Any]) -> None:
    """Raise `Conflict` when the row was saved by somebody else since ``version`` was read.

    The sentence tells, in the form's own words, the first value where what is stored differs
    from what was typed.
    """
    if row.version == version:
        return
    session = object_session(row)
    assert isinstance(session, DbSession), "a row that is compared has been read"
    differing = (name for name, value in values.items() if getattr(row, name) != value)
    name = next(differing, None)
    if name is None:
        raise Conflict(
            "Någon annan har ändrat uppgiften sedan du öppnade den. Läs in sidan igen och "
            "ändra på nytt om det behövs."
        )
    check_version(
        row.version,
        version,
        theirs=in_words(session, name, getattr(row, name)),
        mine=in_words(session, name, values[name]),
        what=field_in_words(name),
    )
