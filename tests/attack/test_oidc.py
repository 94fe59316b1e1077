"""Signing in at another issuer, and every way in which its answer must not be believed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.attack.issuer import CLIENT, CLIENT_SECRET, Issuer
from tests.attack.signing_in import SECRET_PAGE, Browser, World, open_world
from tracking.access import refusals, sign_ins
from tracking.access.actors import load_actor
from tracking.access.oidc import OidcRefused, OidcSettings, settings_from_environment
from tracking.domain import clock
from tracking.domain.errors import NotFound
from tracking.domain.roles import Role
from tracking.services.sign_in_accounts import link_identity
from tracking.store.database import Database

BACK = "/extern-inloggning-svar"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    yield issuer
    issuer.close()


@pytest.fixture
def world(sqlite_database: Database, issuer: Issuer) -> World:
    refusals._latest.clear()
    settings = OidcSettings(issuer.address, CLIENT, CLIENT_SECRET, "kommunens inloggning")
    return open_world(sqlite_database, oidc=settings)


def come_back(browser: Browser, issuer: Issuer, till: str = "/", **changes: str) -> Any:
    left = browser.client.get("/extern-inloggning", params={"till": till})
    assert left.status_code == 303
    answer = issuer.consent(left.headers["location"]) | changes
    return browser.client.get(BACK, params=answer)


def link(world: World, issuer: Issuer, account_id: int = 2) -> None:
    """Tie the issuer's person to an account, by the code that the person is shown."""
    answer = come_back(world.browser(), issuer)
    code = re.findall(r"<code>([a-z0-9-]+)</code>", answer.text)[0]
    with world.database.reading() as session:
        admin = load_actor(session, 1, today=clock.today())
    link_identity(world.database, admin, account_id=account_id, link_code=code, key=str(uuid4()))


def assert_refused(browser: Browser, answer: Any) -> None:
    assert answer.status_code == 403
    assert '<html lang="sv">' in answer.text
    assert browser.token == ""
    assert SECRET_PAGE not in answer.text


def test_linked_identity_signs_in_as_its_account_and_goes_where_it_was_going(
    world: World, issuer: Issuer
) -> None:
    link(world, issuer)
    browser = world.browser()
    assert "kommunens inloggning" in browser.client.get("/logga-in").text
    answer = come_back(browser, issuer, till="/samtal")
    assert (answer.status_code, answer.headers["location"]) == (303, "/samtal")
    assert browser.identity()["x-stegvis-account"] == "2"


def test_identity_without_an_account_gets_nowhere_and_is_logged(
    world: World, issuer: Issuer
) -> None:
    browser = world.browser()
    assert_refused(browser, come_back(browser, issuer))
    assert [(row.action, row.detail) for row in world.log()] == [
        ("sign_in_refused", "identity_not_linked")
    ]
    assert "subjekt-1" not in repr(world.log())


def test_an_email_that_is_a_username_is_no_account(world: World, issuer: Issuer) -> None:
    issuer.lies = {
        "email": "ledamot",
        "email_verified": True,
        "preferred_username": "sysadmin",
        "roles": ["system_admin"],
    }
    browser = world.browser()
    assert_refused(browser, come_back(browser, issuer))


def test_roles_of_the_issuer_change_nothing(world: World, issuer: Issuer) -> None:
    link(world, issuer)
    issuer.lies = {"roles": ["system_admin"], "groups": ["system_admin"]}
    browser = world.browser()
    come_back(browser, issuer)
    actor = sign_ins.current_actor(
        world.database, int(browser.identity()["x-stegvis-sign-in"]), today=clock.today()
    )
    assert [grant.role for grant in actor.grants] == [Role.BOARD]


@pytest.mark.parametrize(
    "lies",
    [
        {"aud": "någon-annan"},
        {"aud": None},
        {"aud": [CLIENT, "någon-annan"]},
        {"azp": "någon-annan"},
        {"iss": "https://evil.test"},
        {"nonce": "en-annan"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"nbf": int(time.time()) + 4000},
        {"sub": None},
    ],
)
def test_token_that_is_not_for_us_now_is_refused(
    world: World, issuer: Issuer, lies: dict[str, Any]
) -> None:
    link(world, issuer)
    issuer.lies = lies
    browser = world.browser()
    assert_refused(browser, come_back(browser, issuer))
    assert "oidc_refused" in world.refusals()


def test_token_signed_by_another_key_is_refused(world: World, issuer: Issuer) -> None:
    link(world, issuer)
    issuer.signed_by_another_key = True
    browser = world.browser()
    assert_refused(browser, come_back(browser, issuer))


def test_token_that_nobody_signed_is_refused(world: World, issuer: Issuer) -> None:
    link(world, issuer)
    issuer.unsigned = True
    browser = world.browser()
    assert_refused(browser, come_back(browser, issuer))


def test_answer_counts_once(world: World, issuer: Issuer) -> None:
    link(world, issuer)
    browser = world.browser()
    left = browser.client.get("/extern-inloggning")
    answer = issuer.consent(left.headers["location"])
    asked = dict(issuer.asked)
    assert browser.client.get(BACK, params=answer).status_code == 303
    issuer.asked = asked  # an issuer that would take its code twice
    again = world.browser()
    again.client.cookies.set("stegvis-oidc", answer["state"], domain="stegvis.test")
    assert_refused(again, again.client.get(BACK, params=answer))


