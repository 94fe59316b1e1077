"""What a column can be: how its cells are read, and what a heading is compared by."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from tracking.domain.situation import Occasion


class ValueKind(StrEnum):
    """How the cells of a column are read."""

    KEY = "key"
    DAY = "day"
    BIRTH_YEAR = "birth_year"
    YEAR = "year"
    GENDER = "gender"
    YES = "yes"
    CONSENT_DAY = "consent_day"
    CODE = "code"
    SUPPORT_TIME = "support_time"
    STEP = "step"
    OUTCOME = "outcome"
    ANSWER = "answer"
    SUPPORT = "support"
    TICK = "tick"
    WORK_KIND = "work_kind"
    PERCENT = "percent"
    OCCASION = "occasion"
    MONTHS = "months"
    FOLLOW_UP = "follow_up"
    SESSION_KIND = "session_kind"
    ATTENDANCE = "attendance"
    PLACE = "place"
    SCORE = "score"
    TOTAL = "total"
    MARK = "mark"
    COUNT = "count"
    TEXT = "text"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a column can tell.

    ``spellings`` are headings as people write them; ``slotted`` says that there may be one
    column of it for each talk, occasion or kön; ``constant`` that it may be said once for all
    rows; ``list_key`` is the code list that its words come from. ``question`` is the key of a
    kompletterande fråga that it answers, ``occasion`` when, where the field itself says so.
    """

    key: str
    title: str
    value: ValueKind
    spellings: tuple[str, ...] = ()
    required: bool = False
    list_key: str | None = None
    slotted: bool = False
    constant: bool = False
    help: str = ""
    question: str | None = None
    occasion: Occasion | None = None


def fold(text: str) -> str:
    """A heading or a word without case, accents, signs and double spaces: ``Födelse-år`` is
    ``fodelse ar``.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9%]+", " ", letters.replace("æ", "a").replace("ø", "o")).strip()
