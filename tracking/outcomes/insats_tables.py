"""Every exact table of an insats beyond its dashboard, by subject, for its own staff.

Each group is read and counted only when it is asked for. The tables themselves are drawn in
the modules of their subject; all are `Internal` and never leave the insats zone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlmodel import Session as DbSession

from tracking.access.actors import Actor
from tracking.access.permissions import check_can_see_internal
from tracking.domain import clock
from tracking.domain.errors import NotFound
from tracking.domain.figures import Table
from tracking.domain.periods import Period, previous
from tracking.outcomes import columns as needed
from tracking.outcomes.background import background_tables
from tracking.outcomes.before import beside_before
from tracking.outcomes.breakdown_tables import Basis, breakdown_table
from tracking.outcomes.breakdowns import BREAKDOWNS, Head, of_head
from tracking.outcomes.cohorts import SpellRow, read_cohort
from tracking.outcomes.comparison import (
    against_before_table,
    insatser_table,
    women_and_men_table,
)
from tracking.outcomes.endings import end_reasons_table
from tracking.outcomes.kinds import Internal
from tracking.outcomes.live import read_live
from tracking.outcomes.occupation import occupation_tables
from tracking.outcomes.participants import flows_table
from tracking.outcomes.parts import read_labels
from tracking.outcomes.ratings import ors_change_table
from tracking.outcomes.scores import score_tables
from tracking.outcomes.selection import EVERYBODY, Selection
from tracking.outcomes.stays import Plan, read_stays, time_tables
from tracking.outcomes.step_matrix import read_step_names, step_matrix_table
from tracking.outcomes.steps import step_moves_table, sustained_table
from tracking.outcomes.support import support_tables
from tracking.outcomes.tables import COLUMNS as DASHBOARD_COLUMNS
from tracking.store.database import Database
from tracking.store.tables import Insats


class Subject(StrEnum):
    """The groups of tables, in the order of the page."""

    SUMMARY = "summary"
    BACKGROUND = "background"
    SUPPORT = "support"
    OCCUPATION = "occupation"
    STEPS = "steps"
    RATINGS = "ratings"
    TIME = "time"
    COMPARISON = "comparison"

    @property
    def label(self) -> str:
        """The heading on the page."""
        return {
            "summary": "Sammanfattning",
            "background": "Bakgrund",
            "support": "Försörjning",
            "occupation": "Sysselsättning",
            "steps": "Steg och uppföljning",
            "ratings": "Självskattningar",
            "time": "Tid och kapacitet",
            "comparison": "Jämförelser",
        }[self.value]


COLUMNS: dict[Subject, tuple[str, ...]] = {
    Subject.SUMMARY: DASHBOARD_COLUMNS,
    Subject.BACKGROUND: needed.BACKGROUND,
    Subject.SUPPORT: needed.SUPPORT,
    Subject.OCCUPATION: needed.OCCUPATION,
    Subject.STEPS: needed.STEPS,
    Subject.RATINGS: needed.RATINGS,
    Subject.TIME: (),
    Subject.COMPARISON: SpellRow._fields,
}
"""What the tables of each subject need of a spell beside what every row has."""


@dataclass(frozen=True, slots=True)
class InsatsTables:
    """Exact tables of one insats and period by subject, of those whom ``only`` keeps."""

    insats_id: int
    period: Period
    only: Selection
    groups: dict[Subject, tuple[Table, ...]]

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table in order."""
        return tuple(table for tables in self.groups.values() for table in tables)


def insats_tables(
    database: Database,
    actor: Actor,
    insats_id: int,
    period: Period,
    *,
    subjects: Sequence[Subject] = tuple(Subject),
    only: Selection = EVERYBODY,
    against: bool = False,
) -> Internal[InsatsTables]:
    """Return the exact tables of some subjects, of those whom ``only`` keeps.

    ``against`` puts each beside the same table of the period before, but for `COMPARISON`,
    which compares already.
    Free dates are fine here. Raises `NotPermitted` unless the actor has an assignment in the
    insats that sees its tables, and `NotFound` when there is no such insats.
    """
    check_can_see_internal(actor, insats_id)
    with database.reading() as session:
        insats = session.get(Insats, insats_id)
        if insats is None:
            raise NotFound("Insatsen finns inte.")
        columns = {name for subject in subjects for name in COLUMNS[subject]}
        today = clock.today()

        def basis_of(of: Period) -> Basis:
            return read_basis(session, insats_id, of, today=today, only=only, columns=columns)

        basis = basis_of(period)
        found = {
            subject: _tables(session, insats, subject, basis, only)
            for subject in Subject
            if subject in subjects
        }
        if against:
            before = basis_of(previous(period))
            found |= {
                subject: _beside(tables, _tables(session, insats, subject, before, only), basis)
                for subject, tables in found.items()
                if subject is not Subject.COMPARISON
            }
    return Internal(InsatsTables(insats_id, period, only, found))


