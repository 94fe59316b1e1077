"""The list of demo accounts to choose from; it exists on a demo's own database alone."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from tracking.domain.roles import Zone
from tracking.outcomes import directory
from tracking.store.database import Database
from tracking.ui import frame, shown
from tracking.ui.role_table import ZONE_TITLES
from tracking.ui.session import choose_account


def draw_accounts(database: Database, *, page: str) -> None:
    """Let the visitor become one of the demo's accounts."""
    frame.title(
        "Välj konto",
        page=page,
        lead="Demon har inga lösenord. Välj vem du vill vara; du kan byta när som helst.",
    )
    accounts = sorted(
        directory.demo_accounts(database),
        key=lambda account: (list(Zone).index(account.zone), account.title),
    )
    for zone, group in groupby(accounts, key=lambda account: account.zone):
        frame.heading(ZONE_TITLES[zone])
        with st.container(horizontal=True, gap="small"):
            for account in group:
                shown.button(
                    account.title,
                    key=f"account::{account.account_id}",
                    on_click=choose_account,
                    args=(account.account_id,),
                )
