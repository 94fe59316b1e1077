"""The instruments ORS, SRS and G-SRS: names of the scales, valid ratings, parsing of scores.

A score is whole millimetres on a 10 cm line: 0–100 a scale, 0–400 in all, higher is better.
Only the topic names stand here; wording and drawn forms belong to their authors and never
ship. What a change in score means lives in ``change``, what to talk about in ``signals``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracking.domain.errors import InvalidValue
from tracking.domain.wording import MINUS, listed

SCALE_MAX_MM = 100
TOTAL_MAX_MM = 400
SCALES_PER_INSTRUMENT = 4
MM_PER_POINT = 10
LONGEST_SCORE_TEXT = 12

Scales = tuple[int, int, int, int]


class Moment(StrEnum):
    """When in a meeting the form is filled; the value is the Swedish phrase for it."""

    SESSION_START = "vid samtalets början"
    SESSION_END = "vid samtalets slut"
    GROUP_END = "vid gruppträffens slut"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument of four scales.

    ``scales`` are the Swedish topic names in the order of the paper. ``verified`` says
    whether those names were found in a Swedish source; otherwise they are a setting.
    """

    key: str
    title: str
    scales: tuple[str, str, str, str]
    moment: Moment
    verified: bool = True

    def field(self, scale: int) -> str:
        """Return the form field of a scale (0–3): ``ors_1`` … ``ors_4``."""
        return f"{self.key.lower()}_{scale + 1}"

    def short_name(self, scale: int) -> str:
        """Return the topic of a scale (0–3) as it is said: ``Sätt att arbeta``."""
        return self.scales[scale].split(" eller ")[0]

    @property
    def total_field(self) -> str:
        """Return the form field of the total: ``ors_total``."""
        return f"{self.key.lower()}_total"


ORS = Instrument(
    key="ORS",
    title="ORS",
    scales=("Individuellt", "Nära relationer", "Socialt", "Allmänt"),
    moment=Moment.SESSION_START,
)
SRS = Instrument(
    key="SRS",
    title="SRS",
    scales=("Relation", "Mål och ämne", "Sätt att arbeta eller metod", "Allmänt"),
    moment=Moment.SESSION_END,
)
GSRS = Instrument(
    key="GSRS",
    title="G-SRS",
    scales=("Relation", "Mål och ämne", "Sätt att arbeta eller metod", "Helhet"),
    moment=Moment.GROUP_END,
    verified=False,
)

INSTRUMENTS: dict[str, Instrument] = {i.key: i for i in (ORS, SRS, GSRS)}


class RatingStatus(StrEnum):
    """What the paper held: four marks, a total alone, fewer than four marks, or no form."""

    FILLED = "filled"
    TOTAL_ONLY = "total_only"
    INCOMPLETE = "incomplete"
    NOT_FILLED = "not_filled"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return _STATUS_LABELS[self]


_STATUS_LABELS = {
    RatingStatus.FILLED: "ifylld",
    RatingStatus.TOTAL_ONLY: "endast totalsumma",
    RatingStatus.INCOMPLETE: "ofullständigt ifylld",
    RatingStatus.NOT_FILLED: "ej ifylld",
}


