"""Rules of the demo: believable, repeatable, marked, and no exception to the database's rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import text

from tests.databases import Makes, Sqlite, on_sqlite
from tests.integration.worlds import NOW, TODAY, standing_still
from tracking import cli
from tracking.access.actors import load_actor
from tracking.access.log import verify
from tracking.access.log_rows import rows_of
from tracking.domain.errors import Conflict, InvalidValue
from tracking.domain.identifiers import looks_like_personal_identity_number
from tracking.domain.log_review import ReviewRule, bursts, outside_hours
from tracking.domain.memory_words import is_memory_word
from tracking.domain.periods import Period
from tracking.domain.roles import Role, Zone
from tracking.exchange.demo import DemoMade, fill, loader
from tracking.outcomes import directory
from tracking.reports.adopted import adopt_report
from tracking.reports.verifying import report_faults
from tracking.store.database import Database
from tracking.store.tables import metadata
from tracking.store.verify import summary_differences

# Demos are slow to make, with their releases, so every test of this file shares them.
SMALL = 0.12
MOMENTS_OF_SET_UP = {"created_at", "finished_at", "prepared_at", "published_at", "at", "retired_on"}
LOG = {"access_log", "access_log_head", "access_log_payload", "log_review"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with standing_still():
        yield


@pytest.fixture(scope="module")
def demo(sqlite_databases: Sqlite) -> Iterator[Database]:
    """A demo of scale 1, only read."""
    with sqlite_databases.fresh(migrated=True) as url:
        database = Database.open(url)
        with standing_still():
            fill(database, seed=1, today=TODAY, adopt=adopt_report)
        yield database
        database.close()


def without_releases() -> Any:
    """The demo's people alone: its releases are nine tenths of the work, and hold the same on
    both databases (test_releases); the demo of scale 1 and one small one have them.
    """
    return patch.object(loader, "make_demo_releases", return_value=())


@dataclass(frozen=True)
class Original:
    """A small demo that is only ever copied."""

    url: str
    made: DemoMade


@pytest.fixture(scope="module")
def originals() -> Iterator[tuple[dict[Makes, Original], ExitStack]]:
    """The small demo of each kind of database, made when first asked for: it is slow to make."""
    with ExitStack() as stack:
        yield {}, stack


@pytest.fixture
def original(databases: Makes, originals: tuple[dict[Makes, Original], ExitStack]) -> Original:
    """The small demo on this kind of database."""
    found, stack = originals
    if databases not in found:
        url = stack.enter_context(databases.fresh(migrated=True))
        database = Database.open(url)
        with nullcontext() if database.dialect == "sqlite" else without_releases():
            found[databases] = Original(url, fill(database, seed=3, scale=SMALL, today=TODAY))
        database.close()
    return found[databases]


@pytest.fixture
def small(databases: Makes, original: Original) -> Iterator[Database]:
    """A copy of the small demo, to write to."""
    with databases.copy(original.url) as url:
        database = Database.open(url)
        yield database
        database.close()


def ask(database: Database, sql: str) -> list[Any]:
    with database.reading() as session:
        return list(session.execute(text(sql)))


def one(database: Database, sql: str) -> Any:
    return ask(database, sql)[0][0]


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows, without the moments of set-up and the log's salts."""
    content = {}
    for table in metadata.sorted_tables:
        if table.name in LOG:
            continue
        derived = table.name in ("participant", "spell")
        names = [
            column.name
            for column in table.columns
            if derived or column.name not in MOMENTS_OF_SET_UP
        ]
        listed = ", ".join(names)
        rows = ask(database, f'SELECT {listed} FROM "{table.name}" ORDER BY {listed}')
        content[table.name] = [tuple(row) for row in rows]
    return content


def test_log_of_the_demo_holds_and_has_something_for_a_granskare(demo: Database) -> None:
    with demo.reading() as session:
        assert verify(session) == []
        insats_id, actor_id = session.execute(
            text("SELECT insats_id, reviewed_by FROM log_review")
        ).one()
        reviewer = load_actor(session, actor_id, today=TODAY)
        weeks = Period(TODAY - timedelta(days=35), TODAY)
        rows = rows_of(session, insats_id, weeks)
    assert reviewer.insatser_with(frozenset({Role.LOG_REVIEWER}))
    assert len(rows) > 100
    assert all(row.at <= NOW for row in rows)
    rule = ReviewRule()
    assert 3 <= len(outside_hours(rows, rule)) < len(rows) / 10
    assert len(bursts(rows, rule)) == 1
    assert {"print", "refused"} <= {row.action for row in rows}


