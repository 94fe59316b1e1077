"""Återbetalningstid on the screen: the answer, the tornado, the tables, what it is not, files."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from tracking.domain.targets import PointInTime
from tracking.outcomes.payback_tables import (
    IS_NOT,
    PaybackCase,
    assumptions_table,
    at_text,
    finding,
    months_text,
    points_table,
    swings_table,
)
from tracking.reports.payback import payback_report
from tracking.ui import charts, frame, report_downloads, shown, tables
from tracking.ui.chart_files import Files
from tracking.ui.charts_payback import TornadoRow, tornado
from tracking.ui.guard import Context
from tracking.ui.print_button import print_button

CHART = "payback-tornado"


def title(case: PaybackCase, point: PointInTime) -> str:
    """The page's heading: the answer in words."""
    where = f"{case.year.name} {case.year.period.start.year}"
    return f"Återbetalningstid, {where}: {months_text(case.months(point))}"


def answer(case: PaybackCase, point: PointInTime, files: Files) -> None:
    """The tornado with its table, and the way to the months at each point in time."""
    middle = case.months(point)
    swings = case.swings(point)
    if middle is not None and swings:
        widest = swings[0]
        rows = [
            TornadoRow(
                swing.what.label,
                at_text(swing.what, swing.low_at),
                at_text(swing.what, swing.high_at),
                None if swing.low is None else float(swing.low),
                None if swing.high is None else float(swing.high),
            )
            for swing in swings
        ]
        said = f"{widest.what.label} flyttar svaret mest"
        base = (
            f"Ett antagande i taget lägre och högre, {case.year.population.label} "
            f"{point.label}, {case.year.period.label}"
        )
        alt = f"{finding(case, point)}. " + " ".join(
            f"{s.what.label}: {at_text(s.what, s.low_at)} ger {months_text(s.low)}, "
            f"{at_text(s.what, s.high_at)} ger {months_text(s.high)}."
            for s in swings
        )
        months = float(middle)

        def build(colours: charts.Palette) -> go.Figure:
            return tornado(rows, months, colours)

        table = swings_table(case, point)
        charts.found(said, base)
        charts.show_kept(build, of=(rows, months), alt=alt, key=CHART)
        tables.show_behind(table)
        files.of(said, chart=CHART, base=base, alt=alt, table=table)
    elif swings:
        tables.show_table(swings_table(case, point))
    tables.show_table(points_table(case))


def is_not() -> None:
    """What the figure does not say."""
    frame.heading("Vad siffran inte säger")
    for sentence in IS_NOT:
        shown.markdown(sentence)


def take(context: Context, case: PaybackCase, point: PointInTime) -> None:
    """The calculation with its assumptions on paper and as files."""
    frame.heading("Antagandena i svaret")
    year = case.year
    assumed, cost, insats_id = case.assumptions, case.cost_kr, year.insats_id
    tables.show_table(assumptions_table(case))
    with st.container(key="not-printed-take"):
        frame.heading("Skriv ut eller hämta")
        frame.small(
            "Filerna bär märket INTERNT – ej röjandekontrollerad, tid och konto. Hämtningen loggas."
        )
        print_button("Skriv ut", key="payback-print")
        report_downloads.document(
            context,
            lambda actor, _form: payback_report(
                context.database,
                actor,
                insats_id,
                year.period.start.year,
                year.population,
                point,
                assumed,
                cost,
            ),
            f"INTERNT aterbetalningstid {year.name} {year.period.key}",
        )
