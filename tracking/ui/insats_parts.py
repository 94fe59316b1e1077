"""The parts of an insats's own page, each the answer to one question, put on sheets.

Every part sets its answer, which stands at the top of the page, and then its charts, each with
the table behind. Nothing is counted here; which part is shown, for whom and of whom is
`tracking.ui.dashboard`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from html import escape

import plotly.graph_objects as go

from tracking.domain.figures import Cell, CellKind, Table
from tracking.domain.records import Gender
from tracking.domain.swedish import whole
from tracking.domain.wording import capitalised
from tracking.outcomes.monthly import Months
from tracking.outcomes.shapes import InsatsDashboard
from tracking.outcomes.time_curves import TimeCurves
from tracking.ui import charts, findings
from tracking.ui import findings_flow as flow
from tracking.ui import findings_tables as told
from tracking.ui.charts_classes import Group, divided, legend
from tracking.ui.charts_flows import flow_bands
from tracking.ui.charts_months import Line, Panel, over_months, places_over_months
from tracking.ui.charts_overview import DotRow, dot_rows
from tracking.ui.charts_time import time_curves
from tracking.ui.kept import Sheet
from tracking.ui.target_sheet import put_targets

GENDERS_LEGEND = (
    '<p class="stegvis-base"><span aria-hidden="true">●</span> kvinnor &nbsp; '
    '<span aria-hidden="true">■</span> män &nbsp; <span aria-hidden="true">◆</span> totalt '
    "&nbsp; linje: 95-procentigt konfidensintervall; utan märke: för få</p>"
)


class InsatsPart(StrEnum):
    """The questions that the page answers, in the order in which they are read."""

    TARGETS = "mal"
    PEOPLE = "deltagare"
    SUPPORT = "forsorjning"
    STEPS = "steg"
    ORS = "ors"
    TIME = "tid"
    GENDERS = "kon"
    QUESTIONS = "fragor"
    TABLES = "tabeller"
    ALL = "allt"

    @property
    def label(self) -> str:
        """The word that it is chosen by."""
        return _PARTS[self][0]

    @property
    def question(self) -> str:
        """The question in the page's title."""
        return _PARTS[self][1]


_PARTS = {
    InsatsPart.TARGETS: ("Mål", "når vi målen?"),
    InsatsPart.PEOPLE: ("Deltagare", "hur många deltar, och är platserna i bruk?"),
    InsatsPart.SUPPORT: ("Försörjning", "hur är försörjning och arbete före och efter?"),
    InsatsPart.STEPS: ("Steg", "tar deltagarna steg, och håller de?"),
    InsatsPart.ORS: ("ORS", "hur ändras det självskattade måendet?"),
    InsatsPart.TIME: ("Tid", "hur länge är deltagarna i insatsen?"),
    InsatsPart.GENDERS: ("Kvinnor och män", "skiljer det mellan kvinnor och män?"),
    InsatsPart.QUESTIONS: ("Frågor", "vad svarar deltagarna?"),
    InsatsPart.TABLES: ("Tabeller", "alla tabeller"),
    InsatsPart.ALL: ("Allt", "allt på en sida"),
}


def put_goals(sheet: Sheet, board: InsatsDashboard) -> None:
    """Every target with its verdict, and the period in five sentences."""
    results = board.targets
    sheet.answer = findings.targets_finding([result.outcome.verdict for result in results])
    put_targets(sheet, results, board.target_table, left_out=board.left_out)
    sheet.question("Perioden i korthet")
    lines = "".join(f"<li>{escape(line)}</li>" for line in board.summary)
    sheet.html(f'<ul class="stegvis-lead stegvis-five">{lines}</ul>')


def put_people(sheet: Sheet, board: InsatsDashboard, found: Months, footnote: str = "") -> None:
    """Who came, left and is here; the places; how spells ended; the situation today.

    ``footnote`` says what else is known of years before these months.
    """
    sheet.answer = f"{told.flows_finding(board.flows)}. {flow.places_finding(found)}."
    months = [(one.period.start.year, one.period.start.month) for one in found.months]
    # Of one kön alone its line is the total's; who lacks a kön stands in the table.
    both = found.only.gender is None
    heads: list[Gender | None] = [Gender.WOMAN, Gender.MAN, None] if both else [None]
    panels = (
        Panel(
            "Startade under månaden",
            tuple(Line(g, tuple(m.counts[g].started for m in found.months)) for g in heads),
        ),
        Panel(
            "Avslutade under månaden",
            tuple(Line(g, tuple(m.counts[g].ended for m in found.months)) for g in heads),
        ),
        Panel(
            "Pågick vid månadens slut",
            tuple(Line(g, tuple(m.counts[g].ongoing for m in found.months)) for g in heads),
        ),
    )
    if any(one.total.days for one in found.months):
        sheet.figure(
            flow.months_finding(found),
            flow.months_base(found),
            lambda colours: over_months(months, panels, colours),
            alt=flow.months_alt(found),
            key="flow-months",
            table=found.flow,
            beneath=footnote,
        )
        lines = [Line(g, tuple(float(m.counts[g].places) for m in found.months)) for g in heads]
        planned = None if found.planned is None else float(found.planned)
        sheet.figure(
            flow.places_finding(found),
            f"Årsplatser i bruk, {found.span.label}",
            lambda colours: places_over_months(months, lines, planned, colours),
            alt=f"{flow.places_finding(found)}.",
            key="places-months",
            table=found.places,
        )
    else:
        sheet.found(flow.months_finding(found), found.span.label)
    sheet.standing(told.flows_finding(board.flows), board.flows)
    _ends(sheet, board.end_reasons)
    sheet.standing("Läget just nu", board.current)


