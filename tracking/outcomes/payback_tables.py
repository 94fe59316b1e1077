"""Återbetalningstid in words and tables, from an insats's year and the assumptions made.

The page and its files say the same, since both are made of this. Exact, for the insats's own
staff. Nothing is read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tracking.domain.figures import Cell, Row, Table
from tracking.domain.payback import PaybackAssumptions, monthly_gain
from tracking.domain.payback_sensitivity import Swing, Varied, months_of, sensitivity
from tracking.domain.swedish import THIN, decimal, kronor, whole
from tracking.domain.targets import PointInTime
from tracking.outcomes.payback import POINTS, PaybackYear
from tracking.outcomes.targets import NEVER_PAID

SWING = 20
"""Per cent by which kronor are moved in the sensitivity."""
FEW = 10
"""Below so many with known values one person more moves the answer a lot."""
NEVER = "går inte att beräkna"
IS_NOT = (
    "Det här är en räkning på vad som skiljer före och efter, värderat med antaganden som någon "
    "har valt. Den visar inte vad insatsen har orsakat: det finns ingen att jämföra med.",
    "Den räknar som om skillnaden består månad efter månad. Uppföljningen 6 och 18 månader efter "
    "visar hur det ser ut då, bland dem vars uppföljning förföll under året.",
    "Den är ingen samhällsekonomisk kalkyl: skatter, vård, livskvalitet och ledtider står utanför, "
    "och subventionerat arbete räknas som annat arbete.",
)


@dataclass(frozen=True, slots=True)
class PaybackCase:
    """A year of an insats with assumptions. ``cost_kr`` None takes the year's utfall."""

    year: PaybackYear
    assumptions: PaybackAssumptions
    cost_kr: int | None = None

    @property
    def cost(self) -> int | None:
        """The cost in kronor, None while nobody has entered any."""
        return self.year.actual_kr if self.cost_kr is None else self.cost_kr

    def gain(self, point: PointInTime) -> Fraction:
        """The gain in kronor a month."""
        return monthly_gain(self.year.groups[point], self.assumptions)

    def months(self, point: PointInTime, *, fill_in: bool = False) -> Fraction | None:
        """The months, None when they cannot be computed; ``fill_in`` as `months_of`."""
        group = self.year.groups[point]
        if self.cost is None or not group.known:
            return None
        return months_of(group, self.cost, self.assumptions, fill_in=fill_in)

    def why_not(self, point: PointInTime) -> str:
        """Why there are no months; empty where there are."""
        if self.cost is None:
            return "Årets utfall är inte inlagt: skriv en kostnad bland antagandena."
        if not self.year.groups[point].known:
            return f"Ingen har kända uppgifter {point.label}."
        if self.months(point) is not None:
            return ""
        return NEVER_PAID[self.gain(point) > 0]

    def swings(self, point: PointInTime) -> tuple[Swing, ...]:
        """How the months move with each assumption; none where there is nothing to move."""
        group = self.year.groups[point]
        if self.cost is None or not group.known:
            return ()
        return sensitivity(group, self.cost, self.assumptions, SWING)


def months_text(months: Fraction | None) -> str:
    """The months in words."""
    return NEVER if months is None else f"{decimal(months)} månader"


def finding(case: PaybackCase, point: PointInTime) -> str:
    """The answer in a sentence, without a full stop."""
    among = f"bland {case.year.population.label} {point.label}"
    months = case.months(point)
    if months is None:
        return f"Återbetalningstiden {NEVER} {among}"
    return f"Kostnaden motsvarar {decimal(months)} månaders vinst {among}"


def basis(case: PaybackCase, point: PointInTime) -> str:
    """What the answer rests on, with its base, what is missing and how sure it is."""
    group = case.year.groups[point]
    said = [case.why_not(point)]
    if case.cost is not None and group.known:
        own = "årets utfall" if case.cost_kr is None else "en kostnad som är inskriven för hand"
        said.append(
            f"{kronor(case.cost)} ({own}) mot {_kr(case.gain(point))} i månaden: "
            f"{whole(group.left)} färre i offentlig försörjning och {decimal(group.full_time)} "
            f"fler heltider än vid start{_careful(case.assumptions)}."
        )
    said.append(
        f"Kända uppgifter för {whole(group.known)} av {whole(group.known + group.missing)}; "
        f"{whole(group.missing)} saknar uppgift och räknas utan vinst."
    )
    if 0 < group.known < FEW:
        said.append("De är få: en person till eller från ändrar svaret mycket.")
    said += [
        f"Målet {of.label} är högst {decimal(Fraction(value)).removesuffix(',0')} månader."
        for of, value in case.year.goals
        if of is point
    ]
    return " ".join(filter(None, said))


def _careful(assumed: PaybackAssumptions) -> str:
    """What the answer has been made smaller, or longer, by."""
    said = ""
    if assumed.deadweight_percent:
        anyway = f"{whole(assumed.deadweight_percent)}{THIN}%"
        said = f", minus de {anyway} som sägs ha skett ändå"
    if assumed.discount_hundredths:
        said += f"; kalkylränta {discount_text(assumed.discount_hundredths)}"
    return said


