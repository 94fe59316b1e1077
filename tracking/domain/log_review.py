"""What stands out in an access log, and why; pure counting over rows that have been read.

A row that stands out is a question for the granskare and no fault: work is done in evenings, and
a colleague stands in. Where the rows come from is `tracking.outcomes.log_review`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tracking.domain.clock import SWEDEN
from tracking.domain.errors import InvalidValue
from tracking.domain.holidays import holiday_name
from tracking.domain.log_actions import ActKind, kind_of

_WEEKEND = {5: "lördag", 6: "söndag"}
_PERSON_KINDS = (ActKind.READ, ActKind.LIST, ActKind.WRITE, ActKind.SEARCH, ActKind.TAKEN_OUT)
RULE_SOURCE = "Stegvis förval; granskaren kan ändra"


class ReviewOutcome(StrEnum):
    """What a review of the log led to; a code, never words about a person."""

    NO_REMARK = "no_remark"
    FOLLOW_UP = "follow_up"
    REPORTED = "reported"

    @property
    def label(self) -> str:
        """The Swedish words on the screen."""
        return {
            "no_remark": "Utan anmärkning",
            "follow_up": "Att följa upp",
            "reported": "Anmäld vidare",
        }[self.value]


@dataclass(frozen=True, slots=True)
class ReviewRule:
    """When work is done (whole hours, Monday to Friday, no holidays), and how many different
    participants, opened within how many minutes, are many.
    """

    opens: int = 7
    closes: int = 18
    many: int = 20
    minutes: int = 10

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= 24:
            raise InvalidValue(
                "Arbetstiden ska börja före den slutar, i hela timmar från 0 till 24.",
                field="opens",
            )
        if not 2 <= self.many <= 500:
            raise InvalidValue("Skriv ett antal deltagare från 2 till 500.", field="many")
        if not 1 <= self.minutes <= 24 * 60:
            raise InvalidValue("Skriv ett antal minuter från 1 till 1440.", field="minutes")

    @property
    def hours(self) -> str:
        """The working hours in words."""
        return f"måndag–fredag {self.opens:02d}–{self.closes:02d}, utom helgdagar"


@dataclass(frozen=True, slots=True)
class LogRow:
    """A row of the log. ``at`` is in UTC; bare numbers, since the log outlives what it names."""

    log_id: int
    at: datetime
    account_id: int | None
    action: str
    insats_id: int | None = None
    participant_id: int | None = None
    spell_id: int | None = None
    page: str | None = None
    detail: str | None = None

    @property
    def kind(self) -> ActKind:
        """The kind of act."""
        return kind_of(self.action)


@dataclass(frozen=True, slots=True)
class Burst:
    """An account that opened many different participants in a short time."""

    account_id: int | None
    began: datetime
    ended: datetime
    spells: tuple[int, ...]
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looks:
    """What one account has done with one spell. ``reads`` and ``writes`` are numbers of rows."""

    account_id: int | None
    spell_id: int
    reads: int
    writes: int
    first: datetime
    last: datetime
    pages: tuple[str, ...]


def why_outside(at: datetime, rule: ReviewRule) -> str | None:
    """Why a moment lies outside working hours by Swedish time, in words; None when it does not."""
    local = at.astimezone(SWEDEN)
    day = holiday_name(local.date()) or _WEEKEND.get(local.weekday())
    if day is not None:
        return day
    if local.hour < rule.opens:
        return f"före klockan {rule.opens:02d}"
    return f"efter klockan {rule.closes:02d}" if local.hour >= rule.closes else None


def outside_hours(rows: Iterable[LogRow], rule: ReviewRule) -> list[tuple[LogRow, str]]:
    """The rows about persons that lie outside working hours, each with why.

    Writes that concern nobody, such as a new target, are left out.
    """
    about = (
        row
        for row in rows
        if row.kind in _PERSON_KINDS
        and (row.kind is not ActKind.WRITE or row.spell_id or row.participant_id)
    )
    found = ((row, why_outside(row.at, rule)) for row in about)
    return [(row, why) for row, why in found if why is not None]


def bursts(rows: Iterable[LogRow], rule: ReviewRule) -> list[Burst]:
    """Stretches in which an account opened at least ``rule.many`` different spells within
    ``rule.minutes``. Stretches that overlap are one. ``rows`` in the order of time.
    """
    opened: dict[int | None, list[LogRow]] = defaultdict(list)
    for row in rows:
        if row.kind is ActKind.READ and row.spell_id is not None:
            opened[row.account_id].append(row)
    within = timedelta(minutes=rule.minutes)
    found = [
        _burst([row for row in reads[first : last + 1]])
        for reads in opened.values()
        for first, last in _stretches(reads, within, rule.many)
    ]
    return sorted(found, key=lambda burst: burst.began)


def _stretches(reads: Sequence[LogRow], within: timedelta, many: int) -> list[tuple[int, int]]:
    """The places of the first and last row of each stretch, joined where they overlap."""
    held: dict[int | None, int] = defaultdict(int)
    joined: list[tuple[int, int]] = []
    start = 0
    for place, row in enumerate(reads):
        held[row.spell_id] += 1
        while row.at - reads[start].at > within:
            gone = reads[start].spell_id
            held[gone] -= 1
            if not held[gone]:
                del held[gone]
            start += 1
        if len(held) >= many:
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], place)
            else:
                joined.append((start, place))
    return joined


def _burst(rows: Sequence[LogRow]) -> Burst:
    return Burst(
        account_id=rows[0].account_id,
        began=rows[0].at,
        ended=rows[-1].at,
        spells=tuple(sorted({row.spell_id for row in rows if row.spell_id is not None})),
        pages=_pages(rows),
    )


def looks(rows: Iterable[LogRow]) -> list[Looks]:
    """One for each account and spell that stand together in the log, by spell and account."""
    together: dict[tuple[int, int | None], list[LogRow]] = defaultdict(list)
    for row in rows:
        if row.spell_id is not None and row.kind in _PERSON_KINDS:
            together[row.spell_id, row.account_id].append(row)
    return [
        Looks(
            account_id=account_id,
            spell_id=spell_id,
            reads=sum(row.kind is not ActKind.WRITE for row in of),
            writes=sum(row.kind is ActKind.WRITE for row in of),
            first=min(row.at for row in of),
            last=max(row.at for row in of),
            pages=_pages(of),
        )
        for (spell_id, account_id), of in sorted(
            together.items(), key=lambda item: (item[0][0], item[0][1] or 0)
        )
    ]


def read_without_writing(found: Iterable[Looks]) -> list[Looks]:
    """Spells that an account has looked at and registered nothing about."""
    return [look for look in found if look.reads and not look.writes]


def _pages(rows: Iterable[LogRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.page for row in rows if row.page))
