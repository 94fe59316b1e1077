"""What comes of answers: targets, the table before and after, and plain counting beside it."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.integration.result_worlds import NO, NOW, UNKNOWN, YES, World, building
from tracking.access.actors import Actor
from tracking.domain.figures import Cell, Table
from tracking.domain.periods import Period, half_year, year
from tracking.domain.records import FollowUpStatus, Gender, QuestionKind
from tracking.domain.roles import Role
from tracking.domain.situation import Occasion
from tracking.domain.targets import Comparison, Measure, PointInTime, Population, Verdict
from tracking.outcomes.shapes import InsatsDashboard
from tracking.outcomes.tables import insats_dashboard
from tracking.store.database import Database
from tracking.store.tables import Answer, AnswerChoice, Question, QuestionOption, Situation, Target

H1 = half_year(2025, 1)
START, END = date(2025, 1, 10), date(2025, 5, 20)
VET_EJ = 0


@pytest.fixture
def insats(database: Database) -> tuple[int, Actor]:
    with building(database) as world:
        insats_id = world.insats("Stegen")
        return insats_id, world.actor(Role.INSATS_LEAD, insats_id)


def read(database: Database, insats: tuple[int, Actor], period: Period = H1) -> InsatsDashboard:
    return insats_dashboard(database, insats[1], insats[0], period).value


def question(world: World, kind: QuestionKind = QuestionKind.SCALE, **more: object) -> int:
    values: dict[str, object] = {
        "key": f"fraga_{kind}",
        "wording": "Hur mår du?",
        "kind": kind,
        "asked_at_start": True,
        "asked_at_end": True,
        "asked_at_follow_up": True,
        "valid_from": date(2015, 1, 1),
    }
    made = world._add(Question(**(values | more)))
    for value in range(1, 6):
        world._add(
            QuestionOption(
                question_id=made.id, value=value, label=f"Svar {value}", positive=value >= 4
            )
        )
    return int(made.id)


def say(
    world: World, spell_id: int, question_id: int, occasion: Occasion, on: date, *values: int
) -> None:
    answer = world._add(
        Answer(
            spell_id=spell_id,
            question_id=question_id,
            occasion=occasion,
            answered_on=on,
            recorded_at=NOW,
            recorded_by=world.account.id,
        )
    )
    for value in values:
        if value != VET_EJ:
            world._add(AnswerChoice(answer_id=answer.id, question_id=question_id, value=value))


def cells(table: Table, label: str) -> tuple[Cell, ...]:
    return next(row.cells for row in table.rows if row.label == label)


def of(cell: Cell) -> tuple[int | None, int | None]:
    return cell.count, cell.base


PAIRS = ((1, 2), (2, 4), (4, 5), (5, 4), (4, 2), (3, 3), (VET_EJ, 4), (2, VET_EJ), (None, 5))


def answered_pairs(world: World, insats_id: int, question_id: int) -> None:
    for n, (before, after) in enumerate(PAIRS):
        gender = Gender.MAN if n % 3 == 0 else Gender.WOMAN
        spell_id = world.spell(insats_id, START, END, gender=gender)
        if before is not None:
            say(world, spell_id, question_id, Occasion.START, START, before)
        say(world, spell_id, question_id, Occasion.END, END, after)
    world.spell(insats_id, START, END)


def test_a_question_before_and_after_is_one_table_with_its_missing(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        answered_pairs(world, insats[0], question(world))
    (table,) = read(database, insats).questions
    assert of(cells(table, "Positiva svar vid start")[-1]) == (3, 7)
    assert of(cells(table, "Positiva svar vid avslut")[-1]) == (5, 8)
    assert of(cells(table, "Bättre svar än vid start")[-1]) == (3, 6)
    assert of(cells(table, "Oförändrat svar")[-1]) == (1, 6)
    assert of(cells(table, "Sämre svar än vid start")[-1]) == (2, 6)
    assert cells(table, "Saknar något av svaren")[-1].count == 4
    assert cells(table, "Avslutade")[-1].count == 10
    assert [step.count for step in table.funnel] == [10, 10, 7, 8, 6]
    assert "Positiva svar: Svar 4, Svar 5." in table.definition


def test_kvinnor_and_man_add_to_totalt_in_every_row(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        answered_pairs(world, insats[0], question(world))
    (table,) = read(database, insats).questions
    for row in table.rows:
        *parts, total = row.cells
        assert sum(cell.count or 0 for cell in parts) == total.count
        assert sum(cell.base or 0 for cell in parts) == (total.base or 0)


def test_targets_on_a_question_at_start_at_end_after_and_as_change(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        asked = question(world)
        answered_pairs(world, insats[0], asked)
        for measure, point, population in (
            (Measure.POSITIVE_ANSWERS, PointInTime.AT_START, Population.STARTED),
            (Measure.POSITIVE_ANSWERS, PointInTime.AT_END, Population.ENDED),
            (Measure.ANSWERS_IMPROVED, PointInTime.AT_END, Population.ENDED),
        ):
            world.target(
                insats[0], measure, point=point, population=population, question_id=asked, value=50
            )
        ongoing = world.spell(insats[0], date(2025, 3, 1))
        say(world, ongoing, asked, Occasion.START, date(2025, 3, 1), 5)
    start, end, better = read(database, insats).targets
    for result, found in ((start, (4, 8, 3)), (end, (5, 8, 2)), (better, (3, 6, 4))):
        outcome = result.outcome
        assert (outcome.numerator, outcome.denominator, outcome.missing) == found
    assert "svarade bättre än vid start" in better.sentence
    assert "Chansen att den sanna andelen når målet är" in better.sentence


def test_an_answer_after_the_window_of_its_follow_up_is_no_answer(
    database: Database, insats: tuple[int, Actor]
) -> None:
    ended = date(2024, 9, 1)
    with building(database) as world:
        asked = question(world)
        world.target(insats[0], Measure.POSITIVE_ANSWERS, point=PointInTime.M6, question_id=asked)
        for late in (60, 61):
            spell_id = world.spell(insats[0], date(2024, 1, 10), ended)
            on = date(2025, 3, 1) + timedelta(days=late)
            world.follow_up(spell_id, 6, FollowUpStatus.DONE, on)
            say(world, spell_id, asked, Occasion.M6, on, 5)
    (result,) = read(database, insats).targets
    outcome = result.outcome
    assert (outcome.numerator, outcome.denominator, outcome.missing) == (1, 1, 1)


def test_an_answer_dated_after_the_period_changes_nothing_in_it(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        asked = question(world)
        answered_pairs(world, insats[0], asked)
    before = read(database, insats).questions
    with building(database) as world:
        late = world.spell(insats[0], START, date(2025, 7, 2))
        say(world, late, asked, Occasion.END, date(2025, 7, 2), 1)
    assert read(database, insats).questions[0].rows == before[0].rows


def test_a_voided_answer_and_a_spell_elsewhere_leave_the_table(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        asked = question(world)
        answered_pairs(world, insats[0], asked)
        elsewhere = world.insats("Bron")
        for occasion, on in ((Occasion.START, START), (Occasion.END, END)):
            spell_id = world.spell(elsewhere, START, END)
            say(world, spell_id, asked, occasion, on, 5)
        first = world.session.get_one(Answer, 1)
        first.voided_at, first.voided_by, first.void_reason = NOW, world.account.id, "mistake"
    (table,) = read(database, insats).questions
    assert of(cells(table, "Positiva svar vid start")[-1]) == (3, 6)


def test_a_question_without_answers_or_spells_is_a_table_in_words(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        question(world)
        question(world, QuestionKind.SEVERAL_OF, asked_at_start=False, wording="Vad hjälpte?")
    both, end_only = read(database, insats).questions
    assert of(cells(both, "Bättre svar än vid start")[-1]) == (None, None)
    assert [row.label for row in end_only.rows] == [
        "Positiva svar vid avslut",
        "Saknar svar",
        "Avslutade",
    ]


def test_the_tables_agree_with_plain_counting_on_random_worlds(
    database: Database, insats: tuple[int, Actor]
) -> None:
    dice = random.Random(4)
    told: list[tuple[int | None, int | None]] = []
    with building(database) as world:
        asked = question(world)
        for _ in range(60):
            pair = tuple(dice.choice((None, VET_EJ, 1, 2, 3, 4, 5)) for _ in range(2))
            spell_id = world.spell(insats[0], START, END)
            for occasion, on, value in (
                (Occasion.START, START, pair[0]),
                (Occasion.END, END, pair[1]),
            ):
                if value is not None:
                    say(world, spell_id, asked, occasion, on, value)
            told.append((pair[0], pair[1]))
    (table,) = read(database, insats).questions
    before = [b for b, _ in told if b]
    after = [a for _, a in told if a]
    both = [(b, a) for b, a in told if b and a]
    assert of(cells(table, "Positiva svar vid start")[-1]) == (
        sum(b >= 4 for b in before),
        len(before),
    )
    assert of(cells(table, "Positiva svar vid avslut")[-1]) == (
        sum(a >= 4 for a in after),
        len(after),
    )
    assert of(cells(table, "Bättre svar än vid start")[-1]) == (
        sum(a > b for b, a in both),
        len(both),
    )
    assert cells(table, "Saknar något av svaren")[-1].count == 60 - len(both)


# Work or studies begun or increased, and återbetalningstid


def extents(
    world: World, spell_id: int, before: tuple[str, int | None], after: tuple[str, int | None]
) -> None:
    words = {"yes": YES, "no": NO, "unknown": UNKNOWN}
    for occasion, on, (work, percent) in (
        (Occasion.START, START, before),
        (Occasion.END, END, after),
    ):
        made = world.situation(spell_id, occasion, on, work=words[work])
        world.session.get_one(Situation, made).work_percent = percent


def test_work_begun_or_increased_is_counted_of_those_whose_extents_are_known(
    database: Database, insats: tuple[int, Actor]
) -> None:
    cases = (
        (("no", None), ("yes", 25)),  # begun
        (("yes", 25), ("yes", 50)),  # increased
        (("yes", 50), ("yes", 50)),  # the same
        (("yes", 50), ("no", None)),  # stopped
        (("no", None), ("no", None)),  # never
        (("yes", None), ("yes", 50)),  # not known
        (("unknown", None), ("yes", 50)),  # not known
    )
    with building(database) as world:
        world.target(
            insats[0],
            Measure.WORK_OR_STUDIES_INCREASED,
            point=PointInTime.AT_END,
            population=Population.ENDED,
        )
        for before, after in cases:
            extents(world, world.spell(insats[0], START, END), before, after)
        world.spell(insats[0], START, END)
    (result,) = read(database, insats).targets
    outcome = result.outcome
    assert (outcome.numerator, outcome.denominator, outcome.missing) == (2, 5, 3)


def payback(world: World, insats_id: int, *, assumed: bool = True) -> None:
    made = world.target(
        insats_id,
        Measure.PAYBACK_MONTHS,
        point=PointInTime.AT_END,
        comparison=Comparison.AT_MOST,
        value=40,
    )
    if assumed:
        target = world.session.get_one(Target, made)
        target.support_month_kr, target.production_month_kr = 12_000, 40_000


def left_support(world: World, insats_id: int, *, percent: int | None = 50) -> None:
    spell_id = world.spell(insats_id, START, END)
    world.situation(spell_id, Occasion.START, START)
    made = world.situation(spell_id, Occasion.END, END, support="none", work=YES)
    world.session.get_one(Situation, made).work_percent = percent


def test_payback_is_cost_by_gain_with_its_assumptions_said(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        payback(world, insats[0])
        world.budget(insats[0], 2025, 1_920_000)
        for _ in range(2):
            left_support(world, insats[0])
        left_support(world, insats[0], percent=None)  # an extent that nobody knows gains nothing
    (result,) = read(database, insats, year(2025)).targets
    assert result.outcome.value == Fraction(1_920_000, 2 * 12_000 + 40_000)
    assert result.outcome.value == 30
    assert result.outcome.verdict is Verdict.MET
    said = result.sentence.replace("\u202f", " ")
    assert "Utfall 1 920 000 kr delat på vinsten 64 000 kr i månaden." in said
    assert "2 färre i offentlig försörjning à 12 000 kr och 1,0 fler heltider à 40 000 kr" in said
    assert "1 saknar uppgift och räknas utan vinst" in said
    assert result.spec.value == Decimal(40)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("no gain", "Vinsten är inte positiv, så tiden går inte att beräkna."),
        ("no cost", "Årets utfall är inte inlagt."),
        ("no assumptions", "Antagandena om vad en månad är värd är inte inlagda på målet."),
        ("half a year", "Återbetalningstiden räknas per kalenderår; välj ett helt år."),
    ],
)
def test_payback_that_cannot_be_computed_says_why_and_is_never_negative(
    database: Database, insats: tuple[int, Actor], kind: str, words: str
) -> None:
    with building(database) as world:
        payback(world, insats[0], assumed=kind != "no assumptions")
        if kind != "no cost":
            world.budget(insats[0], 2025, 100_000)
        if kind != "no gain":
            left_support(world, insats[0])
    period = H1 if kind == "half a year" else year(2025)
    (result,) = read(database, insats, period).targets
    assert result.outcome.value is None
    assert result.outcome.verdict is Verdict.NO_DATA
    assert words in result.sentence
