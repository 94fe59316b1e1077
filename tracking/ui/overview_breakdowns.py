"""The breakdowns of a release, one at a time, and what is said where one is not shown.

The choices are the catalogue's and nothing else: one breakdown, of one insats or of all. That a
table is there or not follows from undivided head counts alone (`releasing.catalogue`), so the
page can say why without telling anything.
"""

from __future__ import annotations

import streamlit as st

from tracking.domain.figures import Table
from tracking.domain.swedish import whole
from tracking.outcomes.breakdowns import BREAKDOWNS, Head, released_breakdowns
from tracking.outcomes.releasing.catalogue import LEAST_BY_GENDER, LEAST_IN_PERIOD, LEAST_IN_YEAR
from tracking.outcomes.releasing.heads import ENDED, STARTED
from tracking.outcomes.releasing.shapes import BoardOverview, ReleasedInsats
from tracking.outcomes.releasing.tables import BY_GENDER, DUE, ORS_MEANS
from tracking.ui import choices
from tracking.ui.kept import Sheet

CHOICE = "uppdelning"
FIRST = "age"
ON_ORS = "ors_class_above"


def catalogue() -> dict[str, str]:
    """Every breakdown that a release may hold, by its key, in the order of a page."""
    found = {BY_GENDER: "Deltaganden, kvinnor och män"}
    for breakdown in released_breakdowns():
        found[breakdown.key] = breakdown.title
        if breakdown.key == ON_ORS:
            found[ORS_MEANS] = "ORS i medeltal"
    return found | {DUE: "Uppföljningar som faller ut"}


def put_heading(sheet: Sheet, insats: ReleasedInsats | None) -> None:
    """The question; `choose` stands beneath it, unless ``insats`` is None: that is somebody who
    reads for several insatser and no sum.
    """
    sheet.question("Uppdelningar")
    if insats is None:
        sheet.lead("Välj en insats för att se den uppdelad.")


def choose() -> str:
    """Choose a breakdown of the catalogue, in the address."""
    with st.container(key="not-printed-breakdown"):
        return choices.one_of(
            CHOICE,
            "Uppdelning",
            catalogue(),
            unknown="Den uppdelningen finns inte. Det som kan väljas står i listan.",
            default=FIRST,
        )


def put(sheet: Sheet, board: BoardOverview, insats: ReleasedInsats, key: str) -> None:
    """The tables of a breakdown, or why there are none; and what kön allows."""
    found = [table for table in insats.tables if table.key == key]
    for table in found:
        sheet.table(table)
    instead = found_in(board.all_insatser, key) if insats.insats_id is not None else []
    for sentence in sentences(insats, catalogue()[key], key, found, instead):
        sheet.lead(sentence)


def found_in(every: ReleasedInsats | None, key: str) -> list[Table]:
    """The tables of a breakdown for all insatser, where the reader has them."""
    return [] if every is None else [table for table in every.tables if table.key == key]


def sentences(
    insats: ReleasedInsats, title: str, key: str, found: list[Table], instead: list[Table]
) -> list[str]:
    """Why a breakdown, or its kvinnor och män, is not shown, and what is instead."""
    name = "alla insatser" if insats.insats_id is None else insats.name
    if not found:
        return [_why_none(insats, title, key, name), _what_instead(title, name, instead)]
    if key in (DUE, ORS_MEANS) or any(len(table.columns) == 3 for table in found):
        return []
    said = [
        f"{title} visas inte för kvinnor och män var för sig: en grupp av dem, till exempel "
        f"kvinnor i en viss ålder, skulle bli så liten att någon kan kännas igen."
        if key == "age"
        else f"{title} visas inte för kvinnor och män var för sig: det skulle bli så få i någon "
        "grupp att en enskild kan kännas igen."
    ]
    if any(len(table.columns) == 3 for table in instead):
        said.append(f"Det som kan visas: {inside(title)} på kön för alla insatser tillsammans.")
    return said


def _why_none(insats: ReleasedInsats, title: str, key: str, name: str) -> str:
    if _only_in_a_year(key) and insats.heads.period.months != 12:
        return (
            f"{title} visas för helår, och det här släppet avslutar inget år eller har för få att "
            f"följa upp för {name}."
        )
    counts = {row.label: row.cells[0].count or 0 for row in insats.heads.rows}
    breakdown = BREAKDOWNS.get(key)
    is_start = breakdown is not None and breakdown.head is Head.STARTED
    number, word = (
        (counts.get(STARTED, 0), "startade") if is_start else (counts.get(ENDED, 0), "avslutades")
    )
    return (
        f"{title} kan inte visas för {name}: {whole(number)} {word} i {insats.heads.period.label}. "
        f"En insats delas upp från {LEAST_IN_PERIOD} i perioden eller {LEAST_IN_YEAR} på ett år, "
        f"och på kvinnor och män från {LEAST_BY_GENDER}. Av färre skulle någon kunna kännas igen, "
        "så det gäller vem som än frågar."
    )


def _only_in_a_year(key: str) -> bool:
    breakdown = BREAKDOWNS.get(key)
    return breakdown is not None and breakdown.head.months is not None


def _what_instead(title: str, name: str, instead: list[Table]) -> str:
    ways = [f"hur många som startade och avslutades i {name}", "målen för tolv månader, odelade"]
    if instead:
        split = " på kvinnor och män" if any(len(t.columns) == 3 for t in instead) else ""
        ways.append(f"{inside(title)}{split} för alla insatser tillsammans")
    *first, last = ways
    return f"Det som kan visas i stället: {', '.join(first)} och {last}."


def inside(title: str) -> str:
    """A title inside a sentence: in lower case unless it begins with an abbreviation."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
