"""A person's page without a browser: what to know before a talk, and what the participant sees."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.app.conftest import Open, words
from tests.app.world import TODAY, World, actor_of, key
from tracking.domain.instruments import RatingValue
from tracking.domain.records import AttendanceStatus
from tracking.outcomes.participant import participant_page
from tracking.outcomes.participant_events import Lane, events_finding, events_of, last_seen
from tracking.outcomes.participant_tables import events_table, ratings_table, steps_table
from tracking.outcomes.participant_views import ParticipantView
from tracking.services.sessions import record_session
from tracking.store.database import Database
from tracking.ui import participant_curves, participant_own


def view_of(world: World, place: int) -> ParticipantView:
    database = Database.open(world.url)
    try:
        actor = actor_of(database, world.worker)
        return participant_page(database, actor, world.spells[place], page="deltagaren").value
    finally:
        database.close()


def talk(world: World, place: int, on: date, ors: RatingValue | None, came: bool = True) -> None:
    database = Database.open(world.url)
    record_session(
        database,
        actor_of(database, world.worker),
        spell_id=world.spells[place],
        held_on=on,
        attendance=AttendanceStatus.PRESENT if came else AttendanceStatus.ABSENT,
        ratings={} if ors is None else {"ORS": ors},
        key=key(),
    )
    database.close()


def page(open_as: Open, world: World, place: int, **more: str) -> str:
    app = open_as(world.worker, "deltagaren", deltagande=str(world.spells[place]), **more)
    assert not app.exception
    return words(app)


def test_page_tells_what_to_know_before_the_talk_first(open_as: Open, world: World) -> None:
    said = page(open_as, world, 0)
    assert "24,3 senast, 16,0 första. ▲ grön." in said
    assert "steg 1, Individuell bedömning i samverkan, bedömt 2026-05-04" in said
    assert "Ej sedd på 67\u00a0dagar." in said
    assert said.index("24,3 senast") < said.index("ORS har stigit 8,3 sedan start")


def test_every_chart_of_the_page_has_its_table_behind(open_as: Open, world: World) -> None:
    said = page(open_as, world, 0)
    for title in ("ORS, poäng", "SRS, poäng", "Stegbedömningar", "Tidslinje"):
        assert f'Tabellen bakom<span class="sv-unseen">: {title}' in said, title


def test_one_rating_is_said_to_be_too_few_for_a_change(open_as: Open, world: World) -> None:
    talk(world, 1, date(2026, 6, 1), RatingValue.filled(40, 35, 45, 40))
    said = page(open_as, world, 1)
    assert "16,0, den enda skattningen" in said
    assert "ORS 16,0. En skattning är för få för en förändring." in said


def test_somebody_without_a_rating_has_a_page_that_says_so(open_as: Open, world: World) -> None:
    said = page(open_as, world, 1)
    assert "ingen skattning" in said
    assert "Inga skattningar med siffror än." in said
    assert "Inga samtal än." in said


def test_scales_are_shown_on_demand_and_only_of_ratings_that_have_them(
    open_as: Open, world: World
) -> None:
    talk(world, 0, date(2026, 10, 5), RatingValue.total_only(200))
    app = open_as(world.worker, "deltagaren", deltagande=str(world.spells[0]))
    assert "de fyra skalorna 0–10" not in words(app)
    app.toggle[0].set_value(True).run()
    said = words(app)
    assert "Nära relationer har stigit mest, från 3,5 till 6,2. Socialt är lägst nu, 5,8." in said
    assert "1 har bara summa och visas inte." in said
    assert "SRS, de fyra skalorna 0–10" in said


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ([(40, 50, 60, 70)], "A är lägst nu, 4,0. En skattning är för få för en förändring."),
        (
            [(40, 50, 60, 70), (40, 50, 60, 70)],
            "Ingen skala har ändrats sedan starten. A är lägst nu, 4,0.",
        ),
        (
            [(40, 50, 60, 70), (45, 20, 60, 70)],
            "B har sjunkit mest, från 5,0 till 2,0. B är lägst nu, 2,0.",
        ),
    ],
)
def test_scales_say_which_has_changed_most_and_which_is_lowest(
    scores: list[tuple[int, int, int, int]], said: str
) -> None:
    points = [(TODAY + timedelta(days=place), four) for place, four in enumerate(scores)]
    assert participant_curves.scales_finding("ABCD", points) == said


def test_time_line_holds_what_came_about_and_what_did_not(world: World) -> None:
    talk(world, 0, date(2026, 10, 12), None, came=False)
    view = view_of(world, 0)
    events = events_of(view)
    assert [(e.lane, e.happened, e.words) for e in events] == [
        (Lane.STEP, True, "vid start: Individuell bedömning i samverkan"),
        (Lane.TALK, True, "ORS 16,0 och SRS 33,1"),
        (Lane.TALK, True, "ORS 19,0 och SRS 36,7"),
        (Lane.TALK, True, "ORS 24,3 och SRS 35,8"),
        (Lane.TALK, False, "uteblev"),
    ]
    assert events_finding(view) == "3\u00a0samtal, 1 uteblev. Senast 2026-09-14."
    assert last_seen(view) == date(2026, 9, 14)
    assert [row.label for row in events_table(view, events).rows] == [
        event.on.isoformat() for event in events
    ]


def test_no_table_that_may_be_taken_bears_the_memory_word(world: World) -> None:
    view = view_of(world, 0)
    tables = [
        ratings_table(view, view.ors),
        ratings_table(view, view.srs),
        steps_table(view),
        events_table(view, events_of(view)),
    ]
    for table in tables:
        assert view.head.memory_word not in repr(table)
        assert table.population == f"{view.head.code}, Vägen vidare"


@pytest.mark.parametrize("shown", ["egen", "papper"])
def test_what_the_participant_is_shown_bears_no_name_no_sign_and_no_limit(
    open_as: Open, world: World, shown: str
) -> None:
    app = open_as(world.worker, "deltagaren", deltagande=str(world.spells[0]), visa=shown)
    assert not app.exception
    said = "\n".join(str(getattr(element, "value", "")) for element in app.main)
    assert "Du började på 16,0 och skattade senast 24,3 av 40." in said
    assert "Vi har setts 3\u00a0gånger sedan 4 maj 2026." in said
    assert "Steg 1, Individuell bedömning i samverkan." in said
    for word in (
        *world.words,
        *world.codes,
        "ORS",
        "SRS",
        "grön",
        "gränsvärde",
        "tillförlitlig",
        "Skriv aldrig",
    ):
        assert word not in said, word


def test_paper_has_room_for_the_next_meeting_and_says_that_it_is_internal(
    open_as: Open, world: World
) -> None:
    said = page(open_as, world, 0, visa="papper")
    assert "Nästa träff" in said
    assert "INTERNT – ej röjandekontrollerad · 2026-11-20 12:" in said
    assert "· Deltagaransvarig" in said
    assert "2026-09-14" in said


def test_screen_is_turned_and_turned_back_by_its_buttons(open_as: Open, world: World) -> None:
    app = open_as(world.worker, "deltagaren", deltagande=str(world.spells[0]))
    app.button(key="own-turn").click().run()
    assert "egen" in app.query_params["visa"]
    assert "Så här har det gått" in words(app)
    app.button(key="own-back").click().run()
    assert "visa" not in app.query_params
    assert "24,3 senast" in words(app)


def test_a_participant_who_has_gone_is_told_so_above_the_search(
    open_as: Open, world: World
) -> None:
    app = open_as(world.worker, "deltagaren", deltagande="999999", visa="papper")
    assert "Deltagandet finns inte" in words(app)
    assert app.title[0].value == "Deltagaren"
    assert "Sidan visar minnesord och skrivs därför inte ut." in words(app)


def test_words_for_the_participant_judge_nothing() -> None:
    day = TODAY
    assert participant_own.rated_words([]).startswith("Du har inte fyllt i")
    assert participant_own.rated_words([(day, 0)]) == "Du har skattat en gång: 0,0 av 40."
    assert participant_own.rated_words([(day, 300), (day, 120)]) == (
        "Du började på 30,0 och skattade senast 12,0 av 40."
    )


def test_link_on_the_page_turns_to_the_part_that_it_asks_for(open_as: Open, world: World) -> None:
    app = open_as(world.worker, "deltagaren", deltagande=str(world.spells[0]))
    assert "Fyll i eller rätta uppgifter vid start" not in words(app)
    app.query_params["fyll"] = "start"
    app.run()
    assert "Fyll i eller rätta uppgifter vid start" in words(app)
