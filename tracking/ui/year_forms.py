"""The administrator's forms of the årshjul: a date of the förbund's own, and a standing day moved.

What may be set is decided by `tracking.services.year_events`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from tracking.domain.swedish import iso
from tracking.domain.year_wheel import EventKind
from tracking.outcomes.directory_views import CodeView
from tracking.outcomes.year_wheel import YearDay, YearPlan
from tracking.services.year_events import (
    move_standing_day,
    remove_year_event,
    set_year_event,
)
from tracking.ui import choices, fields
from tracking.ui.forms import Form
from tracking.ui.guard import Context
from tracking.ui.rounds import next_round, round_name
from tracking.ui.values import Values

NEW = "ny"
KINDS = {kind.value: kind.label for kind in EventKind if kind.is_typed}


def choose(plan: YearPlan) -> YearDay | None:
    """Choose a date to edit; None is a new one."""
    by_key: Mapping[str, YearDay] = {
        day.standing or str(day.event_id): day
        for day in plan.days
        if day.standing is not None or day.event_id is not None
    }
    picked = choices.one_of(
        "dag",
        "Ändra eller lägg till",
        {NEW: "Ny dag"} | {key: f"{iso(day.on)} {day.title}" for key, day in by_key.items()},
        unknown="Dagen i adressen finns inte i årshjulet.",
        default=NEW,
    )
    return by_key.get(picked)


def own(context: Context, plan: YearPlan, day: YearDay | None) -> None:
    """A date of the förbund's own, new or edited."""
    name = f"year_event:{plan.year}:{NEW if day is None else day.event_id}"
    form = Form(round_name(name), page=context.page)
    version = form.keep("version", None if day is None else day.version)

    def save(values: Values) -> str:
        title = values.text("title", required="Skriv vad dagen gäller.")
        on_day = values.required_day("on_day")
        kind = values.required_choice("kind")
        values.check()
        set_year_event(
            context.database,
            context.actor,
            kind=EventKind(kind),
            title=title,
            on_day=on_day,
            event_id=None if day is None else day.event_id,
            version=version,
            key=values.key,
        )
        next_round(name)
        return f"{title} {iso(on_day)} står i årshjulet."

    with form.drawn():
        fields.text(form, "title", "Vad dagen gäller", value="" if day is None else day.title)
        fields.day(form, "on_day", "Datum", value=None if day is None else day.on)
        fields.choice(
            form, "kind", "Slag", KINDS,
            value=EventKind.BOARD.value if day is None else day.kind.value, across=True,
        )  # fmt: skip
        form.submit("Spara dagen", save)


def move(context: Context, plan: YearPlan, day: YearDay) -> None:
    """A standing day: another date for this year alone."""
    assert day.standing is not None
    form = Form(f"standing:{plan.year}:{day.standing}", page=context.page)
    version = form.keep("version", day.version)
    key = day.standing

    def save(values: Values) -> str:
        on_day = values.required_day("on_day")
        values.check()
        move_standing_day(
            context.database,
            context.actor,
            standing_key=key,
            year=plan.year,
            on_day=on_day,
            version=version,
            key=values.key,
        )
        return f"{day.title} ligger {iso(on_day)} i {plan.year}."

    with form.drawn():
        fields.day(
            form, "on_day", f"Datum i {plan.year}", value=day.on,
            hint="Dagen återkommer varje år. Flytten gäller bara det här året.",
        )  # fmt: skip
        form.submit("Flytta dagen", save)


def remove(context: Context, day: YearDay, reasons: Sequence[CodeView]) -> None:
    """Take a date out, or a moved day back to where it always is."""
    moved = day.standing is not None
    form = Form(f"remove_event:{day.event_id}", page=context.page)
    event_id, version = day.event_id, day.version

    def save(values: Values) -> str:
        why = values.required_choice("why", "Välj ett skäl.")
        values.check()
        assert event_id is not None
        remove_year_event(
            context.database,
            context.actor,
            event_id=event_id,
            why=why,
            version=version or 0,
            key=values.key,
        )
        st.query_params["dag"] = NEW
        return "Dagen är tillbaka där den brukar ligga." if moved else "Dagen är borttagen."

    with form.drawn():
        fields.choice(form, "why", "Skäl", {code.key: code.label for code in reasons})
        form.submit("Flytta tillbaka" if moved else "Ta bort dagen", save, primary=False)
