"""A page around the group component, with a recorder in memory in the place of the service.

``?trick=refuse`` finds a fault in one row that the browser cannot know, ``empty`` has a
long list. What was handed over is shown as JSON for the test to read.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

import streamlit as st

from tracking.domain.instruments import GSRS, ORS
from tracking.ui.components import GroupResult, GroupRow, GroupSubmission, group_entry

TODAY = date(2026, 11, 20)
ROWS = [
    GroupRow(1, "ST-0042", "vårregn"),
    GroupRow(2, "ST-0007", "vass"),
    GroupRow(3, "ST-0051", "lavendel"),
    GroupRow(4, "ST-0060", "rotsak"),
]
trick = st.query_params.get("trick", "")


@st.cache_resource
def recorder() -> list[dict[str, object]]:
    """What all sessions have saved; outlives a reload of the page as a database does."""
    return []


def save(submission: GroupSubmission) -> None:
    calls = st.session_state.setdefault("calls", [])
    calls.append(submission.submission_key)
    if trick == "refuse" and len(calls) == 1:
        st.session_state["result"] = GroupResult(
            submission.submission_key,
            saved=False,
            message="Träffen är inte sparad.",
            row_errors={2: {"attendance": "Deltagandet avslutades dagen före träffen."}},
        )
        return
    recorder().append(asdict(submission))
    st.session_state["result"] = GroupResult(
        submission.submission_key,
        saved=True,
        message=f"{len(submission.rows)} deltagare är sparade.",
        saved_spell_ids=tuple(row.spell_id for row in submission.rows),
    )


st.title("Gruppträff")
if st.button("Kör om"):
    ROWS.insert(0, GroupRow(5, "ST-0001", "ny"))
group_entry(
    key="group",
    insats_id=3,
    insats_name="Grön rehab",
    rows=ROWS,
    instruments=(GSRS, ORS),
    unit="points",
    today=TODAY,
    result=st.session_state.get("result"),
    on_submit=save,
)
st.html(f"<pre id='saved' hidden>{json.dumps(recorder())}</pre>")
st.html(f"<pre id='calls' hidden>{json.dumps(st.session_state.get('calls', []))}</pre>")
