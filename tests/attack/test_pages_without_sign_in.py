"""A fresh server on a database that is no demo's, asked from outside: nothing without a sign-in.

Every page's address and the websocket, without a cookie, with a forged, an ended and an expired
one, with the headers of an identity sent by the browser itself; and, with the sign-in of a role
that may not, every page over the websocket. The server is the real one, a process of its own.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import col, select
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.app.world import World, a_world, actor_of
from tests.attack.signing_in import CHEAP, PASSWORD
from tests.browser.serving import Server
from tracking.access import sign_ins
from tracking.access.sign_ins import Limits
from tracking.store.database import Database
from tracking.store.tables import AccessLogPayload, Account, SignInMethod
from tracking.ui.menu import PAGE_TITLES, holders, may_open

ROOT = Path(__file__).resolve().parents[2]
STEMS = sorted(file.stem for file in (ROOT / "pages").glob("*.py"))
ROLES = ("worker", "lead", "admin", "board", "system")


@dataclass
class Standing:
    """A running server and what is in its database."""

    port: int
    world: World
    database: Database
    log: Path
    session: str = ""

    def token(self, account_id: int, limits: Limits = Limits()) -> str:  # noqa: B008 - frozen
        """The cookie of a sign-in that has done all it must."""
        with self.database.transaction() as work:
            account = work.session.get(Account, account_id)
            assert account is not None
            account.must_change_password = False
            work.session.add(account)
            return sign_ins.begin(
                work,
                account_id,
                method=SignInMethod.PASSWORD,
                form_key=str(uuid4()),
                limits=limits,
                second_factor_done=True,
            ).token

    def secrets(self) -> tuple[bytes, ...]:
        names = (*self.world.codes, *self.world.words, "Vägen vidare", "Exempelkommunen")
        return tuple(name.encode() for name in names)

    def get(self, path: str, **headers: str) -> tuple[int, str, bytes]:
        """Status, where to, and body of an answer that is not followed."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        body = answer.read()
        line.close()
        return answer.status, answer.headers.get("location", ""), body

    def socket(
        self, *, origin: str = "", protocols: Sequence[str] = ("streamlit",), **headers: str
    ) -> ClientConnection:
        """A websocket as the browser opens it."""
        return connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            subprotocols=[Subprotocol(name) for name in protocols],
            origin=Origin(origin or f"http://127.0.0.1:{self.port}"),
            additional_headers=headers,
            max_size=None,
        )

    def run(self, line: ClientConnection, stem: str) -> tuple[bytes, set[str]]:
        """Everything that one run of an address sends, and its headings."""
        ask = BackMsg()
        ask.rerun_script.page_name = stem
        ask.rerun_script.query_string = f"deltagande={self.world.spells[0]}&insats=1"
        line.send(ask.SerializeToString())
        everything, titles = b"", set()
        while True:
            raw = line.recv(timeout=30)
            assert isinstance(raw, bytes)
            everything += raw
            message = ForwardMsg()
            message.ParseFromString(raw)
            if message.WhichOneof("type") == "new_session":
                self.session = message.new_session.initialize.session_id
            heading = message.delta.new_element.heading
            if heading.tag == "h1":
                titles.add(heading.body)
            if message.WhichOneof("type") == "script_finished":
                return everything, titles


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    folder = tmp_path_factory.mktemp("standing")
    url = f"sqlite:///{(folder / 'real.db').as_posix()}"
    world = a_world(url, is_demo=False)
    database = Database.open(url)
    with database.transaction() as work:
        system = work.session.get(Account, world.system)
        assert system is not None
        system.password_hash = CHEAP.hash(PASSWORD)  # set up: there is somebody to sign in
        work.session.add(system)
    with Server(folder / "real.db", folder) as server:
        yield Standing(server.port, world, database, server.log)
    database.close()


def refused_pages(standing: Standing, account_id: int) -> list[str | None]:
    """The pages of every refusal of an account, in the order of the log."""
    with standing.database.reading() as session:
        return list(
            session.exec(
                select(AccessLogPayload.page)
                .where(
                    AccessLogPayload.action == "refused",
                    AccessLogPayload.account_id == account_id,
                )
                .order_by(col(AccessLogPayload.log_id))
            )
        )


