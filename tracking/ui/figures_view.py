"""Figures from elsewhere on the screen: indicators of a group, and a kommun measure.

Each page shows one kind and says what it is and what it is not; nothing of an insats stands here.
"""

from __future__ import annotations

import plotly.graph_objects as go

from tracking.access.permissions import can_read_released
from tracking.domain.context_figures import INDICATORS, KommunMeasure
from tracking.domain.periods import Period
from tracking.outcomes.figures import Indicators, KommunFigures, KommunSeries
from tracking.outcomes.figures_tables import (
    gender_table,
    indicators_finding,
    indicators_table,
    kommun_finding,
    kommun_table,
    share_text,
    years_of,
)
from tracking.services.taken_files import record_taken_file
from tracking.ui import charts, choices, frame, messages, tables
from tracking.ui.chart_files import Files
from tracking.ui.charts_followed import Panel, TwoYears, panels, two_years
from tracking.ui.findings_context import most_apart, risen
from tracking.ui.guard import Context

ALL_KOMMUNER = "alla"
MOST_PANELS = 8


def files_of(context: Context, name: str) -> Files:
    """What is taken from a page says what it is, and that somebody else published it."""
    insats = next(
        (
            g.insats_id
            for g in context.actor.grants
            if can_read_released(context.actor, g.insats_id)
        ),
        None,
    )

    def taken(kind: str, title: str) -> None:
        messages.attempt(
            lambda: record_taken_file(
                context.database,
                context.actor,
                page=context.page,
                what=f"{kind}: {title}",
                insats_id=insats,
            )
        )

    return Files((f"{name}, inlästa tal från annat håll",), name, taken)


def choose_group(found: Indicators) -> str:
    """Choose whose answers are shown."""
    keys = {str(place): group for place, group in enumerate(found.groups)}
    chosen = choices.one_of(
        "grupp", "Grupp", keys, unknown="Gruppen i adressen finns inte.", default="0"
    )
    return keys[chosen]


def indicators(context: Context, found: Indicators, group: str) -> None:
    """Two years beside each other as a chart, every year as a table."""
    rows = found.of(group)
    years = years_of(rows)
    own = {(row.number, row.year): row for row in rows}
    drawn = []
    for number in range(1, INDICATORS + 1):
        told = [own.get((number, year)) for year in years[-2:]]
        if not any(told):
            continue
        shares = [
            None if one is None or one.share_hundredths is None else one.share_hundredths / 100
            for one in told
        ]
        text = ", ".join(
            f"{year} {share_text(one)}" for year, one in zip(years[-2:], told, strict=True)
        )
        before = shares[0] if len(shares) > 1 else None
        drawn.append(TwoYears(f"Indikator {number}", before, shares[-1], text))
    table = indicators_table(found, group)
    said = indicators_finding(found, group)
    base = " och ".join(map(str, years[-2:])) + ", andel i procent"
    alt = f"{said}. " + " ".join(f"{one.label}: {one.text}." for one in drawn)

    def build(colours: charts.Palette) -> go.Figure:
        return two_years(drawn, colours)

    charts.found(most_apart(drawn) or said, base)
    if len(years) > 1:
        frame.small(f"Ihålig ring {years[-2]}, fylld {years[-1]}.")
    charts.show_kept(build, of=drawn, alt=alt, key="indicators")
    files_of(context, "NNS-indikatorer").of(
        said, chart="indicators", base=base, alt=alt, table=table
    )
    tables.show_table(table)


def choose_kommun(found: KommunFigures) -> str | None:
    """Choose a kommun, or all of them added; None is all."""
    places = {str(place): name for place, name in enumerate(found.municipalities)}
    options = places if len(places) < 2 else {ALL_KOMMUNER: "Alla kommuner tillsammans"} | places
    chosen = choices.one_of(
        "kommun",
        "Kommun",
        options,
        unknown="Kommunen i adressen finns inte bland talen.",
        default=next(iter(options)),
    )
    return places.get(chosen)


def kommun(
    context: Context,
    measure: KommunMeasure,
    where: str,
    halves: tuple[Period, ...],
    series: tuple[KommunSeries, ...],
) -> None:
    """A panel an item over the half-years, the table behind, and the latest by kön."""
    table = kommun_table(measure, where, halves, series)
    both = [one for one in series if one.gender is None]
    items = [
        Panel(one.item, tuple(None if f is None else f.value for f in one.figures))
        for one in both[:MOST_PANELS]
    ]
    said = kommun_finding(measure, where, halves, series)
    labels = [f"{half.label.rsplit(' ', 1)[0]}<br>{half.start.year}" for half in halves]
    base = f"{measure.unit}, {measure.ages[0]}–{measure.ages[1]} år, medeltal per halvår"
    alt = f"{said}. " + " ".join(
        f"{one.title}: "
        + ", ".join(
            f"{half.label} {'saknas' if value is None else round(value)}"
            for half, value in zip(halves, one.values, strict=True)
        )
        + "."
        for one in items
    )

    def build(colours: charts.Palette) -> go.Figure:
        return panels(labels, items, colours)

    charts.found(risen(halves, items), base)
    charts.show_kept(build, of=(labels, items), alt=alt, key=measure.kind.value)
    if len(both) > MOST_PANELS:
        frame.small(f"Diagrammet visar {MOST_PANELS} av {len(both)}; alla står i tabellen.")
    files_of(context, measure.kind.label).of(
        said, chart=measure.kind.value, base=base, alt=alt, table=table
    )
    tables.show_table(table)
    by_gender = gender_table(measure, where, halves, series)
    if by_gender is not None:
        tables.show_table(by_gender)
