"""Throwing a draft away with a reason, and taking it back."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from tracking.domain import clock
from tracking.outcomes.report_views import ReportHead, ReportView, ThrownAway
from tracking.services.reports import take_back_draft, throw_away_draft
from tracking.ui import fields, forms, frame, messages
from tracking.ui.guard import Context
from tracking.ui.report_writing import REPORT
from tracking.ui.start_fields import codes

FITTING = ("entered_twice", "wrong_insats", "no_longer_valid")
"""The reasons of the list that can be said of a draft."""


def throw_away(context: Context, view: ReportView) -> None:
    """The form; a draft that was begun by mistake should not stand in every list for ever."""
    head = view.head
    frame.small(
        "Utkastet försvinner ur listorna och samma rapport kan börjas på nytt. Texterna finns "
        "kvar, och utkastet kan tas tillbaka på sidan Rapporter. Vem som kastade det och varför "
        "står i loggen."
    )
    form = forms.Form(f"throw-away:{head.report_id}", page=context.page)
    version = form.keep("version", head.version)
    reasons = codes(context.database, "void_reason")
    with form.drawn():
        fields.choice(
            form, "why", "Skäl", {one: reasons[one] for one in FITTING if one in reasons} or reasons
        )

        def save(values: forms.Values) -> forms.Saved:
            why = values.required_choice("why", "Välj skäl.")
            values.check()
            gone = throw_away_draft(
                context.database,
                context.actor,
                report_id=head.report_id,
                why=why,
                version=version,
                key=values.key,
            )
            # It has no page any more.
            st.query_params.pop(REPORT, None)
            return forms.Saved(
                f"Utkastet {head.title}, {head.period.label}, är kastat.",
                undo=messages.Undo(_taking_back(context, head, gone.version)),
            )

        form.submit("Kasta utkastet", save)


def thrown_away(context: Context, found: tuple[ThrownAway, ...]) -> None:
    """Those that were thrown away, each with who, when and why, and the way back."""
    for one in found:
        head = one.head
        when = one.at.astimezone(clock.SWEDEN).strftime("%Y-%m-%d %H:%M")
        frame.lead_sentence(f"{head.title}, {head.period.label}")
        frame.small(f"Kastat {when} av {one.by}: {one.why}")
        act = _taking_back(context, head, head.version)
        forms.act("Ta tillbaka", act, name=f"take-back-{head.report_id}")


def _taking_back(context: Context, head: ReportHead, version: int) -> Callable[[str], str]:
    def act(key: str) -> str:
        take_back_draft(
            context.database, context.actor, report_id=head.report_id, version=version, key=key
        )
        return f"Utkastet {head.title}, {head.period.label}, är tillbaka."

    return act