def refusals(standing: Standing) -> list[tuple[str | None, int | None]]:
    """What the log says was refused, and to which account, in order."""
    with standing.database.reading() as session:
        rows = session.exec(
            select(AccessLogPayload.detail, AccessLogPayload.account_id)
            .where(AccessLogPayload.action == "refused")
            .order_by(col(AccessLogPayload.log_id))
        )
        return [(detail, account_id) for detail, account_id in rows]


def ended(standing: Standing) -> str:
    token = standing.token(standing.world.worker)
    found = sign_ins.find(standing.database, token, limits=Limits())
    assert found.signed_in is not None
    sign_ins.end(standing.database, found.signed_in.sign_in_id)
    return token


def expired(standing: Standing) -> str:
    return standing.token(standing.world.worker, Limits(lasts=timedelta(milliseconds=1)))


def cookies(standing: Standing) -> dict[str, dict[str, str]]:
    """The headers of everybody who is nobody, by what they try."""
    return {
        "none": {},
        "forged": {"cookie": "stegvis=" + "x" * 43},
        "ended": {"cookie": f"stegvis={ended(standing)}"},
        "expired": {"cookie": f"stegvis={expired(standing)}"},
        "spoofed": {"x-stegvis-sign-in": "1", "x-stegvis-account": str(standing.world.worker)},
        "spoofed otherwise": {"X_Stegvis_Sign_In": "1"},
    }


TRIES = ("none", "forged", "ended", "expired", "spoofed", "spoofed otherwise")


@pytest.mark.parametrize("tried", TRIES)
def test_every_address_leads_to_signing_in(standing: Standing, tried: str) -> None:
    headers = cookies(standing)[tried]
    for stem in [*STEMS, ""]:
        status, to, body = standing.get(f"/{stem}", **headers)
        assert status == 303, stem
        assert to.startswith("/logga-in"), stem
        assert not any(secret in body for secret in standing.secrets())


@pytest.mark.parametrize("tried", TRIES)
def test_websocket_is_refused(standing: Standing, tried: str) -> None:
    with pytest.raises(InvalidStatus) as refused, standing.socket(**cookies(standing)[tried]):
        pass
    assert refused.value.response.status_code == 403


def test_the_accessibility_statement_is_open_and_tells_nothing_else(standing: Standing) -> None:
    status, _, body = standing.get("/tillganglighetsredogorelse")
    assert status == 200
    assert "Anmäl till Digg" in body.decode()
    assert 'lang="sv"' in body.decode()
    hidden = (secret for secret in standing.secrets() if secret != b"Exempelkommunen")
    assert not [secret for secret in hidden if secret in body]
    _, _, sign_in = standing.get("/logga-in")
    assert 'href="/tillganglighetsredogorelse"' in sign_in.decode()


def test_websocket_of_another_site_is_refused_though_the_cookie_is_good(standing: Standing) -> None:
    cookie = f"stegvis={standing.token(standing.world.worker)}"
    with (
        pytest.raises(InvalidStatus) as refused,
        standing.socket(cookie=cookie, origin="https://annan.example"),
    ):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/media/x.docx", "/_stcore/metrics", "/_stcore/upload_file/x/y", "/component/x/index.html"],
)
def test_files_and_the_inside_of_the_server_are_refused(standing: Standing, path: str) -> None:
    status, _, body = standing.get(path)
    assert status in (401, 404)
    assert not any(secret in body for secret in standing.secrets())


def test_refused_visits_are_in_the_log(standing: Standing) -> None:
    standing.get("/samtal", cookie="stegvis=" + "y" * 43)
    with standing.database.reading() as session:
        said = session.exec(
            select(AccessLogPayload.detail).where(AccessLogPayload.action == "refused")
        ).all()
    assert any("forged_cookie" in (detail or "") for detail in said)


