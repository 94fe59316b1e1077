"""An older database's summary says, after the migration, what this version's summary says."""

from __future__ import annotations

from alembic import command
from sqlalchemy import text

from tests.databases import Sqlite
from tracking.store.database import Database, make_engine
from tracking.store.migrate import alembic_config
from tracking.store.verify import summary_differences

OLDER = "0002"
THEN = "'2025-01-01T00:00:00.000000+00:00'"
ROWS = (
    "INSERT INTO controller (id, name, kind, last_number, created_at)"
    f" VALUES (1, 'Kommunen', 'municipality', 1, {THEN})",
    "INSERT INTO account (id, username, title, zone, must_change_password, active, score_unit,"
    f" created_at, version) VALUES (1, 'a', 'A', 'insats', 0, 1, 'points', {THEN}, 1)",
    "INSERT INTO code_list (key, title) VALUES ('referrer', 'R'), ('education', 'U')",
    "INSERT INTO code (id, list_key, key, label, sort, version)"
    " VALUES (1, 'referrer', 'self', 'Själv', 0, 1), (2, 'education', 'higher', 'Hög', 0, 1)",
    "INSERT INTO insats (id, controller_id, name, owner, provider, kind, starts_on, uses_ors,"
    " uses_srs, uses_gsrs, follow_up_12, created_at, version) VALUES"
    f" (1, 1, 'Stegen', 'K', 'K', 'individual', '2020-01-01', 1, 1, 0, 0, {THEN}, 1)",
    "INSERT INTO participant (id, controller_id, number, code, memory_word, birth_year, gender,"
    f" created_at, created_by, version) VALUES (1, 1, 1, 'K1', 'ask', 1990, 'woman', {THEN}, 1, 1)",
    "INSERT INTO spell (id, participant_id, controller_id, insats_id, started_on, referrer_id,"
    " consent_follow_up, consent_contact, education_id, support_months_known, support_months,"
    " created_at, created_by, version) VALUES"
    f" (1, 1, 1, 1, '2025-01-10', 1, 1, 1, 2, 'months', 30, {THEN}, 1, 1)",
    "INSERT INTO spell_summary (spell_id, insats_id, controller_id, participant_id, gender,"
    " birth_year, started_on, referrer_key, consent_contact, start_details_missing, talks_n,"
    " talks_without_ors_n, ors_n, srs_n, gsrs_n) VALUES"
    " (1, 1, 1, 1, 'woman', 1990, '2025-01-10', 'self', 1, 2, 0, 0, 0, 0, 0)",
)


def test_a_column_that_the_summary_gains_is_filled_for_the_spells_that_are_there(
    sqlite_databases: Sqlite,
) -> None:
    with sqlite_databases.fresh(migrated=False) as url:
        engine = make_engine(url)
        with engine.begin() as connection:
            command.upgrade(alembic_config(connection), OLDER)
            for statement in ROWS:
                connection.exec_driver_sql(statement)
        engine.dispose()
        database = Database.open(url)
        with database.reading() as session:
            found = session.execute(
                text("SELECT education_key, support_months, municipality_key FROM spell_summary")
            ).one()
            assert tuple(found) == ("higher", 30, None)
            assert list(summary_differences(session)) == []
        database.close()
