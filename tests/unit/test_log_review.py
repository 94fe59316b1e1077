"""What stands out in an access log, and that the log has words for all that is written in it."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.domain.errors import InvalidValue
from tracking.domain.log_actions import ACTION_WORDS, ActKind, action_words, kind_of
from tracking.domain.log_review import (
    LogRow,
    ReviewRule,
    bursts,
    looks,
    outside_hours,
    read_without_writing,
    why_outside,
)

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)  # a Wednesday, 12.00 in Sweden
_numbers = count(1)


def row(at: datetime = NOON, action: str = "see_participant", account: int = 1, **more) -> LogRow:
    return LogRow(next(_numbers), at, account, action, **{"insats_id": 1, **more})


# -- working hours ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (datetime(2026, 11, 18, 6, 0, tzinfo=UTC), None),
        (datetime(2026, 11, 18, 5, 59, 59, tzinfo=UTC), "före klockan 07"),
        (datetime(2026, 11, 18, 16, 59, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 18, 17, 0, tzinfo=UTC), "efter klockan 18"),
        (datetime(2026, 7, 1, 5, 0, tzinfo=UTC), None),
        (datetime(2026, 11, 21, 11, 0, tzinfo=UTC), "lördag"),
        (datetime(2026, 11, 21, 23, 30, tzinfo=UTC), "söndag"),
        (datetime(2026, 12, 24, 11, 0, tzinfo=UTC), "julafton"),
        (datetime(2026, 5, 14, 11, 0, tzinfo=UTC), "Kristi himmelsfärdsdag"),
    ],
)
def test_moment_lies_outside_working_hours_by_swedish_time(at: datetime, why: str | None) -> None:
    assert why_outside(at, ReviewRule()) == why


def test_working_hours_are_those_of_the_rule() -> None:
    late = datetime(2026, 11, 18, 19, 30, tzinfo=UTC)
    assert why_outside(late, ReviewRule(opens=6, closes=21)) is None
    assert why_outside(late, ReviewRule(opens=6, closes=20)) == "efter klockan 20"


@pytest.mark.parametrize("hours", [(18, 7), (7, 7), (-1, 7), (7, 25)])
def test_working_hours_that_end_before_they_begin_are_refused(hours: tuple[int, int]) -> None:
    with pytest.raises(InvalidValue):
        ReviewRule(opens=hours[0], closes=hours[1])


def test_signing_in_and_settings_are_not_asked_about_outside_hours() -> None:
    night = NOON + timedelta(hours=10)
    rows = [
        row(night, "sign_in"),
        row(night, "set_target"),
        row(night, "record_session", spell_id=1),
        row(night, "download_report"),
        row(night, "see_list"),
    ]
    found = [found.action for found, _ in outside_hours(rows, ReviewRule())]
    assert found == ["record_session", "download_report", "see_list"]


# -- many in a short time -----------------------------------------------------------------------


def opened(number: int, every: timedelta, account: int = 1) -> list[LogRow]:
    return [row(NOON + n * every, account=account, spell_id=n + 1) for n in range(number)]


def test_twenty_different_participants_in_ten_minutes_stand_out() -> None:
    (burst,) = bursts(opened(20, timedelta(seconds=30)), ReviewRule())
    assert burst.spells == tuple(range(1, 21))
    assert (burst.began, burst.ended) == (NOON, NOON + timedelta(seconds=570))


def test_nineteen_do_not_and_neither_does_one_opened_twenty_times() -> None:
    assert bursts(opened(19, timedelta(seconds=10)), ReviewRule()) == []
    assert bursts([row(spell_id=7) for _ in range(40)], ReviewRule()) == []


def test_two_accounts_are_not_counted_together() -> None:
    rows = opened(12, timedelta(seconds=1)) + opened(12, timedelta(seconds=1), account=2)
    assert bursts(rows, ReviewRule()) == []


def test_stretches_that_overlap_are_one() -> None:
    (burst,) = bursts(opened(60, timedelta(seconds=25)), ReviewRule())
    assert len(burst.spells) == 60


@given(
    st.lists(st.tuples(st.integers(0, 1200), st.integers(1, 8)), max_size=40),
    st.integers(2, 5),
    st.integers(1, 8),
)
def test_a_row_is_in_a_burst_exactly_when_some_window_with_it_holds_many(
    moments: list[tuple[int, int]], many: int, minutes: int
) -> None:
    rule = ReviewRule(many=many, minutes=minutes)
    rows = [row(NOON + timedelta(seconds=s), spell_id=spell) for s, spell in sorted(moments)]
    within = timedelta(minutes=minutes)
    wanted = set()
    for last in rows:
        window = [r for r in rows if last.at - within <= r.at <= last.at]
        if len({r.spell_id for r in window}) >= many:
            wanted |= {r.at for r in window}
    found = bursts(rows, rule)
    covered = {r.at for r in rows if any(b.began <= r.at <= b.ended for b in found)}
    assert wanted <= covered
    assert bool(wanted) == bool(found)
    for burst in found:
        assert len(burst.spells) >= many
        assert burst.began in wanted
        assert burst.ended in wanted


# -- read without writing -----------------------------------------------------------------------


def test_reading_without_registering_is_counted_for_each_account() -> None:
    rows = [
        row(spell_id=1, page="deltagaren"),
        row(NOON + timedelta(minutes=5), spell_id=1, page="deltagaren"),
        row(account=2, spell_id=1),
        row(account=2, action="record_session", spell_id=1),
        row(action="see_list"),
    ]
    (look,) = read_without_writing(looks(rows))
    assert (look.account_id, look.spell_id, look.reads, look.pages) == (1, 1, 2, ("deltagaren",))


# -- words --------------------------------------------------------------------------------------


def actions_in(source: str) -> set[str]:
    """The action of every ``Entry("…")``, ``writing(…, "…")`` and ``once(…, "…")``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        place = {"Entry": 0, "writing": 2, "once": 2}.get(node.func.id)
        if place is not None and len(node.args) > place:
            value = node.args[place]
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found.add(value.value)
    return found


def test_the_log_has_swedish_words_for_every_action_that_is_written_in_it() -> None:
    written = set()
    for file in (ROOT / "tracking").rglob("*.py"):
        written |= actions_in(file.read_text(encoding="utf-8"))
    assert {"record_session", "refused", "download_report"} <= written
    assert not written - ACTION_WORDS.keys(), "give them words in domain/log_actions.py"


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("see_participant", ActKind.READ),
        ("see_list", ActKind.LIST),
        ("see_log", ActKind.REVIEW),
        ("download_report", ActKind.TAKEN_OUT),
        ("download_something_new", ActKind.TAKEN_OUT),
        ("print", ActKind.TAKEN_OUT),
        ("sign_in_refused", ActKind.REFUSED),
        ("refused", ActKind.REFUSED),
        ("find_known_participant", ActKind.SEARCH),
        ("record_session", ActKind.WRITE),
        ("an_act_of_a_later_version", ActKind.WRITE),
    ],
)
def test_every_action_has_a_kind(action: str, kind: ActKind) -> None:
    assert kind_of(action) is kind


def test_action_without_words_is_still_told() -> None:
    assert action_words("an_act_of_a_later_version") == "an act of a later version"
