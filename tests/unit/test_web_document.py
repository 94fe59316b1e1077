"""What goes around Streamlit: language, headers, and addresses that lead nowhere."""

from __future__ import annotations

import base64
import gzip
import hashlib

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tracking.web.document import SwedishDocument
from tracking.web.headers import SecurityHeaders
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
            Route("/{address}", document),
            Route("/", document),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(SwedishDocument, addresses=frozenset({"samtal"})),
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