# --- on both databases ------------------------------------------------------------------


def test_the_demo_holds_every_rule_of_the_store(small: Database, original: Original) -> None:
    database = small
    assert original.made.spells == one(database, "SELECT count(*) FROM spell")
    with database.reading() as session:
        assert list(summary_differences(session)) == []
        assert verify(session) == []
    assert one(database, "SELECT count(*) FROM touched_spell") == 0
    assert len(directory.demo_accounts(database)) == 30
    if database.dialect == "sqlite":
        assert original.made.released
        assert cli.main(["verify", "--database", original.url]) == 0
        assert ask(database, "PRAGMA foreign_key_check") == []
        assert one(database, "PRAGMA integrity_check") == "ok"


def test_what_comes_after_the_demo_gets_numbers_of_its_own(small: Database) -> None:
    with small.transaction() as work:
        work.session.execute(
            text(
                "INSERT INTO attempt (follow_up_id, tried_on, way, recorded_at, recorded_by)"
                " SELECT follow_up_id, tried_on, way, recorded_at, recorded_by"
                " FROM attempt ORDER BY id LIMIT 1"
            )
        )
    assert one(small, "SELECT max(id) - count(*) FROM attempt") == 0


def test_a_database_in_use_takes_no_demo(small: Database) -> None:
    before = one(small, "SELECT count(*) FROM spell")
    with pytest.raises(Conflict):
        fill(small, seed=4, scale=SMALL, today=TODAY)
    assert one(small, "SELECT count(*) FROM spell") == before


# --- repeatable -------------------------------------------------------------------------


@on_sqlite
def test_the_same_seed_gives_the_same_data(small: Database, sqlite_databases: Sqlite) -> None:
    def made(seed: int) -> dict[str, list[tuple[Any, ...]]]:
        with sqlite_databases.fresh(migrated=True) as url:
            database = Database.open(url)
            fill(database, seed=seed, scale=SMALL, today=TODAY)
            found = everything(database)
            database.close()
            return found

    first = everything(small)
    assert made(3) == first
    assert first["released_table"]
    with without_releases():
        other = made(8)
    assert other["rating"] != first["rating"]
    assert other["target"] == first["target"]


# --- marked -----------------------------------------------------------------------------


def test_the_demo_says_that_it_is_one(demo: Database) -> None:
    found = directory.forbund(demo)
    assert found is not None
    assert found.is_demo
    assert found.name == "Samordningsförbundet Älvmark"
    assert found.calendar is not None


def test_every_role_can_be_chosen_and_no_account_is_a_person(demo: Database) -> None:
    accounts = directory.demo_accounts(demo)
    assert {role for account in accounts for role in account.roles} == set(Role)
    titles = [account.title for account in accounts]
    assert len(set(titles)) == len(titles)
    assert "Deltagaransvarig Kompassen" in titles
    workers = [a for a in accounts if a.zone is Zone.INSATS and Role.CASE_WORKER in a.roles]
    assert len(workers) == 2 * 7


def test_the_last_two_half_years_are_released(demo: Database) -> None:
    assert [row[0] for row in ask(demo, "SELECT period_key FROM release ORDER BY id")] == [
        "2025-H1",
        "2025-H2",
    ]


def test_one_report_is_adopted_and_one_is_being_written(demo: Database) -> None:
    sql = "SELECT kind, status, minutes_paragraph FROM report ORDER BY id"
    assert [tuple(row) for row in ask(demo, sql)] == [
        ("simple_half_year", "adopted", "§ 14"),
        ("year", "draft", None),
    ]
    assert one(demo, "SELECT count(*) FROM section WHERE ready_words IS NOT NULL") == 6 + 2
    assert one(demo, "SELECT count(*) FROM section_note") == 1
    with demo.reading() as session:
        assert not list(report_faults(session))


# --- believable -------------------------------------------------------------------------

ENDED = "outcome IN ('completed', 'interrupted')"


def share(database: Database, condition: str, base: str, table: str = "spell_summary") -> float:
    return float(
        one(
            database,
            f"SELECT avg(CASE WHEN {condition} THEN 1.0 ELSE 0 END) FROM {table} WHERE {base}",
        )
    )


