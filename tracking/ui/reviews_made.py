"""The revisor's page in its parts: that the log is reviewed, insats by insats; nobody's name."""

from __future__ import annotations

from collections.abc import Sequence

from tracking.domain.swedish import iso, whole
from tracking.domain.wording import capitalised, counted
from tracking.outcomes.log_review import InsatsReviews
from tracking.ui import frame, tables
from tracking.ui.log_review import REVIEW_COLUMNS, review_rows


def answer(views: Sequence[InsatsReviews]) -> str:
    """The page's first sentence: how many are reviewed, and which has waited longest."""
    ongoing = [view for view in views if view.ended_on is None]
    if not ongoing:
        return "Ingen insats med deltagare pågår."
    reviewed = [view for view in ongoing if view.reviews]
    first = f"Loggen är granskad i {len(reviewed)} av {whole(len(ongoing))} pågående insatser."
    never = len(ongoing) - len(reviewed)
    if never:
        return f"{first} {capitalised(counted(never, 'insats', 'insatser'))} saknar granskning."
    longest = max(ongoing, key=lambda view: view.days or 0)
    return f"{first} Längst sedan är det i {longest.name}, {ago(longest)}."


def ago(view: InsatsReviews) -> str:
    """How long ago the log was reviewed, in words."""
    if view.days is None:
        return "insatsen har inte börjat"
    days = counted(view.days, "dag", "dagar")
    if view.reviews and view.days == 0:
        return "i dag"
    return f"{days} sedan" if view.reviews else f"aldrig; insatsen började för {days} sedan"


def since(views: Sequence[InsatsReviews]) -> None:
    """Each insats with its newest review, the one that has waited longest first."""
    frame.heading("Senaste granskning")
    tables.show_list(
        "Senaste granskning av åtkomstloggen i varje insats",
        ("Insats", "Senast", "Hur länge sedan", "Granskningar"),
        [
            (
                view.name if view.ended_on is None else f"{view.name} (slutade {view.ended_on})",
                iso(view.reviews[0].reviewed_on) if view.reviews else "–",
                ago(view),
                whole(len(view.reviews)),
            )
            for view in views
        ],
        numbers=frozenset({3}),
        show_caption=False,
    )


def made(views: Sequence[InsatsReviews]) -> None:
    """Every review: insats, when, which period, how many rows, what it led to."""
    frame.heading("Granskningar")
    rows = [(row[0], view.name, *row[1:]) for view in views for row in review_rows(view.reviews)]
    if not rows:
        frame.lead_sentence("Ingen granskning är gjord än.")
        return
    tables.show_list(
        "Gjorda granskningar",
        (REVIEW_COLUMNS[0], "Insats", *REVIEW_COLUMNS[1:]),
        sorted(rows, reverse=True),
        numbers=frozenset({3}),
        show_caption=False,
    )
