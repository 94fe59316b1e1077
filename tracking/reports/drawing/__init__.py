"""Static charts as SVG, drawn from a report's own cells: bullets, bars and lines.

One drawing serves every format: Typst sets it in the PDF and makes the pictures for Word, and
the web page holds it as it is. No browser, no plotting library, no number that isn't in a cell.
"""

from __future__ import annotations

from tracking.reports.drawing.bars import draw_bars
from tracking.reports.drawing.bullets import draw_bullets
from tracking.reports.drawing.lines import draw_lines
from tracking.reports.drawing.svg import NARROW, WIDTH, Drawing
from tracking.reports.shapes import Chart, ChartKind, Section

__all__ = ["NARROW", "Drawing", "draw"]


def draw(
    chart: Chart, section: Section, *, key: str, colour: str, width: int = WIDTH
) -> tuple[Drawing, ...]:
    """Draw a chart of a section, in one or more parts that each fit on a page.

    ``key`` is a plain name of its own in the report (letters, digits, hyphens); ``colour`` is
    that of the bars; below half of `WIDTH` or so words stand above and below what they stood
    beside. Raises `KeyError` when the section lacks the chart's table.
    """
    if chart.kind is ChartKind.BULLETS:
        return tuple(draw_bullets(section.targets, key=key, colour=colour, width=width))
    table = section.table(chart.table_key or "")
    columns = tuple(at for at in chart.columns if at < len(table.columns))
    make = draw_bars if chart.kind is ChartKind.BARS else draw_lines
    return tuple(make(table, columns, key=key, colour=colour, width=width))
