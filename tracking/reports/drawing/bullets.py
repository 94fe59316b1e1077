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
"""The column to the right, with the outcome in words."""
BARS = WIDTH - WORDS
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
    targets: tuple[TargetResult | ReleasedTarget, ...], *, key: str, colour: str
) -> list[Drawing]:
    """Draw the targets in order; more than a page holds become several drawings."""
    if not targets:
        sheet = Sheet(key)
        sheet.text(0, LINE, "Inga mål att rita.", colour=SECOND)
        return [sheet.done(LINE * 1.5)]
    parts: list[list[TargetResult | ReleasedTarget]] = [[]]
    height = 0.0
    for target in targets:
        needed = _height(target)
        if parts[-1] and height + needed > TALLEST:
            parts.append([])
            height = 0.0
        parts[-1].append(target)
        height += needed
    drawings = []
    for number, part in enumerate(parts, start=1):
        sheet = Sheet(f"{key}-{number}")
        y = 0.0
        for target in part:
            _target(sheet, y, target, colour)
            y += _height(target)
        drawings.append(sheet.done(y - 6))
    return drawings


def _heading_lines(target: TargetResult | ReleasedTarget) -> list[str]:
    return wrapped(printable(target.wording), 13, BARS - 12, bold=True)


def _height(target: TargetResult | ReleasedTarget) -> float:
    return len(_heading_lines(target)) * LINE + LINE + BAR + 38


def _target(sheet: Sheet, y: float, target: TargetResult | ReleasedTarget, colour: str) -> None:
    texts = target_row(target)
    about, outcome, judgement = texts[1], texts[3], texts[6]
    bullet = _bullet(target)
    verdict = target.verdict if isinstance(target, ReleasedTarget) else target.outcome.verdict
    beside = BARS + 12
    with sheet.mark(f"{target.wording}: {outcome}, {bullet.aim}, {judgement.partition(' ')[2]}"):
        line = y + 13
        for words in _heading_lines(target):
            sheet.text(0, line, words, bold=True)
            line += LINE
        sheet.text(0, line, about, size=SMALL, colour=SECOND)
        top = line + 9
        sheet.lines(
            beside, y + 13, judgement, WORDS - 12, bold=True, colour=COLOURS.get(verdict, UNJUDGED)
        )
        _axis(sheet, top, bullet)
        _outcome(sheet, top, bullet, colour)
        place = bullet.scale.at(bullet.target, 0, BARS)
        sheet.line(place, top - 5, place, top + BAR + 5, colour=INK, width=3)
        half = text_width(printable(bullet.aim), SMALL) / 2
        middle = min(max(place, half), BARS - half)
        sheet.text(middle, top + BAR + 18, bullet.aim, size=SMALL, anchor="middle")
        sheet.lines(beside, top + 12.5, outcome, WORDS - 12)
        if bullet.interval is not None:
            low, high = (round_half_up(Fraction(str(end))) for end in bullet.interval)
            sheet.text(
                beside, top + 28, f"95{THIN_SPACE}% KI {low}{EN_DASH}{high}",
                size=SMALL, colour=SECOND,
            )  # fmt: skip


def _axis(sheet: Sheet, top: float, bullet: _Bullet) -> None:
    aim = bullet.scale.at(bullet.target, 0, BARS)
    half = text_width(printable(bullet.aim), SMALL) / 2 + 8
    for tick in bullet.scale.ticks:
        x = bullet.scale.at(tick, 0, BARS)
        sheet.line(x, top - 2, x, top + BAR + 2, colour=GRID)
        words = bullet.scale.words(tick)
        anchor = "start" if tick == bullet.scale.ticks[0] else "middle"
        if tick == bullet.scale.ticks[-1]:
            anchor = "end"
        reach = half + widest([words], SMALL)
        if abs(x - min(max(aim, half), BARS - half)) > reach:
            sheet.text(x, top + BAR + 18, words, size=SMALL, colour=SECOND, anchor=anchor)
    sheet.line(0, top + BAR + 2, BARS, top + BAR + 2, colour=RULE)


def _outcome(sheet: Sheet, top: float, bullet: _Bullet, colour: str) -> None:
    scale = bullet.scale
    if bullet.value is None:
        if bullet.span is not None:
            low, high = (scale.at(end, 0, BARS) for end in bullet.span)
            sheet.hatched(low, top, high - low, BAR)
        return
    few = scale.percent and bullet.base is not None and bullet.base < FEW
    end = scale.at(bullet.value, 0, BARS)
    if not few:
        sheet.box(0, top, max(end, 1), BAR, colour)
    if bullet.interval is not None:
        low, high = (scale.at(edge, 0, BARS) for edge in bullet.interval)
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
