"""What the browser sends is read with distrust: exactly the agreed shape, or refused."""

from __future__ import annotations

from typing import Any

import pytest

from tracking.domain.errors import InvalidValue
from tracking.ui.components.section_writer import MOST_CHARACTERS, parse_writing
from tracking.ui.components.submissions import (
    LONGEST_TEXT,
    MOST_ROWS,
    parse_group_submission,
    parse_submission,
)

KEY = "5f0c3a52-7d1e-4c1b-9a56-0d3f2b8c4e10"


def a_rating(**changes: Any) -> dict[str, Any]:
    return {"scales": ["7,5", "8", "6.4", "45mm"], "total": "", "mark": "", **changes}


def a_talk(**changes: Any) -> dict[str, Any]:
    talk = {
        "submission_key": KEY,
        "attempt": 1,
        "spell_id": 42,
        "held_on": "2026-11-20",
        "kind": "individual",
        "attendance": "present",
        "ratings": {"ORS": a_rating(), "SRS": a_rating(scales=[""] * 4, mark="not_filled")},
    }
    return {**talk, **changes}


def a_meeting(**changes: Any) -> dict[str, Any]:
    row = {"spell_id": 1, "attendance": "present", "ratings": {"GSRS": a_rating()}}
    meeting = {
        "submission_key": KEY,
        "attempt": 1,
        "insats_id": 3,
        "held_on": "2026-11-20",
        "rows": [row],
        "only_complete": False,
    }
    return {**meeting, **changes}


def test_talk_keeps_every_text_as_it_was_typed() -> None:
    talk = parse_submission(a_talk())
    assert talk.ratings["ORS"].scales == ("7,5", "8", "6.4", "45mm")
    assert talk.ratings["SRS"].mark == "not_filled"
    assert (talk.spell_id, talk.held_on, talk.kind) == (42, "2026-11-20", "individual")


def test_meaning_is_left_to_the_service() -> None:
    talk = parse_submission(a_talk(held_on="i går", ratings={"ORS": a_rating(total="🙂")}))
    assert (talk.held_on, talk.ratings["ORS"].total) == ("i går", "🙂")


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        "text",
        {},
        a_talk(more=1),
        {name: value for name, value in a_talk().items() if name != "kind"},
        a_talk(submission_key="../../etc"),
        a_talk(submission_key=KEY + "\n"),
        a_talk(attempt="1"),
        a_talk(attempt=0),
        a_talk(spell_id="42"),
        a_talk(spell_id=True),
        a_talk(spell_id=-1),
        a_talk(spell_id=1.5),
        a_talk(spell_id=2**60),
        a_talk(held_on=20261120),
        a_talk(kind="group"),
        a_talk(kind=["phone"]),
        a_talk(attendance=None),
        a_talk(ratings=[]),
        a_talk(ratings={"ors": a_rating()}),
        a_talk(ratings={1: a_rating()}),
        a_talk(ratings={name: a_rating() for name in ("AA", "BB", "CC", "DD", "EE")}),
        a_talk(ratings={"ORS": None}),
        a_talk(ratings={"ORS": a_rating(more=1)}),
        a_talk(ratings={"ORS": a_rating(scales=["1"] * 5)}),
        a_talk(ratings={"ORS": a_rating(scales="1234")}),
        a_talk(ratings={"ORS": a_rating(scales=[1, 2, 3, 4])}),
        a_talk(ratings={"ORS": a_rating(total=None)}),
        a_talk(ratings={"ORS": a_rating(mark="lost")}),
    ],
)
def test_malformed_talk_is_refused_in_one_sentence(raw: object) -> None:
    with pytest.raises(InvalidValue, match="gick inte att läsa"):
        parse_submission(raw)


def test_too_long_text_is_refused_at_its_field() -> None:
    long = "7" * (LONGEST_TEXT + 1)
    with pytest.raises(InvalidValue) as refused:
        parse_submission(a_talk(ratings={"ORS": a_rating(scales=["1", "2", long, "4"])}))
    assert refused.value.field == "ors_3"
    with pytest.raises(InvalidValue) as refused:
        parse_submission(a_talk(held_on=long))
    assert refused.value.field == "held_on"


def test_text_of_the_greatest_length_is_let_through_to_the_service() -> None:
    text = "x" * LONGEST_TEXT
    assert parse_submission(a_talk(held_on=text)).held_on == text


def test_meeting_is_read_row_by_row() -> None:
    meeting = parse_group_submission(a_meeting(only_complete=True))
    assert meeting.only_complete
    assert [(row.spell_id, row.attendance) for row in meeting.rows] == [(1, "present")]
    assert meeting.rows[0].ratings["GSRS"].scales[0] == "7,5"


def rows(*ids: object) -> list[dict[str, Any]]:
    return [{"spell_id": id_, "attendance": "absent", "ratings": {}} for id_ in ids]


@pytest.mark.parametrize(
    "raw",
    [
        a_talk(),
        a_meeting(rows=[]),
        a_meeting(rows={}),
        a_meeting(rows=rows(1, 1)),
        a_meeting(rows=rows(*range(1, MOST_ROWS + 2))),
        a_meeting(rows=[{**rows(1)[0], "kind": "phone"}]),
        a_meeting(only_complete="no"),
        a_meeting(insats_id=None),
    ],
)
def test_malformed_meeting_is_refused_in_one_sentence(raw: object) -> None:
    with pytest.raises(InvalidValue, match="gick inte att läsa"):
        parse_group_submission(raw)


def test_meeting_may_be_as_large_as_the_largest_list() -> None:
    meeting = parse_group_submission(a_meeting(rows=rows(*range(1, MOST_ROWS + 1))))
    assert len(meeting.rows) == MOST_ROWS


def a_text(**changes: Any) -> dict[str, Any]:
    sent = {"submission_key": KEY, "attempt": 1, "section_id": 7, "version": 3, "words": "Lugnt."}
    return {**sent, **changes}


def test_a_written_section_is_read_as_it_was_sent() -> None:
    read = parse_writing(a_text(words="=1+1 <b>\n\nSlut. "))
    assert (read.submission_key, read.section_id, read.version) == (KEY, 7, 3)
    assert read.words == "=1+1 <b>\n\nSlut. "


@pytest.mark.parametrize(
    "changes",
    [
        {"section_id": "7"},
        {"section_id": True},
        {"section_id": 0},
        {"version": 2**60},
        {"version": None},
        {"words": None},
        {"words": ["Lugnt."]},
        {"words": "o" * (MOST_CHARACTERS + 1)},
        {"attempt": 0},
        {"submission_key": "x"},
        {"more": 1},
    ],
)
def test_a_written_section_of_another_shape_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        parse_writing(a_text(**changes))
