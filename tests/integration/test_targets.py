"""Targets: who stands in the base, who meets it, and when it is not asked at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
import time_machine

from tests.integration.result_worlds import (
    NO,
    NO_PROSPECTS,
    NOW,
    UNKNOWN,
    YES,
    World,
    building,
)
from tracking.access.actors import Actor
from tracking.domain.figures import CellKind, TargetResult
from tracking.domain.periods import Period, half_year, year
from tracking.domain.records import FollowUpStatus, Gender
from tracking.domain.roles import Role
from tracking.domain.situation import Occasion
from tracking.domain.swedish import cell_text
from tracking.domain.targets import Comparison, Measure, PointInTime, Population, Verdict
from tracking.outcomes.tables import insats_dashboard
from tracking.store.database import Database
from tracking.store.tables import (
    Answer,
    AnswerChoice,
    Question,
    QuestionOption,
    Target,
    ThresholdSet,
)

H1 = half_year(2025, 1)
START, END = date(2025, 1, 10), date(2025, 5, 20)
Build = Callable[[World, int], None]


@pytest.fixture
def insats(database: Database) -> tuple[int, Actor]:
    with building(database) as world:
        insats_id = world.insats("Stegen")
        return insats_id, world.actor(Role.INSATS_LEAD, insats_id)


def results(
    database: Database, insats: tuple[int, Actor], build: Build, period: Period = H1
) -> tuple[TargetResult, ...]:
    with building(database) as world:
        build(world, insats[0])
    return insats_dashboard(database, insats[1], insats[0], period).value.targets


def counts(result: TargetResult) -> tuple[int | None, int | None, int]:
    return result.outcome.numerator, result.outcome.denominator, result.outcome.missing


def test_step_forward_counts_the_exit_in_the_base_and_never_as_forward(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.STEP_FORWARD)
        for steps in ((1, 2), (1, 1), (3, 1), (1, NO_PROSPECTS), (1, None)):
            world.spell(insats_id, START, END, steps=steps)
        world.spell(insats_id, START, END, steps=(1, 2), reason="illness")

    (result,) = results(database, insats, build)
    assert counts(result) == (1, 4, 1)
    assert result.outcome.verdict is Verdict.TOO_FEW
    assert "Bas: fullföljda, vid avslut, jan–juni 2025." in result.sentence


def test_the_bounds_count_the_missing_once_as_none_and_once_as_all(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.STEP_FORWARD)
        for steps in ((1, 2),) * 6 + ((1, 1),) * 2 + ((1, None),) * 2:
            world.spell(insats_id, START, END, steps=steps)

    (result,) = results(database, insats, build)
    assert (result.outcome.low_bound, result.outcome.high_bound) == (
        Fraction(6, 10),
        Fraction(8, 10),
    )


def test_the_outcome_by_kon_adds_to_the_whole(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.STEP_FORWARD)
        for n, gender in enumerate((*Gender, *Gender, Gender.WOMAN)):
            world.spell(insats_id, START, END, steps=(1, 1 + n % 2), gender=gender)

    (result,) = results(database, insats, build)
    assert list(result.by_gender) == ["woman", "man", "unknown"]
    for at in range(3):
        parts = [
            (o.numerator or 0, o.denominator or 0, o.missing)[at] for o in result.by_gender.values()
        ]
        assert sum(parts) == counts(result)[at]


def test_population_decides_the_denominator(database: Database, insats: tuple[int, Actor]) -> None:
    def build(world: World, insats_id: int) -> None:
        for population in Population:
            world.target(insats_id, Measure.STEP_FORWARD, population=population)
        world.spell(insats_id, START, END, steps=(1, 2))
        world.spell(insats_id, START, END, steps=(1, 2), reason="illness")
        world.spell(insats_id, date(2024, 3, 1), END, steps=(1, 2))
        world.spell(insats_id, START, steps=(1, None))
        world.spell(insats_id, START, END, steps=(1, 2), reason="moved")

    started, ended, completed = results(database, insats, build)
    assert counts(started) == (2, 2, 0)  # one runs and one has moved: neither is missing
    assert "2 står utanför basen" in started.sentence
    assert counts(ended) == (3, 3, 0)
    assert counts(completed) == (2, 2, 0)


def test_same_or_higher_step_is_asked_when_it_falls_due(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.STEP_SAME_OR_HIGHER, point=PointInTime.M6)
        for ended, answers in (
            (date(2024, 9, 1), ((FollowUpStatus.DONE, 2), (FollowUpStatus.DONE, 1))),
            (date(2024, 10, 1), ((FollowUpStatus.DECLINED, None),)),
            (date(2024, 11, 1), ((FollowUpStatus.DECEASED, None),)),
            (date(2024, 12, 1), ((FollowUpStatus.NO_CONTACT_CONSENT, None),)),
        ):
            for status, step in answers:
                spell_id = world.spell(insats_id, date(2024, 1, 10), ended, steps=(1, 2))
                world.follow_up(spell_id, 6, status, step=step)
        world.spell(insats_id, START, END, steps=(1, 2))  # due in November

    (result,) = results(database, insats, build)
    assert counts(result) == (1, 2, 2)
    assert "2 svarade, 1 avböjde, 1 utan samtycke till kontakt och 1 avlidna" in result.sentence
    (later,) = results(database, insats, lambda *_: None, half_year(2025, 2))
    assert counts(later) == (0, 0, 1)


def test_what_is_not_yet_due_today_is_not_missing(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.STEP_SAME_OR_HIGHER, point=PointInTime.M6)
        world.spell(insats_id, date(2024, 1, 10), date(2024, 12, 1), steps=(1, 2))

    with time_machine.travel(date(2025, 5, 31), tick=False):
        (result,) = results(database, insats, build)
        assert counts(result) == (0, 0, 0)
    with time_machine.travel(date(2025, 6, 1), tick=False):
        (result,) = results(database, insats, lambda *_: None)
        assert counts(result) == (0, 0, 1)


def test_a_new_spell_does_not_cancel_the_follow_up(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.STEP_SAME_OR_HIGHER, point=PointInTime.M6)
        person = world.participant()
        first = world.spell(
            insats_id,
            date(2024, 1, 10),
            date(2024, 9, 1),
            steps=(1, 2),
            participant_id=person,
        )
        world.follow_up(first, 6, FollowUpStatus.DONE, step=3)
        world.spell(insats_id, date(2025, 1, 10), participant_id=person)

    (result,) = results(database, insats, build)
    assert counts(result) == (1, 1, 0)


def test_an_avslutsanledning_counts_when_it_is_in_the_set(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        codes = ["work", "studies"]
        world.target(insats_id, Measure.END_REASON_IN, codes=codes)
        world.target(insats_id, Measure.END_REASON_IN, codes=codes, population=Population.ENDED)
        for reason in ("work", "studies", "back_to_ordinary", "illness", "deceased"):
            world.spell(insats_id, START, END, reason=reason)

    completed, ended = results(database, insats, build)
    assert counts(completed) == (2, 3, 0)
    assert counts(ended) == (2, 4, 0)


def test_work_or_studies_and_support_rest_on_the_situation(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.WORK_OR_STUDIES, point=PointInTime.AT_END)
        world.target(insats_id, Measure.SUPPORT_ENDED, point=PointInTime.AT_END)
        for before, after, work, studies in (
            ("some", "none", YES, NO),
            ("some", "some", NO, YES),
            ("some", "unknown", NO, NO),
            ("none", "none", UNKNOWN, NO),
            ("unknown", "none", YES, UNKNOWN),
        ):
            spell_id = world.spell(insats_id, START, END)
            world.situation(spell_id, Occasion.START, START, support=before)
            world.situation(spell_id, Occasion.END, END, support=after, work=work, studies=studies)
        world.spell(insats_id, START, END)

    work, support = results(database, insats, build)
    assert counts(work) == (3, 4, 2)
    assert counts(support) == (1, 2, 3)
    assert "1 står utanför basen" in support.sentence


def test_ors_targets_follow_the_thresholds_of_the_day(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.ORS_RELIABLY_IMPROVED)
        world.target(insats_id, Measure.ORS_OVER_CUTOFF)
        for first, last in ((200, 260), (200, 259), (260, 330), (240, 250), (200, None)):
            scores = [(START, first)] + ([(END, last)] if last is not None else [])
            world.spell(insats_id, START, END, ors=scores)

    improved, over = results(database, insats, build)
    assert counts(improved) == (2, 4, 1)
    assert counts(over) == (3, 3, 1)
    assert "1 står utanför basen" in over.sentence

    def stricter(world: World, _insats_id: int) -> None:
        world.session.add(
            ThresholdSet(
                valid_from=date(2025, 3, 1),
                ors_cutoff_adult_mm=255,
                ors_cutoff_young_mm=280,
                reliable_change_mm=70,
                alternative_reliable_change_mm=50,
                srs_total_mm=360,
                srs_scale_mm=90,
                srs_fall_mm=10,
                gsrs_total_mm=360,
                source="Provets källa.",
            )
        )

    improved, over = results(database, insats, stricter)
    shown = insats_dashboard(database, insats[1], insats[0], H1).value.thresholds_text
    assert shown.endswith("Källa: Provets källa. Det finns inga svenska normer.")
    assert counts(improved) == (1, 4, 1)
    assert counts(over) == (2, 3, 1)


def test_the_unanswered_are_counted_once_as_none_and_once_as_all_meeting_it(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.ACTIVE_PLANNING)
        for answer in (*[YES] * 6, *[NO] * 2, *[None] * 8):
            world.spell(insats_id, START, END, active_planning=answer)

    (result,) = results(database, insats, build)
    said = result.sentence.replace("\u202f", " ").replace("\u00a0", " ")
    assert "75 % (6 av 8" in said
    assert "Bland alla 16: 38 % om ingen av de 8 utan svar når målet, 88 % om alla gör det." in said


def test_a_class_is_computed_with_todays_thresholds_also_for_a_period_gone_by(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.ORS_RELIABLY_IMPROVED)
        world.spell(insats_id, START, END, ors=[(START, 200), (END, 265)])
        world.session.add(
            ThresholdSet(
                valid_from=date(2025, 9, 1),
                ors_cutoff_adult_mm=250,
                ors_cutoff_young_mm=280,
                reliable_change_mm=70,
                alternative_reliable_change_mm=50,
                srs_total_mm=360,
                srs_scale_mm=90,
                srs_fall_mm=10,
                gsrs_total_mm=360,
                source="Provets källa.",
            )
        )

    for today, found in ((date(2025, 8, 31), (1, 1, 0)), (date(2025, 9, 1), (0, 1, 0))):
        with time_machine.travel(today, tick=False):
            if today.month == 8:
                (result,) = results(database, insats, build)
            else:
                (result,) = results(database, insats, lambda _world, _insats_id: None)
            table = insats_dashboard(database, insats[1], insats[0], H1).value.ors_change
        assert counts(result) == found
        # The class that the spell is stored with is that of the day of its last score.
        changed = any("1 av dem har en annan klass här än med dem." in n for n in table.notes)
        assert changed == (today.month == 9)


def test_every_target_stands_in_one_table_with_what_it_rests_on(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.ACTIVE_PLANNING, value=75)
        world.target(insats_id, Measure.ORS_RELIABLY_IMPROVED, value=100)
        world.target(insats_id, Measure.PARTICIPANTS, value=10)
        for answer in (*[YES] * 6, *[NO] * 2, *[None] * 8):
            world.spell(insats_id, START, END, active_planning=answer, gender=Gender.WOMAN)

    results(database, insats, build)
    table = insats_dashboard(database, insats[1], insats[0], H1).value.target_table
    said = [
        [cell_text(cell).replace("\u202f", " ").replace("\u00a0", " ") for cell in row.cells]
        for row in table.rows
    ]
    planning, ors, people = (dict(zip(table.columns, cells, strict=True)) for cells in said)
    assert planning["mål"] == "75 %"
    assert planning["bas"].endswith("fullföljda, vid avslut")
    assert (table.rows[0].cells[2].count, table.rows[0].cells[2].base) == (6, 8)
    assert planning["95 % intervall, procent"] == "41–93"
    assert planning["saknar uppgift"] == "8"
    assert planning["om ingen och om alla av dem når målet, procent"] == "38–88"
    assert planning["omdöme"] == "uppnått, osäkert"
    assert (table.rows[0].cells[-2].count, table.rows[0].cells[-1].kind) == (6, CellKind.EMPTY)
    assert (ors["omdöme"], ors["chans att målet är nått"]) == ("ingen uppgift", "–")
    assert (people["utfall"], people["omdöme"]) == ("16", "uppnått")
    assert table.thresholds is not None
    assert [step.count for step in table.funnel] == [16, 16, 16]


def test_planning_vet_ej_is_missing(database: Database, insats: tuple[int, Actor]) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.ACTIVE_PLANNING, value=100)
        for answer in (YES, YES, NO, UNKNOWN, None):
            world.spell(insats_id, START, END, active_planning=answer)

    (result,) = results(database, insats, build)
    assert counts(result) == (2, 3, 2)


def test_answers_and_slips_count_the_positive_options(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        question = Question(
            key="halsa", wording="Hälsa?", kind="scale", asked_at_end=True, valid_from=START
        )
        world.session.add(question)
        world.session.flush()
        assert question.id is not None
        for value in (1, 2):
            world.session.add(
                QuestionOption(question_id=question.id, value=value, label="x", positive=value == 2)
            )
        world.session.flush()
        for choice in (2, 2, 1, None):
            spell_id = world.spell(insats_id, START, END)
            answer = Answer(
                spell_id=spell_id,
                question_id=question.id,
                occasion=Occasion.END,
                answered_on=END,
                recorded_at=NOW,
                recorded_by=world.account.id,
            )
            world.session.add(answer)
            world.session.flush()
            if choice is not None:
                assert answer.id is not None
                world.session.add(
                    AnswerChoice(answer_id=answer.id, question_id=question.id, value=choice)
                )
        world.spell(insats_id, START, END)
        world.target(
            insats_id,
            Measure.POSITIVE_ANSWERS,
            point=PointInTime.AT_END,
            question_id=question.id,
        )
        slips = world.slip_question()
        world.slips(insats_id, slips, END, (1, 1, 2, 8, 8))
        world.slips(insats_id, slips, date(2025, 8, 1), (9, 0, 0, 0, 0))
        world.target(insats_id, Measure.POSITIVE_SLIPS, question_id=slips)

    answers, slips = results(database, insats, build)
    assert counts(answers) == (2, 3, 2)
    assert counts(slips) == (16, 20, 0)
    assert "anonyma lappar" in slips.sentence


def test_volume_capacity_and_cost_are_judged_by_value(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.PARTICIPANTS, value=5)
        world.target(insats_id, Measure.YEAR_PLACES, value=2)
        world.target(
            insats_id,
            Measure.COST_PER_PARTICIPANT,
            value=100_000,
            comparison=Comparison.AT_MOST,
        )
        world.target(insats_id, Measure.PAYBACK_MONTHS, value=40)
        world.budget(insats_id, 2025, 450_000)
        world.spell(insats_id, date(2024, 1, 1), date(2025, 12, 31))
        world.spell(insats_id, date(2025, 1, 1))
        world.spell(insats_id, date(2024, 1, 1), date(2024, 12, 31))
        world.anonymous(insats_id, 2025, Gender.WOMAN, 3)

    people, places, cost, payback = results(database, insats, build, year(2025))
    assert people.outcome.value == 5
    assert "2 deltaganden och 3 anonyma deltagare" in people.sentence
    assert places.outcome.value == 2
    assert (cost.outcome.value, cost.outcome.verdict) == (90_000, Verdict.MET)
    assert payback.outcome.verdict is Verdict.NO_DATA
    assert "730 persondagar på 365 dagar, " in places.sentence
    people, places, cost, _ = results(database, insats, lambda *_: None, half_year(2025, 2))
    assert people.outcome.value == 2
    assert "anonyma räknas per kalenderår och ingår inte" in people.sentence
    assert cost.outcome.verdict is Verdict.NO_DATA


def test_year_places_of_a_running_period_rest_on_the_days_that_have_come(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.YEAR_PLACES, value=2)
        world.spell(insats_id, date(2024, 1, 1))
        world.spell(insats_id, date(2025, 3, 12))

    with time_machine.travel(date(2025, 3, 31), tick=False):
        (places,) = results(database, insats, build, year(2025))
    assert places.outcome.value == Fraction(90 + 20, 90)
    assert "110 persondagar på 90 dagar hittills" in places.sentence
    with time_machine.travel(date(2026, 1, 1), tick=False):
        (places,) = results(database, insats, lambda *_: None, year(2025))
    assert places.outcome.value == Fraction(365 + 295, 365)
    assert "hittills" not in places.sentence


def test_a_target_holds_only_in_its_time_and_until_it_is_voided(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def build(world: World, insats_id: int) -> None:
        world.target(insats_id, Measure.STEP_FORWARD, valid_to=date(2024, 12, 31))
        world.target(insats_id, Measure.ACTIVE_PLANNING, valid_from=date(2025, 6, 30))
        world.target(insats_id, Measure.WORK_OR_STUDIES, valid_from=date(2025, 7, 1))

    (result,) = results(database, insats, build)
    assert result.spec.measure is Measure.ACTIVE_PLANNING

    def void(world: World, _insats_id: int) -> None:
        row = world.session.get(Target, result.target_id)
        assert row is not None
        row.voided_at, row.voided_by, row.void_reason = NOW, world.account.id, "mistake"

    assert results(database, insats, void) == ()
