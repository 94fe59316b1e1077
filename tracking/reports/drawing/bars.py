"""A table's rows as bars from zero, one bar for each chosen column, every bar with its words.

A table that holds shares is drawn in per cent of each cell's own base; its rows without a share
(a head count on top) are not bars and are told below instead. Counts beside ranges are drawn as
counts, so that both stand on one axis.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracking.domain.figures import Cell, CellKind, Row, Table
from tracking.domain.swedish import cell_text
from tracking.domain.wording import capitalised
from tracking.reports.drawing.scale import PER_CENT, Scale, number_scale
from tracking.reports.drawing.svg import (
    GRID,
    LINE,
    MEN,
    RULE,
    SECOND,
    SERIES,
    SMALL,
    TALLEST,
    TOTAL,
    WIDTH,
    WOMEN,
    Drawing,
    Sheet,
    widest,
)
from tracking.reports.metrics import printable, wrapped

BAR, GAP, GROUP_GAP = 16.0, 3.0, 11.0
WIDEST_LABEL = 0.34
"""Of the width."""
BESIDE = 480
"""From this width on a row's name stands beside its bars, else above them."""
UNDER = 2.0
"""Between the name and its bars, where it stands above them."""
AXIS = 24.0


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where everything stands, the same for every part of a chart."""

    table: Table
    columns: tuple[int, ...]
    colours: tuple[str, ...]
    scale: Scale
    names: float
    start: float
    length: float
    width: int

    @property
    def above(self) -> bool:
        """Whether a row's name stands above its bars."""
        return self.width < BESIDE

    def label(self, row: Row) -> list[str]:
        """The name of a row, in lines."""
        room = self.width if self.above else self.start - self.names - 12
        return wrapped(printable(row.label), 13, room, bold=row.emphasis)


def draw_bars(
    table: Table, columns: tuple[int, ...], *, key: str, colour: str, width: int = WIDTH
) -> list[Drawing]:
    """Draw the table's rows; more rows than a page holds become several drawings."""
    shares = any(row.cells[at].kind is CellKind.SHARE for row in table.rows for at in columns)
    rows = [row for row in table.rows if _drawn(row, columns, shares=shares)]
    untold = [row for row in table.rows if row not in rows]
    if not rows:
        sheet = Sheet(key, width)
        sheet.text(0, LINE, "Inga uppgifter att rita.", colour=SECOND)
        return [sheet.done(LINE * 1.5)]
    plan = _plan(table, rows, columns, colour, shares=shares, width=width)
    drawings: list[Drawing] = []
    for number, part in enumerate(_parts(rows, plan), start=1):
        sheet = Sheet(f"{key}-{number}", width)
        height = _part(sheet, part, plan)
        if part[-1] is rows[-1] and untold:
            words = "; ".join(_told(row, columns) for row in untold)
            height = sheet.lines(0, height + 14, words, width, size=SMALL, colour=SECOND) - 8
        drawings.append(sheet.done(height))
    return drawings


def column_colours(table: Table, columns: tuple[int, ...], own: str) -> tuple[str, ...]:
    """A colour for each column: kvinnor, män and totalt have theirs, others begin with ``own``."""
    others = iter((own, *SERIES, *[TOTAL] * len(columns)))
    alone = len(columns) == 1
    colours = []
    for at in columns:
        words = set(re.findall(r"\w+", table.columns[at].casefold()))
        if "kvinnor" in words:
            colours.append(WOMEN)
        elif "män" in words:
            colours.append(MEN)
        elif "totalt" in words and not alone:
            colours.append(TOTAL)
        else:
            colours.append(next(others))
    return tuple(colours)


def value_of(cell: Cell, *, shares: bool) -> float | None:
    """The value that a bar or a point stands for: per cent, or the number; None without one."""
    if shares:
        if cell.kind is CellKind.SHARE and cell.count is not None and cell.base:
            return 100 * cell.count / cell.base
        return None
    if cell.kind is CellKind.COUNT and cell.count is not None:
        return float(cell.count)
    return cell.value if cell.kind is CellKind.NUMBER else None


def span_of(cell: Cell, *, shares: bool) -> tuple[float, float] | None:
    """The range of a hidden cell in the axis's unit, or None where nothing is told."""
    if cell.kind is not CellKind.HIDDEN or cell.low is None or cell.high is None:
        return None
    if not shares:
        return float(cell.low), float(cell.high)
    if not cell.base:
        return None
    return 100 * cell.low / cell.base, 100 * cell.high / cell.base


