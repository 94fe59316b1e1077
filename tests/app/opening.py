"""Opening a page of the app as an account, and reading all that stands on it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tracking.store.database import URL_VARIABLE
from tracking.ui.folded import key_of

ROOT = Path(__file__).resolve().parents[2]
CHOSEN = "stegvis::account"


def page_file(key: str) -> str:
    return str(ROOT / "pages" / f"{key}.py")


def signed_in(monkeypatch: pytest.MonkeyPatch, url: str, account_id: int, **query: str) -> AppTest:
    """The app's entry script as an account, with an address's query."""
    monkeypatch.setenv(URL_VARIABLE, url)
    app = AppTest.from_file(str(ROOT / "tracking" / "ui" / "main.py"), default_timeout=60)
    app.session_state[CHOSEN] = account_id
    for name, value in query.items():
        app.query_params[name] = value
    return app


def open_page(
    monkeypatch: pytest.MonkeyPatch, url: str, account_id: int, key: str, **query: str
) -> AppTest:
    """A page that the account has, drawn. Raises ValueError when it does not have it."""
    app = signed_in(monkeypatch, url, account_id).run()
    app.switch_page(page_file(key))
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def open_past_the_menu(
    monkeypatch: pytest.MonkeyPatch, url: str, account_id: int, key: str, **query: str
) -> AppTest:
    """A page's file run by itself, as if the navigation had been got past."""
    monkeypatch.setenv(URL_VARIABLE, url)
    app = AppTest.from_file(page_file(key), default_timeout=60)
    app.session_state[CHOSEN] = account_id
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def unfold(app: AppTest, name: str) -> None:
    """Open a part of the page that is drawn only while it stands open."""
    app.session_state[key_of(name)] = True
    app.run()


def words(app: AppTest) -> str:
    """Everything that can be read on the page: HTML, headings, labels, options, charts' alt."""
    found: list[str] = []
    for element in _walk(app._tree[0]):
        proto = getattr(element, "proto", None)
        for name in ("body", "alt", "label"):
            value = getattr(proto, name, None)
            if isinstance(value, str):
                found.append(value)
        options = getattr(element, "options", None)
        if isinstance(options, list):
            found += [str(option) for option in options]
    whole = " ".join(found).replace("<time>", "").replace("</time>", "")
    text = unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", whole, flags=re.S))
    return re.sub(r"\s+", " ", text.replace("\u202f", " ").replace("\u00a0", " "))


def _walk(block: object) -> list[object]:
    children = getattr(block, "children", None)
    if not children:
        return [block]
    return [block, *(leaf for child in children.values() for leaf in _walk(child))]
