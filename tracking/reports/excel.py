"""A report as an Excel workbook to compute with: a sheet per table, numbers as numbers.

A share becomes three columns (count, base, share), so that nobody has to read it out of a
text. Everything that is text is written as text: a name that begins with = is a name.
"""

from __future__ import annotations

import re
import textwrap
from fractions import Fraction
from io import BytesIO
from itertools import pairwise
from typing import Any

import xlsxwriter

from tracking.domain.figures import Cell, CellKind, Table
from tracking.domain.swedish import cell_text
from tracking.domain.wording import capitalised
from tracking.outcomes.releasing.shapes import ReleasedTarget
from tracking.reports.excel_charts import add_bullets, add_chart
from tracking.reports.layout import facts, own_colour, page_mark
from tracking.reports.plain_text import cleaned, paragraphs, shortened
from tracking.reports.shapes import ChartKind, ReportContent, Section
from tracking.reports.target_rows import HEADINGS, interval_text, outcome_cell, target_row

HEADER_ROW = 4
LONGEST_NAME = 31
LONGEST_SHOWN = 1800
"""Signs of a text that one row can show; a longer paragraph goes on in the next row."""
LONGEST_HEADING = 255
"""Signs that Excel takes as the heading of a table."""
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_LINE_OF_A_PAGE = 240