@dataclass(frozen=True, slots=True)
class RatingValue:
    """One rating that cannot be half right; all numbers in millimetres.

    Raises InvalidValue when status, scales and total do not belong together.
    """

    status: RatingStatus
    scales: Scales | None
    total: int | None

    def __post_init__(self) -> None:
        if self.status is RatingStatus.FILLED:
            if self.scales is None or len(self.scales) != SCALES_PER_INSTRUMENT:
                raise InvalidValue("En ifylld skattning ska ha fyra värden.")
            for value in self.scales:
                _check_range(value, SCALE_MAX_MM)
            if self.total != sum(self.scales):
                raise InvalidValue("Totalsumman stämmer inte med de fyra värdena.")
        elif self.status is RatingStatus.TOTAL_ONLY:
            if self.scales is not None or self.total is None:
                raise InvalidValue("En skattning med endast totalsumma har inga delvärden.")
            _check_range(self.total, TOTAL_MAX_MM)
        elif self.scales is not None or self.total is not None:
            raise InvalidValue(f"En skattning som är {self.status.label} har inga siffror.")

    @classmethod
    def filled(cls, a: int, b: int, c: int, d: int) -> RatingValue:
        """Return a rating with four marks, each 0–100 mm."""
        return cls(RatingStatus.FILLED, (a, b, c, d), a + b + c + d)

    @classmethod
    def total_only(cls, mm: int) -> RatingValue:
        """Return a rating of which only the total (0–400 mm) is known."""
        return cls(RatingStatus.TOTAL_ONLY, None, mm)

    @classmethod
    def incomplete(cls) -> RatingValue:
        """Return a rating whose paper has fewer than four marks; no numbers are kept."""
        return cls(RatingStatus.INCOMPLETE, None, None)

    @classmethod
    def not_filled(cls) -> RatingValue:
        """Return the fact that no form was filled."""
        return cls(RatingStatus.NOT_FILLED, None, None)

    @classmethod
    def from_entry(
        cls,
        scales: Sequence[int | None],
        total: int | None,
        status_hint: RatingStatus | None = None,
        *,
        instrument: Instrument | None = None,
    ) -> RatingValue:
        """Return the rating that was typed, or raise InvalidValue saying what is wrong.

        ``scales`` are four values in millimetres, None where nothing was typed (an empty
        sequence counts as four empty fields). ``status_hint`` is the key for *ej ifylld* or
        *ofullständigt ifylld*, if it was pressed. ``instrument`` lends its topic names to
        the sentence. 0 is a score like any other, never a sign of a missing one.
        """
        values = tuple(scales) or (None,) * SCALES_PER_INSTRUMENT
        if len(values) != SCALES_PER_INSTRUMENT:
            raise InvalidValue("En skattning har fyra värden.")
        total_field = instrument.total_field if instrument else None
        first_typed = next((i for i, v in enumerate(values) if v is not None), None)
        if status_hint in (RatingStatus.NOT_FILLED, RatingStatus.INCOMPLETE):
            if first_typed is not None or total is not None:
                raise InvalidValue(
                    f"Skattningen är markerad som {status_hint.label} men har siffror: "
                    "ta bort markeringen eller siffrorna.",
                    field=total_field
                    if first_typed is None
                    else _scale_field(instrument, first_typed),
                )
            return cls(status_hint, None, None)
        if total is not None:
            if first_typed is not None:
                raise InvalidValue(
                    "Skriv antingen de fyra värdena eller totalsumman, inte båda.",
                    field=total_field,
                )
            if status_hint is RatingStatus.FILLED:
                raise InvalidValue("En ifylld skattning ska ha fyra värden.", field=total_field)
            _check_range(total, TOTAL_MAX_MM, field=total_field)
            return cls.total_only(total)
        if status_hint is RatingStatus.TOTAL_ONLY:
            raise InvalidValue("Totalsumman saknas.", field=total_field)
        missing = [i for i, v in enumerate(values) if v is None]
        if missing:
            raise InvalidValue(
                _missing_sentence(missing, instrument), field=_scale_field(instrument, missing[0])
            )
        complete = [v for v in values if v is not None]
        for i, value in enumerate(complete):
            _check_range(value, SCALE_MAX_MM, field=_scale_field(instrument, i))
        return cls.filled(*complete)


def _scale_field(instrument: Instrument | None, scale: int) -> str | None:
    return instrument.field(scale) if instrument else None


def _missing_sentence(missing: Sequence[int], instrument: Instrument | None) -> str:
    if len(missing) == SCALES_PER_INSTRUMENT:
        return "Skriv fyra värden eller en totalsumma, eller markera ej ifylld."
    topics = (
        [instrument.scales[i] for i in missing]
        if instrument
        else [f"skala {i + 1}" for i in missing]
    )
    lead = f"{instrument.title}: " if instrument else ""
    return (
        f"{lead}Värde saknas för {listed(topics)}. Fyll i, eller markera ofullständigt "
        "ifylld om pappret saknar markeringen."
    )


def _check_range(value: int, maximum: int, *, field: str | None = None) -> None:
    # bool is an int in Python; a ticked box must not become a score of 1 mm.
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= maximum:
        raise InvalidValue(
            f"Värdet ska vara mellan 0 och {maximum} mm ({format_points(maximum)} poäng).",
            field=field,
        )


