"""Targets against their outcomes: a bar or a point, the interval as a thin line, the target as a
line across, and the judgement in words.

A share of fewer than twenty is a point, since a bar looks surer than it is; a range is hatched.
A target that is no share has an axis of its own from zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tracking.domain.figures import Cell, CellKind, TargetResult
from tracking.domain.measures import Comparison
from tracking.domain.statistics import round_half_up
from tracking.domain.targets import Verdict, with_unit
from tracking.domain.wording import EN_DASH, THIN_SPACE
from tracking.outcomes.releasing.shapes import ReleasedTarget, reach_of
from tracking.reports.drawing.scale import PER_CENT, Scale, number_scale
from tracking.reports.drawing.svg import (
    GRID,
    INK,
    LINE,
    RULE,
    SECOND,
    SMALL,
    TALLEST,
    WIDTH,
    Drawing,
    Sheet,
    widest,
)
from tracking.reports.metrics import printable, text_width, wrapped
from tracking.reports.target_rows import outcome_cell, target_row

FEW = 20
BAR = 16.0
WORDS = 168.0
"""The column to the right, with the outcome in words; on a narrow sheet it stands below."""
BESIDE = 480
"""From this width on there is room for it to the right."""
COLOURS = {
    Verdict.MET: "#0b6b50",
    Verdict.MET_UNCERTAIN: "#8a5a00",
    Verdict.NOT_MET_UNCERTAIN: "#8a5a00",
    Verdict.NOT_MET: "#a3262a",
}
UNJUDGED = "#5b6470"


@dataclass(frozen=True, slots=True)
class _Bullet:
    """What is drawn of one target, in the axis's unit (per cent for a share)."""

    scale: Scale
    target: float
    aim: str
    value: float | None = None
    base: int | None = None
    interval: tuple[float, float] | None = None
    span: tuple[float, float] | None = None


def draw_bullets(
    targets: tuple[TargetResult | ReleasedTarget, ...],
    *,
    key: str,
    colour: str,
    width: int = WIDTH,
) -> list[Drawing]:
    """Draw the targets in order; more than a page holds become several drawings."""
    if not targets:
        sheet = Sheet(key, width)
        sheet.text(0, LINE, "Inga mål att rita.", colour=SECOND)
        return [sheet.done(LINE * 1.5)]
    parts: list[list[TargetResult | ReleasedTarget]] = [[]]
    height = 0.0
    for target in targets:
        needed = _height(target, width)
        if parts[-1] and height + needed > TALLEST:
            parts.append([])
            height = 0.0
        parts[-1].append(target)
        height += needed
    drawings = []
    for number, part in enumerate(parts, start=1):
        sheet = Sheet(f"{key}-{number}", width)
        y = 0.0
        for target in part:
            _target(sheet, y, target, colour)
            y += _height(target, width)
        drawings.append(sheet.done(y - 6))
    return drawings


def _bars(width: int) -> float:
    """How long the axes are."""
    return width - WORDS if width >= BESIDE else float(width)


def _heading_lines(target: TargetResult | ReleasedTarget, width: int) -> list[str]:
    return wrapped(printable(target.wording), 13, _bars(width) - 12, bold=True)


def _below(target: TargetResult | ReleasedTarget, width: int) -> tuple[list[str], list[str]]:
    """Of a narrow sheet: who is counted, above the axis, and the judgement below it, in lines."""
    if width >= BESIDE:
        return [], []
    texts = target_row(target)
    return (
        wrapped(printable(texts[1]), SMALL, width),
        wrapped(printable(texts[6]), 13, width, bold=True),
    )


def _height(target: TargetResult | ReleasedTarget, width: int) -> float:
    lines = len(_heading_lines(target, width)) + 1
    about, judgement = _below(target, width)
    if judgement:
        lines += len(about) - 1 + len(judgement) + 1
    return lines * LINE + BAR + 38


