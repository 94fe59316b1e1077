"""Each format opened by a library that had no part in making it, and read for the same numbers.

Bytes are never compared with kept ones: what is asked is what a reader gets.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import zipfile
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import outloud
import pdfua
import pikepdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from tests.integration.report_contents import (
    FORMULAS,
    MARKING,
    MARKUP,
    SHA256,
    WORDS,
    a_hard_report,
    a_report,
    an_adopted_report,
)
from tracking.domain.figures import Cell, CellKind, Row, Table
from tracking.domain.swedish import cell_text
from tracking.reports.excel import to_excel
from tracking.reports.html import to_html
from tracking.reports.layout import lay_out
from tracking.reports.open_data import DESCRIPTION, NotForPublishing, to_open_data
from tracking.reports.pdf import to_pdf
from tracking.reports.shapes import Identity, ReportContent, Section
from tracking.reports.typesetting import UnreadableLogotype
from tracking.reports.word import to_word

UTKAST = "Utkast, inte fastställd"
ADOPTED = f"Fastställd 2026-09-15, § 47, kontrollsumma {SHA256[:12]}"


@pytest.fixture(scope="module")
def hard() -> dict[str, bytes]:
    """The hard report in every format, made once."""
    content = a_hard_report()
    makers = {"word": to_word, "pdf": to_pdf, "excel": to_excel, "html": to_html}
    return {name: make(content) for name, make in makers.items()}


# How each format is read.


def word_tables(made: bytes) -> list[list[list[str]]]:
    document = Document(io.BytesIO(made))
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def word_text(made: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        root = ElementTree.fromstring(parts.read("word/document.xml"))
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter(qn("w:t")))
        for paragraph in root.iter(qn("w:p"))
    )


class Page(HTMLParser):
    """The tables, the words outside style and script, and the tags of a page."""

    def __init__(self, made: bytes) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.tags: Counter[str] = Counter()
        self.words: list[str] = []
        self.links: list[str] = []
        self._within: list[str] = []
        self.feed(made.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img", "br"):
            self._within.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" in self._within or "script" in self._within:
            return
        self.words.append(data)
        if {"td", "th"} & set(self._within):
            self.tables[-1][-1][-1] += data

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def pdf_pages(made: bytes) -> list[str]:
    done = subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"],
        input=made,
        capture_output=True,
        check=True,
    )
    # The sign that lets a long word be broken takes no room and is none of the words'.
    return done.stdout.decode().replace("\u200b", "").split("\f")[:-1]


def numbers_in(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+", text.replace("\u202f", "")))


def workbook(made: bytes) -> Any:
    return load_workbook(io.BytesIO(made))


def sheet_rows(made: bytes, table: Table) -> list[list[Any]]:
    """The lines of a table's sheet, below its headings, without what is beside the table."""
    sheet = workbook(made)[table.title]
    rows = sheet.iter_rows(6, 5 + len(table.rows), values_only=True)
    return [list(row) for row in rows]


def expected_cells(table: Table) -> list[list[str]]:
    return [[row.label, *map(cell_text, row.cells)] for row in table.rows]


def excel_cells(table: Table, row: Row) -> list[Any]:
    """What a row is in Excel: a column of shares is three."""
    cells: list[Any] = [row.label]
    for at, cell in enumerate(row.cells):
        first: Any = {
            CellKind.NUMBER: cell.value,
            CellKind.EMPTY: None,
            CellKind.TEXT: cell.text,
            CellKind.HIDDEN: cell_text(cell),
        }.get(cell.kind, cell.count)
        cells.append(first)
        if any(line.cells[at].kind is CellKind.SHARE for line in table.rows):
            shown = cell.kind is CellKind.SHARE
            assert not shown or cell.base
            share = (cell.count or 0) / (cell.base or 1)
            cells += [cell.base, pytest.approx(share)] if shown else [None, None]
    return cells


# The same numbers everywhere.


def test_every_format_for_reading_has_every_cell_in_the_same_words() -> None:
    content = a_report()
    expected = [expected_cells(table) for table in content.tables]
    in_word = [table[1:] for table in word_tables(to_word(content))]
    on_page = [table[1:] for table in Page(to_html(content)).tables]
    assert in_word[: len(expected)] == expected
    assert on_page == in_word
    in_pdf = "\n".join(pdf_pages(to_pdf(content)))
    for cell in (cell for table in in_word for row in table for cell in row):
        assert "".join(cell.split()) in "".join(in_pdf.split())
    for table in expected:
        told = numbers_in(" ".join(cell for row in table for cell in row))
        assert told <= numbers_in(in_pdf)


