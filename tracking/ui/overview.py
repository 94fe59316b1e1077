"""The parts of the styrelse's overview, drawn from releases alone.

Nothing here can reach an exact figure: it gets `BoardOverview`, which holds what was stored
when the release was made. What is hidden is said to be, with one reason for all.
"""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from tracking.access.actors import Actor
from tracking.domain.disclosure import HIDDEN_REASON
from tracking.domain.figures import CellKind, Row, Table
from tracking.domain.swedish import iso, whole
from tracking.domain.targets import Verdict
from tracking.domain.wording import EN_DASH
from tracking.outcomes.releases import released_overview
from tracking.outcomes.releasing.heads import ENDED, ONGOING_AFTER, STARTED
from tracking.outcomes.releasing.shapes import BoardOverview, ReleasedInsats, ReleaseHead
from tracking.services.taken_files import record_taken_file
from tracking.store.database import Database
from tracking.ui import charts, choices, findings, frame, messages, tables
from tracking.ui.chart_files import Files
from tracking.ui.charts_periods import Series, over_periods
from tracking.ui.guard import Context
from tracking.ui.targets_view import draw_target, released_line, targets_table


@dataclass(frozen=True, slots=True)
class Picked:
    """A release as the address names it. ``insats_id`` is None for all insatser."""

    overview: BoardOverview
    release: ReleaseHead
    insatser: tuple[ReleasedInsats, ...]
    insats_id: int | None

    @property
    def name(self) -> str:
        """What the page is about."""
        return "Alla insatser" if self.insats_id is None else self.insatser[0].name

    @property
    def period_key(self) -> str:
        """The release's period."""
        return self.release.period.key


def choose(context: Context) -> Picked | None:
    """Choose release and insats in the address; None before the first release."""
    newest = released_overview(context.database, context.actor).value
    if newest.release is None:
        return None
    left, right = st.columns(2)
    with left:
        period_key = choices.one_of(
            "slapp",
            "Släpp",
            {head.period.key: head.period.label for head in newest.releases},
            unknown="Perioden i adressen är inte släppt. Här visas det senaste släppet.",
            default=newest.release.period.key,
        )
    seen = released_overview(context.database, context.actor, period_key).value
    with right:
        wanted = choices.one_of(
            choices.INSATS,
            "Insats",
            {ALL: "Alla insatser"} | {str(i.insats_id): i.name for i in seen.insatser},
            unknown="Insatsen i adressen ingår inte i ditt uppdrag eller i det här släppet.",
            default=ALL,
        )
    chosen = tuple(i for i in seen.insatser if wanted in (ALL, str(i.insats_id)))
    assert seen.release is not None, "a named release was found"
    return Picked(seen, seen.release, chosen, None if wanted == ALL else int(wanted))


ALL = "alla"
History = list[tuple[str, ReleasedInsats]]
"""An insats (or all) in each release, oldest first: the period in words, what was released."""
MOST_PERIODS = 8
LINES = ((STARTED, "startade"), (ENDED, "avslutade"), (ONGOING_AFTER, "pågår vid slutet"))


def answer(insatser: tuple[ReleasedInsats, ...]) -> str:
    """The first sentence: how the targets of these insatser stand."""
    verdicts = [target.verdict for insats in insatser for target in insats.targets]
    if not verdicts:
        return "Inga mål är släppta än för de här insatserna."
    return findings.targets_finding(verdicts)


def when(release: ReleaseHead) -> str:
    """Which release it is and what it was protected with."""
    return (
        f"Släppt {iso(release.released_at.date())} för {release.period.label}. Antal under "
        f"{release.threshold} visas inte utanför de odelade deltagarantalen."
    )


def files_of(context: Context, picked: Picked) -> Files:
    """What is taken from the overview as a file says which release it is, and is logged."""

    def taken(kind: str, title: str) -> None:
        def log() -> None:
            record_taken_file(
                context.database,
                context.actor,
                page=context.page,
                what=f"{kind}: {title}",
                insats_id=picked.insats_id,
            )

        messages.attempt(log)

    return Files((f"{picked.name}. {when(picked.release)}",), f"slapp {picked.period_key}", taken)


def all_insatser(overview: BoardOverview) -> None:
    """Every insats on one page: its targets with verdict, then the head counts."""
    frame.heading("Mål")
    for insats in overview.insatser:
        frame.subheading(insats.name)
        _targets_in_a_table(insats)
    frame.heading("Deltagare")
    _heads_of_all(overview)


def _targets_in_a_table(insats: ReleasedInsats) -> None:
    if not insats.targets:
        frame.small("Inga mål är släppta för insatsen än.")
        return
    lines = [released_line(target) for target in insats.targets]
    period = "" if insats.targets_period is None else f", {insats.targets_period.label}"
    targets_table(lines, f"Mål, {insats.name}{period}", interval=False)


