"""Reports without a draft: the insats's working paper, and what a release holds as it is.

`insats_report` is the insats's own working paper with exact figures, marked as internal and
logged; `released_report` is made from a stored release alone, without anybody's words. Reports
that are written together and adopted are in `tracking.reports.adopted`.
"""

from __future__ import annotations

from tracking.access.actors import Actor
from tracking.access.log import Entry, record
from tracking.access.permissions import check_can_read_released, check_can_see_internal
from tracking.domain import clock
from tracking.domain.leaving import INTERNAL
from tracking.domain.periods import Period, parse_period_key
from tracking.domain.report_kinds import SectionKey
from tracking.outcomes.releases import released_overview
from tracking.outcomes.report_source import read_identity, read_source
from tracking.outcomes.tables import insats_dashboard
from tracking.reports.sections import released_sections
from tracking.reports.sections_internal import internal_sections
from tracking.reports.shapes import Identity, ReportContent
from tracking.store.database import Database

FIGURES = tuple(
    key
    for key in SectionKey
    if key not in (SectionKey.DEVIATIONS, SectionKey.ANALYSIS, SectionKey.NEXT_PERIOD)
)
"""The sections that have figures of their own."""


def insats_report(
    database: Database, actor: Actor, insats_id: int, period: Period | str
) -> ReportContent:
    """Return the insats's working report of a period, with the dashboard's figures; logged.

    ``period`` may be a period's key, also of free dates. Raises `NotPermitted` as
    `insats_dashboard`.
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
    return ReportContent(
        title=f"Arbetsrapport: {dashboard.insats.name}",
        subtitle=f"Status och resultat, {period.label}",
        period=period,
        made_at=made_at,
        made_by=actor.title,
        sections=internal_sections(dashboard),
        marking=internal_marking(actor),
    )


def internal_marking(actor: Actor) -> str:
    """What stands on everything exact that leaves the screen: the mark, the time, the account."""
    moment = clock.now().astimezone(clock.SWEDEN).strftime("%Y-%m-%d %H:%M")
    return f"{INTERNAL} · {moment} · {actor.title}"


def released_report(
    database: Database, actor: Actor, insats_id: int | None, period_key: str
) -> ReportContent:
    """Return what a release holds of one insats, or of the förbund (no insats), for a file; logged.

    Raises as `released_content`.
    """
    content = released_content(database, actor, insats_id, period_key)
    with database.transaction() as work:
        record(
            work,
            actor,
            Entry(
                "download_released_report",
                insats_id=insats_id,
                page="rapport",
                detail=content.period.key,
            ),
        )
    return content


def released_content(
    database: Database, actor: Actor, insats_id: int | None, period_key: str
) -> ReportContent:
    """Return what a release holds of one insats, or of the förbund (no insats).

    Made from the stored release alone. Raises `NotPermitted` and `NotFound` as
    `released_overview`.
    """
    check_can_read_released(actor, insats_id)
    release = released_overview(database, actor, period_key).value.release
    assert release is not None, "a named release was found"
    with database.reading() as session:
        source = read_source(session, release.release_id, insats_id)
        look = read_identity(session)
    name = "alla insatser" if insats_id is None else source.own.name
    return ReportContent(
        title=f"Ur släppet: {name}",
        subtitle=f"Status och resultat, {release.period.label}",
        period=release.period,
        made_at=release.released_at,
        made_by=f"Släpp {release.period.key}",
        sections=released_sections(source, release.period, included=FIGURES),
        marking=None,
        identity=Identity(look.name, look.colour, look.logotype, look.logotype_alt, look.licence),
        code_version=release.code_version,
    )
