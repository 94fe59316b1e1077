"""Typst as our typesetter: the one place that starts it, with our typefaces and no others.

Everything it sets is given as files in memory; it reads nothing of the machine's but the fonts
in ``fonts`` and fetches nothing.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import typst

from tracking.domain.errors import StegvisError
from tracking.reports.drawing import Drawing
from tracking.reports.metrics import FONTS

PICTURE_PPI = 220
_PICTURE = """#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: none)
#image("picture", format: "{kind}", width: 100%, height: 100%, fit: "contain")
"""
POINTS = 0.75
"""Points in a unit of a drawing."""


class UnreadableLogotype(StegvisError):
    """The logotype is neither a PNG nor an SVG that can be drawn."""

    def __init__(self) -> None:
        super().__init__(
            "Logotypen går inte att läsa. Ladda upp den igen som PNG eller SVG.", field="logotype"
        )


def set_pdf(files: dict[str, bytes], made_at: datetime) -> bytes:
    """Set ``main.typ`` of the files as a tagged PDF that declares PDF/UA-1."""
    return _compile(
        files, format="pdf", pdf_standards=["ua-1"], timestamp=made_at.replace(microsecond=0)
    )


def picture(drawing: Drawing) -> bytes:
    """A drawing as a PNG picture, for formats that can't hold an SVG."""
    size = {"width": drawing.width * POINTS, "height": drawing.height * POINTS}
    return _compile(
        {
            "main.typ": _PICTURE.format(**size, kind="svg").encode(),
            "picture": drawing.svg.encode(),
        },
        format="png",
        ppi=PICTURE_PPI,
    )


def logotype_kind(logotype: bytes) -> str:
    """``png`` or ``svg``, by what the file begins with."""
    return "png" if logotype.startswith(b"\x89PNG\r\n\x1a\n") else "svg"


def logotype_picture(logotype: bytes) -> bytes:
    """The logotype as a PNG of at most 6 × 1,6 cm. Raises `UnreadableLogotype`."""
    source = (
        "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n"
        f'#let mark = image(bytes(json("picture.json")), format: "{logotype_kind(logotype)}")\n'
        "#context { let size = measure(mark)\n"
        "let factor = calc.min(6cm / size.width, 1.6cm / size.height)\n"
        "scale(factor * 100%, reflow: true, mark) }\n"
    )
    try:
        # Files in memory have to be text, so that a picture goes as numbers.
        numbers = json.dumps(list(logotype)).encode()
        return _compile(
            {"main.typ": source.encode(), "picture.json": numbers}, format="png", ppi=300
        )
    except typst.TypstError as problem:
        raise UnreadableLogotype from problem


def _compile(files: dict[str, bytes], **options: Any) -> bytes:
    # Its types do not know yet that a whole folder may be given in memory.
    compile_files: Any = typst.compile
    made = compile_files(files, font_paths=[FONTS], ignore_system_fonts=True, **options)
    if not isinstance(made, bytes):
        raise TypeError("A report's picture has become more than one page.")
    return made
