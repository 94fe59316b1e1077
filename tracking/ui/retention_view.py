"""The page Gallring in its parts: what is due, erasing it, how long things are kept, protocols.

The systemadministratör sees counts by insats. The insats's own staff see when theirs go, and
those who work with persons the codes to strike from the paper kodnyckel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracking.domain.clock import SWEDEN
from tracking.domain.errors import InvalidValue
from tracking.domain.periods import Period
from tracking.domain.retention import (
    LEAST_YEARS,
    MOST_YEARS,
    Erased,
    RetentionKind,
    first_releasable_start,
)
from tracking.domain.swedish import iso, whole
from tracking.domain.wording import EN_DASH, counted
from tracking.exchange.retention import erase
from tracking.outcomes.retention import (
    SOON_DAYS,
    CodeToStrike,
    InsatsRetention,
    ProtocolLine,
    ProtocolView,
    RetentionView,
    RuleView,
    erased_up_to,
)
from tracking.services.retention import set_retention_rule
from tracking.ui import fields, frame, shown, tables
from tracking.ui.forms import Form
from tracking.ui.guard import Context
from tracking.ui.values import Values

WORD = "GALLRA"
LOG = 0


def answer(view: RetentionView) -> str:
    """The page's first sentence: how much is due, and what is late."""
    plan = view.plan
    if plan.is_empty:
        return "Inget ska gallras i dag."
    people = counted(plan.total(Erased.SPELL), "deltagande", "deltaganden")
    years = sorted(line.log_year for line in plan.lines if line.log_year is not None)
    log = f" och åtkomstloggens innehåll för {_years(years)}" if years else ""
    late = ""
    if plan.overdue:
        late = f" Av dem skulle {whole(plan.overdue)} ha gallrats före årets början."
    return f"{people}{log} ska gallras.{late}"


def _years(years: Sequence[int]) -> str:
    if len(years) == 1:
        return str(years[0])
    return f"{years[0]}{EN_DASH}{years[-1]}"


def due(view: RetentionView) -> None:
    """What goes, line by line, and what to know before."""
    if view.plan.is_empty:
        return
    frame.heading("Att gallra i dag")
    if view.lost_periods:
        labels = ", ".join(period.label for period in view.lost_periods)
        shown.warning(
            "De här perioderna är inte släppta och går inte att släppa efter gallringen, för "
            f"deltaganden som de räknar försvinner: {labels}. Släpp dem först om de ska släppas."
        )
    _lines("Att gallra", view.due)
    frame.small(
        "Släpp, fastställda rapporter och anonyma antal står kvar oförändrade. Det som senare "
        "släpp prövas mot sparas som antal, utan personer. Säkerhetskopior från tiden före "
        "gallringen innehåller det som gallras och ska få löpa ut."
    )


def _lines(caption: str, lines: Sequence[ProtocolLine]) -> None:
    """By insats, and then every kind of row with how many of it."""
    insatser = [line for line in lines if line.what is Erased.SPELL]
    if insatser:
        tables.show_list(
            f"{caption}, insats för insats",
            ("Insats", "Deltaganden", "Rader i dem", "Slutade till och med", "Regel"),
            [
                (
                    line.where,
                    whole(line.number),
                    whole(sum(x.number for x in lines if x.where == line.where) - line.number),
                    iso(line.until),
                    f"{line.years} år. {line.source}",
                )
                for line in insatser
            ],
            numbers=frozenset({1, 2}),
        )
    tables.show_list(
        f"{caption}, efter slag",
        ("Vad", "Antal"),
        [(_kind_words(what, lines), whole(number)) for what, number in _by_kind(lines)],
        numbers=frozenset({1}),
    )


def _by_kind(lines: Sequence[ProtocolLine]) -> list[tuple[Erased, int]]:
    numbers = {what: sum(x.number for x in lines if x.what is what) for what in Erased}
    return [(what, number) for what, number in numbers.items() if number]


def _kind_words(what: Erased, lines: Sequence[ProtocolLine]) -> str:
    """The kind; of the log also which years, and by which rule."""
    of_log = [x for x in lines if x.what is what and what is Erased.LOG_PAYLOAD]
    if not of_log:
        return what.label
    years = _years(sorted(x.until.year for x in of_log))
    return f"{what.label}, {years} ({of_log[0].years} år. {of_log[0].source})"


def erasing(context: Context, view: RetentionView) -> None:
    """The form that erases what the page shows."""
    if view.plan.is_empty:
        return
    form = Form("erase", page=context.page)
    shown = view.plan.fingerprint

    def save(values: Values) -> str:
        if values.text("word").strip().upper() != WORD:
            raise InvalidValue(f"Skriv {WORD} för att gallra.", field="word")
        done = erase(context.database, context.actor, expected=shown, key=values.key)
        return (
            f"Gallrat: {counted(done.spells, 'deltagande', 'deltaganden')} och "
            f"{counted(done.participants, 'deltagare', 'deltagare')}. Protokoll {done.run_id}."
        )

    with form.drawn():
        fields.text(
            form,
            "word",
            f"Skriv {WORD} för att gallra",
            width=200,
            hint="Det går inte att ångra. Allt i tabellen försvinner på en gång, eller inget.",
        )
        form.submit("Gallra", save)


