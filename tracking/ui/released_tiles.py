"""A released target as a tile: outcome, verdict, aim, and its way over the releases.

Everything here is a stored number or follows from stored numbers of the same target; `tile_of`
says how. No page is drawn here: a tile becomes HTML, on the overview and on its screens.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from html import escape

from tracking.domain.measures import Measure
from tracking.domain.statistics import round_half_up
from tracking.domain.swedish import THIN, percent, whole
from tracking.domain.targets import Verdict, with_unit
from tracking.domain.wording import EN_DASH
from tracking.outcomes.releasing.shapes import (
    ReleasedInsats,
    ReleasedTarget,
    ReleaseInShort,
    reach_of,
)
from tracking.ui import findings
from tracking.ui.marks import Span, bullet_mark, trend_mark
from tracking.ui.targets_view import KI, TONES
from tracking.ui.tokens import Tokens

NOT_TOLD = "Visas bara inom insatsen"
TOO_FEW = "För få för att visa"
HIDDEN = "Dolt"
KEPT = 2000
"""So many drawn pieces of releases, which never change, are kept."""


@dataclass(frozen=True, slots=True)
class Past:
    """What one release said of a target: whose twelve months, in words and as a span."""

    window: str
    says: str
    verdict: Verdict
    span: Span


@dataclass(frozen=True, slots=True)
class Tile:
    """A target as it is shown. ``says`` is the outcome, ``beside`` its counts, ``top`` the end
    of its axis; ``past`` are the releases, oldest first, with the one that is shown last.
    """

    target_id: int
    wording: str
    says: str
    beside: str
    verdict: Verdict
    aim: str
    target: float
    top: float
    span: Span
    past: tuple[Past, ...]

    @property
    def is_known(self) -> bool:
        """Whether the release says anything of the outcome."""
        return not self.span.is_empty


def tiles_of(insats: ReleasedInsats, history: Sequence[ReleaseInShort]) -> list[Tile]:
    """Every target of an insats as a tile, in the order of the release."""
    return [tile_of(target, history, insats.insats_id) for target in insats.targets]


def tile_of(
    target: ReleasedTarget, history: Sequence[ReleaseInShort], insats_id: int | None
) -> Tile:
    """A released target and what earlier releases said of it.

    Stored: counts, base, range, value, verdict, the missing, the wording and the aim. Worked
    out, each of one release alone: the per cent (count through base), Wilson's interval of an
    exact count, and the whole per cents of a range, rounded outwards; all three are also in the
    sentence that the release stores. Between releases nothing is worked out.
    """
    past = [
        Past(_window(seen), says_of(seen)[0], seen.verdict, span_of(seen))
        for release in history
        if (found := release.of(insats_id)) is not None
        for seen in found.targets
        if seen.target_id == target.target_id
    ]
    values = [
        value
        for span in (*(one.span for one in past), span_of(target))
        for value in (span.value, span.high)
        if value is not None
    ]
    says, beside = says_of(target)
    return Tile(
        target_id=target.target_id,
        wording=target.wording,
        says=says,
        beside=beside,
        verdict=target.verdict,
        aim=f"mål {findings.aim_of(target.comparison, target.value, target.measure.unit)}",
        target=float(target.value),
        top=100.0 if target.measure.is_share else max(*values, float(target.value), 1.0) * 1.1,
        span=span_of(target),
        past=tuple(past),
    )


def _window(target: ReleasedTarget) -> str:
    """The twelve months by their last: ``t.o.m. 2026-06``."""
    return f"{target.period.end:%Y-%m}"


@lru_cache(maxsize=KEPT)
def says_of(target: ReleasedTarget) -> tuple[str, str]:
    """The outcome in the fewest words, and the counts that no per cent stands without."""
    lacking = f"{target.missing} utan uppgift" if target.missing not in ("", "0") else ""
    if not target.measure.is_share:
        if target.outcome is None:
            told = TOO_FEW if target.verdict is Verdict.TOO_FEW else NOT_TOLD
            return told, ""
        said = with_unit(Fraction(str(target.outcome)), target.measure.unit)
        return (f"{said} deltaganden" if target.measure is Measure.PARTICIPANTS else said), ""
    low, high, base = target.low, target.high, target.base
    if low is None or high is None or not base:
        return (TOO_FEW if target.verdict is Verdict.TOO_FEW else HIDDEN), ""
    if target.exact:
        _, *ends_of = reach_of(low, base)
        ends = [str(round_half_up(end or 0)) for end in ends_of]
        counts = f"{whole(low)} av {whole(base)}, {KI} {EN_DASH.join(ends)}"
        return percent(low, base), _joined(counts, lacking)
    counts = whole(low) if low == high else f"{whole(low)}{EN_DASH}{whole(high)}"
    return _range_words(target), _joined(f"{counts} av {whole(base)}", lacking)


def _range_words(target: ReleasedTarget) -> str:
    """A range of shares, rounded outwards so that it stays true, as the stored sentence says it."""
    assert target.share_low is not None
    assert target.share_high is not None
    least = math.floor(target.share_low * 100 + 1e-9)
    most = math.ceil(target.share_high * 100 - 1e-9)
    if target.high == target.base:
        return f"minst {least}{THIN}%"
    if target.low == 0:
        return f"högst {most}{THIN}%"
    if target.share_low == target.share_high:
        return f"{round_half_up(Fraction(target.low or 0, target.base or 1) * 100)}{THIN}%"
    return f"{least}{EN_DASH}{most}{THIN}%"


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def span_of(target: ReleasedTarget) -> Span:
    """What is drawn of an outcome, in the unit of its axis."""
    return Span(*target.reach)


def tone(verdict: Verdict) -> str:
    """The class that gives a verdict its colour."""
    return TONES.get(verdict, "few")


def verdict_p(verdict: Verdict) -> str:
    """The verdict's sign and words, as a line."""
    return f'<p class="verdict {tone(verdict)}">{escape(findings.verdict_words(verdict))}</p>'


