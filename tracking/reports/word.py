"""A report as a Word document that staff can go on writing in: A4, Swedish, with real styles.

The look is set here in code, since python-docx's own template is American. Charts are pictures
with alternative texts, since a picture looks the same in every version of Word.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Cm, Pt, RGBColor

from tracking.reports import word_parts as parts
from tracking.reports.layout import (
    DRAFT,
    LaidFigure,
    LaidSection,
    LaidTable,
    Paper,
    lay_out,
    logotype_words,
)
from tracking.reports.plain_text import shortened
from tracking.reports.shapes import ReportContent
from tracking.reports.typesetting import logotype_picture, picture
from tracking.reports.word_fonts import FAMILY, embed_fonts

INK = RGBColor(0x1A, 0x1A, 0x1A)
SECOND_INK = RGBColor(0x4A, 0x4F, 0x57)
WARNING = RGBColor(0xA3, 0x26, 0x2A)
PORTRAIT_CM, LANDSCAPE_CM = 16.0, 24.7
CHART_CM = 16.0
WHOLE_ROWS = 12
"""A table of so many rows may be parted over a page break; a smaller one is kept whole."""
CONTENTS = 'TOC \\o "1-1" \\n \\h \\z'
"""Headings of the first level as links, without page numbers that Word has not counted yet."""


def to_word(
    content: ReportContent, told: Callable[[int, int], None] = lambda _done, _all: None
) -> bytes:
    """Return the report as a .docx file. ``told`` hears how many sections of how many are begun.

    Raises `UnreadableLogotype`.
    """
    paper = lay_out(content)
    document = Document()
    _set_page(document.sections[0])
    parts.set_language(document)
    embed_fonts(document)
    _set_styles(document, paper)
    _set_properties(document, paper)
    _set_header_and_footer(document, paper)
    writer = _Writer(document, paper)
    writer.title_block()
    if len(paper.sections) > 2:
        writer.contents()
    for number, section in enumerate(paper.sections, start=1):
        told(number, len(paper.sections))
        writer.section(section)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


class _Writer:
    """The document being written, and how many pictures it has."""

    def __init__(self, document: Any, paper: Paper) -> None:
        self.document = document
        self.paper = paper
        self.pictures = 0
        # python-docx looks a style up among all of them every time it is named.
        self._styles = {style.name: style.style_id for style in document.styles}

    def paragraph(self, words: str = "", style: str = "Normal") -> Any:
        """A paragraph at the end of the document."""
        paragraph = self.document.add_paragraph(words)
        paragraph._p.style = self._styles[style]
        return paragraph

    def title_block(self) -> None:
        content = self.paper.content
        identity = content.identity
        if identity is not None and identity.logotype:
            shown = logotype_picture(identity.logotype)
            self._picture(shown, logotype_words(identity), height=Cm(1.6))
        if self.paper.organisation:
            self.paragraph(self.paper.organisation, style="Organisation")
        self.paragraph(content.title, "Title")
        subtitle = self.paragraph(content.subtitle, style="Subtitle")
        parts.line_below(subtitle, self.paper.colour.removeprefix("#"))
        for name, words in self.paper.facts:
            fact = self.paragraph(style="Uppgift")
            fact.add_run(name).font.color.rgb = SECOND_INK
            fact.add_run(f"\t{words}")

    def contents(self) -> None:
        """A contents list that is filled already and that Word can make anew."""
        self.paragraph("Innehåll", style="Innehållsrubrik")
        sections = self.paper.sections
        for number, section in enumerate(sections):
            entry = self.paragraph(style="toc 1")
            if number == 0:
                parts.field_part(entry, "begin", CONTENTS)
                parts.field_part(entry, "separate")
            parts.link_to(entry, section.anchor, section.heading)
            if number == len(sections) - 1:
                parts.field_part(entry, "end")

    def section(self, section: LaidSection) -> None:
        heading = self.paragraph(section.heading, "Heading 1")
        parts.bookmark(heading, section.anchor, int(section.anchor.rpartition("-")[2]))
        if section.finding:
            finding = self.paragraph(section.finding, style="Fynd")
            finding.paragraph_format.keep_with_next = bool(section.groups)
        for words in section.words:
            said = self.paragraph(words)
            said.paragraph_format.keep_with_next = bool(section.groups)
        for group in section.groups:
            for figure in group.figures:
                self._figure(figure)
            if group.table.columns.wide:
                self._turn(landscape=True)
            self._table(group.table)
            if group.table.columns.wide:
                self._turn(landscape=False)
        for words in section.target_sentences:
            self.paragraph(words, style="List Bullet")
        if section.own_heading:
            self.paragraph(section.own_heading, "Heading 2")
        for text in section.own_text:
            self.paragraph(text)

    def _turn(self, *, landscape: bool) -> None:
        """Begin a new page that lies down, or stands up again."""
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        _set_page(section, landscape=landscape)

    def _figure(self, figure: LaidFigure) -> None:
        chart = figure.chart
        self._caption("Figur", figure.number, chart.title, chart.subtitle)
        alt = figure.alt
        for number, drawing in enumerate(figure.drawings):
            words = alt if number == 0 else f"{alt} Fortsättning."
            self._picture(picture(drawing), words, width=Cm(CHART_CM * drawing.width / 605))
        self.paragraph(figure.pointer, style="Not")

    def _picture(self, png: bytes, alt: str, **size: Any) -> None:
        self.pictures += 1
        shape = self.document.add_picture(BytesIO(png), **size)
        parts.describe_picture(shape, alt, self.pictures)
        self.document.paragraphs[-1]._p.style = self._styles["Bild"]

    def _caption(self, kind: str, number: int, title: str, about: str) -> None:
        caption = self.paragraph(style="Caption")
        caption.add_run(f"{kind} ")
        parts.field(caption, f"SEQ {kind} \\* ARABIC", str(number))
        caption.add_run(". ")
        caption.add_run(title).bold = True
        if about:
            caption.add_run(f"\n{about}").font.color.rgb = SECOND_INK

    def _table(self, laid: LaidTable) -> None:
        self._caption("Tabell", laid.number, laid.title, laid.about)
        table = self.document.add_table(rows=1, cols=len(laid.headings))
        table.autofit = False
        parts.describe_table(table, laid.caption, laid.source.definition if laid.source else "")
        parts.rules(table)
        room = LANDSCAPE_CM if laid.columns.wide else PORTRAIT_CM
        widths = [Cm(room * laid.columns.extent * share) for share in laid.columns.widths]
        for column, width in zip(table.columns, widths, strict=True):
            # Word goes by the cells, LibreOffice by the table's own grid.
            column.width = width
        self._fill(table.rows[0], laid.headings, widths, laid.numeric, bold=True)
        parts.repeat_header(table.rows[0])
        kept = len(laid.rows) <= WHOLE_ROWS
        for row in laid.rows:
            added = table.add_row()
            self._fill(added, row.texts, widths, laid.numeric, bold=row.emphasis, hidden=row.hidden)
            follows = row is not laid.rows[-1] or laid.notes
            for cell in added.cells if kept and follows else ():
                cell.paragraphs[0].paragraph_format.keep_with_next = True
        for at, note in enumerate(laid.notes, start=1):
            said = self.paragraph(note, style="Not")
            said.paragraph_format.keep_with_next = kept and at < len(laid.notes)
        if not laid.notes:
            self.paragraph(style="Not")

    def _fill(
        self,
        row: Any,
        texts: tuple[str, ...],
        widths: list[Any],
        numeric: tuple[bool, ...],
        *,
        bold: bool,
        hidden: frozenset[int] = frozenset(),
    ) -> None:
        parts.keep_whole(row)
        cells = zip(row.cells, texts, widths, numeric, strict=True)
        for at, (cell, text, width, is_number) in enumerate(cells):
            cell.width = width
            if at in hidden:
                parts.hatch(cell)
            paragraph = cell.paragraphs[0]
            paragraph._p.style = self._styles["Tabelltext"]
            if is_number:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.add_run(text).bold = bold or None


def _set_page(section: Any, *, landscape: bool = False) -> None:
    short, long = Cm(21.0), Cm(29.7)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    # Room to bind on the left, or on top of a page that lies down.
    section.left_margin = Cm(2.5 if landscape else 3.0)
    section.right_margin = Cm(2.5 if landscape else 2.0)
    section.top_margin, section.bottom_margin = Cm(3.0 if landscape else 2.5), Cm(2.0)


def _set_styles(document: Any, paper: Paper) -> None:
    styles = document.styles
    accent = RGBColor.from_string(paper.colour.removeprefix("#").upper())
    looks = (
        # name, size, bold, colour, space before, space after
        ("Normal", 10.5, False, INK, 0, 7),
        ("Title", 24, True, accent, 0, 2),
        ("Subtitle", 15, False, SECOND_INK, 0, 8),
        ("Heading 1", 15, True, accent, 24, 8),
        ("Heading 2", 10.5, True, INK, 12, 6),
        ("Caption", 10.5, False, INK, 14, 5),
        ("List Bullet", 10.5, False, INK, 0, 6),
        ("Organisation", 12, False, SECOND_INK, 10, 4),
        ("Uppgift", 9, False, INK, 0, 2),
        ("Innehållsrubrik", 12, True, INK, 16, 6),
        ("toc 1", 10, False, INK, 0, 3),
        ("Fynd", 12, True, INK, 0, 7),
        ("Bild", 10.5, False, INK, 0, 2),
        ("Not", 8.5, False, SECOND_INK, 3, 3),
        ("Tabelltext", 9, False, INK, 2, 2),
    )
    known = {style.name for style in styles}
    for name, size, bold, colour, before, after in looks:
        if name not in known:
            styles.add_style(name, 1).base_style = styles["Normal"]
        style = styles[name]
        parts.set_font(style, FAMILY)
        style.font.size = Pt(size)
        style.font.bold = bold
        style.font.italic = False
        style.font.color.rgb = colour
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
    for name in ("Title", "Subtitle"):
        # The template's own letter spacing and rule are not ours.
        style = styles[name].element
        for unwanted in ("spacing", "kern"):
            for element in style.xpath(f"./w:rPr/w:{unwanted}"):
                element.getparent().remove(element)
        for element in style.xpath("./w:pPr/w:pBdr"):
            element.getparent().remove(element)
    # A picture stays with the line that says where its numbers are.
    for name in ("Heading 1", "Heading 2", "Caption", "Bild"):
        styles[name].paragraph_format.keep_with_next = True
    # The lines of text are shorter than the tables: about seventy letters are easy to read.
    for name in ("Normal", "Fynd", "List Bullet"):
        styles[name].paragraph_format.line_spacing = 1.15
        styles[name].paragraph_format.right_indent = Cm(2.6)
    for name in ("Title", "Subtitle", "Caption", "Tabelltext", "Not", "Bild", "Uppgift"):
        styles[name].paragraph_format.right_indent = Cm(0)
        styles[name].paragraph_format.line_spacing = 1.0
    styles["Uppgift"].paragraph_format.left_indent = Cm(3.9)
    styles["Uppgift"].paragraph_format.first_line_indent = Cm(-3.9)
    styles["Uppgift"].paragraph_format.tab_stops.add_tab_stop(Cm(3.9))
    for name in ("Header", "Footer"):
        parts.set_font(styles[name], FAMILY)
        styles[name].font.size = Pt(8.5)
        styles[name].font.color.rgb = SECOND_INK
        styles[name].paragraph_format.right_indent = Cm(0)


def _set_properties(document: Any, paper: Paper) -> None:
    content = paper.content
    core = document.core_properties
    core.title = shortened(f"{content.title}, {content.period.label}")
    core.subject = shortened(content.subtitle)
    core.author = shortened(paper.organisation) or "Stegvis"
    core.last_modified_by = "Stegvis"
    core.language = parts.LANGUAGE
    core.comments = shortened(paper.page_mark)
    core.keywords = ""
    core.category = paper.status
    core.created = core.modified = content.made_at.replace(tzinfo=None)
    core.revision = 1


def _set_header_and_footer(document: Any, paper: Paper) -> None:
    section = document.sections[0]
    header = section.header.paragraphs[0]
    mark = header.add_run(paper.page_mark)
    if paper.content.marking:
        mark.bold = True
        mark.font.color.rgb = WARNING
    elif paper.status == DRAFT:
        mark.bold = True
        mark.font.color.rgb = INK
    footer = section.footer.paragraphs[0]
    tabs = footer.style.paragraph_format.tab_stops
    tabs.clear_all()
    tabs.add_tab_stop(Cm(PORTRAIT_CM), WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run(f"{paper.running_title}\tsida ")
    parts.field(footer, "PAGE", "1")
    footer.add_run(" av ")
    parts.field(footer, "NUMPAGES", "1")