def _ends(sheet: Sheet, table: Table) -> None:
    parts, base = told.end_reason_parts(table)
    finding = told.end_reasons_finding(table)
    if not base:
        sheet.found(finding, table.period.label)
        sheet.standing(finding, table, titled=True)
        return
    rows = [flow.reason_dots(label, cells) for label, cells in told.end_reason_shares(table)]
    women, men = (told.number(table, "Avslutade", name) for name in list(told.BY_GENDER)[:2])
    _dots(
        sheet,
        finding,
        f"Avslutade, {table.period.label}, n = {whole(base)}, varav {whole(women)} kvinnor och "
        f"{whole(men)} män",
        rows,
        alt=told.parts_alt(parts, base),
        key="end-reasons",
        table=table,
    )


def put_support(sheet: Sheet, support: tuple[Table, ...], occupation: tuple[Table, ...]) -> None:
    """Försörjning from start to end as bands and by kön; work and studies at the end."""
    tables = {table.key: table for table in (*support, *occupation)}
    _bands(sheet, tables["support_flow"], "hade samma slags försörjning")
    change = tables["support_change"]
    finding = told.support_finding(change)
    sheet.answer = f"{finding}."
    _shares(sheet, finding, told.support_rows(change), key="support-change", table=change)
    grew = tables["occupation_grew"]
    _shares(
        sheet,
        told.share_finding(grew.rows[0], "arbetar eller studerar vid avslut"),
        [(row.label, told.by_gender(grew, row)) for row in grew.rows[:2]],
        key="occupation-grew",
        table=grew,
    )
    sheet.small("Varje slag av försörjning och sysselsättning för sig står under Tabeller.")


def _shares(
    sheet: Sheet,
    finding: str,
    shares: Sequence[tuple[str, tuple[Cell, ...]]],
    *,
    key: str,
    table: Table,
) -> None:
    """Shares by kön as points; without anybody in a base only the table."""
    rows = [flow.share_dots(label, cells) for label, cells in shares if cells[-1].base]
    base = f"{capitalised(table.population)}, {table.period.label}"
    if rows:
        alt = ". ".join(row.words for row in rows) + "."
        _dots(sheet, finding, base, rows, alt=alt, key=key, table=table)
    else:
        sheet.found(finding, base)
        sheet.standing(finding, table, titled=True)


def put_steps(sheet: Sheet, board: InsatsDashboard, tables: tuple[Table, ...]) -> None:
    """Stegförflyttning, from which step to which, and what was kept afterwards."""
    moves = board.step_moves
    sheet.answer = f"{told.steps_finding(moves)}."
    groups = told.step_groups(moves)
    _divided(
        sheet,
        told.steps_finding(moves),
        told.steps_base(moves),
        groups,
        key="step-moves",
        table=moves,
    )
    for table in tables:
        if table.key == "step_matrix_completed":
            _bands(sheet, table, "stod på samma steg")
    for months in (6, 12, 18):
        due = next((one for one in tables if one.key == f"sustained_{months}"), None)
        if due is None:
            continue
        kept = told.kept_groups(due)
        _divided(
            sheet,
            told.kept_finding(kept, months),
            f"{capitalised(due.population)}, {due.period.label}, n = {whole(kept[-1].size)}",
            kept,
            key=f"kept-{months}",
            table=due,
            beneath=told.kept_bounds(kept),
        )
    sheet.standing(told.sustained_finding(board.sustained), board.sustained)
    if not tables:
        sheet.small("Insatsen har ingen processtrappa.")


def put_ors(sheet: Sheet, board: InsatsDashboard, ratings: tuple[Table, ...]) -> None:
    """Change from the first to the last ORS in classes, and the means of all instruments."""
    change = board.ors_change
    finding = told.change_finding(change)
    sheet.answer = f"{finding}."
    base = told.number(change, "Med två skattningar")
    _divided(
        sheet,
        finding,
        f"Avslutade med två skattningar, {change.period.label}, n = {whole(base)}",
        told.change_groups(change),
        key="ors-change",
        table=change,
        beneath=told.mean_words(board.ors_mean),
    )
    for table in ratings:
        sheet.standing(table.title, table)


