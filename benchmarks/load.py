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
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import uuid4

import psutil
import websockets
from sqlalchemy import text
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.app_server import ROOT, Server, serving
from benchmarks.main_job import FORBUND_SCALE, HELLO
from tracking.access import sign_ins
from tracking.access.log import walk
from tracking.access.passwords import Passwords
from tracking.domain import clock
from tracking.exchange.demo import fill
from tracking.store.database import Database
from tracking.store.tables import SignInMethod
from tracking.store.verify import summary_differences

ENTRY_BUDGET_MS, DASHBOARD_BUDGET_MS = 100, 300
ENTRY, OPENED, DASHBOARD, EMPTY = "an entry", "the entry page", "a dashboard", "an empty page"
BOARD_QUERIES = ("", "visa=presentation", "")
COMPONENT = "bidi_component"


@dataclass
class Tally:
    """What all clients met together."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    saved: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Client:
    """One browser's session: an address, a click, and the page that it gives."""

    def __init__(self, stream: websockets.ClientConnection, tally: Tally) -> None:
        self._stream = stream
        self._tally = tally
        self._hashes: dict[str, str] = {}
        self.component = ""
        self.data: dict[str, object] = {}

    async def rerun(self, what: str, page: str = "", query: str = "", sent: str = "") -> None:
        """Ask for one run, wait until it has finished, and note how long it took."""
        ask = BackMsg()
        ask.rerun_script.query_string = query
        if page in self._hashes:
            ask.rerun_script.page_script_hash = self._hashes[page]
        else:
            ask.rerun_script.page_name = page
        if sent:
            kept = ask.rerun_script.widget_states.widgets.add()
            kept.id, kept.json_value = self.component, "{}"
            state = ask.rerun_script.widget_states.widgets.add()
            state.id = f"$$STREAMLIT_INTERNAL_KEY_{self.component}__events"
            state.json_trigger_value = sent
        began = time.perf_counter()
        await self._stream.send(ask.SerializeToString())
        while True:
            raw = await asyncio.wait_for(self._stream.recv(), timeout=60)
            message = ForwardMsg()
            message.ParseFromString(raw)
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self._hashes = {
                    one.url_pathname: one.page_script_hash for one in message.navigation.app_pages
                }
            elif kind == "delta":
                self._element(message.delta.new_element)
            elif kind == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                break
        self._tally.took[what].append(1000 * (time.perf_counter() - began))

    def _element(self, element: object) -> None:
        kind = element.WhichOneof("type")  # type: ignore[attr-defined]
        if kind == "exception":
            self._tally.faults.append(element.exception.message)  # type: ignore[attr-defined]
        if kind != COMPONENT:
            return
        component = element.bidi_component  # type: ignore[attr-defined]
        if component.component_name.endswith("stegvis_talk_entry"):
            self.component, self.data = component.id, json.loads(component.json)


async def staff(server: Server, token: str, tally: Tally, until: float, pace: float) -> None:
    """Somebody who opens *Registrera samtal* and records one talk after the other."""
    async with connected(server, token) as stream:
        client = Client(stream, tally)
        await asyncio.sleep(random.uniform(0, pace))
        await client.rerun(OPENED, "samtal")
        options = [option["id"] for option in client.data["options"]]  # type: ignore[attr-defined]
        while time.monotonic() < until:
            key = str(uuid4())
            await client.rerun(ENTRY, "samtal", sent=_talk(key, random.choice(options)))
            result = client.data.get("result")
            if isinstance(result, dict) and result["submission_key"] == key and result["saved"]:
                tally.saved.append(key)
            else:
                tally.refused.append(str(result))
            await asyncio.sleep(random.uniform(0.5, 1.5) * pace)


async def board(server: Server, token: str, tally: Tally, until: float, pace: float) -> None:
    """Somebody who turns the pages of the overview."""
    async with connected(server, token) as stream:
        client = Client(stream, tally)
        await asyncio.sleep(random.uniform(0, pace))
        while time.monotonic() < until:
            await client.rerun(DASHBOARD, "oversikt", random.choice(BOARD_QUERIES))
            await asyncio.sleep(random.uniform(0.5, 1.5) * pace)


async def idle(server: Server, tally: Tally, until: float, pace: float) -> None:
    """Somebody who draws an empty page as often."""
    async with connected(server, "") as stream:
        client = Client(stream, tally)
        await asyncio.sleep(random.uniform(0, pace))
        while time.monotonic() < until:
            await client.rerun(EMPTY)
            await asyncio.sleep(random.uniform(0.5, 1.5) * pace)


def connected(server: Server, token: str) -> websockets.connect:
    """A websocket as the browser opens it, with its cookie."""
    return websockets.connect(
        f"ws://127.0.0.1:{server.port}/_stcore/stream",
        subprotocols=[websockets.Subprotocol("streamlit")],
        origin=websockets.Origin(f"http://127.0.0.1:{server.port}"),
        additional_headers={"cookie": f"stegvis={token}"} if token else {},
        max_size=None,
        open_timeout=60,
    )


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


