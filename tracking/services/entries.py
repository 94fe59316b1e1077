"""Reading what was typed for a talk or a group meeting, fault by fault.

Everything that is wrong is gathered, so that a page can show it at every field at once. What
a number means in which unit is `tracking.domain.instruments`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, Protocol

from tracking.domain.errors import InvalidValue, StegvisError
from tracking.domain.instruments import (
    INSTRUMENTS,
    RatingStatus,
    RatingValue,
    Unit,
    parse_score,
    parse_total,
)
from tracking.domain.records import AttendanceStatus

_MARKS = {
    "": None,
    "not_filled": RatingStatus.NOT_FILLED,
    "incomplete": RatingStatus.INCOMPLETE,
}


class RatingEntry(Protocol):
    """One form as typed: four texts, or a text for the total, or a mark. All raw."""

    @property
    def scales(self) -> tuple[str, str, str, str]:
        """What stands at the four scales."""

    @property
    def total(self) -> str:
        """What stands at the total."""

    @property
    def mark(self) -> Literal["", "not_filled", "incomplete"]:
        """Whether the form was not filled, or not completely."""


class FieldErrors(InvalidValue):
    """Several fields are wrong: ``errors`` is field name → Swedish sentence."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        field, sentence = next(iter(errors.items()))
        super().__init__(sentence, field=field)
        self.errors = dict(errors)


class FaultyRows(StegvisError):
    """Rows of a group meeting are wrong: ``rows`` is spell id → field name → sentence."""

    def __init__(self, rows: Mapping[int, Mapping[str, str]]) -> None:
        one = len(rows) == 1
        super().__init__(
            "En rad har ett fel, så inget sparades."
            if one
            else f"{len(rows)} rader har fel, så inget sparades."
        )
        self.rows = {spell_id: dict(errors) for spell_id, errors in rows.items()}


def parse_ratings(entries: Mapping[str, RatingEntry], unit: Unit) -> dict[str, RatingValue]:
    """The ratings that were typed, by instrument; a form left wholly empty is left out.

    Fields are named as `Instrument.field` does: ``ors_1`` … ``ors_4``, ``ors_total``. Raises
    `FieldErrors` with everything that is wrong.
    """
    values: dict[str, RatingValue] = {}
    errors: dict[str, str] = {}
    for key, entry in entries.items():
        try:
            value = _parse(key, entry, unit, errors)
        except InvalidValue as fault:
            errors.setdefault(fault.field or key.lower(), fault.sentence)
            continue
        if value is not None:
            values[key] = value
    if errors:
        raise FieldErrors(errors)
    return values


def _parse(key: str, entry: RatingEntry, unit: Unit, errors: dict[str, str]) -> RatingValue | None:
    instrument = INSTRUMENTS.get(key)
    if instrument is None or entry.mark not in _MARKS:
        raise InvalidValue("Det som skickades gick inte att läsa: ladda om sidan.")
    faults: dict[str, str] = {}
    scales: list[int | None] = []
    for place, text in enumerate(entry.scales):
        field = instrument.field(place)
        try:
            scales.append(parse_score(text, unit, field=field) if text.strip() else None)
        except InvalidValue as fault:
            faults[field] = fault.sentence
    total: int | None = None
    try:
        if entry.total.strip():
            total = parse_total(entry.total, unit, field=instrument.total_field)
    except InvalidValue as fault:
        faults[instrument.total_field] = fault.sentence
    if faults:
        errors.update(faults)
        return None
    if total is None and not entry.mark and all(value is None for value in scales):
        return None
    return RatingValue.from_entry(scales, total, _MARKS[entry.mark], instrument=instrument)


class RowEntry(Protocol):
    """One row of a group meeting as typed."""

    @property
    def spell_id(self) -> int:
        """Whose row it is."""

    @property
    def attendance(self) -> str:
        """present, absent or cancelled."""

    @property
    def ratings(self) -> Mapping[str, RatingEntry]:
        """The forms, by instrument."""


def parse_rows(
    rows: Iterable[RowEntry], unit: Unit
) -> tuple[list[tuple[int, AttendanceStatus, dict[str, RatingValue]]], dict[int, dict[str, str]]]:
    """Typed rows parted into those that can be saved and what is wrong with the others.

    A complete row is (spell id, attendance, ratings), as `GroupRow` takes them.
    """
    complete: list[tuple[int, AttendanceStatus, dict[str, RatingValue]]] = []
    faults: dict[int, dict[str, str]] = {}
    for row in rows:
        try:
            status = AttendanceStatus(row.attendance)
            complete.append((row.spell_id, status, parse_ratings(row.ratings, unit)))
        except FieldErrors as fault:
            faults[row.spell_id] = fault.errors
        except ValueError:
            faults[row.spell_id] = {"attendance": "Välj närvarande, uteblev eller avbokat."}
    return complete, faults
