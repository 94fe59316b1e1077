"""Who meets which page, and that no page ends in anything but words."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import MAIN, ROOT, NewWorld, Open, words
from tests.app.world import World
from tracking.access.permissions import ACTION_LABELS, PERMISSIONS
from tracking.domain.roles import Role
from tracking.domain.wording import EN_DASH, capitalised
from tracking.store.database import URL_VARIABLE
from tracking.ui.frame import NEVER_PRINTED

STAFF = (
    "att_gora",
    "samtal",
    "grupptraff",
    "deltagaren",
    "registrera",
    "uppfoljningar",
    "anonyma",
    "kodnyckel",
)
OTHERS = ("lead", "admin", "board", "system")


@pytest.mark.parametrize("stem", STAFF)
def test_deltagaransvarig_meets_the_page_without_a_fault(
    open_as: Open, world: World, stem: str
) -> None:
    app = open_as(world.worker, stem)
    assert not app.exception
    assert app.title, "a page has one heading"
    assert "Något gick fel" not in words(app)
    assert "Demo – påhittade uppgifter" in words(app)


@pytest.mark.parametrize("stem", [s for s in STAFF if s not in ("anonyma", "kodnyckel")])
def test_page_with_memory_words_never_reaches_paper(open_as: Open, world: World, stem: str) -> None:
    app = open_as(world.worker, stem)
    assert NEVER_PRINTED in words(app)


@pytest.mark.parametrize("who", OTHERS)
def test_page_of_the_staff_is_not_among_the_pages_of_anybody_else(
    open_as: Open, world: World, who: str
) -> None:
    for stem in STAFF:
        with pytest.raises(ValueError, match="Could not find a navigation page"):
            open_as(getattr(world, who), stem)


@pytest.mark.parametrize("who", [*OTHERS, "nobody"])
@pytest.mark.parametrize("stem", STAFF)
def test_page_file_reached_past_the_navigation_says_nothing(
    world: World, stem: str, who: str
) -> None:
    app = AppTest.from_file(str(ROOT / "pages" / f"{stem}.py"), default_timeout=30)
    if who != "nobody":
        app.session_state["stegvis::account"] = getattr(world, who)
    app.query_params["deltagande"] = str(world.spells[0])
    app.run()
    said = words(app)
    assert "Den här sidan hör inte till ditt uppdrag." in said
    assert not app.title
    assert not any(secret in said for secret in (*world.codes, *world.words))


def test_somebody_without_an_account_meets_the_choice_of_one(open_as: Open) -> None:
    assert open_as(None).title[0].value == "Välj konto"


def test_choosing_an_account_leads_to_its_first_page(open_as: Open, world: World) -> None:
    app = open_as(None)
    app.button(key=f"account::{world.worker}").click().run()
    assert app.title[0].value == "Att göra"


def test_person_who_does_not_exist_is_said_in_words(open_as: Open, world: World) -> None:
    app = open_as(world.worker, "deltagaren", deltagande="999999")
    assert "Deltagandet finns inte" in words(app)
    assert not app.exception


def test_database_that_is_no_demo_shows_nothing_to_somebody_who_picked_an_account(
    clock: None, new_world: NewWorld
) -> None:
    real = new_world(is_demo=False)
    app = AppTest.from_file(MAIN, default_timeout=30)
    app.session_state["stegvis::account"] = real.worker
    app.run()
    assert app.title[0].value == "Du är utloggad"
    assert not app.button
    for stem in (*STAFF, "valj_konto"):
        with pytest.raises(ValueError, match="Could not find a navigation page"):
            app.switch_page(f"../../pages/{stem}.py")


def test_empty_database_shows_only_that_nothing_is_set_up(
    clock: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URL_VARIABLE, f"sqlite:///{(tmp_path / 'empty.db').as_posix()}")
    app = AppTest.from_file(MAIN, default_timeout=30).run()
    assert "Förbundet är inte upplagt ännu" in words(app)
    assert not app.button


def test_table_of_roles_says_what_the_program_asks_neither_more_nor_less(
    open_as: Open, world: World
) -> None:
    said, columns = set(), []
    for table in re.findall(r"<table.*?</table>", words(open_as(world.board, "behorigheter"))):
        head, *rows = (
            [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
            for row in re.findall(r"<tr>(.*?)</tr>", table)
        )
        columns += head[1:]
        for action, *cells in rows:
            assert len(cells) == len(head) - 1
            assert set(cells) <= {"ja", EN_DASH}
            said |= {
                (action, role) for role, cell in zip(head[1:], cells, strict=True) if cell == "ja"
            }
    assert sorted(columns) == sorted(role.label for role in Role), "each role once"
    assert said == {
        (capitalised(ACTION_LABELS[action]), role.label)
        for action, roles in PERMISSIONS.items()
        for role in roles
    }
