"""Setting up the demo's förbund the way an administrator would: through the services.

What comes back is what the rows of people refer to.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from sqlmodel import col, select

from tracking.access.actors import Actor, load_actor
from tracking.domain.periods import Calendar
from tracking.domain.records import InsatsKind
from tracking.exchange.demo import accounts
from tracking.exchange.demo.plan import DemoPlan, PlannedInsats
from tracking.exchange.demo.rows import Frame
from tracking.services import (
    add_code,
    add_controller,
    choose_calendar,
    create_insats,
    proposed_release_days,
    set_up_forbund,
)
from tracking.store.database import Database
from tracking.store.tables import Code, Ladder, LadderVersion, Question

KEYS = UUID("6f1b7c52-53b3-4c0e-9a52-2f6f0f8a7d11")
"""The space of the demo's idempotency keys."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """The förbund as it stands before anybody has taken part."""

    actor: Actor
    frames: dict[int, Frame]
    controllers: dict[tuple[str, int], int]
    slip_questions: tuple[int, ...]
    ladder_version_id: int


def set_up(
    database: Database, plan: DemoPlan, insatser: tuple[PlannedInsats, ...], today: date
) -> SetUp:
    """Make the förbund, its accounts, lists, calendar and insatser. The day is ``today``."""
    first = min(insats.starts_on for insats in insatser)
    set_up_forbund(database, name=plan.name, is_demo=True)
    admin = accounts.administrator(database, first)
    with database.reading() as session:
        actor = load_actor(session, admin, today=today)
    choose_calendar(
        database,
        actor,
        calendar=Calendar.HALF_YEAR,
        release_days=proposed_release_days(Calendar.HALF_YEAR),
        key=_key("calendar"),
    )
    accounts.forbund_accounts(database, first)
    controllers = _controllers(database, actor, plan, insatser)
    for label in plan.municipalities:
        key = _key(f"municipality {label}")
        add_code(database, actor, list_key="municipality", label=label, key=key)
    return _insatser(database, actor, plan, insatser, controllers)


def _controllers(
    database: Database, actor: Actor, plan: DemoPlan, insatser: tuple[PlannedInsats, ...]
) -> dict[tuple[str, int], int]:
    """The authorities; with many insatser further ones of each, numbered."""
    made: dict[tuple[str, int], int] = {}
    for group in range(max(insats.controller_group for insats in insatser) + 1):
        for key, name, kind in plan.controllers:
            numbered = name if group == 0 else f"{name} {group + 1}"
            controller = add_controller(
                database, actor, name=numbered, kind=kind, key=_key(f"controller {numbered}")
            )
            made[key, group] = controller.controller_id
    return made


def _insatser(
    database: Database,
    actor: Actor,
    plan: DemoPlan,
    insatser: tuple[PlannedInsats, ...],
    controllers: dict[tuple[str, int], int],
) -> SetUp:
    with database.reading() as session:
        rows = session.exec(select(Code).order_by(col(Code.sort)))
        codes = {(code.list_key, code.key): code.id or 0 for code in rows}
        asked = {
            q.key: q.id or 0 for q in session.exec(select(Question).order_by(col(Question.sort)))
        }
        slips = session.exec(
            select(Question.id).where(col(Question.on_slips) == 1).order_by(col(Question.sort))
        ).all()
        ladder_id, version_id = session.exec(
            select(Ladder.id, LadderVersion.id)
            .join(LadderVersion, col(LadderVersion.ladder_id) == col(Ladder.id))
            .order_by(col(LadderVersion.id))
        ).first() or (0, 0)
    frames: dict[int, Frame] = {}
    of_controller: dict[tuple[str, int], list[tuple[int, date]]] = defaultdict(list)
    for insats in insatser:
        pattern = insats.pattern
        where = pattern.controller, insats.controller_group
        insats_id = create_insats(
            database,
            actor,
            name=insats.name,
            controller_id=controllers[where],
            owner=pattern.owner,
            provider=pattern.provider,
            kind=pattern.kind,
            starts_on=insats.starts_on,
            ends_on=insats.ends_on,
            planned_places=pattern.planned_places,
            planned_participants=pattern.planned_participants,
            planned_weeks=pattern.planned_weeks,
            age_from=pattern.ages[0] or None,
            age_to=pattern.ages[1] or None,
            ladder_id=ladder_id if pattern.ladder else None,
            uses_gsrs=pattern.groups,
            follow_up_12=pattern.follow_up_12,
            template_key=pattern.template,
            key=_key(f"insats {insats.place}"),
        ).insats_id
        staff: tuple[int, ...] = ()
        if pattern.kind is InsatsKind.INDIVIDUAL:
            of_controller[where].append((insats_id, insats.starts_on))
            staff = accounts.staff(
                database, insats, insats_id=insats_id, controller_id=controllers[where]
            ).workers
        frames[insats.place] = Frame(
            insats_id=insats_id,
            controller_id=controllers[where],
            workers=staff or (actor.account_id,),
            ladder_version_id=version_id if pattern.ladder else None,
            support=pattern.support,
            codes=codes,
            municipalities=_listed(codes, "municipality"),
            need_groups=_need_groups(database, insats_id, plan.need_groups),
            health_question=asked["upplevd_halsa"],
            work_question=asked["anstallningsbarhet"],
        )
    names = {key: name for key, name, _ in plan.controllers}
    for (key, group), found in of_controller.items():
        title = names[key] if group == 0 else f"{names[key]} {group + 1}"
        accounts.reviewer(database, found, controllers[key, group], title)
    return SetUp(actor, frames, controllers, tuple(q or 0 for q in slips), version_id or 0)


def _need_groups(database: Database, insats_id: int, labels: tuple[str, ...]) -> tuple[int, ...]:
    """The insats's own behovsgrupper, as its insatsansvarig would have made them."""
    with database.transaction() as work:
        rows = [
            Code(
                list_key="need_group",
                key=f"group_{insats_id}_{place}",
                label=label,
                sort=place,
                insats_id=insats_id,
            )
            for place, label in enumerate(labels, start=1)
        ]
        work.session.add_all(rows)
        work.session.flush()
        return tuple(row.id or 0 for row in rows)


def _listed(codes: dict[tuple[str, str], int], list_key: str) -> tuple[int, ...]:
    return tuple(code_id for (key, _), code_id in codes.items() if key == list_key)


def _key(what: str) -> str:
    return str(uuid5(KEYS, what))
