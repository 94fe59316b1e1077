"""Reads for forms and lists: the förbund, its insatser, targets, ladders, lists and money.

No persons and no results; those are read elsewhere, with their own kinds. Where an actor is
asked for, only what its assignments reach comes back.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import Session as DbSession
from sqlmodel import col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from tracking.access.actors import Actor
from tracking.access.permissions import (
    Action,
    can_read_released,
    can_set_up_forbund,
    check_can_see_internal,
    refused,
)
from tracking.domain import clock
from tracking.domain.errors import NotFound, NotPermitted
from tracking.domain.records import Gender
from tracking.outcomes.directory_views import (
    AnonymousView,
    BudgetView,
    CodeListView,
    CodeView,
    ControllerView,
    DemoAccount,
    ForbundView,
    InsatsItem,
    InsatsSettings,
    LadderVersionView,
    LadderView,
    ReleaseDayView,
    StepView,
    TargetView,
)
from tracking.outcomes.targets import stored_target
from tracking.store.database import Database
from tracking.store.tables import (
    Account,
    AnonymousCount,
    Assignment,
    Budget,
    Code,
    CodeList,
    Controller,
    Forbund,
    Insats,
    Ladder,
    LadderStep,
    LadderVersion,
    Target,
    metadata,
)

HIGHEST_DEMO_ACCOUNTS = 60
"""A demo of national size has thousands of accounts; nobody chooses among so many."""


# Asked at every click: of the tables, since whole objects take several times as long.
_FORBUND = columns(metadata.tables["forbund"])
_DAY = metadata.tables["release_day"]
_RELEASE_DAYS = columns(_DAY).order_by(_DAY.c.number)


def forbund(database: Database) -> ForbundView | None:
    """The förbund of this database, or None before it is set up."""
    with database.reading() as session:
        row = session.execute(_FORBUND).first()
        if row is None:
            return None
        days = session.execute(_RELEASE_DAYS)
        return ForbundView(
            name=row.name,
            is_demo=row.is_demo,
            calendar=row.calendar,
            disclosure_threshold=row.disclosure_threshold,
            release_days=tuple(
                ReleaseDayView(day.number, day.month, day.day, day.years_after) for day in days
            ),
            contact=row.contact,
            version=row.version,
        )


def demo_accounts(database: Database) -> tuple[DemoAccount, ...]:
    """The accounts to choose from. Raises `NotPermitted` outside a demo's own database."""
    with database.reading() as session:
        row = session.get(Forbund, 1)
        if row is None or not row.is_demo:
            raise NotPermitted("Konton väljs bara i en demo.")
        accounts = session.exec(
            select(Account, Controller.name)
            .join(Controller, col(Controller.id) == Account.employer_id, isouter=True)
            .where(col(Account.active) == 1)
            .order_by(col(Account.id))
            .limit(HIGHEST_DEMO_ACCOUNTS)
        ).all()
        held: dict[int, list[tuple[Assignment, str | None]]] = defaultdict(list)
        for assignment, name in session.exec(
            select(Assignment, Insats.name)
            .join(Insats, col(Insats.id) == Assignment.insats_id, isouter=True)
            .where(col(Assignment.account_id).in_([account.id for account, _ in accounts]))
            .order_by(col(Assignment.id))
        ):
            held[assignment.account_id].append((assignment, name))
        return tuple(
            DemoAccount(
                account_id=account.id or 0,
                username=account.username,
                title=account.title,
                zone=account.zone,
                employer=employer,
                roles=tuple(dict.fromkeys(a.role for a, _ in held[account.id or 0])),
                where=tuple(dict.fromkeys(name for _, name in held[account.id or 0] if name)),
            )
            for account, employer in accounts
        )


def controllers(database: Database) -> tuple[ControllerView, ...]:
    """The authorities, by name."""
    with database.reading() as session:
        rows = session.exec(select(Controller).order_by(col(Controller.name)))
        return tuple(ControllerView(row.id or 0, row.name, row.kind) for row in rows)


