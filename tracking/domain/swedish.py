"""Numbers, dates and cells in Swedish: decimal comma, thin spaces, ÅÅÅÅ-MM-DD.

Babel holds the rules of the language; here is only which of them the product uses, so that a
number looks the same on the screen, in Word and in Excel's text.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

from babel.dates import format_date as babel_date
from babel.numbers import format_decimal

from tracking.domain.figures import Cell, CellKind

LOCALE = "sv_SE"
THIN = "\u202f"
"""Narrow no-break space: between thousands, before % and before a unit."""


# A table has hundreds of numbers and Babel reads its rules anew for each of them.
@lru_cache(maxsize=4096)
def whole(number: int) -> str:
    """1200 → 1 200 (narrow no-break spaces)."""
    return _spaced(format_decimal(number, locale=LOCALE))


@lru_cache(maxsize=4096)
def decimal(number: float | Fraction, decimals: int = 1) -> str:
    """4.25 → 4,3 and −0.04 → 0,0: rounded once, half away from zero, with a true minus sign."""
    exact = (
        Decimal(number.numerator) / Decimal(number.denominator)
        if isinstance(number, Fraction)
        else Decimal(str(number))
    )
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    # What is rounded to zero has no sign, as in `rounding`.
    return _spaced(format_decimal(rounded or abs(rounded), format=pattern, locale=LOCALE))


def percent(count: int, base: int, decimals: int = 0) -> str:
    """34 of 55 → 62 %. The caller prints the count within reach. ``base`` must not be 0."""
    return decimal(Fraction(100 * count, base), decimals) + THIN + "%"


def count_and_share(count: int, base: int) -> str:
    """34 of 55 → 34 av 55 (62 %)."""
    if base == 0:
        return "0 av 0"
    return f"{whole(count)} av {whole(base)} ({percent(count, base)})"


def kronor(amount: int) -> str:
    """450000 → 450 000 kr."""
    return f"{whole(amount)}{THIN}kr"


def thousands_of_kronor(amount: int) -> str:
    """450000 → 450 tkr."""
    return f"{decimal(Fraction(amount, 1000), 0)}{THIN}tkr"


def iso(day: date) -> str:
    """The day as ÅÅÅÅ-MM-DD."""
    return day.isoformat()


def long_date(day: date) -> str:
    """The day in words: 3 mars 2026."""
    return babel_date(day, "d MMMM y", locale=LOCALE)


def month(day: date) -> str:
    """The month in words: mars 2026."""
    return babel_date(day, "MMMM y", locale=LOCALE)


def short_month(day: date) -> str:
    """The month for an axis: mars 26."""
    return babel_date(day, "MMM yy", locale=LOCALE).replace(".", "")


def short_day(day: date) -> str:
    """The day for an axis that covers a few weeks: 12 nov."""
    return babel_date(day, "d MMM", locale=LOCALE).replace(".", "")


def cell_text(cell: Cell) -> str:
    """A cell as it stands on the screen and on paper."""
    if cell.kind is CellKind.COUNT and cell.count is not None:
        return whole(cell.count)
    if cell.kind is CellKind.SHARE and cell.count is not None and cell.base:
        return count_and_share(cell.count, cell.base)
    if cell.kind is CellKind.NUMBER and cell.value is not None:
        return decimal(cell.value, cell.decimals)
    if cell.kind is CellKind.TEXT and cell.text is not None:
        return cell.text
    if cell.kind is CellKind.HIDDEN:
        if cell.low is None or cell.high is None:
            return "dolt"
        span = f"{whole(cell.low)}\u2013{whole(cell.high)}"
        return span if cell.base is None else f"{span} av {whole(cell.base)}"
    return "\u2013"


def _spaced(text: str) -> str:
    return text.replace("\u00a0", THIN).replace("-", "\u2212")