def test_the_forbund_has_about_eight_insatser_and_seven_hundred_spells(demo: Database) -> None:
    assert one(demo, "SELECT count(*) FROM insats") == 8
    assert 650 <= one(demo, "SELECT count(*) FROM spell") <= 800
    a_year = [
        row[0] / 3
        for row in ask(demo, "SELECT count(*) FROM spell GROUP BY insats_id ORDER BY count(*)")
    ]
    assert 13 <= a_year[0] <= 16
    assert 100 <= a_year[-1] <= 120


@pytest.mark.parametrize(
    ("condition", "base", "low", "high"),
    [
        ("gender = 'woman'", "1 = 1", 0.55, 0.60),
        ("substr(started_on, 1, 4) - birth_year < 30", "1 = 1", 0.25, 0.40),
        ("outcome = 'interrupted'", ENDED, 0.25, 0.45),
        ("end_reason_key IN ('work', 'studies')", ENDED, 0.10, 0.25),
        ("ors_last_mm - ors_first_mm >= 60", "ors_n >= 2", 0.35, 0.50),
        ("ors_last_mm < ors_first_mm", "ors_n >= 2", 0.10, 0.40),
        ("ors_first_mm > 340", "ors_n >= 1", 0.005, 0.08),
        ("step_end < step_start AND step_end >= 0", f"{ENDED} AND step_end IS NOT NULL", 0.03, 0.2),
    ],
)
def test_shares_are_near_the_published_ones(
    demo: Database, condition: str, base: str, low: float, high: float
) -> None:
    assert low <= share(demo, condition, base) <= high


def test_three_in_ten_are_anonymous(demo: Database) -> None:
    anonymous = one(demo, "SELECT sum(number + converted) FROM anonymous_count WHERE year = 2025")
    known = one(
        demo,
        "SELECT count(*) FROM (SELECT DISTINCT insats_id, participant_id FROM spell"
        " WHERE started_on < '2026-01-01' AND coalesce(ended_on, '9999') >= '2025-01-01')",
    )
    assert 0.25 <= anonymous / (anonymous + known) <= 0.35


def test_first_ors_is_about_19_points(demo: Database) -> None:
    mean, square = ask(
        demo,
        "SELECT avg(ors_first_mm), avg(1.0 * ors_first_mm * ors_first_mm)"
        " FROM spell_summary WHERE ors_n > 0",
    )[0]
    assert 180 <= mean <= 200
    assert 60 <= (square - mean**2) ** 0.5 <= 80


def test_talks_come_at_one_to_three_weeks(demo: Database) -> None:
    gap = one(
        demo,
        "SELECT avg(gap) FROM (SELECT julianday(s.held_on) - julianday(lag(s.held_on) OVER"
        " (PARTITION BY a.spell_id ORDER BY s.held_on)) AS gap"
        " FROM attendance a JOIN session s ON s.id = a.session_id WHERE s.kind <> 'group')",
    )
    assert 7 <= gap <= 21


@pytest.mark.parametrize(
    "what",
    [
        "rating WHERE status = 'not_filled'",
        "rating WHERE status = 'incomplete'",
        "rating WHERE status = 'total_only'",
        "rating WHERE instrument = 'GSRS' AND status = 'filled'",
        "rating WHERE instrument = 'SRS' AND total = 400",
        "rating r JOIN change c ON c.table_name = 'rating' AND c.row_id = r.id"
        " AND c.field = 'total' AND c.new = CAST(r.total AS TEXT) AND r.version = 2",
        "attendance WHERE status = 'absent'",
        "attendance WHERE status = 'cancelled'",
        "session WHERE voided_at IS NOT NULL",
        "session WHERE kind = 'group'",
        "session WHERE kind = 'phone'",
        "spell WHERE ended_on IS NULL",
        "spell WHERE outcome = 'misregistered'",
        "spell WHERE outcome = 'outside'",
        "spell WHERE outcome_reason IS NOT NULL",
        "spell WHERE previous_spell_id IS NOT NULL",
        "spell WHERE consent_disclosure_on IS NOT NULL",
        "spell a JOIN spell b ON a.participant_id = b.participant_id"
        " AND a.insats_id = b.insats_id AND a.ended_on < b.started_on",
        "spell a JOIN spell b ON a.participant_id = b.participant_id"
        " AND a.insats_id <> b.insats_id AND a.started_on < b.started_on"
        " AND (a.ended_on IS NULL OR a.ended_on > b.started_on)",
        "follow_up WHERE status = 'done' AND julianday(done_on) - julianday(due_on) > 60",
        "follow_up WHERE status = 'due' AND due_on < '2026-03-16'",
        "follow_up WHERE status = 'not_reached'",
        "follow_up WHERE status = 'declined'",
        "follow_up WHERE status = 'no_contact_consent'",
        "follow_up WHERE months = 12",
        "attempt",
        "step_assessment WHERE no_prospects = 1",
        "situation WHERE support_unknown = 1",
        "answer",
        "slip_count",
        "head_count WHERE number > 0",
        "structural_occasion",
        "deviation_party",
        "deviation WHERE status = 'raised'",
        "deviation WHERE cleared_at IS NULL",
        "withdrawal",
        "budget WHERE actual_kr IS NOT NULL",
        "budget WHERE cost_share_percent < 100",
        "budget WHERE esf_kr > 0",
        "forbund_budget",
        "participant WHERE gender = 'unknown'",
    ],
)
def test_what_really_happens_happens_in_the_demo(demo: Database, what: str) -> None:
    assert one(demo, f"SELECT count(*) FROM {what}") > 0


