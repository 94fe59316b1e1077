"""What can be said of a released table in a sentence, and never more than its cells show.

A hidden cell is told as its range or as hidden, and *most common* is said only where the ranges
leave no doubt. Which table belongs in which section is not decided here.
"""

from __future__ import annotations

from tracking.domain.figures import Cell, CellKind, Row, Table
from tracking.domain.periods import Period
from tracking.domain.swedish import cell_text, whole
from tracking.outcomes.breakdowns import BREAKDOWNS
from tracking.outcomes.releasing.shapes import ReleasedInsats
from tracking.reports.shapes import Chart, ChartKind

LACKING = ("Uppgift saknas", "Bedömning saknas", "Svar eller bedömning saknas", "Vet ej")
"""How the rows begin that hold those without an answer."""


def table_of(insats: ReleasedInsats, key: str, period: Period) -> Table | None:
    """Return a released table of a period, or None where the release has none."""
    return next((t for t in insats.tables if t.key == key and t.period == period), None)


def not_there(key: str, period: Period) -> str:
    """Say in words that a breakdown is not in the release."""
    title = BREAKDOWNS[key].title if key in BREAKDOWNS else key
    return (
        f"{title} finns inte uppdelat i släppet för {period.label}: deltagandena är för få för "
        "att delas upp så, eller så släpps uppdelningen bara för helår."
    )


def total(row: Row) -> Cell:
    """The cell of all, whatever kön: the last."""
    return row.cells[-1]


def cell_of(table: Table | None, label: str) -> Cell | None:
    """The total of the row with a label, or None where there is none."""
    if table is None:
        return None
    return next((total(row) for row in table.rows if row.label == label), None)


def exact(cell: Cell | None) -> int | None:
    """The count of a cell that shows one."""
    if cell is None or cell.kind not in (CellKind.COUNT, CellKind.SHARE):
        return None
    return cell.count


def said(cell: Cell | None) -> str | None:
    """A cell in a sentence: its number, or a range that says at least how many; else None."""
    if cell is None or cell.kind is CellKind.EMPTY:
        return None
    if cell.kind is CellKind.HIDDEN:
        if not cell.low or cell.high is None:
            return None
        of = "" if cell.base is None else f" av {whole(cell.base)}"
        return f"mellan {whole(cell.low)} och {whole(cell.high)}{of}"
    return cell_text(cell)


def answers(table: Table) -> tuple[Row, ...]:
    """The rows that are answers: neither a sum nor those who lack one."""
    return tuple(
        row for row in table.rows if not row.emphasis and not row.label.startswith(LACKING)
    )


def most_common(table: Table) -> Row | None:
    """The row with the greatest count, where what is shown leaves no doubt of it."""
    known = [(count, row) for row in answers(table) if (count := exact(total(row))) is not None]
    if not known:
        return None
    count, found = max(known, key=lambda pair: pair[0])
    if sum(number == count for number, _ in known) > 1 or not count:
        return None
    for row in answers(table):
        cell = total(row)
        if exact(cell) is None and (cell.high is None or cell.high >= count):
            return None
    return found


def base_words(table: Table) -> str:
    """Population, period and, where they are shown, how many they are."""
    size = next((exact(total(row)) for row in table.rows if row.emphasis), None)
    n = "" if size is None else f", n = {whole(size)}"
    return f"{table.population}, {table.period.label}{n}"


def bars(table: Table, title: str | None = None) -> Chart:
    """A table's rows as bars from zero; the title is the finding where there is one."""
    common = most_common(table)
    found = title
    if found is None and common is not None:
        found = f"{table.title}: vanligast är {common.label}, {cell_text(total(common))}"
    found = found or table.title
    lines = "; ".join(f"{row.label}: {cell_text(total(row))}" for row in table.rows)
    return Chart(
        key=f"{table.key}-{table.period.key}",
        kind=ChartKind.BARS,
        title=found,
        subtitle=base_words(table),
        alt=f"{found}. {lines}.",
        table_key=table.key,
        columns=(len(table.columns) - 1,),
    )
