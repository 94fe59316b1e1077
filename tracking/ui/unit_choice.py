"""The unit that scores are typed in: said on every page where they are, and changed there."""

from __future__ import annotations

from tracking.access.actors import Actor
from tracking.domain.instruments import Unit
from tracking.services.preferences import choose_score_unit
from tracking.ui import forms, frame
from tracking.ui.guard import Context


def component_key(page: str, actor: Actor, *more: int) -> str:
    """The name that a draft is kept under. Each unit has a draft of its own: what was typed as
    points must never be read as millimetres.
    """
    parts = [page, str(actor.account_id), *(str(one) for one in more)]
    return "-".join(parts if actor.score_unit is Unit.POINTS else [*parts, actor.score_unit.value])


def draw(context: Context) -> None:
    """Say the unit, with the way to the other one."""
    actor = context.actor
    other = Unit.MM if actor.score_unit is Unit.POINTS else Unit.POINTS

    def choose(key: str) -> str:
        chosen = choose_score_unit(context.database, actor, unit=other, key=key)
        return f"Värden skrivs nu i {chosen.unit.label}."

    frame.small(f"Värden skrivs i {actor.score_unit.label}; 45mm går alltid att skriva.")
    forms.act(f"Skriv i {other.label} i stället", choose, name=f"unit-{other.value}")
