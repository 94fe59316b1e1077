"""Reading one cell that holds a number, a day or a text: days in several habits, scores.

Each reader gives a value of the domain or raises InvalidValue with a sentence that says what
may stand there. Nothing that stood in the cell is repeated.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from tracking.domain.errors import InvalidValue
from tracking.domain.identifiers import clean_text
from tracking.domain.instruments import Unit, parse_score, parse_total
from tracking.domain.swedish import whole as digits
from tracking.exchange.importing.shapes import Cell, Formula

FIRST_YEAR, LAST_YEAR = 1993, 2100
EPOCH_1900 = datetime(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 30_000, 80_000
"""Numbers in this range are days since the file's epoch: from 1982 on, in either epoch."""

_MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september",
    "oktober", "november", "december",
)  # fmt: skip
_YEAR_FIRST = re.compile(
    r"(\d{4})(?:\s?[-/.]\s?|\s)(\d{1,2})(?:\s?[-/.]\s?|\s)(\d{1,2})"
    r"(?:(?:[ Tt]|\s?kl\.?\s?)\d{1,2}[:.]\d{2}.*)?"
)
_DAY_FIRST = re.compile(r"(\d{1,2})\s?[-/.]\s?(\d{1,2})[\s,./-]+(\d{4}|\d{2})")
_JOINED = re.compile(r"(\d{4}|\d{2})(\d{2})(\d{2})")
_IN_WORDS = re.compile(
    r"(?:den\s)?(\d{1,2})(?::?e|\.)?\s?([a-zåäö]{3,9})\.?,?[\s-]+-?(\d{4}|\d{2})"
)
_WEEKDAY = re.compile(r"(?:mån|tis|ons|tors?|fre|lör|sön)(?:dag(?:en)?)?[.,]?\s+")
_SERIAL = re.compile(r"\d{5}")
_WITHOUT_DAY = re.compile(r"(?:[a-zåäö]{3,9}\.?,?[\s-]+-?(?:\d{4}|\d{2})|\d{4}[-/]\d{1,2})")
_WITHOUT_YEAR = re.compile(r"\d{1,2}(?:\s?[/.]\s?\d{1,2}|\.?\s[a-zåäö]{3,9})\.?")
DAY_HELP = "Skriv datumet som 2024-03-01, 1/3 2024 eller 240301."


def text_of(cell: Cell) -> str:
    """The cell as text; a whole number without decimals. Raises on a formula."""
    if cell is None:
        return ""
    if isinstance(cell, Formula):
        raise InvalidValue(
            "Cellen är en formel. Kopiera kolumnen och klistra in den som värden, så läses den."
        )
    if isinstance(cell, bool):
        return "ja" if cell else "nej"
    if isinstance(cell, float):
        cell = round(cell, 6)
        return str(int(cell)) if cell.is_integer() else str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def day(cell: Cell, *, epoch: datetime | None, today: date) -> date:
    """A day: a real date, ÅÅÅÅ-MM-DD, D/M ÅÅÅÅ, ÅÅMMDD, in words, or Excel's serial number.

    A day is never made up: a month without its day, or a day without its year, is refused.
    """
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return _plausible(cell)
    text = text_of(cell).casefold()
    serial = int(text) if _SERIAL.fullmatch(text) else cell
    if isinstance(serial, int | float) and FIRST_SERIAL <= float(serial) <= LAST_SERIAL:
        return _plausible(((epoch or EPOCH_1900) + timedelta(days=int(serial))).date())
    try:
        found = _day_of(_WEEKDAY.sub("", text, count=1), today)
    except ValueError:
        found = None
    if found is None:
        lacks = _what_lacks(text)
        raise InvalidValue(f"{lacks} {DAY_HELP}" if lacks else DAY_HELP)
    return _plausible(found)


def _what_lacks(text: str) -> str:
    if _WITHOUT_DAY.fullmatch(text):
        return "Dagen i månaden saknas."
    return "Året saknas." if _WITHOUT_YEAR.fullmatch(text) else ""


def _day_of(text: str, today: date) -> date | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_FIRST.fullmatch(text):
        return date(_full_year(match[3], today), int(match[2]), int(match[1]))
    if match := _JOINED.fullmatch(text):
        return date(_full_year(match[1], today), int(match[2]), int(match[3]))
    if match := _IN_WORDS.fullmatch(text):
        for number, name in enumerate(_MONTHS, start=1):
            if name.startswith(match[2]):
                return date(_full_year(match[3], today), number, int(match[1]))
    return None


def _full_year(text: str, today: date) -> int:
    if len(text) == 4:
        return int(text)
    year = today.year // 100 * 100 + int(text)
    return year if year <= today.year + 1 else year - 100


def _plausible(found: date) -> date:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise InvalidValue(
            f"Datumet ligger före {FIRST_YEAR}: cellen är nog ett tal som visas som datum. "
            "Kontrollera cellens format i Excel."
            if found.year < FIRST_YEAR
            else "Datumet ligger för långt fram."
        )
    return found


def birth_year(cell: Cell, *, today: date) -> int:
    """A year of birth: four digits, or a date of which only the year is read."""
    if isinstance(cell, date):
        return cell.year
    text = text_of(cell)
    if re.fullmatch(r"(19|20)\d{2}", text):
        return int(text)
    if re.fullmatch(r"-?\d{2}", text):
        return _full_year(text[-2:], today)
    if match := re.fullmatch(r"(\d{2})(\d{2})-?(\d{2})", text):
        return _full_year(match[1], today)
    if match := re.fullmatch(r"((?:19|20)\d{2})-?\d{2}-?\d{2}", text):
        return int(match[1])
    raise InvalidValue("Skriv födelseåret med fyra siffror, till exempel 1985.")


def whole(cell: Cell, *, low: int, high: int, what: str) -> int:
    """A whole number between two bounds; ``what`` names it in the sentence."""
    text = re.sub(r"[\s\u00a0\u202f%]", "", text_of(cell))
    if match := re.fullmatch(r"(\d{1,9})(?:[.,]0+)?", text):
        number = int(match[1])
        if low <= number <= high:
            return number
    raise InvalidValue(
        f"{what} ska vara ett helt tal mellan {low} och {high if high < 10_000 else digits(high)}."
    )


def percent(cell: Cell) -> int | None:
    """A whole per cent; Excel keeps 50 % as 0,5. 0 says that there is none."""
    if isinstance(cell, float) and 0 < cell <= 1:
        cell = round(cell * 100, 6)
    return whole(cell, low=0, high=100, what="Omfattningen i procent") or None


def score(cell: Cell, unit: Unit, *, total: bool) -> int:
    """A score in millimetres; a number of Excel's has lost its last noise first."""
    if isinstance(cell, date) and not isinstance(cell, datetime):
        raise InvalidValue(
            "Excel har gjort om värdet till ett datum. Skriv det på nytt i en cell med formatet "
            "text, till exempel 4,5."
        )
    if isinstance(cell, float):
        rounded = round(cell, 2)
        if abs(rounded - cell) > 1e-6:
            raise InvalidValue("Skriv högst en decimal, till exempel 4,5.")
        cell = rounded
    text = text_of(cell)
    if unit is Unit.POINTS:
        text = re.sub(r"\s?(?:p|poäng)\.?$", "", text, flags=re.IGNORECASE)
    return parse_total(text, unit) if total else parse_score(text, unit)


def text(cell: Cell, *, most: int = 300) -> str:
    """A text as it may be stored."""
    return clean_text(text_of(cell), max_length=most, required=True)
