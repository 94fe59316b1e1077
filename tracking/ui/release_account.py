"""One release as a page: what it holds, how much of it is hidden and why, and its publication.

No figure of a release is drawn here; those are on the overview once it is published.
"""

from __future__ import annotations

from itertools import groupby
from uuid import uuid4

import streamlit as st

from tracking.access.permissions import can_make_release
from tracking.domain.disclosure import HIDDEN_REASON
from tracking.domain.errors import StegvisError
from tracking.domain.swedish import iso, whole
from tracking.outcomes.releases import (
    open_periods,
    publish_release,
    release_account,
    released_overview,
)
from tracking.outcomes.releasing.shapes import ReleaseAccount, Stage, Whole
from tracking.ui import choices, frame, messages, shown, tables
from tracking.ui.faults import show_problem
from tracking.ui.guard import Context

BY_GENDER = {
    Whole.SPLIT: "uppdelat",
    Whole.COLLAPSED: "kan inte visas",
    Whole.UNDIVIDED: "inte uppdelat",
}


def choose(context: Context) -> ReleaseAccount | None:
    """Choose a release in the address: a published one, or for who makes them a prepared one."""
    board = released_overview(context.database, context.actor).value
    options = {head.period.key: head.period.label for head in board.releases}
    if can_make_release(context.actor):
        prepared = {
            row.period.key: f"{row.period.label} (förberedd)"
            for row in open_periods(context.database, context.actor)
            if row.stage is Stage.PREPARED
        }
        options = prepared | options
    if not options:
        return None
    key = choices.one_of(
        "slapp",
        "Släpp",
        options,
        unknown="Perioden i adressen är inte släppt. Här visas det senaste släppet.",
        default=next(iter(options)),
    )
    try:
        return release_account(context.database, context.actor, key).value
    except StegvisError as error:
        show_problem(str(error))
        return None


def answer(account: ReleaseAccount) -> str:
    """The first sentence: how much the release holds."""
    exact = sum(table.exact for table in account.tables)
    ranges = sum(table.ranges for table in account.tables)
    hidden = sum(table.hidden for table in account.tables)
    every = exact + ranges + hidden
    return (
        f"{whole(len(account.tables))} tabeller med {whole(every)} tal: {whole(exact)} visas "
        f"exakt, {whole(ranges)} som intervall och {whole(hidden)} inte alls."
    )


def when(account: ReleaseAccount) -> str:
    """When it was prepared and published, and by which rule."""
    made = f"Förberett {iso(account.prepared_at.date())}"
    out = (
        "inte släppt än"
        if account.published_at is None
        else f"släppt {iso(account.published_at.date())}"
    )
    return (
        f"{made}, {out}. Regel {account.rule}; antal under {account.threshold} visas inte utanför "
        "de odelade deltagarantalen."
    )


def publish(context: Context, account: ReleaseAccount) -> None:
    """The button that lets others read a prepared release."""
    if account.published_at is not None or not can_make_release(context.actor):
        return
    frame.heading("Släpp")
    frame.small(
        "Det förberedda kan inte slängas eller göras om: det räknas som släppt när nästa släpp "
        "prövas. När du släpper kan styrelsen, styrgrupperna och revisorn läsa det."
    )
    period = account.period
    slot = f"publish::{period.key}"
    key = st.session_state.setdefault(slot, str(uuid4()))

    def act() -> None:
        made = publish_release(context.database, context.actor, period.key, key=key)
        messages.saved(f"{period.label.capitalize()} är släppt: {whole(made.tables)} tabeller.")

    shown.button(
        f"Släpp {period.label}",
        key=f"{slot}::button",
        type="primary",
        on_click=messages.attempt,
        args=(act,),
    )


def contents(account: ReleaseAccount) -> None:
    """Every table with how many of its numbers are shown, as a range, or hidden."""
    if account.targets:
        frame.lead_sentence(
            f"{whole(account.targets_shown)} av {whole(account.targets)} mål visas med andel, "
            "intervall eller värde."
        )
    frame.small(
        f"{HIDDEN_REASON} Det gäller alla dolda tal: det går inte att se vilka som själva var "
        "små och vilka som är dolda för att de annars skulle avslöja dem."
    )
    collapsed = sum(table.by_gender is Whole.COLLAPSED for table in account.tables)
    if collapsed:
        frame.small(
            f"I {whole(collapsed)} tabeller visas inte kvinnor och män var för sig: för mycket "
            "av uppdelningen skulle ha behövt döljas."
        )
    for name, found in groupby(account.tables, key=lambda table: table.insats):
        tables.show_list(
            f"Tabeller, {name}",
            ("Tabell", "Period", "Exakta", "Intervall", "Dolda", "Kvinnor och män"),
            [
                (
                    table.title,
                    table.period.label,
                    whole(table.exact),
                    whole(table.ranges),
                    whole(table.hidden),
                    BY_GENDER[table.by_gender],
                )
                for table in found
            ],
            numbers=frozenset({2, 3, 4}),
        )
