"""Native charts in the workbook, beside the cells that they draw.

A chart points at cells of its sheet, so that whoever changes them sees it change; each bar bears
the words of the other formats, so that a hidden cell says its range instead of looking like 0.
"""

from __future__ import annotations

from typing import Any

from tracking.domain.figures import CellKind, Table, TargetResult
from tracking.domain.swedish import cell_text
from tracking.domain.wording import capitalised
from tracking.outcomes.releasing.shapes import ReleasedTarget
from tracking.reports.drawing.bars import column_colours
from tracking.reports.shapes import Chart, ChartKind

FONT = "Calibri"
WIDTH, ROW_HEIGHT, LEAST_HEIGHT = 720, 24, 200
_WORDS = {"name": FONT, "size": 9}
_DASHES = ("solid", "dash", "round_dot", "dash_dot")


def add_chart(
    workbook: Any,
    sheet: Any,
    chart: Chart,
    table: Table,
    *,
    first_row: int,
    places: dict[int, int],
    at_row: int,
    colour: str,
) -> int:
    """Put a chart of a table's columns on its sheet; returns the first row below it.

    ``first_row`` is the row of the table's first line and ``places`` the sheet's column of each
    of the table's columns: that of the share where it has one. A row without a share in a table
    of shares is left out, as in the other formats.
    """
    is_lines = chart.kind is ChartKind.LINES
    drawn = workbook.add_chart({"type": "line" if is_lines else "bar"})
    columns = tuple(at for at in chart.columns if at < len(table.columns))
    shares = any(row.cells[at].kind is CellKind.SHARE for row in table.rows for at in columns)
    first = _first_drawn(table, columns, shares=shares)
    last = first_row + len(table.rows) - 1
    name = sheet.get_name()
    colours = column_colours(table, columns, colour)
    for number, (at, ink) in enumerate(zip(columns, colours, strict=True)):
        labels = [{"value": cell_text(row.cells[at])} for row in table.rows[first:]]
        series: dict[str, Any] = {
            "name": capitalised(table.columns[at]),
            "categories": [name, first_row + first, 0, last, 0],
            "values": [name, first_row + first, places[at], last, places[at]],
            "data_labels": {"value": True, "custom": labels, "font": _WORDS},
        }
        if is_lines:
            series["line"] = {"color": ink, "width": 2, "dash_type": _DASHES[number % 4]}
            series["marker"] = {
                "type": ("circle", "square", "diamond", "triangle")[number % 4],
                "fill": {"color": ink},
                "border": {"color": ink},
            }
        else:
            series["fill"] = {"color": ink}
            series["gap"] = 60
        drawn.add_series(series)
    value_axis = {
        "num_font": _WORDS,
        "major_gridlines": {"visible": True, "line": {"color": "#dedbd4"}},
        "num_format": "0 %" if shares else "#,##0",
        **({"min": 0, "max": 1} if shares else {}),
    }
    names = {"num_font": _WORDS, "reverse": not is_lines}
    # xlsxwriter's x axis of a bar chart is the one with the names.
    drawn.set_x_axis(names)
    drawn.set_y_axis(value_axis)
    lines = len(table.rows[first:]) * (1 if is_lines else len(columns))
    height = LEAST_HEIGHT + 60 if is_lines else max(LEAST_HEIGHT, 110 + ROW_HEIGHT * lines)
    _finish(drawn, chart, several=len(columns) > 1, height=height)
    sheet.insert_chart(at_row, 0, drawn, {"description": chart.alt or chart.title})
    return at_row + height // 20 + 2


def add_bullets(
    workbook: Any,
    sheet: Any,
    chart: Chart,
    targets: tuple[TargetResult | ReleasedTarget, ...],
    lines: list[int],
    *,
    outcome: int,
    aim: int,
    words: list[str],
    at_row: int,
    colour: str,
) -> int:
    """Put the targets that are shares on their sheet; returns the first row below the chart.

    ``lines`` are the sheet's rows of the targets, one after the other; ``outcome`` and ``aim``
    the columns of share and target, both 0–1; ``words`` the outcomes in words.
    """
    if not lines:
        return at_row
    drawn = workbook.add_chart({"type": "bar"})
    name = sheet.get_name()
    for title, column, ink, labels in (
        ("Utfall", outcome, colour, [{"value": text} for text in words]),
        ("Målnivå", aim, "#868c94", None),
    ):
        shown: dict[str, Any] = {"value": True, "font": _WORDS, "num_format": "0 %"}
        if labels is not None:
            shown["custom"] = labels
        drawn.add_series(
            {
                "name": title,
                "categories": [name, lines[0], 0, lines[-1], 0],
                "values": [name, lines[0], column, lines[-1], column],
                "fill": {"color": ink},
                "gap": 60,
                "data_labels": shown,
            }
        )
    drawn.set_x_axis({"num_font": _WORDS, "reverse": True})
    drawn.set_y_axis(
        {
            "num_font": _WORDS,
            "num_format": "0 %",
            "min": 0,
            "max": 1,
            "major_gridlines": {"visible": True, "line": {"color": "#dedbd4"}},
        }
    )
    height = max(LEAST_HEIGHT, 110 + 3 * ROW_HEIGHT * len(targets))
    _finish(drawn, chart, several=True, height=height)
    sheet.insert_chart(at_row, 0, drawn, {"description": chart.alt or chart.title})
    return at_row + height // 20 + 2


def _first_drawn(table: Table, columns: tuple[int, ...], *, shares: bool) -> int:
    """The place of the first row that is drawn: head counts stand on top of shares."""
    if not shares:
        return 0
    for place, row in enumerate(table.rows):
        if any(row.cells[at].kind is not CellKind.COUNT for at in columns):
            return place
    return 0


def _finish(drawn: Any, chart: Chart, *, several: bool, height: int) -> None:
    drawn.set_title(
        {
            "name": f"{chart.title}\n{chart.subtitle}" if chart.subtitle else chart.title,
            "name_font": {"name": FONT, "size": 11, "bold": True},
            "overlay": False,
        }
    )
    drawn.set_legend({"position": "bottom", "font": _WORDS} if several else {"none": True})
    drawn.set_chartarea({"border": {"none": True}})
    drawn.set_size({"width": WIDTH, "height": height})
