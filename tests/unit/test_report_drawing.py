"""The static charts: what is drawn stands in a cell, is told in words, and stays on the paper."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.report_contents import a_hard_report, a_report, released_targets, targets
from tracking.domain.figures import Cell, Row, Table
from tracking.domain.periods import parse_period_key
from tracking.domain.swedish import cell_text
from tracking.reports.column_widths import LANDSCAPE, PORTRAIT, TABLE_SIZE, columns_of
from tracking.reports.drawing import Drawing, draw
from tracking.reports.drawing.bars import draw_bars
from tracking.reports.drawing.bullets import draw_bullets
from tracking.reports.drawing.lines import draw_lines
from tracking.reports.drawing.scale import number_scale
from tracking.reports.drawing.svg import MEN, NARROW, TALLEST, TOTAL, WIDTH, WOMEN
from tracking.reports.metrics import printable, text_width, wrapped
from tracking.reports.plain_text import cleaned, paragraphs, plain, shortened

SVG = "{http://www.w3.org/2000/svg}"
BLUE = "#00507f"


def a_table(*rows: Row, columns: tuple[str, ...] = ("totalt",)) -> Table:
    return Table("t", "T", "d", "rad", columns, rows, parse_period_key("2026-H1"), "alla")


def marks(drawings: list[Drawing]) -> list[str]:
    """The values told in words, in the order of the drawing."""
    roots = [ElementTree.fromstring(drawing.svg) for drawing in drawings]
    return [g.get("aria-label", "") for root in roots for g in root.iter(f"{SVG}g")]


def boxes(drawing: Drawing) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(drawing.svg)
    return [box for g in root.iter(f"{SVG}g") for box in g.iter(f"{SVG}rect")]


def test_every_drawn_cell_is_told_in_the_words_of_the_table() -> None:
    section = a_report().sections[1]
    for chart in section.charts:
        table = section.table(chart.table_key or "")
        told = marks(list(draw(chart, section, key="k", colour=BLUE)))
        for row in table.rows:
            cells = [row.cells[at] for at in chart.columns]
            if row.emphasis:
                # A head count on top of shares is no bar; it is told below.
                assert not any(words.startswith(row.label) for words in told)
                continue
            for at, cell in zip(chart.columns, cells, strict=True):
                heading = table.columns[at].capitalize()
                assert f"{row.label}, {heading}: {cell_text(cell)}" in told


def test_a_bar_is_as_long_as_its_share_and_begins_at_nought() -> None:
    table = a_table(Row("halva", (Cell.of_share(10, 20),)), Row("alla", (Cell.of_share(20, 20),)))
    half, whole = boxes(draw_bars(table, (0,), key="k", colour=BLUE)[0])
    assert half.get("x") == whole.get("x")
    assert float(half.get("width", 0)) * 2 == pytest.approx(float(whole.get("width", 0)), abs=0.2)


def test_a_hidden_cell_is_hatched_over_its_range_or_over_everything() -> None:
    table = a_table(
        Row("känd", (Cell.of_share(20, 20),)),
        Row("spann", (Cell.hidden(5, 10, 20),)),
        Row("dold", (Cell.hidden(),)),
    )
    known, span, hidden = boxes(draw_bars(table, (0,), key="k", colour=BLUE)[0])
    for box in (span, hidden):
        assert "hatch" in (box.get("fill") or "")
    full = float(known.get("width", 0))
    assert float(span.get("width", 0)) == pytest.approx(full / 4, abs=0.2)
    assert float(hidden.get("width", 0)) == pytest.approx(full, abs=0.2)


def test_kvinnor_man_and_totalt_have_their_colours_and_their_names_beside_them() -> None:
    table = a_table(
        Row("a", tuple(map(Cell.of_count, (1, 2, 3)))), columns=("kvinnor", "män", "totalt")
    )
    drawing = draw_bars(table, (0, 1, 2), key="k", colour=BLUE)[0]
    assert [box.get("fill") for box in boxes(drawing)] == [WOMEN, MEN, TOTAL]
    assert all(f">{name}<" in drawing.svg for name in ("Kvinnor", "Män", "Totalt"))


def test_lines_are_told_apart_without_colour_and_a_hidden_cell_is_a_gap() -> None:
    rows = tuple(
        Row(str(year), (Cell.of_count(year), Cell.hidden(3, 9) if year == 3 else Cell.of_count(9)))
        for year in range(1, 6)
    )
    drawing = draw_lines(a_table(*rows, columns=("a", "b")), (0, 1), key="k", colour=BLUE)[0]
    paths = list(ElementTree.fromstring(drawing.svg).iter(f"{SVG}path"))
    assert len(paths) == 3
    assert {path.get("stroke-dasharray") for path in paths} == {None, "7 4"}
    assert "hatch" in drawing.svg


def test_a_small_base_is_a_point_a_larger_one_a_bar_and_a_range_is_hatched() -> None:
    of_few, of_many = targets()[1], targets()[0]
    few = draw_bullets((of_few,), key="k", colour=BLUE)[0].svg
    many = draw_bullets((of_many,), key="k", colour=BLUE)[0].svg
    assert "<circle" in few
    assert f'fill="{BLUE}"' in many
    assert "<circle" not in many
    span, hidden = (draw_bullets((t,), key="k", colour=BLUE)[0] for t in released_targets())
    wide = [float(boxes(drawing)[0].get("width", 0)) for drawing in (span, hidden)]
    assert "hatch" in span.svg
    assert wide[0] == pytest.approx(wide[1] / 4, abs=0.2)


def test_a_bullet_tells_target_outcome_and_judgement() -> None:
    told = marks(draw_bullets(targets(), key="k", colour=BLUE))
    assert told[0].startswith("80 % går framåt: 34 av 55 (62\u202f%), mål 80\u202f%, ej uppnått")
    assert "43,2\u00a0årsplatser" in told[2]


def test_a_chart_longer_than_a_page_is_parted_and_every_part_fits() -> None:
    section = a_hard_report().sections[0]
    parts = draw(section.charts[0], section, key="k", colour=BLUE)
    assert len(parts) > 3
    assert all(part.height < TALLEST + 60 for part in parts)
    table = section.table("wide")
    assert len(marks(list(parts))) == 3 * len(table.rows)
    keys = [set(re.findall(r'id="([^"]+)"', part.svg)) for part in parts]
    assert all(not a & b for a, b in pairwise(keys))


@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_no_words_of_a_chart_leave_the_paper(width: int) -> None:
    for content in (a_report(), a_hard_report()):
        for section in content.sections:
            for chart in section.charts:
                for part in draw(chart, section, key="k", colour=BLUE, width=width):
                    for text in ElementTree.fromstring(part.svg).iter(f"{SVG}text"):
                        long = text_width(text.text or "", float(text.get("font-size", 13)))
                        share = {"end": 1.0, "middle": 0.5}.get(text.get("text-anchor") or "", 0)
                        left = float(text.get("x", 0)) - share * long
                        assert left > -3
                        assert left + long < width + 30


def test_a_narrow_drawing_tells_the_same_values_as_the_wide_one() -> None:
    for content in (a_report(), a_hard_report()):
        for section in content.sections:
            for chart in section.charts:
                wide = draw(chart, section, key="k", colour=BLUE)
                narrow = draw(chart, section, key="k", colour=BLUE, width=NARROW)
                assert marks(list(narrow)) == marks(list(wide))
                assert {part.width for part in narrow} == {NARROW}


def test_text_in_a_chart_is_text() -> None:
    table = a_table(Row("<script>&\"'", (Cell.of_text("<b>"),)), Row("b", (Cell.of_count(1),)))
    for drawing in draw_bars(table, (0,), key="k", colour=BLUE):
        assert "<script" not in drawing.svg
        ElementTree.fromstring(drawing.svg)


def test_a_table_without_anything_to_draw_says_so() -> None:
    for make in (draw_bars, draw_lines):
        (drawing,) = make(a_table(), (0,), key="k", colour=BLUE)
        assert "Inga uppgifter att rita." in drawing.svg


@given(st.lists(st.floats(-1e6, 1e7).map(lambda value: round(value, 2)), max_size=8))
def test_an_axis_holds_every_value_and_nought_with_few_ticks(values: list[float]) -> None:
    scale = number_scale(values)
    assert scale.low <= min([0.0, *values])
    assert scale.high >= max([0.0, *values]) * (1 - 1e-9)
    assert any(abs(tick) < 1e-9 for tick in scale.ticks)
    assert 2 <= len(scale.ticks) <= 8


@given(st.text(max_size=60), st.floats(30, 200))
def test_wrapping_keeps_every_letter_and_no_line_is_too_wide(text: str, width: float) -> None:
    shown = printable(plain(text)).replace("\n", " ").replace("\t", " ")
    lines = wrapped(shown, 12, width)
    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")
    assert all(text_width(line, 12) <= width or len(line) == 1 for line in lines)


@given(st.text(max_size=80))
def test_plain_text_is_legal_xml_and_stays_as_it_is_the_second_time(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    ElementTree.fromstring(f"<a>{once.replace('&', '').replace('<', '').replace(']]>', '')}</a>")


def test_only_what_can_not_stand_is_replaced() -> None:
    assert plain("a\r\nb\x0bc\x00d\u202ee\ud800") == "a\nb\nc\ufffdd\ufffde\ufffd"
    assert plain("å\u202f62\u00a0% − \U0001f600") == "å\u202f62\u00a0% − \U0001f600"
    assert paragraphs(" a\nb \n \n\n c ") == ("a\nb ", "c")
    assert shortened("a b " * 100, 10) == "a b a b a…"


def test_cleaning_reaches_every_text_of_a_report_and_leaves_a_clean_one_as_it_is() -> None:
    clean = a_report()
    assert cleaned(clean) == clean
    assert "\x00" in repr(a_hard_report()).encode().decode("unicode_escape", "ignore")
    dirty = cleaned(a_hard_report())
    assert "\\x00" not in repr(dirty)
    assert "\\u202e" not in repr(dirty)


@given(
    st.lists(
        st.tuples(st.text("abcåäö 1", max_size=60), st.text("0123456789 av", max_size=16)),
        min_size=1,
        max_size=6,
    )
)
def test_columns_share_the_room_and_hold_their_longest_word(rows: list[tuple[str, str]]) -> None:
    columns = columns_of(("Rubrik", "Antal"), rows)
    assert sum(columns.widths) == pytest.approx(1)
    assert 0 < columns.extent <= 1.0001
    room = (LANDSCAPE if columns.wide else PORTRAIT) * columns.extent
    for at, share in enumerate(columns.widths):
        words = [word for row in rows for word in row[at].split(" ")]
        longest = max(text_width(word, TABLE_SIZE) for word in words)
        assert share * room >= min(longest, 100) - 0.01
