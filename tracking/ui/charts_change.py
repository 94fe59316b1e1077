"""First against last ORS, one point a person: who gained surely, and who crossed the cut-off.

For those who may see the persons; elsewhere the same is a table of classes. Above the band a
gain is larger than measurement error explains, below it a loss. Scores are millimetres.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go

from tracking.domain.change import ChangeClass
from tracking.domain.instruments import format_points
from tracking.outcomes.ors_pairs import OrsPair
from tracking.ui.charts import SIZE, Palette, blank

FULL = 400
TICKS = (0, 100, 200, 300, 400)

SIGNS: dict[ChangeClass, tuple[str, int]] = {
    ChangeClass.RECOVERED: ("circle", 0),
    ChangeClass.IMPROVED: ("triangle-up", 0),
    ChangeClass.CROSSED: ("diamond-open", 3),
    ChangeClass.UNCHANGED: ("circle-open", 3),
    ChangeClass.DETERIORATED: ("triangle-down", 2),
}
"""The mark of each class and its place among the palette's colours: never colour alone."""

GLYPHS = {
    "circle": "●",
    "triangle-up": "▲",
    "diamond-open": "◇",
    "circle-open": "○",
    "triangle-down": "▼",
}


def first_against_last(
    pairs: Sequence[OrsPair], *, reliable_mm: int, cutoff_mm: int, colours: Palette
) -> go.Figure:
    """The pairs with the diagonal, the band of ``reliable_mm`` and the adults' cut-off."""
    figure = blank(colours, height=520, left=52, right=16)
    figure.update_layout(margin={"t": 8, "b": 52})
    for update, words in ((figure.update_xaxes, "Första ORS"), (figure.update_yaxes, "Sista ORS")):
        update(
            range=[-8, FULL + 8],
            tickvals=list(TICKS),
            ticktext=[str(mm // 10) for mm in TICKS],
            showgrid=True,
            gridcolor=colours.rule,
            title={"text": words, "font": {"size": SIZE - 1, "color": colours.second}},
        )
    figure.add_trace(
        go.Scatter(
            x=[0, FULL - reliable_mm, FULL, FULL, reliable_mm, 0],
            y=[reliable_mm, FULL, FULL, FULL - reliable_mm, 0, 0],
            fill="toself",
            mode="lines",
            line={"width": 0},
            fillcolor=colours.rule,
            opacity=0.6,
            hoverinfo="skip",
        )
    )
    line = {"color": colours.second, "width": 1}
    figure.add_shape(type="line", x0=0, y0=0, x1=FULL, y1=FULL, line=line)
    for shape in (
        {"x0": cutoff_mm, "x1": cutoff_mm, "y0": 0, "y1": FULL},
        {"y0": cutoff_mm, "y1": cutoff_mm, "x0": 0, "x1": FULL},
    ):
        figure.add_shape(type="line", line={**line, "dash": "dot"}, **shape)
    for words, x, y, anchor in (
        ("tillförlitlig förbättring", 30, FULL - 6, "left"),
        ("tillförlitlig försämring", FULL - 6, 10, "right"),
        (f"gränsvärde {format_points(cutoff_mm)}", FULL - 6, cutoff_mm + 10, "right"),
    ):
        figure.add_annotation(
            x=x, y=y, text=words, showarrow=False, xanchor=anchor,
            font={"size": SIZE - 2, "color": colours.second},
        )  # fmt: skip
    _points(figure, pairs, colours)
    return figure


def signs_legend(colours: Palette) -> str:
    """The marks and their classes as HTML, for the line beneath the chart."""
    return " &nbsp; ".join(
        f'<span style="color:{colours.classes[colour]}" aria-hidden="true">{GLYPHS[sign]}</span> '
        f"{escape(change.label)}"
        for change, (sign, colour) in SIGNS.items()
    )


def _points(figure: go.Figure, pairs: Sequence[OrsPair], colours: Palette) -> None:
    for change, (sign, colour) in SIGNS.items():
        counted = Counter(pair[:2] for pair in pairs if pair.change is change)
        figure.add_trace(
            go.Scatter(
                x=[first for first, _ in counted],
                y=[last for _, last in counted],
                mode="markers",
                marker={
                    "symbol": sign,
                    # Those in the same place are drawn larger, so that none is lost.
                    "size": [8 + 3 * (number - 1) for number in counted.values()],
                    "color": colours.classes[colour],
                    "line": {"width": 1.5, "color": colours.classes[colour]},
                    "opacity": 0.85,
                },
                hoverinfo="skip",
            )
        )
