"""Lists of persons, one row each: the link to the person's page and what stands beside it.

The order is the one that came; nothing here sorts or chooses by a score or a sign. Also the
choice of insats that several pages begin with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from tracking.access.permissions import can_record
from tracking.domain.records import InsatsKind
from tracking.domain.signals import Sign, Signal
from tracking.outcomes import directory
from tracking.outcomes.directory_views import InsatsItem
from tracking.outcomes.participant import participant_page
from tracking.outcomes.participant_views import ParticipantView
from tracking.ui import page_links, shown
from tracking.ui.guard import Context
from tracking.ui.menu import page_path

_PERSON = "people::person"
NOT_WORTH_FOLDING = 3
"""So few are shown with the others rather than folded in."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row: the link's words and address, one text for each further column, and last, where it
    helps, the insats on one line however long its name is.
    """

    label: str
    page: str
    params: dict[str, str]
    texts: tuple[str, ...]
    where: str = ""


def person_name(code: str, memory_word: str) -> str:
    """How a participant is called on the screens of the insats zone."""
    return f"{code} {memory_word}"


def person_shown(context: Context, spell_id: int) -> ParticipantView:
    """Everything about one spell, kept by the browser session until something has changed.

    Raises `NotFound` or `NotPermitted`.
    """
    before = st.session_state.get(_PERSON)
    view = participant_page(
        context.database,
        context.actor,
        spell_id,
        page=context.page,
        before=before if isinstance(before, ParticipantView) else None,
    ).value
    st.session_state[_PERSON] = view
    return view


def list_of(rows: Sequence[PersonRow], widths: Sequence[int], *, at_first: int = 100) -> None:
    """Draw the rows; ``widths`` are the columns' shares, the link's first.

    Those after the first ``at_first`` are folded in until they are asked for.
    """
    shares = " ".join(f"minmax(0, {share}fr)" for share in widths)
    items = [_item(row, shares) for row in rows]
    shown.html(folded(items, at_first=at_first))


def _item(row: PersonRow, shares: str) -> str:
    name = page_links.anchor(row.page, row.label, row.params)
    texts = "".join(f"<span>{escape(text)}</span>" for text in row.texts)
    where = one_line(row.where) if row.where else ""
    return f'<li style="grid-template-columns: {shares}">{name}{texts}{where}</li>'


def one_line(text: str) -> str:
    """Text as HTML that is cut where the line ends, and whole when it is pointed at."""
    return f'<span class="where" title="{escape(text)}">{escape(text)}</span>'


def folded(items: Sequence[str], *, at_first: int) -> str:
    """Items of HTML as a list, of which the rest after ``at_first`` is folded in."""
    if len(items) <= at_first + NOT_WORTH_FOLDING:
        return list_html(items)
    rest = items[at_first:]
    return (
        f'{list_html(items[:at_first])}<details class="stegvis-rest">'
        f"<summary>Visa {len(rest)} till</summary>{list_html(rest)}</details>"
    )


def list_html(items: Sequence[str]) -> str:
    """Items of HTML as one list."""
    return f'<ul class="stegvis-people">{"".join(items)}</ul>'


def recordable(context: Context, *, wanted: Callable[[InsatsItem], bool]) -> list[InsatsItem]:
    """The insatser for persons that the actor records in and that are ``wanted``."""
    return [
        item
        for item in directory.my_insatser(context.database, context.actor)
        if item.kind is InsatsKind.INDIVIDUAL
        and can_record(context.actor, item.insats_id)
        and wanted(item)
    ]


def choose_insats(items: Sequence[InsatsItem], *, key: str) -> InsatsItem:
    """The insats to work in; asked only when there are several."""
    if len(items) == 1:
        return items[0]
    names = {item.insats_id: item.name for item in items}
    chosen = shown.selectbox(
        "Insats",
        list(names),
        key=key,
        format_func=lambda insats_id: names[insats_id],
        width=480,
        persist_state="session",
    )
    return next(item for item in items if item.insats_id == chosen)


def sign_words(signal: Signal) -> str:
    """The sign in words, for a list: nothing where there is none."""
    return (
        ""
        if signal.sign in (Sign.NONE, Sign.GREY)
        else f"{_MARKS[signal.sign]} {signal.sign.label}"
    )


def is_alarming(signal: Signal) -> bool:
    """Whether the sign asks for attention at the next talk."""
    return signal.sign is Sign.RED


_MARKS = {Sign.RED: "▼", Sign.YELLOW: "■", Sign.GREEN: "▲", Sign.BLUE: "◆"}


def link(page: str, label: str, params: dict[str, str]) -> None:
    """A link to another page of the app."""
    shown.page_link(page_path(page), label=label, query_params=params)


def show_address() -> None:
    """Let the browser's address say what the page shows: a link from a page to itself would
    otherwise leave the old one standing, and could not be copied or come back to.
    """
    st.query_params.from_dict(st.query_params.to_dict())
