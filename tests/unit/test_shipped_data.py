"""Rules of what ships as data: every file is whole, and agrees with the domain."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tracking.domain.change import DEFAULT_THRESHOLDS
from tracking.domain.endings import END_REASONS, EndGroup, Outcome, OutcomeChange
from tracking.domain.identifiers import clean_text
from tracking.domain.targets import Measure, PointInTime, Population, TargetUnit
from tracking.exchange.demo import plan as demo
from tracking.store import shipped
from tracking.store.shipped import InsatsTemplate, TemplateTarget
from tracking.store.toml import Fields, ShippedDataFault

LISTS = (
    "referrer",
    "education",
    "municipality",
    "support_band",
    "need_group",
    "end_reason",
    "correction_reason",
    "void_reason",
    "outcome_reason",
    "attempt_way",
)


def template(key: str) -> InsatsTemplate:
    return next(found for found in shipped.templates() if found.key == key)


def stated(of: InsatsTemplate) -> dict[tuple[Measure, PointInTime], Decimal]:
    return {(t.measure, t.point): t.value for t in of.targets if t.value is not None}


def the_list(key: str) -> dict[str, shipped.ShippedCode]:
    found = next(listed for listed in shipped.code_lists() if listed.key == key)
    return {code.key: code for code in found.codes}


def test_every_code_list_of_the_model_ships() -> None:
    assert [listed.key for listed in shipped.code_lists()] == list(LISTS)


def test_what_differs_between_forbund_ships_empty() -> None:
    assert not the_list("municipality")
    assert not the_list("need_group")


def test_avslutsanledning_proposes_and_groups_as_the_domain_says() -> None:
    listed = the_list("end_reason")
    # A felregistrering closes a spell in its own way and is no choice in the list.
    assert set(listed) == set(END_REASONS) - {"misregistered"}
    for key, code in listed.items():
        rule = END_REASONS[key]
        assert (code.label, code.proposes, code.group) == (rule.label, rule.proposes, rule.group)


def test_flytt_and_avliden_stand_in_neither_base() -> None:
    listed = the_list("end_reason")
    assert {k for k, code in listed.items() if code.proposes is Outcome.OUTSIDE} == {
        "moved",
        "deceased",
    }


def test_only_three_avslutsanledningar_leave_in_groups_of_their_own() -> None:
    own = {key for key, code in the_list("end_reason").items() if code.group is not EndGroup.OTHER}
    assert own == {"work", "studies", "continued_rehabilitation"}


def test_reasons_for_another_outcome_are_those_of_the_domain() -> None:
    assert set(the_list("outcome_reason")) == {reason.value for reason in OutcomeChange}


def test_shipped_thresholds_are_those_of_the_domain() -> None:
    assert shipped.thresholds() == DEFAULT_THRESHOLDS


def test_processtrappan_has_six_steps_and_an_exit_outside_them() -> None:
    (ladder,) = shipped.ladders()
    assert [step.position for step in ladder.steps] == [0, 1, 2, 3, 4, 5]
    assert ladder.exit == "Inga utsikter för arbete"
    for step in ladder.steps:
        assert all((step.needs, step.manages, step.activity, step.goal))


def test_health_and_work_are_asked_at_start_and_end() -> None:
    asked = {q.key for q in shipped.questions() if q.asked_at_start and q.asked_at_end}
    assert asked == {"upplevd_halsa", "anstallningsbarhet"}


def test_the_two_highest_answers_of_a_slip_are_positive() -> None:
    slips = {q.key: q for q in shipped.questions() if q.on_slips}
    assert set(slips) == {"tillganglighet", "bemotande", "respekt", "kvalitet"}
    for question in slips.values():
        assert {option.value for option in question.options if option.positive} == {4, 5}
        assert not question.asked_at_start


def test_every_insats_of_the_plans_has_its_template() -> None:
    assert {found.key for found in shipped.templates()} == {
        "samordningsteam",
        "samordningsteam_2017",
        "jobbfokus",
        "utvecklingsplatser_aka",
        "utvecklingsplatser_toreboda",
        "prerehab",
        "ung_arena",
        "gemensamma_skaraborg",
        "gemensamma_vasteras",
    }


def test_a_template_says_what_it_is_modelled_on() -> None:
    for found in shipped.templates():
        assert "(efter " in found.name
        assert found.modelled_on


def test_samordningsteam_keeps_the_plans_numbers_and_denominators() -> None:
    team = template("samordningsteam")
    assert stated(team) == {
        (Measure.STEP_FORWARD, PointInTime.DURING): Decimal(80),
        (Measure.STEP_SAME_OR_HIGHER, PointInTime.M6): Decimal(80),
        (Measure.STEP_SAME_OR_HIGHER, PointInTime.M18): Decimal(90),
        (Measure.PAYBACK_MONTHS, PointInTime.AT_END): Decimal(40),
        (Measure.YEAR_PLACES, PointInTime.PERIOD): Decimal(110),
    }
    shares = [t for t in team.targets if t.unit is TargetUnit.PERCENT]
    assert {t.population for t in shares} == {Population.COMPLETED}


def test_samordningsteam_2017_counts_the_three_ways_out() -> None:
    found = {t.codes: t.value for t in template("samordningsteam_2017").targets}
    assert found == {
        ("work",): Decimal(25),
        ("studies",): Decimal(20),
        ("continued_rehabilitation",): Decimal(55),
    }


@pytest.mark.parametrize(
    ("key", "places", "weeks", "kronor"),
    [
        ("utvecklingsplatser_aka", 50, 16, 1_200_000),
        ("utvecklingsplatser_toreboda", 20, 12, 450_000),
        ("prerehab", 12, 16, 250_000),
    ],
)
def test_places_weeks_and_money_are_those_of_the_plan(
    key: str, places: int, weeks: int, kronor: int
) -> None:
    found = template(key)
    assert (found.planned_participants, found.planned_weeks, found.budget_kr) == (
        places,
        weeks,
        kronor,
    )
    assert stated(found)[Measure.PARTICIPANTS, PointInTime.PERIOD] == places


def test_ung_arena_and_jobbfokus_have_their_ages() -> None:
    ung, jobb = template("ung_arena"), template("jobbfokus")
    assert (ung.age_from, ung.age_to, jobb.age_from, jobb.age_to) == (16, 24, 19, 29)
    assert stated(ung)[Measure.YEAR_PLACES, PointInTime.PERIOD] == 45
    assert stated(jobb)[Measure.ACTIVE_PLANNING, PointInTime.AT_END] == 100


@pytest.mark.parametrize("key", ["utvecklingsplatser_aka", "prerehab", "ung_arena"])
def test_skaraborgs_insatser_share_the_four_self_ratings(key: str) -> None:
    slips = [t for t in template(key).targets if t.measure is Measure.POSITIVE_SLIPS]
    assert {t.question for t in slips} == {"tillganglighet", "bemotande", "respekt", "kvalitet"}
    assert {t.value for t in slips} == {Decimal(80)}


def test_a_target_without_a_number_in_the_plan_invents_none() -> None:
    unstated: list[TemplateTarget] = [
        t for found in shipped.templates() for t in found.targets if t.value is None
    ]
    assert unstated
    for target in unstated:
        assert "anger ingen andel" in target.wording


def test_the_demo_bears_invented_names_and_no_real_place() -> None:
    plan = demo.read()
    text = " ".join([plan.name, *(p.name for p in plan.patterns), *plan.municipalities])
    real = ("Västerås", "Skaraborg", "Västmanland", "Östergötland", "Töreboda", "Gullspång")
    assert not [name for name in real if name in text]


def test_every_pattern_of_the_demo_has_a_template_that_ships() -> None:
    known = {found.key for found in shipped.templates()}
    assert {p.template for p in demo.read().patterns if p.template} <= known


@pytest.mark.parametrize(("scale", "insatser"), [(1, 8), (7, 20), (20, 20), (1430, 1051)])
def test_a_larger_scale_has_more_insatser(scale: float, insatser: int) -> None:
    found = demo.planned(demo.read(), scale, date(2026, 6, 30))
    assert len(found) == insatser
    assert sum(insats.spells for insats in found) == pytest.approx(735 * scale, rel=0.01)


def test_every_shipped_text_may_be_stored() -> None:
    for listed in shipped.code_lists():
        for code in listed.codes:
            assert clean_text(code.label, required=True) == code.label
    for found in shipped.templates():
        for target in found.targets:
            assert clean_text(target.wording, required=True) == target.wording
    for deviation in demo.read().deviations:
        assert clean_text(deviation.what, required=True) == deviation.what


@pytest.mark.parametrize(
    "content",
    [
        "key = 1",
        "",
        'key = "x"\nunknown = 1',
        'key = ""',
        "key = [",
    ],
)
def test_a_file_with_a_fault_is_refused_by_name(tmp_path: Path, content: str) -> None:
    file = tmp_path / "prov.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ShippedDataFault, match=r"prov\.toml"):
        read_key(file)


def read_key(file: Path) -> None:
    fields = Fields.of(file)
    fields.text("key")
    fields.done()
