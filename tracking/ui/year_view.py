"""The årshjul on the screen: the year month by month, what is late, and the calendar file."""

from __future__ import annotations

from datetime import date
from html import escape
from itertools import groupby

import streamlit as st

from tracking.domain import clock
from tracking.domain.periods import MONTHS
from tracking.domain.swedish import iso, long_date
from tracking.domain.wording import capitalised, counted
from tracking.exchange.calendar_file import CalendarDay, to_ics
from tracking.outcomes.year_wheel import YearDay, YearPlan
from tracking.ui import frame, shown
from tracking.ui.guard import Context
from tracking.ui.menu import may_open, page_path
from tracking.ui.report_downloads import file_stem

_LOOK = """<style>
h2:has(+ .sv-year) { font-size: 1.1rem; line-height: 1.3; margin: 0; padding: 1rem 0 .4rem; }
.sv-year { list-style: none; padding: 0 !important; margin: 0 0 .75rem; max-width: 56rem; }
.sv-year li { display: grid; grid-template-columns: 6.5rem 8.5rem 1fr; gap: 0 1rem;
  padding: .5rem 0 !important; margin: 0 !important; border-top: 1px solid var(--sv-rule); }
.sv-year time { font-variant-numeric: tabular-nums; white-space: nowrap; }
.sv-year .kind { color: var(--sv-second); }
.sv-year .what { min-width: 0; }
.sv-year .past { color: var(--sv-second); }
.sv-year .how { display: block; color: var(--sv-second); }
.sv-year .how b { color: var(--sv-ink); font-weight: 600; }
.sv-year li.next { border-top: 3px solid var(--sv-primary); }
@media (max-width: 640px) {
  .sv-year li { grid-template-columns: auto 1fr; gap: 0 .75rem; }
  .sv-year .what { grid-column: 1 / -1; }
}
</style>"""


def answer(plan: YearPlan) -> str:
    """What comes next, and whether anything is late."""
    said = []
    coming = plan.next
    if coming is not None:
        days = (coming.on - plan.today).days
        when = "i dag" if not days else f"om {counted(days, 'dag', 'dagar')}"
        said.append(f"Närmast: {coming.title}, {long_date(coming.on)}, {when}.")
    if plan.late:
        said.append(f"{capitalised(counted(len(plan.late), 'dag', 'dagar'))} har passerat med "
                    "något som saknas.")  # fmt: skip
    if not said:
        said.append(f"Inget återstår av {plan.year}.")
    return " ".join(said)


def draw(plan: YearPlan) -> None:
    """The year by month; the next date has a line of its own above it."""
    parts = [_LOOK]
    coming = plan.next
    for month, days in groupby(plan.days, key=lambda day: day.on.month):
        name = capitalised(MONTHS[month - 1])
        rows = "".join(_row(day, plan.today, following=day is coming) for day in days)
        parts.append(f'<h2>{name}</h2><ol class="sv-year">{rows}</ol>')
    shown.html("".join(parts))
    if plan.calendar is None:
        frame.small("Kalendern är inte vald än, så släpp och rapporter har inga dagar.")


def _row(day: YearDay, today: date, *, following: bool) -> str:
    state = day.state
    how = []
    if state.ready:
        how.append(f"Klart: {escape(state.ready)}.")
    if state.lacking:
        how.append(f"<b>{'Saknas' if day.on >= today else 'Försenat'}:</b> "
                   f"{escape(state.lacking)}.")  # fmt: skip
    if day.usual is not None and day.usual != day.on:
        how.append(f"Flyttad från {iso(day.usual)}.")
    under = f'<span class="how">{" ".join(how)}</span>' if how else ""
    past = ' class="past"' if day.on < today and not state.lacking else ""
    mark = ' class="next"' if following else ""
    unseen = '<span class="sv-unseen">Närmast: </span>' if following else ""
    return (
        f'<li{mark}><time datetime="{iso(day.on)}"{past}>{iso(day.on)}</time>'
        f'<span class="kind">{escape(day.kind.label)}</span>'
        f'<span class="what"><span{past}>{unseen}{escape(day.title)}</span>{under}</span></li>'
    )


def ways(context: Context, plan: YearPlan) -> None:
    """Links to where what is missing is done."""
    lacking = {day.page for day in plan.days if day.page and day.state.done is False}
    wanted = [page for page in _WAYS if page in lacking and may_open(context.actor, page)]
    if wanted:
        with st.container(horizontal=True, key="not-printed-ways"):
            for page in wanted:
                shown.page_link(page_path(page), label=_WAYS[page])


_WAYS = {
    "datakvalitet": "Till Datakvalitet",
    "uppfoljningar": "Till Uppföljningar",
    "rapporter": "Till Rapporter",
}


def take(plan: YearPlan, forbund: str) -> None:
    """The calendar file: dates and titles, nothing of what is ready or missing."""
    name = f"Årshjul {plan.year}, {forbund}"
    days = [CalendarDay(_key(day), day.on, day.title, day.kind.label) for day in plan.days]
    shown.download_button(
        "Hämta som kalenderfil (ICS)",
        data=to_ics(name, days, clock.now()),
        file_name=f"{file_stem(name)}.ics",
        mime="text/calendar",
        key="year-ics",
        type="primary",
        on_click="ignore",
    )
    frame.small("Filen har dagar och rubriker, inget om vad som är klart eller saknas.")


def _key(day: YearDay) -> str:
    if day.standing is not None:
        return f"{day.on.year}/{day.standing}"
    if day.event_id is not None:
        return f"event/{day.event_id}"
    return f"{day.on.year}/{day.kind}/{day.title}"
