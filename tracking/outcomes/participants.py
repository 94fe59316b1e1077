"""Tables of who took part: flows of a period, and the situation just now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tracking.domain.figures import EMPTY, Cell, FunnelStep, Row, Table
from tracking.domain.periods import Period
from tracking.domain.records import Gender
from tracking.domain.signals import NOT_SEEN_DAYS
from tracking.outcomes.cohorts import Cohort, SpellRow
from tracking.outcomes.parts import Anonymous, GenderColumns, base_note, people_note

LONG_STAY_DAYS = 365


def flows_table(cohort: Cohort, anonymous: Anonymous) -> Table:
    """Ongoing at start, started, ended and ongoing at end, by kön; people beside spells."""
    columns = GenderColumns.of(cohort.active)
    if anonymous.by_gender[Gender.UNKNOWN] and Gender.UNKNOWN not in columns.genders:
        columns = GenderColumns(tuple(Gender))
    rows = [
        Row("Pågående vid periodens början", columns.counts(cohort.ongoing_at_start)),
        Row("Startade", columns.counts(cohort.started)),
        Row("Avslutade", columns.counts(cohort.ended)),
        Row("därav fullföljda", columns.counts(cohort.completed)),
        Row("därav avbrutna", columns.counts(cohort.interrupted)),
        Row("Flytt eller avliden, räknas för sig", columns.counts(cohort.outside)),
        Row("Pågående vid periodens slut", columns.counts(cohort.ongoing_at_end), emphasis=True),
        Row("Deltaganden under perioden", columns.counts(cohort.active)),
        Row(
            "Unika deltagare under perioden",
            tuple(
                Cell.of_count(len({row.participant_id for row in part}))
                for part in columns.split(cohort.active)
            ),
        ),
        Row(
            f"Anonyma deltagare {anonymous.year}, hittills under året",
            _anonymous(columns, anonymous),
        ),
    ]
    return Table(
        key="flows",
        title="Deltagare",
        definition=(
            "Deltaganden, alltså en person i en insats från start till avslut. Avslutade är "
            "fullföljda och avbrutna; flytt och avliden räknas för sig och felregistrerade inte "
            "alls."
        ),
        row_heading="Deltaganden, antal",
        columns=columns.headings,
        rows=tuple(rows),
        period=cohort.period,
        population="alla deltaganden",
        funnel=(
            FunnelStep("Pågående vid periodens början", len(cohort.ongoing_at_start)),
            FunnelStep("Startade", len(cohort.started)),
            FunnelStep("Ingår", len(cohort.active)),
        ),
        notes=(
            *base_note(cohort.active, "deltaganden", cohort),
            "Startade och avslutade i två halvår blir tillsammans årets. Pågående, unika "
            "deltagare och anonyma kan inte läggas ihop.",
            "Unika deltagare räknas på deltagarens kod.",
        ),
    )


def _ongoing_note(ongoing: Sequence[SpellRow]) -> str:
    if not ongoing:
        return "Inga deltaganden pågår i dag."
    return people_note([row.participant_id for row in ongoing])


def _anonymous(columns: GenderColumns, anonymous: Anonymous) -> tuple[Cell, ...]:
    if anonymous.without_age:
        return (EMPTY,) * (len(columns.genders) + 1)
    parts = (Cell.of_count(anonymous.by_gender[gender]) for gender in columns.genders)
    return (*parts, Cell.of_count(anonymous.total))


def current_table(ongoing: Sequence[SpellRow], today: date, anonymous: Anonymous) -> Table:
    """The ongoing spells as they stand today; never mixed with the ended."""
    columns = GenderColumns.of(ongoing)

    def row(label: str, rows: Sequence[SpellRow]) -> Row:
        return Row(label, columns.counts(rows))

    def since(row: SpellRow, days: int) -> bool:
        """Whether nobody has met the participant for so many days, as *Att göra* counts them."""
        limit = (today - timedelta(days=days)).isoformat()
        return (row.last_seen_on or row.started_on) <= limit

    long_ago = (today - timedelta(days=LONG_STAY_DAYS)).isoformat()
    rows = [
        Row("Pågående", columns.counts(ongoing), emphasis=True),
        *(
            row(f"Inte sedda på {days} dagar", [r for r in ongoing if since(r, days)])
            for days in NOT_SEEN_DAYS
        ),
        row("Utan ORS", [r for r in ongoing if r.ors_n == 0]),
        row("Utan stegbedömning", [r for r in ongoing if r.step_last is None]),
        row(
            "Har varit i insatsen längre än ett år", [r for r in ongoing if r.started_on < long_ago]
        ),
    ]
    return Table(
        key="current",
        title="Läget just nu",
        definition="Deltaganden som pågår i dag, skilda från de avslutade.",
        row_heading="Pågående deltaganden, antal",
        columns=columns.headings,
        rows=tuple(rows),
        period=Period(today, today),
        population="pågående deltaganden",
        funnel=(FunnelStep("Pågående", len(ongoing)),),
        notes=(_ongoing_note(ongoing), anonymous.note),
    )
