"""Signs for staff about one person, and the sentence that follows a saved talk.

Rational rules, all visible on the page, in whole millimetres. A sign is something to talk
about, never a ranking of staff; an early fall is not failure. Lists of people are never
filtered or sorted by sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracking.domain.change import (
    DEFAULT_THRESHOLDS,
    ChangeClass,
    Thresholds,
    cannot_improve_reliably,
    classify,
    crossed_cutoff,
)
from tracking.domain.definitions import Part, defined
from tracking.domain.instruments import (
    GSRS,
    SRS,
    TOTAL_MAX_MM,
    Instrument,
    RatingValue,
    format_points,
)
from tracking.domain.wording import EN_DASH, counted

YELLOW_FROM_SCORES = 4
ALWAYS_HIGHEST_FROM = 3
NOT_SEEN_DAYS = (15, 30)
EARLY_FALL_NOTE = (
    "En tidig nedgång är inget misslyckande: den som har blivit anvisad börjar ofta högt."
)
"""Owen et al. 2015; the page says it wherever a fall is shown."""

_NUMBER_WORDS = (
    "noll",
    "ett",
    "två",
    "tre",
    "fyra",
    "fem",
    "sex",
    "sju",
    "åtta",
    "nio",
    "tio",
    "elva",
    "tolv",
)


class Sign(StrEnum):
    """The sign of a person's ORS curve. Colour is never shown without the label."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    GREY = "grey"
    NONE = "none"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return {
            "red": "röd",
            "yellow": "gul",
            "green": "grön",
            "blue": "blå",
            "grey": "grå",
            "none": "ingen signal",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Signal:
    """A sign with its reason as one Swedish sentence."""

    sign: Sign
    reason: str


@defined(
    "tecken",
    part=Part.SIGNALS,
    heading="Tecken på ORS",
    says=(
        "Röd: sista ORS har sjunkit tillförlitligt sedan start. Grön: den har stigit "
        "tillförlitligt. Blå: den har också kommit över gränsvärdet. Gul: från skattning "
        f"{YELLOW_FROM_SCORES} utan tillförlitlig förbättring, dock inte för den som började "
        "för högt för att kunna förbättras. Grå: färre än två skattningar. Ett tecken är något "
        "att tala om, aldrig ett mått på personal, och listor på personer väljs eller sorteras "
        "aldrig efter det. "
        f"{EARLY_FALL_NOTE}"
    ),
    formula="sista − första mot tillförlitlig förändring; antal skattningar",
    unit="poäng",
    source="Rationella regler: Spielmans m.fl. 2006; om tidig nedgång Owen m.fl. 2015.",
    checked="Varje gräns prövad på millimetern åt båda hållen.",
    limits=("reliable_change_mm", "tie_counts", "ors_cutoff_adult_mm", "ors_cutoff_young_mm"),
)
def ors_signal(
    scores: Sequence[int],
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    *,
    cutoff_mm: int | None = None,
) -> Signal:
    """Return the sign of a spell's ORS totals (mm, oldest first) and why.

    Red: fallen reliably since the start. Blue: reliable gain across the cut-off. Green:
    reliable gain. Yellow: from the fourth score without reliable gain, not for those who
    began too high to gain. Grey: fewer than two scores. Otherwise none yet. Raises nothing.
    Rational rules (Spielmans et al. 2006), checked at every limit to the millimetre.
    """
    if len(scores) < 2:
        return Signal(Sign.GREY, "Färre än två ORS-skattningar.")
    first, last = scores[0], scores[-1]
    cutoff = thresholds.ors_cutoff_adult_mm if cutoff_mm is None else cutoff_mm
    change = last - first
    moved = format_points(abs(change))
    after = f"sedan start efter {_sessions(len(scores))}"
    if thresholds.is_loss(change):
        return Signal(Sign.RED, f"ORS har sjunkit {moved} {after}.")
    if thresholds.is_gain(change):
        if crossed_cutoff(first, last, cutoff):
            return Signal(
                Sign.BLUE,
                f"ORS har stigit {moved} {after} och kommit över gränsvärdet "
                f"{format_points(cutoff)}.",
            )
        return Signal(Sign.GREEN, f"ORS har stigit {moved} {after}.")
    if cannot_improve_reliably(first, thresholds):
        return Signal(
            Sign.NONE,
            f"Starten på {format_points(first)} är för hög för en tillförlitlig förbättring.",
        )
    if len(scores) >= YELLOW_FROM_SCORES:
        return Signal(
            Sign.YELLOW,
            f"Ingen tillförlitlig förbättring på ORS efter {_sessions(len(scores))}.",
        )
    return Signal(Sign.NONE, "ORS har inte ändrats tillförlitligt än.")


@defined(
    "srs",
    part=Part.SIGNALS,
    heading="Att ta upp efter SRS och G-SRS",
    says=(
        "En skala som fallit sedan förra gången, en skala under sin gräns, eller en summa som "
        "fallit eller ligger under sin gräns. Det är något att tala om, aldrig ett mått på "
        "personal. G-SRS lånar gränsen från SRS och är inte prövad för grupper."
    ),
    formula="förra − sista mot fallet; skala och summa mot gränserna",
    unit="poäng",
    source="SRS-manualen (Miller & Duncan); öppet beskrivna regler i OpenFIT.",
    checked="OpenFIT:s sanningstabell: 36,0 ger inget, 35,9 ger något, 38 till 37 är ett fall.",
    limits=("srs_total_mm", "srs_scale_mm", "srs_fall_mm", "gsrs_total_mm"),
)
def srs_points_to_raise(
    now: RatingValue,
    before: RatingValue | None = None,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    instrument: Instrument = SRS,
) -> tuple[str, ...]:
    """Return what to talk about after an SRS or G-SRS, one phrase each; empty when nothing.

    A scale that fell by 1 or more since last time, a scale below 9, the total that fell by 1
    or more or lies below 36. A scale is said once, its fall before its level; the total only
    when no scale says it already. G-SRS has no scale limit of its own and borrows SRS's.
    Values are mm; raises nothing. Checked against the public alert rules of OpenFIT.
    """
    if now.total is None:
        return ()
    phrases: list[str] = []
    if now.scales is not None:
        earlier = before.scales if before is not None else None
        for index, value in enumerate(now.scales):
            name = instrument.short_name(index)
            if earlier is not None and earlier[index] - value >= thresholds.srs_fall_mm:
                phrases.append(
                    f"{name} föll från {format_points(earlier[index])} till {format_points(value)}"
                )
            elif value < thresholds.srs_scale_mm:
                limit = _limit(thresholds.srs_scale_mm)
                phrases.append(f"{name} ligger under {limit} ({format_points(value)})")
    if phrases:
        return tuple(phrases)
    earlier_total = before.total if before is not None else None
    if earlier_total is not None and earlier_total - now.total >= thresholds.srs_fall_mm:
        return (f"summan föll från {format_points(earlier_total)}",)
    lowest = thresholds.gsrs_total_mm if instrument is GSRS else thresholds.srs_total_mm
    if now.total < lowest:
        return (f"summan ligger under {_limit(lowest)}",)
    return ()


@defined(
    "alltid-hogsta",
    part=Part.SIGNALS,
    heading="Alltid högsta",
    says=(
        f"Minst {ALWAYS_HIGHEST_FROM} summor på SRS som alla är 40. Det kan betyda att allt är "
        "bra, och det kan vara svårt att säga något kritiskt till den som frågar."
    ),
    formula=f"alla summor = 40, minst {ALWAYS_HIGHEST_FROM}",
    unit="poäng",
    source="Regel i FIT-manualerna.",
    checked="Två, tre och en summa på 39,9 prövade.",
)
def always_highest(totals: Sequence[int]) -> str | None:
    """Return a phrase when every one of at least three totals (mm) is 40 points, else None."""
    if len(totals) >= ALWAYS_HIGHEST_FROM and all(total == TOTAL_MAX_MM for total in totals):
        return "alltid högsta: det kan vara svårt att säga något kritiskt"
    return None


@defined(
    "ej-sedd",
    part=Part.SIGNALS,
    heading=f"Ej sedd på {NOT_SEEN_DAYS[0]} eller {NOT_SEEN_DAYS[1]} dagar",
    says=(
        "Dagar sedan senaste samtal som personen kom till, eller sedan start om inget har hållits."
    ),
    formula="dagens datum − senaste samtalet",
    unit="dagar",
    source="Programmets egen regel.",
    checked="14, 15, 29 och 30 dagar prövade.",
)
def not_seen(last_seen: date, today: date) -> int | None:
    """Return 15 or 30 when the person has not been seen for so many days, else None."""
    reached = [limit for limit in NOT_SEEN_DAYS if (today - last_seen).days >= limit]
    return max(reached, default=None)


def not_seen_sentence(last_seen: date, today: date) -> str | None:
    """Return ``Ej sedd på 32 dagar.`` from the fifteenth day, else None."""
    if not_seen(last_seen, today) is None:
        return None
    return f"Ej sedd på {counted((today - last_seen).days, 'dag', 'dagar')}."


def ors_sentence(
    scores: Sequence[int],
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    *,
    cutoff_mm: int | None = None,
) -> str:
    """Return how the newest of a spell's ORS totals (mm, oldest first) stands.

    ``ORS 22,0 (senast 19,5; start 16,0). Tillförlitlig förbättring.``
    """
    last = format_points(scores[-1])
    if len(scores) == 1:
        return f"ORS {last} (första skattningen)."
    start = f"start {format_points(scores[0])}"
    known = start if len(scores) == 2 else f"senast {format_points(scores[-2])}; {start}"
    change = classify(scores[0], scores[-1], thresholds, cutoff_mm=cutoff_mm)
    return f"ORS {last} ({known}). {_CHANGE_SENTENCES[change]}"


_CHANGE_SENTENCES = {
    ChangeClass.RECOVERED: "Tillförlitlig förbättring och över gränsvärdet.",
    ChangeClass.IMPROVED: "Tillförlitlig förbättring.",
    ChangeClass.CROSSED: "Över gränsvärdet utan tillförlitlig förändring.",
    ChangeClass.UNCHANGED: "Ingen tillförlitlig förändring.",
    ChangeClass.DETERIORATED: "Tillförlitlig försämring.",
}


def srs_sentence(
    now: RatingValue,
    before: RatingValue | None = None,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    *,
    instrument: Instrument = SRS,
) -> str:
    """Return how an SRS or G-SRS stands.

    ``SRS 35,5: Sätt att arbeta föll från 9,4 till 8,1 – ta upp nästa gång.``
    """
    if now.total is None:
        return f"{instrument.title} {now.status.label}."
    found = f"{instrument.title} {format_points(now.total)}"
    phrases = srs_points_to_raise(now, before, thresholds, instrument)
    if not phrases:
        return f"{found}."
    return f"{found}: {'; '.join(phrases)} {EN_DASH} ta upp nästa gång."


def saved_sentence(
    ors: RatingValue | None,
    earlier_ors: Sequence[int],
    srs: RatingValue | None,
    earlier_srs: RatingValue | None = None,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    *,
    cutoff_mm: int | None = None,
    instrument: Instrument = SRS,
) -> str:
    """Return what the staff read when a talk has been saved.

    ``ors`` and ``srs`` are this talk's ratings (None: not part of it), ``earlier_ors`` the
    spell's totals before it in mm, oldest first, ``earlier_srs`` the one before with numbers.
    """
    sentences: list[str] = []
    if ors is not None:
        sentences.append(
            ors_sentence((*earlier_ors, ors.total), thresholds, cutoff_mm=cutoff_mm)
            if ors.total is not None
            else f"ORS {ors.status.label}."
        )
    if srs is not None:
        sentences.append(srs_sentence(srs, earlier_srs, thresholds, instrument=instrument))
    return " ".join(sentences) or "Samtalet är sparat."


def _sessions(count: int) -> str:
    return f"{_NUMBER_WORDS[count] if count < len(_NUMBER_WORDS) else count} samtal"


def _limit(mm: int) -> str:
    return format_points(mm).removesuffix(",0")
