"""From a look at a participant and a print, to the granskare's review, to what the revisor sees.

All of it with the keyboard, in a real browser: only that knows when a page goes to paper.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import MOST_TRIES, Person, Served, plain
from tests.browser.serving import Server
from tracking.exchange.demo import loader
from tracking.store.database import Database

STAFF = "Deltagaransvarig Samteamet"
REVIEWER = "Granskare Älvhamra kommun"
INSATS = "Samteamet Älvmark"
PRINTS = (
    "SELECT insats_id, spell_id, page FROM access_log_payload"
    " WHERE action = 'print' AND log_id > ? ORDER BY log_id"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo's people without its releases, which take a while and are not needed here."""
    folder = tmp_path_factory.mktemp("log")
    file = folder / "log.db"
    database = Database.open(f"sqlite:///{file.as_posix()}")
    with patch.object(loader, "make_demo_releases", return_value=()):
        loader.fill(database, seed=1, scale=0.3)
    database.close()
    with Server(file, folder) as server:
        yield Served(server.url, file, server.log)


def newest(me: Person) -> int:
    """The number of the log's newest link."""
    return int(me.served.one("SELECT max(id) FROM access_log"))


def logged_prints(me: Person, number: int, since: int) -> list[tuple[int | None, int | None, str]]:
    """Wait until so many prints stand in the log, and return them in order."""
    for _ in range(MOST_TRIES):
        found = me.served.rows(PRINTS, since)
        if len(found) >= number:
            break
        me.page.wait_for_timeout(100)
    return [(insats, spell, page) for insats, spell, page in found]


def printed(page: Page) -> None:
    """Put the page on paper, as Ctrl+P does; the dialogue itself belongs to the browser."""
    page.pdf()


def test_look_and_print_are_reviewed_by_the_granskare_and_the_revisor_sees_it_is_done(
    me: Person, tmp_path: Path
) -> None:
    code, spell_id, insats_id = me.served.rows(
        "SELECT p.code, s.spell_id, s.insats_id FROM spell_summary s JOIN participant p"
        " ON p.id = s.participant_id JOIN insats i ON i.id = s.insats_id"
        " WHERE i.name = ? AND s.ended_on IS NULL ORDER BY s.spell_id LIMIT 1",
        INSATS,
    )[0]
    word = me.served.one(
        "SELECT p.memory_word FROM participant p WHERE p.code = ? AND EXISTS"
        " (SELECT 1 FROM spell_summary s WHERE s.participant_id = p.id AND s.spell_id = ?)",
        code,
        spell_id,
    )

    before = newest(me)
    me.become(STAFF)
    me.participant(code)
    printed(me.page)
    assert logged_prints(me, 1, before) == [(insats_id, spell_id, "deltagaren")]
    me.settled()
    printed(me.page)
    assert len(logged_prints(me, 2, before)) == 2, "each print has a row of its own"
    me.menu("Insatsen", heading=re.compile(INSATS))
    printed(me.page)
    assert logged_prints(me, 3, before)[2] == (insats_id, None, "insatsen")

    me.become(REVIEWER)
    expect(me.main.get_by_role("heading", level=1)).to_have_text("Granska åtkomstloggen")
    me.follow("Per deltagare")
    table = me.main.get_by_role("region", name="Per deltagare", exact=True)
    expect(table).to_contain_text(code)
    me.settled()
    assert STAFF in plain(table.inner_text())
    assert word not in me.main.inner_text()
    file = me.downloads("Hämta CSV", tmp_path)
    with file.open(encoding="utf-8-sig", newline="") as kept:
        lines = list(csv.reader(kept, delimiter=";"))
    assert lines[0][0] == "INTERNT – ej röjandekontrollerad"
    assert any(line and line[0] == code for line in lines)
    assert me.served.one("SELECT count(*) FROM access_log_payload WHERE action='download_log'") == 1

    me.choose("Vad ledde granskningen till?", "Utan anmärkning")
    me.press("Granskningen är gjord")
    me.is_told("är sparad")
    rows = me.served.one("SELECT rows_n FROM log_review ORDER BY id DESC")
    assert rows >= 5

    me.become("Revisor")
    me.menu("Granskningar av loggen")
    done = plain(me.main.get_by_role("region", name="Gjorda granskningar").inner_text())
    assert INSATS in done
    assert "Utan anmärkning" in done
    said = me.main.inner_text()
    assert code not in said
    assert STAFF not in said
