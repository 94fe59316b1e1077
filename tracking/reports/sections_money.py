"""The section on money: budget and utfall of the insatser, for what, and the förbund's own means.

Kronor of the calendar year as they have been entered, on the day that the report is made.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracking.domain.cost import forbund_part
from tracking.domain.figures import Cell, Row, Table
from tracking.domain.periods import year
from tracking.domain.report_kinds import SectionKey
from tracking.domain.swedish import kronor, percent, thousands_of_kronor
from tracking.domain.wording import listed
from tracking.outcomes.forbund_money import OwnYear, YearOfMoney, shares_table
from tracking.outcomes.report_source import ReportSource, YearsMoney
from tracking.reports.shapes import Chart, ChartKind, Section


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
            "inlagt hittills. Budget och utfall är hela insatsens, också när den delas med "
            "andra förbund."
        ),
        row_heading="Insats",
        columns=("planerade deltagare", "budget, kr", "utfall, kr", "utfall av budget, %"),
        rows=tuple(rows),
        period=year(in_year),
        population="insatsens kostnader" if len(source.money) == 1 else "insatsernas kostnader",
        notes=tuple(_beside(source.money)),
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
    tables, words = [table], []
    if source.forbund is not None and source.forbund.budget_kr:
        words.append(_shares_sentence(source.forbund))
        tables.append(shares_table(source.forbund))
        charts = (*charts, _shares_chart(source.forbund))
        if source.forbund.own is not None:
            tables.append(_own(source.forbund, source.forbund.own))
    return (
        Section(key, heading, finding, tables=tuple(tables), words=tuple(words), charts=charts),
    )


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


def _beside(money: Iterable[YearsMoney]) -> Iterable[str]:
    """What the columns do not say: a part from ESF, and a cost that is shared."""
    for one in money:
        if one.cost_share_percent != 100:
            own = forbund_part(one.budget_kr, one.cost_share_percent)
            told = "" if own is None else f", {kronor(own)} av budgeten"
            yield (
                f"{one.name} delas med andra förbund; det här förbundets del är "
                f"{one.cost_share_percent}\u202f%{told}."
            )
        if one.esf_kr:
            yield f"{one.name}: {kronor(one.esf_kr)} av medlen kommer från ESF."


def _shares_sentence(money: YearOfMoney) -> str:
    total = money.budget_kr or 0
    parts = [
        f"{percent(purpose.budget_kr, total)} till {purpose.name.lower()}"
        for purpose in money.purposes
        if purpose.budget_kr
    ]
    return f"Av förbundets del av budgeten, {thousands_of_kronor(total)}, går {listed(parts)}."


def _shares_chart(money: YearOfMoney) -> Chart:
    told = "; ".join(
        f"{purpose.name}: budget {_tkr(purpose.budget_kr)}, utfall {_tkr(purpose.actual_kr)}"
        for purpose in money.purposes
    )
    sentence, total = _shares_sentence(money), money.budget_kr or 0
    largest = max(money.purposes, key=lambda purpose: purpose.budget_kr or 0)
    share = percent(largest.budget_kr or 0, total)
    return Chart(
        key="economy_shares",
        kind=ChartKind.BARS,
        title=f"{share} av budgeten går till {largest.name.lower()}",
        subtitle=f"Förbundets del av budget och utfall, {money.year}, kronor",
        alt=f"{sentence} {told}.",
        table_key="economy_shares",
        columns=(0, 2),
    )


def _own(money: YearOfMoney, own: OwnYear) -> Table:
    rows = (
        ("Eget kapital när året började", own.own_capital_kr),
        ("Statens bidrag", own.state_contribution_kr),
        ("Regionens bidrag", own.region_contribution_kr),
        ("Kommunernas bidrag", own.municipal_contribution_kr),
        ("Medel från ESF", money.esf_kr),
        ("Kostnader enligt budget", money.budget_kr),
        ("Beräknat kvar vid årets slut", money.left_kr),
    )
    return Table(
        key="economy_forbund",
        title=f"Förbundets medel {money.year}",
        definition=(
            "Medlen är det egna kapitalet, parternas bidrag och ESF. Kvar är medlen minus "
            "förbundets del av insatsernas budget och administrationen."
        ),
        row_heading="Post",
        columns=("kronor",),
        rows=tuple(Row(name, (Cell.of_number(amount, 0),)) for name, amount in rows),
        period=year(money.year),
        population="förbundets egna medel",
    )