class Unit(StrEnum):
    """The unit a user has chosen to type in; stored scores are always millimetres."""

    POINTS = "points"
    MM = "mm"

    @property
    def label(self) -> str:
        """Return the Swedish name on the screen."""
        return "poäng (0–10)" if self is Unit.POINTS else "millimeter (0–100)"


_NUMBER = re.compile(r"(?P<whole>[0-9]{1,6})(?:[.,](?P<decimals>[0-9]{1,4}))?(?P<mm>\s?mm)?")
_NEGATIVE = re.compile(r"[0-9]+(?:[.,][0-9]+)?(?:\s?mm)?")


def parse_score(text: str, unit: Unit, *, field: str | None = None) -> int:
    """Return one scale's score in millimetres (0–100) from what was typed.

    In points: 0–10 with at most one decimal, comma or point. In millimetres: whole 0–100.
    ``45mm`` is always millimetres. A whole number above 10 in points is refused with a hint,
    since it might be a reading from the ruler; nothing is guessed. Raises InvalidValue.
    """
    return _parse(text, unit, SCALE_MAX_MM, field)


def parse_total(text: str, unit: Unit, *, field: str | None = None) -> int:
    """Return a total in millimetres (0–400) from what was typed; rules as ``parse_score``.

    In points 0–40 with at most one decimal, in millimetres whole 0–400. Raises InvalidValue.
    """
    return _parse(text, unit, TOTAL_MAX_MM, field)


def _parse(text: str, unit: Unit, maximum: int, field: str | None) -> int:
    points = maximum // MM_PER_POINT
    example = "4,5" if maximum == SCALE_MAX_MM else "22,5"
    typed = text.strip()
    if not typed:
        raise InvalidValue(f"Skriv ett värde mellan 0 och {points}.", field=field)
    if len(typed) > LONGEST_SCORE_TEXT:
        raise InvalidValue(
            f"Texten är för lång för ett värde: skriv ett tal, till exempel {example}.", field=field
        )
    # The sign may be a hyphen, a true minus or any other dash a keyboard or paste gives.
    if (unicodedata.category(typed[0]) == "Pd" or typed[0] == MINUS) and _NEGATIVE.fullmatch(
        typed[1:].strip().lower()
    ):
        raise InvalidValue("Värdet kan inte vara mindre än 0.", field=field)
    match = _NUMBER.fullmatch(typed.lower())
    if match is None:
        raise InvalidValue(f"Skriv ett tal med siffror, till exempel {example}.", field=field)
    whole, decimals = match["whole"], match["decimals"]
    if len(whole) > 1 and whole.startswith("0"):
        raise InvalidValue(
            f"Skriv värdet utan nolla i början, till exempel {example}.", field=field
        )
    if match["mm"] or unit is Unit.MM:
        return _millimetres(whole, decimals, maximum, field)
    number = int(whole)
    if decimals is None:
        if number <= points:
            return number * MM_PER_POINT
        if number <= maximum:
            raise InvalidValue(
                f"{number} är över {points}: skriv {_as_points(number)} eller {number}mm.",
                field=field,
            )
        raise InvalidValue(f"Värdet ska vara mellan 0 och {points}.", field=field)
    if len(decimals) > 1:
        raise InvalidValue(f"Skriv högst en decimal, till exempel {example}.", field=field)
    millimetres = number * MM_PER_POINT + int(decimals)
    if millimetres > maximum:
        raise InvalidValue(
            f"{number},{decimals} är över {points}: värdet ska vara mellan 0 och {points}.",
            field=field,
        )
    return millimetres


def _millimetres(whole: str, decimals: str | None, maximum: int, field: str | None) -> int:
    if decimals is not None:
        raise InvalidValue(
            f"Millimeter skrivs utan decimaler: ett helt tal mellan 0 och {maximum}.", field=field
        )
    if int(whole) > maximum:
        raise InvalidValue(f"Värdet ska vara mellan 0 och {maximum} millimeter.", field=field)
    return int(whole)


def _as_points(mm: int) -> str:
    whole, tenth = divmod(mm, MM_PER_POINT)
    return f"{whole},{tenth}" if tenth else f"{whole}"


def format_points(mm: int) -> str:
    """Return millimetres as points with one decimal and comma: 220 is ``22,0``, −65 ``−6,5``."""
    whole, tenth = divmod(abs(mm), MM_PER_POINT)
    return f"{MINUS if mm < 0 else ''}{whole},{tenth}"
