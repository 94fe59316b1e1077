"""The granskare's page and the revisor's: what they say, and who does not have them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.opening import words
from tests.app.world import TODAY, World, actor_of
from tracking.domain.roles import Role, Zone
from tracking.outcomes.participant import participant_page
from tracking.services.accounts import assign, create_account
from tracking.store.database import Database
from tracking.store.tables import AccessLogPayload, Insats, LogReview, LogReviewRule
from tracking.ui import shown

PAGES = ("logggranskning", "granskningar")


@pytest.fixture
def reviewer(world: World) -> int:
    return somebody(world, "granskare", Role.LOG_REVIEWER)


@pytest.fixture
def auditor(world: World) -> int:
    return somebody(world, "revisor", Role.AUDITOR)


def somebody(world: World, username: str, role: Role) -> int:
    database = Database.open(world.url)
    with database.reading() as session:
        insats = session.get_one(Insats, world.insats_id)
    in_insats = role.zone is Zone.INSATS
    account_id = create_account(
        database,
        username=username,
        title=username.capitalize(),
        zone=role.zone,
        employer_id=insats.controller_id if in_insats else None,
    ).account_id
    assign(
        database,
        account_id=account_id,
        role=role,
        insats_id=world.insats_id if in_insats else None,
        starts_on=date(2026, 1, 1),
    )
    database.close()
    return account_id


def look_at_night(world: World) -> None:
    """The worker opens two participants at ten in the evening, the day before."""
    evening = datetime(TODAY.year, TODAY.month, TODAY.day, 21, tzinfo=UTC) - timedelta(days=1)
    database = Database.open(world.url)
    with time_machine.travel(evening, tick=True):
        for spell in world.spells[:2]:
            participant_page(database, actor_of(database, world.worker), spell, page="deltagaren")
    database.close()


def stored(world: World, table: type, **where: object) -> list:
    database = Database.open(world.url)
    with database.reading() as session:
        found = list(session.exec(select(table).filter_by(**where)))
    database.close()
    return found


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def test_granskare_reads_what_stands_out_first_and_no_memory_word(
    open_as: Open, world: World, reviewer: int
) -> None:
    look_at_night(world)
    app = open_as(reviewer, "logggranskning", fran="2026-11-01", vy="utanfor-arbetstid")
    said = words(app)
    assert "Granska åtkomstloggen" in said
    assert "Utanför arbetstid 2 händelser" in said
    assert "måndag–fredag 07–18" in said
    assert "efter klockan 18" in said
    assert all(code in said for code in world.codes[:2])
    assert not any(word in said for word in world.words)


def test_page_drawn_again_does_not_log_the_reading_again(
    open_as: Open, world: World, reviewer: int
) -> None:
    app = open_as(reviewer, "logggranskning")
    app.run()
    app.run()
    assert len(stored(world, AccessLogPayload, action="see_log")) == 1


def test_list_of_the_staff_drawn_again_is_logged_once(open_as: Open, world: World) -> None:
    app = open_as(world.worker, "att_gora")
    before = len(stored(world, AccessLogPayload, action="see_list"))
    for _ in range(3):
        app.run()
    assert len(stored(world, AccessLogPayload, action="see_list")) == before
    app.switch_page("../../pages/samtal.py").run()
    app.switch_page("../../pages/att_gora.py").run()
    assert len(stored(world, AccessLogPayload, action="see_list")) > before


def test_review_is_recorded_and_the_next_begins_where_it_ended(
    open_as: Open, world: World, reviewer: int
) -> None:
    look_at_night(world)
    app = open_as(reviewer, "logggranskning", fran="2026-11-01")
    app.radio(key=f"log-review:{world.insats_id}::outcome").set_value("follow_up")
    press(app, "Granskningen är gjord")
    said = words(app)
    assert "är sparad" in said
    assert "Att följa upp" in said
    (review,) = stored(world, LogReview)
    assert (review.starts_on, review.ends_on) == (date(2026, 11, 1), TODAY)
    assert review.rows_n >= 2
    starts = next(found for found in app.date_input if found.label == "Från och med")
    assert starts.value == TODAY


def test_review_without_an_outcome_is_refused_at_its_field(
    open_as: Open, world: World, reviewer: int
) -> None:
    app = press(open_as(reviewer, "logggranskning"), "Granskningen är gjord")
    assert "Välj vad granskningen ledde till." in words(app)
    assert stored(world, LogReview) == []


def test_what_counts_is_changed_on_the_page_and_shown(
    open_as: Open, world: World, reviewer: int
) -> None:
    app = open_as(reviewer, "logggranskning")
    assert "minst 20 olika inom 10 minuter" in words(app)
    form = f"log-rule:{world.insats_id}"
    app.text_input(key=f"{form}::closes").set_value("6")
    press(app, "Spara vad som räknas")
    assert "Arbetstiden ska börja före den slutar" in words(app)
    assert stored(world, LogReviewRule) == []
    app.text_input(key=f"{form}::closes").set_value("20")
    app.text_input(key=f"{form}::many").set_value("12")
    press(app, "Spara vad som räknas")
    said = words(app)
    assert "måndag–fredag 07–20" in said
    assert "minst 12 olika inom 10 minuter" in said
    assert "ändrat av granskare 2026-11-20" in said


def test_days_in_the_wrong_order_are_told(open_as: Open, reviewer: int) -> None:
    app = open_as(reviewer, "logggranskning", fran="2026-11-20", till="2026-11-01")
    assert "Perioden ska börja före den slutar." in words(app)


def test_address_of_an_insats_that_is_not_ones_own_shows_nothing(
    open_as: Open, reviewer: int
) -> None:
    app = open_as(reviewer, "logggranskning", insats="999")
    assert "en insats som du inte granskar" in words(app)
    assert not app.get("download_button")


def test_file_is_made_on_the_click_and_logged(
    open_as: Open, world: World, reviewer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_at_night(world)
    given: dict[str, dict] = {}
    monkeypatch.setattr(shown, "download_button", lambda label, **more: given.update({label: more}))
    open_as(reviewer, "logggranskning", fran="2026-11-01", vy="deltagare")
    assert stored(world, AccessLogPayload, action="download_log") == []
    made = given["Hämta CSV"]["data"]()
    assert made.decode("utf-8-sig").startswith("INTERNT – ej röjandekontrollerad;")
    assert given["Hämta CSV"]["file_name"].startswith("INTERNT-")
    assert len(stored(world, AccessLogPayload, action="download_log")) == 1


def test_revisor_sees_that_it_is_done_and_nobody(
    open_as: Open, world: World, reviewer: int, auditor: int
) -> None:
    look_at_night(world)
    said = words(open_as(auditor, "granskningar"))
    assert "1 insats saknar granskning" in said
    app = open_as(reviewer, "logggranskning")
    app.radio(key=f"log-review:{world.insats_id}::outcome").set_value("no_remark")
    press(app, "Granskningen är gjord")
    said = words(open_as(auditor, "granskningar"))
    assert "Vägen vidare" in said
    assert "Utan anmärkning" in said
    assert "i dag" in said
    assert not any(secret in said for secret in (*world.codes, *world.words))
    assert not any(name in said for name in ("Granskare", "granskare-", "Deltagaransvarig"))


@pytest.mark.parametrize("who", ["worker", "lead", "admin", "board", "system"])
@pytest.mark.parametrize("page", PAGES)
def test_pages_of_the_log_belong_to_nobody_else(
    open_as: Open, world: World, who: str, page: str
) -> None:
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        open_as(getattr(world, who), page)


def test_granskare_has_no_page_with_persons_or_figures(open_as: Open, reviewer: int) -> None:
    for page in ("deltagaren", "att_gora", "insatsen", "granskningar"):
        with pytest.raises(ValueError, match="Could not find a navigation page"):
            open_as(reviewer, page)
