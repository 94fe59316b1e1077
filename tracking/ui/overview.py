"""The styrelse's overview from releases alone: what is chosen, the first answer, the targets.

Nothing here can reach an exact figure: it gets `BoardOverview` and `ReleaseInShort`, which hold
what was stored when a release was made. What is hidden is said to be, with one reason for all.
People, money, kön, comparison and breakdowns have modules of their own beside this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from tracking.domain.disclosure import HIDDEN_REASON
from tracking.domain.figures import Cell, CellKind, Row, Table
from tracking.domain.periods import Period
from tracking.domain.swedish import iso, whole
from tracking.domain.targets import Verdict
from tracking.outcomes.money import InsatsMoney
from tracking.outcomes.releases import released_history, released_overview
from tracking.outcomes.releasing.shapes import (
    BoardOverview,
    ReleasedInsats,
    ReleasedTarget,
    ReleaseHead,
    ReleaseInShort,
)
from tracking.services.taken_files import record_taken_file
from tracking.ui import charts, choices, findings, frame, messages, overview_style
from tracking.ui.chart_files import Files
from tracking.ui.charts_overview import WayPoint, way_chart
from tracking.ui.guard import Context
from tracking.ui.kept import Sheet
from tracking.ui.released_tiles import Tile, goals_html, tiles_of, way_words
from tracking.ui.targets_view import put_target, released_line, verdict_html

ALL = "alla"
RELEASE = "slapp"
GOALS = "goals"
"""The key of the block that holds the tiles of the page."""
_SWEDISH = str.maketrans("åäö", "{|}")


@dataclass(frozen=True, slots=True)
class Picked:
    """A release as the address names it. ``insats_id`` is None for all insatser.

    ``insatser`` are those to show, in the order of their names.
    """

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

    @property
    def subject(self) -> ReleasedInsats | None:
        """The one insats, or the sum; None for who reads for several insatser and no sum."""
        return self.overview.all_insatser if self.insats_id is None else self.insatser[0]


def by_name(insatser: Iterable[ReleasedInsats]) -> tuple[ReleasedInsats, ...]:
    """Insatser in the order of the Swedish alphabet: the only order there is for them."""
    return tuple(sorted(insatser, key=lambda i: (i.name.lower().translate(_SWEDISH), i.insats_id)))


def choose(context: Context) -> Picked | None:
    """Choose release and insats in the address; None before the first release."""
    newest = released_overview(context.database, context.actor).value
    if newest.release is None:
        return None
    left, right = st.columns(2)
    with left:
        period_key = choices.one_of(
            RELEASE,
            "Släpp",
            {head.period.key: head.period.label for head in newest.releases},
            unknown="Perioden i adressen är inte släppt. Här visas det senaste släppet.",
            default=newest.release.period.key,
        )
    same = period_key == newest.release.period.key
    seen = newest if same else released_overview(context.database, context.actor, period_key).value
    insatser = by_name(seen.insatser)
    alone = len(insatser) == 1 and seen.all_insatser is None
    options = {str(one.insats_id): one.name for one in insatser}
    with right:
        wanted = choices.one_of(
            choices.INSATS,
            "Insats",
            options if alone else {ALL: "Alla insatser"} | options,
            unknown="Insatsen i adressen ingår inte i ditt uppdrag eller i det här släppet.",
            default=next(iter(options)) if alone else ALL,
        )
    chosen = tuple(one for one in insatser if wanted in (ALL, str(one.insats_id)))
    assert seen.release is not None, "a named release was found"
    return Picked(seen, seen.release, chosen, None if wanted == ALL else int(wanted))


def history_of(context: Context, picked: Picked) -> tuple[ReleaseInShort, ...]:
    """The releases up to the chosen one, oldest first, each as it was published."""
    return released_history(context.database, context.actor, picked.period_key).value


def money_for(picked: Picked, money: Sequence[InsatsMoney]) -> list[InsatsMoney]:
    """The money of what is shown: one insats, or all that have any, in the order of their names."""
    wanted = {one.insats_id for one in picked.insatser}
    shown = [
        one for one in money if one.insats_id in wanted or (picked.insats_id is None and one.years)
    ]
    return sorted(shown, key=lambda one: one.name.lower().translate(_SWEDISH))


def answer(insatser: Sequence[ReleasedInsats]) -> str:
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


# The targets


def window_words(insats: ReleasedInsats) -> str:
    """Whose targets they are: the twelve months, or that there are none."""
    if insats.targets_period is None or not insats.targets:
        return "Inga mål är släppta för insatsen."
    return f"Tolv månader, {insats.targets_period.label}"


TILES_SAY = (
    "Linjen tvärs över är målet och den tunna linjen 95 % KI. En skrafferad ruta är det "
    "intervall som har släppts. Vägen över släppen visar tolv månader till och med den månad som "
    "står; de överlappar varandra."
)


def put_goals(
    sheet: Sheet, insatser: Sequence[ReleasedInsats], history: Sequence[ReleaseInShort]
) -> None:
    """The targets of every insats as tiles, in one block, with the table behind."""
    found = [(insats, tiles_of(insats, history)) for insats in insatser]
    tiles = "".join(
        goals_html(insats.name if len(found) > 1 else "", window_words(insats), tiles, sheet.look)
        for insats, tiles in found
    )
    # The class by which the files of any chart find what has been drawn.
    sheet.html(f'{overview_style.style_html()}<div class="st-key-{GOALS}">{tiles}</div>')
    if not any(tiles for _, tiles in found):
        return
    table = goals_table(found)
    alt = "; ".join(f"{tile.wording}: {tile.says}, {tile.aim}" for _, t in found for tile in t)
    sheet.small(TILES_SAY)
    sheet.behind(table)
    sheet.offer(table.title, chart=GOALS, base=TILES_SAY, alt=alt, table=table)


def goals_table(found: Sequence[tuple[ReleasedInsats, Sequence[Tile]]]) -> Table:
    """Every target, a row each: the outcome as released, the aim, those missing, the verdict."""
    rows = []
    for insats, tiles in found:
        for target, tile in zip(insats.targets, tiles, strict=True):
            cells = (
                Cell.of_text(insats.name),
                _outcome(target),
                Cell.of_text(tile.aim.removeprefix("mål ")),
                Cell.of_text(target.missing or "–"),
                Cell.of_text(findings.verdict_words(target.verdict)),
            )
            rows.append(Row(target.wording, cells))
    periods = [insats.targets_period for insats, _ in found if insats.targets_period is not None]
    return Table(
        key="goals",
        title="Alla mål",
        definition="Utfallet är det som har släppts: andel, intervall eller tal.",
        row_heading="Mål enligt planen",
        columns=("Insats", "Utfall", "Målvärde", "Saknas", "Bedömning"),
        rows=tuple(rows),
        period=_widest(periods),
        population="den som varje mål anger",
    )


def _widest(periods: Sequence[Period]) -> Period:
    return Period(min(p.start for p in periods), max(p.end for p in periods))


def _outcome(target: ReleasedTarget) -> Cell:
    if target.outcome is None:
        return target.cell
    return Cell.of_text(released_line(target).outcome)


def put_each_goal(sheet: Sheet, insats: ReleasedInsats, history: Sequence[ReleaseInShort]) -> None:
    """The targets of one insats, one at a time: over the releases where there are several."""
    for target, tile in zip(insats.targets, tiles_of(insats, history), strict=True):
        line = released_line(target)
        known = [one for one in tile.past if not one.span.is_empty]
        if len(known) < 2:
            put_target(sheet, line)
            continue
        sheet.found(line.finding, line.wording, verdict=verdict_html(target.verdict))
        key, words = f"way-{tile.target_id}", way_words(tile)
        _way(sheet, tile, key=key, alt=words, is_share=target.measure.is_share)
        sheet.notes((line.sentence, words))
        table = way_table(target, tile)
        sheet.behind(table)
        sheet.offer(line.finding, chart=key, base=line.wording, alt=words, table=table)


def way_table(target: ReleasedTarget, tile: Tile) -> Table:
    """What each release said of a target, a row each."""
    return Table(
        key=f"way-{tile.target_id}",
        title=target.wording,
        definition=target.measure.help,
        row_heading="Tolv månader till och med",
        columns=("Utfall", "Bedömning"),
        rows=tuple(
            Row(
                one.window,
                (Cell.of_text(one.says), Cell.of_text(findings.verdict_words(one.verdict))),
            )
            for one in tile.past
        ),
        period=target.period,
        population=target.population.label,
        notes=("Varje rad är som den släpptes. Tolvmånadersperioderna överlappar varandra.",),
    )


def _way(sheet: Sheet, tile: Tile, *, key: str, alt: str, is_share: bool) -> None:
    points = tuple(WayPoint(one.window, one.says, one.span) for one in tile.past)

    def target_way(colours: charts.Palette) -> go.Figure:
        return way_chart(
            points,
            target=tile.target,
            target_text=tile.aim,
            top=tile.top,
            is_share=is_share,
            colours=colours,
        )

    sheet.chart(target_way, alt=alt, key=key)


# What is not shown


def too_few(insatser: Sequence[ReleasedInsats]) -> list[str]:
    """The insatser with a target of too few people, in the order given."""
    return [
        insats.name
        for insats in insatser
        if any(target.verdict is Verdict.TOO_FEW for target in insats.targets)
    ]


def put_not_shown(sheet: Sheet, picked: Picked) -> None:
    """What can't be shown, why, and what can instead."""
    for sentence in limits(picked):
        sheet.lead(sentence)
    sheet.small(" ".join(picked.overview.notes))


