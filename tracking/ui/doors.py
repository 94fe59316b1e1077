"""What stands where no page may: signed out, locked, or not set up; and the links of one's own.

The pages for signing in are outside Streamlit (`tracking.web`), so every link here leaves the
script and loads a page. A locked page covers itself in the browser, with what was typed still
underneath; the cover asks for the password and goes away when it is right.
"""

from __future__ import annotations

from html import escape
from urllib.parse import quote

import streamlit as st

from tracking.language import LANGUAGES
from tracking.ui import frame, reader, shown
from tracking.ui.components.made import component
from tracking.ui.components.reception import asset
from tracking.ui.forms import keep_typed
from tracking.ui.session import Standing, visit

_COVER = component("stegvis_cover", html="<span hidden></span>", js=asset("cover.js"))
SIGN_IN, SIGN_OUT, UNLOCK, SET_UP = "/logga-in", "/logga-ut", "/las-upp", "/forsta-start"
CHOOSE_LANGUAGE = "/sprak"
OWN = (("/byt-losenord", "Byt lösenord"), ("/tvafaktor", "Tvåfaktor"), (SIGN_OUT, "Logga ut"))


def _root() -> str:
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def _link(path: str, label: str, *, back_to: str = "") -> str:
    query = f"?till={quote('/' + back_to, safe='/')}" if back_to else ""
    return f'<a href="{escape(_root() + path + query)}" target="_self">{escape(label)}</a>'


def _way_on(link: str) -> None:
    shown.html(f'<p class="stegvis-lead">{link}</p>')


def own_links() -> None:
    """At the foot of the menu: one's password, second factor, and the way out."""
    with st.sidebar:
        items = "".join(f"<li>{_link(path, label)}</li>" for path, label in OWN)
        shown.html(f'<ul class="stegvis-own">{items}</ul>')


def other_language(page: str) -> None:
    """The way to the same page in another language, said in that language."""
    for key, offered in LANGUAGES.items():
        if key != reader.language():
            way = f"{_root()}{CHOOSE_LANGUAGE}?pa={key}&till=/{quote(page, safe='')}"
            st.html(
                f'<p class="stegvis-own"><a href="{escape(way)}" target="_self" lang="{key}" '
                f'hreflang="{key}">{escape(offered)}</a></p>'
            )


def signed_out(page: str) -> None:
    """Nobody is signed in any more: say so, and how to go on."""
    shown.title("Du är utloggad", anchor=False)
    frame.lead_sentence("Du är inte inloggad längre, så sidan visas inte.")
    _way_on(_link(SIGN_IN, "Logga in igen", back_to=page))


def not_set_up() -> None:
    """There is no förbund here yet."""
    shown.title("Stegvis", anchor=False)
    frame.lead_sentence("Förbundet är inte upplagt ännu.")
    _way_on(_link(SET_UP, "Lägg upp förbundet"))


def locked(page: str) -> None:
    """The page is locked: nothing of it is drawn, and the cover lies over the rest."""
    keep_typed()
    shown.title("Sidan är låst", anchor=False)
    frame.lead_sentence("Den låstes efter en stunds stillhet. Det du har skrivit finns kvar.")
    _way_on(_link(UNLOCK, "Lås upp", back_to=page))
    _cover(page, now=True)


def watch(page: str) -> None:
    """Let the page cover itself when it has been still for too long.

    To be drawn for somebody who is here: the entry script has just asked.
    """
    just_asked = True

    @st.fragment
    def watching() -> None:
        nonlocal just_asked
        # A run of this alone counts as activity: the cover reports that somebody is typing.
        if not just_asked and visit().standing is not Standing.SOMEBODY:
            st.rerun()
        just_asked = False
        _cover(page, now=False)

    watching()


def _cover(page: str, *, now: bool) -> None:
    _COVER(
        key="stegvis-cover",
        data={
            "now": now,
            "unlock": _root() + UNLOCK,
            "sign_in": _root() + SIGN_IN,
            "sign_out": _root() + SIGN_OUT,
            "page": f"/{page}",
        },
        # Without callbacks these say nothing; what they do is to run the script again.
        on_unlocked_change=lambda: None,
        on_active_change=lambda: None,
    )
