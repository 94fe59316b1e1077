"""Our typeface inside a Word document, so that it looks the same on a machine without it.

An embedded font is scrambled with a key that stands beside it (ECMA-376 part 4, 2.8.1). A Word
that doesn't read embedded fonts takes Calibri instead.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from tracking.reports.metrics import FONTS

FAMILY = "Stegvis Sans"
INSTEAD = "Calibri"
_FACES = (("embedRegular", "StegvisSans-Regular"), ("embedBold", "StegvisSans-Semibold"))
_CONTENT = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PANOSE = "020B0503030403020204"
_SCRAMBLED = 32


def embed_fonts(document: Any) -> None:
    """Put the two faces into the document and name what to take where they can't be read."""
    table = document.part.part_related_by(f"{_RELATION}/fontTable")
    fonts = parse_xml(table.blob)
    font = OxmlElement("w:font")
    font.set(qn("w:name"), FAMILY)
    for tag, value in (
        ("altName", INSTEAD),
        ("panose1", _PANOSE),
        ("charset", "00"),
        ("family", "swiss"),
        ("pitch", "variable"),
    ):
        told = OxmlElement(f"w:{tag}")
        told.set(qn("w:val"), value)
        font.append(told)
    for number, (tag, name) in enumerate(_FACES, start=1):
        key, blob = _scrambled(name)
        uri = PackURI(f"/word/fonts/font{number}.odttf")
        part = Part(uri, _CONTENT, blob, document.part.package)
        face = OxmlElement(f"w:{tag}")
        face.set(qn("r:id"), table.relate_to(part, f"{_RELATION}/font"))
        face.set(qn("w:fontKey"), key)
        font.append(face)
    fonts.append(font)
    table._blob = serialize_part_xml(fonts)
    settings = document.settings.element
    wanted = OxmlElement("w:embedTrueTypeFonts")
    zoom = settings.find(qn("w:zoom"))
    if zoom is None:
        settings.insert(0, wanted)
    else:
        zoom.addnext(wanted)


@cache
def _scrambled(name: str) -> tuple[str, bytes]:
    """The key of a face and its bytes, the first 32 of them scrambled with that key."""
    from fontTools.ttLib import TTFont

    unpacked = io.BytesIO()
    with TTFont(FONTS / f"{name}.woff") as font:
        font.flavor = None
        font.save(unpacked)
    plain = unpacked.getvalue()
    key = uuid5(NAMESPACE_URL, name)
    mask = key.bytes[::-1] * 2
    head = bytes(byte ^ other for byte, other in zip(plain, mask, strict=False))
    return f"{{{str(key).upper()}}}", head + plain[_SCRAMBLED:]
