"""A förbund to attack: two insatser, people in them, and an account for every kind of visitor.

Made by the services themselves on the day of `TODAY`. Ids that the functions are called with
stand in `Scene`; who asks stands in `Visitor`. What each may do is in `role_functions`.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from argon2 import PasswordHasher
from sqlmodel import select

from tracking.access.actors import Actor, load_actor
from tracking.access.passwords import Passwords
from tracking.access.rate import digest
from tracking.access.sealing import seal
from tracking.access.second_factor import plain_code
from tracking.domain.import_records import HistoryRecord, ImportKind
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import StepLevel
from tracking.domain.periods import Calendar, half_year
from tracking.domain.quality import Check
from tracking.domain.questions import Option, QuestionSpec
from tracking.domain.records import (
    AuthorityKind,
    Gender,
    InsatsKind,
    QuestionKind,
)
from tracking.domain.report_kinds import ReportKind, SectionKey
from tracking.domain.roles import INSATS_BOUND_ROLES, Role, Zone
from tracking.domain.situation import Occasion, YesNoUnknown
from tracking.outcomes.releases import prepare_and_publish, prepare_release
from tracking.services import (
    SpellStart,
    choose_calendar,
    end_spell,
    proposed_release_days,
    record_group_session,
    record_session,
    register_and_start,
    register_participant,
    set_up_forbund,
)
from tracking.services.accounts import assign, create_account
from tracking.services.answers import record_answers
from tracking.services.deviations import clear_deviation, note_deviation
from tracking.services.imports import apply_import, save_mapping
from tracking.services.insatser import create_insats
from tracking.services.mending import ask_to_mend
from tracking.services.need_groups import add_need_group
from tracking.services.questions import define_question
from tracking.services.report_words import ask_about_section, mark_ready, write_section
from tracking.services.reports import start_report, throw_away_draft
from tracking.services.sessions import GroupRow
from tracking.services.setup import add_controller
from tracking.services.slips import record_slips
from tracking.services.targets import set_target
from tracking.store.database import Database
from tracking.store.tables import (
    Account,
    HeadCount,
    OidcIdentity,
    Release,
    SecondFactor,
    Section,
    StructuralOccasion,
)

NOW = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
TODAY = date(2026, 3, 16)
BEGAN = date(2024, 1, 1)
STARTED = date(2025, 3, 3)
ENDED = date(2025, 9, 12)
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
LINK_CODE = "abcd-efgh-jkmn"
BIRTH_YEARS = (1971, 1983, 1994, 1969)
"""Years that stand nowhere else in the scene, so that one of them in an answer is a person's."""

LOG = frozenset({"access_log", "access_log_payload", "access_log_head"})


def key() -> str:
    return str(uuid4())


@dataclass(frozen=True)
class Visitor:
    """Somebody who asks: an account, and in words which."""

    name: str
    account_id: int


@dataclass
class Scene:
    """The database and the numbers of what is in it."""

    database: Database
    controller: int = 0
    insats: int = 0
    other: int = 0
    admin: int = 0
    worker: int = 0
    ongoing: int = 0
    ended: int = 0
    consented: int = 0
    elsewhere: int = 0
    participant: int = 0
    known_code: str = ""
    talk: int = 0
    attendance: int = 0
    rating: int = 0
    meeting: int = 0
    target: int = 0
    code: int = 0
    need_group: int = 0
    question: int = 0
    unasked: int = 0
    at_end: int = 0
    slip_question: int = 0
    answer: int = 0
    request: int = 0
    somebody: int = 0
    other_assignment: int = 0
    release: int = 0
    report: int = 0
    thrown_away: int = 0
    section: int = 0
    note: int = 0
    obstacle: int = 0
    cleared_obstacle: int = 0
    occasion: int = 0
    imported: int = 0
    visitors: dict[str, Visitor] = field(default_factory=dict)
    actors: dict[int, Actor] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def actor(self, account_id: int) -> Actor:
        """The account as it is today; what is tried is undone, so it stays so."""
        if account_id in self.actors:
            return self.actors[account_id]
        with self.database.reading() as session:
            return load_actor(session, account_id, today=TODAY)

    def version(self, table: type[Any], row_id: int) -> int:
        """A row's version as a page would have read it."""
        with self.database.reading() as session:
            return int(session.get_one(table, row_id).version)

    def one(self, statement: Any) -> Any:
        """The first value of a query."""
        with self.database.reading() as session:
            return session.exec(statement).first()

    def secrets(self) -> tuple[str, ...]:
        """What tells of a person of the insats."""
        return (*self.codes, *self.words, *(str(year) for year in BIRTH_YEARS))


