"""The kinds of report to the styrelse, the sections they are made of, and which fit a calendar.

What a section holds in figures is built in `tracking.reports`; here are only its name, what the
staff are asked to write in it, and whether a kind begins with it left out.
"""

from __future__ import annotations

from enum import StrEnum

from tracking.domain.periods import Calendar, Period, year


class ReportKind(StrEnum):
    """A kind of report, named as the förbund's plans name it."""

    SIMPLE_HALF_YEAR = "simple_half_year"
    INTERIM = "interim"
    TERTIAL = "tertial"
    YEAR = "year"

    @property
    def label(self) -> str:
        """The name on the screen and on the cover."""
        return {
            "simple_half_year": "Förenklad halvårsrapport",
            "interim": "Delårsrapport",
            "tertial": "Tertialrapport",
            "year": "Helårsrapport",
        }[self.value]

    def fits(self, calendar: Calendar, released: Period) -> bool:
        """Say whether a release of this smallest period is what the kind is made from.

        A delårsrapport is about January–June, a helårsrapport comes with the release that
        closes the year, and the others follow the smallest period.
        """
        if self is ReportKind.YEAR:
            return released.end.month == 12
        if self is ReportKind.TERTIAL:
            return calendar is Calendar.TERTIAL
        if calendar is not Calendar.HALF_YEAR:
            return False
        return self is ReportKind.SIMPLE_HALF_YEAR or released.start.month == 1

    def period(self, released: Period) -> Period:
        """The period that the report is about."""
        return year(released.end.year) if self is ReportKind.YEAR else released


def kinds_offered(calendar: Calendar, released: Period) -> tuple[ReportKind, ...]:
    """The kinds that can be made from a release; one that does not fit is not offered."""
    return tuple(kind for kind in ReportKind if kind.fits(calendar, released))


class SectionKey(StrEnum):
    """The sections of a report, in the order in which a new one has them."""

    SUMMARY = "summary"
    PARTICIPANTS = "participants"
    RESULTS = "results"
    RATINGS = "ratings"
    TARGETS = "targets"
    GENDER = "gender"
    DEVIATIONS = "deviations"
    ECONOMY = "economy"
    ANALYSIS = "analysis"
    NEXT_PERIOD = "next_period"
    APPENDIX = "appendix"

    @property
    def heading(self) -> str:
        """The section's heading."""
        return _SECTIONS[self][0]

    @property
    def prompt(self) -> str:
        """What the staff are asked to write; empty where nothing is asked for."""
        return _SECTIONS[self][1]


_SECTIONS: dict[SectionKey, tuple[str, str]] = {
    SectionKey.SUMMARY: (
        "Sammanfattning",
        "Vad behöver styrelsen veta? Högst fem rader.",
    ),
    SectionKey.PARTICIPANTS: (
        "Deltagare",
        "Vad förklarar hur många som har börjat och slutat?",
    ),
    SectionKey.RESULTS: (
        "Resultat",
        "Vad har fungerat, och vad har inte gjort det?",
    ),
    SectionKey.RATINGS: ("Deltagarnas egna skattningar", ""),
    SectionKey.TARGETS: (
        "Måluppfyllelse",
        "Varför blev utfallet som det blev?",
    ),
    SectionKey.GENDER: ("Jämställdhet", ""),
    SectionKey.DEVIATIONS: (
        "Systemavvikelser",
        "Vilka hinder mellan myndigheterna har funnits, och vad har gjorts åt dem?",
    ),
    SectionKey.ECONOMY: ("Ekonomi", ""),
    SectionKey.ANALYSIS: (
        "Analys",
        "Vad säger resultaten tillsammans, och hur säkra är de?",
    ),
    SectionKey.NEXT_PERIOD: (
        "Nästa period",
        "Vad ska göras annorlunda, och vad behövs av styrelsen?",
    ),
    SectionKey.APPENDIX: ("Bilaga: definitioner, bortfall och röjandekontroll", ""),
}

_SIMPLE_LEAVES_OUT = frozenset({SectionKey.GENDER, SectionKey.DEVIATIONS, SectionKey.ECONOMY})


def left_out_at_first(kind: ReportKind) -> frozenset[SectionKey]:
    """The sections that a new report begins without; they can be put back."""
    return _SIMPLE_LEAVES_OUT if kind is ReportKind.SIMPLE_HALF_YEAR else frozenset()
