"""What the page *Läs in filer* holds between two runs: the file, its mapping, its plan.

All of it lives in the visitor's session and nowhere else; a file that is refused, read in or
put away is gone from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from tracking.domain.errors import StegvisError
from tracking.domain.import_records import ImportKind
from tracking.domain.swedish import whole
from tracking.exchange.importing.mapping import Mapping
from tracking.exchange.importing.opening import read_workbook
from tracking.exchange.importing.planning import Plan
from tracking.exchange.importing.shapes import FileRefused, Table, Workbook
from tracking.outcomes.imports import Vocabulary
from tracking.services.imports import note_refused_file
from tracking.ui import shown
from tracking.ui.components.file_field import PickedFile, file_field
from tracking.ui.guard import Context

MOST_ROWS = 10_000
"""More take so long to write that others who save meanwhile would be kept waiting."""


@dataclass
class Desk:
    """One insats's file under way. ``turn`` grows with every new file."""

    insats_id: int
    turn: int = 0
    tries: int = 0
    workbook: Workbook | None = None
    sheet: str = ""
    kind: ImportKind | None = None
    saved: str = ""
    wide: bool = True
    plan: Plan | None = None
    mapping: Mapping | None = None
    problem: str | None = None

    @property
    def table(self) -> Table | None:
        """The chosen sheet of the file."""
        if self.workbook is None:
            return None
        return self.workbook.table(self.sheet or None)

    def put_away(self, problem: str | None = None) -> None:
        """Let go of the file and everything made of it."""
        self.workbook, self.plan, self.mapping, self.kind = None, None, None, None
        self.sheet, self.saved, self.wide = "", "", True
        self.problem = problem
        self.turn += 1

    def forget_plan(self) -> None:
        """What was tried no longer holds."""
        self.plan, self.mapping = None, None


def desk_of(context: Context, insats_id: int) -> Desk:
    """The desk of the account that is here."""
    slot = f"importera::{context.actor.account_id}::{insats_id}"
    found = st.session_state.get(slot)
    if not isinstance(found, Desk):
        found = st.session_state[slot] = Desk(insats_id)
    return found


def receive(context: Context, desk: Desk, vocabulary: Vocabulary) -> None:
    """Draw the file's field and open what comes; a refused file is logged and let go of."""
    key = f"importera::file::{desk.insats_id}::{desk.turn}"
    picked = file_field(key)
    if picked is None or desk.workbook is not None:
        return
    desk.problem = None
    with shown.spinner("Filen läses igenom: varje cell granskas innan något görs med den."):
        _open(context, desk, picked, vocabulary)
    st.session_state.pop(key, None)
    st.rerun()


def _open(context: Context, desk: Desk, picked: PickedFile, vocabulary: Vocabulary) -> None:
    try:
        book = read_workbook(picked.content, name=picked.name, words=vocabulary.answers)
    except FileRefused as refused:
        note_refused_file(
            context.database, context.actor, insats_id=desk.insats_id, why=refused.why
        )
        desk.put_away(str(refused))
        return
    except StegvisError as error:
        desk.put_away(str(error))
        return
    if any(table.row_count > MOST_ROWS for table in book.tables):
        desk.put_away(
            f"Filen har fler än {whole(MOST_ROWS)} rader. Så stora filer läses in på servern, av "
            "den som sköter den, med kommandot stegvis import."
        )
        return
    desk.put_away()
    desk.workbook = book
