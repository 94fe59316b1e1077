"""The forms of the förbund's code lists: add a value, rename it, move it, retire it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from tracking.domain.endings import EndGroup, Outcome
from tracking.domain.swedish import iso
from tracking.domain.wording import EN_DASH, counted
from tracking.outcomes.directory_views import CodeListView, CodeView
from tracking.services.codes import END_REASON, add_code, edit_code, move_code, retire_code
from tracking.ui import fields, frame, messages, tables
from tracking.ui.forms import Form, Saved, act
from tracking.ui.guard import Context
from tracking.ui.rounds import next_round, round_name
from tracking.ui.values import Values

WHAT = (
    "Ett värde tas aldrig bort, eftersom äldre deltaganden har det: det tas ur bruk och kan då "
    "inte väljas längre. Ett nytt namn gäller även de deltaganden som redan har värdet."
)
PROPOSED = tuple(one for one in Outcome if one is not Outcome.MISREGISTERED)


def answer(of: CodeListView, codes: Sequence[CodeView]) -> str:
    """How many values may be chosen."""
    there = sum(code.retired_on is None for code in codes)
    return f"{of.title} har {counted(there, 'värde', 'värden')} att välja."


def show(of: CodeListView, codes: Sequence[CodeView]) -> None:
    """Every value in its order, retired ones too."""
    if not codes:
        frame.small("Listan är tom.")
        return
    ends = of.key == END_REASON
    headings = ("Föreslår utfallet", "Redovisas i gruppen") if ends else ()
    tables.show_list(
        of.title,
        ("Värde", *headings, "Väljs inte längre från"),
        [(code.label, *(_ending(code) if ends else ()), _day(code.retired_on)) for code in codes],
        show_caption=False,
    )


def _ending(code: CodeView) -> tuple[str, str]:
    outcome = EN_DASH if code.proposes is None else Outcome(code.proposes).label
    return outcome, EN_DASH if code.group_key is None else EndGroup(code.group_key).label


def _day(day: date | None) -> str:
    return EN_DASH if day is None else iso(day)


def add(context: Context, of: CodeListView) -> None:
    """A new value, last in the list."""
    name = f"code:{of.key}"
    form = Form(round_name(name), page=context.page)
    ends = of.key == END_REASON

    def save(values: Values) -> str:
        label = values.text("label", required="Skriv vad värdet heter.")
        proposes: str | None = None
        group: str | None = None
        if ends:
            proposes = values.required_choice("proposes", "Välj vilket utfall som följer.")
            group = values.required_choice("group", "Välj vilken grupp det redovisas i.")
        values.check()
        add_code(
            context.database,
            context.actor,
            list_key=of.key,
            label=label,
            proposes=None if proposes is None else Outcome(proposes),
            group=None if group is None else EndGroup(group),
            key=values.key,
        )
        next_round(name)
        return f"{label} kan väljas från och med nu."

    with form.drawn():
        fields.text(form, "label", "Värde")
        if ends:
            outcomes = {one.value: one.label for one in PROPOSED}
            fields.choice(form, "proposes", "Föreslår utfallet", outcomes)
            groups = {one.value: one.label for one in EndGroup}
            fields.choice(form, "group", "Redovisas i gruppen", groups)
        form.submit("Lägg till", save)


def edit(context: Context, code: CodeView) -> None:
    """Another label, also on the spells that have the value."""
    name = f"code_label:{code.code_id}"
    form = Form(round_name(name), page=context.page)
    version = form.keep("version", code.version)

    def save(values: Values) -> str:
        label = values.text("label", required="Skriv vad värdet heter.")
        values.check()
        edit_code(
            context.database,
            context.actor,
            code_id=code.code_id,
            label=label,
            version=version,
            key=values.key,
        )
        next_round(name)
        return f"Värdet heter {label}, även på deltaganden som redan har det."

    with form.drawn():
        fields.text(form, "label", "Värde", value=code.label)
        form.submit("Spara namnet", save)


def move(context: Context, code: CodeView, codes: Sequence[CodeView]) -> None:
    """One place up or down in the list that is chosen from."""
    place = [one.code_id for one in codes].index(code.code_id)

    def run(key: str, *, up: bool) -> str:
        move_code(
            context.database,
            context.actor,
            code_id=code.code_id,
            up=up,
            version=code.version,
            key=key,
        )
        return f"{code.label} står nu {'högre' if up else 'lägre'} i listan."

    frame.small(f"Värdet står som nummer {place + 1} av {len(codes)} i listan.")
    with st.container(horizontal=True):
        if place > 0:
            act("Flytta upp", partial(run, up=True), name=f"code_up:{code.code_id}")
        if place < len(codes) - 1:
            act("Flytta ner", partial(run, up=False), name=f"code_down:{code.code_id}")


def retire(context: Context, code: CodeView) -> None:
    """A value that is chosen no longer stays on the spells that have it."""
    retired = code.retired_on is not None

    def put(key: str, *, version: int, on: date | None) -> None:
        retire_code(
            context.database,
            context.actor,
            code_id=code.code_id,
            on=on,
            version=version,
            key=key,
        )

    def undo(key: str) -> str:
        put(key, version=code.version + 1, on=code.retired_on)
        return f"{code.label} är som förut."

    def run(key: str, *, again: bool) -> Saved:
        put(key, version=code.version, on=None if again else context.today)
        words = "kan väljas igen" if again else "väljs inte längre, men står kvar där det finns"
        return Saved(f"{code.label} {words}.", messages.Undo(undo))

    label = "Låt det väljas igen" if retired else "Ta ur bruk"
    act(label, partial(run, again=retired), name=f"code_retire:{code.code_id}")
