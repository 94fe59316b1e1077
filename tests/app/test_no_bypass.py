"""A fresh server and an address typed by somebody who is nobody: no page answers.

Streamlit would run the files of a pages folder by itself until a navigation has run, so the
server here is new and asked over the websocket as a browser would, every address in turn.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from websockets.sync.client import connect

from tests.app.world import World
from tests.browser.serving import Server

ROOT = Path(__file__).resolve().parents[2]
STEMS = sorted(file.stem for file in (ROOT / "pages").glob("*.py"))
OPEN = {"valj_konto"}


def answer(port: int, stem: str) -> tuple[bytes, set[str]]:
    """Everything that one run sends to a new visitor of ``stem``, and its headings."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    ask = BackMsg()
    ask.rerun_script.page_name = stem
    ask.rerun_script.query_string = "deltagande=1"
    everything, titles = b"", set()
    with connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        subprotocols=["streamlit"],
        origin=f"http://127.0.0.1:{port}",
        max_size=None,
    ) as line:
        line.send(ask.SerializeToString())
        while True:
            raw = line.recv(timeout=30)
            assert isinstance(raw, bytes)
            everything += raw
            message = ForwardMsg()
            message.ParseFromString(raw)
            heading = message.delta.new_element.heading
            if heading.tag == "h1":
                titles.add(heading.body)
            if message.WhichOneof("type") == "script_finished":
                return everything, titles


@pytest.mark.parametrize("first", ["att_gora", "deltagaren", "oversikt"])
def test_nobody_gets_anything_of_any_page_of_a_fresh_server(
    world: World, tmp_path: Path, first: str
) -> None:
    """``first`` is what the very first visitor asks for, before any navigation has run."""
    with Server(tmp_path / "world.db", tmp_path) as server:
        for stem in [first, first, *STEMS]:
            sent, titles = answer(server.port, stem)
            assert titles <= {"Välj konto"}, f"/{stem} answered {titles}"
            if stem not in OPEN:
                assert titles == {"Välj konto"}
            for secret in (*world.codes, *world.words, "Vägen vidare"):
                assert secret.encode() not in sent, f"/{stem}"
