"""Kinds of figures that are brought in beside outcomes, and what may be said of few answers.

Kommun figures and the network's indicators are context: they describe a place or an
organisation, never an insats, and stand on pages of their own. Reading files is `exchange`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
