"""Läs in filer without a browser: what stands there after files were read in."""

from __future__ import annotations

import pytest

from tests.app.conftest import Open
from tests.app.opening import words
from tests.app.world import World, actor_of
from tests.workbooks import a_workbook
from tracking.domain.import_records import ImportKind
from tracking.exchange import apply, dry_run, propose_mapping, read_workbook
from tracking.exchange.importing.mapping import Mapping
from tracking.store.database import Database


def read_in(world: World, rows: list[list[object]], kind: ImportKind, **constants: str) -> None:
    database = Database.open(world.url)
    worker = actor_of(database, world.worker)
    table = read_workbook(a_workbook(rows)).table()
    found = propose_mapping(table, kind=kind)
    mapping = Mapping(kind, found.columns, constants, found.unit)
    apply(dry_run(table, mapping, worker, insats_id=world.insats_id), worker)
    database.close()


def test_page_shows_what_was_read_in_with_its_protocol_and_earlier_series(
    open_as: Open, world: World
) -> None:
    head = ["Nr", "Född", "Kön", "Start", "Remittent", "Samtycke", "Får kontaktas"]
    read_in(world, [head, [7, 1990, "k", "2026-01-12", "Kommun", "x", "x"]], ImportKind.SPELLS)
    read_in(
        world,
        [["År", "Kvinnor", "Män"], [2019, 22, 18]],
        ImportKind.HISTORY,
        measure="Antal deltagare",
        definition="Alla under året.",
        source="SUS",
    )
    app = open_as(world.worker, "importera")
    said = words(app)
    assert "2 filer är inlästa." in said
    assert "1 deltagare, 1 deltagande" in said
    assert "Tidigare uppgifter, SUS" in said
    assert "Källa: SUS. Definition: Alla under året." in said
    assert "ST-0004" not in said
    app.checkbox(key=f"import-keys::{world.insats_id}").check().run()
    assert "ST-0004" in words(app)
    assert not app.exception


def test_earlier_years_stand_apart_on_the_insatss_own_page_with_their_definition(
    open_as: Open, world: World
) -> None:
    read_in(
        world,
        [["År", "Kvinnor", "Män", "Totalt"], [2018, 20, 11, 31], [2019, 22, 18, 40]],
        ImportKind.HISTORY,
        measure="Antal deltagare",
        definition="Alla som varit inskrivna under året.",
        source="SUS, uttag 2022",
    )
    app = open_as(world.worker, "insatsen", insats=str(world.insats_id), **{"del": "deltagare"})
    said = words(app)
    assert "Antal deltagare: 31 år 2018, 40 år 2019, enligt tidigare uppgifter" in said
    assert "Definition: Alla som varit inskrivna under året. Källa: SUS, uttag 2022." in said
    assert "För 2018–2019 finns tidigare uppgifter, SUS." in said
    assert "2019, tidigare uppgifter" in said
    assert "Tidigare uppgifter" not in words(open_as(world.board, "oversikt"))
    assert not app.exception


@pytest.mark.parametrize("who", ["lead", "admin", "board", "system"])
def test_page_is_nobody_elses(open_as: Open, world: World, who: str) -> None:
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        open_as(getattr(world, who), "importera")
