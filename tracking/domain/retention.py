"""Retention (gallring): when what is kept of a person, and the access log, has to go.

A spell's rows are due the rule's number of years after it ended, and are to be gone by the end
of the next calendar year. The access log goes by whole calendar years. How it is done, and the
protocol of it, are in `tracking.store.retention` and `tracking.services.retention`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracking.domain.periods import add_months

FOLLOW_UP_WINDOW_DAYS = 60
"""How long after its day a follow-up may still be made: until then its spell stays."""

RELEASED_AFTER_MONTHS = 18
"""How long after its end a spell still counts in what is released: its last follow-up."""


class RetentionKind(StrEnum):
    """What a rule of retention is about."""

    PERSONS = "persons"
    LOG = "log"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return {"persons": "deltagaruppgifter", "log": "åtkomstlogg"}[self.value]


LEAST_YEARS = {RetentionKind.PERSONS: 3, RetentionKind.LOG: 2}
"""Below, releases that are still to come would lack people, and reviews their log."""

MOST_YEARS = 20
DEFAULT_YEARS = 5
DEFAULT_SOURCE = "Stegvis förval: fem år"


class Erased(StrEnum):
    """A kind of row that a protocol counts."""

    SPELL = "spell"
    PARTICIPANT = "participant"
    SESSION = "session"
    ATTENDANCE = "attendance"
    RATING = "rating"
    STEP_ASSESSMENT = "step_assessment"
    SITUATION = "situation"
    FOLLOW_UP = "follow_up"
    ATTEMPT = "attempt"
    ANSWER = "answer"
    CHANGE = "change"
    LOG_PAYLOAD = "log_payload"
    SIGN_IN = "sign_in"
    SIGN_IN_ATTEMPT = "sign_in_attempt"
    FORM_KEY = "form_key"

    @property
    def label(self) -> str:
        """What it is called in the protocol."""
        return _LABELS[self.value]


_LABELS = {
    "spell": "Deltaganden",
    "participant": "Deltagare, med kod och minnesord",
    "session": "Samtal och träffar som ingen annan deltog i",
    "attendance": "Närvaro",
    "rating": "Skattningar",
    "step_assessment": "Stegbedömningar",
    "situation": "Situationer",
    "follow_up": "Uppföljningar",
    "attempt": "Försök att nå",
    "answer": "Svar på frågor",
    "change": "Rättelser i ändringshistoriken",
    "log_payload": "Åtkomstloggens innehåll",
    "sign_in": "Avslutade inloggningar",
    "sign_in_attempt": "Inloggningsförsök",
    "form_key": "Formulärnycklar",
}


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How many years something is kept, and where that was decided. ``since`` None is the
    default, which nobody has decided.
    """

    kind: RetentionKind
    years: int
    source: str
    since: date | None = None


def default_rule(kind: RetentionKind) -> RetentionRule:
    """The rule that holds until somebody decides another."""
    return RetentionRule(kind, DEFAULT_YEARS, DEFAULT_SOURCE)


def ended_by(today: date, years: int) -> date:
    """The last end of a spell that is due on ``today``: whoever ended then or earlier."""
    return add_months(today, -12 * years)


def due_from(ended_on: date, years: int) -> date:
    """The first day on which a spell that ended then is due."""
    return add_months(ended_on, 12 * years)


def gone_by(ended_on: date, years: int) -> date:
    """The last day on which it is to be gone: the end of the year after it became due."""
    return date(due_from(ended_on, years).year + 1, 12, 31)


def last_log_year(today: date, years: int) -> int:
    """The newest calendar year whose log is due: over, and so many whole years ago."""
    return today.year - 1 - years


def first_releasable_start(erased_to: date) -> date:
    """The first day that a period of twelve months may begin with to be released after spells
    that ended on ``erased_to`` or earlier have been erased: these no longer count in it.
    """
    return add_months(erased_to, RELEASED_AFTER_MONTHS)
