"""Links inside our own HTML: real addresses, which turn the page as quickly as the menu does.

Streamlit's own link is an element of its own, and a list of a hundred persons would be hundreds
of elements for the server to draw. Whether somebody may see what a link leads to is asked by the
page that it opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from tracking.ui import address
from tracking.ui.components.made import component
from tracking.ui.components.reception import asset
from tracking.ui.menu import may_open, page_path
from tracking.ui.session import visit

_KEY = "stegvis-page-links"
_WANTED = "stegvis::follow"

_COMPONENT = component("stegvis_page_links", html="<span hidden></span>", js=asset("page_links.js"))


def anchor(page: str, label: str, params: Mapping[str, str]) -> str:
    """A link to a page of the app as HTML; ``label`` is text."""
    where = f"{page}?{urlencode(params)}" if params else page
    return f'<a class="stegvis-to" href="{escape(where)}">{escape(label)}</a>'


def listen() -> None:
    """Turn to the page whose link was followed, if one was; else listen for the next.

    To be called before the page is read: what stands on the one that is left is not needed.
    """
    wanted = st.session_state.pop(_WANTED, None)
    if isinstance(wanted, str):
        page, _, query = wanted.partition("?")
        actor = visit().actor
        if actor is not None and may_open(actor, page):
            words = dict(parse_qsl(query))
            address.follow(words)
            st.switch_page(page_path(page), query_params=words)
    _COMPONENT(key=_KEY, on_followed_change=_note)


def _note() -> None:
    said = str(st.session_state[_KEY].followed or "")
    st.session_state[_WANTED] = said.partition(" ")[2]
