"""What staff see of persons: lists by date, what is due, one person's page; each look logged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from tests.integration.worlds import (
    AT_WORK,
    NOW,
    ON_SUPPORT,
    ORS_HIGH,
    ORS_LOW,
    SRS_HIGH,
    STARTED,
    TODAY,
    World,
    a_key,
    a_spell,
    a_start,
    a_talk,
    count,
    row,
    standing_still,
)
from tracking.access.log import verify
from tracking.domain.errors import NotFound, NotPermitted
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import StepLevel, StepMove
from tracking.domain.records import FollowUpStatus, SupportMonthsKnown
from tracking.domain.signals import Sign
from tracking.domain.situation import Occasion, YesNoUnknown
from tracking.domain.urgency import Urgency
from tracking.outcomes.participant import participant_page
from tracking.outcomes.participant_views import ParticipantView
from tracking.outcomes.persons import my_ongoing, ongoing_in, talk_options
from tracking.outcomes.todo import to_do
from tracking.outcomes.todo_views import ToDoItem, ToDoKind
from tracking.services import (
    assess_step,
    close_as_misregistered,
    correct_rating,
    end_spell,
    find_known_participant,
    record_attempt,
    record_follow_up,
    record_session,
    start_spell,
    void_record,
)
from tracking.store.tables import (
    AccessLogPayload,
    Participant,
    Rating,
    Session,
)


def page_of(world: World, spell_id: int) -> ParticipantView:
    return participant_page(world.database, world.worker, spell_id, page="deltagaren").value


def due(world: World, kind: ToDoKind | None = None) -> list[ToDoItem]:
    todo = to_do(world.database, world.worker, page="att_gora").value
    return [item for item in todo.items if kind in (None, item.kind)]


def ended(world: World, spell_id: int, on: date, reason: str = "work", **more: Any) -> None:
    end_spell(
        world.database,
        world.worker,
        spell_id=spell_id,
        on=on,
        reason=reason,
        version=1,
        key=a_key(),
        **({"active_planning": YesNoUnknown.YES} | more),
    )


def complete(**more: Any) -> dict[str, Any]:
    """Start details with nothing missing."""
    return {
        "municipality": "here",
        "education": "unknown",
        "support_months_known": SupportMonthsKnown.UNKNOWN,
        "situation": ON_SUPPORT,
        "step": StepLevel(1),
    } | more


# ---------------------------------------------------------------------------- lists


def test_talk_options_are_the_ongoing_spells_of_own_insatser_alone(world: World) -> None:
    mine = a_spell(world)
    gone = a_spell(world)
    ended(world, gone.spell_id, TODAY)
    a_spell(world, actor=world.neighbour, insats_id=world.other_insats_id)
    a_talk(world, mine.spell_id, date(2026, 3, 2))
    (option,) = talk_options(world.database, world.worker, page="samtal").value
    assert (option.spell_id, option.code, option.memory_word) == (
        mine.spell_id,
        mine.code,
        mine.memory_word,
    )
    assert (option.started_on, option.last_talk_on) == (STARTED, date(2026, 3, 2))
    assert option.instruments == ("ORS", "SRS", "GSRS")  # all that this insats uses


@pytest.mark.parametrize("who", ["lead", "nobody"])
def test_without_an_assignment_as_case_worker_no_person_is_listed(world: World, who: str) -> None:
    a_spell(world)
    actor = getattr(world, who)
    assert talk_options(world.database, actor, page="samtal").value == ()
    assert my_ongoing(world.database, actor, page="att_gora").value == ()
    assert to_do(world.database, actor, page="att_gora").value.items == ()
    with pytest.raises(NotPermitted):
        ongoing_in(world.database, actor, world.insats_id, page="grupptraff")


def test_staff_of_another_authority_see_only_those_with_consent_to_disclosure(
    world: World,
) -> None:
    a_spell(world)
    open_to_all = a_spell(world, consent_disclosure_on=STARTED)
    for listed in (
        talk_options(world.database, world.outsider, page="samtal").value,
        ongoing_in(world.database, world.outsider, world.insats_id, page="grupptraff").value,
        my_ongoing(world.database, world.outsider, page="att_gora").value,
    ):
        assert [one.spell_id for one in listed] == [open_to_all.spell_id]
    items = to_do(world.database, world.outsider, page="att_gora").value.items
    assert {item.spell_id for item in items} == {open_to_all.spell_id}


def test_group_grid_lists_those_ongoing_on_the_day_of_the_meeting(world: World) -> None:
    early = a_spell(world)
    ended(world, early.spell_id, date(2026, 1, 31))
    late = a_spell(world, date(2026, 2, 1))
    wrong = a_spell(world)
    close_as_misregistered(
        world.database,
        world.worker,
        spell_id=wrong.spell_id,
        why="wrong_person",
        version=1,
        key=a_key(),
    )

    def ongoing(on: date | None) -> list[int]:
        rows = ongoing_in(world.database, world.worker, world.insats_id, page="g", on=on).value
        return [one.spell_id for one in rows]

    assert ongoing(date(2026, 1, 31)) == [early.spell_id]
    assert ongoing(None) == [late.spell_id]


def test_all_ongoing_stand_by_last_talk_and_never_by_sign(world: World) -> None:
    rising, falling, new = (a_spell(world) for _ in range(3))
    for day, (low, high) in (
        (date(2026, 3, 1), (ORS_LOW, ORS_HIGH)),
        (date(2026, 3, 10), (ORS_HIGH, ORS_LOW)),
    ):
        a_talk(world, rising.spell_id, day, low)
        a_talk(world, falling.spell_id, day - timedelta(days=1), high)
    listed = my_ongoing(world.database, world.worker, page="att_gora").value
    assert [one.spell_id for one in listed] == [
        new.spell_id,
        falling.spell_id,
        rising.spell_id,
    ]
    assert [one.signal.sign for one in listed] == [Sign.GREY, Sign.RED, Sign.GREEN]
    assert listed[1].signal.reason == "ORS har sjunkit 8,0 sedan start efter två samtal."
    assert (listed[0].days_since, listed[0].not_seen) == (196, "Ej sedd på 196\u00a0dagar.")
    assert listed[2].not_seen is None


def test_young_participants_are_read_against_the_cut_off_of_their_age(world: World) -> None:
    young = a_spell(world, birth_year=2009)
    for day, value in (
        (date(2026, 3, 1), RatingValue.total_only(200)),
        (date(2026, 3, 9), RatingValue.total_only(270)),
    ):
        a_talk(world, young.spell_id, day, value)
    (listed,) = my_ongoing(world.database, world.worker, page="att_gora").value
    assert listed.signal.sign is Sign.GREEN
    view = page_of(world, young.spell_id)
    assert (view.ors_reading.cutoff_mm, view.ors_reading.signal) == (280, listed.signal)


def test_every_list_is_logged_once_for_each_insats_with_its_number(world: World) -> None:
    for _ in range(3):
        a_spell(world)
    talk_options(world.database, world.worker, page="samtal")
    logged = row(world, AccessLogPayload, action="see_list")
    assert (logged.insats_id, logged.page, logged.detail) == (
        world.insats_id,
        "samtal",
        "pågående: 3",
    )
    with world.database.reading() as session:
        assert verify(session) == []


def statements(world: World, look: Callable[[], object]) -> int:
    """How many statements a look sends to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", note)
    try:
        look()
    finally:
        event.remove(world.database.engine, "before_cursor_execute", note)
    return len(sent)


