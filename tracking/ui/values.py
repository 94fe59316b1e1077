"""What was typed in a form, read in Swedish: whole numbers, numbers with decimal comma, days.

Each reader notes a fault at its field and goes on, so that everything wrong is told at once;
`Values.check` then stops the save. Whether a value keeps the rules of the field (may this day
be an end, is this a score) is the service's to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from tracking.domain.errors import InvalidValue, StegvisError

LONGEST = 200
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,9}(?:[.,][0-9]{1,4})?")


class FaultyForm(StegvisError):
    """Several fields are at fault; ``errors`` is field → sentence."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("Något är inte rätt ifyllt.")
        self.errors = dict(errors)


class Values:
    """The fields of a form at the moment it was sent. ``key`` is its idempotency key."""

    def __init__(self, key: str, read: Callable[[str], object]) -> None:
        self.key = key
        self._read = read
        self._errors: dict[str, str] = {}

    def fault(self, name: str, sentence: str) -> None:
        """Note that a field is at fault; the first sentence stays."""
        self._errors.setdefault(name, sentence)

    def check(self) -> None:
        """Raise `FaultyForm` when anything is at fault."""
        if self._errors:
            raise FaultyForm(self._errors)

    def text(self, name: str, *, required: str | None = None, longest: int = LONGEST) -> str:
        """The text without blanks around it. ``required`` is the sentence when it is empty."""
        raw = self._read(name)
        text = raw.strip() if isinstance(raw, str) else ""
        if not text and required:
            self.fault(name, required)
        if len(text) > longest:
            self.fault(name, f"Texten får vara högst {longest} tecken.")
        return text[:longest]

    def whole(
        self,
        name: str,
        *,
        required: str | None = None,
        low: int | None = None,
        high: int | None = None,
    ) -> int | None:
        """A whole number, or None when nothing is written."""
        text = self.text(name, required=required)
        if not text:
            return None
        try:
            return whole_number(text, low=low, high=high)
        except InvalidValue as error:
            self.fault(name, str(error))
            return None

    def decimal(self, name: str, *, required: str | None = None) -> Decimal | None:
        """A number with decimal comma (a point is understood), or None."""
        text = self.text(name, required=required)
        if not text:
            return None
        try:
            return decimal_number(text)
        except InvalidValue as error:
            self.fault(name, str(error))
            return None

    def day(self, name: str) -> date | None:
        """The day, or None when none is given."""
        raw = self._read(name)
        return raw if isinstance(raw, date) else None

    def required_day(self, name: str, sentence: str = "Skriv datumet.") -> date:
        """The day; when none is given a fault is noted."""
        day = self.day(name)
        if day is None:
            self.fault(name, sentence)
            return date.min
        return day

    def choice(self, name: str) -> str | None:
        """The key that is chosen, or None."""
        raw = self._read(name)
        return raw if isinstance(raw, str) and raw else None

    def required_choice(self, name: str, sentence: str = "Välj ett alternativ.") -> str:
        """The key that is chosen; when none is a fault is noted."""
        chosen = self.choice(name)
        if chosen is None:
            self.fault(name, sentence)
            return ""
        return chosen

    def number_choice(self, name: str) -> int | None:
        """The id that is chosen in a list of records, or None."""
        raw = self._read(name)
        return raw if isinstance(raw, int) and not isinstance(raw, bool) else None

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self._read(name) is True


def whole_number(text: str, *, low: int | None = None, high: int | None = None) -> int:
    """``1 200`` → 1200. Raises `InvalidValue` on anything but a whole number in the range."""
    plain = _SPACES.sub("", text).replace("\u2212", "-")
    if not _WHOLE.fullmatch(plain):
        raise InvalidValue("Skriv ett heltal med siffror.")
    number = int(plain)
    if (low is not None and number < low) or (high is not None and number > high):
        if low is not None and high is not None:
            raise InvalidValue(f"Skriv ett heltal mellan {low} och {high}.")
        raise InvalidValue(
            f"Skriv ett heltal som är minst {low}."
            if low is not None
            else f"Skriv ett heltal som är högst {high}."
        )
    return number


def decimal_number(text: str) -> Decimal:
    """``7,5`` and ``7.5`` → 7.5. Raises `InvalidValue` on anything else than a number."""
    plain = _SPACES.sub("", text).replace("\u2212", "-")
    if not _DECIMAL.fullmatch(plain):
        raise InvalidValue("Skriv ett tal, till exempel 7,5.")
    return Decimal(plain.replace(",", "."))
