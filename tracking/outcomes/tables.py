"""The dashboard of one insats, exact, for its own staff: one read, then plain counting.

`insats_dashboard` puts the tables of the other modules together. `data_version` is what a
cache in the insats zone keys on, together with who asks and the period.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session as DbSession

from tracking.access.actors import Actor
from tracking.access.permissions import check_can_see_internal
from tracking.domain import clock
from tracking.domain.change import Thresholds
from tracking.domain.errors import NotFound
from tracking.domain.periods import Period, add_months
from tracking.domain.targets import Measure
from tracking.outcomes import columns as needed
from tracking.outcomes._versioned import read_version
from tracking.outcomes.cohorts import Cohort, SpellRow, read_cohort, read_ongoing
from tracking.outcomes.endings import end_reasons_table
from tracking.outcomes.kinds import Internal
from tracking.outcomes.live import read_live
from tracking.outcomes.participants import current_table, flows_table
from tracking.outcomes.parts import (
    Anonymous,
    read_anonymous,
    read_labels,
    read_threshold_k,
    thresholds_text,
)
from tracking.outcomes.quality import data_quality, read_ors_coverage
from tracking.outcomes.questions import (
    Asked,
    Given,
    improvements,
    positives,
    question_tables,
    read_given,
    read_questions,
    slips_table,
)
from tracking.outcomes.ratings import ors_change_table, ors_funnel, ors_mean
from tracking.outcomes.selection import EVERYBODY, Selection
from tracking.outcomes.sentences import summary_lines
from tracking.outcomes.shapes import InsatsDashboard, InsatsHead
from tracking.outcomes.steps import step_moves_table, sustained_table
from tracking.outcomes.target_table import targets_table
from tracking.outcomes.targets import Context, StoredTarget, evaluate, read_targets
from tracking.outcomes.volumes import read_slips, read_volumes
from tracking.store.database import Database
from tracking.store.tables import Controller, Insats
from tracking.store.thresholds import thresholds_on

SEEN_AFTER_MONTHS = 21
COLUMNS = tuple(
    name
    for name in SpellRow._fields
    if name not in {*needed.BACKGROUND, *needed.ALLIANCE, *needed.DETAILS}
)
"""What the dashboard and its targets need of a spell."""

__all__ = ["Evaluation", "data_version", "insats_dashboard", "read_evaluation"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The spells of a period with all that its targets are evaluated against."""

    cohort: Cohort
    anonymous: Anonymous
    targets: tuple[StoredTarget, ...]
    context: Context
    questions: tuple[Asked, ...]
    given: Mapping[int, Given]


def read_evaluation(
    session: DbSession,
    insats_id: int,
    period: Period,
    *,
    today: date,
    only: Selection = EVERYBODY,
    columns: Collection[str] = SpellRow._fields,
) -> Evaluation:
    """Read what the figures of one insats and period rest on, of those whom ``only`` keeps."""
    return _evaluation(
        session,
        only.cohort(read_cohort(session, insats_id, period, today=today, columns=columns)),
        only.anonymous(read_anonymous(session, insats_id, period.end.year)),
        # Today's, also for a period that has ended; a release keeps those it was made with.
        thresholds_on(session, today),
        read_threshold_k(session),
    )


def _evaluation(
    session: DbSession,
    cohort: Cohort,
    anonymous: Anonymous,
    thresholds: Thresholds,
    threshold_k: int,
) -> Evaluation:
    insats_id, period = cohort.insats_id, cohort.period
    targets = read_targets(session, insats_id, period)
    named = {t.spec.question_id for t in targets if t.spec.question_id is not None}
    questions = read_questions(session, insats_id, period, also=named)
    # The follow-ups of a spell fall due up to a year and a half after its end, and a little.
    since = add_months(period.start, -SEEN_AFTER_MONTHS)
    wanted = {asked.question_id for asked in questions if not asked.on_slips}
    given = read_given(session, insats_id, wanted, period.end, since)
    asks_slips = any(target.spec.measure is Measure.POSITIVE_SLIPS for target in targets)
    context = Context(
        cohort=cohort,
        thresholds=thresholds,
        threshold_k=threshold_k,
        volumes=read_volumes(session, cohort, anonymous),
        answers={
            asked.question_id: positives(asked, given.get(asked.question_id, {}))
            for asked in questions
        },
        improved={
            asked.question_id: improvements(asked, given.get(asked.question_id, {}))
            for asked in questions
        },
        slips=read_slips(session, insats_id, period) if asks_slips else {},
    )
    return Evaluation(cohort, anonymous, targets, context, questions, given)


