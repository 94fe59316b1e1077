"""What the staff need to see to read files in: where they may, by which words, and what was read.

Nothing here is about a single participant but `file_keys`, which is logged as a list.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session as DbSession
from sqlmodel import col, func, or_, select

from tracking.access.actors import Actor
from tracking.access.permissions import (
    can_import,
    check_can_import,
    check_can_see_internal,
)
from tracking.domain.errors import NotFound
from tracking.domain.import_records import ImportKind
from tracking.domain.records import Gender, InsatsKind, QuestionKind
from tracking.outcomes._seen import log_list
from tracking.outcomes.directory import codes_of
from tracking.outcomes.kinds import Persons
from tracking.store.database import Database
from tracking.store.tables import (
    Account,
    Code,
    ImportKey,
    ImportMapping,
    ImportRun,
    Insats,
    LadderStep,
    LadderVersion,
    Participant,
    Question,
    QuestionOption,
    Spell,
    metadata,
)

LISTS = (
    "referrer",
    "municipality",
    "education",
    "support_band",
    "need_group",
    "end_reason",
    "outcome_reason",
    "attempt_way",
    "void_reason",
)


@dataclass(frozen=True, slots=True)
class ImportInsats:
    """An insats that the actor may read files into."""

    insats_id: int
    name: str
    kind: InsatsKind


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A kompletterande fråga that a file may answer, the newest of its key.

    ``wordings`` are how it is put and was put before, ``answers`` the words there are to choose.
    """

    key: str
    wordings: tuple[str, ...]
    kind: QuestionKind
    answers: tuple[str, ...]
    at_start: bool
    at_end: bool
    at_follow_up: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that a file may use: code lists (key → label), the ladder's steps, questions."""

    lists: dict[str, dict[str, str]]
    steps: dict[int, str]
    questions: tuple[AskedQuestion, ...] = ()

    @property
    def answers(self) -> tuple[str, ...]:
        """Every answer to choose in every question."""
        return tuple(word for question in self.questions for word in question.answers)


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import, applied or voided since."""

    import_id: int
    kind: ImportKind
    mapping_name: str | None
    new: int
    same: int
    made: dict[str, int]
    file_hash: str
    applied_at: datetime
    applied_by: str
    voided_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class MappingView:
    """A remembered mapping; ``content`` is its own JSON."""

    name: str
    kind: ImportKind
    content: str


@dataclass(frozen=True, slots=True)
class EarlierView:
    """A count of an earlier series, as it was read in."""

    year: int
    gender: Gender | None
    measure: str
    number: int
    base: int | None
    definition: str
    source: str


def import_insatser(database: Database, actor: Actor) -> tuple[ImportInsats, ...]:
    """The insatser that the actor may read files into, by name."""
    with database.reading() as session:
        rows = session.exec(select(Insats).order_by(col(Insats.name)))
        return tuple(
            ImportInsats(row.id or 0, row.name, row.kind)
            for row in rows
            if can_import(actor, insats_id=row.id or 0, controller_id=row.controller_id)
        )


def _checked(session: DbSession, actor: Actor, insats_id: int) -> Insats:
    insats = session.get(Insats, insats_id)
    if insats is None:
        raise NotFound("Insatsen finns inte.")
    check_can_import(actor, insats_id=insats_id, controller_id=insats.controller_id)
    return insats


def import_vocabulary(database: Database, actor: Actor, insats_id: int) -> Vocabulary:
    """The words that a file about the insats may use. Raises `NotPermitted`."""
    with database.reading() as session:
        insats = _checked(session, actor, insats_id)
        lists = {}
        for key in LISTS:
            query = select(Code).where(Code.list_key == key)
            if key == "need_group":
                query = query.where(Code.insats_id == insats_id)
            found = codes_of(session, query, retired_too=False)
            lists[key] = {code.key: code.label for code in found}
        steps = session.exec(
            select(LadderStep)
            .join(LadderVersion, col(LadderVersion.id) == col(LadderStep.ladder_version_id))
            .where(LadderVersion.ladder_id == insats.ladder_id)
            .order_by(col(LadderVersion.number), col(LadderStep.position))
        )
        return Vocabulary(
            lists, {step.position: step.name for step in steps}, _questions(session, insats_id)
        )


def _questions(session: DbSession, insats_id: int) -> tuple[AskedQuestion, ...]:
    """The questions that are or were put to the insats's participants, in the form's order."""
    rows = session.exec(
        select(Question)
        .where(or_(col(Question.insats_id).is_(None), Question.insats_id == insats_id))
        .where(col(Question.on_slips) == 0)
        .order_by(
            col(Question.insats_id).is_not(None), col(Question.sort), col(Question.valid_from)
        )
    ).all()
    by_key: dict[str, list[Question]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    labels: dict[int, list[str]] = {}
    for option in session.exec(select(QuestionOption).order_by(col(QuestionOption.value))):
        labels.setdefault(option.question_id, []).append(option.label)
    return tuple(
        AskedQuestion(
            key,
            tuple(dict.fromkeys(row.wording for row in reversed(found))),
            found[-1].kind,
            tuple(dict.fromkeys(label for row in reversed(found) for label in labels[row.id or 0])),
            any(row.asked_at_start for row in found),
            any(row.asked_at_end for row in found),
            any(row.asked_at_follow_up for row in found),
        )
        for key, found in by_key.items()
    )


def imports_of(database: Database, actor: Actor, insats_id: int) -> tuple[ImportView, ...]:
    """The insats's imports, the newest first. Raises `NotPermitted`."""
    with database.reading() as session:
        _checked(session, actor, insats_id)
        rows = session.exec(
            select(ImportRun, Account.title)
            .join(Account, col(Account.id) == col(ImportRun.applied_by))
            .where(ImportRun.insats_id == insats_id)
            .order_by(col(ImportRun.id).desc())
        )
        return tuple(
            ImportView(
                import_id=run.id or 0,
                kind=run.kind,
                mapping_name=run.mapping_name,
                new=run.rows_new,
                same=run.rows_same,
                made=json.loads(run.protocol),
                file_hash=run.file_hash,
                applied_at=run.applied_at,
                applied_by=title,
                voided_at=run.voided_at,
                version=run.version,
            )
            for run, title in rows
        )