def test_excel_has_the_same_cells_as_typed_numbers() -> None:
    content = a_report()
    made = to_excel(content)
    for table in content.tables:
        read = sheet_rows(made, table)
        for row, shown in zip(table.rows, read, strict=True):
            wanted = excel_cells(table, row)
            assert shown[: len(wanted)] == wanted
            assert not any(shown[len(wanted) :])
    sheet = workbook(made)["Avslutsanledning"]
    assert sheet["D7"].number_format == "0 %"
    assert sheet["B6"].number_format == "#,##0"
    targets = workbook(made)["Mål"]
    first = [cell.value for cell in targets[6]]
    assert first[8:11] == [34, 55, pytest.approx(34 / 55)]
    assert first[13] == 0.8


def test_open_data_has_the_same_cells_and_says_what_they_are() -> None:
    content = an_adopted_report()
    with zipfile.ZipFile(io.BytesIO(to_open_data(content))) as archive:
        described = json.loads(archive.read(DESCRIPTION))
        files = {table["url"]: archive.read(table["url"]) for table in described["tables"]}
    assert described["stegvis:rapportens_sha256"] == SHA256
    assert described["stegvis:faststalld"] == "2026-09-15"
    assert described["stegvis:period"]["fran"] == "2026-01-01"
    assert described["dc:license"].startswith("https://creativecommons.org/")
    for told, data in zip(described["tables"], files.values(), strict=True):
        assert told["stegvis:sha256"] == sha256(data).hexdigest()
        header = next(csv.reader(io.StringIO(data.decode())))
        assert header == [column["name"] for column in told["tableSchema"]["columns"]]
    for table, data in zip(content.tables, files.values(), strict=False):
        read = list(csv.DictReader(io.StringIO(data.decode())))
        cells = [
            (row.label, heading, cell)
            for row in table.rows
            for heading, cell in zip(table.columns, row.cells, strict=True)
        ]
        for line, (label, heading, cell) in zip(read, cells, strict=True):
            assert (line["rad"], line["kolumn"], line["text"]) == (label, heading, cell_text(cell))
            told_numbers = [line[key] for key in ("antal", "bas", "lagst", "hogst")]
            wanted = [cell.count, cell.base, cell.low, cell.high]
            assert told_numbers == ["" if n is None else str(n) for n in wanted]
            if cell.kind is CellKind.NUMBER:
                assert float(line["varde"]) == pytest.approx(cell.value, abs=0.06)


def test_a_hidden_cell_says_its_range_or_that_it_is_hidden_in_every_format() -> None:
    content = an_adopted_report()
    words = ("0–20 av 77", "12–16", "3–9", "12–16 av 16", "dolt")
    pdf = " ".join("\n".join(pdf_pages(to_pdf(content))).split())
    page = to_html(content).decode()
    for text in (word_text(to_word(content)), pdf, page):
        assert all(each in text for each in words)
    hatched = re.findall(r'<td class="[^"]*\bhidden\b[^"]*">([^<]*)</td>', page)
    assert hatched == ["0–20 av 77", "dolt", "12–16", "3–9", "12–16 av 16", "dolt"]
    book = workbook(to_excel(content))
    shown = book["Avslutsanledning"]["B8"]
    assert shown.value == "0–20 av 77"
    assert shown.fill.patternType not in (None, "none")
    with zipfile.ZipFile(io.BytesIO(to_open_data(content))) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read(archive.namelist()[0]).decode())))
    assert [row["status"] for row in rows[6:9]] == ["intervall", "dolt", "exakt"]


# What a paper says of itself.


@pytest.mark.parametrize(
    ("content", "mark"),
    [
        (a_report(), UTKAST),
        (an_adopted_report(), ADOPTED),
        (a_report(marking=MARKING), MARKING),
    ],
    ids=["draft", "adopted", "internal"],
)
def test_status_or_marking_stands_on_every_page_and_sheet(
    content: ReportContent, mark: str
) -> None:
    pages = pdf_pages(to_pdf(content))
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        flat = " ".join(page.split())
        assert mark in flat
        assert f"sida {number} av {len(pages)}" in flat
        assert "jan–juni 2026" in flat
    document = Document(io.BytesIO(to_word(content)))
    for section in document.sections:
        assert section.header.paragraphs[0].text == mark
        assert "jan–juni 2026" in section.footer.paragraphs[0].text
    for sheet in workbook(to_excel(content)).worksheets:
        assert sheet["A3"].value == mark
        assert sheet.oddHeader.left.text == mark
    page = to_html(content).decode()
    assert mark in Page(page.encode()).text
    margins = re.search(r"@top-right \{ content: (\"[^\"]*\")", page)
    assert margins is not None
    printed = re.sub(r"\\([0-9a-f]{6})", lambda m: chr(int(m[1], 16)), margins[1])
    assert printed == f'"{mark}"'
    internal = mark == MARKING
    for made in (page, word_text(to_word(content)), "".join(pages)):
        assert ("INTERNT" in made) == internal


