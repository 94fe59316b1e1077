"""A report as data: sections with a finding, tables, targets and words, before any format.

`insats_report` is the insats's own working paper with exact figures, marked as internal;
`released_report` is made from a stored release alone. Word and Excel are made from the same
content, so a number cannot differ between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracking.domain.figures import Table, TargetResult
from tracking.domain.periods import Period
from tracking.outcomes.shapes import ReleasedTarget


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its heading, the finding in a sentence, and what carries it."""

    key: str
    heading: str
    finding: str
    tables: tuple[Table, ...] = ()
    targets: tuple[TargetResult | ReleasedTarget, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportContent:
    """A whole report. ``marking`` stands on every page; None when the content is released."""

    title: str
    subtitle: str
    period: Period
    made_at: datetime
    made_by: str
    sections: tuple[Section, ...]
    marking: str | None
