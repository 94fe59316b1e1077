"""What one deltagande, or one årsplats in use, costs: one rule for targets, pages and reports.

An exact fraction comes out; rounding and words are the reader's.
"""

from __future__ import annotations

from fractions import Fraction

from tracking.domain.definitions import Part, defined


@defined(
    "kostnad-per-deltagande",
    part=Part.TIME,
    heading="Kostnad per deltagande och per årsplats",
    says=(
        "Årets utfall delat med årets deltaganden och anonyma, eller med årsplatserna i bruk. "
        "Ett deltagande räknas om det har minst en dag under året. Räknas bara för ett helt "
        "kalenderår med inlagt utfall, och i det som släppts bara när ett släpp avslutar året."
    ),
    formula="utfall / antal",
    unit="kronor",
    source="Måtten i förbundens verksamhetsplaner.",
    checked="Handräknade fall, och lika i insatsens mål och i styrelsens översikt.",
)
def unit_cost(actual_kr: int | None, number: int | Fraction | None) -> Fraction | None:
    """Return whole kronor through a number of deltaganden or årsplatser, exact.

    None where either is not known, or nobody is counted. Raises nothing.
    """
    if actual_kr is None or not number:
        return None
    return Fraction(actual_kr) / number
