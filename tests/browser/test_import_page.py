"""Reading a file in, as staff do it: refused with a name in it, tried dry, read in, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.app.world import a_world
from tests.browser.person import PLEASANT, Person, Served
from tests.browser.serving import Server
from tests.workbooks import a_workbook

HEAD = ["Löpnr", "Född", "Kön", "Inskriven", "Remitterad från", "Samtycke", "Får kontaktas"]
LINES = [[n, 1970 + n, "K", f"{n}/3 2025", "FK", "x", "x"] for n in range(1, 4)]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The app on a small world; a demo of thousands is not needed here."""
    database = tmp_path / "world.db"
    a_world(f"sqlite:///{database.as_posix()}")
    with Server(database, tmp_path) as server:
        yield Served(server.url, database, server.log)


def given(me: Person, rows: list[list[Any]], name: str = "register.xlsx") -> None:
    """Choose a file in the page's field."""
    me.main.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": a_workbook(rows)}
    )


def test_file_is_refused_for_names_then_tried_read_in_and_taken_back(
    me: Person, served: Served, page: Page
) -> None:
    me.become("Deltagaransvarig")
    me.menu("Läs in filer", heading="Läs in filer i Vägen vidare")

    given(me, [[*HEAD, "Namn"], [*LINES[0], "x"]])
    expect(me.main.get_by_text("Kolumn H har en rubrik för namn")).to_be_visible(timeout=PLEASANT)
    assert served.one("SELECT count(*) FROM import_run") == 0

    given(me, [HEAD, *LINES, [4, 1980, "K", "30/2 2025", "FK", "x", "x"]])
    expect(me.main.get_by_role("heading", name="Vilken kolumn är vad?")).to_be_visible(
        timeout=PLEASANT
    )
    me.press("Provläs")
    expect(me.main.get_by_text("1 uppgift nekas")).to_be_visible(timeout=PLEASANT)
    refused = me.main.get_by_role("row").filter(has_text="Rad 5")
    expect(refused).to_contain_text("Inskriven: Skriv datumet")
    expect(me.main.get_by_role("button", name="Läs in", exact=False)).to_have_count(0)

    me.press("Ta bort filen")
    me.settled()
    expect(me.main.locator("input[type=file]")).to_have_count(1)
    given(me, [HEAD, *LINES])
    expect(me.main.get_by_role("button", name="Provläs")).to_be_visible(timeout=PLEASANT)
    me.press("Provläs")
    expect(me.main.get_by_text("3 uppgifter läggs till. Ingen nekas.")).to_be_visible(
        timeout=PLEASANT
    )
    me.press("Läs in 3 uppgifter")
    me.is_told("3 uppgifter är inlästa.")
    assert served.one("SELECT count(*) FROM spell") == 6

    me.pick("Inläsning", "Nr 1")
    me.pick("Skäl", "Fel blankett")
    me.press("Ångra inläsningen")
    me.is_told("Inläsning 1 är ångrad: 3 uppgifter makulerade.")
    assert served.one("SELECT count(*) FROM spell WHERE outcome = 'misregistered'") == 3
