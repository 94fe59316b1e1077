"""The sections of what a förbund follows beside participants: systemavvikelser and occasions.

They count obstacles, and heads at occasions, and no participants: no release has them. They are
the förbund's own figures on the day that the report is made, and an adopted report freezes them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tracking.domain.figures import Cell, Row, Table
from tracking.domain.periods import Period
from tracking.domain.records import DeviationStatus
from tracking.domain.report_kinds import SectionKey
from tracking.domain.swedish import count_and_share, iso, whole
from tracking.domain.wording import EN_DASH, capitalised, counted, listed
from tracking.outcomes.deviations import DeviationView, by_party, by_step
from tracking.outcomes.head_counts import StructuralLine, together
from tracking.outcomes.report_source import ReportSource
from tracking.reports.shapes import Section

OF_OBSTACLES = (
    "Antal hinder mellan myndigheterna, inte personer. Med är de som har noterats i perioden, och "
    "tidigare som inte var lösta när den började. Bara de som har lämnats till handläggning "
    "räknas; status är den som gällde när rapporten gjordes."
)
OF_OCCASIONS = (
    "De som kom till tillfällena, räknade vid dörren: en person som kommer två gånger räknas två "
    "gånger. De är inte deltagare i någon insats. Kvinnor och män visas var för sig när båda är "
    "minst gränsen för röjandekontroll i varje släppsperiod."
)
STRUCTURAL = "structural"
_STATES = tuple(capitalised(status.plural) for status in DeviationStatus)


def deviations(source: ReportSource, period: Period) -> tuple[Section, ...]:
    """Obstacles between the authorities: how they stand, where, and what the styrelse is asked."""
    key, heading = SectionKey.DEVIATIONS.value, SectionKey.DEVIATIONS.heading
    told = [one for one in source.deviations if one.told_in(period)]
    if not told:
        return (Section(key, heading, "Inga systemavvikelser har lämnats för perioden."),)
    common: dict[str, Any] = {
        "columns": (*_STATES, "Hinder"),
        "period": period,
        "population": "systemavvikelser som har lämnats till handläggning",
    }
    tables = [
        Table(
            key="deviations",
            title="Systemavvikelser efter status",
            definition=OF_OBSTACLES,
            row_heading="Noterade",
            rows=(
                _counts("I perioden", [one for one in told if one.noted_on >= period.start]),
                _counts("Tidigare", [one for one in told if one.noted_on < period.start]),
                _counts("Alla", told, emphasis=True),
            ),
            **common,
        ),
        Table(
            key="deviations_step",
            title="Systemavvikelser efter steg på processtrappan",
            definition="De systemavvikelser som räknas efter status, där hindret finns.",
            row_heading="Steg",
            rows=tuple(_counts(label, found) for label, found in by_step(told).items()),
            **common,
        ),
        Table(
            key="deviations_party",
            title="Systemavvikelser efter myndighet",
            definition=(
                "De systemavvikelser som räknas efter status, under varje myndighet som de rör. "
                "Ett hinder som rör flera står under var och en."
            ),
            row_heading="Myndighet",
            rows=tuple(_counts(name, found) for name, found in by_party(told).items()),
            **common,
        ),
    ]
    for status, title in (
        (DeviationStatus.RAISED, "Lyft till styrelsen"),
        (DeviationStatus.SOLVED, "Löst"),
    ):
        found = [one for one in told if one.status is status]
        if found:
            tables.append(_in_words(status, title, found, period))
    return (Section(key, heading, _finding(told, period), tables=tuple(tables)),)


def _counts(label: str, found: Sequence[DeviationView], *, emphasis: bool = False) -> Row:
    by_status = Counter(one.status for one in found)
    numbers = (*(by_status[status] for status in DeviationStatus), len(found))
    return Row(label, tuple(Cell.of_count(number) for number in numbers), emphasis=emphasis)


def _in_words(
    status: DeviationStatus, title: str, found: Sequence[DeviationView], period: Period
) -> Table:
    return Table(
        key=f"deviations_{status.value}",
        title=title,
        definition="I ordalag som insatsen har intygat inte beskriver någon enskild.",
        row_heading="Hinder",
        columns=("Myndigheter", "Steg", "Vad som har gjorts", "Sedan"),
        rows=tuple(
            Row(
                " ".join(one.what.split()),
                (
                    Cell.of_text(listed(list(one.parties.values()))),
                    Cell.of_text(EN_DASH if one.step is None else one.step.label),
                    Cell.of_text(" ".join(one.handled.split())),
                    Cell.of_text(EN_DASH if one.handled_on is None else iso(one.handled_on)),
                ),
            )
            for one in found
        ),
        period=period,
        population=f"systemavvikelser som är {status.plural}",
    )


def _finding(told: Sequence[DeviationView], period: Period) -> str:
    if len(told) == 1:
        return f"{counted(1, 'systemavvikelse', '')}, som är {told[0].status.label}."
    new = sum(one.noted_on >= period.start for one in told)
    by_status = Counter(one.status for one in told)
    parts = [
        f"{whole(number)} är {status.label if number == 1 else status.plural}"
        for status in DeviationStatus
        if (number := by_status[status])
    ]
    origin = "" if new == len(told) else f", varav {whole(new)} från perioden"
    return f"{counted(len(told), '', 'systemavvikelser')}{origin}: {listed(parts)}."


def structural(source: ReportSource, period: Period) -> tuple[Section, ...]:
    """Occasions of the strukturövergripande insatser, where there are any; a line each."""
    lines = source.structural.get(period, ())
    if not lines:
        return ()
    every = together(lines)
    shown = [*lines, every] if len(lines) > 1 else list(lines)
    table = Table(
        key=STRUCTURAL,
        title="Strukturövergripande insatser",
        definition=OF_OCCASIONS,
        row_heading="Insats",
        columns=("Tillfällen", "Deltagande", "Kvinnor", "Män"),
        rows=tuple(_line(one, emphasis=one is every) for one in shown),
        period=period,
        population="de som kom till tillfällena",
    )
    heading = "Strukturövergripande insatser"
    return (Section(STRUCTURAL, heading, _of_occasions(every), tables=(table,)),)


def _line(line: StructuralLine, *, emphasis: bool) -> Row:
    kon = tuple(
        Cell.of_text(EN_DASH) if number is None else Cell.of_count(number)
        for number in (line.women, line.men)
    )
    counts = (Cell.of_count(line.occasions), Cell.of_count(line.heads))
    return Row(line.name, (*counts, *kon), emphasis=emphasis)


def _of_occasions(every: StructuralLine) -> str:
    if not every.occasions:
        return "Inga strukturövergripande tillfällen är inlagda för perioden."
    held = counted(
        every.occasions, "strukturövergripande tillfälle", "strukturövergripande tillfällen"
    )
    told = f"{held} med {whole(every.heads)} deltagande"
    if every.women is None:
        return f"{told}."
    return f"{told}; kvinnor {count_and_share(every.women, every.heads)}."
