"""Systemavvikelser: noted in the insats, cleared by insatsansvarig, handled by the group."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from tests.integration.worlds import LONG_AGO, TODAY, World, a_key, a_username, count, row
from tracking.access.actors import Actor, load_actor
from tracking.domain.errors import Conflict, InvalidValue, NotFound, NotPermitted, RuleBroken
from tracking.domain.periods import half_year
from tracking.domain.records import DeviationStatus
from tracking.domain.report_words import NamesSmallGroup
from tracking.domain.roles import Role
from tracking.outcomes.deviations import (
    by_party,
    by_step,
    cleared_deviations,
    deviation_steps,
    insats_deviations,
)
from tracking.services.accounts import assign, create_account
from tracking.services.deviations import (
    SavedDeviation,
    Step,
    clear_deviation,
    edit_deviation,
    handle_deviation,
    note_deviation,
    void_deviation,
)
from tracking.store.tables import Change, Controller, Deviation, LadderVersion

WHAT = "Läkarutlåtandet kommer efter att ersättningen har löpt ut."


def forbund_actor(world: World, role: Role, insats_id: int | None = None) -> Actor:
    made = create_account(
        world.database, username=a_username(), title=role.label, zone=role.zone
    ).account_id
    assign(world.database, account_id=made, role=role, insats_id=insats_id, starts_on=LONG_AGO)
    with world.database.reading() as session:
        return load_actor(session, made, today=TODAY)


@pytest.fixture
def group(world: World) -> Actor:
    """The beredningsgrupp."""
    return forbund_actor(world, Role.PREPARATORY_GROUP)


def region_of(world: World) -> int:
    return int(row(world, Controller, name="Testregionen").id)


def noted(
    world: World,
    actor: Actor | None = None,
    *,
    insats_id: int | None = 0,
    what: str = WHAT,
    on: date = TODAY,
    step: Step | None = None,
    acknowledged: bool = False,
) -> SavedDeviation:
    return note_deviation(
        world.database,
        actor or world.worker,
        insats_id=world.insats_id if insats_id == 0 else insats_id,
        noted_on=on,
        what=what,
        parties=(world.controller_id, region_of(world)),
        step=step,
        acknowledged=acknowledged,
        key=a_key(),
    )


def cleared(world: World, saved: SavedDeviation, *, acknowledged: bool = False) -> SavedDeviation:
    return clear_deviation(
        world.database,
        world.lead,
        deviation_id=saved.deviation_id,
        version=saved.version,
        acknowledged=acknowledged,
        key=a_key(),
    )


def handled(
    world: World,
    actor: Actor,
    saved: SavedDeviation,
    status: DeviationStatus,
    words: str = "Parterna har enats om en ordning.",
) -> SavedDeviation:
    return handle_deviation(
        world.database,
        actor,
        deviation_id=saved.deviation_id,
        status=status,
        handled=words,
        version=saved.version,
        key=a_key(),
    )


def test_what_is_noted_stays_in_the_insats_until_it_is_cleared(world: World, group: Actor) -> None:
    saved = noted(world)
    (own,) = insats_deviations(world.database, world.colleague, world.insats_id)
    assert (own.what, own.cleared_on, own.status) == (WHAT, None, DeviationStatus.NEW)
    assert list(own.parties.values()) == ["Testkommunen", "Testregionen"]
    assert cleared_deviations(world.database, group) == ()
    cleared(world, saved)
    (seen,) = cleared_deviations(world.database, group)
    assert (seen.what, seen.cleared_on, seen.insats) == (WHAT, TODAY, "Stigen")
    assert seen.by == "", "who noted it stays in the insats"


def test_what_is_not_cleared_cannot_be_handled_nor_told_from_what_is_not_there(
    world: World, group: Actor
) -> None:
    saved = noted(world)
    with pytest.raises(NotFound) as caught:
        handled(world, group, saved, DeviationStatus.SOLVED)
    missing = SavedDeviation(saved.deviation_id + 100, 1)
    with pytest.raises(NotFound) as other:
        handled(world, group, missing, DeviationStatus.SOLVED)
    assert str(caught.value) == str(other.value)


def test_staff_note_and_only_insatsansvarig_clears(world: World) -> None:
    saved = noted(world)
    for actor in (world.worker, world.neighbour, world.nobody):
        with pytest.raises(NotPermitted):
            clear_deviation(
                world.database,
                actor,
                deviation_id=saved.deviation_id,
                version=saved.version,
                key=a_key(),
            )
    with pytest.raises(NotPermitted):
        noted(world, world.neighbour)
    assert count(world, Deviation) == 1


def test_words_that_name_a_small_group_are_cleared_only_by_who_has_read_them_again(
    world: World, group: Actor
) -> None:
    saved = noted(world, what="En av de två kvinnorna fick vänta i åtta månader.")
    with pytest.raises(NamesSmallGroup, match="två kvinnorna"):
        cleared(world, saved)
    assert cleared_deviations(world.database, group) == ()
    cleared(world, saved, acknowledged=True)
    assert len(cleared_deviations(world.database, group)) == 1


def test_an_identity_number_is_refused_wherever_it_is_written(world: World, group: Actor) -> None:
    number = "-".join(("850312", "1234"))
    with pytest.raises(InvalidValue, match="personnummer"):
        noted(world, what=f"Det gäller {number} och beslutet.")
    saved = cleared(world, noted(world))
    with pytest.raises(InvalidValue, match="personnummer"):
        handled(world, group, saved, DeviationStatus.SOLVED, f"Löst för {number}.")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"what": "  "}, "what"),
        ({"what": "x" * 501}, "what"),
        ({"what": "Hinder \U0001f600"}, "what"),
        ({"noted_on": TODAY + timedelta(days=1)}, "noted_on"),
        ({"noted_on": date(2001, 1, 1)}, "noted_on"),
        ({"parties": ()}, "parties"),
        ({"parties": (987654,)}, "parties"),
        ({"step": (1, 19)}, "step"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_stored(
    world: World, change: dict[str, object], field: str
) -> None:
    given: dict[str, object] = {
        "noted_on": TODAY,
        "what": WHAT,
        "parties": (world.controller_id,),
        "step": None,
    }
    with pytest.raises(InvalidValue) as caught:
        note_deviation(
            world.database,
            world.worker,
            insats_id=world.insats_id,
            key=a_key(),
            **(given | change),  # type: ignore[arg-type]
        )
    assert caught.value.field == field
    assert count(world, Deviation) == 0


def test_the_handling_goes_back_and_forth_and_keeps_its_days(world: World, group: Actor) -> None:
    saved = cleared(world, noted(world))
    saved = handled(world, group, saved, DeviationStatus.IN_PROGRESS, "")
    saved = handled(world, group, saved, DeviationStatus.SOLVED)
    saved = handled(world, group, saved, DeviationStatus.RAISED, "Behöver beslut om remissvägen.")
    (seen,) = cleared_deviations(world.database, group)
    assert [event.status for event in seen.history] == [
        DeviationStatus.IN_PROGRESS,
        DeviationStatus.SOLVED,
        DeviationStatus.RAISED,
    ]
    assert (seen.handled_on, seen.handled) == (TODAY, "Behöver beslut om remissvägen.")
    handled(world, group, saved, DeviationStatus.NEW, "")
    (seen,) = insats_deviations(world.database, world.worker, world.insats_id)
    assert (seen.status, seen.handled_on) == (DeviationStatus.NEW, None)


@pytest.mark.parametrize("status", [DeviationStatus.SOLVED, DeviationStatus.RAISED])
def test_one_that_is_solved_or_raised_says_what_was_done(
    world: World, group: Actor, status: DeviationStatus
) -> None:
    saved = cleared(world, noted(world))
    with pytest.raises(InvalidValue) as caught:
        handled(world, group, saved, status, " ")
    assert caught.value.field == "handled"


def test_two_editors_never_overwrite_each_other(world: World, group: Actor) -> None:
    saved = cleared(world, noted(world))
    handled(world, group, saved, DeviationStatus.IN_PROGRESS, "Regionen undersöker.")
    other = forbund_actor(world, Role.FORBUND_ADMIN)
    with pytest.raises(Conflict, match="Någon annan"):
        handled(world, other, saved, DeviationStatus.SOLVED, "Klart.")
    with pytest.raises(Conflict):
        edit_deviation(
            world.database,
            world.lead,
            deviation_id=saved.deviation_id,
            noted_on=TODAY,
            what="Något annat.",
            parties=(world.controller_id,),
            step=None,
            version=saved.version,
            key=a_key(),
        )
    assert row(world, Deviation).handled == "Regionen undersöker."


def test_words_changed_after_the_reading_are_not_cleared(world: World) -> None:
    saved = noted(world)
    edit_deviation(
        world.database,
        world.worker,
        deviation_id=saved.deviation_id,
        noted_on=TODAY,
        what="Det här är något annat.",
        parties=(region_of(world),),
        step=None,
        version=saved.version,
        key=a_key(),
    )
    with pytest.raises(Conflict):
        cleared(world, saved)
    told = {c.field: c.new for c in _changes(world)}
    assert told["what"] == "Det här är något annat."
    assert told["parties"] == str(region_of(world))


def test_what_is_cleared_is_changed_and_voided_by_who_clears_alone(
    world: World, group: Actor
) -> None:
    saved = cleared(world, noted(world))

    def changed(actor: Actor, what: str) -> SavedDeviation:
        return edit_deviation(
            world.database,
            actor,
            deviation_id=saved.deviation_id,
            noted_on=TODAY,
            what=what,
            parties=(world.controller_id,),
            step=None,
            version=saved.version,
            key=a_key(),
        )

    with pytest.raises(NotPermitted):
        changed(world.worker, "Nytt.")
    with pytest.raises(NotPermitted):
        changed(group, "Nytt.")
    with pytest.raises(NamesSmallGroup):
        changed(world.lead, "Den enda mannen fick inget beslut.")
    saved = changed(world.lead, "Nytt.")

    def voided(actor: Actor) -> SavedDeviation:
        return void_deviation(
            world.database,
            actor,
            deviation_id=saved.deviation_id,
            why="entered_twice",
            version=saved.version,
            key=a_key(),
        )

    with pytest.raises(NotPermitted):
        voided(world.worker)
    voided(world.lead)
    assert cleared_deviations(world.database, group) == ()
    assert insats_deviations(world.database, world.worker, world.insats_id) == ()
    with pytest.raises(RuleBroken, match="makulerad"):
        handled(world, group, saved, DeviationStatus.SOLVED)


def test_the_forbunds_own_is_cleared_as_it_is_noted_and_read_for_small_groups(
    world: World, group: Actor
) -> None:
    with pytest.raises(NamesSmallGroup):
        noted(world, group, insats_id=None, what="Två deltagare föll mellan stolarna.")
    noted(world, group, insats_id=None)
    (seen,) = cleared_deviations(world.database, group)
    assert (seen.insats, seen.insats_id, seen.cleared_on) == ("", None, TODAY)
    with pytest.raises(NotPermitted):
        noted(world, insats_id=None)


def test_a_styrgrupp_reads_and_handles_its_own_insats_alone(world: World) -> None:
    saved = cleared(world, noted(world))
    own = forbund_actor(world, Role.STEERING_GROUP, world.insats_id)
    other = forbund_actor(world, Role.STEERING_GROUP, world.other_insats_id)
    noted(world, forbund_actor(world, Role.FORBUND_ADMIN), insats_id=None)
    assert [one.insats for one in cleared_deviations(world.database, own)] == ["Stigen"]
    assert cleared_deviations(world.database, other) == ()
    with pytest.raises(NotPermitted):
        handled(world, other, saved, DeviationStatus.SOLVED)
    handled(world, own, saved, DeviationStatus.SOLVED)


@pytest.mark.parametrize("role", [Role.BOARD, Role.AUDITOR])
def test_the_styrelse_meets_them_in_the_report_and_not_here(world: World, role: Role) -> None:
    with pytest.raises(NotPermitted):
        cleared_deviations(world.database, forbund_actor(world, role))


def test_they_are_counted_by_step_in_its_order_and_under_each_authority(
    world: World, group: Actor
) -> None:
    steps = deviation_steps(world.database, world.worker, world.insats_id)
    assert [step.position for step in steps] == [0, 1, 2, 3, 4, 5]
    for position in (3, 1, 3, None):
        step = None if position is None else (steps[0].ladder_version_id, position)
        cleared(world, noted(world, step=step))
    found = cleared_deviations(world.database, group)
    counted = {label[:1]: len(each) for label, each in by_step(found).items()}
    assert list(counted.items()) == [("1", 1), ("3", 2), ("I", 1)]
    assert {name: len(each) for name, each in by_party(found).items()} == {
        "Testkommunen": 4,
        "Testregionen": 4,
    }


def test_a_step_of_another_insatss_own_ladder_is_refused(world: World) -> None:
    with world.database.transaction() as work:
        version = work.session.exec(select(LadderVersion)).first()
        assert version is not None
        ladder_id = version.ladder_id
        work.session.connection().exec_driver_sql(
            f"UPDATE insats SET ladder_id = NULL WHERE id = {world.insats_id}"
        )
        work.session.connection().exec_driver_sql(
            f"UPDATE ladder SET shared = 0 WHERE id = {ladder_id}"
        )
    with pytest.raises(InvalidValue) as caught:
        noted(world, step=(version.id or 0, 1))
    assert caught.value.field == "step"


def test_a_report_tells_of_those_noted_or_still_open_in_its_period(
    world: World, group: Actor
) -> None:
    first, second = half_year(2025, 1), half_year(2025, 2)
    old = cleared(world, noted(world, on=date(2025, 3, 1)))
    cleared(world, noted(world, on=date(2025, 9, 1)))
    told = {one.noted_on: one for one in cleared_deviations(world.database, group)}
    assert [told[date(2025, 3, 1)].told_in(p) for p in (first, second)] == [True, True]
    assert [told[date(2025, 9, 1)].told_in(p) for p in (first, second)] == [False, True]
    handled(world, group, old, DeviationStatus.SOLVED)
    (again,) = (o for o in cleared_deviations(world.database, group) if o.handled_on)
    assert again.told_in(second), "it was solved after the period"
    assert not again.told_in(half_year(2026, 2)), "it was solved before the period"


def test_the_same_form_notes_once(world: World) -> None:
    key = a_key()
    made = {
        note_deviation(
            world.database,
            world.worker,
            insats_id=world.insats_id,
            noted_on=TODAY,
            what=WHAT,
            parties=(world.controller_id,),
            key=key,
        ).deviation_id
        for _ in range(2)
    }
    assert len(made) == 1
    assert count(world, Deviation) == 1


def _changes(world: World) -> list[Change]:
    with world.database.reading() as session:
        return list(session.exec(select(Change).where(Change.table_name == "deviation")))
