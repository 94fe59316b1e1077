"""What somebody wrote, made fit for every format: plain text and nothing else.

XML, Word and Excel forbid control characters, and signs that turn the direction of the text can
make a sentence read as another one. Nothing is taken away in silence: what can't stand in a file
is shown as the replacement sign, and what a typeface lacks is `tracking.reports.metrics`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

REPLACED = "\ufffd"
"""Stands where a character can't."""

LONGEST_PROPERTY = 255
"""Signs that Word and Excel take as a title or author of a file."""

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_FORBIDDEN = re.compile(
    "[^\t\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|[\u202a-\u202e\u2066-\u2069]"
)
_PARTED = re.compile(r"\n[ \t]*\n\s*")

Content = TypeVar("Content")


def plain(text: str) -> str:
    """Return the text with one kind of line end, composed letters and no forbidden sign."""
    return _FORBIDDEN.sub(REPLACED, unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)))


def shortened(text: str, most: int = LONGEST_PROPERTY) -> str:
    """A text for a file's properties, which end with … where the whole stands in the file."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text, parted by empty lines; a single line end stays in one."""
    return tuple(part for part in _PARTED.split(text.strip()) if part.strip())


def cleaned(content: Content) -> Content:
    """Return the same content with every text of it made `plain`, however deep it lies."""
    return _clean(content)  # type: ignore[return-value]


def _clean(value: object) -> object:
    if type(value) is str:
        return plain(value)
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(_clean(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        old = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
        new = {name: _clean(part) for name, part in old.items()}
        changed = {name: part for name, part in new.items() if part is not old[name]}
        return replace(value, **changed) if changed else value
    return value
