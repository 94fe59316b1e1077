"""ORS, SRS and G-SRS on group level: means, spread, interval and effect size, in points.

Change by start level comes first, since who begins low rises by chance alone. Nothing is
computed below the smallest count that is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

from tracking.domain.figures import EMPTY, Cell, FunnelStep, Row, Table
from tracking.domain.records import Gender
from tracking.domain.statistics import Interval, MeanChange
from tracking.domain.swedish import decimal
from tracking.domain.wording import capitalised
from tracking.outcomes import divisions as by
from tracking.outcomes.breakdown_tables import ALL_ROW, Basis
from tracking.outcomes.cohorts import SpellRow
from tracking.outcomes.divisions import MISSING, YES, Setting
from tracking.outcomes.parts import (
    GenderColumns,
    alliance_thresholds_text,
    base_note,
    points,
    thresholds_text,
)
from tracking.outcomes.ratings import (
    ABOVE,
    BELOW,
    MEASURED,
    Group,
    Scores,
    change_of,
    funnel_and_note,
    scores_by_group,
)

Pair = tuple[int, int]
MEANS = (
    "med två",
    "första, medel",
    "sista, medel",
    "förändring, medel",
    "95 % intervall",
    "förändring, median",
    "förändring, standardavvikelse",
    "effektstorlek d",
    "Wilcoxons test, p",
    "säkerhet",
)
SMALLEST_P = 0.001
_NUMBER = attrgetter("n")
_BELOW, _ABOVE = capitalised(BELOW), capitalised(ABOVE)
_PLURAL = {gender: capitalised(gender.plural) for gender in Gender}
_UNCERTAIN, _CERTAIN = Cell.of_text("osäkert"), Cell.of_text("minst 30 par")
_SMALL_P = Cell.of_text(f"< {decimal(SMALLEST_P, 3)}")


def score_tables(basis: Basis) -> tuple[Table, ...]:
    """ORS always, SRS and G-SRS where any of the ended has one."""
    rows = basis.cohort.ended
    tables = [ors_means_table(basis)]
    if any(row.srs_n for row in rows):
        tables.append(srs_table(basis))
    if any(row.gsrs_n for row in rows):
        tables.append(gsrs_table(basis))
    return tuple(tables)


def ors_means_table(basis: Basis) -> Table:
    """Change on ORS from first to last of the ended, by start level and by kön."""
    cohort, setting = basis.cohort, basis.setting
    groups = scores_by_group(cohort, setting.thresholds)
    funnel, note = funnel_and_note(cohort)

    def line(label: str, mine: Iterable[Group]) -> Row:
        return _line("ors", label, [scores for group in mine for scores in groups[group]], basis)

    lines = (
        line(_BELOW, [group for group in groups if group[0]]),
        line(_ABOVE, [group for group in groups if not group[0]]),
        *(
            line(_PLURAL[gender], [group for group in groups if group[1] == gender])
            for gender in GenderColumns.among([gender for _, gender in groups]).genders
        ),
        line(ALL_ROW, groups),
    )
    return Table(
        key="ors_means",
        title="ORS, medelvärden",
        definition=(
            "Första och sista ORS för avslutade med minst två skattningar, i poäng (0–40). "
            "Effektstorlek d är förändringens medelvärde delat med standardavvikelsen vid första "
            "skattningen, med Hedges rättelse för få par."
        ),
        row_heading="Grupp",
        columns=MEANS,
        rows=lines,
        period=cohort.period,
        population=MEASURED,
        funnel=funnel,
        thresholds=thresholds_text(setting.thresholds),
        notes=(
            *note,
            "Den som börjar lågt stiger av slumpen allena: läs under och över gränsvärdet var för "
            "sig. Raderna per kön och för alla blandar båda.",
            *_few_note(basis),
            basis.anonymous.note,
        ),
    )


def srs_table(basis: Basis) -> Table:
    """SRS of the ended by kön, with the share whose last SRS raises something."""
    limits = basis.setting.thresholds
    return _alliance_table(
        basis,
        key="srs",
        title="SRS",
        pair=lambda row: _pair(row.srs_n, row.srs_first_mm, row.srs_last_mm),
        signal=by.srs_signal,
        definition=(
            "Första och sista SRS för avslutade, i poäng (0–40). Något att ta upp: sista summan "
            f"under {points(limits.srs_total_mm)}, en skala under {points(limits.srs_scale_mm)} "
            f"eller en summa som sjunkit {points(limits.srs_fall_mm)} poäng eller mer sedan gången "
            "före. Det säger vad samtalen bör handla om och är inget betyg på personalen."
        ),
    )


def gsrs_table(basis: Basis) -> Table:
    """G-SRS of the ended by kön, with the share whose last total is low."""
    limit = basis.setting.thresholds.gsrs_total_mm
    return _alliance_table(
        basis,
        key="gsrs",
        title="G-SRS",
        pair=lambda row: _pair(row.gsrs_n, row.gsrs_first_mm, row.gsrs_last_mm),
        signal=_gsrs_signal,
        definition=(
            "Första och sista G-SRS för avslutade, i poäng (0–40). Något att ta upp: sista summan "
            f"under {points(limit)}, samma tecken som för SRS men inte prövat för grupper."
        ),
    )


def _alliance_table(
    basis: Basis,
    *,
    key: str,
    title: str,
    pair: Callable[[SpellRow], Pair | None],
    signal: Callable[[SpellRow, Setting], str],
    definition: str,
) -> Table:
    cohort, setting = basis.cohort, basis.setting
    rows = [row for row in cohort.ended if signal(row, setting) != MISSING]
    lines = []
    for label, part in _by_gender(rows):
        raised = sum(signal(row, setting) == YES for row in part)
        pairs = [found for row in part if (found := pair(row)) is not None]
        row = _line(key, label, [Scores.of(pairs)], basis)
        lines.append(Row(label, (Cell.of_share(raised, len(part)), *row.cells), row.emphasis))
    two = sum(pair(row) is not None for row in rows)
    return Table(
        key=key,
        title=f"{title}, medelvärden och tecken",
        definition=definition,
        row_heading="Grupp",
        columns=("något att ta upp", *MEANS),
        rows=tuple(lines),
        period=cohort.period,
        population=f"avslutade med minst en {title}",
        funnel=(
            FunnelStep("Startade", len(cohort.started)),
            FunnelStep("Avslutade", len(cohort.ended)),
            FunnelStep(f"Med minst en {title}", len(rows)),
            FunnelStep("Med två skattningar, ingår i medelvärdena", two),
        ),
        thresholds=alliance_thresholds_text(setting.thresholds),
        notes=(
            *base_note(rows, f"avslutade med {title}", cohort),
            *_few_note(basis),
            basis.anonymous.note,
        ),
    )


def _gsrs_signal(row: SpellRow, setting: Setting) -> str:
    if row.gsrs_last_mm is None:
        return MISSING
    return YES if row.gsrs_last_mm < setting.thresholds.gsrs_total_mm else by.NO


def _pair(n: int, first: int | None, last: int | None) -> Pair | None:
    return None if n < 2 or first is None or last is None else (first, last)


def _by_gender(rows: Sequence[SpellRow]) -> list[tuple[str, list[SpellRow]]]:
    columns = GenderColumns.of(rows)
    labels = [_PLURAL[gender] for gender in columns.genders]
    return list(zip((*labels, ALL_ROW), columns.split(rows), strict=True))


def _line(key: str, label: str, found: list[Scores], basis: Basis) -> Row:
    n = sum(map(_NUMBER, found))
    count = Cell.of_count(n)
    emphasis = label == ALL_ROW
    if n < max(basis.threshold_k, 2):
        return Row(label, (count, *[EMPTY] * (len(MEANS) - 1)), emphasis)
    # Most writes change nobody's first and last score among the ended.
    cells = basis.cohort.unless_changed((key, label), found, _change_cells)
    return Row(label, (count, *cells), emphasis)


def _change_cells(found: list[Scores]) -> tuple[Cell, ...]:
    return _cells(change_of(found))


def _cells(found: MeanChange) -> tuple[Cell, ...]:
    def in_points(mm: float | None, decimals: int = 1) -> Cell:
        return Cell.of_number(None if mm is None else mm / 10, decimals)

    small = found.p_value < SMALLEST_P
    return (
        in_points(found.mean_first),
        in_points(found.mean_last),
        in_points(found.mean_change),
        EMPTY if found.interval is None else Cell.of_text(interval_words(found.interval)),
        in_points(found.median_change),
        in_points(found.sd_change),
        Cell.of_number(found.effect_size, 2),
        _SMALL_P if small else Cell.of_number(found.p_value, 3),
        _UNCERTAIN if found.is_uncertain else _CERTAIN,
    )


def interval_words(interval: Interval) -> str:
    """An interval in millimetres as points: −0,4 till 3,1."""
    return f"{decimal(interval.low / 10)} till {decimal(interval.high / 10)}"


def _few_note(basis: Basis) -> tuple[str, ...]:
    return (f"Under {basis.threshold_k} par visas inget medelvärde; under 30 är det osäkert.",)
