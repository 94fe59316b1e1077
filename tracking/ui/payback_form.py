"""The open assumptions of återbetalningstid: read from the address, typed, saved with a name.

The address holds what is counted with, so that whoever gets it sees the same; it goes with the
saved calculation that it began from. What the assumptions give is `payback_view`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from tracking.domain.errors import StegvisError
from tracking.domain.payback import HIGHEST_MONTH_KR, PaybackAssumptions
from tracking.domain.swedish import THIN, decimal, iso, kronor, whole
from tracking.domain.targets import Population
from tracking.outcomes.payback import CalculationView, PaybackYear
from tracking.outcomes.payback_tables import discount_text
from tracking.services.budgets import MOST_KRONOR
from tracking.services.payback import save_calculation
from tracking.ui import choices, fields, tables
from tracking.ui.faults import show_problem
from tracking.ui.forms import Form
from tracking.ui.guard import Context
from tracking.ui.values import Values

TYPED = "antaganden"
SAVED = "berakning"
OWN = "egna"
HIGHEST_RATE = Decimal(20)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is counted with: the assumptions, the cost (None: the year's utfall), and the saved
    version that they began from. ``assumptions`` None: nobody has written any.
    """

    assumptions: PaybackAssumptions | None
    cost_kr: int | None
    saved: CalculationView | None
    changed: bool


def choose(calculations: Sequence[CalculationView]) -> Chosen:
    """Choose a saved calculation, and read what has been typed since from the address."""
    by_key = {str(one.calculation_id): one for one in calculations}
    latest = next((key for key, one in by_key.items() if one.latest), OWN)
    options = {key: one.label for key, one in by_key.items()} | {OWN: "Egna antaganden"}
    key = choices.one_of(
        SAVED,
        "Sparade antaganden",
        options,
        unknown="Beräkningen i adressen finns inte på den här insatsen.",
        default=latest,
    )
    saved = by_key.get(key)
    typed = _typed(key)
    if typed is not None:
        return Chosen(typed[0], typed[1], saved, changed=True)
    if saved is not None:
        return Chosen(saved.assumptions, saved.cost_kr, saved, changed=False)
    return Chosen(None, None, None, changed=False)


def _typed(key: str) -> tuple[PaybackAssumptions, int | None] | None:
    """What the address says was typed for this choice; None when it says nothing usable."""
    of, _, rest = st.query_params.get(TYPED, "").partition(":")
    if not rest or of != key:
        st.query_params.pop(TYPED, None)
        return None
    try:
        support, production, anyway, rate, cost = rest.split(",")
        own = int(cost) if cost else None
        if own is not None and not 0 <= own <= MOST_KRONOR:
            raise ValueError
        assumed = PaybackAssumptions(int(support), int(production), int(anyway), int(rate))
        return assumed, own
    except (ValueError, StegvisError):
        show_problem("Antagandena i adressen går inte att läsa. Skriv dem på nytt.")
        st.query_params.pop(TYPED, None)
        return None


