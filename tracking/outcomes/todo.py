"""Att göra: what is due for the staff, the most urgent first.

Follow-ups, talks recorded without their forms, start and end details that are missing, and
people who have not been seen. The queries are in `_due`; who did what about it is in the
services.
"""

from __future__ import annotations

from collections.abc import Collection

from tracking.access.actors import Actor
from tracking.domain import clock
from tracking.outcomes._due import DueReader
from tracking.outcomes._seen import DUE, log_list
from tracking.outcomes.kinds import Persons
from tracking.outcomes.todo_views import ToDo, ToDoKind
from tracking.store.database import Database


def to_do(
    database: Database,
    actor: Actor,
    *,
    page: str,
    only_mine: bool = False,
    kinds: Collection[ToDoKind] = tuple(ToDoKind),
) -> Persons[ToDo]:
    """What is due in all the actor's insatser, the most urgent first.

    ``only_mine`` leaves out spells whose responsible is somebody else; ``kinds`` are what is
    asked for, everything when left out.
    """
    today = clock.today()
    with database.reading() as session:
        found = DueReader(session, actor, today).of(kinds)
        items = [item for item in found if item.mine or not only_mine]
    log_list(database, actor, page, ((i.insats_id, i.spell_id) for i in items), DUE)
    return Persons(ToDo(today, tuple(sorted(items, key=lambda item: item.order))))
