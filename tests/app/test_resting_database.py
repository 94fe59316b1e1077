"""A page while the storage fails: a sentence, what was typed, and saving when it is well again."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url
from streamlit.testing.v1 import AppTest

from tests.app.conftest import MAIN, Open, words
from tests.app.test_forms import button, fill_start, ongoing
from tests.app.world import World
from tracking.domain.server_events import ServerEvent
from tracking.store import database as store
from tracking.store.server_log import forget
from tracking.store.unavailable import STORAGE_EVENTS
from tracking.ui import holding

SAVE = "Registrera deltagaren"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SQLITE_SETTINGS", (*store.SQLITE_SETTINGS, "busy_timeout=200"))
    forget(*STORAGE_EVENTS, ServerEvent.SCHEMA_OTHER)


def file_of(world: World) -> Path:
    return Path(make_url(world.url).database or "")


def filled_in(open_as: Open, world: World) -> tuple[AppTest, str]:
    app = open_as(world.worker, "registrera")
    form = f"registrera:{world.insats_id}"
    fill_start(app, form, year="1988")
    return app, form


def assert_typed(app: AppTest, form: str) -> None:
    assert app.text_input(key=f"{form}::birth_year").value == "1988"
    assert app.radio(key=f"{form}::gender").value == "woman"
    assert app.radio(key=f"{form}::consent_contact").value == "no"


@contextmanager
def locked(world: World) -> Iterator[None]:
    other = sqlite3.connect(file_of(world), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def set_schema(world: World, revision: str) -> str:
    with sqlite3.connect(file_of(world)) as other:
        before = other.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        other.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    other.close()
    return str(before)


def test_form_that_cannot_be_saved_keeps_what_was_typed_and_is_saved_afterwards(
    open_as: Open, world: World
) -> None:
    app, form = filled_in(open_as, world)
    with locked(world):
        button(app, SAVE).click().run()
        assert "Inget är sparat än." in words(app)
        assert "Databasen är upptagen av något annat just nu, så inget sparades." in words(app)
        assert_typed(app, form)
    assert ongoing(world) == 3
    button(app, SAVE).click().run()
    assert "är registrerad i Vägen vidare" in words(app)
    assert ongoing(world) == 4


@pytest.mark.parametrize("fault", ["file away", "schema of a later version"])
def test_page_that_stands_is_held_until_the_database_is_back(
    open_as: Open, world: World, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    app, form = filled_in(open_as, world)
    file, waits, toasts = file_of(world), [], []
    away = file.with_suffix(".away")
    before = ""

    def wait(seconds: float) -> None:
        """What the waiting run meets: the third time the database is well again."""
        waits.append(seconds)
        if len(waits) == 3:
            if fault == "file away":
                away.rename(file)
            else:
                set_schema(world, before)

    monkeypatch.setattr(holding, "sleep", wait)
    monkeypatch.setattr(holding.shown, "toast", lambda said, **_: toasts.append(said))
    if fault == "file away":
        file.rename(away)
    else:
        before = set_schema(world, "9999")
    button(app, SAVE).click().run()
    assert waits == [holding.WAIT_SECONDS] * 3
    assert len(toasts) == 1
    assert "inget sparades" in toasts[0]
    assert "Det du har skrivit är kvar" in toasts[0]
    assert "Inget är sparat än." in words(app)
    assert_typed(app, form)
    assert ongoing(world) == 3
    button(app, SAVE).click().run()
    assert "är registrerad i Vägen vidare" in words(app)
    assert ongoing(world) == 4


def test_where_no_page_stands_the_sentence_is_the_page_with_a_way_on(world: World) -> None:
    file = file_of(world)
    app = AppTest.from_file(MAIN, default_timeout=30)
    app.session_state["stegvis::account"] = world.worker
    file.write_bytes(file.read_bytes())
    shutil.move(file, file.with_suffix(".away"))
    file.mkdir()
    app.run()
    assert not app.exception
    assert "Databasen kan inte nås just nu" in words(app)
    file.rmdir()
    shutil.move(file.with_suffix(".away"), file)
    button(app, "Försök igen").click().run()
    assert "Databasen" not in words(app)
    assert [title.value for title in app.title] == ["Att göra"]


def test_page_is_not_held_for_ever(
    open_as: Open, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = filled_in(open_as, world)
    monkeypatch.setattr(holding, "LONGEST_SECONDS", -1.0)
    file = file_of(world)
    file.rename(file.with_suffix(".away"))
    app.run()
    assert not app.exception
    assert "Databasens fil finns inte där den ska" in words(app)
    assert button(app, "Försök igen")
