"""A small OpenID Connect issuer on the loopback address, that can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, CLIENT_SECRET = "stegvis-klient", "klientens hemlighet"


@dataclass
class Issuer:
    """Answers for one person, ``subject``. ``lies`` overwrite claims of the token."""

    subject: str = "subjekt-1"
    lies: dict[str, Any] = field(default_factory=dict)
    calls_itself: str | None = None
    signed_by_another_key: bool = False
    unsigned: bool = False
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key, self.other_key = _keys()
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.answer_get(self)

            def do_POST(self) -> None:
                issuer.answer_post(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Stop answering."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def consent(self, address: str) -> dict[str, str]:
        """What the browser brings back after the person has signed in at ``address``."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"kod-{len(self.asked)}"
        self.asked[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.address}

    def answer_get(self, handler: BaseHTTPRequestHandler) -> None:
        """The issuer's own document, and its keys."""
        if handler.path == "/.well-known/openid-configuration":
            document = {
                "issuer": self.calls_itself or self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
            }
            _send(handler, 200, document)
        elif handler.path == "/keys":
            _send(handler, 200, {"keys": [self.key.as_dict(private=False)]})
        else:
            _send(handler, 404, {})

    def answer_post(self, handler: BaseHTTPRequestHandler) -> None:
        """The token, for a code that was asked for by whoever has its verifier."""
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.asked.pop(sent.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        right = (
            asked is not None
            and handler.headers.get("Authorization") == f"Basic {basic}"
            and sent.get("redirect_uri") == asked["redirect_uri"]
            and asked["code_challenge_method"] == "S256"
            and asked["code_challenge"] == _challenge(sent.get("code_verifier", ""))
        )
        if not right or asked is None:
            _send(handler, 400, {"error": "invalid_grant"})
            return
        now = int(time.time())
        claims = {
            "iss": self.address,
            "sub": self.subject,
            "aud": CLIENT,
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
        } | self.lies
        claims = {name: value for name, value in claims.items() if value is not None}
        token = {"access_token": "x", "token_type": "Bearer", "id_token": self._signed(claims)}
        _send(handler, 200, token)

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.unsigned:
            parts = ({"alg": "none"}, claims)
            return ".".join(_base64url(json.dumps(part).encode()) for part in parts) + "."
        key = self.other_key if self.signed_by_another_key else self.key
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)


@lru_cache(maxsize=1)
def _keys() -> tuple[RSAKey, RSAKey]:
    """The issuer's key and another of the same name; made once, since it takes long."""
    return RSAKey.generate_key(2048, {"kid": "1"}), RSAKey.generate_key(2048, {"kid": "1"})


def _challenge(verifier: str) -> str:
    return _base64url(hashlib.sha256(verifier.encode()).digest())


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _send(handler: BaseHTTPRequestHandler, status: int, content: dict[str, Any]) -> None:
    body = json.dumps(content).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
