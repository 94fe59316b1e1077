"""Reading a TOML file strictly: every key is asked for by kind, and none is left over.

A fault names the file and the key, so that whoever edits shipped data finds it at once.
What the files mean is in `tracking.store.shipped`.
"""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from tracking.domain.errors import StegvisError

Choice = TypeVar("Choice", bound=StrEnum)


class ShippedDataFault(StegvisError):
    """A file under data/ is missing or does not hold what it should."""


class Fields:
    """One table of a TOML file, taken apart key by key; close it with `done`."""

    def __init__(self, file: str, content: dict[str, Any]) -> None:
        self.file = file
        self._left = dict(content)

    @classmethod
    def of(cls, path: Path) -> Fields:
        """The whole file as one table. Raises `ShippedDataFault` when it cannot be read."""
        try:
            with path.open("rb") as stream:
                return cls(path.name, tomllib.load(stream))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise ShippedDataFault(f"Filen {path.name} går inte att läsa: {fault}") from fault

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty, or the default."""
        value = self._take(key, str, default)
        if not value and default != "":
            raise self.fault(key, "är tom")
        return str(value)

    def text_or_none(self, key: str) -> str | None:
        """A text, or None when the key is left out."""
        return self.text(key) if key in self._left else None

    def whole(self, key: str) -> int:
        """A whole number."""
        return int(self._take(key, int, None))

    def whole_or_none(self, key: str) -> int | None:
        """A whole number, or None when the key is left out."""
        return self.whole(key) if key in self._left else None

    def whole_pair(self, key: str) -> tuple[int, int]:
        """Two whole numbers, the first not above the second."""
        values = self._take(key, list, None)
        match values:
            case [int(low), int(high)] if low <= high:
                return low, high
        raise self.fault(key, "ska vara två hela tal i ordning")

    def share(self, key: str, default: float | None = None) -> float:
        """A share from 0 to 1."""
        value = float(self._take(key, (int, float), default))
        if not 0 <= value <= 1:
            raise self.fault(key, "ska ligga mellan 0 och 1")
        return value

    def decimal_or_none(self, key: str) -> Decimal | None:
        """An exact number, or None when the key is left out."""
        if key not in self._left:
            return None
        return Decimal(str(self._take(key, (int, float), None)))

    def flag(self, key: str, default: bool = False) -> bool:
        """Yes or no."""
        return bool(self._take(key, bool, default))

    def day(self, key: str) -> date:
        """A calendar day."""
        value: date = self._take(key, date, None)
        return value

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """One word of a closed list."""
        return self._chosen(key, choices, self.text(key))

    def choice_or_none(self, key: str, choices: type[Choice]) -> Choice | None:
        """One word of a closed list, or None when the key is left out."""
        return self.choice(key, choices) if key in self._left else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when the key is left out."""
        values = self._take(key, list, [])
        if not all(isinstance(value, str) and value for value in values):
            raise self.fault(key, "ska vara en lista av texter")
        return tuple(values)

    def tables(self, key: str, *, required: bool = True) -> tuple[Fields, ...]:
        """A list of tables; empty when the key is left out and not required."""
        values = self._take(key, list, None if required else [])
        if not all(isinstance(value, dict) for value in values):
            raise self.fault(key, "ska vara en lista av tabeller")
        return tuple(Fields(self.file, value) for value in values)

    def table(self, key: str) -> Fields:
        """One table inside this one."""
        return Fields(self.file, self._take(key, dict, None))

    def weights(self) -> dict[str, float]:
        """All that is left, as words with their share."""
        return {key: self.share(key) for key in list(self._left)}

    def done(self) -> None:
        """Raise `ShippedDataFault` when a key is left that nobody asked for."""
        if self._left:
            raise self.fault(sorted(self._left)[0], "är okänd")

    def fault(self, key: str, what: str) -> ShippedDataFault:
        """The fault that tells what is wrong with a key of this file."""
        return ShippedDataFault(f"I filen {self.file} är något fel: {key} {what}.")

    def _chosen(self, key: str, choices: type[Choice], word: str) -> Choice:
        try:
            return choices(word)
        except ValueError:
            raise self.fault(key, f"kan inte vara {word}") from None

    def _take(self, key: str, kind: type | tuple[type, ...], default: Any) -> Any:
        if key not in self._left:
            if default is None:
                raise self.fault(key, "saknas")
            return default
        value = self._left.pop(key)
        wrong_bool = isinstance(value, bool) and kind is not bool
        if wrong_bool or not isinstance(value, kind):
            raise self.fault(key, "är av fel slag")
        return value
