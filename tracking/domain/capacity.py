"""Capacity: days that spells take up, and årsplatser.

Exact fractions come out; rounding and words are the page's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from tracking.domain.definitions import Part, defined
from tracking.domain.errors import InvalidValue
from tracking.domain.periods import Period

DAYS_PER_WEEK = 7
DAYS_PER_YEAR = 365


@defined(
    "persondagar",
    part=Part.TIME,
    heading="Persondagar",
    says=(
        "Summan av de dagar som deltagandena upptar inom perioden, första och sista dagen "
        "inräknade; ett pågående deltagande räknas till periodens slut. I en period som pågår "
        "räknas dagarna hittills, till och med i dag. Den som har två deltaganden samtidigt "
        "upptar två platser."
    ),
    formula="summan av (sista dagen − första dagen + 1) inom perioden",
    unit="dagar",
    source="Räknesättet för årsplatser i förbundens planer.",
    checked="Handräknade dagar vid periodens båda gränser, och dag för dag på slumpade fall.",
)
def person_days(spells: Iterable[tuple[date, date | None]], period: Period) -> int:
    """Return the days of spells inside the period; both first and last day count.

    A spell is (start, end); end None is ongoing and takes up days to the period's end, so of a
    period that is still running the part until today is given (``Period.until``). Checked
    against counting day by day. Raises nothing; a spell outside the period has no days.
    """
    days = 0
    for start, end in spells:
        first = max(start, period.start)
        last = period.end if end is None else min(end, period.end)
        days += max(0, (last - first).days + 1)
    return days


@defined(
    "arsplatser",
    part=Part.TIME,
    heading="Årsplatser i bruk",
    says=(
        "Hur många platser som i genomsnitt var upptagna under perioden. I en period som pågår "
        "gäller det dagarna hittills: dagar som inte har kommit räknas varken som upptagna eller "
        "som lediga."
    ),
    formula="persondagar / periodens dagar (hittills)",
    unit="årsplatser",
    source="Räknesättet för årsplatser i förbundens planer.",
    checked="En plats upptagen hela året är en årsplats, också när två deltaganden delar på den.",
)
def year_places(days: int, period: Period) -> Fraction:
    """Return årsplatser in use, exact: person-days of the period / days of the period.

    Raises InvalidValue on negative days. Checked: one place held the whole year is one.
    """
    if days < 0:
        raise InvalidValue("Antalet dagar kan inte vara negativt.")
    return Fraction(days, period.days)


@defined(
    "platser-veckor",
    part=Part.TIME,
    heading="Planerade platser i årsplatser",
    says="Platser som varje deltagare har i ett antal veckor, omräknade till hela år.",
    formula="platser · veckor · 7 / 365",
    unit="årsplatser",
    source="Förbundens planer anger platser som till exempel 50 × 16 veckor.",
    checked="50 platser om 16 veckor är 50 · 112 / 365 = 15,3 årsplatser.",
)
def places_of_weeks(places: int, weeks: int, days_in_year: int = DAYS_PER_YEAR) -> Fraction:
    """Return the årsplatser, exact, of places of so many weeks: 50 × 16 is 50 · 112 / 365.

    Raises InvalidValue on negative numbers or a year without days.
    """
    if places < 0 or weeks < 0 or days_in_year <= 0:
        raise InvalidValue("Platser och veckor kan inte vara negativa.", field="planned_places")
    return Fraction(places * weeks * DAYS_PER_WEEK, days_in_year)
