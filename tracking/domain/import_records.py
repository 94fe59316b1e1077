"""What a row of a file comes to, once it has been read: records with types, and their row.

Nothing here knows of files or columns (`tracking.exchange.importing`) nor of what is stored
already (`tracking.services.importing`). ``row`` is the file's own row number, ``key`` what the
file calls the participant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tracking.domain.endings import Outcome
from tracking.domain.errors import InvalidValue, StegvisError
from tracking.domain.identifiers import clean_text, normalise_code
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import StepLevel
from tracking.domain.records import (
    AttendanceStatus,
    FollowUpStatus,
    Gender,
    SessionKind,
    SupportMonthsKnown,
)
from tracking.domain.situation import Occasion, SituationValue, YesNoUnknown


class ImportKind(StrEnum):
    """What a file tells of."""

    SPELLS = "spells"
    RATINGS = "ratings"
    SITUATIONS = "situations"
    STEPS = "steps"
    FOLLOW_UPS = "follow_ups"
    HISTORY = "history"

    @property
    def label(self) -> str:
        """The words on the screen."""
        return {
            "spells": "Deltagare och deltaganden",
            "ratings": "Samtal och skattningar",
            "situations": "Situationer och svar på frågor",
            "steps": "Stegbedömningar",
            "follow_ups": "Uppföljningar",
            "history": "Tidigare uppgifter, SUS",
        }[self.value]


class FaultyRow(StegvisError):
    """A row of a file cannot be used: ``row`` is its number in the file."""

    def __init__(self, row: int, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence, field=field)
        self.row = row


# Letters that stand for a place or a series, and a serial number: no room for a name.
# After a year at most three digits: four might be the last of a personnummer.
_OWN_KEY = re.compile(
    r"(?:NR\.? ?|#|')?(?:(?P<year>(?:20)?[0-9]{2})[\-/](?=[0-9]{1,3}[A-Z]?$)"
    r"|(?P<series>[A-ZÅÄÖ]{0,4})[ \-/._]?)(?P<number>[0-9]{1,7})(?P<last>[A-Z]?)"
)
_CODE = re.compile(r"ST-[0-9]{4,7}")


def participant_key(text: str) -> str:
    """What a file calls a participant, in one spelling: a code of ours, or a serial number.

    ``a 17`` and ``A-17`` are ``A-17``; ``24/017`` is ``24-17``; ``st42`` is
    ``ST-0042``. Raises InvalidValue, without repeating the text, when it may be something else,
    as a name.
    """
    plain = clean_text(text, field="key", max_length=20, required=True).upper()
    match = _OWN_KEY.fullmatch(plain)
    if match is None or int(match["number"]) == 0:
        raise InvalidValue(
            "Deltagaren anges med ett löpnummer (högst fyra bokstäver och siffror, till exempel "
            "A-17) eller med koden i Stegvis, aldrig med namn.",
            field="key",
        )
    if match["series"] == "ST":
        return normalise_code(plain, field="key")
    series = match["series"] or match["year"]
    number = f"{int(match['number'])}{match['last']}"
    return f"{series}-{number}" if series else number


def is_own_code(key: str) -> bool:
    """Whether a participant's key is one of the codes that Stegvis itself gives."""
    return _CODE.fullmatch(key) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """What every record about a participant has. ``started_on`` tells which spell is meant."""

    row: int
    key: str
    started_on: date | None = None


@dataclass(frozen=True, slots=True)
class AnswerSaid:
    """What a file says in answer to a kompletterande fråga: the question's key, and its words."""

    question: str
    occasion: Occasion
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpellRecord(PersonRecord):
    """A participant and a spell. Codes are keys of the förbund's lists.

    ``answers`` were given at the start or the end, on its day.
    """

    birth_year: int
    gender: Gender
    referrer: str
    consent_follow_up: bool
    consent_contact: bool
    consent_disclosure_on: date | None = None
    municipality: str | None = None
    education: str | None = None
    support_months_known: SupportMonthsKnown | None = None
    support_months: int | None = None
    support_band: str | None = None
    need_group: str | None = None
    step: StepLevel | None = None
    ended_on: date | None = None
    end_reason: str | None = None
    outcome: Outcome | None = None
    outcome_reason: str | None = None
    active_planning: YesNoUnknown | None = None
    answers: tuple[AnswerSaid, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRecord(PersonRecord):
    """A talk or somebody's part in a group meeting. ``place`` is its order within the day."""

    held_on: date
    kind: SessionKind = SessionKind.INDIVIDUAL
    attendance: AttendanceStatus = AttendanceStatus.PRESENT
    ratings: Mapping[str, RatingValue] = field(default_factory=dict)
    place: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationRecord(PersonRecord):
    """A situation at the start or the end, or answers of any occasion, or both.

    Without a day it is of the start's, the end's or the follow-up's.
    """

    occasion: Occasion
    value: SituationValue | None = None
    answers: tuple[AnswerSaid, ...] = ()
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord(PersonRecord):
    """A step assessment; without a day it is of the start's or the end's."""

    occasion: Occasion
    level: StepLevel
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRecord(PersonRecord):
    """What came of a follow-up; ``way`` is how somebody not reached was tried."""

    months: int
    status: FollowUpStatus
    on: date
    way: str | None = None
    situation: SituationValue | None = None
    step: StepLevel | None = None
    answers: tuple[AnswerSaid, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRecord:
    """One count of an earlier series; ``gender`` None is all together."""

    row: int
    year: int
    measure: str
    number: int
    gender: Gender | None = None
    base: int | None = None
    definition: str
    source: str


ImportRecord = (
    SpellRecord | TalkRecord | SituationRecord | StepRecord | FollowUpRecord | HistoryRecord
)


class RowState(StrEnum):
    """What an import would do with a row."""

    NEW = "new"
    SAME = "same"
    REFUSED = "refused"
    NOT_READ = "not_read"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return {
            "new": "läggs till",
            "same": "finns redan",
            "refused": "nekas",
            "not_read": "läses inte",
        }[self.value]


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """A row of the file with what would happen to it, and a sentence."""

    row: int
    state: RowState
    said: str