def test_number_of_questions_to_the_database_does_not_grow_with_the_number_of_people(
    world: World,
) -> None:
    def looks() -> list[int]:
        database, worker = world.database, world.worker
        return [
            statements(world, lambda: talk_options(database, worker, page="samtal")),
            statements(world, lambda: my_ongoing(database, worker, page="att_gora")),
            statements(world, lambda: to_do(database, worker, page="att_gora")),
        ]

    a_spell(world)
    of_one = looks()
    for _ in range(5):
        a_spell(world)
    assert looks() == of_one


# ---------------------------------------------------------------------------- what is due


def test_follow_ups_are_due_from_thirty_days_before_with_their_attempts(world: World) -> None:
    soon, later = (a_spell(world, date(2025, 3, 1), **complete()) for _ in range(2))
    for spell, on in ((soon, date(2025, 10, 15)), (later, date(2025, 10, 16))):
        ended(world, spell.spell_id, on, situation=AT_WORK, step=StepLevel(2))
    (item,) = due(world)
    assert (item.kind, item.spell_id, item.due_on, item.days) == (
        ToDoKind.FOLLOW_UP,
        soon.spell_id,
        date(2026, 4, 15),
        -30,
    )
    assert item.text == "Uppföljning 6 månader"
    assert item.why == "2026-04-15, om 30\u00a0dagar"
    (way,) = item.ways
    assert (way.page, way.params["manader"]) == ("uppfoljningar", "6")
    record_attempt(
        world.database,
        world.worker,
        spell_id=soon.spell_id,
        months=6,
        way="phone",
        on=TODAY,
        key=a_key(),
    )
    assert due(world)[0].why.endswith("; 1\u00a0försök att nå personen")
    with standing_still(NOW + timedelta(days=31)):
        assert due(world, ToDoKind.FOLLOW_UP)[0].why.startswith(
            "skulle ha gjorts 2026-04-15, 1\u00a0dag sen"
        )


