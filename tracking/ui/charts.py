"""What every chart shares: the colours of the look, the Plotly layout, and how it is shown.

A chart on a page is a finding in words, a line that says who is counted, the figure with a
text alternative, and the table behind it. The kinds of chart are in `charts_targets` and
`charts_classes`; the words are made in `findings`. Nothing here reads a database.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from tracking.domain.records import Gender
from tracking.domain.swedish import decimal
from tracking.ui import reader, shown, tokens

FONT = '"Source Sans", sans-serif'
SIZE = 15
ROW = 38
"""Height of one row of a chart in pixels."""
AXIS = 34
"""Height of an axis with its numbers in pixels."""

STILL: dict[str, Any] = {"staticPlot": True, "displayModeBar": False, "responsive": True}
"""Every value stands as text beside its mark, so nothing has to be pointed at."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one ground, light or dark.

    ``classes`` are in the order of the step moves: framåt, oförändrat, bakåt, inga utsikter.
    ``genders`` has None for totalt.
    """

    ground: str
    ink: str
    second: str
    rule: str
    primary: str
    bar: str
    genders: dict[Gender | None, str]
    classes: tuple[str, ...]
    quiet: str


def _palette(look: tokens.Tokens, *, bar: str, classes: tuple[str, ...], quiet: str) -> Palette:
    return Palette(
        ground=look.ground,
        ink=look.ink,
        second=look.second,
        rule=look.rule,
        primary=look.primary,
        bar=bar,
        genders={Gender.WOMAN: look.women, Gender.MAN: look.men, None: look.everybody},
        classes=classes,
        quiet=quiet,
    )


LIGHT = _palette(
    tokens.LIGHT,
    bar="#4f93b8",
    classes=(tokens.LIGHT.primary, "#8fbad3", tokens.LIGHT.unsure, tokens.LIGHT.few, "#b9bfc6"),
    quiet="#868c94",
)
DARK = _palette(
    tokens.DARK,
    bar="#4a86ab",
    classes=(tokens.DARK.primary, "#37647f", tokens.DARK.unsure, "#9aa3ad", "#59616b"),
    quiet="#8b929b",
)


def palette(dark: bool) -> Palette:
    """The colours for a dark or a light ground."""
    return DARK if dark else LIGHT


def ground_is_dark() -> bool:
    """Whether the reader's page is dark; a browser that has not said so yet has a light one."""
    return getattr(st.context.theme, "type", None) == "dark"


def blank(colours: Palette, *, height: int, left: int = 8, right: int = 8) -> go.Figure:
    """An empty figure in the look: no frame, no grid, Swedish separators, own ground seen
    through. ``left`` and ``right`` are margins in pixels.
    """
    return at_once(colours, height=height, left=left, right=right)


def at_once(
    colours: Palette,
    *traces: dict[str, Any],
    height: int,
    left: int = 8,
    right: int = 8,
    top: int = 4,
    bottom: int = 4,
    xaxis: dict[str, Any] | None = None,
    yaxis: dict[str, Any] | None = None,
    **layout: Any,
) -> go.Figure:
    """A figure in the look of `blank` with all that is in it: updating a figure costs plotly
    four times as much as making it.
    """
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickfont": {"size": SIZE - 1, "color": colours.second},
        "fixedrange": True,
        "automargin": False,
        "title": {"text": ""},
    }
    return go.Figure(
        data=traces,
        layout={
            # Without plotly's own, which is three times as long as our figures.
            "template": {},
            "height": height,
            "margin": {"l": left, "r": right, "t": top, "b": bottom, "pad": 0},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": SIZE, "color": colours.ink},
            "separators": ", ",
            "showlegend": False,
            "hovermode": False,
            "dragmode": False,
            "xaxis": axis | (xaxis or {}),
            "yaxis": axis | (yaxis or {}),
            "bargap": 0.4,
            **layout,
        },
    )


