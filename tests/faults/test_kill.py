"""A process killed while it records: the short mode of ``python -m tests.faults.kill``."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.faults.acts import Act, do
from tests.faults.kill import RELEASES, Victims, kill
from tests.faults.publications import IN_A_YEAR
from tracking.store.database import Database

ROUNDS = 8


def test_nothing_acknowledged_is_lost_when_a_process_is_killed(empty_database_url: str) -> None:
    tally = kill(empty_database_url, rounds=ROUNDS, seed=11)
    assert tally.found == []
    assert tally.rounds == ROUNDS
    assert 0 < tally.by_itself < ROUNDS
    assert tally.acknowledged > 0
    assert tally.without_answer > 0
    assert tally.aimed == 2 * (RELEASES - IN_A_YEAR)
    assert {"prepare", "publish"} <= set(tally.at), "no process died at a release"


@pytest.mark.parametrize(
    ("spoiled", "seen"),
    [
        ("UPDATE rating SET scale_1 = scale_1 + 1, total = total + 1", "acknowledged and lost"),
        ("DELETE FROM finished_write WHERE action = 'record_session'", "its key"),
        ("UPDATE spell_summary SET ors_n = ors_n + 1", "the summary differs"),
        ("UPDATE access_log_head SET link_hash = '0'", "the log's chain"),
        ("DELETE FROM rating WHERE instrument = 'SRS'", "rows too many"),
    ],
)
def test_what_is_lost_or_half_is_seen(sqlite_database: Database, spoiled: str, seen: str) -> None:
    """The one who looks has to find what is planted, or it could find nothing at all."""
    victims = Victims(str(sqlite_database.engine.url), seed=1, releases=0)
    with victims.database.reading() as session:
        spell = session.execute(text("SELECT min(id) FROM spell")).scalar_one()
    act = Act("talk", "6f1c2a52-9d54-4a63-8a58-0b7f3a0d1e11", of=spell, scales=(9, 8, 7, 6))
    number = do(victims.database, victims.actor, act)
    victims.look([(act, number)], None)
    assert victims.tally.found == []
    with victims.database.engine.begin() as connection:
        connection.exec_driver_sql(spoiled)
    victims.expected.subtract(victims.leaves["talk"])
    victims.look([(act, number)], None)
    victims.close()
    assert any(seen in line for line in victims.tally.found)
