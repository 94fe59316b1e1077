"""Heads at the occasions of a strukturövergripande insats, and when kön may stand beside them.

They are no participants: nobody is followed, and nothing is known of anybody but kön and
organisation at one occasion.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracking.domain.definitions import Part, defined


@dataclass(frozen=True, slots=True)
class Heads:
    """Numbers of people by juridiskt kön."""

    women: int = 0
    men: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        """All of them, undivided."""
        return self.women + self.men + self.unknown

    def __add__(self, other: Heads) -> Heads:
        return Heads(self.women + other.women, self.men + other.men, self.unknown + other.unknown)


def added(heads: Iterable[Heads]) -> Heads:
    """The sum of several."""
    return sum(heads, Heads())


@defined(
    "strukturovergripande-tillfallen",
    part=Part.TIME,
    heading="Tillfällen i strukturövergripande insatser",
    says=(
        "Vid varje tillfälle räknas de som kom, per organisation och kön. En person som kommer två "
        "gånger räknas två gånger: talen är deltagande vid tillfällen, inte personer. De räknas "
        "aldrig ihop med insatsernas deltaganden. Kvinnor och män visas var för sig när var och en "
        "av dem är minst k, i varje släppsperiod för sig; annars visas bara alla tillsammans."
    ),
    formula="summan av antalen vid periodens tillfällen",
    unit="antal",
    source="Lagen om finansiell samordning och förbundens verksamhetsplaner.",
    checked="Handräknade fall.",
)
def may_be_divided(periods: Iterable[Heads], k: int) -> bool:
    """Say whether kvinnor and män may be shown of a period made of these smallest periods.

    In each of them kvinnor, män and uppgift saknas are at least ``k``; uppgift saknas may be
    nobody, and so may all. Then no difference between a year and its parts shows fewer than ``k``.
    """
    return all(
        heads.total == 0
        or (heads.women >= k and heads.men >= k and (heads.unknown == 0 or heads.unknown >= k))
        for heads in periods
    )
