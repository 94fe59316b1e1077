"""Figures from elsewhere in the database: taken in whole, replaced cell by cell, taken back."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.integration.result_worlds import building
from tracking.access.actors import Actor
from tracking.domain.context_figures import (
    YEAR_EQUIVALENTS,
    FigureKind,
    FigureRow,
    IndicatorRow,
    KommunRow,
)
from tracking.domain.errors import Conflict, InvalidValue, NotFound, NotPermitted
from tracking.domain.figures import CellKind
from tracking.domain.records import Gender
from tracking.domain.roles import Role
from tracking.outcomes.figures import indicators, kommun_figures, would_change
from tracking.outcomes.figures_tables import (
    gender_table,
    indicators_finding,
    indicators_table,
    kommun_finding,
    kommun_table,
)
from tracking.services.figures import take_back_figures, take_in_figures
from tracking.store.database import Database
from tracking.store.tables import Code, CodeList

KIND, NNS = FigureKind.YEAR_EQUIVALENTS, FigureKind.INDICATORS


@pytest.fixture
def admin(database: Database) -> Actor:
    with building(database) as world:
        world._add(CodeList(key="void_reason", title="Skäl"))
        world._add(Code(list_key="void_reason", key="no_longer_valid", label="Fel"))
        return world.actor(Role.FORBUND_ADMIN)


def take(
    database: Database, actor: Actor, kind: FigureKind, *rows: FigureRow, digest: str = "a"
) -> int:
    return take_in_figures(
        database, actor, kind=kind, source="SCB, hämtad i dag", sha256=digest * 64, rows=rows,
        key=str(uuid4()),
    ).import_id  # fmt: skip


def figure(period: str, value: float, **more: object) -> KommunRow:
    values = {"municipality": "Älvmark", "item": "Sjukpenning", "gender": None} | more
    return KommunRow(period_key=period, value=value, **values)  # type: ignore[arg-type]


def test_a_later_file_counts_where_both_tell_and_is_taken_back_whole(
    database: Database, admin: Actor
) -> None:
    take(database, admin, KIND, figure("2024-H1", 100), figure("2024-H2", 90))
    rows = (figure("2024-H2", 95), figure("2025-H1", 80), figure("2024-H1", 100))
    change = would_change(database, admin, KIND, rows)
    assert (change.new, change.other, change.same) == (1, 1, 1)
    later = take(database, admin, KIND, *rows, digest="b")
    found = kommun_figures(database, admin, KIND)
    halves, (series,) = found.series(None)
    assert [half.key for half in halves] == ["2024-H1", "2024-H2", "2025-H1"]
    assert [f.value for f in series.figures if f] == [100, 95, 80]
    take_back_figures(
        database, admin, import_id=later, why="no_longer_valid", version=1, key=str(uuid4())
    )
    _, (series,) = kommun_figures(database, admin, KIND).series(None)
    assert [f.value for f in series.figures if f] == [100, 90]
    with pytest.raises(NotFound):
        take_back_figures(
            database, admin, import_id=later, why="no_longer_valid", version=2, key=str(uuid4())
        )


def test_the_same_file_is_taken_in_once_until_it_is_taken_back(
    database: Database, admin: Actor
) -> None:
    first = take(database, admin, KIND, figure("2024-H1", 100))
    with pytest.raises(Conflict, match="redan inläst"):
        take(database, admin, KIND, figure("2024-H1", 100))
    take_back_figures(
        database, admin, import_id=first, why="no_longer_valid", version=1, key=str(uuid4())
    )
    assert take(database, admin, KIND, figure("2024-H1", 100)) > first


def test_one_impossible_row_stores_nothing(database: Database, admin: Actor) -> None:
    for row in (figure("2024-H1", -1), figure("2024-H9", 1), IndicatorRow("x", 1, 2024, 5, 1)):
        with pytest.raises(InvalidValue):
            take(database, admin, KIND, figure("2024-H2", 100), row)
    number = "19900101" + "-0017"
    with pytest.raises(InvalidValue):
        take(database, admin, KIND, figure("2024-H1", 1, municipality=number))
    assert kommun_figures(database, admin, KIND).rows == ()
    assert kommun_figures(database, admin, KIND).imports == ()


def test_of_few_answers_no_share_is_kept_and_the_page_says_so(
    database: Database, admin: Actor
) -> None:
    take(
        database, admin, NNS,
        IndicatorRow("Deltagare", 1, 2024, 40, 5000), IndicatorRow("Deltagare", 1, 2025, 38, 6250),
        IndicatorRow("Deltagare", 2, 2025, 4, 7500),
    )  # fmt: skip
    with database.reading() as session:
        shares = session.connection().exec_driver_sql(
            "SELECT share_hundredths FROM indicator_result WHERE n = 4"
        )
        assert shares.fetchall() == [(None,)]
    found = indicators(database, admin)
    table = indicators_table(found, "Deltagare")
    assert table.columns == ("2024, %", "2024, n", "2025, %", "2025, n")
    first, second = table.rows
    assert [cell.value or cell.count for cell in first.cells] == [50.0, 40, 62.5, 38]
    assert [cell.kind for cell in second.cells] == [
        CellKind.EMPTY, CellKind.EMPTY, CellKind.TEXT, CellKind.COUNT,
    ]  # fmt: skip
    assert indicators_finding(found, "Deltagare") == (
        "Deltagare: av 1\u00a0indikator är 1 högre och 0 lägre 2025 än 2024"
    )


def test_women_and_men_are_added_only_where_both_are_told(database: Database, admin: Actor) -> None:
    take(
        database, admin, KIND,
        figure("2024-H1", 60, gender=Gender.WOMAN), figure("2024-H1", 40, gender=Gender.MAN),
        figure("2024-H2", 61, gender=Gender.WOMAN),
    )  # fmt: skip
    halves, series = kommun_figures(database, admin, KIND).series("Älvmark")
    both = next(one for one in series if one.gender is None)
    assert [None if f is None else f.value for f in both.figures] == [100, None]
    table = gender_table(YEAR_EQUIVALENTS, "Älvmark", halves, series)
    assert table is not None
    assert [cell.value for cell in table.rows[0].cells] == [61, None, None]


def test_kommuner_are_added_only_for_half_years_that_all_of_them_have_whole(
    database: Database, admin: Actor
) -> None:
    take(
        database, admin, KIND,
        figure("2024-H1", 60), figure("2024-H1", 40, municipality="Stenvåla"),
        figure("2024-H2", 61), figure("2025-H1", 50),
        figure("2025-01--2025-01", 30, municipality="Stenvåla"),
    )  # fmt: skip
    found = kommun_figures(database, admin, KIND)
    halves, (series,) = found.series(None)
    assert [None if f is None else f.value for f in series.figures] == [100, None, None]
    halves, own = found.series("Stenvåla")
    table = kommun_table(YEAR_EQUIVALENTS, "Stenvåla", halves, own)
    assert table.notes == ("jan–juni 2025: bara 1 av 6 månader är inlästa.",)


def test_the_finding_compares_with_the_same_half_year_the_year_before(
    database: Database, admin: Actor
) -> None:
    take(
        database, admin, KIND,
        *(figure(key, value, item="Summa") for key, value in (
            ("2024-H1", 1200), ("2024-H2", 1180), ("2025-H1", 1150),
        )),
    )  # fmt: skip
    halves, series = kommun_figures(database, admin, KIND).series("Älvmark")
    said = kommun_finding(YEAR_EQUIVALENTS, "Älvmark", halves, series).replace("\u202f", " ")
    assert said == "Älvmark, jan–juni 2025: 1 150 helårsekvivalenter, 50 färre än året före"


def test_the_two_kommun_measures_never_meet(database: Database, admin: Actor) -> None:
    take(database, admin, KIND, figure("2024-H1", 60))
    take(database, admin, FigureKind.SUPPORT_MEASURE, figure("2024-H1", 90), digest="b")
    assert [r.value for r in kommun_figures(database, admin, KIND).rows] == [60]


def test_who_reads_releases_reads_them_and_only_the_administrator_takes_them_in(
    database: Database, admin: Actor
) -> None:
    with building(database) as world:
        insats_id = world.insats("Stegen")
        board = world.actor(Role.BOARD)
        staff = world.actor(Role.CASE_WORKER, insats_id)
    assert indicators(database, board).rows == ()
    with pytest.raises(NotPermitted):
        take(database, board, KIND, figure("2024-H1", 1))
    for read in (indicators, lambda d, a: kommun_figures(d, a, KIND)):
        with pytest.raises(NotPermitted):
            read(database, staff)
