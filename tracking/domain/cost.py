"""What one deltagande or årsplats costs, and a förbund's part of it: one rule for targets,
pages and reports. Words, and the rounding of a cost by unit, are the reader's.
"""

from __future__ import annotations

from fractions import Fraction

from tracking.domain.definitions import Part, defined
from tracking.domain.rounding import round_half_up


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


@defined(
    "forbundets-del",
    part=Part.TIME,
    heading="Förbundets del av en delad insats, och andelar",
    says=(
        "En insats som delas mellan förbund har en kostnadsandel i procent. Förbundets del är "
        "insatsens hela budget eller utfall gånger andelen, i hela kronor. Andelarna individ, "
        "struktur och administration räknas på förbundets delar. Medel från ESF dras inte av: de "
        "är en inkomst."
    ),
    formula="belopp · andel / 100",
    unit="kronor",
    source="Norra Skaraborgs verksamhetsplan: kostnader fördelas efter tilldelning, här 15 %.",
    checked="Handräknade fall.",
)
def forbund_part(amount_kr: int | None, share_percent: int) -> int | None:
    """Return the förbund's own part of an amount in whole kronor, half a krona upwards.

    None where the amount is not known. Raises nothing.
    """
    if amount_kr is None:
        return None
    return int(round_half_up(Fraction(amount_kr * share_percent, 100)))
