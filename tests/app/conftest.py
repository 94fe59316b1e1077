"""Pages without a browser: Streamlit's AppTest on the entry script, over a small world.

The clock stands still on the world's day, so that what is due stays due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from streamlit.testing.v1 import AppTest

from tests.app.world import TODAY, World, a_world
from tracking.store.database import URL_VARIABLE

ROOT = Path(__file__).resolve().parents[2]
MAIN = str(ROOT / "tracking" / "ui" / "main.py")
Open = Callable[..., AppTest]


@pytest.fixture
def clock() -> Iterator[None]:
    noon = datetime(TODAY.year, TODAY.month, TODAY.day, 11, tzinfo=UTC)
    with time_machine.travel(noon, tick=True):
        yield


@pytest.fixture
def world(clock: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    url = f"sqlite:///{(tmp_path / 'world.db').as_posix()}"
    monkeypatch.setenv(URL_VARIABLE, url)
    return a_world(url)


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
    """Everything that is written on the page, HTML included."""
    texts = [str(getattr(element, "value", "")) for element in (*app.main, *app.sidebar)]
    texts += [str(getattr(element, "label", "")) for element in (*app.main, *app.sidebar)]
    return "\n".join(texts)
