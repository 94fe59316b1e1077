"""All writes: one function for each thing a person does, in one transaction each.

A service takes the actor and asks for permission first, checks every value again, writes,
logs, and answers with a small frozen dataclass. The same form sent twice is saved once.
"""

from tracking.services.corrections import (
    Corrected,
    correct_rating,
    correct_session_date,
    void_record,
)
from tracking.services.entries import FaultyRows, FieldErrors, parse_ratings, parse_rows
from tracking.services.followups import (
    RecordedAttempt,
    RecordedFollowUp,
    record_attempt,
    record_follow_up,
)
from tracking.services.participants import (
    AnonymousSaved,
    ChangedWord,
    KnownParticipant,
    RegisteredParticipant,
    change_memory_word,
    find_known_participant,
    propose_memory_words,
    register_participant,
    set_anonymous_count,
)
from tracking.services.progress import (
    AssessedStep,
    EndedSpell,
    RecordedSituation,
    assess_step,
    end_spell,
    record_situation,
)
from tracking.services.sessions import (
    AddedRatings,
    GroupRow,
    RecordedGroupSession,
    RecordedSession,
    add_ratings,
    add_to_group_session,
    record_group_session,
    record_session,
)
from tracking.services.starts import (
    CompletedStart,
    SpellStart,
    StartDetails,
    StartedSpell,
    complete_start,
    register_and_start,
    start_spell,
)
from tracking.services.withdrawals import (
    ClosedSpell,
    Withdrawn,
    close_as_misregistered,
    withdraw_consent,
)

__all__ = [
    "AddedRatings",
    "AnonymousSaved",
    "AssessedStep",
    "ChangedWord",
    "ClosedSpell",
    "CompletedStart",
    "Corrected",
    "EndedSpell",
    "FaultyRows",
    "FieldErrors",
    "GroupRow",
    "KnownParticipant",
    "RecordedAttempt",
    "RecordedFollowUp",
    "RecordedGroupSession",
    "RecordedSession",
    "RecordedSituation",
    "RegisteredParticipant",
    "SpellStart",
    "StartDetails",
    "StartedSpell",
    "Withdrawn",
    "add_ratings",
    "add_to_group_session",
    "assess_step",
    "change_memory_word",
    "close_as_misregistered",
    "complete_start",
    "correct_rating",
    "correct_session_date",
    "end_spell",
    "find_known_participant",
    "parse_ratings",
    "parse_rows",
    "propose_memory_words",
    "record_attempt",
    "record_follow_up",
    "record_group_session",
    "record_session",
    "record_situation",
    "register_and_start",
    "register_participant",
    "set_anonymous_count",
    "start_spell",
    "void_record",
    "withdraw_consent",
]
