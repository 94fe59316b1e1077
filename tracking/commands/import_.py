"""``stegvis import``: a file that is too large for a browser, read in on the server."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tracking.commands.common import Bar, Commands, database_option, open_database

if TYPE_CHECKING:
    from tracking.access.actors import Actor
    from tracking.exchange.importing.mapping import Mapping
    from tracking.exchange.importing.planning import Plan
    from tracking.exchange.importing.shapes import Table
    from tracking.outcomes.imports import Vocabulary
    from tracking.store.database import Database

MOST_TOLD = 50


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    """Lay the command's words."""
    parser = commands.add_parser("import", help="läs in en Excel- eller CSV-fil i en insats")
    parser.add_argument("file", type=Path, metavar="FIL")
    parser.add_argument(
        "--account",
        metavar="KONTO",
        help="deltagaransvarig som inläsningen görs av; utelämnad: den enda som får läsa in filer",
    )
    parser.add_argument("--insats", metavar="NAMN", help="utelämnad: kontots enda insats")
    parser.add_argument("--mapping", metavar="NAMN", help="sparad tolkning; utelämnad: gissa")
    parser.add_argument("--sheet", metavar="BLAD", help="utelämnat: första bladet med en tabell")
    parser.add_argument(
        "--dry-run", action="store_true", help="säg bara vad som skulle hända; inget sparas"
    )
    database_option(parser)
    parser.set_defaults(run=_import)


def _import(options: argparse.Namespace) -> int:
    from tracking.exchange.importing.opening import read_workbook
    from tracking.exchange.importing.planning import apply, dry_run
    from tracking.exchange.importing.shapes import FileRefused
    from tracking.outcomes.imports import import_vocabulary
    from tracking.services.imports import note_refused_file

    with closing(open_database(options.database)) as database:
        actor = _actor(database, options.account)
        insats_id = _insats(database, actor, options.insats)
        vocabulary = import_vocabulary(database, actor, insats_id)
        try:
            table = read_workbook(options.file, words=vocabulary.answers).table(options.sheet)
        except FileRefused as refused:
            note_refused_file(database, actor, insats_id=insats_id, why=refused.why)
            raise
        mapping = _mapping(database, actor, insats_id, table, options.mapping, vocabulary)
        _tell(mapping, vocabulary)
        tried, read_in = Bar("rader provlästa"), Bar("rader inlästa")
        plan = dry_run(
            table,
            mapping,
            actor,
            insats_id=insats_id,
            database=database,
            progress=lambda done, total: tried.show(min(done, total), total),
        )
        if not _told(plan) or options.dry_run:
            return 1 if plan.refused else 0
        done = apply(
            plan,
            actor,
            database=database,
            progress=lambda rows, total: read_in.show(min(rows, total), total),
        )
    print(f"Inläsning {done.import_id}: {done.new} uppgifter inlästa, {done.same} fanns redan.")
    return 0


def _actor(database: Database, username: str | None) -> Actor:
    from tracking.access.actors import actor_named
    from tracking.domain import clock

    if username is None:
        return _only_one_who_may(database)
    with database.reading() as session:
        return actor_named(session, username, today=clock.today())


def _only_one_who_may(database: Database) -> Actor:
    """Who reads files in where there is one such person. Raises `NotFound` naming them all."""
    from sqlmodel import col, select

    from tracking.access.actors import load_actor
    from tracking.domain import clock
    from tracking.domain.errors import NotFound, NotPermitted
    from tracking.outcomes.imports import import_insatser
    from tracking.store.tables import Account

    found: dict[str, Actor] = {}
    with database.reading() as session:
        for account in session.exec(select(Account).order_by(col(Account.username))):
            try:
                actor = load_actor(session, account.id or 0, today=clock.today())
            except NotPermitted:
                continue
            if import_insatser(database, actor):
                found[account.username] = actor
    if len(found) != 1:
        names = ", ".join(found) or "inget konto får det"
        raise NotFound(f"Ange med --account vem som läser in filen: {names}.")
    return next(iter(found.values()))


def _insats(database: Database, actor: Actor, name: str | None) -> int:
    from tracking.domain.errors import NotFound, NotPermitted
    from tracking.outcomes.imports import import_insatser

    mine = import_insatser(database, actor)
    if not mine:
        raise NotPermitted("Kontot har ingen insats att läsa in filer i.")
    found = [one for one in mine if name in (None, one.name)]
    if len(found) != 1:
        names = ", ".join(one.name for one in mine)
        raise NotFound(f"Välj en av kontots insatser med --insats: {names}.")
    return found[0].insats_id


def _mapping(
    database: Database,
    actor: Actor,
    insats_id: int,
    table: Table,
    name: str | None,
    vocabulary: Vocabulary,
) -> Mapping:
    from tracking.domain.errors import NotFound
    from tracking.exchange.importing.mapping import Mapping
    from tracking.exchange.importing.recognition import propose_mapping
    from tracking.outcomes.imports import mappings_of

    if name is None:
        return propose_mapping(table, questions=vocabulary.questions)
    for one in mappings_of(database, actor, insats_id):
        if one.name == name:
            return Mapping.from_json(one.content, table, one.name)
    raise NotFound(f"Det finns ingen sparad tolkning som heter {name} i insatsen.")


def _tell(mapping: Mapping, vocabulary: Vocabulary) -> None:
    from tracking.exchange.importing.questions import known_fields
    from tracking.exchange.importing.shapes import column_letter

    titles = known_fields(mapping.kind, vocabulary.questions)
    print(f"{mapping.kind.label}, skattningar i {mapping.unit.label}.")
    for column in mapping.columns:
        slot = f" ({column.slot})" if column.slot else ""
        if column.field in titles:
            print(f"  {column_letter(column.index):>3}  {titles[column.field].title}{slot}")


def _told(plan: Plan) -> bool:
    """Say what would happen; whether there is anything to go on with."""
    refused = [one for one in plan.rows if one.state == "refused"]
    for one in refused[:MOST_TOLD]:
        print(f"Rad {one.row}: {one.said}", file=sys.stderr)
    if plan.refused > MOST_TOLD:
        print(f"… och {plan.refused - MOST_TOLD} till.", file=sys.stderr)
    for one in (one for one in plan.rows if one.state == "not_read"):
        print(f"Rad {one.row} läses inte: {one.said}")
    if plan.columns_not_read:
        print(f"Kolumner som inte läses: {', '.join(plan.columns_not_read)}.")
    print(f"{plan.new} läggs till, {plan.same} finns redan, {plan.refused} nekas.")
    return plan.may_be_applied
