"""The shapes of releases: what the förbund zone gets, and what is said of a release being made.

All of it comes from stored rows alone; nothing of what the disclosure control keeps for itself is
among it, and nothing is computed but the interval that follows from a share that is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from tracking.domain.figures import Cell, CellKind, Table
from tracking.domain.periods import Period
from tracking.domain.statistics import wilson_interval
from tracking.domain.targets import Comparison, Measure, PointInTime, Population, Verdict

HEADS, TARGETS = "heads", "targets"
"""What the stored rows are called that hold no breakdown."""


class Reach(NamedTuple):
    """An outcome on its axis: a value with its interval, or a range without a value, or nothing."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


@lru_cache(maxsize=4096)
def reach_of(count: int, base: int) -> Reach:
    """Return a shown share in per cent with Wilson's interval.

    Kept: what has been released never changes, and is drawn again and again.
    """
    interval = wilson_interval(count, base)
    return Reach(100 * count / base, 100 * interval.low, 100 * interval.high)


@dataclass(frozen=True, slots=True)
class ReleasedTarget:
    """A target as it may leave the insats zone.

    ``cell`` is what a table prints: a share (count of base), a number, a range
    (``low``–``high`` of ``base``) or a hidden cell. ``low``, ``high`` and ``base`` are the same
    for drawing, and ``share_low``–``share_high`` (0–1) the shares that they allow; None where
    nothing is shown. ``family`` names the targets that ask the same of the same people. ``base``
    are all in the population, those without an answer included,
    unless ``exact``: then those with an answer. ``missing`` is what may be said of those
    without an answer, in words or as a number. ``value`` is the target's own, ``outcome`` the
    value of a target that is no share. ``sentence`` is the finding in Swedish with its verdict.
    """

    target_id: int
    wording: str
    measure: Measure
    population: Population
    point: PointInTime
    comparison: Comparison
    value: Decimal
    period: Period
    cell: Cell
    verdict: Verdict
    sentence: str
    family: str
    exact: bool = False
    low: int | None = None
    high: int | None = None
    base: int | None = None
    share_low: float | None = None
    share_high: float | None = None
    missing: str = ""
    outcome: float | None = None

    @property
    def reach(self) -> Reach:
        """What is drawn of the outcome: per cent for a share, else the target's own unit.

        The interval follows from the published counts, as the sentence's own does.
        """
        if self.cell.kind is CellKind.EMPTY:
            return Reach()
        if not self.measure.is_share:
            return Reach(self.outcome)
        if self.exact and self.low is not None and self.base:
            return reach_of(self.low, self.base)
        if self.share_low is None or self.share_high is None:
            return Reach()
        return Reach(None, 100 * self.share_low, 100 * self.share_high)


@dataclass(frozen=True, slots=True)
class ReleasedInsats:
    """One insats of a release, or all together (``insats_id`` None, no targets).

    ``targets`` are of ``targets_period``, the latest twelve months at the release; None when the
    insats had no target then. ``tables`` are its breakdowns, in the order of a page.
    """

    insats_id: int | None
    name: str
    heads: Table
    targets: tuple[ReleasedTarget, ...]
    targets_period: Period | None = None
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleaseHead:
    """Which release it is. ``threshold`` is the k of the disclosure control.

    ``released_at`` is the moment it was published.
    """

    release_id: int
    period: Period
    released_at: datetime
    threshold: int
    rule: str
    code_version: str


@dataclass(frozen=True, slots=True)
class BoardOverview:
    """One release as the styrelse reads it, and which releases there are (newest first).

    ``release`` is None before the first release; then everything else is empty.
    """

    release: ReleaseHead | None
    releases: tuple[ReleaseHead, ...]
    all_insatser: ReleasedInsats | None
    insatser: tuple[ReleasedInsats, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleaseInShort:
    """One release in a row of them: head counts and targets, without the breakdowns.

    ``tables`` of its insatser holds the head counts by kön alone.
    """

    release: ReleaseHead
    insatser: tuple[ReleasedInsats, ...]

    def of(self, insats_id: int | None) -> ReleasedInsats | None:
        """Return one insats, or all together (None); None where the release has it not."""
        return next((one for one in self.insatser if one.insats_id == insats_id), None)


class Stage(StrEnum):
    """Where the release of a closed period stands."""

    WAITING = "waiting"
    """Its day has not come, or no day is set."""

    MAY_PREPARE = "may_prepare"
    PREPARED = "prepared"
    PUBLISHED = "published"

    PASSED = "passed"
    """A later period has been prepared, so that this one is part of longer periods alone."""


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """A closed period of the calendar and where its release stands.

    ``release_on`` is the day from which it may be made; None when no day is set.
    """

    period: Period
    release_on: date | None
    stage: Stage

    @property
    def released(self) -> bool:
        """Say whether the förbund zone can read it."""
        return self.stage is Stage.PUBLISHED

    @property
    def may_release(self) -> bool:
        """Say whether it may be prepared today."""
        return self.stage is Stage.MAY_PREPARE


@dataclass(frozen=True, slots=True)
class MadeRelease:
    """A release that was made: its id, period and how many tables were stored."""

    release_id: int
    period_key: str
    tables: int


class Whole(StrEnum):
    """Whether a table's split by kön stands, and what is to be said if it does not."""

    SPLIT = "split"
    COLLAPSED = "collapsed"
    """It would have been there, but too much of it would have had to be hidden."""

    UNDIVIDED = "undivided"
    """The catalogue has it undivided."""


@dataclass(frozen=True, slots=True)
class TableAccount:
    """What was done with one table: how many of its cells are shown exactly, as a range, or not.

    ``insats`` is the insats's name, or that of all insatser together.
    """

    insats: str
    title: str
    period: Period
    exact: int
    ranges: int
    hidden: int
    by_gender: Whole


@dataclass(frozen=True, slots=True)
class ReleaseAccount:
    """What a release holds and what was hidden, without a single figure of its tables.

    ``published_at`` is None while it is only prepared.
    """

    period: Period
    threshold: int
    rule: str
    prepared_at: datetime
    published_at: datetime | None
    tables: tuple[TableAccount, ...]
    targets: int
    targets_shown: int