def insats_dashboard(
    database: Database,
    actor: Actor,
    insats_id: int,
    period: Period,
    *,
    only: Selection = EVERYBODY,
) -> Internal[InsatsDashboard]:
    """Return every exact table of one insats and period, of those whom ``only`` keeps.

    A target that is no share of spells (årsplatser, kronor, månader, anonymous slips) is about
    the whole insats, and is left out of a choice; so are the slips, which have no owner. Free
    dates are fine here. Raises `NotPermitted` unless the actor has an assignment in the insats
    that sees its tables, and `NotFound` when there is no such insats.
    """
    check_can_see_internal(actor, insats_id)
    today = clock.today()
    with database.reading() as session:
        insats = _insats(session, insats_id)
        head = _head(session, insats)
        basis = read_live(session, insats_id, period, today=today, columns=COLUMNS)
        cohort, anonymous = only.cohort(basis.cohort), only.anonymous(basis.anonymous)
        evaluation = _evaluation(
            session, cohort, anonymous, basis.setting.thresholds, basis.threshold_k
        )
        context = evaluation.context
        judged = [t for t in evaluation.targets if only.is_everybody or _is_of_spells(t)]
        targets = tuple(evaluate(target, context) for target in judged)
        mean = ors_mean(cohort, context.threshold_k)
        return Internal(
            InsatsDashboard(
                insats=head,
                period=period,
                summary=summary_lines(cohort, anonymous, targets, mean),
                flows=flows_table(cohort, anonymous),
                targets=targets,
                target_table=targets_table(targets, cohort, context.thresholds, anonymous),
                step_moves=step_moves_table(cohort, anonymous),
                sustained=sustained_table(cohort, anonymous),
                ors_change=ors_change_table(cohort, context.thresholds, anonymous),
                ors_mean=mean,
                ors_funnel=ors_funnel(cohort),
                end_reasons=end_reasons_table(
                    cohort, read_labels(session, "end_reason"), anonymous
                ),
                current=current_table(
                    only.rows(read_ongoing(session, insats_id)), today, anonymous
                ),
                quality=data_quality(
                    cohort,
                    today=today,
                    uses_ors=insats.uses_ors,
                    has_ladder=insats.ladder_id is not None,
                    ors_coverage=read_ors_coverage(session, insats_id, period, only=only),
                ),
                questions=question_tables(
                    evaluation.questions, evaluation.given, cohort, anonymous
                ),
                slips=(
                    slips_table(session, insats_id, evaluation.questions, period)
                    if only.is_everybody
                    else None
                ),
                thresholds_text=thresholds_text(context.thresholds),
                data_version=read_version(session, insats_id),
                left_out=tuple(t.wording for t in evaluation.targets if t not in judged),
            )
        )


def _is_of_spells(target: StoredTarget) -> bool:
    """Whether a target can be judged among some of the spells."""
    return target.spec.is_share and target.spec.measure is not Measure.POSITIVE_SLIPS


def data_version(database: Database, insats_id: int) -> int:
    """Return the number that grows with every write that touches the insats's figures."""
    with database.reading() as session:
        return read_version(session, insats_id)


def _insats(session: DbSession, insats_id: int) -> Insats:
    insats = session.get(Insats, insats_id)
    if insats is None:
        raise NotFound("Insatsen finns inte.")
    return insats


def _head(session: DbSession, insats: Insats) -> InsatsHead:
    assert insats.id is not None
    controller = session.get(Controller, insats.controller_id)
    assert controller is not None, "a foreign key holds it"
    return InsatsHead(
        insats_id=insats.id,
        name=insats.name,
        kind=insats.kind,
        owner=insats.owner,
        provider=insats.provider,
        controller_name=controller.name,
        starts_on=insats.starts_on,
        ends_on=insats.ends_on,
        planned_places=insats.planned_places,
        planned_weeks=insats.planned_weeks,
        planned_participants=insats.planned_participants,
    )