def note_changes(connection: sqlite3.Connection) -> None:
    """From now on each table that is written to, the access log's aside, is named in `touched`,
    by triggers: whatever is written by whichever way, and only if it is committed.
    """
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    connection.execute("CREATE TABLE touched (name TEXT)")
    for (name,) in tables:
        for event in () if name in LOG else ("INSERT", "UPDATE", "DELETE"):
            connection.execute(
                f'CREATE TRIGGER "touched_{name}_{event}" AFTER {event} ON "{name}"'
                f" BEGIN INSERT INTO touched VALUES ('{name}'); END"
            )


def touched(watcher: sqlite3.Connection) -> set[str]:
    """The tables that have been written to since they were put back."""
    return {name for (name,) in watcher.execute("SELECT DISTINCT name FROM touched").fetchall()}


def a_scene(database: Database, *, is_demo: bool = False, crowd: int = 0) -> Scene:
    """Fill an empty database. The clock stands on `NOW`.

    ``crowd`` are people of the insats who began and ended in the half-year that is released.
    """
    set_up_forbund(database, name="Samordningsförbundet Testbygden", is_demo=is_demo)
    scene = Scene(database)
    _accounts_of_the_forbund(scene)
    admin = scene.actor(scene.admin)
    scene.controller = add_controller(
        database, admin, name="Testkommunen", kind=AuthorityKind.MUNICIPALITY, key=key()
    ).controller_id
    region = add_controller(
        database, admin, name="Testregionen", kind=AuthorityKind.REGION, key=key()
    ).controller_id
    scene.insats, scene.other = (_insats(scene, admin, name) for name in ("Stigen", "Bron"))
    _staff(scene, region)
    _people(scene)
    _crowd(scene, crowd)
    _settings(scene, admin)
    _obstacles(scene)
    _an_occasion(scene)
    _an_import(scene)
    choose_calendar(
        database,
        admin,
        calendar=Calendar.HALF_YEAR,
        release_days=proposed_release_days(Calendar.HALF_YEAR),
        key=key(),
    )
    prepare_and_publish(database, admin, "2024-H2", key=key())
    prepare_release(database, admin, "2025-H1", key=key())
    _a_report(scene)
    _things_of_accounts(scene)
    scene.actors = {v.account_id: scene.actor(v.account_id) for v in scene.visitors.values()}
    return scene


def _account(scene: Scene, name: str, zone: Zone, employer_id: int | None = None) -> int:
    username = f"konto-{len(scene.visitors) + 1}"
    made = create_account(
        scene.database, username=username, title=name, zone=zone, employer_id=employer_id
    ).account_id
    scene.visitors[name] = Visitor(name, made)
    return made


def _accounts_of_the_forbund(scene: Scene) -> None:
    for role in Role:
        if role in INSATS_BOUND_ROLES:
            continue
        made = _account(scene, role.value, role.zone)
        assign(
            scene.database, account_id=made, role=role, insats_id=None, starts_on=date(2024, 1, 1)
        )
    scene.admin = scene.visitors[Role.FORBUND_ADMIN.value].account_id
    for name, starts, ends in (
        ("förbundsadministratör till i går", BEGAN, TODAY - timedelta(days=1)),
        ("förbundsadministratör från i morgon", TODAY + timedelta(days=1), None),
    ):
        assign(
            scene.database,
            account_id=_account(scene, name, Zone.FORBUND),
            role=Role.FORBUND_ADMIN,
            insats_id=None,
            starts_on=starts,
            ends_on=ends,
        )
    _account(scene, "ingen i förbundet", Zone.FORBUND)


