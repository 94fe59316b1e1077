"""Every function of services, outcomes and reports that takes a database: how it is called, and
which rule says who may.

A function that has no line here fails `test_functions_by_role`. A line names the rule and the
action of the permission table; who may is worked out from the table, never written here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from tests.attack.role_scene import (
    BEGAN,
    BIRTH_YEARS,
    CHEAP,
    LINK_CODE,
    STARTED,
    TODAY,
    Scene,
    Visitor,
    an_earlier_figure,
    key,
)
from tracking import services as s
from tracking.access.actors import Actor
from tracking.access.permissions import PERMISSIONS, Action
from tracking.domain.change import Thresholds
from tracking.domain.context_figures import FigureKind, IndicatorRow
from tracking.domain.errors import Conflict, NotFound, RuleBroken, StegvisError
from tracking.domain.import_records import ImportKind
from tracking.domain.instruments import RatingValue, Unit
from tracking.domain.ladder import StepLevel
from tracking.domain.log_review import ReviewOutcome, ReviewRule
from tracking.domain.payback import PaybackAssumptions
from tracking.domain.periods import Calendar, half_year
from tracking.domain.quality import Check
from tracking.domain.questions import Option, QuestionSpec
from tracking.domain.records import (
    AuthorityKind,
    DeviationStatus,
    FollowUpStatus,
    Gender,
    InsatsKind,
    QuestionKind,
    WithdrawalReason,
)
from tracking.domain.report_kinds import ReportKind, SectionKey
from tracking.domain.roles import Role, Zone
from tracking.domain.situation import Occasion, SituationValue, YesNoUnknown
from tracking.domain.targets import Comparison, Measure, PointInTime, Population, TargetSpec
from tracking.domain.year_wheel import EventKind
from tracking.outcomes import (
    accounts,
    course,
    deviations,
    directory,
    directory_questions,
    earlier,
    export,
    extract,
    figures,
    forbund_money,
    insats_tables,
    log_review,
    method,
    money,
    monthly,
    operations,
    ors_pairs,
    participant,
    payback,
    persons,
    quality_lists,
    releases,
    retention,
    set_up_history,
    spell_search,
    start_choices,
    start_lists,
    tables,
    tables_seen,
    time_curves,
    todo,
    year_state,
    year_wheel,
)
from tracking.outcomes import head_counts as occasion_reads
from tracking.outcomes import imports as import_reads
from tracking.outcomes import reports as report_reads
from tracking.outcomes.log_listings import View
from tracking.outcomes.releasing import released
from tracking.reports import adopted, basis, content, corrections_ahead
from tracking.reports import payback as payback_document
from tracking.services import (
    anonymous,
    answers,
    head_counts,
    import_undoing,
    imports,
    log_reviews,
    mending,
    need_groups,
    prints,
    questions,
    report_adoption,
    report_identity,
    report_words,
    slips,
    start_corrections,
    taken_files,
    thresholds,
    year_events,
)
from tracking.services import deviations as deviation_writes
from tracking.services import figures as figure_writes
from tracking.services import payback as payback_writes
from tracking.services import reports as report_writes
from tracking.services import retention as retention_writes
from tracking.store.tables import (
    Answer,
    Code,
    Deviation,
    FollowUp,
    Insats,
    Question,
    Rating,
    Report,
    Section,
    Session,
    Spell,
    StructuralOccasion,
    Target,
)

PERIOD = half_year(2025, 2)
FAR = date(2026, 12, 31)
SITUATION = SituationValue(
    no_support=True,
    work=YesNoUnknown.NO,
    studies=YesNoUnknown.NO,
    seeking=YesNoUnknown.YES,
    registered_af=YesNoUnknown.YES,
)
ORS = RatingValue.filled(50, 50, 50, 50)
TARGET = TargetSpec(
    Measure.STEP_FORWARD,
    Population.COMPLETED,
    PointInTime.DURING,
    Comparison.AT_LEAST,
    Decimal(80),
)
OTHER_TARGET = TargetSpec(
    Measure.STEP_FORWARD, Population.ENDED, PointInTime.DURING, Comparison.AT_LEAST, Decimal(60)
)
SPEC = QuestionSpec(
    "Känner du dig trygg?",
    QuestionKind.YES_NO,
    (Option(1, "Ja", positive=True), Option(2, "Nej", positive=False)),
    asked_at_start=True,
)


class Rule(Enum):
    """Whom a function asks about."""

    INSATS = "a role of the action in the insats"
    ANY_INSATS = "a role of the action in some insats or in the förbund"
    FORBUND = "a role of the action in the whole förbund"
    BOTH = "a role of the action in the insats, and one that sees its persons"
    SPELL = "a role of the action in the insats, and the authority that runs it"
    CONSENTED = "a role of the action in the insats; the spell may be shown to other authorities"
    ANY_ROLE = "any role in the insats or the whole förbund"
    OWN = "everybody; the answer holds only what is one's own to see"
    SELF = "everybody, about the own account"
    OPEN = "everybody; nothing in it is about a person or a result"
    NOBODY = "nobody, whatever the role"
    CONSOLE = "nobody: there is no actor, and no page reaches it"


@dataclass(frozen=True)
class Line:
    """A function's line: ``call(scene, actor)`` calls it as a page would.

    ``then`` is what somebody who may meets in this scene although they may.
    """

    call: Callable[[Scene, Actor], object]
    rule: Rule
    action: Action | None = None
    also: Action | None = None
    writes: bool = True
    then: type[StegvisError] | None = None


def may(line: Line, actor: Actor, scene: Scene) -> bool:
    """Whether the permission table lets the actor do it."""
    if line.rule in (Rule.OWN, Rule.SELF, Rule.OPEN):
        return True
    if line.rule is Rule.ANY_ROLE:
        return actor.zone is not Zone.SYSTEM and bool(actor.roles_in(scene.insats))
    if line.rule is Rule.NOBODY:
        return False
    assert line.action is not None
    where = {
        Rule.INSATS: lambda roles: bool(roles & actor.roles_in(scene.insats)),
        Rule.BOTH: lambda roles: (
            bool(roles & actor.roles_in(scene.insats))
            and bool(PERMISSIONS[Action.SEE_PERSONS] & actor.roles_in(scene.insats))
        ),
        Rule.SPELL: lambda roles: (
            bool(roles & actor.roles_in(scene.insats)) and actor.employer_id == scene.controller
        ),
        Rule.CONSENTED: lambda roles: bool(roles & actor.roles_in(scene.insats)),
        Rule.FORBUND: lambda roles: bool(roles & actor.roles_in(None)),
        Rule.ANY_INSATS: lambda roles: any(grant.role in roles for grant in actor.grants),
    }[line.rule]
    if where(PERMISSIONS[line.action]):
        return True
    return line.also is not None and bool(PERMISSIONS[line.also] & actor.roles_in(scene.insats))


def sees_persons(visitor: Visitor, scene: Scene) -> bool:
    """Whether the participants of the insats may be shown to the visitor."""
    actor = scene.actor(visitor.account_id)
    roles = PERMISSIONS[Action.SEE_PERSONS] & actor.roles_in(scene.insats)
    return bool(roles) and actor.employer_id == scene.controller


def _spell(c: Scene, spell_id: int) -> int:
    return c.version(Spell, spell_id)


def _records(call: Callable[[Scene, Actor], object], **more: Any) -> Line:
    """A write about one person of the insats."""
    return Line(call, Rule.SPELL, Action.RECORD, **more)


def _imports(call: Callable[[Scene, Actor], object], **more: Any) -> Line:
    return Line(call, Rule.SPELL, Action.IMPORT, **more)


def _sets_up(call: Callable[[Scene, Actor], object], **more: Any) -> Line:
    return Line(call, Rule.FORBUND, Action.SET_UP_FORBUND, **more)


def _keeps_accounts(call: Callable[[Scene, Actor], object], **more: Any) -> Line:
    return Line(call, Rule.FORBUND, Action.MANAGE_ACCOUNTS, **more)


def _reads(rule: Rule, action: Action, call: Callable[[Scene, Actor], object], **more: Any) -> Line:
    return Line(call, rule, action, writes=False, **more)


def _prints(rule: Rule, stood: Callable[[Scene], tuple[int, int]]) -> Line:
    """A print of a page on which one spell stood; only the log says so."""
    return Line(
        lambda c, a: prints.record_print(c.database, a, page="deltagaren", shown=[stood(c)]),
        rule,
        Action.SEE_PERSONS,
        writes=False,
    )


def _no_actor(call: Callable[[Scene, Actor], object], **more: Any) -> Line:
    return Line(call, Rule.OPEN, writes=False, **more)


_CONSOLE = Line(lambda c, a: None, Rule.CONSOLE)


def _follow_up(c: Scene) -> int:
    from sqlmodel import select

    found = c.one(select(FollowUp).where(FollowUp.spell_id == c.ended, FollowUp.months == 6))
    return int(found.version)


def _forbund_version(c: Scene) -> int:
    forbund = directory.forbund(c.database)
    assert forbund is not None
    return forbund.version


def _slips_version(c: Scene) -> int:
    return directory_questions.slip_days(c.database, c.actor(c.worker), c.insats)[0].version


SERVICES: dict[str, Line] = {
    "services.assign": _CONSOLE,
    "services.create_account": _CONSOLE,
    "services.assign_from_console": _CONSOLE,
    "services.back_up_from_console": _CONSOLE,
    "services.faults_in": _CONSOLE,
    "services.proved_same": _CONSOLE,
    "services.open_from_console": _CONSOLE,
    "services.reset_second_factor_from_console": _CONSOLE,
    "services.set_password_from_console": _CONSOLE,
    "services.erase_from_console": _CONSOLE,
    "services.erase_due": Line(
        lambda c, a: retention_writes.erase_due(
            c.database, a, expected="", keep=lambda *_: None, key=key()
        ),
        Rule.FORBUND,
        Action.RUN_RETENTION,
        then=Conflict,
    ),
    "services.set_retention_rule": Line(
        lambda c, a: retention_writes.set_retention_rule(
            c.database, a, controller_id=None, years=6, source="Beslut", key=key()
        ),
        Rule.FORBUND,
        Action.RUN_RETENTION,
    ),
    "services.set_up": _CONSOLE,
    "services.set_up_forbund": _CONSOLE,
    "services.set_anonymous_counts": Line(
        lambda c, a: anonymous.set_anonymous_counts(
            c.database,
            a,
            insats_id=c.insats,
            year=2026,
            numbers={Gender.WOMAN: 2},
            versions={Gender.WOMAN: None},
            key=key(),
        ),
        Rule.INSATS,
        Action.RECORD,
    ),
    "services.record_answers": _records(
        lambda c, a: answers.record_answers(
            c.database,
            a,
            spell_id=c.ongoing,
            occasion=Occasion.START,
            on=STARTED,
            answers={c.unasked: frozenset({1})},
            key=key(),
        )
    ),
    "services.correct_answer": _records(
        lambda c, a: answers.correct_answer(
            c.database,
            a,
            answer_id=c.answer,
            choices=frozenset({2}),
            why="typing_error",
            version=c.version(Answer, c.answer),
            key=key(),
        )
    ),
    "services.void_answer": _records(
        lambda c, a: answers.void_answer(
            c.database,
            a,
            answer_id=c.answer,
            why="wrong_person",
            version=c.version(Answer, c.answer),
            key=key(),
        )
    ),
    "services.note_deviation": Line(
        lambda c, a: deviation_writes.note_deviation(
            c.database,
            a,
            insats_id=c.insats,
            noted_on=TODAY,
            what="Två beslut väntar på varandra.",
            parties=(c.controller,),
            key=key(),
        ),
        Rule.INSATS,
        Action.NOTE_DEVIATION,
    ),
    "services.edit_deviation": Line(
        lambda c, a: deviation_writes.edit_deviation(
            c.database,
            a,
            deviation_id=c.obstacle,
            noted_on=TODAY,
            what="Tre beslut väntar på varandra.",
            parties=(c.controller,),
            step=None,
            version=c.version(Deviation, c.obstacle),
            key=key(),
        ),
        Rule.INSATS,
        Action.NOTE_DEVIATION,
    ),
    "services.clear_deviation": Line(
        lambda c, a: deviation_writes.clear_deviation(
            c.database,
            a,
            deviation_id=c.obstacle,
            version=c.version(Deviation, c.obstacle),
            key=key(),
        ),
        Rule.INSATS,
        Action.CLEAR_DEVIATION,
    ),
    "services.handle_deviation": Line(
        lambda c, a: deviation_writes.handle_deviation(
            c.database,
            a,
            deviation_id=c.cleared_obstacle,
            status=DeviationStatus.SOLVED,
            handled="Parterna beslutar samma vecka.",
            version=c.version(Deviation, c.cleared_obstacle),
            key=key(),
        ),
        Rule.INSATS,
        Action.HANDLE_DEVIATIONS,
    ),
    "services.void_deviation": Line(
        lambda c, a: deviation_writes.void_deviation(
            c.database,
            a,
            deviation_id=c.cleared_obstacle,
            why="entered_twice",
            version=c.version(Deviation, c.cleared_obstacle),
            key=key(),
        ),
        Rule.INSATS,
        Action.CLEAR_DEVIATION,
    ),
    "services.record_occasion": Line(
        lambda c, a: head_counts.record_occasion(
            c.database,
            a,
            insats_id=c.insats,
            held_on=TODAY,
            title="Utbildning om sekretess",
            heads={"Testkommunen": {Gender.WOMAN: 7, Gender.MAN: 3}},
            key=key(),
        ),
        Rule.INSATS,
        Action.RECORD_HEADS,
        then=RuleBroken,
    ),
    "services.correct_occasion": Line(
        lambda c, a: head_counts.correct_occasion(
            c.database,
            a,
            occasion_id=c.occasion,
            held_on=TODAY,
            title="Nätverksträff",
            heads={"Testkommunen": {Gender.WOMAN: 9}},
            why="typing_error",
            version=c.version(StructuralOccasion, c.occasion),
            key=key(),
        ),
        Rule.INSATS,
        Action.RECORD_HEADS,
    ),
    "services.void_occasion": Line(
        lambda c, a: head_counts.void_occasion(
            c.database,
            a,
            occasion_id=c.occasion,
            why="entered_twice",
            version=c.version(StructuralOccasion, c.occasion),
            key=key(),
        ),
        Rule.INSATS,
        Action.RECORD_HEADS,
    ),
    "services.look_ahead": _imports(
        lambda c, a: imports.look_ahead(
            c.database,
            a,
            insats_id=c.insats,
            kind=ImportKind.HISTORY,
            rows=[an_earlier_figure(2020)],
            seen=lambda outcome: None,
        ),
        writes=False,
    ),
    "services.apply_import": _imports(
        lambda c, a: imports.apply_import(
            c.database,
            a,
            insats_id=c.insats,
            kind=ImportKind.HISTORY,
            rows=[an_earlier_figure(2020)],
            file_hash="1" * 64,
            key=key(),
        )
    ),
    "services.void_import": _imports(
        lambda c, a: import_undoing.void_import(
            c.database, a, import_id=c.imported, why="wrong_form", version=1, key=key()
        )
    ),
    "services.note_refused_file": _imports(
        lambda c, a: imports.note_refused_file(c.database, a, insats_id=c.insats, why="names"),
        writes=False,
    ),
    "services.save_mapping": _imports(
        lambda c, a: imports.save_mapping(
            c.database,
            a,
            insats_id=c.insats,
            name="En annan",
            kind=ImportKind.HISTORY,
            content="{}",
            key=key(),
        )
    ),
    "services.remove_mapping": _imports(
        lambda c, a: imports.remove_mapping(
            c.database, a, insats_id=c.insats, name="Vår fil", key=key()
        )
    ),
    "services.set_budget": _sets_up(
        lambda c, a: s.set_budget(
            c.database, a, insats_id=c.insats, year=2026, budget_kr=1_000, key=key()
        )
    ),
    "services.set_forbund_budget": _sets_up(
        lambda c, a: s.set_forbund_budget(c.database, a, year=2026, own_capital_kr=1_000, key=key())
    ),
    "services.add_code": _sets_up(
        lambda c, a: s.add_code(
            c.database, a, list_key="municipality", label="Provköping", key=key()
        )
    ),
    "services.edit_code": _sets_up(
        lambda c, a: s.edit_code(
            c.database,
            a,
            code_id=c.code,
            label="Annat ord",
            version=c.version(Code, c.code),
            key=key(),
        )
    ),
    "services.move_code": _sets_up(
        lambda c, a: s.move_code(
            c.database, a, code_id=c.code, up=False, version=c.version(Code, c.code), key=key()
        )
    ),
    "services.retire_code": _sets_up(
        lambda c, a: s.retire_code(
            c.database, a, code_id=c.code, on=TODAY, version=c.version(Code, c.code), key=key()
        )
    ),
    "services.correct_rating": _records(
        lambda c, a: s.correct_rating(
            c.database,
            a,
            rating_id=c.rating,
            value=ORS,
            why="typing_error",
            version=c.version(Rating, c.rating),
            key=key(),
        )
    ),
    "services.correct_session_date": _records(
        lambda c, a: s.correct_session_date(
            c.database,
            a,
            session_id=c.talk,
            held_on=date(2025, 3, 11),
            why="wrong_date",
            version=c.version(Session, c.talk),
            key=key(),
        )
    ),
    "services.void_record": _records(
        lambda c, a: s.void_record(
            c.database,
            a,
            table="session",
            row_id=c.talk,
            why="wrong_person",
            version=c.version(Session, c.talk),
            key=key(),
        )
    ),
    "services.reopen_spell": _records(
        lambda c, a: s.reopen_spell(
            c.database,
            a,
            spell_id=c.ended,
            why="wrong_person",
            version=_spell(c, c.ended),
            key=key(),
        )
    ),
    "services.record_attempt": _records(
        lambda c, a: s.record_attempt(
            c.database, a, spell_id=c.ended, months=6, way="phone", on=TODAY, key=key()
        )
    ),
    "services.record_follow_up": _records(
        lambda c, a: s.record_follow_up(
            c.database,
            a,
            spell_id=c.ended,
            months=6,
            status=FollowUpStatus.DECLINED,
            on=TODAY,
            version=_follow_up(c),
            key=key(),
        )
    ),
    "services.create_insats": _sets_up(
        lambda c, a: s.create_insats(
            c.database,
            a,
            name="Nya vägen",
            controller_id=c.controller,
            owner="Testkommunen",
            kind=InsatsKind.INDIVIDUAL,
            starts_on=BEGAN,
            ladder_id=1,
            key=key(),
        )
    ),
    "services.edit_insats": Line(
        lambda c, a: s.edit_insats(
            c.database,
            a,
            insats_id=c.insats,
            name="Stigen",
            owner="Testkommunen",
            starts_on=BEGAN,
            planned_places=20,
            ladder_id=1,
            uses_ors=True,
            uses_srs=True,
            uses_gsrs=True,
            follow_up_12=False,
            version=c.version(Insats, c.insats),
            key=key(),
        ),
        Rule.INSATS,
        Action.CONFIGURE_INSATS,
        also=Action.SET_UP_FORBUND,
    ),
    "services.create_ladder": _sets_up(
        lambda c, a: s.create_ladder(
            c.database,
            a,
            name="Egen trappa",
            steps=[s.StepText("Början"), s.StepText("Slutet")],
            valid_from=BEGAN,
            key=key(),
        )
    ),
    "services.add_ladder_version": _sets_up(
        lambda c, a: s.add_ladder_version(
            c.database,
            a,
            ladder_id=1,
            steps=[s.StepText("Början"), s.StepText("Slutet")],
            valid_from=TODAY,
            key=key(),
        )
    ),
    "services.record_log_review": Line(
        lambda c, a: log_reviews.record_log_review(
            c.database,
            a,
            insats_id=c.insats,
            starts_on=date(2025, 7, 1),
            ends_on=date(2025, 12, 31),
            up_to=1,
            outcome=ReviewOutcome.NO_REMARK,
            key=key(),
        ),
        Rule.INSATS,
        Action.REVIEW_LOG,
    ),
    "services.set_log_review_rule": Line(
        lambda c, a: log_reviews.set_log_review_rule(
            c.database, a, insats_id=c.insats, rule=ReviewRule(many=7), key=key()
        ),
        Rule.INSATS,
        Action.REVIEW_LOG,
    ),
    "services.ask_to_mend": Line(
        lambda c, a: mending.ask_to_mend(
            c.database,
            a,
            insats_id=c.insats,
            period=PERIOD,
            lacking={Check.START_SITUATION: 2},
            key=key(),
        ),
        Rule.INSATS,
        Action.CONFIGURE_INSATS,
    ),
    "services.take_request_back": Line(
        lambda c, a: mending.take_request_back(c.database, a, request_id=c.request, key=key()),
        Rule.INSATS,
        Action.CONFIGURE_INSATS,
    ),
    "services.add_need_group": Line(
        lambda c, a: need_groups.add_need_group(
            c.database, a, insats_id=c.insats, label="Ny grupp", key=key()
        ),
        Rule.INSATS,
        Action.CONFIGURE_INSATS,
    ),
    "services.edit_need_group": Line(
        lambda c, a: need_groups.edit_need_group(
            c.database,
            a,
            code_id=c.need_group,
            label="Annat ord",
            version=c.version(Code, c.need_group),
            key=key(),
        ),
        Rule.INSATS,
        Action.CONFIGURE_INSATS,
    ),
    "services.move_need_group": Line(
        lambda c, a: need_groups.move_need_group(
            c.database,
            a,
            code_id=c.need_group,
            up=False,
            version=c.version(Code, c.need_group),
            key=key(),
        ),
        Rule.INSATS,
        Action.CONFIGURE_INSATS,
    ),
    "services.retire_need_group": Line(
        lambda c, a: need_groups.retire_need_group(
            c.database,
            a,
            code_id=c.need_group,
            on=TODAY,
            version=c.version(Code, c.need_group),
            key=key(),
        ),
        Rule.INSATS,
        Action.CONFIGURE_INSATS,
    ),
    "services.change_memory_word": _records(
        lambda c, a: s.change_memory_word(
            c.database,
            a,
            spell_id=c.ongoing,
            word=s.propose_memory_words(c.database, c.actor(c.worker), spell_id=c.ongoing)[0],
            version=_participant_version(c),
            key=key(),
        )
    ),
    "services.find_known_participant": _reads(
        Rule.SPELL,
        Action.RECORD,
        lambda c, a: s.find_known_participant(
            c.database, a, insats_id=c.insats, code=c.known_code, birth_year=BIRTH_YEARS[3]
        ),
    ),
    "services.propose_memory_words": _reads(
        Rule.SPELL,
        Action.RECORD,
        lambda c, a: s.propose_memory_words(c.database, a, spell_id=c.ongoing),
    ),
    "services.register_participant": Line(
        lambda c, a: s.register_participant(
            c.database, a, insats_id=c.insats, birth_year=1988, gender=Gender.MAN, key=key()
        ),
        Rule.INSATS,
        Action.RECORD,
    ),
    "services.choose_score_unit": Line(
        lambda c, a: s.choose_score_unit(c.database, a, unit=Unit.MM, key=key()),
        Rule.SELF,
    ),
    "services.record_print": Line(
        lambda c, a: prints.record_print(
            c.database, a, page="insatsen", shown=[], insats_id=c.insats
        ),
        Rule.SELF,
        writes=False,  # only the log says that something was printed
    ),
    "services.record_taken_of_spell": Line(
        lambda c, a: taken_files.record_taken_of_spell(
            c.database, a, page="deltagaren", what="csv ORS", spell_id=c.ongoing
        ),
        Rule.SPELL,
        Action.SEE_PERSONS,
        writes=False,  # only the log says that something was taken
    ),
    "services.record_taken_file": Line(
        lambda c, a: taken_files.record_taken_file(
            c.database, a, page="insatsen", what="csv Avslut", insats_id=c.insats
        ),
        Rule.INSATS,
        Action.SEE_INTERNAL,
        also=Action.READ_RELEASED,
        writes=False,  # only the log says that a file was taken
    ),
    "services.record_print, of a spell": _prints(Rule.SPELL, lambda c: (c.insats, c.ongoing)),
    "services.record_print, of a consented spell": _prints(
        Rule.CONSENTED, lambda c: (c.insats, c.consented)
    ),
    "services.record_print, of a spell under another insats": _prints(
        Rule.NOBODY, lambda c: (c.insats, c.elsewhere)
    ),
    "services.record_print, of a spell that is not there": _prints(
        Rule.NOBODY, lambda c: (c.insats, 999_999)
    ),
    "services.assess_step": _records(
        lambda c, a: s.assess_step(
            c.database, a, spell_id=c.ongoing, level=StepLevel(3), assessed_on=TODAY, key=key()
        )
    ),
    "services.complete_end": _records(
        lambda c, a: s.complete_end(
            c.database,
            a,
            spell_id=c.ended,
            active_planning=YesNoUnknown.NO,
            why="typing_error",
            version=_spell(c, c.ended),
            key=key(),
        )
    ),
    "services.end_spell": _records(
        lambda c, a: s.end_spell(
            c.database,
            a,
            spell_id=c.ongoing,
            on=TODAY,
            reason="work",
            active_planning=YesNoUnknown.YES,
            step=StepLevel(2),
            version=_spell(c, c.ongoing),
            key=key(),
        )
    ),
    "services.record_situation": _records(
        lambda c, a: s.record_situation(
            c.database,
            a,
            spell_id=c.ongoing,
            occasion=Occasion.START,
            value=SITUATION,
            described_on=STARTED,
            key=key(),
        )
    ),
    "services.define_question": Line(
        lambda c, a: questions.define_question(
            c.database, a, insats_id=c.insats, spec=SPEC, valid_from=BEGAN, key=key()
        ),
        Rule.INSATS,
        Action.CONFIGURE_INSATS,
    ),
    "services.define_question, of the whole förbund": _sets_up(
        lambda c, a: questions.define_question(
            c.database, a, insats_id=None, spec=SPEC, valid_from=BEGAN, key=key()
        )
    ),
    "services.edit_question": Line(
        lambda c, a: questions.edit_question(
            c.database,
            a,
            question_id=c.unasked,
            spec=SPEC,
            valid_from=BEGAN,
            valid_to=None,
            version=c.version(Question, c.unasked),
            key=key(),
        ),
        Rule.INSATS,
        Action.CONFIGURE_INSATS,
    ),
    "services.move_question": Line(
        lambda c, a: questions.move_question(
            c.database,
            a,
            question_id=c.unasked,
            up=True,
            version=c.version(Question, c.unasked),
            key=key(),
        ),
        Rule.INSATS,
        Action.CONFIGURE_INSATS,
    ),
    "services.retire_question": Line(
        lambda c, a: questions.retire_question(
            c.database,
            a,
            question_id=c.unasked,
            last_day=TODAY,
            version=c.version(Question, c.unasked),
            key=key(),
        ),
        Rule.INSATS,
        Action.CONFIGURE_INSATS,
    ),
    "services.add_ratings": _records(
        lambda c, a: s.add_ratings(
            c.database, a, attendance_id=c.attendance, ratings={"SRS": ORS}, key=key()
        )
    ),
    "services.add_to_group_session": _records(
        lambda c, a: s.add_to_group_session(
            c.database, a, session_id=c.meeting, rows=[s.GroupRow(c.ended)], key=key()
        )
    ),
    "services.record_group_session": _records(
        lambda c, a: s.record_group_session(
            c.database,
            a,
            insats_id=c.insats,
            held_on=date(2025, 6, 9),
            rows=[s.GroupRow(c.ongoing)],
            key=key(),
        )
    ),
    "services.record_session": _records(
        lambda c, a: s.record_session(
            c.database, a, spell_id=c.ongoing, held_on=TODAY, ratings={"ORS": ORS}, key=key()
        )
    ),
    "services.add_controller": _sets_up(
        lambda c, a: s.add_controller(
            c.database, a, name="Ny region", kind=AuthorityKind.REGION, key=key()
        )
    ),
    "services.change_contact": _sets_up(
        lambda c, a: s.change_contact(
            c.database, a, contact="kansliet@exempel.se", version=_forbund_version(c), key=key()
        )
    ),
    "services.choose_calendar": _sets_up(
        lambda c, a: s.choose_calendar(
            c.database,
            a,
            calendar=Calendar.HALF_YEAR,
            release_days=s.proposed_release_days(Calendar.HALF_YEAR),
            key=key(),
        ),
        then=Conflict,  # chosen once and for all, and it is chosen
    ),
    "services.add_employer": _keeps_accounts(
        lambda c, a: s.add_employer(
            c.database, a, name="Ny region", kind=AuthorityKind.REGION, key=key()
        )
    ),
    "services.change_own_password": Line(
        lambda c, a: s.change_own_password(
            c.database,
            a,
            CHEAP,
            password="kvarnen maler sent i oktober",
            sign_in_id=1,
            key=key(),
        ),
        Rule.SELF,
    ),
    "services.close_account": _keeps_accounts(
        lambda c, a: s.close_account(c.database, a, account_id=c.somebody, key=key())
    ),
    "services.end_assignment": _keeps_accounts(
        lambda c, a: s.end_assignment(
            c.database, a, assignment_id=c.other_assignment, on=TODAY, key=key()
        )
    ),
    "services.give_assignment": _keeps_accounts(
        lambda c, a: s.give_assignment(
            c.database,
            a,
            account_id=c.somebody,
            role=Role.CASE_WORKER,
            insats_id=c.insats,
            starts_on=TODAY,
            ends_on=None,
            key=key(),
        )
    ),
    "services.link_identity": _keeps_accounts(
        lambda c, a: s.link_identity(
            c.database, a, account_id=c.somebody, link_code=LINK_CODE, key=key()
        )
    ),
    "services.open_account": _keeps_accounts(
        lambda c, a: s.open_account(
            c.database,
            a,
            CHEAP,
            username="ny.kollega",
            title="Kollega",
            zone=Zone.FORBUND,
            employer_id=None,
            first_password="trappan knarrar om natten",
            key=key(),
        )
    ),
    "services.reset_second_factor": _keeps_accounts(
        lambda c, a: s.reset_second_factor(c.database, a, account_id=c.somebody, key=key())
    ),
    "services.set_password": _keeps_accounts(
        lambda c, a: s.set_password(
            c.database,
            a,
            CHEAP,
            account_id=c.somebody,
            password="kvarnen maler sent i oktober",
            key=key(),
        )
    ),
    "services.sign_out_account": _keeps_accounts(
        lambda c, a: s.sign_out_account(c.database, a, account_id=c.somebody, key=key())
    ),
    "services.record_slips": Line(
        lambda c, a: slips.record_slips(
            c.database,
            a,
            insats_id=c.insats,
            collected_on=date(2025, 9, 1),
            counts={c.slip_question: {1: 3, 2: 0}},
            key=key(),
        ),
        Rule.INSATS,
        Action.RECORD_SLIPS,
    ),
    "services.correct_slips": Line(
        lambda c, a: slips.correct_slips(
            c.database,
            a,
            insats_id=c.insats,
            collected_on=date(2025, 6, 2),
            counts={c.slip_question: {1: 8, 2: 1}},
            why="typing_error",
            version=_slips_version(c),
            key=key(),
        ),
        Rule.INSATS,
        Action.RECORD_SLIPS,
    ),
    "services.void_slips": Line(
        lambda c, a: slips.void_slips(
            c.database,
            a,
            insats_id=c.insats,
            collected_on=date(2025, 6, 2),
            why="entered_twice",
            version=_slips_version(c),
            key=key(),
        ),
        Rule.INSATS,
        Action.RECORD_SLIPS,
    ),
    "services.correct_participant": _records(
        lambda c, a: start_corrections.correct_participant(
            c.database,
            a,
            spell_id=c.ongoing,
            birth_year=1972,
            gender=Gender.WOMAN,
            why="typing_error",
            version=_participant_version(c),
            key=key(),
        )
    ),
    "services.correct_start": _records(
        lambda c, a: start_corrections.correct_start(
            c.database,
            a,
            spell_id=c.ongoing,
            started_on=date(2025, 3, 4),
            referrer="region",
            why="typing_error",
            version=_spell(c, c.ongoing),
            key=key(),
        )
    ),
    "services.link_previous": _records(
        lambda c, a: start_corrections.link_previous(
            c.database,
            a,
            spell_id=c.ongoing,
            previous_spell_id=None,
            version=_spell(c, c.ongoing),
            key=key(),
        ),
        then=StegvisError,  # it follows on none already
    ),
    "services.record_consents": _records(
        lambda c, a: start_corrections.record_consents(
            c.database,
            a,
            spell_id=c.ongoing,
            contact=False,
            disclosure_on=None,
            on=TODAY,
            version=_spell(c, c.ongoing),
            key=key(),
        )
    ),
    "services.complete_start": _records(
        lambda c, a: s.complete_start(
            c.database,
            a,
            spell_id=c.ongoing,
            details=s.StartDetails(education="higher"),
            version=_spell(c, c.ongoing),
            key=key(),
        )
    ),
    "services.register_and_start": Line(
        lambda c, a: s.register_and_start(
            c.database,
            a,
            insats_id=c.insats,
            birth_year=1988,
            gender=Gender.MAN,
            start=_start(),
            key=key(),
        ),
        Rule.SPELL,
        Action.RECORD,
    ),
    "services.start_spell": _records(
        lambda c, a: s.start_spell(
            c.database,
            a,
            participant_id=c.participant,
            insats_id=c.insats,
            start=_start(),
            key=key(),
        )
    ),
    "services.save_calculation": Line(
        lambda c, a: payback_writes.save_calculation(
            c.database,
            a,
            insats_id=c.insats,
            name="Försiktig",
            population=Population.COMPLETED,
            assumptions=PaybackAssumptions(12_000, 38_000),
            key=key(),
        ),
        Rule.INSATS,
        Action.CONFIGURE_INSATS,
    ),
    "services.take_in_figures": _sets_up(
        lambda c, a: figure_writes.take_in_figures(
            c.database,
            a,
            kind=FigureKind.INDICATORS,
            source="Nätverkets rapport",
            sha256="a" * 64,
            rows=(IndicatorRow("Deltagare", 1, 2025, 40, 6250),),
            key=key(),
        )
    ),
    "services.take_back_figures": Line(
        lambda c, a: figure_writes.take_back_figures(
            c.database, a, import_id=1, why="no_longer_valid", version=1, key=key()
        ),
        Rule.FORBUND,
        Action.SET_UP_FORBUND,
        then=NotFound,
    ),
    "services.set_thresholds": _sets_up(
        lambda c, a: thresholds.set_thresholds(
            c.database,
            a,
            limits=Thresholds(valid_from=FAR, source="En ny manual", reliable_change_mm=50),
            key=key(),
        )
    ),
    "services.remove_thresholds": Line(
        lambda c, a: thresholds.remove_thresholds(c.database, a, threshold_id=99, key=key()),
        Rule.FORBUND,
        Action.SET_UP_FORBUND,
        then=NotFound,
    ),
    "services.set_year_event": _sets_up(
        lambda c, a: year_events.set_year_event(
            c.database, a, kind=EventKind.BOARD, title="Styrelsemöte", on_day=FAR, key=key()
        )
    ),
    "services.move_standing_day": _sets_up(
        lambda c, a: year_events.move_standing_day(
            c.database, a, standing_key="budget", year=2026, on_day=FAR, key=key()
        )
    ),
    "services.remove_year_event": Line(
        lambda c, a: year_events.remove_year_event(
            c.database, a, event_id=1, why="no_longer_valid", version=1, key=key()
        ),
        Rule.FORBUND,
        Action.SET_UP_FORBUND,
        then=NotFound,
    ),
    "services.set_target": _sets_up(
        lambda c, a: s.set_target(
            c.database,
            a,
            insats_id=c.insats,
            spec=OTHER_TARGET,
            wording="60 % tar steg framåt",
            valid_from=BEGAN,
            key=key(),
        )
    ),
    "services.remove_target": _sets_up(
        lambda c, a: s.remove_target(
            c.database,
            a,
            target_id=c.target,
            why="no_longer_valid",
            version=c.version(Target, c.target),
            key=key(),
        )
    ),
    "services.close_as_misregistered": _records(
        lambda c, a: s.close_as_misregistered(
            c.database,
            a,
            spell_id=c.ongoing,
            why="wrong_person",
            version=_spell(c, c.ongoing),
            key=key(),
        )
    ),
    "services.withdraw_consent": _records(
        lambda c, a: s.withdraw_consent(
            c.database,
            a,
            spell_id=c.ongoing,
            reason=WithdrawalReason.CONSENT_WITHDRAWN,
            on=TODAY,
            key=key(),
        )
    ),
}

READS: dict[str, Line] = {
    "outcomes.occasions": _reads(
        Rule.INSATS,
        Action.RECORD_HEADS,
        lambda c, a: occasion_reads.occasions(c.database, a, c.insats),
    ),
    "outcomes.year_of_money": _reads(
        Rule.FORBUND,
        Action.SET_UP_FORBUND,
        lambda c, a: forbund_money.year_of_money(c.database, a, 2026),
    ),
    "outcomes.structural_in": _reads(
        Rule.ANY_INSATS,
        Action.READ_RELEASED,
        lambda c, a: occasion_reads.structural_in(c.database, a, PERIOD),
    ),
    "outcomes.insats_deviations": _reads(
        Rule.INSATS,
        Action.NOTE_DEVIATION,
        lambda c, a: deviations.insats_deviations(c.database, a, c.insats),
    ),
    "outcomes.cleared_deviations": _reads(
        Rule.ANY_INSATS,
        Action.HANDLE_DEVIATIONS,
        lambda c, a: deviations.cleared_deviations(c.database, a),
    ),
    "outcomes.deviation_steps": _reads(
        Rule.INSATS,
        Action.NOTE_DEVIATION,
        lambda c, a: deviations.deviation_steps(c.database, a, c.insats),
    ),
    "outcomes.insats_names": _reads(
        Rule.FORBUND, Action.MANAGE_ACCOUNTS, lambda c, a: accounts.insats_names(c.database, a)
    ),
    "outcomes.how_it_runs": _reads(
        Rule.FORBUND, Action.SEE_OPERATIONS, lambda c, a: operations.how_it_runs(c.database, a)
    ),
    "outcomes.kept_accounts": _reads(
        Rule.FORBUND, Action.MANAGE_ACCOUNTS, lambda c, a: accounts.kept_accounts(c.database, a)
    ),
    "outcomes.anonymous_counts": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: directory.anonymous_counts(c.database, a, c.insats, 2025),
    ),
    "outcomes.budgets": Line(
        lambda c, a: directory.budgets(c.database, a, c.insats), Rule.ANY_ROLE, writes=False
    ),
    "outcomes.insats_settings": Line(
        lambda c, a: directory.insats_settings(c.database, a, c.insats), Rule.ANY_ROLE, writes=False
    ),
    "outcomes.targets_of": Line(
        lambda c, a: directory.targets_of(c.database, a, c.insats), Rule.ANY_ROLE, writes=False
    ),
    "outcomes.import_insatser": Line(
        lambda c, a: import_reads.import_insatser(c.database, a), Rule.OWN, writes=False
    ),
    "outcomes.import_vocabulary": _imports(
        lambda c, a: import_reads.import_vocabulary(c.database, a, c.insats), writes=False
    ),
    "outcomes.imports_of": _imports(
        lambda c, a: import_reads.imports_of(c.database, a, c.insats), writes=False
    ),
    "outcomes.file_keys": _imports(
        lambda c, a: import_reads.file_keys(c.database, a, c.insats, page="importera"),
        writes=False,
    ),
    "outcomes.mappings_of": _imports(
        lambda c, a: import_reads.mappings_of(c.database, a, c.insats), writes=False
    ),
    "outcomes.earlier_series": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: earlier.earlier_series(c.database, a, c.insats),
    ),
    "outcomes.earlier_figures": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: import_reads.earlier_figures(c.database, a, c.insats),
    ),
    "outcomes.my_insatser": Line(
        lambda c, a: directory.my_insatser(c.database, a), Rule.OWN, writes=False
    ),
    "outcomes.set_up_history": _reads(
        Rule.FORBUND,
        Action.SET_UP_FORBUND,
        lambda c, a: set_up_history.set_up_history(
            c.database, a, set_up_history.SetUp.CODES, list_key="referrer"
        ),
    ),
    "outcomes.code_list": _no_actor(lambda c, a: directory.code_list(c.database, "referrer")),
    "outcomes.code_lists": _no_actor(lambda c, a: directory.code_lists(c.database)),
    "outcomes.controllers": _no_actor(lambda c, a: directory.controllers(c.database)),
    "outcomes.demo_accounts": _no_actor(
        lambda c, a: directory.demo_accounts(c.database), then=StegvisError
    ),
    "outcomes.forbund": _no_actor(lambda c, a: directory.forbund(c.database)),
    "outcomes.ladders": _no_actor(lambda c, a: directory.ladders(c.database)),
    "outcomes.need_groups": _no_actor(
        lambda c, a: directory_questions.need_groups(c.database, c.insats)
    ),
    "outcomes.questions": _no_actor(
        lambda c, a: directory_questions.questions(c.database, c.insats)
    ),
    "outcomes.slip_days": _reads(
        Rule.INSATS,
        Action.RECORD_SLIPS,
        lambda c, a: directory_questions.slip_days(c.database, a, c.insats),
    ),
    "outcomes.ors_pairs": _reads(
        Rule.INSATS,
        Action.SEE_PERSONS,
        lambda c, a: ors_pairs.ors_pairs(c.database, a, c.insats, PERIOD, page="insatsen"),
    ),
    "outcomes.see_tables": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: tables_seen.see_tables(c.database, a, [c.insats], page="insatsen"),
    ),
    "outcomes.insats_tables": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: insats_tables.insats_tables(c.database, a, c.insats, PERIOD),
    ),
    "outcomes.insats_months": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: monthly.insats_months(c.database, a, c.insats, PERIOD),
    ),
    "outcomes.insats_time_curves": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: time_curves.insats_time_curves(c.database, a, c.insats, PERIOD),
    ),
    "outcomes.insatser_side_by_side": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: insats_tables.insatser_side_by_side(c.database, a, [c.insats], PERIOD),
    ),
    "outcomes.insatser_to_review": Line(
        lambda c, a: log_review.insatser_to_review(c.database, a), Rule.OWN, writes=False
    ),
    "outcomes.read_log": _reads(
        Rule.INSATS,
        Action.REVIEW_LOG,
        lambda c, a: log_review.read_log(
            c.database, a, c.insats, PERIOD, page="loggen", page_titles={}
        ),
    ),
    "outcomes.take_out": _reads(
        Rule.INSATS,
        Action.REVIEW_LOG,
        lambda c, a: log_review.take_out(
            c.database, a, c.insats, PERIOD, View.ACCOUNTS, page="loggen", page_titles={}
        ),
    ),
    "outcomes.reviewed_so_far": _reads(
        Rule.INSATS,
        Action.REVIEW_LOG,
        lambda c, a: log_review.reviewed_so_far(c.database, a, c.insats),
    ),
    "outcomes.reviews_made": _reads(
        Rule.FORBUND, Action.SEE_REVIEWS, lambda c, a: log_review.reviews_made(c.database, a)
    ),
    "outcomes.participant_page": _reads(
        Rule.SPELL,
        Action.SEE_PERSONS,
        lambda c, a: participant.participant_page(c.database, a, c.ongoing, page="deltagaren"),
    ),
    "outcomes.participant_page, of somebody who consents": _reads(
        Rule.CONSENTED,
        Action.SEE_PERSONS,
        lambda c, a: participant.participant_page(c.database, a, c.consented, page="deltagaren"),
    ),
    "outcomes.export_insats": _reads(
        Rule.BOTH,
        Action.EXPORT,
        lambda c, a: export.export_insats(c.database, a, c.insats, page="exportera", form="CSV"),
    ),
    "outcomes.export_size": _reads(
        Rule.BOTH, Action.EXPORT, lambda c, a: export.export_size(c.database, a, c.insats)
    ),
    "outcomes.extract_from_console": _CONSOLE,
    "outcomes.register_extract": _reads(
        Rule.SPELL,
        Action.SEE_PERSONS,
        lambda c, a: extract.register_extract(
            c.database, a, c.ongoing, page="deltagaren", form="pdf"
        ),
    ),
    "outcomes.retention_from_console": _CONSOLE,
    "outcomes.retention_view": _reads(
        Rule.FORBUND, Action.RUN_RETENTION, lambda c, a: retention.retention_view(c.database, a)
    ),
    "outcomes.insats_retention": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: retention.insats_retention(c.database, a, c.insats),
    ),
    "outcomes.erased_up_to": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: retention.erased_up_to(c.database, a, c.insats),
    ),
    "outcomes.codes_to_strike": Line(
        lambda c, a: retention.codes_to_strike(c.database, a, page="gallring"),
        Rule.OWN,
        writes=False,
    ),
    "outcomes.my_ongoing": Line(
        lambda c, a: persons.my_ongoing(c.database, a, page="deltagaren"), Rule.OWN, writes=False
    ),
    "outcomes.ongoing_in": _reads(
        Rule.INSATS,
        Action.SEE_PERSONS,
        lambda c, a: persons.ongoing_in(c.database, a, c.insats, page="grupptraff"),
    ),
    "outcomes.talk_options": Line(
        lambda c, a: persons.talk_options(c.database, a, page="samtal"), Rule.OWN, writes=False
    ),
    "outcomes.released_insats": _reads(
        Rule.INSATS,
        Action.READ_RELEASED,
        lambda c, a: released.released_insats(c.database, a, c.insats, "2024-H2"),
    ),
    "outcomes.released_overview": _reads(
        Rule.ANY_INSATS,
        Action.READ_RELEASED,
        lambda c, a: released.released_overview(c.database, a, "2024-H2"),
    ),
    "outcomes.released_history": _reads(
        Rule.ANY_INSATS,
        Action.READ_RELEASED,
        lambda c, a: released.released_history(c.database, a, "2024-H2"),
    ),
    "outcomes.indicators": _reads(
        Rule.ANY_INSATS,
        Action.READ_RELEASED,
        lambda c, a: figures.indicators(c.database, a),
    ),
    "outcomes.kommun_figures": _reads(
        Rule.ANY_INSATS,
        Action.READ_RELEASED,
        lambda c, a: figures.kommun_figures(c.database, a, FigureKind.YEAR_EQUIVALENTS),
    ),
    "outcomes.would_change": _reads(
        Rule.ANY_INSATS,
        Action.READ_RELEASED,
        lambda c, a: figures.would_change(c.database, a, FigureKind.INDICATORS, ()),
    ),
    "outcomes.payback_year": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: payback.payback_year(c.database, a, c.insats, 2025, Population.ENDED),
    ),
    "outcomes.payback_calculations": Line(
        lambda c, a: payback.payback_calculations(c.database, a, c.insats),
        Rule.INSATS,
        Action.SEE_INTERNAL,
        also=Action.SET_UP_FORBUND,
        writes=False,
    ),
    "outcomes.read_state": Line(
        lambda c, a: year_state.read_state(c.database, a), Rule.OWN, writes=False
    ),
    "outcomes.year_plan": Line(
        lambda c, a: year_wheel.year_plan(c.database, a, 2025), Rule.OWN, writes=False
    ),
    "reports.payback_report": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: payback_document.payback_report(
            c.database,
            a,
            c.insats,
            2025,
            Population.ENDED,
            PointInTime.AT_END,
            PaybackAssumptions(12_000, 38_000),
        ),
    ),
    "outcomes.money_of_insatser": _reads(
        Rule.ANY_INSATS,
        Action.READ_RELEASED,
        lambda c, a: money.money_of_insatser(c.database, a),
    ),
    "outcomes.prepare_release": Line(
        lambda c, a: releases.prepare_release(c.database, a, "2025-H2", key=key()),
        Rule.FORBUND,
        Action.MAKE_RELEASE,
    ),
    "outcomes.publish_release": Line(
        lambda c, a: releases.publish_release(c.database, a, "2025-H1", key=key()),
        Rule.FORBUND,
        Action.MAKE_RELEASE,
    ),
    "outcomes.prepare_and_publish": Line(
        # The two that it consists of are called for themselves; this period is out already.
        lambda c, a: releases.prepare_and_publish(c.database, a, "2024-H2", key=key()),
        Rule.FORBUND,
        Action.MAKE_RELEASE,
        then=Conflict,
    ),
    "outcomes.release_account": _reads(
        Rule.ANY_INSATS,
        Action.READ_RELEASED,
        lambda c, a: released.release_account(c.database, a, "2024-H2"),
    ),
    "outcomes.release_account, before it is published": _reads(
        Rule.FORBUND,
        Action.MAKE_RELEASE,
        lambda c, a: released.release_account(c.database, a, "2025-H1"),
    ),
    "outcomes.released_overview, before it is published": _reads(
        Rule.NOBODY,
        Action.READ_RELEASED,
        lambda c, a: released.released_overview(c.database, a, "2025-H1"),
    ),
    "outcomes.released_tables": _reads(
        Rule.INSATS,
        Action.READ_RELEASED,
        lambda c, a: released.released_tables(c.database, a, "2024-H2", c.insats),
    ),
    "outcomes.beside_usual_course": Line(
        lambda c, a: course.beside_usual_course(
            c.database,
            participant.participant_page(
                c.database, c.actor(c.worker), c.ongoing, page="deltagaren"
            ).value,
        ),
        Rule.OPEN,
        writes=False,
    ),
    "outcomes.fit_courses": _CONSOLE,
    "outcomes.threshold_versions": _no_actor(lambda c, a: method.threshold_versions(c.database)),
    "outcomes.coming_thresholds": _no_actor(lambda c, a: method.coming_thresholds(c.database)),
    "outcomes.thresholds_in_force": _no_actor(lambda c, a: method.thresholds_in_force(c.database)),
    "outcomes.case_workers": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: start_choices.case_workers(c.database, a, c.insats),
    ),
    "outcomes.earlier_spells": _reads(
        Rule.INSATS,
        Action.SEE_PERSONS,
        lambda c, a: start_choices.earlier_spells(
            c.database, a, _person_of_ended(c), insats_id=c.insats, page="registrera"
        ),
    ),
    "outcomes.insats_quality": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: quality_lists.insats_quality(c.database, a, c.insats, PERIOD),
    ),
    "outcomes.requests_to_me": Line(
        lambda c, a: quality_lists.requests_to_me(c.database, a), Rule.OWN, writes=False
    ),
    "outcomes.to_mend": _reads(
        Rule.INSATS,
        Action.SEE_PERSONS,
        lambda c, a: quality_lists.to_mend(c.database, a, c.insats, PERIOD, page="datakvalitet"),
    ),
    "outcomes.open_periods": _reads(
        Rule.FORBUND, Action.MAKE_RELEASE, lambda c, a: releases.open_periods(c.database, a)
    ),
    "outcomes.find_spells": Line(
        lambda c, a: spell_search.find_spells(c.database, a, c.codes[0], page="deltagaren"),
        Rule.OWN,
        writes=False,
    ),
    "outcomes.data_version": _no_actor(lambda c, a: tables.data_version(c.database, c.insats)),
    "outcomes.insats_dashboard": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: tables.insats_dashboard(c.database, a, c.insats, PERIOD),
    ),
    "outcomes.start_lists": Line(
        lambda c, a: start_lists.start_lists(c.database, a, page="att_gora"),
        Rule.OWN,
        writes=False,
    ),
    "outcomes.to_do": Line(
        lambda c, a: todo.to_do(c.database, a, page="att_gora"), Rule.OWN, writes=False
    ),
    "reports.insats_report": _reads(
        Rule.INSATS,
        Action.SEE_INTERNAL,
        lambda c, a: content.insats_report(c.database, a, c.insats, PERIOD),
    ),
    "reports.released_content": _reads(
        Rule.INSATS,
        Action.READ_RELEASED,
        lambda c, a: content.released_content(c.database, a, c.insats, "2024-H2"),
    ),
    "reports.released_report": _reads(
        Rule.INSATS,
        Action.READ_RELEASED,
        lambda c, a: content.released_report(c.database, a, c.insats, "2024-H2"),
    ),
}


REPORTS: dict[str, Line] = {
    "services.start_report": Line(
        lambda c, a: report_writes.start_report(
            c.database,
            a,
            release_id=c.release,
            insats_id=c.insats,
            kind=ReportKind.YEAR,
            key=key(),
        ),
        Rule.INSATS,
        Action.WRITE_REPORT,
        also=Action.ADOPT_REPORT,
    ),
    "services.arrange_report": Line(
        lambda c, a: report_writes.arrange_report(
            c.database,
            a,
            report_id=c.report,
            order=tuple(SectionKey),
            left_out={SectionKey.ECONOMY},
            version=c.version(Report, c.report),
            key=key(),
        ),
        Rule.INSATS,
        Action.WRITE_REPORT,
        also=Action.ADOPT_REPORT,
    ),
    "services.throw_away_draft": Line(
        lambda c, a: report_writes.throw_away_draft(
            c.database,
            a,
            report_id=c.report,
            why="entered_twice",
            version=c.version(Report, c.report),
            key=key(),
        ),
        Rule.INSATS,
        Action.WRITE_REPORT,
        also=Action.ADOPT_REPORT,
    ),
    "services.take_back_draft": Line(
        lambda c, a: report_writes.take_back_draft(
            c.database,
            a,
            report_id=c.thrown_away,
            version=c.version(Report, c.thrown_away),
            key=key(),
        ),
        Rule.INSATS,
        Action.WRITE_REPORT,
        also=Action.ADOPT_REPORT,
    ),
    "services.write_section": Line(
        lambda c, a: report_words.write_section(
            c.database,
            a,
            section_id=c.section,
            words="Fler började än i våras.",
            version=c.version(Section, c.section),
            key=key(),
        ),
        Rule.INSATS,
        Action.WRITE_REPORT,
    ),
    "services.mark_ready": Line(
        lambda c, a: report_words.mark_ready(
            c.database,
            a,
            section_id=c.section,
            version=c.version(Section, c.section),
            acknowledged=True,
            key=key(),
        ),
        Rule.INSATS,
        Action.WRITE_REPORT,
    ),
    "services.ask_about_section": Line(
        lambda c, a: report_words.ask_about_section(
            c.database,
            a,
            section_id=c.section,
            words="Vad förklarar minskningen?",
            acknowledged=False,
            key=key(),
        ),
        Rule.INSATS,
        Action.WRITE_REPORT,
        also=Action.ADOPT_REPORT,
    ),
    "services.settle_note": Line(
        lambda c, a: report_words.settle_note(c.database, a, note_id=c.note, key=key()),
        Rule.INSATS,
        Action.WRITE_REPORT,
        also=Action.ADOPT_REPORT,
    ),
    "services.adopt": Line(
        lambda c, a: report_adoption.adopt(
            c.database,
            a,
            report_id=c.report,
            on=TODAY,
            paragraph="§ 7",
            version=c.version(Report, c.report),
            freeze=lambda *_: report_adoption.Frozen("{}", "0"),
            key=key(),
        ),
        Rule.FORBUND,
        Action.ADOPT_REPORT,
    ),
    "reports.adopt_report": Line(
        lambda c, a: adopted.adopt_report(
            c.database,
            a,
            report_id=c.report,
            on=TODAY,
            paragraph="§ 7",
            version=c.version(Report, c.report),
            key=key(),
        ),
        Rule.FORBUND,
        Action.ADOPT_REPORT,
    ),
    "services.set_identity": _sets_up(
        lambda c, a: report_identity.set_identity(
            c.database,
            a,
            name="Samordningsförbundet Testbygden",
            colour="#00507f",
            logotype=None,
            logotype_alt="",
            keep_logotype=False,
            version=None,
            key=key(),
        )
    ),
    "outcomes.report_list": Line(
        lambda c, a: report_reads.report_list(c.database, a), Rule.OWN, writes=False
    ),
    "outcomes.startable_reports": Line(
        lambda c, a: report_reads.startable_reports(c.database, a), Rule.OWN, writes=False
    ),
    "outcomes.report_identity": _no_actor(lambda c, a: report_reads.report_identity(c.database)),
    "outcomes.thrown_away_drafts": Line(
        lambda c, a: report_reads.thrown_away_drafts(c.database, a), Rule.OWN, writes=False
    ),
    "reports.told_next": Line(
        lambda c, a: corrections_ahead.told_next(c.database, a, c.report),
        Rule.INSATS,
        Action.WRITE_REPORT,
        also=Action.ADOPT_REPORT,
        writes=False,
    ),
    "reports.counted_today": Line(
        lambda c, a: corrections_ahead.counted_today(c.database, a, c.report, page="rapport"),
        Rule.INSATS,
        Action.WRITE_REPORT,
        writes=False,
    ),
    "outcomes.report_work": Line(
        lambda c, a: report_reads.report_work(c.database, a, c.report),
        Rule.INSATS,
        Action.WRITE_REPORT,
        also=Action.ADOPT_REPORT,
        writes=False,
    ),
    "reports.report_content": Line(
        lambda c, a: adopted.report_content(c.database, a, c.report),
        Rule.INSATS,
        Action.WRITE_REPORT,
        also=Action.ADOPT_REPORT,
        writes=False,
    ),
    "reports.taken_report": Line(
        lambda c, a: adopted.taken_report(c.database, a, c.report, "PDF"),
        Rule.INSATS,
        Action.WRITE_REPORT,
        also=Action.ADOPT_REPORT,
        writes=False,
    ),
    "reports.finsam_basis": Line(
        lambda c, a: basis.finsam_basis(c.database, a, c.insats, 2024),
        Rule.INSATS,
        Action.SEE_INTERNAL,
        also=Action.READ_RELEASED,
        writes=False,
    ),
    "reports.taken_basis": Line(
        lambda c, a: basis.taken_basis(c.database, a, c.insats, 2024),
        Rule.INSATS,
        Action.SEE_INTERNAL,
        also=Action.READ_RELEASED,
        writes=False,
    ),
}

LINES: dict[str, Line] = SERVICES | READS | REPORTS

SHOWS_PERSONS = frozenset(
    {
        "outcomes.participant_page",
        "outcomes.my_ongoing",
        "outcomes.ongoing_in",
        "outcomes.talk_options",
        "outcomes.find_spells",
        "outcomes.to_do",
        "outcomes.start_lists",
    }
)
"""What shows the participants of an insats, and so must show them to whoever may see them."""


def _person_of_ended(c: Scene) -> int:
    with c.database.reading() as session:
        return session.get_one(Spell, c.ended).participant_id


def _start() -> s.SpellStart:
    return s.SpellStart(
        started_on=TODAY,
        referrer="employment_service",
        consent_follow_up=True,
        consent_contact=True,
        step=StepLevel(1),
    )


def _participant_version(c: Scene) -> int:
    from tracking.store.tables import Participant

    with c.database.reading() as session:
        spell = session.get_one(Spell, c.ongoing)
        return int(session.get_one(Participant, spell.participant_id).version)


__all__ = ["LINES", "SHOWS_PERSONS", "Line", "Rule", "may", "sees_persons"]