def kept(context: Context, rules: Sequence[RuleView]) -> None:
    """How long things are kept, and the form for another decision."""
    frame.heading("Hur länge uppgifter sparas")
    tables.show_list(
        "Hur länge uppgifter sparas",
        ("Vad", "År", "Beslutat", "Inlagt"),
        [
            (
                _whose(rule),
                whole(rule.rule.years),
                rule.rule.source,
                iso(rule.rule.since) if rule.rule.since else EN_DASH,
            )
            for rule in rules
        ],
        numbers=frozenset({1}),
        show_caption=False,
    )
    frame.small(
        "Deltagaruppgifter räknas från deltagandets slut och ska vara borta senast vid utgången "
        "av året efter det då tiden gick ut. Åtkomstloggen gallras i hela kalenderår."
    )
    with shown.expander("Ändra hur länge uppgifter sparas"):
        _rule_form(context, rules)


def _whose(rule: RuleView) -> str:
    if rule.rule.kind is RetentionKind.LOG:
        return "Åtkomstloggen"
    return f"Deltagare hos {rule.whose}"


def _rule_form(context: Context, rules: Sequence[RuleView]) -> None:
    form = Form("retention_rule", page=context.page)
    whose: Mapping[int, str] = {rule.controller_id or LOG: _whose(rule) for rule in rules}

    def save(values: Values) -> str:
        chosen = values.number_choice("whose")
        if chosen is None:
            values.fault("whose", "Välj vad beslutet gäller.")
        years = values.whole("years", required="Skriv antalet år.")
        source = values.text("source", required="Skriv var det är beslutat.")
        values.check()
        set_retention_rule(
            context.database,
            context.actor,
            controller_id=chosen or None,
            years=years or 0,
            source=source,
            key=values.key,
        )
        return f"{whose[chosen or LOG]} sparas i {years} år."

    least = LEAST_YEARS[RetentionKind.PERSONS]
    with form.drawn():
        fields.record(form, "whose", "Gäller", whose)
        fields.number(
            form,
            "years",
            "År",
            width=120,
            hint=f"{least}{EN_DASH}{MOST_YEARS} för deltagare, "
            f"{LEAST_YEARS[RetentionKind.LOG]}{EN_DASH}{MOST_YEARS} för åtkomstloggen.",
        )
        fields.text(
            form, "source", "Var det är beslutat", hint="Till exempel dokumenthanteringsplanen."
        )
        form.submit("Spara beslutet", save)


def protocols(made: Sequence[ProtocolView]) -> None:
    """Every erasure there has been, newest first."""
    frame.heading("Protokoll")
    if not made:
        frame.small("Ingen gallring är gjord än.")
        return
    for protocol in made:
        at = protocol.run_at.astimezone(SWEDEN)
        spells = counted(protocol.total(Erased.SPELL), "deltagande", "deltaganden")
        with shown.expander(f"{protocol.run_id} · {iso(protocol.on_day)} · {spells}"):
            frame.small(f"Gallrat {iso(protocol.on_day)} klockan {at:%H.%M} av {protocol.by}.")
            _lines(f"Protokoll {protocol.run_id}", protocol.lines)


def own(name: str, view: InsatsRetention) -> None:
    """What an insats's own staff see: the rule, what is due, what has gone."""
    frame.subheading(name)
    frame.facts(
        [
            ("Sparas", f"{view.rule.years} år efter deltagandets slut"),
            ("Beslutat", view.rule.source),
            ("Ska gallras i dag", counted(view.due, "deltagande", "deltaganden")),
        ]
    )
    if view.gone:
        tables.show_list(
            f"Gallrat i {name}",
            ("Dag", "Deltaganden", "Avslutade till och med"),
            [(iso(day), whole(number), iso(until)) for day, number, until in view.gone],
            numbers=frozenset({1}),
            show_caption=False,
        )


def gone_line(context: Context, insats_id: int, period: Period) -> None:
    """Say it where exact figures of a period lack people who have been erased."""
    until = erased_up_to(context.database, context.actor, insats_id).value
    if until is not None and period.start <= first_releasable_start(until):
        frame.small(
            f"Deltaganden som slutade {iso(until)} eller tidigare är gallrade och räknas inte med "
            "här. Perioder som har släppts står kvar som de släpptes."
        )


def strike(codes: Sequence[CodeToStrike]) -> None:
    """The codes that go soon, so that the paper kodnyckel can follow."""
    frame.heading("Stryk i kodnyckeln")
    if not codes:
        frame.small(f"Ingens sista deltagande hos er gallras inom {SOON_DAYS} dagar.")
        return
    frame.small(
        "Deltagarens sista deltagande i insatsen gallras från den första dagen på raden och ska "
        "vara borta den sista. Stryk raden i insatsens kodnyckel på papper samtidigt: efter "
        "gallringen säger Stegvis inte längre vilka koderna var."
    )
    tables.show_list(
        "Koder att stryka",
        ("Kod", "Insats", "Slutade", "Gallras från", "Borta senast"),
        [
            (row.code, row.insats, iso(row.ended_on), iso(row.due_from), iso(row.gone_by))
            for row in codes
        ],
        show_caption=False,
    )
