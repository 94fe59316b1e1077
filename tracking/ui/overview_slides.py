"""The styrelse's overview as a presentation: the targets, each insats, kön, money, the limits.

The same stored figures as on the page, one question a screen. Insatser stand in the order of
their names: the screens compare nobody and rank nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape
from itertools import pairwise
from typing import TypeVar

from tracking.domain.swedish import decimal, thousands_of_kronor, whole
from tracking.domain.targets import Verdict
from tracking.domain.wording import EN_DASH
from tracking.outcomes.money import InsatsMoney
from tracking.outcomes.released_costs import CostLine, closed_year, cost_lines
from tracking.outcomes.releasing.heads import ANONYMOUS, COMPLETED, ENDED, ONGOING_AFTER, STARTED
from tracking.outcomes.releasing.shapes import ReleasedInsats, ReleaseInShort
from tracking.ui import (
    charts,
    frame,
    overview,
    overview_gender,
    overview_money,
    overview_people,
    shown,
    tables,
)
from tracking.ui.marks import bullet_mark, line_mark, pair_mark
from tracking.ui.overview import Picked
from tracking.ui.presentation import Slide
from tracking.ui.released_tiles import Tile, tiles_of, verdict_p
from tracking.ui.tokens import Tokens, tokens

T = TypeVar("T")

GOALS = 5
"""So many targets of an insats stand on one screen."""

ROWS = 10
"""So many insatser stand in a table on one screen."""

VERDICTS = (
    ("✓ uppnått", (Verdict.MET,)),
    ("~ osäkert", (Verdict.MET_UNCERTAIN, Verdict.NOT_MET_UNCERTAIN)),
    ("✕ ej uppnått", (Verdict.NOT_MET,)),
)
HEADS = (
    (STARTED, "startade"),
    (ENDED, "avslutades"),
    (COMPLETED, "av dem fullföljde"),
    (ONGOING_AFTER, "pågår vid slutet"),
    (ANONYMOUS, "anonyma i år"),
)


def slides(
    picked: Picked, history: Sequence[ReleaseInShort], money: Sequence[InsatsMoney]
) -> list[Slide]:
    """The screens of a release, for all insatser or for the one that was chosen."""
    lines = cost_lines(money, history, picked.release.period.end.year)
    costs = {line.insats_id: line for line in lines}
    found = []
    for part, said in _parts(picked.insatser, ROWS):
        found.append(Slide(f"Når vi målen?{said}", partial(_targets, picked, part)))
    for insats in picked.insatser:
        tiles = tiles_of(insats, history)
        for goals, said in _parts(tiles, GOALS):
            draw = partial(_insats, insats, goals, history, costs.get(insats.insats_id))
            found.append(Slide(f"{insats.name}{said}", draw))
    found.append(Slide("Hur många är med?", partial(_people, picked, history)))
    for some, said in _parts(lines, ROWS):
        found.append(Slide(f"Vad kostar det?{said}", partial(_costs, some, lines, history)))
    if picked.subject is not None:
        found.append(Slide("Når kvinnor och män lika långt?", partial(_gender, picked.subject)))
    found.append(Slide("Vad kan inte visas, och varför?", partial(_limits, picked)))
    return found


def _parts(every: Sequence[T], most: int) -> list[tuple[Sequence[T], str]]:
    """A list in parts of one screen each, with which part it is where there are several."""
    starts = [*range(0, len(every), most), len(every)] if every else [0, 0]
    pieces = [every[a:b] for a, b in pairwise(starts)]
    several = len(pieces) > 1
    return [
        (piece, f" ({n} av {len(pieces)})" if several else "") for n, piece in enumerate(pieces, 1)
    ]


def _targets(picked: Picked, insatser: Sequence[ReleasedInsats]) -> None:
    frame.lead_sentence(overview.answer(picked.insatser))
    rows = []
    for insats in insatser:
        verdicts = [target.verdict for target in insats.targets]
        counts = [sum(verdict in wanted for verdict in verdicts) for _, wanted in VERDICTS]
        numbers = (*counts, len(verdicts) - sum(counts), len(verdicts))
        rows.append((insats.name, *(whole(n) if n else EN_DASH for n in numbers)))
    tables.show_list(
        f"Mål, {picked.release.period.label}",
        ("Insats", *(words for words, _ in VERDICTS), "– kan inte bedömas", "Antal mål"),
        rows,
        numbers=frozenset(range(1, 6)),
        show_caption=False,
    )


# One insats: goals, people, money, what is uncertain


def _insats(
    insats: ReleasedInsats,
    tiles: Sequence[Tile],
    history: Sequence[ReleaseInShort],
    cost: CostLine | None,
) -> None:
    colours = tokens(charts.ground_is_dark())
    goals = "".join(_goal_html(tile, colours) for tile in tiles)
    side = "".join(
        f"<div><h2>{escape(title)}</h2>{inner}</div>"
        for title, inner in (
            (f"Deltagare, {insats.heads.period.label}", _people_html(insats, history)),
            ("Pengar" if cost is None else f"Pengar, {cost.year}", _money_html(cost)),
            ("Osäkert", _uncertain_html(uncertain(insats))),
        )
    )
    shown.html(
        f'<div class="stegvis-screen"><div><h2>{escape(_goals_title(insats))}</h2>'
        f'{goals or _nothing(overview.window_words(insats))}</div><div class="side">{side}</div>'
        "</div>"
    )


def _goals_title(insats: ReleasedInsats) -> str:
    period = insats.targets_period
    return "Mål" if period is None else f"Mål, {period.label}"


def _nothing(words: str) -> str:
    return f'<div class="goal"><p class="words">{escape(words)}</p></div>'


def _goal_html(tile: Tile, colours: Tokens) -> str:
    beside = f" <small>{escape(tile.beside)}</small>" if tile.beside else ""
    drawn = ""
    if tile.is_known:
        alt = f"{tile.says}; {tile.aim}."
        drawn = bullet_mark(tile.span, target=tile.target, top=tile.top, colours=colours, alt=alt)
    return (
        f'<div class="goal"><div><p class="says">{escape(tile.says)}{beside}</p>'
        f'<p class="words">{escape(tile.wording)}</p></div>'
        f'<div>{verdict_p(tile.verdict)}{drawn}<p class="aim">{escape(_aim(tile))}</p></div></div>'
    )


def _aim(tile: Tile) -> str:
    """The aim, and what the release before this one said."""
    before = [one for one in tile.past[:-1] if not one.span.is_empty]
    return f"{tile.aim} (t.o.m. {before[-1].window}: {before[-1].says})" if before else tile.aim


def _people_html(insats: ReleasedInsats, history: Sequence[ReleaseInShort]) -> str:
    """The release's head counts, each beside what the release before it said."""
    now = {row.label: row.cells[0].count for row in insats.heads.rows}
    before = [one for one in history if one.release.period.end < insats.heads.period.start]
    earlier = before[-1].of(insats.insats_id) if before else None
    then = {} if earlier is None else {r.label: r.cells[0].count for r in earlier.heads.rows}
    rows = []
    for label, words in HEADS:
        number = now.get(label)
        if number is None:
            continue
        past = then.get(label)
        beside = "" if past is None else f" <small>(förra: {whole(past)})</small>"
        rows.append(f"<dt>{whole(number)}</dt><dd>{words}{beside}</dd>")
    return f"<dl>{''.join(rows)}</dl>"


