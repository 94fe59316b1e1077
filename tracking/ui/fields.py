"""The fields of a form, in Swedish: text, whole numbers, days, choices, boxes.

Every field draws its label, the widget, its help underneath and, when it is at fault, the
sentence. Numbers are plain text fields: the browser's own number field drops a decimal comma
in an English browser. Values are read in `values`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html import escape

from tracking.ui import shown
from tracking.ui.forms import Form

EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 12, 31)
MOST_IN_VIEW = 7
"""As many choices stand open as radio buttons; more become a list."""


def _under(form: Form, name: str, help_text: str | None) -> None:
    fault = form.error(name)
    if fault:
        shown.html(f'<p class="stegvis-error">{escape(fault)}</p>')
    if help_text:
        hint(help_text)


def hint(sentence: str) -> None:
    """Help that belongs to several fields."""
    shown.html(f'<p class="stegvis-hint">{escape(sentence)}</p>')


def text(
    form: Form, name: str, label: str, *, value: str = "", hint: str | None = None, width: int = 480
) -> None:
    """One line of text; ``width`` in pixels tells how much is expected."""
    key = form.register(name, label, value)
    shown.text_input(label, key=key, width=width, autocomplete="off")
    _under(form, name, hint)


def area(form: Form, name: str, label: str, *, value: str = "", hint: str | None = None) -> None:
    """Some lines of text."""
    key = form.register(name, label, value)
    shown.text_area(label, key=key, height=100, width=640)
    _under(form, name, hint)


def sentence(form: Form, name: str, label: str, *, value: str = "") -> None:
    """A sentence, in a field that grows until all of it shows."""
    key = form.register(name, label, value)
    shown.text_area(label, key=key, height="content", width=640)
    _under(form, name, None)


def number(
    form: Form,
    name: str,
    label: str,
    *,
    value: str = "",
    hint: str | None = None,
    width: int = 200,
) -> None:
    """A number as text, short; read it with ``values.whole`` or ``values.decimal``."""
    text(form, name, label, value=value, hint=hint, width=width)


def day(
    form: Form, name: str, label: str, *, value: date | None = None, hint: str | None = None
) -> None:
    """A day, ÅÅÅÅ-MM-DD, with a calendar that begins its weeks on Monday."""
    key = form.register(name, label, value)
    shown.date_input(
        label, key=key, min_value=EARLIEST, max_value=LATEST, format="YYYY-MM-DD", width=240
    )
    _under(form, name, hint)


def choice(
    form: Form,
    name: str,
    label: str,
    options: Mapping[str, str],
    *,
    value: str | None = None,
    hint: str | None = None,
    across: bool = False,
    open_always: bool = False,
    as_list: bool = False,
) -> None:
    """One of several: key → words. None is chosen until somebody does.

    Up to seven stand open beneath one another, or beside one another with ``across``; more
    become a list unless ``open_always``; ``as_list`` always makes one.
    """
    key = form.register(name, label, value)
    keys = list(options)
    if open_always or (len(keys) <= MOST_IN_VIEW and not as_list):
        shown.radio(label, keys, key=key, format_func=lambda k: options[k], horizontal=across)
    else:
        shown.selectbox(
            label,
            keys,
            key=key,
            format_func=lambda k: options[k],
            placeholder="Välj",
            width=480,
        )
    _under(form, name, hint)


def record(
    form: Form,
    name: str,
    label: str,
    options: Mapping[int, str],
    *,
    value: int | None = None,
    hint: str | None = None,
) -> None:
    """One of several records: id → words."""
    key = form.register(name, label, value)
    shown.selectbox(
        label,
        list(options),
        key=key,
        format_func=lambda k: options[k],
        placeholder="Välj",
        width=480,
    )
    _under(form, name, hint)


def flag(
    form: Form, name: str, label: str, *, value: bool = False, hint: str | None = None
) -> None:
    """A box to tick."""
    key = form.register(name, label, value)
    shown.checkbox(label, key=key)
    _under(form, name, hint)


def group_label(label: str, *, form: Form, name: str, hint: str | None = None) -> None:
    """The name of several boxes that belong together, with the fault of the whole group."""
    form.register_label(name, label)
    shown.markdown(f"**{label}**")
    _under(form, name, hint)
