"""A target of an insats's own page on a sheet: finding, verdict, bullets by kön, table, files.

The released target of the styrelse is drawn elsewhere; what both share is in `targets_view`.
"""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go

from tracking.domain.figures import EMPTY, Cell, FunnelStep, Row, Table, TargetResult
from tracking.domain.periods import Period
from tracking.domain.records import Gender
from tracking.domain.swedish import whole
from tracking.domain.targets import TargetOutcome, Verdict
from tracking.domain.wording import capitalised, per_cent
from tracking.ui import charts, findings
from tracking.ui.charts_targets import BulletRow, bullet
from tracking.ui.kept import Sheet
from tracking.ui.targets_view import TargetLine, exact_line, verdict_html

READ_THEM = (
    "Stapel eller punkt: utfallet. Tunn linje: 95-procentigt konfidensintervall. Tjock linje: "
    "målet. Punkt i stället för stapel där få är räknade."
)


def put_targets(
    sheet: Sheet,
    results: tuple[TargetResult, ...],
    every: Table,
    *,
    left_out: tuple[str, ...],
) -> None:
    """Every target, then the table of them all; ``left_out`` can't be judged of a choice."""
    lines = [exact_line(result) for result in results]
    if any(line.rows for line in lines):
        sheet.small(READ_THEM)
    for line, result in zip(lines, results, strict=True):
        _put(sheet, line, result, every.period)
    if len(lines) > 1:
        sheet.found("Alla mål i en tabell", every.period.label)
        sheet.behind(every)
        sheet.offer(every.title, chart=None, table=every)
    if left_out:
        sheet.small(
            "Gäller hela insatsen och bedöms inte för ett urval: " + "; ".join(left_out) + "."
        )


def _put(sheet: Sheet, line: TargetLine, result: TargetResult, period: Period) -> None:
    table = target_table(line, result, period)
    rows = line.rows
    if rows and line.genders:
        rows = tuple(_told_apart(row) for row in line.genders)
    base = f"{line.wording}, {period.label}{_size(result.outcome)}"
    finding = line.finding
    if line.verdict is Verdict.TOO_FEW:
        finding = f"För få för att bedöma: {finding}"
    sheet.found(finding, base, verdict=verdict_html(line.verdict))
    if rows:
        values = [row.value for row in rows if row.value is not None]
        top = None if line.is_share else max(*values, line.target) * 1.1 or 1
        words = f"mål {line.aim}"

        def target_chart(colours: charts.Palette) -> go.Figure:
            return bullet(
                list(rows), target=line.target, target_text=words, colours=colours, top=top
            )

        alt = " ".join(part for part in (line.alt, line.gender_words) if part)
        sheet.chart(target_chart, alt=alt, key=line.key)
    sheet.small(line.sentence)
    if line.gender_words:
        sheet.small(line.gender_words)
    sheet.behind(table)
    verdict = findings.verdict_words(line.verdict) if line.verdict else ""
    said = " · ".join(part for part in (verdict, base) if part)
    chart = line.key if rows else None
    sheet.offer(finding, chart=chart, base=said, alt=line.alt, table=table)


def _size(outcome: TargetOutcome) -> str:
    if outcome.denominator is None:
        return ""
    lacking = f", {whole(outcome.missing)} saknas" if outcome.missing else ""
    return f", n = {whole(outcome.denominator)}{lacking}"


def _told_apart(row: BulletRow) -> BulletRow:
    """A row of a handful has its name and no mark: its counts stand in the words and the table."""
    if row.base is not None and row.base < findings.SMALLEST_BASE:
        return replace(row, label=f"{row.label}: för få", value=None, low=None, high=None)
    return row


def target_table(line: TargetLine, result: TargetResult, period: Period) -> Table:
    """A target by kön: outcome, interval, missing and verdict, with its funnel."""
    parts: list[tuple[str, TargetOutcome]] = [
        (capitalised(gender.plural), result.by_gender[gender.value])
        for gender in Gender
        if gender.value in result.by_gender
    ]
    parts = [(name, found) for name, found in parts if found.denominator or found.missing]
    rows = [Row(name, _cells(found, line, judged=False)) for name, found in parts]
    rows.append(Row("Totalt", _cells(result.outcome, line, judged=True), emphasis=True))
    outcome, spec = result.outcome, result.spec
    funnel: tuple[FunnelStep, ...] = ()
    if spec.is_share and outcome.denominator is not None:
        funnel = (
            FunnelStep(
                f"{capitalised(spec.population.label)}, {spec.point.label}",
                outcome.denominator + outcome.missing,
            ),
            FunnelStep("Med uppgift, ingår", outcome.denominator),
        )
    return Table(
        key=line.key,
        title=line.wording,
        definition=spec.measure.help,
        row_heading="Kön",
        columns=("utfall", f"{per_cent(95)} KI", "saknas", "målvärde", "bedömning"),
        rows=tuple(rows),
        period=period,
        population=f"{spec.population.label}, {spec.point.label}",
        funnel=funnel,
    )


def _cells(outcome: TargetOutcome, line: TargetLine, *, judged: bool) -> tuple[Cell, ...]:
    if line.is_share:
        has = outcome.numerator is not None and outcome.denominator
        found = Cell.of_share(outcome.numerator or 0, outcome.denominator or 0) if has else EMPTY
        interval = Cell.of_text(findings.interval_words(outcome))
        missing = Cell.of_count(outcome.missing)
    else:
        value = None if outcome.value is None else float(outcome.value)
        found, interval, missing = Cell.of_number(value), EMPTY, EMPTY
    words = Cell.of_text(findings.verdict_words(outcome.verdict)) if judged else EMPTY
    aim = Cell.of_text(line.aim) if judged else EMPTY
    return found, interval, missing, aim, words
