"""The systemadministratör's page of accounts and the table of roles, and signing in at reruns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import MAIN, ROOT, NewWorld, words
from tests.app.test_admin_pages import fill, press
from tests.app.world import TODAY, World, actor_of
from tracking.access import sign_ins
from tracking.access.permissions import ACTION_LABELS
from tracking.access.sign_ins import Limits
from tracking.domain import clock as house_clock
from tracking.domain.roles import Role
from tracking.domain.wording import capitalised
from tracking.store.database import Database
from tracking.store.tables import (
    AccessLogPayload,
    Account,
    Assignment,
    SecondFactor,
    SignIn,
    SignInMethod,
)
from tracking.ui.components import GroupSubmission, TalkSubmission
from tracking.ui.recording import GroupBook, save_group, save_talk

Open = Callable[..., AppTest]


@pytest.fixture
def real(clock: None, new_world: NewWorld) -> World:
    """The small förbund on a database that is no demo's."""
    return new_world(is_demo=False)


@pytest.fixture
def books(real: World) -> Any:
    database = Database.open(real.url)
    yield database
    database.close()


def signed_in(database: Database, account_id: int) -> int:
    """A sign-in that has done all it must; its number is what the middleware would send."""
    with database.transaction() as work:
        account = work.session.get(Account, account_id)
        assert account is not None
        account.must_change_password = False
        work.session.add(account)
        begun = sign_ins.begin(
            work,
            account_id,
            method=SignInMethod.PASSWORD,
            form_key=str(uuid4()),
            limits=Limits(),
            second_factor_done=True,
        )
    return begun.sign_in_id


def opened(number: int | None, page: str | None = None, **query: str) -> AppTest:
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.user = {} if number is None else {"sign_in": str(number), "account": "0"}
    app.run()
    if page is not None:
        app.switch_page(f"../../pages/{page}.py")
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
    assert not app.exception
    return app


def rows(database: Database, table: type[Any]) -> list[Any]:
    from sqlmodel import select

    with database.reading() as session:
        return list(session.exec(select(table)))


# -- being signed in ------------------------------------------------------------------------


def test_signed_in_account_has_its_own_pages_and_a_way_out(real: World, books: Database) -> None:
    app = opened(signed_in(books, real.worker))
    assert app.title[0].value == "Att göra"
    said = words(app)
    assert "Logga ut" in said
    assert "Byt konto" not in said
    assert "Demo – påhittade uppgifter" not in said


@pytest.mark.parametrize("number", [None, 999_999])
def test_without_a_sign_in_nothing_is_drawn(
    real: World, books: Database, number: int | None
) -> None:
    app = opened(number)
    assert app.title[0].value == "Du är utloggad"
    assert "/logga-in" in words(app)
    assert not any(secret in words(app) for secret in (*real.codes, *real.words, "Vägen vidare"))


@pytest.mark.parametrize("raw", ["", "1 OR 1=1", "-1", "²", None, True])
def test_number_of_a_sign_in_that_is_none_is_nobody(
    real: World, books: Database, raw: object
) -> None:
    signed_in(books, real.worker)
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.user = {"sign_in": raw}
    assert app.run().title[0].value == "Du är utloggad"


def test_signing_out_ends_an_open_page_at_its_next_run(real: World, books: Database) -> None:
    number = signed_in(books, real.worker)
    app = opened(number, "deltagaren", deltagande=str(real.spells[0]))
    assert real.words[0] in words(app)
    sign_ins.end(books, number)
    app.run()
    assert app.title[0].value == "Du är utloggad"
    assert real.words[0] not in words(app)


def test_form_that_was_open_at_sign_out_saves_nothing(real: World, books: Database) -> None:
    number = signed_in(books, real.system)
    app = opened(number, "konton")
    fill(app, "add_employer", name="Grannkommunen", kind="municipality")
    sign_ins.end(books, number)
    press(app, "Lägg till arbetsgivaren")
    assert app.title[0].value == "Du är utloggad"
    assert not [row for row in rows(books, AccessLogPayload) if row.action == "add_employer"]


