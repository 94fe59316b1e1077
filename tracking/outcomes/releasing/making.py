"""Making a release: the whole catalogue counted, protected and audited, ready to be stored.

Nothing is written here. It is done before the write lock is taken, so that staff go on recording
meanwhile; that nothing was released in between is asked by `tracking.outcomes.releases`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.domain.disclosure import ALL, Finding, ProtectedTables, audit, protect
from tracking.domain.endings import Outcome
from tracking.domain.errors import RuleBroken, StegvisError
from tracking.domain.periods import Period, add_months
from tracking.domain.records import InsatsKind
from tracking.domain.swedish import whole
from tracking.outcomes.encoding import opened, protected_from, table_content, target_content
from tracking.outcomes.lists import read_setting
from tracking.outcomes.parts import read_threshold_k
from tracking.outcomes.releasing.catalogue import Catalogue
from tracking.outcomes.releasing.catalogue_counts import Unit, count_units
from tracking.outcomes.releasing.catalogue_grid import Grid, grid_of
from tracking.outcomes.releasing.catalogue_own import count_own
from tracking.outcomes.releasing.catalogue_reads import is_own
from tracking.outcomes.releasing.catalogue_tables import Asked, Filled, fill
from tracking.outcomes.releasing.erased import add_erased
from tracking.outcomes.releasing.heads import head_counts, heads_table
from tracking.outcomes.releasing.shapes import HEADS, TARGETS, ReleasedTarget
from tracking.outcomes.releasing.tables import Layout
from tracking.outcomes.releasing.targets import released_among, shown_share, shown_value
from tracking.outcomes.tables import Evaluation, read_evaluation
from tracking.store.tables import Forbund, Insats, Release, ReleaseCells, ReleaseSmall
from tracking.store.thresholds import thresholds_on

RULE = "fin-1"
ALL_NAME = "alla insatser"
MONTHS_AFTER = 24
"""How long an insats that has ended stays in releases: its last follow-ups are due by then."""

Progress = Callable[[float, str], None]
"""Told how much of the work is done, from 0 to 1, and what is being done, in Swedish."""


class UnsafeRelease(StegvisError):
    """The audit found that a release would tell too much; it is not stored."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(
            "Släppet sparades inte, för kontrollen fann "
            f"{whole(len(findings))} tal som inte är tillräckligt skyddade. "
            "Ingen kan läsa något av det; be den som sköter systemet om hjälp."
        )
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Named:
    """An insats and the name that it has when the release is made."""

    insats_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """A table that waits to be stored."""

    insats: Named | None
    table_key: str
    period: Period
    content: Mapping[str, Any]

    @property
    def whole_content(self) -> dict[str, Any]:
        """Its content, with the name as it was: an insats may be renamed, a release never is."""
        name = ALL_NAME if self.insats is None else self.insats.name
        return {"name": name, "period": self.period.key, **self.content}


@dataclass(frozen=True, slots=True)
class Draft:
    """A release that has passed its audit. ``beside`` are the releases it was audited with."""

    period: Period
    threshold: int
    protected: ProtectedTables
    tables: tuple[Drafted, ...]
    beside: frozenset[int]


def draft_release(
    session: DbSession, period: Period, today: date, progress: Progress | None = None
) -> Draft:
    """Count, protect and audit every table of the catalogue for a closed period.

    Raises `UnsafeRelease` when the audit finds something, `DamagedRelease` when an earlier
    release has been tampered with.
    """
    return _Making(session, period, today, progress or (lambda _share, _words: None)).draft()


def read_published(session: DbSession) -> dict[int, ProtectedTables]:
    """Read every release ever prepared, whether published or not, by its id."""
    cells = {row.release_id: row for row in session.exec(select(ReleaseCells)).all()}
    small = {row.release_id: row for row in session.exec(select(ReleaseSmall)).all()}
    found = {}
    for release_id in session.exec(select(Release.id).order_by(col(Release.period_end))).all():
        assert release_id is not None
        if release_id not in cells or release_id not in small:
            raise RuleBroken(
                "Databasen har släpp från en äldre version, som nya släpp inte kan prövas mot. "
                "Börja om i en ny databas."
            )
        kept, apart = cells[release_id], small[release_id]
        found[release_id] = protected_from(
            opened(kept.content, kept.sha256), opened(apart.content, apart.sha256)
        )
    return found


