"""Holding adopted reports against themselves and against the releases that they were made from.

Nothing is made anew. What is asked is whether every snapshot is as it was written and can be
read, whether what it says of itself is what the report's own row says, and whether every table
and target in it still stands in its release, word for word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.domain.errors import NotFound
from tracking.domain.figures import Table
from tracking.domain.records import ReportStatus
from tracking.outcomes.encoding import DamagedRelease, opened, table_from, target_from
from tracking.outcomes.releasing.shapes import HEADS, TARGETS, ReleasedTarget
from tracking.outcomes.reports import head_of
from tracking.reports.shapes import ReportContent
from tracking.reports.snapshot import DamagedReport, freeze, kept_content, thaw
from tracking.store.tables import ReleasedTable, Report, Section, Snapshot

OWN_TABLES = frozenset(
    {"over_time", "by_insats", "verdicts", "women_and_men", "definitions", "missing"}
    | {"economy", "economy_shares", "economy_forbund", "structural", "deviations"}
    | {"deviations_step", "deviations_party", "deviations_raised", "deviations_solved"}
)
"""Tables that a report puts together itself, from cells that stand in others or of the förbund's
own figures.
"""


@dataclass(frozen=True, slots=True)
class ReportFault:
    """What is wrong with a report, in Swedish words."""

    report_id: int
    what: str


def report_faults(session: DbSession) -> Iterator[ReportFault]:
    """Every fault of every report, the oldest first."""
    snapshots = {row.report_id: row for row in session.exec(select(Snapshot)).all()}
    reports = session.exec(select(Report).order_by(col(Report.id))).all()
    for report_id in snapshots.keys() - {row.id for row in reports}:
        yield ReportFault(report_id, "har en frusen text men finns inte")
    for row in reports:
        assert row.id is not None
        snapshot = snapshots.get(row.id)
        if row.status is ReportStatus.DRAFT:
            if snapshot is not None:
                yield ReportFault(row.id, "är ett utkast men har en frusen text")
        elif snapshot is None:
            yield ReportFault(row.id, "är fastställd men saknar sin frusna text")
        else:
            for what in _of_adopted(session, row, snapshot):
                yield ReportFault(row.id, what)


def _of_adopted(session: DbSession, row: Report, snapshot: Snapshot) -> Iterator[str]:
    try:
        kept = kept_content(snapshot.content, snapshot.sha256)
        content = thaw(snapshot.content, snapshot.sha256)
    except DamagedReport as fault:
        yield str(fault)
        return
    if not _made_again_alike(content, kept, snapshot):
        yield "blir inte densamma när den fryses på nytt"
    yield from _of_row(session, row, content, kept)
    yield from _of_release(session, row, content, kept)


def _made_again_alike(content: ReportContent, kept: dict[str, Any], snapshot: Snapshot) -> bool:
    """Whether reading and writing again gives the same text: then nothing was lost on the way."""
    if kept["format"] != 1:
        return True
    try:
        return freeze(content, kept["circumstances"]).content == snapshot.content
    except ValueError:
        return False


def _of_row(
    session: DbSession, row: Report, content: ReportContent, kept: dict[str, Any]
) -> Iterator[str]:
    adoption, said = content.adoption, kept["circumstances"]
    assert adoption is not None, "only what is adopted can be thawed"
    if (adoption.on, adoption.paragraph) != (row.adopted_on, row.minutes_paragraph):
        yield "har ett annat datum eller en annan paragraf än när den fastställdes"
    if (said["report"], said["kind"], said["insats"]) != (row.id, row.kind.value, row.insats_id):
        yield "är en annan rapport än den som frystes"
    try:
        period = head_of(session, row).period
    except NotFound:
        yield "saknar sitt släpp"
        return
    if period != content.period:
        yield "gäller en annan period än den som frystes"
    rows = session.exec(select(Section).where(Section.report_id == row.id)).all()
    keys = {one.key.value for one in rows}
    ready = {one.key.value: one.ready_words for one in rows if one.included and one.ready_words}
    told = {one.key: one.own_text for one in content.sections if one.key in keys and one.own_text}
    if told != ready:
        yield "har andra ord i sina avsnitt än de som frystes"


def _of_release(
    session: DbSession, row: Report, content: ReportContent, kept: dict[str, Any]
) -> Iterator[str]:
    query = select(ReleasedTable).where(ReleasedTable.release_id == row.release_id)
    if row.insats_id is not None:
        query = query.where(ReleasedTable.insats_id == row.insats_id)
    stored = session.exec(query.order_by(col(ReleasedTable.id))).all()
    said = [tuple(pair) for pair in kept["circumstances"]["release"]["rows"]]
    if said != [(one.id, one.sha256) for one in stored]:
        yield "bygger på andra tabeller än de som står i släppet"
        return
    tables: list[Table] = []
    targets: list[ReleasedTarget] = []
    try:
        for one in stored:
            released = opened(one.content, one.sha256)
            if one.table_key == TARGETS:
                targets += [target_from(target) for target in released["targets"]]
            elif one.insats_id == row.insats_id:
                tables.append(table_from(released["table"]))
    except DamagedRelease as fault:
        yield str(fault)
        return
    for table in content.tables:
        if table.key in OWN_TABLES or _is_of_the_year(table):
            continue
        if not any(_same(table, one) for one in tables):
            yield f"visar tabellen {table.title} annorlunda än släppet"
    for target in content.targets:
        if target not in targets:
            yield "visar ett mål annorlunda än släppet"


def _is_of_the_year(table: Table) -> bool:
    """The head counts of a year, put together from the year's table and the last period's."""
    return table.key == HEADS and table.period.months == 12


def _same(shown: Table, released: Table) -> bool:
    return replace(shown, title=released.title) == released
