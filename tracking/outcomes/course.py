"""The usual course: fitted from the ended spells on command, kept in versions, read for a page.

Fitting is done from the server's console and gives coefficients and counts, nothing about a
person; it is logged as nobody's act. Like a release it is stored beside what it is made from,
and what is stored never changes. The model and its gate are `tracking.domain.course`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_
from sqlmodel import Session as DbSession
from sqlmodel import col, func, select

import tracking
from tracking.access.log import Entry, record_for
from tracking.domain import clock
from tracking.domain.course import (
    DEFAULT_GATE,
    CourseFit,
    CoursePoint,
    Coverage,
    Gate,
    SessionScore,
    UsualCourse,
    beside,
    coverage,
    enough_scores,
    first_scores,
    fit,
    numbered,
    open_ranges,
)
from tracking.domain.endings import Outcome
from tracking.domain.errors import InvalidValue
from tracking.domain.instruments import ORS, format_points
from tracking.domain.random_slope import FitNotSettled
from tracking.domain.records import AttendanceStatus, SessionKind
from tracking.domain.swedish import iso, percent, whole
from tracking.domain.wording import listed
from tracking.outcomes.participant_views import ParticipantView
from tracking.store.database import Database
from tracking.store.tables import (
    Attendance,
    Controller,
    FittedCourse,
    Insats,
    Rating,
    Session,
    SpellSummary,
)

FITTED_FROM_CONSOLE = "console_fit_course"
BOUNDARY_WORDS = (
    "Skillnaderna mellan deltagandena i nivå och takt gick inte att skilja helt från noll; det som "
    "inte gick räknas som noll i bandet."
)


@dataclass(frozen=True, slots=True)
class FitReport:
    """What fitting one scope gave. ``of`` is the insats's or the authority's name, ``spells``
    the ended spells with three scores or more; ``refusal`` says why there is no new version.
    """

    of: str
    spells: int
    course: UsualCourse | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class CourseReading:
    """A person's scores beside the usual course, or why there is none to show.

    ``days`` are those of the points. ``why_not`` is None where there is a band, and where none
    has been fitted at all.
    """

    course: UsualCourse | None = None
    points: tuple[CoursePoint, ...] = ()
    days: tuple[date, ...] = ()
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class _Scope:
    controller_id: int
    insats_id: int | None
    name: str
    rows: Sequence[SessionScore]
    values_to: date


def fit_courses(
    database: Database, gate: Gate = DEFAULT_GATE, *, only_largest: bool = False
) -> tuple[FitReport, ...]:
    """Fit the usual course of every insats, and of each authority that runs several.

    A scope that passes the gate gets a new version; of the others the report says why not.
    ``only_largest`` fits that of the insats with the most scores and no other, which is what
    a demo has time for. Raises StorageUnavailable when the database cannot be reached.
    """
    found = _scopes(database)
    if only_largest:
        of_insatser = (one for one in found if one.insats_id is not None)
        largest = max(of_insatser, key=lambda one: len(one.rows), default=None)
        found = iter([] if largest is None else [largest])
    return tuple(_fit_scope(database, one, gate) for one in found)


def _scopes(database: Database) -> Iterator[_Scope]:
    """Every insats with a score, and after an authority's own the authority that has several."""
    with database.reading() as session:
        controllers = session.exec(select(Controller).order_by(col(Controller.id))).all()
    for controller in controllers:
        assert controller.id is not None
        with database.reading() as session:
            rows, last = _read(session, controller.id)
            names = dict(
                session.exec(
                    select(Insats.id, Insats.name)
                    .where(Insats.controller_id == controller.id)
                    .order_by(col(Insats.id))
                ).all()
            )
        for insats_id, name in names.items():
            if insats_id in rows:
                yield _Scope(controller.id, insats_id, name, rows[insats_id], last[insats_id])
        if len(rows) > 1:
            together = [row for of_insats in rows.values() for row in of_insats]
            yield _Scope(controller.id, None, controller.name, together, max(last.values()))


def report_words(report: FitReport) -> str:
    """What fitting one scope gave, as the console prints it."""
    course = report.course
    if course is None:
        return f"{report.of}: ingen ny version. {report.refusal}"
    tried = course.coverage
    said = (
        f"{report.of}: version {course.version}, {whole(course.fit.spells)} deltaganden och "
        f"{whole(course.fit.scores)} skattningar till och med {iso(course.values_to)}. "
        f"{coverage_words(tried)} Visas för första ORS {ranges_words(course)}."
    )
    return f"{said} {BOUNDARY_WORDS}" if course.fit.on_boundary else said


