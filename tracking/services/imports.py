"""Reading records of a file into an insats: looked ahead at, then all of them or none.

What a file looks like is `tracking.exchange.importing`; whether a record may be added is
`_import_checks`; taking a whole import back is `import_undoing`. Of a file that is refused
nothing is kept, only that it was refused stands in the log.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlmodel import Session as DbSession
from sqlmodel import select

from tracking.access import refusals
from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.permissions import check_can_import
from tracking.domain import clock
from tracking.domain.errors import Conflict, InvalidValue, NotFound, RuleBroken, StegvisError
from tracking.domain.identifiers import clean_text
from tracking.domain.import_records import (
    FaultyRow,
    ImportKind,
    ImportRecord,
    RowOutcome,
    RowState,
)
from tracking.domain.records import InsatsKind
from tracking.services._import_checks import look
from tracking.services._import_picture import Picture
from tracking.services._import_writes import ImportWriter
from tracking.services._writing import Writing, writing
from tracking.store.database import Database
from tracking.store.tables import ImportMapping, ImportRun, Insats

Rows = Iterable[ImportRecord | FaultyRow]
"""What a file comes to, row by row: a record, or what is wrong with the row."""

Seen = Callable[[RowOutcome], None]
LONGEST_NAME = 60
LONGEST_MAPPING = 60_000


@dataclass(frozen=True)
class Ahead:
    """How many records would be added, are there already, and are refused."""

    new: int
    same: int
    refused: int


@dataclass(frozen=True)
class Imported:
    """An import that was made: its number, and what it made, counted by table."""

    import_id: int
    new: int
    same: int
    made: dict[str, int]


@dataclass(frozen=True)
class SavedMapping:
    """A mapping that was saved or removed, with its name."""

    mapping_id: int
    name: str


def _insats_of(session: DbSession, actor: Actor, insats_id: int) -> Insats:
    """The insats, if the actor may read files into it. Nobody is told more of another."""
    insats = session.get(Insats, insats_id)
    if insats is None:
        raise NotFound("Insatsen finns inte.")
    check_can_import(actor, insats_id=insats_id, controller_id=insats.controller_id)
    return insats


def _check_kind(insats: Insats, kind: ImportKind) -> None:
    if insats.kind is not InsatsKind.INDIVIDUAL and kind is not ImportKind.HISTORY:
        raise RuleBroken("En strukturövergripande insats har inga deltagare att läsa in.")


def look_ahead(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    kind: ImportKind,
    rows: Rows,
    seen: Seen,
) -> Ahead:
    """Say of every record what an import would do with it; nothing is written but the log.

    ``seen`` is told of each in turn. Raises `NotPermitted`.
    """
    counts = dict.fromkeys(RowState, 0)
    with (
        refusals.noting(database, actor.account_id, page="look_ahead_import"),
        database.reading() as session,
    ):
        _check_kind(_insats_of(session, actor, insats_id), kind)
        picture = Picture(session, insats_id, kind, clock.today())
        for row in rows:
            outcome = _outcome(picture, row)
            counts[outcome.state] += 1
            seen(outcome)
    told = Ahead(counts[RowState.NEW], counts[RowState.SAME], counts[RowState.REFUSED])
    with database.transaction() as work:
        detail = f"{kind.value}: {told.new} nya, {told.same} finns, {told.refused} nekas"
        record(work, actor, Entry("look_ahead_import", insats_id=insats_id, detail=detail))
    return told


def _outcome(picture: Picture, row: ImportRecord | FaultyRow) -> RowOutcome:
    if isinstance(row, FaultyRow):
        return RowOutcome(row.row, RowState.REFUSED, row.sentence)
    found = look(picture, row)
    return RowOutcome(row.row, found.state, found.said)


def apply_import(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    kind: ImportKind,
    rows: Rows,
    file_hash: str,
    mapping_name: str | None = None,
    progress: Callable[[int], None] | None = None,
    key: str,
) -> Imported:
    """Add every record that is new, or nothing at all, and keep a protocol of it.

    Raises `FaultyRow` with the file's row at the first record that may not be added, which is
    logged as a refused import; `RuleBroken` when there is nothing new in the file.
    """
    try:
        return _apply(
            database,
            actor,
            insats_id=insats_id,
            kind=kind,
            rows=rows,
            file_hash=file_hash,
            mapping_name=mapping_name,
            progress=progress,
            key=key,
        )
    except (FaultyRow, RuleBroken, Conflict) as fault:
        where = f" rad {fault.row}" if isinstance(fault, FaultyRow) else ""
        with database.transaction() as work:
            detail = f"{kind.value}{where}"
            record(work, actor, Entry("import_refused", insats_id=insats_id, detail=detail))
        raise


def _apply(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    kind: ImportKind,
    rows: Rows,
    file_hash: str,
    mapping_name: str | None,
    progress: Callable[[int], None] | None,
    key: str,
) -> Imported:
    with writing(database, actor, "apply_import", key) as write:
        insats = _insats_of(write.session, actor, insats_id)
        _check_kind(insats, kind)
        if write.repeated:
            return _imported(write)
        run = ImportRun(
            insats_id=insats_id,
            kind=kind,
            file_hash=file_hash,
            mapping_name=mapping_name,
            rows_read=0,
            rows_new=0,
            rows_same=0,
            protocol="",
            applied_at=write.now,
            applied_by=actor.account_id,
        )
        write.session.add(run)
        write.session.flush()
        assert run.id is not None
        picture = Picture(write.session, insats_id, kind, write.today)
        writer = ImportWriter(write, picture, run.id)
        counts = dict.fromkeys((RowState.NEW, RowState.SAME), 0)
        for done, row in enumerate(rows, start=1):
            counts[_add(picture, writer, row)] += 1
            if progress is not None and done % 1000 == 0:
                progress(done)
        writer.flush()
        if counts[RowState.NEW] == 0:
            raise RuleBroken("Allt i filen finns redan, så inget lästes in.")
        run.rows_new, run.rows_same = counts[RowState.NEW], counts[RowState.SAME]
        run.rows_read = run.rows_new + run.rows_same
        run.protocol = json.dumps(dict(sorted(writer.made.items())), sort_keys=True)
        write.session.add(run)
        write.session.flush()
        entries = [
            Entry(
                write.action,
                insats_id=insats_id,
                spell_id=spell_id,
                detail=f"import {run.id}: {count}",
            )
            for spell_id, count in sorted(writer.touched.items())
        ]
        whole = Entry(write.action, insats_id=insats_id, detail=f"import {run.id} {kind.value}")
        write.finish(run.id, *entries, *writer.elsewhere, whole)
        return Imported(run.id, run.rows_new, run.rows_same, dict(writer.made))


def _add(picture: Picture, writer: ImportWriter, row: ImportRecord | FaultyRow) -> RowState:
    """Add a record if it is new. Raises `FaultyRow` when it may not be added."""
    if isinstance(row, FaultyRow):
        raise _on_row(row.row, row.sentence)
    found = look(picture, row)
    if found.state is RowState.REFUSED:
        raise _on_row(row.row, found.said)
    if found.state is RowState.NEW:
        try:
            writer.add(row, found)
        except StegvisError as fault:
            raise _on_row(row.row, fault.sentence) from fault
    return found.state


def _on_row(row: int, sentence: str) -> FaultyRow:
    return FaultyRow(row, f"Inget lästes in. Rad {row}: {sentence}")


def _imported(write: Writing) -> Imported:
    run = write.session.get_one(ImportRun, write.earlier)
    assert run.id is not None
    return Imported(run.id, run.rows_new, run.rows_same, json.loads(run.protocol))


def note_refused_file(database: Database, actor: Actor, *, insats_id: int, why: str) -> None:
    """Log that a file was refused before any row was read; ``why`` is a word of the code.

    Neither the file, its name nor what was found in it is kept anywhere.
    """
    with (
        refusals.noting(database, actor.account_id, page="import_refused"),
        database.transaction() as work,
    ):
        _insats_of(work.session, actor, insats_id)
        record(work, actor, Entry("import_refused", insats_id=insats_id, detail=why[:80]))


def save_mapping(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    name: str,
    kind: ImportKind,
    content: str,
    key: str,
) -> SavedMapping:
    """Remember which column is what, under a name; one of the same name is replaced.

    ``content`` is the mapping's own JSON: headings and choices, never a value of the file.
    """
    with writing(database, actor, "save_import_mapping", key) as write:
        _insats_of(write.session, actor, insats_id)
        wanted = clean_text(name, field="name", max_length=LONGEST_NAME, required=True)
        if write.repeated and write.earlier is not None:
            return SavedMapping(write.earlier, wanted)
        if len(content) > LONGEST_MAPPING:
            raise InvalidValue("Tolkningen är för stor för att sparas.", field="name")
        row = _mapping_named(write.session, insats_id, wanted)
        if row is None:
            row = ImportMapping(
                insats_id=insats_id,
                name=wanted,
                kind=kind,
                content=content,
                saved_at=write.now,
                saved_by=actor.account_id,
            )
        else:
            row.kind, row.content = kind, content
            row.saved_at, row.saved_by = write.now, actor.account_id
            row.version += 1
        write.session.add(row)
        write.session.flush()
        assert row.id is not None
        write.finish(row.id, Entry(write.action, insats_id=insats_id, detail=f"mapping {row.id}"))
        return SavedMapping(row.id, wanted)


def remove_mapping(
    database: Database, actor: Actor, *, insats_id: int, name: str, key: str
) -> SavedMapping:
    """Forget a remembered mapping. Raises `NotFound` when there is none of that name."""
    with writing(database, actor, "remove_import_mapping", key) as write:
        _insats_of(write.session, actor, insats_id)
        if write.repeated and write.earlier is not None:
            return SavedMapping(write.earlier, name)
        row = _mapping_named(write.session, insats_id, name)
        if row is None or row.id is None:
            raise NotFound("Tolkningen finns inte längre: läs in sidan igen.")
        write.session.delete(row)
        write.finish(row.id, Entry(write.action, insats_id=insats_id, detail=f"mapping {row.id}"))
        return SavedMapping(row.id, name)


def _mapping_named(session: DbSession, insats_id: int, name: str) -> ImportMapping | None:
    return session.exec(
        select(ImportMapping).where(
            ImportMapping.insats_id == insats_id, ImportMapping.name == name
        )
    ).one_or_none()
