"""A table's chosen columns over its rows, which are periods in order: lines from zero.

Each line has a dash and a point of its own and its name at the end, so that it is told apart
without colour. A hidden cell is a gap with its range hatched.
"""

from __future__ import annotations

from tracking.domain.figures import CellKind, Table
from tracking.domain.swedish import cell_text
from tracking.domain.wording import capitalised
from tracking.reports.drawing.bars import column_colours, span_of, value_of
from tracking.reports.drawing.scale import PER_CENT, Scale, number_scale
from tracking.reports.drawing.svg import (
    GRID,
    LINE,
    RULE,
    SECOND,
    SMALL,
    WIDTH,
    Drawing,
    Sheet,
    widest,
)
from tracking.reports.metrics import printable, wrapped

DASHES = ("", "7 4", "2 3", "9 3 2 3")
HEIGHT = 210.0
TOP = 14.0
MOST_LINES = 3


def draw_lines(
    table: Table, columns: tuple[int, ...], *, key: str, colour: str, width: int = WIDTH
) -> list[Drawing]:
    """Draw the chosen columns as lines."""
    sheet = Sheet(key, width)
    cells = [row.cells[at] for row in table.rows for at in columns]
    shares = any(cell.kind is CellKind.SHARE for cell in cells)
    values = [value_of(cell, shares=shares) for cell in cells]
    known = [value for value in values if value is not None]
    if not known and not any(cell.kind is CellKind.HIDDEN for cell in cells):
        sheet.text(0, LINE, "Inga uppgifter att rita.", colour=SECOND)
        return [sheet.done(LINE * 1.5)]
    spans = [end for cell in cells for end in span_of(cell, shares=shares) or ()]
    scale = PER_CENT if shares else number_scale(known + spans)
    ticks = widest([scale.words(tick) for tick in scale.ticks], SMALL) + 10
    # The first period's name stands in the middle of its place and needs room to the left.
    left = max(ticks, min(widest([row.label for row in table.rows[:1]], SMALL) / 2 + 2, 62))
    names = [capitalised(table.columns[at]) for at in columns]
    ends = [_last_words(table, at, shares=shares) for at in columns]
    told = [f"{name} {end}".strip() for name, end in zip(names, ends, strict=True)]
    right = min(widest(told, SMALL, bold=True) + 14, width * 0.36)
    length = width - left - right
    for tick in scale.ticks:
        y = _y(scale, tick)
        sheet.line(left, y, left + length, y, colour=RULE if tick == 0 else GRID)
        sheet.text(left - 8, y + 4, scale.words(tick), size=SMALL, colour=SECOND, anchor="end")
    step = length / max(len(table.rows) - 1, 1)
    places = [left + step * n if len(table.rows) > 1 else left + length / 2
              for n in range(len(table.rows))]  # fmt: skip
    bottom = _row_names(sheet, table, places, step)
    labels: list[tuple[float, str, str]] = []
    colours = column_colours(table, columns, colour)
    for number, (at, ink) in enumerate(zip(columns, colours, strict=True)):
        last = _line(sheet, table, at, places, scale, ink, number, shares=shares)
        labels.append((last, told[number], ink))
    _names(sheet, labels, left + length + 10, right - 10)
    return [sheet.done(bottom)]


def _y(scale: Scale, value: float) -> float:
    return TOP + HEIGHT - scale.at(value, 0, HEIGHT)


def _last_words(table: Table, at: int, *, shares: bool) -> str:
    if not table.rows:
        return ""
    cell = table.rows[-1].cells[at]
    return cell_text(cell)


def _row_names(sheet: Sheet, table: Table, places: list[float], step: float) -> float:
    room = max(min(step, 130) - 10, 34)
    every = max(1, -(-44 // max(int(step), 1)))
    lowest = TOP + HEIGHT + LINE
    for number, (row, x) in enumerate(zip(table.rows, places, strict=True)):
        if number % every and number != len(places) - 1:
            continue
        y = TOP + HEIGHT + LINE + 2
        lines = wrapped(printable(row.label), SMALL, room)
        if len(lines) > MOST_LINES:
            # The whole name stands in the table.
            lines = [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1][:-1] + "…"]
        for line in lines:
            sheet.text(x, y, line, size=SMALL, colour=SECOND, anchor="middle")
            y += LINE - 2
        lowest = max(lowest, y)
    return lowest


def _line(
    sheet: Sheet,
    table: Table,
    at: int,
    places: list[float],
    scale: Scale,
    ink: str,
    number: int,
    *,
    shares: bool,
) -> float:
    """Draw one column; returns how high its name is to stand."""
    last = TOP + HEIGHT
    runs: list[list[tuple[float, float]]] = [[]]
    marks: list[tuple[float, float, str]] = []
    heading = capitalised(table.columns[at])
    for row, x in zip(table.rows, places, strict=True):
        cell = row.cells[at]
        words = f"{row.label}, {heading}: {cell_text(cell)}"
        value = value_of(cell, shares=shares)
        if value is not None:
            last = _y(scale, value)
            runs[-1].append((x, last))
            marks.append((x, last, words))
            continue
        runs.append([])
        if cell.kind is CellKind.HIDDEN:
            span = span_of(cell, shares=shares) or (scale.low, scale.high)
            high, low = _y(scale, span[1]), _y(scale, span[0])
            last = (high + low) / 2
            shift = (number % 2 * 2 - 1) * 5 * min(number, 1)
            with sheet.mark(words):
                sheet.hatched(x - 4 + shift, high, 8, max(low - high, 2))
                sheet.text(
                    x + shift + 9, (high + low) / 2 + 4, cell_text(cell).partition(" ")[0],
                    size=SMALL, colour=SECOND, clear=True,
                )  # fmt: skip
    for run in runs:
        if len(run) > 1:
            sheet.path(run, ink, dash=DASHES[number % len(DASHES)])
    for x, y, words in marks:
        with sheet.mark(words):
            sheet.shape(x, y, ink, form=number)
    return last


def _names(sheet: Sheet, labels: list[tuple[float, str, str]], x: float, width: float) -> None:
    """Names at the ends of their lines, pushed apart where they would meet."""
    taken = -1000.0
    for y, words, ink in sorted(labels):
        lines = wrapped(printable(words), SMALL, width, bold=True)
        place = max(y + 4, taken + LINE)
        for line in lines:
            sheet.text(x, place, line, size=SMALL, bold=True, colour=ink)
            place += LINE - 2
        taken = place - LINE + 2
