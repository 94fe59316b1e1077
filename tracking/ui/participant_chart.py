"""What every chart of a person's page has: the finding, the figure, the table behind, the files.

A file about a person bears *INTERNT*, the code and never the memory word, and is logged with the
spell that it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from tracking.domain import clock
from tracking.domain.figures import Table
from tracking.outcomes.participant_views import ParticipantView
from tracking.services.taken_files import record_taken_of_spell
from tracking.ui import charts, frame, messages, tables
from tracking.ui.chart_files import Files
from tracking.ui.guard import Context


def marking(context: Context) -> str:
    """What stands on everything that leaves the screen: internal, when, and which account."""
    drawn = clock.now().astimezone(clock.SWEDEN).strftime("%Y-%m-%d %H:%M")
    return f"INTERNT – ej röjandekontrollerad · {drawn} · {context.actor.title}"


def files_of(context: Context, view: ParticipantView) -> Files:
    """The files of one person's page."""
    head = view.head

    def taken(kind: str, title: str) -> None:
        def log() -> None:
            record_taken_of_spell(
                context.database,
                context.actor,
                page=context.page,
                what=f"{kind}: {title}",
                spell_id=head.spell_id,
            )

        messages.attempt(log)

    lines = (f"{head.code}, {head.insats}", marking(context))
    return Files(lines, f"INTERNT {head.code}", taken)


@dataclass(frozen=True, slots=True)
class Drawing:
    """One chart of a person: what it says and of whom, how it is drawn, what stands behind it.

    ``of`` is everything the figure is made from, see `charts.show_kept`.
    """

    key: str
    finding: str
    base: str
    build: charts.Build
    of: object
    alt: str
    table: Table

    def draw(self, files: Files, note: str = "") -> None:
        """Draw it all; ``note`` stands small beneath the figure."""
        with st.container(gap=None):
            said(self.finding, self.base)
            charts.show_kept(self.build, of=(self.key, self.of), alt=self.alt, key=self.key)
            if note:
                frame.small(note)
            tables.show_behind(self.table)
            files.of(self.finding, chart=self.key, base=self.base, alt=self.alt, table=self.table)


def said(finding: str, base: str) -> None:
    """A chart's title: the finding in words, and what it is made of."""
    st.html(
        f'<p class="stegvis-finding">{escape(finding)}</p>'
        f'<p class="stegvis-base">{escape(base)}</p>'
    )
