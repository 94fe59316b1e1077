"""A report as an Excel workbook: a sheet per table, numbers as numbers, text as text.

A share becomes three columns (count, base, share), so that nobody has to read it out of a
text. Everything that is text is written as text: a name that begins with = is a name.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import xlsxwriter

from tracking.domain.figures import Cell, CellKind, Table
from tracking.domain.swedish import cell_text
from tracking.domain.wording import capitalised
from tracking.reports.shapes import ReportContent
from tracking.reports.target_rows import HEADINGS, interval_text, outcome_cell, target_row

HEADER_ROW = 4
LONGEST_NAME = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


class _Sheets:
    """The workbook with its formats and the names that are taken."""

    def __init__(self, workbook: Any, content: ReportContent) -> None:
        self.workbook = workbook
        self.content = content
        self.names: set[str] = set()
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.note = workbook.add_format({"font_color": "#4a4f57"})
        self.wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.header = workbook.add_format(
            {"bold": True, "text_wrap": True, "bottom": 1, "valign": "bottom"}
        )
        self.strong = {"bold": True}

    def add(self, wanted: str, title: str, about: str) -> Any:
        """A sheet with its title, what it is about, and the marking on top."""
        sheet = self.workbook.add_worksheet(self._free_name(wanted))
        sheet.write_string(0, 0, title, self.title)
        sheet.write_string(1, 0, about, self.note)
        if self.content.marking:
            sheet.write_string(2, 0, self.content.marking, self.note)
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        # & begins a code in headers and footers.
        words = f"{self.content.title}, {self.content.period.label}".replace("&", "&&")
        sheet.set_footer(f"&L{words}&R&P av &N")
        if self.content.marking:
            sheet.set_header("&L" + self.content.marking.replace("&", "&&"))
        sheet.set_column(0, 0, 44)
        return sheet

    def _free_name(self, wanted: str) -> str:
        base = FORBIDDEN.sub(" ", wanted).strip()[:LONGEST_NAME] or "Tabell"
        name, n = base, 2
        while name.casefold() in self.names:
            name = f"{base[: LONGEST_NAME - 3]} {n}"
            n += 1
        self.names.add(name.casefold())
        return name

    def number_format(self, pattern: str, *, bold: bool) -> Any:
        return self.workbook.add_format({"num_format": pattern, "bold": bold})


def to_excel(content: ReportContent) -> bytes:
    """Return the report as an .xlsx file."""
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
            "title": f"{content.title}, {content.period.label}",
            "subject": content.subtitle,
            "author": "Stegvis",
            "comments": content.marking or "",
            "created": content.made_at.replace(tzinfo=None),
        }
    )
    sheets = _Sheets(workbook, content)
    _summary(sheets)
    for table in content.tables:
        _table(sheets, table)
    if content.targets:
        _targets(sheets)
    _definitions(sheets)
    workbook.close()
    return buffer.getvalue()


def _summary(sheets: _Sheets) -> None:
    content = sheets.content
    sheet = sheets.add("Sammanfattning", content.title, content.subtitle)
    sheet.set_column(0, 0, 110)
    row = HEADER_ROW
    for section in content.sections:
        sheet.write_string(row, 0, section.heading, sheets.header)
        for offset, words in enumerate((section.finding, *section.words), start=1):
            sheet.write_string(row + offset, 0, words, sheets.wrapped)
        row += len(section.words) + 3


def _table(sheets: _Sheets, table: Table) -> None:
    sheet = sheets.add(table.title, table.title, f"{table.population}, {table.period.label}")
    shares = [
        any(row.cells[at].kind is CellKind.SHARE for row in table.rows)
        for at in range(len(table.columns))
    ]
    headings = [table.row_heading]
    for heading, is_share in zip(table.columns, shares, strict=True):
        name = capitalised(heading)
        headings += [f"{name}, antal", f"{name}, bas", f"{name}, andel"] if is_share else [name]
    _headings(sheet, sheets, headings)
    for line, row in enumerate(table.rows, start=HEADER_ROW + 1):
        bold = row.emphasis
        sheet.write_string(line, 0, row.label, sheets.workbook.add_format({"bold": bold}))
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
    for words in (table.definition, table.thresholds, *table.notes):
        if words:
            sheet.write_string(line, 0, words, sheets.note)
            line += 1


def _cell(
    sheet: Any, sheets: _Sheets, line: int, column: int, cell: Cell, *, is_share: bool, bold: bool
) -> int:
    """Write a cell and return the next free column."""
    whole = sheets.number_format("#,##0", bold=bold)
    following = column + (3 if is_share else 1)
    if cell.kind is CellKind.SHARE and cell.count is not None and cell.base:
        sheet.write_number(line, column, cell.count, whole)
        sheet.write_number(line, column + 1, cell.base, whole)
        share = sheets.number_format("0 %", bold=bold)
        sheet.write_number(line, column + 2, cell.count / cell.base, share)
    elif cell.kind is CellKind.COUNT and cell.count is not None:
        sheet.write_number(line, column, cell.count, whole)
    elif cell.kind is CellKind.NUMBER and cell.value is not None:
        pattern = "#,##0" + ("." + "0" * cell.decimals if cell.decimals else "")
        sheet.write_number(line, column, cell.value, sheets.number_format(pattern, bold=bold))
    elif cell.kind is not CellKind.EMPTY:
        sheet.write_string(line, column, cell_text(cell))
    return following


def _targets(sheets: _Sheets) -> None:
    sheet = sheets.add("Mål", "Måluppfyllelse", sheets.content.period.label)
    _headings(
        sheet, sheets, [*HEADINGS, "Utfall, antal", "Bas", "Andel", "95 % KI, procent", "I ord"]
    )
    for line, target in enumerate(sheets.content.targets, start=HEADER_ROW + 1):
        texts = target_row(target)
        for column, text in enumerate(texts):
            sheet.write_string(line, column, text, sheets.wrapped)
        cell = outcome_cell(target)
        at = len(HEADINGS)
        if cell.kind in (CellKind.SHARE, CellKind.NUMBER):
            _cell(sheet, sheets, line, at, cell, is_share=True, bold=False)
        sheet.write_string(line, at + 3, interval_text(target))
        sheet.write_string(line, at + 4, target.sentence, sheets.wrapped)
    sheet.set_column(len(HEADINGS) + 4, len(HEADINGS) + 4, 80)


def _definitions(sheets: _Sheets) -> None:
    sheet = sheets.add("Definitioner", "Definitioner", sheets.content.period.label)
    _headings(sheet, sheets, ["Tabell", "Definition"])
    sheet.set_column(1, 1, 100)
    rows = [(table.title, words) for table in sheets.content.tables for words in _words(table)]
    last = sheets.content.sections[-1]
    rows += [(last.heading, words) for words in (last.finding, *last.words)]
    for line, (name, words) in enumerate(rows, start=HEADER_ROW + 1):
        sheet.write_string(line, 0, name, sheets.wrapped)
        sheet.write_string(line, 1, words, sheets.wrapped)


def _words(table: Table) -> list[str]:
    return [words for words in (table.definition, table.thresholds, *table.notes) if words]


def _headings(sheet: Any, sheets: _Sheets, headings: list[str]) -> None:
    for column, heading in enumerate(headings):
        sheet.write_string(HEADER_ROW, column, heading, sheets.header)
    sheet.set_column(1, max(1, len(headings) - 1), 16)
    sheet.freeze_panes(HEADER_ROW + 1, 1)
    sheet.repeat_rows(HEADER_ROW)
