"""What a page is about, chosen in its address: an insats, a period, a release.

The address is the truth and always written out, so that whoever gets it copied sees the same;
the widgets only follow it. An address that says what is not there is told so, never obeyed.
Who may see what it says is asked by what the page calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import streamlit as st

from tracking.domain.errors import InvalidValue, StegvisError
from tracking.domain.periods import (
    Calendar,
    Period,
    latest_12_months,
    parse_period_key,
    smallest_periods,
    year,
)
from tracking.domain.records import Gender
from tracking.outcomes.selection import AGES, Selection
from tracking.ui import shown
from tracking.ui.address import choose, said, write
from tracking.ui.faults import show_problem

INSATS, PERIOD = "insats", "period"
EARLIEST = date(1990, 1, 1)
CHOSEN_GENDERS = (Gender.WOMAN, Gender.MAN)


def number_in_address(name: str) -> int | None:
    """The whole number under a name in the address, or None."""
    raw = said(name) or ""
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None


def insats(options: Mapping[int, str], *, not_mine: str) -> int | None:
    """Choose an insats; ``not_mine`` is said of one in the address that is not among them.

    Returns None when there is nothing to show.
    """
    wanted = number_in_address(INSATS)
    if wanted is not None and wanted not in options:
        show_problem(not_mine)
        if options:
            shown.button("Visa min egen insats", on_click=choose, args=(INSATS, None))
        return None
    if not options:
        show_problem("Du har ingen insats att visa. Be insatsansvarig om ett uppdrag.")
        return None
    chosen = wanted if wanted is not None else next(iter(options))
    write(INSATS, str(chosen))
    if len(options) > 1:
        key = "choose::insats"
        st.session_state[key] = chosen
        shown.selectbox(
            "Insats",
            list(options),
            key=key,
            format_func=lambda insats_id: options[insats_id],
            on_change=lambda: choose(INSATS, str(st.session_state[key])),
            width=640,
        )
    return chosen


def one_of(name: str, label: str, options: Mapping[str, str], *, unknown: str, default: str) -> str:
    """Choose one of some words in the address; ``unknown`` is said of one that is not there."""
    wanted = said(name)
    if wanted is not None and wanted not in options:
        show_problem(unknown)
        wanted = None
    chosen = wanted if wanted is not None else default
    write(name, chosen)
    key = f"choose::{name}"
    st.session_state[key] = chosen
    shown.selectbox(
        label,
        list(options),
        key=key,
        format_func=lambda found: options[found],
        on_change=lambda: choose(name, st.session_state[key]),
        width=640,
    )
    return chosen


def whether(name: str, value: str, label: str) -> bool:
    """Choose whether or not, in the address: the name with its one value, or not at all."""
    chosen = said(name) == value
    if not chosen:
        write(name, None)
    key = f"choose::{name}"
    st.session_state[key] = chosen
    shown.checkbox(
        label,
        key=key,
        on_change=lambda: choose(name, value if st.session_state[key] else None),
    )
    return chosen


GENDER, AGE = "kon", "alder"
EVERY = ""


def selection() -> Selection:
    """Choose among an insats's participants by kön and age group; nobody is left out at first."""
    left, right = st.columns(2)
    with left:
        gender = _limit(
            GENDER,
            "Kön",
            {gender.plural.replace("ä", "a"): gender.plural for gender in CHOSEN_GENDERS},
            every="Kvinnor, män och totalt",
            unknown="Adressen gäller ett kön som inte går att välja.",
        )
    with right:
        age = _limit(
            AGE,
            "Ålder vid start",
            {key.replace("–", "-"): label for key, label in AGES.items()},
            every="Alla åldrar",
            unknown="Adressen gäller en åldersgrupp som inte finns.",
        )
    genders = {gender.plural.replace("ä", "a"): gender for gender in CHOSEN_GENDERS}
    return Selection(genders.get(gender), age.replace("-", "–") or None)


def everybody() -> None:
    """Take every limit out of the address."""
    for name in (GENDER, AGE):
        choose(name, None)


def _limit(name: str, label: str, options: Mapping[str, str], *, every: str, unknown: str) -> str:
    """One of some words in the address, or none; ``unknown`` is said of one that is not there."""
    wanted = said(name) or EVERY
    if wanted not in options:
        if wanted:
            show_problem(unknown)
        write(name, None)
        wanted = EVERY
    key = f"choose::{name}"
    st.session_state[key] = wanted
    shown.selectbox(
        label,
        [EVERY, *options],
        key=key,
        format_func=lambda found: options.get(found, every),
        on_change=lambda: choose(name, st.session_state[key] or None),
    )
    return wanted


def part(name: str, label: str, options: Mapping[str, str]) -> str:
    """Turn to one part of a page, by the address; one that is not there is the first."""
    first = next(iter(options))
    wanted = said(name) or first
    chosen = wanted if wanted in options else first
    if wanted != chosen:
        show_problem("Adressen gäller en del av sidan som inte finns; här visas den första.")
    write(name, chosen)
    key = f"choose::{name}"
    st.session_state[key] = chosen
    shown.segmented_control(
        label,
        list(options),
        key=key,
        format_func=lambda found: options[found],
        on_change=lambda: choose(name, st.session_state[key]),
        label_visibility="collapsed",
        required=True,
    )
    return chosen