def test_step_that_waited_after_a_done_follow_up_is_due(world: World) -> None:
    spell = a_spell(world, date(2025, 3, 1), **complete())
    ended(world, spell.spell_id, date(2025, 9, 16), situation=AT_WORK, step=StepLevel(2))
    record_follow_up(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        months=6,
        status=FollowUpStatus.DONE,
        on=TODAY,
        situation=AT_WORK,
        version=1,
        key=a_key(),
    )
    (item,) = due(world)
    assert (item.kind, item.ways[0].params["steg"]) == (ToDoKind.FOLLOW_UP_STEP, "m6")
    assess_step(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        level=StepLevel(2),
        assessed_on=TODAY,
        occasion=Occasion.M6,
        key=a_key(),
    )
    assert due(world) == []


def test_talk_without_a_form_is_due_and_ej_ifylld_is_an_answer(world: World) -> None:
    spell = a_spell(world, **complete())
    a_talk(world, spell.spell_id, date(2026, 3, 2), ors=None)
    a_talk(world, spell.spell_id, date(2026, 3, 9), ors=RatingValue.not_filled())
    (item,) = due(world, ToDoKind.TALK_WITHOUT_FORM)
    assert item.text == "Blankett till samtalet 2026-03-02"
    assert (item.due_on, item.days) == (date(2026, 3, 2), 14)


def test_missing_start_and_end_details_are_named(world: World) -> None:
    spell = a_spell(world, education="unknown", step=StepLevel(1))
    ended(world, spell.spell_id, date(2026, 3, 1), active_planning=None)
    found = {item.kind: (item.text, [way.words for way in item.ways]) for item in due(world)}
    assert found[ToDoKind.START_DETAILS] == (
        "Saknas från starten 2025-09-01",
        ["hemkommun och tid i offentlig försörjning", "situation"],
    )
    assert found[ToDoKind.END_DETAILS] == (
        "Saknas vid avslutet 2026-03-01",
        ["situation", "steg", "aktivitetsplanering"],
    )


def test_every_thing_to_do_names_its_spell_and_its_form_in_the_address(world: World) -> None:
    running, over = a_spell(world), a_spell(world, date(2025, 1, 1))
    a_talk(world, running.spell_id, TODAY - timedelta(days=20), ors=None)
    ended(world, over.spell_id, date(2025, 9, 16), active_planning=None)
    found = due(world)
    assert {item.kind for item in found} == set(ToDoKind) - {ToDoKind.FOLLOW_UP_STEP}
    addresses = {(way.page, *sorted(way.params)) for item in found for way in item.ways}
    assert addresses == {
        ("uppfoljningar", "deltagande", "manader"),
        ("samtal", "deltagande"),
        ("deltagaren", "deltagande", "narvaro"),
        ("deltagaren", "deltagande", "fyll"),
        ("deltagaren", "deltagande", "steg"),
        ("deltagaren", "del", "deltagande"),
    }
    assert all(
        way.params["deltagande"] == str(item.spell_id) for item in found for way in item.ways
    )


