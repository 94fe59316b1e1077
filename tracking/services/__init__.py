"""Every change of data: one function for each thing a person does.

A service takes the actor, asks for permission, checks the values, writes, keeps the summary
and the log, all in one transaction. The public names stand here; modules beginning with an
underscore are the services' own.
"""

from tracking.services.accounts import assign, create_account
from tracking.services.anonymous import AnonymousSaved, set_anonymous_counts
from tracking.services.answers import (
    ChangedAnswer,
    RecordedAnswers,
    correct_answer,
    record_answers,
    void_answer,
)
from tracking.services.budgets import set_budget, set_forbund_budget
from tracking.services.codes import add_code, edit_code, retire_code
from tracking.services.corrections import (
    Corrected,
    correct_rating,
    correct_session_date,
    void_record,
)
from tracking.services.endings import ReopenedSpell, reopen_spell
from tracking.services.entries import FaultyRows, FieldErrors, parse_ratings, parse_rows
from tracking.services.followups import (
    RecordedAttempt,
    RecordedFollowUp,
    record_attempt,
    record_follow_up,
)
from tracking.services.insatser import create_insats, edit_insats
from tracking.services.ladders import StepText, add_ladder_version, create_ladder
from tracking.services.mending import AskedToMend, ask_to_mend, take_request_back
from tracking.services.need_groups import (
    add_need_group,
    edit_need_group,
    retire_need_group,
)
from tracking.services.participants import (
    ChangedWord,
    KnownParticipant,
    RegisteredParticipant,
    change_memory_word,
    find_known_participant,
    propose_memory_words,
    register_participant,
)
from tracking.services.preferences import choose_score_unit
from tracking.services.progress import (
    AssessedStep,
    CompletedEnd,
    EndedSpell,
    RecordedSituation,
    assess_step,
    complete_end,
    end_spell,
    record_situation,
)
from tracking.services.questions import (
    SavedQuestion,
    define_question,
    edit_question,
    move_question,
    retire_question,
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
from tracking.services.setup import (
    ReleaseDayChoice,
    add_controller,
    choose_calendar,
    proposed_release_days,
    set_up_forbund,
    templates,
)
from tracking.services.sign_in_accounts import (
    AddedEmployer,
    ChangedAccount,
    ChangedAssignment,
    add_employer,
    change_own_password,
    close_account,
    end_assignment,
    give_assignment,
    link_identity,
    open_account,
    reset_second_factor,
    set_password,
    sign_out_account,
)
from tracking.services.slips import (
    SavedSlips,
    correct_slips,
    record_slips,
    void_slips,
)
from tracking.services.start_corrections import (
    CorrectedParticipant,
    CorrectedStart,
    LinkedSpell,
    RecordedConsents,
    correct_participant,
    correct_start,
    link_previous,
    record_consents,
)
from tracking.services.starts import (
    CompletedStart,
    PastEnd,
    SpellStart,
    StartDetails,
    StartedSpell,
    complete_start,
    register_and_start,
    start_spell,
)
from tracking.services.targets import remove_target, set_target
from tracking.services.withdrawals import (
    ClosedSpell,
    Withdrawn,
    close_as_misregistered,
    withdraw_consent,
)

__all__ = [
    "AddedEmployer",
    "AddedRatings",
    "AnonymousSaved",
    "AskedToMend",
    "AssessedStep",
    "ChangedAccount",
    "ChangedAnswer",
    "ChangedAssignment",
    "ChangedWord",
    "ClosedSpell",
    "CompletedEnd",
    "CompletedStart",
    "Corrected",
    "CorrectedParticipant",
    "CorrectedStart",
    "EndedSpell",
    "FaultyRows",
    "FieldErrors",
    "GroupRow",
    "KnownParticipant",
    "LinkedSpell",
    "PastEnd",
    "RecordedAnswers",
    "RecordedAttempt",
    "RecordedConsents",
    "RecordedFollowUp",
    "RecordedGroupSession",
    "RecordedSession",
    "RecordedSituation",
    "RegisteredParticipant",
    "ReleaseDayChoice",
    "ReopenedSpell",
    "SavedQuestion",
    "SavedSlips",
    "SpellStart",
    "StartDetails",
    "StartedSpell",
    "StepText",
    "Withdrawn",
    "add_code",
    "add_controller",
    "add_employer",
    "add_ladder_version",
    "add_need_group",
    "add_ratings",
    "add_to_group_session",
    "ask_to_mend",
    "assess_step",
    "assign",
    "change_memory_word",
    "change_own_password",
    "choose_calendar",
    "choose_score_unit",
    "close_account",
    "close_as_misregistered",
    "complete_end",
    "complete_start",
    "correct_answer",
    "correct_participant",
    "correct_rating",
    "correct_session_date",
    "correct_slips",
    "correct_start",
    "create_account",
    "create_insats",
    "create_ladder",
    "define_question",
    "edit_code",
    "edit_insats",
    "edit_need_group",
    "edit_question",
    "end_assignment",
    "end_spell",
    "find_known_participant",
    "give_assignment",
    "link_identity",
    "link_previous",
    "move_question",
    "open_account",
    "parse_ratings",
    "parse_rows",
    "propose_memory_words",
    "proposed_release_days",
    "record_answers",
    "record_attempt",
    "record_consents",
    "record_follow_up",
    "record_group_session",
    "record_session",
    "record_situation",
    "record_slips",
    "register_and_start",
    "register_participant",
    "remove_target",
    "reopen_spell",
    "reset_second_factor",
    "retire_code",
    "retire_need_group",
    "retire_question",
    "set_anonymous_counts",
    "set_budget",
    "set_forbund_budget",
    "set_password",
    "set_target",
    "set_up_forbund",
    "sign_out_account",
    "start_spell",
    "take_request_back",
    "templates",
    "void_answer",
    "void_record",
    "void_slips",
    "withdraw_consent",
]
