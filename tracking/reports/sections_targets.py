"""The section on måluppfyllelse: of one insats, or one part for each insats of the förbund."""

from __future__ import annotations

from tracking.domain.figures import Cell, Row, Table
from tracking.domain.report_kinds import SectionKey
from tracking.domain.swedish import whole
from tracking.domain.targets import Verdict
from tracking.domain.wording import counted
from tracking.outcomes.releasing.shapes import ReleasedInsats, ReleasedTarget
from tracking.outcomes.report_source import ReportSource
from tracking.reports.shapes import Chart, ChartKind, Section

_COUNTED = (
    ("uppnådda", (Verdict.MET,)),
    ("osäkra", (Verdict.MET_UNCERTAIN, Verdict.NOT_MET_UNCERTAIN)),
    ("ej uppnådda", (Verdict.NOT_MET,)),
    ("går inte att bedöma", (Verdict.TOO_FEW, Verdict.NO_DATA, Verdict.UNDECIDED)),
)


def targets(source: ReportSource) -> tuple[Section, ...]:
    """Targets with outcome and verdict, of the latest twelve months at the release."""
    if source.insats_id is not None:
        return (_of(source.own, SectionKey.TARGETS.value, SectionKey.TARGETS.heading),)
    with_targets = tuple(one for one in source.insatser if one.targets)
    every = tuple(target for one in with_targets for target in one.targets)
    first = Section(
        SectionKey.TARGETS.value,
        SectionKey.TARGETS.heading,
        targets_sentence(every),
        tables=(_verdicts(source, with_targets),) if with_targets else (),
    )
    return (
        first,
        *(
            _of(one, f"{SectionKey.TARGETS.value}_{one.insats_id}", f"Mål: {one.name}")
            for one in with_targets
        ),
    )


def targets_sentence(targets: tuple[ReleasedTarget, ...]) -> str:
    """How the targets stand, in a sentence."""
    if not targets:
        return "Inga mål är släppta. Mål visas för de senaste tolv månaderna."
    met = _number(targets, _COUNTED[0][1])
    unsure, unknown = _number(targets, _COUNTED[1][1]), _number(targets, _COUNTED[3][1])
    unsure_words = "är osäkert" if unsure == 1 else "är osäkra"
    rest = "".join(
        f"; {whole(number)} {words}"
        for number, words in ((unsure, unsure_words), (unknown, "går inte att bedöma"))
        if number
    )
    periods = {target.period.label for target in targets}
    when = f", {next(iter(periods))}" if len(periods) == 1 else ""
    return f"{whole(met)} av {counted(len(targets), 'mål', 'mål')} är uppnådda{rest}{when}."


def _of(insats: ReleasedInsats, key: str, heading: str) -> Section:
    return Section(
        key,
        heading,
        targets_sentence(insats.targets),
        targets=insats.targets,
        charts=(_bullets(key, insats.targets),) if insats.targets else (),
    )


def _bullets(key: str, targets: tuple[ReleasedTarget, ...]) -> Chart:
    title = targets_sentence(targets).removesuffix(".")
    return Chart(
        key=f"{key}-bullets",
        kind=ChartKind.BULLETS,
        title=title,
        subtitle=f"Utfall eller intervall mot mål, {targets[0].period.label}",
        alt=" ".join(target.sentence for target in targets),
    )


def _number(targets: tuple[ReleasedTarget, ...], verdicts: tuple[Verdict, ...]) -> int:
    return sum(target.verdict in verdicts for target in targets)


def _verdicts(source: ReportSource, insatser: tuple[ReleasedInsats, ...]) -> Table:
    every = tuple(target for one in insatser for target in one.targets)
    period = every[0].period

    def row(label: str, targets: tuple[ReleasedTarget, ...], *, emphasis: bool = False) -> Row:
        cells = (Cell.of_count(_number(targets, verdicts)) for _, verdicts in _COUNTED)
        return Row(label, (*cells, Cell.of_count(len(targets))), emphasis=emphasis)

    return Table(
        key="verdicts",
        title="Målens bedömning i varje insats",
        definition="Hur många av insatsens mål som fick varje bedömning.",
        row_heading="Insats",
        columns=(*(label for label, _ in _COUNTED), "mål"),
        rows=(
            *(row(one.name, one.targets) for one in insatser),
            row("Alla insatser", every, emphasis=True),
        ),
        period=period,
        population=f"mål som är släppta, {source.release.period.label}",
    )
