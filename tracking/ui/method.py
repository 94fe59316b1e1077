"""The page of definitions: every figure's meaning, formula, source and limits, to search in.

The words come from where the figures are computed (`tracking.domain.definitions`, `Measure`,
the registry of tables), so that they cannot say another thing than the program does.
"""

from __future__ import annotations

from collections.abc import Sequence

import tracking
from tracking.domain.change import LIMIT_LABELS, Thresholds, limit_words
from tracking.domain.definitions import Definition, Part, definitions
from tracking.domain.measures import Measure, PointInTime
from tracking.domain.swedish import iso, whole
from tracking.domain.wording import counted, listed
from tracking.outcomes.method import (
    TableMeaning,
    table_meanings,
    threshold_versions,
    thresholds_in_force,
)
from tracking.store.database import Database
from tracking.ui import frame, shown, tables

SEARCH = "Sök bland rubriker och ord"
MEASURES, TABLES, LIMITS = "Vad ett mål kan mäta", "Tabeller", "Gränser som gäller i dag"


def draw(database: Database, wanted: str | None) -> None:
    """All definitions, or those that hold the searched words; ``wanted`` is one's key."""
    limits = thresholds_in_force(database)
    asked = next((one.heading for one in definitions() if one.key == wanted), "")
    sought = shown.text_input(SEARCH, value=asked, key=f"method::{asked}").strip().lower()
    found = [one for one in definitions() if _holds(sought, _words(one))]
    measures = [one for one in Measure if _holds(sought, (one.label, one.help, MEASURES))]
    meanings = [
        one for one in table_meanings() if _holds(sought, (one.title, one.definition, TABLES))
    ]
    hits = len(found) + len(measures) + len(meanings)
    if sought:
        frame.small(f"{counted(hits, 'träff', 'träffar')}. Töm fältet för att se allt.")
    else:
        _limits(limits, threshold_versions(database))
    for part in Part:
        _part(part, [one for one in found if one.part is part], limits)
    _measures(measures)
    _tables(meanings)


def _holds(sought: str, texts: Sequence[str]) -> bool:
    return all(any(word in text.lower() for text in texts) for word in sought.split())


def _words(one: Definition) -> tuple[str, ...]:
    return one.heading, one.says, one.part.label, one.source


def _limits(limits: Thresholds, versions: Sequence[Thresholds]) -> None:
    shown.header(LIMITS, anchor="granser")
    frame.small(f"Gäller från {iso(limits.valid_from)}. {limits.source}")
    rows = [tuple(limit_words(limits, name).split(": ", 1)) for name in LIMIT_LABELS]
    tables.show_list(LIMITS, ("Gräns", "Värde"), rows, show_caption=False)
    others = [one for one in versions if one.valid_from != limits.valid_from]
    if others:
        frame.facts(
            [
                (
                    f"Från {iso(one.valid_from)}",
                    f"{'; '.join(limit_words(one, name) for name in LIMIT_LABELS)}. {one.source}",
                )
                for one in others
            ]
        )


def _part(part: Part, found: Sequence[Definition], limits: Thresholds) -> None:
    if not found:
        return
    shown.header(part.label, anchor=f"del-{part.value}")
    for one in found:
        shown.subheader(one.heading, anchor=one.key)
        frame.lead_sentence(one.says)
        in_force = [limit_words(limits, name) for name in one.limits]
        frame.facts(
            [
                ("Räknas så", one.formula),
                ("Enhet", one.unit),
                *(
                    [("Gränser", f"{'; '.join(in_force)}. Från {iso(limits.valid_from)}.")]
                    if in_force
                    else []
                ),
                ("Källa", one.source),
                ("Prövat mot", one.checked),
                ("Kod", f"{one.function}, version {tracking.__version__}"),
            ]
        )


def _measures(measures: Sequence[Measure]) -> None:
    if not measures:
        return
    shown.header(MEASURES, anchor="matt")
    for one in measures:
        shown.subheader(one.label, anchor=f"matt-{one.value.replace('_', '-')}")
        if one.help:
            frame.lead_sentence(one.help)
        frame.facts(
            [
                ("Enhet", one.unit.label),
                (
                    "Kan mätas",
                    listed([point.label for point in PointInTime if point in one.points]),
                ),
                *([("Utanför basen", one.missing_phrase)] if one.is_share else []),
                ("Kod", f"domain.measures, version {tracking.__version__}"),
            ]
        )


def _tables(meanings: Sequence[TableMeaning]) -> None:
    if not meanings:
        return
    shown.header(TABLES, anchor="tabeller")
    frame.small(
        f"{whole(len(meanings))} sätt att dela in deltaganden, samma i insatsens tabeller och i "
        "utgåvorna. Det som lämnar insatsen går först genom röjandekontroll."
    )
    tables.show_list(
        TABLES,
        ("Tabell", "Visar", "Bland", "Lämnar insatsen"),
        [(one.title, one.definition, one.population, one.leaves) for one in meanings],
        show_caption=False,
    )