@pytest.mark.parametrize("who", ROLES)
def test_role_that_may_not_gets_nothing_of_a_page(standing: Standing, who: str) -> None:
    """Each address as the first thing that a new window of this account asks for."""
    account_id = getattr(standing.world, who)
    actor = actor_of(standing.database, account_id)
    cookie = f"stegvis={standing.token(account_id)}"
    refused = [stem for stem in STEMS if not may_open(actor, stem)]
    assert refused
    before = len(refused_pages(standing, account_id))
    for stem in refused:
        with standing.socket(cookie=cookie) as line:
            sent, titles = standing.run(line, stem)
        assert not titles, f"/{stem} answered {titles}"
        for secret in (*standing.world.codes, *standing.world.words):
            assert secret.encode() not in sent, f"/{stem}"
        assert "hör inte till ditt uppdrag".encode() in sent, f"/{stem}"
        told = f"Sidan {PAGE_TITLES.get(stem)} är för ".encode() in sent
        assert told == bool(holders(stem)), f"whose /{stem} is, where one role alone has it"
    logged = refused_pages(standing, account_id)[before:]
    assert set(logged) == set(refused), "each address is in the log, with whose it was"


def test_the_check_can_fail(standing: Standing) -> None:
    """The same question with a sign-in that may: the page and its secrets do arrive."""
    cookie = f"stegvis={standing.token(standing.world.worker)}"
    with standing.socket(cookie=cookie) as line:
        sent, titles = standing.run(line, "deltagaren")
    assert titles
    assert standing.world.words[0].encode() in sent


def test_open_websocket_gives_nothing_after_sign_out(standing: Standing) -> None:
    token = standing.token(standing.world.worker)
    found = sign_ins.find(standing.database, token, limits=Limits())
    assert found.signed_in is not None
    with standing.socket(cookie=f"stegvis={token}") as line:
        sent, _ = standing.run(line, "deltagaren")
        assert standing.world.words[0].encode() in sent
        sign_ins.end(standing.database, found.signed_in.sign_in_id)
        for stem in STEMS:
            sent, titles = standing.run(line, stem)
            assert titles == {"Du är utloggad"}, stem
            assert not any(secret in sent for secret in standing.secrets()), stem


def test_open_websocket_of_a_locked_sign_in_gives_nothing(standing: Standing) -> None:
    token = standing.token(standing.world.worker)
    found = sign_ins.find(standing.database, token, limits=Limits())
    assert found.signed_in is not None
    with standing.socket(cookie=f"stegvis={token}") as line:
        sign_ins.lock(standing.database, found.signed_in.sign_in_id)
        for stem in STEMS:
            sent, titles = standing.run(line, stem)
            assert titles == {"Sidan är låst"}, stem
            assert not any(secret in sent for secret in standing.secrets()), stem


def test_session_id_of_somebody_else_is_refused_and_logged(standing: Standing) -> None:
    """Who connects with another's session id, and a good cookie of their own, stays themselves."""
    victim = standing.token(standing.world.worker)
    with standing.socket(cookie=f"stegvis={victim}") as line:
        sent, _ = standing.run(line, "deltagaren")
        assert standing.world.words[0].encode() in sent
        stolen = standing.session
        thief = standing.token(standing.world.board)
        protocols = ["streamlit", "unused", stolen]
        with standing.socket(protocols=protocols, cookie=f"stegvis={thief}") as other:
            sent, titles = standing.run(other, "oversikt")
        assert standing.session not in ("", stolen), "a window of one's own"
        assert titles == {"Översikt"}
        assert not any(word.encode() in sent for word in standing.world.words)
        assert refusals(standing)[-1] == ("anothers_session", standing.world.board)
        sent, _ = standing.run(line, "deltagaren")
        assert standing.world.words[0].encode() in sent, "and the other's goes on"


def test_own_session_id_is_joined_again_and_is_no_refusal(standing: Standing) -> None:
    """A browser whose connection broke goes on where it was."""
    token = standing.token(standing.world.worker)
    with standing.socket(cookie=f"stegvis={token}") as line:
        standing.run(line, "deltagaren")
    own, before = standing.session, refusals(standing)
    with standing.socket(protocols=["streamlit", "x", own], cookie=f"stegvis={token}") as line:
        standing.run(line, "deltagaren")
    assert standing.session == own
    assert refusals(standing) == before
