"""Forms: what is typed stays until it is saved, faults stand at their fields, a save happens once.

A `Form` is drawn as

    form = Form("end_spell:42", page="deltagaren")
    with form.drawn():
        fields.day(form, "on", "Slutdatum", value=context.today)
        form.submit("Avsluta deltagandet", save)

and ``save(values)`` runs as a callback, before the script, with the form's idempotency key in
``values.key``. It calls one service and answers with the line to show (or `Saved`, with an
undo). A StegvisError is shown at its field and everything typed stays. The fields themselves
are in `fields`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import Any, TypeVar
from uuid import uuid4

import streamlit as st

from tracking.domain.errors import Conflict, StegvisError
from tracking.ui import attention, messages, shown
from tracking.ui.faults import fault_sentence, log_fault
from tracking.ui.session import check_still_here
from tracking.ui.values import FaultyForm, Values

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save answers: the line, a way back, and where one may want to go next."""

    text: str
    undo: messages.Undo | None = None
    way: messages.Way | None = None


Save = Callable[[Values], "str | Saved | None"]


@dataclass
class _State:
    """What a form remembers between runs; a new one begins when it is saved."""

    key: str = field(default_factory=lambda: str(uuid4()))
    errors: dict[str, str] = field(default_factory=dict)
    summary: str | None = None
    refusals: int = 0
    kept: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


class Form:
    """One form on a page. ``name`` is unique and names the record it concerns."""

    def __init__(self, name: str, *, page: str) -> None:
        self.name = name
        self.page = page
        self._slot = f"form::{name}"
        found = st.session_state.get(self._slot)
        if not isinstance(found, _State):
            found = st.session_state[self._slot] = _State()
        self._state = found

    @property
    def key(self) -> str:
        """The idempotency key of what is being filled in now."""
        return self._state.key

    def keep(self, what: str, value: T) -> T:
        """``value`` as it was when the form was begun (a version, a default)."""
        kept: T = self._state.kept.setdefault(what, value)
        return kept

    def field_key(self, name: str) -> str:
        """The session's key of a field's widget; stays the same over a restart."""
        return f"{self.name}::{name}"

    def register(self, name: str, label: str, default: object) -> str:
        """Note a field that is about to be drawn; return its key, set to ``default`` if new."""
        key = self.field_key(name)
        self._state.defaults[name] = default
        self._state.labels[name] = label
        if key not in st.session_state:
            st.session_state[key] = default
        return key

    def register_label(self, name: str, label: str) -> None:
        """Name a fault that belongs to a group of fields rather than to one."""
        self._state.labels[name] = label

    def error(self, name: str) -> str | None:
        """The sentence at a field, if it is at fault."""
        return self._state.errors.get(name)

    @contextmanager
    def drawn(self) -> Iterator[None]:
        """The form's body: faults at the top, then what the block draws."""
        self._state.labels.clear()
        top = st.container()
        with st.form(f"{self.name}::body", border=False, clear_on_submit=False):
            yield
        with top:
            self._show_summary()

    def submit(self, label: str, save: Save, *, primary: bool = True) -> None:
        """The button. One primary button per form."""
        shown.form_submit_button(
            label,
            # A new key for each filling-in: a second click on the button of what was just
            # saved carries the old key and is recognised by the service.
            key=f"{self.name}::{self.key}::{label}",
            type="primary" if primary else "secondary",
            on_click=self._submit,
            args=(save, self.key),
        )

    def begin_again(self) -> None:
        """Forget what was typed and start with a new key. Only from a callback."""
        for name, default in self._state.defaults.items():
            st.session_state[self.field_key(name)] = default
        self._state = st.session_state[self._slot] = _State()

    def _submit(self, save: Save, key: str) -> None:
        state = self._state
        state.errors, state.summary = {}, None
        state.refusals += 1
        values = Values(key, lambda name: st.session_state.get(self.field_key(name)))
        try:
            check_still_here()
            answer = save(values)
        except StegvisError as error:
            self._refused(error)
            return
        except Exception as error:
            state.summary = fault_sentence(log_fault(error, during=f"form {self.page}"))
            messages.clear()
            return
        self.begin_again()
        if isinstance(answer, str):
            answer = Saved(answer)
        if answer is not None:
            messages.saved(answer.text, answer.undo, answer.way)

    def _refused(self, error: StegvisError) -> None:
        messages.clear()
        self._state.errors = faults_of(error)
        if not self._state.errors:
            self._state.summary = str(error)
        if isinstance(error, Conflict):
            # Both values have been told; what is saved next is saved knowingly.
            self._state.kept.clear()

    def _show_summary(self) -> None:
        state = self._state
        # In the order of the fields, whatever order they were read in.
        known = {name: state.errors[name] for name in state.labels if name in state.errors}
        loose = [text for name, text in state.errors.items() if name not in state.labels]
        if state.summary:
            loose.insert(0, state.summary)
        if not known and not loose:
            return
        items = [f"{state.labels[name]}: {text}" for name, text in known.items()]
        rows = "".join(f"<li>{escape(item)}</li>" for item in [*loose, *items])
        moment = f"{state.key}-{state.refusals}"
        shown.html(
            f'<div class="stegvis-summary" role="alert" {attention.said(moment)}>'
            f"<p>Inget är sparat än.</p><ul>{rows}</ul></div>"
        )
        attention.bring(moment, mend=True)


def keep_typed() -> None:
    """Keep what stands in the fields over a run that draws none of them.

    Streamlit forgets a field that a run has not drawn, unless it has been set by hand. Boxes
    outside a form are left out: they cannot be told from buttons, which must not be set.
    """
    kept: set[str] = set()
    for slot, state in st.session_state.items():
        if isinstance(state, _State):
            name = str(slot).removeprefix("form::")
            kept |= {f"{name}::{field}" for field in state.defaults}
        elif isinstance(state, str | int | date) and not isinstance(state, bool):
            kept.add(str(slot))
    for key in kept & {str(key) for key in st.session_state}:
        st.session_state[key] = st.session_state[key]


def faults_of(error: StegvisError) -> dict[str, str]:
    """Field → sentence, for an error about one field or about several."""
    several = getattr(error, "errors", None)
    if isinstance(several, Mapping):
        return {str(name): str(text) for name, text in several.items()}
    return {error.field: str(error)} if error.field else {}


def act(
    label: str, do: Callable[[str], str | Saved | None], *, name: str, primary: bool = False
) -> None:
    """A button outside any form that does one thing, once; ``do`` gets its idempotency key."""
    slot = f"act::{name}"
    key = st.session_state.setdefault(slot, str(uuid4()))

    def run() -> None:
        answer = do(key)
        st.session_state[slot] = str(uuid4())
        if isinstance(answer, str):
            answer = Saved(answer)
        if answer is not None:
            messages.saved(answer.text, answer.undo, answer.way)

    shown.button(
        label,
        key=f"{slot}::{key}",
        type="primary" if primary else "secondary",
        on_click=lambda: messages.attempt(run),
    )


__all__ = ["FaultyForm", "Form", "Save", "Saved", "Values", "act", "faults_of", "keep_typed"]
