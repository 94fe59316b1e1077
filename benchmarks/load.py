"""Many at once: staff who record talks and board members on dashboards, over the real protocol.

Run `python -m benchmarks.load` (about eleven minutes; `--seconds 30` for a look). Every client is a
websocket with a sign-in of its own, as a browser has. It prints the times from a click to the
finished page, beside an empty page of stock Streamlit under the same number of clients clicking as
often, in the same run; what a session costs in memory; and that every talk that was answered as
saved is in the database once. Clients and server share the machine's cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psutil
import websockets
from sqlalchemy import text
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element

from benchmarks.app_server import Server, Visit, serving_app, serving_hello
from benchmarks.budgets import (
    DASHBOARD_P95_MS,
    EMPTY_LOADED,
    ENTRY_P95_MS,
    NONE_AT_ALL,
    Line,
    printed,
)
from benchmarks.ground import Ground, add_options, ground
from tracking.access.log import walk
from tracking.domain import clock
from tracking.store.verify import summary_differences

ENTRY, OPENED, DASHBOARD, EMPTY = "an entry", "the entry page", "a dashboard", "an empty page"
FIRST = "the first page after a start"
BOARD_QUERIES = ("", "visa=presentation", "")
COMPONENT = "bidi_component"


@dataclass
class Tally:
    """What all clients met together."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    saved: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Client(Visit):
    """One browser's session, timed: how long from the click to the finished page."""

    def __init__(self, stream: websockets.ClientConnection, tally: Tally) -> None:
        super().__init__(stream)
        self._tally = tally
        self.faults = tally.faults
        self.component = ""
        self.data: dict[str, object] = {}

    async def click(self, what: str, page: str = "", query: str = "", sent: str = "") -> None:
        """Ask for one run, wait until it has finished, and note how long it took."""
        ask = BackMsg()
        if sent:
            kept = ask.rerun_script.widget_states.widgets.add()
            kept.id, kept.json_value = self.component, "{}"
            state = ask.rerun_script.widget_states.widgets.add()
            state.id = f"$$STREAMLIT_INTERNAL_KEY_{self.component}__events"
            state.json_trigger_value = sent
        self._tally.took[what].append(await self.rerun(page, query, ask))

    def met(self, element: Element) -> None:
        """Keep the entry component: where a talk is sent, and what became of the last."""
        super().met(element)
        if element.WhichOneof("type") != COMPONENT:
            return
        component = element.bidi_component
        if component.component_name.endswith("stegvis_talk_entry"):
            self.component, self.data = component.id, json.loads(component.json)


async def staff(server: Server, token: str, tally: Tally, until: float, pace: float) -> None:
    """Somebody who opens *Registrera samtal* and records one talk after the other."""
    async with server.connected(token) as stream:
        client = Client(stream, tally)
        await asyncio.sleep(random.uniform(0, pace))
        await client.click(OPENED, "samtal")
        options = [option["id"] for option in client.data["options"]]  # type: ignore[attr-defined]
        while time.monotonic() < until:
            key = str(uuid4())
            await client.click(ENTRY, "samtal", sent=_talk(key, random.choice(options)))
            result = client.data.get("result")
            if isinstance(result, dict) and result["submission_key"] == key and result["saved"]:
                tally.saved.append(key)
            else:
                tally.refused.append(str(result))
            await asyncio.sleep(random.uniform(0.5, 1.5) * pace)


async def board(server: Server, token: str, tally: Tally, until: float, pace: float) -> None:
    """Somebody who turns the pages of the overview."""
    async with server.connected(token) as stream:
        client = Client(stream, tally)
        await asyncio.sleep(random.uniform(0, pace))
        while time.monotonic() < until:
            await client.click(DASHBOARD, "oversikt", random.choice(BOARD_QUERIES))
            await asyncio.sleep(random.uniform(0.5, 1.5) * pace)


async def idle(server: Server, tally: Tally, until: float, pace: float) -> None:
    """Somebody who draws an empty page as often."""
    async with server.connected() as stream:
        client = Client(stream, tally)
        await asyncio.sleep(random.uniform(0, pace))
        while time.monotonic() < until:
            await client.click(EMPTY)
            await asyncio.sleep(random.uniform(0.5, 1.5) * pace)


def _talk(key: str, spell_id: int) -> str:
    scores = [f"{random.uniform(2, 9.5):.1f}".replace(".", ",") for _ in range(8)]
    sent = {
        "submission_key": key,
        "attempt": 1,
        "spell_id": spell_id,
        "held_on": clock.today().isoformat(),
        "kind": "individual",
        "attendance": "present",
        "ratings": {
            name: {"scales": part, "total": "", "mark": ""}
            for name, part in (("ORS", scores[:4]), ("SRS", scores[4:]))
        },
    }
    return json.dumps([{"event": "submitted", "value": sent}])


def sign_in(here: Ground, role: str, number: int) -> list[str]:
    """Cookies of ``number`` sign-ins, shared out among the accounts with the role."""
    with here.database.reading() as session:
        accounts = list(
            session.execute(
                text(
                    "SELECT DISTINCT a.account_id FROM assignment a JOIN account c"
                    " ON c.id = a.account_id WHERE a.role = :role AND a.ends_on IS NULL"
                    # Somebody whose insats has nobody to talk with has nothing to record.
                    " AND (a.insats_id IS NULL OR EXISTS (SELECT 1 FROM spell s"
                    " WHERE s.insats_id = a.insats_id AND s.ended_on IS NULL))"
                    " ORDER BY a.account_id"
                ),
                {"role": role},
            ).scalars()
        )
    return here.tokens([accounts[place % len(accounts)] for place in range(number)])


