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
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parents[1]
WARM_UP = 5
HELLO = 'import streamlit as st\nst.write("Hello, world")\n'
"""Streamlit's hello-world page."""
PROBLEM = 'class="stegvis-problem"'
"""What a page says instead of itself when something is wrong; see `tracking.ui.faults`."""


@dataclass(frozen=True)
class Rerun:
    """What a rerun of a page costs: milliseconds, mean of many; and what went wrong on it."""

    cpu_ms: float
    wall_ms: float
    elements: int
    faults: tuple[str, ...] = ()


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


@contextmanager
def serving_hello() -> Iterator[Server]:
    """Stock Streamlit with its hello-world page, in a folder without any settings of ours."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "hello.py"
        script.write_text(HELLO)
        with serving(script, cwd=Path(folder)) as server:
            yield server


@contextmanager
def serving_app(database_url: str) -> Iterator[Server]:
    """The app on a database."""
    with serving(ROOT / "app.py", cwd=ROOT, database_url=database_url) as server:
        yield server


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

    def connected(self, token: str = "") -> websockets.connect:
        """A websocket as the browser opens it, with its cookie where it has signed in."""
        return websockets.connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            origin=websockets.Origin(f"http://127.0.0.1:{self.port}"),
            additional_headers={"cookie": f"stegvis={token}"} if token else {},
            max_size=None,
            open_timeout=60,
        )

    def cpu_seconds(self) -> float:
        """The processor time that the server has used since it started."""
        used = psutil.Process(self.pid).cpu_times()
        return float(used.user + used.system)

    def reruns(
        self,
        times: int,
        beside: Server,
        *,
        page: str = "",
        query: str = "",
        token: str = "",
        before: Callable[[], None] | None = None,
    ) -> tuple[Rerun, Rerun]:
        """Rerun a page ``times`` times in one session, and ``beside``'s first page in turn with it.

        In turn, because processor time itself grows with what else the machine does. ``before`` is
        done by this process before each rerun of the page, so that it is the first after a write.
        """
        return asyncio.run(self._reruns(times, beside, page, query, token, before))

    async def _reruns(
        self,
        times: int,
        beside: Server,
        page: str,
        query: str,
        token: str,
        before: Callable[[], None] | None,
    ) -> tuple[Rerun, Rerun]:
        async with self.connected(token) as stream, beside.connected() as other_stream:
            visit, other = Visit(stream), Visit(other_stream)
            for _ in range(WARM_UP):
                await visit.rerun(page, query)
                await other.rerun()
            servers = (self, beside)
            earlier = [server.cpu_seconds() for server in servers]
            wall = [0.0, 0.0]
            for _ in range(times):
                if before is not None:
                    before()
                wall[0] += await visit.rerun(page, query)
                wall[1] += await other.rerun()
            later = [server.cpu_seconds() for server in servers]
        found = [
            Rerun(1000 * (later[n] - earlier[n]) / times, wall[n] / times, v.elements, (*v.faults,))
            for n, v in enumerate((visit, other))
        ]
        return found[0], found[1]


class Visit:
    """One browser's session: an address, a click, and the page that it gives."""

    def __init__(self, stream: websockets.ClientConnection) -> None:
        self._stream = stream
        self.elements = 0
        self.faults: list[str] = []
        self._page_hashes: dict[str, str] = {}

    async def rerun(self, page: str = "", query: str = "", ask: BackMsg | None = None) -> float:
        """Ask for one run, wait until the script has finished; the milliseconds it took.

        ``ask`` carries what widgets send with it.
        """
        ask = ask or BackMsg()
        ask.rerun_script.query_string = query
        if page in self._page_hashes:
            ask.rerun_script.page_script_hash = self._page_hashes[page]
        else:
            ask.rerun_script.page_name = page
        began = time.perf_counter()
        await self._stream.send(ask.SerializeToString())
        self.elements = 0
        while True:
            raw = await asyncio.wait_for(self._stream.recv(), timeout=120)
            message = ForwardMsg()
            message.ParseFromString(raw)
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self._page_hashes = {
                    one.url_pathname: one.page_script_hash for one in message.navigation.app_pages
                }
            elif kind == "delta":
                self.elements += 1
                self.met(message.delta.new_element)
            elif kind == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                return 1000 * (time.perf_counter() - began)

    def met(self, element: Element) -> None:
        """Look at one element of the page: a page that tells of a problem is not the page."""
        if element.WhichOneof("type") == "exception":
            self.faults.append(element.exception.message)
        if PROBLEM in element.html.body:
            self.faults.append(element.html.body)