_INSATS, _CONTROLLER = metadata.tables["insats"], metadata.tables["controller"]
_OF, _ITS = _INSATS.c, _CONTROLLER.c
_INSATSER: Any = (
    columns(
        _OF.id,
        _OF.name,
        _OF.kind,
        _OF.controller_id,
        _ITS.name.label("controller"),
        _OF.starts_on,
        _OF.ends_on,
        _OF.uses_ors,
        _OF.uses_srs,
        _OF.uses_gsrs,
    )
    .join_from(_INSATS, _CONTROLLER, _ITS.id == _OF.controller_id)
    .order_by(_OF.name)
)


def my_insatser(database: Database, actor: Actor) -> tuple[InsatsItem, ...]:
    """The insatser that the actor's assignments reach, by name; all for the whole förbund."""
    everywhere = any(grant.insats_id is None for grant in actor.grants)
    own = [grant.insats_id for grant in actor.grants if grant.insats_id is not None]
    query = _INSATSER
    if not everywhere or not can_read_released(actor):
        query = query.where(_OF.id.in_(own))
    in_all, in_own = actor.roles_in(None), {one: actor.roles_in(one) for one in own}
    with database.reading() as session:
        return tuple(
            InsatsItem(
                insats_id=row.id,
                name=row.name,
                kind=row.kind,
                controller_id=row.controller_id,
                controller_name=row.controller,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                roles=in_own.get(row.id, in_all),
                uses_ors=row.uses_ors,
                uses_srs=row.uses_srs,
                uses_gsrs=row.uses_gsrs,
            )
            for row in session.execute(query)
        )


def insats_settings(database: Database, actor: Actor, insats_id: int) -> InsatsSettings:
    """An insats's frame as it is edited. Raises `NotFound` or `NotPermitted`."""
    with database.reading() as session:
        insats = _reachable(session, actor, insats_id)
        controller = session.get(Controller, insats.controller_id)
        ladder = None if insats.ladder_id is None else session.get(Ladder, insats.ladder_id)
        return InsatsSettings(
            insats_id=insats_id,
            name=insats.name,
            kind=insats.kind,
            controller_id=insats.controller_id,
            controller_name=controller.name if controller else "",
            owner=insats.owner,
            provider=insats.provider,
            starts_on=insats.starts_on,
            ends_on=insats.ends_on,
            planned_places=insats.planned_places,
            planned_weeks=insats.planned_weeks,
            planned_participants=insats.planned_participants,
            age_from=insats.age_from,
            age_to=insats.age_to,
            ladder_id=insats.ladder_id,
            ladder_name=ladder.name if ladder else None,
            uses_ors=insats.uses_ors,
            uses_srs=insats.uses_srs,
            uses_gsrs=insats.uses_gsrs,
            follow_up_12=insats.follow_up_12,
            template_key=insats.template_key,
            version=insats.version,
        )


def targets_of(database: Database, actor: Actor, insats_id: int) -> tuple[TargetView, ...]:
    """An insats's targets in their order, voided ones left out."""
    with database.reading() as session:
        _reachable(session, actor, insats_id)
        rows = session.exec(
            select(Target)
            .where(Target.insats_id == insats_id, col(Target.voided_at).is_(None))
            .order_by(col(Target.sort), col(Target.id))
        )
        return tuple(target_view(row) for row in rows)


def target_view(row: Target) -> TargetView:
    """A stored target as its rule and its words."""
    return TargetView(
        target_id=row.id or 0,
        insats_id=row.insats_id,
        spec=stored_target(row).spec,
        wording=row.wording,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        decided=row.decided or "",
        version=row.version,
    )


def code_lists(database: Database) -> tuple[CodeListView, ...]:
    """Every code list, by title."""
    with database.reading() as session:
        rows = session.exec(select(CodeList).order_by(col(CodeList.title)))
        return tuple(CodeListView(row.key, row.title) for row in rows)


def code_list(database: Database, key: str, *, retired_too: bool = False) -> tuple[CodeView, ...]:
    """The values of a code list in their order; those that may be chosen, or all."""
    with database.reading() as session:
        return codes_of(session, select(Code).where(Code.list_key == key), retired_too=retired_too)


