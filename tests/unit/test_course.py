"""The usual course: its fit, its band, its gate, and how it keeps what it promises."""

from __future__ import annotations

import csv
import math
import random
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit import own_reml
from tracking.domain.course import (
    DEFAULT_GATE,
    INNER,
    OUTER,
    CourseFit,
    Coverage,
    Gate,
    UsualCourse,
    beside,
    coverage,
    enough_scores,
    first_scores,
    fit,
    numbered,
    open_ranges,
    standing,
)
from tracking.domain.errors import InvalidValue

REFERENCE = Path(__file__).parent / "reference"
A_FIT = CourseFit(
    fixed_effects=(200.0, 20.0, 0.9, -0.1),
    random_covariance=((900.0, 100.0), (100.0, 400.0)),
    residual_sd=25.0,
    log_likelihood=-1.0,
    mean_first=190.0,
    spells=120,
    scores=1000,
)


def a_course(ranges: tuple[tuple[int, int], ...] = ((100, 300),)) -> UsualCourse:
    return UsualCourse(
        A_FIT, "insatsen", 1, date(2026, 7, 1), date(2026, 6, 30), "0", ranges, Coverage(5, 8, 10)
    )


def published() -> list[tuple[int, int, float | None]]:
    """Sessions 0–12 of the published data, numbered from 1, gaps as they are."""
    with (REFERENCE / "sgdata_bdi.csv").open(encoding="utf-8") as file:
        return [
            (int(row["id"]), int(row["session"]) + 1, float(row["bdi"]) if row["bdi"] else None)
            for row in csv.DictReader(file)
        ]


def made_by_the_model(spells: int, seed: int = 1) -> list[tuple[int, int, float | None]]:
    dice = random.Random(seed)
    rows: list[tuple[int, int, float | None]] = []
    for spell in range(spells):
        first = dice.gauss(190, 40)
        u0, u1 = dice.gauss(0, 20), dice.gauss(0, 10)
        rows.append((spell, 1, first))
        for talk in range(2, 2 + dice.randint(2, 8)):
            log_talk, centred = math.log(talk), first - 190
            middle = 195 + 18 * log_talk + 0.9 * centred - 0.1 * centred * log_talk
            rows.append((spell, talk, middle + u0 + u1 * log_talk + dice.gauss(0, 18)))
    return rows


def test_the_fit_of_published_sessions_is_that_of_statsmodels_and_of_our_own_reml() -> None:
    # statsmodels 0.15.0, mixedlm("bdi ~ ln_s * c", re_formula="~ ln_s") on the rows after each
    # person's first score, and the closed form of the tests, which agree to nine digits.
    rows = published()
    found = fit(rows)
    assert found.fixed_effects == pytest.approx(
        (44.71998691, -12.22713918, 1.36088365, -0.60419094), abs=2e-4
    )
    (g00, g01), (g10, g11) = found.random_covariance
    assert (g00, g01, g10, g11) == pytest.approx((53.3188, -28.7272, -28.7272, 20.6542), abs=5e-3)
    assert found.residual_sd == pytest.approx(3.798490, abs=1e-5)
    assert found.log_likelihood == pytest.approx(-1305.6974301, abs=1e-5)
    assert (found.spells, found.scores) == (43, 443)
    own = by_our_own_reml(rows)
    assert found.fixed_effects == pytest.approx(own.fixed, rel=1e-6)
    assert found.residual_sd == pytest.approx(own.residual_sd, rel=1e-6)
    assert found.log_likelihood == pytest.approx(own.log_likelihood, abs=1e-6)


def by_our_own_reml(rows: list[tuple[int, int, float | None]]) -> own_reml.OwnFit:
    """The closed form on rows chosen here anew: those after each spell's first score."""
    scored = sorted((spell, talk, score) for spell, talk, score in rows if score is not None)
    firsts: dict[int, tuple[int, float]] = {}
    for spell, talk, score in scored:
        firsts.setdefault(spell, (talk, score))
    later = [row for row in scored if row[1] > firsts[row[0]][0] and row[1] >= 2]
    kept = {spell for spell, _, _ in later}
    mean = sum(firsts[spell][1] for spell in kept) / len(kept)
    fixed = [
        [1.0, math.log(talk), firsts[spell][1] - mean, (firsts[spell][1] - mean) * math.log(talk)]
        for spell, talk, _ in later
    ]
    return own_reml.fit_random_slope(
        [spell for spell, _, _ in later],
        fixed,
        [row[1] for row in fixed],
        [score for _, _, score in later],
    )