def coverage_words(tried: Coverage) -> str:
    """How the bands held when the spells were left out in turn."""
    return (
        f"Andel inom 80 %-bandet {percent(tried.inside_outer, tried.tried, 1)} "
        f"({whole(tried.inside_outer)} av {whole(tried.tried)}), inom 50 %-bandet "
        f"{percent(tried.inside_inner, tried.tried, 1)} ({whole(tried.inside_inner)})."
    )


def ranges_words(course: UsualCourse) -> str:
    """The first scores that the band is shown for: ``8,0–29,0``."""
    return listed([f"{format_points(low)}–{format_points(high)}" for low, high in course.ranges])


def _read(
    session: DbSession, controller_id: int
) -> tuple[dict[int, list[SessionScore]], dict[int, date]]:
    """The numbered ORS totals of the ended spells, by insats, and the last day of each.

    Talks that the person came to are counted whether or not a form was filled in; a group
    meeting only where it has one.
    """
    read = session.execute(
        select(  # type: ignore[call-overload, misc, unused-ignore]
            SpellSummary.insats_id,
            SpellSummary.spell_id,
            Session.held_on,
            Session.kind,
            Rating.total,
        )
        .join(Attendance, col(Attendance.spell_id) == col(SpellSummary.spell_id))
        .join(Session, col(Session.id) == col(Attendance.session_id))
        .outerjoin(
            Rating,
            and_(
                col(Rating.attendance_id) == col(Attendance.id),
                col(Rating.instrument) == ORS.key,
                col(Rating.voided_at).is_(None),
            ),
        )
        .where(
            SpellSummary.controller_id == controller_id,
            col(SpellSummary.ended_on).is_not(None),
            col(SpellSummary.outcome) != Outcome.MISREGISTERED,
            Attendance.status == AttendanceStatus.PRESENT,
            col(Attendance.voided_at).is_(None),
            col(Session.voided_at).is_(None),
        )
        .order_by(
            col(SpellSummary.spell_id),
            col(Session.held_on),
            col(Session.order_in_day),
            col(Session.id),
        )
    )
    totals: dict[tuple[int, int], list[int | None]] = defaultdict(list)
    last: dict[int, date] = defaultdict(lambda: date.min)
    for insats_id, spell_id, held_on, kind, total in read:
        if total is not None or kind != SessionKind.GROUP:
            totals[insats_id, spell_id].append(total)
        if total is not None:
            last[insats_id] = max(last[insats_id], held_on)
    rows: dict[int, list[SessionScore]] = defaultdict(list)
    for (insats_id, spell_id), own in totals.items():
        rows[insats_id] += [(spell_id, number, score) for number, score in numbered(own)]
    return {insats_id: found for insats_id, found in rows.items() if found}, dict(last)


def _fit_scope(database: Database, scope: _Scope, gate: Gate) -> FitReport:
    usable = enough_scores(scope.rows)
    firsts = first_scores(usable)
    refusal = None
    if len(firsts) < gate.smallest_spells:
        refusal = (
            f"{whole(len(firsts))} avslutade deltaganden har tre skattningar; det behövs minst "
            f"{whole(gate.smallest_spells)}."
        )
    ranges = open_ranges(firsts, gate)
    if refusal is None and not ranges:
        refusal = (
            f"Ingenstans på skalan började {whole(gate.smallest_near)} deltaganden inom "
            f"{format_points(gate.near_mm)} poäng från varandra."
        )
    if refusal is None:
        try:
            found = fit(usable)
            tried = coverage(usable, start=found)
        except (InvalidValue, FitNotSettled) as fault:
            refusal = str(fault)
        else:
            kept = _keep(database, scope, found, tried, ranges, gate)
            return FitReport(scope.name, len(firsts), kept, None)
    return FitReport(scope.name, len(firsts), None, refusal)


