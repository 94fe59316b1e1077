"""Mappings that are remembered, earlier series, and the command for large files."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from tests.databases import on_sqlite
from tests.integration.test_import_workbooks import people, planned, read_in
from tests.integration.worlds import World, a_key, count
from tests.workbooks import a_number, a_workbook
from tracking.cli import main
from tracking.domain.errors import InvalidValue, NotFound, NotPermitted
from tracking.domain.import_records import ImportKind
from tracking.domain.records import Gender
from tracking.exchange import dry_run, propose_mapping, read_workbook
from tracking.exchange.importing.mapping import Mapping
from tracking.outcomes.imports import earlier_figures, mappings_of
from tracking.services.import_undoing import void_import
from tracking.services.imports import remove_mapping, save_mapping
from tracking.store.tables import AccessLogPayload, Account, ImportRun, Rating, Session

pytestmark = on_sqlite
ODD = ["Vem", "Dag", "Mående"]


def remembered(world: World, file: bytes, name: str = "Vår fil") -> Mapping:
    """A mapping made by hand on headings that nobody could guess, saved."""
    table = read_workbook(file).table()
    mapping = Mapping(ImportKind.RATINGS, ())
    for place, key in enumerate(("key", "held_on", "ors_total")):
        mapping = mapping.with_field(key, place, table)
    save_mapping(
        world.database,
        world.worker,
        insats_id=world.insats_id,
        name=name,
        kind=mapping.kind,
        content=mapping.to_json(),
        key=a_key(),
    )
    return mapping


def test_mapping_corrected_by_hand_fits_the_next_file_in_another_order(world: World) -> None:
    people(world, "1")
    remembered(world, a_workbook([ODD, [1, "2025-02-01", 18.5]]))
    (saved,) = mappings_of(world.database, world.colleague, world.insats_id)
    turned = a_workbook([["Mående", "Annat", "Vem", "Dag"], [21.5, "x", 1, "2025-02-08"]])
    table = read_workbook(turned).table()
    mapping = Mapping.from_json(saved.content, table, saved.name)
    plan = dry_run(table, mapping, world.worker, insats_id=world.insats_id)
    assert (plan.new, plan.refused) == (1, 0)


def test_mapping_tells_which_heading_the_file_lacks(world: World) -> None:
    mapping = remembered(world, a_workbook([ODD, [1, "2025-02-01", 18.5]]))
    table = read_workbook(a_workbook([["Vem", "Dag"], [1, "2025-02-01"]])).table()
    with pytest.raises(InvalidValue, match="Mående"):
        Mapping.from_json(mapping.to_json(), table)


def test_mapping_is_the_insatss_own_and_may_be_removed(world: World) -> None:
    remembered(world, a_workbook([ODD, [1, "2025-02-01", 18.5]]))
    with pytest.raises(NotPermitted):
        mappings_of(world.database, world.neighbour, world.insats_id)
    for removing in (True, False):
        if removing:
            remove_mapping(
                world.database,
                world.worker,
                insats_id=world.insats_id,
                name="Vår fil",
                key=a_key(),
            )
        else:
            with pytest.raises(NotFound):
                remove_mapping(
                    world.database,
                    world.worker,
                    insats_id=world.insats_id,
                    name="Vår fil",
                    key=a_key(),
                )


def test_mapping_without_a_column_that_must_be_there_is_told(world: World) -> None:
    table = read_workbook(a_workbook([["Nr", "ORS total"], [1, 18.5]])).table()
    mapping = propose_mapping(table, kind=ImportKind.RATINGS)
    with pytest.raises(InvalidValue, match="Datum"):
        dry_run(table, mapping, world.worker, insats_id=world.insats_id)


def test_mapping_with_a_personal_identity_number_in_its_name_is_not_saved(world: World) -> None:
    with pytest.raises(InvalidValue):
        remembered(world, a_workbook([ODD, [1, "2025-02-01", 18.5]]), name=f"Fil {a_number()}")


HISTORY = {"definition": "Avslutade under året.", "source": "SUS, uttag 2022"}


def test_earlier_series_stand_by_year_and_gender_with_their_definition(world: World) -> None:
    file = a_workbook([["År", "Kvinnor", "Män", "Totalt"], [2019, 22, 18, 40], [2020, 25, 15, 40]])
    done = read_in(world, file, kind=ImportKind.HISTORY, measure="Antal deltagare", **HISTORY)
    assert done.new == 6
    found = earlier_figures(world.database, world.worker, world.insats_id)
    assert {(one.year, one.gender): one.number for one in found} == {
        (2019, Gender.WOMAN): 22,
        (2019, Gender.MAN): 18,
        (2019, None): 40,
        (2020, Gender.WOMAN): 25,
        (2020, Gender.MAN): 15,
        (2020, None): 40,
    }
    assert found[0].source == "SUS, uttag 2022"
    assert count(world, Session) == 0


def test_earlier_series_that_are_taken_back_are_shown_no_more(world: World) -> None:
    file = a_workbook([["År", "Antal", "Av"], [2019, 22, 40]])
    done = read_in(world, file, kind=ImportKind.HISTORY, measure="I arbete", **HISTORY)
    void_import(
        world.database,
        world.worker,
        import_id=done.import_id,
        why="wrong_form",
        version=1,
        key=a_key(),
    )
    assert earlier_figures(world.database, world.worker, world.insats_id) == ()
    _, again = planned(world, file, kind=ImportKind.HISTORY, measure="I arbete", **HISTORY)
    assert again.new == 1


def test_share_that_is_more_than_its_base_is_refused(world: World) -> None:
    file = a_workbook([["År", "Antal", "Av"], [2019, 42, 40]])
    _, plan = planned(world, file, kind=ImportKind.HISTORY, measure="I arbete", **HISTORY)
    assert plan.refused == 1


def test_command_says_what_would_happen_and_then_does_it(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people(world, "1")
    remembered(world, a_workbook([ODD, [1, "2025-02-01", 18.5]]))
    file = tmp_path / "samtal.csv"
    file.write_text("Vem;Dag;Mående\n1;2025-02-01;18,5\n1;2025-02-08;21\n", encoding="cp1252")
    url = world.database.engine.url.render_as_string(hide_password=False)
    words = ["import", str(file), "--account", "handläggare", "--insats", "Stigen"]
    words += ["--mapping", "Vår fil", "--database", url]
    assert main([*words, "--dry-run"]) == 0
    assert "2 läggs till, 0 finns redan, 0 nekas." in capsys.readouterr().out
    assert count(world, Rating) == 0
    assert main(words) == 0
    assert count(world, Rating) == 2
    assert count(world, ImportRun, mapping_name="Vår fil") == 1


def test_command_without_an_account_is_of_the_only_one_who_may_or_asks_who(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people(world, "1")
    remembered(world, a_workbook([ODD, [1, "2025-02-01", 18.5]]))
    file = tmp_path / "samtal.csv"
    file.write_text("Vem;Dag;Mående\n1;2025-02-01;18,5\n", encoding="cp1252")
    url = world.database.engine.url.render_as_string(hide_password=False)
    words = ["import", str(file), "--mapping", "Vår fil", "--dry-run", "--insats", "Stigen"]
    words += ["--database", url]
    assert main(words) == 1
    assert "--account vem som läser in filen: granne, handläggare, kollega." in (
        capsys.readouterr().err
    )
    with world.database.transaction() as work:
        for one in work.session.exec(select(Account).where(Account.username != "handläggare")):
            one.active = False
            work.session.add(one)
    assert main(words) == 0
    assert "1 läggs till, 0 finns redan, 0 nekas." in capsys.readouterr().out


def test_command_refuses_a_file_with_numbers_of_people_and_logs_that_it_did(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "samtal.csv"
    number = a_number()
    file.write_text(f"Nr;Datum;ORS total\n{number};2025-02-01;18,5\n")
    url = world.database.engine.url.render_as_string(hide_password=False)
    words = ["import", str(file), "--account", "handläggare", "--insats", "Stigen"]
    assert main([*words, "--database", url]) == 1
    told = capsys.readouterr()
    assert "rad 2" in told.err.lower()
    assert number not in told.err + told.out
    assert count(world, AccessLogPayload, action="import_refused") == 1
