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
from tracking.domain.payback import HIGHEST_MONTH_KR, PaybackAssumptions
from tracking.domain.swedish import decimal, iso
from tracking.domain.targets import Comparison, Measure, PointInTime, Population, TargetSpec
from tracking.domain.wording import EN_DASH, counted
from tracking.outcomes.directory_views import CodeView, InsatsSettings, QuestionView, TargetView
from tracking.outcomes.payback import CalculationView
from tracking.services.targets import remove_target, set_target
from tracking.ui import fields, findings, shown, tables
from tracking.ui.forms import Form
from tracking.ui.guard import Context
from tracking.ui.rounds import next_round, round_name
from tracking.ui.target_presets import OWN, Preset, Start, begun
from tracking.ui.values import Values

MEASURES = {measure.value: measure.label for measure in Measure}
CODE = "code_"
TYPED = 0
"""Among the saved assumptions: none of them."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a target's form offers: avslutsanledningar, the insats's questions, and the saved
    assumptions of återbetalningstid.
    """

    end_reasons: tuple[CodeView, ...]
    questions: tuple[QuestionView, ...]
    calculations: tuple[CalculationView, ...] = ()


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


def choose_measure(target: TargetView | None, preset: Preset | None) -> Measure:
    """What the target measures, chosen before its form, with what meets it underneath."""
    slot = target.target_id if target else f"plan:{preset.key}" if preset else 0
    key = f"choose::measure:{slot}"
    if key not in st.session_state:
        start = Measure.STEP_FORWARD
        if target is not None:
            start = target.spec.measure
        elif preset is not None:
            start = preset.measure
        st.session_state[key] = start.value
    chosen = shown.selectbox(
        "Vad målet mäter", list(MEASURES), key=key, format_func=lambda k: MEASURES[k], width=480
    )
    measure = Measure(chosen)
    fields.hint(measure.help)
    return measure


def edit(
    context: Context,
    insats: InsatsSettings,
    target: TargetView | None,
    preset: Preset | None,
    measure: Measure,
    offers: Choices,
) -> None:
    """Set a new target (``target`` None, perhaps from ``preset``) or edit one."""
    which = target.target_id if target else f"nytt:{preset.key if preset else OWN}"
    name = f"target:{insats.insats_id}:{which}:{measure.value}"
    form = Form(round_name(name), page=context.page)
    version = form.keep("version", None if target is None else target.version)
    points = [point for point in PointInTime if point in measure.points]
    asks_population = points != [PointInTime.PERIOD]
    start = begun(measure, target, preset)

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
        assumptions = _assumptions(values, measure)
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
                assumptions=None if assumptions is None else PaybackAssumptions(*assumptions),
            ),
            wording=wording,
            valid_from=valid_from,
            valid_to=values.day("valid_to"),
            decided=decided,
            calculation_id=values.number_choice("calculation_id") or None,
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
            value=start.wording,
            width=640,
        )
        _rule_fields(form, start, measure, points, asks_population=asks_population)
        _what_fields(form, start, measure, offers)
        day = target.valid_from if target else insats.starts_on
        fields.day(form, "valid_from", "Gäller från", value=day)
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
            value=start.decided,
            hint="Till exempel verksamhetsplanen och datum för beslutet.",
        )
        form.submit("Spara målet", save)


def _rule_fields(
    form: Form,
    start: Start,
    measure: Measure,
    points: Sequence[PointInTime],
    *,
    asks_population: bool,
) -> None:
    fields.choice(
        form,
        "comparison",
        "Målet är",
        {c.value: c.label for c in Comparison},
        value=start.comparison.value,
        across=True,
        hint="Högst är för det som ska hållas nere, till exempel månader eller kronor.",
    )
    fields.number(
        form,
        "value",
        f"Målvärde, {measure.unit.label}",
        value="" if start.value is None else _typed(start.value),
        hint=_value_help(measure),
    )
    if asks_population:
        offered = [p for p in Population if not _only_after(points) or p is not Population.STARTED]
        value = start.population if start.population in offered else Population.COMPLETED
        fields.choice(
            form,
            "population",
            "Bland",
            {p.value: p.label for p in offered},
            value=value.value,
            across=True,
            hint="Nämnaren: alla startade, alla avslutade eller bara de som fullföljt.",
        )
    if len(points) > 1:
        fields.choice(
            form,
            "point_in_time",
            "När det mäts",
            {point.value: point.label for point in points},
            value=_point(start, points).value,
            across=True,
            hint="Efter avslut räknas de vars uppföljning förfaller i perioden."
            if any(point.is_follow_up for point in points)
            else None,
        )


def _point(start: Start, points: Sequence[PointInTime]) -> PointInTime:
    return start.point if start.point is not None and start.point in points else points[0]


def _only_after(points: Sequence[PointInTime]) -> bool:
    return all(point.is_follow_up for point in points)


def _value_help(measure: Measure) -> str | None:
    if not measure.is_share:
        return "Bedöms på värdet ensamt."
    return (
        "Bedöms på andelen, osäkerhetsintervallet och hur många de är; 0 och 100 på andelen ensam."
    )


def _what_fields(form: Form, start: Start, measure: Measure, offers: Choices) -> None:
    if measure is Measure.END_REASON_IN:
        fields.group_label("Avslutsanledningar som räknas", form=form, name="codes")
        for code in offers.end_reasons:
            fields.flag(form, f"{CODE}{code.key}", code.label, value=code.key in start.codes)
    if measure.names_a_question:
        slips = measure is Measure.POSITIVE_SLIPS
        offered = {q.question_id: q.wording for q in offers.questions if q.on_slips is slips}
        fields.record(
            form,
            "question_id",
            "Fråga",
            offered,
            value=start.question_id if start.question_id in offered else None,
            hint="Nya frågor läggs upp under Frågor. Vilka svar som är positiva står där.",
        )
    if measure is Measure.PAYBACK_MONTHS:
        assumed = start.assumptions
        fields.group_label(
            "Antaganden",
            form=form,
            name="assumptions",
            hint="De skrivs ut bredvid målet varje gång det bedöms.",
        )
        saved = {one.calculation_id: one.label for one in offers.calculations}
        named = {label: of for of, label in saved.items()}
        if saved:
            fields.record(
                form,
                "calculation_id",
                "Sparade antaganden",
                {TYPED: "Skrivs här nedan"} | saved,
                value=named.get("" if assumed is None else assumed.name, TYPED),
                hint="En sparad version går före det som står nedan, och ändras inte under målet.",
            )
        fields.number(
            form,
            "support_month_kr",
            "En månad av offentlig försörjning, kr",
            value="" if assumed is None else str(assumed.support_month_kr),
            hint="För en person.",
        )
        fields.number(
            form,
            "production_month_kr",
            "En månads arbete på heltid, kr",
            value="" if assumed is None else str(assumed.production_month_kr),
            hint="Värdet av produktionen vid 100 procent. 0 om det inte ska räknas.",
        )


def _assumptions(values: Values, measure: Measure) -> tuple[int, int] | None:
    if measure is not Measure.PAYBACK_MONTHS or values.number_choice("calculation_id"):
        return None
    support, production = (
        values.whole(name, required="Skriv antagandet i kronor.", low=0, high=HIGHEST_MONTH_KR)
        for name in ("support_month_kr", "production_month_kr")
    )
    return support or 0, production or 0


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
