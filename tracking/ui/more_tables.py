"""The exact tables below an insats's dashboard, one subject at a time, as the reader chooses.

What is drawn is one piece of HTML, kept for as long as nothing has changed. Which tables a
subject has, and every figure in them, is `tracking.outcomes.insats_tables`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from tracking.access.actors import Actor
from tracking.access.permissions import check_can_see_internal
from tracking.domain.periods import Period
from tracking.outcomes.insats_tables import Subject, insats_tables, insatser_side_by_side
from tracking.outcomes.tables import data_version
from tracking.store.database import Database
from tracking.ui import choices, frame, tables

SIDE_BY_SIDE = "insatser"


def draw(
    database: Database,
    actor: Actor,
    insats_id: int,
    period: Period,
    today: date,
    *,
    mine: Sequence[int],
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
    st.html(
        _html(
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
    )


@st.cache_data(max_entries=200, show_spinner=False)
def _html(
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
) -> str:
    """Everything that the answer depends on is in the key: who asks, of what, as it stands."""
    del where, account_id, period_key, versions, today
    if subject == SIDE_BY_SIDE:
        return tables.table_html(insatser_side_by_side(_database, _actor, insatser, _period).value)
    found = insats_tables(_database, _actor, insatser[0], _period, subjects=(Subject(subject),))
    return "".join(map(tables.table_html, found.value.tables)) or (
        '<p class="stegvis-lead">Insatsen har ingen processtrappa.</p>'
    )
