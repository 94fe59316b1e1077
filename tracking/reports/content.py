"""A report as data: sections with a finding, tables, targets and words, before any format.

`insats_report` is the insats's own working paper with exact figures, marked as internal and
logged; `released_report` is made from a stored release alone. Word and Excel are made from
the same content, so a number cannot differ between them.
"""

from __future__ import annotations

from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.permissions import check_can_read_released, check_can_see_internal
from tracking.domain import clock
from tracking.domain.errors import NotFound
from tracking.domain.figures import Cell, Row, Table
from tracking.domain.periods import Period, parse_period_key
from tracking.domain.swedish import decimal, whole
from tracking.outcomes.releases import released_insats, released_overview
from tracking.outcomes.releasing.shapes import BoardOverview, ReleasedInsats
from tracking.outcomes.shapes import InsatsDashboard
from tracking.outcomes.tables import insats_dashboard
from tracking.reports.shapes import ReportContent, Section
from tracking.store.database import Database

INTERNAL = "INTERNT – ej röjandekontrollerad"
PROTECTED = (
    "Tabellerna är röjandekontrollerade och lagrades när släppet gjordes. Antal deltaganden är "
    "exakta. Mål visas som andel eller intervall; små tal är dolda så att enskilda inte ska "
    "kunna kännas igen."
)
UNPROTECTED = (
    "Rapporten är insatsens eget arbetsmaterial med exakta tal, även små. Den är inte "
    "röjandekontrollerad och får inte lämnas vidare utanför insatsen."
)
UNANSWERED = (
    "Andelar räknas bland dem med uppgift. Hur många som saknar uppgift står vid varje tal; "
    "att en uppgift saknas betyder inte att resultatet uteblev."
)


def insats_report(
    database: Database, actor: Actor, insats_id: int, period: Period | str
) -> ReportContent:
    """Return the insats's working report of a period, with the dashboard's figures; logged.

    ``period`` may be a period's key. Raises `NotPermitted` as `insats_dashboard`.
    """
    check_can_see_internal(actor, insats_id)
    if isinstance(period, str):
        period = parse_period_key(period)
    dashboard = insats_dashboard(database, actor, insats_id, period).value
    with database.transaction() as work:
        record(
            work,
            actor,
            Entry("download_report", insats_id=insats_id, page="rapport", detail=period.key),
        )
    made_at = clock.now()
    moment = made_at.astimezone(clock.SWEDEN).strftime("%Y-%m-%d %H:%M")
    return ReportContent(
        title=f"Arbetsrapport: {dashboard.insats.name}",
        subtitle=f"Status och resultat, {period.label}",
        period=period,
        made_at=made_at,
        made_by=actor.title,
        sections=_internal_sections(dashboard),
        marking=f"{INTERNAL} · {moment} · {actor.title}",
    )


def released_report(
    database: Database, actor: Actor, insats_id: int | None, period_key: str
) -> ReportContent:
    """Return the report of a release for one insats, or for the förbund (no insats).

    Made from the stored release alone. Raises as `released_overview`.
    """
    check_can_read_released(actor, insats_id)
    if insats_id is not None:
        released_insats(database, actor, insats_id, period_key)  # it has to be in the release
    board = released_overview(database, actor, period_key).value
    if board.release is None or not board.insatser:
        raise NotFound("Släppet innehåller inga insatser.")
    with database.transaction() as work:
        record(
            work,
            actor,
            Entry(
                "download_released_report",
                insats_id=insats_id,
                page="rapport",
                detail=board.release.period.key,
            ),
        )
    chosen = tuple(item for item in board.insatser if insats_id in (None, item.insats_id))
    whole_forbund = board.all_insatser if insats_id is None else None
    name = chosen[0].name if insats_id is not None else "alla insatser"
    period = board.release.period
    return ReportContent(
        title=f"Rapport: {name}",
        subtitle=f"Status och resultat, {period.label}",
        period=period,
        made_at=board.release.released_at,
        made_by=f"Släpp {period.key}",
        sections=_released_sections(board, whole_forbund, chosen),
        marking=None,
    )


def _internal_sections(dashboard: InsatsDashboard) -> tuple[Section, ...]:
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
        Section("targets", "Måluppfyllelse", targets, targets=dashboard.targets),
        Section(
            "definitions",
            "Definitioner, bortfall och röjandekontroll",
            dashboard.quality.sentence,
            tables=(quality_table(dashboard),),
            words=(UNANSWERED, dashboard.thresholds_text, UNPROTECTED),
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


def _released_sections(
    board: BoardOverview, whole_forbund: ReleasedInsats | None, insatser: tuple[ReleasedInsats, ...]
) -> tuple[Section, ...]:
    assert board.release is not None
    parts = insatser if whole_forbund is None else (whole_forbund, *insatser)
    heads = tuple(part.heads for part in parts)
    finding = _heads_sentence(parts[0].heads)
    targets = tuple(target for insats in insatser for target in insats.targets)
    met = sum(target.verdict.value.startswith("met") for target in targets)
    of_year = {insats.targets_period.label for insats in insatser if insats.targets_period}
    about = (
        f"{whole(met)} av {whole(len(targets))} mål är uppnådda, {', '.join(sorted(of_year))}."
        if targets
        else "Inga mål är släppta ännu; mål visas för de senaste tolv månaderna."
    )
    released_at = board.release.released_at.astimezone(clock.SWEDEN).date().isoformat()
    return (
        Section("summary", "Sammanfattning", finding, words=(about,)),
        Section("participants", "Deltagare", finding, tables=heads),
        *_released_target_sections(insatser, about),
        Section(
            "definitions",
            "Definitioner, bortfall och röjandekontroll",
            f"Släppt {released_at} enligt regeln {board.release.rule}, gräns "
            f"{board.release.threshold}.",
            words=(PROTECTED, UNANSWERED, *board.notes),
        ),
    )


def _released_target_sections(
    insatser: tuple[ReleasedInsats, ...], about: str
) -> tuple[Section, ...]:
    with_targets = [insats for insats in insatser if insats.targets]
    if len(insatser) == 1 or not with_targets:
        targets = tuple(target for insats in with_targets for target in insats.targets)
        return (Section("targets", "Måluppfyllelse", about, targets=targets),)
    return tuple(
        Section(
            f"targets_{insats.insats_id}",
            f"Måluppfyllelse: {insats.name}",
            about if insats is with_targets[0] else insats.targets[0].period.label,
            targets=insats.targets,
        )
        for insats in with_targets
    )


def _heads_sentence(table: Table) -> str:
    counts = {row.label: row.cells[0].count or 0 for row in table.rows}
    _, started, ended, completed, ongoing, anonymous = counts.values()
    extra = f", och {whole(anonymous)} anonyma hittills under året" if anonymous else ""
    return (
        f"{whole(started)} startade och {whole(ended)} avslutades, varav {whole(completed)} "
        f"fullföljde; {whole(ongoing)} pågick vid periodens slut{extra}."
    )