def draw(context: Context, year: PaybackYear, chosen: Chosen) -> None:
    """The form of the assumptions; *Räkna* changes the address and nothing else."""
    of = str(chosen.saved.calculation_id) if chosen.saved else OWN
    name = f"payback:{year.insats_id}:{of}:{st.query_params.get(TYPED, '')}"
    form = Form(name, page=context.page)
    began = chosen.assumptions

    def count(values: Values) -> None:
        support, production = (
            values.whole(field, required="Skriv beloppet i kronor, 0 om det inte ska räknas.",
                         low=0, high=HIGHEST_MONTH_KR)
            for field in ("support_month_kr", "production_month_kr")
        )  # fmt: skip
        anyway = values.whole("deadweight_percent", low=0, high=100)
        rate = values.decimal("discount_hundredths")
        if rate is not None and not 0 <= rate <= HIGHEST_RATE:
            values.fault("discount_hundredths", "Skriv en kalkylränta mellan 0 och 20 procent.")
        cost = values.whole("cost_kr", low=0, high=MOST_KRONOR)
        values.check()
        hundredths = 0 if rate is None else round(rate * 100)
        assumed = PaybackAssumptions(support or 0, production or 0, anyway or 0, hundredths)
        parts = (
            assumed.support_month_kr,
            assumed.production_month_kr,
            assumed.deadweight_percent,
            assumed.discount_hundredths,
            "" if cost is None else cost,
        )
        st.query_params[TYPED] = f"{of}:{','.join(map(str, parts))}"

    actual = (
        "Årets utfall är inte inlagt, så kostnaden behövs."
        if year.actual_kr is None
        else f"Lämnas tomt för årets utfall, {kronor(year.actual_kr)}."
    )
    with form.drawn():
        left, right = st.columns(2)
        with left:
            fields.number(
                form,
                "support_month_kr",
                "En månad av offentlig försörjning, kr",
                value="" if began is None else str(began.support_month_kr),
                hint="För en person, i genomsnitt.",
            )
            fields.number(
                form,
                "production_month_kr",
                "En månads arbete på heltid, kr",
                value="" if began is None else str(began.production_month_kr),
                hint="Värdet av arbetet vid 100 procent; halvtid räknas som hälften.",
            )
        with right:
            fields.number(
                form,
                "cost_kr",
                "Insatsens kostnad under året, kr",
                value="" if chosen.cost_kr is None else str(chosen.cost_kr),
                hint=actual,
            )
            fields.number(
                form,
                "deadweight_percent",
                "Hade skett ändå, procent",
                value=""
                if not began or not began.deadweight_percent
                else str(began.deadweight_percent),
                hint="Sätts för hand och dras av från vinsten. Tomt är inget avdrag.",
            )
            fields.number(
                form,
                "discount_hundredths",
                "Kalkylränta, procent om året",
                value=""
                if not began or not began.discount_hundredths
                else decimal(began.discount_hundredths / 100, 2).rstrip("0").rstrip(","),
                hint="Tomt är ingen diskontering.",
            )
        form.submit("Räkna", count)  # fmt: skip


def save(
    context: Context, year: PaybackYear, chosen: Chosen, calculations: Sequence[CalculationView]
) -> None:
    """Save what is counted with under a name, as a new version where the name is there."""
    assumed = chosen.assumptions
    if assumed is None:
        return
    began = "" if chosen.saved is None else chosen.saved.name
    form = Form(f"save_payback:{year.insats_id}:{began}", page=context.page)
    latest = {one.name.casefold(): one.number for one in calculations if one.latest}
    number = form.keep("number", latest.get(began.casefold()))

    def keep(values: Values) -> str:
        name = values.text("name", required="Skriv vad antagandena ska heta.")
        values.check()
        made = save_calculation(
            context.database,
            context.actor,
            insats_id=year.insats_id,
            name=name,
            population=year.population,
            assumptions=assumed,
            cost_kr=chosen.cost_kr,
            number=number if began and name.casefold() == began.casefold() else None,
            key=values.key,
        )
        st.query_params[SAVED] = str(made.calculation_id)
        st.query_params.pop(TYPED, None)
        return f"Antagandena är sparade som {made.name}, version {made.number}."

    with form.drawn():
        fields.text(
            form,
            "name",
            "Namn",
            value=began,
            hint="Samma namn ger en ny version; den gamla finns kvar. Bara antagandena sparas.",
        )
        form.submit("Spara antagandena", keep, primary=False)


def history(calculations: Sequence[CalculationView]) -> None:
    """Every saved version."""
    if not calculations:
        return
    tables.show_list(
        "Sparade antaganden",
        ("Namn", "Version", "Försörjning", "Heltid", "Kostnad", "Ändå", "Ränta", "Sparad", "Av"),
        [
            (
                one.name,
                whole(one.number),
                kronor(one.assumptions.support_month_kr),
                kronor(one.assumptions.production_month_kr),
                "årets utfall" if one.cost_kr is None else kronor(one.cost_kr),
                f"{whole(one.assumptions.deadweight_percent)}{THIN}%",
                discount_text(one.assumptions.discount_hundredths),
                iso(one.saved_at.date()),
                one.saved_by,
            )
            for one in calculations
        ],
        numbers=frozenset({1, 2, 3, 4, 5}),
        show_caption=False,
    )


POPULATIONS = {
    population.value: population.label.capitalize()
    for population in (Population.COMPLETED, Population.ENDED)
}
