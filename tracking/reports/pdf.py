"""A report as a PDF for publishing: tagged, in Swedish, with bookmarks and its own typeface.

The look is `report.typ`; the words go to it as data, so that nothing anybody has written is
read as markup. Declared and machine-checked as PDF/UA-1 in the tests, not certified by anybody.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tracking.reports.layout import (
    LaidFigure,
    LaidGroup,
    LaidSection,
    LaidTable,
    Paper,
    lay_out,
    logotype_words,
)
from tracking.reports.metrics import FAMILY, SECOND_FAMILY, printable
from tracking.reports.shapes import ReportContent
from tracking.reports.typesetting import POINTS, logotype_picture, set_pdf

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"


def to_pdf(content: ReportContent) -> bytes:
    """Return the report as a PDF. Raises `UnreadableLogotype`."""
    return paper_to_pdf(lay_out(content))


def paper_to_pdf(paper: Paper) -> bytes:
    """Return what is laid out as a PDF. Raises `UnreadableLogotype`."""
    content = paper.content
    files = {"main.typ": TEMPLATE.read_bytes()}
    data = _data(paper)
    identity = content.identity
    if identity is not None and identity.logotype:
        # Files in memory have to be text, so that a picture goes as numbers.
        data["logotype"] = list(logotype_picture(identity.logotype))
        data["logotype_alt"] = printable(logotype_words(identity))
    for section in paper.sections:
        for group in section.groups:
            for figure in group.figures:
                for name, drawing in zip(_names(figure), figure.drawings, strict=True):
                    files[name] = drawing.svg.encode()
    files["report.json"] = json.dumps(data, ensure_ascii=False).encode()
    return set_pdf(files, content.made_at)


def _data(paper: Paper) -> dict[str, Any]:
    content = paper.content
    return {
        "fonts": [FAMILY, SECOND_FAMILY],
        "title": printable(content.title),
        "subtitle": printable(content.subtitle),
        "organisation": printable(paper.organisation),
        "logotype": None,
        "colour": paper.colour,
        "status": paper.status,
        "marked": bool(content.marking),
        "page_mark": printable(paper.page_mark),
        "running_title": printable(paper.running_title),
        "made_at": [content.made_at.year, content.made_at.month, content.made_at.day],
        "facts": [[name, printable(text)] for name, text in paper.facts],
        "sections": [_section(section) for section in paper.sections],
    }


def _section(section: LaidSection) -> dict[str, Any]:
    return {
        "heading": printable(section.heading),
        "finding": printable(section.finding),
        "words": [printable(words) for words in section.words],
        "groups": [_group(group) for group in section.groups],
        "sentences": [printable(words) for words in section.target_sentences],
        "own_heading": section.own_heading,
        "own_text": [[printable(line) for line in text.split("\n")] for text in section.own_text],
    }


def _group(group: LaidGroup) -> dict[str, Any]:
    return {
        "figures": [_figure(figure) for figure in group.figures],
        "table": _table(group.table),
    }


def _figure(figure: LaidFigure) -> dict[str, Any]:
    return {
        "title": printable(figure.chart.title),
        "subtitle": printable(figure.chart.subtitle),
        "alt": printable(figure.alt),
        "pointer": figure.pointer,
        "drawings": [
            {"file": name, "width": drawing.width * POINTS, "height": drawing.height * POINTS}
            for name, drawing in zip(_names(figure), figure.drawings, strict=True)
        ],
    }


def _names(figure: LaidFigure) -> list[str]:
    return [f"figur-{figure.number}-{part}.svg" for part in range(1, len(figure.drawings) + 1)]


def _table(table: LaidTable) -> dict[str, Any]:
    return {
        "title": printable(table.title),
        "about": printable(table.about),
        "headings": [printable(heading) for heading in table.headings],
        "rows": [
            {
                "texts": [printable(text) for text in row.texts],
                "emphasis": row.emphasis,
                "hidden": sorted(row.hidden),
            }
            for row in table.rows
        ],
        "numeric": list(table.numeric),
        "widths": [round(1000 * width) for width in table.columns.widths],
        "extent": round(1000 * table.columns.extent),
        "wide": table.columns.wide,
        "notes": [printable(note) for note in table.notes],
    }
