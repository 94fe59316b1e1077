"""Figures from elsewhere as tables and findings: indicators by year, kommun figures by half-year.

Nothing is read here, and nothing is compared with an insats.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracking.domain.context_figures import INDICATORS, IndicatorRow, KommunMeasure
from tracking.domain.figures import EMPTY, Cell, Row, Table
from tracking.domain.periods import Period, month_span
from tracking.domain.records import Gender
from tracking.domain.swedish import THIN, decimal, whole
from tracking.domain.wording import counted
from tracking.outcomes.figures import Indicators, KommunSeries

YEARS = 5
"""How many years of indicators a table has."""
ALL = frozenset({"summa", "totalt", "samtliga", "total", "alla"})
FEW = "för få svar"


def years_of(rows: Sequence[IndicatorRow]) -> tuple[int, ...]:
    """The latest years that the rows tell of."""
    return tuple(sorted({row.year for row in rows})[-YEARS:])


def indicators_table(found: Indicators, group: str) -> Table:
    """A group's indicators by year: the share and how many answered."""
    own = {(row.number, row.year): row for row in found.of(group)}
    years = years_of(found.of(group))
    rows = []
    for number in range(1, INDICATORS + 1):
        told = [own.get((number, year)) for year in years]
        if any(told):
            cells = tuple(cell for row in told for cell in _cells(row))
            rows.append(Row(f"Indikator {number}", cells))
    columns = tuple(name for year in years for name in (f"{year}, %", f"{year}, n"))
    return Table(
        key=f"indicators_{group}",
        title="Kärnindikatorerna år för år",
        definition=(
            "Andel i procent och antal svarande (n), som nätverket har räknat dem. Formuleringarna "
            "är nätverkets egna och finns i dess rapport."
        ),
        row_heading="Indikator",
        columns=columns,
        rows=tuple(rows),
        period=_years(years),
        population=group,
        notes=(
            f"Färre svar än {found.threshold_k} visas inte som andel: {FEW}.",
            "Skillnader mellan år kan bero på vilka som svarade.",
        ),
    )


def _cells(row: IndicatorRow | None) -> tuple[Cell, Cell]:
    if row is None:
        return EMPTY, EMPTY
    if row.share_hundredths is None:
        return Cell.of_text(FEW), Cell.of_count(row.n)
    return Cell.of_number(row.share_hundredths / 100, 1), Cell.of_count(row.n)


def indicators_finding(found: Indicators, group: str) -> str:
    """What has moved between a group's two latest years, without a full stop."""
    rows = found.of(group)
    years = years_of(rows)
    if len(years) < 2:
        return f"{group}: {len({row.number for row in rows})} indikatorer, {years[-1]}"
    last, before = years[-1], years[-2]
    shares = {(r.number, r.year): r.share_hundredths for r in rows}
    both = [
        (shares[n, last], shares[n, before])
        for n in range(1, INDICATORS + 1)
        if shares.get((n, last)) is not None and shares.get((n, before)) is not None
    ]
    higher = sum((after or 0) > (earlier or 0) for after, earlier in both)
    lower = sum((after or 0) < (earlier or 0) for after, earlier in both)
    return (
        f"{group}: av {counted(len(both), 'indikator', 'indikatorer')} är {whole(higher)} högre "
        f"och {whole(lower)} lägre "
        f"{last} än {before}"
    )


def kommun_table(
    measure: KommunMeasure, where: str, halves: Sequence[Period], series: Sequence[KommunSeries]
) -> Table:
    """Half-year by half-year, kvinnor and män together."""
    rows = tuple(
        Row(
            one.item,
            tuple(
                EMPTY if figure is None else Cell.of_number(figure.value, 0)
                for figure in one.figures
            ),
            emphasis=one.item.casefold() in ALL,
        )
        for one in series
        if one.gender is None
    )
    return Table(
        key=f"{measure.kind.value}_halves",
        title=f"{measure.title}, halvår för halvår",
        definition=f"{measure.says} Ett halvår är medeltalet av dess månader.",
        row_heading="Ersättning eller grupp",
        columns=tuple(half.label for half in halves),
        rows=rows,
        period=_span(halves),
        population=where,
        notes=_partly(halves, series),
    )


