"""What staff begin the day with: what is due, and beside it all the ongoing.

Both are read anew only when something that they say may have changed. Permission and log are
asked every time: a list that is shown again is shown to somebody, and stands in the log.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracking.access.actors import Actor
from tracking.outcomes._seen import DUE, ONGOING, log_list
from tracking.outcomes._unchanged import Standing, standing
from tracking.outcomes.kinds import Persons
from tracking.outcomes.persons import OngoingRow, my_ongoing
from tracking.outcomes.todo import to_do
from tracking.outcomes.todo_views import ToDo
from tracking.store.database import Database


@dataclass(frozen=True, slots=True, eq=False)
class StartLists:
    """What is due for the actor, and all the ongoing by last talk. Whoever keeps
    them gives them back, to be told by ``read_under`` whether they stand.
    """

    read_under: Standing
    due: ToDo
    ongoing: tuple[OngoingRow, ...]


def start_lists(
    database: Database, actor: Actor, *, page: str, before: StartLists | None = None
) -> Persons[StartLists]:
    """The actor's two lists: ``before`` itself where they still stand, else read anew.

    Logged as `to_do` and `my_ongoing` are, in both cases.
    """
    with database.reading() as session:
        now = standing(session, actor)
    if before is not None and before.read_under == now:
        due_rows = [(item.insats_id, item.spell_id) for item in before.due.items]
        log_list(database, actor, page, due_rows, DUE)
        ongoing_rows = [(row.insats_id, row.spell_id) for row in before.ongoing]
        log_list(database, actor, page, ongoing_rows, ONGOING)
        return Persons(before)
    due = to_do(database, actor, page=page, only_mine=True).value
    ongoing = my_ongoing(database, actor, page=page).value
    return Persons(StartLists(now, due, ongoing))
