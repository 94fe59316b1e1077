"""Dates as a calendar file (iCalendar, RFC 5545) that every calendar program opens.

Whole days with their titles and nothing else: what is ready or missing stays on the page. The
format is text of a few rules: CRLF, escaped signs, lines folded at 75 octets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

LONGEST_LINE = 75
"""Octets of a line, the folding blank included."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A whole day. ``key`` tells it from every other and stays when it is moved."""

    key: str
    on: date
    title: str
    category: str


def to_ics(name: str, days: Sequence[CalendarDay], made_at: datetime) -> bytes:
    """Return the file; a program that has taken it in before moves what has been moved.

    Raises nothing: signs that the format keeps for itself are escaped.
    """
    stamp = made_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Stegvis//Årshjul//SV",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    for day in days:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{sha256(f'{name}/{day.key}'.encode()).hexdigest()[:32]}@stegvis",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}",
            # The day after: the end is not part of the event.
            f"DTEND;VALUE=DATE:{day.on + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(day.title)}",
            f"CATEGORIES:{_escaped(day.category)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.splitlines()) if "\n" in text or "\r" in text else text


def _folded(line: str) -> list[str]:
    """The line in parts of at most 75 octets, never cut within a sign."""
    parts, part = [], ""
    for sign in line:
        if len(part.encode()) + len(sign.encode()) > LONGEST_LINE:
            parts.append(part)
            part = " "
        part += sign
    return [*parts, part]
