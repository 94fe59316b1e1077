"""What a database from before behovsgrupper were each insats's own becomes."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from tracking.store.migrate import alembic_config, bring_up_to_date

BEFORE = "0003"
AT = "2026-01-01T12:00:00.000000Z"
ROWS = (
    "INSERT INTO controller (id, name, kind, last_number, created_at)"
    " VALUES (1, 'Kommunen', 'municipality', 0, {at})",
    "INSERT INTO account (id, username, title, zone, must_change_password, active, score_unit,"
    " created_at, version) VALUES (1, 'a', 'A', 'insats', 0, 1, 'points', {at}, 1)",
    "INSERT INTO code_list (key, title) VALUES ('need_group', 'Behovsgrupp'), ('referrer', 'R')",
    "INSERT INTO code (id, list_key, key, label, sort, version) VALUES"
    # Numbers that the database itself does not come to.
    " (101, 'need_group', 'time', 'Behöver tid', 1, 1), (102, 'need_group', 'try', 'Pröva', 2, 1),"
    " (103, 'referrer', 'self', 'På egen hand', 1, 1)",
    "INSERT INTO insats (id, controller_id, name, owner, provider, kind, starts_on, uses_ors,"
    " uses_srs, uses_gsrs, follow_up_12, created_at, version) VALUES"
    " (1, 1, 'Stigen', 'K', 'K', 'individual', '2024-01-01', 1, 1, 0, 0, {at}, 1),"
    " (2, 1, 'Bron', 'K', 'K', 'individual', '2024-01-01', 1, 1, 0, 0, {at}, 1)",
    "INSERT INTO participant (id, controller_id, number, code, memory_word, birth_year, gender,"
    " created_at, created_by, version)"
    " VALUES (1, 1, 1, 'ST-0001', 'ord', 1990, 'woman', {at}, 1, 1)",
    "INSERT INTO spell (id, participant_id, controller_id, insats_id, started_on, referrer_id,"
    " consent_follow_up, consent_contact, need_group_id, created_at, created_by, version)"
    " VALUES (1, 1, 1, 2, '2025-01-10', 103, 1, 1, 101, {at}, 1, 1)",
    "INSERT INTO question (id, key, wording, kind, sort, asked_at_start, asked_at_end,"
    " asked_at_follow_up, on_slips, valid_from, version)"
    " VALUES (1, 'h', 'H?', 'scale', 1, 1, 1, 0, 0, '2024-01-01', 1)",
    "INSERT INTO target (id, insats_id, wording, measure, population, point_in_time, comparison,"
    " value, unit, question_id, valid_from, sort, created_at, version) VALUES"
    " (1, 1, 'Mål', 'positive_answers', 'ended', 'during', 'at_least', 80, 'percent', 1,"
    " '2024-01-01', 1, {at}, 1)",
)


def fill(connection: Connection) -> None:
    at = f"'{AT}'"
    for statement in ROWS:
        connection.execute(text(statement.format(at=at)))


def test_a_common_behovsgrupp_becomes_each_insatss_own_and_spells_keep_theirs(
    empty_database_url: str,
) -> None:
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), BEFORE)
        fill(connection)
    bring_up_to_date(engine)
    with engine.begin() as connection:
        groups = connection.execute(
            text("SELECT insats_id, label FROM code WHERE list_key = 'need_group' ORDER BY 1, sort")
        ).all()
        assert [tuple(row) for row in groups] == [
            (1, "Behöver tid"),
            (1, "Pröva"),
            (2, "Behöver tid"),
            (2, "Pröva"),
        ]
        chosen = connection.execute(
            text("SELECT c.insats_id, c.label FROM spell p JOIN code c ON c.id = p.need_group_id")
        ).one()
        assert tuple(chosen) == (2, "Behöver tid")
        point = connection.execute(text("SELECT point_in_time FROM target")).scalar_one()
        assert point == "at_end"
    engine.dispose()
