"""Every word of every chart is read, on the light ground and on the dark; none lies on a line."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_look import contrast
from tracking import ui
from tracking.domain.change import ChangeClass
from tracking.domain.records import Gender
from tracking.domain.time_band import BandPoint
from tracking.outcomes.ors_pairs import OrsPair
from tracking.outcomes.participant_events import Event, Lane
from tracking.outcomes.time_curves import TimeCurve
from tracking.ui import (
    charts_budget,
    charts_change,
    charts_classes,
    charts_earlier,
    charts_flows,
    charts_followed,
    charts_months,
    charts_overview,
    charts_payback,
    charts_periods,
    charts_person,
    charts_person_strips,
    charts_targets,
    charts_time,
)
from tracking.ui.charts import DARK, LIGHT, STILL, Palette
from tracking.ui.marks import Span as Reach
from tracking.ui.tokens import DARK as DARK_TOKENS
from tracking.ui.tokens import LIGHT as LIGHT_TOKENS
from tracking.ui.tokens import Tokens

READ = 4.5
START = date(2026, 1, 7)
DAYS = [START + timedelta(days=30 * n) for n in range(5)]
POINTS = list(zip(DAYS, (160, 190, 210, 150, 243), strict=True))
SPAN = charts_person.Span.around(DAYS)
SIDES = (Gender.WOMAN, Gender.MAN, None)
MONTHS = [(2026, n) for n in range(1, 7)]
LINES = [charts_months.Line(g, (3.0, 4.0, 5.0, 4.0, 6.0, 7.0)) for g in SIDES]
PARTS = tuple(
    charts_classes.Part(f"klass {n}", 10 + n, unknown=n == 3) for n in range(len(LIGHT.classes) - 1)
)

SAMPLES: dict[str, Callable[[Palette], go.Figure]] = {
    "charts_budget.shares_of_money": lambda c: charts_budget.shares_of_money(
        [charts_budget.Money("individ", 1_200_000, 900_000), charts_budget.Money("övrigt", 9, 1)], c
    ),
    "charts_change.first_against_last": lambda c: charts_change.first_against_last(
        [OrsPair(100, 200, one) for one in ChangeClass], reliable_mm=60, cutoff_mm=250, colours=c
    ),
    "charts_classes.divided": lambda c: charts_classes.divided(
        (charts_classes.Group("Totalt", PARTS),), c
    ),
    "charts_flows.flow_bands": lambda c: charts_flows.flow_bands(
        charts_flows.Flows(
            ("Ohälsa", "Uppgift saknas"),
            ("Arbete", "Ohälsa"),
            FLOWS,
            quiet=frozenset({"Uppgift saknas"}),
        ),
        c,
    ),
    "charts_earlier.years_apart": lambda c: charts_earlier.years_apart(
        [(2021, 40), (2022, 51)], [(2024, 47), (2025, 52)], c
    ),
    "charts_months.over_months": lambda c: charts_months.over_months(
        MONTHS, [charts_months.Panel("Startade", tuple(LINES))], c
    ),
    "charts_months.places_over_months": lambda c: charts_months.places_over_months(
        MONTHS, LINES, 5.0, c
    ),
    "charts_overview.dot_rows": lambda c: charts_overview.dot_rows(
        [
            charts_overview.DotRow(
                "En insats",
                tuple(charts_overview.Dot(Reach(40, 30, 55), side) for side in SIDES),
                target=70,
            ),
            charts_overview.DotRow("En annan", (charts_overview.Dot(Reach(None, 30, 55)),)),
        ],
        c,
    ),
    "charts_overview.way_chart": lambda c: charts_overview.way_chart(
        [
            charts_overview.WayPoint("2025-12", "62\u202f%", Reach(62, 50, 70)),
            charts_overview.WayPoint("2026-06", "51–64\u202f%", Reach(None, 51, 64)),
        ],
        target=80,
        target_text="mål 80\u202f%",
        top=100,
        is_share=True,
        colours=c,
    ),
    "charts_payback.tornado": lambda c: charts_payback.tornado(
        [charts_payback.TornadoRow("Kostnad", "lägre", "högre", 10.0, 30.0)], 20.0, c
    ),
    "charts_periods.over_periods": lambda c: charts_periods.over_periods(
        ["2025-H2", "2026-H1"],
        [charts_periods.Series(name, (n, n + 3)) for n, name in enumerate(("en", "två", "tre"))],
        c,
    ),
    "charts_person.ors_curve": lambda c: ors(c),
    "charts_person.own_curve": lambda c: charts_person.own_curve(POINTS, span=SPAN, colours=c),
    "charts_person.course_curve": lambda c: charts_person.course_curve(
        POINTS,
        span=SPAN,
        days=DAYS,
        inner=[(140.0, 220.0)] * 5,
        outer=[(100.0, 280.0)] * 5,
        colours=c,
    ),
    "charts_person.srs_curve": lambda c: charts_person.srs_curve(
        POINTS, span=SPAN, limit_mm=360, colours=c
    ),
    "charts_person.staircase": lambda c: charts_person.staircase(
        [(START, 2), (DAYS[2], None)], span=SPAN, positions=range(1, 7), colours=c
    ),
    "charts_followed.two_years": lambda c: charts_followed.two_years(
        [
            charts_followed.TwoYears("1", 61.0, 64.0, "64\u202f% av 50, året före 61\u202f% av 41"),
            charts_followed.TwoYears("2", None, 40.0, "40\u202f% av 20"),
        ],
        c,
    ),
    "charts_followed.panels": lambda c: charts_followed.panels(
        ["2025 H1", "2025 H2"],
        [
            charts_followed.Panel("Sjukpenning", (120.5, None)),
            charts_followed.Panel("Aktivitetsstöd", (0.0, 14.0)),
        ],
        c,
    ),
    "charts_person.enlarged": lambda c: charts_person.enlarged(ors(c), 1.5),
    "charts_person_strips.scales_chart": lambda c: charts_person_strips.scales_chart(
        [(START, (30, 40, 50, 60)), (DAYS[1], (40, 40, 30, 70))],
        names=("en", "två", "tre", "fyra"),
        span=SPAN,
        colours=c,
    ),
    "charts_person_strips.strip": lambda c: charts_person_strips.strip(
        [Event(START, lane, happened, "något") for lane in Lane for happened in (True, False)],
        span=SPAN,
        ended_on=DAYS[-1],
        colours=c,
    ),
    "charts_targets.bullet": lambda c: charts_targets.bullet(
        [
            charts_targets.BulletRow("Totalt", 62.0, 45.0, 76.0, base=34),
            charts_targets.BulletRow("Kvinnor", None, 45.0, 76.0, base=12, gender=Gender.WOMAN),
        ],
        target=80,
        target_text="mål 80\u202f%",
        colours=c,
    ),
    "charts_time.time_curves": lambda c: charts_time.time_curves(
        [TimeCurve(side, 20, 12, 90, (BandPoint(30, 0.8, 0.6, 0.9, 20),), (30,)) for side in SIDES],
        c,
    ),
}
FLOWS = (charts_flows.Flow(0, 0, 1200), charts_flows.Flow(1, 1, 7))


def ors(colours: Palette, points: list[tuple[date, int]] = POINTS) -> go.Figure:
    return charts_person.ors_curve(
        points,
        span=SPAN,
        cutoff_mm=250,
        band=(max(0, points[0][1] - 60), min(400, points[0][1] + 60)),
        reliable_mm=60,
        colours=colours,
    )


@cache
def written(chart: str, *, dark: bool = False) -> dict[str, Any]:
    """A chart as it is sent to the browser, drawn once for all that is asked of it."""
    made: dict[str, Any] = SAMPLES[chart](DARK if dark else LIGHT).to_plotly_json()
    return made


def colours_of_words(drawn: object) -> Iterator[str]:
    """The colour of every font of a figure, wherever in it."""
    if isinstance(drawn, dict):
        for name, value in drawn.items():
            if name.endswith("font") and isinstance(value, dict) and value.get("color"):
                if name != "textfont":
                    yield value["color"]
            else:
                yield from colours_of_words(value)
    elif isinstance(drawn, list | tuple):
        for value in drawn:
            yield from colours_of_words(value)


def test_every_chart_of_the_pages_is_tried_here() -> None:
    there = set()
    for found in pkgutil.iter_modules(ui.__path__):
        if not found.name.startswith("charts_"):
            continue
        module = importlib.import_module(f"tracking.ui.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and inspect.signature(function).return_annotation == "go.Figure":
                there.add(f"{found.name}.{name}")
    assert there == set(SAMPLES)


@pytest.mark.parametrize("chart", SAMPLES)
@pytest.mark.parametrize(
    ("colours", "grounds"),
    [
        (LIGHT, (LIGHT_TOKENS.ground, LIGHT_TOKENS.soft)),
        (DARK, (DARK_TOKENS.ground, DARK_TOKENS.soft)),
    ],
    ids=["light", "dark"],
)
def test_words_of_a_chart_are_read_on_its_ground(
    chart: str, colours: Palette, grounds: tuple[str, ...]
) -> None:
    drawn = written(chart, dark=colours is DARK)
    words = set(colours_of_words(drawn["layout"]))
    assert words
    for ink in words:
        for ground in grounds:
            assert contrast(ink, ground) >= READ, f"{ink} on {ground}"
    for trace in drawn["data"]:
        inside = trace.get("textfont", {}).get("color")
        if not inside or not any(trace.get("text") or ()):
            continue
        if trace["type"] == "bar" and trace.get("textposition") != "outside":
            assert contrast(inside, trace["marker"]["color"]) >= READ, "a number in its bar"
        else:
            for ground in grounds:
                assert contrast(inside, ground) >= READ, "a number beside its mark"


NOT_SWEDISH = re.compile(
    r"\d\.\d"  # 4.5
    r"|\d ?%"  # 62% and 62 %, where the line may break
    r"|\d[ \u00a0]\d{3}(?!\d)|\d,\d{3}(?!\d)"  # 1 200 with a wide space, 1,200
    r"|\d{5}"  # 12000
    r"|\d[kM](?!\w)"  # 12k
    r"|(?<![\w\u2013-])-\d"  # -5
)


def said_by(drawn: object, under: str = "") -> Iterator[str]:
    """Every text of a figure that is read, wherever in it."""
    if isinstance(drawn, dict):
        for name, value in drawn.items():
            yield from said_by(value, name)
    elif isinstance(drawn, list | tuple):
        for value in drawn:
            yield from said_by(value, under)
    elif isinstance(drawn, str) and under in ("text", "ticktext", "name", "ticksuffix"):
        yield drawn


@pytest.mark.parametrize("chart", SAMPLES)
def test_numbers_of_a_chart_are_written_in_swedish(chart: str) -> None:
    drawn = written(chart)
    assert [text for text in said_by(drawn) if NOT_SWEDISH.search(text)] == []
    for name, axis in drawn["layout"].items():
        if not re.match("[xy]axis", name) or axis.get("showticklabels") is False:
            continue
        # A name of each bar, or words for each place; of what Plotly writes alone, small whole
        # numbers read the same in every language.
        letter = name.replace("axis", "")
        on_it = [t for t in drawn["data"] if (t.get(f"{letter[0]}axis") or letter[0]) == letter]
        named = any(isinstance(v, str) for t in on_it for v in t.get(letter[0], ()))
        values = axis.get("tickvals")
        assert named or values is not None, f"Plotly chooses the numbers of {name}"
        if axis.get("ticktext") is None:
            assert all(v == int(v) and 0 <= v < 1000 for v in values or ()), name


def test_a_number_in_another_form_would_be_found() -> None:
    for wrong in ("4.5", "62 %", "62%", "1 200", "1,200", "12000", "12k", "(-5)"):
        assert NOT_SWEDISH.search(wrong), wrong
    for right in ("4,5", "62\u202f%", "1\u202f200", "2026-06", "13\u201316 av 16", "\u22125"):
        assert not NOT_SWEDISH.search(right), right


@pytest.mark.parametrize("chart", SAMPLES)
def test_nothing_of_a_chart_is_told_to_who_can_point_alone(chart: str) -> None:
    drawn = written(chart)
    assert drawn["layout"]["hovermode"] is False
    assert not [trace for trace in drawn["data"] if trace.get("hovertemplate")]
    assert STILL["staticPlot"]


def colours_in(drawn: object) -> Iterator[str]:
    """Every colour of a figure as #rrggbb; one that is seen through is given as it is whole."""
    if isinstance(drawn, dict):
        for value in drawn.values():
            yield from colours_in(value)
    elif isinstance(drawn, list | tuple):
        for value in drawn:
            yield from colours_in(value)
    elif isinstance(drawn, str):
        if re.fullmatch("#[0-9a-fA-F]{6}", drawn):
            yield drawn.lower()
        elif part := re.match(r"rgba\((\d+), ?(\d+), ?(\d+), ?(0\.\d+)\)", drawn):
            yield "#" + "".join(f"{int(one):02x}" for one in part.groups()[:3])


