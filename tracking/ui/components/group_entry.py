"""Gruppträff: one grid over the insats's ongoing participants, answered by the page.

Names of faults in `GroupResult.row_errors`: attendance, and for scores `scale_field`; in
`GroupResult.errors`, for the meeting as a whole: held_on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import streamlit as st

from tracking.ui.components.made import component
from tracking.ui.components.reception import asset, receive, reception_of
from tracking.ui.components.submissions import GroupSubmission, parse_group_submission
from tracking.ui.components.talk_entry import InstrumentView, Unit, instrument_data


@dataclass(frozen=True)
class GroupRow:
    """A participant who may have been at the meeting."""

    spell_id: int
    code: str
    memory_word: str


@dataclass(frozen=True)
class GroupResult:
    """The page's answer to one submission.

    ``saved`` with fewer ``saved_spell_ids`` than rows is a partial save: those rows are
    locked, the rest stay typed and are sent later as a new submission.
    """

    submission_key: str
    saved: bool
    message: str
    row_errors: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    saved_spell_ids: tuple[int, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


_COMPONENT = component(
    "stegvis_group_entry",
    html=asset("group_entry.html"),
    css=asset("entry_common.css", "group_entry.css"),
    js=asset(
        "entry_common.js", "entry_fields.js", "group_row.js", "group_draft.js", "group_entry.js"
    ),
)


def group_entry(
    *,
    key: str,
    insats_id: int,
    insats_name: str,
    rows: Sequence[GroupRow],
    instruments: Sequence[InstrumentView],
    unit: Unit,
    today: date,
    result: GroupResult | None,
    on_submit: Callable[[GroupSubmission], None],
    day: date | None = None,
    on_day: Callable[[date], None] | None = None,
) -> None:
    """Show the grid of one meeting; the first instrument is wanted, the others on demand.

    ``rows`` are of those who took part on ``day`` (today when left out); ``on_day`` hears of
    another day that was typed, so that the next run can bring that day's rows.

    ``on_submit``, ``result``, refusals and the draft work as in `talk_entry`. The rows of
    a submission are those that the browser holds for complete; ``only_complete`` says
    that the user chose to leave the others.
    """
    reception = reception_of(key)
    refusal = reception.refusal
    if refusal is not None:
        of_date = refusal.field == "held_on"
        result = GroupResult(
            reception.submission_key,
            saved=False,
            message="Träffen är inte sparad." if of_date else refusal.sentence,
            errors={"held_on": refusal.sentence} if of_date else {},
        )
    if result is not None and result.saved:
        reception.saved_key = result.submission_key
    _COMPONENT(
        key=key,
        data={
            "component_key": key,
            "insats_id": insats_id,
            "insats_name": insats_name,
            "rows": [
                {"spell_id": row.spell_id, "code": row.code, "memory_word": row.memory_word}
                for row in rows
            ],
            "instruments": instrument_data(instruments),
            "unit": unit,
            "today": today.isoformat(),
            "day": (day or today).isoformat(),
            "answered": reception.answered(),
            "result": None
            if result is None
            else {
                "submission_key": result.submission_key,
                "saved": result.saved,
                "message": result.message,
                "row_errors": {
                    str(spell_id): dict(faults) for spell_id, faults in result.row_errors.items()
                },
                "saved_spell_ids": list(result.saved_spell_ids),
                "errors": dict(result.errors),
            },
        },
        on_submitted_change=lambda: receive(key, parse_group_submission, on_submit),
        on_day_change=lambda: _hear_day(key, today, on_day),
    )


def _hear_day(key: str, today: date, on_day: Callable[[date], None] | None) -> None:
    """Hand a day on that can be one; what a browser sends is never taken on trust."""
    raw = st.session_state[key].day
    if on_day is None or not isinstance(raw, str):
        return
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return
    if day <= today:
        on_day(day)
