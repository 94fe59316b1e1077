"""The closed lists that records are made of, with their Swedish words.

Lists that a förbund edits itself (remittent, avslutsanledning, hemkommun …) are not here:
they are data, see `tracking.store.tables.setup.Code`.
"""

from __future__ import annotations

from enum import StrEnum


class Gender(StrEnum):
    """Juridiskt kön, in the order that every table prints it."""

    WOMAN = "woman"
    MAN = "man"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """One person's kön in Swedish."""
        return {"woman": "kvinna", "man": "man", "unknown": "uppgift saknas"}[self.value]

    @property
    def plural(self) -> str:
        """The column heading in Swedish."""
        return {"woman": "kvinnor", "man": "män", "unknown": "uppgift saknas"}[self.value]


class InsatsKind(StrEnum):
    """Whether an insats works with persons or with structures."""

    INDIVIDUAL = "individual"
    STRUCTURAL = "structural"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return {"individual": "individinriktad", "structural": "strukturövergripande"}[self.value]


class AuthorityKind(StrEnum):
    """The kinds of authority that make a förbund."""

    EMPLOYMENT_SERVICE = "employment_service"
    INSURANCE_AGENCY = "insurance_agency"
    MUNICIPALITY = "municipality"
    REGION = "region"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return {
            "employment_service": "Arbetsförmedlingen",
            "insurance_agency": "Försäkringskassan",
            "municipality": "Kommun",
            "region": "Region",
        }[self.value]


class SessionKind(StrEnum):
    """How a session was held."""

    INDIVIDUAL = "individual"
    GROUP = "group"
    PHONE = "phone"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return {"individual": "samtal", "group": "gruppträff", "phone": "telefonsamtal"}[self.value]


class AttendanceStatus(StrEnum):
    """Whether the participant came."""

    PRESENT = "present"
    ABSENT = "absent"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return {"present": "närvarande", "absent": "uteblev", "cancelled": "avbokat"}[self.value]


class FollowUpStatus(StrEnum):
    """What came of a follow-up."""

    DUE = "due"
    DONE = "done"
    NOT_REACHED = "not_reached"
    DECLINED = "declined"
    NO_CONTACT_CONSENT = "no_contact_consent"
    DECEASED = "deceased"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return {
            "due": "att göra",
            "done": "genomförd",
            "not_reached": "inte nådd",
            "declined": "avböjde",
            "no_contact_consent": "inget samtycke till kontakt",
            "deceased": "avliden",
        }[self.value]


class SupportMonthsKnown(StrEnum):
    """How the time in offentlig försörjning before the start is known."""

    MONTHS = "months"
    BAND = "band"
    UNKNOWN = "unknown"


class WithdrawalReason(StrEnum):
    """Why a spell was turned into an anonymous one."""

    CONSENT_WITHDRAWN = "consent_withdrawn"
    PROTECTED_IDENTITY = "protected_identity"

    @property
    def label(self) -> str:
        """The words on the screen."""
        return {
            "consent_withdrawn": "samtycket återkallat",
            "protected_identity": "skyddade personuppgifter",
        }[self.value]


class ReportStatus(StrEnum):
    """A report is a draft until it is adopted (fastställd); then it never changes."""

    DRAFT = "draft"
    ADOPTED = "adopted"


class DeviationStatus(StrEnum):
    """Where the handling of a systemavvikelse stands."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    SOLVED = "solved"
    RAISED = "raised"

    @property
    def label(self) -> str:
        """The words on the screen."""
        return {
            "new": "ny",
            "in_progress": "under arbete",
            "solved": "löst",
            "raised": "lyft till styrelsen",
        }[self.value]

    @property
    def plural(self) -> str:
        """The words for several of them."""
        return {
            "new": "nya",
            "in_progress": "under arbete",
            "solved": "lösta",
            "raised": "lyfta till styrelsen",
        }[self.value]


class QuestionKind(StrEnum):
    """What kind of answer a kompletterande fråga takes; none takes free text."""

    YES_NO = "yes_no"
    SCALE = "scale"
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"