def _keep(
    database: Database,
    scope: _Scope,
    found: CourseFit,
    tried: Coverage,
    ranges: tuple[tuple[int, int], ...],
    gate: Gate,
) -> UsualCourse:
    with database.transaction() as work:
        newest = work.session.exec(
            select(func.max(FittedCourse.version)).where(
                FittedCourse.controller_id == scope.controller_id,
                FittedCourse.insats_id == scope.insats_id
                if scope.insats_id is not None
                else col(FittedCourse.insats_id).is_(None),
            )
        ).one()
        (g00, g01), (_, g11) = found.random_covariance
        b0, b1, b2, b3 = found.fixed_effects
        row = FittedCourse(
            controller_id=scope.controller_id,
            insats_id=scope.insats_id,
            version=(newest or 0) + 1,
            fitted_at=clock.now(),
            values_to=scope.values_to,
            code_version=tracking.__version__,
            spells=found.spells,
            scores=found.scores,
            smallest_spells=gate.smallest_spells,
            smallest_near=gate.smallest_near,
            near_mm=gate.near_mm,
            ranges=" ".join(f"{low}-{high}" for low, high in ranges),
            mean_first=found.mean_first,
            b0=b0,
            b1=b1,
            b2=b2,
            b3=b3,
            g00=g00,
            g01=g01,
            g11=g11,
            residual_sd=found.residual_sd,
            log_likelihood=found.log_likelihood,
            inside_50=tried.inside_inner,
            inside_80=tried.inside_outer,
            tried=tried.tried,
        )
        work.session.add(row)
        work.session.flush()
        record_for(
            work,
            None,
            Entry(FITTED_FROM_CONSOLE, insats_id=scope.insats_id, detail=f"version {row.version}"),
        )
        return _course(row, scope.name)


def _course(row: FittedCourse, of: str) -> UsualCourse:
    return UsualCourse(
        fit=CourseFit(
            fixed_effects=(row.b0, row.b1, row.b2, row.b3),
            random_covariance=((row.g00, row.g01), (row.g01, row.g11)),
            residual_sd=row.residual_sd,
            log_likelihood=row.log_likelihood,
            mean_first=row.mean_first,
            spells=row.spells,
            scores=row.scores,
        ),
        of=of,
        version=row.version,
        fitted_on=row.fitted_at.astimezone(clock.SWEDEN).date(),
        values_to=row.values_to,
        code_version=row.code_version,
        ranges=tuple(
            (int(low), int(high))
            for low, _, high in (part.partition("-") for part in row.ranges.split())
        ),
        coverage=Coverage(row.inside_50, row.inside_80, row.tried),
        gate=Gate(row.smallest_spells, row.smallest_near, row.near_mm),
    )


def talks_of(view: ParticipantView) -> dict[int, tuple[date, int]]:
    """The day and the ORS total (mm) of a person's talks, by the number the model gives them."""
    totals = {point.attendance_id: point.value.total for point in view.ors.scored}
    came = [
        row
        for row in view.sessions
        if not row.voided
        and row.status is AttendanceStatus.PRESENT
        and (row.kind is not SessionKind.GROUP or row.attendance_id in totals)
    ]
    found = numbered([totals.get(row.attendance_id) for row in came])
    days = [row.held_on for row in came if row.attendance_id in totals]
    return {number: (day, score) for day, (number, score) in zip(days, found, strict=True)}


def beside_usual_course(database: Database, view: ParticipantView) -> CourseReading:
    """The person whose page this is beside the usual course of the insats, else of its
    authority. Reads nothing but stored coefficients; the page itself has been logged.
    """
    with database.reading() as session:
        insats = session.get_one(Insats, view.head.insats_id)
        newest = select(FittedCourse).order_by(col(FittedCourse.version).desc()).limit(1)
        own = session.exec(newest.where(FittedCourse.insats_id == insats.id)).first()
        wider = session.exec(
            newest.where(
                FittedCourse.controller_id == insats.controller_id,
                col(FittedCourse.insats_id).is_(None),
            )
        ).first()
        authority = session.get_one(Controller, insats.controller_id).name
    courses = [_course(own, insats.name)] if own is not None else []
    courses += [_course(wider, authority)] if wider is not None else []
    return _reading(courses, talks_of(view))


def _reading(courses: Sequence[UsualCourse], talks: dict[int, tuple[date, int]]) -> CourseReading:
    scores = [(number, score) for number, (_, score) in talks.items()]
    if not courses or len(scores) < 2:
        return CourseReading()
    for course in courses:
        points = beside(course, scores)
        if points:
            days = tuple(talks[point.number][0] for point in points)
            return CourseReading(course, points, days)
    gate, first = courses[-1].gate, scores[0][1]
    return CourseReading(
        why_not=f"Vanligt förlopp visas inte: färre än {whole(gate.smallest_near)} tidigare "
        f"deltagare började inom {format_points(gate.near_mm)} poäng från {format_points(first)}."
    )
