"""The sections on what became of it: endings, work and studies, support, steps, ratings."""

from __future__ import annotations

from tracking.domain.figures import Table
from tracking.domain.periods import Period
from tracking.domain.report_kinds import SectionKey
from tracking.domain.wording import capitalised, listed
from tracking.outcomes.breakdowns import BREAKDOWNS
from tracking.outcomes.releasing.tables import ORS_MEANS
from tracking.outcomes.report_source import ReportSource
from tracking.reports.shapes import Section
from tracking.reports.table_words import bars, cell_of, not_there, said, table_of

RESULTS = (
    "end_reason",
    "active_planning",
    "end_occupation",
    "occupation_grew",
    "start_support",
    "end_support",
    "step_move",
    "sustained_6",
    "sustained_12",
    "sustained_18",
    "stay",
)
CHARTED = ("end_reason", "step_move", "sustained_6", "ors_class_below")
RATINGS = ("ors_start", "ors_class_below", "ors_class_above", ORS_MEANS)
IMPROVED = "Tillförlitligt förbättrad"


def results(source: ReportSource, period: Period) -> tuple[Section, ...]:
    """Endings, work and studies, support, steps, and what was kept afterwards."""
    found, lacking = _found(source, period, RESULTS)
    sentences = result_sentences(source, period)
    finding = sentences[0] if sentences else "Släppet visar inga resultat uppdelade för perioden."
    return (
        Section(
            SectionKey.RESULTS.value,
            SectionKey.RESULTS.heading,
            finding,
            tables=found,
            words=(*sentences[1:], *lacking),
            charts=tuple(bars(t, _title_of(t, source)) for t in found if t.key in CHARTED),
        ),
    )


def _title_of(table: Table, source: ReportSource) -> str | None:
    """A chart's finding, where it is one of the sentences."""
    found = {"end_reason": "till arbete", "step_move": "steg framåt", "sustained_6": "6 månader"}
    words = found.get(table.key, "")
    sentences = result_sentences(source, table.period)
    return next((one.removesuffix(".") for one in sentences if words and words in one), None)


def result_sentences(source: ReportSource, period: Period) -> tuple[str, ...]:
    """What the tables of results say, one sentence each, where they say anything."""
    parts: list[str] = []
    for key, label, words in (
        ("end_reason", "Arbete", "till arbete"),
        ("end_reason", "Studier", "till studier"),
    ):
        told = said(cell_of(table_of(source.own, key, period), label))
        if told is not None:
            parts.append(f"{told} {words if parts else f'avslutade {words}'}")
    sentences = [f"{capitalised(listed(parts))}."] if parts else []
    for key, label, words in (
        ("step_move", "Framåt", "av de fullföljda med bedömning tog steg framåt."),
        ("end_occupation", "Arbete eller studier", "arbetade eller studerade vid avslut."),
        ("end_support", "Ingen offentlig försörjning", "hade ingen offentlig försörjning då."),
        ("sustained_6", "Samma eller högre steg", "stod kvar eller högre efter 6 månader."),
        ("sustained_18", "Samma eller högre steg", "stod kvar eller högre efter 18 månader."),
    ):
        told = said(cell_of(table_of(source.own, key, period), label))
        if told is not None:
            sentences.append(f"{capitalised(told)} {words}")
    return tuple(sentences)


def ratings(source: ReportSource, period: Period) -> tuple[Section, ...]:
    """How the participants have rated their own situation, as a group."""
    found, lacking = _found(source, period, RATINGS)
    means = table_of(source.own, ORS_MEANS, period)
    first, last, pairs = (
        said(cell_of(means, label))
        for label in ("Första ORS, medeltal", "Sista ORS, medeltal", "Antal med två skattningar")
    )
    if first is not None and last is not None and pairs is not None:
        finding = (
            f"ORS gick från {first} till {last} poäng i medeltal bland {pairs} deltaganden med "
            "två skattningar."
        )
    else:
        finding = "Släppet visar inget medeltal av ORS för perioden: underlaget är för litet."
    improved = said(cell_of(table_of(source.own, "ors_class_below", period), IMPROVED))
    words = (
        []
        if improved is None
        else [f"{improved} av dem som började under gränsvärdet förbättrades tillförlitligt."]
    )
    return (
        Section(
            SectionKey.RATINGS.value,
            SectionKey.RATINGS.heading,
            finding,
            tables=found,
            words=(
                *words,
                "SRS och G-SRS gäller samtalet mellan personal och deltagare och släpps inte.",
                *lacking,
            ),
            charts=tuple(bars(table) for table in found if table.key in CHARTED),
        ),
    )


def _found(
    source: ReportSource, period: Period, keys: tuple[str, ...]
) -> tuple[tuple[Table, ...], tuple[str, ...]]:
    tables, lacking = [], []
    for key in keys:
        table = table_of(source.own, key, period)
        if table is not None:
            tables.append(table)
        else:
            lacking.append(key)
    if not lacking:
        return tuple(tables), ()
    if len(lacking) == 1 and lacking[0] != ORS_MEANS:
        return tuple(tables), (not_there(lacking[0], period),)
    names = [_title(key) for key in lacking]
    return tuple(tables), (
        f"Finns inte uppdelat i släppet för {period.label}: {listed(names)}. Deltagandena är för "
        "få för att delas upp så, eller så släpps uppdelningen bara för helår.",
    )


def _title(key: str) -> str:
    return BREAKDOWNS[key].title.lower() if key in BREAKDOWNS else "ORS i medeltal"
