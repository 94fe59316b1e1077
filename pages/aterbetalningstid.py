"""Återbetalningstid: vad insatsen kostade mot vad som ändrades, med alla antaganden öppna."""

import streamlit as st

from tracking.access.permissions import can_configure_insats, can_see_internal
from tracking.domain.records import InsatsKind
from tracking.domain.targets import Population
from tracking.outcomes.directory import my_insatser
from tracking.outcomes.payback import POINTS, payback_calculations, payback_year
from tracking.outcomes.payback_tables import PaybackCase, basis
from tracking.outcomes.tables_seen import see_tables
from tracking.ui import choices, dashboard, frame, payback_form, payback_view
from tracking.ui.guard import require

context = require("aterbetalningstid")
actor = context.actor
insatser = {
    item.insats_id: item
    for item in my_insatser(context.database, actor)
    if can_see_internal(actor, item.insats_id) and item.kind is InsatsKind.INDIVIDUAL
}
top, choosing = st.container(), st.container(key="not-printed-choices")
with choosing:
    left, right = st.columns(2)
    with left:
        chosen = choices.insats(
            {insats_id: item.name for insats_id, item in insatser.items()},
            not_mine="Adressen gäller en insats som du inte har uppdrag i.",
        )
    if chosen is None:
        with top:
            frame.title("Återbetalningstid", page=context.page)
        st.stop()
    first = min(insatser[chosen].starts_on.year, context.today.year)
    years = [str(year) for year in range(context.today.year, first - 1, -1)]
    with right:
        year = choices.one_of(
            "ar",
            "År",
            {year: year for year in years},
            unknown="Adressen gäller ett år som insatsen inte har.",
            default=years[min(1, len(years) - 1)],
        )
    with left:
        population = choices.one_of(
            "bland",
            "Bland",
            payback_form.POPULATIONS,
            unknown="Adressen gäller en grupp som inte finns.",
            default=Population.COMPLETED.value,
        )
    with right:
        point = choices.one_of(
            "nar",
            "När",
            {point.value: point.label.capitalize() for point in POINTS},
            unknown="Adressen gäller en tidpunkt som inte finns.",
            default=POINTS[0].value,
        )
    calculations = payback_calculations(context.database, actor, chosen)
    with left:
        assumed = payback_form.choose(calculations)
see_tables(context.database, actor, (chosen,), page=context.page)
found = payback_year(context.database, actor, chosen, int(year), Population(population)).value
at = next(one for one in POINTS if one.value == point)
case = None
if assumed.assumptions is not None:
    case = PaybackCase(found, assumed.assumptions, assumed.cost_kr)
with top:
    if case is None:
        frame.title(
            f"Återbetalningstid, {found.name} {year}",
            page=context.page,
            lead="Skriv vad en månad är värd, så räknas tiden. Inga belopp är ifyllda på förhand.",
        )
    else:
        frame.title(payback_view.title(case, at), page=context.page, lead=basis(case, at))
    dashboard.mark(actor)
with st.container(key="not-printed-assumptions"):
    frame.heading("Antaganden")
    if assumed.saved is not None and assumed.changed:
        frame.small(f"Ändrade sedan {assumed.saved.label}, inte sparade.")
    payback_form.draw(context, found, assumed)
    if case is not None and can_configure_insats(actor, chosen):
        payback_form.save(context, found, assumed, calculations)
if case is not None:
    frame.heading("Vad svaret vilar på")
    payback_view.answer(case, at, dashboard.files_for(context, chosen, found.name, found.period))
payback_view.is_not()
if case is not None:
    payback_view.take(context, case, at)
if calculations:
    frame.heading("Sparade antaganden")
    payback_form.history(calculations)
