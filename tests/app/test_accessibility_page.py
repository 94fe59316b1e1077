"""The accessibility statement: everybody has it, it says what the law asks, and whom to turn to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open, words
from tests.app.world import World
from tracking.domain.accessibility import SHORTCOMINGS, SUPERVISION, statement
from tracking.outcomes import directory
from tracking.store.database import Database

PAGE = "tillganglighet"
ROOT = Path(__file__).resolve().parents[2]


def change(app: AppTest, contact: str) -> str:
    field = next(f for f in app.text_input if f.label == "Kontaktväg")
    field.set_value(contact)
    next(button for button in app.button if button.label == "Spara kontaktvägen").click()
    return words(app.run())


@pytest.mark.parametrize("who", ["worker", "lead", "admin", "board", "system"])
def test_everybody_reads_what_is_not_accessible_and_where_to_complain(
    open_as: Open, world: World, who: str
) -> None:
    said = words(open_as(getattr(world, who), PAGE))
    for fault in SHORTCOMINGS:
        assert fault.criterion in said
        assert fault.what in said
    assert SUPERVISION in said


def test_criteria_are_of_wcag_and_named_once() -> None:
    criteria = [fault.criterion for fault in SHORTCOMINGS]
    assert len(set(criteria)) == len(criteria)
    assert all(re.fullmatch(r"[1-4]\.\d\.\d{1,2} \w.*", name) for name in criteria)


def test_contact_is_shown_wherever_the_statement_asks_for_it() -> None:
    without, given = statement("Förbundet", None), statement("Förbundet", "kansliet@exempel.se")
    assert len(without) == len(given)
    said = [part.heading for part in given if "kansliet@exempel.se" in " ".join(part.paragraphs)]
    assert said == ["Om något inte går att använda", "Rapportera brister"]


def test_the_forbund_says_how_it_is_reached_and_everybody_sees_it(
    open_as: Open, world: World
) -> None:
    said = change(open_as(world.admin, PAGE), "kansliet@exempel.se")
    assert "Kontaktvägen är sparad." in said
    assert "Skriv till kansliet@exempel.se" in words(open_as(world.board, PAGE))
    assert "Kontaktvägen är borttagen." in change(open_as(world.admin, PAGE), "")
    assert "kansliet@exempel.se" not in words(open_as(world.board, PAGE))


def test_contact_that_is_an_identity_number_is_refused_and_what_was_typed_stays(
    open_as: Open, world: World
) -> None:
    number = "-".join(("19121212", "1212"))
    app = open_as(world.admin, PAGE)
    said = change(app, number)
    assert "personnummer" in said
    assert next(f for f in app.text_input if f.label == "Kontaktväg").value == number
    forbund = directory.forbund(Database.open(world.url))
    assert forbund is not None
    assert forbund.contact is None


def test_nobody_else_changes_the_contact(open_as: Open, world: World) -> None:
    for who in (world.worker, world.lead, world.board, world.system):
        assert "Kontaktväg" not in [f.label for f in open_as(who, PAGE).text_input]
