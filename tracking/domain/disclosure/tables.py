"""What disclosure control is given: every table of a release, in neutral words.

A table divides a head count, or one category of another table, into categories by kön, for one
insats or all and one period. Finer than that nothing leaves, so categories by kön are all there
is to say; totals follow. What a table looks like on a page is `tracking.domain.figures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tracking.domain.errors import InvalidValue
from tracking.domain.measures import Comparison
from tracking.domain.periods import Period
from tracking.domain.records import Gender

ALL = "*"
"""The unit of the tables that count all insatser together."""

TOTAL = ""
"""The category, or kön, of a cell that is not divided by it."""

JOINED = "+"
"""Between the categories of a cell that a target reads as one, ``studies+work``."""

GENDERS = tuple(Gender)


@dataclass(frozen=True, slots=True)
class CountTable:
    """Counts per category and kön. One name of ``measure`` in all units and periods.

    ``within`` names what is divided: ``(measure, category)`` of another table of the same unit
    and period, or None for a head count, which has the one category TOTAL and whose undivided
    number is always exact. Every category that is possible has to be given, those of 0 and
    the missing as well; what cannot occur (an age outside the insats's own limits) is left out.
    ``flows`` says that smallest periods add to longer ones. ``combines`` are measures with the
    same categories that add up to this one (fullföljda + avbrutna = avslutade). ``weight`` is
    how much a shown cell is worth, 1–9.

    ``shown`` is whether the catalogue holds the table; one that it does not hold is in the linked
    set and protected, but nothing of it is published except what a target reads. ``divided`` is
    whether the catalogue holds it by kön. Both may rest on public numbers only (the undivided
    head counts), and an earlier period's table keeps what it had when it was published.
    """

    unit: str
    period: Period
    measure: str
    counts: Mapping[str, Mapping[Gender, int]]
    within: tuple[str, str] | None = None
    flows: bool = True
    combines: tuple[str, ...] = ()
    weight: int = 1
    shown: bool = True
    divided: bool = True

    def __post_init__(self) -> None:
        if not self.counts or (self.within is None and set(self.counts) != {TOTAL}):
            raise InvalidValue(f"Tabellen {self.measure} saknar kategorier.")
        if any(JOINED in category for category in self.counts):
            raise InvalidValue(f"En kategori i tabellen {self.measure} har ett plustecken.")
        for by_gender in self.counts.values():
            if min(by_gender.values(), default=0) < 0:
                raise InvalidValue(f"Ett antal i tabellen {self.measure} är mindre än noll.")

    def count(self, category: str, gender: Gender) -> int:
        """Return the count of one category and kön."""
        return self.counts[category].get(gender, 0)


@dataclass(frozen=True, slots=True)
class SumTable:
    """The sum that a mean is made of: one group of people, by kön.

    ``group`` is the ``(measure, category)`` whose people are summed up; ``name`` the same in all
    units and periods. ``lowest`` and ``highest`` are one person's limits (0–400 mm of ORS;
    −400–400 of its change), ``grain`` what a reader would call one step (10 mm, a point).
    Median and spread of a group follow its mean: they are shown where it is.
    """

    unit: str
    period: Period
    name: str
    group: tuple[str, str]
    sums: Mapping[Gender, int]
    lowest: int = 0
    highest: int = 400
    grain: int = 10
    weight: int = 1


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target of one insats: which cells it reads and what it asks for.

    ``numerator`` are the categories of ``measure`` that meet it; their sum is one cell, and all
    that the target publishes beside ``missing``, the cell ``(measure, category)`` of those
    without an answer (None where nobody can lack one). Those with an answer are what ``measure``
    divides. The tables of the period and of the smallest periods in it have to be given, most of
    them with ``shown`` false. Nothing is published where the undivided head count is too small.
    """

    key: str
    unit: str
    period: Period
    measure: str
    numerator: frozenset[str]
    missing: tuple[str, str] | None
    percent: Decimal
    comparison: Comparison = Comparison.AT_LEAST


@dataclass(frozen=True, slots=True)
class ReleaseTables:
    """All tables as the data stand today.

    A release consists of the tables whose period ends last of all. Tables of periods that ended
    earlier stand behind them: longer periods are their sums, and earlier releases published
    them. They are not published again.
    """

    counts: tuple[CountTable, ...]
    sums: tuple[SumTable, ...] = ()
    targets: tuple[TargetLine, ...] = field(default=())

    @property
    def newest(self) -> tuple[CountTable, ...]:
        """Return the tables that this release publishes."""
        end = max(table.period.end for table in self.counts)
        return tuple(table for table in self.counts if table.period.end == end)
