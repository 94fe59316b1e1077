"""An insats's own behovsgrupper: the list, a new one, and the words of what is done with one."""

from __future__ import annotations

from collections.abc import Sequence

from tracking.domain.swedish import iso
from tracking.domain.wording import EN_DASH, counted
from tracking.outcomes.directory_views import CodeView
from tracking.services.need_groups import (
    add_need_group,
    edit_need_group,
    move_need_group,
    retire_need_group,
)
from tracking.ui import fields, tables
from tracking.ui.forms import Form
from tracking.ui.guard import Context
from tracking.ui.list_value_forms import ListForms
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


ONE = ListForms(
    name="need_group",
    label="Behovsgrupp",
    the="Gruppen",
    it="den",
    required="Skriv vad gruppen heter.",
    rename=edit_need_group,
    put_place=move_need_group,
    put_day=retire_need_group,
)
"""What may be done with one of them."""