def codes_of(
    session: DbSession, query: SelectOfScalar[Code], *, retired_too: bool
) -> tuple[CodeView, ...]:
    """The values that a query finds, in their order; those that may be chosen, or all."""
    query = query.order_by(col(Code.sort), col(Code.id))
    if not retired_too:
        still = or_(col(Code.retired_on).is_(None), col(Code.retired_on) > clock.today())
        query = query.where(still)
    return tuple(
        CodeView(
            code_id=row.id or 0,
            list_key=row.list_key,
            key=row.key,
            label=row.label,
            sort=row.sort,
            proposes=row.proposes,
            group_key=row.group_key,
            retired_on=row.retired_on,
            version=row.version,
        )
        for row in session.exec(query)
    )


def ladders(database: Database) -> tuple[LadderView, ...]:
    """Every ladder by name, with its versions (newest first) and their steps."""
    with database.reading() as session:
        steps: dict[int, list[StepView]] = defaultdict(list)
        for step in session.exec(select(LadderStep).order_by(col(LadderStep.position))):
            steps[step.ladder_version_id].append(
                StepView(
                    step.position, step.name, step.needs, step.manages, step.activity, step.goal
                )
            )
        versions: dict[int, list[LadderVersionView]] = defaultdict(list)
        for row in session.exec(select(LadderVersion).order_by(col(LadderVersion.number).desc())):
            versions[row.ladder_id].append(
                LadderVersionView(
                    version_id=row.id or 0,
                    number=row.number,
                    valid_from=row.valid_from,
                    decided=row.decided or "",
                    steps=tuple(steps[row.id or 0]),
                )
            )
        found = session.exec(select(Ladder).order_by(col(Ladder.name)))
        return tuple(
            LadderView(row.id or 0, row.name, row.shared, tuple(versions[row.id or 0]))
            for row in found
        )


def budgets(database: Database, actor: Actor, insats_id: int) -> tuple[BudgetView, ...]:
    """An insats's years with money, the newest first."""
    with database.reading() as session:
        _reachable(session, actor, insats_id)
        rows = session.exec(
            select(Budget).where(Budget.insats_id == insats_id).order_by(col(Budget.year).desc())
        )
        return tuple(
            BudgetView(
                budget_id=row.id or 0,
                year=row.year,
                planned_participants=row.planned_participants,
                budget_kr=row.budget_kr,
                actual_kr=row.actual_kr,
                esf_kr=row.esf_kr,
                cost_share_percent=row.cost_share_percent,
                version=row.version,
            )
            for row in rows
        )


def anonymous_counts(
    database: Database, actor: Actor, insats_id: int, year: int
) -> tuple[AnonymousView, ...]:
    """An insats's anonymous participants of a year: kvinnor, män, uppgift saknas.

    Raises `NotPermitted` outside the insats's own staff.
    """
    check_can_see_internal(actor, insats_id)
    with database.reading() as session:
        rows = session.exec(
            select(AnonymousCount).where(
                AnonymousCount.insats_id == insats_id, AnonymousCount.year == year
            )
        )
        entered = {row.gender: row for row in rows}
        return tuple(_anonymous(gender, entered.get(gender)) for gender in Gender)


def _anonymous(gender: Gender, row: AnonymousCount | None) -> AnonymousView:
    if row is None:
        return AnonymousView(gender, 0, 0, None)
    return AnonymousView(gender, row.number, row.converted, row.version)


def _reachable(session: DbSession, actor: Actor, insats_id: int) -> Insats:
    """The insats, for somebody who has an assignment there or reads the whole förbund."""
    insats = session.get(Insats, insats_id)
    if insats is None:
        raise NotFound("Insatsen finns inte.")
    assigned = any(grant.insats_id == insats_id for grant in actor.grants)
    if not (assigned or can_set_up_forbund(actor) or can_read_released(actor, insats_id)):
        words = "Ditt uppdrag gäller inte den här insatsen."
        raise refused(actor, words, asked=Action.READ_RELEASED)
    return insats
