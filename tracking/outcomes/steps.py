"""Tables of stegförflyttning: the move during the insats, and whether the level was kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

from tracking.domain.endings import Outcome
from tracking.domain.figures import EMPTY, Cell, FunnelStep, Row, Table
from tracking.domain.ladder import StepMove, sustained
from tracking.domain.records import FollowUpStatus
from tracking.outcomes.cohorts import Cohort, SpellRow
from tracking.outcomes.facts import level, move_of
from tracking.outcomes.parts import Anonymous, GenderColumns, base_note

FOLLOW_UP_MONTHS = (6, 12, 18)

_UNANSWERED = (
    (FollowUpStatus.NOT_REACHED, "inte nådda"),
    (FollowUpStatus.DECLINED, "avböjde"),
    (FollowUpStatus.NO_CONTACT_CONSENT, "utan samtycke till kontakt"),
    (FollowUpStatus.DUE, "ännu inte gjorda"),
)


def step_moves_table(cohort: Cohort, anonymous: Anonymous) -> Table:
    """Stegförflyttning of startade, avslutade and fullföljda; the last also by kön."""
    columns = GenderColumns.of(cohort.completed)
    # Of those who began in the period, only the ended can have moved by its end.
    started = [row for row in cohort.started if row.outcome != Outcome.OUTSIDE]
    running = [row for row in started if row.ended_on is None]
    populations: list[Sequence[SpellRow]] = [
        [row for row in started if row.ended_on is not None],
        cohort.ended,
        *columns.split(cohort.completed),
    ]
    moves = [[move_of(row) for row in rows] for rows in populations]
    bases = [sum(move.in_base for move in found) for found in moves]
    rows = [
        Row(
            move.label,
            tuple(
                Cell.of_share(found.count(move), base)
                for found, base in zip(moves, bases, strict=True)
            ),
        )
        for move in StepMove
        if move.in_base
    ]
    blank = (EMPTY,) * (len(populations) - 1)
    rows += [
        Row("I basen", tuple(map(Cell.of_count, bases)), emphasis=True),
        Row(
            "Bedömning saknas",
            tuple(Cell.of_count(len(f) - b) for f, b in zip(moves, bases, strict=True)),
        ),
        Row("Pågår ännu", (Cell.of_count(len(running)), *blank)),
    ]
    return Table(
        key="step_moves",
        title="Stegförflyttning",
        definition=(
            "Steget vid avslut jämfört med steget vid start. I basen står de som har båda "
            "bedömningarna. Inga utsikter för arbete är en egen klass och räknas aldrig som "
            "framåt; att gå bakåt är vanligt."
        ),
        row_heading="Stegförflyttning",
        columns=("startade", "avslutade", *(f"fullföljda, {h}" for h in columns.headings)),
        rows=tuple(rows),
        period=cohort.period,
        population="startade, avslutade och fullföljda",
        funnel=(
            FunnelStep("Startade", len(cohort.started)),
            FunnelStep("Avslutade", len(cohort.ended)),
            FunnelStep("Fullföljda", len(cohort.completed)),
            FunnelStep("Fullföljda med båda bedömningarna", bases[-1]),
        ),
        notes=(*base_note((*cohort.ended, *running), "avslutade", cohort), anonymous.note),
    )


def sustained_table(cohort: Cohort, anonymous: Anonymous) -> Table:
    """What came of the follow-ups that fell due, and how many kept their level."""
    rows = []
    for months in FOLLOW_UP_MONTHS:
        due = cohort.due(months)
        if months == 12 and not due:
            continue  # the 12-month follow-up is optional
        completed = [row for row in due if row.outcome == Outcome.COMPLETED]
        for label, part in (("avslutade", due), ("fullföljda", completed)):
            rows.append(Row(f"{months} månader efter, {label}", _follow_up_cells(part, months)))
    return Table(
        key="sustained",
        title="Uppföljning efter avslut",
        definition=(
            "Deltaganden vars uppföljning skulle göras i perioden. Samma eller högre steg än "
            "vid avslut räknas bland dem som har båda bedömningarna. Avlidna lämnar basen; det "
            "som ännu inte ska göras saknas inte."
        ),
        row_heading="Uppföljning",
        columns=(
            "att följa upp",
            "svarade",
            *(words for _, words in _UNANSWERED),
            "avlidna, utanför basen",
            "samma eller högre steg",
            "bedömning saknas",
        ),
        rows=tuple(rows),
        period=cohort.period,
        population="avslutade och fullföljda vars uppföljning skulle göras",
        funnel=(
            FunnelStep("Startade", len(cohort.started)),
            FunnelStep("Avslutade", len(cohort.ended)),
            *_due_steps(cohort),
        ),
        notes=(*base_note(_all_due(cohort), "uppföljningar", cohort), anonymous.note),
    )


def _all_due(cohort: Cohort) -> list[SpellRow]:
    """The spells with any follow-up that fell due in the period, each once."""
    rows = (row for months in FOLLOW_UP_MONTHS for row in cohort.due(months))
    return list({row.spell_id: row for row in rows}.values())


def _due_steps(cohort: Cohort) -> list[FunnelStep]:
    """Of the follow-ups of the period: to be made, and made."""
    every = [cohort.due(months) for months in FOLLOW_UP_MONTHS]
    found = [Counter(map(_STATUS[m], due)) for m, due in zip(FOLLOW_UP_MONTHS, every, strict=True)]
    return [
        FunnelStep("Uppföljningar att göra", sum(map(len, every))),
        FunnelStep("Svarade", sum(statuses[FollowUpStatus.DONE] for statuses in found)),
    ]


_STATUS = {months: attrgetter(f"m{months}_status") for months in FOLLOW_UP_MONTHS}
_KIND = {
    months: attrgetter(f"m{months}_status", "step_end", f"step_m{months}")
    for months in FOLLOW_UP_MONTHS
}


def _follow_up_cells(rows: Sequence[SpellRow], months: int) -> tuple[Cell, ...]:
    statuses: Counter[str | None] = Counter()
    kept: Counter[bool | None] = Counter()
    # Many people, few different follow-ups: each kind is judged once.
    for (status, at_end, later), number in Counter(map(_KIND[months], rows)).items():
        statuses[status] += number
        if status != FollowUpStatus.DECEASED:
            kept[sustained(level(at_end), level(later))] += number
    known = kept[True] + kept[False]
    return (
        Cell.of_count(known + kept[None]),
        Cell.of_count(statuses[FollowUpStatus.DONE]),
        *(Cell.of_count(statuses[status]) for status, _ in _UNANSWERED),
        Cell.of_count(statuses[FollowUpStatus.DECEASED]),
        Cell.of_share(kept[True], known),
        Cell.of_count(kept[None]),
    )
