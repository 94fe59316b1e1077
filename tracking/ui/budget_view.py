"""Budget and utfall of a förbund's year: for what the money is, insats by insats, and the own.

The administrator's page. What an insats's form holds is in `insats_forms`; what a deltagande
cost, from releases, is drawn by `overview_money`.
"""

from __future__ import annotations

import plotly.graph_objects as go

from tracking.domain.swedish import percent, thousands_of_kronor, whole
from tracking.domain.wording import EN_DASH, listed
from tracking.outcomes.forbund_money import (
    InsatsYear,
    YearOfMoney,
    known_sum,
    shares_table,
)
from tracking.services.budgets import set_forbund_budget
from tracking.services.taken_files import record_taken_file
from tracking.ui import charts, fields, frame, messages, tables
from tracking.ui.chart_files import Files
from tracking.ui.charts_budget import Money, shares_of_money
from tracking.ui.forms import Form
from tracking.ui.guard import Context
from tracking.ui.rounds import next_round, round_name
from tracking.ui.values import Values

_OWN = (
    ("own_capital_kr", "Eget kapital när året började, kr"),
    ("state_contribution_kr", "Statens bidrag, kr"),
    ("region_contribution_kr", "Regionens bidrag, kr"),
    ("municipal_contribution_kr", "Kommunernas bidrag, kr"),
    ("administration_kr", "Administration, budget, kr"),
    ("administration_actual_kr", "Administration, utfall, kr"),
)
_SHORT = ("individ", "struktur", "administration")


def answer(money: YearOfMoney) -> str:
    """The year in a sentence: what is planned, and what has been spent of it."""
    planned, spent = money.budget_kr, money.actual_kr
    if planned is None:
        if spent is None:
            return f"Ingen budget är inlagd för {money.year}."
        return f"Utfallet för {money.year} är {thousands_of_kronor(spent)}; budgeten saknas."
    told = f"Förbundets budget för {money.year} är {thousands_of_kronor(planned)}"
    if spent is None:
        return f"{told}; inget utfall är inlagt än."
    return f"{told}; {thousands_of_kronor(spent)} är använt ({percent(spent, planned)})."


# For what the money is


def shares_finding(money: YearOfMoney) -> str:
    """Which share of the budget each purpose has, in words."""
    total = money.budget_kr
    if not total:
        return ""
    parts = [
        f"{percent(purpose.budget_kr, total)} till {short}"
        for purpose, short in zip(money.purposes, _SHORT, strict=True)
        if purpose.budget_kr
    ]
    return f"Av budgeten {money.year} går {listed(parts)}."


def shares(context: Context, money: YearOfMoney) -> None:
    """The shares as a chart with its table and files; nothing where there is no budget."""
    finding = shares_finding(money)
    if not finding:
        return
    base = f"Förbundets del av kostnaderna, {money.year}, kronor"
    charts.found(finding, base)
    table = shares_table(money)
    purposes = tuple(
        Money(short, purpose.budget_kr, purpose.actual_kr)
        for purpose, short in zip(money.purposes, _SHORT, strict=True)
    )

    def year_shares(colours: charts.Palette) -> go.Figure:
        return shares_of_money(purposes, colours)

    key, alt = f"shares-{money.year}", f"{finding} {_in_words(money)}"
    charts.show_kept(year_shares, of=purposes, alt=alt, key=key)
    tables.show_behind(table)

    def taken(kind: str, title: str) -> None:
        messages.attempt(
            lambda: record_taken_file(
                context.database, context.actor, page=context.page, what=f"{kind}: {title}"
            )
        )

    files = Files((f"Förbundets budget och utfall {money.year}",), f"budget {money.year}", taken)
    files.of(finding, chart=key, base=base, alt=alt, table=table)


def _in_words(money: YearOfMoney) -> str:
    told = [
        f"{purpose.name}: budget {_tkr(purpose.budget_kr)}, utfall {_tkr(purpose.actual_kr)}"
        for purpose in money.purposes
    ]
    return f"{'; '.join(told)}."


# Insats by insats


