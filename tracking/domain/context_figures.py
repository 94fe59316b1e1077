"""Kinds of figures that are brought in beside outcomes, and what may be said of few answers.

Kommun figures and the network's indicators are context: they describe a place or an
organisation, never an insats, and stand on pages of their own. Reading files is `exchange`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from tracking.domain.periods import Period
from tracking.domain.records import Gender

INDICATORS = 15
"""How many core indicators the network has; their wording is its own and is not kept here."""


class FigureKind(StrEnum):
    """What a file that is brought in holds."""

    INDICATORS = "indicators"
    YEAR_EQUIVALENTS = "year_equivalents"
    SUPPORT_MEASURE = "support_measure"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return {
            "indicators": "NNS-indikatorer",
            "year_equivalents": "Helårsekvivalenter",
            "support_measure": "Försörjningsmåttet",
        }[self.value]


@dataclass(frozen=True, slots=True)
class KommunMeasure:
    """What a kommun measure counts: its ages, its unit, its definition and what it is not."""

    kind: FigureKind
    ages: tuple[int, int]
    unit: str
    says: str
    is_not: str

    @property
    def title(self) -> str:
        """Return the page's name with the ages, which tell the two measures apart."""
        return f"{self.kind.label}, {self.ages[0]}–{self.ages[1]} år"


YEAR_EQUIVALENTS = KommunMeasure(
    FigureKind.YEAR_EQUIVALENTS,
    (20, 64),
    "helårsekvivalenter",
    "En helårsekvivalent är en person som har full ersättning ett helt år, eller flera som "
    "tillsammans har det: dagar delat med 365, där deltid görs om till hel.",
    "Talen gäller alla invånare 20–64 år i kommunen och är ingen uppföljning av någon insats. De "
    "går inte att lägga ihop eller jämföra med försörjningsmåttet, som räknar andra åldrar och "
    "personer i stället för helår.",
)
SUPPORT_MEASURE = KommunMeasure(
    FigureKind.SUPPORT_MEASURE,
    (16, 64),
    "personer",
    "Försörjningsmåttet räknar personer med offentlig försörjning i tre grupper: ohälsa, "
    "arbetsmarknadsstöd och ekonomiskt bistånd. Måttet är också en del av hur statens medel "
    "fördelas mellan förbunden.",
    "Talen gäller alla invånare 16–64 år i kommunen och är ingen uppföljning av någon insats. De "
    "går inte att lägga ihop eller jämföra med helårsekvivalenter, som räknar andra åldrar och "
    "helår i stället för personer.",
)
KOMMUN_MEASURES = {one.kind: one for one in (YEAR_EQUIVALENTS, SUPPORT_MEASURE)}


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator's result as it is brought in: ``share_hundredths`` of a per cent, 0–10 000,
    or None where it is not told.
    """

    group: str
    number: int
    year: int
    n: int
    share_hundredths: int | None

    @property
    def cell(self) -> tuple[str, ...]:
        """What a later row about the same thing has in common with it."""
        return (self.group.casefold(), str(self.number), str(self.year))

    def kept(self, threshold_k: int) -> IndicatorRow:
        """Return the row as it is kept: of fewer answers than k no share is."""
        return self if self.n >= threshold_k else replace(self, share_hundredths=None)


@dataclass(frozen=True, slots=True)
class KommunRow:
    """One kommun figure as it is brought in. ``gender`` None is both; ``period_key`` any period
    of whole months.
    """

    municipality: str
    item: str
    gender: Gender | None
    period_key: str
    value: float

    @property
    def cell(self) -> tuple[str, ...]:
        """What a later row about the same thing has in common with it."""
        who = "" if self.gender is None else self.gender.value
        return (self.municipality.casefold(), self.item.casefold(), who, self.period_key)


FigureRow = IndicatorRow | KommunRow
"""A row of any kind."""


@dataclass(frozen=True, slots=True)
class HalfYearFigure:
    """A half-year's figure: the mean of its months, of which ``months`` of six are known."""

    value: float
    months: int


def half_year_figure(values: Mapping[Period, float], half: Period) -> HalfYearFigure | None:
    """Return a half-year's figure from figures of months, quarters or the half-year itself.

    Helårsekvivalenter and persons supported are both means over time, so that six months are
    one half-year's mean and not its sum. A figure of the half-year itself goes first; one of a
    longer period says nothing of its parts. None where nothing lies within. Raises nothing.
    """
    if half in values:
        return HalfYearFigure(values[half], 6)
    within = {
        period: value
        for period, value in values.items()
        if period.months and half.start <= period.start and period.end <= half.end
    }
    # Of a month that is told by itself and in its quarter, the shorter one counts.
    weighted, months, taken = 0.0, 0, set[int]()
    for period, value in sorted(within.items(), key=lambda one: one[0].days):
        own = set(range(period.start.month, period.end.month + 1))
        if own & taken:
            continue
        taken |= own
        weighted += value * len(own)
        months += len(own)
    return HalfYearFigure(weighted / months, months) if months else None
