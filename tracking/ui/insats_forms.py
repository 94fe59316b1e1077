"""The administrator's forms of an insats: set one up, edit its frame, its year of money.

The fields and their Swedish names; what may be saved is asked by `tracking.services.insatser`
and `tracking.services.budgets`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from tracking.domain.records import AuthorityKind, InsatsKind
from tracking.domain.swedish import kronor, whole
from tracking.outcomes.directory_views import (
    BudgetView,
    ControllerView,
    InsatsSettings,
    LadderView,
)
from tracking.services.budgets import set_budget
from tracking.services.insatser import create_insats, edit_insats
from tracking.services.setup import add_controller
from tracking.store.shipped import InsatsTemplate
from tracking.ui import fields, findings, tables
from tracking.ui.forms import Form
from tracking.ui.guard import Context
from tracking.ui.rounds import next_round, round_name
from tracking.ui.values import Values

KINDS = {kind.value: kind.label.capitalize() for kind in InsatsKind}
NAME_MISSING = "Skriv insatsens namn."
NO_LADDER = 0
_NUMBERS = (
    (("planned_places", "Planerade platser"), ("planned_weeks", "Veckor per deltagare")),
    (("planned_participants", "Deltagare per år"),),
    (("age_from", "Lägsta ålder"), ("age_to", "Högsta ålder")),
)


def new_insats(
    context: Context,
    template: InsatsTemplate | None,
    controllers: Sequence[ControllerView],
    ladders: Sequence[LadderView],
) -> None:
    """Set up an insats, freely or from a template; the template's own values stand filled in."""
    form = Form(f"new_insats:{template.key if template else 'tom'}", page=context.page)

    def save(values: Values) -> str:
        frame = _frame(values)
        controller_id = values.number_choice("controller_id")
        kind = values.required_choice("kind", "Välj vilket slags insats det är.")
        if controller_id is None:
            values.fault("controller_id", "Välj den myndighet som driver insatsen.")
        values.check()
        assert controller_id is not None
        create_insats(
            context.database,
            context.actor,
            controller_id=controller_id,
            kind=InsatsKind(kind),
            template_key=template.key if template else None,
            key=values.key,
            **frame,
        )
        return f"Insatsen {frame['name']} är upplagd."

    with form.drawn():
        _frame_fields(form, None, template, ladders)
        fields.record(
            form,
            "controller_id",
            "Personuppgiftsansvarig myndighet",
            {c.controller_id: c.name for c in controllers},
            hint="Myndigheten som driver insatsen. Kan inte ändras sedan.",
        )
        kind = template.kind.value if template else None
        fields.choice(form, "kind", "Slag", KINDS, value=kind, hint="Kan inte ändras sedan.")
        form.submit("Lägg upp insatsen", save)


def template_targets(template: InsatsTemplate) -> None:
    """What a template brings, before it is chosen for good."""
    with_value = [target for target in template.targets if target.value is not None]
    tables.show_list(
        f"Mål som följer med ({whole(len(with_value))})",
        ("Mål", "Målvärde", "Mäts på"),
        [
            (
                target.wording,
                "sätts av er"
                if target.value is None
                else findings.aim_of(target.comparison, target.value, target.unit),
                f"{target.population.label}, {target.point.label}",
            )
            for target in template.targets
        ],
        numbers=frozenset({1}),
    )
    for note in template.notes:
        fields.hint(note)


def edit_frame(context: Context, insats: InsatsSettings, ladders: Sequence[LadderView]) -> None:
    """Edit an insats's frame."""
    name = f"edit_insats:{insats.insats_id}"
    form = Form(round_name(name), page=context.page)
    version = form.keep("version", insats.version)

    def save(values: Values) -> str:
        frame = _frame(values)
        values.check()
        done = edit_insats(
            context.database,
            context.actor,
            insats_id=insats.insats_id,
            version=version,
            key=values.key,
            **frame,
        )
        next_round(name)
        return "Insatsen är sparad." if done.changed else "Ingenting var ändrat."

    with form.drawn():
        _frame_fields(form, insats, None, ladders)
        form.submit("Spara insatsen", save)


def _frame_fields(
    form: Form,
    insats: InsatsSettings | None,
    template: InsatsTemplate | None,
    ladders: Sequence[LadderView],
) -> None:
    plan = insats or template
    fields.text(form, "name", "Namn", value=insats.name if insats else "")
    fields.text(
        form,
        "owner",
        "Verksamhetsägare",
        value=insats.owner if insats else "",
        hint="Den som äger verksamheten, till exempel en kommun eller region.",
    )
    fields.text(
        form,
        "provider",
        "Verksamhetsutförare",
        value=insats.provider if insats else "",
        hint="Lämnas tomt när det är samma som ägaren.",
    )
    left, right = st.columns(2)
    with left:
        fields.day(form, "starts_on", "Startdatum", value=insats.starts_on if insats else None)
    with right:
        fields.day(
            form,
            "ends_on",
            "Slutdatum",
            value=insats.ends_on if insats else None,
            hint="Lämnas tomt när insatsen löper tills vidare.",
        )
    for pair in _NUMBERS:
        for column, (field, label) in zip(st.columns(2), pair, strict=False):
            with column:
                fields.number(form, field, label, value=_shown(getattr(plan, field, None)))
    fields.record(
        form,
        "ladder_id",
        "Processtrappa",
        {NO_LADDER: "Ingen trappa"} | {ladder.ladder_id: ladder.name for ladder in ladders},
        value=_ladder(insats, template, ladders),
    )
    fields.group_label("Instrument och uppföljning", form=form, name="instruments")
    for field, label in (
        ("uses_ors", "ORS"),
        ("uses_srs", "SRS"),
        ("uses_gsrs", "G-SRS, gruppträffar"),
        ("follow_up_12", "Uppföljning också efter 12 månader"),
    ):
        begins = plan is None and field in ("uses_ors", "uses_srs")
        fields.flag(form, field, label, value=bool(getattr(plan, field, begins)))


