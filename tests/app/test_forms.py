"""What the forms promise: nothing typed is lost, faults stand at their fields, one save once."""

from __future__ import annotations

from datetime import date

from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open, words
from tests.app.opening import unfold
from tests.app.world import TODAY, World
from tracking.outcomes.participant import participant_page
from tracking.outcomes.participant_views import ParticipantView
from tracking.outcomes.persons import my_ongoing
from tracking.store.database import Database


def button(app: AppTest, label: str):
    return next(b for b in app.button if b.label == label)


def open_part(app: AppTest, spell_id: int, part: str) -> AppTest:
    app.session_state[f"deltagaren::del::{spell_id}"] = part
    return app.run()


def person(world: World, place: int = 0) -> ParticipantView:
    from tests.app.world import actor_of

    database = Database.open(world.url)
    try:
        return participant_page(
            database, actor_of(database, world.worker), world.spells[place], page="test"
        ).value
    finally:
        database.close()


def fill_start(app: AppTest, form: str, *, year: str) -> None:
    app.text_input(key=f"{form}::birth_year").set_value(year)
    app.radio(key=f"{form}::gender").set_value("woman")
    app.radio(key=f"{form}::referrer").set_value("self")
    app.radio(key=f"{form}::consent_follow_up").set_value("yes")
    app.radio(key=f"{form}::consent_contact").set_value("no")


def test_empty_registration_names_every_required_field_and_stores_nothing(
    open_as: Open, world: World
) -> None:
    app = open_as(world.worker, "registrera")
    button(app, "Registrera deltagaren").click().run()
    said = words(app)
    for sentence in ("Skriv födelseåret.", "Välj juridiskt kön.", "Välj remittent."):
        assert said.count(sentence) == 2, "once at the top and once at the field"
    assert ongoing(world) == 3


def ongoing(world: World) -> int:
    from tests.app.world import actor_of

    database = Database.open(world.url)
    try:
        return len(my_ongoing(database, actor_of(database, world.worker), page="test").value)
    finally:
        database.close()


def test_refused_registration_keeps_what_was_typed(open_as: Open, world: World) -> None:
    app = open_as(world.worker, "registrera")
    form = f"registrera:{world.insats_id}"
    fill_start(app, form, year="fyra")
    button(app, "Registrera deltagaren").click().run()
    assert "Skriv ett heltal med siffror." in words(app)
    assert app.text_input(key=f"{form}::birth_year").value == "fyra"
    assert app.radio(key=f"{form}::referrer").value == "self"
    assert ongoing(world) == 3


def test_registration_answers_with_code_and_word_and_empties_the_form(
    open_as: Open, world: World
) -> None:
    app = open_as(world.worker, "registrera")
    form = f"registrera:{world.insats_id}"
    fill_start(app, form, year="1988")
    button(app, "Registrera deltagaren").click().run()
    assert "ST-0004" in words(app)
    assert "är registrerad i Vägen vidare" in words(app)
    assert app.text_input(key=f"{form}::birth_year").value == ""
    assert ongoing(world) == 4


def test_second_click_on_the_same_button_saves_nothing_more(open_as: Open, world: World) -> None:
    app = open_as(world.worker, "registrera")
    form = f"registrera:{world.insats_id}"
    fill_start(app, form, year="1988")
    first = button(app, "Registrera deltagaren")
    first.click().run()
    fill_start(app, form, year="1988")
    first.click().run()
    assert ongoing(world) == 4


def test_start_in_the_future_is_refused_at_its_field(open_as: Open, world: World) -> None:
    app = open_as(world.worker, "registrera")
    form = f"registrera:{world.insats_id}"
    fill_start(app, form, year="1988")
    app.date_input(key=f"{form}::started_on").set_value(date(2027, 1, 1))
    button(app, "Registrera deltagaren").click().run()
    assert "Startdatum: Datumet 2027-01-01 ligger i framtiden." in words(app)
    assert ongoing(world) == 3


def test_step_is_assessed_and_taken_back(open_as: Open, world: World) -> None:
    spell = world.spells[0]
    app = open_part(open_as(world.worker, "deltagaren", deltagande=str(spell)), spell, "Steg")
    app.radio(key=f"steg:{spell}::step").set_value("3")
    button(app, "Spara stegbedömningen").click().run()
    assert f"Stegbedömning sparad: steg 3, {TODAY}." in words(app)
    assert [row.level.position for row in person(world).steps if not row.voided] == [1, 3]
    button(app, "Ångra").click().run()
    assert "makulerad" in words(app)
    assert [row.level.position for row in person(world).steps if not row.voided] == [1]


def test_ending_says_outcome_and_plans_follow_ups(open_as: Open, world: World) -> None:
    spell = world.spells[0]
    app = open_part(open_as(world.worker, "deltagaren", deltagande=str(spell)), spell, "Avslut")
    app.selectbox(key=f"avsluta:{spell}::reason").set_value("work")
    button(app, "Avsluta deltagandet").click().run()
    assert "Deltagandet är avslutat 2026-11-20: fullföljt." in words(app)
    assert [row.months for row in person(world).follow_ups] == [6, 18]


