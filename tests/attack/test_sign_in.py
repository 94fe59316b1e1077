"""Attacks on the way in: each is refused, logged, and answered with a plain page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from starlette.websockets import WebSocketDisconnect

from tests.attack.signing_in import (
    HOST,
    OTHER,
    PASSWORD,
    SECRET_PAGE,
    World,
    hidden,
    open_world,
)
from tracking.access import log, refusals, sign_ins
from tracking.domain.roles import Role
from tracking.store.database import Database
from tracking.web.sign_in import announce_first_start

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def hands() -> Iterator[time_machine.Coordinates]:
    """A clock that stands still until it is moved."""
    with time_machine.travel(START, tick=False) as moved:
        yield moved


@pytest.fixture
def world(
    sqlite_database: Database, hands: time_machine.Coordinates, monkeypatch: pytest.MonkeyPatch
) -> World:
    refusals._latest.clear()
    return open_world(sqlite_database)


def assert_plain_page(answer: Any, status: int) -> None:
    """A whole Swedish page with the safe headers, that tells nothing of the inside."""
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "script-src" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    assert '<html lang="sv">' in answer.text
    assert "Traceback" not in answer.text
    assert SECRET_PAGE not in answer.text


# The ordinary way in


def test_signed_in_browser_is_told_to_streamlit_by_headers(world: World) -> None:
    browser = world.browser()
    answer = browser.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.identity() == {
        "x-stegvis-sign-in": "1",
        "x-stegvis-account": "1",
        "page": SECRET_PAGE,
    }


def test_whoever_is_not_signed_in_is_led_to_the_form_and_then_where_they_were_going(
    world: World,
) -> None:
    browser = world.browser()
    led = browser.client.get("/samtal?insats=3")
    assert led.status_code == 303
    fields = browser.form(led.headers["location"])
    assert fields["till"] == "/samtal?insats=3"
    sent = browser.post("/logga-in", fields | {"username": "sysadmin", "password": PASSWORD})
    assert sent.headers["location"] == "/samtal?insats=3"


@pytest.mark.parametrize(("encrypted", "start"), [(False, "stegvis="), (True, "__Host-stegvis=")])
def test_cookie_is_out_of_reach_of_scripts_and_other_sites(
    world: World, encrypted: bool, start: str
) -> None:
    answer = world.browser(encrypted=encrypted).sign_in()
    found = [
        v for k, v in answer.headers.multi_items() if k == "set-cookie" and v.startswith(start)
    ]
    assert len(found) == 1
    attributes = {part.strip().casefold() for part in found[0].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= attributes
    assert ("secure" in attributes) is encrypted
    assert not any(part.startswith(("domain", "max-age", "expires")) for part in attributes)


def test_password_in_the_address_is_never_asked_for_and_never_kept(world: World) -> None:
    page = world.browser().client.get("/logga-in").text
    assert 'method="post"' in page
    assert "<script" not in page


@pytest.mark.parametrize(
    "till", ["https://evil.test/", "//evil.test", "/\\evil.test", "/samtal\r\nX: y", "javascript:x"]
)
def test_signing_in_never_leads_to_another_site(world: World, till: str) -> None:
    browser = world.browser()
    fields = browser.form("/logga-in") | {"username": "sysadmin", "password": PASSWORD}
    assert browser.post("/logga-in", fields | {"till": till}).headers["location"] == "/"


def test_what_somebody_typed_is_escaped_when_it_is_shown_again(world: World) -> None:
    browser = world.browser()
    page = browser.sign_in('"><script>alert(1)</script>', OTHER).text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_form_survives_the_browsers_search_for_an_icon(world: World) -> None:
    browser = world.browser()
    fields = browser.form("/logga-in") | {"username": "sysadmin", "password": PASSWORD}
    for path in ("/favicon.ico", "/favicon.png", "/apple-touch-icon.png", "/logga-in"):
        browser.client.get(path)
    assert browser.post("/logga-in", fields).status_code == 303


# Cookies


def test_forged_cookie_is_refused_and_logged(world: World) -> None:
    browser = world.browser()
    browser.client.cookies.set("stegvis", "x" * 43, domain=HOST)
    assert browser.client.get("/samtal").headers["location"] == "/logga-in?till=/samtal"
    assert world.refusals() == ["forged_cookie"]
    assert "x" * 43 not in world.everything_kept()


def test_expired_sign_in_is_refused_and_logged(
    world: World, hands: time_machine.Coordinates
) -> None:
    browser = world.browser()
    browser.sign_in()
    hands.shift(world.desk.limits.lasts)
    assert browser.identity() == {}
    row = world.log()[-1]
    assert (row.action, row.detail, row.account_id) == ("refused", "expired_sign_in", 1)


def test_cookie_used_after_sign_out_is_refused_and_logged(world: World) -> None:
    browser = world.browser()
    browser.sign_in()
    stolen = browser.token
    browser.post("/logga-ut", browser.form("/logga-ut"))
    assert browser.token == ""
    browser.client.cookies.set("stegvis", stolen, domain=HOST)
    assert browser.identity() == {}
    row = world.log()[-1]
    assert (row.action, row.detail, row.account_id) == ("refused", "used_after_sign_out", 1)
    assert stolen not in world.everything_kept()


def test_number_of_anothers_sign_in_is_no_cookie(world: World) -> None:
    world.browser().sign_in()
    browser = world.browser()
    browser.client.cookies.set("stegvis", "1", domain=HOST)
    assert browser.identity() == {}


def test_encrypted_connection_takes_no_cookie_that_a_plain_one_could_set(world: World) -> None:
    plain = world.browser()
    plain.sign_in()
    browser = world.browser(encrypted=True)
    browser.client.cookies.set("stegvis", plain.token, domain=HOST)
    assert browser.identity() == {}


def test_closed_account_is_out_at_once(world: World) -> None:
    browser = world.browser()
    browser.sign_in()
    with world.database.transaction() as work:
        work.session.connection().exec_driver_sql("UPDATE account SET active = 0")
    assert browser.identity() == {}
    assert world.refusals() == ["closed_account"]


# Headers


@pytest.mark.parametrize(
    "name", ["X-Stegvis-Sign-In", "x-stegvis-account", "X_Stegvis_Sign_In", "X-STEGVIS-ROLE"]
)
def test_spoofed_header_gives_nothing_and_is_logged(world: World, name: str) -> None:
    world.browser().sign_in()
    answer = world.browser().client.get("/samtal", headers={name: "1"})
    assert answer.status_code == 303
    assert "spoofed_header" in world.refusals()


def test_spoofed_header_beside_a_real_cookie_changes_nothing(world: World) -> None:
    world.browser().sign_in()
    board = world.browser()
    board.sign_in("ledamot")
    answer = board.client.get(
        "/samtal", headers={"X-Stegvis-Sign-In": "1", "X-Stegvis-Account": "1"}
    )
    assert answer.json()["x-stegvis-account"] == "2"


def test_spoofed_header_on_a_websocket_changes_nothing(world: World) -> None:
    world.browser().sign_in()
    board = world.browser()
    board.sign_in("ledamot")
    with board.websocket(x_stegvis_account="1", x_stegvis_sign_in="1") as socket:
        assert socket.receive_json() == {"x-stegvis-sign-in": "2", "x-stegvis-account": "2"}


# Websockets


def assert_closed(world: World, code: int, **headers: str) -> None:
    with pytest.raises(WebSocketDisconnect) as closed, world.browser().websocket(**headers):
        pass
    assert closed.value.code == code


def test_websocket_without_a_session_is_closed_and_logged(world: World) -> None:
    assert_closed(world, 4401)
    assert world.refusals() == ["no_sign_in"]


def test_websocket_with_anothers_session_id_is_closed(world: World) -> None:
    assert_closed(world, 4401, Sec_WebSocket_Protocol="streamlit, x, 5f0c-annans-session")


def test_websocket_from_another_origin_is_closed_and_logged(world: World) -> None:
    browser = world.browser()
    browser.sign_in()
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        browser.websocket(origin="https://evil.test"),
    ):
        pass
    assert closed.value.code == 4403
    assert world.refusals() == ["foreign_origin"]


def test_sign_out_in_one_tab_reaches_an_open_websocket_at_its_next_message(world: World) -> None:
    browser = world.browser()
    browser.sign_in()
    with browser.websocket(origin=f"http://{HOST}") as socket:
        socket.receive_json()
        socket.send_text("rerun")
        assert socket.receive_json() == {"account": 1}
        browser.post("/logga-ut", browser.form("/logga-ut"))
        socket.send_text("rerun")
        assert socket.receive_json() == {"refused": "SignedOut"}


def test_idle_page_is_locked_at_its_next_message_and_goes_on_when_unlocked(
    world: World, hands: time_machine.Coordinates
) -> None:
    browser = world.browser()
    browser.sign_in()
    with browser.websocket() as socket:
        socket.receive_json()
        hands.shift(world.desk.limits.idle + timedelta(seconds=1))
        socket.send_text("rerun")
        assert socket.receive_json() == {"refused": "Locked"}
        as_json = {"accept": "application/json"}
        marks = browser.client.get("/las-upp", headers=as_json).json()
        assert marks["locked"] is True
        fields = {"key": marks["key"], "proof": marks["proof"], "password": OTHER}
        wrong = browser.post("/las-upp", fields, as_json)
        assert (wrong.status_code, wrong.json()) == (401, {"sentence": "Fel lösenord."})
        right = browser.post("/las-upp", fields | {"password": PASSWORD}, as_json)
        assert right.status_code == 204
        socket.send_text("rerun")
        assert socket.receive_json() == {"account": 1}


# Locked, half-way, closed paths


def test_locked_browser_sees_only_the_lock(world: World, hands: time_machine.Coordinates) -> None:
    browser = world.browser()
    browser.sign_in()
    hands.shift(world.desk.limits.idle + timedelta(seconds=1))
    assert browser.client.get("/samtal").headers["location"] == "/las-upp?till=/samtal"
    assert browser.client.get("/media/kurva.png").status_code == 401
    fields = browser.form("/las-upp?till=/samtal")
    opened = browser.post("/las-upp", fields | {"password": PASSWORD})
    assert opened.headers["location"] == "/samtal"
    assert browser.identity()["x-stegvis-account"] == "1"


def test_whoever_finds_a_locked_page_cannot_sign_out_other_computers(
    world: World, hands: time_machine.Coordinates
) -> None:
    here, there = world.browser(), world.browser()
    here.sign_in()
    hands.shift(world.desk.limits.idle + timedelta(seconds=1))
    there.sign_in()
    here.post("/logga-ut", here.form("/logga-ut") | {"everywhere": "1"})
    assert there.identity()["x-stegvis-account"] == "1"


@pytest.mark.parametrize("path", ["/samtal", "/", "/media/x", "/_stcore/upload_file/a/b"])
def test_first_password_opens_nothing_but_the_change_of_it(world: World, path: str) -> None:
    world.account("nykomling", Role.BOARD, must_change=True)
    browser = world.browser()
    browser.sign_in("nykomling")
    answer = browser.client.get(path)
    assert answer.status_code in (303, 401)
    assert SECRET_PAGE not in answer.text
    assert_closed_for(browser)
    fields = browser.form("/byt-losenord") | {"present": PASSWORD}
    weak = browser.post("/byt-losenord", fields | {"password": "kort", "again": "kort"})
    assert_plain_page(weak, 400)
    changed = browser.post(
        "/byt-losenord",
        browser.form("/byt-losenord") | {"present": PASSWORD, "password": OTHER, "again": OTHER},
    )
    assert changed.status_code == 303
    assert browser.identity()["x-stegvis-account"] == "3"


def assert_closed_for(browser: Any) -> None:
    with pytest.raises(WebSocketDisconnect), browser.websocket():
        pass


def test_insats_account_with_a_password_alone_gets_nowhere(
    world: World, hands: time_machine.Coordinates
) -> None:
    account_id = world.account("handlaggare", Role.CASE_WORKER)
    browser = world.browser()
    browser.sign_in("handlaggare")
    assert browser.client.get("/samtal").headers["location"] == "/tvafaktor?till=/samtal"
    assert_closed_for(browser)
    page = browser.client.get("/tvafaktor").text
    assert "<svg" in page
    wrong = browser.post("/tvafaktor", hidden(page) | {"code": "000000"})
    assert_plain_page(wrong, 401)
    done = browser.post("/tvafaktor", browser.form("/tvafaktor") | {"code": world.totp(account_id)})
    codes = re.findall(r"<li>([a-z0-9-]+)</li>", done.text)
    assert len(codes) == 10
    assert browser.identity()["x-stegvis-account"] == str(account_id)
    assert not any(code in world.everything_kept() for code in codes)

    hands.shift(timedelta(minutes=1))
    second = world.browser()
    second.sign_in("handlaggare")
    assert second.client.get("/samtal").headers["location"] == "/tvafaktor?till=/samtal"
    fields = second.form("/tvafaktor?till=/samtal") | {"code": world.totp(account_id)}
    passed = second.post("/tvafaktor", fields)
    assert passed.headers["location"] == "/samtal"
    assert second.post("/tvafaktor", fields).headers["location"] == "/samtal"


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent/interact"]
)
def test_what_streamlit_leaves_open_is_closed_to_everybody(world: World, path: str) -> None:
    browser = world.browser()
    browser.sign_in()
    assert_plain_page(browser.client.get(path), 404)


@pytest.mark.parametrize("path", ["/_stcore/health", "/static/js/index.js", "/favicon.png"])
def test_what_is_the_same_for_everybody_needs_no_sign_in(world: World, path: str) -> None:
    assert world.browser().client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/", "/samtal", "/deltagaren", "/kodnyckel", "/media/x.png", "/component/x", "/_stcore/x",
     "/app/static/x", "/_stcore/upload_file/x/y", "/_stcore/bidi-components/x"],
)  # fmt: skip
def test_nothing_else_is_reached_without_a_sign_in(world: World, path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        answer = world.browser().client.request(method, path)
        assert answer.status_code in (303, 401)
        assert SECRET_PAGE not in answer.text


# Forms


def test_form_posted_twice_signs_in_once_and_is_logged(world: World) -> None:
    browser = world.browser()
    fields = browser.form("/logga-in") | {"username": "sysadmin", "password": PASSWORD}
    assert browser.post("/logga-in", fields).status_code == 303
    assert_plain_page(browser.post("/logga-in", fields), 409)
    assert world.refusals() == ["form_used_twice"]
    with world.database.reading() as session:
        count = session.connection().exec_driver_sql("SELECT count(*) FROM sign_in").scalar()
    assert count == 1


def test_change_of_password_posted_twice_changes_once(world: World) -> None:
    browser = world.browser()
    browser.sign_in()
    fields = browser.form("/byt-losenord") | {
        "present": PASSWORD,
        "password": OTHER,
        "again": OTHER,
    }
    assert browser.post("/byt-losenord", fields).status_code == 303
    assert_plain_page(browser.post("/byt-losenord", fields), 400)
    assert [row.action for row in world.log()].count("change_own_password") == 1
    assert world.browser().sign_in(password=OTHER).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"origin": f"http://{HOST}.evil.test"},
        {"origin": f"http://evil.test/{HOST}"},
    ],
)
def test_post_from_another_origin_is_refused_and_logged(
    world: World, headers: dict[str, str]
) -> None:
    browser = world.browser()
    fields = browser.form("/logga-in") | {"username": "sysadmin", "password": PASSWORD}
    assert_plain_page(browser.post("/logga-in", fields, headers), 403)
    assert world.refusals() == ["foreign_origin"]
    assert browser.identity() == {}


def test_post_that_says_no_origin_but_comes_from_another_site_is_refused(world: World) -> None:
    answer = world.browser().client.post(
        "/logga-in", headers={"sec-fetch-site": "cross-site"}, content="x=1"
    )
    assert_plain_page(answer, 403)


@pytest.mark.parametrize("change", [{"proof": ""}, {"proof": "0" * 64}, {"key": "1"}, {"key": ""}])
def test_form_without_our_proof_is_refused_and_logged(world: World, change: dict[str, str]) -> None:
    browser = world.browser()
    fields = browser.form("/logga-in") | {"username": "sysadmin", "password": PASSWORD}
    assert_plain_page(browser.post("/logga-in", fields | change), 403)
    assert world.refusals() == ["foreign_form"]


def test_form_of_another_browser_or_another_page_is_refused(world: World) -> None:
    mine, theirs = world.browser(), world.browser()
    mine.client.get("/logga-in")
    fields = theirs.form("/logga-in") | {"username": "sysadmin", "password": PASSWORD}
    assert_plain_page(mine.post("/logga-in", fields), 403)
    mine.sign_in()
    assert_plain_page(mine.post("/logga-ut", mine.form("/byt-losenord")), 403)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("{}", "application/json"),
        ("x", "text/plain"),
        ("key=%ff", "application/x-www-form-urlencoded"),
        ("&".join(f"f{n}=1" for n in range(50)), "application/x-www-form-urlencoded"),
        ("x=" + "y" * 20_000, "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_form_is_refused(world: World, content: str, kind: str) -> None:
    answer = world.browser().client.post(
        "/logga-in", content=content, headers={"content-type": kind}
    )
    assert_plain_page(answer, 403)


# A thousand passwords


def test_a_thousand_wrong_passwords_are_refused_and_the_owner_still_gets_in(
    world: World, hands: time_machine.Coordinates, capfd: pytest.CaptureFixture[str]
) -> None:
    owner = world.browser(address="192.0.2.1")
    owner.sign_in()
    attacker = world.browser(address="198.51.100.7")
    fields = attacker.form("/logga-in") | {"username": "sysadmin"}
    answers = [
        attacker.post("/logga-in", fields | {"password": f"gissning nummer {number}"})
        for number in range(1000)
    ]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 995
    assert_plain_page(answers[0], 401)
    assert_plain_page(answers[-1], 429)
    assert int(answers[-1].headers["retry-after"]) > 0
    assert [row.action for row in world.log()].count("sign_in_refused") == 5
    assert "too_many_attempts" in world.refusals()
    lines = capfd.readouterr().err
    assert lines.count("too_many_attempts") == 995
    assert "gissning" not in world.everything_kept() + lines
    assert world.browser(address="192.0.2.1").sign_in().status_code == 303
    right = attacker.post("/logga-in", fields | {"password": PASSWORD})
    assert right.status_code == 429
    hands.shift(timedelta(minutes=15))
    assert attacker.post("/logga-in", fields | {"password": PASSWORD}).status_code == 303


def test_log_is_whole_and_names_the_account_that_was_tried(world: World) -> None:
    browser = world.browser()
    for _ in range(6):
        browser.sign_in(password=OTHER)
    assert world.log()[-1].account_id == 1
    with world.database.reading() as session:
        assert log.verify(session) == []


# The first start


def test_fresh_server_has_only_the_set_up_page(
    sqlite_database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    world = open_world(sqlite_database, set_up=False)
    browser = world.browser()
    for path in ("/", "/samtal", "/deltagaren", "/logga-in", "/tvafaktor"):
        assert browser.client.get(path).headers["location"].startswith("/forsta-start")
    assert_closed_for(browser)
    announce_first_start(world.desk)
    code = re.findall(
        r"^\s+([a-z0-9]{4}(?:-[a-z0-9]{4}){3})$", capfd.readouterr().err, re.MULTILINE
    )
    fields = {
        "forbund": "Förbundet",
        "username": "sysadmin",
        "password": PASSWORD,
        "again": PASSWORD,
    }
    guessed = browser.post("/forsta-start", browser.form("/forsta-start") | fields | {"code": "x"})
    assert_plain_page(guessed, 400)
    done = browser.post("/forsta-start", browser.form("/forsta-start") | fields | {"code": code[0]})
    assert done.headers["location"] == "/logga-in"
    assert browser.client.get("/forsta-start").headers["location"] == "/logga-in"
    assert browser.sign_in().status_code == 303
    assert browser.identity()["x-stegvis-account"] == "1"
    assert code[0] not in world.everything_kept()


def test_demo_is_open_and_still_takes_no_identity_from_the_browser(
    sqlite_database: Database,
) -> None:
    from tracking.services.setup import set_up_forbund

    set_up_forbund(sqlite_database, name="Demoförbundet", is_demo=True)
    browser = open_world(sqlite_database, set_up=False).browser()
    answer = browser.client.get("/samtal", headers={"X-Stegvis-Sign-In": "1"})
    assert answer.json() == {"page": SECRET_PAGE}
    assert browser.client.get("/logga-in").headers["location"] == "/"


def test_database_that_does_not_answer_lets_nobody_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracking.store.database import StorageUnavailable

    browser = world.browser()
    browser.sign_in()

    def broken(*_: object, **__: object) -> None:
        raise StorageUnavailable("Databasen kan inte nås just nu.")

    monkeypatch.setattr(sign_ins, "find", broken)
    assert_plain_page(browser.client.get("/samtal"), 503)
    assert_closed_for(browser)
