"""Who may do what: one table of action × role, and the pairs that ask it.

`check_can_…` raises `NotPermitted` with a sentence; `can_…` answers the same question with
yes or no. A page calls the asking one to draw a button, a service the raising one to act.
Example: `can_record(actor, insats_id)` shows the form, `check_can_record` guards the write.
What state a record must be in is not asked here; that is the service's business.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tracking.access import refusals
from tracking.access.actors import Actor
from tracking.access.visits import current_visit
from tracking.domain.errors import NotPermitted
from tracking.domain.roles import Role, Zone
from tracking.store.database import is_writing


class Action(StrEnum):
    """What can be done, as far as permission goes."""

    RECORD = "record"
    RECORD_SLIPS = "record_slips"
    RECORD_HEADS = "record_heads"
    NOTE_DEVIATION = "note_deviation"
    CLEAR_DEVIATION = "clear_deviation"
    HANDLE_DEVIATIONS = "handle_deviations"
    IMPORT = "import"
    SEE_PERSONS = "see_persons"
    SEE_INTERNAL = "see_internal"
    CONFIGURE_INSATS = "configure_insats"
    WRITE_REPORT = "write_report"
    REVIEW_LOG = "review_log"
    SET_UP_FORBUND = "set_up_forbund"
    MAKE_RELEASE = "make_release"
    READ_RELEASED = "read_released"
    ADOPT_REPORT = "adopt_report"
    SEE_REVIEWS = "see_reviews"
    MANAGE_ACCOUNTS = "manage_accounts"
    SEE_OPERATIONS = "see_operations"
    RUN_RETENTION = "run_retention"
    EXPORT = "export"


_READERS = frozenset(
    {
        Role.FORBUND_ADMIN,
        Role.BOARD,
        Role.STEERING_GROUP,
        Role.PREPARATORY_GROUP,
        Role.AUDITOR,
    }
)

PERMISSIONS: dict[Action, frozenset[Role]] = {
    Action.RECORD: frozenset({Role.CASE_WORKER}),
    Action.RECORD_SLIPS: frozenset({Role.CASE_WORKER, Role.INSATS_LEAD}),
    Action.RECORD_HEADS: frozenset({Role.CASE_WORKER, Role.INSATS_LEAD, Role.FORBUND_ADMIN}),
    Action.NOTE_DEVIATION: frozenset({Role.CASE_WORKER, Role.INSATS_LEAD}),
    Action.CLEAR_DEVIATION: frozenset({Role.INSATS_LEAD}),
    Action.HANDLE_DEVIATIONS: frozenset(
        {Role.FORBUND_ADMIN, Role.STEERING_GROUP, Role.PREPARATORY_GROUP}
    ),
    Action.IMPORT: frozenset({Role.CASE_WORKER}),
    Action.SEE_PERSONS: frozenset({Role.CASE_WORKER}),
    Action.SEE_INTERNAL: frozenset({Role.CASE_WORKER, Role.INSATS_LEAD}),
    Action.CONFIGURE_INSATS: frozenset({Role.INSATS_LEAD}),
    Action.WRITE_REPORT: frozenset({Role.INSATS_LEAD}),
    Action.REVIEW_LOG: frozenset({Role.LOG_REVIEWER}),
    Action.SET_UP_FORBUND: frozenset({Role.FORBUND_ADMIN}),
    Action.MAKE_RELEASE: frozenset({Role.FORBUND_ADMIN}),
    Action.READ_RELEASED: _READERS,
    Action.ADOPT_REPORT: frozenset({Role.FORBUND_ADMIN}),
    Action.SEE_REVIEWS: frozenset({Role.AUDITOR}),
    Action.MANAGE_ACCOUNTS: frozenset({Role.SYSTEM_ADMIN}),
    Action.SEE_OPERATIONS: frozenset({Role.SYSTEM_ADMIN}),
    Action.RUN_RETENTION: frozenset({Role.SYSTEM_ADMIN}),
    Action.EXPORT: frozenset({Role.INSATS_LEAD}),
}

ACTION_LABELS: dict[Action, str] = {
    Action.RECORD: "registrera deltagare, samtal, steg och uppföljningar",
    Action.RECORD_SLIPS: "lägga in anonyma lappar",
    Action.RECORD_HEADS: "lägga in antal vid strukturövergripande tillfällen",
    Action.NOTE_DEVIATION: "notera systemavvikelser i insatsen",
    Action.CLEAR_DEVIATION: "intyga att en systemavvikelse inte beskriver någon enskild",
    Action.HANDLE_DEVIATIONS: "läsa och handlägga systemavvikelser som insatserna har lämnat",
    Action.IMPORT: "läsa in filer",
    Action.SEE_PERSONS: "se deltagare",
    Action.SEE_INTERNAL: "se insatsens exakta tabeller",
    Action.CONFIGURE_INSATS: "ställa in insatsen",
    Action.WRITE_REPORT: "skriva rapportens text",
    Action.REVIEW_LOG: "granska åtkomstloggen",
    Action.SET_UP_FORBUND: "lägga upp insatser, mål, budget och kalender",
    Action.MAKE_RELEASE: "göra ett släpp",
    Action.READ_RELEASED: "läsa släppta resultat och fastställda rapporter",
    Action.ADOPT_REPORT: "fastställa rapporter",
    Action.SEE_REVIEWS: "se att loggen granskas",
    Action.MANAGE_ACCOUNTS: "hantera konton och uppdrag",
    Action.SEE_OPERATIONS: "se driften och säkerhetskopiorna",
    Action.RUN_RETENTION: "gallra",
    Action.EXPORT: "hämta insatsens uppgifter som fil, med uppdrag även som deltagaransvarig",
}


def can(actor: Actor, action: Action, insats_id: int | None = None) -> bool:
    """Whether one of the actor's roles for the insats allows the action."""
    return bool(actor.roles_in(insats_id) & PERMISSIONS[action])


