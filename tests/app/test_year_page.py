"""The page Årshjul: everybody's dates, one's own readiness, and the administrator's forms."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.app.conftest import Open, words
from tests.app.world import World
from tracking.store.database import Database


def press(app, label):  # type: ignore[no-untyped-def]
    next(one for one in app.button if one.label == label).click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize("who", ["worker", "lead", "admin", "board"])
def test_everybody_with_a_role_has_the_year_and_nobody_is_told_of_a_person(
    open_as: Open, world: World, who: str
) -> None:
    app = open_as(getattr(world, who), "arshjul")
    assert not app.exception
    said = words(app)
    assert app.title[0].value == "Årshjul 2026"
    assert "Närmast: Budget för nästa år, 30 november 2026, om 10" in said.replace("\u00a0", " ")
    assert not any(secret in said for secret in (*world.codes, *world.words))
    can_change = "Spara dagen" in [one.label for one in app.button]
    assert can_change is (who == "admin")
    assert ("INTERNT" in said) is (who in ("worker", "lead"))


def test_system_has_no_year(open_as: Open, world: World) -> None:
    with pytest.raises(ValueError, match="Could not find"):
        open_as(world.system, "arshjul")


def test_administrator_adds_a_meeting_and_sees_it_in_the_year(open_as: Open, world: World) -> None:
    app = open_as(world.admin, "arshjul")
    next(one for one in app.text_input if one.label == "Vad dagen gäller").input("Styrelsemöte")
    next(one for one in app.date_input if one.label == "Datum").set_value(date(2026, 11, 27))
    press(app, "Spara dagen")
    said = words(app).replace("\u00a0", " ")
    assert "Styrelsemöte 2026-11-27 står i årshjulet." in said
    assert "Närmast: Styrelsemöte, 27 november 2026, om 7 dagar." in said
    with Database.open(world.url).reading() as session:
        found = session.connection().exec_driver_sql("SELECT kind, on_day FROM year_event")
        assert found.fetchall() == [("board", "2026-11-27")]


def test_a_meeting_without_a_title_stays_in_the_form_with_its_sentence(
    open_as: Open, world: World
) -> None:
    app = open_as(world.admin, "arshjul")
    press(app, "Spara dagen")
    assert "Skriv vad dagen gäller." in words(app)
    assert "Skriv datumet." in words(app)


def test_standing_day_is_moved_from_the_page(open_as: Open, world: World) -> None:
    app = open_as(world.admin, "arshjul", dag="budget")
    one = next(one for one in app.date_input if one.label == "Datum i 2026")
    one.set_value(date(2026, 11, 25))
    press(app, "Flytta dagen")
    assert "Flyttad från 2026-11-30." in re.sub(r"<[^>]+>", "", words(app))


@pytest.mark.parametrize("query", [{"ar": "1900"}, {"ar": "x"}, {"dag": "77"}])
def test_address_that_is_none_is_told(open_as: Open, world: World, query: dict[str, str]) -> None:
    app = open_as(world.admin, "arshjul", **query)
    assert not app.exception
    assert "finns inte" in words(app) or "inte visas" in words(app)
