"""Correcting a start on the person's page, and the data-quality page for staff and for the lead."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.opening import unfold, words
from tests.app.world import STARTED, World
from tracking.store.database import Database
from tracking.store.tables import Participant, Spell


def send(app: AppTest, form: str, label: str) -> AppTest:
    """Send the form by its button."""
    (button,) = [
        one for one in app.button if str(one.key).startswith(f"{form}::") and one.label == label
    ]
    return button.click().run()


def spell_of(world: World, spell_id: int) -> Spell:
    database = Database.open(world.url)
    with database.reading() as session:
        found = session.get_one(Spell, spell_id)
    database.close()
    return found


def person_of(world: World, spell_id: int) -> Participant:
    database = Database.open(world.url)
    with database.reading() as session:
        found = session.get_one(Participant, session.get_one(Spell, spell_id).participant_id)
    database.close()
    return found


def start_page(open_as: Open, world: World, spell_id: int) -> AppTest:
    return open_as(world.worker, "deltagaren", deltagande=str(spell_id), fyll="start")


def test_start_is_corrected_on_the_persons_page(open_as: Open, world: World) -> None:
    spell_id = world.spells[1]
    app = start_page(open_as, world, spell_id)
    form = f"ratta-start:{spell_id}"
    unfold(app, form)
    earlier = STARTED.replace(day=1)
    app.date_input(key=f"{form}::started_on").set_value(earlier)
    app.radio(key=f"{form}::referrer").set_value("region")
    app.radio(key=f"{form}::why").set_value("wrong_date")
    send(app, form, "Rätta starten")
    assert "Starten är rättad." in words(app)
    assert spell_of(world, spell_id).started_on == earlier


def test_correction_without_a_reason_says_so_at_its_field_and_keeps_what_was_typed(
    open_as: Open, world: World
) -> None:
    spell_id = world.spells[1]
    app = start_page(open_as, world, spell_id)
    form = f"ratta-person:{spell_id}"
    unfold(app, form)
    app.text_input(key=f"{form}::birth_year").set_value("1985")
    send(app, form, "Rätta personen")
    assert "Skäl: Välj skäl." in words(app)
    assert app.text_input(key=f"{form}::birth_year").value == "1985"
    assert person_of(world, spell_id).birth_year == 1991
    app.radio(key=f"{form}::why").set_value("typing_error")
    send(app, form, "Rätta personen")
    assert "rättade i alla deltaganden" in words(app)
    assert person_of(world, spell_id).birth_year == 1985


def test_consents_are_recorded_on_the_persons_page(open_as: Open, world: World) -> None:
    spell_id = world.spells[1]
    app = start_page(open_as, world, spell_id)
    form = f"samtycken:{spell_id}"
    unfold(app, form)
    app.radio(key=f"{form}::consent_contact").set_value("no")
    send(app, form, "Spara samtyckena")
    assert "Samtyckena är sparade." in words(app)
    assert not spell_of(world, spell_id).consent_contact


def test_responsible_is_chosen_among_the_insatss_staff(open_as: Open, world: World) -> None:
    spell_id = world.spells[1]
    app = start_page(open_as, world, spell_id)
    box = app.selectbox(key=f"start:{spell_id}::responsible_id")
    assert box.options == ["Deltagaransvarig"]
    box.set_value(world.worker)
    send(app, f"start:{spell_id}", "Spara uppgifterna")
    assert spell_of(world, spell_id).responsible_id == world.worker


def test_situation_tells_everything_that_lacks_an_answer_at_once(
    open_as: Open, world: World
) -> None:
    spell_id = world.spells[1]
    app = open_as(world.worker, "deltagaren", deltagande=str(spell_id), **{"del": "situation"})
    form = f"situation:{spell_id}:start"
    app.radio(key=f"{form}::work").set_value("yes")
    send(app, form, "Spara situationen")
    said = words(app).replace("\\", "")
    for missing in (
        "Försörjning: Välj försörjning",
        "Slag av arbete: Välj slag av arbete.",
        "Studerar: Svara ja, nej eller vet ej",
        "Söker arbete aktivt: Svara ja, nej eller vet ej",
        "Inskriven hos Arbetsförmedlingen: Svara ja, nej eller vet ej",
    ):
        assert missing in said
    assert "Arbetar: Svara" not in said


def test_staff_meet_the_list_with_the_way_to_each_form(open_as: Open, world: World) -> None:
    app = open_as(world.worker, "datakvalitet")
    assert not app.exception
    said = words(app).replace("\\", "")
    assert "Startade utan situation vid start (3)" in said
    for code in world.codes:
        assert code in said
    assert "Skicka till personalen" not in said


def test_lead_meets_counts_and_no_codes_and_sends_them_to_the_staffs_att_gora(
    open_as: Open, world: World
) -> None:
    app = open_as(world.lead, "datakvalitet")
    assert not app.exception
    said = words(app).replace("\\", "")
    assert "Startade utan situation vid start" in said
    assert not any(secret in said for secret in (*world.codes, *world.words))
    (button,) = [one for one in app.button if one.label == "Skicka till personalen"]
    button.click().run()
    assert "skickade till personalen" in words(app)
    assert "Insatsansvarig ber er rätta" in words(open_as(world.worker, "att_gora"))


def test_page_of_one_check_shows_that_check_alone(open_as: Open, world: World) -> None:
    app = open_as(world.worker, "datakvalitet", kontroll="not_seen")
    said = words(app).replace("\\", "")
    assert "Pågående utan samtal på 30 dagar (3)" in said
    assert "Startade utan situation vid start (3)" not in said
