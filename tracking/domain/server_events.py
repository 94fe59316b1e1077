"""What the server tells those who run it: the name of every event, its weight, and what to do.

The names are promises: an alarm may be set on them, so a name is never given to anything else.
Nothing here is about a person, and an event carries no value that somebody has typed. Written
by `tracking.store.server_log`; docs/operations.md has the same list for the one on call.
"""

from __future__ import annotations

from enum import StrEnum


class Weight(StrEnum):
    """How soon somebody must look: never, in time, or at once."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class ServerEvent(StrEnum):
    """An event of the server. ``do`` says in Swedish what the one on call does about it."""

    weight: Weight
    do: str

    def __new__(cls, name: str, weight: Weight, do: str) -> ServerEvent:
        """A name with its weight and its advice."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.weight = weight
        member.do = do
        return member

    SERVER_STARTED = ("server_started", Weight.INFO, "Ingenting.")
    SERVER_STOPPED = ("server_stopped", Weight.INFO, "Ingenting.")
    SCHEMA_MIGRATED = (
        "schema_migrated",
        Weight.INFO,
        "Ingenting. Processer av en äldre version slutar skriva och ska startas om.",
    )
    STORAGE_BACK = ("storage_back", Weight.INFO, "Ingenting: databasen svarar igen.")
    REFUSED = (
        "refused",
        Weight.WARNING,
        "Ingenting för en enstaka rad. Många från samma adress: följ upp i åtkomstloggen.",
    )
    REFUSAL_NOT_LOGGED = (
        "refusal_not_logged",
        Weight.WARNING,
        "En avvisning kunde inte skrivas i åtkomstloggen. Spara raden före, och laga databasen.",
    )
    STORAGE_BUSY = (
        "storage_busy",
        Weight.WARNING,
        "Se efter vad som håller databasens skrivlås: en säkerhetskopiering, ett kommando eller "
        "ett öppet verktyg. Upprepas det är databasen för hårt belastad.",
    )
    CLOCK_BEHIND = (
        "clock_behind",
        Weight.WARNING,
        "Serverns klocka går efter åtkomstloggens senaste rad. Rätta klockan (NTP).",
    )
    LIBRARY_WARNING = (
        "library_warning",
        Weight.WARNING,
        "Ingenting för en enstaka rad. Upprepas den: rapportera den med bibliotekets namn.",
    )
    STORAGE_UNREACHABLE = (
        "storage_unreachable",
        Weight.ERROR,
        "Databasen svarar inte. Kontrollera att den är igång och att adressen i "
        "STEGVIS_DATABASE_URL stämmer. Ingen omstart av Stegvis behövs.",
    )
    STORAGE_FULL = (
        "storage_full",
        Weight.ERROR,
        "Databasens disk är full. Frigör plats; ingen omstart behövs.",
    )
    STORAGE_READ_ONLY = (
        "storage_read_only",
        Weight.ERROR,
        "Databasen går bara att läsa. Kontrollera filens ägare och monteringen, eller att "
        "adressen leder till den primära servern och inte till en kopia.",
    )
    STORAGE_FAILED = (
        "storage_failed",
        Weight.ERROR,
        "Disken svarar med fel. Kontrollera den, kör stegvis verify och ha senaste "
        "säkerhetskopian till hands.",
    )
    STORAGE_DAMAGED = (
        "storage_damaged",
        Weight.ERROR,
        "Databasfilen är skadad eller är ingen databas. Stoppa Stegvis, spara filen som den är "
        "och återställ senaste säkerhetskopian.",
    )
    STORAGE_REPLACED = (
        "storage_replaced",
        Weight.ERROR,
        "Databasfilen har bytts eller tagits bort medan Stegvis var igång, och inget skrivs i den "
        "nya. Lägg tillbaka den; har den bytts med avsikt: starta om Stegvis.",
    )
    SCHEMA_OTHER = (
        "schema_other",
        Weight.ERROR,
        "Databasen hör till en annan version av Stegvis. Starta om den här processen med den "
        "senast installerade versionen.",
    )
    START_INCOMPLETE = (
        "start_incomplete",
        Weight.ERROR,
        "Servern startade utan att databasen kunde öppnas. Rätta det som meningen säger; "
        "servern försöker igen vid nästa besök.",
    )
    SETTINGS_REFUSED = (
        "settings_refused",
        Weight.ERROR,
        "En inställning går inte att använda och är avstängd. Rätta den och starta om.",
    )
    FAULT = (
        "fault",
        Weight.ERROR,
        "Ett fel i programmet. Rapportera raden: den säger var, men inget om någon person.",
    )
    LIBRARY_ERROR = (
        "library_error",
        Weight.ERROR,
        "Ett fel i ett bibliotek. Rapportera raden: den säger var, men inget om någon person.",
    )