def test_nothing_is_asked_about_the_deceased_or_a_felregistrering(world: World) -> None:
    dead, wrong = (a_spell(world, **complete()) for _ in range(2))
    ended(world, dead.spell_id, date(2026, 3, 1), reason="deceased")
    close_as_misregistered(
        world.database,
        world.worker,
        spell_id=wrong.spell_id,
        why="wrong_person",
        version=1,
        key=a_key(),
    )
    assert due(world) == []


@pytest.mark.parametrize(("days", "is_due"), [(14, False), (15, True), (30, True)])
def test_someone_not_seen_for_fifteen_days_is_due(world: World, days: int, is_due: bool) -> None:
    spell = a_spell(world, **complete())
    a_talk(world, spell.spell_id, TODAY - timedelta(days=days))
    assert [item.text for item in due(world)] == [f"Ej sedd på {days}\u00a0dagar"] * is_due


def test_what_is_due_stands_by_how_it_urges_and_then_by_its_day(world: World) -> None:
    for started in (date(2025, 12, 1), date(2025, 9, 1), date(2026, 1, 7)):
        a_spell(world, started)
    soon = a_spell(world, date(2025, 1, 1), **complete())
    # Counts until sixty days after the sixth month: nine days are left.
    ended(world, soon.spell_id, date(2025, 7, 25), situation=AT_WORK, step=StepLevel(2))
    found = due(world)
    assert found[0].urgency is Urgency.CLOSING
    assert found[0].why.startswith("räknas till och med 2026-03-26, 10\u00a0dagar kvar")
    assert [item.order for item in found] == sorted(item.order for item in found)
    assert [item.urgency for item in found] == [
        Urgency.CLOSING,
        *[Urgency.PERSON] * 3,
        *[Urgency.DETAILS] * 3,
    ]
    assert [item.due_on for item in found[1:4]] == sorted(item.due_on for item in found[1:4])


def test_only_mine_leaves_out_what_a_named_colleague_answers_for(world: World) -> None:
    a_spell(world, responsible_id=world.colleague.account_id)
    a_spell(world, responsible_id=world.worker.account_id)
    a_spell(world)
    everything = to_do(world.database, world.worker, page="att_gora").value.items
    mine = to_do(world.database, world.worker, page="att_gora", only_mine=True).value.items
    assert (len(everything), len(mine)) == (6, 4)
    assert {item.mine for item in mine} == {True}


# ---------------------------------------------------------------------------- one person


def test_page_shows_the_curve_with_band_cut_off_and_sign(world: World) -> None:
    spell = a_spell(world)
    for day, ors in ((1, ORS_LOW), (5, RatingValue.not_filled()), (9, ORS_HIGH)):
        record_session(
            world.database,
            world.worker,
            spell_id=spell.spell_id,
            held_on=date(2026, 3, day),
            ratings={"ORS": ors, "SRS": SRS_HIGH},
            key=a_key(),
        )
    view = page_of(world, spell.spell_id)
    assert view.ors.totals == (160, 240)
    assert [point.held_on.day for point in view.ors.points] == [1, 5, 9]
    assert view.ors_reading.band == (100, 220)
    assert view.ors_reading.cutoff_mm == 250
    assert view.ors_reading.signal.sign is Sign.GREEN
    assert view.srs.scored[-1].value == SRS_HIGH
    assert len(view.sessions) == 3
    assert set(view.sessions[0].ratings) == {"ORS", "SRS"}