def test_button_that_was_open_at_sign_out_does_nothing(real: World, books: Database) -> None:
    other = signed_in(books, real.worker)
    number = signed_in(books, real.system)
    app = opened(number, "konton", konto=str(real.worker))
    sign_ins.end(books, number)
    press(app, "Logga ut kontot överallt")
    assert app.title[0].value == "Du är utloggad"
    (still,) = [row for row in rows(books, SignIn) if row.id == other]
    assert still.ended_at is None


def test_talk_that_arrives_from_nobody_is_not_saved(real: World, books: Database) -> None:
    """What an entry component sends is asked about as well; here nobody is signed in."""
    sent = TalkSubmission(str(uuid4()), real.spells[0], str(TODAY), "individual", "present", {})
    answer = save_talk(books, actor_of(books, real.worker), sent).result
    assert not answer.saved
    assert answer.message == "Du är inte inloggad längre. Logga in igen."
    book = GroupBook()
    rows = GroupSubmission(str(uuid4()), real.insats_id, str(TODAY), (), False)
    save_group(books, actor_of(books, real.worker), book, rows)
    assert book.result is not None
    assert not book.result.saved


def test_locked_page_shows_nothing_and_gives_back_what_was_typed(
    real: World, books: Database
) -> None:
    number = signed_in(books, real.system)
    app = opened(number, "konton")
    fill(app, "open_account", username="nykollega", title="Deltagaransvarig")
    with books.transaction() as work:
        row = work.session.get(SignIn, number)
        assert row is not None
        row.last_seen_at = house_clock.now() - timedelta(minutes=31)
        work.session.add(row)
    press(app, "Öppna kontot")
    assert app.title[0].value == "Sidan är låst"
    assert "samordnare" not in words(app)
    found = sign_ins.find_by_id(books, number, limits=Limits())
    assert found.signed_in is not None
    sign_ins.unlock_proved(books, found.signed_in)
    app.run()
    assert app.title[0].value == "Konton"
    typed = {str(field.key): field.value for field in app.text_input}
    assert typed["open_account::username"] == "nykollega"
    assert typed["open_account::title"] == "Deltagaransvarig"
    assert not [row for row in rows(books, Account) if row.username == "nykollega"]


def test_closed_account_sees_nothing_more(real: World, books: Database) -> None:
    number = signed_in(books, real.worker)
    app = opened(number)
    with books.transaction() as work:
        account = work.session.get(Account, real.worker)
        assert account is not None
        account.active = False
        work.session.add(account)
    assert app.run().title[0].value == "Du är utloggad"


def test_page_to_choose_an_account_is_the_demos_alone(real: World, books: Database) -> None:
    number = signed_in(books, real.system)
    app = AppTest.from_file(str(ROOT / "pages" / "valj_konto.py"), default_timeout=60)
    app.user = {"sign_in": str(number)}
    app.run()
    assert "Den här sidan hör inte till ditt uppdrag." in words(app)
    assert not app.button


# -- accounts -------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["worker", "lead", "admin", "board"])
def test_accounts_are_kept_by_the_systemadministrator_alone(
    real: World, books: Database, who: str
) -> None:
    number = signed_in(books, getattr(real, who))
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        opened(number, "konton")
    past = AppTest.from_file(str(ROOT / "pages" / "konton.py"), default_timeout=60)
    past.user = {"sign_in": str(number)}
    past.run()
    assert "Den här sidan hör inte till ditt uppdrag." in words(past)
    assert "samordnare" not in words(past)


