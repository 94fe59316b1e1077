"""Files that are refused before a row is read: what each is, said in a sentence.

Personal identity numbers and names are made when the test runs and stand in no file of ours.
"""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.workbooks import a_number, a_workbook, bits, names
from tracking.exchange import read_workbook
from tracking.exchange.importing.shapes import FileRefused, PersonalData

HEAD = ["Nr", "Datum", "ORS total"]


def refusal(file: bytes | Path, name: str | None = None) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read_workbook(file, name=name)
    assert str(caught.value).endswith(".")
    return caught.value


GOOD = a_workbook([HEAD, [1, "2026-02-01", 18.5]])


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", None, "empty"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "gammal.xls", "old_excel"),
        (GOOD, "fil.xlsm", "macros"),
        (GOOD, "fil.csv", "not_its_name"),
        (b"Nr;Datum\n1;2026-02-01\n", "fil.xlsx", "not_its_name"),
        (b"<html><table><tr><td>Nr</td></tr></table></html>", "fil.csv", "not_its_name"),
        (b"%PDF-1.7 ...", None, "not_its_name"),
        (b"Nr;Datum\n1;2026\x00-02-01\n", "fil.csv", "not_text"),
        (GOOD[:700], None, "broken"),
        (b"PK\x03\x04" + b"\0" * 200, None, "broken"),
        (b"bara text utan tabell\n", "fil.csv", "no_table"),
        (b"Nr;Datum\n1;2026-02-01\n", "fil.pdf", "unknown_kind"),
    ],
)
def test_file_that_is_not_what_it_says_is_refused(
    content: bytes, name: str | None, why: str
) -> None:
    assert refusal(content, name).why == why


def test_workbook_that_is_damaged_anywhere_is_read_or_refused() -> None:
    # Long enough for a fault to lie beyond what is looked at before the rows are read.
    long = a_workbook([HEAD, *([n, f"2026-02-{n % 28 + 1:02}", n % 40 / 3] for n in range(900))])
    begins = long.index(b"xl/worksheets/sheet1.xml")
    said: list[str] = []
    for place in range(begins, len(long), 700):
        try:
            read_workbook(long[:place] + bytes([long[place] ^ 0x5A]) + long[place + 1 :])
        except FileRefused as fault:
            said.append(str(fault))
    assert len(said) >= 3
    assert all(sentence.endswith(".") for sentence in said)


@pytest.mark.parametrize(
    "merged", [b'ref="A9:B9999999999999"', b'ref="AAAAAA1:BBBBBB2"', b'ref="A0:A0"']
)
def test_merged_cells_that_are_nowhere_are_no_other_error(merged: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    told = b"</sheetData><mergeCells><mergeCell " + merged + b"/></mergeCells>"
    wrong = bits(GOOD, xl__worksheets__sheet1_dot_xml=sheet.replace(b"</sheetData>", told))
    with suppress(FileRefused):
        read_workbook(wrong)


def test_archive_without_a_workbook_among_its_kinds_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        kinds = archive.read("[Content_Types].xml")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part))
        # A part that comes twice is the last one.
        new.writestr("[Content_Types].xml", kinds.replace(b"sheet.main+xml", b"shoot.main+xml"))
    assert refusal(out.getvalue()).why == "broken"


def test_archive_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert refusal(out.getvalue()).why == "not_excel"


def test_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = bits(GOOD, xl__media__bomb_dot_xml=b" " * 60_000_000)
    assert len(bomb) < 200_000
    assert refusal(bomb).why == "too_large"


def test_xml_with_entities_is_refused() -> None:
    part = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert refusal(bits(GOOD, xl__extra_dot_xml=part)).why == "not_excel"


def test_macros_in_a_file_that_is_called_xlsx_are_found() -> None:
    assert refusal(bits(GOOD, xl__vbaProject_dot_bin=b"x")).why == "macros"


def test_three_hundred_columns_are_refused() -> None:
    file = a_workbook([[f"Kolumn {n}" for n in range(300)], [1] * 300])
    found = refusal(file)
    assert (found.why, found.row) == ("too_many_columns", 1)


def test_merged_cells_among_the_values_are_refused_with_their_row() -> None:
    def merged(sheet: Any) -> None:
        sheet.merge_cells("A3:A4")

    lines = [HEAD, [1, "2026-02-01", 18], [2, "2026-02-01", 18], [None, "2026-02-03", 18]]
    found = refusal(a_workbook(lines, edit=merged))
    assert (found.why, found.row) == ("merged", 3)


@pytest.mark.parametrize("form", ["as_is", "joined", "century", "as_number", "in_a_sentence"])
def test_personal_identity_number_anywhere_refuses_the_whole_file(form: str) -> None:
    number = a_number()
    value: Any = {
        "as_is": number,
        "joined": number.replace("-", ""),
        "century": f"19{number}",
        "as_number": int(number.replace("-", "")),
        "in_a_sentence": f"ringde {number} i dag",
    }[form]
    lines = [[*HEAD, "Anteckning"], [1, "2026-02-01", 18, None], [2, "2026-02-01", 18, value]]
    with pytest.raises(PersonalData) as caught:
        read_workbook(a_workbook(lines))
    assert caught.value.row == 3
    assert number not in str(caught.value)
    assert number.replace("-", "") not in str(caught.value)


def test_personal_identity_number_on_another_sheet_refuses_the_file() -> None:
    book = Workbook()
    book.active.append(HEAD)
    book.active.append([1, "2026-02-01", 18])
    book.create_sheet("Gammalt").append(["x", a_number()])
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(PersonalData):
        read_workbook(out.getvalue())


@pytest.mark.parametrize("heading", ["Namn", "Förnamn", "Deltagarens namn", "E-post", "Mobil"])
def test_heading_for_names_refuses_the_file(heading: str) -> None:
    with pytest.raises(PersonalData):
        read_workbook(a_workbook([[*HEAD, heading], [1, "2026-02-01", 18, "x"]]))


@pytest.mark.parametrize("heading", ["Övrigt", "Deltagare", "Kolumn1"])
def test_column_that_holds_names_refuses_the_file_without_repeating_one(heading: str) -> None:
    lines = [[heading, "Datum", "ORS total"], *([name, "2026-02-01", 18] for name in names())]
    with pytest.raises(PersonalData) as caught:
        read_workbook(a_workbook(lines))
    assert caught.value.row == 2
    assert not any(name.split()[0] in str(caught.value) for name in names())
