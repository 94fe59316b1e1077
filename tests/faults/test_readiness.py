"""``/redo``: says whether a visitor could be served, quickly, to anybody, and nothing else."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.faults import broken
from tests.integration.worlds import a_world
from tracking.store.database import Database
from tracking.store.unavailable import StorageUnavailable
from tracking.web import readiness
from tracking.web.desk import Desk
from tracking.web.readiness import readiness_route
from tracking.web.server import asgi_options


def asked(database: Database | None = None, **desk: object) -> TestClient:
    made = replace(Desk(open_database=lambda: database), **desk)  # type: ignore[arg-type,return-value]
    return TestClient(Starlette(routes=[readiness_route(made)]))


def test_ready_process_says_so_in_one_word(database: Database) -> None:
    a_world(database)
    with asked(database) as client:
        answer = client.get("/redo")
    assert (answer.status_code, answer.text) == (200, "redo\n")
    assert answer.headers["cache-control"] == "no-store"


def test_schema_of_another_version_is_not_ready(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with asked(database) as client:
        answer = client.get("/redo")
    assert answer.status_code == 503
    assert "uppgraderas" in answer.text
    assert answer.headers["retry-after"] == "5"


def test_database_that_is_away_is_not_ready_until_it_is_back(sqlite_database: Database) -> None:
    with asked(sqlite_database) as client:
        with broken.sqlite_gone(sqlite_database):
            answer = client.get("/redo")
            assert answer.status_code == 503
            assert "finns inte där den ska" in answer.text
        assert client.get("/redo").status_code == 200


def test_database_without_a_table_is_not_ready_and_told(
    sqlite_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite_database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    with asked(sqlite_database) as client:
        answer = client.get("/redo")
    assert (answer.status_code, answer.text) == (503, readiness.UNUSABLE + "\n")
    assert '"event": "fault", "during": "readiness"' in capsys.readouterr().err


def test_database_that_hangs_is_answered_for_while_it_hangs_and_asked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A thousand watches do not become a thousand threads that wait."""
    answered = threading.Event()
    asked_for: list[int] = []
    ended: list[bool] = []

    def never_opens() -> Database:
        asked_for.append(1)
        ended.append(answered.wait(120))
        raise StorageUnavailable("Databasen kan inte nås.")

    monkeypatch.setattr(readiness, "ANSWER_SECONDS", 0.2)
    with asked(open_database=never_opens) as client:
        answers = [client.get("/redo") for _ in range(5)]
        assert ended == [], "an answer waited for the database"
        assert {answer.status_code for answer in answers} == {503}
        assert {answer.text for answer in answers} == {readiness.SLOW + "\n"}
        assert len(asked_for) == 1
        answered.set()


def test_it_lies_under_the_base_path_with_the_other_addresses() -> None:
    paths = {route.path for route in asgi_options("stegvis")["routes"]}
    assert "/stegvis/redo" in paths
