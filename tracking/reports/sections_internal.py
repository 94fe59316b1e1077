"""The sections of the insats's own working paper: exact figures, small ones too."""

from __future__ import annotations

from tracking.domain.figures import Cell, Row, Table
from tracking.domain.swedish import decimal, whole
from tracking.outcomes.shapes import InsatsDashboard
from tracking.reports.sections_other import UNANSWERED
from tracking.reports.shapes import Chart, ChartKind, Section

UNPROTECTED = (
    "Rapporten är insatsens eget arbetsmaterial med exakta tal, även små. Den är inte "
    "röjandekontrollerad och får inte lämnas vidare utanför insatsen."
)


def internal_sections(dashboard: InsatsDashboard) -> tuple[Section, ...]:
    """Every section of the working paper, from the insats's own page."""
    participants, endings, steps, ors, targets = dashboard.summary
    return (
        Section("summary", "Sammanfattning", participants, words=dashboard.summary[1:]),
        Section("participants", "Deltagare", participants, tables=(dashboard.flows,)),
        Section(
            "results",
            "Resultat",
            endings,
            tables=(dashboard.end_reasons, dashboard.step_moves, dashboard.sustained),
            words=(steps,),
        ),
        Section(
            "ratings",
            "Deltagarnas skattningar",
            ors,
            tables=(dashboard.ors_change,),
            words=_mean_words(dashboard),
        ),
        Section(
            "targets",
            "Måluppfyllelse",
            targets,
            targets=dashboard.targets,
            charts=_bullets(dashboard, targets),
        ),
        Section(
            "definitions",
            "Definitioner, bortfall och röjandekontroll",
            dashboard.quality.sentence,
            tables=(quality_table(dashboard),),
            words=(UNANSWERED, dashboard.thresholds_text, UNPROTECTED),
        ),
    )


def _bullets(dashboard: InsatsDashboard, finding: str) -> tuple[Chart, ...]:
    if not dashboard.targets:
        return ()
    return (
        Chart(
            key="targets-bullets",
            kind=ChartKind.BULLETS,
            title=finding.removesuffix("."),
            subtitle=f"Utfall mot mål med 95\u202f% KI, {dashboard.period.label}",
            alt=" ".join(target.sentence for target in dashboard.targets),
        ),
    )


def _mean_words(dashboard: InsatsDashboard) -> tuple[str, ...]:
    mean = dashboard.ors_mean
    if mean is None or mean.interval is None:
        return ()
    low, high = (decimal(end / 10) for end in (mean.interval.low, mean.interval.high))
    size = (
        ""
        if mean.effect_size is None
        else f" Standardiserad förändring d = {decimal(mean.effect_size, 2)}."
    )
    return (
        f"Medelförändring {decimal(mean.mean_change / 10)} poäng (95 % KI {low} till {high}, "
        f"n = {whole(mean.n)}), median {decimal(mean.median_change / 10)}.{size} "
        "Det är en förändring före–efter; vad den beror på säger den inte.",
    )


def quality_table(dashboard: InsatsDashboard) -> Table:
    """What is missing, of how many."""
    return Table(
        key="quality",
        title="Bortfall",
        definition="Hur många som saknar en uppgift, av dem som skulle ha den.",
        row_heading="Uppgift",
        columns=("saknas",),
        rows=tuple(
            Row(item.label, (Cell.of_share(item.lacking, item.base),))
            for item in dashboard.quality.items
        ),
        period=dashboard.period,
        population="se varje rad",
    )
