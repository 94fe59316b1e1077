"""Files of indicators and kommun figures: read as people keep them, or refused with a row."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook

from tracking.domain.context_figures import (
    FigureKind,
    IndicatorRow,
    KommunRow,
    half_year_figure,
)
from tracking.domain.periods import half_year, month_span
from tracking.domain.periods import year as calendar_year
from tracking.domain.records import Gender
from tracking.exchange.figures import Reading, period_of, read_figures
from tracking.exchange.importing.shapes import FileRefused, PersonalData

KOMMUN, NNS = FigureKind.YEAR_EQUIVALENTS, FigureKind.INDICATORS


def csv(*lines: str, kind: FigureKind = KOMMUN, encoding: str = "utf-8") -> Reading:
    return read_figures("\r\n".join(lines).encode(encoding), "tal.csv", kind)


def excel(*rows: tuple[object, ...], kind: FigureKind = KOMMUN) -> Reading:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    out = BytesIO()
    book.save(out)
    return read_figures(out.getvalue(), "tal.xlsx", kind)


# --- periods --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2024M01", month_span(2024, 1, 1)),
        ("2024-11", month_span(2024, 11, 1)),
        ("2024K2", month_span(2024, 4, 3)),
        ("2024 kv4", month_span(2024, 10, 3)),
        ("2024-H1", half_year(2024, 1)),
        ("H2 2024", half_year(2024, 2)),
        ("jan–juni 2024", half_year(2024, 1)),
        ("Juli-december 2024", half_year(2024, 2)),
        ("mars 2024", month_span(2024, 3, 1)),
        ("2024", calendar_year(2024)),
    ],
)
def test_periods_are_read_as_tables_name_them(text: str, period: object) -> None:
    assert period_of(text) == period


@pytest.mark.parametrize("text", ["", "2024M13", "2024K5", "2024-H3", "1493", "maj–jan 2024", "x"])
def test_what_is_no_period_is_none(text: str) -> None:
    assert period_of(text) is None


def test_a_half_year_is_the_mean_of_its_months_and_never_their_sum() -> None:
    half = half_year(2024, 1)
    months = {month_span(2024, m, 1): 100.0 + m for m in range(1, 7)}
    found = half_year_figure(months, half)
    assert found is not None
    assert (found.value, found.months) == (103.5, 6)
    quarters = {month_span(2024, 1, 3): 90.0, month_span(2024, 4, 3): 110.0}
    assert half_year_figure(quarters, half).value == 100  # type: ignore[union-attr]
    some = half_year_figure({month_span(2024, 2, 1): 50.0}, half)
    assert (some.value, some.months) == (50.0, 1)  # type: ignore[union-attr]
    assert half_year_figure({calendar_year(2024): 5.0, half_year(2024, 2): 7.0}, half) is None
    both = {half: 42.0} | months
    assert half_year_figure(both, half).value == 42  # type: ignore[union-attr]
    twice = {month_span(2024, 1, 1): 10.0, month_span(2024, 1, 3): 90.0}
    assert half_year_figure(twice, half).value == 10  # type: ignore[union-attr]


# --- kommun tables ---------------------------------------------------------------------------


def test_a_statistical_database_s_wide_table_with_a_title_above_is_read() -> None:
    reading = csv(
        "Helårsekvivalenter efter region och kön",
        "",
        "region;kön;ersättningsslag;Antal 2024M01;Antal 2024M02",
        "1493 Mariestad;kvinnor;sjukpenning;101,5;..",
        "1493 Mariestad;män;sjukpenning;80;82.5",
        "1493 Mariestad;totalt;Summa;1 181;1 190",
        encoding="cp1252",
    )
    assert reading.may_be_taken_in
    assert reading.left_out == 1
    assert reading.rows[0] == KommunRow(
        "Mariestad", "sjukpenning", Gender.WOMAN, "2024-01--2024-01", 101.5
    )
    assert len(reading.rows) == 5
    assert reading.rows[-1] == KommunRow("Mariestad", "Summa", None, "2024-02--2024-02", 1190.0)


def test_a_long_table_in_excel_is_read() -> None:
    reading = excel(
        ("Kommun", "Ersättning", "Period", "Antal"),
        ("Töreboda", "Ekonomiskt bistånd", "2024-H1", 41.25),
        ("Töreboda", "Ekonomiskt bistånd", "2024-H2", 39),
    )
    assert [row.value for row in reading.rows if isinstance(row, KommunRow)] == [41.25, 39]
    assert not reading.faults


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Töreboda;Sjukpenning;2024-H9;12", "Perioden går inte att läsa"),
        ("Töreboda;Sjukpenning;2024-H2;många", "Talet ska vara ett tal"),
        ("Töreboda;Sjukpenning;2024-H2;-1", "noll eller större"),
        (";Sjukpenning;2024-H2;12", ""),
        ("Töreboda;Sjukpenning;2024-H1;13", "står redan på rad 2"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_number(line: str, why: str) -> None:
    reading = csv(
        "Kommun;Ersättning;Period;Antal", "Töreboda;Sjukpenning;2024-H1;12", line,
        "Töreboda;A-kassa;2024-H1;12",
    )  # fmt: skip
    assert not reading.may_be_taken_in
    (fault,) = reading.faults
    assert fault.row == 3
    assert why in fault.why
    assert "många" not in fault.why


@pytest.mark.parametrize(
    ("headings", "lacking"),
    [
        ("Ort;Ersättning;2024-H1", "kommun"),
        ("Kommun;Något;2024-H1", "ersättning eller grupp"),
        ("Kommun;Ersättning;Antal", "period och värde"),
    ],
)
def test_a_file_without_its_columns_is_refused_with_those_it_lacks(
    headings: str, lacking: str
) -> None:
    with pytest.raises(FileRefused, match=lacking):
        csv(headings, "Töreboda;Sjukpenning;12")


# --- indicators ------------------------------------------------------------------------------

HEAD = "Grupp;Indikator;År;n;Andel"


def test_indicators_are_read_by_number_and_no_wording_is_kept() -> None:
    reading = csv(
        HEAD, "Deltagare;1;2025;40;62,5", "Deltagare;Indikator 2. Jag har fått;2025;38;80 %",
        "Personal;15;2025;3;..", kind=NNS,
    )  # fmt: skip
    assert reading.rows == (
        IndicatorRow("Deltagare", 1, 2025, 40, 6250),
        IndicatorRow("Deltagare", 2, 2025, 38, 8000),
        IndicatorRow("Personal", 15, 2025, 3, None),
    )
    assert "fått" not in repr(reading)


def test_shares_that_excel_keeps_as_parts_of_one_are_per_cent() -> None:
    reading = excel(
        ("Grupp", "Indikator", "År", "n", "Andel"), ("Deltagare", 1, 2025, 40, 0.625),
        ("Deltagare", 2, 2025, 40, 1), kind=NNS,
    )  # fmt: skip
    shares = [row.share_hundredths for row in reading.rows if isinstance(row, IndicatorRow)]
    assert shares == [6250, 10_000]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Deltagare;16;2025;40;50", "mellan 1 och 15"),
        ("Deltagare;tillit;2025;40;50", "mellan 1 och 15"),
        ("Deltagare;1;1925;40;50", "Året"),
        ("Deltagare;1;2025;-4;50", "n ska vara"),
        ("Deltagare;1;2025;4,5;50", "n ska vara"),
        ("Deltagare;1;2025;40;101", "mellan 0 och 100"),
        (";1;2025;40;50", ""),
    ],
)
def test_an_impossible_indicator_is_refused_with_its_row(line: str, why: str) -> None:
    reading = csv(HEAD, "Deltagare;2;2025;40;50", "Deltagare;3;2025;40;50", line, kind=NNS)
    (fault,) = reading.faults
    assert fault.row == 4
    assert why in fault.why


def test_few_answers_keep_their_number_and_no_share() -> None:
    row = IndicatorRow("Personal", 1, 2025, 4, 5000)
    assert row.kept(5) == IndicatorRow("Personal", 1, 2025, 4, None)
    assert row.kept(4) is row


# --- what is no such file --------------------------------------------------------------------


def test_formulas_are_refused_with_their_row() -> None:
    reading = excel(
        ("Kommun", "Ersättning", "2024-H1"), ("Töreboda", "Sjukpenning", 12),
        ("Töreboda", "A-kassa", "=1+1"),
    )  # fmt: skip
    (fault,) = reading.faults
    assert fault.row == 3
    assert "formel" in fault.why


def test_a_column_of_personal_identity_numbers_is_refused_and_not_repeated() -> None:
    number = "19900101" + "-0017"
    with pytest.raises(PersonalData) as caught:
        csv("Kommun;Ersättning;2024-H1", f"Töreboda;{number};12")
    assert number not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "tal.csv"),
        (b"<html><table></table></html>", "tal.csv"),
        (b"%PDF-1.7", "tal.csv"),
        (b"a;b", "tal.xlsx"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "tal.xls"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(content: bytes, name: str) -> None:
    with pytest.raises(FileRefused) as caught:
        read_figures(content, name, NNS)
    assert str(caught.value).endswith(".")


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("tal.txt", "x")
    with pytest.raises(FileRefused):
        read_figures(out.getvalue(), "tal.xlsx", KOMMUN)
