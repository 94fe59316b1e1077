"""The server's log: one JSON object a line, a known name on each, what to do, and no person.

A working scene on the real server is read line by line, with faults in it: in the browser's
place somebody speaks its protocol.
"""

from __future__ import annotations

import json
import logging
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from tests.app.world import a_world
from tests.browser.logs import assert_no_person, lines_of
from tests.browser.serving import Server
from tracking.domain.server_events import ServerEvent, Weight
from tracking.store import server_log
from tracking.store.library_log import StructuredHandler
from tracking.store.server_log import tell_seldom
from tracking.store.unavailable import STORAGE_EVENTS

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = ROOT / "docs" / "operations.md"


@pytest.mark.parametrize("event", list(ServerEvent), ids=str)
def test_every_event_says_what_to_do_and_stands_in_the_documentation(event: ServerEvent) -> None:
    assert event.do.endswith(".")
    assert len(event.do) > 9
    row = re.search(rf"^\| `{event.value}` \| (\w+) \|", OPERATIONS.read_text("utf-8"), re.M)
    assert row is not None
    assert row.group(1) == event.weight.value
    if event.weight is Weight.ERROR:
        assert not event.do.startswith("Ingenting")


def test_documentation_tells_of_no_event_that_there_is_not() -> None:
    told = re.findall(r"^\| `(\w+)` \| (?:info|warning|error) \|", OPERATIONS.read_text(), re.M)
    assert sorted(told) == sorted(event.value for event in ServerEvent)


def test_storage_that_fails_often_is_told_of_seldom_and_counted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server_log.forget(*STORAGE_EVENTS)
    now = [100.0]
    monkeypatch.setattr(server_log.time, "monotonic", lambda: now[0])
    for _ in range(5):
        tell_seldom(ServerEvent.STORAGE_FULL)
    now[0] += server_log.QUIET_SECONDS
    tell_seldom(ServerEvent.STORAGE_FULL)
    server_log.forget(*STORAGE_EVENTS)
    told = lines_of(capsys.readouterr().err)
    assert [(line["event"], line["times"]) for line in told] == [
        ("storage_full", 1),
        ("storage_full", 5),
    ]


def test_line_of_a_library_quotes_nothing_that_it_was_filled_in_with(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logger = logging.Logger("streamlit.something")
    logger.addHandler(StructuredHandler())
    try:
        raise ValueError("kvarnhjulet")
    except ValueError:
        logger.exception("could not show %s", "kvarnhjulet")
    logger.warning(f"filled in before: {'kvarnhjulet'}")
    logger.info("nothing of this")
    said = capsys.readouterr().err
    assert "kvarnhjulet" not in said
    error, warning = lines_of(said)
    assert (error["event"], error["kind"], error["message"]) == (
        "library_error",
        "ValueError",
        "could not show %s",
    )
    assert str(error["where"]).startswith("['tests/faults/test_server_log.py:")
    assert (warning["event"], warning["message"]) == ("library_warning", None)


class Somebody:
    """Somebody at a browser's end of the line: turns to pages, presses and writes."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line
        self.widgets: dict[str, str] = {}
        self.headings: list[str] = []

    def turns_to(self, page: str, query: str = "", *, press: str = "", write: str = "") -> None:
        """One run: ``press`` is a button's label, ``write`` goes into the search."""
        back = BackMsg()
        back.rerun_script.page_name = page
        back.rerun_script.query_string = query
        states = back.rerun_script.widget_states.widgets
        if press:
            states.add(id=self.widgets[press], trigger_value=True)
        if write:
            states.add(id=self.widgets["Kod eller minnesord"], string_value=write)
        self.line.send(back.SerializeToString())
        while True:
            message = ForwardMsg()
            raw = self.line.recv(timeout=60)
            assert isinstance(raw, bytes)
            message.ParseFromString(raw)
            element = message.delta.new_element
            for widget in (element.button, element.text_input):
                if widget.id:
                    self.widgets[widget.label] = widget.id
            if element.heading.tag == "h1":
                self.headings.append(element.heading.body)
            finished = message.WhichOneof("type") == "script_finished"
            if finished and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return


def read(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return int(refused.code)


def test_working_scene_leaves_no_person_in_the_log(tmp_path: Path) -> None:
    """Persons' pages, searches by code and by memory word, a refused page, the file away."""
    file = tmp_path / "stegvis.db"
    away = file.with_suffix(".away")
    world = a_world(f"sqlite:///{file.as_posix()}")
    with Server(file, tmp_path) as server:
        assert read(f"{server.url}/redo") == 200
        with connect(
            f"ws://127.0.0.1:{server.port}/_stcore/stream",
            subprotocols=["streamlit"],
            origin=f"http://127.0.0.1:{server.port}",
            max_size=None,
        ) as line:
            me = Somebody(line)
            me.turns_to("valj_konto")
            me.turns_to("valj_konto", press="Deltagaransvarig")
            for spell, code in zip(world.spells, world.codes, strict=True):
                me.turns_to("deltagaren", f"deltagande={spell}")
                assert me.headings[-1].replace("\\", "").startswith(code)
            for sought in (*world.codes, *world.words, "1990", "19900101"):
                me.turns_to("deltagaren")
                me.turns_to("deltagaren", write=sought)
            me.turns_to("konton")
            file.rename(away)
            assert read(f"{server.url}/redo") == 503
            read(f"{server.url}/deltagaren?kod={world.codes[0]}")
            away.rename(file)
            assert read(f"{server.url}/redo") == 200
    lines = lines_of(server.log.read_text("utf-8"))
    events = [line["event"] for line in lines]
    for expected in ("server_started", "refused", "storage_replaced", "storage_back"):
        assert expected in events
    assert events[-1] == "server_stopped"
    assert_no_person(server.log, file)


def test_a_person_in_the_log_would_be_found(tmp_path: Path) -> None:
    file, log = tmp_path / "stegvis.db", tmp_path / "server.log"
    world = a_world(f"sqlite:///{file.as_posix()}")
    for secret in (world.codes[0], world.words[1], "1991"):
        line = {"at": "", "level": "warning", "event": "refused", "page": f"x {secret}"}
        log.write_text(json.dumps(line | {"do": ServerEvent.REFUSED.do}), encoding="utf-8")
        with pytest.raises(AssertionError):
            assert_no_person(log, file)
