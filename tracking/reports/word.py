"""A report as a Word document: A4, Swedish, real headings, tables that keep their header.

The look is set here in code, since python-docx's own template is American: Letter paper,
English, and properties of its own.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from tracking.domain.figures import Cell, CellKind, Table
from tracking.domain.swedish import cell_text, whole
from tracking.domain.wording import capitalised
from tracking.reports.shapes import ReportContent, Section
from tracking.reports.target_rows import HEADINGS, target_row

LANGUAGE = "sv-SE"
INK = RGBColor(0x1A, 0x1A, 0x1A)
SECOND_INK = RGBColor(0x4A, 0x4F, 0x57)
FONT = "Source Sans 3"
NUMBERS = frozenset({CellKind.COUNT, CellKind.SHARE, CellKind.NUMBER, CellKind.HIDDEN})
TEXT_WIDTH_CM = 16.0
WIDE_COLUMNS = 7


def to_word(content: ReportContent) -> bytes:
    """Return the report as a .docx file."""
    document = Document()
    _set_page(document)
    _set_styles(document)
    _set_properties(document, content)
    _set_header_and_footer(document, content)
    document.add_heading(content.title, level=0)
    document.add_paragraph(content.subtitle, style="Subtitle")
    if content.marking:
        document.add_paragraph(content.marking, style="Strong line")
    number = 0
    for section in content.sections:
        number = _add_section(document, section, number)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _add_section(document: Any, section: Section, number: int) -> int:
    document.add_heading(section.heading, level=1)
    document.add_paragraph(section.finding, style="Strong line")
    for words in section.words:
        document.add_paragraph(words)
    for table in section.tables:
        number += 1
        _add_table(document, table, number)
    if section.targets:
        number += 1
        _caption(document, number, "Mål, utfall och bedömning")
        rows = [target_row(target) for target in section.targets]
        _grid(document, HEADINGS, rows, [False] * len(rows), "Mål, utfall och bedömning", None)
        for target in section.targets:
            document.add_paragraph(f"{target.wording}. {target.sentence}", style="List Bullet")
    return number


def _add_table(document: Any, table: Table, number: int) -> None:
    _caption(document, number, f"{table.title}, {table.population}, {table.period.label}")
    headings = (table.row_heading, *(capitalised(heading) for heading in table.columns))
    rows = [(row.label, *map(cell_text, row.cells)) for row in table.rows]
    aligned = [_is_number_column(table, at) for at in range(len(table.columns))]
    _grid(
        document,
        headings,
        rows,
        [row.emphasis for row in table.rows],
        table.title,
        [False, *aligned],
        description=table.definition,
    )
    if table.funnel:
        steps = " → ".join(
            f"{step.label}: {'dolt' if step.count is None else whole(step.count)}"
            for step in table.funnel
        )
        document.add_paragraph(steps, style="Note")
    for words in (table.definition, table.thresholds, *table.notes):
        if words:
            document.add_paragraph(words, style="Note")


def _is_number_column(table: Table, at: int) -> bool:
    return all(_is_number(row.cells[at]) for row in table.rows)


def _is_number(cell: Cell) -> bool:
    return cell.kind in NUMBERS or cell.kind is CellKind.EMPTY


def _grid(
    document: Any,
    headings: tuple[str, ...],
    rows: list[tuple[str, ...]],
    emphasis: list[bool],
    title: str,
    numeric: list[bool] | None,
    *,
    description: str = "",
) -> None:
    table = document.add_table(rows=1, cols=len(headings))
    table.autofit = False
    _describe(table, title, description)
    _rules(table)
    small = len(headings) > WIDE_COLUMNS
    first = TEXT_WIDTH_CM * (0.28 if small else 0.36)
    others = (TEXT_WIDTH_CM - first) / (len(headings) - 1)
    widths = [Cm(first), *[Cm(others)] * (len(headings) - 1)]
    for column, width in zip(table.columns, widths, strict=True):
        # Word goes by the cells, LibreOffice by the table's own grid.
        column.width = width
    right = numeric or [False] * len(headings)
    _fill(table.rows[0], headings, widths, right, bold=True, small=small)
    _repeat(table.rows[0])
    for row, strong in zip(rows, emphasis, strict=True):
        _fill(table.add_row(), row, widths, right, bold=strong, small=small)


def _fill(
    row: Any,
    texts: tuple[str, ...],
    widths: list[Any],
    right: list[bool],
    *,
    bold: bool,
    small: bool,
) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    for cell, text, width, is_number in zip(row.cells, texts, widths, right, strict=True):
        cell.width = width
        paragraph = cell.paragraphs[0]
        paragraph.style = "Table text"
        if is_number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = paragraph.add_run(text)
        run.bold = bold or None
        if small:
            run.font.size = Pt(8)


def _repeat(row: Any) -> None:
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(header)


def _describe(table: Any, title: str, description: str) -> None:
    properties = table._tbl.tblPr
    for tag, text in (("w:tblCaption", title), ("w:tblDescription", description)):
        if text:
            element = OxmlElement(tag)
            element.set(qn("w:val"), text)
            properties.append(element)


def _rules(table: Any) -> None:
    """Thin horizontal rules and nothing else."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        rule = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "B8BEC7")):
            rule.set(qn(f"w:{name}"), value)
        borders.append(rule)
    # The schema wants the borders before layout, look, caption and description.
    properties = table._tbl.tblPr
    later = [
        child
        for child in properties
        if child.tag
        in {
            qn(f"w:{n}")
            for n in ("tblLayout", "tblCellMar", "tblLook", "tblCaption", "tblDescription")
        }
    ]
    if later:
        later[0].addprevious(borders)
    else:
        properties.append(borders)