def test_an_adopted_report_says_its_day_paragraph_and_whole_checksum() -> None:
    content = an_adopted_report()
    pdf = "".join("\n".join(pdf_pages(to_pdf(content))).split())
    for text in (pdf, word_text(to_word(content)), Page(to_html(content)).text):
        assert SHA256 in text
        assert "2026-09-15" in text
    summary = workbook(to_excel(content))["Sammanfattning"]
    assert any(SHA256 in str(cell.value) for cell in summary["A"])


def test_only_what_is_adopted_and_unmarked_becomes_open_data() -> None:
    for content in (a_report(), replace(an_adopted_report(), marking=MARKING)):
        with pytest.raises(NotForPublishing):
            to_open_data(content)


def test_the_same_report_gives_the_same_pdf_page_and_data() -> None:
    content = an_adopted_report()
    for make in (to_pdf, to_html, to_open_data):
        assert make(content) == make(content)


# Each format as it should be.


def test_the_checkers_of_pdf_ua_find_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rapport.pdf"
    path.write_bytes(to_pdf(an_adopted_report()))
    checked = outloud.check(str(path))
    assert [finding.rule_id for finding in checked.findings] == []
    assert list(pdfua.validate(str(path)).findings) == []


def test_a_pdf_is_swedish_with_bookmarks_and_its_own_embedded_fonts() -> None:
    content = a_report()
    with pikepdf.open(io.BytesIO(to_pdf(content))) as pdf:
        assert str(pdf.Root.Lang).casefold() == "sv-se"
        assert bool(pdf.Root.MarkInfo.Marked)
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"].startswith(content.title)
        with pdf.open_outline() as outline:
            # Typst gives the title a bookmark of its own, with the sections in it or beside it.
            names = [entry.title for root in outline.root for entry in (root, *root.children)]
        assert [n for n in names if n in {s.heading for s in content.sections}] == [
            section.heading for section in content.sections
        ]
        fonts = [font for page in pdf.pages for font in page.resources.get("/Font", {}).values()]
        names_of_fonts = {str(font.BaseFont).partition("+")[2] for font in fonts}
        allowed = {"SourceSansPro-Regular", "SourceSansPro-Semibold", "DejaVuSansMono"}
        assert names_of_fonts <= allowed
        for font in fonts:
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert any(key in descriptor for key in ("/FontFile2", "/FontFile3"))


def test_every_picture_of_a_word_report_has_words_and_every_table_its_header_and_caption() -> None:
    content = a_report()
    document = Document(io.BytesIO(to_word(content)))
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    charts = [chart.alt for section in content.sections for chart in section.charts]
    assert described[0] == "Åns logotyp"
    for told, words in zip(described[1:], charts, strict=True):
        assert re.match(r"(Stapeld|Linjed|D)iagram .+\.", told)
        assert told.endswith(words)
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    assert len(captions) == len(document.tables) + len(charts)
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)


def test_the_contents_list_of_word_is_filled_and_leads_to_the_headings() -> None:
    content = a_report()
    document = Document(io.BytesIO(to_word(content)))
    entries = [p for p in document.paragraphs if p.style.name == "toc 1"]
    links = [link for entry in entries for link in entry._p.iter(qn("w:hyperlink"))]
    assert [entry.text for entry in entries] == [section.heading for section in content.sections]
    bookmarks = {mark.get(qn("w:name")) for mark in document.element.iter(qn("w:bookmarkStart"))}
    assert {link.get(qn("w:anchor")) for link in links} <= bookmarks
    assert "TOC" in entries[0]._p.xml


