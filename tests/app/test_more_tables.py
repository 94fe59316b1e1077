"""The exact tables of the insats: chosen in the address, and for those who work there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
import time_machine

from tests.app.opening import open_page, words
from tests.integration.result_worlds import NOW, building
from tracking.domain.roles import Role
from tracking.outcomes.insats_tables import Subject
from tracking.store.database import Database
from tracking.store.tables import Assignment


class Seen(NamedTuple):
    """Two insatser, somebody who works in both and somebody who works in one."""

    url: str
    first: int
    second: int
    both: int
    one: int


@pytest.fixture
def here(sqlite_databases: Any) -> Iterator[Seen]:
    with (
        sqlite_databases.fresh(migrated=True) as url,
        time_machine.travel("2018-03-05 10:00", tick=False),
    ):
        database = Database.open(url)
        with building(database) as world:
            first, second = world.insats("Stegen"), world.insats("Bron")
            for _ in range(3):
                world.spell(first, date(2017, 2, 1), date(2017, 8, 1), steps=(1, 2))
            both, one = world.actor(Role.CASE_WORKER, first), world.actor(Role.CASE_WORKER, first)
            world.session.add(
                Assignment(
                    account_id=both.account_id,
                    zone=Role.CASE_WORKER.zone,
                    role=Role.CASE_WORKER,
                    insats_id=second,
                    starts_on=date(2015, 1, 1),
                    created_at=NOW,
                )
            )
        database.close()
        yield Seen(url, first, second, both.account_id, one.account_id)


def seen(monkeypatch: pytest.MonkeyPatch, here: Seen, account_id: int, **query: str) -> str:
    address = {"insats": f"{here.first}", "period": "2017"} | query
    return words(open_page(monkeypatch, here.url, account_id, "insatsen", **address))


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("summary", "Avslutsanledning"),
        ("background", "Remittent"),
        ("support", "Försörjning, från start till avslut"),
        ("occupation", "Sysselsättning före och efter"),
        ("steps", "Steg vid start och vid avslut, fullföljda"),
        ("ratings", "ORS, medelvärden"),
        ("time", "Kapacitet"),
        ("comparison", "Mot perioden före"),
    ],
)
def test_every_subject_has_its_tables(
    monkeypatch: pytest.MonkeyPatch, here: Seen, subject: str, title: str
) -> None:
    assert subject in set(Subject)
    text = seen(monkeypatch, here, here.one, tabeller=subject)
    assert title in text
    # Each says by which way its numbers came about.
    assert re.search(r"(Startade|Deltaganden under perioden): 3", text)


def test_the_background_is_shown_first_and_an_unknown_subject_is_answered_calmly(
    monkeypatch: pytest.MonkeyPatch, here: Seen
) -> None:
    assert "Ålder vid start" in seen(monkeypatch, here, here.one)
    text = seen(monkeypatch, here, here.one, tabeller="1; DROP TABLE")
    assert "Adressen gäller ett ämne som inte finns." in text
    assert "Ålder vid start" in text


def test_every_table_can_stand_beside_the_period_before_by_its_address(
    monkeypatch: pytest.MonkeyPatch, here: Seen
) -> None:
    text = seen(monkeypatch, here, here.one, tabeller="steps", mot="fore")
    assert "Steg vid start och vid avslut, fullföljda, mot perioden före" in text
    assert "Före: januari–december 2016 (startade 0, avslutade 0" in text
    alone = seen(monkeypatch, here, here.one, tabeller="steps", mot="1; DROP TABLE")
    assert "mot perioden före" not in alone


def test_only_who_works_in_several_insatser_sees_them_side_by_side(
    monkeypatch: pytest.MonkeyPatch, here: Seen
) -> None:
    title = "Insatserna bredvid varandra"
    assert title in seen(monkeypatch, here, here.both, tabeller="insatser")
    alone = seen(monkeypatch, here, here.one, tabeller="insatser")
    assert title not in alone
    assert "Adressen gäller ett ämne som inte finns." in alone
