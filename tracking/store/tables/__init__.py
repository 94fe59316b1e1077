"""The tables, one module an idea; importing this package knows them all.

`metadata` is complete here: the CHECKs that follow from column types are added once, below.
"""

from __future__ import annotations

from tracking.store.tables.accounts import (
    AccessLog,
    AccessLogHead,
    AccessLogPayload,
    Account,
    Assignment,
)
from tracking.store.tables.backups import BackupRun
from tracking.store.tables.base import Base, guard_columns
from tracking.store.tables.context import ContextImport, IndicatorResult, MunicipalFigure
from tracking.store.tables.courses import FittedCourse
from tracking.store.tables.imports import (
    EarlierFigure,
    ImportedRow,
    ImportKey,
    ImportMapping,
    ImportRun,
)
from tracking.store.tables.log_reviews import LogReview, LogReviewRule
from tracking.store.tables.payback import PaybackCalculation
from tracking.store.tables.people import AnonymousCount, Participant, Spell, Withdrawal
from tracking.store.tables.progress import (
    Attempt,
    FollowUp,
    Situation,
    SituationSupport,
    StepAssessment,
)
from tracking.store.tables.quality import MendRequest
from tracking.store.tables.questions import (
    Answer,
    AnswerChoice,
    Deviation,
    DeviationParty,
    HeadCount,
    Question,
    QuestionOption,
    SlipCount,
    StructuralOccasion,
)
from tracking.store.tables.releases import (
    Release,
    ReleaseCells,
    ReleasedTable,
    ReleasePublication,
    ReleaseSmall,
)
from tracking.store.tables.reports import (
    Report,
    ReportIdentity,
    Section,
    SectionNote,
    Snapshot,
)
from tracking.store.tables.retention import (
    ErasedTally,
    RetentionLine,
    RetentionRuleRow,
    RetentionRun,
)
from tracking.store.tables.sessions import Attendance, Rating, Session
from tracking.store.tables.setup import (
    Budget,
    Code,
    CodeList,
    Controller,
    Forbund,
    ForbundBudget,
    Insats,
    Ladder,
    LadderStep,
    LadderVersion,
    ReleaseDay,
    Target,
    ThresholdSet,
)
from tracking.store.tables.sign_in import (
    AttemptKind,
    OidcIdentity,
    OidcRequest,
    RecoveryCode,
    SecondFactor,
    SetUpCode,
    SignIn,
    SignInAttempt,
    SignInMethod,
)
from tracking.store.tables.upkeep import (
    Change,
    DataVersion,
    FinishedWrite,
    SpellSummary,
    TouchedInsats,
    TouchedSpell,
)
from tracking.store.tables.year import YearEvent

metadata = Base.metadata
for _table in metadata.tables.values():
    guard_columns(_table)

__all__ = [
    "AccessLog",
    "AccessLogHead",
    "AccessLogPayload",
    "Account",
    "AnonymousCount",
    "Answer",
    "AnswerChoice",
    "Assignment",
    "Attempt",
    "AttemptKind",
    "Attendance",
    "BackupRun",
    "Budget",
    "Change",
    "Code",
    "CodeList",
    "ContextImport",
    "Controller",
    "DataVersion",
    "Deviation",
    "DeviationParty",
    "EarlierFigure",
    "ErasedTally",
    "FinishedWrite",
    "FittedCourse",
    "FollowUp",
    "Forbund",
    "ForbundBudget",
    "HeadCount",
    "ImportKey",
    "ImportMapping",
    "ImportRun",
    "ImportedRow",
    "IndicatorResult",
    "Insats",
    "Ladder",
    "LadderStep",
    "LadderVersion",
    "LogReview",
    "LogReviewRule",
    "MendRequest",
    "MunicipalFigure",
    "OidcIdentity",
    "OidcRequest",
    "Participant",
    "PaybackCalculation",
    "Question",
    "QuestionOption",
    "Rating",
    "RecoveryCode",
    "Release",
    "ReleaseCells",
    "ReleaseDay",
    "ReleasePublication",
    "ReleaseSmall",
    "ReleasedTable",
    "Report",
    "ReportIdentity",
    "RetentionLine",
    "RetentionRuleRow",
    "RetentionRun",
    "SecondFactor",
    "Section",
    "SectionNote",
    "Session",
    "SetUpCode",
    "SignIn",
    "SignInAttempt",
    "SignInMethod",
    "Situation",
    "SituationSupport",
    "SlipCount",
    "Snapshot",
    "Spell",
    "SpellSummary",
    "StepAssessment",
    "StructuralOccasion",
    "Target",
    "ThresholdSet",
    "TouchedInsats",
    "TouchedSpell",
    "Withdrawal",
    "YearEvent",
    "metadata",
]