def test_answer_in_a_browser_that_did_not_ask_is_refused(world: World, issuer: Issuer) -> None:
    """Somebody else's answer must not sign this browser in as them."""
    link(world, issuer)
    left = world.browser().client.get("/extern-inloggning")
    answer = issuer.consent(left.headers["location"])
    browser = world.browser()
    assert_refused(browser, browser.client.get(BACK, params=answer))
    browser.client.get("/extern-inloggning")
    assert_refused(browser, browser.client.get(BACK, params=answer))


@pytest.mark.parametrize(
    "changes", [{"iss": "https://evil.test"}, {"code": "påhittad"}, {"state": ""}]
)
def test_answer_that_was_changed_on_the_way_is_refused(
    world: World, issuer: Issuer, changes: dict[str, str]
) -> None:
    link(world, issuer)
    browser = world.browser()
    assert_refused(browser, come_back(browser, issuer, **changes))


def test_answer_that_comes_too_late_is_refused(
    world: World, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    link(world, issuer)
    browser = world.browser()
    left = browser.client.get("/extern-inloggning")
    with world.database.transaction() as work:
        work.session.connection().exec_driver_sql(
            "UPDATE oidc_request SET created_at = '2020-01-01T00:00:00.000000+00:00'"
        )
    answer = issuer.consent(left.headers["location"])
    assert_refused(browser, browser.client.get(BACK, params=answer))


def test_issuer_that_calls_itself_something_else_is_not_asked(world: World, issuer: Issuer) -> None:
    issuer.calls_itself = "https://evil.test"
    assert world.browser().client.get("/extern-inloggning").status_code == 502


def test_issuer_that_does_not_answer_is_a_plain_page(world: World, issuer: Issuer) -> None:
    assert world.desk.oidc is not None
    world.desk.oidc = replace(world.desk.oidc, issuer="http://127.0.0.1:1")
    answer = world.browser().client.get("/extern-inloggning")
    assert answer.status_code == 502
    assert "svarar inte" in answer.text


def test_account_that_is_closed_does_not_get_in_by_its_identity(
    world: World, issuer: Issuer
) -> None:
    link(world, issuer)
    with world.database.transaction() as work:
        work.session.connection().exec_driver_sql("UPDATE account SET active = 0 WHERE id = 2")
    browser = world.browser()
    assert_refused(browser, come_back(browser, issuer))


@pytest.mark.parametrize(("counts", "led_to"), [(False, "/tvafaktor?till=/samtal"), (True, None)])
def test_insats_account_needs_two_factors_here_unless_the_issuer_asks_for_them(
    world: World, issuer: Issuer, counts: bool, led_to: str | None
) -> None:
    account_id = world.account("handlaggare", Role.CASE_WORKER)
    link(world, issuer, account_id)
    assert world.desk.oidc is not None
    world.desk.oidc = replace(world.desk.oidc, counts_as_second_factor=counts)
    browser = world.browser()
    come_back(browser, issuer)
    assert browser.client.get("/samtal").headers.get("location") == led_to


def test_locked_page_opens_again_by_the_issuer_and_stays_the_same_sign_in(
    world: World, issuer: Issuer
) -> None:
    link(world, issuer)
    browser = world.browser()
    come_back(browser, issuer)
    before = browser.identity()["x-stegvis-sign-in"]
    sign_ins.lock(world.database, int(before))
    assert browser.client.get("/samtal").headers["location"] == "/las-upp?till=/samtal"
    come_back(browser, issuer)
    assert browser.identity()["x-stegvis-sign-in"] == before


def test_link_code_works_once(world: World, issuer: Issuer) -> None:
    link(world, issuer)
    with world.database.reading() as session:
        admin = load_actor(session, 1, today=clock.today())
    with pytest.raises(NotFound):
        link_identity(world.database, admin, account_id=2, link_code="", key=str(uuid4()))


@pytest.mark.parametrize(
    "environment",
    [
        {"STEGVIS_OIDC_ISSUER": "https://login.test"},
        {"STEGVIS_OIDC_ISSUER": "https://login.test", "STEGVIS_OIDC_CLIENT_ID": "x"},
        {
            "STEGVIS_OIDC_ISSUER": "http://login.test",
            "STEGVIS_OIDC_CLIENT_ID": "x",
            "STEGVIS_OIDC_CLIENT_SECRET": "y",
        },
    ],
)
def test_half_a_configuration_or_one_without_tls_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(OidcRefused):
        settings_from_environment(environment)


def test_no_configuration_is_no_external_sign_in() -> None:
    assert settings_from_environment({}) is None


def test_the_clients_secret_is_not_in_what_is_printed_of_the_settings() -> None:
    settings = settings_from_environment(
        {
            "STEGVIS_OIDC_ISSUER": "https://login.test",
            "STEGVIS_OIDC_CLIENT_ID": "x",
            "STEGVIS_OIDC_CLIENT_SECRET": "mycket hemligt",
        }
    )
    assert "hemligt" not in repr(settings)
