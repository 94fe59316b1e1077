"""What may stand in a text field, and how people are named without naming them.

The guard against personal identity numbers, the cleaning of every text before it is stored,
participant codes, and the sanity of a birth year. Memory words live in ``memory_words``.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from tracking.domain.errors import InvalidValue
from tracking.domain.wording import counted

CODE_PREFIX = "ST"
CODE_DIGITS = 4
LONGEST_CODE_NUMBER = 7
YOUNGEST_PLAUSIBLE = 10
OLDEST_PLAUSIBLE = 100
PROGRAMME_AGES = (16, 64)

# ---------------------------------------------------------------------------------------
# Personal identity numbers
#
# Four shapes of the same number, from the most to the least certain. A separator may stand
# only where people put one: inside the date and before the last four characters.
#   joined   850312-1234  19850312+1234  19850312 1234  8503121234
#   dashed   1985-03-12-1234  85/03/12 1234
#   lettered 850312-T123  19850312T12A     (reserve numbers of the health care)
#   spaced   8 5 0 3 1 2 - 1 2 3 4  850 312 1234
# The day may be 60 higher (samordningsnummer); then month and day may also be 00, as in
# numbers given to people whose date of birth is not known.

_CENTURY = r"(?P<century>18|19|20)?"
_DATE = r"(?P<year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
_DASHED_DATE = r"(?P<year>[0-9]{2})[ ]?[-./ ][ ]?(?P<month>[0-9]{2})[ ]?[-./ ][ ]?(?P<day>[0-9]{2})"
# Not the year of a following ÅÅÅÅ-MM-DD, as in a period from one date to another.
_LAST = r"(?P<last>[0-9]{4})(?![0-9])(?![-./][0-9]{2}(?:[-./][0-9]{2})?(?![0-9]))"
_BEFORE = r"(?<![0-9])"

_JOINED = re.compile(rf"{_BEFORE}{_CENTURY}{_DATE}(?P<separator>[-+./:,;_|\\ ]{{0,3}}){_LAST}")
_DASHED = re.compile(
    rf"{_BEFORE}{_CENTURY}{_DASHED_DATE}(?P<separator>[-+./:,;_|\\ ]{{0,3}}){_LAST}"
)
_LETTERED = re.compile(
    rf"{_BEFORE}{_CENTURY}{_DATE}"
    r"(?:[ ]?[-+]?[ ]?[A-Z][0-9]{3}|[-+]?(?=[0-9]*[A-Z][0-9]*[A-Z]?[0-9]*(?![0-9A-Z]))"
    r"[0-9A-Z]{4})(?![0-9A-Z])"
)
_LETTERED_DASHED = re.compile(
    rf"{_BEFORE}{_CENTURY}{_DASHED_DATE}[ ]?[-+][ ]?[A-Z][0-9]{{3}}(?![0-9A-Z])"
)
_COMPACT = re.compile(rf"{_BEFORE}{_CENTURY}{_DATE}[-+]?(?P<last>[0-9]{{4}})(?![0-9])")
_DIGITS_WITH_GAPS = re.compile(r"[0-9](?:[-+ ]{0,3}[0-9])+")
_PHONE_GROUPING = re.compile(r"0[0-9]{2}[- ][0-9 ]+")

_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
COORDINATION_OFFSET = 60


def looks_like_personal_identity_number(text: str) -> bool:
    """Say whether the text holds what may be a personnummer, samordningsnummer or the like.

    Found with or without century, hyphen, ``+``, other dashes, ordinary, no-break or thin
    spaces, invisible characters and other scripts' digits, alone or inside other text.

    Rather one too many than one missed: six or eight digits that are a date followed by
    four more count without a check digit, since a mistyped number is nearly one. The check
    digit (Luhn) decides only where ordinary writing has the same shape: ten joined digits
    beginning with 0 (a phone number), a dated text followed by a loose group of four
    (``2026-01-15 1430``), and digits grouped as nobody groups an identity number. So of
    such texts one in ten is refused needlessly and no true number passes. A joined time
    stamp of twelve digits (ÅÅÅÅMMDDhhmm) is refused as well.
    """
    plain = _plain(text)
    if any(_is_birth_date(m) for m in _LETTERED.finditer(plain)):
        return True
    if any(_is_birth_date(m) for m in _LETTERED_DASHED.finditer(plain)):
        return True
    for match in _JOINED.finditer(plain):
        if _is_birth_date(match):
            doubtful = (
                match["century"] is None and not match["separator"] and match["year"][0] == "0"
            )
            if not doubtful or _luhn_holds(match):
                return True
    for match in _DASHED.finditer(plain):
        if _is_birth_date(match):
            tied = match["separator"].strip() in ("-", "+") and " " not in match["separator"]
            if tied or _luhn_holds(match):
                return True
    return any(_is_spaced_number(m[0]) for m in _DIGITS_WITH_GAPS.finditer(plain))


def refuse_personal_identity_number(text: str, *, field: str | None = None) -> None:
    """Raise InvalidValue when the text holds what looks like a personal identity number.

    The sentence never repeats the number.
    """
    if looks_like_personal_identity_number(text):
        raise InvalidValue(
            "Texten innehåller något som liknar ett personnummer eller samordningsnummer. "
            "Ta bort det: Stegvis tar inte emot sådana.",
            field=field,
        )


def _plain(text: str) -> str:
    """Return the text with ASCII digits, hyphens and spaces, upper case, nothing invisible."""
    out: list[str] = []
    for char in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(char)
        if category == "Nd":
            out.append(str(unicodedata.decimal(char)))
        elif category == "Pd" or char in "\u2212\u2043\u02d7":
            out.append("-")
        elif category == "Zs" or char in "\t\r\n\v\f\u2028\u2029":
            out.append(" ")
        elif category not in ("Cf", "Cc", "Mn", "Me"):
            out.append(char)
    return re.sub(r" +", " ", "".join(out)).upper()


def _is_birth_date(match: re.Match[str]) -> bool:
    month, day = int(match["month"]), int(match["day"])
    if day >= COORDINATION_OFFSET:
        return month <= 12 and day - COORDINATION_OFFSET <= 31
    return 1 <= month <= 12 and 1 <= day <= _DAYS_IN_MONTH[month - 1]


def _luhn_holds(match: re.Match[str]) -> bool:
    digits = match["year"] + match["month"] + match["day"] + match["last"]
    total = 0
    for place, digit in enumerate(digits):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _is_spaced_number(run: str) -> bool:
    """Judge digits that are held apart in unusual places; only the check digit can tell."""
    if " " not in run or _PHONE_GROUPING.fullmatch(run):
        return False
    match = _COMPACT.fullmatch(run.replace(" ", ""))
    return match is not None and _is_birth_date(match) and _luhn_holds(match)


# ---------------------------------------------------------------------------------------
# Text

# Left behind by word processors and web pages; they carry nothing and can't be seen.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u2060\ufeff"))
_SYMBOLS_ALLOWED = frozenset("°©®™§¶")


def clean_text(
    text: str,
    *,
    field: str | None = None,
    max_length: int = 200,
    required: bool = False,
    multiline: bool = False,
) -> str:
    """Return the text as it may be stored, or raise InvalidValue with one sentence.

    Strips spaces around, joins combining characters (å as one letter), drops soft hyphens
    and the like. Refuses personal identity numbers, emoji, control characters (line breaks
    pass when ``multiline``) and more than ``max_length`` characters. An empty text comes
    back as ``""`` unless ``required``.
    """
    cleaned = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    cleaned = cleaned.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not cleaned:
        if required:
            raise InvalidValue("Fältet måste fyllas i.", field=field)
        return ""
    if len(cleaned) > max_length:
        raise InvalidValue(
            f"Texten är {counted(len(cleaned), 'tecken', 'tecken')} lång; "
            f"högst {counted(max_length, 'tecken', 'tecken')} får plats.",
            field=field,
        )
    refuse_personal_identity_number(cleaned, field=field)
    for char in cleaned:
        if multiline and char == "\n":
            continue
        category = unicodedata.category(char)
        if char in "\n\t" or category in ("Zl", "Zp"):
            raise InvalidValue("Skriv texten på en rad, utan radbrytning eller tabb.", field=field)
        if _is_pictogram(char, category):
            raise InvalidValue(
                "Texten innehåller en emoji eller bildsymbol: skriv med bokstäver i stället.",
                field=field,
            )
        if category in ("Cc", "Cf", "Cs", "Co", "Cn"):
            raise InvalidValue(
                "Texten innehåller dolda styrtecken: skriv om den för hand.", field=field
            )
    return cleaned


def _is_pictogram(char: str, category: str) -> bool:
    return (
        (category == "So" and char not in _SYMBOLS_ALLOWED)
        or char in "\u200d\u20e3\ufe0f"
        or 0x1F000 <= ord(char) <= 0x1FBFF
    )


# ---------------------------------------------------------------------------------------
# Participant codes and birth years

_CODE = re.compile(r"(?:ST)?[ -]?([0-9]{1,7})")


def participant_code(number: int) -> str:
    """Return the code of a serial number: 42 is ``ST-0042``; it grows past four digits.

    Raises InvalidValue unless the number is positive and has at most seven digits (a longer
    one could be taken for a personal identity number).
    """
    if not 1 <= number < 10**LONGEST_CODE_NUMBER:
        raise InvalidValue("Löpnumret ska vara ett helt tal från 1.")
    return f"{CODE_PREFIX}-{number:0{CODE_DIGITS}d}"


def normalise_code(text: str, *, field: str | None = None) -> str:
    """Return the full code of what was typed: ``st 42``, ``0042`` and ``ST-42`` are ``ST-0042``.

    Raises InvalidValue when it is no code.
    """
    refuse_personal_identity_number(text, field=field)
    match = _CODE.fullmatch(_plain(text).strip())
    if match is None or int(match[1]) == 0:
        raise InvalidValue("Skriv deltagarens kod, till exempel ST-0042.", field=field)
    return participant_code(int(match[1]))


def code_number(code: str) -> int:
    """Return the serial number of a code; raises InvalidValue when it is no code."""
    return int(normalise_code(code).removeprefix(f"{CODE_PREFIX}-"))


def check_birth_year(year: int, *, today: date, field: str | None = "birth_year") -> int:
    """Return the year if somebody born then can take part, else raise InvalidValue.

    Only what can't be true is refused (younger than 10 or older than 100 this year); an age
    outside 16–64 passes, see ``age_warning``.
    """
    youngest, oldest = today.year - YOUNGEST_PLAUSIBLE, today.year - OLDEST_PLAUSIBLE
    if isinstance(year, bool) or not oldest <= year <= youngest:
        raise InvalidValue(
            f"Skriv födelseåret med fyra siffror, mellan {oldest} och {youngest}.", field=field
        )
    return year


def age_warning(age: int) -> str | None:
    """Return a sentence when the age lies outside 16–64, which is allowed, else None."""
    low, high = PROGRAMME_AGES
    if low <= age <= high:
        return None
    return (
        f"Åldern blir {age} år. Insatser riktar sig till {low}–{high} år: kontrollera födelseåret."
    )
