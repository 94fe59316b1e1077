"""Choosing a step of a ladder: the steps from the lowest, and *inga utsikter för arbete*."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from tracking.access.actors import Actor
from tracking.domain.ladder import NO_PROSPECTS, NO_PROSPECTS_LABEL, StepLevel
from tracking.domain.wording import capitalised
from tracking.outcomes import directory
from tracking.store.database import Database
from tracking.ui import fields
from tracking.ui.forms import Form, Values

OUTSIDE = "none"


class Step(Protocol):
    """What is needed of a step to choose it."""

    @property
    def position(self) -> int:
        """Its place, the lowest first."""

    @property
    def name(self) -> str:
        """Its name."""


def options(steps: Iterable[Step]) -> dict[str, str]:
    """The choices: position → number and name, and the exit outside the steps."""
    named = {str(step.position): f"{step.position} · {step.name}" for step in steps}
    return {**named, OUTSIDE: capitalised(NO_PROSPECTS_LABEL)}


def steps_of_insats(
    database: Database, actor: Actor, insats_id: int, on: date
) -> dict[str, str] | None:
    """The choices for a spell that starts on a day; None where the insats has no ladder."""
    ladder_id = directory.insats_settings(database, actor, insats_id).ladder_id
    found = [ladder for ladder in directory.ladders(database) if ladder.ladder_id == ladder_id]
    if not found or not found[0].versions:
        return None
    versions = found[0].versions
    valid = next((version for version in versions if version.valid_from <= on), versions[-1])
    return options(valid.steps)


def draw(
    form: Form, choices: Mapping[str, str], *, label: str = "Steg", hint: str | None = None
) -> None:
    """Draw the choice inside a form."""
    fields.choice(form, "step", label, choices, hint=hint, open_always=True)


def read(values: Values, *, required: str | None = None) -> StepLevel | None:
    """The step that is chosen, or None."""
    chosen = values.choice("step")
    if chosen is None:
        if required:
            values.fault("step", required)
        return None
    return NO_PROSPECTS if chosen == OUTSIDE else StepLevel(int(chosen))
