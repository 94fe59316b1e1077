"""The accessibility statement (tillgänglighetsredogörelse): what does not hold, and what was tried.

The law (2018:1937) asks for it, and that it says which demands are not met, why, how faults are
reported and who supervises. One text, shown inside the app and to those who cannot sign in. How
the pages are tested is `tests/browser`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

ASSESSED_ON: Final = date(2026, 11, 22)
"""The day of the latest assessment, by the makers themselves."""

SUPERVISION: Final = "https://www.digg.se/tdosanmalan"
"""Where anybody can tell the supervising authority of a fault."""


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """One demand that is not met: the criterion of WCAG 2.1, what is wrong, what it means."""

    criterion: str
    what: str
    consequence: str


SHORTCOMINGS: Final = (
    Shortcoming(
        "3.1.2 Språk för delar",
        "Några ord som är inbyggda i ramverket är på engelska, utan att det är märkt: delarna av "
        "ett datumfält (year, month, day), länken Skip to main content, och meddelandet när "
        "förbindelsen är bruten.",
        "Ett skärmläsarprogram läser dem med svenskt uttal. Fältens egna namn är på svenska.",
    ),
    Shortcoming(
        "1.4.10 Omflöde",
        "Breda tabeller med flera kolumner rullas i sidled på en smal skärm eller vid stor "
        "förstoring.",
        "Tabellens ram rullar, inte sidan. Radens rubrik kan hamna utanför bild.",
    ),
    Shortcoming(
        "4.1.3 Statusmeddelanden",
        "När en sida räknas om efter ett val säger ramverket inte till skärmläsaren att den "
        "är klar.",
        "Det som sparas eller nekas sägs i ett meddelande som läses upp; ett byte av period eller "
        "insats gör det inte.",
    ),
)
"""What was found and is not mended, with the criterion it goes against."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the statement: heading, paragraphs, and a list beneath them."""

    heading: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()
    link: tuple[str, str] | None = None


LEAD: Final = (
    "Stegvis ska kunna användas av alla: med tangentbord, skärmläsare, förstoring, på telefon och "
    "projektor. Det uppfyller lagen om tillgänglighet till digital offentlig service delvis."
)


def statement(forbund: str, contact: str | None) -> tuple[Part, ...]:
    """Return the parts in order, for a förbund and the way to reach it (None: not filled in)."""
    reach = (
        f"Skriv till {contact}."
        if contact
        else f"Vänd dig till {forbund}s kansli eller till den som gav dig ditt konto."
    )
    return (
        Part(
            "Om något inte går att använda",
            (
                f"{forbund} ansvarar för den här tjänsten. Behöver du innehållet på ett annat "
                "sätt, till exempel uppläst, i stor stil eller som en fil, så får du det.",
                reach,
            ),
        ),
        Part(
            "Rapportera brister",
            (
                "Hittar du något som inte står här, eller tycker du att lagens krav inte är "
                f"uppfyllda, vill {forbund} veta det. {reach}",
            ),
        ),
        Part(
            "Tillsyn",
            (
                "Myndigheten för digital förvaltning, Digg, ser till att lagen följs. Är du inte "
                "nöjd med svaret kan du anmäla det dit.",
            ),
            link=("Anmäl till Digg", SUPERVISION),
        ),
        Part(
            "Vad som inte är tillgängligt",
            ("Det här uppfyller inte WCAG 2.1, nivå AA:",),
            items=tuple(
                f"{fault.criterion}. {fault.what} {fault.consequence}" for fault in SHORTCOMINGS
            ),
        ),
        Part(
            "Hur det har prövats",
            (
                f"Bedömningen är en självskattning, senast {ASSESSED_ON.isoformat()}. Vid varje "
                "ändring prövas alla sidor, för varje roll, med verktyget axe-core i en riktig "
                "webbläsare: inga allvarliga fel får finnas. Arbetsflödena körs med enbart "
                "tangentbord, på 360 bildpunkters bredd och i ljust och mörkt läge.",
                "Varje diagram har en rubrik som säger vad det visar, en tabell bakom sig och en "
                "text för skärmläsare. Färg bär aldrig en betydelse ensam.",
            ),
        ),
    )