def _staff(scene: Scene, region: int) -> None:
    def staff(
        name: str,
        role: Role,
        insats_id: int,
        *,
        employer: int = scene.controller,
        starts: date = BEGAN,
        ends: date | None = None,
    ) -> int:
        zone = role.zone
        made = _account(scene, name, zone, employer if zone is Zone.INSATS else None)
        assign(
            scene.database,
            account_id=made,
            role=role,
            insats_id=insats_id,
            starts_on=starts,
            ends_on=ends,
        )
        return made

    for role in sorted(INSATS_BOUND_ROLES):
        staff(role.value, role, scene.insats)
        staff(f"{role.value} i en annan insats", role, scene.other)
    scene.worker = scene.visitors[Role.CASE_WORKER.value].account_id
    # Leads the insats and works with its persons as well, for another authority.
    assign(
        scene.database,
        account_id=staff("båda", Role.INSATS_LEAD, scene.insats, employer=region),
        role=Role.CASE_WORKER,
        insats_id=scene.insats,
        starts_on=BEGAN,
    )
    staff("utomstående", Role.CASE_WORKER, scene.insats, employer=region)
    staff("till i går", Role.CASE_WORKER, scene.insats, ends=TODAY - timedelta(days=1))
    staff("från i morgon", Role.CASE_WORKER, scene.insats, starts=TODAY + timedelta(days=1))
    staff("ansvarig till i går", Role.INSATS_LEAD, scene.insats, ends=TODAY - timedelta(days=1))
    staff("styrgrupp för insatsen", Role.STEERING_GROUP, scene.insats)
    staff("styrgrupp för en annan insats", Role.STEERING_GROUP, scene.other)
    _account(scene, "ingen", Zone.INSATS, scene.controller)


def _insats(scene: Scene, admin: Actor, name: str) -> int:
    return create_insats(
        scene.database,
        admin,
        name=name,
        controller_id=scene.controller,
        owner="Testkommunen",
        kind=InsatsKind.INDIVIDUAL,
        starts_on=BEGAN,
        ladder_id=1,
        uses_ors=True,
        uses_srs=True,
        uses_gsrs=True,
        key=key(),
    ).insats_id


def _people(scene: Scene) -> None:
    database, worker = scene.database, scene.actor(scene.worker)
    ors = RatingValue.filled(40, 45, 35, 40)

    def spell(birth_year: int, *, insats_id: int, by: Actor, **more: Any) -> int:
        started = register_and_start(
            database,
            by,
            insats_id=insats_id,
            birth_year=birth_year,
            gender=Gender.WOMAN,
            start=SpellStart(
                started_on=STARTED,
                referrer="employment_service",
                consent_follow_up=True,
                consent_contact=True,
                step=StepLevel(1),
                **more,
            ),
            key=key(),
        )
        if insats_id == scene.insats:
            scene.codes.append(started.code)
            scene.words.append(started.memory_word)
        return started.spell_id

    scene.ongoing = spell(BIRTH_YEARS[0], insats_id=scene.insats, by=worker)
    scene.ended = spell(BIRTH_YEARS[1], insats_id=scene.insats, by=worker)
    scene.consented = spell(
        BIRTH_YEARS[2], insats_id=scene.insats, by=worker, consent_disclosure_on=STARTED
    )
    neighbour = scene.actor(scene.visitors["case_worker i en annan insats"].account_id)
    scene.elsewhere = spell(1979, insats_id=scene.other, by=neighbour)
    person = register_participant(
        database,
        worker,
        insats_id=scene.insats,
        birth_year=BIRTH_YEARS[3],
        gender=Gender.MAN,
        key=key(),
    )
    scene.participant, scene.known_code = person.participant_id, person.code
    scene.codes.append(person.code)
    scene.words.append(person.memory_word)
    scene.talk = record_session(
        database,
        worker,
        spell_id=scene.ongoing,
        held_on=date(2025, 3, 10),
        ratings={"ORS": ors},
        key=key(),
    ).session_id
    record_session(
        database,
        worker,
        spell_id=scene.ongoing,
        held_on=date(2025, 4, 14),
        ratings={"ORS": RatingValue.filled(60, 65, 60, 55)},
        key=key(),
    )
    scene.meeting = record_group_session(
        database,
        worker,
        insats_id=scene.insats,
        held_on=date(2025, 5, 5),
        rows=[GroupRow(scene.ongoing)],
        key=key(),
    ).session_id
    end_spell(
        database,
        worker,
        spell_id=scene.ended,
        on=ENDED,
        reason="work",
        active_planning=YesNoUnknown.YES,
        step=StepLevel(2),
        version=_spell_version(scene, scene.ended),
        key=key(),
    )


