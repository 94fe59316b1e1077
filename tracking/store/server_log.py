"""The server's log: one JSON object a line on stderr, for those who run it.

A line says what happened by an event's name (`tracking.domain.server_events`), how soon it
matters and what to do. Its facts are counts, codes of the program, and places in the code;
never a value that somebody typed or that stands in the database, and so never an exception's
own text, which may quote one. What staff and visitors do is in the access log, not here.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path

from tracking.domain import clock
from tracking.domain.server_events import ServerEvent

ROOT = Path(__file__).resolve().parents[2]
MOST_PLACES = 8
QUIET_SECONDS = 10.0
"""A storage that fails is told of so often at most, with how many times it has failed."""

Fact = str | int | None | list[str]

_lock = threading.Lock()
_told: dict[ServerEvent, tuple[float, int]] = {}


def tell(event: ServerEvent, **facts: Fact) -> None:
    """Write one line about ``event``. ``facts`` must hold nothing about a person.

    A log that cannot take the line, because its disk is full or its reader gone, stops nobody's
    work: what was being saved is saved, or refused, for its own reasons.
    """
    line = {
        "at": clock.now().isoformat(timespec="seconds"),
        "level": event.weight.value,
        "event": event.value,
        **facts,
        "do": event.do,
    }
    with suppress(OSError):
        sys.stderr.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stderr.flush()


def tell_seldom(event: ServerEvent, **facts: Fact) -> None:
    """As `tell`, but at most once in `QUIET_SECONDS`; ``times`` counts what was left out too."""
    now = time.monotonic()
    with _lock:
        last, unsaid = _told.get(event, (float("-inf"), 0))
        if now - last < QUIET_SECONDS:
            _told[event] = (last, unsaid + 1)
            return
        _told[event] = (now, 0)
    tell(event, times=unsaid + 1, **facts)


def forget(*events: ServerEvent) -> bool:
    """Begin anew with what is told seldom; answers whether any of it had been told."""
    if not _told:
        return False
    with _lock:
        found = [event for event in events if _told.pop(event, None) is not None]
    return bool(found)


def places(error: BaseException) -> list[str]:
    """Our own lines on the way to an error, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        f"{Path(frame.filename).relative_to(ROOT).as_posix()}:{frame.lineno} {frame.name}"
        for frame in frames
        if Path(frame.filename).is_relative_to(ROOT) and ".venv" not in frame.filename
    ]
    return ours[-MOST_PLACES:]
