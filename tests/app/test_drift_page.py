"""The page Drift: the age of the newest proved backup, and a warning in words after a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import NOON, Open, words
from tests.app.world import World
from tracking.domain.backups import BackupState, state_of
from tracking.outcomes.operations import BackupRunFacts, Operations
from tracking.store.database import Database
from tracking.store.tables import BackupRun
from tracking.ui.operations import warning

SHA = "a" * 64


def a_run(world: World, hours_ago: float, fault: str | None = None, **more: int) -> None:
    began = NOON - timedelta(hours=hours_ago)
    database = Database.open(world.url)
    with database.transaction() as work:
        work.session.add(
            BackupRun(
                started_at=began,
                finished_at=began + timedelta(seconds=7),
                file_name=None if fault else "stegvis-x-20261120T090000Z.tar",
                sha256=None if fault else SHA,
                revision="0013",
                size_kb=0 if fault else 4200,
                rows_n=12345,
                fault=fault,
                **more,
            )
        )
        work.logged = True
    database.close()


def told(app: AppTest) -> str:
    """What the page says, with ordinary spaces."""
    return words(app).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_no_backup_is_said_first(open_as: Open, world: World) -> None:
    app = open_as(world.system, "drift")
    assert not app.exception
    assert "Det finns ingen säkerhetskopia." in told(app)
    assert "Ingen säkerhetskopia har tagits än." in told(app)


def test_young_backup_is_told_with_its_age_and_file(open_as: Open, world: World) -> None:
    a_run(world, 3)
    said = told(open_as(world.system, "drift"))
    assert "Den senaste säkerhetskopian togs för 3 timmar sedan och är prövad." in said
    assert "stegvis-x-20261120T090000Z.tar" in said
    assert "4,2 MB" in said
    assert "2026-11-20 09:00" in said
    assert "Varning" not in said


def test_backup_older_than_a_day_is_said_to_be_too_old(open_as: Open, world: World) -> None:
    a_run(world, 31)
    said = told(open_as(world.system, "drift"))
    assert "Den senaste säkerhetskopian togs för 31 timmar sedan. Det ska gå högst 24" in said


def test_failed_run_is_warned_about_with_its_sentence(open_as: Open, world: World) -> None:
    a_run(world, 3)
    a_run(world, 1, fault="Det finns inte plats nog i /kopior.")
    said = told(open_as(world.system, "drift"))
    assert "Varning: det senaste försöket misslyckades. Det finns inte plats nog" in said
    assert "togs för 3 timmar sedan" in said, "the failed one is not counted as a backup"
    assert "Varning: det senaste försöket misslyckades." in told(open_as(world.system, "konton"))


def test_faults_of_the_database_itself_are_told(open_as: Open, world: World) -> None:
    a_run(world, 3, log_faults=2)
    said = told(open_as(world.system, "drift"))
    assert "databasen själv har 2 fel i åtkomstloggens kedja: kör stegvis verify" in said


@pytest.mark.parametrize("who", ["worker", "lead", "admin", "board"])
def test_drift_is_the_systemadministrators_alone(open_as: Open, world: World, who: str) -> None:
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        open_as(getattr(world, who), "drift")


def run_of(hours: float) -> BackupRunFacts:
    began = NOON - timedelta(hours=hours)
    return BackupRunFacts(began, began, "f", 1, 1, 0, 0, False, None)


@pytest.mark.parametrize(
    ("hours", "state"),
    [(0, BackupState.FRESH), (24, BackupState.FRESH), (24.01, BackupState.LATE)],
)
def test_backup_is_late_after_24_hours_and_not_before(hours: float, state: BackupState) -> None:
    assert state_of(run_of(hours), NOON) is state
    assert state_of(None, NOON) is BackupState.NONE


@pytest.mark.parametrize(
    ("is_demo", "hours", "said"),
    [
        (False, None, "Varning: det finns ingen säkerhetskopia."),
        (False, 31.0, "Varning: den senaste säkerhetskopian togs för 31"),
        (False, 3.0, None),
        (True, None, None),
        (True, 31.0, None),
    ],
)
def test_warning_is_words_on_the_page_and_never_on_a_demo(
    clock: None, is_demo: bool, hours: float | None, said: str | None
) -> None:
    newest = None if hours is None else run_of(hours)
    runs = () if newest is None else (newest,)
    found = warning(Operations("sqlite", "0013", is_demo, state_of(newest, NOON), newest, runs))
    assert (found is None) == (said is None)
    assert said is None or str(found).startswith(said)