def check(actor: Actor, action: Action, insats_id: int | None = None) -> None:
    """Raise `NotPermitted` unless `can` says yes."""
    if not can(actor, action, insats_id):
        words = f"Ditt uppdrag ger inte rätt att {ACTION_LABELS[action]} här."
        raise refused(actor, words, asked=action)


def refused(actor: Actor, sentence: str, *, asked: str) -> NotPermitted:
    """The error to raise when the actor may not do what is ``asked``, written in the log.

    Inside a write nothing can be written beside it; that logs the refusal itself, when it has
    been undone.
    """
    error = NotPermitted(sentence)
    if actor.database is not None and not is_writing():
        visit = current_visit()
        page = asked if visit is None else visit.page
        refusals.note_refusal(actor.database, actor.account_id, error, page=page)
    return error


def can_record(actor: Actor, insats_id: int) -> bool:
    """Whether the actor may write about persons in the insats."""
    return can(actor, Action.RECORD, insats_id)


def check_can_record(actor: Actor, insats_id: int) -> None:
    """Raise `NotPermitted` unless the actor may write about persons in the insats."""
    check(actor, Action.RECORD, insats_id)


def can_record_slips(actor: Actor, insats_id: int) -> bool:
    """Whether the actor may key the insats's anonymous slips."""
    return can(actor, Action.RECORD_SLIPS, insats_id)


def check_can_record_slips(actor: Actor, insats_id: int) -> None:
    """Raise `NotPermitted` unless the actor may key the insats's anonymous slips."""
    check(actor, Action.RECORD_SLIPS, insats_id)


def can_import(actor: Actor, *, insats_id: int, controller_id: int) -> bool:
    """Whether the actor may read files into the insats: its staff, of the authority whose it is."""
    return can(actor, Action.IMPORT, insats_id) and actor.employer_id == controller_id


