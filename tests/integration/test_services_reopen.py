"""A wrong end is taken back: what goes, what is kept, and when it is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.integration.worlds import (
    AT_WORK,
    ON_SUPPORT,
    TODAY,
    World,
    a_key,
    a_spell,
    a_start,
    count,
    row,
    version_of,
)
from tracking.domain.endings import Outcome
from tracking.domain.errors import Conflict, InvalidValue, NotPermitted, RuleBroken
from tracking.domain.ladder import StepLevel
from tracking.domain.periods import half_year
from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import Occasion, YesNoUnknown
from tracking.outcomes.participant import participant_page
from tracking.outcomes.tables import insats_dashboard
from tracking.services import (
    close_as_misregistered,
    end_spell,
    record_attempt,
    record_follow_up,
    reopen_spell,
    start_spell,
    void_record,
)
from tracking.store.tables import (
    AccessLogPayload,
    Change,
    FollowUp,
    Insats,
    Situation,
    Spell,
    SpellSummary,
    StepAssessment,
)

ENDED = date(2025, 9, 16)
DONE = FollowUpStatus.DONE
OUTCOME_REASON = "plan_not_carried_out"


def ended(world: World, started_on: date = date(2025, 3, 1), **start: Any) -> int:
    """A spell that was ended with all that an end can say; its 6-month follow-up is due today."""
    spell = a_spell(world, started_on, situation=ON_SUPPORT, step=StepLevel(2), **start)
    end_spell(
        world.database,
        world.worker,
        spell_id=spell.spell_id,
        on=ENDED,
        reason="work",
        outcome=Outcome.INTERRUPTED,
        outcome_reason=OUTCOME_REASON,
        active_planning=YesNoUnknown.YES,
        situation=AT_WORK,
        step=StepLevel(4),
        version=1,
        key=a_key(),
    )
    return spell.spell_id


def reopened(world: World, spell_id: int, **more: Any) -> Any:
    given: dict[str, Any] = {
        "actor": world.worker,
        "why": "no_longer_valid",
        "version": version_of(world, spell_id),
        "key": a_key(),
    }
    given |= more
    return reopen_spell(world.database, given.pop("actor"), spell_id=spell_id, **given)


def followed_up(world: World, spell_id: int, status: FollowUpStatus = DONE) -> None:
    record_follow_up(
        world.database,
        world.worker,
        spell_id=spell_id,
        months=6,
        status=status,
        on=TODAY,
        situation=AT_WORK if status is DONE else None,
        step=StepLevel(4) if status is DONE else None,
        version=1,
        key=a_key(),
    )


def void(world: World, table: Any, row_id: int, version: int) -> None:
    void_record(
        world.database,
        world.worker,
        table=table,
        row_id=row_id,
        why="no_longer_valid",
        version=version,
        key=a_key(),
    )


def test_reopened_spell_is_ongoing_in_the_summary(world: World) -> None:
    spell_id = ended(world)
    assert row(world, SpellSummary, spell_id=spell_id).ended_on == ENDED
    made = reopened(world, spell_id)
    spell = row(world, Spell, id=spell_id)
    assert (spell.ended_on, spell.outcome, spell.end_reason_id) == (None, None, None)
    assert (spell.outcome_reason, spell.active_planning) == (None, None)
    assert (made.spell_id, made.version) == (spell_id, spell.version)
    summary = row(world, SpellSummary, spell_id=spell_id)
    assert (summary.ended_on, summary.outcome, summary.active_planning) == (None, None, None)
    assert (summary.step_start, summary.step_last) == (2, 2)


def test_reopened_spell_keeps_its_old_end_in_the_history(world: World) -> None:
    spell_id = ended(world)
    reopened(world, spell_id)
    changes = participant_page(
        world.database, world.worker, spell_id, page="deltagaren"
    ).value.changes
    was = {change.field: (change.old, change.new) for change in changes if change.table == "spell"}
    assert set(was) == {
        "slutdatum",
        "utfall",
        "avslutsanledning",
        "skäl till ändrat utfall",
        "på rätt plats med tydlig planering",
    }
    assert was["slutdatum"] == (ENDED.isoformat(), "–")
    assert was["utfall"] == (Outcome.INTERRUPTED.label, "–")
    # As people read them, not as they are stored.
    assert was["avslutsanledning"][0] == "Arbete"
    assert was["skäl till ändrat utfall"][0] != OUTCOME_REASON
    assert {change.table for change in changes} == {"spell", "situation", "step_assessment"}


def test_reopening_voids_only_what_was_said_at_the_end(world: World) -> None:
    spell_id = ended(world)
    reopened(world, spell_id)
    for table in (Situation, StepAssessment):
        assert row(world, table, occasion=Occasion.END).void_reason == "no_longer_valid"
        assert row(world, table, occasion=Occasion.START).voided_at is None


def test_reopening_removes_the_planned_follow_ups(world: World) -> None:
    spell_id = ended(world)
    assert count(world, FollowUp, spell_id=spell_id) == 2
    reopened(world, spell_id)
    assert count(world, FollowUp, spell_id=spell_id) == 0


def test_reopening_removes_follow_ups_that_never_were_to_be_asked(world: World) -> None:
    spell_id = ended(world, consent_contact=False)
    assert count(world, FollowUp, status=FollowUpStatus.NO_CONTACT_CONSENT) == 2
    reopened(world, spell_id)
    assert count(world, FollowUp) == 0


def test_reopened_spell_can_be_ended_anew(world: World) -> None:
    spell_id = ended(world)
    version = reopened(world, spell_id).version
    end_spell(
        world.database,
        world.worker,
        spell_id=spell_id,
        on=TODAY,
        reason="work",
        situation=AT_WORK,
        step=StepLevel(5),
        version=version,
        key=a_key(),
    )
    summary = row(world, SpellSummary, spell_id=spell_id)
    assert (summary.ended_on, summary.outcome) == (TODAY, Outcome.COMPLETED)
    assert row(world, FollowUp, months=6).due_on == date(2026, 9, 16)


def test_reopened_spell_is_not_counted_as_ended_in_the_dashboard(world: World) -> None:
    def flows() -> tuple[int | None, ...]:
        board = insats_dashboard(
            world.database, world.worker, world.insats_id, half_year(2025, 2)
        ).value
        lines = {line.label: line.cells[-1].count for line in board.flows.rows}
        return lines["Avslutade"], lines["Deltaganden under perioden"]

    spell_id = ended(world)
    assert flows() == (1, 1)
    reopened(world, spell_id)
    assert flows() == (0, 1)


def test_second_use_of_the_same_key_reopens_nothing_more(world: World) -> None:
    spell_id = ended(world)
    key = a_key()
    first = reopened(world, spell_id, key=key, version=2)
    changes = count(world, Change)
    assert reopened(world, spell_id, key=key, version=2) == first
    assert count(world, Change) == changes
    logged = row(world, AccessLogPayload, action="reopen_spell")
    assert (logged.insats_id, logged.spell_id) == (world.insats_id, spell_id)


def test_ongoing_spell_has_no_end_to_take_back(world: World) -> None:
    spell = a_spell(world)
    with pytest.raises(Conflict, match="pågår redan"):
        reopened(world, spell.spell_id)


def test_felregistrering_is_never_reopened(world: World) -> None:
    spell_id = ended(world)
    close_as_misregistered(
        world.database,
        world.worker,
        spell_id=spell_id,
        why="no_longer_valid",
        version=2,
        key=a_key(),
    )
    with pytest.raises(RuleBroken, match="felregistrering"):
        reopened(world, spell_id)


def test_reopening_asks_for_a_reason_of_its_list_and_the_version_read(world: World) -> None:
    spell_id = ended(world)
    with pytest.raises(InvalidValue) as refused:
        reopened(world, spell_id, why="")
    assert refused.value.field == "why"
    with pytest.raises(InvalidValue):
        reopened(world, spell_id, why="typing_error")
    with pytest.raises(Conflict, match=f"avslutat {ENDED}"):
        reopened(world, spell_id, version=1)
    assert row(world, Spell, id=spell_id).ended_on == ENDED


def test_only_who_may_record_the_spell_reopens_it(world: World) -> None:
    spell_id = ended(world)
    for actor in (world.neighbour, world.outsider, world.nobody):
        with pytest.raises(NotPermitted):
            reopened(world, spell_id, actor=actor)
    reopened(world, spell_id, actor=world.colleague)


@pytest.mark.parametrize("status", [DONE, FollowUpStatus.DECLINED, FollowUpStatus.DECEASED])
def test_answered_follow_up_is_taken_back_before_the_end(
    world: World, status: FollowUpStatus
) -> None:
    spell_id = ended(world)
    followed_up(world, spell_id, status)
    with pytest.raises(RuleBroken, match="Ta tillbaka uppföljningen först"):
        reopened(world, spell_id)
    void(world, "follow_up", row(world, FollowUp, months=6).id, 2)
    reopened(world, spell_id)
    assert count(world, FollowUp) == 0
    assert row(world, SpellSummary, spell_id=spell_id).ended_on is None


def test_withdrawn_consent_to_contact_is_taken_back_before_the_end(world: World) -> None:
    spell_id = ended(world)
    followed_up(world, spell_id, FollowUpStatus.NO_CONTACT_CONSENT)
    with pytest.raises(RuleBroken, match="Ta tillbaka uppföljningen först"):
        reopened(world, spell_id)


def test_attempted_follow_up_keeps_the_end_as_it_is(world: World) -> None:
    spell_id = ended(world)
    record_attempt(
        world.database,
        world.worker,
        spell_id=spell_id,
        months=6,
        way="phone",
        on=TODAY,
        key=a_key(),
    )
    with pytest.raises(RuleBroken, match="påbörjad med försök"):
        reopened(world, spell_id)
    assert count(world, FollowUp) == 2
    assert row(world, Situation, occasion=Occasion.END).voided_at is None


@pytest.mark.parametrize("over", [False, True])
def test_later_spell_in_the_insats_stops_the_reopening(world: World, over: bool) -> None:
    spell_id = ended(world)
    later = start_spell(
        world.database,
        world.worker,
        participant_id=row(world, Spell, id=spell_id).participant_id,
        insats_id=world.insats_id,
        start=a_start(date(2025, 10, 1)),
        key=a_key(),
    ).spell_id
    if over:
        end_spell(
            world.database,
            world.worker,
            spell_id=later,
            on=TODAY,
            reason="work",
            version=1,
            key=a_key(),
        )
    with pytest.raises(RuleBroken, match="annat deltagande i insatsen som startade 2025-10-01"):
        reopened(world, spell_id)
    close_as_misregistered(
        world.database,
        world.worker,
        spell_id=later,
        why="no_longer_valid",
        version=version_of(world, later),
        key=a_key(),
    )
    reopened(world, spell_id)


def test_spell_is_not_reopened_in_an_insats_that_is_over(world: World) -> None:
    spell_id = ended(world)
    with world.database.transaction() as work:
        work.session.get_one(Insats, world.insats_id).ends_on = date(2026, 1, 31)
    with pytest.raises(RuleBroken, match="Insatsen slutade 2026-01-31"):
        reopened(world, spell_id)


def test_situation_of_a_follow_up_is_voided_only_with_the_follow_up(world: World) -> None:
    spell_id = ended(world)
    followed_up(world, spell_id)
    situation = row(world, Situation, occasion=Occasion.M6)
    with pytest.raises(RuleBroken, match="uppföljningen efter 6 månader"):
        void(world, "situation", situation.id, 1)
    assert row(world, Situation, id=situation.id).voided_at is None
    void(world, "follow_up", row(world, FollowUp, months=6).id, 2)
    assert row(world, Situation, id=situation.id).voided_at is not None
