"""Every exact table of an insats, one subject at a time, as the reader chooses.

The tables are kept for as long as nothing has changed. Which tables a subject has, and every
figure in them, is `tracking.outcomes.insats_tables`.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracking.domain.figures import Table
from tracking.outcomes.insats_tables import Subject, insats_tables, insatser_side_by_side
from tracking.outcomes.tables import data_version
from tracking.outcomes.tables_seen import see_tables
from tracking.ui import choices, kept
from tracking.ui.dashboard import TABLES_ASKED, View

SIDE_BY_SIDE = "insatser"
AGAINST, BEFORE = "mot", "fore"


def choose(view: View, *, mine: Sequence[int]) -> kept.Kept:
    """Choose a subject and see its tables; ``mine`` are all insatser that may be seen."""
    options = {subject.value: subject.label for subject in Subject}
    if len(mine) > 1:
        options[SIDE_BY_SIDE] = "Mina insatser bredvid varandra"
    chosen = choices.one_of(
        TABLES_ASKED,
        "Ämne",
        options,
        unknown="Adressen gäller ett ämne som inte finns.",
        default=Subject.BACKGROUND.value,
    )
    comparable = chosen not in (SIDE_BY_SIDE, Subject.COMPARISON)
    against = comparable and choices.whether(AGAINST, BEFORE, "Bredvid perioden före")
    asked = tuple(mine) if chosen == SIDE_BY_SIDE else (view.insats_id,)
    see_tables(view.context.database, view.actor, asked, page=view.context.page)

    def make(sheet: kept.Sheet) -> None:
        found = _read(view, chosen, asked, against=against)
        if not found:
            sheet.lead("Insatsen har ingen processtrappa.")
        for table in found:
            sheet.table(table)
            sheet.offer(table.title, chart=None, table=table)

    versions = tuple(data_version(view.context.database, wanted) for wanted in asked)
    return kept.kept(make, key=view.key("tables", chosen, asked, versions, against))


def _read(view: View, subject: str, asked: tuple[int, ...], *, against: bool) -> tuple[Table, ...]:
    database, actor = view.context.database, view.actor
    if subject == SIDE_BY_SIDE:
        table = insatser_side_by_side(database, actor, asked, view.period, only=view.only)
        return (table.value,)
    found = insats_tables(
        database,
        actor,
        view.insats_id,
        view.period,
        subjects=(Subject(subject),),
        only=view.only,
        against=against,
    )
    return found.value.tables
