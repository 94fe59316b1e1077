"""What a figure means, kept where it is computed: the page *Så räknar vi* reads it from here.

A function that computes a figure carries its definition in a decorator, so that whoever
changes the arithmetic has the words before their eyes. Kinds of targets, which are no
functions, and tables carry their own words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TypeVar

_F = TypeVar("_F", bound=Callable[..., object])


class Part(StrEnum):
    """The parts of the page, in its order."""

    CHANGE = "change"
    SIGNALS = "signals"
    COURSE = "course"
    SHARES = "shares"
    MEANS = "means"
    TARGETS = "targets"
    TIME = "time"
    ROUNDING = "rounding"

    @property
    def label(self) -> str:
        """Return the Swedish heading."""
        return {
            "change": "Förändring på ORS",
            "signals": "Tecken och påminnelser",
            "course": "Vanligt förlopp",
            "shares": "Andelar och skillnader",
            "means": "Medelvärden",
            "targets": "Mål och steg",
            "time": "Tid och platser",
            "rounding": "Avrundning",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure's definition in Swedish, as the page prints it.

    ``key`` is the anchor that other pages link to, ``source`` where the method comes from,
    ``checked`` against what the program's arithmetic has been tried, ``limits`` the names of
    the thresholds (fields of `tracking.domain.change.Thresholds`) that take part, and
    ``function`` the code that computes it (empty for what is no single function).
    """

    key: str
    part: Part
    heading: str
    says: str
    formula: str
    unit: str
    source: str
    checked: str
    limits: tuple[str, ...] = ()
    function: str = ""


_FOUND: dict[str, Definition] = {}

# Every module that defines figures; importing it is what puts its definitions here.
_MODULES = (
    "change",
    "signals",
    "course",
    "statistics",
    "capacity",
    "cost",
    "head_counts",
    "time_band",
    "rounding",
    "target_definitions",
    "urgency",
)


def defined(
    key: str,
    *,
    part: Part,
    heading: str,
    says: str,
    formula: str,
    unit: str,
    source: str,
    checked: str,
    limits: tuple[str, ...] = (),
) -> Callable[[_F], _F]:
    """Return a decorator that keeps a function's definition and leaves the function as it is.

    Raises ValueError when the key is taken: two figures never share an anchor.
    """

    def keep(function: _F) -> _F:
        place = f"{function.__module__.removeprefix('tracking.')}.{function.__name__}"
        if key in _FOUND and _FOUND[key].function != place:
            raise ValueError(f"two definitions are called {key}")
        _FOUND[key] = Definition(
            key, part, heading, says, formula, unit, source, checked, limits, place
        )
        return function

    return keep


def definitions() -> tuple[Definition, ...]:
    """Return every definition, by part and then in the order of the code."""
    for module in _MODULES:
        import_module(f"tracking.domain.{module}")
    order = list(Part)
    # What happened to be imported first must not decide the order of a page.
    modules = {name: place for place, name in enumerate(_MODULES)}

    def place(one: Definition) -> tuple[int, int]:
        module = one.function.split(".")[1]
        return order.index(one.part), modules.get(module, len(modules))

    return tuple(sorted(_FOUND.values(), key=place))
