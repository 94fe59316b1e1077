"""A Streamlit server in a process of its own, and a client that speaks its protocol.

The time that matters for capacity is the server's CPU per rerun, so that is what is read,
from the process's own accounting, over many reruns.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parents[1]
WARM_UP = 5


@dataclass(frozen=True)
class Rerun:
    """What a rerun of a page costs: milliseconds, mean of many."""

    cpu_ms: float
    wall_ms: float
    elements: int


@contextmanager
def serving(script: Path, *, cwd: Path, database_url: str | None = None) -> Iterator[Server]:
    """Run ``script`` under Streamlit until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"}
    if database_url is not None:
        environment["STEGVIS_DATABASE_URL"] = database_url
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.port", str(port), "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1"]
    process = subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health") as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer within 30 seconds")


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    pid: int

    def reruns(
        self,
        times: int,
        *,
        page: str = "",
        query: str = "",
        first: str = "",
        before: Callable[[], None] | None = None,
    ) -> Rerun:
        """Rerun a page ``times`` times in one session, after some to warm up.

        ``first`` names a button to press before (the demo's account); ``before`` is done by this
        process before each rerun, so that it is the first after a write.
        """
        return asyncio.run(self._reruns(times, page, query, first, before))

    async def _reruns(
        self, times: int, page: str, query: str, first: str, before: Callable[[], None] | None
    ) -> Rerun:
        address = f"ws://127.0.0.1:{self.port}/_stcore/stream"
        origin = websockets.Origin(f"http://127.0.0.1:{self.port}")
        async with websockets.connect(
            address,
            subprotocols=[websockets.Subprotocol("streamlit")],
            origin=origin,
            max_size=None,
        ) as stream:
            visit = Visit(stream)
            await visit.rerun()
            if first:
                await visit.rerun(press=visit.buttons[first])
            visit.page, visit.query = page, query
            for _ in range(WARM_UP):
                await visit.rerun()
            process = psutil.Process(self.pid)
            earlier, began = process.cpu_times(), time.perf_counter()
            for _ in range(times):
                if before is not None:
                    before()
                await visit.rerun()
            later, ended = process.cpu_times(), time.perf_counter()
        cpu = (later.user + later.system) - (earlier.user + earlier.system)
        return Rerun(
            cpu_ms=1000 * cpu / times,
            wall_ms=1000 * (ended - began) / times,
            elements=visit.elements,
        )


class Visit:
    """One browser's session, as far as reruns go."""

    def __init__(self, stream: websockets.ClientConnection) -> None:
        self.stream = stream
        self.page = ""
        self.query = ""
        self.elements = 0
        self.buttons: dict[str, str] = {}
        self._page_hashes: dict[str, str] = {}
        self._hash = ""

    async def rerun(self, press: str = "") -> None:
        """Ask for one rerun and wait until the script has finished."""
        ask = BackMsg()
        ask.rerun_script.query_string = self.query
        ask.rerun_script.page_script_hash = self._page_hashes.get(self.page, self._hash)
        if press:
            state = ask.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = press, True
        await self.stream.send(ask.SerializeToString())
        self.elements = 0
        while True:
            message = ForwardMsg()
            message.ParseFromString(await self.stream.recv())
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._hash = message.new_session.page_script_hash
            elif kind == "navigation":
                self._page_hashes = {
                    page.url_pathname: page.page_script_hash
                    for page in message.navigation.app_pages
                }
            elif kind == "delta":
                self.elements += 1
                element = message.delta.new_element
                if element.WhichOneof("type") == "button":
                    self.buttons[element.button.label] = element.button.id
            elif kind == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                return
