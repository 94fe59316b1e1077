"""The process that is killed: it does one act after another and tells each one before and after.

What it has told lies in the pipe even when it is dead. It dies in one of two ways: its parent
kills it at some moment, or it kills itself at a given point between two statements, which
reaches every place where a half write could be left.
"""

from __future__ import annotations

import os
import random
import signal
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import event

from tests.faults.acts import Act, choose, do
from tracking.access.actors import load_actor
from tracking.store.database import Database

MOST_ACTS = 60
POINTS = ("before_cursor_execute", "after_cursor_execute", "commit")
"""Where a process may die by itself."""


@dataclass(frozen=True)
class Plan:
    """What a process is to do. ``dies_at`` counts statements and commits; None: never by itself.

    ``first`` is what it begins with, when its death is aimed at that.
    """

    url: str
    account_id: int
    insats_id: int
    seed: int
    dies_at: int | None
    first: Act | None = None


def run(plan: Plan, told: Connection) -> None:
    """Record until killed, or until `MOST_ACTS` are done."""
    dice = random.Random(plan.seed)
    database = Database.open(plan.url)
    with database.reading() as session:
        actor = load_actor(session, plan.account_id, today=date.today())
    points = _Points(plan.dies_at)
    for name in POINTS:
        event.listen(database.engine, name, points.pass_one)
    told.send(("ready", None, 0))
    for number_of_act in range(MOST_ACTS):
        with database.reading() as session:
            act = choose(session, dice, plan.insats_id)
        if number_of_act == 0 and plan.first is not None:
            act = plan.first
        told.send(("trying", act, 0))
        points.count = True
        number = do(database, actor, act)
        points.pass_one()
        points.count = False
        told.send(("done", act, number))
    database.close()


class _Points:
    """Counts the places where a process may die, and dies at the one that was chosen."""

    def __init__(self, dies_at: int | None) -> None:
        self.left = dies_at
        self.count = False

    def pass_one(self, *_: Any) -> None:
        if self.left is None or not self.count:
            return
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