class Kind(StrEnum):
    """The kinds of period that the insats zone may look at."""

    LATEST = "latest"
    HALF_YEAR = "half_year"
    TERTIAL = "tertial"
    YEAR = "year"
    FREE = "free"

    @property
    def label(self) -> str:
        """The words on the screen."""
        return {
            "latest": "Senaste 12 månaderna",
            "half_year": "Halvår",
            "tertial": "Tertial",
            "year": "Kalenderår",
            "free": "Egna datum",
        }[self.value]


def report_kinds(calendar: Calendar | None) -> tuple[Kind, ...]:
    """The kinds of period that a report may be about: the förbund's own, and the year."""
    own = {Calendar.HALF_YEAR: (Kind.HALF_YEAR,), Calendar.TERTIAL: (Kind.TERTIAL,)}
    return (*(own[calendar] if calendar else (Kind.HALF_YEAR, Kind.TERTIAL)), Kind.YEAR)


def kind_of(period: Period) -> Kind:
    """What kind a period is, from its days alone."""
    if period == year(period.start.year):
        return Kind.YEAR
    for kind, calendar in ((Kind.HALF_YEAR, Calendar.HALF_YEAR), (Kind.TERTIAL, Calendar.TERTIAL)):
        if period in smallest_periods(calendar, period.start.year):
            return kind
    return Kind.LATEST if period == latest_12_months(period.end) else Kind.FREE


def periods_of(kind: Kind, *, first: date, today: date) -> list[Period]:
    """The periods of a kind from the first day to today, the newest first."""
    if kind in (Kind.LATEST, Kind.FREE):
        return [latest_12_months(today)]
    years = range(today.year, first.year - 1, -1)
    if kind is Kind.YEAR:
        return [year(y) for y in years]
    calendar = Calendar.HALF_YEAR if kind is Kind.HALF_YEAR else Calendar.TERTIAL
    found = [p for y in years for p in reversed(smallest_periods(calendar, y))]
    # An insats that has not begun yet still has the period it is looked at in.
    return [p for p in found if p.start <= today and p.end >= first] or [
        next(p for p in found if p.contains(today))
    ]


def period(*, first: date, today: date, kinds: tuple[Kind, ...] = tuple(Kind)) -> Period | None:
    """Choose a period from ``first`` (the insats's start) to today; None when dates are wrong."""
    options = periods_of(kinds[0], first=min(first, today), today=today)
    # What has closed is whole; twelve months always end today.
    newest = next((found for found in options if found.end < today), options[0])
    chosen = _period_in_address() or newest
    if kind_of(chosen) not in kinds:
        chosen = newest
    write(PERIOD, chosen.key)
    kind_key, which_key = "choose::kind", "choose::period"
    natural = kind_of(chosen)
    if natural not in kinds:
        natural = kinds[0]
    if st.session_state.get(kind_key) != Kind.FREE or Kind.FREE not in kinds:
        st.session_state[kind_key] = natural

    def change_kind() -> None:
        found = periods_of(Kind(st.session_state[kind_key]), first=min(first, today), today=today)
        if st.session_state[kind_key] != Kind.FREE:
            choose(PERIOD, found[0].key)

    left, right = st.columns(2)
    with left:
        shown.selectbox(
            "Slags period",
            list(kinds),
            key=kind_key,
            format_func=lambda kind: kind.label,
            on_change=change_kind,
        )
    with right:
        if st.session_state[kind_key] == Kind.FREE:
            return _free_dates(chosen)
        options = periods_of(Kind(st.session_state[kind_key]), first=min(first, today), today=today)
        if chosen not in options:
            options.insert(0, chosen)
        st.session_state[which_key] = chosen
        shown.selectbox(
            "Period",
            options,
            key=which_key,
            format_func=lambda found: found.label,
            on_change=lambda: choose(PERIOD, st.session_state[which_key].key),
        )
    return chosen


def _period_in_address() -> Period | None:
    key = said(PERIOD)
    if not key:
        return None
    try:
        return parse_period_key(key)
    except StegvisError as error:
        show_problem(str(error))
        return None


def _free_dates(chosen: Period) -> Period | None:
    start_key, end_key = "choose::from", "choose::to"
    st.session_state.setdefault(start_key, chosen.start)
    st.session_state.setdefault(end_key, chosen.end)

    def change() -> None:
        start, end = st.session_state[start_key], st.session_state[end_key]
        if start and end and start <= end:
            choose(PERIOD, Period(start, end).key)

    for label, key in (("Från och med", start_key), ("Till och med", end_key)):
        shown.date_input(
            label,
            key=key,
            min_value=EARLIEST,
            max_value=date(2100, 12, 31),
            format="YYYY-MM-DD",
            on_change=change,
        )
    start, end = st.session_state[start_key], st.session_state[end_key]
    try:
        if start is None or end is None:
            raise InvalidValue("Skriv båda datumen.")
        return Period(start, end)
    except StegvisError as error:
        show_problem(str(error))
        return None
