"""A reading about persons that was kept is given back only while a fresh one would be the same,
and is asked for and logged like one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from tests.integration.worlds import (
    ON_SUPPORT,
    ORS_LOW,
    TODAY,
    World,
    a_key,
    a_spell,
    a_talk,
    count,
    row,
    version_of,
)
from tracking.access.actors import Grant
from tracking.domain.errors import NotPermitted
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import StepLevel
from tracking.domain.records import SupportMonthsKnown
from tracking.domain.situation import Occasion, YesNoUnknown
from tracking.outcomes.participant import participant_page
from tracking.outcomes.participant_views import ParticipantView
from tracking.outcomes.start_lists import StartLists, start_lists
from tracking.services import (
    assess_step,
    change_memory_word,
    correct_rating,
    end_spell,
    propose_memory_words,
    record_attempt,
    record_situation,
)
from tracking.store.tables import AccessLogPayload, Rating

LONG_AGO = date(2025, 3, 1)


def person(world: World, spell_id: int, before: ParticipantView | None = None) -> ParticipantView:
    return participant_page(
        world.database, world.worker, spell_id, page="deltagaren", before=before
    ).value


def lists(world: World, before: StartLists | None = None) -> StartLists:
    return start_lists(world.database, world.worker, page="att_gora", before=before).value


def writes(world: World, spell_id: int) -> dict[str, Callable[[], object]]:
    """What is done to one person, in the order in which it can be done."""
    database, worker = world.database, world.worker
    return {
        "talk": lambda: a_talk(world, spell_id, date(2025, 4, 1), ORS_LOW),
        "correction": lambda: correct_rating(
            database,
            worker,
            rating_id=row(world, Rating).id,
            value=RatingValue.total_only(333),
            why="typing_error",
            version=1,
            key=a_key(),
        ),
        "memory word": lambda: change_memory_word(
            database,
            worker,
            spell_id=spell_id,
            word=propose_memory_words(database, worker, spell_id=spell_id)[0],
            version=person(world, spell_id).head.participant_version,
            key=a_key(),
        ),
        "step": lambda: assess_step(
            database,
            worker,
            spell_id=spell_id,
            level=StepLevel(2),
            assessed_on=date(2025, 4, 2),
            occasion=Occasion.DURING,
            key=a_key(),
        ),
        "situation": lambda: record_situation(
            database,
            worker,
            spell_id=spell_id,
            occasion=Occasion.START,
            described_on=LONG_AGO,
            value=ON_SUPPORT,
            key=a_key(),
        ),
        "end": lambda: end_spell(
            database,
            worker,
            spell_id=spell_id,
            on=date(2025, 10, 15),
            reason="work",
            version=version_of(world, spell_id),
            active_planning=YesNoUnknown.YES,
            key=a_key(),
        ),
        "attempt": lambda: record_attempt(
            database,
            worker,
            spell_id=spell_id,
            months=6,
            way="phone",
            on=TODAY,
            key=a_key(),
        ),
    }


def test_kept_reading_is_what_a_fresh_one_is_after_every_kind_of_write(world: World) -> None:
    spell = a_spell(world, LONG_AGO, support_months_known=SupportMonthsKnown.UNKNOWN).spell_id
    kept, listed = person(world, spell), lists(world)
    for what, write in writes(world, spell).items():
        assert person(world, spell, kept) is kept, f"nothing had changed before: {what}"
        assert lists(world, listed) is listed, f"nothing had changed before: {what}"
        write()
        kept, before = person(world, spell, kept), kept
        listed = lists(world, listed)
        assert kept is not before, what
        assert kept == person(world, spell), what
        fresh = lists(world)
        assert (listed.due, listed.ongoing) == (fresh.due, fresh.ongoing), what


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE insats SET name = name || ' två'",
        "UPDATE threshold_set SET ors_cutoff_adult_mm = 200",
        "UPDATE code SET label = 'Kommunen' WHERE key = 'municipality'",
        "UPDATE account SET title = 'Någon annan', version = version + 1",
    ],
    ids=["insats", "threshold", "label", "account"],
)
def test_what_is_set_up_anew_is_read_anew(world: World, change: str) -> None:
    spell = a_spell(world).spell_id
    a_talk(world, spell, date(2026, 3, 1), ORS_LOW)
    kept = person(world, spell)
    with world.database.transaction() as work:
        work.session.execute(text(change))
    assert person(world, spell, kept) is not kept


def test_kept_reading_is_logged_as_a_fresh_one_is(world: World) -> None:
    spell = a_spell(world, LONG_AGO).spell_id
    kept, listed = person(world, spell), lists(world)
    assert person(world, spell, kept) is kept
    assert lists(world, listed) is listed
    assert count(world, AccessLogPayload, action="see_participant", spell_id=spell) == 2
    due = f"att göra: {len(listed.due.items)}"
    assert count(world, AccessLogPayload, action="see_list", detail=due) == 2
    assert count(world, AccessLogPayload, action="see_list", detail="pågående: 1") == 2


def test_kept_reading_is_refused_to_whoever_may_not_see_the_person(world: World) -> None:
    kept = person(world, a_spell(world).spell_id)
    for other in (world.neighbour, world.lead, world.outsider):
        with pytest.raises(NotPermitted):
            participant_page(
                world.database, other, kept.head.spell_id, page="deltagaren", before=kept
            )
    without = replace(world.worker, grants=())
    with pytest.raises(NotPermitted):
        participant_page(
            world.database, without, kept.head.spell_id, page="deltagaren", before=kept
        )


def test_lists_of_another_insats_or_account_are_never_given_back(world: World) -> None:
    a_spell(world)
    kept = lists(world)
    (grant,) = [one for one in world.worker.grants if one.insats_id == world.insats_id]
    elsewhere = replace(world.worker, grants=(Grant(grant.role, world.other_insats_id),))
    for actor in (world.colleague, elsewhere):
        found = start_lists(world.database, actor, page="att_gora", before=kept).value
        assert found is not kept
    assert start_lists(world.database, elsewhere, page="att_gora", before=kept).value.ongoing == ()


def test_page_of_one_person_is_never_given_back_for_another(world: World) -> None:
    one, other = a_spell(world).spell_id, a_spell(world).spell_id
    assert person(world, other, person(world, one)).head.spell_id == other