def test_word_brings_its_typeface_scrambled_as_the_standard_says() -> None:
    with zipfile.ZipFile(io.BytesIO(to_word(a_report()))) as parts:
        fonts = ElementTree.fromstring(parts.read("word/fontTable.xml"))
        own = next(f for f in fonts if f.get(qn("w:name")) == "Stegvis Sans")
        key = bytes.fromhex(
            own.find(qn("w:embedRegular")).get(qn("w:fontKey")).strip("{}").replace("-", "")  # type: ignore[union-attr]
        )
        stored = parts.read("word/fonts/font1.odttf")
    mask = key[::-1] * 2
    assert bytes(a ^ b for a, b in zip(stored[:4], mask, strict=False)) == b"\x00\x01\x00\x00"


def test_excel_has_tables_with_frozen_headings_and_charts_with_words() -> None:
    content = a_report()
    made = to_excel(content)
    book = workbook(made)
    for table in content.tables:
        sheet = book[table.title]
        (shown,) = sheet.tables.values()
        assert shown.ref.startswith("A5:")
        assert sheet.freeze_panes == "B6"
        assert sheet.print_title_rows == "$5:$5"
    assert "Definitioner" in book.sheetnames
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        drawings = [n for n in parts.namelist() if re.fullmatch(r"xl/drawings/drawing\d+.xml", n)]
        alts = re.findall(r'descr="([^"]*)"', "".join(parts.read(n).decode() for n in drawings))
        charts = "".join(parts.read(n).decode() for n in parts.namelist() if "charts/chart" in n)
    assert sorted(alts) == sorted(
        ["Staplar per avslut.", "Två linjer över tid.", "Tre mål.", "Tre mål."]
    )
    # A hidden cell is no bar of nought: its words stand where its value would.
    assert "0–20 av 77" in charts


def test_a_page_asks_nobody_for_anything_and_runs_only_its_own_script() -> None:
    page = to_html(a_report()).decode()
    read = Page(page.encode())
    assert all(link.startswith(("#", "data:image/png;")) for link in read.links)
    assert "://" not in re.sub(r'xmlns="http://www.w3.org/2000/svg"', "", page)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "default-src &#39;none&#39;" in policy[1]
    assert "unsafe" not in policy[1]
    assert '<html lang="sv">' in page
    assert not re.search(r"<[^>]+ (style|on\w+)=", page)


def test_a_logotype_that_is_no_picture_is_refused_in_words() -> None:
    broken = a_report(identity=Identity("Ån", "#2f6f3e", b"<svg", "x"))
    for make in (to_pdf, to_word, to_html):
        with pytest.raises(UnreadableLogotype, match="Logotypen"):
            make(broken)


def test_a_colour_too_pale_to_read_is_not_used_for_words() -> None:
    for colour in ("#ffee00", "röd", "#2f6f3e"):
        page = to_html(a_report(identity=Identity("Ån", colour))).decode()
        used = "#2f6f3e" if colour == "#2f6f3e" else "#00507f"
        assert f"--accent: {used};" in page


def test_a_picture_that_would_be_heard_as_a_row_of_numbers_points_at_its_table_instead() -> None:
    first = a_report().sections[1]
    rows = "; ".join(f"{n}–{n + 5} år: {n} av 109 ({n} %)" for n in range(10, 60))
    chart = replace(first.charts[0], alt=f"Ålder. {rows}")
    figure = lay_out(a_report(sections=(replace(first, charts=(chart,)),))).sections[0]
    alt = figure.groups[0].figures[0].alt
    assert rows not in alt
    assert chart.title in alt
    assert alt.endswith("Siffrorna står i tabell 1.")


def test_a_chart_of_a_table_that_is_not_there_is_a_fault() -> None:
    first, *rest = a_report().sections[1].charts
    section = Section("x", "X", "", charts=(replace(first, table_key="nowhere"), *rest))
    with pytest.raises(KeyError, match="nowhere"):
        to_html(a_report(sections=(section,)))


# What nobody should write, and somebody will.


def test_twenty_thousand_words_come_out_whole_in_every_format(hard: dict[str, bytes]) -> None:
    texts = {
        "word": word_text(hard["word"]),
        "pdf": "\n".join(pdf_pages(hard["pdf"])),
        "html": Page(hard["html"]).text,
        "excel": "\n".join(
            str(cell.value)
            for row in workbook(hard["excel"])["Sammanfattning"].iter_rows()
            for cell in row
        ),
    }
    for name, text in texts.items():
        assert len(set(re.findall(r"\bord\d+\b", text))) == WORDS, name
        unbroken = "".join(text.split())
        # On paper a page may end within a word.
        assert unbroken.count("långt") >= 1000 - text.count("sida"), name
        assert "Namn" * 30 in unbroken, name