def way_words(tile: Tile) -> str:
    """The way over the releases for somebody who does not see it."""
    told = "; ".join(f"{one.window}: {one.says} ({one.verdict.label})" for one in tile.past)
    return f"Tolv månader till och med {told}."


@lru_cache(maxsize=KEPT)
def tile_html(tile: Tile, colours: Tokens) -> str:
    """One tile as a list item: what was to be reached, what came out, the verdict, the drawings.

    Always six parts, empty or not, so that tiles beside each other stand in line.
    """
    drawn = ""
    if tile.is_known:
        alt = f"{tile.says}; {tile.aim}."
        drawn = bullet_mark(tile.span, target=tile.target, top=tile.top, colours=colours, alt=alt)
    several = sum(not one.span.is_empty for one in tile.past) > 1
    parts = (
        f'<p class="words">{escape(tile.wording)}</p>',
        f'<p class="says">{escape(tile.says)}</p>',
        f'<p class="beside">{escape(tile.beside)}</p>',
        verdict_p(tile.verdict),
        f'<div class="now">{drawn}<p class="aim">{escape(tile.aim)}</p></div>',
        f'<div class="way">{way_figure(tile, colours) if several else ""}</div>',
    )
    return f'<li class="stegvis-tile">{"".join(parts)}</li>'


def way_figure(tile: Tile, colours: Tokens) -> str:
    """The way over the releases as a small drawing, its two ends named beneath."""
    drawn = trend_mark(
        [one.span for one in tile.past],
        target=tile.target,
        top=tile.top,
        colours=colours,
        alt=way_words(tile),
    )
    first, last = tile.past[0], tile.past[-1]
    return f"<figure>{drawn}<figcaption>{_end_html(first)}{_end_html(last)}</figcaption></figure>"


def _end_html(past: Past) -> str:
    return f"<span>{escape(past.window)}<br>{escape(past.says)}</span>"


def goals_html(name: str, under: str, tiles: Sequence[Tile], colours: Tokens) -> str:
    """All targets of an insats under its name, if it has to be told; ``under`` says whose twelve
    months they are.
    """
    head = f"<h3>{escape(name)}</h3>" if name else ""
    items = "".join(tile_html(tile, colours) for tile in tiles)
    listed = f'<ul class="stegvis-tiles">{items}</ul>' if tiles else ""
    return f'<div class="stegvis-goals">{head}<p>{escape(under)}</p>{listed}</div>'
