"""Pages without a browser: Streamlit's AppTest on the entry script, over a small world.

The clock stands still on the world's day, so that what is due stays due.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import make_url
from streamlit.testing.v1 import AppTest

from tests.app.world import TODAY, World, a_world
from tracking.store.database import URL_VARIABLE

ROOT = Path(__file__).resolve().parents[2]
MAIN = str(ROOT / "tracking" / "ui" / "main.py")
Open = Callable[..., AppTest]


NewWorld = Callable[..., World]
NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 11, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, World]:
    """The small world as a demo and not as one, each made once and only ever copied."""
    folder, made = tmp_path_factory.mktemp("worlds"), {}
    with time_machine.travel(NOON, tick=True):
        for is_demo in (True, False):
            url = f"sqlite:///{(folder / f'{is_demo}.db').as_posix()}"
            made[is_demo] = a_world(url, is_demo=is_demo)
    return made


@pytest.fixture
def new_world(
    originals: dict[bool, World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> NewWorld:
    """``new_world(is_demo=False)``: a copy of the small world, to which the app is pointed."""

    def copied(*, is_demo: bool = True) -> World:
        original, copy = originals[is_demo], tmp_path / "world.db"
        shutil.copy(make_url(original.url).database or "", copy)
        url = f"sqlite:///{copy.as_posix()}"
        monkeypatch.setenv(URL_VARIABLE, url)
        return replace(original, url=url)

    return copied


@pytest.fixture
def world(clock: None, new_world: NewWorld) -> World:
    return new_world()


@pytest.fixture
def open_as(world: World) -> Open:
    """``open_as(account_id, "samtal", deltagande="1")``: the page as that account sees it."""

    def open_page(account_id: int | None, page: str | None = None, **params: str) -> AppTest:
        app = AppTest.from_file(MAIN, default_timeout=30)
        if account_id is not None:
            app.session_state["stegvis::account"] = account_id
        app.run()
        if page is not None:
            for name, value in params.items():
                app.query_params[name] = value
            app.switch_page(f"../../pages/{page}.py")
            app.run()
        return app

    return open_page


def words(app: AppTest) -> str:
    """Everything that is written on the page, HTML included, but for what keeps days whole."""
    texts = [str(getattr(element, "value", "")) for element in (*app.main, *app.sidebar)]
    texts += [str(getattr(element, "label", "")) for element in (*app.main, *app.sidebar)]
    return "\n".join(texts).replace("<time>", "").replace("</time>", "")
