"""The shapes of results: what the pages and reports get, as plain data.

Nothing is computed here. `InsatsDashboard` is exact and stays in the insats zone;
`BoardOverview` and its parts come from stored releases alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tracking.domain.figures import Cell, FunnelStep, Table, TargetResult
from tracking.domain.periods import Period
from tracking.domain.records import InsatsKind
from tracking.domain.statistics import MeanChange
from tracking.domain.targets import Comparison, Measure, PointInTime, Population, Verdict


@dataclass(frozen=True, slots=True)
class InsatsHead:
    """What an insats is, for the head of a page. Plans are None where none were set."""

    insats_id: int
    name: str
    kind: InsatsKind
    owner: str
    provider: str
    controller_name: str
    starts_on: date
    ends_on: date | None
    planned_places: int | None
    planned_weeks: int | None
    planned_participants: int | None


@dataclass(frozen=True, slots=True)
class QualityItem:
    """One thing that may be missing: ``lacking`` of ``base`` spells lack it.

    ``where`` names the page's key where it is mended, or None.
    """

    key: str
    label: str
    lacking: int
    base: int
    where: str | None = None


@dataclass(frozen=True, slots=True)
class DataQuality:
    """How whole the data behind the figures are; ``sentence`` is the finding."""

    items: tuple[QualityItem, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class InsatsDashboard:
    """Everything the staff of one insats see about one period, exact.

    ``summary`` is five sentences with figures. Scores in ``ors_mean`` are millimetres.
    ``ors_funnel`` leads from started to those with two scores.
    """

    insats: InsatsHead
    period: Period
    summary: tuple[str, ...]
    flows: Table
    targets: tuple[TargetResult, ...]
    step_moves: Table
    sustained: Table
    ors_change: Table
    ors_mean: MeanChange | None
    ors_funnel: tuple[FunnelStep, ...]
    end_reasons: Table
    current: Table
    quality: DataQuality
    thresholds_text: str
    data_version: int

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table in the order of the page."""
        return (
            self.flows,
            self.end_reasons,
            self.step_moves,
            self.sustained,
            self.ors_change,
            self.current,
        )


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


@dataclass(frozen=True, slots=True)
class ReleasedInsats:
    """One insats of a release, or all together (``insats_id`` None, no targets).

    ``targets`` are of ``targets_period``, the latest twelve months that ended with a calendar
    year; None when no such figures have been released.
    """

    insats_id: int | None
    name: str
    heads: Table
    targets: tuple[ReleasedTarget, ...]
    targets_period: Period | None = None


@dataclass(frozen=True, slots=True)
class ReleaseHead:
    """Which release it is. ``threshold`` is the k of the disclosure control."""

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
class OpenPeriod:
    """A closed period of the calendar and where its release stands.

    ``release_on`` is the day from which it may be made (None when no day is set);
    ``released`` says that it has been; ``may_release`` that it may be made today.
    """

    period: Period
    release_on: date | None
    released: bool
    may_release: bool


@dataclass(frozen=True, slots=True)
class MadeRelease:
    """A release that was made: its id, period and how many tables were stored."""

    release_id: int
    period_key: str
    tables: int
