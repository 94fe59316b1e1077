"""What the browser may send, read with distrust.

A submission that is not exactly of the agreed shape is refused whole: wrong types,
unknown names, too long texts, too many rows. What the texts mean (is "7,5" a score, may
this date be recorded) is decided by the service, not here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, cast

from tracking.domain.errors import InvalidValue

LONGEST_TEXT: Final = 200
MOST_ROWS: Final = 400
MOST_INSTRUMENTS: Final = 4
SCALES: Final = 4

Kind = Literal["individual", "phone"]
Attendance = Literal["present", "absent", "cancelled"]
Mark = Literal["", "not_filled", "incomplete"]

_KINDS: Final = ("individual", "phone")
_ATTENDANCES: Final = ("present", "absent", "cancelled")
_MARKS: Final = ("", "not_filled", "incomplete")
_KEY: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INSTRUMENT: Final = re.compile(r"[A-Z]{2,8}")
_LARGEST_ID: Final = 2**53


@dataclass(frozen=True)
class RatingEntry:
    """One form as typed: four texts, or one text for the total, or a mark. All raw."""

    scales: tuple[str, str, str, str]
    total: str
    mark: Mark


@dataclass(frozen=True)
class TalkSubmission:
    """One talk as typed. ``submission_key`` stays the same when it is sent again."""

    submission_key: str
    spell_id: int
    held_on: str
    kind: Kind
    attendance: Attendance
    ratings: dict[str, RatingEntry]


@dataclass(frozen=True)
class GroupRowEntry:
    """One participant's row of a group meeting as typed."""

    spell_id: int
    attendance: Attendance
    ratings: dict[str, RatingEntry]


@dataclass(frozen=True)
class GroupSubmission:
    """A group meeting as typed; ``only_complete`` when faulty rows stay on the screen."""

    submission_key: str
    insats_id: int
    held_on: str
    rows: tuple[GroupRowEntry, ...]
    only_complete: bool


def scale_field(instrument: str, place: int | None = None) -> str:
    """The form field of a score, as the domain names it: ``ors_1`` … ``ors_4``, ``ors_total``."""
    return f"{instrument.lower()}_{place or 'total'}"


def _refuse() -> InvalidValue:
    return InvalidValue("Det som skickades gick inte att läsa. Ladda om sidan och försök igen.")


def _record(raw: object, names: frozenset[str]) -> dict[str, object]:
    if not isinstance(raw, dict) or raw.keys() != names:
        raise _refuse()
    return cast("dict[str, object]", raw)


def _text(raw: object, *, field: str | None = None) -> str:
    if not isinstance(raw, str):
        raise _refuse()
    if len(raw) > LONGEST_TEXT:
        raise InvalidValue(f"Texten får vara högst {LONGEST_TEXT} tecken.", field=field)
    return raw


def _key(raw: object) -> str:
    if not isinstance(raw, str) or not _KEY.fullmatch(raw):
        raise _refuse()
    return raw


def _id(raw: object) -> int:
    # bool is an int in Python; True must not pass for row 1.
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 < raw < _LARGEST_ID:
        raise _refuse()
    return raw


def _one_of(raw: object, allowed: tuple[str, ...]) -> str:
    if not isinstance(raw, str) or raw not in allowed:
        raise _refuse()
    return raw


def _rating(raw: object, instrument: str) -> RatingEntry:
    entry = _record(raw, frozenset({"scales", "total", "mark"}))
    scales = entry["scales"]
    if not isinstance(scales, list) or len(scales) != SCALES:
        raise _refuse()
    one, two, three, four = (
        _text(text, field=scale_field(instrument, place)) for place, text in enumerate(scales, 1)
    )
    return RatingEntry(
        scales=(one, two, three, four),
        total=_text(entry["total"], field=scale_field(instrument)),
        mark=cast("Mark", _one_of(entry["mark"], _MARKS)),
    )


def _ratings(raw: object) -> dict[str, RatingEntry]:
    if not isinstance(raw, dict) or len(raw) > MOST_INSTRUMENTS:
        raise _refuse()
    if not all(isinstance(code, str) and _INSTRUMENT.fullmatch(code) for code in raw):
        raise _refuse()
    return {code: _rating(entry, code) for code, entry in raw.items()}


def parse_attempt(raw: object) -> tuple[str, int]:
    """The submission's key and how many times it has been sent, whatever else it holds.

    Raises:
        InvalidValue: when even these cannot be read.
    """
    if not isinstance(raw, dict):
        raise _refuse()
    return _key(raw.get("submission_key")), _id(raw.get("attempt"))


def parse_submission(raw: object) -> TalkSubmission:
    """Read one talk from the browser.

    Raises:
        InvalidValue: when the structure is not exactly the agreed one, or a text is
            longer than 200 characters (then ``field`` names it).
    """
    names = {"submission_key", "attempt", "spell_id", "held_on", "kind", "attendance", "ratings"}
    entry = _record(raw, frozenset(names))
    key, _ = parse_attempt(entry)
    return TalkSubmission(
        submission_key=key,
        spell_id=_id(entry["spell_id"]),
        held_on=_text(entry["held_on"], field="held_on"),
        kind=cast("Kind", _one_of(entry["kind"], _KINDS)),
        attendance=cast("Attendance", _one_of(entry["attendance"], _ATTENDANCES)),
        ratings=_ratings(entry["ratings"]),
    )


def _group_row(raw: object) -> GroupRowEntry:
    entry = _record(raw, frozenset({"spell_id", "attendance", "ratings"}))
    return GroupRowEntry(
        spell_id=_id(entry["spell_id"]),
        attendance=cast("Attendance", _one_of(entry["attendance"], _ATTENDANCES)),
        ratings=_ratings(entry["ratings"]),
    )


def parse_group_submission(raw: object) -> GroupSubmission:
    """Read a group meeting from the browser: 1 to 400 rows, each spell once.

    Raises:
        InvalidValue: as `parse_submission`.
    """
    names = {"submission_key", "attempt", "insats_id", "held_on", "rows", "only_complete"}
    entry = _record(raw, frozenset(names))
    key, _ = parse_attempt(entry)
    rows, only_complete = entry["rows"], entry["only_complete"]
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ROWS:
        raise _refuse()
    if not isinstance(only_complete, bool):
        raise _refuse()
    parsed = tuple(_group_row(row) for row in rows)
    if len({row.spell_id for row in parsed}) != len(parsed):
        raise _refuse()
    return GroupSubmission(
        submission_key=key,
        insats_id=_id(entry["insats_id"]),
        held_on=_text(entry["held_on"], field="held_on"),
        rows=parsed,
        only_complete=only_complete,
    )