def test_end_is_taken_back_and_can_be_made_anew(open_as: Open, world: World) -> None:
    spell = world.spells[0]
    app = open_part(open_as(world.worker, "deltagaren", deltagande=str(spell)), spell, "Avslut")
    app.selectbox(key=f"avsluta:{spell}::reason").set_value("work")
    button(app, "Avsluta deltagandet").click().run()
    app.radio(key=f"ta-tillbaka-avslut:{spell}::why").set_value("no_longer_valid")
    button(app, "Ta tillbaka avslutet").click().run()
    assert "Avslutet är taget tillbaka: deltagandet pågår." in words(app)
    assert (person(world).head.ended_on, person(world).follow_ups) == (None, ())
    app.selectbox(key=f"avsluta:{spell}::reason").set_value("work")
    button(app, "Avsluta deltagandet").click().run()
    assert "Deltagandet är avslutat 2026-11-20: fullföljt." in words(app)


def test_end_before_the_start_is_refused_at_its_field(open_as: Open, world: World) -> None:
    spell = world.spells[0]
    app = open_part(open_as(world.worker, "deltagaren", deltagande=str(spell)), spell, "Avslut")
    app.selectbox(key=f"avsluta:{spell}::reason").set_value("work")
    app.date_input(key=f"avsluta:{spell}::on").set_value(date(2026, 4, 1))
    button(app, "Avsluta deltagandet").click().run()
    assert "Slutet kan inte ligga före starten 2026-05-04." in words(app)
    assert person(world).head.ended_on is None


def test_situation_that_contradicts_itself_is_refused_at_its_group(
    open_as: Open, world: World
) -> None:
    spell = world.spells[0]
    form = f"situation:{spell}:start"
    app = open_part(open_as(world.worker, "deltagaren", deltagande=str(spell)), spell, "Situation")
    app.checkbox(key=f"{form}::no_support").check()
    app.checkbox(key=f"{form}::source_income_support").check()
    button(app, "Spara situationen").click().run()
    assert "kan inte väljas tillsammans med en annan försörjning" in words(app)
    assert app.checkbox(key=f"{form}::source_income_support").value is True
    assert not person(world).situations


def test_correction_keeps_the_old_value_in_the_history(open_as: Open, world: World) -> None:
    spell = world.spells[0]
    app = open_part(open_as(world.worker, "deltagaren", deltagande=str(spell)), spell, "Samtal")
    app.radio(key=f"deltagaren::verktyg::{spell}").set_value("rating").run()
    rating = app.selectbox(key=f"deltagaren::skattning::{spell}").value
    form = f"ratta:{rating}"
    instrument = "srs" if any("srs" in (t.key or "") for t in app.text_input) else "ors"
    for place, text in enumerate(("9,1", "8,6", "9,4", "9,2"), start=1):
        app.text_input(key=f"{form}::{instrument}_{place}").set_value(text)
    app.radio(key=f"{form}::why").set_value("misread_paper")
    button(app, "Spara rättelsen").click().run()
    assert "är rättad från" in words(app)
    app = open_part(app, spell, "Historik")
    assert "Felläst från pappret" in words(app)


def test_withdrawn_consent_asks_for_confirmation_before_anything_goes(
    open_as: Open, world: World
) -> None:
    spell = world.spells[0]
    form = f"samtycke:{spell}"
    app = open_part(open_as(world.worker, "deltagaren", deltagande=str(spell)), spell, "Start")
    unfold(app, form)
    assert "3 samtal och träffar med sina skattningar" in words(app)
    app.radio(key=f"{form}::reason").set_value("consent_withdrawn")
    button(app, "Radera deltagandet").click().run()
    assert "Bekräfta att allt om deltagandet raderas." in words(app)
    assert ongoing(world) == 3
    app.checkbox(key=f"{form}::understood").check()
    button(app, "Radera deltagandet").click().run()
    assert "En anonym deltagare mer räknas 2026." in words(app)
    assert ongoing(world) == 2


def test_anonymous_are_counted_by_year_and_gender(open_as: Open, world: World) -> None:
    app = open_as(world.worker, "anonyma")
    form = f"anonyma:{world.insats_id}:2026"
    app.text_input(key=f"{form}::woman").set_value("7")
    button(app, "Spara").click().run()
    assert "Vägen vidare har 7 anonyma deltagare 2026." in words(app)


def test_fault_that_nobody_foresaw_gives_a_number_and_no_traceback(
    open_as: Open, world: World, monkeypatch, capfd
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"inside stands {world.words[0]}")

    monkeypatch.setattr("tracking.ui.participant_forms.assess_step", broken)
    spell = world.spells[0]
    app = open_part(open_as(world.worker, "deltagaren", deltagande=str(spell)), spell, "Steg")
    app.radio(key=f"steg:{spell}::step").set_value("3")
    button(app, "Spara stegbedömningen").click().run()
    assert "felnummer" in words(app)
    assert not app.exception
    logged = capfd.readouterr().err
    assert "RuntimeError" in logged
    assert world.words[0] not in logged, "the log never quotes what was at hand"
