"""Findings of months, places and time in the insats, and of shares by kön: titles and words.

As in `findings`: pure text from numbers, so that a title never says anything else than its
chart.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tracking.domain.figures import Cell, CellKind, Row, Table
from tracking.domain.records import Gender
from tracking.domain.statistics import wilson_interval
from tracking.domain.swedish import count_and_share, decimal, month, percent, whole
from tracking.domain.time_band import median_interval
from tracking.domain.wording import EN_DASH, capitalised, counted, listed, per_cent
from tracking.outcomes.comparison import NOT_APART, TOO_FEW
from tracking.outcomes.monthly import Months
from tracking.outcomes.parts import TOTAL
from tracking.outcomes.time_curves import FEWEST, TimeCurve, TimeCurves
from tracking.ui.charts_overview import Dot, DotRow
from tracking.ui.findings import SMALLEST_BASE
from tracking.ui.marks import NOTHING, Span

# Months


def months_finding(found: Months) -> str:
    """How many come and go in a month, and how many were there at the end."""
    number = len(found.months)
    started = sum(one.total.started for one in found.months)
    ended = sum(one.total.ended for one in found.months)
    if not any(one.total.days for one in found.months):
        return "Inga deltaganden under månaderna"
    a_month = " i månaden i medeltal" if number > 1 else ""
    means = [decimal(Fraction(count, number)) for count in (started, ended)]
    ongoing = found.months[-1].total.ongoing
    return (
        f"{means[0]} startade och {means[1]} avslutades{a_month}; {whole(ongoing)} pågick i slutet"
    )


def months_base(found: Months) -> str:
    """Which months, and how many took part in them."""
    spells = next(step.count for step in found.flow.funnel if step.label == "Ingår") or 0
    return f"Alla deltaganden, {found.span.label}, n = {whole(spells)}"


def months_alt(found: Months) -> str:
    """The months in words: first, last, and the extremes."""
    ongoing = [(one.total.ongoing, one.period.start) for one in found.months]
    low, high = min(ongoing), max(ongoing)
    return (
        f"{months_finding(found)}. Minst {whole(low[0])} pågick i {month(low[1])}, "
        f"flest {whole(high[0])} i {month(high[1])}."
    )


def places_finding(found: Months) -> str:
    """How many of the planned årsplatser were in use, and when fewest and most were."""
    used = found.in_use
    if not used:
        return "Inga årsplatser var i bruk under månaderna"
    if found.planned:
        share = percent(
            used.numerator * found.planned.denominator, used.denominator * found.planned.numerator
        )
        said = f"{decimal(used)} av {_places(found.planned)} var i bruk ({share})"
    else:
        said = f"{decimal(used)} årsplatser var i bruk i medeltal"
    places = [(one.total.places, one.period.start) for one in found.months]
    if len(places) < 2 or min(places)[0] == max(places)[0]:
        return said
    low, high = min(places), max(places)
    return (
        f"{said}, minst {decimal(low[0])} i {month(low[1])} "
        f"och mest {decimal(high[0])} i {month(high[1])}"
    )


def _places(planned: Fraction) -> str:
    number = decimal(planned, 0 if planned.denominator == 1 else 1)
    return f"{number} {'årsplats' if planned == 1 else 'årsplatser'}"


# Time in the insats


def time_finding(found: TimeCurves) -> str:
    """After how many days half have ended; for a few it says so."""
    total = found.total
    if not total.number:
        return "Ingen har startat under de tre åren"
    if total.number < FEWEST:
        return f"För få för en kurva: {counted(total.number, 'deltagande', 'deltaganden')}"
    if total.median is None:
        return f"Färre än hälften har avslutats: {count_and_share(total.ended, total.number)}"
    return f"Hälften hade avslutats efter {whole(total.median)} dagar{_days_interval(total)}"


def time_base(found: TimeCurves) -> str:
    """Who is followed, and how many of them have not ended."""
    total = found.total
    return (
        f"Startade under tre år till och med {found.table.period.end.isoformat()}, "
        f"n = {whole(total.number)}, varav {whole(total.number - total.ended)} följs så långt "
        "de kommit"
    )


def time_alt(found: TimeCurves) -> str:
    """The curves in words."""
    said = [
        f"{capitalised(_who(one))}: hälften efter {whole(one.median)} dagar"
        for one in found.curves
        if one.median is not None
    ]
    return f"{time_finding(found)}. Andel kvar i insatsen dag för dag. {'; '.join(said)}."


def time_by_gender(found: TimeCurves) -> str:
    """Kvinnor beside män: the medians with their intervals, and whether these tell them apart."""
    parts = [one for one in found.curves if one.gender is not None]
    if not parts:
        return ""
    few = [one for one in parts if one.number < FEWEST]
    if few:
        said = listed([f"{_who(one)} {whole(one.number)}" for one in parts])
        return f"{capitalised(said)}. För få för att jämföra."
    said = listed(
        [
            f"{_who(one)} {whole(one.median)} dagar{_days_interval(one)}"
            if one.median is not None
            else f"{_who(one)} har inte nått hälften"
            for one in parts
        ]
    )
    ranges = [median_interval(one.points) for one in parts]
    if any(one.median is None for one in parts) or None in ranges:
        return f"{capitalised(said)}."
    (low1, high1), (low2, high2) = (r for r in ranges if r is not None)
    apart = (high1 is not None and high1 < low2) or (high2 is not None and high2 < low1)
    told = (
        "intervallen skiljs åt: går att skilja åt"
        if apart
        else f"intervallen går in i varandra: {NOT_APART}"
    )
    return f"Tid tills hälften avslutats: {said}; {told}."


def _who(curve: TimeCurve) -> str:
    return TOTAL if curve.gender is None else curve.gender.plural


def _days_interval(curve: TimeCurve) -> str:
    found = median_interval(curve.points)
    if found is None:
        return ""
    low, high = found
    reach = f"{whole(low)}{EN_DASH}{whole(high)}" if high is not None else f"minst {whole(low)}"
    return f" ({per_cent(95)} KI {reach})"


# Kvinnor and män


GENDERS: tuple[Gender | None, ...] = (Gender.WOMAN, Gender.MAN, None)


def share_dots(label: str, cells: Sequence[Cell]) -> DotRow:
    """A share of kvinnor, män and totalt as points with their intervals; few have none."""
    said = [
        f"{gender.plural} {whole(cell.count or 0)} av {whole(cell.base or 0)}"
        for gender, cell in zip(GENDERS, cells, strict=True)
        if gender is not None
    ]
    return DotRow(f"{label}: {', '.join(said)}", _dots(cells))


def reason_dots(label: str, cells: Sequence[Cell]) -> DotRow:
    """The same where all rows have one base, which stands beside the title."""
    women, men = (whole(cell.count or 0) for cell in cells[:2])
    return DotRow(f"{label}: kvinnor {women}, män {men}", _dots(cells))


def _dots(cells: Sequence[Cell]) -> tuple[Dot, ...]:
    dots = []
    for gender, cell in zip(GENDERS, cells, strict=True):
        count, base = cell.count or 0, cell.base or 0
        if base < SMALLEST_BASE:
            dots.append(Dot(NOTHING, gender))
            continue
        reach = wilson_interval(count, base)
        dots.append(Dot(Span(100 * count / base, 100 * reach.low, 100 * reach.high), gender))
    return tuple(dots)


def compared_rows(table: Table) -> tuple[DotRow, ...]:
    """The rows of *Kvinnor och män* that have anybody in their base."""
    return tuple(
        share_dots(row.label, row.cells[:3])
        for row in table.rows
        if row.cells[2].kind is CellKind.SHARE
    )


def compared_finding(table: Table) -> str:
    """How many of the shares tell kvinnor and män apart."""
    said = [row.cells for row in table.rows if row.cells[2].kind is CellKind.SHARE]
    # Without a difference there were too few, or nobody to compare with.
    judged = [cells[-1].text for cells in said if cells[-2].kind is CellKind.TEXT]
    apart = sum(words != NOT_APART for words in judged)
    few = len(said) - len(judged)
    if not said:
        return "Inga andelar att jämföra i perioden"
    if not judged:
        return f"För få för att jämföra kvinnor och män på något av {whole(len(said))} mått"
    rest = f"; {whole(few)} har för få" if few else ""
    number = whole(len(judged))
    if not apart:
        return f"Kvinnor och män går inte att skilja åt på något av {number} mått{rest}"
    return f"Kvinnor och män går att skilja åt på {whole(apart)} av {number} mått{rest}"


def compared_words(row: Row) -> str:
    """A row's difference in words."""
    difference, words = row.cells[-2], row.cells[-1]
    found = f"{difference.text}, {words.text}" if difference.text else f"{words.text or TOO_FEW}"
    return f"{row.label}: {found}."


def compared_alt(table: Table) -> str:
    """Every share by kön in words."""
    rows = compared_rows(table)
    return ". ".join(row.words for row in rows) + "." if rows else compared_finding(table)
