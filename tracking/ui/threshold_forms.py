"""Gränsvärden: every version beside the others with its source, a new one, a coming one removed.

What may be set is decided by `tracking.services.thresholds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tracking.domain.change import LIMIT_LABELS, LIMIT_MEANINGS, Thresholds
from tracking.domain.errors import InvalidValue
from tracking.domain.instruments import Unit, format_points, parse_score, parse_total
from tracking.domain.swedish import iso
from tracking.services.thresholds import remove_thresholds, set_thresholds
from tracking.ui import fields, frame, shown, tables
from tracking.ui.forms import Form, act
from tracking.ui.guard import Context
from tracking.ui.rounds import next_round, round_name
from tracking.ui.values import Values

MOST_BESIDE = 4
TIE = "tie_counts"
TIES = {"yes": "räknas som förändring", "no": "räknas inte"}
NO_NORMS = "Det finns inga svenska normer; alla sidor som använder gränserna säger det."


def answer(limits: Thresholds) -> str:
    """What applies today, in a sentence."""
    return (
        f"Från {iso(limits.valid_from)} gäller {format_points(limits.ors_cutoff_adult_mm)} poäng "
        f"som gränsvärde på ORS för vuxna och {format_points(limits.reliable_change_mm)} poäng "
        "som tillförlitlig förändring."
    )


def versions(found: Sequence[Thresholds], today: date) -> None:
    """Each limit with what it means and its value in every version; the sources below."""
    beside = tuple(reversed(found[:MOST_BESIDE]))
    tables.show_list(
        "Gränsvärden, version för version",
        ("Gräns", *(_from(one, today) for one in beside)),
        [(label, *(_value(one, name) for one in beside)) for name, label in LIMIT_LABELS.items()],
        show_caption=False,
        beneath=[LIMIT_MEANINGS[name] for name in LIMIT_LABELS],
    )
    if len(found) > MOST_BESIDE:
        frame.small(f"De {MOST_BESIDE} senaste versionerna visas; källorna står för alla.")
    frame.facts([(f"Källa, från {iso(one.valid_from)}", one.source) for one in found])
    frame.small(NO_NORMS)


def _from(one: Thresholds, today: date) -> str:
    return f"{'Kommer ' if one.valid_from > today else 'Från '}{iso(one.valid_from)}"


def _value(one: Thresholds, name: str) -> str:
    if name == TIE:
        return TIES["yes" if one.tie_counts else "no"]
    return f"{format_points(getattr(one, name))} poäng"


def new(context: Context, newest: Thresholds) -> None:
    """A new version, which begins as the newest is."""
    name = "thresholds"
    form = Form(round_name(name), page=context.page)

    def save(values: Values) -> str:
        told: dict[str, Any] = {
            "valid_from": values.required_day("valid_from"),
            "source": values.text("source", required="Skriv var gränsvärdena kommer ifrån."),
            TIE: values.required_choice(TIE) == "yes",
        }
        for limit in LIMIT_LABELS:
            if limit == TIE:
                continue
            read = parse_score if limit == "srs_scale_mm" else parse_total
            try:
                told[limit] = read(values.text(limit), Unit.POINTS, field=limit)
            except InvalidValue as fault:
                values.fault(limit, str(fault))
        values.check()
        set_thresholds(context.database, context.actor, limits=Thresholds(**told), key=values.key)
        next_round(name)
        return f"Nya gränsvärden gäller från {iso(told['valid_from'])}."

    with form.drawn():
        fields.day(
            form, "valid_from", "Gäller från", value=context.today + timedelta(days=1),
            hint="Tidigast i morgon. Den dag sista ORS är ifylld avgör vilken version en klass "
            "sparas med.",
        )  # fmt: skip
        for limit, label in LIMIT_LABELS.items():
            if limit != TIE:
                fields.number(
                    form,
                    limit,
                    f"{label}, poäng",
                    value=format_points(getattr(newest, limit)),
                    width=400,
                )
        fields.choice(
            form, TIE, LIMIT_LABELS[TIE], TIES, value="yes" if newest.tie_counts else "no",
            across=True,
        )  # fmt: skip
        fields.text(
            form, "source", "Källa", width=640,
            hint="Manual, studie eller beslut, så att en läsare kan hitta det.",
        )  # fmt: skip
        form.submit("Spara gränsvärdena", save)


def coming(context: Context, found: dict[int, Thresholds]) -> None:
    """Versions that do not apply yet may be taken away."""
    for number, one in found.items():

        def remove(key: str, number: int = number, one: Thresholds = one) -> str:
            remove_thresholds(context.database, context.actor, threshold_id=number, key=key)
            return f"Gränsvärdena från {iso(one.valid_from)} är borttagna."

        act(f"Ta bort versionen från {iso(one.valid_from)}", remove, name=f"limits-{number}")


def rules() -> None:
    """What a new version does and does not."""
    with shown.expander("Vad en ny version ändrar"):
        frame.small(
            "Insatsens egna sidor räknar med de gränser som gäller den dag sidan läses. Klasser "
            "som redan är sparade, släppta siffror och fastställda rapporter behåller de gränser "
            "de gjordes med, och säger vilka det är."
        )
