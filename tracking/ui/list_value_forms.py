"""One value of a list that is chosen from: rename it, move it, take it out of use.

The förbund's code lists and an insats's behovsgrupper differ in whose they are and in how a value
is added; what is done with one that is there is the same, and is here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st

from tracking.outcomes.directory_views import CodeView
from tracking.ui import fields, frame, messages
from tracking.ui.forms import Form, Saved, act
from tracking.ui.guard import Context
from tracking.ui.rounds import next_round, round_name
from tracking.ui.values import Values


@dataclass(frozen=True, slots=True)
class ListForms:
    """What a kind of list calls its values, and the services that change one.

    ``name`` begins the forms' names, ``label`` is the field's, ``the`` the value in definite form
    and ``it`` its pronoun.
    """

    name: str
    label: str
    the: str
    it: str
    required: str
    rename: Callable[..., object]
    put_place: Callable[..., object]
    put_day: Callable[..., object]

    def draw(self, context: Context, code: CodeView, codes: Sequence[CodeView]) -> None:
        """All that may be done with a value of the list ``codes``."""
        frame.heading(code.label)
        self._edit(context, code)
        self._move(context, code, codes)
        self._retire(context, code)

    def _edit(self, context: Context, code: CodeView) -> None:
        """Another label, also on the spells that have the value."""
        name = f"{self.name}_label:{code.code_id}"
        form = Form(round_name(name), page=context.page)
        version = form.keep("version", code.version)

        def save(values: Values) -> str:
            label = values.text("label", required=self.required)
            values.check()
            self.rename(
                context.database,
                context.actor,
                code_id=code.code_id,
                label=label,
                version=version,
                key=values.key,
            )
            next_round(name)
            return f"{self.the} heter {label}, även på deltaganden som redan har {self.it}."

        with form.drawn():
            fields.text(form, "label", self.label, value=code.label)
            form.submit("Spara namnet", save)

    def _move(self, context: Context, code: CodeView, codes: Sequence[CodeView]) -> None:
        """One place up or down in the list that is chosen from."""
        place = [one.code_id for one in codes].index(code.code_id)

        def run(key: str, *, up: bool) -> str:
            self.put_place(
                context.database,
                context.actor,
                code_id=code.code_id,
                up=up,
                version=code.version,
                key=key,
            )
            return f"{code.label} står nu {'högre' if up else 'lägre'} i listan."

        frame.small(f"{self.the} står som nummer {place + 1} av {len(codes)} i listan.")
        with st.container(horizontal=True):
            if place > 0:
                act("Flytta upp", partial(run, up=True), name=f"{self.name}_up:{code.code_id}")
            if place < len(codes) - 1:
                act("Flytta ner", partial(run, up=False), name=f"{self.name}_down:{code.code_id}")

    def _retire(self, context: Context, code: CodeView) -> None:
        """A value that is chosen no longer stays on the spells that have it."""
        retired = code.retired_on is not None

        def put(key: str, *, version: int, on: date | None) -> None:
            self.put_day(
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
            stays = f"väljs inte längre, men står kvar där {self.it} finns"
            return Saved(
                f"{code.label} {'kan väljas igen' if again else stays}.", messages.Undo(undo)
            )

        label = f"Låt {self.it} väljas igen" if retired else "Ta ur bruk"
        act(label, partial(run, again=retired), name=f"{self.name}:{code.code_id}")
