"""What every page has around it: the demo mark, the title, the lead sentence, the saved line.

A page calls `title` once, right after the guard. The person's facts and other small pieces of
HTML that several pages share are here as well; tables are in `tables`, charts in `charts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from tracking.access.actors import Actor
from tracking.ui import messages, reader, shown

NEVER_PRINTED = "Sidan visar minnesord och skrivs därför inte ut."
DEMO_MARK = "Demo – påhittade uppgifter"


def _plain(text: str) -> str:
    """Text that Markdown must not read anything into."""
    return "".join("\\" + sign if sign in "\\`*_{}[]()<>#+-.!|:$~" else sign for sign in text)


def demo_mark() -> None:
    """Say that nothing here is about anybody. Drawn on every page of a demo database."""
    shown.html(f'<p class="stegvis-demo">{DEMO_MARK}</p>')


def who_is_here(forbund: str, actor: Actor, change: st.Page | None) -> None:
    """At the foot of the menu: the förbund, the account and, in a demo, the way to another."""
    with st.sidebar:
        st.markdown(f"{_plain(forbund)}  \n**{_plain(reader.said(actor.title))}**")
        if change is not None:
            shown.page_link(change, label="Byt konto")


def title(text: str, *, page: str, lead: str | None = None) -> None:
    """The page's one heading, the sentence that answers it, and the line of what was saved."""
    st.title(_plain(reader.said(text)), anchor=False)
    if lead:
        lead_sentence(lead)
    messages.show(page)


def never_printed() -> None:
    """Keep a page that shows memory words off paper; what is printed says why it is empty."""
    shown.html(
        "<style>.stegvis-never { display: none; } @media print {"
        " [data-testid='stMainBlockContainer'] * { visibility: hidden; }"
        " .stegvis-never { display: block; visibility: visible !important; } }</style>"
        f'<p class="stegvis-never">{NEVER_PRINTED}</p>'
    )


def on_paper(text: str) -> None:
    """A line that stands on a printed page only."""
    shown.html(
        "<style>.stegvis-on-paper { display: none; }"
        " @media print { .stegvis-on-paper { display: block; } }</style>"
        f'<p class="stegvis-on-paper">{escape(text)}</p>'
    )


def lead_sentence(text: str) -> None:
    """The answer to the page's question, with the number in it."""
    shown.html(f'<p class="stegvis-lead">{escape(text)}</p>')


def heading(text: str) -> None:
    """A heading inside the page."""
    st.header(_plain(reader.said(text)), anchor=False)


def subheading(text: str) -> None:
    """A heading inside a part of the page."""
    st.subheader(_plain(reader.said(text)), anchor=False)


def small(text: str) -> None:
    """A definition, a limit or a source, in the small size."""
    shown.html(f'<p class="stegvis-base">{escape(text)}</p>')


def finding(sentence: str, base: str | None = None) -> None:
    """A chart's title: the finding in words, and who is counted."""
    under = f'<p class="stegvis-base">{escape(base)}</p>' if base else ""
    shown.html(f'<p class="stegvis-finding">{escape(sentence)}</p>{under}')


def rule() -> None:
    """The one thin line that separates."""
    shown.html('<hr class="stegvis-rule">')


def facts(pairs: Sequence[tuple[str, str]]) -> None:
    """Names and values beneath one another; an empty value is an en dash."""
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value) or '–'}</dd>" for name, value in pairs
    )
    shown.html(f'<dl class="stegvis-facts">{rows}</dl>')