def _drawn(row: Row, columns: tuple[int, ...], *, shares: bool) -> bool:
    cells = [row.cells[at] for at in columns]
    if any(value_of(cell, shares=shares) is not None for cell in cells):
        return True
    return any(cell.kind is CellKind.HIDDEN for cell in cells)


def _told(row: Row, columns: tuple[int, ...]) -> str:
    return f"{capitalised(row.label)}: {', '.join(cell_text(row.cells[at]) for at in columns)}"


def _plan(
    table: Table,
    rows: list[Row],
    columns: tuple[int, ...],
    colour: str,
    *,
    shares: bool,
    width: int,
) -> _Plan:
    cells = [row.cells[at] for row in rows for at in columns]
    names = 0.0
    if len(columns) > 1:
        names = widest([capitalised(table.columns[at]) for at in columns], SMALL) + 8
        names = min(names, WIDEST_LABEL * width / 2)
    labels = 0.0
    if width >= BESIDE:
        labels = min(widest([row.label for row in rows], bold=True) + 12, WIDEST_LABEL * width)
    values = widest([cell_text(cell) for cell in cells], SMALL) + 10
    if shares:
        scale = PER_CENT
    else:
        ends = [value_of(cell, shares=False) for cell in cells]
        spans = [end for cell in cells for end in span_of(cell, shares=False) or ()]
        scale = number_scale([end for end in ends if end is not None] + spans)
    # The axis's first number stands in the middle of its line.
    start = max(labels + names, widest([scale.words(scale.ticks[0])], SMALL) / 2)
    return _Plan(
        table,
        columns,
        column_colours(table, columns, colour),
        scale,
        names,
        start,
        max(width - start - values, 120),
        width,
    )


def _height(row: Row, plan: _Plan) -> float:
    label = len(plan.label(row)) * LINE
    bars = len(plan.columns) * (BAR + GAP) - GAP
    return (label + UNDER + bars if plan.above else max(label, bars)) + GROUP_GAP


def _parts(rows: list[Row], plan: _Plan) -> list[list[Row]]:
    parts: list[list[Row]] = [[]]
    height = AXIS
    for row in rows:
        needed = _height(row, plan)
        if parts[-1] and height + needed > TALLEST:
            parts.append([])
            height = AXIS
        parts[-1].append(row)
        height += needed
    return parts


def _part(sheet: Sheet, rows: list[Row], plan: _Plan) -> float:
    bottom = 4 + sum(_height(row, plan) for row in rows)
    for tick in plan.scale.ticks:
        x = plan.scale.at(tick, plan.start, plan.length)
        sheet.line(x, 0, x, bottom, colour=RULE if tick == 0 else GRID)
        sheet.text(
            x, bottom + LINE, plan.scale.words(tick), size=SMALL, colour=SECOND, anchor="middle"
        )
    y = 4.0
    for row in rows:
        name = plan.label(row)
        for at, line in enumerate(name):
            place = y + 12.5 + at * LINE
            sheet.text(0, place, line, bold=row.emphasis or False, clear=plan.above)
        top = y + len(name) * LINE + UNDER if plan.above else y
        for at, (column, colour) in enumerate(zip(plan.columns, plan.colours, strict=True)):
            _bar(sheet, top + at * (BAR + GAP), row, column, colour, plan)
        y += _height(row, plan)
    return bottom + AXIS


def _bar(sheet: Sheet, y: float, row: Row, column: int, colour: str, plan: _Plan) -> None:
    cell, heading = row.cells[column], capitalised(plan.table.columns[column])
    words = cell_text(cell)
    several = len(plan.columns) > 1
    said = f"{row.label}, {heading}: {words}" if several else f"{row.label}: {words}"
    zero = plan.scale.at(0, plan.start, plan.length)
    with sheet.mark(said):
        if several:
            name = wrapped(printable(heading), SMALL, plan.names - 8)[0]
            sheet.text(plan.start - 8, y + 12.5, name, size=SMALL, colour=SECOND, anchor="end")
        shares = plan.scale.percent
        value, span = value_of(cell, shares=shares), span_of(cell, shares=shares)
        end = zero
        if value is not None:
            end = plan.scale.at(value, plan.start, plan.length)
            sheet.box(min(zero, end), y, max(abs(end - zero), 1), BAR, colour)
        elif span is not None:
            low, end = (plan.scale.at(edge, plan.start, plan.length) for edge in span)
            sheet.hatched(low, y, end - low, BAR)
        elif cell.kind is CellKind.HIDDEN:
            end = plan.start + plan.length
            sheet.hatched(plan.start, y, plan.length, BAR)
        sheet.text(max(end, zero) + 6, y + 12.5, words, size=SMALL, clear=True)