def _crowd(scene: Scene, number: int) -> None:
    """People of every kind, none of them many."""
    worker = scene.actor(scene.worker)
    referrers = ("employment_service", "insurance_agency", "municipality", "region", "other")
    reasons = ("work", "studies", "continued_rehabilitation", "illness", "own_request")
    for n in range(number):
        spell = register_and_start(
            scene.database,
            worker,
            insats_id=scene.insats,
            birth_year=1966 + n % 37,
            gender=Gender.WOMAN if n % 3 else Gender.MAN,
            start=SpellStart(
                started_on=date(2024, 7, 1 + n % 28),
                referrer=referrers[min(n % 7, 4)],
                consent_follow_up=True,
                consent_contact=True,
                step=StepLevel(1),
            ),
            key=key(),
        )
        end_spell(
            scene.database,
            worker,
            spell_id=spell.spell_id,
            on=date(2024, 11, 1 + n % 28),
            reason=reasons[min(n % 9, 4)],
            active_planning=YesNoUnknown.YES,
            step=StepLevel(2 if n % 4 else 1),
            version=_spell_version(scene, spell.spell_id),
            key=key(),
        )


def _spell_version(scene: Scene, spell_id: int) -> int:
    from tracking.store.tables import Spell

    return scene.version(Spell, spell_id)


def _settings(scene: Scene, admin: Actor) -> None:
    from tests.attack.role_functions import TARGET

    database, worker = scene.database, scene.actor(scene.worker)
    lead = scene.actor(scene.visitors[Role.INSATS_LEAD.value].account_id)
    scene.target = set_target(
        database,
        admin,
        insats_id=scene.insats,
        spec=TARGET,
        wording="80 % tar steg framåt",
        valid_from=BEGAN,
        key=key(),
    ).target_id

    def question(wording: str, **when: bool) -> int:
        spec = QuestionSpec(
            wording,
            QuestionKind.YES_NO,
            (Option(1, "Ja", positive=True), Option(2, "Nej", positive=False)),
            **when,
        )
        return define_question(
            database, lead, insats_id=scene.insats, spec=spec, valid_from=BEGAN, key=key()
        ).question_id

    scene.question = question("Har du fått det stöd du behöver?", asked_at_start=True)
    scene.unasked = question("Har du en plan?", asked_at_start=True)
    scene.at_end = question("Vet du vart du vänder dig?", asked_at_start=True)
    scene.slip_question = question("Blev du väl bemött?", on_slips=True)
    record_answers(
        database,
        worker,
        spell_id=scene.ongoing,
        occasion=Occasion.START,
        on=STARTED,
        answers={scene.question: frozenset({1})},
        key=key(),
    )
    record_slips(
        database,
        worker,
        insats_id=scene.insats,
        collected_on=date(2025, 6, 2),
        counts={scene.slip_question: {1: 7, 2: 1}},
        key=key(),
    )
    scene.request = ask_to_mend(
        database,
        lead,
        insats_id=scene.insats,
        period=half_year(2025, 1),
        lacking={Check.START_SITUATION: 3},
        key=key(),
    ).insats_id
    scene.need_group = add_need_group(
        database, lead, insats_id=scene.insats, label="Långvarig frånvaro", key=key()
    ).code_id
    add_need_group(database, lead, insats_id=scene.insats, label="Kort frånvaro", key=key())


def _obstacles(scene: Scene) -> None:
    """Two systemavvikelser of the insats, of which one is cleared."""
    worker = scene.actor(scene.worker)
    lead = scene.actor(scene.visitors[Role.INSATS_LEAD.value].account_id)

    def noted(what: str) -> int:
        return note_deviation(
            scene.database,
            worker,
            insats_id=scene.insats,
            noted_on=STARTED,
            what=what,
            parties=(scene.controller,),
            key=key(),
        ).deviation_id

    scene.obstacle = noted("Uppgifter lämnas för sent mellan två parter.")
    scene.cleared_obstacle = noted("Ingen part tar det första steget.")
    clear_deviation(scene.database, lead, deviation_id=scene.cleared_obstacle, version=1, key=key())


