"""A förbund's year of money: shared insatser, purposes, its own means, and the report's words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy import text

from tests.integration.report_worlds import ReportWorld, key
from tests.integration.test_deviations import forbund_actor
from tests.integration.test_report_adoption import adopted, faults, table
from tests.integration.worlds import World, a_key
from tracking.access.actors import Actor
from tracking.domain.cost import forbund_part
from tracking.domain.errors import Conflict, InvalidValue, NotPermitted
from tracking.domain.report_kinds import ReportKind
from tracking.domain.roles import Role
from tracking.domain.rounding import round_half_up
from tracking.outcomes.forbund_money import (
    ADMINISTRATION,
    INDIVIDUAL,
    STRUCTURAL,
    Purpose,
    YearOfMoney,
    year_of_money,
)
from tracking.reports.adopted import report_content
from tracking.services.budgets import set_budget, set_forbund_budget


def budgeted(world: World, actor: Actor, insats_id: int, **kr: int) -> None:
    set_budget(world.database, actor, insats_id=insats_id, year=2026, key=a_key(), **kr)


@pytest.fixture
def admin(world: World) -> Actor:
    return forbund_actor(world, Role.FORBUND_ADMIN)


@pytest.fixture
def money(world: World, admin: Actor) -> YearOfMoney:
    """One insats, another of which the förbund pays 15 %, a network, and administration."""
    budgeted(world, admin, world.insats_id, budget_kr=1_000_000, actual_kr=400_000, esf_kr=50_000)
    budgeted(
        world,
        admin,
        world.other_insats_id,
        budget_kr=2_000_001,
        actual_kr=1_000_003,
        cost_share_percent=15,
    )
    budgeted(world, admin, world.group_insats_id, budget_kr=200_000)
    set_forbund_budget(
        world.database,
        admin,
        year=2026,
        own_capital_kr=300_000,
        state_contribution_kr=800_000,
        region_contribution_kr=400_000,
        municipal_contribution_kr=400_000,
        administration_kr=250_000,
        administration_actual_kr=90_000,
        key=a_key(),
    )
    return year_of_money(world.database, admin, 2026)


def test_purposes_are_the_forbunds_own_parts(money: YearOfMoney) -> None:
    assert money.purposes == (
        Purpose(INDIVIDUAL, 1_300_000, 550_000),
        Purpose(STRUCTURAL, 200_000, None),
        Purpose(ADMINISTRATION, 250_000, 90_000),
    )
    assert (money.budget_kr, money.actual_kr) == (1_750_000, 640_000)


def test_means_are_capital_contributions_and_esf_and_what_is_left_may_be_a_debt(
    world: World, admin: Actor, money: YearOfMoney
) -> None:
    assert money.income_kr == 300_000 + 1_600_000 + 50_000
    assert money.left_kr == 200_000
    set_forbund_budget(
        world.database, admin, year=2026, administration_kr=250_000, version=1, key=a_key()
    )
    again = year_of_money(world.database, admin, 2026)
    assert again.left_kr == 50_000 - 1_750_000


def test_what_is_not_entered_is_unknown_and_never_nought(world: World, admin: Actor) -> None:
    empty = year_of_money(world.database, admin, 2026)
    assert (empty.budget_kr, empty.actual_kr, empty.income_kr, empty.left_kr) == (None,) * 4
    assert empty.lacking == ("Bron", "Nätverket", "Stigen")
    assert year_of_money(world.database, admin, 2019).insatser == (), "none ran then"


@pytest.mark.parametrize("amount", [0, 1, 3, 10, 999_999, 2_000_000_000])
@pytest.mark.parametrize("share", [0, 15, 33, 50, 99, 100])
def test_a_part_is_rounded_once_to_whole_kronor(amount: int, share: int) -> None:
    assert forbund_part(amount, share) == int(round_half_up(Fraction(amount * share, 100)))
    assert forbund_part(None, share) is None
    assert abs((forbund_part(amount, share) or 0) * 100 - amount * share) <= 50


def test_two_who_save_the_forbunds_year_never_overwrite_each_other(
    world: World, admin: Actor, money: YearOfMoney
) -> None:
    assert money.own is not None
    version = money.own.version

    def save(capital: int) -> None:
        set_forbund_budget(
            world.database,
            admin,
            year=2026,
            own_capital_kr=capital,
            version=version,
            key=a_key(),
        )

    save(1)
    with pytest.raises(Conflict, match="Eget kapital"):
        save(2)


@pytest.mark.parametrize("amount", [-1, 2_000_000_001, True])
def test_an_impossible_amount_is_told_at_its_field(world: World, admin: Actor, amount: int) -> None:
    with pytest.raises(InvalidValue) as caught:
        set_forbund_budget(
            world.database, admin, year=2026, administration_actual_kr=amount, key=a_key()
        )
    assert caught.value.field == "administration_actual_kr"


@pytest.mark.parametrize("role", [Role.BOARD, Role.AUDITOR, Role.PREPARATORY_GROUP])
def test_only_who_sets_the_budget_reads_its_page(world: World, role: Role) -> None:
    with pytest.raises(NotPermitted):
        year_of_money(world.database, forbund_actor(world, role), 2026)


@pytest.fixture
def accounts(reports: ReportWorld) -> ReportWorld:
    """The other insats is shared with another förbund and has money from ESF."""
    set_budget(
        reports.database,
        reports.admin,
        insats_id=reports.other,
        year=2017,
        planned_participants=20,
        budget_kr=1_000_000,
        actual_kr=900_000,
        esf_kr=80_000,
        cost_share_percent=60,
        key=key(),
    )
    set_forbund_budget(
        reports.database,
        reports.admin,
        year=2017,
        own_capital_kr=700_000,
        state_contribution_kr=2_000_000,
        administration_kr=400_000,
        key=key(),
    )
    return reports


def test_the_reports_economy_tells_of_shares_means_and_what_is_shared(
    accounts: ReportWorld,
) -> None:
    report = accounts.started(ReportKind.YEAR, whole=True)
    content = report_content(accounts.database, accounts.admin, report)
    economy = next(one for one in content.sections if one.key == "economy")
    assert table(content, "economy")["Bryggan"][:3] == ["20", "1\u202f000\u202f000", "900\u202f000"]
    notes = " ".join(economy.tables[0].notes)
    assert "det här förbundets del är 60\u202f%, 600\u202f000" in notes
    assert "80\u202f000" in notes
    assert table(content, "economy_shares") == {
        "Individinriktade insatser": ["600\u202f000", "60", "4\u202f740\u202f000", "100"],
        "Strukturövergripande insatser": ["–", "–", "–", "–"],
        "Administration": ["400\u202f000", "40", "–", "–"],
        "Allt": ["1\u202f000\u202f000", "100", "4\u202f740\u202f000", "100"],
    }
    assert "60\u202f% till individinriktade insatser" in economy.words[0]
    left = table(content, "economy_forbund")["Beräknat kvar vid årets slut"]
    assert left == ["1\u202f780\u202f000"]


def test_an_insatss_report_has_its_own_money_alone(accounts: ReportWorld) -> None:
    content = report_content(accounts.database, accounts.lead, accounts.started(ReportKind.YEAR))
    keys = {found.key for found in content.tables}
    assert "economy" in keys
    assert not keys & {"economy_shares", "economy_forbund"}
    assert list(table(content, "economy")) == ["Samordningsteamet"]


def test_an_adopted_report_keeps_its_money(accounts: ReportWorld) -> None:
    report = adopted(accounts, whole=True)
    before = report_content(accounts.database, accounts.board, report)
    with accounts.database.transaction() as work:
        work.session.connection().execute(text("UPDATE budget SET budget_kr = 1"))
        work.session.connection().execute(text("UPDATE forbund_budget SET own_capital_kr = 1"))
    assert report_content(accounts.database, accounts.board, report) == before
    assert faults(accounts) == []
