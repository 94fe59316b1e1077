"""Calendar and releases: the calendar is chosen once, a release is prepared once and published.

When a release may be made, and what is in it, is `tracking.outcomes.releases`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

import streamlit as st

from tracking.domain.errors import StegvisError
from tracking.domain.periods import MONTHS, Calendar, smallest_periods
from tracking.domain.swedish import iso, long_date, whole
from tracking.outcomes.directory_views import ForbundView
from tracking.outcomes.releases import prepare_release
from tracking.outcomes.releasing.shapes import OpenPeriod, Stage
from tracking.services.setup import ReleaseDayChoice, choose_calendar, proposed_release_days
from tracking.ui import fields, frame, messages, shown, tables
from tracking.ui.faults import fault_sentence, log_fault
from tracking.ui.forms import Form
from tracking.ui.guard import Context
from tracking.ui.session import check_still_here
from tracking.ui.values import Values

CALENDARS = {calendar.value: calendar.label.capitalize() for calendar in Calendar}
MONTH_NAMES = {n: name for n, name in enumerate(MONTHS, start=1)}


def answer(forbund: ForbundView, periods: Sequence[OpenPeriod]) -> str:
    """Where the releases stand."""
    if forbund.calendar is None:
        return "Kalendern är inte vald än. Utan den kan inget släppas till styrelsen."
    prepared = [row for row in periods if row.stage is Stage.PREPARED]
    if prepared:
        return f"{prepared[0].period.label.capitalize()} är förberedd men inte släppt än."
    waiting = [period for period in periods if period.may_release]
    if waiting:
        return f"{waiting[0].period.label.capitalize()} kan släppas nu."
    coming = [p for p in periods if p.stage is Stage.WAITING and p.release_on is not None]
    if coming and coming[0].release_on is not None:
        return f"Nästa släpp görs tidigast {long_date(coming[0].release_on)}."
    return "Alla avslutade perioder är släppta."


def choose(context: Context) -> None:
    """Choose the calendar and its days of release, once and for all."""
    kind = shown.radio(
        "Minsta period",
        list(CALENDARS),
        key="choose::calendar",
        format_func=lambda k: CALENDARS[k],
        horizontal=True,
    )
    calendar = Calendar(kind)
    form = Form(f"calendar:{kind}", page=context.page)
    proposed = proposed_release_days(calendar)

    def save(values: Values) -> str:
        days = tuple(_day(values, choice) for choice in proposed)
        values.check()
        choose_calendar(
            context.database, context.actor, calendar=calendar, release_days=days, key=values.key
        )
        return f"Kalendern är vald: {calendar.label}."

    with form.drawn():
        fields.hint(
            "Allt som lämnar insatserna följer kalendern. Valet kan inte ändras, eftersom "
            "släppta resultat bygger på det."
        )
        for choice, period in zip(proposed, smallest_periods(calendar, 2001), strict=True):
            name = period.label.rsplit(" ", 1)[0]
            after = " året efter" if choice.years_after else ""
            prefix = f"release_day_{choice.number}"
            fields.group_label(f"Släppdag för {name}{after}", form=form, name=prefix)
            fields.number(form, f"{prefix}_day", f"Dag ({name})", value=str(choice.day))
            fields.record(
                form, f"{prefix}_month", f"Månad ({name})", MONTH_NAMES, value=choice.month
            )
        form.submit("Välj kalendern", save)


def _day(values: Values, proposed: ReleaseDayChoice) -> ReleaseDayChoice:
    prefix = f"release_day_{proposed.number}"
    day = values.whole(f"{prefix}_day", required="Skriv dagen med siffror.", low=1, high=31)
    month = values.number_choice(f"{prefix}_month")
    return ReleaseDayChoice(
        proposed.number, month or proposed.month, day or proposed.day, proposed.years_after
    )


def chosen(forbund: ForbundView) -> None:
    """The calendar as it was chosen."""
    if forbund.calendar is None:
        return
    periods = smallest_periods(forbund.calendar, 2001)
    tables.show_list(
        f"Kalender: {forbund.calendar.label}",
        ("Period", "Släpps"),
        [
            (
                period.label.rsplit(" ", 1)[0],
                f"{day.day} {MONTH_NAMES[day.month]}{' året efter' if day.years_after else ''}",
            )
            for day, period in zip(forbund.release_days, periods, strict=True)
        ],
    )
    frame.small(f"Antal under {forbund.disclosure_threshold} döljs i det som släpps.")


def releases(periods: Sequence[OpenPeriod], today: date) -> None:
    """Every closed period and where its release stands, newest first."""
    if not periods:
        frame.lead_sentence("Ingen period har avslutats än.")
        return
    tables.show_list(
        "Släpp",
        ("Period", "Släppdag", "Läge"),
        [
            (
                row.period.label,
                "ingen dag vald" if row.release_on is None else iso(row.release_on),
                _state(row, today),
            )
            for row in periods
        ],
        show_caption=False,
    )


_STATES = {
    Stage.PUBLISHED: "✓ släppt",
    Stage.PREPARED: "förberedd, inte släppt",
    Stage.MAY_PREPARE: "kan förberedas",
    Stage.PASSED: "ingår i senare släpp",
}


def _state(row: OpenPeriod, today: date) -> str:
    if row.stage is Stage.WAITING:
        waits = row.release_on is not None and row.release_on > today
        return "väntar på sin dag" if waits else "kan inte släppas"
    return _STATES[row.stage]


def prepare(context: Context, periods: Sequence[OpenPeriod]) -> None:
    """Prepare one of the releases that are waiting, with its progress; the oldest stands first."""
    waiting = [row.period for row in reversed(periods) if row.may_release]
    if not waiting:
        return
    frame.heading("Förbered ett släpp")
    period = waiting[0]
    if len(waiting) > 1:
        period = shown.selectbox(
            "Period", waiting, key="choose::release", format_func=lambda p: p.label, width=320
        )
        frame.small(
            "Släpp görs i tidsordning. En period som hoppas över kan inte släppas efteråt, men "
            "ingår i året."
        )
    frame.small(
        "Släppet räknas, röjandekontrolleras mot alla tidigare och lagras. Sedan visas vad det "
        "innehåller och hur mycket som är dolt, innan det släpps. Det som är förberett kan inte "
        "slängas eller göras om, så att ingen kan jämföra två försök; rättelser kommer med i "
        "nästa släpp. Det kan ta någon minut."
    )
    slot = f"release::{period.key}"
    key = st.session_state.setdefault(slot, str(uuid4()))
    progress = st.empty()

    def act() -> None:
        bar = progress.progress(0.0, text="Räknar insatserna")

        def tell(share: float, words: str) -> None:
            bar.progress(min(share, 1.0), text=words)

        try:
            check_still_here()
            made = prepare_release(
                context.database, context.actor, period.key, key=key, progress=tell
            )
        except StegvisError as error:
            messages.refused(str(error))
        except Exception as error:
            messages.refused(fault_sentence(log_fault(error, during="release")))
        else:
            messages.saved(
                f"{period.label.capitalize()} är förberedd: {whole(made.tables)} tabeller. "
                "Inget av det kan läsas av andra än.",
                way=messages.Way("slapp", "Se vad släppet innehåller", {"slapp": period.key}),
            )

    shown.button(
        f"Förbered {period.label}",
        key=f"{slot}::button",
        type="primary",
        on_click=act,
    )
