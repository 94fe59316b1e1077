"""How a förbund looks on paper: which colours, logotypes and terms can be used.

A colour carries headings and rules on white paper, so it must stand out against white. A
logotype is a picture and nothing else: its bytes are read, its name is not asked for.
"""

from __future__ import annotations

import re
import struct
import zlib
from enum import StrEnum
from xml.etree import ElementTree

from tracking.domain.errors import InvalidValue
from tracking.domain.swedish import decimal, whole


class Licence(StrEnum):
    """On which terms an adopted report's tables are given away as open data.

    Those that DCAT-AP-SE asks for: no terms at all, or to say where they come from.
    """

    CC0 = "CC0-1.0"
    CC_BY = "CC-BY-4.0"

    @property
    def label(self) -> str:
        """The name in a list."""
        return {
            Licence.CC0: "CC0 1.0: fritt att använda utan villkor",
            Licence.CC_BY: "CC BY 4.0: fritt att använda om källan anges",
        }[self]

    @property
    def address(self) -> str:
        """Where the terms stand."""
        return {
            Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
            Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
        }[self]


DEFAULT_COLOUR = "#00507f"
LEAST_CONTRAST = 4.5
"""WCAG 2.1 AA for text of ordinary size."""

LARGEST_BYTES = 300_000
LEAST_SIDE, LARGEST_SIDE = 24, 4000
"""Of a PNG, in pixels."""

_PNG = b"\x89PNG\r\n\x1a\n"
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_SVG = "{http://www.w3.org/2000/svg}"
_DRAWS = frozenset(
    {"svg", "g", "defs", "title", "desc", "use", "symbol", "text", "tspan"}
    | {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
    | {"linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern"}
)
_DEEPEST = 60
"""Parts within one another; what draws goes down into them by calling itself."""
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PNG_BITS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""By the number of a PNG's sort of colours: values a pixel, and bits a value."""
_FIELD = "logotype"


def checked_colour(typed: str) -> str:
    """Return the colour as ``#rrggbb``. Raises `InvalidValue` unless it stands out on white."""
    colour = typed.strip().lower()
    if not _COLOUR.fullmatch(colour):
        raise InvalidValue(
            "Skriv färgen som # och sex tecken, till exempel #00507f.", field="colour"
        )
    found = contrast_on_white(colour)
    if found < LEAST_CONTRAST:
        raise InvalidValue(
            f"Färgen är för ljus mot vitt papper: kontrasten är {decimal(found)} till 1 och "
            f"ska vara minst {decimal(LEAST_CONTRAST)} till 1. Välj en mörkare.",
            field="colour",
        )
    return colour


def contrast_on_white(colour: str) -> float:
    """Return the contrast of ``#rrggbb`` against white, from 1 to 21, as WCAG 2.1 counts it."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4


def checked_logotype(content: bytes) -> str:
    """Return ``png`` or ``svg`` for a picture that can stand on a report.

    Raises `InvalidValue` on anything else: another kind of file, a picture too large or too
    small, an SVG that holds a script, fetches something, or is more than a drawing.
    """
    if len(content) > LARGEST_BYTES:
        raise InvalidValue(
            f"Logotypen är {whole(len(content) // 1000)} kB; högst {LARGEST_BYTES // 1000} kB "
            "får plats.",
            field=_FIELD,
        )
    if content.startswith(_PNG):
        _check_png(content)
        return "png"
    _check_svg(content)
    return "svg"


def _check_png(content: bytes) -> None:
    broken = InvalidValue("Bilden är inte hel: spara om den som PNG.", field=_FIELD)
    parts = _png_parts(content)
    if parts is None or not parts[0][0] == b"IHDR" or len(parts[0][1]) != 13:
        raise broken
    width, height, bits, colours, *_, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    if not all(LEAST_SIDE <= side <= LARGEST_SIDE for side in (width, height)):
        raise InvalidValue(
            f"Bilden är {whole(width)} × {whole(height)} bildpunkter; varje sida ska vara "
            f"mellan {LEAST_SIDE} och {whole(LARGEST_SIDE)}.",
            field=_FIELD,
        )
    if bits not in _PNG_BITS.get(colours, ()) or interlaced not in (0, 1):
        raise broken
    if colours == 3 and b"PLTE" not in {name for name, _ in parts}:
        raise broken
    # What draws a report stops at a picture that cannot be unpacked.
    row = 1 + (width * bits * _PNG_CHANNELS[colours] + 7) // 8
    packed = b"".join(data for name, data in parts if name == b"IDAT")
    if not _unpacks_to(packed, height * row):
        raise broken


def _png_parts(content: bytes) -> list[tuple[bytes, bytes]] | None:
    """Name and content of each part, to the last; None where one is cut short or changed."""
    found: list[tuple[bytes, bytes]] = []
    at = len(_PNG)
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        end = at + 8 + length
        body = content[at + 4 : end]
        if content[end : end + 4] != struct.pack(">I", zlib.crc32(body)):
            return None
        found.append((body[:4], body[4:]))
        if body[:4] == b"IEND":
            return found
        at = end + 4
    return None


def _unpacks_to(packed: bytes, length: int) -> bool:
    """Whether it can be unpacked, and gives at least so much; no more is unpacked than that."""
    unpacking, left = zlib.decompressobj(), packed
    try:
        while length > 0 and (part := unpacking.decompress(left, min(length, 1 << 20))):
            length -= len(part)
            left = unpacking.unconsumed_tail
    except zlib.error:
        return False
    return length <= 0


def _check_svg(content: bytes) -> None:
    other = InvalidValue("Logotypen ska vara en bild i formatet PNG eller SVG.", field=_FIELD)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise other from None
    if "<svg" not in text:
        raise other
    # Entities could make a small file endless or bring another one in.
    if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
        raise InvalidValue(
            "SVG-filen har en dokumenttyp (DOCTYPE): spara den som enkel SVG.", field=_FIELD
        )
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        raise InvalidValue("SVG-filen går inte att läsa: spara om den.", field=_FIELD) from None
    if root.tag != f"{_SVG}svg":
        raise other
    _check_drawing(root)


def _check_drawing(node: ElementTree.Element, depth: int = 1) -> None:
    if depth > _DEEPEST:
        raise InvalidValue("SVG-filen går inte att läsa: spara om den.", field=_FIELD)
    name = node.tag.removeprefix(_SVG)
    if not node.tag.startswith(_SVG) or name not in _DRAWS:
        raise InvalidValue(
            f"SVG-filen innehåller ”{name.rsplit('}', 1)[-1]}”, som inte får finnas i en "
            "logotyp: spara den som ren teckning.",
            field=_FIELD,
        )
    for attribute, value in node.attrib.items():
        plain = attribute.rsplit("}", 1)[-1].lower()
        said = re.sub(r"\s+", "", value).lower()
        fetches = plain in ("href", "src") and not said.startswith("#")
        if plain.startswith("on") or fetches or "javascript:" in said or _reaches_out(said):
            raise InvalidValue(
                f"SVG-filen har ”{plain}”, som kör eller hämtar något: spara den som ren teckning.",
                field=_FIELD,
            )
    for child in node:
        _check_drawing(child, depth + 1)


def _reaches_out(value: str) -> bool:
    return re.search(r"url\((?![\"']?#)", value) is not None or "@import" in value