def _an_occasion(scene: Scene) -> None:
    """Written by hand, since the insats of the scene is one with persons."""
    with scene.database.transaction() as work:
        occasion = StructuralOccasion(
            insats_id=scene.insats,
            held_on=STARTED,
            title="Nätverksträff",
            recorded_at=NOW,
            recorded_by=scene.worker,
        )
        work.session.add(occasion)
        work.session.flush()
        assert occasion.id is not None
        work.session.add(
            HeadCount(
                occasion_id=occasion.id,
                organisation="Testkommunen",
                gender=Gender.WOMAN,
                number=8,
            )
        )
        scene.occasion = occasion.id


def _an_import(scene: Scene) -> None:
    """An earlier figure that was read in from a file, and a mapping that was remembered."""
    worker = scene.actor(scene.worker)
    scene.imported = apply_import(
        scene.database,
        worker,
        insats_id=scene.insats,
        kind=ImportKind.HISTORY,
        rows=[an_earlier_figure(2019)],
        file_hash="0" * 64,
        key=key(),
    ).import_id
    save_mapping(
        scene.database,
        worker,
        insats_id=scene.insats,
        name="Vår fil",
        kind=ImportKind.HISTORY,
        content="{}",
        key=key(),
    )


def an_earlier_figure(year: int) -> HistoryRecord:
    """One count of an earlier series."""
    return HistoryRecord(
        row=2, year=year, measure="Antal deltagare", number=40, definition="Alla.", source="SUS"
    )


def _a_report(scene: Scene) -> None:
    """A report of the insats from what is published, with a section that is ready."""
    lead = scene.actor(scene.visitors[Role.INSATS_LEAD.value].account_id)
    scene.release = scene.one(select(Release.id).where(Release.period_key == "2024-H2"))
    scene.report = start_report(
        scene.database,
        lead,
        release_id=scene.release,
        insats_id=scene.insats,
        kind=ReportKind.SIMPLE_HALF_YEAR,
        key=key(),
    ).report_id
    gone = start_report(
        scene.database,
        lead,
        release_id=scene.release,
        insats_id=scene.insats,
        kind=ReportKind.YEAR,
        key=key(),
    )
    scene.thrown_away = gone.report_id
    throw_away_draft(
        scene.database,
        lead,
        report_id=gone.report_id,
        why="entered_twice",
        version=gone.version,
        key=key(),
    )
    scene.section = scene.one(
        select(Section.id).where(
            Section.report_id == scene.report, Section.key == SectionKey.SUMMARY
        )
    )
    written = write_section(
        scene.database, lead, section_id=scene.section, words="Lugnt.", version=1, key=key()
    )
    mark_ready(
        scene.database,
        lead,
        section_id=scene.section,
        version=written.version,
        acknowledged=False,
        key=key(),
    )
    scene.note = ask_about_section(
        scene.database,
        lead,
        section_id=scene.section,
        words="Räcker det så?",
        acknowledged=False,
        key=key(),
    )


def _things_of_accounts(scene: Scene) -> None:
    from tracking.store.tables import Answer, Assignment, Attendance, Code, MendRequest, Rating

    scene.somebody = _account(scene, "någon", Zone.INSATS, scene.controller)
    del scene.visitors["någon"]
    with scene.database.transaction() as work:
        account = work.session.get_one(Account, scene.somebody)
        account.password_hash = CHEAP.hash("trappan knarrar om natten")
        work.session.add(account)
        work.session.add(
            SecondFactor(
                account_id=scene.somebody,
                secret=seal(scene.database, "A" * 32, place=f"second_factor {scene.somebody}"),
                created_at=NOW,
                confirmed_at=NOW,
            )
        )
        work.session.add(
            OidcIdentity(
                issuer="https://issuer.example",
                subject="s",
                link_code_hash=digest(plain_code(LINK_CODE)),
                created_at=NOW,
            )
        )
    outsider = scene.visitors["utomstående"].account_id
    for name, statement in (
        ("attendance", select(Attendance.id).where(Attendance.session_id == scene.talk)),
        ("rating", select(Rating.id)),
        ("answer", select(Answer.id)),
        ("request", select(MendRequest.id)),
        ("code", select(Code.id).where(Code.list_key == "education")),
        ("other_assignment", select(Assignment.id).where(Assignment.account_id == outsider)),
    ):
        setattr(scene, name, scene.one(statement))