def sign_in(database: Database, role: str, number: int) -> list[str]:
    """Cookies of ``number`` sign-ins, shared out among the accounts with the role."""
    with database.transaction() as work:
        accounts = list(
            work.session.execute(
                text(
                    "SELECT DISTINCT a.account_id FROM assignment a JOIN account c"
                    " ON c.id = a.account_id WHERE a.role = :role AND a.ends_on IS NULL"
                    " ORDER BY a.account_id"
                ),
                {"role": role},
            ).scalars()
        )
        return [
            sign_ins.begin(
                work,
                accounts[place % len(accounts)],
                method=SignInMethod.PASSWORD,
                form_key=str(uuid4()),
                limits=sign_ins.Limits(),
                second_factor_done=True,
            ).token
            for place in range(number)
        ]


def _open_for_work(database: Database) -> None:
    """Make the demo an ordinary database, in which everybody signs in."""
    with database.transaction() as work:
        work.session.execute(text("UPDATE forbund SET is_demo = :no"), {"no": 0})
        work.session.execute(text("UPDATE account SET must_change_password = :no"), {"no": 0})
        # Until somebody can sign in there is nothing but the set-up page.
        work.session.execute(
            text("UPDATE account SET password_hash = :hash WHERE zone = 'system'"),
            {"hash": Passwords().hash(uuid4().hex)},
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, load, print; the exit status is 1 when a write was lost, doubled or refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--staff", type=int, default=50)
    parser.add_argument("--board", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--pace", type=float, default=20, help="seconds between two clicks")
    parser.add_argument("--scale", type=float, default=FORBUND_SCALE)
    parser.add_argument("--database", help="an empty database; left out: SQLite")
    options = parser.parse_args(arguments)
    number = options.staff + options.board
    with tempfile.TemporaryDirectory() as folder:
        url = options.database or f"sqlite:///{folder}/load.db"
        database = Database.open(url)
        made = fill(database, seed=1, scale=options.scale, releases=1)
        _open_for_work(database)
        tokens = sign_in(database, "case_worker", options.staff)
        members = sign_in(database, "board", options.board)
        hello = Path(folder) / "hello.py"
        hello.write_text(HELLO)
        empty, tally = Tally(), Tally()
        with serving(hello, cwd=Path(folder)) as server:
            until = time.monotonic() + options.seconds
            asyncio.run(_all([idle(server, empty, until, options.pace) for _ in range(number)]))
        with serving(ROOT / "app.py", cwd=ROOT, database_url=url) as server:
            process = psutil.Process(server.pid)
            before, cpu = process.memory_info().rss, sum(process.cpu_times()[:2])
            until = time.monotonic() + options.seconds
            asyncio.run(
                _all(
                    [
                        *(staff(server, one, tally, until, options.pace) for one in tokens),
                        *(board(server, one, tally, until, options.pace) for one in members),
                    ]
                )
            )
            after, used = process.memory_info().rss, sum(process.cpu_times()[:2]) - cpu
        lost, twice, unlike, broken = _proved(database, tally)
        database.close()
    print(f"{made.insatser} insatser, {made.spells} spells, {made.ratings} ratings, {date.today()}")
    print(
        f"{options.staff} staff and {options.board} of the board for {options.seconds:.0f} s, "
        f"one click in {options.pace:.0f} s each, {psutil.cpu_count()} cores\n"
    )
    print(f"{'':18}{'number':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'budget':>9}{'×empty':>9}")
    floor = statistics.median(empty.took[EMPTY])
    for what, budget in (
        (ENTRY, ENTRY_BUDGET_MS),
        (DASHBOARD, DASHBOARD_BUDGET_MS),
        (OPENED, None),
        (EMPTY, None),
    ):
        took = (empty if what == EMPTY else tally).took[what]
        cuts = statistics.quantiles(took, n=100)
        said = "" if budget is None else f"p95 {budget}"
        print(
            f"{what:18}{len(took):>8}{cuts[49]:>9.1f}{cuts[94]:>9.1f}{cuts[98]:>9.1f}{said:>9}"
            f"{cuts[49] / floor:>9.2f}"
        )
    print(
        f"\nserver's CPU {100 * used / options.seconds:.0f} % of a core; memory "
        f"{(after - before) / number / 1e6:.1f} MB a session"
    )
    print(
        f"talks answered as saved {len(tally.saved)}, refused {len(tally.refused)}, lost {lost}, "
        f"doubled {twice}; faults on pages {len(tally.faults)}; summary differs in {unlike}, "
        f"the log in {broken}"
    )
    for line in (*tally.refused[:5], *tally.faults[:5]):
        print(line)
    return int(bool(tally.refused or tally.faults or lost or twice or unlike or broken))


async def _all(clients: list[object]) -> None:
    await asyncio.gather(*clients)  # type: ignore[call-overload]


def _proved(database: Database, tally: Tally) -> tuple[int, int, int, int]:
    """How many saved talks are missing, how many are there twice, and what no longer agrees."""
    with database.reading() as session:
        kept = session.execute(
            text(
                "SELECT idempotency_key, record_id FROM finished_write"
                " WHERE action = 'record_session'"
            )
        ).all()
        by_key = {key: record for key, record in kept}
        held = session.execute(
            text(
                "SELECT id FROM session WHERE recorded_at >= (SELECT min(finished_at)"
                " FROM finished_write WHERE action = 'record_session')"
            )
        ).scalars()
        sessions = set(held)
        lost = sum(by_key.get(key) not in sessions for key in tally.saved)
        twice = len(sessions) - len({by_key[key] for key in by_key})
        unlike = sum(1 for _ in summary_differences(session))
        broken = len(walk(session).faults)
    return lost, twice, unlike, broken


if __name__ == "__main__":
    raise SystemExit(main())