def put_time(sheet: Sheet, found: TimeCurves, tables: tuple[Table, ...]) -> None:
    """How long people stay: curves with band and censoring, and the tables of time."""
    finding = flow.time_finding(found)
    sheet.answer = f"{finding}."
    if any(curve.points for curve in found.curves):
        sheet.figure(
            finding,
            flow.time_base(found),
            lambda colours: time_curves(found.curves, colours),
            alt=flow.time_alt(found),
            key="time-curves",
            table=found.table,
            beneath=(
                f"{flow.time_by_gender(found)} Grått band: 95-procentigt konfidensintervall för "
                "alla. Små streck: deltaganden som pågår eller lämnat av annat skäl, och som "
                "följs så långt de kommit."
            ).strip(),
        )
    else:
        sheet.found(finding, flow.time_base(found))
        sheet.standing(finding, found.table, titled=True)
    for table in tables:
        if table.key == found.table.key:
            continue
        # Two tables of one name could not be told apart by who hears them.
        if table.title == found.table.title:
            table = replace(table, title=f"{table.title}, {table.population}")
        sheet.standing(table.title, table)


def put_genders(sheet: Sheet, table: Table | None) -> None:
    """Every share of kvinnor beside that of män, with the difference in words."""
    if table is None:
        sheet.answer = "Urvalet gäller ett kön, så det finns inget att jämföra med."
        return
    finding = flow.compared_finding(table)
    sheet.answer = f"{finding}."
    rows = flow.compared_rows(table)
    if not rows:
        sheet.found(finding, table.period.label)
        sheet.standing(finding, table, titled=True)
        return
    _dots(
        sheet,
        finding,
        f"{capitalised(table.population)}, {table.period.label}",
        rows,
        alt=flow.compared_alt(table),
        key="women-and-men",
        table=table,
    )
    said = [flow.compared_words(row) for row in table.rows if row.cells[2].kind is CellKind.SHARE]
    items = "".join(f"<li>{escape(words)}</li>" for words in said)
    sheet.html(
        '<p class="stegvis-base">Skillnad, kvinnor minus män, med 95-procentigt '
        f'konfidensintervall:</p><ul class="stegvis-notes">{items}</ul>'
    )


def put_questions(sheet: Sheet, board: InsatsDashboard) -> None:
    """Kompletterande frågor before and after, each by itself, and the anonymous slips."""
    asked = [*board.questions, *([] if board.slips is None else [board.slips])]
    sheet.answer = (
        f"{whole(len(asked))} {'fråga har' if len(asked) == 1 else 'frågor har'} tabeller nedan."
        if asked
        else "Insatsen har inga kompletterande frågor med svar i perioden."
    )
    for table in asked:
        sheet.standing(table.title, table)


def _bands(sheet: Sheet, table: Table, same: str) -> str:
    """Before and after as bands; returns the finding as a sentence."""
    flows = told.matrix_flows(table)
    if flows is None:
        finding = told.nobody_or_many(table)
        sheet.found(finding, f"{table.title}, {table.period.label}")
        sheet.standing(finding, table, titled=True)
        return f"{finding}."
    finding = told.matrix_finding(flows, same)
    sheet.figure(
        finding,
        f"{table.title}, {table.period.label}, n = {whole(flows.size)}",
        lambda colours: flow_bands(flows, colours),
        alt=told.matrix_alt(flows),
        key=f"flows-{table.key}",
        table=table,
    )
    return f"{finding}."


def _divided(
    sheet: Sheet,
    finding: str,
    base: str,
    groups: tuple[Group, ...],
    *,
    key: str,
    table: Table,
    beneath: str = "",
) -> None:
    """Groups as wholes divided into classes; of nobody only the table."""
    there = tuple(group for group in groups if group.size)
    if not there:
        sheet.found(finding, base)
        sheet.standing(finding, table, titled=True)
        return
    sheet.figure(
        finding,
        base,
        lambda colours: divided(there, colours),
        alt=told.groups_alt(there),
        key=key,
        table=table,
        beneath=beneath,
        legend=f'<p class="stegvis-base">{legend(there[0].parts, sheet.colours)}</p>',
    )


def _dots(
    sheet: Sheet,
    finding: str,
    base: str,
    rows: Sequence[DotRow],
    *,
    alt: str,
    key: str,
    table: Table,
) -> None:
    def dots_chart(colours: charts.Palette) -> go.Figure:
        return dot_rows(rows, colours)

    sheet.figure(finding, base, dots_chart, alt=alt, key=key, table=table, legend=GENDERS_LEGEND)
