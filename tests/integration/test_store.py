"""The store guards itself: schema, constraints, triggers, transactions."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, event, text
from sqlalchemy.exc import IntegrityError

from tracking.domain.records import AuthorityKind, Gender, InsatsKind
from tracking.domain.roles import Role, Zone
from tracking.store.database import Database
from tracking.store.migrate import NewerSchema
from tracking.store.tables import (
    Account,
    Assignment,
    Attendance,
    Code,
    CodeList,
    Controller,
    DataVersion,
    Forbund,
    Insats,
    Participant,
    Rating,
    Session,
    Situation,
    SituationSupport,
    Spell,
    SpellSummary,
    metadata,
)
from tracking.store.triggers import missing_triggers

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
DAY = date(2026, 2, 2)


@pytest.fixture
def spell_id(database: Database) -> int:
    """A spell in an insats, with nothing recorded yet."""
    with database.transaction() as work:
        session = work.session
        controller = Controller(
            name="Kommunen", kind=AuthorityKind.MUNICIPALITY, created_at=NOW, last_number=1
        )
        session.add(controller)
        session.add(CodeList(key="referrer", title="Remittent"))
        session.flush()
        referrer = Code(list_key="referrer", key="self", label="På egen hand")
        account = Account(
            username="handläggare",
            title="Deltagaransvarig",
            zone=Zone.INSATS,
            employer_id=controller.id,
            created_at=NOW,
        )
        insats = Insats(
            controller_id=controller.id,
            name="Kompassen",
            owner="Kommunen",
            kind=InsatsKind.INDIVIDUAL,
            starts_on=date(2025, 1, 1),
            created_at=NOW,
        )
        session.add_all([referrer, account, insats])
        session.flush()
        participant = Participant(
            controller_id=controller.id,
            number=1,
            code="ST-0001",
            memory_word="vårregn",
            birth_year=1990,
            gender=Gender.WOMAN,
            created_at=NOW,
            created_by=account.id,
        )
        session.add(participant)
        session.flush()
        spell = Spell(
            participant_id=participant.id,
            controller_id=controller.id,
            insats_id=insats.id,
            started_on=date(2026, 1, 12),
            referrer_id=referrer.id,
            consent_follow_up=True,
            consent_contact=True,
            created_at=NOW,
            created_by=account.id,
        )
        session.add(spell)
        session.flush()
        assert spell.id is not None
        return spell.id


def _talk(database: Database, spell_id: int, **rating: object) -> None:
    with database.transaction() as work:
        spell = work.session.get_one(Spell, spell_id)
        talk = Session(
            insats_id=spell.insats_id,
            held_on=DAY,
            kind="individual",
            recorded_at=NOW,
            recorded_by=spell.created_by,
        )
        work.session.add(talk)
        work.session.flush()
        attendance = Attendance(
            session_id=talk.id, spell_id=spell_id, insats_id=spell.insats_id, status="present"
        )
        work.session.add(attendance)
        work.session.flush()
        work.session.add(
            Rating(
                attendance_id=attendance.id,
                instrument="ORS",
                recorded_at=NOW,
                recorded_by=spell.created_by,
                **rating,
            )
        )


WHOLE = {
    "status": "filled",
    "scale_1": 45,
    "scale_2": 60,
    "scale_3": 55,
    "scale_4": 60,
    "total": 220,
}


def test_the_migrations_make_exactly_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_every_check_of_the_models_stands_in_the_database(database: Database) -> None:
    in_models = {
        str(c.name)
        for table in metadata.tables.values()
        for c in table.constraints
        if isinstance(c, CheckConstraint)
    }
    assert in_models
    if database.dialect == "sqlite":
        sql = "SELECT sql FROM sqlite_master WHERE type = 'table'"
        with database.engine.connect() as connection:
            made = "\n".join(row[0] for row in connection.exec_driver_sql(sql))
        missing = {name for name in in_models if f"CONSTRAINT {name} CHECK" not in made}
    else:
        with database.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT conname FROM pg_constraint")
            missing = in_models - {row[0] for row in rows}
    assert missing == set()


def test_every_trigger_is_there_after_migration(database: Database) -> None:
    with database.engine.connect() as connection:
        assert missing_triggers(connection) == set()


def test_a_lost_trigger_is_put_back_at_the_next_start(sqlite_database: Database) -> None:
    with sqlite_database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER guard_release_update")
    again = Database.open(str(sqlite_database.engine.url))
    with again.engine.connect() as connection:
        assert missing_triggers(connection) == set()
    again.close()


def test_a_database_of_a_later_version_is_refused(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    url = database.engine.url.render_as_string(hide_password=False)
    with pytest.raises(NewerSchema, match="senare version"):
        Database.open(url)


@pytest.mark.parametrize(
    "broken",
    [
        WHOLE | {"scale_4": None},
        WHOLE | {"total": 221},
        WHOLE | {"scale_1": 101, "total": 276},
        {"status": "filled"},
        {"status": "total_only"},
        {"status": "total_only", "total": 401},
        {"status": "not_filled", "total": 0},
        {"status": "incomplete", "scale_1": 10},
    ],
)
def test_the_database_refuses_a_rating_that_is_not_whole(
    database: Database, spell_id: int, broken: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError):
        _talk(database, spell_id, **broken)
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM session")).scalar_one() == 0


def test_the_database_refuses_an_end_before_the_start(database: Database, spell_id: int) -> None:
    with pytest.raises(IntegrityError), database.transaction() as work:
        work.session.execute(
            text(
                "UPDATE spell SET ended_on = '2026-01-11', outcome = 'misregistered',"
                " misregistered_reason = 'x'"
            )
        )


def test_the_database_refuses_two_open_spells_in_one_insats(
    database: Database, spell_id: int
) -> None:
    with pytest.raises(IntegrityError), database.transaction() as work:
        spell = work.session.get_one(Spell, spell_id)
        copy = spell.model_dump(exclude={"id"}) | {"started_on": date(2026, 2, 1)}
        work.session.add(Spell(**copy))


@pytest.mark.parametrize("excluded_by", ["no_support", "support_unknown"])
def test_no_support_excludes_every_source(
    database: Database, spell_id: int, excluded_by: str
) -> None:
    with pytest.raises(IntegrityError), database.transaction() as work:
        situation = Situation(
            spell_id=spell_id,
            occasion="start",
            described_on=DAY,
            work="no",
            studies="no",
            seeking="no",
            registered="no",
            recorded_at=NOW,
            recorded_by=1,
            **{excluded_by: True},
        )
        work.session.add(situation)
        work.session.flush()
        work.session.add(
            SituationSupport(
                situation_id=situation.id, source="sickness_benefit", **{excluded_by: True}
            )
        )


def test_zones_never_meet_in_one_account(database: Database, spell_id: int) -> None:
    with pytest.raises(IntegrityError), database.transaction() as work:
        work.session.add(
            Assignment(
                account_id=1,
                zone=Zone.FORBUND,
                role=Role.BOARD,
                starts_on=DAY,
                created_at=NOW,
            )
        )


def test_a_role_outside_its_zone_is_refused(database: Database, spell_id: int) -> None:
    with pytest.raises(IntegrityError), database.transaction() as work:
        work.session.add(
            Assignment(
                account_id=1,
                zone=Zone.INSATS,
                role=Role.BOARD,
                insats_id=1,
                starts_on=DAY,
                created_at=NOW,
            )
        )


def test_the_calendar_once_chosen_cannot_be_changed(database: Database) -> None:
    with database.transaction() as work:
        work.session.add(Forbund(name="Förbundet", calendar="half_year", created_at=NOW))
    with pytest.raises(IntegrityError), database.transaction() as work:
        work.session.execute(text("UPDATE forbund SET calendar = 'tertial'"))


def test_the_summary_follows_a_write_past_the_orm(database: Database, spell_id: int) -> None:
    _talk(database, spell_id, **WHOLE)
    with database.transaction() as work:
        work.session.execute(
            text("UPDATE rating SET scale_1 = 55, total = 230 WHERE instrument = 'ORS'")
        )
    with database.reading() as session:
        summary = session.get_one(SpellSummary, spell_id)
        assert (summary.ors_n, summary.ors_first_mm, summary.last_seen_on) == (1, 230, DAY)


def test_a_write_bumps_its_insats_data_version_once(database: Database, spell_id: int) -> None:
    def version() -> int:
        with database.reading() as session:
            return session.get_one(DataVersion, 1).version

    before = version()
    _talk(database, spell_id, **WHOLE)
    assert version() == before + 1


def test_a_failed_transaction_leaves_nothing(database: Database, spell_id: int) -> None:
    class Stopped(Exception):
        pass

    with pytest.raises(Stopped), database.transaction() as work:
        work.session.execute(text("UPDATE participant SET birth_year = 1950"))
        work.session.flush()
        raise Stopped
    with database.reading() as session:
        assert session.get_one(Participant, 1).birth_year == 1990
        assert session.get_one(SpellSummary, spell_id).birth_year == 1990


def test_writers_of_one_process_queue_before_they_ask_sqlite(sqlite_database: Database) -> None:
    """Who asks SQLite while another writes can lose every try until its patience ends."""
    begun: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement == "BEGIN IMMEDIATE":
            begun.append(threading.current_thread().name)

    def write() -> None:
        with sqlite_database.transaction() as work:
            work.session.execute(text("UPDATE data_version SET version = version"))

    event.listen(sqlite_database.engine, "before_cursor_execute", note)
    others = [threading.Thread(target=write, name=f"writer {n}") for n in range(20)]
    with sqlite_database.transaction():
        first = threading.current_thread().name
        for other in others:
            other.start()
        others[0].join(0.2)
        assert begun == [first], "nobody else has asked yet"
    for other in others:
        other.join()
    assert sorted(begun) == sorted([first, *(other.name for other in others)])


def test_erasing_a_spell_takes_all_its_records_with_it(database: Database, spell_id: int) -> None:
    _talk(database, spell_id, **WHOLE)
    with database.transaction() as work:
        work.session.execute(text("DELETE FROM spell"))
    with database.reading() as session:
        for table in ("attendance", "rating", "spell_summary", "touched_spell"):
            assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0
