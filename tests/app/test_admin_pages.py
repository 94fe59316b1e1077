"""The administrator's pages: insatser, targets, ladders, calendar, releases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from streamlit.testing.v1 import AppTest

from tests.app.conftest import NewWorld
from tests.app.opening import open_page, open_past_the_menu, words
from tests.app.world import TODAY, World, actor_of
from tracking.domain.endings import EndGroup, Outcome
from tracking.domain.targets import Comparison, Measure, PointInTime, Population, TargetSpec
from tracking.outcomes import directory
from tracking.services.insatser import edit_insats
from tracking.services.targets import set_target
from tracking.store.database import Database

ADMIN_PAGES = ("insatser", "insats_mal", "kodlistor", "processtrappor", "gransvarden", "kalender")
NOT_YOURS = "Den här sidan hör inte till ditt uppdrag."


@dataclass
class Office:
    """The administrator at work."""

    world: World
    database: Database
    monkeypatch: pytest.MonkeyPatch

    @property
    def actor(self) -> Any:
        return actor_of(self.database, self.world.admin)

    def open(self, page: str, **query: str) -> AppTest:
        return open_page(self.monkeypatch, self.world.url, self.world.admin, page, **query)

    def insats(self) -> Any:
        return directory.insats_settings(self.database, self.actor, self.world.insats_id)


@pytest.fixture
def office(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with time_machine.travel(f"{TODAY} 12:00", tick=False):
        world = new_world()
        database = Database.open(world.url)
        yield Office(world, database, monkeypatch)
        database.close()


def fill(app: AppTest, form: str, **values: object) -> None:
    """Type into the fields of a form; dates, texts, choices and boxes alike."""
    for name, value in values.items():
        for kind in (app.text_input, app.date_input, app.radio, app.selectbox, app.checkbox):
            found = [
                w for w in kind if str(w.key).startswith(form) and str(w.key).endswith(f"::{name}")
            ]
            if found:
                found[0].set_value(value)
                break
        else:
            raise AssertionError(f"no field {name} in {form}")


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [b for b in app.button if b.label == label]
    return button.click().run()


@pytest.mark.parametrize("page", ADMIN_PAGES)
@pytest.mark.parametrize("who", ["worker", "lead", "board", "system"])
def test_nobody_but_the_administrator_has_the_pages_of_set_up(
    office: Office, page: str, who: str
) -> None:
    account = getattr(office.world, who)
    past = open_past_the_menu(office.monkeypatch, office.world.url, account, page)
    assert words(past).strip() == NOT_YOURS


@pytest.mark.parametrize("page", ADMIN_PAGES)
def test_administrator_opens_every_page_without_a_fault(office: Office, page: str) -> None:
    text = words(office.open(page))
    assert "Något gick fel" not in text
    assert len(text) > 100


def new_insats(app: AppTest, template: str, **more: object) -> None:
    fill(
        app,
        f"new_insats:{template}",
        **{
            "name": "Steget vidare",
            "owner": "Exempelkommunen",
            "starts_on": date(2026, 1, 1),
            "controller_id": 1,
            "kind": "individual",
        }
        | more,
    )


def test_insats_is_set_up_empty(office: Office) -> None:
    app = office.open("insatser")
    new_insats(app, "tom", planned_places="12")
    text = words(press(app, "Lägg upp insatsen"))
    assert "Insatsen Steget vidare är upplagd." in text
    (made,) = [
        i for i in directory.my_insatser(office.database, office.actor) if i.name == "Steget vidare"
    ]
    assert (
        directory.insats_settings(office.database, office.actor, made.insats_id).planned_places
        == 12
    )
    assert directory.targets_of(office.database, office.actor, made.insats_id) == ()


def test_insats_from_a_template_brings_its_targets(office: Office) -> None:
    app = office.open("insatser")
    app.selectbox(key="choose::template").set_value("samordningsteam").run()
    assert "Mål som följer med" in words(app)
    new_insats(app, "samordningsteam")
    press(app, "Lägg upp insatsen")
    (made,) = [
        i for i in directory.my_insatser(office.database, office.actor) if i.name == "Steget vidare"
    ]
    targets = directory.targets_of(office.database, office.actor, made.insats_id)
    assert {t.spec.value for t in targets if t.spec.measure is Measure.STEP_FORWARD} == {
        Decimal(80)
    }


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(office: Office) -> None:
    app = office.open("insatser")
    fill(app, "new_insats:tom", name="Steget vidare", planned_weeks="tolv")
    text = words(press(app, "Lägg upp insatsen"))
    for sentence in (
        "Inget är sparat än.",
        "Skriv vem som äger verksamheten.",
        "Skriv startdatumet.",
        "Skriv ett heltal med siffror.",
        "Välj den myndighet som driver insatsen.",
    ):
        assert sentence in text
    assert app.text_input(key="new_insats:tom::name").value == "Steget vidare"
    assert app.text_input(key="new_insats:tom::planned_weeks").value == "tolv"


def test_a_personnummer_in_a_name_is_refused_at_the_field(office: Office) -> None:
    digits = "".join(("19900101", "2384"))
    app = office.open("insatser")
    new_insats(app, "tom", name=f"Insats {digits}")
    press(app, "Lägg upp insatsen")
    names = [i.name for i in directory.my_insatser(office.database, office.actor)]
    assert names == ["Vägen vidare"]
    assert "Inget är sparat än." in words(app)


def test_a_double_click_sets_up_one_insats(office: Office) -> None:
    app = office.open("insatser")
    new_insats(app, "tom")
    (button,) = [b for b in app.button if b.label == "Lägg upp insatsen"]
    button.click().run()
    button.click().run()
    names = [i.name for i in directory.my_insatser(office.database, office.actor)]
    assert names.count("Steget vidare") == 1


def test_edit_is_saved_and_the_form_begins_again_from_what_is_stored(office: Office) -> None:
    app = office.open("insatser", insats=f"{office.world.insats_id}")
    fill(app, "edit_insats:", planned_participants="45", owner="Region Exempel")
    assert "Insatsen är sparad." in words(press(app, "Spara insatsen"))
    assert office.insats().planned_participants == 45
    fill(app, "edit_insats:", planned_weeks="16")
    press(app, "Spara insatsen")
    assert (office.insats().planned_weeks, office.insats().planned_participants) == (16, 45)


def somebody_else_saves(office: Office, **more: object) -> None:
    stored = office.insats()
    names = [
        "name",
        "owner",
        "provider",
        "starts_on",
        "ends_on",
        "planned_places",
        "planned_weeks",
        "planned_participants",
        "age_from",
        "age_to",
        "ladder_id",
        "uses_ors",
        "uses_srs",
        "uses_gsrs",
        "follow_up_12",
        "version",
    ]
    edit_insats(
        office.database,
        office.actor,
        insats_id=stored.insats_id,
        key=str(uuid4()),
        **({name: getattr(stored, name) for name in names} | more),
    )


def test_second_of_two_editors_is_told_and_keeps_what_was_typed(office: Office) -> None:
    app = office.open("insatser", insats=f"{office.world.insats_id}")
    somebody_else_saves(office, planned_places=20)
    fill(app, "edit_insats:", planned_places="30")
    press(app, "Spara insatsen")
    assert office.insats().planned_places == 20
    assert "Inget är sparat än." in words(app)
    (typed,) = [w for w in app.text_input if str(w.key).endswith("::planned_places")]
    assert typed.value == "30"
    press(app, "Spara insatsen")
    assert office.insats().planned_places == 30


def test_budget_of_a_year_is_saved_in_whole_kronor(office: Office) -> None:
    app = office.open("insatser", insats=f"{office.world.insats_id}")
    fill(app, f"budget:{office.world.insats_id}:2026", budget_kr="1 200 000", actual_kr="980000")
    assert "Budgeten för 2026 är sparad." in words(press(app, "Spara budgeten för 2026"))
    (row,) = directory.budgets(office.database, office.actor, office.world.insats_id)
    assert (row.year, row.budget_kr, row.actual_kr) == (2026, 1_200_000, 980_000)


def targets(office: Office) -> Any:
    return directory.targets_of(office.database, office.actor, office.world.insats_id)


def test_target_is_set_with_its_percentage(office: Office) -> None:
    app = office.open("insats_mal", insats=f"{office.world.insats_id}")
    fill(app, "target:", wording="80 % tar steg framåt", value="80", decided="Plan 2026")
    assert "Målet är sparat." in words(press(app, "Spara målet"))
    (target,) = targets(office)
    assert target.spec == TargetSpec(
        Measure.STEP_FORWARD,
        Population.COMPLETED,
        PointInTime.DURING,
        Comparison.AT_LEAST,
        Decimal(80),
    )


def test_target_on_end_reasons_takes_the_ticked_ones(office: Office) -> None:
    app = office.open("insats_mal", insats=f"{office.world.insats_id}")
    app.selectbox(key="choose::measure:0").set_value(Measure.END_REASON_IN.value).run()
    assert "Felregistrering" not in words(app)
    fill(app, "target:", wording="25 % till arbete", value="25")
    assert "Välj de avslutsanledningar" in words(press(app, "Spara målet"))
    fill(app, "target:", code_work=True)
    press(app, "Spara målet")
    (target,) = targets(office)
    assert target.spec.codes == {"work"}


def test_target_of_101_per_cent_is_refused_at_the_field(office: Office) -> None:
    app = office.open("insats_mal", insats=f"{office.world.insats_id}")
    fill(app, "target:", wording="För högt", value="101")
    assert "ska vara mellan 0 och 100" in words(press(app, "Spara målet"))
    assert targets(office) == ()


def a_target(office: Office) -> int:
    spec = TargetSpec(
        Measure.STEP_FORWARD,
        Population.COMPLETED,
        PointInTime.DURING,
        Comparison.AT_LEAST,
        Decimal(80),
    )
    return set_target(
        office.database,
        office.actor,
        insats_id=office.world.insats_id,
        spec=spec,
        wording="80 % tar steg framåt",
        valid_from=date(2026, 1, 1),
        key=str(uuid4()),
    ).target_id


def test_target_is_edited_and_then_taken_away_with_a_reason(office: Office) -> None:
    target_id = a_target(office)
    app = office.open("insats_mal", insats=f"{office.world.insats_id}", mal=f"{target_id}")
    fill(app, "target:", value="82,5")
    press(app, "Spara målet")
    assert targets(office)[0].spec.value == Decimal("82.5")
    assert "Välj varför målet tas bort." in words(press(app, "Ta bort målet"))
    reason = directory.code_list(office.database, "void_reason")[0].key
    fill(app, "remove_target:", why=reason)
    press(app, "Ta bort målet")
    assert targets(office) == ()


def test_only_endings_that_stand_in_a_base_can_be_counted(office: Office) -> None:
    from tracking.ui.target_forms import countable

    offered = countable(directory.code_list(office.database, "end_reason"))
    assert offered
    assert {code.proposes for code in offered} == {Outcome.COMPLETED, Outcome.INTERRUPTED}


def test_new_version_of_a_ladder_begins_with_the_words_of_the_latest(office: Office) -> None:
    app = office.open("processtrappor", trappa="1")
    fill(app, "ladder:1", valid_from=date(2027, 1, 1), step_0_name="Start hos parterna")
    assert "Version 2 av" in words(press(app, "Spara ny version"))
    ladder = next(found for found in directory.ladders(office.database) if found.ladder_id == 1)
    assert [version.number for version in ladder.versions] == [2, 1]
    new, old = ladder.versions
    assert new.steps[0].name == "Start hos parterna"
    assert [s.name for s in new.steps[1:]] == [s.name for s in old.steps[1:]]


def test_version_that_is_valid_too_early_is_refused(office: Office) -> None:
    app = office.open("processtrappor", trappa="1")
    fill(app, "ladder:1", valid_from=date(2000, 1, 1))
    assert "från en senare dag än den förra" in words(press(app, "Spara ny version"))


def test_new_limits_are_set_from_a_coming_day_and_may_be_taken_back(office: Office) -> None:
    app = office.open("gransvarden")
    assert "Från 2000-01-01 gäller 25,0 poäng som gränsvärde på ORS för vuxna" in words(app)
    fill(app, "thresholds", reliable_change_mm="x")
    text = words(press(app, "Spara gränsvärdena"))
    assert "Skriv var gränsvärdena kommer ifrån." in text
    assert "Skriv ett tal med siffror, till exempel 22,5." in text
    fill(app, "thresholds", reliable_change_mm="5", source="Styrelsens beslut 2026")
    press(app, "Spara gränsvärdena")
    app = office.open("gransvarden")
    text = words(app)
    assert "Kommer " in text
    assert "5,0 poäng" in text
    assert "Styrelsens beslut 2026" in text
    assert "Ändringar (1)" in [one.label for one in app.expander]
    everybody = open_page(office.monkeypatch, office.world.url, office.world.board, "sa_raknar_vi")
    assert "Styrelsens beslut 2026" in words(everybody)
    (take_back,) = [b for b in app.button if b.label.startswith("Ta bort versionen från")]
    take_back.click().run()
    assert "Styrelsens beslut 2026" not in words(office.open("gransvarden"))


def test_calendar_is_chosen_once_and_then_releases_are_made(office: Office) -> None:
    app = office.open("kalender")
    assert "Kalendern är inte vald än." in words(app)
    press(app, "Välj kalendern")
    assert "Kalender: halvår" in words(app)
    assert not [b for b in app.button if b.label == "Välj kalendern"]
    assert "Jan–juni 2025 är förberedd" in words(press(app, "Förbered jan–juni 2025"))
    before = open_page(office.monkeypatch, office.world.url, office.world.board, "oversikt")
    assert "Inget är släppt än." in words(before)
    app = office.open("slapp")
    assert "inte släppt än" in words(app)
    assert "Jan–juni 2025 är släppt" in words(press(app, "Släpp jan–juni 2025"))
    board = open_page(office.monkeypatch, office.world.url, office.world.board, "oversikt")
    assert "för jan–juni 2025" in words(board)


def test_release_day_before_the_end_of_its_period_is_refused_at_the_day(office: Office) -> None:
    app = office.open("kalender")
    fill(app, "calendar:half_year", release_day_1_month=5)
    assert "ska komma efter periodens slut" in words(press(app, "Välj kalendern"))
    forbund = directory.forbund(office.database)
    assert forbund is not None
    assert forbund.calendar is None


def test_a_value_of_a_code_list_is_added_renamed_moved_and_retired(office: Office) -> None:
    app = office.open("kodlistor", lista="education")
    before = directory.code_list(office.database, "education")
    press(app, "Lägg till")
    assert "Skriv vad värdet heter." in words(app)
    fill(app, "code:education", label="Folkhögskola")
    press(app, "Lägg till")
    assert "Folkhögskola kan väljas från och med nu." in words(app)
    made = directory.code_list(office.database, "education")[-1]
    assert made.label == "Folkhögskola"
    assert len(directory.code_list(office.database, "education")) == len(before) + 1

    app = office.open("kodlistor", lista="education", varde=f"{made.code_id}")
    fill(app, f"code_label:{made.code_id}", label=before[0].label)
    press(app, "Spara namnet")
    assert "Listan har redan värdet" in words(app)
    press(app, "Flytta upp")
    assert directory.code_list(office.database, "education")[-2].code_id == made.code_id
    press(app, "Ta ur bruk")
    assert made.code_id not in {
        one.code_id for one in directory.code_list(office.database, "education")
    }
    text = words(office.open("kodlistor", lista="education"))
    assert "Ändringar (" in text
    assert "Väljs inte längre från: från – till 2026" in text


def test_an_avslutsanledning_says_its_outcome_and_its_group(office: Office) -> None:
    app = office.open("kodlistor", lista="end_reason")
    fill(app, "code:end_reason", label="Sommarjobb")
    press(app, "Lägg till")
    assert "Välj vilket utfall som följer." in words(app)
    fill(app, "code:end_reason", proposes="completed", group=EndGroup.WORK.value)
    press(app, "Lägg till")
    made = directory.code_list(office.database, "end_reason")[-1]
    assert (made.label, made.proposes) == ("Sommarjobb", "completed")


def test_an_address_of_another_list_or_of_behovsgrupper_is_answered_calmly(office: Office) -> None:
    assert "Listan i adressen finns inte." in words(office.open("kodlistor", lista="need_group"))
    unknown = words(office.open("kodlistor", lista="referrer", varde="999999"))
    assert "Värdet i adressen finns inte i listan." in unknown
