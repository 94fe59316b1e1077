"""Files that must not be read in: each meets a sentence and where it can a row, and leaves nothing.

Personal identity numbers and names are made here when the test runs and stand in no file of ours.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.databases import on_sqlite
from tests.integration.test_import_workbooks import CONSENTS, people, planned, read_in
from tests.integration.worlds import World, count
from tests.workbooks import a_number, a_workbook, bits, names
from tracking.domain.errors import NotPermitted, RuleBroken, StegvisError
from tracking.domain.import_records import FaultyRow, ImportKind
from tracking.exchange import apply, dry_run, propose_mapping, read_workbook
from tracking.exchange.importing.shapes import FileRefused, PersonalData
from tracking.services.imports import note_refused_file
from tracking.store.database import Database
from tracking.store.tables import (
    AccessLogPayload,
    FinishedWrite,
    ImportedRow,
    ImportRun,
    Participant,
    Rating,
    Session,
    Spell,
)

pytestmark = on_sqlite
HEAD = ["Nr", "Datum", "ORS total"]
GOOD = a_workbook([HEAD, [1, "2026-02-01", 18.5]])


def test_categories_are_not_taken_for_names(world: World) -> None:
    lines = [
        ["Nr", "Född", "Kön", "Start", "Remittent", "Hemkommun", "Handläggande enhet"],
        *(
            [n, 1990, "k", "2026-01-12", "Kommun", place, unit]
            for n, (place, unit) in enumerate(
                [("Testby", "Vuxenenheten"), ("Provköping", "Ungdomsenheten")] * 6, start=1
            )
        ),
    ]
    assert read_in(world, a_workbook(lines), **CONSENTS).new == 12


def test_name_as_a_participants_key_is_refused_on_its_row(world: World) -> None:
    file = a_workbook([HEAD, [names()[0], "2026-02-01", 18], ["A-1", "2026-02-02", 18]])
    _, plan = planned(world, file)
    first = plan.rows[0]
    assert (first.row, first.state) == (2, "refused")
    assert names()[0] not in first.said


def test_formula_is_never_computed_and_refused_with_its_row(world: World) -> None:
    people(world, "1")
    file = a_workbook([HEAD, [1, "2026-02-01", "=10+8"], [1, "2026-02-02", 18]])
    _, plan = planned(world, file)
    assert [(one.row, one.state) for one in plan.rows] == [(2, "refused"), (3, "new")]
    assert "formel" in plan.rows[0].said


def test_formula_in_a_csv_is_no_value_either(world: World) -> None:
    people(world, "1")
    _, plan = planned(world, b"Nr;Datum;ORS total\n1;2026-02-01;=1+1\n")
    assert plan.refused == 1


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (26, "1993"),
        ("1900-01-26", "1993"),
        ("30/2 2026", "2024-03-01"),
        ("i våras", "2024-03-01"),
        ("2026-12-24", "framtiden"),
    ],
)
def test_day_that_is_none_is_told(world: World, value: object, told: str) -> None:
    people(world, "1")
    file = a_workbook([HEAD, [1, "2026-02-01", 18], [1, "2026-02-02", 18], [1, value, 18]])

    def as_day(sheet: Any) -> None:
        if value == 26:
            sheet["B4"].number_format = "yyyy-mm-dd"

    file = a_workbook(
        [HEAD, [1, "2026-02-01", 18], [1, "2026-02-02", 18], [1, value, 18]], edit=as_day
    )
    _, plan = planned(world, file)
    assert plan.rows[-1].row == 4
    assert plan.rows[-1].state == "refused"
    assert told in plan.rows[-1].said


def test_excel_that_made_a_day_of_a_score_is_told(world: World) -> None:
    from datetime import date

    people(world, "1")
    lines = [HEAD, [1, "2026-02-01", 18], [1, "2026-02-02", date(2026, 5, 4)]]
    _, plan = planned(world, a_workbook(lines))
    assert "datum" in plan.rows[-1].said


def test_score_that_cannot_be_is_refused_and_never_guessed(world: World) -> None:
    people(world, "1")
    head = ["Nr", "Datum", "ORS 1", "ORS 2", "ORS 3", "ORS 4", "ORS total"]
    lines = [
        head,
        [1, "2026-02-01", 4.5, 5, 6.2, None, None],
        [1, "2026-02-02", 4.5, 5, 6.2, 3.1, 20],
        [1, "2026-02-03", 4.55, 5, 6.2, 3.1, None],
        [1, "2026-02-04", 11, 5, 6.2, 3.1, None],
        [1, "2026-02-05", -1, 5, 6.2, 3.1, None],
    ]
    _, plan = planned(world, a_workbook(lines))
    assert [one.state for one in plan.rows] == ["refused"] * 5


def stored(database: Database) -> dict[str, int]:
    return {
        table.__name__: _count(database, table)
        for table in (Participant, Spell, Session, Rating, ImportRun, ImportedRow, FinishedWrite)
    }


def _count(database: Database, table: Any) -> int:
    with database.reading() as session:
        return int(
            session.execute(text(f'SELECT count(*) FROM "{table.__tablename__}"')).scalar_one()
        )


def test_one_refused_row_leaves_nothing_of_the_others(world: World) -> None:
    people(world, "1")
    before = stored(world.database)
    file = a_workbook([HEAD, [1, "2026-02-01", 18], [7, "2026-02-01", 18]])
    _, plan = planned(world, file)
    assert (plan.new, plan.refused) == (1, 1)
    with pytest.raises(RuleBroken):
        apply(plan, world.worker)
    assert stored(world.database) == before


def test_data_that_changed_since_the_dry_run_undo_everything_and_name_the_row(
    world: World,
) -> None:
    people(world, "1")
    lines = [HEAD, [1, "2026-02-01", 18], [1, "2026-02-08", 19]]
    _, plan = planned(world, a_workbook(lines))
    read_in(world, a_workbook([HEAD, [1, "2026-02-08", 25]]))
    before = stored(world.database)
    with pytest.raises(FaultyRow) as caught:
        apply(plan, world.worker)
    assert caught.value.row == 3
    assert stored(world.database) == before
    assert count(world, AccessLogPayload, action="import_refused") == 1


def test_file_that_changed_on_disk_since_the_dry_run_is_not_read(
    world: World, tmp_path: Path
) -> None:
    people(world, "1")
    file = tmp_path / "samtal.csv"
    file.write_text("Nr;Datum;ORS total\n1;2026-02-01;18,5\n")
    table = read_workbook(file).table()
    plan = dry_run(table, propose_mapping(table), world.worker, insats_id=world.insats_id)
    file.write_text("Nr;Datum;ORS total\n1;2026-02-01;28,5\n")
    with pytest.raises(FileRefused):
        apply(plan, world.worker)
    assert count(world, Rating) == 0


def test_refused_file_leaves_nothing_in_the_database_but_that_it_was_refused(
    world: World,
) -> None:
    number = a_number()
    file = a_workbook([[*HEAD, "Övrigt"], [1, "2026-02-01", 18, number]])
    before = stored(world.database)
    with pytest.raises(PersonalData) as caught:
        read_workbook(file)
    note_refused_file(world.database, world.worker, insats_id=world.insats_id, why=caught.value.why)
    assert stored(world.database) == before
    assert count(world, AccessLogPayload, action="import_refused") == 1
    raw = Path(str(world.database.engine.url.database)).read_bytes()
    raw += Path(f"{world.database.engine.url.database}-wal").read_bytes()
    assert number.encode() not in raw
    assert number.replace("-", "").encode() not in raw


TALK = [1, "2026-02-01", 18]


def _as_day(sheet: Any) -> None:
    sheet["B3"].number_format = "yyyy-mm-dd"


BAD: dict[str, tuple[Any, str | None, str]] = {
    "another kind than its name": (lambda: GOOD, "tal.csv", "Filen heter .csv men innehåller"),
    "a web page called a workbook": (lambda: b"<html></html>", "tal.xlsx", "ingen Excel-arbets"),
    "a zip bomb": (
        lambda: bits(GOOD, xl__media__bomb_dot_xml=b" " * 60_000_000), None, "orimligt mycket",
    ),
    "macros": (lambda: bits(GOOD, xl__vbaProject_dot_bin=b"x"), None, "innehåller makron"),
    "300 columns": (lambda: a_workbook([[f"Nr {n}" for n in range(300)], [1] * 300]), None,
                    "Rad 1 har fler än 250 kolumner."),
    "merged cells": (
        lambda: a_workbook([HEAD, TALK, TALK], edit=lambda sheet: sheet.merge_cells("A2:A3")),
        None, "sammanslagna celler på rad 2",
    ),
    "a column of personnummer": (
        lambda: a_workbook([["Deltagare", *HEAD[1:]], [a_number(), *TALK[1:]]]), None,
        "Rad 2, kolumn A innehåller något som liknar ett personnummer",
    ),
    "the same in an old code page": (
        lambda: f"Löpnr;Datum;Övrigt\n1;2026-02-01;{a_number()}\n".encode("cp850"), None,
        "Rad 2, kolumn C innehåller något som liknar ett personnummer",
    ),
    "a formula": (lambda: a_workbook([HEAD, TALK, [1, "2026-02-08", "=9+9"]]), None, "rad 3: ORS"),
    "a day in 1900": (lambda: a_workbook([HEAD, TALK, [1, 26, 18]], edit=_as_day), None,
                      "rad 3: Datum: Datumet ligger före 1993"),
    "headings that come again": (lambda: a_workbook([HEAD, TALK, HEAD]), None, "rad 3: "),
    "two rows of headings, the second with words of its own": (
        lambda: a_workbook([HEAD, ["löpnummer", "för samtalet", "summa"], TALK]), None, "rad 2: ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_file_is_met_with_a_sentence_and_its_row_and_leaves_nothing(
    world: World, what: str
) -> None:
    people(world, "1")
    made, name, told = BAD[what]
    before = stored(world.database)
    try:
        table = read_workbook(made(), name=name).table()
        plan = dry_run(
            table,
            propose_mapping(table, kind=ImportKind.RATINGS),
            world.worker,
            insats_id=world.insats_id,
        )
        said = "; ".join(
            f"rad {one.row}: {one.said}" for one in plan.rows if one.state == "refused"
        )
        assert not plan.may_be_applied
        with pytest.raises(RuleBroken):
            apply(plan, world.worker)
    except FileRefused as refused:
        said = str(refused)
    assert told in said
    assert said.endswith(".")
    assert stored(world.database) == before


@pytest.mark.parametrize("who", ["neighbour", "outsider", "lead", "nobody"])
def test_only_the_controllers_own_staff_of_the_insats_may_read_files_in(
    world: World, who: str
) -> None:
    table = read_workbook(GOOD).table()
    mapping = propose_mapping(table)
    actor = getattr(world, who)
    with pytest.raises(NotPermitted):
        dry_run(table, mapping, actor, insats_id=world.insats_id)
    _, plan = planned(world, GOOD)
    with pytest.raises(StegvisError):
        apply(plan, actor)
    assert count(world, ImportRun) == 0


def test_code_of_somebody_in_another_insats_is_not_found(world: World) -> None:
    from tests.integration.worlds import a_spell

    other = a_spell(world, actor=world.neighbour, insats_id=world.other_insats_id)
    lines = [
        ["Nr", "Född", "Kön", "Start", "Remittent"],
        [other.code, 1990, "k", "2026-01-12", "Kommun"],
    ]
    _, plan = planned(world, a_workbook(lines), kind=ImportKind.SPELLS, **CONSENTS)
    assert plan.refused == 1
    assert "Registrera deltagare" in plan.rows[0].said


def test_consent_no_makes_an_anonymous_participant_by_hand_and_is_refused_here(
    world: World,
) -> None:
    lines = [
        ["Nr", "Född", "Kön", "Start", "Remittent", "Samtycke"],
        [1, 1990, "k", "2026-01-12", "Kommun", "nej"],
    ]
    _, plan = planned(world, a_workbook(lines), kind=ImportKind.SPELLS, consent_contact="ja")
    assert "anonym" in plan.rows[0].said


def test_two_spells_of_one_participant_at_one_time_are_refused(world: World) -> None:
    lines = [
        ["Nr", "Född", "Kön", "Start", "Remittent", "Slut", "Avslutsanledning"],
        [1, 1990, "k", "2025-01-12", "Kommun", "2025-06-30", "Arbete"],
        [1, 1990, "k", "2025-06-01", "Kommun", None, None],
        [1, 1990, "k", "2025-09-01", "Kommun", None, None],
        [1, 1991, "k", "2025-10-01", "Kommun", None, None],
    ]
    _, plan = planned(world, a_workbook(lines), **CONSENTS)
    assert [one.state for one in plan.rows] == ["new", "refused", "new", "refused"]
