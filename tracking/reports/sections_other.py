"""The sections that tell of the others: the summary and the appendix, and those of words alone."""

from __future__ import annotations

from collections.abc import Iterable

from tracking.domain.clock import SWEDEN
from tracking.domain.disclosure import HIDDEN_REASON
from tracking.domain.figures import Cell, Row, Table
from tracking.domain.periods import Period
from tracking.domain.report_kinds import SectionKey
from tracking.domain.swedish import decimal
from tracking.outcomes.report_source import ReportSource
from tracking.reports.sections_people import flows_table, heads_sentence
from tracking.reports.sections_results import result_sentences
from tracking.reports.sections_targets import targets_sentence
from tracking.reports.shapes import Section
from tracking.reports.table_words import LACKING, total

PROTECTED = (
    "Tabellerna är röjandekontrollerade och lagrades när släppet gjordes. Antal deltaganden är "
    "exakta. Mål visas som andel eller intervall; små tal är dolda så att enskilda inte ska "
    "kunna kännas igen."
)
UNANSWERED = (
    "Andelar räknas bland dem med uppgift. Hur många som saknar uppgift står vid varje tal; "
    "att en uppgift saknas betyder inte att resultatet uteblev."
)
CHANGE = "En förändring före–efter säger inte vad den beror på."


def summary(source: ReportSource, period: Period) -> tuple[Section, ...]:
    """The report in a few lines."""
    insatser = source.insatser if source.insats_id is None else (source.own,)
    every = tuple(target for insats in insatser for target in insats.targets)
    return (
        Section(
            SectionKey.SUMMARY.value,
            SectionKey.SUMMARY.heading,
            heads_sentence(flows_table(source.own, period)),
            words=(*result_sentences(source, period)[:3], targets_sentence(every)),
        ),
    )


def plain(key: SectionKey) -> tuple[Section, ...]:
    """A section that is the staff's own words alone."""
    return (Section(key.value, key.heading, ""),)


def appendix(source: ReportSource, sections: Iterable[Section]) -> tuple[Section, ...]:
    """What the report's figures mean, what they lack, and how they are protected."""
    release = source.release
    tables = [table for section in sections for table in section.tables]
    thresholds = dict.fromkeys(table.thresholds for table in tables if table.thresholds)
    on = release.released_at.astimezone(SWEDEN).date().isoformat()
    found = [_definitions(tables, release.period)] if tables else []
    if lacking := _missing(tables):
        found.append(
            Table(
                key="missing",
                title="Bortfall",
                definition="De som saknar uppgift, i varje tabell som har en rad för dem.",
                row_heading="Tabell",
                columns=("saknas",),
                rows=lacking,
                period=release.period,
                population="se varje tabell",
            )
        )
    return (
        Section(
            SectionKey.APPENDIX.value,
            SectionKey.APPENDIX.heading,
            f"Siffrorna kommer ur släppet för {release.period.label}, gjort {on} enligt regeln "
            f"{release.rule} med gränsen {decimal(release.threshold, 0)}.",
            tables=tuple(found),
            words=(
                PROTECTED,
                HIDDEN_REASON,
                UNANSWERED,
                CHANGE,
                *thresholds,
                f"Räknat med Stegvis {release.code_version}.",
            ),
        ),
    )


def _definitions(tables: list[Table], period: Period) -> Table:
    seen = {table.title: table.definition for table in tables if table.definition}
    return Table(
        key="definitions",
        title="Vad tabellerna räknar",
        definition="Som de lagrades när släppet gjordes.",
        row_heading="Tabell",
        columns=("definition",),
        rows=tuple(Row(title, (Cell.of_text(words),)) for title, words in seen.items()),
        period=period,
        population="rapportens tabeller",
    )


def _missing(tables: list[Table]) -> tuple[Row, ...]:
    return tuple(
        Row(f"{table.title}: {row.label.lower()}", (total(row),))
        for table in tables
        if table.key != "women_and_men"
        for row in table.rows
        if row.label.startswith(LACKING[:3])
    )
