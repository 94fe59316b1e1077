"""Tidigare uppgifter, SUS, on the insats's own page: each series apart, its definition beneath."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tracking.domain.swedish import whole
from tracking.domain.wording import capitalised
from tracking.outcomes.earlier import EarlierSeries, YearCount
from tracking.ui.charts_earlier import LEGEND, years_apart
from tracking.ui.kept import Sheet

HEADING = "Tidigare uppgifter, SUS"


def put_earlier(sheet: Sheet, found: Sequence[EarlierSeries]) -> None:
    """Every earlier series as a chart of years with the table behind."""
    if not found:
        return
    sheet.question(HEADING)
    sheet.small(
        "Antal från tidigare system och rapporter, med sina egna definitioner. De är inte räknade "
        "här, har inga deltagare bakom sig i Stegvis och dras aldrig ihop med kurvorna ovan."
    )
    for place, series in enumerate(found):
        earlier, own = _points(series.years), _points(series.own)
        sheet.figure(
            finding(series),
            f"Tidigare uppgifter, {_span(series.years)}"
            + (f"; Stegvis, {_span(series.own)}" if series.own else ""),
            partial(years_apart, earlier, own),
            alt=_alt(series),
            key=f"earlier-{place}",
            table=series.table,
            beneath=_beneath(series),
            legend=LEGEND if series.own else "",
        )


def finding(series: EarlierSeries) -> str:
    """The first and the last of the earlier years, in a sentence without its stop."""
    first, last = series.years[0], series.years[-1]
    said = f"{capitalised(series.measure)}: {_number(first)} år {first.year}"
    if last is not first:
        said += f", {_number(last)} år {last.year}"
    return f"{said}, enligt tidigare uppgifter"


def footnote(found: Sequence[EarlierSeries]) -> str:
    """Below the insats's own months: that there are earlier years, and which."""
    years = [one.year for series in found for one in series.years]
    return (
        f"För {_years(min(years), max(years))} finns tidigare uppgifter, SUS. De står för sig "
        "längst ned, eftersom de är räknade på annat sätt."
    )


def _beneath(series: EarlierSeries) -> str:
    said = f"Tidigare uppgifter, SUS. Definition: {series.definition} Källa: {series.source}."
    if series.beside is None:
        return said
    return (
        f"{said} Stegvis: {series.beside.label}; gallrade och innevarande år är inte med. "
        "De två är räknade på olika sätt, så skillnaden mellan dem säger inget."
    )


def _alt(series: EarlierSeries) -> str:
    told = [f"Tidigare uppgifter: {_listing(series.years)}."]
    if series.own:
        told.append(f"Räknat i Stegvis: {_listing(series.own)}.")
    return " ".join(told)


def _listing(years: Sequence[YearCount]) -> str:
    return ", ".join(f"{one.year} {_number(one)}" for one in years)


def _number(one: YearCount) -> str:
    return whole(one.total) if one.base is None else f"{whole(one.total)} av {whole(one.base)}"


def _points(years: Sequence[YearCount]) -> list[tuple[int, int]]:
    return [(one.year, one.total) for one in years]


def _span(years: Sequence[YearCount]) -> str:
    return _years(years[0].year, years[-1].year)


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}\N{EN DASH}{last}"
