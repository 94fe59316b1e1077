"""The sections without figures of participants: summary, money, and the appendix."""

from __future__ import annotations

from collections.abc import Iterable

from tracking.domain.clock import SWEDEN
from tracking.domain.disclosure import HIDDEN_REASON
from tracking.domain.figures import Cell, Row, Table
from tracking.domain.periods import Period, year
from tracking.domain.report_kinds import SectionKey
from tracking.domain.swedish import decimal, percent, thousands_of_kronor
from tracking.outcomes.report_source import ReportSource, YearsMoney
from tracking.reports.sections_people import flows_table, heads_sentence
from tracking.reports.sections_results import result_sentences
from tracking.reports.sections_targets import targets_sentence
from tracking.reports.shapes import Chart, ChartKind, Section
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


def economy(source: ReportSource) -> tuple[Section, ...]:
    """Budget and utfall of the calendar year, as the förbund has entered them."""
    in_year = source.release.period.end.year
    key, heading = SectionKey.ECONOMY.value, SectionKey.ECONOMY.heading
    if not source.money:
        return (Section(key, heading, f"Ingen budget är inlagd för {in_year}."),)
    rows = [_money_row(one.name, one) for one in source.money]
    if len(source.money) > 1:
        rows.append(_money_row("Alla insatser", _added(source.money), emphasis=True))
    table = Table(
        key="economy",
        title=f"Budget och utfall {in_year}",
        definition=(
            "Hela kalenderåret i kronor, som förbundet har lagt in. Utfallet är det som är "
            "inlagt hittills."
        ),
        row_heading="Insats",
        columns=("planerade deltagare", "budget, kr", "utfall, kr", "utfall av budget, %"),
        rows=tuple(rows),
        period=year(in_year),
        population="insatsens kostnader" if len(source.money) == 1 else "insatsernas kostnader",
    )
    finding = _money_sentence(_added(source.money), in_year)
    charts: tuple[Chart, ...] = ()
    if len(source.money) > 1:
        alt = "; ".join(
            f"{one.name}: budget {_tkr(one.budget_kr)}, utfall {_tkr(one.actual_kr)}"
            for one in source.money
        )
        charts = (
            Chart(
                key="economy",
                kind=ChartKind.BARS,
                title=finding.removesuffix("."),
                subtitle=f"Budget och utfall per insats, {in_year}, kronor",
                alt=f"{finding} {alt}.",
                table_key="economy",
                columns=(1, 2),
            ),
        )
    return (Section(key, heading, finding, tables=(table,), charts=charts),)


def _money_row(label: str, money: YearsMoney, *, emphasis: bool = False) -> Row:
    share = None
    if money.budget_kr and money.actual_kr is not None:
        share = 100 * money.actual_kr / money.budget_kr
    return Row(
        label,
        (
            Cell.of_number(money.planned_participants, 0),
            Cell.of_number(money.budget_kr, 0),
            Cell.of_number(money.actual_kr, 0),
            Cell.of_number(share, 0),
        ),
        emphasis=emphasis,
    )


def _added(money: Iterable[YearsMoney]) -> YearsMoney:
    every = tuple(money)

    def added(values: Iterable[int | None]) -> int | None:
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    return YearsMoney(
        "",
        added(one.planned_participants for one in every),
        added(one.budget_kr for one in every),
        added(one.actual_kr for one in every),
    )


def _tkr(amount: int | None) -> str:
    return "saknas" if amount is None else thousands_of_kronor(amount)


def _money_sentence(money: YearsMoney, in_year: int) -> str:
    if money.budget_kr is None or money.actual_kr is None:
        known = money.budget_kr if money.budget_kr is not None else money.actual_kr
        if known is None:
            return f"Varken budget eller utfall är inlagt för {in_year}."
        what = "Budgeten" if money.budget_kr is not None else "Utfallet"
        return f"{what} för {in_year} är {thousands_of_kronor(known)}."
    share = f" ({percent(money.actual_kr, money.budget_kr)})" if money.budget_kr else ""
    return (
        f"Utfallet {in_year} är {thousands_of_kronor(money.actual_kr)} av en budget på "
        f"{thousands_of_kronor(money.budget_kr)}{share}."
    )


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
