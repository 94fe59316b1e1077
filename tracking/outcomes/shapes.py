"""The shapes of results: what the pages and reports get, as plain data.

Nothing is computed here. `InsatsDashboard` is exact and stays in the insats zone; what leaves it
is in `tracking.outcomes.releasing.shapes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracking.domain.figures import FunnelStep, Table, TargetResult
from tracking.domain.periods import Period
from tracking.domain.records import InsatsKind
from tracking.domain.statistics import MeanChange


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
    ``ors_funnel`` leads from started to those with two scores. ``left_out`` are the wordings
    of targets that can't be judged among the chosen.
    """

    insats: InsatsHead
    period: Period
    summary: tuple[str, ...]
    flows: Table
    targets: tuple[TargetResult, ...]
    target_table: Table
    step_moves: Table
    sustained: Table
    ors_change: Table
    ors_mean: MeanChange | None
    ors_funnel: tuple[FunnelStep, ...]
    end_reasons: Table
    current: Table
    quality: DataQuality
    questions: tuple[Table, ...]
    slips: Table | None
    thresholds_text: str
    data_version: int
    left_out: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table in the order of the page."""
        return (
            self.flows,
            self.target_table,
            self.end_reasons,
            self.step_moves,
            self.sustained,
            self.ors_change,
            *self.questions,
            *([] if self.slips is None else [self.slips]),
            self.current,
        )
