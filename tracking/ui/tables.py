"""Tables as real HTML: the results of `tracking.domain.figures` and plain lists.

What a screen reader needs is here (caption, scope of headings, a region to scroll in), and
nothing about what is counted. Cells are written by `tracking.domain.swedish`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from tracking.domain.figures import Cell, CellKind, Row, Table
from tracking.domain.swedish import cell_text, whole
from tracking.ui import shown

_UNBROKEN = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}[.:]\d{2})?|[A-ZÅÄÖ]{1,4}-\d{2,6}")
"""Dates, moments and codes, which would break at their hyphens."""

_NUMBERS = {CellKind.COUNT, CellKind.SHARE, CellKind.NUMBER, CellKind.EMPTY, CellKind.HIDDEN}


def table_html(table: Table) -> str:
    """A result as HTML: title, population and period, cells, funnel, definition, notes."""
    head = "".join(
        f'<th scope="col"{_heading_mark(table, place)}>{escape(name)}</th>'
        for place, name in enumerate(table.columns)
    )
    base = " · ".join(part for part in (table.population, table.period.label) if part)
    body = "".join(_row_html(row) for row in table.rows)
    return _scrolling(
        table.title,
        f'<table class="stegvis-table"><caption><strong>{escape(table.title)}</strong>'
        f"<span>{escape(base)}</span></caption>"
        f'<thead><tr><th scope="col">{escape(table.row_heading)}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>",
    ) + _notes_html(table)


def _heading_mark(table: Table, place: int) -> str:
    """Headings stand over their numbers; over words alone they stand to the left as those do."""
    words = table.rows and all(row.cells[place].kind is CellKind.TEXT for row in table.rows)
    return "" if words else ' class="num"'


def show_table(table: Table) -> None:
    """Draw a result."""
    shown.html(table_html(table))


def show_behind(table: Table) -> None:
    """Draw a result as the table behind a chart: one key opens it, and paper always has it."""
    shown.html(behind_html(table.title, table_html(table)))


def behind_html(title: str, table: str) -> str:
    """The table behind a chart, given as HTML."""
    return (
        '<details class="stegvis-behind"><summary>Tabellen bakom'
        f'<span class="sv-unseen">: {escape(title)}</span></summary>'
        f"{table}</details>"
    )


def tells_nothing(table: Table) -> bool:
    """Whether nothing is told in any cell: noughts, dashes, and words of having too few."""
    return not any(map(_tells, (cell for row in table.rows for cell in row.cells)))


def _tells(cell: Cell) -> bool:
    if cell.kind is CellKind.HIDDEN:
        return True
    return bool(cell.count or cell.value or re.search(r"\d", cell.text or ""))


def list_html(
    caption: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: frozenset[int] = frozenset(),
    show_caption: bool = True,
    beneath: Sequence[str] = (),
) -> str:
    """Plain words in rows, the first cell being the row's heading; ``numbers`` are the
    places of the columns that are set to the right. ``beneath`` has, for each row, what stands
    small beneath its heading.
    """

    def heading(number: int, cell: str) -> str:
        if not beneath:
            return f'<th scope="row"{mark(0, cell)}>{escape(cell)}</th>'
        return f'<th scope="row">{escape(cell)}<small>{escape(beneath[number])}</small></th>'

    def mark(place: int, cell: str = "") -> str:
        if place in numbers:
            return ' class="num"'
        return ' class="unbroken"' if _UNBROKEN.fullmatch(cell) else ""

    head = "".join(
        f'<th scope="col"{mark(place)}>{escape(name)}</th>' for place, name in enumerate(columns)
    )
    body = "".join(
        "<tr>"
        + "".join(
            heading(number, cell) if place == 0 else f"<td{mark(place, cell)}>{escape(cell)}</td>"
            for place, cell in enumerate(row)
        )
        + "</tr>"
        for number, row in enumerate(rows)
    )
    shown = f"<caption><strong>{escape(caption)}</strong></caption>" if show_caption else ""
    return _scrolling(
        caption,
        f'<table class="stegvis-table">{shown}<thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>",
    )


def show_list(
    caption: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: frozenset[int] = frozenset(),
    show_caption: bool = True,
    beneath: Sequence[str] = (),
) -> None:
    """Draw plain rows."""
    shown.html(
        list_html(
            caption, columns, rows, numbers=numbers, show_caption=show_caption, beneath=beneath
        )
    )


def empty_form(name: str, columns: Sequence[str], rows: int) -> None:
    """A table to fill in by hand on paper: headings and empty lines."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    line = "<tr>" + "<td>&nbsp;</td>" * len(columns) + "</tr>"
    shown.html(
        _scrolling(
            name,
            f'<table class="stegvis-table stegvis-paper"><thead><tr>{head}</tr></thead>'
            f"<tbody>{line * rows}</tbody></table>",
        )
    )


def _scrolling(name: str, table: str) -> str:
    return (
        f'<div class="stegvis-scroll" role="region" tabindex="0" aria-label="{escape(name)}">'
        f"{table}</div>"
    )


def _row_html(row: Row) -> str:
    cells = "".join(_cell_html(cell) for cell in row.cells)
    emphasis = ' class="sum"' if row.emphasis else ""
    return f'<tr{emphasis}><th scope="row">{escape(row.label)}</th>{cells}</tr>'


def _cell_html(cell: Cell) -> str:
    classes = ["num"] if cell.kind in _NUMBERS else []
    if cell.kind is CellKind.HIDDEN:
        classes.append("hidden")
    mark = f' class="{" ".join(classes)}"' if classes else ""
    return f"<td{mark}>{escape(cell_text(cell))}</td>"


def _notes_html(table: Table) -> str:
    lines = []
    if table.funnel:
        steps = [
            f"{step.label}: {whole(step.count) if step.count is not None else 'dolt'}"
            for step in table.funnel
        ]
        lines.append(" → ".join(steps))
    lines += [table.definition, *table.notes]
    if table.thresholds:
        lines.append(table.thresholds)
    items = "".join(f"<li>{escape(line)}</li>" for line in lines if line)
    return f'<ul class="stegvis-notes">{items}</ul>' if items else ""
