"""The page Återbetalningstid: open assumptions, saved with a name, chosen for a target."""

from __future__ import annotations

import pytest

from tests.app.conftest import Open, words
from tests.app.world import World, actor_of, key
from tracking.domain.payback import PaybackAssumptions
from tracking.domain.targets import Population
from tracking.services.budgets import set_budget
from tracking.services.payback import save_calculation
from tracking.store.database import Database

PAGE = "aterbetalningstid"


def field(app, label):  # type: ignore[no-untyped-def]
    return next(one for one in app.text_input if one.label == label)


def press(app, label):  # type: ignore[no-untyped-def]
    next(one for one in app.button if one.label == label).click().run()
    assert not app.exception
    return app


@pytest.fixture
def database(world: World) -> Database:
    return Database.open(world.url)


def test_nothing_is_filled_in_beforehand_and_the_page_says_what_to_do(
    open_as: Open, world: World
) -> None:
    app = open_as(world.lead, PAGE)
    assert not app.exception
    said = words(app)
    assert "Skriv vad en månad är värd" in said
    assert field(app, "En månad av offentlig försörjning, kr").value == ""
    assert "inte vad insatsen har orsakat" in said
    assert "effekt" not in said.casefold()


def test_what_is_typed_is_counted_with_and_stands_in_the_address_until_it_is_saved(
    open_as: Open, world: World, database: Database
) -> None:
    admin = actor_of(database, world.admin)
    set_budget(database, admin, insats_id=world.insats_id, year=2026, actual_kr=900_000, key=key())
    app = open_as(world.lead, PAGE, ar="2026")
    field(app, "En månad av offentlig försörjning, kr").input("12 000")
    field(app, "En månads arbete på heltid, kr").input("38000")
    field(app, "Kalkylränta, procent om året").input("3,5")
    press(app, "Räkna")
    assert app.query_params["antaganden"] in (
        "egna:12000,38000,0,350,",
        ["egna:12000,38000,0,350,"],
    )
    assert "går inte att beräkna" in app.title[0].value
    field(app, "Namn").input("Försiktig")
    press(app, "Spara antagandena")
    assert "Antagandena är sparade som Försiktig, version 1." in words(app)
    with database.reading() as session:
        saved = session.connection().exec_driver_sql(
            "SELECT name, support_month_kr, discount_hundredths FROM payback_calculation"
        )
        assert saved.fetchall() == [("Försiktig", 12_000, 350)]


@pytest.mark.parametrize(
    ("label", "typed", "sentence"),
    [
        ("En månad av offentlig försörjning, kr", "tolv", "Skriv ett heltal med siffror."),
        ("En månad av offentlig försörjning, kr", "-1", "mellan 0 och 1000000"),
        ("En månads arbete på heltid, kr", "", "Skriv beloppet i kronor"),
        ("Hade skett ändå, procent", "101", "mellan 0 och 100"),
        ("Kalkylränta, procent om året", "21", "mellan 0 och 20 procent"),
        ("Insatsens kostnad under året, kr", "=1+1", "Skriv ett heltal med siffror."),
    ],
)
def test_impossible_assumption_is_told_at_its_field_and_what_was_typed_stays(
    open_as: Open, world: World, label: str, typed: str, sentence: str
) -> None:
    app = open_as(world.lead, PAGE)
    field(app, "En månad av offentlig försörjning, kr").input("12000")
    field(app, "En månads arbete på heltid, kr").input("0")
    field(app, label).input(typed)
    press(app, "Räkna")
    assert sentence in words(app)
    assert field(app, label).value == typed
    assert "antaganden" not in app.query_params


@pytest.mark.parametrize("address", ["egna:1,2", "egna:a,b,c,d,", "egna:0,0,0,0,", "9:1,2,0,0,"])
def test_address_that_holds_no_assumptions_is_told_or_left_aside(
    open_as: Open, world: World, address: str
) -> None:
    app = open_as(world.lead, PAGE, antaganden=address)
    assert not app.exception
    assert "Skriv vad en månad är värd" in words(app)


def test_deltagaransvarig_counts_and_does_not_save(open_as: Open, world: World) -> None:
    app = open_as(world.worker, PAGE, antaganden="egna:12000,38000,0,0,500000")
    assert not app.exception
    assert "Spara antagandena" not in [one.label for one in app.button]
    assert "500 000 kr" in words(app).replace("\u202f", " ")


@pytest.mark.parametrize("who", ["admin", "board", "system"])
def test_page_is_not_among_the_pages_outside_the_insats(
    open_as: Open, world: World, who: str
) -> None:
    with pytest.raises(ValueError, match="Could not find"):
        open_as(getattr(world, who), PAGE)


def test_administrator_sets_a_target_on_saved_assumptions(
    open_as: Open, world: World, database: Database
) -> None:
    lead = actor_of(database, world.lead)
    save_calculation(
        database, lead, insats_id=world.insats_id, name="Försiktig",
        population=Population.COMPLETED, assumptions=PaybackAssumptions(12_000, 38_000, 20),
        key=key(),
    )  # fmt: skip
    app = open_as(world.admin, "insats_mal")
    chosen = next(one for one in app.selectbox if one.label == "Vad målet mäter")
    chosen.set_value("payback_months").run()
    field(app, "Mål, som det står i planen").input("Högst 40 månader")
    field(app, "Målvärde, månader").input("40")
    next(one for one in app.selectbox if one.label == "Sparade antaganden").select_index(1)
    press(app, "Spara målet")
    with database.reading() as session:
        found = session.connection().exec_driver_sql(
            "SELECT support_month_kr, deadweight_percent, assumptions_from FROM target"
        )
        assert found.fetchall() == [(12_000, 20, "Försiktig, version 1")]
