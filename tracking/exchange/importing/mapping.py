"""Which column is what: as guessed, as corrected by hand, and as remembered under a name.

A mapping names columns by their headings, so that it fits the next file with the same headings
in another order. It holds no value of any file, except what was said once for all rows.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace

from tracking.domain.errors import InvalidValue
from tracking.domain.import_records import ImportKind
from tracking.domain.instruments import Unit
from tracking.exchange.importing.fields import fold
from tracking.exchange.importing.kinds import fields_of
from tracking.exchange.importing.questions import is_answer
from tracking.exchange.importing.shapes import Table


def year_of(slot: str) -> int | None:
    """The year that a column of an earlier series is of, where its heading says so."""
    match = re.match(r"((?:19|20)\d{2})\b(?!-)", slot)
    return None if match is None else int(match[1])


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column and what it tells. ``slot`` parts columns of one field that stand side by side:
    the number or day of a talk, an occasion, a kön.
    """

    index: int
    heading: str
    field: str
    slot: str | None = None


@dataclass(frozen=True)
class Mapping:
    """What a file tells and where. ``constants`` are said once for all rows, as typed text."""

    kind: ImportKind
    columns: tuple[MappedColumn, ...]
    constants: dict[str, str] = field(default_factory=dict)
    unit: Unit = Unit.POINTS
    name: str | None = None

    @property
    def told(self) -> frozenset[str]:
        """The fields that some column or constant tells."""
        return frozenset(column.field for column in self.columns) | frozenset(self.constants)

    @property
    def slots(self) -> tuple[str, ...]:
        """The slots in the order of their first columns."""
        return tuple(dict.fromkeys(c.slot for c in self.columns if c.slot is not None))

    def with_field(self, key: str, index: int | None, table: Table) -> Mapping:
        """The mapping with a field without slots moved to another column, or to none."""
        kept = tuple(
            column
            for column in self.columns
            if not (column.field == key and column.slot is None) and column.index != index
        )
        if index is not None:
            kept += (MappedColumn(index, table.headings[index], key),)
        return replace(self, columns=tuple(sorted(kept, key=lambda column: column.index)))

    def missing(self) -> tuple[str, ...]:
        """The titles of what must be told and is not."""
        told = set(self.told)
        if any(slot.count("-") == 2 for slot in self.slots):
            # The day of a talk stands in the headings.
            told.add("held_on")
        if self.slots:
            told |= {"months", "occasion"}
        if any(year_of(slot) is not None for slot in self.slots):
            told.add("year")
        titles = fields_of(self.kind)
        lacking = [one.title for one in titles.values() if one.required and one.key not in told]
        if "answer" in told and "question" not in told:
            lacking.append(titles["question"].title)
        return tuple(lacking)

    def to_json(self) -> str:
        """The mapping as it is remembered."""
        return json.dumps(
            {
                "kind": self.kind.value,
                "unit": self.unit.value,
                "constants": self.constants,
                "columns": [[c.heading, c.field, c.slot] for c in self.columns],
            },
            ensure_ascii=False,
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, content: str, table: Table, name: str | None = None) -> Mapping:
        """A remembered mapping on a table. Raises `InvalidValue` naming headings that lack."""
        found = json.loads(content)
        kind = ImportKind(found["kind"])
        places: dict[str, list[int]] = {}
        for index, heading in enumerate(table.headings):
            places.setdefault(fold(heading), []).append(index)
        columns, lost = [], []
        for heading, key, slot in found["columns"]:
            there = places.get(fold(heading))
            if key not in fields_of(kind) and not is_answer(key):
                continue
            if not there:
                lost.append(heading)
                continue
            index = there.pop(0) if len(there) > 1 else there[0]
            columns.append(MappedColumn(index, table.headings[index], key, slot))
        if lost:
            raise InvalidValue(
                f"Filen saknar kolumner som tolkningen väntar sig: {', '.join(lost[:5])}"
                f"{' …' if len(lost) > 5 else ''}.",
                field="mapping",
            )
        return cls(kind, tuple(columns), dict(found["constants"]), Unit(found["unit"]), name)
