"""The parts of an insats's own page: data quality, targets, participants, ends, steps, ORS.

Each part draws what `tracking.outcomes.tables` has counted: a finding, its chart, the table
behind. Nothing is counted here, and nothing is hidden: the page is for the insats's own staff.
"""

from __future__ import annotations

from datetime import date
from html import escape

import plotly.graph_objects as go
import streamlit as st

from tracking.access.actors import Actor
from tracking.access.permissions import check_can_see_internal
from tracking.domain import clock
from tracking.domain.figures import Table, TargetResult
from tracking.domain.periods import Period
from tracking.domain.statistics import MeanChange
from tracking.domain.swedish import count_and_share, whole
from tracking.outcomes.shapes import InsatsDashboard
from tracking.outcomes.tables import data_version, insats_dashboard
from tracking.services.taken_files import record_taken_file
from tracking.store.database import Database
from tracking.ui import charts, findings, frame, messages, tables
from tracking.ui import findings_tables as told
from tracking.ui.chart_files import Files
from tracking.ui.charts_classes import Part, class_bars, divided, legend
from tracking.ui.guard import Context
from tracking.ui.menu import may_open, page_path
from tracking.ui.targets_view import draw_target, exact_line, targets_table

MARK = (
    "INTERNT – ej röjandekontrollerad. Här är inget dolt: siffrorna är exakta också när de är "
    "små, och stannar hos insatsens egen personal."
)

MENDED = {"att_gora": "Rätta under Att göra", "uppfoljningar": "Gör uppföljningarna"}


def read(
    database: Database, actor: Actor, insats_id: int, period: Period, today: date
) -> InsatsDashboard:
    """The figures of an insats and period, computed once for as long as nothing has changed.

    Asks for permission at every call, also when the figures are there already.
    """
    check_can_see_internal(actor, insats_id)
    return _read(
        database,
        actor,
        period,
        where=str(database.engine.url),
        account_id=actor.account_id,
        insats_id=insats_id,
        period_key=period.key,
        version=data_version(database, insats_id),
        today=today,
    )


@st.cache_data(max_entries=200, show_spinner=False)
def _read(
    _database: Database,
    _actor: Actor,
    _period: Period,
    *,
    where: str,
    account_id: int,
    insats_id: int,
    period_key: str,
    version: int,
    today: date,
) -> InsatsDashboard:
    """Everything that the answer depends on is in the key: who asks, of what, as it stands."""
    del where, account_id, period_key, version, today
    return insats_dashboard(_database, _actor, insats_id, _period).value


def draw(dashboard: InsatsDashboard, actor: Actor, files: Files) -> None:
    """The whole page, in the order it is read before a meeting."""
    quality_strip(dashboard, actor)
    frame.heading("Kort sagt")
    summary(dashboard)
    frame.heading("Mål")
    targets(dashboard.targets, files)
    frame.heading("Deltagare")
    participants(dashboard.flows, files)
    frame.heading("Avslut")
    end_reasons(dashboard.end_reasons, files)
    frame.heading("Stegförflyttning")
    steps(dashboard.step_moves, dashboard.sustained, files)
    frame.heading("Självskattat mående, ORS")
    ors(dashboard.ors_change, dashboard.ors_mean, files)
    questions(dashboard.questions, dashboard.slips)
    frame.heading("Läget just nu")
    tables.show_table(dashboard.current)


def answer(dashboard: InsatsDashboard) -> str:
    """The first sentence of the page: how the targets stand."""
    return findings.targets_finding([result.outcome.verdict for result in dashboard.targets])


def mark(actor: Actor) -> None:
    """Say that the page is exact and stays where it is; on paper also when and for whom."""
    st.html(f'<p class="stegvis-base">{escape(MARK)}</p>')
    frame.on_paper(_marking(actor))


def _marking(actor: Actor) -> str:
    drawn = clock.now().astimezone(clock.SWEDEN).strftime("%Y-%m-%d %H:%M")
    return f"INTERNT – ej röjandekontrollerad · {drawn} · {actor.title}"


def files_of(context: Context, dashboard: InsatsDashboard) -> Files:
    """What leaves this page as a file bears the mark, and is logged."""
    insats = dashboard.insats

    def taken(kind: str, title: str) -> None:
        def log() -> None:
            record_taken_file(
                context.database,
                context.actor,
                page=context.page,
                what=f"{kind}: {title}",
                insats_id=insats.insats_id,
            )

        messages.attempt(log)

    lines = (f"{insats.name}, {dashboard.period.label}", _marking(context.actor))
    return Files(lines, f"INTERNT {insats.name}", taken)