class _Sheets:
    """The workbook with its formats and the names that are taken."""

    def __init__(self, workbook: Any, content: ReportContent) -> None:
        self.workbook = workbook
        self.content = content
        self.colour = own_colour(content.identity)
        self.mark = page_mark(content)
        self.names: set[str] = set()
        self.tables = 0
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.title = self.look(bold=True, font_size=14, font_color=self.colour)
        self.note = self.look(font_color="#4a4f57")
        self.wrapped = self.look(text_wrap=True, valign="top")
        self.strong = self.look(bold=True, text_wrap=True, valign="top")
        self.header = self.look(bold=True, text_wrap=True, bottom=1, valign="bottom")

    def look(self, **properties: Any) -> Any:
        """A cell's format, made once for each look."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(properties)
        return self._formats[key]

    def add(self, wanted: str, title: str, about: str) -> Any:
        """A sheet with its title, what it is about, and the status or marking on top."""
        sheet = self.workbook.add_worksheet(self._free_name(wanted))
        sheet.write_string(0, 0, title, self.title)
        sheet.write_string(1, 0, about, self.note)
        sheet.write_string(2, 0, self.mark, self.look(bold=True, font_color="#a3262a"))
        sheet.hide_gridlines(2)
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        words = f"{self.content.title}, {self.content.period.label}"
        sheet.set_header("&L" + _page_line(self.mark))
        sheet.set_footer(f"&L{_page_line(words)}&R&P av &N")
        sheet.set_column(0, 0, 44)
        return sheet

    def _free_name(self, wanted: str) -> str:
        base = FORBIDDEN.sub(" ", wanted).strip()[:LONGEST_NAME].strip() or "Tabell"
        name, n = base, 2
        while name.casefold() in self.names:
            name = f"{base[: LONGEST_NAME - 4]} {n}"
            n += 1
        self.names.add(name.casefold())
        return name

    def make_table(self, sheet: Any, headings: list[str], rows: int) -> None:
        """The headings, frozen and repeated, as a table object where there are rows."""
        for column, heading in enumerate(headings):
            sheet.write_string(HEADER_ROW, column, heading, self.header)
        sheet.set_column(1, max(1, len(headings) - 1), 16)
        sheet.freeze_panes(HEADER_ROW + 1, 1)
        sheet.repeat_rows(HEADER_ROW)
        names = [heading.casefold() for heading in headings]
        usable = all(0 < len(heading) <= LONGEST_HEADING for heading in headings)
        if not rows or not usable or len(set(names)) < len(names):
            return
        self.tables += 1
        sheet.add_table(
            HEADER_ROW,
            0,
            HEADER_ROW + rows,
            len(headings) - 1,
            {
                "name": f"Tabell_{self.tables}",
                "autofilter": False,
                "style": "Table Style Light 1",
                "banded_rows": False,
                "columns": [{"header": name, "header_format": self.header} for name in headings],
            },
        )


def to_excel(content: ReportContent) -> bytes:
    """Return the report as an .xlsx file."""
    content = cleaned(content)
    buffer = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    workbook = xlsxwriter.Workbook(buffer, options)
    workbook.set_properties(
        {
            "title": shortened(f"{content.title}, {content.period.label}"),
            "subject": shortened(content.subtitle),
            "author": shortened(content.identity.name) if content.identity else "Stegvis",
            "comments": shortened(page_mark(content)),
            "created": content.made_at.replace(tzinfo=None),
        }
    )
    sheets = _Sheets(workbook, content)
    _summary(sheets)
    for section in content.sections:
        drawn: set[str] = set()
        for table in section.tables:
            _table(sheets, section, table, draws=table.key not in drawn)
            drawn.add(table.key)
    if content.targets:
        _targets(sheets)
    _definitions(sheets)
    workbook.close()
    return buffer.getvalue()


def _page_line(words: str) -> str:
    """Words for a header or footer: & begins a code there, and 255 signs are the most.

    What is too long stands whole on the sheet itself.
    """
    shown = words if len(words) <= _LONGEST_LINE_OF_A_PAGE // 2 else words[:100] + " …"
    return shown.replace("&", "&&").replace("\n", " ")


def _rows_of(text: str) -> list[str]:
    """A text in pieces that each fit in a row, parted at spaces, nothing left out."""
    pieces: list[str] = []
    for part in paragraphs(text):
        if len(part) <= LONGEST_SHOWN:
            pieces.append(part)
        else:
            pieces += textwrap.wrap(
                part,
                LONGEST_SHOWN,
                replace_whitespace=False,
                drop_whitespace=False,
                expand_tabs=False,
                break_on_hyphens=False,
            )
    return pieces


def _summary(sheets: _Sheets) -> None:
    content = sheets.content
    sheet = sheets.add("Sammanfattning", content.title, content.subtitle)
    sheet.set_column(0, 0, 110)
    row = HEADER_ROW
    for section in content.sections:
        sheet.write_string(row, 0, section.heading, sheets.header)
        row += 1
        for at, words in enumerate((section.finding, *section.words)):
            for piece in _rows_of(words):
                sheet.write_string(row, 0, piece, sheets.wrapped if at else sheets.strong)
                row += 1
        for piece in _rows_of(section.own_text):
            sheet.write_string(row, 0, piece, sheets.wrapped)
            row += 1
        row += 1
    sheet.write_string(row, 0, "Om rapporten", sheets.header)
    for at, (name, words) in enumerate(facts(content), start=1):
        sheet.write_string(row + at, 0, f"{name}: {words}", sheets.wrapped)


def _table(sheets: _Sheets, section: Section, table: Table, *, draws: bool) -> None:
    sheet = sheets.add(table.title, table.title, f"{table.population}, {table.period.label}")
    shares = [
        any(row.cells[at].kind is CellKind.SHARE for row in table.rows)
        for at in range(len(table.columns))
    ]
    headings = [capitalised(table.row_heading)]
    places: dict[int, int] = {}
    for at, (heading, is_share) in enumerate(zip(table.columns, shares, strict=True)):
        name = capitalised(heading)
        headings += [f"{name}, antal", f"{name}, bas", f"{name}, andel"] if is_share else [name]
        places[at] = len(headings) - 1
    sheets.make_table(sheet, headings, len(table.rows))
    for line, row in enumerate(table.rows, start=HEADER_ROW + 1):
        bold = row.emphasis
        sheet.write_string(line, 0, row.label, sheets.look(bold=bold, text_wrap=True))
        column = 1
        for cell, is_share in zip(row.cells, shares, strict=True):
            column = _cell(sheet, sheets, line, column, cell, is_share=is_share, bold=bold)
    line = HEADER_ROW + len(table.rows) + 2
    for step in table.funnel:
        sheet.write_string(line, 0, step.label, sheets.note)
        if step.count is None:
            sheet.write_string(line, 1, "dolt")
        else:
            sheet.write_number(line, 1, step.count)
        line += 1
    for words in _words(table):
        sheet.write_string(line, 0, words, sheets.note)
        line += 1
    for chart in section.charts if draws and table.rows else ():
        if chart.table_key == table.key and chart.kind is not ChartKind.BULLETS:
            line = add_chart(
                sheets.workbook,
                sheet,
                chart,
                table,
                first_row=HEADER_ROW + 1,
                places=places,
                at_row=line + 1,
                colour=sheets.colour,
            )


def _cell(
    sheet: Any, sheets: _Sheets, line: int, column: int, cell: Cell, *, is_share: bool, bold: bool
) -> int:
    """Write a cell and return the next free column.

    A count or a number in a column of shares stands under *antal*; words stand there as well.
    """
    whole = sheets.look(num_format="#,##0", bold=bold)
    following = column + (3 if is_share else 1)
    if cell.kind is CellKind.SHARE and cell.count is not None and cell.base:
        sheet.write_number(line, column, cell.count, whole)
        sheet.write_number(line, column + 1, cell.base, whole)
        share = sheets.look(num_format="0 %", bold=bold)
        sheet.write_number(line, column + 2, cell.count / cell.base, share)
    elif cell.kind is CellKind.COUNT and cell.count is not None:
        sheet.write_number(line, column, cell.count, whole)
    elif cell.kind is CellKind.NUMBER and cell.value is not None:
        pattern = "#,##0" + ("." + "0" * cell.decimals if cell.decimals else "")
        number = sheets.look(num_format=pattern, bold=bold)
        sheet.write_number(line, column, cell.value, number)
    elif cell.kind is CellKind.HIDDEN:
        hatched = sheets.look(pattern=14, fg_color="#d9dce0", bg_color="#ffffff", align="right")
        sheet.write_string(line, column, cell_text(cell), hatched)
    elif cell.kind is not CellKind.EMPTY:
        sheet.write_string(line, column, cell_text(cell))
    return following


def _targets(sheets: _Sheets) -> None:
    targets = sheets.content.targets
    sheet = sheets.add("Mål", "Måluppfyllelse", sheets.content.period.label)
    extra = ["Utfall, antal", "Bas", "Andel", "95 % KI, procent", "I ord", "Målnivå, tal"]
    sheets.make_table(sheet, [*HEADINGS, *extra], len(targets))
    at = len(HEADINGS)
    for line, target in enumerate(targets, start=HEADER_ROW + 1):
        for column, text in enumerate(target_row(target)):
            sheet.write_string(line, column, text, sheets.wrapped)
        cell = outcome_cell(target)
        if cell.kind in (CellKind.SHARE, CellKind.NUMBER):
            _cell(sheet, sheets, line, at, cell, is_share=True, bold=False)
        sheet.write_string(line, at + 3, interval_text(target))
        sheet.write_string(line, at + 4, target.sentence, sheets.wrapped)
        asked = target if isinstance(target, ReleasedTarget) else target.spec
        aim = Fraction(asked.value)
        if asked.measure.is_share:
            sheet.write_number(line, at + 5, float(aim / 100), sheets.look(num_format="0 %"))
        else:
            sheet.write_number(line, at + 5, float(aim), sheets.look(num_format="#,##0.##"))
    sheet.set_column(at + 4, at + 4, 80)
    _target_charts(sheets, sheet, outcome=at + 2, aim=at + 5)


def _target_charts(sheets: _Sheets, sheet: Any, *, outcome: int, aim: int) -> None:
    """The targets of each section that are shares and stand together, as bars."""
    below = HEADER_ROW + len(sheets.content.targets) + 3
    line = HEADER_ROW + 1
    for section in sheets.content.sections:
        shares = [
            number
            for number, target in enumerate(section.targets)
            if (target if isinstance(target, ReleasedTarget) else target.spec).measure.is_share
        ]
        charts = [chart for chart in section.charts if chart.kind is ChartKind.BULLETS]
        for chart in charts[:1] if shares else ():
            together = shares[: 1 + sum(b == a + 1 for a, b in pairwise(shares))]
            chosen = tuple(section.targets[number] for number in together)
            below = add_bullets(
                sheets.workbook,
                sheet,
                chart,
                chosen,
                [line + number for number in together],
                outcome=outcome,
                aim=aim,
                words=[target_row(target)[HEADINGS.index("Utfall")] for target in chosen],
                at_row=below,
                colour=sheets.colour,
            )
        line += len(section.targets)


def _definitions(sheets: _Sheets) -> None:
    sheet = sheets.add("Definitioner", "Definitioner", sheets.content.period.label)
    rows = [(table.title, words) for table in sheets.content.tables for words in _words(table)]
    last = sheets.content.sections[-1]
    rows += [(last.heading, words) for words in (last.finding, *last.words)]
    rows = [(name, piece) for name, words in rows for piece in _rows_of(words)]
    sheets.make_table(sheet, ["Tabell", "Definition"], len(rows))
    sheet.set_column(1, 1, 100)
    for line, (name, words) in enumerate(rows, start=HEADER_ROW + 1):
        sheet.write_string(line, 0, name, sheets.wrapped)
        sheet.write_string(line, 1, words, sheets.wrapped)


def _words(table: Table) -> list[str]:
    return [words for words in (table.definition, table.thresholds, *table.notes) if words]
