"""Shares compared: with the period before, women with men, and insats with insats.

A difference of two shares has Newcombe's interval, and where that holds zero the words are
*går inte att skilja åt*. Nothing here says why figures differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tracking.domain.endings import Outcome
from tracking.domain.figures import EMPTY, Cell, FunnelStep, Row, Table
from tracking.domain.ladder import StepMove
from tracking.domain.records import Gender
from tracking.domain.statistics import newcombe_difference
from tracking.domain.swedish import decimal
from tracking.domain.wording import MINUS
from tracking.outcomes import divisions as by
from tracking.outcomes.breakdown_tables import Basis
from tracking.outcomes.breakdowns import Head
from tracking.outcomes.cohorts import Cohort, SpellRow
from tracking.outcomes.divisions import MISSING, NO, YES, Setting
from tracking.outcomes.facts import move_of
from tracking.outcomes.parts import base_note, thresholds_text

NOT_APART = "går inte att skilja åt"
TOO_FEW = "för få för att jämföra"


@dataclass(frozen=True, slots=True)
class Share:
    """A share that is compared: of whom, and whether one spell meets it (None: not known)."""

    key: str
    label: str
    head: Head
    meets: Callable[[SpellRow, Setting], bool | None]

    def count(self, cohort: Cohort, setting: Setting) -> tuple[int, int]:
        """How many meet it, and of how many that is known."""
        found = [self.meets(row, setting) for row in self.head.rows(cohort)]
        return found.count(True), len(found) - found.count(None)


def _one_of(
    sorting: Callable[[SpellRow, Setting], str], yes: frozenset[str]
) -> Callable[[SpellRow, Setting], bool | None]:
    def meets(row: SpellRow, setting: Setting) -> bool | None:
        found = sorting(row, setting)
        return None if found == MISSING else found in yes

    return meets


def _forward(row: SpellRow, _setting: Setting) -> bool | None:
    move = move_of(row)
    return move is StepMove.FORWARD if move.in_base else None


def _grew(row: SpellRow, setting: Setting) -> bool | None:
    return {YES: True, NO: False}.get(by.occupation_grew(row, setting))


def _kept(months: int) -> Callable[[SpellRow, Setting], bool | None]:
    def meets(row: SpellRow, _setting: Setting) -> bool | None:
        return {by.KEPT: True, by.NOT_KEPT: False}.get(by.follow_up(row, months))

    return meets


SHARES = (
    Share(
        "completed",
        "Fullföljda, av avslutade",
        Head.ENDED,
        lambda row, _: row.outcome == Outcome.COMPLETED,
    ),
    Share("forward", "Steg framåt, av fullföljda", Head.COMPLETED, _forward),
    Share(
        "occupied",
        "Arbete eller studier vid avslut",
        Head.ENDED,
        _one_of(by.end_occupation, by.EITHER),
    ),
    Share("grew", "Började eller ökade arbete eller studier", Head.ENDED, _grew),
    Share(
        "no_support",
        "Ingen offentlig försörjning vid avslut",
        Head.ENDED,
        _one_of(by.end_support, frozenset({by.NO_SUPPORT})),
    ),
    Share(
        "planning",
        "Tydlig aktivitetsplanering vid avslut",
        Head.ENDED,
        _one_of(by.active_planning, frozenset({YES})),
    ),
    Share(
        "ors",
        "Tillförlitligt förbättrade på ORS",
        Head.ENDED,
        _one_of(by.ors_class, frozenset({"recovered", "improved"})),
    ),
    Share("kept_6", "Samma eller högre steg efter 6 månader", Head.DUE_6, _kept(6)),
    Share("kept_18", "Samma eller högre steg efter 18 månader", Head.DUE_18, _kept(18)),
)

_COUNTS: tuple[tuple[str, Callable[[Cohort], int]], ...] = (
    ("Pågående vid periodens början", lambda cohort: len(cohort.ongoing_at_start)),
    ("Startade", lambda cohort: len(cohort.started)),
    ("Avslutade", lambda cohort: len(cohort.ended)),
    ("därav fullföljda", lambda cohort: len(cohort.completed)),
    ("Pågående vid periodens slut", lambda cohort: len(cohort.ongoing_at_end)),
    ("Deltaganden under perioden", lambda cohort: len(cohort.active)),
    (
        "Unika deltagare under perioden",
        lambda cohort: len({row.participant_id for row in cohort.active}),
    ),
)


# An interval costs more than all the counting, and the same counts come back with every rerun.
_difference = lru_cache(maxsize=4096)(newcombe_difference)


def difference_cells(
    first: tuple[int, int], second: tuple[int, int], smallest: int
) -> tuple[Cell, Cell]:
    """First minus second in percentage points with its interval, and whether they differ."""
    (k1, n1), (k2, n2) = first, second
    if not n1 or not n2:
        return EMPTY, Cell.of_text("ingen uppgift att jämföra med")
    if min(n1, n2) < smallest:
        return EMPTY, Cell.of_text(TOO_FEW)
    found = _difference(k1, n1, k2, n2)
    middle, low, high = (decimal(100 * x, 0) for x in (found.difference, found.low, found.high))
    words = NOT_APART
    if found.tells_apart:
        words = "högre" if found.difference > 0 else "lägre"
    unit = "procentenhet" if middle.lstrip(MINUS) == "1" else "procentenheter"
    return Cell.of_text(f"{middle} {unit} ({low} till {high})"), Cell.of_text(words)


def against_before_table(basis: Basis, before: Cohort) -> Table:
    """The period's flows and shares beside those of the period before."""
    cohort, setting = basis.cohort, basis.setting
    lines = []
    for label, count in _COUNTS:
        now, then = count(cohort), count(before)
        change = Cell.of_text(f"{'+' if now > then else ''}{decimal(now - then, 0)}")
        lines.append(Row(label, (Cell.of_count(now), Cell.of_count(then), change, EMPTY)))
    for share in SHARES:
        first, second = share.count(cohort, setting), share.count(before, setting)
        cells = Cell.of_share(*first), Cell.of_share(*second)
        lines.append(
            Row(share.label, (*cells, *difference_cells(first, second, basis.threshold_k)))
        )
    return Table(
        key="against_before",
        title="Mot perioden före",
        definition=(
            "Samma tal för perioden och den lika långa perioden före. Andelarna räknas bland dem "
            "med känd uppgift. Intervallet är Newcombes 95-procentiga för skillnaden mellan två "
            "andelar; där det rymmer noll går perioderna inte att skilja åt."
        ),
        row_heading="Tal",
        columns=(cohort.period.label, before.period.label, "skillnad", "jämförelse"),
        rows=tuple(lines),
        period=cohort.period,
        population="startade, avslutade och de vars uppföljning skulle göras",
        funnel=_funnel(cohort),
        thresholds=thresholds_text(setting.thresholds),
        notes=(
            *base_note(cohort.active, "deltaganden", cohort),
            "Det som dateras efter respektive periods slut räknas inte i den.",
            basis.anonymous.note,
        ),
    )


