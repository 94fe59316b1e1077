"""Insatser beside each other: the same target, with intervals, in the order of their names.

Never a ranking: nothing is sorted by an outcome, no best or worst is named, and what is said is
only whether the intervals overlap. Shares and intervals are as in `released_tiles.tile_of`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import plotly.graph_objects as go
import streamlit as st

from tracking.domain.figures import Cell, Row, Table
from tracking.domain.measures import Measure
from tracking.domain.swedish import whole
from tracking.outcomes.releasing.shapes import ReleasedInsats, ReleasedTarget
from tracking.ui import charts, choices
from tracking.ui.charts_overview import Dot, DotRow, dot_rows
from tracking.ui.kept import Sheet
from tracking.ui.overview_breakdowns import inside
from tracking.ui.released_tiles import says_of, span_of

KEY = "insatser-bredvid-varandra"
CHOICE = "jamfor"
CAUTION = (
    "Insatserna står i bokstavsordning. De tar emot olika deltagare; en skillnad säger inte vilken "
    "som arbetar bäst. Hela linjen är 95 % KI, en skrafferad ruta är det intervall som har släppts."
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Insatser with the same target, by name: each with what was released of it."""

    key: str
    label: str
    members: tuple[tuple[str, ReleasedTarget], ...]

    @property
    def finding(self) -> str:
        """Whether those with an exact share can be told apart by their intervals."""
        spans = [span_of(target) for _, target in self.members if target.exact]
        ends = [(s.low, s.high) for s in spans if s.low is not None and s.high is not None]
        if len(ends) < 2:
            return "För få insatser med exakt utfall för att säga om de skiljer sig åt"
        apart = any(a[1] < b[0] or b[1] < a[0] for a, b in combinations(ends, 2))
        if apart:
            return "Alla insatsers intervall överlappar inte varandra"
        return f"{whole(len(ends))} insatser går inte att skilja åt: intervallen överlappar"


def comparisons(insatser: Sequence[ReleasedInsats]) -> list[Comparison]:
    """What at least two insatser are asked in the same way, of the same people.

    In the order in which the targets stand; the insatser in the order given.
    """
    found: dict[str, list[tuple[str, ReleasedTarget]]] = defaultdict(list)
    for insats in insatser:
        for target in insats.targets:
            if target.measure.is_share:
                found[_asks(target)].append((insats.name, target))
    several = {key: members for key, members in found.items() if len({n for n, _ in members}) > 1}
    return [
        Comparison(key, _label(members[0][1]), tuple(members)) for key, members in several.items()
    ]


def _asks(target: ReleasedTarget) -> str:
    """What makes two targets the same question: what is asked, of whom, when."""
    parts = [target.family, target.population.value, target.point.value, target.measure.value]
    if target.measure is Measure.END_REASON_IN:
        # Which anledningar count is not part of the release; the wording tells.
        parts.append(target.wording)
    return "~".join(parts).replace(" ", "-")


def _label(target: ReleasedTarget) -> str:
    if target.measure.names_a_question or target.measure is Measure.END_REASON_IN:
        return target.wording
    return f"{target.measure.label}, {target.population.label}, {target.point.label}"


def put_heading(sheet: Sheet, found: Sequence[Comparison]) -> None:
    """The question; `choose` stands beneath it, unless no target is shared."""
    sheet.question("Insatser bredvid varandra")
    if not found:
        sheet.lead(
            "Inga två insatser har samma mål i det här släppet, så de kan inte ställas bredvid "
            "varandra."
        )


def choose(found: Sequence[Comparison]) -> Comparison:
    """Choose in the address what to look at."""
    by_key = {one.key: one for one in found}
    with st.container(key="not-printed-comparison"):
        key = choices.one_of(
            CHOICE,
            "Vad som jämförs",
            {key: one.label for key, one in by_key.items()},
            unknown="Det som adressen vill jämföra finns inte i släppet.",
            default=found[0].key,
        )
    return by_key[key]


def put(sheet: Sheet, comparison: Comparison) -> None:
    """One comparison: the chart with its table."""
    first = comparison.members[0][1]
    base = f"{comparison.label}; {first.period.label}"
    sheet.found(comparison.finding, base)
    rows = tuple(
        DotRow(f"{name}: {_says(target)}", (Dot(span_of(target)),), float(target.value))
        for name, target in comparison.members
    )

    def compare_chart(colours: charts.Palette) -> go.Figure:
        return dot_rows(rows, colours)

    alt = ". ".join(row.words for row in rows)
    sheet.chart(compare_chart, alt=f"{comparison.finding}. {alt}.", key=KEY)
    sheet.small(CAUTION + " Det tjocka strecket är insatsens eget mål.")
    table = Table(
        key="comparison",
        title=comparison.label,
        definition=first.measure.help,
        row_heading="Insats",
        columns=("utfall", "mål, procent"),
        rows=tuple(Row(name, (target.cell, _aim(target))) for name, target in comparison.members),
        period=first.period,
        population=first.population.label,
        notes=(CAUTION,),
    )
    sheet.behind(table)
    sheet.offer(comparison.finding, chart=KEY, base=base, alt=alt, table=table)


def _aim(target: ReleasedTarget) -> Cell:
    return Cell.of_number(float(target.value), 0 if target.value % 1 == 0 else 1)


def _says(target: ReleasedTarget) -> str:
    says, beside = says_of(target)
    said = inside(says)
    return f"{said} ({beside})".replace(" av ", "\u00a0av\u00a0") if beside else said