def quality_strip(dashboard: InsatsDashboard, actor: Actor) -> None:
    """What the figures rest on, first: what lacks, of how many, and where it is mended."""
    quality = dashboard.quality
    lacking = [item for item in quality.items if item.lacking]
    frame.heading("Datakvalitet")
    frame.lead_sentence(quality.sentence)
    if may_open(actor, "datakvalitet"):
        st.page_link(
            page_path("datakvalitet"),
            label="Alla kontroller, och vad som går att rätta",
            query_params={
                "insats": str(dashboard.insats.insats_id),
                "period": dashboard.period.key,
            },
        )
    if not lacking:
        return
    items = "".join(
        f"<div><dt>{escape(item.label)}</dt>"
        f"<dd>{escape(count_and_share(item.lacking, item.base))}</dd></div>"
        for item in lacking
    )
    st.html(f'<dl class="stegvis-strip">{items}</dl>')
    mended = [key for key in MENDED if any(item.where == key for item in lacking)]
    if any(may_open(actor, key) for key in mended):
        for key in mended:
            st.page_link(page_path(key), label=MENDED[key])
    elif mended:
        frame.small("Insatsens deltagaransvariga rättar det under Att göra och Uppföljningar.")


def summary(dashboard: InsatsDashboard) -> None:
    """The period in five sentences."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in dashboard.summary)
    st.html(f'<ul class="stegvis-lead" style="padding-left:1.1rem">{lines}</ul>')


def targets(results: tuple[TargetResult, ...], files: Files) -> None:
    """Every target: outcome, aim, interval, verdict, also by kön; then all in one table."""
    if not results:
        frame.lead_sentence(findings.targets_finding([]))
    lines = [exact_line(result) for result in results]
    for line in lines:
        draw_target(line, files)
    if lines:
        targets_table(lines)


def participants(flows: Table, files: Files) -> None:
    """Who came, left and is here."""
    charts.found(told.flows_finding(flows), flows.period.label)
    tables.show_table(flows)
    files.of(flows.title, chart=None, table=flows)


def end_reasons(table: Table, files: Files) -> None:
    """How spells ended."""
    parts, base = told.end_reason_parts(table)
    _classes(
        table,
        parts,
        base,
        finding=told.end_reasons_finding(table),
        who=f"Avslutade, {table.period.label}, n = {whole(base)}",
        key="end-reasons",
        files=files,
    )


def steps(moves: Table, sustained: Table, files: Files) -> None:
    """Stegförflyttning in three populations, and what was kept afterwards."""
    groups = told.step_groups(moves)
    finding, base, key = told.steps_finding(moves), told.steps_base(moves), "step-moves"
    charts.found(finding, base)
    if any(group.size for group in groups):
        colours = charts.palette(charts.ground_is_dark())
        st.html(f'<p class="stegvis-base">{legend(groups[0].parts, colours)}</p>')
        alt = told.groups_alt(groups)

        def divided_chart(colours: charts.Palette) -> go.Figure:
            return divided(groups, colours)

        charts.show_kept(divided_chart, of=groups, alt=alt, key=key)
        tables.show_behind(moves)
        files.of(finding, chart=key, base=base, alt=alt, table=moves)
    else:
        tables.show_table(moves)
    charts.found(told.sustained_finding(sustained), sustained.period.label)
    tables.show_table(sustained)
    files.of(sustained.title, chart=None, table=sustained)


def ors(change: Table, mean: MeanChange | None, files: Files) -> None:
    """Change from the first to the last ORS of the ended, in classes and as a mean."""
    parts, base = told.change_parts(change)
    _classes(
        change,
        parts,
        base,
        finding=told.change_finding(change),
        who=f"Avslutade med två skattningar, {change.period.label}, n = {whole(base)}",
        key="ors-change",
        files=files,
        beneath=told.mean_words(mean),
    )


def questions(answers: tuple[Table, ...], slips: Table | None) -> None:
    """Kompletterande frågor before and after, each by itself, and the anonymous slips."""
    if answers:
        frame.heading("Svar på frågor, före och efter")
    for table in answers:
        tables.show_table(table)
    if slips is not None:
        frame.heading("Anonyma lappar")
        tables.show_table(slips)


def _classes(
    table: Table,
    parts: tuple[Part, ...],
    base: int,
    *,
    finding: str,
    who: str,
    key: str,
    files: Files,
    beneath: str = "",
) -> None:
    """A finding with its classes as bars and the table behind; nobody counted, only the table."""
    charts.found(finding, who)
    if not base:
        tables.show_table(table)
        return
    alt = told.parts_alt(parts, base)

    def class_chart(colours: charts.Palette) -> go.Figure:
        return class_bars(parts, base, colours)

    charts.show_kept(class_chart, of=(parts, base), alt=alt, key=key)
    if beneath:
        frame.small(beneath)
    tables.show_behind(table)
    files.of(finding, chart=key, base=who, alt=alt, table=table)
