"""Jämställdhet on the styrelse's overview: participation and results by kön, as far as released.

`lines_of` finds what can be compared, and what cannot with the reason that the release gives.
Everything stored is shown as stored; worked out are only per cents, the interval of each share
and that of their difference, all of counts that stand beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import plotly.graph_objects as go

from tracking.domain.figures import Cell, CellKind, Row, Table
from tracking.domain.periods import Period
from tracking.domain.records import Gender
from tracking.domain.statistics import newcombe_difference
from tracking.domain.swedish import count_and_share, whole
from tracking.domain.wording import NO_BREAK_SPACE, capitalised, listed
from tracking.outcomes.releasing.heads import COMPLETED, ENDED
from tracking.outcomes.releasing.shapes import ReleasedInsats, reach_of
from tracking.outcomes.releasing.tables import BY_GENDER
from tracking.ui import charts, findings
from tracking.ui.charts_overview import Dot, DotRow, dot_rows
from tracking.ui.kept import Sheet
from tracking.ui.marks import Span
from tracking.ui.overview_breakdowns import inside

RESULTS = (
    ("step_move", "Framåt", "Steg framåt"),
    ("end_reason", "Arbete", "Avslut till arbete"),
    ("end_reason", "Studier", "Avslut till studier"),
    ("end_occupation", "Arbete eller studier", "Arbete eller studier vid avslut"),
    ("end_support", "Ingen offentlig försörjning", "Ingen offentlig försörjning vid avslut"),
    ("active_planning", "Ja", "På rätt plats med tydlig planering"),
    ("ors_class_below", "Tillförlitligt förbättrad", "Tillförlitligt förbättrad på ORS"),
)
"""The results that are looked at by kön: table, row, and what it is called here."""

KEY = "kvinnor-och-man"
WHOLE_COMPLETED = COMPLETED.removeprefix("därav ").capitalize()
LEGEND = "● kvinnor, ■ män. En skillnad säger inte vad den beror på."
UNDIVIDED = "visas inte uppdelat på kvinnor och män i det här släppet"


@lru_cache(maxsize=1000)
def _difference(women: tuple[int, int], men: tuple[int, int]) -> tuple[str, bool]:
    """The comparison in words and whether it tells apart, kept: releases never change."""
    apart = newcombe_difference(*women, *men).tells_apart
    return findings.difference_finding(women, men), apart


@dataclass(frozen=True, slots=True)
class GenderLine:
    """One comparison: counts with their bases, and whether the interval tells them apart."""

    label: str
    women: tuple[int, int]
    men: tuple[int, int]

    @property
    def words(self) -> str:
        """Both shares, the difference with its interval, and what that allows one to say."""
        return _difference(self.women, self.men)[0]

    @property
    def tells_apart(self) -> bool:
        """Whether the interval of the difference lies on one side of zero."""
        return _difference(self.women, self.men)[1]


@dataclass(frozen=True, slots=True)
class GenderView:
    """What a release allows of one period: comparisons, and what is not shown by kön."""

    period: Period
    taking_part: tuple[str, ...]
    lines: tuple[GenderLine, ...]
    not_shown: tuple[str, ...]

    @property
    def finding(self) -> str:
        """The title of the chart, made from what it shows."""
        if not self.lines:
            return "Inget resultat kan visas för kvinnor och män var för sig"
        apart = [line.label.lower() for line in self.lines if line.tells_apart]
        if apart:
            return f"Kvinnor och män skiljer sig åt i {listed(apart)}"
        if len(self.lines) == 1:
            label = self.lines[0].label.lower()
            return f"Kvinnor och män går inte att skilja åt i {label}"
        return (
            f"Kvinnor och män går inte att skilja åt i något av {whole(len(self.lines))} resultat"
        )


def view_of(insats: ReleasedInsats) -> GenderView:
    """What the release says of kvinnor and män: of the year where it closes one."""
    period = max(
        (t.period for t in insats.tables), key=lambda p: p.days, default=insats.heads.period
    )
    here = {table.key: table for table in insats.tables if table.period == period}
    lines: list[GenderLine] = []
    hidden: list[str] = []
    heads = here.get(BY_GENDER)
    if heads is not None:
        completed = _counts(heads, WHOLE_COMPLETED)
        ended = _counts(heads, ENDED)
        if completed and ended and all(ended):
            label = "Fullföljda av alla avslut"
            lines.append(GenderLine(label, (completed[0], ended[0]), (completed[1], ended[1])))
    for key, row, label in RESULTS:
        table = here.get(key)
        shares = None if table is None else _shares(table, row)
        if shares is not None:
            lines.append(GenderLine(label, *shares))
        elif table is not None:
            hidden.append(label)
    return GenderView(period, _taking_part(heads), tuple(lines), tuple(hidden))


def _row(table: Table, label: str) -> Row | None:
    if len(table.columns) != 3:
        return None
    return next((row for row in table.rows if row.label == label), None)


def _counts(table: Table, label: str) -> tuple[int, int] | None:
    row = _row(table, label)
    if row is None or any(cell.kind is not CellKind.COUNT for cell in row.cells[:2]):
        return None
    return row.cells[0].count or 0, row.cells[1].count or 0


def _shares(table: Table, label: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    row = _row(table, label)
    if row is None:
        return None
    found = [_share(cell) for cell in row.cells[:2]]
    if found[0] is None or found[1] is None:
        return None
    return found[0], found[1]


def _share(cell: Cell) -> tuple[int, int] | None:
    if cell.kind is not CellKind.SHARE or cell.count is None or not cell.base:
        return None
    return cell.count, cell.base


def _taking_part(heads: Table | None) -> tuple[str, ...]:
    """Kvinnor and män among started, ended and fullföljda, where all three numbers are shown."""
    if heads is None:
        return ()
    said = []
    for row in heads.rows:
        if len(row.cells) != 3 or any(cell.kind is not CellKind.COUNT for cell in row.cells):
            continue
        women, men, every = (cell.count or 0 for cell in row.cells)
        if every:
            said.append(
                f"{row.label}: {count_and_share(women, every)} kvinnor och "
                f"{count_and_share(men, every)} män"
            )
    return tuple(said)


def put(sheet: Sheet, insats: ReleasedInsats) -> None:
    """Participation, then results with intervals, then what is not shown and why."""
    view = view_of(insats)
    if view.taking_part:
        sheet.lead(f"{'. '.join(view.taking_part)}.")
    if view.lines:
        _put_results(sheet, view)
    why = why_not(view)
    if why:
        sheet.lead(why)


def _put_results(sheet: Sheet, view: GenderView) -> None:
    """The comparisons as one chart, each with its words, the table behind, and as files."""
    base = f"{view.period.label.capitalize()}; punkten är andelen, linjen 95\u202f% KI"
    sheet.found(view.finding, base)
    rows = tuple(
        DotRow(
            f"{line.label}: kvinnor {_of(line.women)}, män {_of(line.men)}",
            (Dot(_span(line.women), Gender.WOMAN), Dot(_span(line.men), Gender.MAN)),
        )
        for line in view.lines
    )

    def gender_chart(colours: charts.Palette) -> go.Figure:
        return dot_rows(rows, colours)

    alt = " ".join(f"{line.label}. {line.words}" for line in view.lines)
    sheet.chart(gender_chart, alt=f"{view.finding}. {alt}", key=KEY)
    sheet.notes((LEGEND, *(f"{line.label}. {line.words}" for line in view.lines)))
    table = table_of(view)
    sheet.behind(table)
    sheet.offer(view.finding, chart=KEY, base=base, alt=alt, table=table)


def table_of(view: GenderView) -> Table:
    """The comparisons as a table."""
    return Table(
        key="gender-results",
        title="Resultat för kvinnor och män",
        definition=(
            "Andelar bland dem som har uppgift. Skillnaden bedöms med Newcombes 95-procentiga "
            "intervall; ligger noll i intervallet går kvinnor och män inte att skilja åt."
        ),
        row_heading="Resultat",
        columns=("kvinnor", "män"),
        rows=tuple(
            Row(line.label, (Cell.of_share(*line.women), Cell.of_share(*line.men)))
            for line in view.lines
        ),
        period=view.period,
        population="avslutade; steg bland fullföljda",
        notes=tuple(f"{line.label}: {line.words}" for line in view.lines),
    )


def spans(line: GenderLine) -> tuple[Span, Span]:
    """What is drawn of kvinnor and of män."""
    return _span(line.women), _span(line.men)


def why_not(view: GenderView) -> str:
    """What is not shown by kön, and why, in one sentence; empty where all is."""
    if view.not_shown:
        labels = capitalised(listed([inside(label) for label in view.not_shown]))
        return (
            f"{labels} {UNDIVIDED}: gruppen är för liten, eller för mycket av uppdelningen hade "
            "behövt döljas för att ingen ska kunna kännas igen."
        )
    if not view.lines:
        return (
            "Resultaten är inte uppdelade på kvinnor och män i det här släppet: grupperna är för "
            "små för att ingen ska kunna kännas igen."
        )
    return ""


def _of(pair: tuple[int, int]) -> str:
    return count_and_share(*pair).replace(" ", NO_BREAK_SPACE)


def _span(pair: tuple[int, int]) -> Span:
    return Span(*reach_of(*pair))
