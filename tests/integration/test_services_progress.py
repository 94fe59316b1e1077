"""Steps, situations, ends and follow-ups: which day goes with what, and what follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.integration.worlds import (
    AT_WORK,
    NOW,
    ON_SUPPORT,
    STARTED,
    TODAY,
    World,
    a_key,
    a_spell,
    a_talk,
    count,
    row,
    standing_still,
    version_of,
)
from tracking.domain.endings import Outcome
from tracking.domain.errors import Conflict, InvalidValue, NotFound, NotPermitted, RuleBroken
from tracking.domain.ladder import NO_PROSPECTS, StepLevel
from tracking.domain.records import FollowUpStatus
from tracking.domain.situation import Occasion, SituationValue, SupportSource, YesNoUnknown
from tracking.outcomes.participant import participant_page
from tracking.services import (
    assess_step,
    complete_end,
    end_spell,
    record_attempt,
    record_follow_up,
    record_situation,
    void_record,
)
from tracking.store.tables import (
    Attempt,
    Change,
    FollowUp,
    Insats,
    Situation,
    Spell,
    SpellSummary,
    StepAssessment,
)

ENDED = date(2025, 12, 15)
IN_SIX_MONTHS = date(2026, 6, 15)
THIRD = StepLevel(3)


def ended(world: World, spell_id: int, on: date = ENDED, **more: Any) -> Any:
    given: dict[str, Any] = {"reason": "work", "version": 1, "key": a_key()}
    actor = more.pop("actor", world.worker)
    return end_spell(world.database, actor, spell_id=spell_id, on=on, **(given | more))


def assessed(
    world: World,
    spell_id: int,
    on: date,
    occasion: Occasion = Occasion.DURING,
    level: StepLevel = THIRD,
    **more: Any,
) -> Any:
    return assess_step(
        world.database,
        more.get("actor", world.worker),
        spell_id=spell_id,
        level=level,
        assessed_on=on,
        occasion=occasion,
        key=more.get("key", a_key()),
    )


def followed_up(world: World, spell_id: int, **more: Any) -> Any:
    given: dict[str, Any] = {
        "months": 6,
        "status": FollowUpStatus.DONE,
        "on": TODAY,
        "version": 1,
        "key": a_key(),
    }
    return record_follow_up(world.database, world.worker, spell_id=spell_id, **(given | more))


def attempted(world: World, spell_id: int, **more: Any) -> Any:
    given: dict[str, Any] = {"months": 6, "way": "phone", "on": TODAY, "key": a_key()}
    return record_attempt(world.database, world.worker, spell_id=spell_id, **(given | more))


def summary_of(world: World, spell_id: int) -> Any:
    return row(world, SpellSummary, spell_id=spell_id)


@pytest.fixture
def due(world: World) -> int:
    """A spell whose 6-month follow-up is due today."""
    spell = a_spell(world, date(2025, 3, 1))
    ended(world, spell.spell_id, date(2025, 9, 16))
    return spell.spell_id


def test_step_is_assessed_on_the_spells_own_ladder(world: World) -> None:
    spell = a_spell(world)
    assessed(world, spell.spell_id, TODAY, level=StepLevel(5))
    assert summary_of(world, spell.spell_id).step_last == 5
    with pytest.raises(InvalidValue) as refused:
        assessed(world, spell.spell_id, TODAY, level=StepLevel(6))
    assert refused.value.field == "step"


def test_no_prospects_is_kept_outside_the_steps(world: World) -> None:
    spell = a_spell(world)
    assessed(world, spell.spell_id, TODAY, level=NO_PROSPECTS)
    assert row(world, StepAssessment).position is None
    assert summary_of(world, spell.spell_id).step_last == -1


def test_insats_without_a_ladder_has_no_steps(world: World) -> None:
    with world.database.transaction() as work:
        work.session.get_one(Insats, world.insats_id).ladder_id = None
    spell = a_spell(world)
    with pytest.raises(RuleBroken, match="ingen processtrappa"):
        assessed(world, spell.spell_id, TODAY)


@pytest.mark.parametrize(
    ("occasion", "on"),
    [
        (Occasion.DURING, TODAY + timedelta(days=1)),
        (Occasion.DURING, STARTED - timedelta(days=1)),
        (Occasion.START, STARTED - timedelta(days=31)),
        (Occasion.START, STARTED + timedelta(days=31)),
        (Occasion.END, TODAY),
        (Occasion.M6, TODAY),
    ],
)
def test_step_on_a_day_that_does_not_go_with_the_occasion_is_refused(
    world: World, occasion: Occasion, on: date
) -> None:
    spell = a_spell(world)
    with pytest.raises((InvalidValue, RuleBroken)):
        assessed(world, spell.spell_id, on, occasion)
    assert count(world, StepAssessment) == 0


@pytest.mark.parametrize("days", [-30, 30])
def test_start_step_may_lie_within_thirty_days_of_the_start(world: World, days: int) -> None:
    spell = a_spell(world)
    assessed(world, spell.spell_id, STARTED + timedelta(days=days), Occasion.START)
    assert summary_of(world, spell.spell_id).step_start == 3


@pytest.mark.parametrize(("days", "passes"), [(-31, False), (-30, True), (30, True), (31, False)])
def test_end_step_lies_within_thirty_days_of_the_end(world: World, days: int, passes: bool) -> None:
    spell = a_spell(world)
    ended(world, spell.spell_id)
    on = ENDED + timedelta(days=days)
    if passes:
        assessed(world, spell.spell_id, on, Occasion.END)
        assert summary_of(world, spell.spell_id).step_end == 3
    else:
        with pytest.raises(RuleBroken):
            assessed(world, spell.spell_id, on, Occasion.END)


@pytest.mark.parametrize("who", ["neighbour", "lead", "nobody", "outsider"])
def test_only_those_with_the_assignment_assess_and_end(world: World, who: str) -> None:
    spell = a_spell(world)
    actor = getattr(world, who)
    with pytest.raises(NotPermitted):
        assessed(world, spell.spell_id, TODAY, actor=actor)
    with pytest.raises(NotPermitted):
        ended(world, spell.spell_id, actor=actor)
    assert count(world, StepAssessment) == 0
    assert row(world, Spell).ended_on is None


def test_end_takes_the_outcome_that_its_reason_proposes(world: World) -> None:
    for reason, outcome in (
        ("work", Outcome.COMPLETED),
        ("illness", Outcome.INTERRUPTED),
        ("moved", Outcome.OUTSIDE),
        ("deceased", Outcome.OUTSIDE),
    ):
        spell = a_spell(world)
        assert ended(world, spell.spell_id, reason=reason).outcome is outcome


def test_other_outcome_than_proposed_needs_a_reason(world: World) -> None:
    spell = a_spell(world)
    with pytest.raises(RuleBroken) as refused:
        ended(world, spell.spell_id, reason="illness", outcome=Outcome.COMPLETED)
    assert refused.value.field == "outcome_reason"
    ended(
        world,
        spell.spell_id,
        reason="illness",
        outcome=Outcome.COMPLETED,
        outcome_reason="plan_carried_out",
    )
    assert row(world, Spell).outcome_reason == "plan_carried_out"


@pytest.mark.parametrize("outcome", [Outcome.COMPLETED, Outcome.MISREGISTERED])
def test_outcome_of_someone_who_moved_or_died_is_not_chosen(world: World, outcome: Outcome) -> None:
    spell = a_spell(world)
    with pytest.raises(RuleBroken):
        ended(
            world,
            spell.spell_id,
            reason="moved",
            outcome=outcome,
            outcome_reason="plan_carried_out",
        )


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (STARTED - timedelta(days=1), "före starten 2025-09-01"),
        (TODAY + timedelta(days=1), "i framtiden"),
    ],
)
def test_end_lies_after_the_start_and_not_in_the_future(
    world: World, on: date, sentence: str
) -> None:
    spell = a_spell(world)
    with pytest.raises((InvalidValue, RuleBroken), match=sentence) as refused:
        ended(world, spell.spell_id, on)
    assert refused.value.field == "on"


def test_end_before_a_talk_that_is_recorded_is_refused_with_its_day(world: World) -> None:
    spell = a_spell(world)
    talk = a_talk(world, spell.spell_id, TODAY)
    with pytest.raises(RuleBroken, match="ett samtal eller en träff 2026-03-16"):
        ended(world, spell.spell_id)
    void_record(
        world.database,
        world.worker,
        table="session",
        row_id=talk.session_id,
        why="wrong_person",
        version=1,
        key=a_key(),
    )
    ended(world, spell.spell_id)


def test_end_before_a_step_that_is_recorded_is_refused_with_its_day(world: World) -> None:
    spell = a_spell(world)
    assessed(world, spell.spell_id, TODAY)
    with pytest.raises(RuleBroken, match="en stegbedömning 2026-03-16"):
        ended(world, spell.spell_id)


def test_spell_is_ended_once_and_the_second_is_told_both_days(world: World) -> None:
    spell = a_spell(world)
    ended(world, spell.spell_id)
    with pytest.raises(Conflict, match="redan avslutat 2025-12-15; du ville avsluta det 2026-01-1"):
        ended(world, spell.spell_id, date(2026, 1, 10), actor=world.colleague)
    assert row(world, Spell).ended_on == ENDED


def test_same_key_twice_ends_once_and_answers_alike(world: World) -> None:
    spell = a_spell(world)
    key = a_key()
    assert ended(world, spell.spell_id, key=key) == ended(world, spell.spell_id, key=key)
    assert count(world, FollowUp) == 2


def test_follow_ups_after_six_and_eighteen_months_are_planned(world: World) -> None:
    spell = a_spell(world)
    assert ended(world, spell.spell_id).follow_up_months == (6, 18)
    assert row(world, FollowUp, months=6).due_on == IN_SIX_MONTHS
    assert row(world, FollowUp, months=18).due_on == date(2027, 6, 15)


def test_follow_up_after_twelve_months_is_planned_where_the_insats_has_it(world: World) -> None:
    spell = a_spell(world, actor=world.neighbour, insats_id=world.other_insats_id)
    done = ended(world, spell.spell_id, actor=world.neighbour)
    assert done.follow_up_months == (6, 12, 18)


def test_the_deceased_are_never_followed_up(world: World) -> None:
    spell = a_spell(world)
    assert ended(world, spell.spell_id, reason="deceased").follow_up_months == ()
    assert count(world, FollowUp) == 0


def test_without_consent_to_contact_follow_ups_say_so(world: World) -> None:
    spell = a_spell(world, consent_contact=False)
    assert ended(world, spell.spell_id).follow_up_months == ()
    assert summary_of(world, spell.spell_id).m6_status is FollowUpStatus.NO_CONTACT_CONSENT


def test_planning_is_answered_after_the_end_and_corrected_with_a_reason(world: World) -> None:
    spell_id = a_spell(world).spell_id

    def answered(answer: YesNoUnknown, version: int, **more: Any) -> Any:
        return complete_end(
            world.database,
            more.pop("actor", world.worker),
            spell_id=spell_id,
            active_planning=answer,
            version=version,
            key=a_key(),
            **more,
        )

    with pytest.raises(RuleBroken, match="inte avslutat"):
        answered(YesNoUnknown.YES, 1)
    ended(world, spell_id)
    with pytest.raises(NotPermitted):
        answered(YesNoUnknown.YES, 2, actor=world.neighbour)
    answered(YesNoUnknown.YES, 2)
    assert summary_of(world, spell_id).active_planning is YesNoUnknown.YES
    with pytest.raises(Conflict, match="Nu står det ja, du skrev nej"):
        answered(YesNoUnknown.NO, 2, why="typing_error")
    with pytest.raises(InvalidValue, match="skäl"):
        answered(YesNoUnknown.NO, 3)
    answered(YesNoUnknown.NO, 3, why="typing_error")
    assert summary_of(world, spell_id).active_planning is YesNoUnknown.NO
    (correction,) = (
        change
        for change in participant_page(
            world.database, world.worker, spell_id, page="test"
        ).value.changes
        if change.old == "ja"
    )
    assert (correction.new, correction.field) == ("nej", "på rätt plats med tydlig planering")


def test_end_keeps_situation_step_and_planning(world: World) -> None:
    spell = a_spell(world, situation=ON_SUPPORT, step=StepLevel(1))
    ended(
        world,
        spell.spell_id,
        situation=AT_WORK,
        step=StepLevel(4),
        active_planning=YesNoUnknown.YES,
    )
    summary = summary_of(world, spell.spell_id)
    assert (summary.step_start, summary.step_end) == (1, 4)
    assert (summary.start_support, summary.end_support) == ("some", "none")
    assert (summary.end_work, summary.end_work_percent) == (YesNoUnknown.YES, 50)
    assert summary.active_planning is YesNoUnknown.YES


def test_fault_in_the_situation_leaves_the_spell_unended(world: World) -> None:
    spell = a_spell(world)
    half = SituationValue(sources=frozenset({SupportSource.OTHER}), work=YesNoUnknown.NO)
    with pytest.raises(InvalidValue) as refused:
        ended(world, spell.spell_id, situation=half)
    assert refused.value.field == "studies"
    assert row(world, Spell).ended_on is None
    assert count(world, FollowUp) == 0


def test_work_without_its_kind_is_refused(world: World) -> None:
    spell = a_spell(world)
    working = SituationValue(
        no_support=True,
        work=YesNoUnknown.YES,
        studies=YesNoUnknown.NO,
        seeking=YesNoUnknown.NO,
        registered_af=YesNoUnknown.NO,
    )
    with pytest.raises(InvalidValue) as refused:
        ended(world, spell.spell_id, situation=working)
    assert refused.value.field == "work_kind"


def test_situation_of_the_end_is_recorded_once_and_after_the_end(world: World) -> None:
    spell = a_spell(world)

    def described() -> Any:
        return record_situation(
            world.database,
            world.worker,
            spell_id=spell.spell_id,
            occasion=Occasion.END,
            value=AT_WORK,
            described_on=TODAY,
            key=a_key(),
        )

    with pytest.raises(RuleBroken, match="inte avslutat"):
        described()
    ended(world, spell.spell_id)
    described()
    with pytest.raises(Conflict, match="redan beskriven"):
        described()
    assert count(world, Situation) == 1


def test_end_after_the_insats_is_refused(world: World) -> None:
    spell = a_spell(world)
    with world.database.transaction() as work:
        work.session.get_one(Insats, world.insats_id).ends_on = date(2025, 12, 1)
    with pytest.raises(RuleBroken, match="efter insatsens slut"):
        ended(world, spell.spell_id)


def test_done_follow_up_keeps_situation_and_step(world: World, due: int) -> None:
    done = followed_up(world, due, situation=AT_WORK, step=StepLevel(4))
    assert done.warnings == ()
    summary = summary_of(world, due)
    assert (summary.m6_status, summary.step_m6) == (FollowUpStatus.DONE, 4)
    assert (summary.m6_support, summary.m6_work) == ("none", YesNoUnknown.YES)


def test_done_follow_up_needs_the_situation_and_may_wait_for_the_step(
    world: World, due: int
) -> None:
    with pytest.raises(InvalidValue) as refused:
        followed_up(world, due, step=StepLevel(4))
    assert refused.value.field == "sources"
    followed_up(world, due, situation=AT_WORK)
    assert summary_of(world, due).step_m6 is None
    assessed(world, due, TODAY, Occasion.M6)
    assert summary_of(world, due).step_m6 == 3
    with pytest.raises(Conflict, match="redan bedömt"):
        assessed(world, due, TODAY, Occasion.M6)


def test_not_reached_needs_at_least_one_attempt(world: World, due: int) -> None:
    with pytest.raises(RuleBroken, match="minst ett försök"):
        followed_up(world, due, status=FollowUpStatus.NOT_REACHED)
    assert attempted(world, due).attempts == 1
    assert attempted(world, due, way="letter").attempts == 2
    followed_up(world, due, status=FollowUpStatus.NOT_REACHED)
    assert summary_of(world, due).m6_status is FollowUpStatus.NOT_REACHED


def test_someone_not_reached_may_be_reached_later(world: World, due: int) -> None:
    attempted(world, due)
    followed_up(world, due, status=FollowUpStatus.NOT_REACHED)
    followed_up(world, due, situation=AT_WORK, version=2)
    assert summary_of(world, due).m6_status is FollowUpStatus.DONE


def test_declined_follow_up_is_closed_and_the_others_stand(world: World, due: int) -> None:
    followed_up(world, due, status=FollowUpStatus.DECLINED)
    summary = summary_of(world, due)
    assert (summary.m6_status, summary.m18_status) == (FollowUpStatus.DECLINED, FollowUpStatus.DUE)


@pytest.mark.parametrize("status", [FollowUpStatus.DECEASED, FollowUpStatus.NO_CONTACT_CONSENT])
def test_death_and_withdrawn_contact_stop_every_follow_up(
    world: World, due: int, status: FollowUpStatus
) -> None:
    followed_up(world, due, status=status)
    summary = summary_of(world, due)
    assert (summary.m6_status, summary.m18_status) == (status, status)
    assert row(world, Spell).consent_contact is (status is FollowUpStatus.DECEASED)


@pytest.mark.parametrize("status", [FollowUpStatus.DECLINED, FollowUpStatus.DUE])
def test_step_of_a_follow_up_waits_until_it_has_been_done(
    world: World, due: int, status: FollowUpStatus
) -> None:
    if status is not FollowUpStatus.DUE:
        followed_up(world, due, status=status)
    with pytest.raises(RuleBroken, match="när uppföljningen är genomförd"):
        assessed(world, due, TODAY, Occasion.M6)
    assert summary_of(world, due).step_m6 is None


def test_contact_taken_back_is_in_the_history_with_who_and_when(world: World, due: int) -> None:
    followed_up(world, due, status=FollowUpStatus.NO_CONTACT_CONSENT)
    change = row(world, Change, field="consent_contact")
    assert (change.spell_id, change.old, change.new) == (due, "1", "0")
    assert change.changed_by == world.worker.account_id


@pytest.mark.parametrize("status", [FollowUpStatus.DECEASED, FollowUpStatus.NO_CONTACT_CONSENT])
def test_follow_ups_that_were_stopped_by_mistake_all_stand_again(
    world: World, due: int, status: FollowUpStatus
) -> None:
    followed_up(world, due, status=status)
    void_record(
        world.database,
        world.worker,
        table="follow_up",
        row_id=row(world, FollowUp, months=6).id,
        why="no_longer_valid",
        version=2,
        key=a_key(),
    )
    summary = summary_of(world, due)
    assert (summary.m6_status, summary.m18_status) == (FollowUpStatus.DUE, FollowUpStatus.DUE)
    assert row(world, Spell).consent_contact is True


def test_follow_up_without_consent_from_the_start_has_nothing_to_void(world: World) -> None:
    spell = a_spell(world, consent_contact=False)
    ended(world, spell.spell_id)
    with pytest.raises(Conflict, match="inget att makulera"):
        void_record(
            world.database,
            world.worker,
            table="follow_up",
            row_id=row(world, FollowUp, months=6).id,
            why="no_longer_valid",
            version=1,
            key=a_key(),
        )


def test_answered_follow_up_is_not_answered_over(world: World, due: int) -> None:
    followed_up(world, due, situation=AT_WORK)
    with pytest.raises(Conflict, match="genomförd; du ville spara avböjde"):
        followed_up(world, due, status=FollowUpStatus.DECLINED, version=2)
    with pytest.raises(Conflict, match="Nu står det genomförd, du skrev avböjde"):
        followed_up(world, due, status=FollowUpStatus.DECLINED, version=1)
    with pytest.raises(Conflict):
        attempted(world, due)


def test_follow_up_is_not_done_more_than_thirty_days_early(world: World) -> None:
    spell = a_spell(world, date(2025, 3, 1))
    ended(world, spell.spell_id, date(2025, 10, 16))
    with pytest.raises(RuleBroken, match="tidigast 2026-03-17"):
        followed_up(world, spell.spell_id, situation=AT_WORK)


def test_late_follow_up_passes_with_a_warning_and_does_not_count(world: World, due: int) -> None:
    with standing_still(NOW + timedelta(days=61)):
        done = followed_up(world, due, on=TODAY + timedelta(days=61), situation=AT_WORK)
    assert "räknas som obesvarad" in done.warnings[0]
    assert summary_of(world, due).m6_support is None


@pytest.mark.parametrize("on", [TODAY + timedelta(days=1), date(2025, 9, 15)])
def test_follow_up_lies_after_the_end_and_not_in_the_future(
    world: World, due: int, on: date
) -> None:
    with pytest.raises((InvalidValue, RuleBroken)) as refused:
        followed_up(world, due, on=on, situation=AT_WORK)
    assert refused.value.field == "on"


def test_situation_belongs_to_a_done_follow_up_alone(world: World, due: int) -> None:
    with pytest.raises(RuleBroken):
        followed_up(world, due, status=FollowUpStatus.DECLINED, situation=AT_WORK)
    assert count(world, Situation) == 0


def test_follow_up_that_is_not_planned_is_not_found(world: World, due: int) -> None:
    with pytest.raises(NotFound):
        followed_up(world, due, months=12, situation=AT_WORK)


@pytest.mark.parametrize("way", ["", "carrier_pigeon"])
def test_way_of_an_attempt_is_chosen_in_the_list(world: World, due: int, way: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        attempted(world, due, way=way)
    assert refused.value.field == "way"
    assert count(world, Attempt) == 0


def test_same_key_twice_follows_up_once(world: World, due: int) -> None:
    key = a_key()
    first = followed_up(world, due, situation=AT_WORK, step=StepLevel(2), key=key)
    assert first == followed_up(world, due, situation=AT_WORK, step=StepLevel(2), key=key)
    assert count(world, Situation) == 1
    assert version_of(world, due) == 2
