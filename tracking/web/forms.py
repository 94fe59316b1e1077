"""Forms and cookies of the small pages: proof that a form is ours, and safe ways to go on.

A form carries a key of its own and a proof: the key signed with a random value that only this
browser has, in a cookie of its own. The cookie stays as it is when pages are loaded again, by
the browser's search for an icon too, so a form that is already on the screen keeps working.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.responses import Response

from tracking.domain.errors import StegvisError

LARGEST = 16 * 1024
MOST_FIELDS = 20

_PATH = re.compile(r"/[a-z0-9_-]{0,60}(\?[A-Za-z0-9_=&.%-]{0,200})?")


class FormRefused(StegvisError):
    """The form did not come from a page of ours in this browser, or is no form."""


@dataclass(frozen=True, slots=True)
class FormMarks:
    """The hidden fields of a form: its key, the proof, and the page to go on to."""

    key: str
    proof: str
    till: str


@dataclass(frozen=True, slots=True)
class CookieNames:
    """Behind TLS the names begin with __Host-, which no other site can set for us.

    Under a base path the cookies are for that path alone, since what else lies on the host has
    no business with them; such a cookie may only be called __Secure-.
    """

    token: str
    form: str
    oidc: str
    secure: bool
    path: str

    @classmethod
    def of(cls, *, secure: bool, root: str = "") -> CookieNames:
        """The names for a connection that is or is not protected by TLS, below ``root``."""
        start = "" if not secure else "__Secure-" if root else "__Host-"
        token, form, oidc = (f"{start}stegvis{end}" for end in ("", "-form", "-oidc"))
        return cls(token, form, oidc, secure=secure, path=root or "/")


def set_cookie(
    response: Response, names: CookieNames, name: str, value: str, *, seconds: int | None = None
) -> None:
    """A cookie that no script reads and no other site's form sends along."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=names.path,
        httponly=True,
        samesite="lax",
        secure=names.secure,
    )


def drop_cookie(response: Response, names: CookieNames, name: str) -> None:
    """Take a cookie away again."""
    response.delete_cookie(
        name, path=names.path, httponly=True, samesite="lax", secure=names.secure
    )


def new_form_secret() -> str:
    """The value of a form cookie."""
    return secrets.token_urlsafe(32)


def marks(secret: str, path: str, till: str) -> FormMarks:
    """The hidden fields of a new form for ``path``."""
    key = str(uuid4())
    return FormMarks(key, _proof(secret, path, key), till)


async def read_form(request: Request, path: str, secret: str) -> dict[str, str]:
    """The fields of a form posted to ``path``.

    Raises `FormRefused` unless a page of ours made it, for this browser.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind != "application/x-www-form-urlencoded":
        raise FormRefused("Det där är inget formulär från Stegvis.")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise FormRefused("Formuläret är för stort.")
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
        fields = dict(pairs)
        UUID(fields.get("key", ""))
    except ValueError as fault:
        raise FormRefused("Formuläret går inte att läsa. Ladda om sidan.") from fault
    proof = _proof(secret, path, fields["key"])
    if not secret or not hmac.compare_digest(proof.encode(), fields.get("proof", "").encode()):
        raise FormRefused(
            "Formuläret är för gammalt eller hör till en annan webbläsare. Ladda om sidan och "
            "försök igen; webbläsaren måste tillåta kakor."
        )
    return fields


def safe_path(wanted: str | None) -> str:
    """A page of ours to go on to; anything else becomes the first page."""
    return wanted if wanted is not None and _PATH.fullmatch(wanted) else "/"


def _proof(secret: str, path: str, key: str) -> str:
    return hmac.new(secret.encode(), f"{path}|{key}".encode(), hashlib.sha256).hexdigest()