def _caption(document: Any, number: int, text: str) -> None:
    paragraph = document.add_paragraph(style="Caption")
    paragraph.add_run("Tabell ")
    _field(paragraph, "SEQ Tabell \\* ARABIC", str(number))
    paragraph.add_run(f". {text}")
    paragraph.paragraph_format.keep_with_next = True


def _field(paragraph: Any, instruction: str, shown: str) -> None:
    """A Word field; ``shown`` stands until Word counts it anew."""
    element = OxmlElement("w:fldSimple")
    element.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = shown
    run.append(text)
    element.append(run)
    paragraph._p.append(element)


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    # Room to bind on the left.
    section.left_margin, section.right_margin = Cm(3.0), Cm(2.0)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2.0)


def _set_styles(document: Any) -> None:
    styles = document.styles
    defaults = styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    _set_font(styles["Normal"], 11)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    for name, size in (("Title", 24), ("Heading 1", 16), ("Subtitle", 13), ("Caption", 9)):
        _set_font(styles[name], size)
    styles["Caption"].font.bold = True
    styles["Heading 1"].paragraph_format.keep_with_next = True
    for name, size, bold in (
        ("Strong line", 11, True),
        ("Note", 9, False),
        ("Table text", 9, False),
    ):
        style = styles.add_style(name, 1)
        style.base_style = styles["Normal"]
        _set_font(style, size)
        style.font.bold = bold
        style.paragraph_format.space_after = Pt(2 if name == "Table text" else 6)
    styles["Note"].font.color.rgb = SECOND_INK


def _set_font(style: Any, size: int) -> None:
    style.font.name = FONT
    style.font.size = Pt(size)
    style.font.italic = False
    style.font.color.rgb = INK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)


def _set_properties(document: Any, content: ReportContent) -> None:
    core = document.core_properties
    core.title = f"{content.title}, {content.period.label}"
    core.subject = content.subtitle
    core.author = "Stegvis"
    core.last_modified_by = "Stegvis"
    core.language = LANGUAGE
    core.comments = content.marking or ""
    core.keywords = ""
    core.category = ""
    core.created = core.modified = content.made_at.replace(tzinfo=None)
    core.revision = 1


def _set_header_and_footer(document: Any, content: ReportContent) -> None:
    section = document.sections[0]
    header = section.header.paragraphs[0]
    header.style = "Note"
    header.text = content.marking or content.title
    footer = section.footer.paragraphs[0]
    footer.style = "Note"
    footer.add_run(f"{content.title}, {content.period.label} · sida ")
    _field(footer, "PAGE", "1")
    footer.add_run(" av ")
    _field(footer, "NUMPAGES", "1")
