"""Reading a cell that holds a word: yes and no, the code lists, steps, occasions, försörjning.

Staff's own words for a value stand here beside it. Numbers and days are in `values`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from tracking.domain.endings import Outcome
from tracking.domain.errors import InvalidValue
from tracking.domain.instruments import RatingStatus
from tracking.domain.ladder import NO_PROSPECTS, StepLevel
from tracking.domain.records import (
    AttendanceStatus,
    FollowUpStatus,
    Gender,
    SessionKind,
    SupportMonthsKnown,
)
from tracking.domain.situation import (
    NO_SUPPORT_LABEL,
    Occasion,
    SupportSource,
    WorkKind,
    YesNoUnknown,
)
from tracking.exchange.importing.fields import fold
from tracking.exchange.importing.shapes import Cell
from tracking.exchange.importing.values import text_of

_YES = frozenset(["x", "ja", "j", "yes", "y", "sant", "true", "1", "har", "ok"])
_NO = frozenset(["nej", "n", "no", "falskt", "false", "0", "ej", "inte"])
_TICKS = frozenset("✓✔√☑☒")
_UNKNOWN = frozenset(["vet ej", "vet inte", "okant", "oklart", "uppgift saknas", "saknas"])


def yes(cell: Cell) -> bool:
    """Yes or no; an x is yes."""
    plain = fold(text_of(cell))
    if plain in _YES or text_of(cell) in _TICKS:
        return True
    if plain in _NO or text_of(cell) in ("-", "–"):
        return False
    raise InvalidValue("Skriv ja eller nej (x räknas som ja).")


def answer(cell: Cell) -> YesNoUnknown:
    """Yes, no or *vet ej*."""
    if fold(text_of(cell)) in _UNKNOWN or text_of(cell) == "?":
        return YesNoUnknown.UNKNOWN
    try:
        return YesNoUnknown.YES if yes(cell) else YesNoUnknown.NO
    except InvalidValue:
        raise InvalidValue("Skriv ja, nej eller vet ej (x räknas som ja).") from None


def code(cell: Cell, options: Mapping[str, str], more: Mapping[str, str] | None = None) -> str:
    """The key of a word of a code list: its label, its key, or a known short form."""
    plain = fold(text_of(cell))
    known = {fold(label): key for key, label in options.items()}
    known |= {fold(key): key for key in options}
    known |= {short: key for short, key in (more or {}).items() if key in options}
    if plain in known:
        return known[plain]
    beginning = {key for label, key in known.items() if len(plain) >= 4 and label.startswith(plain)}
    if len(beginning) == 1:
        return beginning.pop()
    labels = list(options.values())
    allowed = ", ".join(labels[:12]) + (" …" if len(labels) > 12 else "")
    raise InvalidValue(f"Värdet finns inte i listan: {allowed}." if labels else "Listan är tom.")


SHORT_FORMS: dict[str, dict[str, str]] = {
    "referrer": {
        "af": "employment_service",
        "arbetsformedling": "employment_service",
        "fk": "insurance_agency",
        "f kassan": "insurance_agency",
        "forsakringskassa": "insurance_agency",
        "kommunen": "municipality",
        "soc": "municipality",
        "socialtjansten": "municipality",
        "socialtjanst": "municipality",
        "socialforvaltningen": "municipality",
        "ifo": "municipality",
        "ame": "municipality",
        "regionen": "region",
        "landstinget": "region",
        "varden": "region",
        "vardcentral": "region",
        "vardcentralen": "region",
        "primarvard": "region",
        "primarvarden": "region",
        "psykiatri": "region",
        "psykiatrin": "region",
        "vuxenpsykiatrin": "region",
        "ovrigt": "other",
        "ovrig": "other",
        "sjalv": "self",
        "egen ansokan": "self",
        "eget initiativ": "self",
    },
    "end_reason": {
        "jobb": "work",
        "anstallning": "work",
        "till arbete": "work",
        "utbildning": "studies",
        "till studier": "studies",
        "fortsatt rehab": "continued_rehabilitation",
        "rehab": "continued_rehabilitation",
        "annan insats": "other_insats",
        "ordinarie handlaggning": "back_to_ordinary",
        "sjuk": "illness",
        "foraldraledig": "parental_leave",
        "eget onskemal": "own_request",
        "egen begaran": "own_request",
        "flyttat": "moved",
        "flyttad": "moved",
        "dod": "deceased",
        "avled": "deceased",
    },
    "attempt_way": {"telefonsamtal": "phone", "ring": "phone", "brev": "letter"},
}
"""Words that staff use for the values that ship; folded."""


def support_time(
    cell: Cell, bands: Mapping[str, str]
) -> tuple[SupportMonthsKnown, int | None, str | None]:
    """The time in offentlig försörjning before: months, a band's key, or *vet ej*."""
    plain = fold(text_of(cell))
    if plain in _UNKNOWN:
        return (SupportMonthsKnown.UNKNOWN, None, None)
    months = re.fullmatch(r"(\d{1,3})(?: ?(?:man|manader|mnd|m))?", plain)
    if months:
        return (SupportMonthsKnown.MONTHS, int(months[1]), None)
    try:
        return (SupportMonthsKnown.BAND, None, code(cell, bands))
    except InvalidValue:
        raise InvalidValue(
            f"Skriv antal månader, vet ej, eller ett av spannen: {', '.join(bands.values())}."
        ) from None