def _target(sheet: Sheet, y: float, target: TargetResult | ReleasedTarget, colour: str) -> None:
    texts = target_row(target)
    outcome, judgement = texts[3], texts[6]
    bullet = _bullet(target)
    verdict = target.verdict if isinstance(target, ReleasedTarget) else target.outcome.verdict
    bars = _bars(sheet.width)
    about, judged = _below(target, sheet.width)
    with sheet.mark(f"{target.wording}: {outcome}, {bullet.aim}, {judgement.partition(' ')[2]}"):
        line = y + 13
        for words in _heading_lines(target, sheet.width):
            sheet.text(0, line, words, bold=True)
            line += LINE
        for words in about or [texts[1]]:
            sheet.text(0, line, words, size=SMALL, colour=SECOND)
            line += LINE
        top = line - LINE + 9
        _axis(sheet, top, bullet, bars)
        _outcome(sheet, top, bullet, colour, bars)
        place = bullet.scale.at(bullet.target, 0, bars)
        sheet.line(place, top - 5, place, top + BAR + 5, colour=INK, width=3)
        half = text_width(printable(bullet.aim), SMALL) / 2
        middle = min(max(place, half), bars - half)
        sheet.text(middle, top + BAR + 18, bullet.aim, size=SMALL, anchor="middle")
        interval = ""
        if bullet.interval is not None:
            low, high = (round_half_up(Fraction(str(end))) for end in bullet.interval)
            interval = f"95{THIN_SPACE}% KI {low}{EN_DASH}{high}"
        tone = COLOURS.get(verdict, UNJUDGED)
        if judged:
            under = top + BAR + 18 + LINE
            for words in judged:
                sheet.text(0, under, words, bold=True, colour=tone)
                under += LINE
            told = "" if outcome == EN_DASH else outcome
            sheet.text(0, under, ", ".join(part for part in (told, interval) if part))
            return
        beside = bars + 12
        sheet.lines(beside, y + 13, judgement, WORDS - 12, bold=True, colour=tone)
        sheet.lines(beside, top + 12.5, outcome, WORDS - 12)
        if interval:
            sheet.text(beside, top + 28, interval, size=SMALL, colour=SECOND)


def _axis(sheet: Sheet, top: float, bullet: _Bullet, bars: float) -> None:
    aim = bullet.scale.at(bullet.target, 0, bars)
    half = text_width(printable(bullet.aim), SMALL) / 2 + 8
    for tick in bullet.scale.ticks:
        x = bullet.scale.at(tick, 0, bars)
        sheet.line(x, top - 2, x, top + BAR + 2, colour=GRID)
        words = bullet.scale.words(tick)
        anchor = "start" if tick == bullet.scale.ticks[0] else "middle"
        if tick == bullet.scale.ticks[-1]:
            anchor = "end"
        reach = half + widest([words], SMALL)
        if abs(x - min(max(aim, half), bars - half)) > reach:
            sheet.text(x, top + BAR + 18, words, size=SMALL, colour=SECOND, anchor=anchor)
    sheet.line(0, top + BAR + 2, bars, top + BAR + 2, colour=RULE)


def _outcome(sheet: Sheet, top: float, bullet: _Bullet, colour: str, bars: float) -> None:
    scale = bullet.scale
    if bullet.value is None:
        if bullet.span is not None:
            low, high = (scale.at(end, 0, bars) for end in bullet.span)
            sheet.hatched(low, top, high - low, BAR)
        return
    few = scale.percent and bullet.base is not None and bullet.base < FEW
    end = scale.at(bullet.value, 0, bars)
    if not few:
        sheet.box(0, top, max(end, 1), BAR, colour)
    if bullet.interval is not None:
        low, high = (scale.at(edge, 0, bars) for edge in bullet.interval)
        middle = top + BAR / 2
        for width, ink in ((4.5, "#ffffff"), (1.6, INK)):
            sheet.line(low, middle, high, middle, colour=ink, width=width)
            for edge in (low, high):
                sheet.line(edge, middle - 4, edge, middle + 4, colour=ink, width=width)
    if few:
        sheet.shape(end, top + BAR / 2, colour, size=6.5)


def _bullet(target: TargetResult | ReleasedTarget) -> _Bullet:
    if isinstance(target, ReleasedTarget):
        measure, wanted, comparison = target.measure, target.value, target.comparison
        shares = (target.share_low, target.share_high)
    else:
        measure, wanted, comparison = (
            target.spec.measure,
            target.spec.value,
            target.spec.comparison,
        )
        shares = (None, None)
    lead = "mål " if comparison is Comparison.AT_LEAST else "mål högst "
    aim = lead + with_unit(Fraction(wanted), measure.unit)
    cell = outcome_cell(target)
    if not measure.is_share:
        return _number(cell, float(wanted), aim)
    if cell.kind is CellKind.SHARE and cell.count is not None and cell.base:
        # Of a released share the interval stands in its sentence alone, and follows from it.
        share, least, most = reach_of(cell.count, cell.base)
        return _Bullet(
            PER_CENT,
            float(wanted),
            aim,
            value=share,
            base=cell.base,
            interval=None if least is None or most is None else (least, most),
        )
    low, high = shares
    span = None if low is None or high is None else (100 * low, 100 * high)
    if span is None and cell.kind is CellKind.HIDDEN:
        span = (0.0, 100.0)
    return _Bullet(PER_CENT, float(wanted), aim, span=span)


def _number(cell: Cell, wanted: float, aim: str) -> _Bullet:
    span = None
    if cell.kind is CellKind.HIDDEN and cell.low is not None and cell.high is not None:
        span = (float(cell.low), float(cell.high))
    found = [] if cell.value is None else [cell.value]
    scale = number_scale([wanted, *found, *(span or ())])
    return _Bullet(scale, wanted, aim, value=cell.value, span=span)
