"""What has happened in a spell, in the order of days: the time line of a person's page.

Made of a page that has been read already; nothing is read here. Voided records are left out:
they never happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracking.domain.instruments import INSTRUMENTS, format_points
from tracking.domain.records import AttendanceStatus, FollowUpStatus, SessionKind
from tracking.domain.situation import FOLLOW_UPS
from tracking.domain.swedish import iso
from tracking.domain.wording import capitalised, counted, listed
from tracking.outcomes.participant_views import ParticipantView, SessionRow


class Lane(StrEnum):
    """The kinds of events, in the order of the lanes from the top."""

    TALK = "talk"
    GROUP = "group"
    STEP = "step"
    SITUATION = "situation"
    FOLLOW_UP = "follow_up"

    @property
    def label(self) -> str:
        """The Swedish name of the lane."""
        return {
            "talk": "Samtal",
            "group": "Gruppträff",
            "step": "Stegbedömning",
            "situation": "Situation",
            "follow_up": "Uppföljning",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing on the time line. ``happened`` is False for a talk that nobody came to and for
    a follow-up that is not done.
    """

    on: date
    lane: Lane
    happened: bool
    words: str


def events_of(view: ParticipantView) -> tuple[Event, ...]:
    """Every event of the spell, the oldest first."""
    found = [
        *(_session(view, row) for row in view.sessions if not row.voided),
        *(
            Event(row.assessed_on, Lane.STEP, True, f"{row.occasion.label}: {row.name}")
            for row in view.steps
            if not row.voided
        ),
        # That of a follow-up is told by the follow-up.
        *(
            Event(row.described_on, Lane.SITUATION, True, row.occasion.label)
            for row in view.situations
            if not row.voided and row.occasion not in FOLLOW_UPS
        ),
    ]
    for row in view.follow_ups:
        closed = row.done_on or row.closed_on
        found += [
            Event(attempt.tried_on, Lane.FOLLOW_UP, False, f"försök att nå, {attempt.way}")
            for attempt in row.attempts
        ]
        found.append(
            Event(
                closed or row.due_on,
                Lane.FOLLOW_UP,
                row.status is FollowUpStatus.DONE,
                f"{row.months} månader: {row.status.label}",
            )
        )
    lanes = list(Lane)
    return tuple(sorted(found, key=lambda event: (event.on, lanes.index(event.lane))))


def _session(view: ParticipantView, row: SessionRow) -> Event:
    lane = Lane.GROUP if row.kind is SessionKind.GROUP else Lane.TALK
    said = row.kind.label if row.kind is SessionKind.PHONE else ""
    if row.status is not AttendanceStatus.PRESENT:
        return Event(row.held_on, lane, False, ", ".join(filter(None, (said, row.status.label))))
    totals = {
        point.rating_id: f"{INSTRUMENTS[series.instrument].title} {format_points(total)}"
        for series in (view.ors, view.srs, view.gsrs)
        for point in series.scored
        if (total := point.value.total) is not None
    }
    scores = [totals[rating] for rating in row.ratings.values() if rating in totals]
    words = ", ".join(filter(None, (said, listed(scores))))
    return Event(row.held_on, lane, True, words or "utan skattning")


def last_seen(view: ParticipantView) -> date | None:
    """The day of the latest session that the person came to."""
    came = [
        row.held_on
        for row in view.sessions
        if not row.voided and row.status is AttendanceStatus.PRESENT
    ]
    return max(came, default=None)


def events_finding(view: ParticipantView) -> str:
    """The time line in words: how many talks, how many of them nobody came to, the latest."""
    rows = [row for row in view.sessions if not row.voided]
    came = [row for row in rows if row.status is AttendanceStatus.PRESENT]
    if not rows:
        return "Inga samtal än."
    if not came:
        return f"Inget av {counted(len(rows), 'bokat samtal', 'bokade samtal')} blev av."
    groups = any(row.kind is SessionKind.GROUP for row in came)
    said = counted(len(came), "samtal", "samtal och träffar" if groups else "samtal")
    away = [
        f"{sum(row.status is status for row in rows)} {status.label}"
        for status in (AttendanceStatus.ABSENT, AttendanceStatus.CANCELLED)
        if any(row.status is status for row in rows)
    ]
    return capitalised(f"{', '.join([said, *away])}. Senast {iso(came[-1].held_on)}.")
