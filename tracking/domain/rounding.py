"""Rounding, once and at the very end, and percentages of whole counts.

Exact numbers come in and decimals go out; how a number is written in Swedish is `swedish`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Integral

from tracking.domain.definitions import Part, defined
from tracking.domain.errors import InvalidValue


def round_half_up(x: Fraction | Decimal | int | float, ndigits: int = 0) -> Decimal:
    """Return x rounded half away from zero to ``ndigits`` decimals, exactly.

    Fractions and decimals are exact; a float counts as the decimal it prints as (2.675 is
    2.675). Round once, at the very end. Raises InvalidValue on NaN or infinity. Checked
    against the definition on random fractions: never more than half a unit away.
    """
    if isinstance(x, float):
        x = Decimal(repr(float(x)))
    if isinstance(x, Decimal) and not x.is_finite():
        raise InvalidValue("Talet går inte att avrunda.")
    exact = Fraction(x) * Fraction(10) ** ndigits
    doubled = abs(exact) * 2
    whole = (doubled.numerator + doubled.denominator) // (2 * doubled.denominator)
    # Built digit by digit: arithmetic on Decimal would round to its context's 28 digits.
    digits = tuple(int(digit) for digit in str(whole))
    return Decimal((1 if exact < 0 and whole else 0, digits, -ndigits))


@defined(
    "avrundning",
    part=Part.ROUNDING,
    heading="Procent",
    says=(
        "Antalet delat med basen. Procenttalet avrundas en enda gång, sist, och en halv "
        "avrundas bort från noll. Delar som ska bli 100 men inte blir det får en not om det."
    ),
    formula="100 · antal / bas",
    unit="procent, med antalet intill",
    source="Vanlig avrundningsregel i officiell statistik.",
    checked="8, 2, 41 och 44 av 95 ger 8,4, 2,1, 43,2 och 46,3 procent.",
)
def percent(k: int, n: int, ndigits: int = 1) -> Decimal:
    """Return k of n in per cent, rounded half away from zero: 41 of 95 is 43.2.

    Raises InvalidValue when n is 0 or k is not within 0–n. Checked against Västerås's
    published table of 2017: 8, 2, 41 and 44 of 95 are 8.4, 2.1, 43.2 and 46.3.
    """
    k, n = whole_counts(k, n)
    return round_half_up(Fraction(100 * k, n), ndigits)


def sums_to_hundred(percentages: Sequence[Decimal]) -> bool:
    """Say whether rounded percentages of a whole add to 100; if not, the table has to say so."""
    return sum(percentages, Decimal(0)) == 100


def whole_counts(k: int, n: int) -> tuple[int, int]:
    """Return k of n as plain whole numbers. Raises InvalidValue when they are no share."""
    if any(isinstance(v, bool) or not isinstance(v, Integral) for v in (k, n)):
        raise InvalidValue("En andel räknas på hela antal.")
    k, n = int(k), int(n)
    if n <= 0:
        raise InvalidValue("En andel kan inte räknas utan personer i basen.")
    if not 0 <= k <= n:
        raise InvalidValue("Antalet som uppfyller kan inte vara större än basen.")
    return k, n
