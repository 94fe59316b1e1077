"""The band around the curve of time in the insats, against SciPy and by hand."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tracking.domain.errors import InvalidValue
from tracking.domain.statistics import time_in_programme
from tracking.domain.time_band import median_interval, time_band

spells = st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=40)


@given(spells)
@settings(max_examples=60, deadline=None)
def test_the_band_is_scipys_log_log_interval(found: list[tuple[int, bool]]) -> None:
    durations, ended = [d for d, _ in found], [e for _, e in found]
    points = time_band(durations, ended)
    data = stats.CensoredData(
        uncensored=[d for d, e in found if e], right=[d for d, e in found if not e]
    )
    curve = stats.ecdf(data).sf
    with warnings.catch_warnings():
        # At 0 and 1 the formula has no interval, and SciPy says so.
        warnings.simplefilter("ignore")
        band = curve.confidence_interval(confidence_level=0.95, method="log-log")
    for point in points:
        place = list(curve.quantiles).index(point.days)
        assert point.share == pytest.approx(curve.probabilities[place])
        if point.low is None:
            assert round(point.share, 9) in (0, 1)
            continue
        assert point.low == pytest.approx(band.low.probabilities[place])
        assert point.high == pytest.approx(band.high.probabilities[place])


@given(spells)
@settings(max_examples=60, deadline=None)
def test_the_median_lies_in_its_interval(found: list[tuple[int, bool]]) -> None:
    durations, ended = [d for d, _ in found], [e for _, e in found]
    median = time_in_programme(durations, ended).median
    reach = median_interval(time_band(durations, ended))
    if median is not None:
        assert reach is not None
        assert reach[0] <= median
        assert reach[1] is None or median <= reach[1]


def test_nobody_who_has_ended_gives_a_curve_that_stays_and_no_median() -> None:
    points = time_band([10, 20], [False, False])
    assert [(p.days, p.share, p.low) for p in points] == [(10, 1.0, None), (20, 1.0, None)]
    assert median_interval(points) is None


def test_time_without_spells_is_refused() -> None:
    with pytest.raises(InvalidValue):
        time_band([], [])
    with pytest.raises(InvalidValue):
        time_band([3], [True, False])