def thin(colour: str, share: float) -> str:
    """A colour through which a share of what lies beneath is hidden."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


QUARTERS: dict[str, list[Any]] = {
    "tickvals": [0, 25, 50, 75, 100],
    "ticktext": ["0", "25", "50", "75", "100\u202f%"],
}
"""The numbers of an axis that is a whole."""


def per_cent_axis(figure: go.Figure, colours: Palette, *, bottom: int = AXIS) -> None:
    """Make the x axis a whole: 0–100 with a line at every quarter."""
    figure.update_xaxes(**per_cents(colours))
    figure.update_layout(margin_b=bottom)


def per_cents(colours: Palette) -> dict[str, Any]:
    """What makes an axis a whole: 0–100 with a line at every quarter."""
    return {
        "range": [0, 100.6],
        **QUARTERS,
        "showgrid": True,
        "gridcolor": colours.rule,
        "gridwidth": 1,
    }


def number_ticks(
    low: float, high: float, *, parts: int = 4, whole_steps: bool = True
) -> dict[str, list[Any]]:
    """Round numbers from ``low`` to ``high`` in some ``parts`` at most, written in Swedish.

    Plotly's own are 10k for 10 000, and half a person where there are few; ``whole_steps`` is for
    what there is no half of.
    """
    rough = max(high - low, 1e-6) / parts
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(m * size for m in (1, 2, 5, 10) if m * size >= rough * (1 - 1e-9))
    if whole_steps:
        step = max(1.0, step)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = [n * step for n in range(math.ceil(low / step - 1e-9), int(high / step + 1e-9) + 1)]
    return {"tickvals": ticks, "ticktext": [decimal(tick, decimals) for tick in ticks]}


def found(finding: str, base: str = "", *, verdict: str = "") -> None:
    """The title of a chart: the finding, and who is counted. ``verdict`` is HTML of our own."""
    shown.html(found_html(finding, base, verdict=verdict))


def found_html(finding: str, base: str = "", *, verdict: str = "") -> str:
    """The same as HTML."""
    lines = [f"<strong>{escape(finding)}</strong>"]
    if verdict:
        lines.append(verdict)
    if base:
        lines.append(f"<span>{' · ' if verdict else ''}{escape(base)}</span>")
    return f'<div class="stegvis-found">{"".join(lines)}</div>'


def show(figure: go.Figure, *, alt: str, key: str) -> None:
    """Draw a figure in the reader's language, with its text alternative."""
    speech = reader.speaks()
    if speech is not None:
        figure, alt = Written(reader.said_figure(figure.to_dict(), speech)), speech.say(alt)
    st.plotly_chart(figure, theme=None, config=STILL, alt=alt, key=key, width="stretch")


Build = Callable[[Palette], go.Figure]


def show_kept(build: Build, *, of: object, alt: str, key: str) -> None:
    """Draw what ``build`` makes in the page's own colours, built once for the same numbers.

    ``of`` is everything that the figure is made from, with a repr that tells it apart from
    any other: plotly takes longer to build a figure than all the rest of a page.
    """
    dark = ground_is_dark()
    figure = _built(lambda: build(palette(dark)), f"{build.__qualname__}:{of!r}", dark)
    show(figure, alt=alt, key=key)


@st.cache_resource(max_entries=1000, show_spinner=False)
def _built(_build: Callable[[], go.Figure], of: str, dark: bool) -> go.Figure:
    """Whoever has the same numbers gets the same figure: the key holds all of them."""
    del of, dark
    return Written(_build().to_dict())


def _short(value: Any) -> Any:
    """The same with no more decimals than can be seen: they are read and sent at every click.

    A ten-thousandth of a chart's width is less than a tenth of a pixel.
    """
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 4)
    if isinstance(value, dict):
        return {key: _short(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_short(part) for part in value]
    return value


class Written(go.Figure):  # type: ignore[misc]  # plotly says nothing of its types
    """A figure that is written out once: plotly copies and checks it again at every drawing."""

    def __init__(self, written: dict[str, Any]) -> None:
        super().__init__(layout={"template": {}})
        self._written = {name: _short(part) for name, part in written.items()}

    def to_dict(self) -> dict[str, Any]:
        """What is drawn. Whoever gets it only reads it."""
        return self._written
