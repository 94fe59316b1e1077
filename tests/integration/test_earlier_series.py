"""Tidigare uppgifter, SUS, year by year: apart from our own years, and with their own words."""

from __future__ import annotations

import pytest

from tests.databases import on_sqlite
from tests.integration.test_import_undoing import undone
from tests.integration.test_import_workbooks import CONSENTS, read_in
from tests.integration.worlds import World
from tests.workbooks import a_workbook
from tracking.domain.errors import NotPermitted
from tracking.domain.figures import CellKind
from tracking.domain.import_records import ImportKind
from tracking.domain.records import Gender
from tracking.outcomes.earlier import EarlierSeries, earlier_series
from tracking.ui.charts import palette
from tracking.ui.charts_earlier import years_apart
from tracking.ui.findings_earlier import finding, footnote

pytestmark = on_sqlite

YEARS = [["År", "Kvinnor", "Män", "Totalt"], [2018, 20, 11, 31], [2019, 22, 18, 40]]
SAID = {"definition": "Alla som varit inskrivna under året.", "source": "SUS, uttag 2022"}


def series(world: World) -> tuple[EarlierSeries, ...]:
    """What the insats's staff read."""
    return earlier_series(world.database, world.worker, world.insats_id).value


def told(world: World, measure: str = "Antal deltagare") -> EarlierSeries:
    """The years read in as one measure."""
    read_in(world, a_workbook(YEARS), kind=ImportKind.HISTORY, measure=measure, **SAID)
    return next(one for one in series(world) if one.measure == measure)


def spells(world: World) -> None:
    """Two who came in 2024, one of whom left in 2025, and one who came this year."""
    head = ["Nr", "Född", "Kön", "Start", "Remittent", "Slut", "Avslut till"]
    lines = [
        [1, 1990, "k", "2024-03-01", "Kommun", "2025-02-01", "Arbete"],
        [2, 1985, "m", "2024-09-01", "Kommun", None, None],
        [3, 1980, "k", "2026-01-08", "Kommun", None, None],
    ]
    read_in(world, a_workbook([head, *lines]), kind=ImportKind.SPELLS, **CONSENTS)


def test_own_whole_years_stand_beside_by_the_own_definition(world: World) -> None:
    spells(world)

    def own(measure: str) -> list[tuple[int, int, int]]:
        return [(y.year, y.counts[Gender.WOMAN], y.total) for y in told(world, measure).own]

    found = {measure: own(measure) for measure in ("Antal deltagare", "Nya deltagare", "Avslutade")}
    assert found == {
        "Antal deltagare": [(2024, 1, 2), (2025, 1, 2)],
        "Nya deltagare": [(2024, 1, 2), (2025, 0, 0)],
        "Avslutade": [(2024, 0, 0), (2025, 1, 1)],
    }


def test_table_behind_keeps_the_two_apart_and_says_both_definitions(world: World) -> None:
    spells(world)
    table = told(world).table
    assert [row.label for row in table.rows] == [
        "2018, tidigare uppgifter",
        "2019, tidigare uppgifter",
        "2024, Stegvis",
        "2025, Stegvis",
    ]
    assert [cell.count for cell in table.rows[1].cells] == [22, 18, None, 40]
    assert table.rows[1].cells[2].kind is CellKind.EMPTY
    assert table.definition == SAID["definition"]
    assert "minst en dag under året" in " ".join(table.notes)


def test_drawing_joins_no_earlier_year_and_never_the_two(world: World) -> None:
    spells(world)
    one = told(world)
    points = [[(year.year, year.total) for year in years] for years in (one.years, one.own)]
    figure = years_apart(points[0], points[1], palette(dark=False))
    earlier, own = figure.data
    assert "lines" not in earlier.mode
    assert earlier.marker.symbol != own.marker.symbol
    assert set(earlier.x).isdisjoint(own.x)
    (rule,) = figure.layout.shapes
    assert max(earlier.x) < rule.x0 < min(own.x)


def test_words_name_the_years_and_where_they_come_from(world: World) -> None:
    one = told(world)
    assert finding(one) == "Antal deltagare: 31 år 2018, 40 år 2019, enligt tidigare uppgifter"
    assert footnote((one,)).startswith("För 2018–2019 finns tidigare uppgifter, SUS.")


def test_parts_of_a_whole_stand_alone_with_their_base(world: World) -> None:
    spells(world)
    file = a_workbook([["År", "Antal", "Av"], [2019, 12, 40]])
    read_in(world, file, kind=ImportKind.HISTORY, measure="I arbete vid avslut", **SAID)
    (one,) = series(world)
    assert one.own == ()
    assert (one.table.rows[0].cells[-1].count, one.table.rows[0].cells[-1].base) == (12, 40)
    assert finding(one) == "I arbete vid avslut: 12 av 40 år 2019, enligt tidigare uppgifter"


def test_series_that_is_taken_back_is_shown_no_more_and_changes_no_figure(world: World) -> None:
    told(world)
    undone(world)
    assert series(world) == ()


def test_only_staff_of_the_insats_read_them(world: World) -> None:
    told(world)
    for actor in (world.neighbour, world.nobody):
        with pytest.raises(NotPermitted):
            earlier_series(world.database, actor, world.insats_id)
    assert earlier_series(world.database, world.lead, world.insats_id).value