@dataclass(frozen=True)
class Crowd:
    """How many there are, for how long, and how often each clicks."""

    staff: int = 50
    board: int = 20
    seconds: float = 300
    pace: float = 20

    @property
    def in_words(self) -> str:
        """One line on who they are."""
        return (
            f"{self.staff} staff and {self.board} of the board for {self.seconds:.0f} s, "
            f"one click in {self.pace:.0f} s each"
        )


def measured(here: Ground, crowd: Crowd) -> Iterator[Line]:
    """An empty page under the crowd, then the app; times, memory, and that nothing was lost."""
    here.open_for_work()
    tokens = sign_in(here, "case_worker", crowd.staff)
    members = sign_in(here, "board", crowd.board)
    number, pace = crowd.staff + crowd.board, crowd.pace
    empty, tally = Tally(), Tally()
    earlier = _recorded(here)
    with serving_hello() as server:
        until = time.monotonic() + crowd.seconds
        asyncio.run(_all([idle(server, empty, until, pace) for _ in range(number)]))
    with serving_app(here.url) as server:
        # The modules are loaded at the first click; who makes it waits once for all.
        asyncio.run(_first(server, tokens[0], members[0], tally))
        process = psutil.Process(server.pid)
        before, cpu = process.memory_info().rss, server.cpu_seconds()
        until = time.monotonic() + crowd.seconds
        everybody = [
            *(staff(server, one, tally, until, pace) for one in tokens),
            *(board(server, one, tally, until, pace) for one in members),
        ]
        asyncio.run(_all(everybody))
        after, used = process.memory_info().rss, server.cpu_seconds() - cpu
    for refusal in tally.refused[:5] + tally.faults[:5]:
        print(refusal, file=sys.stderr)
    yield from _times(tally, empty)
    yield Line("memory of a session", (after - before) / number / 1e6, "MB")
    yield Line("server's processor time, of a core", 100 * used / crowd.seconds, "%")
    yield Line("talks answered as saved", len(tally.saved), "")
    proved = _proved(here, tally, earlier)
    counts = {"talks refused": len(tally.refused), "faults on pages": len(tally.faults), **proved}
    for what, found in counts.items():
        yield Line(what, found, "", budget=NONE_AT_ALL)


def _times(tally: Tally, empty: Tally) -> Iterator[Line]:
    floor = _cuts(empty.took[EMPTY])
    held = {ENTRY: ENTRY_P95_MS, DASHBOARD: DASHBOARD_P95_MS}
    for what, took in {**tally.took, EMPTY: empty.took[EMPTY]}.items():
        cuts = _cuts(took)
        if what == FIRST:
            yield Line(FIRST, max(took), ratio=max(took) / floor[49], against=EMPTY_LOADED)
            continue
        for percent in (50, 95, 99):
            yield Line(
                f"{what}, p{percent} of {len(took)}",
                cuts[percent - 1],
                ratio=cuts[percent - 1] / floor[percent - 1],
                against=EMPTY_LOADED,
                budget=held.get(what) if percent == 95 else None,
            )


def _cuts(took: list[float]) -> list[float]:
    if len(took) < 2:
        return [took[0] if took else float("nan")] * 99
    return statistics.quantiles(took, n=100)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, load, print; the exit status is 1 when a write was lost, doubled or refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser)
    parser.add_argument("--staff", type=int, default=Crowd.staff)
    parser.add_argument("--board", type=int, default=Crowd.board)
    parser.add_argument("--seconds", type=float, default=Crowd.seconds)
    parser.add_argument("--pace", type=float, default=Crowd.pace, help="seconds between clicks")
    options = parser.parse_args(arguments)
    crowd = Crowd(options.staff, options.board, options.seconds, options.pace)
    with ground(options) as here:
        lines = list(measured(here, crowd))
        print(printed(f"{here.in_words}; {crowd.in_words}", lines))
    return int(any(line.budget is NONE_AT_ALL and not line.held for line in lines))


async def _first(server: Server, staff_token: str, board_token: str, tally: Tally) -> None:
    for token, page in ((staff_token, "samtal"), (board_token, "oversikt")):
        async with server.connected(token) as stream:
            await Client(stream, tally).click(FIRST, page)


async def _all(clients: list[Coroutine[Any, Any, None]]) -> None:
    await asyncio.gather(*clients)


def _recorded(here: Ground) -> dict[str, int]:
    """The session that every key of a recorded talk was answered with."""
    with here.database.reading() as session:
        kept = session.execute(
            text(
                "SELECT idempotency_key, record_id FROM finished_write"
                " WHERE action = 'record_session'"
            )
        ).all()
    return {key: int(record) for key, record in kept}


def _proved(here: Ground, tally: Tally, earlier: dict[str, int]) -> dict[str, int]:
    """How many saved talks are missing, how many are there twice, and what no longer agrees."""
    new = {key: record for key, record in _recorded(here).items() if key not in earlier}
    with here.database.reading() as session:
        newest = min(new.values(), default=0)
        sessions = set(
            session.execute(text("SELECT id FROM session WHERE id >= :first"), {"first": newest})
            .scalars()
        )  # fmt: skip
        return {
            "saved talks that are not there": sum(new.get(k) not in sessions for k in tally.saved),
            "talks that are there twice": len(sessions) - len(set(new.values())),
            "summaries unlike their records": sum(1 for _ in summary_differences(session)),
            "faults in the access log": len(walk(session).faults),
        }


if __name__ == "__main__":
    raise SystemExit(main())
