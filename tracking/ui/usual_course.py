"""A person beside the usual course: the finding, the band, what it is and is not, the numbers.

Drawn only where the gate is passed. What a band means is `tracking.domain.course`; whose it
is and which version, `tracking.outcomes.course`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracking.domain.course import BAND_NAME, Band, CoursePoint, UsualCourse, standing
from tracking.domain.instruments import format_points
from tracking.domain.swedish import iso, whole
from tracking.domain.wording import capitalised
from tracking.outcomes.course import CourseReading, coverage_words
from tracking.outcomes.participant_tables import course_table
from tracking.outcomes.participant_views import ParticipantView
from tracking.ui import charts_person, page_links
from tracking.ui.kept import Sheet
from tracking.ui.participant_chart import Drawing

WHAT_IT_IS = (
    "Bandet visar var tidigare deltagare som började på samma första ORS låg vid samma samtal: "
    "hälften i det inre bandet, fyra av fem i det yttre. Talen kommer ur en modell på avslutade "
    "deltaganden med minst tre skattningar, räknad på ett bestämt datum."
)
WHAT_IT_IS_NOT = (
    "Det är ingen prognos för den här personen, inget mål och inget omdöme. Att ligga utanför är "
    "inget fel, och en av fem gör det. Bandet säger inte vad som orsakat en förändring, och den "
    "som slutat tidigt ingår bara så länge hen kom."
)


def put(
    sheet: Sheet,
    reading: CourseReading,
    points: Sequence[tuple[date, int]],
    span: charts_person.Span,
    view: ParticipantView,
) -> None:
    """The person's curve over the bands; a quiet line where there is no band for the start."""
    if reading.why_not is not None:
        sheet.small(reading.why_not)
    if reading.course is None:
        return
    finding = standing(reading.points[-1])
    inner = [_ends(point.inner) for point in reading.points]
    outer = [_ends(point.outer) for point in reading.points]
    Drawing(
        key="usual-course",
        finding=finding,
        base=_base(reading.course),
        build=lambda colours: charts_person.course_curve(
            points, span=span, days=reading.days, inner=inner, outer=outer, colours=colours
        ),
        alt=f"Kurva över ORS mot {BAND_NAME}. {finding} "
        + " ".join(map(_spoken, reading.points, reading.days)),
        table=course_table(
            view,
            [
                (
                    day,
                    (
                        str(point.number),
                        format_points(point.score),
                        _from_to(point.inner),
                        _from_to(point.outer),
                    ),
                )
                for point, day in zip(reading.points, reading.days, strict=True)
            ],
            title=f"{capitalised(BAND_NAME)}, poäng",
            definition=f"{WHAT_IT_IS} {WHAT_IT_IS_NOT}",
        ),
    ).put(sheet)
    way = page_links.anchor(
        "sa_raknar_vi", "Så räknas vanligt förlopp", {"rubrik": "vanligt-forlopp"}
    )
    sheet.html(f'<p class="stegvis-base">{way}</p>')


def _base(course: UsualCourse) -> str:
    return (
        f"{capitalised(BAND_NAME)}, {course.of}. Inre bandet hälften, yttre fyra av fem. "
        f"Version {course.version}, {iso(course.fitted_on)}, {whole(course.fit.spells)} avslutade "
        f"deltaganden. {coverage_words(course.coverage)}"
    )


def _ends(band: Band) -> tuple[float, float]:
    return band.low, band.high


def _from_to(band: Band) -> str:
    return f"{format_points(round(band.low))}–{format_points(round(band.high))}"


def _spoken(point: CoursePoint, day: date) -> str:
    return (
        f"{iso(day)}: {format_points(point.score)}, hälften {_from_to(point.inner)}, "
        f"fyra av fem {_from_to(point.outer)}."
    )
