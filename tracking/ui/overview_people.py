"""Head counts on the styrelse's overview: of the release, and over the releases so far.

All of them are stored numbers as they were published; nothing is added or subtracted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from tracking.domain.figures import EMPTY, Cell, Row, Table
from tracking.domain.periods import Period
from tracking.domain.swedish import whole
from tracking.domain.wording import EN_DASH
from tracking.outcomes.releasing.heads import ENDED, ONGOING_AFTER, STARTED
from tracking.outcomes.releasing.shapes import ReleasedInsats, ReleaseInShort
from tracking.ui import charts
from tracking.ui.charts_periods import Series, over_periods
from tracking.ui.kept import Sheet

KEY = "heads-over-time"
LINES = ((STARTED, "startade"), (ENDED, "avslutade"), (ONGOING_AFTER, "pågår vid slutet"))


@dataclass(frozen=True, slots=True)
class People:
    """The head counts of an insats (or all) over the releases, oldest first."""

    periods: tuple[Period, ...]
    series: tuple[Series, ...]

    @property
    def labels(self) -> list[str]:
        """The periods in words."""
        return [period.label for period in self.periods]

    @property
    def finding(self) -> str:
        """The newest period in a sentence."""
        last = {one.label: _or_dash(one.values[-1]) for one in self.series}
        return (
            f"{last['startade']} startade och {last['avslutade']} avslutades {self.labels[-1]}; "
            f"{last['pågår vid slutet']} pågår vid slutet"
        )


def people_of(history: Sequence[ReleaseInShort], insats_id: int | None) -> People | None:
    """The head counts of those releases that have the insats; None where no release has."""
    found = [
        (one.release.period, {row.label: row.cells[0].count for row in insats.heads.rows})
        for one in history
        if (insats := one.of(insats_id)) is not None
    ]
    if not found:
        return None
    return People(
        tuple(period for period, _ in found),
        tuple(
            Series(words, tuple(counts.get(label) for _, counts in found)) for label, words in LINES
        ),
    )


def put(sheet: Sheet, people: People) -> None:
    """The chart over the periods with its table; of a single period, or of nobody, a sentence."""
    if len(people.periods) < 2 or not any(value for one in people.series for value in one.values):
        sheet.lead(f"{people.finding}.")
        return
    labels = people.labels
    base = f"Deltaganden per period, {labels[0]} till {labels[-1]}; varje period som den släpptes"

    def periods_chart(colours: charts.Palette) -> go.Figure:
        return over_periods(labels, people.series, colours)

    said = "; ".join(
        f"{one.label}: {', '.join(_or_dash(value) for value in one.values)}"
        for one in people.series
    )
    alt = f"{people.finding}. {said}."
    sheet.figure(people.finding, base, periods_chart, alt=alt, key=KEY, table=table_of(people))


def table_of(people: People) -> Table:
    """The periods as rows."""
    return Table(
        key=KEY,
        title="Deltaganden per period",
        definition=(
            "Deltaganden, alltså en person i en insats från start till avslut. Varje rad är som "
            "den släpptes; rättelser efteråt kommer med i nästa släpp."
        ),
        row_heading="Period",
        columns=tuple(one.label for one in people.series),
        rows=tuple(
            Row(label, tuple(_cell(one.values[n]) for one in people.series))
            for n, label in enumerate(people.labels)
        ),
        period=Period(people.periods[0].start, people.periods[-1].end),
        population="alla deltaganden",
    )


def put_each(
    sheet: Sheet, insatser: Sequence[ReleasedInsats], every: ReleasedInsats | None
) -> None:
    """The head counts of the release: an insats a row, in the order given, all of them last."""
    if len(insatser) == 1:
        sheet.table(insatser[0].heads)
        return
    rows = [*insatser, *([every] if every else [])]
    if not rows:
        return
    heads = rows[-1].heads
    sheet.table(
        Table(
            key="heads-of-all",
            title="Deltaganden i varje insats",
            definition=heads.definition,
            row_heading="Insats",
            columns=tuple(row.label for row in heads.rows),
            rows=tuple(
                Row(
                    "Alla insatser" if insats.insats_id is None else insats.name,
                    tuple(row.cells[0] for row in insats.heads.rows),
                    emphasis=insats.insats_id is None,
                )
                for insats in rows
            ),
            period=heads.period,
            population=heads.population,
            notes=heads.notes,
        )
    )


def _cell(value: int | None) -> Cell:
    return EMPTY if value is None else Cell.of_count(value)


def _or_dash(value: int | None) -> str:
    return EN_DASH if value is None else whole(value)
