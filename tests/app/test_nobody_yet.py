"""An insats that nobody has begun in: each page says so and leads on, without empty tables."""

from __future__ import annotations

from datetime import date

import pytest

from tests.app.conftest import Open
from tests.app.opening import words
from tests.app.world import World, actor_of, key
from tracking.domain.records import InsatsKind
from tracking.domain.roles import Role, Zone
from tracking.services.accounts import assign, create_account
from tracking.services.insatser import create_insats
from tracking.store.database import Database

SINCE = date(2025, 1, 1)


@pytest.fixture
def newcomer(world: World) -> int:
    """Somebody who both works in and leads an insats without a single deltagande."""
    database = Database.open(world.url)
    insats = create_insats(
        database,
        actor_of(database, world.admin),
        name="Den nya",
        controller_id=1,
        owner="Exempelkommunen",
        kind=InsatsKind.INDIVIDUAL,
        starts_on=SINCE,
        ladder_id=1,
        uses_ors=True,
        uses_srs=False,
        uses_gsrs=False,
        key=key(),
    ).insats_id
    made = create_account(
        database, username="ny", title="Ny personal", zone=Zone.INSATS, employer_id=1
    ).account_id
    for role in (Role.CASE_WORKER, Role.INSATS_LEAD):
        assign(database, account_id=made, role=role, insats_id=insats, starts_on=SINCE)
    database.close()
    return made


def test_start_without_anybody_leads_to_the_first_registration(
    open_as: Open, newcomer: int
) -> None:
    said = words(open_as(newcomer, "att_gora"))
    assert "Inget att göra just nu. Du har inga pågående deltaganden." in said
    assert "Registrera den första deltagaren" in said
    assert "Mina pågående" not in said
    assert "Tryck på ett tecken" not in said


def test_search_without_anybody_says_so_and_leads_on(open_as: Open, newcomer: int) -> None:
    said = words(open_as(newcomer, "deltagaren"))
    assert "Ingen pågår i dina insatser just nu. Registrera deltagare" in said
    assert "Pågående (0)" not in said


@pytest.mark.parametrize("part", ["deltagare", "forsorjning", "steg", "ors", "kon"])
def test_table_that_tells_of_nobody_waits_behind_its_finding(
    open_as: Open, newcomer: int, part: str
) -> None:
    app = open_as(newcomer, "insatsen", **{"del": part})
    assert not app.exception
    html = "".join(str(element.proto.body) for element in app.main if element.type == "html")
    behind = html.count("<details")
    assert behind >= 1
    assert html.count("<table") == behind


def test_table_that_tells_of_somebody_stands_open(open_as: Open, world: World) -> None:
    app = open_as(world.lead, "insatsen", **{"del": "deltagare"})
    html = "".join(str(element.proto.body) for element in app.main if element.type == "html")
    assert html.count("<table") > html.count("<details")
