"""The exact tables below an insats's dashboard, one subject at a time, as the reader chooses.

The tables are kept for as long as nothing has changed. Which tables a subject has, and every
figure in them, is `tracking.outcomes.insats_tables`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go
import streamlit as st

from tracking.access.actors import Actor
from tracking.access.permissions import can_see_persons, check_can_see_internal
from tracking.domain.figures import Table
from tracking.domain.periods import Period
from tracking.domain.swedish import whole
from tracking.outcomes.insats_tables import Subject, insats_tables, insatser_side_by_side
from tracking.outcomes.ors_pairs import ors_pairs
from tracking.outcomes.tables import data_version
from tracking.store.database import Database
from tracking.ui import charts, choices, frame, tables
from tracking.ui import findings_tables as told
from tracking.ui.chart_files import Files
from tracking.ui.charts_change import first_against_last, signs_legend
from tracking.ui.charts_flows import flow_bands

SIDE_BY_SIDE = "insatser"
MATRICES = {
    "support_flow": "hade samma slags försörjning",
    "step_matrix_": "stod på samma steg",
}
"""Tables of before and after, by how their keys begin, and what it is to stay where one was."""


def draw(
    database: Database,
    actor: Actor,
    insats_id: int,
    period: Period,
    today: date,
    *,
    mine: Sequence[int],
    files: Files,
) -> None:
    """Choose a subject and see its tables; ``mine`` are all insatser that may be seen."""
    frame.heading("Fler tabeller")
    options = {subject.value: subject.label for subject in Subject}
    if len(mine) > 1:
        options[SIDE_BY_SIDE] = "Mina insatser bredvid varandra"
    chosen = choices.one_of(
        "tabeller",
        "Ämne",
        options,
        unknown="Adressen gäller ett ämne som inte finns.",
        default=Subject.BACKGROUND.value,
    )
    asked = tuple(mine) if chosen == SIDE_BY_SIDE else (insats_id,)
    for wanted in asked:
        check_can_see_internal(actor, wanted)
    found = _read(
        database,
        actor,
        period,
        where=str(database.engine.url),
        account_id=actor.account_id,
        insatser=asked,
        period_key=period.key,
        subject=chosen,
        versions=tuple(data_version(database, wanted) for wanted in asked),
        today=today,
    )
    if not found:
        frame.lead_sentence("Insatsen har ingen processtrappa.")
    if chosen == Subject.RATINGS.value and can_see_persons(actor, insats_id):
        _first_and_last(database, actor, insats_id, period)
    for table in found:
        _draw_table(table, files)


def _first_and_last(database: Database, actor: Actor, insats_id: int, period: Period) -> None:
    """One point a person, for those who may see the persons; it can't be taken as a file."""
    found = ors_pairs(database, actor, insats_id, period, page="insatsen").value
    finding = told.pairs_finding(found)
    charts.found(finding, told.pairs_base(found))
    if not found.pairs:
        return

    def pairs_chart(colours: charts.Palette) -> go.Figure:
        return first_against_last(
            found.pairs,
            reliable_mm=found.reliable_mm,
            cutoff_mm=found.cutoff_mm,
            colours=colours,
        )

    charts.show_kept(pairs_chart, of=found, alt=told.pairs_alt(found), key="first-and-last")
    colours = charts.palette(charts.ground_is_dark())
    st.html(f'<p class="stegvis-base">{signs_legend(colours)}</p>')


def _draw_table(table: Table, files: Files) -> None:
    """A table; one of before and after as a picture, with the table behind."""
    same = next((words for start, words in MATRICES.items() if table.key.startswith(start)), None)
    flows = None if same is None else told.matrix_flows(table)
    if flows is None or same is None:
        tables.show_table(table)
        files.of(table.title, chart=None, table=table)
        return
    finding, alt, key = (
        told.matrix_finding(flows, same),
        told.matrix_alt(flows),
        f"flows-{table.key}",
    )
    base = f"{table.title}, {table.period.label}, n = {whole(flows.size)}"
    charts.found(finding, base)

    def flows_chart(colours: charts.Palette) -> go.Figure:
        return flow_bands(flows, colours)

    charts.show_kept(flows_chart, of=flows, alt=alt, key=key)
    tables.show_behind(table)
    files.of(finding, chart=key, base=base, alt=alt, table=table)


@st.cache_data(max_entries=200, show_spinner=False)
def _read(
    _database: Database,
    _actor: Actor,
    _period: Period,
    *,
    where: str,
    account_id: int,
    insatser: tuple[int, ...],
    period_key: str,
    subject: str,
    versions: tuple[int, ...],
    today: date,
) -> tuple[Table, ...]:
    """Everything that the answer depends on is in the key: who asks, of what, as it stands."""
    del where, account_id, period_key, versions, today
    if subject == SIDE_BY_SIDE:
        return (insatser_side_by_side(_database, _actor, insatser, _period).value,)
    found = insats_tables(_database, _actor, insatser[0], _period, subjects=(Subject(subject),))
    return found.value.tables
