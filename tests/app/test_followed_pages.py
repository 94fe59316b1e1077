"""Systemavvikelser, tillfällen and budget as pages: what is typed is kept, told and shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from streamlit.testing.v1 import AppTest

from tests.app.conftest import NewWorld
from tests.app.opening import open_page, words
from tests.app.test_admin_pages import fill
from tests.app.world import TODAY, World, actor_of, key
from tracking.domain.records import InsatsKind
from tracking.domain.roles import Role, Zone
from tracking.outcomes import directory
from tracking.outcomes.deviations import insats_deviations
from tracking.services.accounts import assign, create_account
from tracking.services.deviations import clear_deviation, note_deviation
from tracking.services.insatser import create_insats
from tracking.store.database import Database

WHAT = "Två beslut väntar på varandra."
HIDDEN = "Det här har ingen lämnat."


@dataclass
class House:
    """The small world, with a beredningsgrupp and a network."""

    world: World
    database: Database
    monkeypatch: pytest.MonkeyPatch
    group: int
    network: int

    def open(self, account_id: int, page: str, **query: str) -> AppTest:
        return open_page(self.monkeypatch, self.world.url, account_id, page, **query)

    def noted(self, what: str, *, cleared: bool = False) -> int:
        party = directory.controllers(self.database)[0].controller_id
        noted = note_deviation(
            self.database,
            actor_of(self.database, self.world.worker),
            insats_id=self.world.insats_id,
            noted_on=TODAY,
            what=what,
            parties=(party,),
            key=key(),
        )
        if cleared:
            clear_deviation(
                self.database,
                actor_of(self.database, self.world.lead),
                deviation_id=noted.deviation_id,
                version=noted.version,
                key=key(),
            )
        return noted.deviation_id


@pytest.fixture
def house(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with time_machine.travel(f"{TODAY} 12:00", tick=False):
        world = new_world()
        database = Database.open(world.url)
        group = create_account(
            database, username="beredning", title="Beredningsgruppen", zone=Zone.FORBUND
        ).account_id
        assign(
            database,
            account_id=group,
            role=Role.PREPARATORY_GROUP,
            insats_id=None,
            starts_on=TODAY,
        )
        network = create_insats(
            database,
            actor_of(database, world.admin),
            name="Nätverket",
            controller_id=directory.controllers(database)[0].controller_id,
            owner="Samordningsförbundet",
            kind=InsatsKind.STRUCTURAL,
            starts_on=TODAY.replace(month=1),
            key=key(),
        ).insats_id
        yield House(world, database, monkeypatch, group, network)
        database.close()


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def area(app: AppTest, ending: str, value: str) -> None:
    next(a for a in app.text_area if str(a.key).endswith(ending)).set_value(value)


def test_an_obstacle_goes_from_the_staff_by_insatsansvarig_to_the_group(house: House) -> None:
    app = house.open(house.world.worker, "systemavvikelser")
    area(app, "::what", WHAT)
    press(app, "Notera")
    assert "Myndigheter som hindret rör: Välj minst en myndighet" in words(app)
    next(box for box in app.checkbox if "party_" in str(box.key)).set_value(True)
    press(app, "Notera")
    assert "Den syns bara i insatsen tills insatsansvarig har lämnat den" in words(app)
    (noted,) = insats_deviations(
        house.database, actor_of(house.database, house.world.worker), house.world.insats_id
    )
    here = {"avvikelse": str(noted.deviation_id)}
    assert WHAT not in words(house.open(house.group, "systemavvikelser"))
    assert "Lämna till handläggning" not in [
        button.label for button in house.open(house.world.worker, "systemavvikelser", **here).button
    ]
    lead = house.open(house.world.lead, "systemavvikelser", **here)
    press(lead, "Lämna till handläggning")
    assert "intyga att den inte beskriver någon enskild" in words(lead)
    next(box for box in lead.checkbox if str(box.key).endswith("::nobody")).set_value(True)
    press(lead, "Lämna till handläggning")
    group = house.open(house.group, "systemavvikelser", **here)
    assert WHAT in words(group)
    fill(group, "handlagg:", status="raised")
    press(group, "Spara handläggningen")
    assert "vad styrelsen ska ta ställning till" in words(group)
    area(group, "::handled", "Styrelsen behöver välja vem som börjar.")
    press(group, "Spara handläggningen")
    assert "Sparat: lyft till styrelsen." in words(group)
    staff = house.open(house.world.worker, "systemavvikelser", **here)
    assert "Styrelsen behöver välja vem som börjar." in words(staff), "staff see what came of it"


def test_words_that_name_a_small_group_are_read_once_more(house: House) -> None:
    noted = house.noted("En av de två kvinnorna fick vänta.")
    app = house.open(house.world.lead, "systemavvikelser", avvikelse=str(noted))
    next(box for box in app.checkbox if str(box.key).endswith("::nobody")).set_value(True)
    press(app, "Lämna till handläggning")
    assert "färre än 5 personer" in words(app)
    press(app, "Lämna ändå")
    assert "kvinnorna fick vänta" in words(house.open(house.group, "systemavvikelser"))


def test_what_is_not_cleared_cannot_be_opened_by_its_address(house: House) -> None:
    hidden = house.noted(HIDDEN)
    house.noted(WHAT, cleared=True)
    for account in (house.group, house.world.admin):
        said = words(house.open(account, "systemavvikelser", avvikelse=str(hidden)))
        assert HIDDEN not in said
        assert "Systemavvikelsen i adressen finns inte här." in said
        assert "1 systemavvikelse som lämnats" in _plain(said)


@pytest.mark.parametrize("page", ["systemavvikelser", "tillfallen", "budget"])
def test_the_styrelse_has_none_of_these_pages(house: House, page: str) -> None:
    with pytest.raises(ValueError, match="navigation page"):
        house.open(house.world.board, page)


def test_an_occasion_is_keyed_row_by_row_and_taken_back(house: House) -> None:
    app = house.open(house.world.admin, "tillfallen")
    form = f"tillfalle:ny:{house.network}"
    fill(app, form, title="Utbildning", heads_1_woman="12", heads_2_man="x")
    press(app, "Spara tillfället")
    assert "2 · Män: Skriv ett heltal med siffror." in words(app)
    fill(app, form, name_2="", heads_2_man="4")
    press(app, "Spara tillfället")
    assert "2 · Organisation: Skriv organisationens namn." in words(app)
    fill(app, form, name_2="Regionen", heads_2_man="4")
    press(app, "Spara tillfället")
    said = words(app)
    assert "16 deltagande" in said
    assert "Utbildning" in said
    press(app, "Ångra")
    assert "Inga tillfällen är inlagda för Nätverket" in words(app)


def test_the_budget_page_tells_of_the_year_and_keeps_what_is_typed(house: House) -> None:
    app = house.open(house.world.admin, "budget")
    assert f"Ingen budget är inlagd för {TODAY.year}." in words(app)
    own = f"forbundets-ar:{TODAY.year}"
    fill(app, own, own_capital_kr="1 000 000", administration_kr="tio")
    press(app, f"Spara förbundets medel för {TODAY.year}")
    assert "Administration, budget, kr: Skriv ett heltal med siffror." in words(app)
    fill(app, own, administration_kr="200 000")
    press(app, f"Spara förbundets medel för {TODAY.year}")
    app = house.open(house.world.admin, "budget", insats=str(house.world.insats_id))
    fill(app, f"budget:{house.world.insats_id}", budget_kr="600 000", cost_share_percent="50")
    press(app, f"Spara budgeten för {TODAY.year}")
    said = _plain(words(app))
    assert f"Förbundets budget för {TODAY.year} är 500 tkr" in said
    assert f"Av budgeten {TODAY.year} går 60 % till individ och 40 % till administration." in said
    assert "500 tkr beräknas vara kvar vid årets slut" in said


def _plain(said: str) -> str:
    return said.replace("\u202f", " ").replace("\xa0", " ")