def check_can_import(actor: Actor, *, insats_id: int, controller_id: int) -> None:
    """Raise `NotPermitted` unless the actor may read files into the insats."""
    check(actor, Action.IMPORT, insats_id)
    if actor.employer_id != controller_id:
        words = "Bara personal hos den personuppgiftsansvariga myndigheten kan läsa in filer."
        raise refused(actor, words, asked=Action.IMPORT)


def can_record_heads(actor: Actor, insats_id: int) -> bool:
    """Whether the actor may key head counts of a strukturövergripande insats."""
    return can(actor, Action.RECORD_HEADS, insats_id)


def check_can_record_heads(actor: Actor, insats_id: int) -> None:
    """Raise `NotPermitted` unless the actor may key the insats's head counts."""
    check(actor, Action.RECORD_HEADS, insats_id)


def can_note_deviation(actor: Actor, insats_id: int) -> bool:
    """Whether the actor may note systemavvikelser in the insats and read those noted there."""
    return can(actor, Action.NOTE_DEVIATION, insats_id)


def check_can_note_deviation(actor: Actor, insats_id: int) -> None:
    """Raise `NotPermitted` unless the actor may note systemavvikelser in the insats."""
    check(actor, Action.NOTE_DEVIATION, insats_id)


def can_clear_deviation(actor: Actor, insats_id: int) -> bool:
    """Whether the actor may say that a systemavvikelse of the insats is about nobody."""
    return can(actor, Action.CLEAR_DEVIATION, insats_id)


def check_can_clear_deviation(actor: Actor, insats_id: int) -> None:
    """Raise `NotPermitted` unless the actor may clear systemavvikelser of the insats."""
    check(actor, Action.CLEAR_DEVIATION, insats_id)


def can_handle_deviations(actor: Actor, insats_id: int | None = None) -> bool:
    """Whether the actor may read and handle what has been cleared, of an insats or of all."""
    return can(actor, Action.HANDLE_DEVIATIONS, insats_id)


def check_can_handle_deviations(actor: Actor, insats_id: int | None = None) -> None:
    """Raise `NotPermitted` unless the actor may handle cleared systemavvikelser."""
    check(actor, Action.HANDLE_DEVIATIONS, insats_id)


def can_configure_insats(actor: Actor, insats_id: int) -> bool:
    """Whether the actor may decide the insats's own questions and behovsgrupper."""
    return can(actor, Action.CONFIGURE_INSATS, insats_id)


def check_can_configure_insats(actor: Actor, insats_id: int) -> None:
    """Raise `NotPermitted` unless the actor may configure the insats."""
    check(actor, Action.CONFIGURE_INSATS, insats_id)


def can_see_persons(actor: Actor, insats_id: int) -> bool:
    """Whether the actor may see persons in the insats at all; see also `can_see_spell`."""
    return can(actor, Action.SEE_PERSONS, insats_id)


def check_can_see_persons(actor: Actor, insats_id: int) -> None:
    """Raise `NotPermitted` unless the actor may see persons in the insats."""
    check(actor, Action.SEE_PERSONS, insats_id)


def can_see_spell(
    actor: Actor, *, insats_id: int, controller_id: int, consent_disclosure_on: date | None
) -> bool:
    """Whether the actor may see one spell: an assignment, and for another authority's staff
    a recorded sekretessbrytande samtycke.
    """
    if not can_see_persons(actor, insats_id):
        return False
    return actor.employer_id == controller_id or consent_disclosure_on is not None


def check_can_see_spell(
    actor: Actor, *, insats_id: int, controller_id: int, consent_disclosure_on: date | None
) -> None:
    """Raise `NotPermitted` unless `can_see_spell` says yes."""
    if not can_see_spell(
        actor,
        insats_id=insats_id,
        controller_id=controller_id,
        consent_disclosure_on=consent_disclosure_on,
    ):
        words = "Ditt uppdrag ger inte rätt att se den här deltagaren."
        raise refused(actor, words, asked=Action.SEE_PERSONS)


def can_see_internal(actor: Actor, insats_id: int) -> bool:
    """Whether the actor may see the insats's exact tables."""
    return can(actor, Action.SEE_INTERNAL, insats_id)