def step(cell: Cell, steps: Mapping[int, str]) -> StepLevel:
    """A step by its number or name, or the exit beside the steps."""
    plain = fold(text_of(cell))
    if plain in ("inga utsikter", "inga utsikter for arbete", "inga utsikter till arbete"):
        return NO_PROSPECTS
    if match := re.fullmatch(r"(?:steg |niva )?(\d{1,2})(?: .*)?", plain):
        return StepLevel(int(match[1]))
    for position, name in steps.items():
        if fold(name) == plain:
            return StepLevel(position)
    raise InvalidValue("Skriv stegets nummer på trappan, eller inga utsikter.")


def gender(cell: Cell) -> Gender:
    """Juridiskt kön by letter or word."""
    plain = fold(text_of(cell))
    if plain in ("k", "kvinna", "kvinnor", "kv", "f", "female", "flicka", "tjej"):
        return Gender.WOMAN
    if plain in ("m", "man", "male", "pojke", "kille"):
        return Gender.MAN
    if plain in _UNKNOWN | {"uppgift saknas", "okand", "annat", "x"}:
        return Gender.UNKNOWN
    raise InvalidValue("Skriv kvinna, man eller uppgift saknas.")


@cache
def _words(kind: str) -> dict[str, str]:
    return {
        "outcome": {
            **dict.fromkeys(("fullfoljt", "fullfoljd", "ja", "x", "j"), Outcome.COMPLETED.value),
            **dict.fromkeys(("avbrutet", "avbruten", "avbrott", "nej", "n"), "interrupted"),
            **dict.fromkeys(("raknas for sig", "utanfor"), Outcome.OUTSIDE.value),
        },
        "work_kind": {
            **dict.fromkeys(("osubventionerat", "utan stod", "osubventionerad"), "unsubsidised"),
            **dict.fromkeys(
                ("subventionerat", "subventionerad", "lonebidrag", "med stod"), "subsidised"
            ),
            **dict.fromkeys(("eget foretag", "egen foretagare", "foretagare"), "own_business"),
        },
        "session": {
            **dict.fromkeys(
                ("samtal", "enskilt", "individuellt", "besok", "mote", "fysiskt"), "individual"
            ),
            **dict.fromkeys(("grupp", "grupptraff", "gruppmote"), "group"),
            **dict.fromkeys(("telefon", "telefonsamtal", "tel", "ring", "digitalt"), "phone"),
        },
        "attendance": {
            **dict.fromkeys(("narvarande", "ja", "x", "kom", "deltog", "1"), "present"),
            **dict.fromkeys(("uteblev", "uteblivit", "franvarande", "kom ej", "nej"), "absent"),
            **dict.fromkeys(("avbokat", "avbokad", "avbokning", "installt"), "cancelled"),
        },
        "follow_up": {
            **dict.fromkeys(("genomford", "ja", "gjord", "klar", "nadd", "svarat", "x"), "done"),
            **dict.fromkeys(("inte nadd", "ej nadd", "inget svar", "svarar ej"), "not_reached"),
            **dict.fromkeys(("avbojde", "avbojt", "vill ej", "tackat nej"), "declined"),
            **dict.fromkeys(
                ("inget samtycke till kontakt", "inget samtycke", "ej samtycke"),
                "no_contact_consent",
            ),
            **dict.fromkeys(("avliden", "dod"), "deceased"),
            "att gora": "due",
        },
        "mark": {
            **dict.fromkeys(("ej ifylld", "inte ifylld", "ingen", "saknas"), "not_filled"),
            **dict.fromkeys(("ofullstandigt ifylld", "ofullstandig", "delvis"), "incomplete"),
            "ifylld": "filled",
            "endast totalsumma": "total_only",
        },
    }[kind]


def _word(cell: Cell, kind: str, allowed: str) -> str:
    plain = fold(text_of(cell))
    words = _words(kind)
    if plain in words:
        return words[plain]
    raise InvalidValue(f"Skriv {allowed}.")


def outcome(cell: Cell) -> Outcome:
    """Fullföljt, avbrutet, or counted apart."""
    return Outcome(_word(cell, "outcome", "fullföljt eller avbrutet"))


def work_kind(cell: Cell) -> WorkKind:
    """The kind of work."""
    return WorkKind(_word(cell, "work_kind", "osubventionerat, subventionerat eller eget företag"))


