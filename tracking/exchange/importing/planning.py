"""From a table and a mapping to a plan that says row by row what would happen, and to the deed.

The plan keeps the table, not its rows: what is read in is read from the file once more, and
judged once more in the transaction that writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

from tracking.access.actors import Actor
from tracking.domain import clock
from tracking.domain.errors import InvalidValue, NotPermitted, RuleBroken
from tracking.domain.import_records import FaultyRow, ImportRecord, RowOutcome, RowState
from tracking.domain.wording import counted
from tracking.exchange.importing.mapping import Mapping
from tracking.exchange.importing.records import NotRead, Reader
from tracking.exchange.importing.shapes import FileRefused, Table, column_letter
from tracking.outcomes.imports import import_insatser, import_vocabulary
from tracking.services.imports import Imported, apply_import, look_ahead
from tracking.store.database import Database

MOST_SHOWN = 1000
"""Rows of each sort that a plan keeps to show; all are counted."""

Progress = Callable[[int, int], None]
"""Told how many records are done, of how many rows of the file."""


@dataclass(frozen=True)
class Plan:
    """What an import would do. ``rows`` are the first of each sort, in the file's order.

    ``not_read`` counts rows that are nobody's, as sums at the bottom.
    """

    table: Table
    mapping: Mapping
    insats_id: int
    new: int
    same: int
    refused: int
    rows: tuple[RowOutcome, ...]
    not_read: int = 0

    @property
    def may_be_applied(self) -> bool:
        """Whether there is something to add and nothing that is refused."""
        return self.new > 0 and self.refused == 0

    @property
    def all_shown(self) -> bool:
        """Whether ``rows`` are all there are."""
        return len(self.rows) == self.new + self.same + self.refused + self.not_read

    @property
    def columns_not_read(self) -> tuple[str, ...]:
        """The headings of columns that the mapping leaves out, each with the column's letter."""
        read = {column.index for column in self.mapping.columns}
        return tuple(
            f"{column_letter(place)} {heading}"
            for place, heading in enumerate(self.table.headings)
            if heading and place not in read
        )


def dry_run(
    table: Table,
    mapping: Mapping,
    actor: Actor,
    *,
    insats_id: int | None = None,
    database: Database | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Say row by row what reading the table in would do; nothing is written but the log.

    ``insats_id`` may be left out by somebody who has one insats only, ``database`` where the
    actor knows it. Raises `InvalidValue` when a column that must be there is not mapped, and
    `NotPermitted`.
    """
    database = _database(actor, database)
    insats_id = _insats(database, actor, insats_id)
    if missing := mapping.missing():
        raise InvalidValue(f"Välj kolumn för {', '.join(missing)}.", field="mapping")
    kept: dict[RowState, list[RowOutcome]] = {state: [] for state in RowState}
    seen = not_read = 0

    def note(outcome: RowOutcome) -> None:
        nonlocal seen, not_read
        seen += 1
        not_read += outcome.state is RowState.NOT_READ
        if len(kept[outcome.state]) < MOST_SHOWN:
            kept[outcome.state].append(outcome)
        if progress is not None and seen % 1000 == 0:
            progress(seen, table.row_count)

    ahead = look_ahead(
        database,
        actor,
        insats_id=insats_id,
        kind=mapping.kind,
        rows=_records(database, actor, table, mapping, insats_id, note),
        seen=note,
    )
    if progress is not None:
        progress(table.row_count, table.row_count)
    rows = sorted((one for found in kept.values() for one in found), key=lambda one: one.row)
    return Plan(
        table, mapping, insats_id, ahead.new, ahead.same, ahead.refused, tuple(rows), not_read
    )


def apply(
    plan: Plan,
    actor: Actor,
    *,
    database: Database | None = None,
    progress: Progress | None = None,
    key: str | None = None,
) -> Imported:
    """Do what a plan says, all of it in one transaction, or nothing.

    ``key`` makes a repeated call the same call. Raises `RuleBroken` when rows are refused or
    nothing is new, `FileRefused` when the file has changed since the plan, and `FaultyRow` when
    the data have.
    """
    database = _database(actor, database)
    if plan.refused:
        raise RuleBroken(
            f"{counted(plan.refused, 'uppgift', 'uppgifter')} nekas, så inget lästes in. Rätta "
            "filen och försök igen."
        )
    if plan.table.hashed() != plan.table.file_hash:
        raise FileRefused("changed", "Filen har ändrats sedan den provlästes. Provläs igen.")
    total = plan.table.row_count
    done = apply_import(
        database,
        actor,
        insats_id=plan.insats_id,
        kind=plan.mapping.kind,
        rows=_records(database, actor, plan.table, plan.mapping, plan.insats_id, None),
        file_hash=plan.table.file_hash,
        mapping_name=plan.mapping.name,
        progress=None if progress is None else lambda done: progress(done, total),
        key=key or str(uuid4()),
    )
    if progress is not None:
        progress(total, total)
    return done


def _database(actor: Actor, database: Database | None) -> Database:
    """The one that is named, the one that the actor came from, or the configured one."""
    return database or actor.database or Database.open()


def _insats(database: Database, actor: Actor, insats_id: int | None) -> int:
    if insats_id is not None:
        return insats_id
    mine = import_insatser(database, actor)
    if len(mine) != 1:
        raise (
            InvalidValue("Välj vilken insats filen gäller.", field="insats")
            if mine
            else NotPermitted("Du har ingen insats att läsa in filer i.")
        )
    return mine[0].insats_id


def _records(
    database: Database,
    actor: Actor,
    table: Table,
    mapping: Mapping,
    insats_id: int,
    note: Callable[[RowOutcome], None] | None,
) -> Iterator[ImportRecord | FaultyRow]:
    """What the rows come to; those that are nobody's are noted and given to no one."""
    vocabulary = import_vocabulary(database, actor, insats_id)
    for record in Reader(table, mapping, vocabulary, clock.today()).records():
        if not isinstance(record, NotRead):
            yield record
        elif note is not None:
            note(RowOutcome(record.row, RowState.NOT_READ, record.said))
