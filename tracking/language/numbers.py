"""Numbers and months of a Swedish text in the reader's language; days are ÅÅÅÅ-MM-DD in both.

Babel knows how each language writes them. Only what is certainly a number is rewritten: thousands
are parted by no-break spaces in every Swedish text of ours, so that no two numbers become one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale

_THOUSANDS = "\u202f\u00a0"
NUMBER = rf"\d{{1,3}}(?:[{_THOUSANDS}]\d{{3}})+(?:,\d+)?|\d+(?:,\d+)?"
_NUMBER = re.compile(rf"(?<![\w,.-])({NUMBER})(?![\w-]|,\d|\.\d)([{_THOUSANDS} ]%)?")
_ONLY_NUMBERS = re.compile(r"(?:[^A-Za-zÅÄÖåäöÉé]|\bn(?= = ))*")


def is_without_words(text: str) -> bool:
    """Whether the text has no letters: numbers, days, signs, ``n = 34``."""
    return _ONLY_NUMBERS.fullmatch(text) is not None


def numbers_in(text: str, locale: Locale) -> str:
    """The text with decimal sign, thousands and per cent sign as the language writes them."""
    symbols = locale.number_symbols["latn"]

    def one(found: re.Match[str]) -> str:
        whole, _, decimals = found[1].partition(",")
        number = str(symbols["group"]).join(re.split(f"[{_THOUSANDS}]", whole))
        number += f"{symbols['decimal']}{decimals}" if decimals else ""
        return number + ("%" if found[2] else "")

    return _NUMBER.sub(one, text)


@lru_cache(maxsize=8)
def months(locale: Locale) -> dict[str, str]:
    """Swedish names of months, long and short, and what the language calls them."""
    swedish = Locale("sv")
    named: dict[str, str] = {}
    for width in ("abbreviated", "wide"):
        ours = swedish.months["format"][width]
        theirs = locale.months["format"][width]
        for month in ours:
            name = ours[month].rstrip(".")
            named[name] = named[name.capitalize()] = theirs[month]
    return named
