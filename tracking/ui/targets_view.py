"""A target on a page: finding, verdict in words and sign, bullet chart, and the table of all.

The exact target of an insats's own page and the released one of the styrelse become the same
`TargetLine`, so that they look alike; which of them somebody gets is decided where they are
read, never here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from html import escape

import plotly.graph_objects as go

from tracking.domain.disclosure import HIDDEN_REASON
from tracking.domain.figures import CellKind, TargetResult
from tracking.domain.records import Gender
from tracking.domain.swedish import cell_text, whole
from tracking.domain.targets import TargetOutcome, Verdict, with_unit
from tracking.domain.wording import EN_DASH, capitalised
from tracking.outcomes.releasing.shapes import ReleasedTarget
from tracking.ui import charts, findings
from tracking.ui.charts_targets import BulletRow, bullet
from tracking.ui.kept import Sheet

TONES = {
    Verdict.MET: "met",
    Verdict.MET_UNCERTAIN: "unsure",
    Verdict.NOT_MET_UNCERTAIN: "unsure",
    Verdict.NOT_MET: "unmet",
}

KI = "95\u202f% KI"


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target as it is drawn. ``rows`` is what the chart shows, empty where there is nothing;
    ``genders`` the same by kön, with ``gender_words`` beneath.
    """

    key: str
    finding: str
    wording: str
    sentence: str
    verdict: Verdict | None
    aim: str
    target: float
    is_share: bool
    rows: tuple[BulletRow, ...]
    alt: str
    outcome: str
    missing: str
    interval: str
    genders: tuple[BulletRow, ...] = ()
    gender_words: str | None = None


def exact_line(result: TargetResult) -> TargetLine:
    """A target of the insats's own page."""
    spec, outcome = result.spec, result.outcome
    words = findings.gender_finding(result.by_gender) if result.by_gender else None
    genders: tuple[BulletRow, ...] = ()
    if words is not None:
        genders = (
            *(
                replace(_share_row(result.by_gender[g.value], capitalised(g.plural)), gender=g)
                for g in (Gender.WOMAN, Gender.MAN)
            ),
            _share_row(outcome, "Totalt"),
        )
    row = _share_row(outcome, "Totalt") if spec.is_share else _value_row(outcome)
    return TargetLine(
        key=f"target-{result.target_id}",
        finding=findings.target_finding(result),
        wording=result.wording,
        sentence=result.sentence,
        verdict=outcome.verdict,
        aim=findings.aim(spec),
        target=float(spec.value),
        is_share=spec.is_share,
        # Of a handful the counts say it all; a point with its interval would seem to say more.
        rows=() if row.value is None or outcome.verdict is Verdict.TOO_FEW else (row,),
        alt=findings.target_alt(result),
        outcome=findings.outcome_words(outcome, spec.unit),
        missing=whole(outcome.missing) if spec.is_share else EN_DASH,
        interval=findings.interval_words(outcome),
        genders=genders,
        gender_words=words,
    )


def _share_row(outcome: TargetOutcome, label: str) -> BulletRow:
    interval = outcome.interval
    return BulletRow(
        label,
        None if outcome.share is None else float(outcome.share * 100),
        low=None if interval is None else interval.low * 100,
        high=None if interval is None else interval.high * 100,
        base=outcome.denominator,
    )


def _value_row(outcome: TargetOutcome) -> BulletRow:
    return BulletRow("Totalt", None if outcome.value is None else float(outcome.value))


def released_line(target: ReleasedTarget) -> TargetLine:
    """A target of a release: a share, a range, a number, or nothing but that it is hidden."""
    row = _released_row(target)
    hidden = target.cell.kind is CellKind.HIDDEN and target.low is None
    # The sentence goes finding, verdict, what it rests on; the verdict has a line of its own.
    finding, _, rest = target.sentence.partition(". ")
    rest = rest.removeprefix(f"{capitalised(target.verdict.label)}.").strip()
    outcome = cell_text(target.cell)
    if target.outcome is not None:
        outcome = with_unit(Fraction(str(target.outcome)), target.measure.unit)
    return TargetLine(
        key=f"released-{target.target_id}",
        finding=finding,
        wording=target.wording,
        sentence=f"{capitalised(rest)} {HIDDEN_REASON if hidden else ''}".strip(),
        verdict=target.verdict,
        aim=findings.aim_of(target.comparison, target.value, target.measure.unit),
        target=float(target.value),
        is_share=target.measure.is_share,
        rows=() if row is None else (row,),
        alt=target.sentence,
        outcome=outcome,
        missing=target.missing or EN_DASH,
        interval=EN_DASH,
    )


def _released_row(target: ReleasedTarget) -> BulletRow | None:
    reach = target.reach
    if reach.value is None and reach.low is None:
        return None
    base = target.base if target.exact and target.measure.is_share else None
    return BulletRow("Totalt", *reach, base)


def verdict_html(verdict: Verdict | None) -> str:
    """Sign and word, in the colour that goes with them."""
    if verdict is None:
        return f'<span class="verdict few">{EN_DASH} Ingen bedömning</span>'
    tone, words = TONES.get(verdict, "few"), escape(findings.verdict_words(verdict))
    return f'<span class="verdict {tone}">{words}</span>'


def put_target(sheet: Sheet, line: TargetLine) -> None:
    """One target of a release: what was found, the verdict, the chart, what it rests on.

    The table of all targets stands below them.
    """
    sheet.found(line.finding, line.wording, verdict=verdict_html(line.verdict))
    if line.rows:
        values = [row.value for row in line.rows if row.value is not None]
        top = None if line.is_share else max(*values, line.target) * 1.1 or 1

        def target_chart(colours: charts.Palette) -> go.Figure:
            text = f"mål {line.aim}"
            rows = list(line.rows)
            return bullet(rows, target=line.target, target_text=text, colours=colours, top=top)

        sheet.chart(target_chart, alt=line.alt, key=line.key)
    sheet.small(line.sentence)
    if line.rows:
        verdict = findings.verdict_words(line.verdict) if line.verdict else ""
        base = " · ".join(part for part in (verdict, line.wording) if part)
        sheet.offer(line.finding, chart=line.key, base=base, alt=line.alt, table=None)