def test_page_shows_steps_situations_and_follow_ups(world: World) -> None:
    spell = a_spell(world, date(2025, 3, 1), **complete())
    ended(world, spell.spell_id, date(2025, 9, 16), situation=AT_WORK, step=StepLevel(4))
    record_attempt(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        months=6,
        way="phone",
        on=TODAY,
        key=a_key(),
    )
    view = page_of(world, spell.spell_id)
    assert [step.level.position for step in view.steps] == [1, 4]
    assert view.move is StepMove.FORWARD
    assert view.steps[0].name == view.ladder[1].name
    before, after = view.situation_at(Occasion.START), view.situation_at(Occasion.END)
    assert before is not None
    assert after is not None
    assert (before.value, after.value) == (ON_SUPPORT, AT_WORK)
    first = view.follow_ups[0]
    assert (first.months, first.opens_on, first.closes_on) == (
        6,
        date(2026, 2, 14),
        date(2026, 5, 15),
    )
    assert [(a.tried_on, a.way, a.by) for a in first.attempts] == [
        (TODAY, "Telefon", "Handläggare")
    ]
    assert (view.head.end_reason, view.head.municipality) == ("Arbete", "Testby")
    assert view.head.missing_at_start == ()


def test_page_keeps_old_values_and_voided_records_in_sight(world: World) -> None:
    spell = a_spell(world)
    a_talk(world, spell.spell_id, date(2026, 3, 2))
    wrong = a_talk(world, spell.spell_id, date(2026, 3, 9))
    rating = row(world, Rating, id=page_of(world, spell.spell_id).ors.points[0].rating_id)
    correct_rating(
        world.database,
        world.colleague,
        rating_id=rating.id,
        value=ORS_HIGH,
        why="misread_paper",
        version=1,
        key=a_key(),
    )
    void_record(
        world.database,
        world.worker,
        table="session",
        row_id=wrong.session_id,
        why="wrong_person",
        version=1,
        key=a_key(),
    )
    view = page_of(world, spell.spell_id)
    assert view.ors.totals == (240,)
    assert [(point.corrected, point.voided) for point in view.ors.points] == [
        (True, False),
        (False, True),
    ]
    total = next(change for change in view.changes if change.field == "summa")
    assert (total.what, total.old, total.new, total.why, total.by) == (
        "ORS 2026-03-02",
        "16,0",
        "24,0",
        "Felläst från pappret",
        "Kollega",
    )
    struck = next(change for change in view.changes if change.field == "makulerad")
    assert (struck.what, struck.why) == ("samtal 2026-03-09", "Registrerat på fel deltagare")


def test_page_names_another_spell_only_to_those_who_may_see_it(world: World) -> None:
    spell = a_spell(world)
    ended(world, spell.spell_id, date(2025, 12, 1))
    person = row(world, Participant)
    again = start_spell(
        world.database,
        world.worker,
        participant_id=person.id,
        insats_id=world.insats_id,
        start=a_start(date(2026, 1, 7)),
        key=a_key(),
    )
    find_known_participant(
        world.database,
        world.neighbour,
        insats_id=world.other_insats_id,
        code=spell.code,
        birth_year=1990,
    )
    elsewhere = start_spell(
        world.database,
        world.neighbour,
        participant_id=person.id,
        insats_id=world.other_insats_id,
        start=a_start(),
        key=a_key(),
    )
    (other,) = page_of(world, again.spell_id).others
    assert (other.spell_id, other.insats) == (spell.spell_id, "Stigen")
    theirs = participant_page(
        world.database, world.neighbour, elsewhere.spell_id, page="deltagaren"
    ).value
    assert theirs.others == ()


@pytest.mark.parametrize("who", ["neighbour", "lead", "nobody", "outsider"])
def test_page_is_not_shown_without_the_assignment_and_not_logged_as_seen(
    world: World, who: str
) -> None:
    spell = a_spell(world)
    with pytest.raises(NotPermitted):
        participant_page(world.database, getattr(world, who), spell.spell_id, page="deltagaren")
    assert count(world, AccessLogPayload, action="see_participant") == 0


def test_every_look_at_a_page_is_logged_with_the_spell(world: World) -> None:
    spell = a_spell(world)
    page_of(world, spell.spell_id)
    page_of(world, spell.spell_id)
    assert count(world, AccessLogPayload, action="see_participant", spell_id=spell.spell_id) == 2


def test_page_of_a_spell_that_does_not_exist_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        page_of(world, 999)
    assert count(world, Session) == 0