def mappings_of(database: Database, actor: Actor, insats_id: int) -> tuple[MappingView, ...]:
    """The mappings that the insats's staff have saved, by name. Raises `NotPermitted`."""
    with database.reading() as session:
        _checked(session, actor, insats_id)
        rows = session.exec(
            select(ImportMapping)
            .where(ImportMapping.insats_id == insats_id)
            .order_by(col(ImportMapping.name))
        )
        return tuple(MappingView(row.name, row.kind, row.content) for row in rows)


_FIGURE, _RUN = metadata.tables["earlier_figure"], metadata.tables["import_run"]
# Asked at every click: of the table, since whole objects take several times as long.
_EARLIER = (
    columns(_FIGURE)
    .join_from(_FIGURE, _RUN, _RUN.c.id == _FIGURE.c.import_id)
    .where(_FIGURE.c.insats_id == bindparam("insats_id"), _RUN.c.voided_at.is_(None))
    .order_by(_FIGURE.c.measure, _FIGURE.c.source, _FIGURE.c.year, _FIGURE.c.id)
)


def earlier_figures(database: Database, actor: Actor, insats_id: int) -> tuple[EarlierView, ...]:
    """What earlier series said of the insats, by measure, source and year.

    Raises `NotPermitted` for somebody who may not see the insats's exact tables.
    """
    check_can_see_internal(actor, insats_id)
    with database.reading() as session:
        rows = session.execute(_EARLIER, {"insats_id": insats_id})
        return tuple(
            EarlierView(
                year=row.year,
                gender=row.gender,
                measure=row.measure,
                number=row.number,
                base=row.base,
                definition=row.definition,
                source=row.source,
            )
            for row in rows
        )


def file_keys(
    database: Database, actor: Actor, insats_id: int, *, page: str
) -> Persons[tuple[tuple[str, str], ...]]:
    """What the insats's files call its participants, and their codes, by the files' keys.

    Logged as a list. Raises `NotPermitted`.
    """
    with database.reading() as session:
        _checked(session, actor, insats_id)
        rows = session.execute(
            select(ImportKey.file_key, Participant.code, Spell.id)
            .join(Participant, col(Participant.id) == col(ImportKey.participant_id))
            .join(Spell, col(Spell.participant_id) == col(Participant.id))
            .where(ImportKey.insats_id == insats_id, Spell.insats_id == insats_id)
            .order_by(func.length(ImportKey.file_key), col(ImportKey.file_key), col(Spell.id))
        ).all()
    shown = [(insats_id, spell_id) for _, _, spell_id in rows if spell_id is not None]
    log_list(database, actor, page, shown, "filernas nummer")
    return Persons(tuple(dict.fromkeys((key, code) for key, code, _ in rows)))
