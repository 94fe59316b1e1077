"""The page Gallring: the systemadministratör sees counts and erases, staff see codes to strike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.conftest import words as raw_words
from tests.app.test_admin_pages import fill, press
from tests.app.world import World
from tracking.domain.wording import NO_BREAK_SPACE
from tracking.store.database import Database


def words(app: AppTest) -> str:
    """What the page says, with ordinary spaces."""
    return raw_words(app).replace(NO_BREAK_SPACE, " ")


@pytest.fixture
def old(world: World) -> Iterator[Database]:
    """The world's first spell ended six years ago."""
    database = Database.open(world.url)
    with database.transaction() as work:
        work.session.execute(
            text(
                "UPDATE spell SET started_on = '2019-01-07', ended_on = '2020-02-03',"
                " outcome = 'completed', end_reason_id ="
                " (SELECT min(id) FROM code WHERE list_key = 'end_reason') WHERE id = :id"
            ),
            {"id": world.spells[0]},
        )
    yield database
    database.close()


def test_systemadministrator_sees_counts_and_nobody(
    open_as: Open, world: World, old: Database
) -> None:
    said = words(open_as(world.system, "gallring"))
    assert "1 deltagande ska gallras." in said
    assert "5 år. Stegvis förval: fem år" in said
    assert not any(secret in said for secret in (*world.codes, *world.words))


def test_erasing_wants_the_word_and_leaves_a_protocol(
    open_as: Open, world: World, old: Database
) -> None:
    app = open_as(world.system, "gallring")
    fill(app, "erase", word="ja")
    press(app, "Gallra")
    assert "Skriv GALLRA för att gallra." in words(app)
    fill(app, "erase", word=" gallra ")
    press(app, "Gallra")
    said = words(app)
    assert "Gallrat: 1 deltagande och 1 deltagare. Protokoll 1." in said
    assert "Inget ska gallras i dag." in said
    assert " av Drift." in said
    assert world.codes[0] not in words(open_as(world.worker, "gallring"))


def test_what_has_changed_since_the_page_was_drawn_is_told(
    open_as: Open, world: World, old: Database
) -> None:
    app = open_as(world.system, "gallring")
    with old.transaction() as work:
        work.session.execute(
            text("UPDATE follow_up SET status = 'due' WHERE spell_id = :id"),
            {"id": world.spells[0]},
        )
        work.session.execute(
            text(
                "INSERT INTO change (spell_id, table_name, row_id, field, why, changed_at,"
                " changed_by) VALUES (:id, 'spell', :id, 'started_on', 'typing_error',"
                " '2026-01-01T00:00:00.000000+00:00', 1)"
            ),
            {"id": world.spells[0]},
        )
    fill(app, "erase", word="GALLRA")
    press(app, "Gallra")
    said = words(app)
    assert "Det som ska gallras har ändrats sedan förhandsvisningen" in said
    assert "1 deltagande ska gallras." in said


def test_longer_time_is_decided_on_the_page(open_as: Open, world: World, old: Database) -> None:
    app = open_as(world.system, "gallring")
    fill(app, "retention_rule", years="2", source="Dokumenthanteringsplan 2026")
    press(app, "Spara beslutet")
    assert "Välj vad beslutet gäller." in words(app)
    (whose,) = [w for w in app.selectbox if str(w.key).endswith("::whose")]
    whose.set_value(1)
    press(app, "Spara beslutet")
    assert "mellan 3 och 20" in words(app)
    fill(app, "retention_rule", years="8")
    press(app, "Spara beslutet")
    said = words(app)
    assert "sparas i 8 år." in said
    assert "Dokumenthanteringsplan 2026" in said
    assert "Inget ska gallras i dag." in said


def test_staff_see_which_codes_to_strike_and_the_lead_only_numbers(
    open_as: Open, world: World, old: Database
) -> None:
    said = words(open_as(world.worker, "gallring"))
    assert world.codes[0] in said
    assert world.codes[1] not in said
    assert not any(word in said for word in world.words), "it is printed, and bears no memory word"
    said = words(open_as(world.lead, "gallring"))
    assert "5 år efter deltagandets slut" in said
    assert not any(code in said for code in world.codes)


def test_figures_of_a_period_that_lacks_the_erased_say_so(
    open_as: Open, world: World, old: Database
) -> None:
    with old.transaction() as work:
        work.session.execute(text("UPDATE insats SET starts_on = '2019-01-01'"))
    app = open_as(world.system, "gallring")
    fill(app, "erase", word="GALLRA")
    press(app, "Gallra")
    said = words(open_as(world.lead, "insatsen", period="2020-H1"))
    assert "Deltaganden som slutade 2021-11-20 eller tidigare är gallrade" in said
    assert "är gallrade" not in words(open_as(world.lead, "insatsen"))