def _money_html(cost: CostLine | None) -> str:
    if cost is None or (cost.budget is None and cost.actual is None):
        return _nothing("Ingen budget är inlagd.")
    rows = []
    if cost.actual is not None:
        budget = "" if cost.budget is None else f" av {thousands_of_kronor(cost.budget)}"
        rows.append((thousands_of_kronor(cost.actual), f"utfall{budget}"))
    elif cost.budget is not None:
        rows.append((thousands_of_kronor(cost.budget), "budget; utfallet saknas"))
    if cost.per_participant is not None:
        people = f"per deltagande ({whole(cost.participants or 0)} med anonyma)"
        rows.append((overview_money.in_kronor(cost.per_participant), people))
    if cost.per_place is not None and cost.places is not None:
        places = f"per årsplats ({decimal(cost.places)} i bruk)"
        rows.append((overview_money.in_kronor(cost.per_place), places))
    inner = "".join(f"<dt>{escape(n)}</dt><dd>{escape(words)}</dd>" for n, words in rows)
    return f"<dl>{inner}</dl>"


def uncertain(insats: ReleasedInsats) -> list[str]:
    """What to keep in mind of an insats's targets, in sentences; counts of its targets alone."""
    verdicts = [target.verdict for target in insats.targets]
    near = sum(v in (Verdict.MET_UNCERTAIN, Verdict.NOT_MET_UNCERTAIN) for v in verdicts)
    few = sum(v is Verdict.TOO_FEW for v in verdicts)
    ranges = sum(
        target.measure.is_share and not target.exact and target.low is not None
        for target in insats.targets
    )
    lacking = sum(target.missing not in ("", "0") for target in insats.targets)
    parts = (
        (near, "ligger så nära målet att slumpen kan avgöra"),
        (ranges, "visas som intervall för att ingen ska kännas igen"),
        (few, "har för få för att bedömas"),
        (lacking, "saknar uppgift om några deltagare"),
    )
    told = [
        f"{whole(number)} av {whole(len(verdicts))} mål {words}."
        for number, words in parts
        if number
    ]
    return told or ["Inget särskilt att ta hänsyn till i målen."] if verdicts else []