def test_a_first_score_is_never_explained_whatever_number_its_talk_has() -> None:
    # The same spells, some of which filled in their first form at a later talk.
    rows = made_by_the_model(30)
    late = [row for row in rows if row[0] % 3 or row[1] > 2]
    firsts = {spell: min(talk for own, talk, _ in late if own == spell) for spell in range(30)}
    with_later = {spell for spell, talk, _ in late if talk > firsts[spell]}
    found = fit(late)
    assert set(firsts.values()) == {1, 3}
    assert found.scores == sum(talk > firsts[spell] for spell, talk, _ in late)
    assert found.spells == len(with_later)
    own = by_our_own_reml(late)
    assert found.fixed_effects == pytest.approx(own.fixed, rel=1e-4)
    assert coverage(late).tried == found.scores


def test_a_person_whose_first_form_came_late_is_set_beside_the_band_after_it() -> None:
    points = beside(a_course(), ((3, 200), (5, 210)))
    assert [point.number for point in points] == [5]


def test_a_fit_says_when_it_lies_on_the_boundary() -> None:
    assert not A_FIT.on_boundary
    for covariance in (((900.0, 0.0), (0.0, 0.0)), ((900.0, 30.0), (30.0, 1.0))):
        assert replace(A_FIT, random_covariance=covariance).on_boundary
    assert not fit(made_by_the_model(60)).on_boundary


def test_sessions_numbered_from_zero_fit_as_well() -> None:
    # The same library on the same rows, numbered as they were published.
    found = fit([(spell, number - 1, score) for spell, number, score in published()])
    assert found.fixed_effects == pytest.approx(
        (40.27307829, -10.86097622, 1.23512, -0.58739812), abs=2e-4
    )
    assert found.residual_sd == pytest.approx(3.4121194, abs=1e-4)
    assert found.log_likelihood == pytest.approx(-1166.5988178, abs=1e-5)


def test_the_model_finds_again_what_made_the_data() -> None:
    found = fit(made_by_the_model(200))
    for estimate, truth, room in zip(
        found.fixed_effects, (195, 18, 0.9, -0.1), (9, 5, 0.14, 0.09), strict=True
    ):
        assert abs(estimate - truth) < room
    assert found.residual_sd == pytest.approx(18, abs=1)


def test_the_order_of_rows_changes_nothing() -> None:
    rows = made_by_the_model(20)
    shuffled = random.Random(2).sample(rows, len(rows))
    assert fit(shuffled) == fit(rows)
    assert coverage(shuffled, folds=2) == coverage(rows, folds=2)


def test_a_talk_without_a_form_is_left_out() -> None:
    rows = made_by_the_model(20)
    assert fit([*rows, (3, 40, None), (4, 41, math.nan)]) == fit(rows)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(1, 1, 200.0)],
        [(1, 1, 200.0), (1, 2, 210.0), (1, 3, 220.0)],
        [(spell, 1, 200.0) for spell in range(50)],
        [(spell, talk, 200.0) for spell in range(50) for talk in (1, 2, 3)],
        [(spell, talk, 200.0 + spell) for spell in range(50) for talk in (1, 2, 3)],
        [(spell, talk, 200.0 + 7 * talk) for spell in range(50) for talk in (1, 2, 3)],
        [(1, 1, 200.0), (1, 1, 210.0)],
        [(1, -1, 200.0)],
        [(1, 1.5, 200.0)],
        [(1, 2, math.inf)],
        [(1, 2, "200")],
    ],
    ids=[
        "nothing",
        "one_score",
        "one_spell",
        "first_only",
        "all_alike",
        "nobody_moves",
        "all_move_alike",
        "twice",
        "negative",
        "half",
        "infinite",
        "text",
    ],
)
def test_too_little_or_no_spread_is_refused_in_words(rows: list[tuple[int, int, float]]) -> None:
    with pytest.raises(InvalidValue) as caught:
        fit(rows)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("session", [2, 5, 20])
def test_the_band_is_mean_and_spread_by_the_formula(session: int) -> None:
    log_s = math.log(session)
    middle = 200 + 20 * log_s + 0.9 * 10 - 0.1 * 10 * log_s
    spread = math.sqrt(900 + 2 * log_s * 100 + log_s**2 * 400 + 25**2)
    for percent, z in ((INNER, 0.6744898), (OUTER, 1.2815516)):
        band = A_FIT.band(200, session, percent)
        assert band.low == pytest.approx(middle - z * spread, abs=1e-3)
        assert band.high == pytest.approx(min(400, middle + z * spread), abs=1e-3)


