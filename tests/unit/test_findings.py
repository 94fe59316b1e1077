"""The findings that stand as titles: no number in them that is not in the figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.change import ChangeClass
from tracking.domain.figures import EMPTY, Cell, Row, Table, TargetResult
from tracking.domain.periods import half_year
from tracking.domain.statistics import mean_change
from tracking.domain.targets import (
    Comparison,
    Measure,
    PointInTime,
    Population,
    TargetSpec,
    Verdict,
    judge_share,
    judge_value,
)
from tracking.ui import findings, findings_tables
from tracking.ui.choices import Kind, kind_of, periods_of

PERIOD = half_year(2026, 1)
THIN = "\u202f"


def plain(text: str | None) -> str:
    assert text is not None
    return text.replace(THIN, " ").replace("\u00a0", " ")


def a_result(successes: int, n: int, missing: int = 0, target: int = 80) -> TargetResult:
    spec = TargetSpec(
        Measure.STEP_FORWARD,
        Population.COMPLETED,
        PointInTime.DURING,
        Comparison.AT_LEAST,
        Decimal(target),
    )
    outcome = judge_share(successes, n, missing, target)
    return TargetResult(1, spec, "80 % framåt", outcome, "")


def a_table(key: str, columns: tuple[str, ...], rows: dict[str, tuple[Cell, ...]]) -> Table:
    return Table(
        key=key,
        title=key,
        definition="",
        row_heading="",
        columns=columns,
        rows=tuple(Row(label, cells) for label, cells in rows.items()),
        period=PERIOD,
        population="",
    )


def test_finding_of_a_target_says_outcome_and_aim() -> None:
    assert plain(findings.target_finding(a_result(21, 34))) == "62 % tog steg framåt; målet är 80 %"


def test_finding_of_few_gives_counts_and_no_per_cent() -> None:
    assert plain(findings.target_finding(a_result(3, 4))) == "3 av 4 tog steg framåt; målet är 80 %"


def test_finding_without_a_base_says_so() -> None:
    said = plain(findings.target_finding(a_result(0, 0, missing=3)))
    assert said == "Inga uppgifter om målet i perioden; målet är 80 %"


def test_finding_of_a_value_has_its_unit_and_direction() -> None:
    spec = TargetSpec(
        Measure.PAYBACK_MONTHS,
        Population.COMPLETED,
        PointInTime.AT_END,
        Comparison.AT_MOST,
        Decimal(40),
    )
    found = TargetResult(1, spec, "", judge_value(37.5, 40, Comparison.AT_MOST), "")
    said = plain(findings.target_finding(found))
    assert said == "Återbetalningstid: 37,5 månader; målet är högst 40 månader"
    unknown = replace(found, outcome=judge_value(None, 40, Comparison.AT_MOST))
    assert plain(findings.target_finding(unknown)).startswith("Återbetalningstid går inte")


def test_verdict_always_has_sign_and_word() -> None:
    for verdict in Verdict:
        sign, word = findings.verdict_words(verdict).split(" ", 1)
        assert sign in "✓~✕–"
        assert word.lower() == verdict.label


def test_targets_are_counted_by_verdict() -> None:
    verdicts = [Verdict.MET, Verdict.NOT_MET, Verdict.NOT_MET, Verdict.TOO_FEW]
    said = plain(findings.targets_finding(verdicts))
    assert said == "Av 4 mål: 1 uppnått, 2 ej uppnådda och 1 går inte att bedöma."


@given(st.lists(st.sampled_from(list(Verdict)), min_size=2, max_size=12))
def test_counts_of_verdicts_add_up_to_the_targets(verdicts: list[Verdict]) -> None:
    said = plain(findings.targets_finding(verdicts))
    total, groups = said.removeprefix("Av ").split(" mål: ")
    numbers = [int(word) for word in groups.replace(".", "").split() if word.isdigit()]
    assert sum(numbers) == int(total) == len(verdicts)


def test_no_targets_is_said_in_words() -> None:
    assert "inga mål" in findings.targets_finding([])


def test_kvinnor_and_män_that_cannot_be_told_apart_are_said_to_be_so() -> None:
    said = plain(
        findings.gender_finding(
            {"woman": judge_share(13, 20, 0, 80), "man": judge_share(8, 14, 0, 80)}
        )
    )
    assert said == (
        "Kvinnor 13 av 20 (65 %), män 8 av 14 (57 %). Skillnaden är 8 procentenheter "
        "(95 % KI −23 till 38): går inte att skilja åt."
    )


def test_kvinnor_and_män_that_differ_are_said_to_be_told_apart() -> None:
    said = plain(
        findings.gender_finding(
            {"woman": judge_share(56, 70, 0, 80), "man": judge_share(48, 80, 0, 80)}
        )
    )
    assert "Skillnaden är 20 procentenheter (95 % KI 5 till 33): går att skilja åt." in said


def test_few_of_one_kön_are_not_compared() -> None:
    said = plain(
        findings.gender_finding(
            {"woman": judge_share(2, 3, 0, 80), "man": judge_share(8, 14, 0, 80)}
        )
    )
    assert said.endswith("För få för att jämföra.")
    assert "2 av 3," in said


def test_one_kön_without_a_base_gives_no_comparison() -> None:
    nobody = {"woman": judge_share(5, 9, 0, 80), "man": judge_share(0, 0, 0, 80)}
    assert findings.gender_finding(nobody) is None


def the_steps(base: int) -> Table:
    columns = (
        "startade",
        "avslutade",
        "fullföljda, kvinnor",
        "fullföljda, män",
        "fullföljda, totalt",
    )
    shares = {"framåt": 21, "oförändrat": 9, "bakåt": 3, "inga utsikter för arbete": 1}
    rows = {
        label: tuple(Cell.of_share(n if base else 0, base) for _ in columns)
        for label, n in shares.items()
    }
    counts = {"I basen": base, "Bedömning saknas": 3}
    rows |= {label: tuple(Cell.of_count(n) for _ in columns) for label, n in counts.items()}
    rows["Pågår ännu"] = (Cell.of_count(2), EMPTY, EMPTY, EMPTY, EMPTY)
    return a_table("step_moves", columns, rows)


def test_finding_of_steps_is_about_the_completed() -> None:
    table = the_steps(34)
    assert (
        plain(findings_tables.steps_finding(table)) == "21 av 34 fullföljda (62 %) tog steg framåt"
    )
    assert findings_tables.steps_base(table).endswith("n = 34, 3 saknar bedömning")


def test_three_populations_and_both_genders_are_drawn_with_those_who_lack_an_assessment_last() -> (
    None
):
    groups = findings_tables.step_groups(the_steps(34))
    assert [group.label for group in groups] == [
        "Startade",
        "Avslutade",
        "Fullföljda",
        "Fullföljda, kvinnor",
        "Fullföljda, män",
    ]
    assert all(group.size == 37 for group in groups)
    assert all(group.parts[-1].unknown for group in groups)
    assert "framåt 21" in findings_tables.groups_alt(groups)


def test_steps_without_a_base_are_said_in_words() -> None:
    assert "Ingen fullföljd" in findings_tables.steps_finding(the_steps(0))


def test_finding_of_ors_counts_improved_and_deteriorated() -> None:
    rows = {
        c.label: (Cell.of_share(n, 30),) for c, n in zip(ChangeClass, (7, 5, 3, 13, 2), strict=True)
    }
    rows["Alla tillförlitligt förbättrade"] = (Cell.of_share(12, 30),)
    rows["Med två skattningar"] = (Cell.of_count(30),)
    columns = ("kvinnor", "män", "totalt")
    table = a_table("ors_change", columns, {name: found * 3 for name, found in rows.items()})
    said = plain(findings_tables.change_finding(table))
    assert said == "12 av 30 (40 %) förbättrades tillförlitligt på ORS, 2 försämrades"
    groups = findings_tables.change_groups(table)
    assert [group.label for group in groups] == ["Kvinnor", "Män", "Totalt"]
    assert all(group.size == 30 for group in groups)


def test_mean_change_has_points_interval_and_a_word_on_uncertainty() -> None:
    said = plain(findings_tables.mean_words(mean_change([160, 200, 180], [220, 210, 240])))
    assert said.startswith("Medelvärde 18,0 → 22,3 poäng, förändring +4,3 (95 % KI ")
    assert said.endswith("n = 3. Osäkert: färre än 30 par.")


def test_a_table_without_the_row_is_a_fault_and_not_a_zero() -> None:
    table = a_table("flows", ("totalt",), {"Startade": (Cell.of_count(3),)})
    with pytest.raises(KeyError):
        findings_tables.number(table, "Avslutade")


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (Kind.HALF_YEAR, "2026-H2"),
        (Kind.TERTIAL, "2026-T3"),
        (Kind.YEAR, "2026"),
        (Kind.LATEST, "2025-11-23--2026-11-22"),
    ],
)
def test_newest_period_of_a_kind_holds_today_and_is_known_again(kind: Kind, first: str) -> None:
    found = periods_of(kind, first=date(2025, 3, 1), today=date(2026, 11, 22))
    assert found[0].key == first
    assert kind_of(found[0]) is kind


def test_periods_begin_with_the_one_that_the_insats_began_in() -> None:
    found = periods_of(Kind.HALF_YEAR, first=date(2025, 3, 1), today=date(2026, 11, 22))
    assert [p.key for p in found] == ["2026-H2", "2026-H1", "2025-H2", "2025-H1"]