def check_can_see_internal(actor: Actor, insats_id: int) -> None:
    """Raise `NotPermitted` unless the actor may see the insats's exact tables."""
    check(actor, Action.SEE_INTERNAL, insats_id)


def can_set_up_forbund(actor: Actor) -> bool:
    """Whether the actor may set up insatser, targets, ladders, budget and calendar."""
    return can(actor, Action.SET_UP_FORBUND)


def check_can_set_up_forbund(actor: Actor) -> None:
    """Raise `NotPermitted` unless the actor may set up the förbund."""
    check(actor, Action.SET_UP_FORBUND)


def can_make_release(actor: Actor) -> bool:
    """Whether the actor may make a release."""
    return can(actor, Action.MAKE_RELEASE)


def check_can_make_release(actor: Actor) -> None:
    """Raise `NotPermitted` unless the actor may make a release."""
    check(actor, Action.MAKE_RELEASE)


def can_read_released(actor: Actor, insats_id: int | None = None) -> bool:
    """Whether the actor may read what has been released, for an insats or for all."""
    return actor.zone is Zone.FORBUND and can(actor, Action.READ_RELEASED, insats_id)


def check_can_read_released(actor: Actor, insats_id: int | None = None) -> None:
    """Raise `NotPermitted` unless the actor may read what has been released."""
    check(actor, Action.READ_RELEASED, insats_id)


def can_write_report(actor: Actor, insats_id: int) -> bool:
    """Whether the actor may make a report of the insats and write its text."""
    return can(actor, Action.WRITE_REPORT, insats_id)


def check_can_write_report(actor: Actor, insats_id: int) -> None:
    """Raise `NotPermitted` unless the actor may write the insats's report."""
    check(actor, Action.WRITE_REPORT, insats_id)


def can_adopt_report(actor: Actor) -> bool:
    """Whether the actor may adopt a report."""
    return can(actor, Action.ADOPT_REPORT)


def check_can_adopt_report(actor: Actor) -> None:
    """Raise `NotPermitted` unless the actor may adopt a report."""
    check(actor, Action.ADOPT_REPORT)


def can_review_log(actor: Actor, insats_id: int) -> bool:
    """Whether the actor may read the insats's rows of the access log and say it is reviewed."""
    return can(actor, Action.REVIEW_LOG, insats_id)


def check_can_review_log(actor: Actor, insats_id: int) -> None:
    """Raise `NotPermitted` unless the actor may review the insats's access log."""
    check(actor, Action.REVIEW_LOG, insats_id)


def can_run_retention(actor: Actor) -> bool:
    """Whether the actor may see what is due for retention, erase it and set its rules."""
    return can(actor, Action.RUN_RETENTION)


def check_can_run_retention(actor: Actor) -> None:
    """Raise `NotPermitted` unless `can_run_retention` says yes."""
    check(actor, Action.RUN_RETENTION)


def can_export(actor: Actor, insats_id: int) -> bool:
    """Whether the actor may take an insats's rows as a file: who leads it and also has an own
    assignment to its persons. Which spells then stand in the file is `can_see_spell`'s to say.
    """
    return can(actor, Action.EXPORT, insats_id) and can_see_persons(actor, insats_id)


def check_can_export(actor: Actor, insats_id: int) -> None:
    """Raise `NotPermitted` unless `can_export` says yes."""
    check(actor, Action.EXPORT, insats_id)
    check_can_see_persons(actor, insats_id)


def can_see_reviews(actor: Actor, insats_id: int | None = None) -> bool:
    """Whether the actor may see that the log is reviewed, for an insats or for all."""
    return can(actor, Action.SEE_REVIEWS, insats_id)


def check_can_see_reviews(actor: Actor, insats_id: int | None = None) -> None:
    """Raise `NotPermitted` unless the actor may see that the log is reviewed."""
    check(actor, Action.SEE_REVIEWS, insats_id)
