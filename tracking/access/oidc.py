"""Signing in at another issuer: OpenID Connect, authorization code with PKCE.

Which issuer is configuration (`settings_from_environment`); the protocol is Authlib's. An
identity is issuer and subject, never an e-mail address, and says only who somebody is: what
they may do is their account's. An identity that no account has waits with a code that the
systemadministratör ties it by.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from tracking.access import sign_ins
from tracking.access.log import Entry, record_for
from tracking.access.password_sign_in import FormUsedTwice
from tracking.access.rate import digest
from tracking.access.second_factor import plain_code, random_code
from tracking.access.sign_ins import Limits, NewSignIn
from tracking.domain import clock
from tracking.domain.errors import NotFound, StegvisError
from tracking.store.database import Database, Transaction
from tracking.store.tables import Account, OidcIdentity, OidcRequest, SignInMethod

ANSWER_WITHIN = timedelta(minutes=10)
LEEWAY_SECONDS = 60
TIMEOUT_SECONDS = 10
SIGNED_BY = ("RS256", "PS256", "ES256", "EdDSA")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class OidcRefused(StegvisError):
    """The issuer's answer cannot be trusted, or does not come at all."""


class NotLinked(StegvisError):
    """The identity is genuine and belongs to no account yet. ``link_code`` ties it to one."""

    def __init__(self, link_code: str) -> None:
        super().__init__(
            "Inloggningen lyckades men hör inte till något konto i Stegvis. Ge koden till "
            "systemadministratören, som kopplar den till ditt konto."
        )
        self.link_code = link_code


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """One issuer. ``counts_as_second_factor``: the issuer itself asks for two factors."""

    issuer: str
    client_id: str
    client_secret: str
    label: str
    counts_as_second_factor: bool = False

    def __repr__(self) -> str:
        return f"OidcSettings(issuer={self.issuer!r}, client_id={self.client_id!r})"


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and the state that its cookie must bring back."""

    address: str
    state: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who came back proved: their account, and the page they wanted."""

    account_id: int
    return_to: str
    request_key: str


def settings_from_environment(environment: Mapping[str, str] = os.environ) -> OidcSettings | None:
    """The configured issuer, or None. Raises `OidcRefused` when it is half configured."""
    issuer = environment.get("STEGVIS_OIDC_ISSUER", "").strip()
    if not issuer:
        return None
    client_id = environment.get("STEGVIS_OIDC_CLIENT_ID", "").strip()
    secret = environment.get("STEGVIS_OIDC_CLIENT_SECRET", "").strip()
    if not client_id or not secret:
        raise OidcRefused(
            "STEGVIS_OIDC_CLIENT_ID och STEGVIS_OIDC_CLIENT_SECRET behövs när "
            "STEGVIS_OIDC_ISSUER är satt."
        )
    _check_address(issuer)
    return OidcSettings(
        issuer=issuer,
        client_id=client_id,
        client_secret=secret,
        label=environment.get("STEGVIS_OIDC_LABEL", "").strip() or "organisationens inloggning",
        counts_as_second_factor=environment.get("STEGVIS_OIDC_SECOND_FACTOR", "") == "1",
    )