@pytest.mark.parametrize("chart", SAMPLES)
@pytest.mark.parametrize(
    ("colours", "look"), [(LIGHT, LIGHT_TOKENS), (DARK, DARK_TOKENS)], ids=["light", "dark"]
)
def test_a_chart_has_the_colours_of_the_look_and_each_for_its_meaning(
    chart: str, colours: Palette, look: Tokens
) -> None:
    drawn = written(chart, dark=colours is DARK)
    used = set(colours_in(drawn))
    sides = {colours.genders[side] for side in (Gender.WOMAN, Gender.MAN)}
    known = {colours.ground, colours.ink, colours.second, colours.rule, colours.primary}
    known |= {colours.bar, colours.quiet, *colours.classes, *colours.genders.values()}
    # On a bar the numbers are black or white, whichever is read.
    known |= {LIGHT.ground, LIGHT.ink}
    assert used <= known
    assert not used & {look.met, look.unmet}, "a verdict is told in words beside the chart"
    if not used & sides:
        return
    marks: dict[str, set[object]] = {}
    for trace in drawn["data"]:
        marker, line = trace.get("marker", {}), trace.get("line", {})
        for ink in {marker.get("color"), line.get("color")} & sides:
            if form := marker.get("symbol") or line.get("dash"):
                marks.setdefault(ink, set()).add(form)
    apart = len(marks) == len(sides) and set.isdisjoint(*marks.values())
    words = " ".join(said_by(drawn)).lower()
    assert apart or "kvinnor" in words, "kvinnor and män are told apart without their colours"