def test_markup_of_every_format_comes_out_as_text(hard: dict[str, bytes]) -> None:
    plain = "".join(MARKUP.split())
    pdf = "".join("".join(pdf_pages(hard["pdf"])).split())
    page = Page(hard["html"])
    for text in (word_text(hard["word"]), page.text, pdf):
        assert "".join(text.split()).count(plain) >= 4
    assert page.tags["script"] == 1
    assert page.tags["style"] == 1
    document = Document(io.BytesIO(hard["word"]))
    kinds = {field.get(qn("w:instr")) for field in document.element.iter(qn("w:fldSimple"))}
    assert {(kind or "").split()[0] for kind in kinds} == {"SEQ"}


def test_nothing_in_a_workbook_is_run(hard: dict[str, bytes]) -> None:
    book = workbook(hard["excel"])
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    # Word and Excel forbid the control sign before the last but one; the words themselves stay.
    assert [cell.value for cell in book["Text"]["A"]][5:11] == list(FORMULAS)
    with zipfile.ZipFile(io.BytesIO(hard["excel"])) as parts:
        sheets = [parts.read(n) for n in parts.namelist() if n.startswith("xl/worksheets/sheet")]
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_csv_text_that_a_spreadsheet_would_run_is_kept_as_text() -> None:
    content = replace(a_hard_report(), adoption=an_adopted_report().adoption)
    with zipfile.ZipFile(io.BytesIO(to_open_data(content))) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                for row in csv.reader(io.StringIO(archive.read(name).decode())):
                    assert not any(re.match(r"[=+@\t]|-(?!\d)", field) for field in row)


def test_signs_that_a_file_forbids_are_shown_as_replaced_and_others_by_number(
    hard: dict[str, bytes],
) -> None:
    for text in (word_text(hard["word"]), Page(hard["html"]).text):
        assert "_x0041_ \ufffd" in text
        assert "\ufffdomvänt\ufffd \U0001f600 å slut" in text
    assert "[U+1F600] å slut" in " ".join("\n".join(pdf_pages(hard["pdf"])).split())
    cells = [c.value for row in workbook(hard["excel"])["Definitioner"].iter_rows() for c in row]
    assert any("\U0001f600 å slut" in str(value) for value in cells)


def test_a_table_of_twelve_columns_and_sixty_rows_keeps_its_header_and_every_cell(
    hard: dict[str, bytes],
) -> None:
    wide = a_hard_report().tables[0]
    expected = expected_cells(wide)
    assert word_tables(hard["word"])[0][1:] == expected
    assert Page(hard["html"]).tables[0][1:] == expected
    pages = pdf_pages(hard["pdf"])
    lying = [page for page in pages if "nummer 11" in " ".join(page.split())]
    assert len(lying) > 2
    told = numbers_in(" ".join(cell_text(cell) for row in wide.rows for cell in row.cells))
    assert told <= numbers_in(" ".join(lying))
    with pikepdf.open(io.BytesIO(hard["pdf"])) as pdf:
        assert any(page.mediabox[2] > page.mediabox[3] for page in pdf.pages)


def test_an_empty_table_says_that_it_has_no_rows(hard: dict[str, bytes]) -> None:
    for text in (
        word_text(hard["word"]),
        Page(hard["html"]).text,
        " ".join("\n".join(pdf_pages(hard["pdf"])).split()),
    ):
        assert "Tabellen har inga rader." in text
        assert "Avsnitt 2" in text
    assert "Tom" in workbook(hard["excel"]).sheetnames


def test_a_long_sheet_name_taken_twice_stays_unique() -> None:
    section = a_report().sections[1]
    long = replace(section.tables[0], title="Försörjning vid start och vid avslut, båda könen")
    many = replace(section, tables=(long,) * 12, charts=())
    names = workbook(to_excel(a_report(sections=(many,)))).sheetnames
    assert len({name.casefold() for name in names}) == 14
    assert all(len(name) <= 31 for name in names)


def test_a_cell_of_text_in_a_column_of_shares_is_read_back_as_text() -> None:
    section = a_report().sections[1]
    mixed = replace(
        section.tables[0],
        rows=(*section.tables[0].rows, Row("Minst", (Cell.of_text("minst 12 av 16"),) * 3)),
    )
    made = to_excel(a_report(sections=(replace(section, tables=(mixed,), charts=()),)))
    assert sheet_rows(made, mixed)[-1][:3] == ["Minst", "minst 12 av 16", None]
