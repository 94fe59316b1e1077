"""Insatser: setting one up, from a template or freely, and editing its frame.

Targets, ladders and budgets of an insats have modules of their own. Its controller and kind
are set once, since its participants hang on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import (
    Action,
    can_set_up_forbund,
    check,
    check_can_set_up_forbund,
)
from tracking.domain.errors import Conflict, InvalidValue, NotPermitted, RuleBroken
from tracking.domain.identifiers import clean_text
from tracking.domain.records import InsatsKind
from tracking.domain.swedish import iso
from tracking.services._setup import (
    EDITED,
    check_span,
    check_unchanged,
    check_whole,
    found,
    insats_of,
)
from tracking.services._writing import Writing, edit, writing
from tracking.services.targets import add_from_template
from tracking.store import shipped
from tracking.store.database import Database
from tracking.store.shipped import InsatsTemplate
from tracking.store.tables import Controller, Insats, Ladder, Spell

LONGEST_NAME = 120
THE_FORBUNDS_OWN = ("name", "owner", "provider", "starts_on", "ends_on")
"""What an insatsansvarig may not change: it is decided by the förbund."""


@dataclass(frozen=True, slots=True)
class CreatedInsats:
    """An insats that was set up."""

    insats_id: int


@dataclass(frozen=True, slots=True)
class EditedInsats:
    """An insats that was edited, and the names of the fields that changed."""

    insats_id: int
    changed: tuple[str, ...]


def create_insats(
    database: Database,
    actor: Actor,
    *,
    name: str,
    controller_id: int,
    owner: str,
    kind: InsatsKind,
    starts_on: date,
    provider: str = "",
    ends_on: date | None = None,
    planned_places: int | None = None,
    planned_weeks: int | None = None,
    planned_participants: int | None = None,
    age_from: int | None = None,
    age_to: int | None = None,
    ladder_id: int | None = None,
    uses_ors: bool | None = None,
    uses_srs: bool | None = None,
    uses_gsrs: bool | None = None,
    follow_up_12: bool | None = None,
    template_key: str | None = None,
    key: str,
) -> CreatedInsats:
    """Set up an insats. ``template_key`` brings the template's targets that have a number, and
    its instruments where ``uses_…`` is None.

    Raises `Conflict` when the name is taken, `InvalidValue` or `RuleBroken` with the field.
    """
    with writing(database, actor, "create_insats", key) as write:
        check_can_set_up_forbund(actor)
        if write.earlier is not None:
            return CreatedInsats(write.earlier)
        template = None if template_key is None else template_of(template_key)
        values = _frame(
            write.session,
            name=name,
            owner=owner,
            provider=provider,
            starts_on=starts_on,
            ends_on=ends_on,
            planned_places=planned_places,
            planned_weeks=planned_weeks,
            planned_participants=planned_participants,
            age_from=age_from,
            age_to=age_to,
            ladder_id=ladder_id,
        )
        _refuse_taken(write.session, values["name"], None)
        found(write.session, Controller, controller_id, what="Myndigheten")
        insats = Insats(
            controller_id=controller_id,
            kind=kind,
            uses_ors=_chosen(uses_ors, template, "uses_ors", kind is InsatsKind.INDIVIDUAL),
            uses_srs=_chosen(uses_srs, template, "uses_srs", kind is InsatsKind.INDIVIDUAL),
            uses_gsrs=_chosen(uses_gsrs, template, "uses_gsrs", False),
            follow_up_12=_chosen(follow_up_12, template, "follow_up_12", False),
            template_key=template_key,
            created_at=write.now,
            **values,
        )
        write.session.add(insats)
        write.session.flush()
        assert insats.id is not None
        if template is not None:
            add_from_template(write, insats, template)
        write.finish(insats.id, Entry("create_insats", insats_id=insats.id))
        return CreatedInsats(insats.id)


def edit_insats(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    name: str,
    owner: str,
    starts_on: date,
    provider: str = "",
    ends_on: date | None = None,
    planned_places: int | None = None,
    planned_weeks: int | None = None,
    planned_participants: int | None = None,
    age_from: int | None = None,
    age_to: int | None = None,
    ladder_id: int | None = None,
    uses_ors: bool,
    uses_srs: bool,
    uses_gsrs: bool,
    follow_up_12: bool,
    version: int,
    key: str,
) -> EditedInsats:
    """Save an insats's whole frame as the form shows it.

    The insats's own lead may change capacity, ages, ladder and instruments; name, owner,
    provider and dates are the förbund's. Raises `Conflict` when somebody else has saved since,
    `RuleBroken` when spells lie outside the new dates.
    """
    with writing(database, actor, "edit_insats", key) as write:
        if not can_set_up_forbund(actor):
            check(actor, Action.CONFIGURE_INSATS, insats_id)
        insats = insats_of(write.session, insats_id)
        if write.repeated:
            return EditedInsats(insats_id, ())
        values = _frame(
            write.session,
            name=name,
            owner=owner,
            provider=provider,
            starts_on=starts_on,
            ends_on=ends_on,
            planned_places=planned_places,
            planned_weeks=planned_weeks,
            planned_participants=planned_participants,
            age_from=age_from,
            age_to=age_to,
            ladder_id=ladder_id,
        )
        values |= {
            "uses_ors": uses_ors,
            "uses_srs": uses_srs,
            "uses_gsrs": uses_gsrs,
            "follow_up_12": follow_up_12,
        }
        check_unchanged(insats, version, values)
        if not can_set_up_forbund(actor) and any(
            getattr(insats, field) != values[field] for field in THE_FORBUNDS_OWN
        ):
            raise NotPermitted("Namn, ägare, utförare och datum ändras av förbundet.")
        _refuse_taken(write.session, values["name"], insats_id)
        _check_spells_fit(write, insats_id, starts_on, ends_on)
        changed = edit(write.work, actor, insats, values, why=EDITED)
        write.finish(insats_id, Entry("edit_insats", insats_id=insats_id))
        return EditedInsats(insats_id, changed)


def template_of(template_key: str) -> InsatsTemplate:
    """The template with this key. Raises `InvalidValue`."""
    for template in shipped.templates():
        if template.key == template_key:
            return template
    raise InvalidValue("Mallen finns inte: välj en mall i listan.", field="template_key")


def _frame(
    session: DbSession,
    *,
    name: str,
    owner: str,
    provider: str,
    starts_on: date,
    ends_on: date | None,
    planned_places: int | None,
    planned_weeks: int | None,
    planned_participants: int | None,
    age_from: int | None,
    age_to: int | None,
    ladder_id: int | None,
) -> dict[str, Any]:
    """The checked values of the columns that both creating and editing set."""
    check_span(starts_on, ends_on, start_field="starts_on", end_field="ends_on")
    values: dict[str, Any] = {
        "name": clean_text(name, field="name", max_length=LONGEST_NAME, required=True),
        "owner": clean_text(owner, field="owner", max_length=LONGEST_NAME, required=True),
        "provider": clean_text(provider, field="provider", max_length=LONGEST_NAME),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "planned_places": check_whole(
            planned_places, field="planned_places", high=10_000, what="Planerade platser"
        ),
        "planned_weeks": check_whole(
            planned_weeks, field="planned_weeks", low=1, high=520, what="Planerade veckor"
        ),
        "planned_participants": check_whole(
            planned_participants,
            field="planned_participants",
            high=100_000,
            what="Planerade deltagare",
        ),
        "age_from": check_whole(age_from, field="age_from", low=13, high=99, what="Åldern"),
        "age_to": check_whole(age_to, field="age_to", low=13, high=99, what="Åldern"),
        "ladder_id": ladder_id,
    }
    if age_from is not None and age_to is not None and age_to < age_from:
        raise RuleBroken("Den högsta åldern är lägre än den lägsta.", field="age_to")
    if ladder_id is not None:
        found(session, Ladder, ladder_id, what="Trappan")
    return values


def _chosen(value: bool | None, template: InsatsTemplate | None, name: str, default: bool) -> bool:
    if value is not None:
        return value
    return default if template is None else bool(getattr(template, name))


def _refuse_taken(session: DbSession, name: str, insats_id: int | None) -> None:
    taken = session.exec(select(col(Insats.id)).where(Insats.name == name)).first()
    if taken is not None and taken != insats_id:
        raise Conflict(f"Det finns redan en insats som heter {name}.", field="name")


def _check_spells_fit(
    write: Writing, insats_id: int, starts_on: date, ends_on: date | None
) -> None:
    of_insats = select(col(Spell.started_on)).where(Spell.insats_id == insats_id)
    first = write.session.exec(of_insats.order_by(col(Spell.started_on))).first()
    if first is not None and first < starts_on:
        raise RuleBroken(
            f"Insatsen har deltaganden från {iso(first)}: den kan inte starta senare.",
            field="starts_on",
        )
    if ends_on is None or ends_on >= write.today:
        return
    after = of_insats.where((col(Spell.ended_on).is_(None)) | (col(Spell.ended_on) > ends_on))
    if write.session.exec(after).first() is not None:
        raise RuleBroken(
            f"Insatsen har deltaganden efter {iso(ends_on)}: avsluta dem först.", field="ends_on"
        )
