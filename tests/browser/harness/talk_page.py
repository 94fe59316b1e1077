"""A page around the talk component, with a recorder in memory in the place of the service.

The address says how it behaves: ``?trick=slow`` answers after three seconds, ``silent`` only
after twelve, ``refuse`` finds a fault the browser cannot know, ``mm`` takes millimetres.
What was handed over is shown as JSON for the test to read.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import date

import streamlit as st

from tracking.domain.errors import InvalidValue
from tracking.domain.instruments import ORS, SRS
from tracking.ui.components import TalkOption, TalkResult, TalkSubmission, talk_entry

TODAY = date(2026, 11, 20)
OPTIONS = [
    TalkOption(42, "ST-0042", "vårregn", "Stegen till arbete", date(2026, 1, 12), TODAY),
    TalkOption(7, "ST-0007", "vass", "Stegen till arbete", date(2026, 3, 2), None),
    TalkOption(51, "ST-0051", "lavendel", "Stegen till arbete", date(2026, 2, 2), None),
    TalkOption(52, "ST-0051", "lavendel", "Grön rehab", date(2026, 5, 4), date(2026, 9, 1)),
    TalkOption(60, "ST-0060", "rotsak", "Grön rehab", date(2026, 5, 4), None),
]
trick = st.query_params.get("trick", "")


@st.cache_resource
def recorder() -> list[dict[str, object]]:
    """What all sessions have saved; outlives a reload of the page as a database does."""
    return []


def save(submission: TalkSubmission) -> None:
    calls = st.session_state.setdefault("calls", [])
    calls.append(submission.submission_key)
    if trick == "slow":
        time.sleep(3)
    if trick == "silent" and len(calls) == 1:
        time.sleep(12)
    if trick == "refuse" and len(calls) == 1:
        raise InvalidValue("Deltagaren har redan ett samtal den dagen.", field="held_on")
    saved = recorder()
    if submission.submission_key not in [one["submission_key"] for one in saved]:
        saved.append(asdict(submission))
    st.session_state["result"] = TalkResult(
        submission.submission_key, saved=True, message="Samtalet är sparat. ORS 28,4, SRS 36,0."
    )


st.title("Registrera samtal")


@st.fragment(run_every=0.5)
def tick() -> None:
    # The fragment runs within each rerun as well; only its own beat counts.
    if time.monotonic() - st.session_state.get("ticked", 0.0) > 0.4:
        st.session_state["ticked"] = time.monotonic()
        st.session_state["ticks"] = st.session_state.get("ticks", 0) + 1
        st.rerun()


if trick == "ticking" and st.session_state.get("ticks", 0) < 20:
    tick()
ticks = st.session_state.get("ticks", 0)
OPTIONS += [
    TalkOption(70 + n, f"ST-{70 + n:04}", "ny", "Grön rehab", TODAY, None) for n in range(ticks)
]
st.html(f"<pre id='ticks' hidden>{ticks}</pre>")
if not st.checkbox("Annan sida"):
    talk_entry(
        key="talk",
        options=OPTIONS,
        instruments=(ORS, SRS),
        unit="mm" if trick == "mm" else "points",
        today=TODAY,
        result=st.session_state.get("result"),
        preselected_spell_id=42 if trick == "preselected" else None,
        on_submit=save,
    )
st.html(f"<pre id='saved' hidden>{json.dumps(recorder())}</pre>")
st.html(f"<pre id='calls' hidden>{json.dumps(st.session_state.get('calls', []))}</pre>")
