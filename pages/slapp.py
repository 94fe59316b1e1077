"""Släpp: vad ett släpp innehåller, vad som är dolt och varför, och släppet av ett förberett."""

import streamlit as st

from tracking.ui import frame, release_account
from tracking.ui.guard import require

context = require("slapp")
top, choosing = st.container(), st.container(key="not-printed-choices")
with choosing:
    account = release_account.choose(context)
with top:
    if account is None:
        frame.title("Vad släppet innehåller", page=context.page)
        frame.lead_sentence("Inget är släppt än.")
    else:
        frame.title(
            "Vad släppet innehåller", page=context.page, lead=release_account.answer(account)
        )
        frame.small(release_account.when(account))
if account is not None:
    release_account.publish(context, account)
    frame.heading("Innehåll")
    release_account.contents(account)
