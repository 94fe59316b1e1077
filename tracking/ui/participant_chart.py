"""What every chart of a person's page has: the finding, the figure, the table behind, the files.

A file about a person bears *INTERNT*, the code and never the memory word, and is logged with the
spell that it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from tracking.domain import clock
from tracking.domain.figures import Table
from tracking.outcomes.participant_views import ParticipantView
from tracking.services.taken_files import record_taken_of_spell
from tracking.ui import charts, kept, messages
from tracking.ui.chart_files import Files
from tracking.ui.guard import Context
from tracking.ui.kept import Sheet


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
    """One chart of a person: what it says and of whom, how it is drawn, what stands behind it."""

    key: str
    finding: str
    base: str
    build: charts.Build
    alt: str
    table: Table

    def put(self, sheet: Sheet, note: str = "") -> None:
        """Put it all on a sheet; ``note`` stands small beneath the figure."""
        sheet.html(
            f'<p class="stegvis-finding">{escape(self.finding)}</p>'
            f'<p class="stegvis-base">{escape(self.base)}</p>'
        )
        sheet.chart(self.build, alt=self.alt, key=self.key)
        if note:
            sheet.small(note)
        sheet.behind(self.table)
        sheet.offer(self.finding, chart=self.key, base=self.base, alt=self.alt, table=self.table)


def draw_alone(context: Context, view: ParticipantView, drawing: Drawing) -> None:
    """The only chart of its page."""
    shown = kept.kept_by_session(drawing.put, name=drawing.key, of=view)
    kept.draw(shown, files=files_of(context, view))
