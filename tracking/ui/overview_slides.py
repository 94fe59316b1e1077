"""The styrelse's overview as a presentation: the targets, each insats, the people, the limits.

The same stored figures as on the page, one question a screen. Insatser stand in the order of
their names: the screens compare nobody and rank nothing.
"""

from __future__ import annotations

from functools import partial

from tracking.domain.figures import CellKind
from tracking.domain.targets import Verdict
from tracking.outcomes.releasing.shapes import ReleasedTarget
from tracking.ui import frame, overview, tables
from tracking.ui.overview import Picked
from tracking.ui.presentation import Slide
from tracking.ui.targets_view import draw_target, released_line

PER_SCREEN = 2
"""So many targets of an insats stand on one screen."""


def slides(picked: Picked, history: overview.History) -> list[Slide]:
    """The screens of a release, for all insatser or for the one that was chosen."""
    found = [Slide("Når vi målen?", partial(_targets, picked))]
    for insats in picked.insatser:
        shown = [t for t in insats.targets if t.cell.kind is not CellKind.EMPTY]
        for start in range(0, len(shown), PER_SCREEN):
            part = shown[start : start + PER_SCREEN]
            found.append(
                Slide(_which(insats.name, start, len(part), len(shown)), partial(_insats, part))
            )
    found.append(Slide("Hur många är med?", partial(_people, picked, history)))
    found.append(Slide("Vad kan inte visas, och varför?", partial(_limits, picked)))
    return found


COLUMNS = (
    ("✓ uppnått", (Verdict.MET,)),
    ("~ osäkert", (Verdict.MET_UNCERTAIN, Verdict.NOT_MET_UNCERTAIN)),
    ("✕ ej uppnått", (Verdict.NOT_MET,)),
)


def _which(name: str, start: int, here: int, every: int) -> str:
    """The insats, and which of its targets stand on the screen where there are more."""
    if every == here:
        return name
    return f"{name}, mål {'–'.join(map(str, sorted({start + 1, start + here})))} av {every}"


def _targets(picked: Picked) -> None:
    frame.lead_sentence(overview.answer(picked.insatser))
    rows = []
    for insats in picked.insatser:
        verdicts = [target.verdict for target in insats.targets]
        counts = [sum(verdict in wanted for verdict in verdicts) for _, wanted in COLUMNS]
        rows.append(
            (insats.name, *map(_or_dash, (*counts, len(verdicts) - sum(counts), len(verdicts))))
        )
    tables.show_list(
        f"Mål, {picked.release.period.label}",
        ("Insats", *(words for words, _ in COLUMNS), "– kan inte bedömas", "mål"),
        rows,
        numbers=frozenset(range(1, 6)),
    )


def _or_dash(count: int) -> str:
    return str(count) if count else "–"


def _insats(targets: list[ReleasedTarget]) -> None:
    for target in targets:
        draw_target(released_line(target))


def _people(picked: Picked, history: overview.History) -> None:
    overview.heads_over_time(history)
    if len(history) < 2:
        tables.show_table(history[-1][1].heads)


def _limits(picked: Picked) -> None:
    overview.not_shown(picked.overview, picked.insatser)
