"""Processtrappor: a new ladder, and a new version of one.

A version never changes once it is there: spells keep the version that they began with, so
another text or another step is another version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_set_up_forbund
from tracking.domain.errors import Conflict, RuleBroken
from tracking.domain.identifiers import clean_text
from tracking.domain.swedish import iso
from tracking.services._setup import check_day, found
from tracking.services._writing import Writing, writing
from tracking.store.database import Database
from tracking.store.tables import Ladder, LadderStep, LadderVersion

FEWEST_STEPS, MOST_STEPS = 2, 21
LONGEST_NAME, LONGEST_TEXT = 100, 500


@dataclass(frozen=True, slots=True)
class StepText:
    """One step in words: its name, behov av, klarar, insats and mål."""

    name: str
    needs: str = ""
    manages: str = ""
    activity: str = ""
    goal: str = ""


@dataclass(frozen=True, slots=True)
class SavedLadder:
    """A ladder with the version that was just made."""

    ladder_id: int
    version_id: int
    number: int


def create_ladder(
    database: Database,
    actor: Actor,
    *,
    name: str,
    steps: Sequence[StepText],
    valid_from: date,
    decided: str = "",
    shared: bool = True,
    key: str,
) -> SavedLadder:
    """Make a ladder with its first version. The first step has position 0.

    ``shared`` ladders can be chosen for any insats. Raises `Conflict` when a ladder has the
    name already.
    """
    with writing(database, actor, "create_ladder", key) as write:
        check_can_set_up_forbund(actor)
        if write.earlier is not None:
            return _saved(write, write.earlier)
        title = clean_text(name, field="name", max_length=LONGEST_NAME, required=True)
        if write.session.exec(select(Ladder.id).where(Ladder.name == title)).first() is not None:
            raise Conflict(f"Det finns redan en trappa som heter {title}.", field="name")
        ladder = Ladder(name=title, shared=shared)
        write.session.add(ladder)
        write.session.flush()
        assert ladder.id is not None
        saved = _add_version(write, ladder.id, 1, steps, valid_from, decided)
        write.finish(saved.version_id, Entry("create_ladder", detail=f"ladder {ladder.id}"))
        return saved


def add_ladder_version(
    database: Database,
    actor: Actor,
    *,
    ladder_id: int,
    steps: Sequence[StepText],
    valid_from: date,
    decided: str = "",
    key: str,
) -> SavedLadder:
    """Add a version that spells starting from ``valid_from`` get; older spells keep theirs.

    Raises `RuleBroken` unless it is valid from a later day than the version before.
    """
    with writing(database, actor, "add_ladder_version", key) as write:
        check_can_set_up_forbund(actor)
        if write.earlier is not None:
            return _saved(write, write.earlier)
        found(write.session, Ladder, ladder_id, what="Trappan")
        latest = write.session.exec(
            select(LadderVersion)
            .where(LadderVersion.ladder_id == ladder_id)
            .order_by(col(LadderVersion.number).desc())
        ).first()
        if latest is not None and valid_from <= latest.valid_from:
            raise RuleBroken(
                "Den nya versionen ska gälla från en senare dag än den förra, "
                f"som gäller från {iso(latest.valid_from)}.",
                field="valid_from",
            )
        number = 1 if latest is None else latest.number + 1
        saved = _add_version(write, ladder_id, number, steps, valid_from, decided)
        write.finish(saved.version_id, Entry("add_ladder_version", detail=f"ladder {ladder_id}"))
        return saved


def _add_version(
    write: Writing,
    ladder_id: int,
    number: int,
    steps: Sequence[StepText],
    valid_from: date,
    decided: str,
) -> SavedLadder:
    if not FEWEST_STEPS <= len(steps) <= MOST_STEPS:
        raise RuleBroken(
            f"En trappa har mellan {FEWEST_STEPS} och {MOST_STEPS} steg.", field="steps"
        )
    version = LadderVersion(
        ladder_id=ladder_id,
        number=number,
        valid_from=check_day(valid_from, field="valid_from"),
        decided=clean_text(decided, field="decided") or None,
        created_at=write.now,
    )
    write.session.add(version)
    write.session.flush()
    assert version.id is not None
    for position, step in enumerate(steps):
        write.session.add(_step(version.id, position, step))
    return SavedLadder(ladder_id, version.id, number)


def _step(version_id: int, position: int, step: StepText) -> LadderStep:
    field = f"step_{position}"
    return LadderStep(
        ladder_version_id=version_id,
        position=position,
        name=clean_text(step.name, field=f"{field}_name", max_length=LONGEST_NAME, required=True),
        needs=_words(step.needs, f"{field}_needs"),
        manages=_words(step.manages, f"{field}_manages"),
        activity=_words(step.activity, f"{field}_activity"),
        goal=_words(step.goal, f"{field}_goal"),
    )


def _words(text: str, field: str) -> str:
    return clean_text(text, field=field, max_length=LONGEST_TEXT, multiline=True)


def _saved(write: Writing, version_id: int) -> SavedLadder:
    version = found(write.session, LadderVersion, version_id, what="Trappans version")
    return SavedLadder(version.ladder_id, version_id, version.number)