@given(st.integers(0, 400), st.integers(2, 60))
def test_the_inner_band_lies_in_the_outer_and_both_on_the_scale(first: int, session: int) -> None:
    inner, outer = A_FIT.band(first, session, INNER), A_FIT.band(first, session, OUTER)
    assert 0 <= outer.low <= inner.low <= inner.high <= outer.high <= 400


def test_there_is_no_band_at_the_first_talk() -> None:
    for session in (1, 0, -1):
        with pytest.raises(InvalidValue):
            A_FIT.band(200, session)
    for percent in (0, 100):
        with pytest.raises(InvalidValue):
            A_FIT.band(200, 2, percent)


def test_bands_hold_the_part_that_they_say_when_the_model_is_true() -> None:
    found = coverage(made_by_the_model(100, seed=3), folds=2)
    assert found.tried > 450
    assert found.inside_outer / found.tried == pytest.approx(0.80, abs=0.06)
    assert found.inside_inner / found.tried == pytest.approx(0.50, abs=0.07)


def test_coverage_leaves_whole_spells_out() -> None:
    # Each spell stands far from all others: only its own scores could tell where it lies.
    rows = [
        (spell, talk, 200.0 + (150 if spell % 10 == 0 else 0) * (talk > 1) + spell + talk % 3)
        for spell in range(30)
        for talk in range(1, 6)
    ]
    found = coverage(rows, folds=2)
    assert found.tried == 30 * 4
    assert found.inside_outer <= 27 * 4
    with pytest.raises(InvalidValue):
        coverage(rows[: 8 * 5])


def test_only_spells_with_three_scores_count() -> None:
    rows = [(1, 1, 100), (1, 2, 110), (1, 5, 120), (2, 1, 200), (2, 2, None), (2, 3, 210)]
    assert {spell for spell, _, _ in enough_scores(rows)} == {1}
    assert first_scores(rows) == [100, 200]


def test_the_gate_needs_a_hundred_spells_and_thirty_near_by() -> None:
    near = [200] * 30 + [0] * 70
    assert open_ranges(near) == ((0, 30), (170, 230))
    assert open_ranges(near[:-1]) == ()
    assert open_ranges([200] * 29 + [0] * 71) == ((0, 30),)
    assert open_ranges([]) == ()
    assert open_ranges([200, 210], Gate(2, 2, 30)) == ((180, 230),)


@given(st.lists(st.integers(0, 400), min_size=100, max_size=140))
def test_the_gate_is_what_counting_says(firsts: list[int]) -> None:
    ranges = open_ranges(firsts)
    for score in range(0, 401, 7):
        near = sum(abs(first - score) <= DEFAULT_GATE.near_mm for first in firsts)
        assert any(low <= score <= high for low, high in ranges) == (near >= 30)


@pytest.mark.parametrize(
    ("totals", "rows"),
    [
        ([], ()),
        ([None, None], ()),
        ([200], ((1, 200),)),
        ([None, 200, None, 210], ((1, 200), (3, 210))),
    ],
)
def test_talks_are_numbered_from_the_first_score(
    totals: list[int | None], rows: tuple[tuple[int, int], ...]
) -> None:
    assert numbered(totals) == rows


def test_a_person_outside_the_gate_has_no_band() -> None:
    course = a_course()
    assert beside(course, ((1, 99), (2, 120))) == ()
    assert beside(course, ((1, 200),)) == ()
    assert beside(course, ()) == ()
    (point,) = beside(course, ((1, 100), (4, 120)))
    assert (point.number, point.outer) == (4, A_FIT.band(100, 4, OUTER))


@pytest.mark.parametrize(
    ("score", "words"),
    [(230, "mitt i"), (265, "inom"), (320, "över"), (100, "under")],
)
def test_where_a_score_lies_is_said_in_words(score: int, words: str) -> None:
    point = beside(a_course(), ((1, 200), (3, score)))[-1]
    sentence = standing(point)
    assert f" {words} det vanliga förloppet." in sentence
    assert sentence.startswith("ORS ")


def test_a_page_that_draws_a_band_loads_none_of_what_fits_it() -> None:
    script = (
        "import sys, tracking.domain.course;"
        " sys.exit(any(name in sys.modules for name in ('numpy', 'scipy', 'statsmodels')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