def _uncertain_html(sentences: Sequence[str]) -> str:
    if not sentences:
        return _nothing("Inga mål att bedöma.")
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f'<ul class="unsure-list">{items}</ul>'


# The rest


def _people(picked: Picked, history: Sequence[ReleaseInShort]) -> None:
    people = overview_people.people_of(history, picked.insats_id)
    if people is None:
        frame.lead_sentence("Släppet har inga deltagarantal för alla insatser tillsammans.")
        return
    colours = tokens(charts.ground_is_dark())
    top = float(max((v for one in people.series for v in one.values if v), default=1))
    first, last = people.labels[0], people.labels[-1]
    rows = []
    for one in people.series:
        alt = f"{one.label}: {', '.join(_or_dash(value) for value in one.values)}"
        drawn = line_mark(one.values, top=top, colours=colours, alt=alt)
        ends = f"{first}: {_or_dash(one.values[0])}; {last}: {_or_dash(one.values[-1])}"
        rows.append(
            f'<div class="goal"><p class="says">{_or_dash(one.values[-1])}'
            f" <small>{escape(one.label)}</small></p><div>"
            + (f'{drawn}<p class="aim">{escape(ends)}</p>' if len(one.values) > 1 else "")
            + "</div></div>"
        )
    shown.html(f'<div class="stegvis-screen whole"><div>{"".join(rows)}</div></div>')
    frame.small(f"Deltaganden i {last}, varje period som den släpptes.")


def _or_dash(value: int | None) -> str:
    return EN_DASH if value is None else whole(value)


def _costs(
    some: Sequence[CostLine], every: Sequence[CostLine], history: Sequence[ReleaseInShort]
) -> None:
    frame.lead_sentence(overview_money.finding(every))
    if some:
        shown.html(overview_money.table_html(some))
    if closed_year(history) is None:
        frame.small(overview_money.NO_YEAR)


def _gender(insats: ReleasedInsats) -> None:
    view = overview_gender.view_of(insats)
    frame.lead_sentence(f"{view.finding}.")
    colours = tokens(charts.ground_is_dark())
    rows = []
    for line in view.lines:
        women, men = overview_gender.spans(line)
        drawn = pair_mark(
            ((women, colours.women, "circle"), (men, colours.men, "square")),
            colours=colours,
            alt=line.words,
        )
        rows.append(
            f'<div class="goal"><div><p class="verdict">{escape(line.label)}</p>'
            f'<p class="words">{escape(line.words)}</p></div><div>{drawn}</div></div>'
        )
    if rows:
        shown.html(f'<div class="stegvis-screen whole"><div>{"".join(rows)}</div></div>')
        frame.small(f"{view.period.label.capitalize()}. {overview_gender.LEGEND}")
    why = overview_gender.why_not(view)
    if why:
        frame.small(why)


def _limits(picked: Picked) -> None:
    for sentence in overview.limits(picked):
        frame.lead_sentence(sentence)