def insatser(money: YearOfMoney) -> None:
    """Every insats of the year, and all together."""
    if not money.insatser:
        frame.lead_sentence(f"Inga insatser pågår {money.year}.")
        return
    rows = [(one.name, one.kind.label, *_cells(one)) for one in money.insatser]
    every = money.insatser
    total = (
        known_sum(one.planned_participants for one in every),
        known_sum(one.budget_kr for one in every),
        money.esf_kr,
        None,
        known_sum(one.own_budget_kr for one in every),
        known_sum(one.own_actual_kr for one in every),
    )
    rows.append(("Alla insatser", "", *(_number(n) for n in total), _of(total[5], total[4])))
    tables.show_list(
        f"Insatsernas budget och utfall {money.year}, kronor",
        (
            "Insats",
            "Slag",
            "Planerade deltagare",
            "Hela budgeten",
            "Därav ESF",
            "Förbundets andel",
            "Förbundets budget",
            "Förbundets utfall",
            "Utfall av budget",
        ),
        rows,
        numbers=frozenset(range(2, 9)),
    )
    if money.lacking:
        frame.small(f"Budget saknas för {listed(list(money.lacking))}.")


def _cells(one: InsatsYear) -> tuple[str, ...]:
    return (
        _number(one.planned_participants),
        _number(one.budget_kr),
        _number(one.esf_kr),
        f"{one.cost_share_percent}\u202f%" if one.budget_kr is not None else EN_DASH,
        _number(one.own_budget_kr),
        _number(one.own_actual_kr),
        _of(one.own_actual_kr, one.own_budget_kr),
    )


def _number(amount: int | None) -> str:
    return EN_DASH if amount is None else whole(amount)


def _of(spent: int | None, planned: int | None) -> str:
    return EN_DASH if spent is None or not planned else percent(spent, planned)


def _tkr(amount: int | None) -> str:
    return "saknas" if amount is None else thousands_of_kronor(amount)


# The förbund's own


def own_money(money: YearOfMoney) -> None:
    """What the förbund has, what it costs and what is planned to be left."""
    own = money.own
    if own is None:
        frame.lead_sentence(f"Förbundets egna medel för {money.year} är inte inlagda än.")
        return
    frame.lead_sentence(own_finding(money))
    pairs = [
        ("Eget kapital när året började", own.own_capital_kr),
        ("Statens bidrag", own.state_contribution_kr),
        ("Regionens bidrag", own.region_contribution_kr),
        ("Kommunernas bidrag", own.municipal_contribution_kr),
        ("Medel från ESF", money.esf_kr),
        ("Kostnader enligt budget", None if money.budget_kr is None else -money.budget_kr),
        ("Beräknat kvar vid årets slut", money.left_kr),
    ]
    tables.show_list(
        f"Förbundets medel och kostnader {money.year}",
        ("Post", "Kronor"),
        [(name, _signed(amount)) for name, amount in pairs],
        numbers=frozenset({1}),
    )


def own_finding(money: YearOfMoney) -> str:
    """What there is for the year, and what is planned to be left of it."""
    if money.income_kr is None:
        return f"Inga medel är inlagda för {money.year}."
    told = f"Förbundet har {thousands_of_kronor(money.income_kr)} för {money.year}"
    left = money.left_kr
    if left is None:
        return f"{told}; budgeten saknas."
    if left < 0:
        return f"{told}; budgeten är {thousands_of_kronor(-left)} större än medlen."
    return f"{told}; {thousands_of_kronor(left)} beräknas vara kvar vid årets slut."


def _signed(amount: int | None) -> str:
    if amount is None:
        return EN_DASH
    return whole(amount) if amount >= 0 else f"\u2212{whole(-amount)}"


def own_form(context: Context, money: YearOfMoney) -> None:
    """The förbund's own year, in whole kronor."""
    name = f"forbundets-ar:{money.year}"
    form = Form(round_name(name), page=context.page)
    own = money.own
    version = form.keep("version", None if own is None else own.version)

    def save(values: Values) -> str:
        amounts = {field: values.whole(field, low=0) for field, _ in _OWN}
        values.check()
        set_forbund_budget(
            context.database,
            context.actor,
            year=money.year,
            version=version,
            key=values.key,
            **amounts,
        )
        next_round(name)
        return f"Förbundets medel för {money.year} är sparade."

    with form.drawn():
        for field, label in _OWN:
            stored = None if own is None else getattr(own, field)
            fields.number(form, field, label, value="" if stored is None else str(stored))
        form.submit(f"Spara förbundets medel för {money.year}", save)
