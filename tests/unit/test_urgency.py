"""What goes first on Att göra: by the days that are left and by what can be mended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracking.domain.urgency import CLOSING_DAYS, Urgency, urgency, urgency_words

TODAY = date(2026, 11, 22)


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


@pytest.mark.parametrize(
    ("left", "level"),
    [
        (CLOSING_DAYS + 1, Urgency.PERSON),
        (CLOSING_DAYS, Urgency.CLOSING),
        (0, Urgency.CLOSING),
        (-1, Urgency.CLOSED),
    ],
)
def test_time_runs_out_from_the_fourteenth_day_to_the_last(left: int, level: Urgency) -> None:
    assert urgency(TODAY, day(-20), closes_on=day(left), person=True) is level


@pytest.mark.parametrize(("due", "level"), [(1, Urgency.COMING), (0, Urgency.PERSON)])
def test_somebody_is_to_be_contacted_from_the_day_it_is_due(due: int, level: Urgency) -> None:
    assert urgency(TODAY, day(due), person=True) is level


def test_a_form_is_looked_for_at_once_and_details_from_their_day() -> None:
    assert urgency(TODAY, TODAY, paper=True) is Urgency.PAPER
    assert urgency(TODAY, TODAY) is Urgency.DETAILS
    assert urgency(TODAY, day(1)) is Urgency.COMING


def test_what_runs_out_goes_before_people_and_people_before_papers() -> None:
    assert list(Urgency) == sorted(Urgency, key=lambda level: level.place)
    assert [level.value for level in Urgency] == [
        "closing",
        "person",
        "paper",
        "details",
        "coming",
        "closed",
    ]


@pytest.mark.parametrize(
    ("level", "due", "closes", "said"),
    [
        (Urgency.CLOSING, -50, 10, "räknas till och med 2026-12-02, 10 dagar kvar"),
        (Urgency.CLOSING, -60, 0, "räknas till och med 2026-11-22, i dag"),
        (Urgency.CLOSED, -61, -1, "räknades till och med 2026-11-21"),
        (Urgency.PERSON, -1, 59, "skulle ha gjorts 2026-11-21, 1 dag sen"),
        (Urgency.PAPER, -4, None, "4 dagar sedan samtalet"),
        (Urgency.COMING, 3, 63, "2026-11-25, om 3 dagar"),
        (Urgency.DETAILS, 0, None, "i dag"),
    ],
)
def test_every_level_says_why_in_words(
    level: Urgency, due: int, closes: int | None, said: str
) -> None:
    closing = None if closes is None else day(closes)
    assert urgency_words(level, TODAY, day(due), closing).replace("\u00a0", " ") == said