def points_table(case: PaybackCase) -> Table:
    """The way to the months, at the end and at the follow-ups."""
    groups = [case.year.groups[point] for point in POINTS]
    rows = [
        Row("Med kända uppgifter", tuple(Cell.of_count(group.known) for group in groups)),
        Row("Saknar uppgift", tuple(Cell.of_count(group.missing) for group in groups)),
        Row(
            "Färre i offentlig försörjning",
            tuple(Cell.of_number(group.left, 0) for group in groups),
        ),
        Row(
            "Fler heltider i arbete",
            tuple(Cell.of_number(float(group.full_time), 2) for group in groups),
        ),
        Row(
            "Vinst i månaden, kr",
            tuple(Cell.of_number(float(case.gain(point)), 0) for point in POINTS),
        ),
        Row(
            "Återbetalningstid, månader",
            tuple(_months_cell(case.months(point)) for point in POINTS),
            emphasis=True,
        ),
        Row(
            "Om de som saknar uppgift vore som de övriga",
            tuple(_months_cell(case.months(point, fill_in=True)) for point in POINTS),
        ),
    ]
    return Table(
        key="payback_points",
        title="Vid avslut och vid uppföljningen",
        definition=(
            "Kostnaden delad med vinsten i månaden. Vinsten är skillnaden mellan start och "
            "tidpunkten hos dem som har kända uppgifter; övriga räknas utan vinst."
        ),
        row_heading="Uppgift",
        columns=tuple(point.label for point in POINTS),
        rows=tuple(rows),
        period=case.year.period,
        population=case.year.population.label,
        notes=(
            "Vid avslut är basen de som avslutade under året, vid uppföljningen de vars "
            "uppföljning förföll under året. Det är alltså inte samma personer.",
        ),
    )


def assumptions_table(case: PaybackCase) -> Table:
    """Every assumption that was made."""
    assumed = case.assumptions
    parts = ", ".join(
        f"{percent}{THIN}%: {_kr(Fraction(assumed.production_month_kr * percent, 100))}"
        for percent in (25, 50, 75)
    )
    found = (
        ("En månad av offentlig försörjning", kronor(assumed.support_month_kr)),
        (
            "En månads arbete på heltid",
            f"{kronor(assumed.production_month_kr)} ({parts})",
        ),
        (
            "Insatsens kostnad",
            "inte inlagd"
            if case.cost is None
            else f"{kronor(case.cost)}, {'årets utfall' if case.cost_kr is None else 'för hand'}",
        ),
        ("Hade skett ändå, för hand", f"{whole(assumed.deadweight_percent)}{THIN}%"),
        ("Kalkylränta", discount_text(assumed.discount_hundredths)),
    )
    return Table(
        key="payback_assumptions",
        title="Antaganden",
        definition="Kronor i månaden. Inget av dem är uppmätt av Stegvis: de är valda.",
        row_heading="Antagande",
        columns=("värde",),
        rows=tuple(Row(name, (Cell.of_text(value),)) for name, value in found),
        period=case.year.period,
        population=assumed.name or "egna antaganden, inte sparade",
    )


def swings_table(case: PaybackCase, point: PointInTime) -> Table:
    """The table behind the tornado chart."""
    return Table(
        key="payback_swings",
        title="Så mycket flyttar varje antagande svaret",
        definition=(
            f"Ett antagande i taget ändras och de andra står kvar: kronor {SWING}{THIN}% ned och "
            "upp, hade skett ändå 20 och kalkylräntan 3 procentenheter, inom sina gränser. De som "
            "saknar uppgift räknas först utan vinst, sedan som de övriga."
        ),
        row_heading="Antagande",
        columns=("lägre", "månader vid lägre", "högre", "månader vid högre"),
        rows=tuple(
            Row(
                swing.what.label,
                (
                    Cell.of_text(at_text(swing.what, swing.low_at)),
                    _months_cell(swing.low),
                    Cell.of_text(at_text(swing.what, swing.high_at)),
                    _months_cell(swing.high),
                ),
            )
            for swing in case.swings(point)
        ),
        period=case.year.period,
        population=f"{case.year.population.label}, {point.label}",
    )


def at_text(what: Varied, value: int) -> str:
    """An assumption's moved value in its own unit."""
    if what is Varied.MISSING:
        return "som de övriga" if value else "utan vinst"
    if what is Varied.DEADWEIGHT:
        return f"{whole(value)}{THIN}%"
    if what is Varied.DISCOUNT:
        return discount_text(value)
    return kronor(value)


def discount_text(hundredths: int) -> str:
    """The discounting in words: ``3,5 % om året``, ``ingen``."""
    if not hundredths:
        return "ingen"
    rate = decimal(Fraction(hundredths, 100), 2).rstrip("0").rstrip(",")
    return f"{rate}{THIN}% om året"


def _months_cell(months: Fraction | None) -> Cell:
    return Cell.of_text(NEVER) if months is None else Cell.of_number(float(months), 1)


def _kr(amount: Fraction) -> str:
    return f"{decimal(amount, 0)}{THIN}kr"
