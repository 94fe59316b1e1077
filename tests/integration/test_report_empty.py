"""A report of a period without data, or of one that is not released: words in every format."""

from __future__ import annotations

import io
import re

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.integration.report_worlds import ReportWorld
from tests.integration.test_report_formats import Page, pdf_pages, word_text
from tracking.domain.errors import NotFound
from tracking.domain.periods import parse_period_key
from tracking.reports.content import insats_report, released_content, released_report
from tracking.reports.excel import to_excel
from tracking.reports.html import to_html
from tracking.reports.pdf import to_pdf
from tracking.reports.shapes import ReportContent
from tracking.reports.word import to_word

EMPTY_PERIOD = parse_period_key("2009-H1")
LEAKED = re.compile(r"\b(?:None|nan|inf|NaN|Traceback|Decimal)\b")
"""What a program writes where it has no number."""


def texts(content: ReportContent) -> dict[str, str]:
    """All the words of the report in each format, read by a library that did not write them."""
    word, book = to_word(content), load_workbook(io.BytesIO(to_excel(content)))
    assert Document(io.BytesIO(word)).paragraphs
    return {
        "Word": word_text(word),
        "PDF": "\n".join(pdf_pages(to_pdf(content))),
        "webbsida": Page(to_html(content)).text,
        "Excel": "\n".join(
            str(cell.value)
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        ),
    }


def assert_calm(content: ReportContent) -> None:
    for name, text in texts(content).items():
        assert content.title in " ".join(text.split()), name
        assert not LEAKED.findall(text), name


def test_a_working_paper_of_a_period_without_data_is_whole_in_every_format(
    reports: ReportWorld,
) -> None:
    content = insats_report(reports.database, reports.lead, reports.insats, EMPTY_PERIOD)
    assert_calm(content)
    people = next(section for section in content.sections if section.tables)
    assert people.finding
    assert not any(
        cell.count for table in people.tables for row in table.rows for cell in row.cells
    )


def test_an_insats_without_participants_has_a_released_report_in_every_format(
    reports: ReportWorld,
) -> None:
    content = released_report(reports.database, reports.admin, reports.other, "2017-H2")
    assert_calm(content)
    assert content.sections


@pytest.mark.parametrize("whole", [True, False])
def test_a_period_that_is_not_released_is_refused_in_words(
    reports: ReportWorld, whole: bool
) -> None:
    insats = None if whole else reports.insats
    for read in (released_report, released_content):
        with pytest.raises(NotFound) as refused:
            read(reports.database, reports.admin, insats, "2031-H1")
        assert str(refused.value).endswith(".")
        assert "2031-H1" not in str(refused.value) or "släpp" in str(refused.value)