def depart(
    database: Database, settings: OidcSettings, *, redirect_uri: str, return_to: str
) -> Departure:
    """Begin: keep a nonce and a verifier, and say where the browser goes.

    Raises `OidcRefused` when the issuer does not answer.
    """
    document = _discover(settings)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    with _client(settings, redirect_uri) as client:
        address, _ = client.create_authorization_url(
            document["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
    with database.transaction() as work:
        work.session.execute(
            delete(OidcRequest).where(col(OidcRequest.created_at) < clock.now() - ANSWER_WITHIN)
        )
        work.session.add(
            OidcRequest(
                state_hash=digest(state),
                nonce=nonce,
                verifier=verifier,
                return_to=return_to,
                created_at=clock.now(),
            )
        )
    return Departure(str(address), state)


def arrive(
    database: Database,
    settings: OidcSettings,
    *,
    state: str,
    cookie_state: str,
    code: str,
    issuer: str | None,
    redirect_uri: str,
) -> Arrival:
    """End: check that this browser asked, take the code to the issuer, and find the account.

    ``issuer`` is the answer's own ``iss`` (RFC 9207), where it has one. Raises `OidcRefused`
    or `NotLinked`.
    """
    request = _take_request(database, state, cookie_state)
    if issuer is not None and issuer != settings.issuer:
        raise OidcRefused("Svaret kom från en annan utfärdare än den som frågades.")
    document = _discover(settings)
    claims = _claims(settings, document, request, code, redirect_uri)
    account_id = _account_of(database, settings.issuer, str(claims["sub"]))
    return Arrival(account_id, request.return_to, request.state_hash)


def sign_in(
    database: Database, settings: OidcSettings, arrival: Arrival, *, limits: Limits
) -> NewSignIn:
    """Begin the sign-in of somebody who has come back proved."""
    try:
        with database.transaction() as work:
            return sign_ins.begin(
                work,
                arrival.account_id,
                method=SignInMethod.OIDC,
                form_key=arrival.request_key,
                limits=limits,
                second_factor_done=settings.counts_as_second_factor,
            )
    except IntegrityError as fault:
        raise FormUsedTwice("Inloggningen är redan klar.") from fault


def link(work: Transaction, link_code: str, *, account_id: int, by: int) -> None:
    """Tie the identity that waits with ``link_code`` to an account."""
    row = work.session.exec(
        select(OidcIdentity).where(OidcIdentity.link_code_hash == digest(plain_code(link_code)))
    ).one_or_none()
    if row is None:
        raise NotFound("Ingen inloggning väntar med den koden.", field="link_code")
    row.account_id, row.link_code_hash = account_id, None
    row.linked_at, row.linked_by = clock.now(), by
    work.session.add(row)


def _take_request(database: Database, state: str, cookie_state: str) -> OidcRequest:
    """The question this answers, which is gone once taken: an answer counts once."""
    if not state or not secrets.compare_digest(state.encode(), cookie_state.encode()):
        raise OidcRefused("Inloggningen påbörjades inte i den här webbläsaren. Börja om.")
    with database.transaction() as work:
        request = work.session.get(OidcRequest, digest(state), with_for_update=True)
        if request is not None:
            work.session.delete(request)
    if request is None or clock.now() - request.created_at > ANSWER_WITHIN:
        raise OidcRefused("Inloggningen tog för lång tid eller är redan använd. Börja om.")
    return request


def _claims(
    settings: OidcSettings,
    document: Mapping[str, Any],
    request: OidcRequest,
    code: str,
    redirect_uri: str,
) -> CodeIDToken:
    try:
        with _client(settings, redirect_uri) as client:
            answer = client.fetch_token(
                document["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=request.verifier,
            )
            keys = requests.get(
                document["jwks_uri"], timeout=TIMEOUT_SECONDS, allow_redirects=False
            )
            keys.raise_for_status()
        token = jwt.decode(
            answer["id_token"], KeySet.import_key_set(keys.json()), algorithms=list(SIGNED_BY)
        )
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": settings.issuer},
                "aud": {"essential": True, "value": settings.client_id},
                "sub": {"essential": True},
            },
            {"nonce": request.nonce, "client_id": settings.client_id},
        )
        claims.validate(leeway=LEEWAY_SECONDS)
    except (
        AuthlibBaseError,
        JoseError,
        requests.RequestException,
        KeyError,
        TypeError,
        ValueError,
    ) as fault:
        raise OidcRefused(
            "Inloggningen hos utfärdaren kunde inte bekräftas. Försök igen."
        ) from fault
    return claims


def _account_of(database: Database, issuer: str, subject: str) -> int:
    """The active account that the identity belongs to; else raises `NotLinked` with a code."""
    code = random_code(3)
    with database.transaction() as work:
        row = work.session.exec(
            select(OidcIdentity).where(
                OidcIdentity.issuer == issuer, OidcIdentity.subject == subject
            )
        ).one_or_none()
        if row is not None and row.account_id is not None:
            account = work.session.get_one(Account, row.account_id)
            if account.active:
                return row.account_id
            record_for(work, row.account_id, Entry("sign_in_refused", detail="account_closed"))
            closed = True
        else:
            closed = False
            row = row or OidcIdentity(issuer=issuer, subject=subject, created_at=clock.now())
            row.link_code_hash = digest(plain_code(code))
            work.session.add(row)
            record_for(work, None, Entry("sign_in_refused", detail="identity_not_linked"))
    if closed:
        raise OidcRefused("Kontot är avslutat.")
    raise NotLinked(code)


def _discover(settings: OidcSettings) -> Mapping[str, Any]:
    """What the issuer says of itself. It must be the issuer that was configured."""
    address = settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
    try:
        answer = requests.get(address, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        answer.raise_for_status()
        document = answer.json()
        endpoints = [
            document[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        ]
    except (requests.RequestException, KeyError, TypeError, ValueError) as fault:
        raise OidcRefused(
            "Utfärdaren av inloggningen svarar inte. Logga in med lösenord, eller försök igen."
        ) from fault
    if document.get("issuer") != settings.issuer:
        raise OidcRefused("Utfärdaren kallar sig något annat än det som är inställt.")
    for endpoint in endpoints:
        _check_address(str(endpoint))
    found: Mapping[str, Any] = document
    return found


def _client(settings: OidcSettings, redirect_uri: str) -> Any:
    return OAuth2Session(
        settings.client_id,
        settings.client_secret,
        scope="openid",
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        default_timeout=TIMEOUT_SECONDS,
    )


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise OidcRefused("Utfärdarens adresser ska börja med https://.")
