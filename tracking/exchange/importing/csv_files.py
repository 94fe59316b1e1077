"""CSV files in whatever code page and with whatever sign between the values.

Bytes that are no UTF-8 come from an older program: Windows (1252), DOS (850) or an old Mac.
Which of them is told by where the Swedish letters fall.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from tracking.exchange.importing.excel import Opened
from tracking.exchange.importing.shapes import (
    FORMULA,
    MOST_COLUMNS,
    MOST_TEXT,
    Cell,
    FileRefused,
    Row,
)

_SEPARATORS = (";", "\t", ",", "|")
_OLD = ("cp1252", "cp850", "mac_roman")
_SWEDISH = frozenset("åäöÅÄÖ")
_LIKELY = _SWEDISH | frozenset("éÉüÜ–—…§°½×’”»«¨´ \u00a0")
_LOOKED_AT = 20
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Dialect:
    """How the file is written."""

    encoding: str
    separator: str


def recognise(opened: Opened) -> Dialect:
    """Read the file's bytes through and say how it is written.

    Raises `FileRefused` on bytes that no text has.
    """
    encoding = _encoding(opened)
    with opened() as file:
        text = io.TextIOWrapper(file, encoding=encoding, newline="")
        try:
            lines = list(islice((line for line in text if line.strip()), _LOOKED_AT))
        except UnicodeError:
            raise FileRefused(
                "not_text",
                "Filen går inte att läsa som text. Spara om den som .xlsx eller CSV (UTF-8).",
            ) from None
        finally:
            text.detach()
    return Dialect(encoding, _separator(lines))


def _encoding(opened: Opened) -> str:
    with opened() as file:
        start = file.read(200)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if half := _utf_16(start):
        return half
    high: Counter[int] = Counter()
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    with opened() as file:
        while chunk := file.read(_CHUNK):
            if b"\x00" in chunk:
                raise FileRefused("not_text", "Filen är ingen textfil. Använd .csv eller .xlsx.")
            if is_utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    is_utf8 = False
            high.update(byte for byte in chunk.translate(None, _ASCII))
    if is_utf8:
        return "utf-8"
    return max(_OLD, key=lambda name: _likelihood(name, high))


def _utf_16(start: bytes) -> str | None:
    """Two bytes a sign, without the mark that says so: every other byte is mostly nothing."""
    for encoding, rest in (("utf-16-le", start[1::2]), ("utf-16-be", start[0::2])):
        if len(rest) > 3 and 10 * rest.count(0) > 8 * len(rest) and start.count(0) <= len(rest):
            return encoding
    return None


_ASCII = bytes(range(128))


def _likelihood(encoding: str, high: Counter[int]) -> int:
    score = 0
    for byte, count in high.items():
        char = bytes([byte]).decode(encoding, errors="replace")
        score += count * (2 if char in _SWEDISH else 0 if char in _LIKELY else -3)
    return score


def _separator(lines: list[str]) -> str:
    """The sign that parts most lines into the same number of values, more than one."""

    def score(sign: str) -> tuple[int, int]:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if len(row) > 1)
        if not counts:
            return (0, 0)
        width, times = counts.most_common(1)[0]
        return (times, width)

    try:
        return max(_SEPARATORS, key=score)
    except csv.Error:
        return ";"


def rows(opened: Opened, dialect: Dialect) -> Iterator[Row]:
    """Every row with the number of the line on which it ends. Raises `FileRefused`."""
    with opened() as file:
        text = io.TextIOWrapper(file, encoding=dialect.encoding, newline="")
        reader = csv.reader(text, delimiter=dialect.separator, strict=True)
        try:
            for cells in reader:
                if len(cells) > MOST_COLUMNS + 1:
                    cells = cells[: MOST_COLUMNS + 1]
                yield reader.line_num, tuple(_value(cell) for cell in cells)
        except (csv.Error, UnicodeError):
            line = reader.line_num
            raise FileRefused(
                "broken",
                f"Filen går inte att läsa vid rad {line}. Ofta beror det på ett citattecken som "
                "öppnas men inte stängs.",
                row=line,
            ) from None
        finally:
            text.detach()


def _value(raw: str) -> Cell:
    text = raw.strip()
    if not text:
        return None
    if text.startswith("="):
        return FORMULA
    return text[:MOST_TEXT]
