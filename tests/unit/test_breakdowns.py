"""The registry of breakdowns: partitions with words, and what may leave the insats zone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.change import DEFAULT_THRESHOLDS
from tracking.domain.periods import Period
from tracking.domain.situation import SituationValue, YesNoUnknown, began_or_increased_work
from tracking.outcomes import divisions as by
from tracking.outcomes.breakdowns import BREAKDOWNS, Head, of_head, released_breakdowns
from tracking.outcomes.categories import Division
from tracking.outcomes.cohorts import Cohort, SpellRow
from tracking.outcomes.divisions import MISSING, SUPPORT_BANDS, Listed, Setting
from tracking.outcomes.facts import began_or_increased
from tracking.store.summary import SOURCE_BITS

LISTS = {
    "referrer": ("self", "region"),
    "education": ("compulsory", "unknown"),
    "municipality": ("here", "there"),
    "need_group": ("time", "training"),
    "support_band": tuple(SUPPORT_BANDS),
    "end_reason": ("work", "own_request"),
}
SETTING = Setting(
    {name: tuple(Listed(key, key) for key in keys) for name, keys in LISTS.items()},
    DEFAULT_THRESHOLDS,
)
NOTHING = SpellRow._make(None for _ in SpellRow._fields)
answers = st.sampled_from([None, "yes", "no", "unknown"])
scores = st.one_of(st.none(), st.integers(0, 400))


def a_row(**values: Any) -> SpellRow:
    start = {
        "started_on": "2025-01-10",
        "birth_year": 1990,
        "referrer_key": "self",
        "ors_n": 0,
        "srs_n": 0,
        "ended_on": "2025-06-01",
        "outcome": "completed",
        "end_reason_key": "work",
        "end_group_key": "work",
    }
    return NOTHING._replace(**(start | values))


def some_rows() -> st.SearchStrategy[SpellRow]:
    fields: dict[str, st.SearchStrategy[Any]] = {
        "birth_year": st.integers(1930, 2020),
        "ended_on": st.sampled_from(["2025-01-10", "2025-06-01", "2028-01-01"]),
        "outcome": st.sampled_from(["completed", "interrupted"]),
        "ors_n": st.integers(2, 3),
        "ors_first_mm": scores,
        "ors_last_mm": scores,
        "ors_first_on": st.sampled_from([None, "2025-01-10"]),
        "srs_last_mm": scores,
        "srs_before_mm": scores,
        "srs_lowest_mm": st.one_of(st.none(), st.integers(0, 100)),
        "support_months_known": st.sampled_from([None, "unknown"]),
        "support_months": st.one_of(st.none(), st.integers(0, 720)),
        "support_band_key": st.sampled_from([None, *SUPPORT_BANDS]),
        "active_planning": answers,
    }
    for name in ("education", "municipality", "need_group"):
        fields[f"{name}_key"] = st.sampled_from([None, *LISTS[name]])
    for occasion in ("start", "end"):
        fields[f"{occasion}_support"] = st.sampled_from([None, "none", "some", "unknown"])
        fields[f"{occasion}_sources"] = st.integers(0, 1023)
        for what in ("work", "studies", "seeking"):
            fields[f"{occasion}_{what}"] = answers
        for what in ("work", "studies"):
            fields[f"{occasion}_{what}_percent"] = st.sampled_from([None, 25, 100])
    for step in ("start", "end", "m6", "m12", "m18"):
        fields[f"step_{step}"] = st.sampled_from([None, -1, 0, 3])
    for months in (6, 12, 18):
        fields[f"m{months}_status"] = st.sampled_from(
            [None, "due", "done", "not_reached", "declined", "no_contact_consent"]
        )
    return st.fixed_dictionaries(fields).map(lambda values: a_row(**values))


def divisions() -> list[tuple[str, Division]]:
    found = []
    for item in BREAKDOWNS.values():
        if item.within is None:
            found.append((item.key, item.exact))
            if item.released is not None:
                found.append((f"{item.key} released", item.released))
    return found


@given(rows=st.lists(some_rows(), max_size=12))
def test_every_spell_has_exactly_one_category_of_every_breakdown(rows: list[SpellRow]) -> None:
    for name, division in divisions():
        counts = division.tally(rows, SETTING)
        assert sum(counts.values()) == len(rows), name
        assert list(counts) == [item.key for item in division.categories(SETTING)]


@given(rows=st.lists(some_rows(), max_size=12))
def test_a_part_of_a_breakdown_is_divided_without_rest(rows: list[SpellRow]) -> None:
    """Of the rows that the outer category holds, each has one category of the inner."""
    cohort = Cohort(1, Period(date(2025, 1, 1), date(2030, 1, 1)), date(2030, 1, 1), tuple(rows))
    inner = [item for item in BREAKDOWNS.values() if item.within is not None]
    assert {item.key for item in inner} == {"occupation_grew", "ors_class_below", "ors_class_above"}
    for item in inner:
        assert item.within is not None
        outer = BREAKDOWNS[item.within[0]].released
        assert outer is not None
        found = item.rows(cohort, SETTING)
        assert len(found) == outer.tally(cohort.ended, SETTING)[item.within[1]]
        assert sum(item.exact.tally(found, SETTING).values()) == len(found)


def test_categories_differ_in_key_and_word_and_missing_is_last() -> None:
    for name, division in divisions():
        categories = division.categories(SETTING)
        keys, words = [c.key for c in categories], [c.label for c in categories]
        assert (len(set(keys)), len(set(words))) == (len(keys), len(words)), name
        assert MISSING not in keys[:-1], name


@given(rows=st.lists(some_rows(), max_size=12))
def test_the_exact_category_alone_decides_the_released_one(rows: list[SpellRow]) -> None:
    for item in released_breakdowns():
        assert item.released is not None
        if item.key == "end_reason" or item.within is not None:
            continue  # the group of a reason is the förbund's own; a part of a part is one form
        joined: dict[str, str] = {}
        for row in rows:
            found = item.released.of(row, SETTING)
            assert joined.setdefault(item.exact.of(row, SETTING), found) == found


def test_behovsgrupp_and_what_says_more_than_the_report_needs_stay_in_the_insats() -> None:
    kept = {key for key, item in BREAKDOWNS.items() if item.released is None}
    assert kept == {"need_group", "outcome", "start_occupation", "ors_class", "srs_signal"}
    assert all(BREAKDOWNS[key].kept_because for key in kept)


def test_avslutsanledning_leaves_the_insats_in_four_groups() -> None:
    released = BREAKDOWNS["end_reason"].released
    assert released is not None
    assert [item.label for item in released.categories(SETTING)] == [
        "Arbete",
        "Studier",
        "Fortsatt rehabilitering",
        "Övrigt",
    ]


def test_every_population_has_its_breakdowns() -> None:
    assert [item.key for item in of_head(Head.STARTED)] == [
        "age",
        "referrer",
        "education",
        "support_time",
        "municipality",
        "need_group",
    ]
    assert [item.key for item in of_head(Head.COMPLETED)] == ["step_move"]
    assert (Head.DUE_18.months, Head.ENDED.months) == (18, None)


@pytest.mark.parametrize(
    ("birth_year", "group"),
    [(2010, "outside"), (2009, "16–18"), (2001, "19–24"), (1961, "45–64"), (1960, "outside")],
)
def test_age_is_start_year_less_birth_year(birth_year: int, group: str) -> None:
    assert by.age(a_row(birth_year=birth_year), SETTING) == group


@pytest.mark.parametrize(
    ("months", "band"),
    [
        (0, "none"),
        (1, "under_1_year"),
        (12, "under_1_year"),
        (13, "1_to_2_years"),
        (120, "5_to_10_years"),
        (121, "over_10_years"),
    ],
)
def test_months_in_offentlig_forsorjning_fall_into_the_band_that_ends_with_them(
    months: int, band: str
) -> None:
    row = a_row(support_months_known="months", support_months=months)
    assert by.support_time(row, SETTING) == band


def test_who_has_several_sources_is_counted_in_the_first_group_that_fits() -> None:
    sick, income, studies = (
        SOURCE_BITS[source]
        for source in SOURCE_BITS
        if source.value in ("income_support", "sickness_benefit", "study_support")
    )
    rows = [
        a_row(end_support="some", end_sources=sources)
        for sources in (income + sick, income + studies, studies, 0)
    ]
    found = [by.end_support(row, SETTING) for row in rows]
    assert found == ["health", "income_support", "study_support", MISSING]
    assert by.end_support(a_row(end_support="none"), SETTING) == "none"
    assert by.end_support(a_row(end_support="unknown"), SETTING) == MISSING


@given(
    before=answers,
    after=answers,
    before_percent=st.sampled_from([None, 25, 50]),
    after_percent=st.sampled_from([None, 25, 50]),
)
def test_began_or_increased_is_the_domains_rule(
    before: str | None, after: str | None, before_percent: int | None, after_percent: int | None
) -> None:
    before_percent = before_percent if before == "yes" else None
    after_percent = after_percent if after == "yes" else None

    def situation(work: str | None, percent: int | None) -> SituationValue:
        return SituationValue(
            work=None if work is None else YesNoUnknown(work), work_percent=percent
        )

    assert began_or_increased(
        before, before_percent, after, after_percent
    ) == began_or_increased_work(situation(before, before_percent), situation(after, after_percent))


def test_an_answer_that_decides_and_is_not_known_makes_the_occupation_missing() -> None:
    def found(work: str, studies: str, seeking: str) -> str:
        row = a_row(end_work=work, end_studies=studies, end_seeking=seeking)
        return by.end_occupation(row, SETTING)

    assert found("yes", "unknown", "unknown") == by.WORK
    assert found("yes", "yes", "no") == by.BOTH
    assert found("no", "unknown", "yes") == MISSING
    assert found("no", "no", "yes") == by.SEEKING
    assert found("no", "no", "no") == by.NEITHER
    assert found("no", "no", "unknown") == MISSING


def test_the_first_and_the_last_day_in_the_insats_both_count() -> None:
    assert by.stay(a_row(started_on="2025-01-01", ended_on="2025-03-31"), SETTING) == "days_90"
    assert by.stay(a_row(started_on="2025-01-01", ended_on="2025-04-01"), SETTING) == "days_180"


def test_srs_raises_something_on_a_low_total_a_low_scale_or_a_fall() -> None:
    def found(last: int | None, lowest: int | None = 90, before: int | None = None) -> str:
        row = a_row(srs_last_mm=last, srs_lowest_mm=lowest, srs_before_mm=before)
        return by.srs_signal(row, SETTING)

    assert [found(359), found(360), found(380, lowest=89)] == ["yes", "no", "yes"]
    assert [found(380, before=390), found(381, before=390), found(None)] == ["yes", "no", MISSING]
