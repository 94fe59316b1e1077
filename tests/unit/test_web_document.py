"""What goes around Streamlit: language, headers, and addresses that lead nowhere."""

from __future__ import annotations

import base64
import gzip
import hashlib
from html import unescape

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tracking.web.document import SwedishDocument
from tracking.web.headers import SecurityHeaders
from tracking.web.html import message
from tracking.web.language import ReadersLanguage
from tracking.web.server import asgi_options, page_addresses

SCRIPT = "window.ready = false"
DOCUMENT = (
    '<html lang="en"><head><title>Streamlit</title>'
    f'<script>{SCRIPT}</script><script src="./a.js"></script></head></html>'
)


def document(request: Request) -> Response:
    if "gzip" in request.headers.get("accept-encoding", ""):
        packed = gzip.compress(DOCUMENT.encode())
        return Response(packed, media_type="text/html", headers={"content-encoding": "gzip"})
    return HTMLResponse(DOCUMENT)


@pytest.fixture
def client() -> TestClient:
    app = Starlette(
        routes=[
            Route("/_stcore/health", lambda _: PlainTextResponse("ok")),
            Route("/stilla", lambda _: message("Logga in", "Logga in", status=200)),
            Route("/{address}", document),
            Route("/", document),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(ReadersLanguage),
            Middleware(SwedishDocument, addresses=frozenset({"samtal", "stilla"})),
        ],
    )
    return TestClient(app, follow_redirects=False)


@pytest.mark.parametrize("address", ["/", "/samtal"])
def test_document_is_swedish_also_for_a_browser_that_takes_compressed_ones(
    client: TestClient, address: str
) -> None:
    answer = client.get(address)
    assert '<html lang="sv">' in answer.text
    assert "<title>Stegvis</title>" in answer.text


def chosen(client: TestClient, query: str) -> Response:
    return client.get(f"/sprak?{query}")


def test_language_is_chosen_for_the_whole_host_and_leads_back_to_the_page(
    client: TestClient,
) -> None:
    answer = chosen(client, "pa=en&till=/samtal")
    assert (answer.status_code, answer.headers["location"]) == (303, "/samtal")
    kept = answer.headers["set-cookie"].lower()
    assert kept.startswith("stegvis-language=en; httponly; max-age=31536000; path=/; samesite=lax")
    assert '<html lang="en">' in client.get("/samtal").text
    chosen(client, "pa=sv&till=/samtal")
    assert '<html lang="sv">' in client.get("/samtal").text


@pytest.mark.parametrize(
    "till", ["//elsewhere.example", "https://elsewhere.example", "/a/../b", ""]
)
def test_choice_of_language_leads_to_no_other_host(client: TestClient, till: str) -> None:
    assert chosen(client, f"pa=en&till={till}").headers["location"] == "/"


@pytest.mark.parametrize("asked", ["", "pa=", "pa=xx", "pa=en%0d%0aset-cookie:a=b", "till=/samtal"])
def test_language_that_there_is_not_is_swedish(client: TestClient, asked: str) -> None:
    assert chosen(client, asked).headers["set-cookie"].startswith("stegvis-language=sv;")


def test_page_outside_the_app_is_said_in_the_readers_language(client: TestClient) -> None:
    chosen(client, "pa=en")
    said = client.get("/stilla").text
    assert '<html lang="en">' in said
    assert "Sign in" in said
    assert "Logga in" not in said
    assert 'href="/sprak?pa=sv&till=/stilla" lang="sv"' in unescape(said)


def test_policy_names_the_one_inline_script_and_allows_no_other(client: TestClient) -> None:
    policy = client.get("/samtal").headers["content-security-policy"]
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts == f"script-src 'self' 'sha256-{digest}' blob:"
    assert "unsafe-eval" not in policy


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    headers = client.get("/_stcore/health").headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_address_without_a_page_leads_home(client: TestClient) -> None:
    answer = client.get("/finns-inte")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_question_of_where_the_app_is_mounted_is_not_answered_with_a_page(
    client: TestClient,
) -> None:
    assert client.get("/samtal/_stcore/health").status_code == 404


def test_every_page_file_has_its_address() -> None:
    assert {"att_gora", "samtal", "valj_konto"} <= page_addresses()
    assert "middleware" in asgi_options()
