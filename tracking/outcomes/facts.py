"""What one spell's row says by itself: level, stegförflyttning, ORS pair, growth of work.

Nothing is counted here and nothing read; targets, tables and breakdowns ask the same things.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tracking.domain.change import Thresholds
from tracking.domain.ladder import StepLevel, StepMove, step_move
from tracking.domain.payback import FULL_TIME, GroupChange, PersonChange, group_change
from tracking.outcomes.cohorts import SpellRow


@lru_cache(maxsize=100)
def level(step: int | None) -> StepLevel | None:
    """A step of the summary as the domain's level; −1 is *inga utsikter för arbete*."""
    if step is None:
        return None
    return StepLevel(None if step < 0 else step)


def move_of(row: SpellRow) -> StepMove:
    """The stegförflyttning of an ended spell."""
    return step_move(level(row.step_start), level(row.step_end))


def ors_cutoff(row: SpellRow, thresholds: Thresholds) -> int:
    """The ORS cut-off in millimetres at the age of the spell's first ORS."""
    age = None if row.ors_first_on is None else int(row.ors_first_on[:4]) - row.birth_year
    return thresholds.ors_cutoff_for(age)


def ors_pair(row: SpellRow) -> tuple[int, int] | None:
    """First and last ORS in millimetres; None without two scores."""
    if row.ors_n < 2 or row.ors_first_mm is None or row.ors_last_mm is None:
        return None
    return row.ors_first_mm, row.ors_last_mm


@dataclass(frozen=True, slots=True)
class Standing:
    """Försörjning, work and studies at the end, or 6, 12 or 18 months later.

    A follow-up that was done too late is not in the row.
    """

    support: str | None
    work: str | None
    work_percent: int | None
    studies: str | None
    studies_percent: int | None

    @classmethod
    def after(cls, row: SpellRow, occasion: str) -> Standing:
        """The standing at ``end``, ``m6``, ``m12`` or ``m18``."""
        return cls(*(getattr(row, f"{occasion}_{name}") for name in _OF_STANDING))


_OF_STANDING = ("support", "work", "work_percent", "studies", "studies_percent")


def works_or_studies(after: Standing) -> bool | None:
    """Whether the person does either, to whatever extent; None when that is not known."""
    either = (after.work, after.studies)
    if "yes" in either:
        return True
    return False if either == ("no", "no") else None


def grew(row: SpellRow, after: Standing) -> bool | None:
    """Whether somebody has begun to work or study since the start, or does more of it.

    None when the situation, or an extent that decides it, is not known.
    """
    parts = (
        began_or_increased(row.start_work, row.start_work_percent, after.work, after.work_percent),
        began_or_increased(
            row.start_studies, row.start_studies_percent, after.studies, after.studies_percent
        ),
    )
    if True in parts:
        return True
    return None if None in parts else False


def began_or_increased(
    before: str | None, before_percent: int | None, after: str | None, after_percent: int | None
) -> bool | None:
    """Whether work, or studies, began or increased, on the summary's words; None: not known.

    As `tracking.domain.situation.began_or_increased_work`.
    """
    if after == "no":
        return False
    if after != "yes" or before not in ("yes", "no"):
        return None
    if before == "no":
        return True
    if before_percent is None or after_percent is None:
        return None
    return after_percent > before_percent


def payback_group(rows: Iterable[SpellRow], occasion: str) -> GroupChange:
    """What försörjning and work add up to for some spells, between the start and ``occasion``."""
    return group_change(payback_change(row, Standing.after(row, occasion)) for row in rows)


def payback_change(row: SpellRow, after: Standing) -> PersonChange | None:
    """Försörjning and work before and after; None when any of it is not known."""
    known = {"some": True, "none": False}
    support_before, support_after = (known.get(s or "") for s in (row.start_support, after.support))
    work_before = _extent(row.start_work, row.start_work_percent)
    work_after = _extent(after.work, after.work_percent)
    if support_before is None or support_after is None:
        return None
    if work_before is None or work_after is None:
        return None
    return PersonChange(support_before, support_after, work_before, work_after)


def _extent(work: str | None, percent: int | None) -> int | None:
    """Work in per cent of full time, 0 for none; None when work or its extent is not known."""
    if work == "no":
        return 0
    return None if work != "yes" or percent is None else min(percent, FULL_TIME)
