"""The undivided head counts of a release: exact, in the words of their table."""

from __future__ import annotations

from collections.abc import Mapping

from tracking.domain.figures import Cell, Row, Table
from tracking.domain.periods import Period
from tracking.outcomes.cohorts import Cohort
from tracking.outcomes.parts import Anonymous

ONGOING_BEFORE = "Pågående vid periodens början"
STARTED = "Startade"
ENDED = "Avslutade, alla avslut"
COMPLETED = "därav fullföljda"
ONGOING_AFTER = "Pågående vid periodens slut"
ANONYMOUS = "Anonyma deltagare, hittills under året"


def head_counts(cohort: Cohort, anonymous: Anonymous) -> dict[str, int]:
    """The undivided head counts of a period, by row label."""
    endings = len(cohort.ended) + len(cohort.outside)
    return {
        ONGOING_BEFORE: len(cohort.ongoing_at_start),
        STARTED: len(cohort.started),
        ENDED: endings,
        COMPLETED: len(cohort.completed),
        ONGOING_AFTER: len(cohort.ongoing_at_end),
        ANONYMOUS: anonymous.total,
    }


def heads_table(
    counts: Mapping[str, int], period: Period, name: str, *, whole_forbund: bool
) -> Table:
    """The released table of head counts."""
    several = (
        "En person kan ha deltaganden i flera insatser; här räknas deltaganden, inte personer.",
    )
    return Table(
        key="heads",
        title=f"Deltagare, {name}",
        definition=(
            "Deltaganden, alltså en person i en insats från start till avslut. I avslutade ingår "
            "alla avslut, även flytt och avliden; felregistrerade ingår inte."
        ),
        row_heading="Deltaganden, antal",
        columns=("totalt",),
        rows=tuple(Row(label, (Cell.of_count(number),)) for label, number in counts.items()),
        period=period,
        population="alla deltaganden",
        notes=(
            f"Anonyma deltagare gäller kalenderåret {period.end.year} hittills och ingår inte i "
            "deltagandena.",
            *(several if whole_forbund else ()),
        ),
    )