def test_nothing_is_dated_after_the_demos_day(demo: Database) -> None:
    for table, column in (
        ("session", "held_on"),
        ("spell", "started_on"),
        ("spell", "ended_on"),
        ("step_assessment", "assessed_on"),
        ("situation", "described_on"),
        ("follow_up", "done_on"),
        ("follow_up", "closed_on"),
        ("attempt", "tried_on"),
        ("answer", "answered_on"),
        ("slip_count", "collected_on"),
        ("withdrawal", "withdrawn_on"),
        ("deviation", "handled_on"),
        ("structural_occasion", "held_on"),
    ):
        latest = one(demo, f"SELECT max({column}) FROM {table}")
        assert latest <= TODAY.isoformat(), f"{table}.{column}"


def test_no_talk_lies_outside_its_spell(demo: Database) -> None:
    assert (
        ask(
            demo,
            "SELECT s.id FROM session s JOIN attendance a ON a.session_id = s.id"
            " JOIN spell p ON p.id = a.spell_id"
            " WHERE s.held_on < p.started_on OR s.held_on > p.ended_on",
        )
        == []
    )


def test_no_text_of_the_demo_looks_like_a_person(demo: Database) -> None:
    words = [row[0] for row in ask(demo, "SELECT memory_word FROM participant")]
    assert all(is_memory_word(word) for word in words)
    texts = ask(demo, "SELECT code FROM participant UNION SELECT title FROM account")
    assert not [row[0] for row in texts if looks_like_personal_identity_number(row[0])]


# --- the command ------------------------------------------------------------------------


def test_the_command_makes_a_demo_and_verifies_it(
    sqlite_databases: Sqlite, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite_databases.fresh(migrated=False) as url:
        arguments = ["demo", "--database", url, "--seed", "2", "--scale", str(SMALL)]
        with without_releases():
            assert cli.main(arguments) == 0
        assert "Samordningsförbundet Älvmark" in capsys.readouterr().out
        assert cli.main(arguments) == 1
        assert "inte tom" in capsys.readouterr().err
        assert cli.main(["verify", "--database", url]) == 0
        database = Database.open(url)
        with database.transaction() as work:
            work.session.execute(text("UPDATE spell_summary SET ors_n = ors_n + 1"))
        database.close()
        capsys.readouterr()
        assert cli.main(["verify", "--summary", "--database", url]) == 1
        assert "ors_n" in capsys.readouterr().out
        assert cli.main(["verify", "--log", "--database", url]) == 0
        assert cli.main(["verify", "--rebuild", "--database", url]) == 0


@pytest.mark.parametrize(
    "arguments",
    [["--scale", "0"], ["--scale", "-1"], ["--today", "2026-03-17"], ["--seed", "-1"]],
)
def test_an_impossible_demo_is_refused_in_one_sentence(
    sqlite_databases: Sqlite, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with sqlite_databases.fresh(migrated=True) as url:
        assert cli.main(["demo", "--database", url, *arguments]) == 1
    said = capsys.readouterr().err
    assert said.endswith(".\n")
    assert "Traceback" not in said


def test_a_day_in_the_future_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(InvalidValue):
        fill(sqlite_database, today=date(2026, 3, 17))