def _ladder(
    insats: InsatsSettings | None, template: InsatsTemplate | None, ladders: Sequence[LadderView]
) -> int:
    if insats is not None:
        return insats.ladder_id or NO_LADDER
    if template is not None and template.ladder is None:
        return NO_LADDER
    return ladders[0].ladder_id if ladders else NO_LADDER


def _frame(values: Values) -> dict[str, Any]:
    """What both forms send, with its faults noted."""
    return {
        "name": values.text("name", required=NAME_MISSING),
        "owner": values.text("owner", required="Skriv vem som äger verksamheten."),
        "provider": values.text("provider"),
        "starts_on": values.required_day("starts_on", "Skriv startdatumet."),
        "ends_on": values.day("ends_on"),
        "planned_places": values.whole("planned_places", low=0),
        "planned_weeks": values.whole("planned_weeks", low=1),
        "planned_participants": values.whole("planned_participants", low=0),
        "age_from": values.whole("age_from", low=13, high=99),
        "age_to": values.whole("age_to", low=13, high=99),
        "ladder_id": values.number_choice("ladder_id") or None,
        "uses_ors": values.flag("uses_ors"),
        "uses_srs": values.flag("uses_srs"),
        "uses_gsrs": values.flag("uses_gsrs"),
        "follow_up_12": values.flag("follow_up_12"),
    }


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)


def new_controller(context: Context) -> None:
    """Add an authority that runs insatser."""
    form = Form("new_controller", page=context.page)

    def save(values: Values) -> str:
        name = values.text("name", required="Skriv myndighetens namn.")
        kind = values.required_choice("kind", "Välj vilket slags myndighet det är.")
        values.check()
        add_controller(
            context.database, context.actor, name=name, kind=AuthorityKind(kind), key=values.key
        )
        return f"{name} är tillagd."

    with form.drawn():
        fields.text(form, "name", "Myndighetens namn")
        fields.choice(form, "kind", "Slag", {kind.value: kind.label for kind in AuthorityKind})
        form.submit("Lägg till myndigheten", save, primary=False)


def budget(
    context: Context, insats: InsatsSettings, year: int, years: Sequence[BudgetView]
) -> None:
    """One year's money of an insats, in whole kronor."""
    name = f"budget:{insats.insats_id}:{year}"
    form = Form(round_name(name), page=context.page)
    stored = next((row for row in years if row.year == year), None)
    version = form.keep("version", None if stored is None else stored.version)

    def save(values: Values) -> str:
        amounts = {field: values.whole(field, low=0) for field, _ in _MONEY}
        share = values.whole(
            "cost_share_percent", required="Skriv förbundets andel i procent.", low=0, high=100
        )
        values.check()
        set_budget(
            context.database,
            context.actor,
            insats_id=insats.insats_id,
            year=year,
            version=version,
            cost_share_percent=100 if share is None else share,
            key=values.key,
            **amounts,
        )
        next_round(name)
        return f"Budgeten för {year} är sparad."

    with form.drawn():
        for field, label in _MONEY:
            fields.number(form, field, label, value=_shown(getattr(stored, field, None)))
        share = 100 if stored is None else stored.cost_share_percent
        fields.number(
            form,
            "cost_share_percent",
            "Förbundets andel av kostnaden, procent",
            value=str(share),
            hint="Mindre än 100 när insatsen delas med ett annat förbund.",
        )
        form.submit(f"Spara budgeten för {year}", save)


_MONEY = (
    ("planned_participants", "Planerade deltagare under året"),
    ("budget_kr", "Budget, kr"),
    ("actual_kr", "Utfall, kr"),
    ("esf_kr", "Därav medel från ESF, kr"),
)


def budgets_table(years: Sequence[BudgetView]) -> None:
    """Every year with money, the newest first."""
    if not years:
        return
    tables.show_list(
        "Budget per år",
        ("År", "Planerade deltagare", "Budget", "Utfall", "Andel"),
        [
            (
                str(row.year),
                "–" if row.planned_participants is None else whole(row.planned_participants),
                "–" if row.budget_kr is None else kronor(row.budget_kr),
                "–" if row.actual_kr is None else kronor(row.actual_kr),
                f"{row.cost_share_percent}\u202f%",
            )
            for row in years
        ],
        numbers=frozenset({1, 2, 3, 4}),
    )