def _heads_of_all(overview: BoardOverview) -> None:
    every = [*overview.insatser, *([overview.all_insatser] if overview.all_insatser else [])]
    if not every:
        return
    heads = every[-1].heads
    tables.show_table(
        Table(
            key="heads-of-all",
            title=heads.row_heading,
            definition=heads.definition,
            row_heading="Insats",
            columns=tuple(row.label for row in heads.rows),
            rows=tuple(
                Row(
                    "Alla insatser" if insats.insats_id is None else insats.name,
                    tuple(row.cells[0] for row in insats.heads.rows),
                    emphasis=insats.insats_id is None,
                )
                for insats in every
            ),
            period=heads.period,
            population=heads.population,
            notes=heads.notes,
        )
    )


def breakdowns(board: BoardOverview, insats_id: int | None) -> None:
    """Every breakdown of all insatser, or of one."""
    every = (*board.insatser, *((board.all_insatser,) if board.all_insatser else ()))
    found = [table for one in every if one.insats_id == insats_id for table in one.tables]
    if not found:
        return
    frame.heading("Uppdelningar")
    for table in found:
        tables.show_table(table)


def one_insats(insats: ReleasedInsats, history: History, files: Files) -> None:
    """One insats: each target with its chart, then the people, over the releases there are."""
    frame.heading("Mål")
    for target in insats.targets:
        draw_target(released_line(target), files)
    _targets_in_a_table(insats)
    frame.heading("Deltagare")
    heads_over_time(history, files)
    tables.show_table(insats.heads)


def heads_over_time(history: History, files: Files | None = None) -> None:
    """The head counts of every release so far, oldest first; nothing for a single one."""
    if len(history) < 2:
        return
    counts = [{row.label: row.cells[0].count for row in insats.heads.rows} for _, insats in history]
    series = [Series(words, tuple(c.get(label) for c in counts)) for label, words in LINES]
    last = {
        one.label: EN_DASH if one.values[-1] is None else whole(one.values[-1]) for one in series
    }
    finding = f"{last['startade']} startade och {last['avslutade']} avslutades i senaste perioden"
    base = f"Deltaganden per period, {history[0][0]} till {history[-1][0]}"
    charts.found(finding, base)
    labels = [label for label, _ in history]

    def periods_chart(colours: charts.Palette) -> go.Figure:
        return over_periods(labels, series, colours)

    said = "; ".join(
        f"{one.label}: " + ", ".join(EN_DASH if v is None else whole(v) for v in one.values)
        for one in series
    )
    alt, key = f"{finding}. {said}.", "heads-over-time"
    charts.show_kept(periods_chart, of=(labels, series), alt=alt, key=key)
    if files is not None:
        files.of(finding, chart=key, base=base, alt=alt, table=None)
    tables.show_list(
        "Deltaganden per period",
        ("Period", *(one.label for one in series)),
        [
            (
                label,
                *(
                    EN_DASH if one.values[n] is None else whole(one.values[n] or 0)
                    for one in series
                ),
            )
            for n, (label, _) in enumerate(history)
        ],
        numbers=frozenset({1, 2, 3}),
    )


def history_of(
    database: Database, actor: Actor, overview: BoardOverview, insats_id: int | None
) -> History:
    """The same insats in the releases up to the chosen one, oldest first."""
    chosen = overview.release
    if chosen is None:
        return []
    upto = [head for head in overview.releases if head.period.end <= chosen.period.end]
    found = []
    for head in reversed(upto[:MOST_PERIODS]):
        seen = released_overview(database, actor, head.period.key).value
        every = (*seen.insatser, *((seen.all_insatser,) if seen.all_insatser else ()))
        found += [(head.period.label, one) for one in every if one.insats_id == insats_id]
    return found


def not_shown(overview: BoardOverview, insatser: tuple[ReleasedInsats, ...]) -> None:
    """What can't be shown, why, and what can instead."""
    frame.heading("Det som inte visas")
    shown = [target for insats in insatser for target in insats.targets]
    few = sum(target.verdict is Verdict.TOO_FEW for target in shown)
    hidden = sum(target.cell.kind is CellKind.HIDDEN for target in shown)
    if hidden:
        frame.lead_sentence(
            f"{whole(hidden)} av {whole(len(shown))} utfall visas som intervall eller inte alls"
            f"{f', varav {whole(few)} på för få deltaganden' if few else ''}. {HIDDEN_REASON}"
        )
    frame.lead_sentence(
        "En insats delas upp på kön, ålder och annat först när den är stor nog, och antal under "
        "gränsen visas aldrig. Målen visas odelade, och deltagarantalen för insatsen som helhet."
    )
    frame.small(" ".join(overview.notes))


def nothing_yet() -> None:
    """Before the first release."""
    frame.lead_sentence(
        "Inget är släppt än. Resultat släpps av förbundsadministratören på kalenderns dagar, "
        "efter röjandekontroll."
    )