def session_kind(cell: Cell) -> SessionKind:
    """How a talk was held."""
    return SessionKind(_word(cell, "session", "samtal, telefon eller gruppträff"))


def attendance(cell: Cell) -> AttendanceStatus:
    """Whether somebody came."""
    return AttendanceStatus(_word(cell, "attendance", "närvarande, uteblev eller avbokat"))


def follow_up(cell: Cell) -> FollowUpStatus:
    """What came of a follow-up."""
    allowed = "genomförd, inte nådd, avböjde, inget samtycke till kontakt eller avliden"
    return FollowUpStatus(_word(cell, "follow_up", allowed))


def mark(cell: Cell) -> RatingStatus:
    """Why a rating has no numbers."""
    return RatingStatus(_word(cell, "mark", "ej ifylld eller ofullständigt ifylld"))


_OCCASIONS = {
    Occasion.START: ("start", "vid start", "in", "inskrivning", "fore", "start i insats", "forsta"),
    Occasion.DURING: ("under", "under insatsen", "pagaende", "lopande"),
    Occasion.END: ("avslut", "slut", "vid avslut", "ut", "utskrivning", "efter", "vid slut"),
    Occasion.M6: ("6", "6 man", "6 manader", "6 manader efter", "m6", "6m", "efter 6 manader"),
    Occasion.M12: ("12", "12 man", "12 manader", "12 manader efter", "m12", "efter 12 manader"),
    Occasion.M18: ("18", "18 man", "18 manader", "18 manader efter", "m18", "efter 18 manader"),
}
OCCASION_WORDS: dict[str, Occasion] = {
    word: occasion for occasion, words in _OCCASIONS.items() for word in words
}


def occasion(cell: Cell) -> Occasion:
    """A point in time: start, during, end, 6, 12 or 18 months after."""
    found = OCCASION_WORDS.get(fold(text_of(cell)))
    if found is None:
        raise InvalidValue("Skriv start, under, avslut, 6, 12 eller 18 månader.")
    return found


def months(cell: Cell) -> int:
    """6, 12 or 18."""
    match = re.fullmatch(r"(6|12|18)(?: ?(?:man|manader|m|manader efter))?", fold(text_of(cell)))
    if match is None:
        raise InvalidValue("Skriv 6, 12 eller 18 månader.")
    return int(match[1])


_SUPPORT_SHORT: dict[str, SupportSource] = {
    "ekonomiskt bistand": SupportSource.INCOME_SUPPORT,
    "socialbidrag": SupportSource.INCOME_SUPPORT,
    "soc bidrag": SupportSource.INCOME_SUPPORT,
    "fors stod": SupportSource.INCOME_SUPPORT,
    "forsorjningsstod": SupportSource.INCOME_SUPPORT,
    "rehabpenning": SupportSource.REHABILITATION_BENEFIT,
    "arbetsloshetsersattning": SupportSource.UNEMPLOYMENT_BENEFIT,
    "a kassa": SupportSource.UNEMPLOYMENT_BENEFIT,
    "akassa": SupportSource.UNEMPLOYMENT_BENEFIT,
    "aktivitetsstod": SupportSource.ACTIVITY_SUPPORT,
    "utvecklingsersattning": SupportSource.ACTIVITY_SUPPORT,
    "csn": SupportSource.STUDY_SUPPORT,
    "studiemedel": SupportSource.STUDY_SUPPORT,
    "annan": SupportSource.OTHER,
    "ovrigt": SupportSource.OTHER,
}
_NO_SUPPORT = frozenset(
    ["ingen", fold(NO_SUPPORT_LABEL), "ingen forsorjning", "sjalvforsorjande", "egen forsorjning",
     "foraldrapenning", "tillfallig foraldrapenning", "alderspension", "delpension", "lon"]
)  # fmt: skip


def support(cell: Cell) -> tuple[frozenset[SupportSource], bool, bool]:
    """Sources of offentlig försörjning: those named, whether none, whether not known.

    Föräldrapenning and pension by age count as none, as SUS had it.
    """
    known = {fold(source.label): source for source in SupportSource} | _SUPPORT_SHORT
    known |= {fold(source.value): source for source in SupportSource}
    # One source has a stroke in its own name.
    text = text_of(cell).replace(SupportSource.ACTIVITY_SUPPORT.label, "aktivitetsstöd")
    sources, none, unknown = set(), False, False
    for part in re.split(r"[,;+&/]| och ", text):
        plain = fold(part)
        if plain in known:
            sources.add(known[plain])
        elif plain in _NO_SUPPORT:
            none = True
        elif plain in _UNKNOWN:
            unknown = True
        elif plain:
            labels = ", ".join(source.label for source in SupportSource)
            raise InvalidValue(f"Försörjningen finns inte i listan: {labels}.")
    return frozenset(sources), none, unknown
