"""What pages show of reports: lists, one report with its sections, questions and answers.

Plain data, read by `tracking.outcomes.reports`. Figures are not here; the content of a report is
`tracking.reports.shapes.ReportContent`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracking.domain.periods import Period
from tracking.domain.report_identity import Licence
from tracking.domain.report_kinds import ReportKind, SectionKey
from tracking.domain.roles import Zone
from tracking.outcomes.releasing.shapes import ReleaseHead


@dataclass(frozen=True, slots=True)
class ReportHead:
    """Which report it is. ``insats_id`` is None for the whole förbund.

    ``adopted_on`` and ``paragraph`` are of the minutes, None while it is a draft.
    """

    report_id: int
    kind: ReportKind
    insats_id: int | None
    name: str
    release: ReleaseHead
    adopted_on: date | None
    paragraph: str | None
    version: int

    @property
    def period(self) -> Period:
        """The period that it is about."""
        return self.kind.period(self.release.period)

    @property
    def is_adopted(self) -> bool:
        """Say whether it is adopted, and so never changes."""
        return self.adopted_on is not None

    @property
    def title(self) -> str:
        """Kind and what it is about."""
        return f"{self.kind.label}: {self.name}"


@dataclass(frozen=True, slots=True)
class ReportItem:
    """A report in a list: how many of its sections are ready, of those with words or included.

    ``open_notes`` are questions that nobody has said are settled.
    """

    head: ReportHead
    included: int
    ready: int
    open_notes: int


@dataclass(frozen=True, slots=True)
class NoteView:
    """A question or an answer; ``by`` is the account's title, ``settled`` that it is done with."""

    note_id: int
    zone: Zone
    by: str
    words: str
    written_at: datetime
    settled: bool


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section as the actor may see it.

    ``words`` is what is being written, and None for whoever does not write in the report.
    ``ready_words`` is what was marked as *klar, beskriver ingen enskild*, None before.
    ``newer_draft`` says that something has been written since then.
    """

    section_id: int
    report_id: int
    key: SectionKey
    included: bool
    words: str | None
    version: int
    saved_at: datetime | None
    saved_by: str | None
    saved_by_me: bool
    ready_words: str | None
    ready_at: datetime | None
    newer_draft: bool
    notes: tuple[NoteView, ...]

    @property
    def open_notes(self) -> int:
        """How many questions wait."""
        return sum(not note.settled for note in self.notes)


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report with its sections in order, those that are left out last in their own order."""

    head: ReportHead
    sections: tuple[SectionView, ...]
    may_write: bool
    may_adopt: bool

    def section(self, key: SectionKey) -> SectionView:
        """Return the section of a key; every report has all of them."""
        return next(one for one in self.sections if one.key is key)


@dataclass(frozen=True, slots=True)
class Startable:
    """A report that can be begun: from which release, about what, of which kind."""

    release: ReleaseHead
    insats_id: int | None
    name: str
    kind: ReportKind


@dataclass(frozen=True, slots=True)
class ThrownAway:
    """A draft that was thrown away: when, by which account's title, and why in words."""

    head: ReportHead
    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class IdentityView:
    """How the förbund looks on paper, and on which terms its open data are given away; ``version``
    is None until it has been set.
    """

    name: str
    colour: str
    logotype: bytes | None
    logotype_kind: str | None
    logotype_alt: str
    version: int | None
    licence: Licence = Licence.CC0
