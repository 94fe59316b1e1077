"""What python-docx has no words for: fields, repeated headers, hatching, alternative texts.

Each function adds one piece of WordprocessingML, in the place that the schema wants it. What a
report holds and how it looks is `tracking.reports.word`.
"""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

LANGUAGE = "sv-SE"
RULE = "B8BEC7"
CELL_MARGIN = 70
"""In twentieths of a point."""
_DESCRIPTIONS = ("tblCaption", "tblDescription")


def field(paragraph: Any, instruction: str, shown: str) -> None:
    """A Word field; ``shown`` stands until Word counts it anew."""
    element = OxmlElement("w:fldSimple")
    element.set(qn("w:instr"), instruction)
    element.append(_run(shown))
    paragraph._p.append(element)


def field_part(paragraph: Any, kind: str, instruction: str = "") -> None:
    """A part (``begin``, ``separate``, ``end``) of a field that spans several paragraphs."""
    run = OxmlElement("w:r")
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    run.append(mark)
    paragraph._p.append(run)
    if instruction:
        told = OxmlElement("w:r")
        text = OxmlElement("w:instrText")
        text.set(qn("xml:space"), "preserve")
        text.text = instruction
        told.append(text)
        paragraph._p.append(told)


def link_to(paragraph: Any, bookmark: str, text: str) -> None:
    """Words that lead to a bookmark in the same document."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), bookmark)
    link.set(qn("w:history"), "1")
    link.append(_run(text))
    paragraph._p.append(link)


def bookmark(paragraph: Any, name: str, number: int) -> None:
    """Name the paragraph, so that the contents list can lead to it."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    properties = paragraph._p.find(qn("w:pPr"))
    paragraph._p.insert(0 if properties is None else 1, start)
    paragraph._p.append(end)


def repeat_header(row: Any) -> None:
    """Let a row stand on top of every page that its table reaches."""
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(header)


def keep_whole(row: Any) -> None:
    """Never part a row over a page break."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def hatch(cell: Any) -> None:
    """Hatch a cell that is hidden."""
    shade = OxmlElement("w:shd")
    for name, value in (("val", "thinDiagStripe"), ("color", "D9DCE0"), ("fill", "FFFFFF")):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def describe_table(table: Any, title: str, description: str) -> None:
    """Give a table its alternative text."""
    properties = table._tbl.tblPr
    for tag, text in (("w:tblCaption", title), ("w:tblDescription", description)):
        if text:
            element = OxmlElement(tag)
            element.set(qn("w:val"), text)
            properties.append(element)


def describe_picture(shape: Any, alt: str, number: int) -> None:
    """Give a picture its alternative text and a number of its own."""
    properties = shape._inline.docPr
    properties.set("id", str(number))
    properties.set("name", f"Bild {number}")
    properties.set("descr", alt)
    for side in ("distT", "distB", "distL", "distR"):
        shape._inline.set(side, "0")


def rules(table: Any) -> None:
    """Thin horizontal rules and nothing else, and little air beside the words."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        rule = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", RULE)):
            rule.set(qn(f"w:{name}"), value)
        borders.append(rule)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(CELL_MARGIN))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr
    _insert(properties, borders, ("tblLayout", "tblCellMar", "tblLook", *_DESCRIPTIONS))
    _insert(properties, margins, ("tblLook", *_DESCRIPTIONS))


def _insert(properties: Any, element: Any, later: tuple[str, ...]) -> None:
    """Put an element before the first of those that the schema wants after it."""
    tags = {qn(f"w:{name}") for name in later}
    following = next((child for child in properties if child.tag in tags), None)
    if following is None:
        properties.append(element)
    else:
        following.addprevious(element)


def line_below(paragraph: Any, colour: str) -> None:
    """A rule under a paragraph."""
    borders = OxmlElement("w:pBdr")
    rule = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "8"), ("space", "6"), ("color", colour)):
        rule.set(qn(f"w:{name}"), value)
    borders.append(rule)
    later = ("shd", "tabs", "spacing", "ind", "jc", "rPr")
    _insert(paragraph._p.get_or_add_pPr(), borders, later)


def set_font(style: Any, font: str) -> None:
    """Give a style a typeface by name, whatever the template's theme says."""
    style.font.name = font
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), font)


def set_language(document: Any) -> None:
    """Make the whole document Swedish, so that it is spelt and read aloud as Swedish."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)


def _run(words: str) -> Any:
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.set(qn("xml:space"), "preserve")
    text.text = words
    run.append(text)
    return run
