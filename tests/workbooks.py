"""Workbooks that tests build, and what must never be in one. Nothing here is anybody's."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook

Rows = Sequence[Sequence[Any]]


def a_workbook(rows: Rows, *, edit: Callable[[Any], None] | None = None) -> bytes:
    """An .xlsx with one sheet of these rows."""
    book = Workbook()
    for line in rows:
        book.active.append(list(line))
    if edit is not None:
        edit(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_number() -> str:
    """What looks like a personnummer; its check digit is right."""
    digits = "8503121" + "23"
    total = sum(
        sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10))
        for place, digit in enumerate(digits)
    )
    return f"{digits[:6]}-{digits[6:]}{-total % 10}"


def names() -> list[str]:
    """What looks like names and is nobody's."""
    return [f"{first}a {second}ström" for first, second in zip("BFGHK", "DLNRS", strict=True)]


def bits(file: bytes, **changed: bytes) -> bytes:
    """The workbook with parts put in or replaced; ``__`` in a name stands for a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part))
        for name, content in changed.items():
            new.writestr(
                name.replace("__", "/").replace("_dot_", "."), content, zipfile.ZIP_DEFLATED
            )
    return out.getvalue()
