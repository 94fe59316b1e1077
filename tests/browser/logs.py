"""Reading a server's log: every line in its form, a known event, and nothing about a person."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tracking.domain.server_events import ServerEvent

KNOWN = {event.value: event for event in ServerEvent}
OF_THE_FRAMEWORK = re.compile(r"^\s*$|^ +(You can now view|(Local |Network )?URL:)")
OF_THE_FIRST_START = re.compile(r"^ +(Stegvis är inte uppsatt än\.|[a-z2-9]{4}(-[a-z2-9]{4})+$)")


def lines_of(text: str) -> list[dict[str, object]]:
    """The structured lines, each a known event. Fails on a line of any other kind."""
    found: list[dict[str, object]] = []
    for line in text.splitlines():
        if line.startswith("{"):
            found.append(json.loads(line))
        elif not OF_THE_FRAMEWORK.match(line) and not OF_THE_FIRST_START.match(line):
            raise AssertionError(f"a line of no form: {line}")
    for each in found:
        event = KNOWN[str(each["event"])]
        assert (each["level"], each["do"]) == (event.weight.value, event.do), each
    return found


def assert_no_person(log: Path, database: Path) -> None:
    """No code, memory word or birth year of anybody in the database stands in the log."""
    with closing(sqlite3.connect(database)) as connection:
        people = connection.execute(
            "SELECT code, memory_word, CAST(birth_year AS TEXT) FROM participant"
        ).fetchall()
    secret = {str(value).casefold() for person in people for value in person if value}
    for line in lines_of(log.read_text(encoding="utf-8")):
        facts = {name: fact for name, fact in line.items() if name not in ("at", "do")}
        said = json.dumps(facts, ensure_ascii=False).casefold()
        words = set(re.findall(r"[\w-]+", said))
        assert not words & secret, line
