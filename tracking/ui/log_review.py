"""The granskare's page in its parts: period, what stands out, one view, the review, the rule.

What is found in the log is `tracking.outcomes.log_review`; here is how it is shown and asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from tracking.access.actors import Actor
from tracking.domain import clock
from tracking.domain.leaving import INTERNAL
from tracking.domain.log_review import RULE_SOURCE, ReviewOutcome, ReviewRule
from tracking.domain.periods import Period
from tracking.domain.swedish import iso, long_date, whole
from tracking.domain.wording import counted
from tracking.outcomes import log_review as outcomes
from tracking.outcomes.log_listings import STANDING_OUT, Listing, View
from tracking.outcomes.log_review import LogView, ReviewDone, ReviewedSoFar
from tracking.reports.log_listing import to_csv
from tracking.services.log_reviews import record_log_review, set_log_review_rule
from tracking.ui import fields, frame, people, shown, tables
from tracking.ui.faults import show_problem
from tracking.ui.forms import Form, Saved, Values
from tracking.ui.guard import Context
from tracking.ui.menu import PAGE_TITLES
from tracking.ui.report_downloads import file_stem
from tracking.ui.session import asking_again

FROM, TO, VIEW = "fran", "till", "vy"
SHOWN_AT_FIRST = 40
MOST_ROWS = 1000
EARLIEST = date(1990, 1, 1)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(st.query_params.get(name, ""))
    except ValueError:
        return None


def period(insats_id: int, so_far: ReviewedSoFar, today: date) -> Period | None:
    """Choose the days, from the last review to today unless the address says otherwise.

    Returns None, and says why, when the days are not in order.
    """
    start = _day(FROM) or so_far.next_from
    end = min(_day(TO) or today, today)
    keys = {FROM: f"log::from::{insats_id}", TO: f"log::to::{insats_id}"}
    for name, value in ((FROM, start), (TO, end)):
        st.session_state[keys[name]] = value

    def change(name: str) -> None:
        chosen = st.session_state[keys[name]]
        if isinstance(chosen, date):
            st.query_params[name] = iso(chosen)

    columns = st.columns([2, 2, 3])
    for column, name, label in zip(
        columns, (FROM, TO), ("Från och med", "Till och med"), strict=False
    ):
        with column:
            shown.date_input(
                label,
                key=keys[name],
                min_value=EARLIEST,
                max_value=date(2100, 12, 31),
                format="YYYY-MM-DD",
                on_change=change,
                args=(name,),
                width=240,
            )
    if start > end:
        show_problem("Perioden ska börja före den slutar.")
        return None
    return Period(start, end)


def chosen_view(view: LogView) -> View:
    """The view that the address names; otherwise the first in which anything stands."""
    try:
        return View(st.query_params.get(VIEW, ""))
    except ValueError:
        return next((found for found in View if view.listings[found].rows), View.OUTSIDE)


def answer(view: LogView) -> str:
    """The page's first sentence: who has read about how many, and how much stands out."""
    days = f"{long_date(view.period.start)} till {long_date(view.period.end)}"
    if not view.rows:
        return f"Inget i loggen rör {view.insats} från {days}."
    standing = [view.listings[found] for found in STANDING_OUT if view.listings[found].rows]
    people_words = counted(view.people, "deltagare", "deltagare")
    read = (
        f"{counted(view.staff, 'konto', 'konton')} har läst om {people_words}"
        if view.people
        else "Ingen enskild deltagare har öppnats"
    )
    out = (
        "Inget sticker ut."
        if not standing
        else f"{counted(len(standing), 'sak', 'saker')} att titta på."
    )
    return f"{read} i {view.insats} från {days}. {out}"


def mark(actor: Actor) -> None:
    """On paper, say that the page is internal, when it was printed and by whom."""
    printed = clock.now().astimezone(clock.SWEDEN).strftime("%Y-%m-%d %H:%M")
    frame.on_paper(f"{INTERNAL} · {printed} · {actor.title}")


def overview(view: LogView, now: View) -> None:
    """Every view with its number, as links; the chosen one is marked in words."""
    frame.heading("Det som kan behöva en förklaring")
    frame.small(
        "En rad är en fråga och inget fel: någon kan ha arbetat sent eller tagit över för en "
        "kollega."
    )
    _links(view, STANDING_OUT, now)
    frame.heading("Allt som står i loggen")
    _links(view, (View.ACCOUNTS, View.PARTICIPANTS), now)


def _links(view: LogView, views: Sequence[View], now: View) -> None:
    people.list_of(
        [
            people.PersonRow(
                label=found.label,
                page="logggranskning",
                params={
                    "insats": str(view.insats_id),
                    FROM: iso(view.period.start),
                    TO: iso(view.period.end),
                    VIEW: found,
                },
                texts=(
                    view.listings[found].count if view.listings[found].rows else "inget",
                    view.listings[found].why + (" Visas nedan." if found is now else ""),
                ),
            )
            for found in views
        ],
        (4, 3, 8),
    )


def listing(context: Context, view: LogView, now: View) -> None:
    """One view as a table, and the whole of it to take out."""
    found = view.listings[now]
    frame.heading(f"{now.label}: {found.count if found.rows else 'inget'}")
    if not found.rows:
        frame.lead_sentence("Inget i loggen för perioden hör hit.")
        return
    show_all = f"log::all::{view.insats_id}::{now}"
    most = MOST_ROWS if st.session_state.get(show_all) is True else SHOWN_AT_FIRST
    tables.show_list(
        now.label,
        found.columns,
        [tuple(cell or "–" for cell in row) for row in found.rows[:most]],
        numbers=found.numbers,
        show_caption=False,
    )
    if len(found.rows) > most:
        frame.small(f"{most} av {whole(len(found.rows))} rader visas; alla finns i filen.")
        if most == SHOWN_AT_FIRST:
            shown.button(
                f"Visa fler, högst {whole(MOST_ROWS)}",
                key=f"show::{show_all}",
                on_click=lambda: st.session_state.update({show_all: True}),
            )
    _download(context, view, now)


