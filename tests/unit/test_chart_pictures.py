"""Charts of before and after, of first and last, and a table as a file."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.change import ChangeClass
from tracking.domain.figures import Cell, Row, Table
from tracking.domain.periods import half_year
from tracking.outcomes.ors_pairs import OrsPair
from tracking.ui.chart_files import table_csv
from tracking.ui.charts import LIGHT
from tracking.ui.charts_change import SIGNS, first_against_last
from tracking.ui.charts_flows import MOST_PLACES, Flow, Flows, flow_bands
from tracking.ui.findings_tables import matrix_alt, matrix_finding, matrix_flows

counts = st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=4, max_size=4)
PLACES = ("Ohälsa", "Studiestöd", "Ingen", "Uppgift saknas")


def matrix(numbers: list[list[int]]) -> Table:
    lines = [
        Row(name, tuple(map(Cell.of_count, (*line, sum(line)))))
        for name, line in zip(PLACES, numbers, strict=True)
    ]
    sums = [sum(column) for column in zip(*numbers, strict=True)]
    lines.append(Row("Alla", tuple(map(Cell.of_count, (*sums, sum(sums)))), emphasis=True))
    return Table(
        key="support_flow",
        title="Försörjning, från start till avslut",
        definition="Varje rad är en grupp vid start.",
        row_heading="Vid start",
        columns=(*(f"{name} vid avslut" for name in PLACES), "totalt"),
        rows=tuple(lines),
        period=half_year(2026, 1),
        population="avslutade",
    )


@given(counts)
def test_every_person_of_a_matrix_is_in_exactly_one_flow(numbers: list[list[int]]) -> None:
    flows = matrix_flows(matrix(numbers))
    size = sum(map(sum, numbers))
    assert (0 if flows is None else flows.size) == size
    if flows is not None:
        assert {flows.before[f.before] for f in flows.flows if f.count} == set(flows.before)


@given(counts)
def test_bands_are_as_wide_as_they_are_many_and_stay_inside(numbers: list[list[int]]) -> None:
    flows = matrix_flows(matrix(numbers))
    if flows is None:
        return
    drawn = flow_bands(flows, LIGHT)
    bands = [trace for trace in drawn.data if trace.fill == "toself"]
    there = [flow.count for flow in sorted(flows.flows, key=lambda f: (f.before, f.after))]
    widths = [band.y[0] - band.y[-1] for band in bands]
    assert len(widths) == sum(count > 0 for count in there)
    per_person = [w / n for w, n in zip(widths, [n for n in there if n], strict=True)]
    assert max(per_person) == pytest.approx(min(per_person))
    assert all(-1e-9 <= y <= 1 + 1e-9 for band in bands for y in band.y)


def test_a_group_of_nobody_has_no_flows() -> None:
    assert matrix_flows(matrix([[0] * 4] * 4)) is None


def test_more_places_than_a_reader_can_follow_are_refused() -> None:
    names = tuple(map(str, range(MOST_PLACES + 1)))
    with pytest.raises(ValueError, match="more places"):
        Flows(names, names, ())
    with pytest.raises(ValueError, match="nowhere"):
        Flows(("a",), ("b",), (Flow(0, 1, 3),))


def test_the_finding_leaves_out_those_whose_place_is_not_known() -> None:
    flows = matrix_flows(matrix([[6, 1, 0, 5], [0, 2, 0, 0], [0, 0, 0, 0], [4, 0, 0, 9]]))
    assert flows is not None
    assert (
        matrix_finding(flows, "stod kvar")
        == "8 av 9 (89\u202f%) stod kvar vid avslut som vid start"
    )
    assert matrix_alt(flows).startswith("från Uppgift saknas till Uppgift saknas: 9; ")


def test_each_class_of_change_has_a_mark_of_its_own() -> None:
    assert set(SIGNS) == set(ChangeClass)
    assert len({sign for sign, _ in SIGNS.values()}) == len(ChangeClass)


def test_people_in_the_same_place_are_drawn_as_one_larger_point() -> None:
    pairs = [OrsPair(100, 200, ChangeClass.IMPROVED)] * 3 + [OrsPair(50, 60, ChangeClass.UNCHANGED)]
    figure = first_against_last(pairs, reliable_mm=60, cutoff_mm=250, colours=LIGHT)
    marks = [trace for trace in figure.data if trace.mode == "markers" and len(trace.x)]
    assert [(list(t.x), list(t.y)) for t in marks] == [([100], [200]), ([50], [60])]
    assert marks[0].marker.size[0] > marks[1].marker.size[0]


def test_a_table_as_a_file_keeps_counts_and_bases_apart_and_computes_nothing() -> None:
    table = Table(
        key="t",
        title="=Avslut",
        definition="Alla.",
        row_heading="Anledning",
        columns=("andel", "dagar"),
        rows=(
            Row("@Arbete", (Cell.of_share(8, 95), Cell.of_number(12.34))),
            Row("-Studier", (Cell.hidden(12, 16, 16), Cell.of_number(None))),
        ),
        period=half_year(2026, 1),
        population="avslutade",
    )
    rows = list(csv.reader(io.StringIO(table_csv(table, ("INTERNT",))), delimiter=";"))
    assert rows[0] == ["'=Avslut"]
    assert ["INTERNT"] in rows
    assert rows[4:7] == [
        ["Anledning", "andel", "andel, bas", "dagar"],
        ["'@Arbete", "8", "95", "12,3"],
        ["'-Studier", "12–16 av 16", "16", ""],
    ]
