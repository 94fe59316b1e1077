"""Every page drawn again, nothing changed: server CPU per rerun beside Streamlit's hello page.

Run `python -m benchmarks.pages`. A websocket client signs in as somebody whose menu has the page
and asks for it over and over; what counts is the processor time of the server, from the
process's own accounting, and stock's hello page is drawn in turn with it. The dashboards are
drawn in all their parts, and once more as the first rerun after a talk has been recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text

from benchmarks.app_server import Server, serving_app, serving_hello
from benchmarks.budgets import AFTER_A_WRITE, HELLO, PAGE_AT_REST, Line
from benchmarks.ground import Ground, alone
from benchmarks.main_job import talks
from tracking.access.actors import load_actor
from tracking.domain import clock
from tracking.domain.roles import INSATS_BOUND_ROLES, Role
from tracking.ui.insats_parts import InsatsPart
from tracking.ui.menu import pages_for

RERUNS = 40
AFTER_WRITES = 10
SPELL_PARTS = ("inför samtal", "steg", "situation", "samtal", "start", "avslut", "historik")
ORDER = (
    Role.CASE_WORKER,
    Role.INSATS_LEAD,
    Role.BOARD,
    Role.FORBUND_ADMIN,
    Role.LOG_REVIEWER,
    Role.SYSTEM_ADMIN,
)
"""A page is drawn as the first of these whose menu has it."""


@dataclass(frozen=True, slots=True)
class Look:
    """A page as somebody looks at it."""

    name: str
    page: str
    query: str
    account_id: int
    is_dashboard: bool = False


def measured(here: Ground) -> Iterator[Line]:
    """Draw every page, warm; then a dashboard after a write."""
    actor, insats_id = here.busiest()
    looks = list(_looks(here, insats_id))
    here.open_for_work()
    tokens = dict(
        zip(
            accounts := sorted({look.account_id for look in looks}),
            here.tokens(accounts),
            strict=True,
        )
    )
    with serving_hello() as hello, serving_app(here.url) as server:
        for look in looks:
            yield _line(here, server, hello, look, tokens[look.account_id])
        again, empty = server.reruns(
            here.times(AFTER_WRITES),
            hello,
            page="insatsen",
            query=f"insats={insats_id}",
            token=tokens[actor.account_id],
            before=talks(here, actor, insats_id),
        )
    ratio = again.cpu_ms / empty.cpu_ms
    name = "Insatsen, first rerun after a write"
    yield Line(name, again.cpu_ms, ratio=ratio, against=HELLO, budget=AFTER_A_WRITE)


def _line(here: Ground, server: Server, hello: Server, look: Look, token: str) -> Line:
    found, empty = server.reruns(
        here.times(RERUNS), hello, page=look.page, query=look.query, token=token
    )
    if found.faults:
        raise RuntimeError(f"{look.name}: {found.faults[0]}")
    return Line(
        look.name,
        found.cpu_ms,
        ratio=found.cpu_ms / empty.cpu_ms,
        against=HELLO,
        budget=PAGE_AT_REST if look.is_dashboard else None,
    )


def _looks(here: Ground, insats_id: int) -> Iterator[Look]:
    """The dashboards part by part, the person's page part by part, then every other page."""
    holders = {
        role: account
        for role in ORDER
        if (account := here.holder(role, insats_id if role in INSATS_BOUND_ROLES else None))
    }
    staff, own = holders[Role.CASE_WORKER], f"insats={insats_id}"
    for part in InsatsPart:
        query = f"{own}&del={part.value}"
        yield Look(f"Insatsen, {part.value}", "insatsen", query, staff, is_dashboard=True)
    board = holders.get(Role.BOARD)
    if board is not None:
        yield Look("Översikt", "oversikt", "", board, is_dashboard=True)
        yield Look("Översikt, a slide", "oversikt", "visa=presentation", board, is_dashboard=True)
    person = f"deltagande={_most_rated(here, insats_id)}"
    for name in SPELL_PARTS:
        yield Look(f"Deltagaren, {name}", "deltagaren", f"{person}&del={name}", staff)
    seen = {"insatsen", "oversikt", "deltagaren"}
    for role, account in holders.items():
        with here.database.reading() as session:
            actor = load_actor(session, account, today=clock.today())
        for entry in pages_for(actor):
            if entry.key not in seen:
                seen.add(entry.key)
                query = own if role in INSATS_BOUND_ROLES else ""
                yield Look(f"{entry.title} ({role.value})", entry.key, query, account)


def _most_rated(here: Ground, insats_id: int) -> int:
    """The ongoing spell of the insats with the most ratings."""
    with here.database.reading() as session:
        found = session.execute(
            text(
                "SELECT spell_id FROM spell_summary WHERE insats_id = :i AND ended_on IS NULL"
                " ORDER BY ors_n DESC, spell_id LIMIT 1"
            ),
            {"i": insats_id},
        ).scalar_one()
    return int(found)


if __name__ == "__main__":
    alone(__doc__, measured)
