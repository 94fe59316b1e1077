"""Any exact table beside the same table of the period before.

Rows are met by what they are called and columns by their heading. Where the table has a total,
the last column says how far apart the two periods are, and nothing here says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tracking.domain.figures import EMPTY, Cell, CellKind, Row, Table
from tracking.domain.swedish import decimal, whole
from tracking.outcomes.comparison import difference_cells
from tracking.outcomes.parts import TOTAL

BEFORE = "före"
_NAMED = tuple[str, int]
"""What a row or a column is called, and which of those called so it is."""

_TOLD = (
    " Bredvid varje tal står samma tal för perioden före, lika lång. Skillnaden mellan två andelar "
    "är i procentenheter med Newcombes 95-procentiga intervall; där det rymmer noll går perioderna "
    "inte att skilja åt."
)


def beside_before(now: Table, before: Table | None, smallest: int) -> Table:
    """Return the table with every number of the period before next to it.

    Shares on fewer than ``smallest`` are not compared. ``before`` is None where the period
    before has no such table, and its cells are then empty. A row or column that only one of the
    periods has is empty in the other.
    """
    then = replace(now, rows=()) if before is None else before
    columns = _met(_named(now.columns), _named(then.columns))
    lines = _met(_named([r.label for r in now.rows]), _named([r.label for r in then.rows]))
    cells_now, cells_then = _cells(now), _cells(then)
    compared = next((name for name in reversed(columns) if name[0].startswith(TOTAL)), None)
    emphasised = {
        name
        for table in (now, then)
        for name, row in zip(_named([r.label for r in table.rows]), table.rows, strict=True)
        if row.emphasis
    }
    rows = []
    for line in lines:
        cells: list[Cell] = []
        for column in columns:
            cells += [cells_now.get((line, column), EMPTY), cells_then.get((line, column), EMPTY)]
        if compared is not None:
            first, second = (of.get((line, compared), EMPTY) for of in (cells_now, cells_then))
            cells += _difference(first, second, smallest)
        rows.append(Row(line[0], tuple(cells), line in emphasised))
    headings = [said for name, _ in columns for said in (name, f"{name}, {BEFORE}")]
    if compared is not None:
        headings += [f"skillnad, {compared[0]}", "jämförelse"]
    return replace(
        now,
        key=f"{now.key}-before",
        title=f"{now.title}, mot perioden före",
        definition=now.definition + _TOLD,
        columns=tuple(headings),
        rows=tuple(rows),
        notes=(*now.notes, *_notes(now, before)),
    )


def _notes(now: Table, before: Table | None) -> tuple[str, ...]:
    if before is None:
        return ("Perioden före har ingen sådan tabell.",)
    way = ", ".join(
        f"{step.label.lower()} {whole(step.count)}"
        for step in before.funnel
        if step.count is not None
    )
    said = f"Före: {before.period.label}" + (f" ({way})." if way else ".")
    own = [f"Före: {note}" for note in before.notes if note not in now.notes]
    return (said, *own)


def _named(labels: Sequence[str]) -> list[_NAMED]:
    seen: Counter[str] = Counter()
    found = []
    for label in labels:
        found.append((label, seen[label]))
        seen[label] += 1
    return found


def _met(first: list[_NAMED], second: list[_NAMED]) -> list[_NAMED]:
    """Both in order: what only the second has stands after what it follows there."""
    met = list(first)
    for place, name in enumerate(second):
        if name in first:
            continue
        earlier = second[place - 1] if place else None
        met.insert(met.index(earlier) + 1 if earlier in met else 0, name)
    return met


def _cells(table: Table) -> dict[tuple[_NAMED, _NAMED], Cell]:
    columns = _named(table.columns)
    lines = _named([row.label for row in table.rows])
    return {
        (line, column): cell
        for line, row in zip(lines, table.rows, strict=True)
        for column, cell in zip(columns, row.cells, strict=True)
    }


def _difference(now: Cell, then: Cell, smallest: int) -> tuple[Cell, Cell]:
    """The difference in words, and whether the periods can be told apart (shares alone)."""
    if now.kind is CellKind.SHARE and then.kind is CellKind.SHARE:
        first, second = (now.count or 0, now.base or 0), (then.count or 0, then.base or 0)
        return difference_cells(first, second, smallest)
    if now.kind is CellKind.COUNT and then.kind is CellKind.COUNT:
        return _signed((now.count or 0) - (then.count or 0), 0), EMPTY
    if now.kind is CellKind.NUMBER and then.kind is CellKind.NUMBER:
        return _signed((now.value or 0) - (then.value or 0), now.decimals), EMPTY
    return EMPTY, EMPTY


def _signed(difference: float, decimals: int) -> Cell:
    return Cell.of_text(f"{'+' if difference > 0 else ''}{decimal(difference, decimals)}")
