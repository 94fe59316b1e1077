"""Time in the insats as curves by kön, with their bands; the table is `stays.stays_table`.

Kaplan–Meier: those who have not ended are followed as far as they came. For the insats's own
page.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracking.access.actors import Actor
from tracking.access.permissions import check_can_see_internal
from tracking.domain import clock
from tracking.domain.figures import Table
from tracking.domain.periods import Period
from tracking.domain.records import Gender
from tracking.domain.time_band import BandPoint, time_band
from tracking.outcomes.insats_tables import read_basis
from tracking.outcomes.kinds import Internal
from tracking.outcomes.selection import EVERYBODY, Selection
from tracking.outcomes.stays import Stay, estimate, read_stays, stays_table
from tracking.store.database import Database

FEWEST = 5
"""Below this a curve would show persons and not a course."""


@dataclass(frozen=True, slots=True)
class TimeCurve:
    """The curve of women, of men, or (None) of everybody.

    ``points`` is empty where there are too few. ``median`` is in days, None while less than
    half have ended. ``censored`` are the days on which somebody was last seen in the insats.
    """

    gender: Gender | None
    number: int
    ended: int
    median: int | None
    points: tuple[BandPoint, ...]
    censored: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TimeCurves:
    """The curves of kvinnor, män and totalt, and the table of their quartiles."""

    curves: tuple[TimeCurve, ...]
    table: Table

    @property
    def total(self) -> TimeCurve:
        """Everybody's curve."""
        return self.curves[-1]


def insats_time_curves(
    database: Database,
    actor: Actor,
    insats_id: int,
    period: Period,
    *,
    only: Selection = EVERYBODY,
) -> Internal[TimeCurves]:
    """Return the time in the insats of the spells that began in three years.

    Raises `NotPermitted` unless the actor has an assignment in the insats that sees its tables.
    """
    check_can_see_internal(actor, insats_id)
    with database.reading() as session:
        today = clock.today()
        basis = read_basis(session, insats_id, period, today=today, only=only, columns=())
        until = min(period.end, basis.cohort.due_by)
        stays = read_stays(session, insats_id, until, only=only)
    parts: list[tuple[Gender | None, tuple[Stay, ...]]] = [
        (gender, tuple(stay for stay in stays if stay.gender == gender))
        for gender in (Gender.WOMAN, Gender.MAN)
        if only.gender is None
    ]
    parts.append((None, stays))
    curves = tuple(_curve(gender, part) for gender, part in parts)
    return Internal(TimeCurves(curves, stays_table(stays, basis)))


def _curve(gender: Gender | None, stays: tuple[Stay, ...]) -> TimeCurve:
    ended = sum(stay.ended for stay in stays)
    if len(stays) < FEWEST:
        return TimeCurve(gender, len(stays), ended, None, (), ())
    found = estimate(stays)
    assert found is not None, "there are spells"
    return TimeCurve(
        gender,
        len(stays),
        ended,
        found.median,
        time_band([stay.days for stay in stays], [stay.ended for stay in stays]),
        tuple(sorted({stay.days for stay in stays if not stay.ended})),
    )
