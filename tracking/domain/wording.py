"""Small Swedish forms that sentences of the domain are built from.

Decimal comma, no-break spaces, lists in words. Dates, long numbers and tables on pages are
formatted with Babel in ``tracking.ui``; only what a sentence of a rule needs lives here.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

NO_BREAK_SPACE = "\u00a0"
THIN_SPACE = "\u202f"  # narrow and no-break: between thousands and before a per cent sign
EN_DASH = "\u2013"
MINUS = "\u2212"


def decimal_comma(value: Decimal | int) -> str:
    """Return an exact number with decimal comma and a true minus sign: ``-3.5`` is ``−3,5``."""
    return f"{value}".replace("-", MINUS).replace(".", ",")


def grouped(value: int) -> str:
    """Return a whole number with thin spaces between thousands: ``12 400``."""
    digits = f"{abs(value):,}".replace(",", THIN_SPACE)
    return f"{MINUS}{digits}" if value < 0 else digits


def per_cent(value: Decimal | int) -> str:
    """Return ``62 %`` with a thin space before the sign."""
    return f"{decimal_comma(value)}{THIN_SPACE}%"


def listed(words: Sequence[str], last: str = "och") -> str:
    """Return words as a Swedish list: ``a, b och c``; an empty sequence gives ``""``."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def counted(count: int, one: str, many: str) -> str:
    """Return ``1 deltagare`` or ``3 deltagare``: the number and the form that goes with it."""
    return f"{grouped(count)}{NO_BREAK_SPACE}{one if count == 1 else many}"


def capitalised(sentence: str) -> str:
    """Return the sentence with its first letter in upper case and the rest untouched."""
    return sentence[:1].upper() + sentence[1:]
