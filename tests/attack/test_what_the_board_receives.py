"""All that a real browser receives as somebody of the förbund zone, searched for people.

Two searches. One knows the people: every code, memory word and birth year is looked for in every
frame, answer, page and file, and every table for counts below k. The other knows nothing and
needs to know nothing: the same walk goes through a twin of the database in which only what is
released is left, and whatever the two walks receive must be the same; where they differ, the
pages are walked anew, and what most walks of one say and none of the other is a leak. So each
number on a page, in a chart, a tooltip or a file is one that the stored releases explain. Last,
planted leaks show that both searches would find one.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.attack.board_house import emptied, make, secrets_of
from tests.attack.board_walk import walk
from tests.attack.received import Said, Secrets, of_one_alone, readable
from tests.browser.conftest import (
    _is_listened_to,
    _nothing_leaves_and_nothing_breaks,
    browser_context_args,
    browser_type_launch_args,
)
from tests.browser.person import Person, Served
from tests.browser.serving import ROOT, Server

__all__ = [
    "_is_listened_to",
    "_nothing_leaves_and_nothing_breaks",
    "browser_context_args",
    "browser_type_launch_args",
]

pytestmark = pytest.mark.browser

CHOOSING = ("board", "styrgrupp för insatsen")
READERS = (*CHOOSING, "forbund_admin", "auditor", "steering_group")
OFFICE = (".docx", ".xlsx")


@dataclass(frozen=True)
class House:
    """The app on the database and on its twin, and what is secret in the first."""

    served: Served
    twin: Served
    secrets: Secrets


MORE_WALKS = 2
"""How often the pages where the two differ are walked anew: three in all, so that most is two."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder, other = tmp_path_factory.mktemp("board"), tmp_path_factory.mktemp("twin")
    file = make(folder)
    twin = emptied(file, other / "twin.db")
    with Server(file, folder) as server, Server(twin, other) as beside:
        yield House(
            Served(server.url, file, server.log),
            Served(beside.url, twin, beside.log),
            secrets_of(file),
        )


@pytest.mark.parametrize("account", READERS)
def test_nothing_that_the_browser_receives_tells_of_a_person_or_more_than_the_releases(
    page: Page, house: House, tmp_path: Path, account: str
) -> None:
    choosing = account in CHOOSING
    received = walk(Person(page, house.served), account, tmp_path, choosing=choosing)
    assert sum(where == "frame" for where, _ in received.texts) > 10
    assert any("Stigen" in text for _, text in received.texts), "the release was read"
    assert received.told(house.secrets) == {}
    fetched = {where: text for where, text in received.texts if where.endswith(OFFICE)}
    assert {Path(name).suffix for name in fetched} >= {".docx", ".xlsx"}
    small = sorted({text for where, text in received.texts if where == "table"})
    assert not small, "\n".join(small)

    def said_by(served: Served, pages: Collection[str] | None = None) -> Said:
        page.context.clear_cookies()
        me = Person(page, served)
        return walk(me, account, tmp_path, choosing=choosing, pages=pages).said()

    said, beside = [received.said()], [said_by(house.twin)]
    if apart := of_one_alone(said, beside) | of_one_alone(beside, said):
        pages = set(apart.values())
        for _ in range(MORE_WALKS):
            said.append(said_by(house.served, pages))
            beside.append(said_by(house.twin, pages))
    assert of_one_alone(said, beside) == {}
    assert of_one_alone(beside, said) == {}


def test_stored_release_names_no_birth_year_that_was_there_when_it_was_made(house: House) -> None:
    """The years were changed afterwards; those of the release itself are looked for here."""
    for (content,) in house.served.rows("SELECT content FROM released_table"):
        assert not re.search(r"(?<![\d.])19[4-9]\d(?![\d:])", content)
        assert not house.secrets.found_in(content)


# --- the searches can fail -------------------------------------------------------------------


def test_search_finds_a_code_a_word_and_a_year_planted_in_a_release(
    page: Page, house: House, tmp_path: Path
) -> None:
    """The same walk over a release that names a person, as a fault would have stored it."""
    planted = tmp_path / "planted.db"
    shutil.copy(house.served.database, planted)
    code, word = house.secrets.codes[0], house.secrets.words[1]
    leak = f"Stigen {code} {word} {house.secrets.years[0]}"
    with sqlite3.connect(planted) as connection:
        connection.execute("DROP TRIGGER guard_released_table_update")
        rows = connection.execute("SELECT id, content FROM released_table").fetchall()
        for row_id, content in rows:
            changed = content.replace('"Stigen"', json.dumps(leak, ensure_ascii=False))
            connection.execute(
                "UPDATE released_table SET content = ?, sha256 = ? WHERE id = ?",
                (changed, sha256(changed.encode()).hexdigest(), row_id),
            )
    with Server(planted, tmp_path) as server:
        served = Served(server.url, planted, server.log)
        me = Person(page, served)
        received = walk(me, "board", tmp_path, pages=("oversikt", "rapporter"))
    told = received.told(house.secrets)
    assert {code, word, str(house.secrets.years[0])} <= set().union(*told.values())
    assert {"frame", "message"} <= set(told), "in the websocket"
    assert any(where.endswith(".docx") for where in told), "and in a file"