class _Making:
    def __init__(self, session: DbSession, period: Period, today: date, progress: Progress) -> None:
        self.session, self.period, self.today = session, period, today
        self.tell = progress
        self.threshold = read_threshold_k(session)
        forbund = session.get(Forbund, 1)
        assert forbund is not None
        assert forbund.calendar is not None, "asked before"
        self.earlier = read_published(session)
        self.published = tuple(self.earlier.values())
        self.grid: Grid = grid_of(forbund.calendar, period, self.published)
        self.catalogue = Catalogue(read_setting(session, thresholds_on(session, today), None))
        self.groups = read_groups(session)
        self.asked: list[Asked] = []
        self.evaluations: dict[int, Evaluation] = {}

    def draft(self) -> Draft:
        there = _insatser(self.session, self.period)
        listed = [named for named, in_release in there if in_release]
        ids = [named.insats_id for named, _ in there]
        counted = count_units(self.session, ids, self.grid, self.catalogue)
        units = []
        for done, (named, in_release) in enumerate(there, start=1):
            units.append(self._completed(counted[named.insats_id], named, in_release))
            self.tell(0.3 * done / len(there), f"{whole(done)} av {whole(len(there))} insatser")
        filled = fill(self.grid, self.catalogue, units, self.asked, self.published)
        protected = self._protected(filled) if units else _nothing(self.threshold)
        tables = [table for named in listed for table in self._of_insats(named, protected)]
        if listed:
            tables.append(self._heads_of_all(listed))
            tables += self._laid(None, filled, protected)
        for named in listed:
            tables += self._laid(named, filled, protected)
        self.tell(1.0, "Klart")
        return Draft(self.period, self.threshold, protected, tuple(tables), frozenset(self.earlier))

    def _completed(self, counted: Unit, named: Named, in_release: bool) -> Unit:
        """An insats that has been counted, with its targets' own tables and its erased spells."""
        insats_id, unit = named.insats_id, counted.name
        said = {key.measure for p in self.published for key in p.cells if key.unit == unit}
        if in_release:
            evaluation = read_evaluation(
                self.session, insats_id, self.grid.window, today=self.today
            )
            self.evaluations[insats_id] = evaluation
            self.asked += released_among(unit, evaluation.targets, self.groups, said)
        own = {a.reads.measure for a in self.asked if a.unit == unit and is_own(a.reads.measure)}
        own |= {name.removesuffix("?") for name in said if is_own(name)}
        if own:
            # Answers since the first period that was released, as known on the last day of this.
            since = Period(self.grid.smallest[0].start, self.period.end)
            context = read_evaluation(self.session, insats_id, since, today=self.today).context
            count_own(self.session, counted, self.grid, sorted(own), context, today=self.today)
        parts = (*self.catalogue.parts.values(), *counted.own.values())
        add_erased(self.session, insats_id, self.grid, counted, parts)
        return counted

    def _protected(self, filled: Filled) -> ProtectedTables:
        def tell(done: int, of: int) -> None:
            share = 0.3 + 0.5 * done / max(of, 1)
            self.tell(share, "Döljer det som skulle kunna peka ut någon")

        protected = protect(filled.tables, self.threshold, self.published, progress=tell)
        self.tell(0.8, "Prövar släppet mot alla tidigare")
        if findings := audit(filled.tables, protected, self.published, self.threshold):
            raise UnsafeRelease(findings)
        return protected

    def _of_insats(self, named: Named, protected: ProtectedTables) -> list[Drafted]:
        evaluation = self.evaluations[named.insats_id]
        now = read_evaluation(self.session, named.insats_id, self.period, today=self.today)
        counts = head_counts(now.cohort, now.anonymous)
        table = heads_table(counts, self.period, named.name, whole_forbund=False)
        found = [Drafted(named, HEADS, self.period, {"table": table_content(table)})]
        if evaluation.targets:
            targets = [
                target_content(target) for target in self._targets(named, evaluation, protected)
            ]
            found.append(Drafted(named, TARGETS, self.grid.window, {"targets": targets}))
        return found

    def _targets(
        self, named: Named, evaluation: Evaluation, protected: ProtectedTables
    ) -> list[ReleasedTarget]:
        keys = {asked.key for asked in self.asked if asked.unit == str(named.insats_id)}
        smallest = [self.grid.smallest[n] for n in self.grid.inside(self.grid.window)]
        context, window = evaluation.context, self.grid.window
        return [
            shown_share(
                target,
                protected.targets[key] if (key := str(target.target_id)) in keys else None,
                window,
                context,
            )
            if target.spec.is_share
            else shown_value(target, context, smallest)
            for target in evaluation.targets
        ]

    def _heads_of_all(self, listed: Sequence[Named]) -> Drafted:
        sums: dict[str, int] = {}
        for named in listed:
            now = read_evaluation(self.session, named.insats_id, self.period, today=self.today)
            for label, number in head_counts(now.cohort, now.anonymous).items():
                sums[label] = sums.get(label, 0) + number
        table = heads_table(sums, self.period, ALL_NAME, whole_forbund=True)
        return Drafted(None, HEADS, self.period, {"table": table_content(table)})

    def _laid(
        self, named: Named | None, filled: Filled, protected: ProtectedTables
    ) -> list[Drafted]:
        layout = Layout(self.catalogue, protected, filled)
        unit = ALL if named is None else str(named.insats_id)
        periods = [self.period, *([self.grid.window] if self.grid.closes_year else [])]
        return [
            Drafted(
                named,
                laid.table.key,
                period,
                {"table": table_content(laid.table), "by_gender": laid.by_gender.value},
            )
            for period in periods
            for laid in layout.tables(unit, period)
        ]


def _nothing(threshold: int) -> ProtectedTables:
    return ProtectedTables(threshold=threshold, cells={})


def read_groups(session: DbSession) -> dict[str, str]:
    """Read the group of every avslutsanledning that stands in a base."""
    rows = session.execute(
        text(
            "SELECT key, group_key FROM code WHERE list_key = 'end_reason'"
            " AND (proposes IS NULL OR proposes <> :outside)"
        ),
        {"outside": Outcome.OUTSIDE.value},
    )
    return {key: group or "" for key, group in rows}


def _insatser(session: DbSession, period: Period) -> list[tuple[Named, bool]]:
    """Every insats that a number may be of, and whether it is in the release, by name."""
    rows = session.exec(
        select(Insats)
        .where(Insats.kind == InsatsKind.INDIVIDUAL, col(Insats.starts_on) <= period.end)
        .order_by(col(Insats.name), col(Insats.id))
    ).all()
    return [
        (
            Named(row.id, row.name),
            row.ends_on is None or add_months(row.ends_on, MONTHS_AFTER) >= period.start,
        )
        for row in rows
        if row.id is not None
    ]