def test_account_is_opened_with_a_first_password_and_given_an_assignment(
    real: World, books: Database
) -> None:
    number = signed_in(books, real.system)
    app = opened(number, "konton")
    proposed = app.text_input(key="open_account::password").value
    assert len(proposed) >= 12
    employer = app.selectbox(key="open_account::employer_id").options
    assert employer == ["Exempelkommunen"]
    fill(app, "open_account", username="ny.kollega", title="Deltagaransvarig", zone="insats")
    app.selectbox(key="open_account::employer_id").select_index(0)
    press(app, "Öppna kontot")
    assert "Kontot ny.kollega är öppnat" in words(app)
    (made,) = [row for row in rows(books, Account) if row.username == "ny.kollega"]
    assert made.must_change_password
    assert made.password_hash is not None
    assert proposed not in made.password_hash

    app = opened(number, "konton", konto=str(made.id))
    name = f"give_assignment:{made.id}"
    assert len(app.radio(key=f"{name}::role").options) == 3, "the roles of the account's zone"
    fill(app, name, role="case_worker", insats_id=real.insats_id)
    press(app, "Ge uppdraget")
    assert "har fått uppdraget som deltagaransvarig" in words(app)
    (given,) = [row for row in rows(books, Assignment) if row.account_id == made.id]
    assert (given.role, given.insats_id, given.starts_on) == (
        Role.CASE_WORKER,
        real.insats_id,
        TODAY,
    )
    assert given.given_by == real.system


def test_account_of_the_insats_zone_without_an_employer_is_refused_at_its_field(
    real: World, books: Database
) -> None:
    app = opened(signed_in(books, real.system), "konton")
    fill(app, "open_account", username="utan", title="Deltagaransvarig", zone="insats")
    press(app, "Öppna kontot")
    assert "Arbetsgivare: Personal i en insats ska ha en arbetsgivare." in words(app)
    assert app.text_input(key="open_account::username").value == "utan"


def test_assignment_is_ended_and_account_closed(real: World, books: Database) -> None:
    number = signed_in(books, real.system)
    theirs = signed_in(books, real.worker)
    page = {"konto": str(real.worker)}
    app = opened(number, "konton", **page)
    press(app, "Avsluta uppdraget")
    assert f"Uppdraget avslutas {TODAY}." in words(app)
    press(app, "Avsluta kontot")
    assert "Kryssa i rutan om kontot ska avslutas." in words(app)
    fill(app, f"close_account:{real.worker}", sure=True)
    press(app, "Avsluta kontot")
    assert "är avslutat" in words(app)
    (account,) = [row for row in rows(books, Account) if row.id == real.worker]
    assert not account.active
    (ended,) = [row for row in rows(books, SignIn) if row.id == theirs]
    assert ended.ended_at is not None


def test_lost_second_factor_is_taken_away_and_password_renewed(
    real: World, books: Database
) -> None:
    with books.transaction() as work:
        now = house_clock.now()
        work.session.add(
            SecondFactor(
                account_id=real.lead,
                secret="sealed:" + "A" * 32,
                created_at=now,
                confirmed_at=now,
            )
        )
    app = opened(signed_in(books, real.system), "konton", konto=str(real.lead))
    press(app, "Ta bort tvåfaktorn")
    assert "är borttagen" in words(app)
    assert not rows(books, SecondFactor)
    press(app, "Byt lösenordet")
    assert "nytt första lösenord" in words(app)
    (account,) = [row for row in rows(books, Account) if row.id == real.lead]
    assert account.must_change_password
    assert account.password_hash is not None


def test_nobody_closes_their_own_account(real: World, books: Database) -> None:
    app = opened(signed_in(books, real.system), "konton", konto=str(real.system))
    fill(app, f"close_account:{real.system}", sure=True)
    press(app, "Avsluta kontot")
    assert "Du kan inte avsluta ditt eget konto." in words(app)


# -- the table of roles ---------------------------------------------------------------------


@pytest.mark.parametrize("who", ["worker", "lead", "admin", "board", "system"])
def test_everybody_who_is_signed_in_reads_the_table_of_roles(
    real: World, books: Database, who: str
) -> None:
    said = words(opened(signed_in(books, getattr(real, who)), "behorigheter"))
    for label in ACTION_LABELS.values():
        assert capitalised(label) in said
    for role in Role:
        assert role.label in said


def test_demo_shows_the_table_of_roles_as_well(open_as: Open, world: World) -> None:
    said = words(open_as(world.board, "behorigheter"))
    assert "Registrera deltagare, samtal, steg och uppföljningar" in said
    assert "Du är i dag: Styrelse." in said