def women_and_men_table(basis: Basis) -> Table:
    """The shares of women beside those of men."""
    cohort, setting = basis.cohort, basis.setting
    women, men = (basis.only(gender).cohort for gender in (Gender.WOMAN, Gender.MAN))
    lines = []
    for share in SHARES:
        first, second = share.count(women, setting), share.count(men, setting)
        cells = (
            Cell.of_share(*first),
            Cell.of_share(*second),
            Cell.of_share(*share.count(cohort, setting)),
        )
        lines.append(
            Row(share.label, (*cells, *difference_cells(first, second, basis.threshold_k)))
        )
    return Table(
        key="women_and_men",
        title="Kvinnor och män",
        definition=(
            "Andelarna bland dem med känd uppgift. Skillnaden är kvinnor minus män med Newcombes "
            "95-procentiga intervall; där det rymmer noll går grupperna inte att skilja åt."
        ),
        row_heading="Andel",
        columns=(
            Gender.WOMAN.plural,
            Gender.MAN.plural,
            "totalt",
            "skillnad, kvinnor minus män",
            "jämförelse",
        ),
        rows=tuple(lines),
        period=cohort.period,
        population="avslutade och de vars uppföljning skulle göras",
        funnel=_funnel(cohort),
        thresholds=thresholds_text(setting.thresholds),
        notes=(*base_note(cohort.active, "deltaganden", cohort), basis.anonymous.note),
    )


def insatser_table(named: Sequence[tuple[str, Basis]]) -> Table:
    """Flows and shares of several insatser side by side, for those who work in all of them."""
    first = named[0][1]
    lines = [
        Row(label, tuple(Cell.of_count(count(basis.cohort)) for _, basis in named))
        for label, count in _COUNTS
    ]
    lines += [
        Row(
            share.label,
            tuple(Cell.of_share(*share.count(basis.cohort, basis.setting)) for _, basis in named),
        )
        for share in SHARES
    ]
    started = sum(len(basis.cohort.started) for _, basis in named)
    ended = sum(len(basis.cohort.ended) for _, basis in named)
    return Table(
        key="insatser",
        title="Insatserna bredvid varandra",
        definition=(
            "Samma tal för varje insats. Andelarna räknas bland dem med känd uppgift. Insatser tar "
            "emot olika deltagare, så talen säger inte vilken insats som gör mest."
        ),
        row_heading="Tal",
        columns=tuple(name for name, _ in named),
        rows=tuple(lines),
        period=first.cohort.period,
        population="startade, avslutade och de vars uppföljning skulle göras",
        funnel=(FunnelStep("Startade", started), FunnelStep("Avslutade", ended)),
        thresholds=thresholds_text(first.setting.thresholds),
        notes=(
            "Unika deltagare räknas i varje insats för sig och kan inte läggas ihop.",
            *(f"{name}: {' '.join(_about(basis))}" for name, basis in named),
        ),
    )


def _about(basis: Basis) -> tuple[str, ...]:
    return (*base_note(basis.cohort.active, "deltaganden", basis.cohort), basis.anonymous.note)


def _funnel(cohort: Cohort) -> tuple[FunnelStep, ...]:
    return (
        FunnelStep("Startade", len(cohort.started)),
        FunnelStep("Avslutade", len(cohort.ended)),
        FunnelStep("Fullföljda", len(cohort.completed)),
    )
