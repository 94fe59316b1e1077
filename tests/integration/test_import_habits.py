"""Habits of people who keep tables: each gives the right rows, or a sentence with its row.

What is refused is never half read, and what is left out is told. Files that are no tables at all
are tried in `tests/unit/test_import_files.py`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.databases import on_sqlite
from tests.integration.test_import_workbooks import CONSENTS, people, planned, read_in
from tests.integration.worlds import World, count, row
from tests.workbooks import a_workbook
from tracking.domain.import_records import ImportKind, RowState
from tracking.exchange import dry_run, propose_mapping, read_workbook
from tracking.exchange.importing.shapes import FileRefused
from tracking.store.tables import EarlierFigure, Participant, Rating, Session, Spell

pytestmark = on_sqlite

HEAD = ["Nr", "Född", "Kön", "Start", "Remittent"]


def states(world: World, file: bytes, kind: ImportKind | None = None) -> list[tuple[int, str]]:
    """Every row of a file with what would happen to it."""
    constants = CONSENTS if kind is ImportKind.SPELLS else {}
    _, plan = planned(world, file, kind=kind, **constants)
    return [(one.row, one.state.value) for one in plan.rows]


def told(world: World, file: bytes, kind: ImportKind | None = None) -> str:
    """The sentence of the only row."""
    constants = CONSENTS if kind is ImportKind.SPELLS else {}
    _, plan = planned(world, file, kind=kind, **constants)
    (only,) = plan.rows
    return only.said


@pytest.mark.parametrize(
    "written",
    [
        "2025-03-04", "4/3 -25", "4/3-25", "4.3.25", "2025-03-04 00:00:00", "2025-03-04T00:00:00",
        "2025 03 04", "den 4 mars 2025", "4:e mars 2025", "4 mar -25", "tis 4 mars 2025",
        "4 MARS 25", "250304", 20250304, 45720, "45720", datetime(2025, 3, 4, 13, 0),
    ],
)  # fmt: skip
def test_a_day_is_read_in_the_habits_there_are(world: World, written: Any) -> None:
    file = a_workbook([HEAD, [1, 1990, "k", written, "FK"]])
    read_in(world, file, kind=ImportKind.SPELLS, **CONSENTS)
    assert row(world, Spell).started_on == date(2025, 3, 4)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("mars 2025", "Dagen i månaden saknas."),
        ("2025-03", "Dagen i månaden saknas."),
        ("mars -25", "Dagen i månaden saknas."),
        ("4/3", "Året saknas."),
        ("4 mars", "Året saknas."),
        ("2025-02-30", "Skriv datumet som"),
        ("ca 2025-03-04", "Skriv datumet som"),
        ("#VÄRDEFEL!", "Skriv datumet som"),
        (datetime(1900, 1, 1), "Datumet ligger före 1993"),
    ],
)
def test_a_day_is_never_made_up(world: World, written: Any, sentence: str) -> None:
    file = a_workbook([HEAD, [1, 1990, "k", written, "FK"]])
    assert told(world, file, ImportKind.SPELLS).startswith(f"Start: {sentence}")


def test_sums_and_parts_between_the_rows_are_told_and_not_read(world: World) -> None:
    file = a_workbook(
        [
            HEAD,
            ["Januari"],
            [1, 1990, "k", "2025-01-10", "FK"],
            ["Summa jan", None, None, None, 1],
            [2, 1990, "k", "2025-02-10", "FK"],
            [None, None, None, "=COUNT(D3:D5)", None],
            ["Totalt", 2],
            ["Antal: 2"],
        ]
    )
    assert states(world, file, ImportKind.SPELLS) == [
        (2, "not_read"), (3, "new"), (4, "not_read"), (5, "new"), (6, "not_read"),
        (7, "not_read"), (8, "not_read"),
    ]  # fmt: skip
    read_in(world, file, kind=ImportKind.SPELLS, **CONSENTS)
    assert count(world, Spell) == 2


@pytest.mark.parametrize("more", [HEAD, ["(löpnr)", "(åååå)", "(K/M)", "(datum)", "(vem)"]])
def test_more_rows_of_headings_are_told_with_their_row(world: World, more: list[str]) -> None:
    file = a_workbook([HEAD, more, [1, 1990, "k", "2025-01-10", "FK"]])
    assert states(world, file, ImportKind.SPELLS) == [(2, "refused"), (3, "new")]


def test_rows_that_are_half_filled_in_are_refused_and_never_left_out(world: World) -> None:
    file = a_workbook(
        [
            HEAD,
            [1],
            [2, 1980],
            [None, 1980, "k", "2025-01-10", "FK"],
            [None, None, None, None, "FK"],
            [" ", None, None, None, ""],
        ]
    )
    assert states(world, file, ImportKind.SPELLS) == [
        (2, "refused"), (3, "refused"), (4, "refused"), (5, "refused"),
    ]  # fmt: skip


def test_another_table_further_down_is_told_with_the_row_where_it_begins(world: World) -> None:
    file = a_workbook(
        [
            HEAD,
            [1, 1980, "k", "2025-01-10", "FK"],
            [],
            ["Nr", "Datum", "ORS total"],
            [1, "2025-02-01", 18.5],
        ]
    )
    _, plan = planned(world, file, kind=ImportKind.SPELLS, **CONSENTS)
    refused = [one for one in plan.rows if one.state is RowState.REFUSED]
    assert refused[0].row == 4
    assert refused[0].said.startswith("Här börjar en annan tabell")


def test_columns_that_are_not_read_are_told(world: World) -> None:
    file = a_workbook([[*HEAD, None, "Anteckning"], [1, 1980, "k", "2025-01-10", "FK", None, "x"]])
    _, plan = planned(world, file, kind=ImportKind.SPELLS, **CONSENTS)
    assert plan.columns_not_read == ("G Anteckning",)


def test_headings_are_found_below_what_a_file_says_of_itself(world: World) -> None:
    text = (
        "Deltagarlista\r\nUttag 2025-12-01;av samordnaren\r\n\r\n"
        "Nr;Född;Kön;Start;Remittent\r\n1;1980;k;2025-01-10;FK\r\n"
    )
    assert states(world, text.encode("cp1252"), ImportKind.SPELLS) == [(5, "new")]


def test_page_of_instructions_before_the_table_is_passed_over(world: World) -> None:
    def explained(sheet: Any) -> None:
        page = sheet.parent.create_sheet("Läs först", 0)
        page.append(["Hör av dig vid frågor", "se pärmen"])

    file = a_workbook([HEAD, [1, 1980, "k", "2025-01-10", "FK"]], edit=explained)
    assert states(world, file, ImportKind.SPELLS) == [(2, "new")]


@pytest.mark.parametrize(
    "headings",
    [
        ["ORS1", "datum1", "ORS2", "datum2"],
        ["ORS 1", "Datum ORS 1", "ORS 2", "Datum ORS 2"],
        ["ORS", "Datum", "ORS", "Datum"],
        ["Samtal 1 ORS", "Samtal 1 datum", "Samtal 2 ORS", "Samtal 2 datum"],
    ],
)
def test_each_talk_keeps_its_own_score_and_day(world: World, headings: list[str]) -> None:
    people(world, "1", "2")
    file = a_workbook(
        [
            ["Deltagare", *headings],
            [1, 18.5, "3/2 2025", 20, "2025-03-03"],
            [2, "17,1", "2025-02-04", None, None],
        ]
    )
    assert read_in(world, file).new == 3
    assert (
        row(world, Rating, total=200).attendance_id != row(world, Rating, total=185).attendance_id
    )
    assert count(world, Session, held_on=date(2025, 3, 3)) == 1


def test_four_scales_a_talk_by_topic_without_the_forms_name(world: World) -> None:
    people(world, "1")
    topics = ["Individuellt", "Nära relationer", "Socialt", "Allmänt"]
    headings = [
        name for talk in (1, 2) for name in (f"Datum {talk}", *(f"{one} {talk}" for one in topics))
    ]
    file = a_workbook(
        [
            ["Nr", *headings],
            [1, "2025-02-01", 4.5, 5, 6.2, 3.1, "2025-02-15", 5.5, 6, 6.2, 3.1],
        ]
    )
    assert read_in(world, file).made["rating"] == 2
    assert row(world, Rating, total=208).scale_1 == 55


def test_number_of_a_scale_beside_its_topic_is_no_talk(world: World) -> None:
    people(world, "1")
    headings = ["ORS 1 Individuellt", "ORS 2 Nära relationer", "ORS 3 Socialt", "ORS 4 Allmänt"]
    file = a_workbook([["Nr", "Datum", *headings], [1, "2025-02-01", 4.5, 5, 6.2, 3.1]])
    assert read_in(world, file).new == 1
    assert row(world, Rating).scale_4 == 31


def test_columns_whose_headings_are_excels_own_days_are_talks(world: World) -> None:
    people(world, "1")
    file = a_workbook(
        [["Deltagare", datetime(2025, 2, 1), datetime(2025, 2, 15)], [1, 18.5, "21,0"]]
    )
    assert read_in(world, file).new == 2
    assert count(world, Session, held_on=date(2025, 2, 15)) == 1


def test_unquoted_decimal_comma_in_a_file_with_commas_is_refused_and_not_cut_off(
    world: World,
) -> None:
    people(world, "1")
    said = told(world, b"Nr,Datum,ORS total\r\n1,2025-02-01,18,5\r\n")
    assert "decimalkomma" in said


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_two_bytes_a_sign_with_and_without_the_mark_that_says_so(
    world: World, encoding: str
) -> None:
    text = "Löpnr;Född;Kön;Påbörjad;Remittent\r\n1;1980;k;2025-01-10;Försäkringskassan\r\n"
    assert states(world, text.encode(encoding), ImportKind.SPELLS) == [(2, "new")]


def test_quotes_that_are_never_closed_are_told_with_their_row(world: World) -> None:
    text = 'Nr;Född;Kön\r\n1;1980;"öppen\r\n'
    with pytest.raises(FileRefused) as caught:
        read_workbook(text.encode("cp1252"))
    assert caught.value.row == 2
    assert "citattecken" in str(caught.value)


@pytest.mark.parametrize(
    ("written", "year"), [("85", 1985), (85, 1985), ("-85", 1985), ("1985-03-04", 1985)]
)
def test_year_of_birth_may_be_short(world: World, written: Any, year: int) -> None:
    file = a_workbook([HEAD, [1, written, "k", "2025-01-10", "FK"]])
    read_in(world, file, kind=ImportKind.SPELLS, **CONSENTS)
    assert row(world, Participant).birth_year == year


@pytest.mark.parametrize("key", ["24-017", "2024/17", "17A", "Nr 17", "#17", "'17"])
def test_serial_number_may_have_a_year_or_a_letter(world: World, key: str) -> None:
    file = a_workbook([HEAD, [key, 1980, "k", "2025-01-10", "FK"]])
    assert states(world, file, ImportKind.SPELLS) == [(2, "new")]


def test_year_before_four_digits_may_be_a_persons_and_is_refused(world: World) -> None:
    file = a_workbook([HEAD, ["85-1234", 1980, "k", "2025-01-10", "FK"]])
    assert told(world, file, ImportKind.SPELLS).startswith("Nr: Deltagaren anges med")


def test_earlier_series_with_a_column_for_each_year_and_kon(world: World) -> None:
    file = a_workbook(
        [
            ["Mått", "2018", "2019 kvinnor", "2019 män", "Definition", "Källa"],
            ["Antal deltagare", "1 240", 12, 13, "Alla som startade", "SUS"],
        ]
    )
    done = read_in(world, file, kind=ImportKind.HISTORY)
    assert done.new == 3
    assert row(world, EarlierFigure, year=2018).number == 1240
    assert row(world, EarlierFigure, year=2018).gender is None
    assert row(world, EarlierFigure, number=12, year=2019).gender == "woman"


def test_heading_that_is_known_over_values_that_are_not_gives_rows_at_fault(world: World) -> None:
    table = read_workbook(
        a_workbook([HEAD, [1, 1980, "k", "?", "FK"], [2, 1980, "k", "#N/A", "FK"]])
    ).table()
    mapping = propose_mapping(table, kind=ImportKind.SPELLS)
    constants = mapping.constants | CONSENTS
    mapping = type(mapping)(mapping.kind, mapping.columns, constants, mapping.unit)
    plan = dry_run(table, mapping, world.worker, insats_id=world.insats_id)
    assert [(one.row, one.state) for one in plan.rows] == [
        (2, RowState.REFUSED),
        (3, RowState.REFUSED),
    ]
