"""Översikt: alla insatser på en sida, från släppta resultat och inget annat."""

import streamlit as st

from tracking.outcomes.releases import released_overview
from tracking.ui import choices, frame, overview
from tracking.ui.guard import require

context = require("oversikt")
newest = released_overview(context.database, context.actor).value
top, choosing = st.container(), st.container(key="not-printed-choices")

if newest.release is None:
    with top:
        frame.title("Översikt", page=context.page)
        overview.nothing_yet()
    st.stop()

with choosing:
    left, right = st.columns(2)
    with left:
        period_key = choices.one_of(
            "slapp",
            "Släpp",
            {head.period.key: head.period.label for head in newest.releases},
            unknown="Perioden i adressen är inte släppt. Här visas det senaste släppet.",
            default=newest.release.period.key,
        )
    seen = released_overview(context.database, context.actor, period_key).value
    with right:
        chosen = choices.one_of(
            choices.INSATS,
            "Insats",
            {"alla": "Alla insatser"} | {str(i.insats_id): i.name for i in seen.insatser},
            unknown="Insatsen i adressen ingår inte i ditt uppdrag eller i det här släppet.",
            default="alla",
        )
insatser = tuple(i for i in seen.insatser if chosen in ("alla", str(i.insats_id)))
with top:
    frame.title(
        "Översikt" if chosen == "alla" else insatser[0].name,
        page=context.page,
        lead=overview.answer(insatser),
    )
    frame.small(overview.when(seen.release))

if chosen == "alla":
    overview.all_insatser(seen)
    overview.heads_over_time(overview.history_of(context.database, context.actor, seen, None))
else:
    history = overview.history_of(context.database, context.actor, seen, int(chosen))
    overview.one_insats(insatser[0], history)
overview.not_shown(seen, insatser)