def _download(context: Context, view: LogView, now: View) -> None:
    actor_now = asking_again(context.database)

    def made() -> bytes:
        actor: Actor = actor_now()
        taken: Listing = outcomes.take_out(
            context.database,
            actor,
            view.insats_id,
            view.period,
            now,
            page=context.page,
            page_titles=PAGE_TITLES,
        ).value
        return to_csv(taken, actor, view.insats, view.period)

    title = f"INTERNT atkomstlogg {view.insats} {now} {view.period.key}"
    shown.download_button(
        "Hämta CSV",
        data=made,
        file_name=f"{file_stem(title)}.csv",
        mime="text/csv",
        key=f"download::log::{now}",
        on_click="ignore",
    )
    frame.small(
        "Filen bär märket INTERNT – ej röjandekontrollerad, tid och konto. Hämtningen loggas."
    )


def record(context: Context, view: LogView) -> None:
    """Say that the review is done: what it led to, as one of three."""
    frame.heading("Avsluta granskningen")
    form = Form(f"log-review:{view.insats_id}", page=context.page)

    def save(values: Values) -> Saved:
        outcome = values.text("outcome", required="Välj vad granskningen ledde till.")
        values.check()
        done = record_log_review(
            context.database,
            context.actor,
            insats_id=view.insats_id,
            starts_on=view.period.start,
            ends_on=view.period.end,
            up_to=view.up_to,
            outcome=ReviewOutcome(outcome),
            key=values.key,
        )
        for name in (FROM, TO, VIEW):
            st.query_params.pop(name, None)
        days = f"{iso(view.period.start)} till {iso(view.period.end)}"
        return Saved(
            f"Granskningen av {view.insats} från {days} är sparad: "
            f"{counted(done.rows, 'rad', 'rader')} i loggen. Revisorn ser att den är gjord."
        )

    if view.own_rows:
        frame.small(
            "Ditt eget konto finns bland de granskade. Låt någon annan gå igenom de raderna."
        )
    with form.drawn():
        fields.choice(
            form,
            "outcome",
            "Vad ledde granskningen till?",
            {outcome.value: outcome.label for outcome in ReviewOutcome},
            hint="Skriv aldrig här vem det gäller. Det som ska följas upp dokumenteras hos "
            "verksamhetsutföraren.",
        )
        form.submit("Granskningen är gjord", save)


def rule(context: Context, view: LogView) -> None:
    """What counts as standing out, with its source, and a way to change it."""
    told = view.rule
    since = (
        RULE_SOURCE if view.rule_since is None else f"ändrat av granskare {iso(view.rule_since)}"
    )
    frame.heading("Vad som räknas")
    frame.small(
        f"Arbetstid: {told.hours}. Många deltagare på kort tid: minst {told.many} olika inom "
        f"{told.minutes} minuter. Källa: {since}."
    )
    with shown.expander("Ändra vad som räknas"):
        _rule_form(context, view)


def _rule_form(context: Context, view: LogView) -> None:
    told = view.rule
    form = Form(f"log-rule:{view.insats_id}", page=context.page)

    def save(values: Values) -> str:
        opens, closes, many, minutes = (
            values.whole(name, required="Skriv ett helt tal.", low=0, high=1440)
            for name in ("opens", "closes", "many", "minutes")
        )
        values.check()
        set_log_review_rule(
            context.database,
            context.actor,
            insats_id=view.insats_id,
            rule=ReviewRule(opens or 0, closes or 0, many or 0, minutes or 0),
            key=values.key,
        )
        return "Det som räknas är ändrat och gäller från nu."

    with form.drawn():
        fields.number(form, "opens", "Arbetstiden börjar, timme", value=str(told.opens))
        fields.number(form, "closes", "Arbetstiden slutar, timme", value=str(told.closes))
        fields.number(form, "many", "Många deltagare, antal", value=str(told.many))
        fields.number(form, "minutes", "Kort tid, minuter", value=str(told.minutes))
        form.submit("Spara vad som räknas", save, primary=False)


def earlier(reviews: Sequence[ReviewDone]) -> None:
    """The reviews that were made before."""
    frame.heading("Tidigare granskningar")
    if not reviews:
        frame.lead_sentence("Loggen har inte granskats förut.")
        return
    tables.show_list(
        "Tidigare granskningar",
        REVIEW_COLUMNS,
        review_rows(reviews),
        numbers=frozenset({2}),
        show_caption=False,
    )


REVIEW_COLUMNS = ("Granskad", "Period", "Rader", "Utfall")


def _days(done: ReviewDone) -> str:
    if done.starts_on == done.ends_on:
        return iso(done.starts_on)
    return f"{iso(done.starts_on)} till {iso(done.ends_on)}"


def review_rows(reviews: Sequence[ReviewDone]) -> list[tuple[str, ...]]:
    """Reviews as words: when, which period, how many rows, what it led to."""
    return [
        (
            iso(done.reviewed_on),
            _days(done),
            whole(done.rows),
            done.outcome.label,
        )
        for done in reviews
    ]
