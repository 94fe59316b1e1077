"""The administrator's forms of a target: set, edit, take away.

What is measured is chosen before the form, since it decides which fields the form has. Whether
measure, population and point in time go together is asked by `tracking.domain.targets`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from tracking.domain.endings import Outcome
from tracking.domain.swedish import decimal, iso
from tracking.domain.targets import Comparison, Measure, PointInTime, Population, TargetSpec
from tracking.domain.wording import EN_DASH, counted
from tracking.outcomes.catalog_views import CodeView, InsatsSettings, QuestionView, TargetView
from tracking.services.targets import remove_target, set_target
from tracking.ui import fields, findings, tables
from tracking.ui.forms import Form
from tracking.ui.guard import Context
from tracking.ui.rounds import next_round, round_name
from tracking.ui.values import Values

MEASURES = {measure.value: measure.label for measure in Measure}
CODE = "code_"


@dataclass(frozen=True, slots=True)
class Choices:
    """What a target's form offers: avslutsanledningar and the insats's questions."""

    end_reasons: tuple[CodeView, ...]
    questions: tuple[QuestionView, ...]


def countable(end_reasons: Sequence[CodeView]) -> tuple[CodeView, ...]:
    """The avslutsanledningar that can stand in a base; flytt and the like are counted apart."""
    return tuple(
        code
        for code in end_reasons
        if code.proposes in (Outcome.COMPLETED.value, Outcome.INTERRUPTED.value)
    )


def answer(targets: Sequence[TargetView]) -> str:
    """How many targets the insats has."""
    return f"Insatsen har {counted(len(targets), 'mål', 'mål')}."


def show(targets: Sequence[TargetView]) -> None:
    """Every target with its aim, base and validity."""
    if not targets:
        return
    tables.show_list(
        "Mål",
        ("Mål enligt planen", "Målvärde", "Från", "Till", "Mäter", "Bland", "När", "Beslutat"),
        [
            (
                target.wording,
                findings.aim(target.spec),
                iso(target.valid_from),
                EN_DASH if target.valid_to is None else iso(target.valid_to),
                target.spec.measure.label,
                EN_DASH
                if target.spec.point is PointInTime.PERIOD
                else target.spec.population.label,
                target.spec.point.label,
                target.decided or EN_DASH,
            )
            for target in targets
        ],
        numbers=frozenset({1, 2, 3}),
        show_caption=False,
    )


def choose_measure(target: TargetView | None) -> Measure:
    """What the target measures, chosen before its form."""
    key = f"choose::measure:{0 if target is None else target.target_id}"
    if key not in st.session_state:
        start = Measure.STEP_FORWARD if target is None else target.spec.measure
        st.session_state[key] = start.value
    chosen = st.selectbox(
        "Vad målet mäter", list(MEASURES), key=key, format_func=lambda k: MEASURES[k], width=480
    )
    return Measure(chosen)


def edit(
    context: Context,
    insats: InsatsSettings,
    target: TargetView | None,
    measure: Measure,
    offers: Choices,
) -> None:
    """Set a new target (``target`` None) or edit one."""
    name = f"target:{insats.insats_id}:{target.target_id if target else 'nytt'}:{measure.value}"
    form = Form(round_name(name), page=context.page)
    version = form.keep("version", None if target is None else target.version)
    points = [point for point in PointInTime if point in measure.points]
    asks_population = points != [PointInTime.PERIOD]

    def save(values: Values) -> str:
        wording = values.text("wording", required="Skriv målet som det står i planen.")
        value = values.decimal("value", required="Skriv målvärdet med siffror.")
        valid_from = values.required_day("valid_from", "Skriv från vilken dag målet gäller.")
        point = points[0].value if len(points) == 1 else values.required_choice("point_in_time")
        population = Population.STARTED.value
        if asks_population:
            population = values.required_choice("population")
        comparison = values.required_choice("comparison")
        decided = values.text("decided")
        values.check()
        set_target(
            context.database,
            context.actor,
            insats_id=insats.insats_id,
            spec=TargetSpec(
                measure=measure,
                population=Population(population),
                point=PointInTime(point),
                comparison=Comparison(comparison),
                value=Decimal(0) if value is None else value,
                codes=_codes(values, measure, offers),
                question_id=values.number_choice("question_id"),
            ),
            wording=wording,
            valid_from=valid_from,
            valid_to=values.day("valid_to"),
            decided=decided,
            target_id=None if target is None else target.target_id,
            version=version,
            key=values.key,
        )
        next_round(name)
        return "Målet är sparat."

    with form.drawn():
        fields.text(
            form,
            "wording",
            "Mål, som det står i planen",
            value=target.wording if target else "",
            width=640,
        )
        _rule_fields(form, target, measure, points, asks_population=asks_population)
        _what_fields(form, target, measure, offers)
        start = target.valid_from if target else insats.starts_on
        fields.day(form, "valid_from", "Gäller från", value=start)
        fields.day(
            form,
            "valid_to",
            "Gäller till",
            value=target.valid_to if target else None,
            hint="Lämnas tomt när målet gäller tills vidare.",
        )
        fields.text(
            form,
            "decided",
            "Beslutat",
            value=target.decided if target else "",
            hint="Till exempel verksamhetsplanen och datum för beslutet.",
        )
        form.submit("Spara målet", save)


def _rule_fields(
    form: Form,
    target: TargetView | None,
    measure: Measure,
    points: Sequence[PointInTime],
    *,
    asks_population: bool,
) -> None:
    spec = target.spec if target and target.spec.measure is measure else None
    fields.choice(
        form,
        "comparison",
        "Målet är",
        {c.value: c.label for c in Comparison},
        value=(spec.comparison if spec else Comparison.AT_LEAST).value,
        across=True,
    )
    fields.number(
        form,
        "value",
        f"Målvärde, {measure.unit.label}",
        value="" if spec is None else _typed(spec.value),
    )
    if asks_population:
        fields.choice(
            form,
            "population",
            "Bland",
            {p.value: p.label for p in Population},
            value=(spec.population if spec else Population.COMPLETED).value,
            across=True,
            hint="Nämnaren: alla startade, alla avslutade eller bara de som fullföljt.",
        )
    if len(points) > 1:
        fields.choice(
            form,
            "point_in_time",
            "När det mäts",
            {point.value: point.label for point in points},
            value=(spec.point if spec else points[0]).value,
            across=True,
        )


def _what_fields(form: Form, target: TargetView | None, measure: Measure, offers: Choices) -> None:
    spec = target.spec if target and target.spec.measure is measure else None
    if measure is Measure.END_REASON_IN:
        fields.group_label("Avslutsanledningar som räknas", form=form, name="codes")
        for code in offers.end_reasons:
            held = spec is not None and code.key in spec.codes
            fields.flag(form, f"{CODE}{code.key}", code.label, value=held)
    if measure in (Measure.POSITIVE_ANSWERS, Measure.POSITIVE_SLIPS):
        slips = measure is Measure.POSITIVE_SLIPS
        fields.record(
            form,
            "question_id",
            "Fråga",
            {q.question_id: q.wording for q in offers.questions if q.on_slips is slips},
            value=spec.question_id if spec else None,
        )


def _codes(values: Values, measure: Measure, offers: Choices) -> frozenset[str]:
    if measure is Measure.END_REASON_IN:
        return frozenset(c.key for c in offers.end_reasons if values.flag(f"{CODE}{c.key}"))
    if measure is Measure.POSITIVE_SLIPS:
        asked = values.number_choice("question_id")
        return frozenset(q.key for q in offers.questions if q.question_id == asked)
    return frozenset()


def remove(context: Context, target: TargetView, reasons: Sequence[CodeView]) -> None:
    """Take a target away; it stays in the history with the reason."""
    form = Form(f"remove_target:{target.target_id}", page=context.page)
    # As it stands on the page just now: the form above may have saved it since this one began.
    version = target.version

    def save(values: Values) -> str:
        why = values.required_choice("why", "Välj varför målet tas bort.")
        values.check()
        remove_target(
            context.database,
            context.actor,
            target_id=target.target_id,
            why=why,
            version=version,
            key=values.key,
        )
        st.query_params["mal"] = "nytt"
        return "Målet är borttaget ur alla resultat. Det finns kvar i historiken."

    with form.drawn():
        fields.hint("Ett mål som bara har löpt ut tas inte bort: skriv när det slutar gälla.")
        fields.choice(form, "why", "Skäl", {code.key: code.label for code in reasons})
        form.submit("Ta bort målet", save, primary=False)


def _typed(value: Decimal) -> str:
    return decimal(float(value), 0 if value == value.to_integral_value() else 1).replace(
        "\u202f", ""
    )