def gender_table(
    measure: KommunMeasure, where: str, halves: Sequence[Period], series: Sequence[KommunSeries]
) -> Table | None:
    """The latest half-year for kvinnor, män and totalt; None where kön is not told."""
    if not any(one.gender is not None for one in series):
        return None
    last = {(one.item, one.gender): one.figures[-1] for one in series}
    rows = []
    for item in dict.fromkeys(one.item for one in series):
        told = [last.get((item, gender)) for gender in (Gender.WOMAN, Gender.MAN, None)]
        cells = tuple(EMPTY if f is None else Cell.of_number(f.value, 0) for f in told)
        rows.append(Row(item, cells, emphasis=item.casefold() in ALL))
    return Table(
        key=f"{measure.kind.value}_genders",
        title=f"{measure.title}, kvinnor och män",
        definition="Senaste halvåret.",
        row_heading="Ersättning eller grupp",
        columns=("kvinnor", "män", "totalt"),
        rows=tuple(rows),
        period=halves[-1],
        population=where,
    )


def kommun_finding(
    measure: KommunMeasure, where: str, halves: Sequence[Period], series: Sequence[KommunSeries]
) -> str:
    """The latest half-year and the same half-year the year before, without a full stop."""
    one = main_series(series)
    last = None if one is None else one.figures[-1]
    if one is None or last is None:
        return f"{where}: inga tal för det senaste halvåret"
    what = measure.unit if one.item.casefold() in ALL else f"{measure.unit} med {one.item.lower()}"
    said = f"{where}, {halves[-1].label}: {decimal(last.value, 0)} {what}"
    before = one.figures[-3] if len(one.figures) > 2 else None
    same = len(halves) > 2 and halves[-3].start.year == halves[-1].start.year - 1
    if before is None or not same or last.months < 6 or before.months < 6:
        return said
    change = round(last.value) - round(before.value)
    if not change:
        return f"{said}, lika många som samma halvår året före"
    return f"{said}, {whole(abs(change))} {'fler' if change > 0 else 'färre'} än året före"


def main_series(series: Sequence[KommunSeries]) -> KommunSeries | None:
    """The sum of all items where the file has one, or else the largest."""
    both = [one for one in series if one.gender is None]
    summed = [one for one in both if one.item.casefold() in ALL]
    told = [one for one in both if one.figures[-1] is not None]
    return summed[0] if summed else max(told, key=_latest, default=None)


def _latest(one: KommunSeries) -> float:
    figure = one.figures[-1]
    return 0.0 if figure is None else figure.value


def _partly(halves: Sequence[Period], series: Sequence[KommunSeries]) -> tuple[str, ...]:
    """Which half-years stand on fewer than six months."""
    fewest = [
        min((one.figures[place].months for one in series if one.figures[place]), default=6)  # type: ignore[union-attr]
        for place in range(len(halves))
    ]
    return tuple(
        f"{half.label}: bara {months} av 6 månader är inlästa."
        for half, months in zip(halves, fewest, strict=True)
        if months < 6
    )


def _span(halves: Sequence[Period]) -> Period:
    return Period(halves[0].start, halves[-1].end)


def _years(years: Sequence[int]) -> Period:
    return Period(month_span(years[0], 1, 12).start, month_span(years[-1], 1, 12).end)


def share_text(row: IndicatorRow | None) -> str:
    """A share with its n, as it stands beside a mark."""
    if row is None:
        return "saknas"
    if row.share_hundredths is None:
        return f"{FEW} (n {whole(row.n)})"
    return f"{decimal(row.share_hundredths / 100, 0)}{THIN}% (n {whole(row.n)})"
