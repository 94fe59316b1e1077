"""The sections of a report put together from a release: in order, some left out, with own words.

Which section draws which tables is in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracking.domain.periods import Period
from tracking.domain.report_kinds import SectionKey
from tracking.outcomes.report_source import ReportSource
from tracking.reports import sections_followed as followed
from tracking.reports import sections_other as other
from tracking.reports.corrections import Correction, corrections
from tracking.reports.sections_money import economy
from tracking.reports.sections_people import participants, women_and_men
from tracking.reports.sections_results import ratings, results
from tracking.reports.sections_targets import targets
from tracking.reports.shapes import Section

MOST_CORRECTIONS = 5


def released_sections(
    source: ReportSource,
    period: Period,
    *,
    included: Sequence[SectionKey] = tuple(SectionKey),
    words: Mapping[SectionKey, str] | None = None,
) -> tuple[Section, ...]:
    """Return the sections in the order of ``included``, with the staff's own ``words``.

    The appendix explains the tables of those that are included.
    """
    written = words or {}
    built: dict[SectionKey, tuple[Section, ...]] = {}
    for key in included:
        if key is not SectionKey.APPENDIX:
            built[key] = _build(key, source, period)
    _note(built, corrections(source))
    if SectionKey.APPENDIX in included:
        every = [section for found in built.values() for section in found]
        built[SectionKey.APPENDIX] = other.appendix(source, every)
    return tuple(
        replace(section, own_text=written.get(key, "")) if place == 0 else section
        for key in included
        for place, section in enumerate(built[key])
    )


def _build(key: SectionKey, source: ReportSource, period: Period) -> tuple[Section, ...]:
    if key is SectionKey.SUMMARY:
        return other.summary(source, period)
    if key is SectionKey.PARTICIPANTS:
        return (*participants(source, period), *followed.structural(source, period))
    if key is SectionKey.RESULTS:
        return results(source, period)
    if key is SectionKey.RATINGS:
        return ratings(source, period)
    if key is SectionKey.TARGETS:
        return targets(source)
    if key is SectionKey.GENDER:
        return women_and_men(source, period)
    if key is SectionKey.DEVIATIONS:
        return followed.deviations(source, period)
    if key is SectionKey.ECONOMY:
        return economy(source)
    return other.plain(key)


def _note(built: dict[SectionKey, tuple[Section, ...]], found: Sequence[Correction]) -> None:
    """Say what was corrected in the section that has the table, or in the first there is."""
    if not found or not built:
        return
    for correction in found[:MOST_CORRECTIONS]:
        place = next(
            (
                key
                for key, sections in built.items()
                if any(table.key == correction.table_key for table in sections[0].tables)
            ),
            SectionKey.PARTICIPANTS if SectionKey.PARTICIPANTS in built else next(iter(built)),
        )
        first, *rest = built[place]
        built[place] = (replace(first, words=(*first.words, correction.sentence)), *rest)
    more = len(found) - MOST_CORRECTIONS
    if more > 0:
        place = next(iter(built))
        first, *rest = built[place]
        told = f"Ytterligare {more} tal om tidigare perioder har rättats sedan de släpptes."
        built[place] = (replace(first, words=(*first.words, told)), *rest)
