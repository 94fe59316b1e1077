"""The forms of an insats's own behovsgrupper: add, rename, move, retire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from tracking.domain.swedish import iso
from tracking.domain.wording import EN_DASH, counted
from tracking.outcomes.directory_views import CodeView
from tracking.services.need_groups import (
    add_need_group,
    edit_need_group,
    move_need_group,
    retire_need_group,
)
from tracking.ui import fields, frame, messages, tables
from tracking.ui.forms import Form, Saved, act
from tracking.ui.guard import Context
from tracking.ui.rounds import next_round, round_name
from tracking.ui.values import Values

WHAT = (
    "En behovsgrupp är känslig: den säger något om varför personen är här. Den visas bara inom "
    "insatsen och är aldrig en uppdelning i det som lämnar den. Skriv en kort rubrik som gäller "
    "flera, aldrig något om en enskild person."
)


def answer(groups: Sequence[CodeView]) -> str:
    """How many may be chosen."""
    there = sum(group.retired_on is None for group in groups)
    return f"Vid start kan {counted(there, 'behovsgrupp', 'behovsgrupper')} väljas."


def show(groups: Sequence[CodeView]) -> None:
    """Every group, retired ones too."""
    if groups:
        tables.show_list(
            "Behovsgrupper",
            ("Behovsgrupp", "Väljs inte längre från"),
            [
                (group.label, EN_DASH if group.retired_on is None else iso(group.retired_on))
                for group in groups
            ],
            show_caption=False,
        )


def add(context: Context, insats_id: int) -> None:
    """A new group, last in the list."""
    name = f"need_group:{insats_id}"
    form = Form(round_name(name), page=context.page)

    def save(values: Values) -> str:
        label = values.text("label", required="Skriv vad gruppen heter.")
        values.check()
        add_need_group(
            context.database, context.actor, insats_id=insats_id, label=label, key=values.key
        )
        next_round(name)
        return f"{label} kan väljas vid start."

    with form.drawn():
        fields.text(form, "label", "Behovsgrupp", hint="Till exempel Behöver tid och trygghet.")
        form.submit("Lägg till", save)


def edit(context: Context, group: CodeView) -> None:
    """Another label, also on the spells that have it."""
    form = Form(round_name(f"need_group_label:{group.code_id}"), page=context.page)
    version = form.keep("version", group.version)

    def save(values: Values) -> str:
        label = values.text("label", required="Skriv vad gruppen heter.")
        values.check()
        edit_need_group(
            context.database,
            context.actor,
            code_id=group.code_id,
            label=label,
            version=version,
            key=values.key,
        )
        next_round(f"need_group_label:{group.code_id}")
        return f"Gruppen heter {label}, även på deltaganden som redan har den."

    with form.drawn():
        fields.text(form, "label", "Behovsgrupp", value=group.label)
        form.submit("Spara namnet", save)


def move(context: Context, group: CodeView, groups: Sequence[CodeView]) -> None:
    """One place up or down in the list that is chosen from at the start."""
    place = [one.code_id for one in groups].index(group.code_id)

    def run(key: str, *, up: bool) -> str:
        move_need_group(
            context.database,
            context.actor,
            code_id=group.code_id,
            up=up,
            version=group.version,
            key=key,
        )
        return f"{group.label} står nu {'högre' if up else 'lägre'} i listan."

    frame.small(f"Gruppen står som nummer {place + 1} av {len(groups)} i listan.")
    with st.container(horizontal=True):
        if place > 0:
            act("Flytta upp", partial(run, up=True), name=f"need_group_up:{group.code_id}")
        if place < len(groups) - 1:
            act("Flytta ner", partial(run, up=False), name=f"need_group_down:{group.code_id}")


def retire(context: Context, group: CodeView) -> None:
    """A group that is chosen no longer stays on the spells that have it."""
    retired = group.retired_on is not None

    def put(key: str, *, version: int, on: date | None) -> None:
        retire_need_group(
            context.database,
            context.actor,
            code_id=group.code_id,
            on=on,
            version=version,
            key=key,
        )

    def undo(key: str) -> str:
        put(key, version=group.version + 1, on=group.retired_on)
        return f"{group.label} är som förut."

    def run(key: str, *, again: bool) -> Saved:
        put(key, version=group.version, on=None if again else context.today)
        words = "kan väljas igen" if again else "väljs inte längre, men står kvar där den finns"
        return Saved(f"{group.label} {words}.", messages.Undo(undo))

    label = "Låt den väljas igen" if retired else "Ta ur bruk"
    act(label, partial(run, again=retired), name=f"need_group:{group.code_id}")
