"""*Att göra* on the screen: what is due by how it urges, and beside it all who take part.

One piece of HTML for both, so that four hundred participants cost the server no more than four.
The order comes with the data; nothing here sorts or chooses, least of all by a sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from tracking.domain.signals import Sign
from tracking.domain.swedish import iso, whole
from tracking.domain.urgency import Urgency
from tracking.domain.wording import counted
from tracking.outcomes.persons import OngoingRow
from tracking.outcomes.start_lists import StartLists, start_lists
from tracking.outcomes.todo_views import ToDo, ToDoItem
from tracking.ui import people, shown
from tracking.ui.guard import Context
from tracking.ui.page_links import anchor

AT_FIRST = {
    Urgency.CLOSING: 30,
    Urgency.PERSON: 30,
    Urgency.PAPER: 12,
    Urgency.DETAILS: 12,
    Urgency.COMING: 12,
    Urgency.CLOSED: 6,
}
"""So many of a level stand open; the rest are folded in."""

ONGOING_AT_FIRST = 40
_KEPT = "att_gora::written"
DONE = "Inget att göra just nu."
NOBODY = "Du har inga pågående deltaganden."


def lead(todo: ToDo, ongoing: Sequence[OngoingRow]) -> str:
    """The page's first sentence: how much there is, and how much of it cannot wait."""
    mine = sum(row.mine for row in ongoing)
    whom = NOBODY
    if mine:
        whom = f"Du har {counted(mine, 'pågående deltagande', 'pågående deltaganden')}."
    waiting = [item for item in todo.items if item.urgency is not Urgency.CLOSED]
    if not waiting:
        return f"{DONE} {whom}"
    said = counted(len(waiting), "sak", "saker")
    parts = [
        words.format(whole(count))
        for level, words in (
            (Urgency.CLOSING, "för {} går tiden snart ut"),
            (Urgency.PERSON, "{} gäller någon att kontakta"),
        )
        if (count := len(todo.on(level)))
    ]
    return f"{said} att göra{': ' if parts else ''}{', '.join(parts)}. {whom}"


@dataclass(frozen=True, slots=True)
class Written:
    """The two lists written out, and what they were written from."""

    lists: StartLists
    lead: str
    html: str

    def draw(self) -> None:
        """Both sides; on a narrow screen the second stands beneath the first."""
        shown.html(self.html)


def lists_of(context: Context) -> Written:
    """The visitor's two lists, written anew when they have been read anew.

    What was written is kept by the browser session, where it was shown, and by nobody else.
    """
    kept = st.session_state.get(_KEPT)
    before = kept.lists if isinstance(kept, Written) else None
    lists = start_lists(context.database, context.actor, page=context.page, before=before).value
    if not isinstance(kept, Written) or lists is not kept.lists:
        kept = Written(
            lists,
            lead(lists.due, lists.ongoing),
            _sides(lists),
        )
        st.session_state[_KEPT] = kept
    return kept


def _sides(lists: StartLists) -> str:
    """Both lists beside one another; without anything to do, or anybody, what there is alone."""
    due = lists.due.items
    if not due and not lists.ongoing:
        way = anchor("registrera", "Registrera den första deltagaren", {})
        return f'<p class="stegvis-lead">{way}</p>'
    left = f'<section aria-label="Att göra">{_levels(due)}</section>' if due else ""
    right = f'<section aria-label="Mina pågående deltagare">{_ongoing(lists.ongoing)}</section>'
    return f'<div class="stegvis-sides">{left}{right}</div>'


def draw_items(items: Sequence[ToDoItem]) -> None:
    """Some of the things to do by themselves, in the same order and under the same headings."""
    shown.html(_levels(items))


def _levels(items: Sequence[ToDoItem]) -> str:
    several = len({item.insats_id for item in items}) > 1
    parts = []
    for level in Urgency:
        rows = [item_html(item, with_insats=several) for item in items if item.urgency is level]
        if rows:
            parts.append(f"<h2>{escape(level.label)} ({whole(len(rows))})</h2>")
            parts.append(people.folded(rows, at_first=AT_FIRST[level]))
    return f'<div class="stegvis-todo">{"".join(parts)}</div>'


def item_html(item: ToDoItem, *, with_insats: bool) -> str:
    """One thing to do: who, the way to the form, and why it stands where it stands."""
    links = [anchor(way.page, way.words, way.params) for way in item.ways]
    alone = len(links) == 1 and item.ways[0].words == item.text
    what = links[0] if alone else f"{escape(item.text)}: {_listed(links)}"
    where = people.one_line(item.insats) if with_insats else ""
    who = people.person_name(item.code, item.memory_word)
    return (
        f"<li><span>{escape(who)}</span>"
        f'<span>{what}<span class="why">{escape(item.why)}</span>{where}</span></li>'
    )


def _listed(links: Sequence[str]) -> str:
    return links[0] if len(links) == 1 else f"{', '.join(links[:-1])} och {links[-1]}"


def _ongoing(rows: Sequence[OngoingRow]) -> str:
    mine = [row for row in rows if row.mine]
    others = [row for row in rows if not row.mine]
    several = len({row.insats_id for row in rows}) > 1
    parts = [f"<h2>Mina pågående ({whole(len(mine))})</h2>"]
    if mine:
        parts.append(
            '<p class="stegvis-base">Längst sedan senaste samtal först. Tryck på ett tecken för '
            "skälet.</p>"
        )
        listed = [_ongoing_item(row, with_insats=several) for row in mine]
        parts.append(people.folded(listed, at_first=ONGOING_AT_FIRST))
    else:
        parts.append("<p>Inga pågående deltaganden.</p>")
    if others:
        listed = [_ongoing_item(row, with_insats=several) for row in others]
        parts.append(
            f'<details class="stegvis-rest"><summary>Kollegors ({whole(len(others))})</summary>'
            f"{people.list_html(listed)}</details>"
        )
    return f'<div class="stegvis-ongoing">{"".join(parts)}</div>'


def _ongoing_item(row: OngoingRow, *, with_insats: bool) -> str:
    last = f"senast {iso(row.last_talk_on)}" if row.last_talk_on else "inget samtal än"
    where = people.one_line(row.insats) if with_insats else ""
    name = anchor(
        "deltagaren",
        people.person_name(row.code, row.memory_word),
        {"deltagande": str(row.spell_id)},
    )
    return f'<li><span>{name}<span class="why">{escape(last)}</span>{where}</span>{_sign(row)}</li>'


def _sign(row: OngoingRow) -> str:
    if row.signal.sign in (Sign.NONE, Sign.GREY):
        return "<span></span>"
    kind = ' class="asks"' if people.is_alarming(row.signal) else ""
    return (
        f"<details{kind}><summary>{escape(people.sign_words(row.signal))}</summary>"
        f"{escape(row.signal.reason)}</details>"
    )
