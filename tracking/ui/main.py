"""The entry script: runs at every click, chooses the page, and puts the frame around it.

It always calls `st.navigation`, also for somebody who is nobody yet: until it has run,
Streamlit would look for pages by itself. An address that somebody does not have leads to a
calm sentence (or to choosing an account) under the same address, never to another's content.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection
from pathlib import Path

import streamlit as st

from tracking.access.actors import Actor
from tracking.access.permissions import can_record, can_record_heads
from tracking.domain.records import InsatsKind
from tracking.domain.wording import listed
from tracking.outcomes.directory import my_insatser
from tracking.store.database import Database
from tracking.ui import doors, frame, holding, reader, shown, style, visiting
from tracking.ui.accounts import draw_accounts
from tracking.ui.faults import show_problem, shown_calmly
from tracking.ui.menu import (
    OPEN_PAGES,
    PAGE_TITLES,
    PAGES,
    group_starts,
    holders,
    page_path,
    pages_for,
)
from tracking.ui.session import (
    Standing,
    Visit,
    drawing,
    just_chosen,
    note_not_permitted,
    visit,
)

ICON = str(Path(__file__).with_name("assets") / "stegvis.png")
NAME = "Stegvis"


@st.cache_resource(show_spinner=False)
def _freeze_what_stays() -> bool:
    """Take the imported modules out of garbage collection: 50 ms of every rerun otherwise."""
    import pandas  # noqa: F401
    import plotly.graph_objects  # noqa: F401

    gc.collect()
    gc.freeze()
    return True


def _page(key: str, title: str, *, hidden: bool = False) -> st.Page:
    return st.Page(
        page_path(key),
        title=reader.said(title),
        url_path=key,
        visibility="hidden" if hidden else "visible",
    )


def _not_in_the_menu(database: Database, actor: Actor, keys: Collection[str]) -> set[str]:
    """What a menu of these pages would lead astray with: one report, which is opened in the list
    of them, group meetings where no own insats holds any, and occasions where none has any.

    The pages stay under their addresses.
    """
    without = {"rapport"}
    if not {"grupptraff", "tillfallen"} & set(keys):
        return without
    own = my_insatser(database, actor)
    if not any(item.uses_gsrs and can_record(actor, item.insats_id) for item in own):
        without.add("grupptraff")
    structural = (item.insats_id for item in own if item.kind is InsatsKind.STRUCTURAL)
    if not any(can_record_heads(actor, insats_id) for insats_id in structural):
        without.add("tillfallen")
    return without


def _instead(key: str, draw: Callable[[], None]) -> st.Page:
    """What stands under an address that the visitor does not have."""
    return st.Page(draw, title=NAME, url_path=key, visibility="hidden")


def _pages(here: Visit) -> tuple[list[st.Page], str]:
    """Every page of this visit and the address of the first.

    One list without sections: Streamlit sets a section's heading inside the list in a way
    that a screen reader cannot follow.
    """
    pages: list[st.Page] = []
    if here.actor is not None:
        entries = pages_for(here.actor)
        keys = [entry.key for entry in entries]
        without = _not_in_the_menu(here.database, here.actor, keys)
        pages += [_page(entry.key, entry.title, hidden=entry.key in without) for entry in entries]
    if here.is_demo:
        pages.append(_page("valj_konto", OPEN_PAGES["valj_konto"], hidden=True))
    first = pages[0].url_path if pages else ""
    taken = {page.url_path for page in pages}
    others = [key for key in (*OPEN_PAGES, *(page.key for page in PAGES)) if key not in taken]
    return [*pages, *(_instead(key, _replacement(here, key, first)) for key in others)], first


def _replacement(here: Visit, key: str, first: str = "") -> Callable[[], None]:
    """What is drawn instead of a page, or of all of them when ``key`` is empty.

    Somebody whose ``first`` page is another is told whose this one is, and led there.
    """

    def not_yours() -> None:
        note_not_permitted(key or "start")
        show_problem("Den här sidan hör inte till ditt uppdrag.")
        if first:
            roles = listed([role.label.lower() for role in holders(key)])
            if roles:
                frame.lead_sentence(f"Sidan {PAGE_TITLES[key]} är för {roles}.")
            shown.page_link(page_path(first), label=PAGE_TITLES[first])

    return {
        Standing.SOMEBODY: not_yours,
        Standing.NOBODY: lambda: draw_accounts(here.database, page="valj_konto"),
        Standing.LOCKED: lambda: doors.locked(key),
        Standing.SIGNED_OUT: lambda: doors.signed_out(key),
        Standing.NOT_SET_UP: doors.not_set_up,
    }[here.standing]


def main() -> None:
    """Draw one run."""
    _freeze_what_stays()
    reader.begin()
    here = visit()
    here.database.check_schema()
    every, first = _pages(here)
    pages = {page.url_path: page for page in every}

    def start() -> None:
        if first:
            st.switch_page(pages[first])
        _replacement(here, "")()

    home = st.Page(start, title=NAME, url_path="start", default=True, visibility="hidden")
    chosen = st.navigation(
        [*every, home], position="sidebar" if here.actor is not None else "hidden", expanded=True
    )
    st.set_page_config(
        page_title=NAME if chosen is home else f"{chosen.title} – {NAME}",
        page_icon=ICON,
        layout="wide",
    )
    style.put_in(group_starts([page.url_path for page in every if page.visibility == "visible"]))
    if here.actor is not None:
        if just_chosen() and chosen.url_path == "valj_konto":
            st.switch_page(pages[first])
        change = pages["valj_konto"] if here.is_demo else None
        frame.who_is_here(here.forbund or "", here.actor, change)
        if not here.is_demo:
            doors.own_links()
        with st.sidebar:
            doors.other_language(chosen.url_path or "")
    if here.is_demo:
        frame.demo_mark()
    elif here.actor is not None:
        doors.watch(chosen.url_path or "")
    visiting.begin(here, chosen.url_path or "start")
    with drawing(here), shown_calmly(chosen.url_path or "start"):
        chosen.run()
        if here.actor is None:
            doors.other_language(chosen.url_path or "")
        holding.stands()


with shown_calmly("main"):
    main()
