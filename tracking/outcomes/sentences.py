"""The five lines that sum a period up, each with its figures and its denominator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracking.domain.endings import EndGroup
from tracking.domain.figures import TargetResult
from tracking.domain.ladder import StepMove
from tracking.domain.statistics import MeanChange
from tracking.domain.swedish import count_and_share, decimal, whole
from tracking.domain.targets import Verdict
from tracking.domain.wording import counted, listed
from tracking.outcomes.cohorts import Cohort, SpellRow
from tracking.outcomes.facts import move_of
from tracking.outcomes.parts import Anonymous

RESULT_REASONS: Mapping[str, str] = {
    EndGroup.WORK.value: "arbete",
    EndGroup.STUDIES.value: "studier",
}


def summary_lines(
    cohort: Cohort,
    anonymous: Anonymous,
    targets: Sequence[TargetResult],
    mean: MeanChange | None,
) -> tuple[str, ...]:
    """Five sentences: participants, endings, steps, ORS and targets."""
    return (
        _participants(cohort, anonymous),
        _endings(cohort),
        _steps(cohort.completed),
        _ors(mean),
        _targets(targets),
    )


def _participants(cohort: Cohort, anonymous: Anonymous) -> str:
    extra = f", och {whole(anonymous.total)} anonyma under {anonymous.year}"
    return (
        f"{whole(len(cohort.started))} startade och {whole(len(cohort.ended))} avslutades; "
        f"{whole(len(cohort.ongoing_at_end))} pågick vid periodens slut"
        f"{extra if anonymous.total else ''}."
    )


def _endings(cohort: Cohort) -> str:
    ended, completed = len(cohort.ended), len(cohort.completed)
    if not ended:
        return "Inga deltaganden avslutades i perioden."
    found = []
    for key, words in RESULT_REASONS.items():
        count = sum(row.end_reason_key == key for row in cohort.completed)
        found.append(f"{words} för {count_and_share(count, completed)}")
    rest = f"; av dem {listed(found)}" if completed else ""
    return f"{count_and_share(completed, ended)} av de avslutade fullföljde{rest}."


def _steps(completed: Sequence[SpellRow]) -> str:
    moves = [move_of(row) for row in completed]
    base = [move for move in moves if move.in_base]
    lacking = len(moves) - len(base)
    if not base:
        return "Stegförflyttning går inte att ange: ingen fullföljd har båda bedömningarna."
    rest = f"; {whole(lacking)} saknar bedömning" if lacking else ""
    forward = count_and_share(base.count(StepMove.FORWARD), len(base))
    return f"{forward} av de fullföljda tog steg framåt{rest}."


def _ors(mean: MeanChange | None) -> str:
    if mean is None:
        return "För få har två ORS för att ange en förändring."
    sign = "+" if mean.mean_change > 0 else ""
    unsure = " Osäkert: färre än 30 par." if mean.is_uncertain else ""
    pairs = counted(mean.n, "deltagande", "deltaganden")
    return (
        f"ORS gick från {decimal(mean.mean_first / 10)} till {decimal(mean.mean_last / 10)} poäng "
        f"i medeltal ({sign}{decimal(mean.mean_change / 10)}) bland {pairs} "
        f"med två skattningar.{unsure}"
    )


def _targets(targets: Sequence[TargetResult]) -> str:
    if not targets:
        return "Inga mål gäller i perioden."
    verdicts = [result.outcome.verdict for result in targets]
    met = sum(v in (Verdict.MET, Verdict.MET_UNCERTAIN) for v in verdicts)
    unknown = sum(v in (Verdict.NO_DATA, Verdict.TOO_FEW) for v in verdicts)
    rest = f"; {whole(unknown)} går inte att bedöma" if unknown else ""
    return f"{whole(met)} av {counted(len(targets), 'mål', 'mål')} är uppnådda{rest}."
