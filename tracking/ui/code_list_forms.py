"""The förbund's code lists: a list, a new value, and the words of what is done with one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracking.domain.endings import EndGroup, Outcome
from tracking.domain.swedish import iso
from tracking.domain.wording import EN_DASH, counted
from tracking.outcomes.directory_views import CodeListView, CodeView
from tracking.services.codes import END_REASON, add_code, edit_code, move_code, retire_code
from tracking.ui import fields, frame, tables
from tracking.ui.forms import Form
from tracking.ui.guard import Context
from tracking.ui.list_value_forms import ListForms
from tracking.ui.rounds import next_round, round_name
from tracking.ui.values import Values

WHAT = (
    "Ett värde tas aldrig bort, eftersom äldre deltaganden har det: det tas ur bruk och kan då "
    "inte väljas längre. Ett nytt namn gäller även de deltaganden som redan har värdet."
)
NAMELESS = "Skriv vad värdet heter."
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
        label = values.text("label", required=NAMELESS)
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


ONE = ListForms(
    name="code",
    label="Värde",
    the="Värdet",
    it="det",
    required=NAMELESS,
    rename=edit_code,
    put_place=move_code,
    put_day=retire_code,
)
"""What may be done with a value that is there."""