FEW = (
    "SELECT count(*) FROM spell JOIN code ON code.id = referrer_id"
    " JOIN participant ON participant.id = participant_id"
    " WHERE code.key = 'region' AND gender = 'man'"
)
LEAK = f"""
from sqlalchemy import text
with context.database.reading() as session:
    few = session.execute(text({FEW!r})).scalar_one()
"""
"""A true small number, read as a page must never read."""

LEAKS = {
    "in a sentence": 'st.write(f"Remitterade av regionen: {few}")',
    "in a tooltip": 'st.markdown("Remitterade av regionen", help=f"{few} personer")',
    "in a chart's data": (
        "import plotly.graph_objects as go\n"
        "st.plotly_chart(go.Figure(go.Bar(x=['Regionen'], y=[None], customdata=[int(few)])))"
    ),
}


def test_search_finds_a_small_number_that_a_page_takes_from_the_people_themselves(
    page: Page, house: House, tmp_path: Path
) -> None:
    """The app with one page changed, over both databases; each leak is seen by itself."""
    app = tmp_path / "app"
    for name in ("tracking", "pages", "data", ".streamlit"):
        shutil.copytree(
            ROOT / name, app / name, ignore=shutil.ignore_patterns("*.db*", "__pycache__")
        )
    shutil.copy(ROOT / "app.py", app)
    leaking = app / "pages" / "oversikt.py"
    leaking.write_text("\n".join([leaking.read_text(), LEAK, *LEAKS.values()]), encoding="utf-8")
    few = house.served.one(FEW)
    assert 0 < few < 5, "a number that no page may show"
    said = []
    for served in (house.served, house.twin):
        folder = tmp_path / served.database.stem
        folder.mkdir()
        with Server(served.database, folder, root=app) as server:
            me = Person(page, Served(server.url, served.database, server.log))
            said.append(walk(me, "board", folder, pages=("oversikt",)).said())
        assert me.served.faults() == []
    more = of_one_alone(said[:1], said[1:])
    assert any(f"Remitterade av regionen: {few}" in text for text in more), "in a sentence"
    assert any(f"{few} personer" in text for text in more), "in a tooltip"
    assert any("customdata" in text for text in more), "in a chart's data"


def test_what_a_page_says_of_one_database_is_found_and_what_a_walk_met_by_accident_is_not() -> None:
    usual: Said = {"": {"start"}, "oversikt": {"34 startade"}}
    leak: Said = {"oversikt": {"34 startade", "3 remitterade"}}
    missed: Said = {"oversikt": {"34 startade"}}
    accident: Said = {"oversikt": {"34 startade", "bild 7"}}
    found = {"3 remitterade": "oversikt"}
    assert of_one_alone([leak], [usual]) == found
    assert of_one_alone([leak, leak, leak], [usual, usual, accident]) == found
    assert of_one_alone([leak, missed, leak], [usual, usual, usual]) == found, "seen by most"
    assert of_one_alone([accident], [usual]) == {"bild 7": "oversikt"}, "worth more walks"
    assert of_one_alone([accident, usual, usual], [usual, usual, usual]) == {}
    assert of_one_alone([leak, leak, leak], [usual, leak, usual]) == {}, "both say it"
    elsewhere: Said = {"rapporter": {"3 remitterade"}}
    assert of_one_alone([usual, leak, leak], [usual, usual, usual]) == found
    assert of_one_alone([leak, elsewhere], [usual, usual]) != {}, "other pages are no visits"


def test_search_finds_what_is_written_as_escapes_and_what_lies_in_an_office_file() -> None:
    secrets = Secrets(("ST-1234",), ("Ängsull",), (1934,))
    assert secrets.found_in(json.dumps({"x": ["Ängsull"]})) == {"Ängsull"}
    assert secrets.found_in("född 1934.") == {"1934"}
    assert secrets.found_in("lag 1934:12 och 21934") == set()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", "<w:t>ST-1234</w:t>")
    assert secrets.found_in(readable(packed.getvalue())) == {"ST-1234"}