def insatser_side_by_side(
    database: Database,
    actor: Actor,
    insats_ids: Sequence[int],
    period: Period,
    *,
    only: Selection = EVERYBODY,
) -> Internal[Table]:
    """Return one table of several insatser. Raises as `insats_tables`, for any of them."""
    for insats_id in insats_ids:
        check_can_see_internal(actor, insats_id)
    today = clock.today()
    with database.reading() as session:
        named = []
        for insats_id in insats_ids:
            insats = session.get(Insats, insats_id)
            if insats is None:
                raise NotFound("Insatsen finns inte.")
            basis = read_basis(session, insats_id, period, today=today, only=only)
            named.append((insats.name, basis))
    if not named:
        raise NotFound("Välj minst en insats.")
    return Internal(insatser_table(named))


def read_basis(
    session: DbSession,
    insats_id: int,
    period: Period,
    *,
    today: date,
    only: Selection = EVERYBODY,
    columns: Collection[str] = SpellRow._fields,
) -> Basis:
    """Read what the exact tables of one insats and period are drawn from; see `COLUMNS`."""
    basis = read_live(session, insats_id, period, today=today, columns=columns)
    if only.is_everybody:
        return basis
    return replace(
        basis, cohort=only.cohort(basis.cohort), anonymous=only.anonymous(basis.anonymous)
    )


def _beside(
    tables: tuple[Table, ...], before: tuple[Table, ...], basis: Basis
) -> tuple[Table, ...]:
    then = {table.key: table for table in before}
    return tuple(beside_before(table, then.get(table.key), basis.threshold_k) for table in tables)


def _tables(
    session: DbSession, insats: Insats, subject: Subject, basis: Basis, only: Selection
) -> tuple[Table, ...]:
    if subject is Subject.SUMMARY:
        return _summary(session, basis)
    if subject is Subject.BACKGROUND:
        return background_tables(basis)
    if subject is Subject.SUPPORT:
        return support_tables(basis)
    if subject is Subject.OCCUPATION:
        return occupation_tables(basis)
    if subject is Subject.STEPS:
        return _steps(session, insats, basis)
    if subject is Subject.RATINGS:
        return score_tables(basis)
    cohort = basis.cohort
    if subject is Subject.TIME:
        until = min(cohort.period.end, cohort.due_by)
        stays = read_stays(session, cohort.insats_id, until, only=only)
        return time_tables(stays, Plan(insats.planned_places, insats.planned_weeks), basis)
    before = read_cohort(session, cohort.insats_id, previous(cohort.period), today=cohort.due_by)
    before_table = against_before_table(basis, only.cohort(before))
    # Of one kön alone there is nothing to compare.
    return (before_table,) if only.gender else (before_table, women_and_men_table(basis))


def _summary(session: DbSession, basis: Basis) -> tuple[Table, ...]:
    cohort, anonymous = basis.cohort, basis.anonymous
    return (
        flows_table(cohort, anonymous),
        end_reasons_table(cohort, read_labels(session, "end_reason"), anonymous),
        step_moves_table(cohort, anonymous),
        sustained_table(cohort, anonymous),
        ors_change_table(cohort, basis.setting.thresholds, anonymous),
    )


def _steps(session: DbSession, insats: Insats, basis: Basis) -> tuple[Table, ...]:
    if insats.ladder_id is None and not any(row.ladder_version_id for row in basis.cohort.active):
        return ()
    names = read_step_names(session, basis.cohort.active, insats.ladder_id)
    matrices = (step_matrix_table(basis, head, names) for head in (Head.COMPLETED, Head.ENDED))
    follow_ups = (
        breakdown_table(found, basis)
        for head in (Head.DUE_6, Head.DUE_12, Head.DUE_18)
        for found in of_head(head)
        # The 12-month follow-up is optional.
        if head is not Head.DUE_12 or head.rows(basis.cohort)
    )
    return (breakdown_table(BREAKDOWNS["step_move"], basis), *matrices, *follow_ups)