def test_a_word_that_is_too_faint_would_be_found() -> None:
    faint = go.Figure(layout={"template": {}}).add_annotation(
        text="svagt", font={"color": LIGHT.bar}
    )
    (ink,) = colours_of_words(faint.to_plotly_json()["layout"])
    assert contrast(ink, LIGHT.ground) < READ


def test_no_line_beside_the_bands_is_wider_than_a_telephone_has_room_for() -> None:
    names = ("Aktivitetsersättning och sjukersättning", "Ekonomiskt bistånd")
    flows = charts_flows.Flows(names, names, FLOWS)
    drawn = charts_flows.flow_bands(flows, LIGHT)
    said = [one.text for one in drawn.layout.annotations if "<b>" in one.text]
    assert len(said) == 4
    for words in said:
        plain = words.replace("<b>", "").replace("</b>", "").split("<br>")
        longest = max(len(word) for word in plain[0].split())
        assert all(len(line) <= max(charts_flows.ACROSS, longest) for line in plain)
    assert any(words.endswith("<b>1\u202f200</b>") for words in said)


@given(st.lists(st.integers(0, 400), min_size=5, max_size=5))
def test_notes_of_the_ors_curve_never_lie_on_each_other(totals: list[int]) -> None:
    points = list(zip(DAYS, totals, strict=True))
    notes = [one for one in ors(LIGHT, points).layout.annotations if one.xref == "paper"]
    assert {one.text.split()[0] for one in notes} == {"±6,0", "gränsvärde"}
    one, other = (note.y for note in notes)
    assert abs(one - other) >= charts_person.NOTE_TALL


def test_notes_of_an_even_curve_stand_clear_of_it() -> None:
    notes = [
        one.y
        for one in ors(LIGHT, [(day, 160) for day in DAYS]).layout.annotations
        if one.xref == "paper"
    ]
    assert all(abs(at - 16) >= charts_person.NOTE_TALL for at in notes)
