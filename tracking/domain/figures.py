"""Figures and tables as data: what a result is before anybody draws it.

A table says what it counts (population, period, definition), how it came about (funnel) and
what it leaves out, and the same object goes to the screen, to Word and to Excel. How a number
is written in Swedish is `tracking.domain.swedish`; what may leave the insats zone is
`tracking.domain.disclosure`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tracking.domain.periods import Period
from tracking.domain.targets import TargetOutcome, TargetSpec


class CellKind(StrEnum):
    """What a cell holds."""

    COUNT = "count"
    SHARE = "share"
    NUMBER = "number"
    TEXT = "text"
    EMPTY = "empty"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. A share keeps its count and base, so that no per cent stands alone.

    HIDDEN carries the range that follows from all that is published (``low``–``high`` of
    ``base``), or nothing when the range says nothing.
    """

    kind: CellKind
    count: int | None = None
    base: int | None = None
    value: float | None = None
    decimals: int = 0
    low: int | None = None
    high: int | None = None
    text: str | None = None

    @classmethod
    def of_count(cls, count: int) -> Cell:
        """A number of spells or persons."""
        return cls(CellKind.COUNT, count=count)

    @classmethod
    def of_share(cls, count: int, base: int) -> Cell:
        """``count`` of ``base``; an empty base has no share."""
        return cls(CellKind.SHARE, count=count, base=base) if base else cls(CellKind.EMPTY)

    @classmethod
    def of_number(cls, value: float | None, decimals: int = 1) -> Cell:
        """A measured number in the unit that the column names; None is an empty cell."""
        if value is None:
            return cls(CellKind.EMPTY)
        return cls(CellKind.NUMBER, value=value, decimals=decimals)

    @classmethod
    def of_text(cls, text: str) -> Cell:
        """Words."""
        return cls(CellKind.TEXT, text=text)

    @classmethod
    def hidden(
        cls, low: int | None = None, high: int | None = None, base: int | None = None
    ) -> Cell:
        """A cell that disclosure control has hidden, with the range that is implied anyway."""
        return cls(CellKind.HIDDEN, low=low, high=high, base=base)


EMPTY = Cell(CellKind.EMPTY)


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its heading and its cells, one per column. ``emphasis`` marks a sum."""

    label: str
    cells: tuple[Cell, ...]
    emphasis: bool = False


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step of the way from all spells to those that a figure counts."""

    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """A result. ``columns`` are the headings after the row heading, units included."""

    key: str
    title: str
    definition: str
    row_heading: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    period: Period
    population: str
    funnel: tuple[FunnelStep, ...] = ()
    thresholds: str | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"{self.key}: row {row.label!r} does not fit the columns")


@dataclass(frozen=True, slots=True)
class TargetResult:
    """A target, its exact outcome and the outcome by kön (kvinnor, män, uppgift saknas).

    ``sentence`` is the finding in Swedish with count, base, interval and verdict.
    """

    target_id: int
    spec: TargetSpec
    wording: str
    outcome: TargetOutcome
    sentence: str
    by_gender: dict[str, TargetOutcome] = field(default_factory=dict)