def limits(picked: Picked) -> list[str]:
    """The sentences of `put_not_shown`: how much is hidden, of whom, and what to ask instead."""
    shown = [target for insats in picked.insatser for target in insats.targets]
    few = too_few(picked.insatser)
    hidden = sum(target.cell.kind is CellKind.HIDDEN for target in shown)
    said = []
    if hidden:
        said.append(
            f"{whole(hidden)} av {whole(len(shown))} utfall visas som intervall eller inte alls. "
            f"{HIDDEN_REASON}"
        )
    if few:
        said.append(
            f"För få för ett mål: {', '.join(few)}. Där kan hela insatsens deltagarantal visas, "
            "och målet när tio deltaganden finns i tolv månader."
        )
    said.append(
        "Frågar någon efter så få som kvinnor under 25 år i en insats kan sidan inte svara. De är "
        "få nog att kännas igen av den som känner insatsen, och svaret skulle stå kvar för alltid. "
        "Det som kan visas är insatsens mål och antal odelade, och åldrar och kön för grupper som "
        "är stora nog, under Uppdelningar."
    )
    return said


def nothing_yet() -> None:
    """Before the first release."""
    frame.lead_sentence(
        "Inget är släppt än. Resultat släpps av förbundsadministratören på kalenderns dagar, "
        "efter röjandekontroll."
    )
