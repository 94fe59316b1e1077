"""Anonyma deltagare: how many, per insats, calendar year and kön. Nothing more is known."""

import streamlit as st

from tracking.outcomes import directory
from tracking.services.anonymous import set_anonymous_counts
from tracking.ui import fields, frame, people, shown
from tracking.ui.forms import Form, Values
from tracking.ui.guard import require

context = require("anonyma")

YEARS_BACK = 3

items = people.recordable(context, wanted=lambda item: True)
frame.title(
    "Anonyma deltagare",
    page=context.page,
    lead="Den som inte samtycker till uppföljning, och alla med skyddade personuppgifter, "
    "räknas här. Antalet gäller ett kalenderår och förs in på nytt nästa år.",
)
if not items:
    frame.lead_sentence("Du har inget uppdrag i en insats som registrerar deltagare.")
    st.stop()
insats = people.choose_insats(items, key="anonyma::insats")
first = max(insats.starts_on.year, context.today.year - YEARS_BACK)
year = shown.selectbox(
    "År", list(range(context.today.year, first - 1, -1)), key="anonyma::year", width=160
)
counts = directory.anonymous_counts(context.database, context.actor, insats.insats_id, year)
total = sum(count.number + count.converted for count in counts)
frame.lead_sentence(f"{insats.name} har {total} anonyma deltagare {year}.")


form = Form(f"anonyma:{insats.insats_id}:{year}", page=context.page)
read = {count.gender: form.keep(count.gender.value, count) for count in counts}


def save(values: Values) -> str:
    wanted = {
        gender: values.whole(gender.value, required="Skriv antalet.", low=0, high=100_000)
        for gender in read
    }
    values.check()
    set_anonymous_counts(
        context.database,
        context.actor,
        insats_id=insats.insats_id,
        year=year,
        numbers={
            gender: number for gender, number in wanted.items() if number != read[gender].number
        },
        versions={gender: count.version for gender, count in read.items()},
        key=values.key,
    )
    told = ", ".join(f"{number} {gender.plural}" for gender, number in wanted.items())
    return f"Anonyma deltagare {year} i {insats.name}: {told}."


with form.drawn():
    for count in counts:
        hint = (
            f"Dessutom {count.converted} som blivit anonyma sedan samtycket återkallats."
            if count.converted
            else None
        )
        fields.number(
            form,
            count.gender.value,
            count.gender.plural.capitalize(),
            value=str(count.number),
            hint=hint,
        )
    form.submit("Spara", save)
