"""Questions, behovsgrupper and slips on their pages, and answers on the forms of a person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open, words
from tests.app.world import World, actor_of, key
from tracking.domain.situation import Occasion
from tracking.outcomes.directory_questions import need_groups, questions, slip_days
from tracking.outcomes.participant import participant_page
from tracking.services.need_groups import add_need_group
from tracking.store.database import Database

Press = Callable[[AppTest, str], AppTest]


@pytest.fixture
def database(world: World) -> Database:
    return Database.open(world.url)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def write(app: AppTest, **typed: str | bool) -> None:
    """Fill fields by the end of their key."""
    for name, value in typed.items():
        kind = app.checkbox if isinstance(value, bool) else app.text_input
        next(f for f in kind if str(f.key).endswith(f"::{name}")).set_value(value)


def test_the_lead_defines_a_question_and_it_is_put_on_the_forms(
    open_as: Open, world: World, database: Database
) -> None:
    app = open_as(world.lead, "fragor")
    assert "ställer 0 frågor" in words(app).replace("\u00a0", " ")
    answers = {f"option_{n}": f"Svar {n}" for n in range(1, 6)}
    write(app, wording="Hur trygg är du?", asked_at_start=True, positive_5=True, **answers)
    assert "Frågan är sparad" in words(press(app, "Spara frågan"))
    mine = [q for q in questions(database, world.insats_id) if q.insats_id == world.insats_id]
    assert [(q.wording, [o.positive for o in q.options]) for q in mine] == [
        ("Hur trygg är du?", [False, False, False, False, True])
    ]
    staff = open_as(world.worker, "registrera")
    assert "Hur trygg är du?" in words(staff)
    assert "Hur upplever du din hälsa just nu?" in words(staff)


def test_a_question_without_occasion_is_told_so_and_what_was_typed_stays(
    open_as: Open, world: World
) -> None:
    app = open_as(world.admin, "fragor")
    write(app, wording="Hur går det?", **{f"option_{n}": f"Svar {n}" for n in range(1, 6)})
    said = words(press(app, "Spara frågan"))
    assert "Välj när frågan ställs." in said
    assert any(field.value == "Hur går det?" for field in app.text_input)


def test_a_personal_number_in_a_question_is_refused_at_its_field(
    open_as: Open, world: World, database: Database
) -> None:
    app = open_as(world.lead, "fragor")
    write(app, wording="8503" + "12-1" + "234", asked_at_start=True)
    write(app, **{f"option_{n}": f"Svar {n}" for n in range(1, 6)})
    assert "personnummer" in words(press(app, "Spara frågan"))
    assert len(questions(database, world.insats_id)) == 6


def test_an_answered_question_offers_only_what_may_change(
    open_as: Open, world: World, database: Database
) -> None:
    fill_in(open_as, world)
    health = next(q for q in questions(database) if q.key == "upplevd_halsa")
    app = open_as(world.admin, "fragor", fraga=f"{health.question_id}")
    assert "behåller sin ordalydelse" in words(app)
    form = [str(f.key) for f in app.text_input if "edit_question" in str(f.key)]
    assert form == []
    assert "Ersätt med en ny fråga" in [e.label for e in app.expander]


def fill_in(open_as: Open, world: World) -> AppTest:
    app = open_as(world.worker, "deltagaren", deltagande=f"{world.spells[0]}")
    app = _situation(app, world.spells[0])
    name = next(r for r in app.radio if "Hur upplever du din hälsa" in r.label)
    name.set_value("2")
    return press(app, "Spara svaren")


def _situation(app: AppTest, spell_id: int) -> AppTest:
    app.session_state[f"deltagaren::del::{spell_id}"] = "Situation"
    return app.run()


def test_answers_are_filled_in_and_corrected_on_the_persons_page(
    open_as: Open, world: World, database: Database
) -> None:
    app = fill_in(open_as, world)
    assert "Svaren vid start är sparade." in words(app)
    chosen = next(r for r in app.radio if "Hur upplever du din hälsa" in r.label)
    assert chosen.value == "2"
    chosen.set_value("4")
    next(r for r in app.radio if str(r.key).endswith("::why")).set_value("typing_error")
    app = press(app, "Spara rättelsen")
    assert "Svaret är rättat." in words(app)
    view = participant_page(
        database, actor_of(database, world.worker), world.spells[0], page="deltagaren"
    ).value
    (answer,) = view.answers
    assert (answer.said, answer.occasion) == ("Bra", Occasion.START)
    app = press(app, "Ångra")
    assert "Svaret är åter Dålig." in words(app)


def test_a_question_that_is_left_is_no_answer(open_as: Open, world: World) -> None:
    app = open_as(world.worker, "deltagaren", deltagande=f"{world.spells[0]}")
    app = _situation(app, world.spells[0])
    assert "Svara på minst en fråga." in words(press(app, "Spara svaren"))


def test_slips_are_keyed_with_their_sums_and_taken_back(
    open_as: Open, world: World, database: Database
) -> None:
    app = open_as(world.lead, "blanketter")
    respect = next(q for q in questions(database) if q.key == "respekt").question_id
    write(
        app, **{f"slip_{respect}_{n}": str(number) for n, number in enumerate((0, 0, 1, 5, 4), 1)}
    )
    said = words(press(app, "Spara lapparna")).replace("\u202f", " ")
    assert "Har vi visat dig respekt? 9 av 10 (90 %) positiva." in said
    lead = actor_of(database, world.lead)
    assert slip_days(database, lead, world.insats_id)[0].total(respect) == 10
    assert "är makulerade" in words(press(app, "Ångra"))
    assert slip_days(database, lead, world.insats_id) == ()


def test_a_blank_among_the_answers_of_a_question_is_asked_for(
    open_as: Open, world: World, database: Database
) -> None:
    app = open_as(world.worker, "blanketter")
    respect = next(q for q in questions(database) if q.key == "respekt").question_id
    write(app, **{f"slip_{respect}_5": "3"})
    assert "Skriv 0 om ingen lapp har det svaret." in words(press(app, "Spara lapparna"))
    assert slip_days(database, actor_of(database, world.lead), world.insats_id) == ()


def test_behovsgrupper_are_kept_by_the_lead_and_chosen_at_the_start(
    open_as: Open, world: World, database: Database
) -> None:
    app = open_as(world.lead, "behovsgrupper")
    write(app, label="Behöver tid")
    assert "Behöver tid kan väljas vid start." in words(press(app, "Lägg till"))
    assert "Behöver tid" in [
        option for radio in open_as(world.worker, "registrera").radio for option in radio.options
    ]
    (group,) = need_groups(database, world.insats_id)
    app = open_as(world.lead, "behovsgrupper", grupp=f"{group.code_id}")
    press(app, "Ta ur bruk")
    assert need_groups(database, world.insats_id) == ()
    press(app, "Ångra")
    assert len(need_groups(database, world.insats_id)) == 1


@pytest.mark.parametrize("who", ["worker", "board", "system", "admin"])
def test_behovsgrupper_are_nobody_elses_page(open_as: Open, world: World, who: str) -> None:
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        open_as(getattr(world, who), "behovsgrupper")


@pytest.mark.parametrize("who", ["board", "system", "admin"])
def test_slips_stay_with_the_insats(open_as: Open, world: World, who: str) -> None:
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        open_as(getattr(world, who), "blanketter")


def test_a_target_begins_from_a_real_plan(open_as: Open, world: World) -> None:
    app = open_as(world.admin, "insats_mal", insats=f"{world.insats_id}")
    plans = next(s for s in app.selectbox if "verksamhetsplan" in s.label)
    wanted = next(o for o in plans.options if "40 månader" in o)
    plans.set_value(f"{plans.options.index(wanted) - 1}").run()
    typed = {str(f.key).rsplit("::", 1)[-1]: f.value for f in app.text_input}
    assert typed["value"] == "40"
    assert "40 månader" in typed["wording"]
    assert "Skriv antagandet i kronor." in words(press(app, "Spara målet"))
    write(app, support_month_kr="12000", production_month_kr="40000")
    assert "Målet är sparat." in words(press(app, "Spara målet"))


def test_the_insatss_page_shows_questions_before_and_after(
    open_as: Open, world: World, database: Database
) -> None:
    add_need_group(
        database, actor_of(database, world.lead), insats_id=world.insats_id, label="X", key=key()
    )
    said = words(open_as(world.lead, "insatsen", insats=f"{world.insats_id}", **{"del": "fragor"}))
    assert "Hur upplever du din hälsa just nu?" in said
    assert "Positiva svar vid start" in said
